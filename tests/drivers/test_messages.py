"""What cannot be shared out is said before it is: counts, names, a way out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from drivers import made
from survey_analysis.errors import (
    ColumnNotFoundError,
    DesignError,
    EmptyDomainError,
    EstimationError,
    LonelyPsuError,
    ScoreError,
)

DATA = made.data(n=40)


def _survey(**columns: object) -> sa.Survey:
    return made.survey(DATA.assign(**columns))


CASES = {
    "collinear": (
        lambda: _survey(x3=DATA["x0"] + DATA["x1"]).drivers("y", ["x0", "x1", "x3"]),
        EstimationError,
        r"'x3' is a combination of 'x0', 'x1'",
    ),
    "twice the same": (
        lambda: _survey(x3=DATA["x0"]).drivers("y", ["x0", "x3"]),
        EstimationError,
        r"'x3' is a combination of 'x0'",
    ),
    "constant predictor": (
        lambda: _survey(x3=4).drivers("y", ["x0", "x3"]),
        EstimationError,
        r"predictor 'x3' does not vary: 40 people, one answer",
    ),
    "constant outcome": (
        lambda: _survey(y=4).drivers("y", ["x0"]),
        EstimationError,
        r"outcome 'y' does not vary: 40 people",
    ),
    "box of nobody": (
        lambda: _survey(y=[1, 2] * 20).drivers("y", ["x0"], answers=["1", "2"]),
        EstimationError,
        "outcome 'y' does not vary",
    ),
    "few people": (
        lambda: _survey().drivers("y", ["x0", "x1", "x2"], where="unit == 0"),
        EstimationError,
        r"3 predictors need more than 4 people with complete answers; there are 4",
    ),
    "nobody complete": (
        lambda: _survey(a=[1, None] * 20, b=[None, 1] * 20).drivers("y", ["a", "b"]),
        EmptyDomainError,
        r"Nobody answered the outcome and every predictor.*\n.*a 20, b 20",
    ),
    "nobody in the domain": (
        lambda: _survey().drivers("y", ["x0"], where="x0 > 90"),
        EmptyDomainError,
        "Nobody is in the domain",
    ),
    "unknown": (lambda: _survey().drivers("y", ["x9"]), ColumnNotFoundError, "no question or column 'x9'"),
    "none": (lambda: _survey().drivers("y", []), EstimationError, "on= names no predictor"),
    "twice": (lambda: _survey().drivers("y", ["x0", "x0"]), EstimationError, "names 'x0' twice"),
    "itself": (lambda: _survey().drivers("y", ["y"]), EstimationError, "is the outcome and a predictor"),
    "words": (
        lambda: _survey(g=["north", "south"] * 20).drivers("y", ["g"]),
        ScoreError,
        "answers of 'g' are words",
    ),
    "measure": (lambda: _survey().drivers("y", ["x0"], method="shap"), EstimationError, "no measure 'shap'"),
    "pooled": (
        lambda: _survey().drivers("y", ["x0"], pooled="yes"),
        EstimationError,
        "pooled='yes' is not known",
    ),
    "orders unused": (
        lambda: _survey().drivers("y", ["x0"], method="johnson", orders=10),
        EstimationError,
        "orders= is for LMG and Kruskal",
    ),
    "odd orders": (lambda: _survey().drivers("y", ["x0"], orders=5), EstimationError, "not an even number"),
    "half a replicate": (
        lambda: _survey().drivers("y", ["x0"], bootstrap=2.5),
        EstimationError,
        "holds 2.5, which is no whole number",
    ),
    "drawn with unequal probability": (
        lambda: sa.read(DATA.assign(pi=0.2), fpc="pi", pps="brewer").drivers("y", ["x0"]),
        DesignError,
        "unequal probability.*\n.*bootstrap=0",
    ),
    "lonely unit": (
        lambda: made.survey(DATA.assign(h=[1] * 39 + [2]), strata="h").drivers("y", ["x0"]),
        LonelyPsuError,
        "has one PSU",
    ),
    "level": (lambda: _survey().drivers("y", ["x0"], level=95), EstimationError, "not a confidence level"),
    "box of a number": (
        lambda: _survey(y=np.linspace(0, 1, 40).round(4)).drivers("y", ["x0"], top=2),
        ScoreError,
        "no answers to count",
    ),
    "which end": (lambda: _survey().drivers("y", ["x0"], top=2), ScoreError, "which end is favourable"),
    "r2 of several": (
        lambda: _survey(g=["a", "b"] * 20).drivers("y", ["x0"], by="g", bootstrap=0).r2,
        EstimationError,
        "needs one group",
    ),
    "measure not asked": (
        lambda: _survey().drivers("y", ["x0"], bootstrap=0)["last"],
        ColumnNotFoundError,
        "no measure 'last'",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message(name):
    call, kind, text = CASES[name]
    with pytest.raises(kind, match=text):
        call()


def test_an_item_beside_its_construct_is_refused(founding):
    with pytest.raises(EstimationError, match="'credible' and 'credibility' share the item 'credible'"):
        founding.drivers("follow", ["credibility", "credible"])


def test_a_battery_over_other_subjects_is_refused(founding):
    with pytest.raises(EstimationError, match="'conversations' is asked about every category"):
        founding.drivers("follow", ["conversations"])


def test_samples_of_different_populations_are_not_pooled(founding):
    with pytest.raises(EstimationError, match="different populations"):
        founding.drivers("recommendations", ["face_to_face"], bootstrap=0)


def test_a_replicate_without_variation_is_left_out_and_said():
    frame = made.data(n=60).assign(x3=[1] + [0] * 59)
    with pytest.warns(sa.SurveyAnalysisWarning, match="replicates an estimate is undefined"):
        found = made.survey(frame).drivers("y", ["x0", "x3"], bootstrap=30)
    assert np.isfinite(found.rows["std_error"]).all()


def test_one_predictor_has_all_of_it():
    found = made.survey(DATA).drivers("y", "x0", bootstrap=0)
    assert found.rows["share"].tolist() == pytest.approx([1.0, 1.0])
    assert found["lmg"].iloc[0] == pytest.approx(found.r2)


def test_perfect_fit_is_an_answer_not_a_crash():
    frame = pd.DataFrame({"y": [1.5, 2.5, 3.5, 5.5, 6.5], "x": [1.0, 2.0, 3.0, 5.0, 6.0]})
    found = sa.read(frame).drivers("y", "x", bootstrap=0)
    assert found.r2 == pytest.approx(1.0)


def test_codes_that_are_names_are_no_numbers(founding):
    with pytest.raises(ScoreError, match="codes of 'region' may be names"):
        founding.drivers("follow", ["credibility", "region"], bootstrap=0)
    assert founding.drivers("follow", ["credibility", "S1_age"], bootstrap=0).fits["n"].min() > 1000
