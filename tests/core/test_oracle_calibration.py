"""Calibrated weights and the standard errors after calibration against R `survey`.

Entries of the calibration family on dclus1, dstrat and dw: postStratify, calibrate (linear and raking, on counts,
on a regression, on margins) with every number they give; rake with weights and estimates only, because R's own
variance after rake() is another one (ten sweeps of unweighted margin means, statistics 2.25).

Tolerance 1e-7, the oracle folder's advice for answers that R iterates to convergence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from oracles import harness

from survey_analysis.core.calibrate import (
    calibrate_linear,
    calibrate_raking,
    kish,
    margin_dummies,
    poststratify,
    rake,
)
from survey_analysis.core.covariance import covariance, zero_small_matrix
from survey_analysis.core.frame import CalibrationBlock
from survey_analysis.core.influence import ratio, total

pytestmark = pytest.mark.oracle

TOLERANCE = 1e-7
DESIGNS = ("dclus1", "dstrat", "dw")
TYPES = ("stype",)
MARGINS = {"stype": "types", "sch.wide": "sw", "awards": "aw"}
PROCEDURES = (
    "none",
    "post",
    "post_partial",
    "rake",
    "rake3",
    "cal_linear",
    "cal_raking",
    "cal_types_linear",
    "cal_types_raking",
    "cal_margins_formula",
)


def population(name: str) -> np.ndarray:
    counts = harness.entries("04_calibration")["calib.population"]["values"][MARGINS[name]]
    return np.asarray(counts["Freq"], dtype=float)


def codes(d: harness.Design, name: str) -> np.ndarray:
    return d.table.factor(name).codes


def regression(d: harness.Design, procedure: str) -> tuple[np.ndarray, np.ndarray]:
    """Variables and totals of ~stype + api99, ~stype, or the two margins of a formula list."""
    values = harness.entries("04_calibration")["calib.population"]["values"]
    if procedure == "cal_margins_formula":
        names = ("stype", "sch.wide")
        x = margin_dummies([codes(d, n) for n in names], [len(population(n)) for n in names])
        return x, np.concatenate([population(n) for n in names])
    dummies = margin_dummies([codes(d, "stype")], [3])[:, 1:]
    x = np.column_stack([np.ones(d.table.n), dummies, d.table["api99"]])
    totals = harness.numbers(values["reg"])
    return (x[:, :3], totals[:3]) if "types" in procedure else (x, totals)


def run(procedure: str, d: harness.Design) -> tuple[np.ndarray, np.ndarray | None]:
    """Calibrated weights, and the variables for the residuals (None: weights as they are)."""
    start = d.frame.weight
    if procedure == "none":
        return start, None
    if procedure in {"rake", "rake3"}:
        names = list(MARGINS)[: 3 if procedure == "rake3" else 2]
        return rake([codes(d, n) for n in names], [population(n) for n in names], start).weight, None
    if procedure == "post":
        weight = poststratify(codes(d, "stype"), population("stype"), start).weight
        return weight, margin_dummies([codes(d, "stype")], [3])
    if procedure == "post_partial":
        cross = harness.entries("04_calibration")["calib.population"]["values"]["cross"]
        cell = codes(d, "stype") + 3 * codes(d, "sch.wide")
        counts = np.where(
            np.bincount(cell, minlength=6) > 0, cross["Freq"], 0.0
        )  # partial: empty cells dropped
        return poststratify(cell, counts, start).weight, margin_dummies([cell], [6])
    x, totals = regression(d, procedure)
    solve = calibrate_linear if procedure.endswith("linear") else calibrate_raking
    return solve(x, totals, start).weight, x


def outputs(d: harness.Design, frame: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Estimates and influence values that `out()` of the reference script reports."""
    w = frame.weight
    one = np.ones((frame.n, 1))
    pair = harness.terms("api00 + ell", d.table).values
    shares = harness.terms("stype + awards", d.table).values
    member = harness.groups("comp.imp", d.table).member
    return {
        "mean": ratio(pair, one, w),
        "total": total(d.table["api.stu"], w),
        "prop": ratio(shares, one, w),
        "by": ratio(d.table["api00"][:, None] * member, member, w),
    }


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_calibration(procedure, name):
    values = harness.entries("04_calibration")[f"calib.{procedure}.{name}"]["values"]
    d = harness.design(name, "calibration")
    weight, x = run(procedure, d)
    worst = harness.Worst()

    def check(what: str, ours: Any, theirs: Any, scale: Any = 0.0) -> None:
        worst.check(what, f"{procedure}.{name} {what}", ours, theirs, scale=scale, tolerance=TOLERANCE)

    check("weights", weight, values["weights"])
    deff, effective = kish(weight)
    if (weight > 0).all():
        check("kish", [deff, effective], [values["kish"]["deff_kish"], values["kish"]["n_eff"]])
    blocks = () if x is None else (CalibrationBlock(np.arange(d.frame.n), d.frame.weight, x),)
    frame = replace(d.frame, weight=weight, calibration=blocks)
    for key, (theta, z) in outputs(d, frame).items():
        check(f"{key}.estimate", theta, values[key]["estimate"])
        if procedure.startswith("rake"):
            continue
        size = np.abs(theta) if key == "total" else 1.0
        v = zero_small_matrix(covariance(z, frame), size)
        se = np.sqrt(np.diag(v))
        check(f"{key}.se", se, values[key]["se"], scale=1e-8 * np.abs(theta))
        if "vcov" in values[key]:
            floor = np.maximum(1e-3 * np.outer(se, se), 1e-16 * np.outer(theta, theta))
            check(f"{key}.vcov", v, values[key]["vcov"], scale=floor)


@pytest.mark.parametrize("name", DESIGNS)
def test_raking_margins_give_the_same_weights_as_raking_calibration(name):
    d = harness.design(name, "calibration")
    names = ("stype", "sch.wide")
    by_cells = rake([codes(d, n) for n in names], [population(n) for n in names], d.frame.weight)
    x, totals = regression(d, "cal_margins_formula")
    by_newton = calibrate_raking(x, totals, d.frame.weight)
    np.testing.assert_allclose(by_cells.weight, by_newton.weight, rtol=1e-10)


@pytest.mark.parametrize("procedure", ["cal_margins_formula", "post"])
def test_one_changed_weight_is_noticed(procedure):
    d = harness.design("dclus1", "calibration")
    weight = d.frame.weight.copy()
    weight[3] *= 1.01
    changed, _ = run(procedure, harness.Design(d.table, replace(d.frame, weight=weight)))
    values = harness.entries("04_calibration")[f"calib.{procedure}.dclus1"]["values"]
    assert np.abs(changed / harness.numbers(values["weights"]) - 1).max() > 1e-5
