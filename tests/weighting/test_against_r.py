"""The weighting verbs against R: what a user types, on the API and NHANES tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracles import harness

import survey_analysis as sa

pytestmark = pytest.mark.oracle

TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
AWARDS = {"No": 2027, "Yes": 4167}
SIZE = {"1": 6194, "stype": {"H": 755, "M": 1018}}
FULL = {**SIZE, "api99": 3914069}
DESIGNS: dict[str, tuple[str, dict[str, Any]]] = {
    "dclus1": ("apiclus1", {"weight": "pw", "psu": "dnum", "fpc": "fpc"}),
    "dstrat": ("apistrat", {"weight": "pw", "strata": "stype", "fpc": "fpc"}),
    "dw": ("apisrs", {"weight": "pw"}),
}
TIGHT: dict[str, Any] = {"variance": "r-rake", "max_rounds": 500, "change": 1e-12}
PROCEDURES: dict[str, Any] = {
    "post": lambda s: s.poststratify(["stype"], {(k,): v for k, v in TYPES.items()}),
    "rake": lambda s: s.rake({"stype": TYPES, "sch.wide": WIDE}, **TIGHT),
    "rake_default": lambda s: s.rake({"stype": TYPES, "sch.wide": WIDE, "awards": AWARDS}, variance="r-rake"),
    "cal_linear": lambda s: s.calibrate(FULL),
    "cal_raking": lambda s: s.calibrate(FULL, method="raking"),
    "cal_logit": lambda s: s.calibrate(FULL, method="logit", bounds=(0.3, 3)),
    "cal_types_linear": lambda s: s.calibrate(SIZE),
    "cal_bounded": lambda s: s.calibrate(FULL, bounds=(0.4, 2.5)),
    "cal_bounded_tight": lambda s: s.calibrate(SIZE, bounds=(0.5, 1.8)),
    "cal_variance": lambda s: s.calibrate({"api.stu": 3191200}, variance="api.stu"),
    "cal_margins_formula": lambda s: s.calibrate({"stype": TYPES, "sch.wide": WIDE}, method="raking"),
}


def read(name: str, **design: Any) -> sa.Survey:
    frame = pd.read_csv(harness.shared("oracles", "data", f"{name}.csv"), dtype=str, keep_default_na=False)
    return sa.read(frame.replace("NA", ""), **design)


def agree(survey: sa.Survey, values: dict[str, Any]) -> None:
    np.testing.assert_allclose(survey.weights, harness.numbers(values["weights"]), rtol=1e-7)
    for question, place in (("api00", 0), ("ell", 1)):
        made = survey.mean(question)
        assert made.value == pytest.approx(harness.numbers(values["mean"]["estimate"])[place], rel=1e-7)
        assert made.std_error == pytest.approx(harness.numbers(values["mean"]["se"])[place], rel=1e-7)
    by = survey.mean("api00", by="comp.imp").to_frame()
    assert by["std_error"].tolist() == pytest.approx(harness.numbers(values["by"]["se"]).tolist(), rel=1e-7)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_procedure(procedure: str, design: str) -> None:
    table, columns = DESIGNS[design]
    values = harness.entries("04_calibration")[f"calib.{procedure}.{design}"]["values"]
    agree(PROCEDURES[procedure](read(table, **columns)), values)


@pytest.mark.parametrize("strict", [False, True])
def test_trimming(strict: bool) -> None:
    name = "trim_strict" if strict else "trim"
    values = harness.entries("04_calibration")[f"calib.{name}.dstrat"]["values"]
    table, columns = DESIGNS["dstrat"]
    raked = PROCEDURES["rake"](read(table, **columns))
    agree(raked.trim(lower=values.get("lower"), upper=values["upper"], strict=strict), values)


def test_whole_clusters_share_a_factor() -> None:
    values = harness.entries("04_calibration")["calib.aggregate_stage"]["values"]
    table, columns = DESIGNS["dclus1"]
    agree(read(table, **columns).calibrate(FULL, whole_clusters=True), values)


def test_one_step_after_the_other() -> None:
    values = harness.entries("04_calibration")["calib.sequential"]["values"]
    table, columns = DESIGNS["dclus1"]
    first = PROCEDURES["post"](read(table, **columns))
    agree(first.rake({"sch.wide": WIDE, "awards": AWARDS}, **TIGHT), values)


@pytest.mark.parametrize(
    "procedure", ["post", "rake", "cal_linear", "cal_raking", "cal_logit", "cal_bounded"]
)
@pytest.mark.parametrize(("name", "design"), [("rclus1", "dclus1"), ("rstrat", "dstrat")])
def test_replicates_repeat_the_step(procedure: str, name: str, design: str) -> None:
    table, columns = DESIGNS[design]
    values = harness.entries("04_calibration")[f"calib.{procedure}.{name}"]["values"]
    agree(PROCEDURES[procedure](read(table, **columns).replicates(method="jackknife")), values)


def test_direct_standardization() -> None:
    values = harness.entries("01_taylor")["taylor.standardize"]["values"]
    survey = read("nhanes", weight="WTMEC2YR", psu="SDMVPSU", strata="SDMVSTRA", nest=True)
    ages = sorted(set(survey.table.raw.frame["agecat"]))
    made = survey.standardize(
        "agecat", dict(zip(ages, (105, 90, 70, 50), strict=True)), over="race", where="HI_CHOL is not missing"
    )
    rows = made.proportion("HI_CHOL", answers=["1"], by="race").to_frame().set_index("race")
    for race, estimate in values["estimate"].items():
        assert rows.loc[race, "estimate"] == pytest.approx(estimate, rel=1e-9)
        assert rows.loc[race, "std_error"] == pytest.approx(values["se"][race], rel=1e-9)
