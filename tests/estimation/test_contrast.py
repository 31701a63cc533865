"""Contrasts and smooth functions of estimates against R `svycontrast` and closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries, numbers

import survey_analysis as sa
from estimation.r_designs import survey
from survey_analysis.errors import EstimationError, NotReducibleError

CLOSED = {"rtol": 1e-9, "atol": 0}


@pytest.mark.oracle
def test_svycontrast():
    theirs = entries("01_taylor")["taylor.contrast.dstrat"]["values"]
    data = survey("dstrat")
    got = data.mean("api00", by="stype").contrast({"EminusH": {"E": 1, "H": -1}, "avg": [1 / 3] * 3})
    np.testing.assert_allclose(got.to_frame()["estimate"], numbers(theirs["linear"]["estimate"]), **CLOSED)
    np.testing.assert_allclose(got.to_frame()["std_error"], numbers(theirs["linear"]["se"]), **CLOSED)
    np.testing.assert_allclose(got.vcov, theirs["linear"]["vcov"]["data"], **CLOSED)
    got = data.mean(["api00", "api99"]).transform({"contrast": "api00 / api99"})
    np.testing.assert_allclose(
        [got.value, got.std_error],
        numbers([theirs["ratio"]["estimate"]["contrast"], theirs["ratio"]["se"]]),
        **CLOSED,
    )
    got = data.total(["api00", "api99"]).transform({"r": "log(api00 / api99)"})
    np.testing.assert_allclose(
        [got.value, got.std_error], numbers([theirs["log"]["estimate"]["r"], theirs["log"]["se"]]), **CLOSED
    )


@pytest.mark.oracle
@pytest.mark.parametrize("design", ["dclus1", "r_jkn"])
def test_a_contrast_is_the_comparison_and_a_ratio_of_totals_the_ratio(design):
    data = survey(design)
    means = data.mean("api00", by="stype")
    test = means.compare("H", df="design").to_frame().set_index("contrast")
    got = means.contrast({"E - H": {"E": 1, "H": -1}}, df="design")
    row = test.loc["E - H"]
    np.testing.assert_allclose(got.std_error, row["std_error"], **CLOSED)
    if design == "dclus1":
        again = data.total(["api00", "api99"]).transform({"r": "api00 / api99"})
        np.testing.assert_allclose(again.std_error, data.ratio("api00", "api99").std_error, **CLOSED)


@pytest.fixture
def groups() -> sa.Survey:
    rng = np.random.default_rng(6)
    return sa.read(
        pd.DataFrame({"v": rng.exponential(2, 90), "g": rng.choice(["low", "mid", "very high"], 90)})
    )


def test_expressions_functions_and_given_gradients_agree(groups):
    means = groups.mean("v", by="g")
    text = means.transform({"x": "exp(-low / `very high`) ** 2 + sqrt(mid) * 3 - logit(expit(low))"})

    def same(t):
        return np.exp(-t[0] / t[2]) ** 2 + np.sqrt(t[1]) * 3 - t[0]

    called = means.transform({"x": same})
    t = means.to_frame()["estimate"].to_numpy()
    inner = 2 * np.exp(-2 * t[0] / t[2])
    slope = [-inner / t[2] - 1, 1.5 / np.sqrt(t[1]), inner * t[0] / t[2] ** 2]
    given = means.transform({"x": same}, gradients={"x": slope})
    by_hand = np.sqrt(np.array(slope) @ means.vcov @ np.array(slope))
    for got in (text, called, given):
        assert got.std_error == pytest.approx(by_hand, rel=1e-9)
        assert got.value == pytest.approx(same(t), rel=1e-12)


def test_combinations_can_be_combined_and_compared(groups):
    means = groups.mean("v", by="g")
    two = means.contrast({"a": {"low": 1, "mid": -1}, "b": {"mid": 1, "very high": -1}})
    again = two.contrast({"sum": {"a": 1, "b": 1}})
    once = means.contrast({"sum": {"low": 1, "very high": -1}})
    assert again.std_error == pytest.approx(once.std_error, rel=1e-12)
    test = two.compare(base="own").to_frame().iloc[0]
    wanted = means.contrast({"d": {"low": 1, "mid": -2, "very high": 1}}).std_error
    assert test["std_error"] == pytest.approx(wanted, rel=1e-9)
    with pytest.raises(NotReducibleError, match="common base"):
        two.compare(base="common")


def test_medians_and_spreads_can_be_combined(groups):
    medians = groups.median("v", by="g")
    got = medians.contrast({"d": {"low": 1, "mid": -1}})
    v = medians.vcov
    assert got.std_error == pytest.approx(np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1]), rel=1e-9)
    assert medians.transform({"r": "low / mid"}).std_error > 0


def test_degrees_of_freedom_and_base(groups):
    means = groups.mean("v", by="g")
    got = means.contrast({"d": {"low": 1, "mid": -1}})
    n = means.to_frame()["n"]
    assert got.to_frame()["df"][0] == n[0] + n[1] - 1
    assert got.to_frame()["n"][0] == n[0] + n[1]
    assert means.contrast({"d": {"low": 1}}, df="design").to_frame()["df"][0] == 89
    assert means.contrast({"d": {"low": 1}}, df=12).to_frame()["df"][0] == 12


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        ({"x": "low / high"}, "is not a row"),
        ({"x": "open('f')"}, "calls something unknown"),
        ({"x": "low if mid else low"}, "more than arithmetic"),
        ({"x": "low +"}, "is no expression"),
        ({"x": "low * 'a'"}, "is no number"),
        ({"x": "log(low - 100)"}, "is no number at these estimates"),
        ({"x": lambda t: abs(t[0])}, "cannot be had"),
        ({"x": lambda t: float(t[0].real) ** 2}, "cannot be had"),
        ({}, "no function"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_functions_that_are_refused(groups, functions, message):
    with pytest.raises(EstimationError, match=message):
        groups.mean("v", by="g").transform(functions)


@pytest.mark.parametrize(
    ("contrasts", "message"),
    [({"d": {"lo": 1}}, "is not a row"), ({"d": [1, -1]}, "2 coefficients for 3 rows"), ({}, "no contrast")],
)
def test_contrasts_that_are_refused(groups, contrasts, message):
    with pytest.raises(EstimationError, match=message):
        groups.mean("v", by="g").contrast(contrasts)


def test_explained(groups):
    means = groups.mean("v", by="g")
    assert "svycontrast" in means.contrast({"d": {"low": 1, "mid": -1}}).explain()
    assert "delta method" in means.transform({"d": "low / mid"}).explain()
    assert "d" in repr(means.transform({"d": "low / mid"}))
