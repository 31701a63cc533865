"""A weighted file without cleaning: the men and masculinity survey as its publisher left it."""

from __future__ import annotations

import numpy as np
import pytest

import survey_analysis as sa
from tests.real.published import FILES, HERE, shared, survey

pytestmark = pytest.mark.oracle


def test_weights_and_boxes_vary_and_the_rest_is_listed():
    men = survey("masculinity")
    found = men.robustness("manly")
    assert "report.findings[1]" in found.explain()
    assert [d.name for d in found.varied] == ["weights", "dont_know", "box"]
    assert [c.name for c in found.varied[0].choices] == ["declared", "none", "trim 5", "trim 3"]
    assert {x.dimension for x in found.left_out if not x.choice} == {"cleaning", "base"}
    with pytest.raises(sa.SurveyAnalysisError, match="No quality rules are declared"):
        men.robustness("manly", over=["cleaning"])


def test_a_trimmed_path_is_that_of_the_verbs():
    men = survey("masculinity")
    rows = men.robustness("manly").rows
    want = (
        men.trim(upper=3, unit="mean").proportion("manly", top=2, by="age").compare(to="65 and up").to_frame()
    )
    mine = rows[(rows["weights"] == "trim 3") & (rows["box"] == "top-2") & (rows["dont_know"] == "excluded")]
    for name in ("estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted", "n"):
        assert np.allclose(mine[name].to_numpy(float), want[name].to_numpy(float), rtol=0, atol=1e-12), name


def test_no_answer_left_out_is_that_of_a_study_that_calls_it_missing(tmp_path):
    text = (HERE / "masculinity" / "study.toml").read_text(encoding="utf-8")
    start = text.index("[questions.manly]")
    end = text.index("[questions.", start + 1)
    block = text[start:end].replace('outside = ["No answer"]', 'missing = [["No answer", "no_answer"]]')
    (tmp_path / "study.toml").write_text(text[:start] + block + text[end:], encoding="utf-8")
    other = sa.read(tmp_path / "study.toml", data=shared("data", *FILES["masculinity"]))
    want = other.proportion("manly", top=1, by="age").compare(to="65 and up").to_frame()
    rows = survey("masculinity").robustness("manly").rows
    mine = rows[(rows["weights"] == "declared") & (rows["box"] == "top-1")]
    mine = mine[mine["dont_know"] == "off the scale excluded"]
    for name in ("estimate", "std_error", "p_value", "n"):
        assert np.allclose(mine[name].to_numpy(float), want[name].to_numpy(float), rtol=0, atol=1e-12), name


def test_hyphens_of_labels_are_no_minus():
    labels = [row.label for row in survey("masculinity").robustness("manly").table().rows]
    assert labels == ["18 - 34 − 65 and up", "35 - 64 − 65 and up"]
