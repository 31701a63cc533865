"""Calibrated weights and the standard errors after calibration against R `survey`, every entry of the family.

Each procedure is a list of calibration blocks: the kernel takes their residuals (dclus1, dstrat, dw, dclus2),
replicate designs repeat them (rclus1, rstrat). R's own variance after rake() is another one (ten sweeps of
unweighted margin means, statistics 2.25); the entries of rake() and trimWeights() are compared with that
parity form.

Tolerance 1e-7, the oracle folder's advice for answers that R iterates to convergence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from oracles import harness

from survey_analysis.core.blocks import CalibrationBlock, SweptBlock, cluster_means
from survey_analysis.core.calibrate import (
    CalibrationStep,
    PoststratifyStep,
    calibrate_raking,
    kish,
    margin_dummies,
    rake,
)
from survey_analysis.core.covariance import covariance, zero_small_matrix
from survey_analysis.core.distance import distance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.replicate_weights import Factors
from survey_analysis.core.replicates import Replicates
from survey_analysis.core.stages import StageColumns
from survey_analysis.core.sweeps import RakeStep, RoundsStep, rake_rounds
from survey_analysis.core.trimming import TrimStep

pytestmark = pytest.mark.oracle

TOLERANCE = 1e-7
TIGHT = {"max_rounds": 500, "change": 1e-12}  # R control = list(maxit = 500, epsilon = 1e-12)
ROUNDING = 1e-4  # times the tolerance: R leaves 1e-11 of an estimate where its standard error is zero
MARGINS = {"stype": "types", "sch.wide": "sw", "awards": "aw"}
REPLICATES = {"rclus1": "dclus1", "rstrat": "dstrat"}
WORST = harness.Worst()


def population(name: str) -> np.ndarray:
    counts = harness.entries("04_calibration")["calib.population"]["values"][MARGINS[name]]
    return np.asarray(counts["Freq"], dtype=float)


def codes(d: harness.Design, name: str) -> np.ndarray:
    return d.table.factor(name).codes


@dataclass(frozen=True)
class Done:
    """Weights after some steps, and the blocks that made them."""

    weight: np.ndarray
    blocks: tuple[CalibrationBlock, ...] = ()

    def step(self, x: np.ndarray, reweigh: Callable[[np.ndarray], np.ndarray], **more: Any) -> Done:
        weight = reweigh(self.weight)
        kind = SweptBlock if "margins" in more else CalibrationBlock
        rows = np.arange(len(weight))
        block = kind(rows, self.weight, x, weight=weight, reweigh=reweigh, **more)
        return Done(weight, (*self.blocks, block))


def calibrated(done: Done, x: np.ndarray, totals: Any, method: str, **more: Any) -> Done:
    bounds = more.pop("bounds", (None, None))
    spread, cluster = more.get("spread"), more.pop("cluster", None)
    solve = CalibrationStep(x, np.asarray(totals, float), distance(method, *bounds), spread, cluster)
    shared = x if cluster is None else cluster_means(x, done.weight, cluster)
    return done.step(shared, solve, **more)


def poststratified(done: Done, cell: np.ndarray, counts: np.ndarray, *, partial: bool = False) -> Done:
    return done.step(margin_dummies([cell], [len(counts)]), PoststratifyStep(cell, counts, partial))


def raked(done: Done, d: harness.Design, names: tuple[str, ...], **control: Any) -> Done:
    """R `rake` with its control and its own variance."""
    own, counts = tuple(codes(d, n) for n in names), tuple(population(n) for n in names)
    rounds = rake_rounds(own, counts, done.weight, **control)
    x = margin_dummies(own, [len(c) for c in counts])
    return done.step(x, RoundsStep(own, counts, rounds.rounds), margins=own, passed=rounds.passed)


def regression(d: harness.Design) -> tuple[np.ndarray, np.ndarray]:
    """Variables and totals of ~stype + api99."""
    values = harness.entries("04_calibration")["calib.population"]["values"]
    dummies = margin_dummies([codes(d, "stype")], [3])[:, 1:]
    return np.column_stack([np.ones(d.table.n), dummies, d.table["api99"]]), harness.numbers(values["reg"])


def run(procedure: str, d: harness.Design, values: dict[str, Any]) -> Done:
    """The steps of one entry."""
    raw = Done(d.frame.weight)
    x, totals = regression(d)
    two = ("stype", "sch.wide")
    match procedure.split("_"):
        case ["none"]:
            return raw
        case ["post"]:
            return poststratified(raw, codes(d, "stype"), population("stype"))
        case ["post", "partial"]:
            cross = harness.entries("04_calibration")["calib.population"]["values"]["cross"]
            cell = codes(d, "stype") + 3 * codes(d, "sch.wide")
            return poststratified(raw, cell, np.asarray(cross["Freq"], float), partial=True)
        case ["rake"]:
            return raked(raw, d, two, **TIGHT)
        case ["rake3"]:
            return raked(raw, d, tuple(MARGINS), **TIGHT)
        case ["rake", "default"]:
            return raked(raw, d, tuple(MARGINS))
        case ["cal", "types", method]:
            return calibrated(raw, x[:, :3], totals[:3], method, bounds=bounds(method))
        case ["cal", "margins", "formula"]:
            own = margin_dummies([codes(d, n) for n in two], [3, 2])
            return calibrated(raw, own, np.concatenate([population(n) for n in two]), "raking")
        case ["cal", "bounded"]:
            return calibrated(raw, x, totals, "linear", bounds=(0.4, 2.5))
        case ["cal", "bounded", "tight"]:
            return calibrated(raw, x[:, :3], totals[:3], "linear", bounds=(0.5, 1.8))
        case ["cal", "variance"]:
            size = d.table["api.stu"]
            return calibrated(raw, size[:, None], [3191200.0], "linear", spread=size)
        case ["cal", method]:
            return calibrated(raw, x, totals, method, bounds=bounds(method))
        case ["trim", *_]:
            low, high = values.get("lower", -np.inf), values["upper"]
            limit = TrimStep(low, high, strict="lower" in values)
            return raked(raw, d, two, **TIGHT).step(np.empty((d.table.n, 0)), limit)
        case ["aggregate", "stage"]:
            return calibrated(raw, x, totals, "linear", cluster=d.frame.psu)
        case ["sequential"]:
            return raked(run("post", d, values), d, ("sch.wide", "awards"), **TIGHT)
    raise AssertionError(procedure)


def bounds(method: str) -> tuple[float | None, float | None]:
    return (0.3, 3.0) if method == "logit" else (None, None)


def jackknife(frame: DesignFrame) -> Replicates:
    """R `as.svrepdesign`: one unit out at a time, the rest of its stratum up."""
    m, f = frame.psu_per_stratum, frame.stratum_fraction
    h = frame.psu_stratum
    table = np.where(h[:, None] == h[None, :], (m / (m - 1))[h][:, None], 1.0)
    np.fill_diagonal(table, 0.0)
    rscales = ((m - 1) / m * (1 - f))[h]
    return Replicates(Factors(frame.psu, frame.n_psu, table), 1.0, rscales, mse=False)


def design(name: str) -> harness.Design:
    """The design of that name; dclus2 has two stages and makes its weights from their fractions."""
    if name != "dclus2":
        return harness.design(REPLICATES.get(name, name), "calibration")
    t = harness.table("apiclus2")
    second = StageColumns(t["snum"], fpc=t["fpc2"])
    return harness.Design(t, DesignFrame.of(None, psu=t["dnum"], fpc=t["fpc1"], later=[second]))


def outputs(d: harness.Design, frame: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Estimates and influence values that `out()` of the reference script reports."""
    one = np.ones((frame.n, 1))
    pair = harness.terms("api00 + ell", d.table).values
    shares = harness.terms("stype + awards", d.table).values
    member = harness.groups("comp.imp", d.table).member
    return {
        "mean": ratio(pair, one, frame),
        "total": total(d.table["api.stu"], frame),
        "prop": ratio(shares, one, frame),
        "by": ratio(d.table["api00"][:, None] * member, member, frame),
    }


def split(entry: str) -> tuple[str, str]:
    parts = entry.split(".")[1:]
    return (parts[0], parts[1]) if len(parts) > 1 else (parts[0], "dclus1")


ENTRIES = [
    e for e in (harness.entries("04_calibration") if harness.SHARED.is_dir() else ()) if e not in
    ("calib.population", "calib.jackknife_rake")
]  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
def test_calibration(entry: str) -> None:
    values = harness.entries("04_calibration")[entry]["values"]
    procedure, name = split(entry)
    d = design(name)
    done = run(procedure, d, values)

    def check(what: str, ours: Any, theirs: Any, scale: Any = 0.0) -> None:
        WORST.check(what, f"{entry} {what}", ours, theirs, scale=scale, tolerance=TOLERANCE)

    check("weights", done.weight, values["weights"])
    deff, effective = kish(done.weight)
    if (done.weight > 0).all():
        check("kish", [deff, effective], [values["kish"]["deff_kish"], values["kish"]["n_eff"]])
    frame = replace(d.frame, weight=done.weight, calibration=done.blocks)
    if name in REPLICATES:
        frame = replace(frame, replicates=jackknife(d.frame))
    for key, (theta, z) in outputs(d, frame).items():
        check(f"{key}.estimate", theta, values[key]["estimate"])
        size = np.abs(theta) if key == "total" else 1.0
        v = zero_small_matrix(covariance(z, frame), size)
        se = np.sqrt(np.diag(v))
        check(f"{key}.se", se, values[key]["se"], scale=ROUNDING * np.abs(theta))
        if "vcov" in values[key]:
            size = np.maximum(se, ROUNDING * np.abs(theta))
            fixed = size > se
            floor = np.outer(size, size) * np.where(fixed[:, None] | fixed, 1.0, 1e-3)
            check(f"{key}.vcov", v, values[key]["vcov"], scale=floor)


def test_the_replicate_weights_themselves() -> None:
    values = harness.entries("04_calibration")["calib.jackknife_rake"]["values"]
    d = harness.design("dclus1", "calibration")
    done = run("rake", d, {})
    frame = replace(d.frame, weight=done.weight, calibration=done.blocks, replicates=jackknife(d.frame))
    made = np.concatenate(list(frame.replicate_weights.blocks()), axis=1)
    theirs = harness.numbers(values["replicate_weights_row1"])
    appear = list(dict.fromkeys(d.frame.psu.tolist()))  # R leaves units out in the order of the file
    np.testing.assert_allclose(made[0, appear], theirs, rtol=TOLERANCE)


def test_worst_differences(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed, after the entries above ran."""
    with capsys.disabled():
        print(f"\ncalibration against R, {len(ENTRIES)} entries\n{WORST.lines()}")
    assert all(value <= TOLERANCE for value, _ in WORST.found.values())


@pytest.mark.parametrize("name", ["dclus1", "dstrat", "dw"])
def test_raking_margins_give_the_same_weights_as_raking_calibration(name):
    d = harness.design(name, "calibration")
    names = ("stype", "sch.wide")
    by_cells = rake([codes(d, n) for n in names], [population(n) for n in names], d.frame.weight)
    x = margin_dummies([codes(d, n) for n in names], [3, 2])
    by_newton = calibrate_raking(x, np.concatenate([population(n) for n in names]), d.frame.weight)
    np.testing.assert_allclose(by_cells.weight, by_newton.weight, rtol=1e-10)


@pytest.mark.parametrize("name", ["dclus1", "dstrat", "dw"])
@pytest.mark.parametrize("procedure", ["rake", "rake3"])
def test_raking_to_exact_margins_is_where_the_rounds_of_r_lead(procedure, name):
    d = harness.design(name, "calibration")
    names = tuple(MARGINS)[: 3 if procedure == "rake3" else 2]
    step = RakeStep(tuple(codes(d, n) for n in names), tuple(population(n) for n in names))
    theirs = harness.entries("04_calibration")[f"calib.{procedure}.{name}"]["values"]["weights"]
    np.testing.assert_allclose(step(d.frame.weight), harness.numbers(theirs), rtol=TOLERANCE)


@pytest.mark.parametrize("procedure", ["cal_margins_formula", "post"])
def test_one_changed_weight_is_noticed(procedure):
    d = harness.design("dclus1", "calibration")
    weight = d.frame.weight.copy()
    weight[3] *= 1.01
    changed = run(procedure, harness.Design(d.table, replace(d.frame, weight=weight)), {}).weight
    values = harness.entries("04_calibration")[f"calib.{procedure}.dclus1"]["values"]
    assert np.abs(changed / harness.numbers(values["weights"]) - 1).max() > 1e-5
