"""Routing against data: rows counted by hand, kinds of missing told apart."""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.datasets import folder as dataset

STUDY = {
    "subjects": {"brand": {"a": "Alpha", "b": "Beta"}},
    "scales": {"yes": {"levels": [[1, "no"], [2, "yes"]], "missing": [[98, "dont_know"], [-1, "not_asked", "Inapplicable"]]}},
    "questions": {
        "own": {"column": "OWN", "levels": ["no", "yes"]},
        "make": {"column": "MAKE", "kind": "open", "asked_if": "own == 'yes'", "short": "Make"},
        "like": {"column": "LIKE", "scale": "yes", "asked_if": "own == 'yes'"},
        "where": {"kind": "multiple", "columns": ["W1", "W2"], "not_selected": ["off"], "asked_if": "own == 'yes'"},
        "blank": {"kind": "multiple", "columns": ["B1"], "not_selected": [""], "asked_if": "own == 'yes'"},
    },
    "batteries": {"rate": {"over": "brand", "columns": "R_{brand}", "scale": "yes", "asked_if": "`K_{brand}` == '1'"}},
    "derived": {"owner": {"levels": {"owner": "own == 'yes'"}}},
}  # fmt: skip
CELLS = {
    "OWN": ["yes", "yes", "yes", "no", "no", ""],
    "MAKE": ["A", "", "NA", "", "B", ""],
    "LIKE": ["98", "2", "-1", "-1", "1", "Inapplicable"],
    "W1": ["on", "off", "", "off", "on", ""],
    "W2": ["off", "off", "", "off", "off", ""],
    "B1": ["1", "", "", "", "1", ""],
    "K_a": ["1", "1", "0", "0", "1", "0"],
    "K_b": ["0", "0", "0", "0", "1", "0"],
    "R_a": ["1", "", "", "", "2", ""],
    "R_b": ["", "", "", "", "2", "1"],
}


@pytest.fixture(scope="module")
def audit():
    return sa.read(pd.DataFrame(CELLS), study=STUDY | {"study": {"missing_text": ["", "NA"]}}).base_audit()


def line(audit, question, subject=""):
    return next(x for x in audit.lines if (x.question, x.subject) == (question, subject))


@pytest.mark.parametrize(
    ("question", "subject", "asked", "data", "unanswered", "unasked"),
    [
        ("make", "", 3, 2, (2, 3), (5,)),
        ("like", "", 3, 3, (3,), (5,)),  # "don't know" was asked, "inapplicable" was not
        ("where", "", 3, 3, (3,), (5,)),  # "off" for everybody is no answer of those not asked
        ("blank", "", 3, 2, (), (5,)),
        ("rate", "Alpha", 3, 2, (2,), ()),
        ("rate", "Beta", 1, 2, (), (6,)),
    ],
)
def test_rows_are_those_one_counts_by_hand(audit, question, subject, asked, data, unanswered, unasked):
    found = line(audit, question, subject)
    assert (found.asked, found.data) == (asked, data)
    assert (found.unanswered, found.unasked) == (unanswered, unasked)


def test_the_audit_reads_as_a_table_and_as_rows(audit):
    assert (len(audit), audit.rows, audit.unanswered, audit.unasked) == (6, 6, 5, 5)
    assert audit.unrouted == ("own", "K_a", "K_b")
    cases = audit.cases()
    assert cases[cases["question"] == "make"]["row"].tolist() == [2, 3, 5]
    text = repr(audit)
    assert "Asked if own == 'yes'" in text
    assert "5 without an answer that were asked, 5 with an answer that were not" in text
    assert "cannot be seen" in text
    assert line(audit, "blank").unseen
    page = audit._repr_html_()
    assert "<table" in page
    assert "2, 3" in page


def test_routing_of_a_file_counts_for_undeclared_columns():
    import dataclasses

    from survey_analysis.frames.table import Table

    plain = sa.read(pd.DataFrame({"own": ["yes", "no", "yes"], "make": ["A", "B", ""]}))
    raw = dataclasses.replace(plain.table.raw, routing={"make": "own == 'yes'"})
    audit = dataclasses.replace(plain, table=Table(raw, plain.study)).base_audit()
    assert [(x.question, x.asked, x.data, x.unanswered, x.unasked) for x in audit.lines] == [
        ("make", 2, 2, (3,), (2,))
    ]


def test_ids_are_nowhere(audit):
    data = pd.DataFrame({"rid": ["R_secret1", "R_secret2"], "own": ["yes", "yes"], "make": ["", "B"]})
    study = {"design": {"id": "rid"}, "questions": {"own": {}, "make": {"asked_if": "own == 'yes'"}}}
    found = sa.read(data, study=study).base_audit()
    assert "secret" not in repr(found) + found._repr_html_() + found.cases().to_string()


def test_the_founding_study_by_pandas_alone():
    """The raw CSV read with pandas: `received` is asked of sample 1, the recall questions of samples 2 and 3."""
    path = dataset() / "responses.csv"
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, header=0, skiprows=[1, 2])
    if "sample" not in raw:
        pytest.fail(f"the export has columns {list(raw)[:5]}")
    audit = sa.datasets.load().base_audit()
    received = [c for c in raw if c.startswith("S6_recv_") or c == "S6_none"]
    asked = raw["sample"] == "1"
    filled = (raw[received] != "").any(axis=1)
    found = line(audit, "received")
    assert (found.asked, found.data) == (int(asked.sum()), int((asked & filled).sum()))
    assert len(found.unanswered) == int((asked & ~filled).sum()) > 0
    assert found.unanswered == tuple(int(i) + 1 for i in (asked & ~filled).to_numpy().nonzero()[0])
    recall = raw["sample"].isin(["2", "3"])
    column = sa.datasets.load().codebook.question("face_to_face").column
    found = line(audit, "face_to_face")
    assert (found.asked, len(found.unanswered)) == (
        int(recall.sum()),
        int((recall & (raw[column] == "")).sum()),
    )


def test_without_routing_there_is_no_table():
    audit = sa.read(pd.DataFrame({"own": ["yes", "no"]})).base_audit()
    for shown in (repr(audit), audit._repr_html_()):
        assert "No question says whom it was asked" in shown
        assert "Routing says" not in shown


def test_who_broke_off_is_told_apart(founding):
    audit = founding.base_audit()
    follow = line(audit, "follow", "Micro-influencer")
    assert follow.broke_off > 0
    assert follow.asked == follow.data + follow.broke_off + len(follow.unanswered)
    assert audit.removed == sum(e.dropped for e in founding.log.entries) > 0
    assert "Audit before cleaning" in repr(audit)
