"""Rubin's rules over completed copies against R `mitools` and `mice`, through the public interface."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracles.harness import Worst, entries, numbers, shared
from scipy import stats

import survey_analysis as sa

WORST = Worst()
CLOSED, GLM = 1e-9, 1e-6
STRATA = {"weight": "pw", "strata": "stype", "fpc": "fpc"}
MITOOLS = {"df_complete": np.inf, "small_sample": "mitools"}
R = {"variance": "r-svyglm"}  # R's covariance is that of the scoring step before the last
SIMPLE = {"variance": "model"}


@cache
def copies(name: str, design: str = "stratified") -> sa.Imputed[sa.Survey]:
    """The completed copies that R analysed, read one by one."""
    data = pd.read_csv(shared("oracles", "data", f"{name}.csv"))
    roles: dict[str, Any] = {"stratified": STRATA, "weights": {"weight": "pw"}, "none": {}}[design]
    parts = [part.drop(columns=".imp").reset_index(drop=True) for _, part in data.groupby(".imp")]
    return sa.Imputed.of([sa.read(p.drop(columns=".id", errors="ignore"), **roles) for p in parts])


def apistrat() -> sa.Imputed[sa.Survey]:
    return copies("mi_apistrat").combining(**MITOOLS)


def nhanes2() -> sa.Imputed[sa.Survey]:
    return copies("mi_nhanes2", "none").combining(**MITOOLS)


CASES = {
    "mi.lm": (lambda: nhanes2().glm("chl ~ bmi + age", **SIMPLE), GLM),
    "mi.lm_dfcomplete": (
        lambda: nhanes2().combining(df_complete=21, small_sample="mitools").glm("chl ~ bmi + age", **SIMPLE),
        GLM,
    ),
    "mi.glm": (lambda: nhanes2().glm("hyp ~ bmi", family="binomial", **SIMPLE), GLM),
    "mi.svymean": (lambda: apistrat().mean(["meals", "api00"]), CLOSED),
    "mi.svymean_df": (
        lambda: apistrat().combining(df_complete=197, small_sample="mitools").mean(["meals", "api00"]),
        CLOSED,
    ),
    "mi.svymean_prop": (lambda: apistrat().proportion("awards", method="t"), CLOSED),
    "mi.svytotal": (lambda: apistrat().total(["meals", "enroll"]), CLOSED),
    "mi.svyby": (lambda: apistrat().mean("meals", by="stype"), CLOSED),
    "mi.svyglm": (lambda: apistrat().glm("api00 ~ meals + ell", **R), GLM),
    "mi.svyglm_logit": (
        lambda: apistrat().glm("awards ~ meals + ell", family="quasibinomial", **R),
        GLM,
    ),
    "mi.weights_only": (
        lambda: copies("mi_apistrat", "weights").combining(**MITOOLS).mean("meals"),
        CLOSED,
    ),
    "mi.replicate": (
        lambda: apistrat().each(lambda s: s.replicates(method="jackknife")).mean(["meals", "api00"]),
        CLOSED,
    ),
}


def matrix(value: Any) -> np.ndarray:
    return np.array(value["data"] if isinstance(value, dict) else [[value]], dtype=float)


def check_df(key: str, ours: Any, theirs: Any, tolerance: float) -> None:
    """Degrees of freedom, infinite where nothing differs between copies."""
    a, b = np.asarray(ours, dtype=float), numbers(theirs)
    assert np.array_equal(np.isinf(a), np.isinf(b)), key
    finite = ~np.isinf(b)
    WORST.check("df", key, a[finite], b[finite].tolist(), tolerance=tolerance)


@pytest.mark.oracle
@pytest.mark.parametrize("key", CASES)
def test_mitools(key):
    make, tolerance = CASES[key]
    want, found = entries("05_mi")[key]["values"], make()
    rows, V = found.to_frame(), matrix(want["vcov"])
    se = np.sqrt(np.diag(V))

    def check(what: str, ours: Any, theirs: Any, scale: Any = 0.0) -> None:
        WORST.check(what, key, ours, theirs, scale=scale, tolerance=tolerance)

    limits = matrix(want["table"])[:, 2:]
    normal = stats.norm.ppf(0.975) * rows["std_error"]
    check("estimate", rows["estimate"], want["estimate"], se)
    check("se", rows["std_error"], want["se"])
    check("vcov", found.vcov, V.ravel().tolist(), np.outer(se, se))
    if key != "mi.glm":  # R stops glm early, and df magnify that: see test_glm_against_a_tight_fit
        check_df(key, rows["df"], want["df"], tolerance)
    check("missing information", rows["missing_information"], want["missinfo"], 1e-3)
    check("limits", rows[["conf_low", "conf_high"]], limits.ravel().tolist(), np.repeat(se, 2))
    check(  # R `confint(MIresult)` is the normal one whatever the degrees of freedom
        "normal limits",
        np.column_stack([rows["estimate"] - normal, rows["estimate"] + normal]),
        matrix(want["ci_t"]).ravel().tolist(),
        np.repeat(se, 2),
    )
    assert len(found.copies) == want["nimp"]


@pytest.mark.oracle
def test_each_copy():
    want = entries("05_mi")["mi.each"]["values"]
    parts = [c.rows.iloc[0] for c in apistrat().mean("meals").copies]
    WORST.check("each", "mi.each", [p["estimate"] for p in parts], want["estimate"], tolerance=CLOSED)
    WORST.check("each", "mi.each", [p["std_error"] ** 2 for p in parts], want["variance"], tolerance=CLOSED)


@pytest.mark.oracle
def test_mice_pool():
    want = entries("05_mi")["mi.mice_pool"]["values"]
    found = copies("mi_nhanes2", "none").glm("chl ~ bmi + age", **SIMPLE)  # Barnard-Rubin, own df
    rows = found.to_frame()
    within = np.mean([np.diag(c.vcov) for c in found.copies], axis=0)
    between = np.var([c.rows["estimate"] for c in found.copies], axis=0, ddof=1)
    total = rows["std_error"] ** 2
    extra = (1 + 1 / len(found.copies)) * between
    parts = {
        "estimate": rows["estimate"],
        "ubar": within,
        "b": between,
        "t": total,
        "dfcom": found.copies[0].rows["df"],
        "df": rows["df"],
        "riv": extra / within,
        "lambda": extra / total,
        "fmi": rows["missing_information"],
    }
    assert set(parts) == set(want)
    for name, ours in parts.items():
        WORST.check(f"pool {name}", "mi.mice_pool", ours, want[name], tolerance=GLM)


def more(key: str) -> dict[str, Any]:
    """What `mi_more.R` wrote."""
    return json.loads(Path(__file__).with_name("mi_more.json").read_text(encoding="utf-8"))[key]


def check_more(key: str, rows: pd.DataFrame, places: list[int], tolerance: float) -> None:
    want = {k: np.atleast_1d(v)[: len(places)] for k, v in more(key).items()}
    found = rows.iloc[places]
    names = {"estimate": "estimate", "std_error": "se", "df": "df", "missing_information": "missinfo"}
    for ours, theirs in names.items():
        WORST.check(f"{key} {ours}", key, found[ours], want[theirs].tolist(), tolerance=tolerance)


@pytest.mark.oracle
def test_glm_against_a_tight_fit():
    found = nhanes2().glm("hyp ~ bmi", family="binomial", **SIMPLE)
    check_more("glm", found.to_frame(), [0, 1], CLOSED)


@pytest.mark.oracle
def test_what_an_estimate_does_is_done_in_every_copy():
    check_more("ratio", apistrat().ratio("meals", "api00").to_frame(), [0], CLOSED)
    seen = apistrat().mean("meals", by="stype")
    differences = seen.contrast({"H - E": {"H": 1, "E": -1}, "M - E": {"M": 1, "E": -1}})
    check_more("contrast", differences.to_frame(), [0, 1], CLOSED)
    check_more("log_ratio", seen.transform({"log": "log(H / E)"}).to_frame(), [0], CLOSED)
    test = seen.compare(to="E").to_frame()
    check_more("contrast", test, [0, 1], CLOSED)
    ratio = seen.compare(to="E", as_="ratio").to_frame().iloc[[0]]
    check_more("log_ratio", ratio.assign(estimate=np.log(ratio["estimate"])), [0], CLOSED)
    t = ratio.iloc[0]
    assert np.isclose(t["statistic"], np.log(t["estimate"]) / t["std_error"], rtol=1e-12)


@pytest.mark.oracle
def test_a_t_test_is_the_regression_on_two_groups():
    rules = {"df_complete": 50, "small_sample": "mitools"}
    found = copies("mi_apistrat").combining(**rules).ttest("meals", by="awards").to_frame()
    want = {k: [v[1]] for k, v in more("ttest_df50").items()}
    for ours, theirs in {"estimate": "estimate", "std_error": "se", "df": "df"}.items():
        WORST.check(f"ttest {ours}", "ttest", found[ours], want[theirs], tolerance=CLOSED)


@pytest.mark.oracle
def test_every_entry_is_compared():
    assert set(CASES) | {"mi.each", "mi.mice_pool"} == set(entries("05_mi"))


def teardown_module():
    print("\nMultiple imputation, worst relative differences from R:\n" + WORST.lines())
