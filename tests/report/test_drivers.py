"""The likelihood section says what following is associated with, in the words and numbers of the results."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from report.test_numbers import table
from survey_analysis.errors import ColumnNotFoundError
from survey_analysis.reporting.section_results import likelihood_part


def _section(built):
    return next(s for s in built.document.sections if s.id == "likelihood")


def test_table_prints_the_shares_of_the_results(built):
    found = built.results["likelihood-associations"]
    rows = [r for r in table(built, "table-likelihood-associations").rows if r.cells]
    lmg = found.rows[found.rows["measure"] == "lmg"]
    assert [r.cells[0].value for r in rows] == pytest.approx(lmg["share"].tolist())
    assert [r.label for r in rows] == lmg["label"].tolist()
    headings = [b.text for b in _section(built).blocks if type(b).__name__ == "Heading"]
    assert "What “Likely to follow” is associated with" in headings


def test_points_are_in_the_box_of_the_section(built):
    more = built.results["likelihood-points"]
    assert more.topic.answers == ("Very likely", "Extremely likely")
    assert "likelihood-associations" in built.charts
    text = " ".join(b.text for b in _section(built).blocks if type(b).__name__ == "Paragraph")
    assert "is associated with so many percentage points more answering very or extremely likely" in text
    assert not re.search(r"\b(drives?|impact|effect|because)\b", text, re.IGNORECASE)


def test_results_are_written_with_their_bases(built, files):
    rows = list(csv.DictReader(io.StringIO(files["report/results.csv"].decode())))
    mine = [r for r in rows if r["result"] == "likelihood-associations"]
    found = built.results["likelihood-associations"]
    assert len(mine) == len(found)
    assert [r["base_text"] for r in mine] == [b for b in found.bases for _ in range(8)]
    assert float(mine[0]["estimate"]) == found.rows["estimate"].iloc[0]
    stored = json.loads(files["report/results/likelihood-points.json"].decode())
    assert stored["rows"][0]["estimate"] == built.results["likelihood-points"].rows["estimate"].iloc[0]


def test_without_a_box_there_are_no_points(founding):
    part = likelihood_part(founding, {"question": "credible", "drivers": ["knowledge"]})
    assert "likelihood-points" not in part.results
    with pytest.raises(ColumnNotFoundError, match="no question or column 'trusted'"):
        likelihood_part(founding, {"question": "follow", "drivers": ["trusted"]})
