"""Tests of two-way tables and of given shares against R `survey`, scipy and the deviance of a log-linear model."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from estimation.r_designs import survey
from oracles.harness import entries, numbers

import survey_analysis as sa
from survey_analysis.core.covariance import covariance
from survey_analysis.core.influence import ratio
from survey_analysis.core.quadforms import mixture_tail
from survey_analysis.errors import EmptyDomainError, EstimationError

CLOSED = 1e-9
ROOT = 1e-4
INVERTED = 1e-7  # R's answers come from Imhof's real-axis formula, whose error is absolute
STATISTICS = {
    "F": "F",
    "Chisq": "chisq",
    "Wald": "wald",
    "adjWald": "adjusted-wald",
    "lincom": "lincom",
    "saddlepoint": "saddlepoint",
}
TABLES = {
    "dstrat": ("sch.wide_stype", "awards_comp.imp", "m3_yr.rnd"),
    "dw": ("sch.wide_stype", "m3_awards"),
    "dclus1": ("sch.wide_stype", "awards_comp.imp"),
    "dclus2": ("sch.wide_stype", "m3_stype"),
    "dnh": ("chol_race", "agecat_race", "race_RIAGENDR"),
}
REPLICATED = (
    "r_jk1", "r_jk1wr", "r_jk1mse", "r_jkn", "r_jknwr", "r_jknnh", "r_brr", "r_fay", "r_faymse",
    "r_boot", "r_bootfpc", "r_bootst", "r_subboot", "r_mrb",
)  # fmt: skip


def ids() -> list[str]:
    return [f"chisq.{d}.{t}.{s}" for d, names in TABLES.items() for t in names for s in STATISTICS]


SUMMARIES = [f"chisq.{d}.summary_table" for d in TABLES]


def asked(call: str) -> tuple[str, str]:
    row, column = re.search(r"svychisq\(~([\w.]+) \+\s*([\w.]+),", call).groups()
    return tuple("HI_CHOL" if name == "chol" else name for name in (row, column))


def agrees(row: pd.Series, statistic: str, values: dict, size: int) -> None:
    """R scales X² by all rows of the design, missing answers included; nothing else depends on that."""
    x2 = row["pearson"] * size / row["n"] if "pearson" in row else None
    ours = {
        "F": [row["statistic"], row["df"], row["df_residual"], row["p_value"]],
        "chisq": [x2, row["df"], row["p_value"]],
        "wald": [row["statistic"], row["df"], row["df_residual"], row["p_value"]],
        "adjusted-wald": [row["statistic"], row["df"], row["df_residual"], row["p_value"]],
        "lincom": [x2],
        "saddlepoint": [x2],
    }[statistic]
    theirs = numbers(values["statistic"]["data"] if "data" in values["statistic"] else values["statistic"])
    theirs = [*theirs, *(numbers(values["parameter"]) if values["parameter"] else [])]
    if statistic not in ("lincom", "saddlepoint"):
        theirs.append(values["p.value"])
    np.testing.assert_allclose(ours, np.array(theirs, float).ravel(), rtol=CLOSED)
    if statistic == "lincom":
        np.testing.assert_allclose(row["p_value"], values["p.value"], rtol=0, atol=INVERTED)
    if statistic == "saddlepoint":
        np.testing.assert_allclose(row["p_value"], values["p.value"], rtol=ROOT)


@pytest.mark.oracle
def test_no_entry_is_forgotten():
    assert sorted(i for i in entries("02_tests_models") if i.startswith("chisq.")) == sorted(
        ids() + SUMMARIES
    )
    assert sorted(i for i in entries("03_replicates") if i.endswith(".chisq")) == sorted(
        f"rep.{name}.chisq" for name in REPLICATED
    )


@pytest.mark.oracle
@pytest.mark.parametrize("identifier", ids())
def test_tables(identifier):
    entry = entries("02_tests_models")[identifier]
    s, statistic = survey(identifier.split(".")[1]), STATISTICS[identifier.rsplit(".", 1)[1]]
    denominator = "whole" if statistic == "saddlepoint" else "exact"
    got = s.independence(*asked(entry["call"]), statistic=statistic, df="design", denominator=denominator)
    agrees(got.rows.iloc[0], statistic, entry["values"], len(s))


@pytest.mark.oracle
@pytest.mark.parametrize("name", REPLICATED)
def test_tables_with_replicate_weights(name):
    """R has no denominator for the mixture there, and degrees of freedom from the rank of the weights."""
    entry, s = entries("03_replicates")[f"rep.{name}.chisq"], survey(name)
    nu = entries("03_replicates")["rep.meta"]["values"][name]["degf"]
    for key, values in entry["values"].items():
        df = float("inf") if key == "lincom" else float(nu)
        row = s.independence(*asked(entry["call"]), statistic=STATISTICS[key], df=df).rows.iloc[0]
        agrees(row, STATISTICS[key], values, len(s))


@pytest.mark.oracle
def test_saddlepoint_keeps_the_fraction_that_r_cuts_off():
    """With the whole denominator R's number; with its fraction nearer to the exact tail."""
    s = survey("dclus1")
    p = {
        way: s.independence("sch.wide", "stype", statistic="saddlepoint", df="design", denominator=way).rows
        for way in ("exact", "whole")
    }
    exact = s.independence("sch.wide", "stype", statistic="lincom", df="design").rows["p_value"][0]
    gap = {way: abs(rows["p_value"][0] - exact) for way, rows in p.items()}
    assert gap["exact"] < gap["whole"] / 3


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["dstrat", "dw", "dclus1", "dclus2", "dnh"])
def test_summary_of_a_weighted_table(name):
    """`summary(svytable())` is the F test; its cells are the weighted counts."""
    entry = entries("02_tests_models")[f"chisq.{name}.summary_table"]
    row, column = re.search(r"svytable\(~([\w.]+) \+ ([\w.]+),", entry["call"]).groups()
    names = ["HI_CHOL" if x == "chol" else x for x in (row, column)]
    got = survey(name).independence(*names, df="design").rows.iloc[0]
    values = entry["values"]
    theirs = [values["statistic"]["F"], *values["parameter"].values(), values["p"]["X-squared"]]
    np.testing.assert_allclose(
        got[["statistic", "df", "df_residual", "p_value"]].astype(float), theirs, rtol=CLOSED
    )


@pytest.mark.oracle
def test_log_linear_models():
    """R `anova` of independence and saturated: the same δ, Pearson's X² as score test, G² as deviance."""
    values, s = entries("02_tests_models")["loglin.dnh"]["values"], survey("dnh")

    def p(statistic: str, discrepancy: str) -> float:
        options = {"statistic": statistic, "discrepancy": discrepancy, "df": float("inf")}
        return s.independence("race", "agecat", **options).rows["p_value"][0]

    x2 = s.independence("race", "agecat").rows["pearson"][0]
    np.testing.assert_allclose(x2, values["score_chisq"], rtol=CLOSED)
    np.testing.assert_allclose(p("chisq", "pearson"), values["score_p"][1], rtol=CLOSED)
    np.testing.assert_allclose(p("chisq", "likelihood-ratio"), values["lr_p"][1], rtol=CLOSED)
    np.testing.assert_allclose(p("saddlepoint", "likelihood-ratio"), values["lr_p"][3], rtol=ROOT)


@pytest.mark.oracle
def test_where_r_and_we_differ_on_log_linear_models():
    """R squares the entries of Δ for its trace of Δ², and takes the eigenvalues of its lower half.

    Δ is not symmetric, so both depend on how the factors are coded. In R's coding its numbers come out;
    the trace of Δ² and the eigenvalues themselves are the same in every coding and are ours.
    """
    values, s = entries("02_tests_models")["loglin.dnh"]["values"], survey("dnh")
    row = s.independence("race", "agecat", df="design").rows.iloc[0]
    delta = _delta_in_sum_contrasts(s)
    trace, entrywise = np.trace(delta), (delta * delta).sum()
    x2, g2 = (
        row["pearson"],
        s.independence("race", "agecat", discrepancy="likelihood-ratio").rows["deviance"][0],
    )
    for size, p in ((x2, values["score_p"]), (g2, values["lr_p"])):
        df = trace**2 / entrywise
        np.testing.assert_allclose(scipy.stats.f.sf(size / trace, df, 16 * df), p[2], rtol=1e-7)
    half = np.linalg.eigvalsh(delta, UPLO="L")
    np.testing.assert_allclose(mixture_tail(x2, half, method="saddlepoint"), values["score_p"][3], rtol=ROOT)
    np.testing.assert_allclose(row["df"], trace**2 / np.trace(delta @ delta), rtol=CLOSED)
    np.testing.assert_allclose(row["mean_deff"], np.linalg.eigvals(delta).real.mean(), rtol=CLOSED)


def _delta_in_sum_contrasts(s: sa.Survey) -> np.ndarray:
    """(X'PX)^-1 (X'VX) of the interaction, its columns made orthogonal to the main effects under P."""
    a, b = (s.table.variable(name) for name in ("agecat", "race"))
    names = [[x.label for x in v.scale.answers] for v in (a, b)]
    codes = [v.codes.astype(int) for v in (a, b)]
    cells = (codes[0] * len(names[1]) + codes[1])[:, None] == np.arange(16)
    p, z = ratio(cells.astype(float), np.ones((len(s), 1)), s.frame)
    V, P = covariance(z, s.frame), (np.diag(p) - np.outer(p, p)) / len(s)
    contrast = np.vstack([np.eye(3), -np.ones(3)])
    of_a, of_b = np.kron(contrast, np.ones((4, 1))), np.kron(np.ones((4, 1)), contrast)
    main = np.column_stack([of_b, of_a])
    crossed = np.column_stack([of_b[:, i] * of_a[:, j] for j in range(3) for i in range(3)])
    main, crossed = main - main.mean(axis=0), crossed - crossed.mean(axis=0)
    crossed = crossed - main @ np.linalg.solve(main.T @ P @ main, main.T @ P @ crossed)
    return np.linalg.solve(crossed.T @ P @ crossed, crossed.T @ V @ crossed)


@pytest.mark.oracle
def test_given_shares():
    values, s = entries("02_tests_models")["gof.dnh"]["values"], survey("dnh")
    row = s.goodness_of_fit("race", [0.2, 0.1, 0.6, 0.1], statistic="chisq").rows.iloc[0]
    ours = [row["pearson"], row["scale"], row["df"], row["p_value"]]
    theirs = [values["statistic"]["X-squared"], *values["parameter"].values(), values["p"]["X-squared"]]
    np.testing.assert_allclose(ours, theirs, rtol=CLOSED)


def simple(n: int = 400, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a = rng.choice(["x", "y", "z"], n, p=[0.5, 0.3, 0.2])
    b = np.where(rng.random(n) < 0.3, a, rng.choice(["x", "y", "z"], n))
    return pd.DataFrame({"a": a, "b": b, "w": 1.0})


def test_simple_sample_is_pearson():
    """Without weights and clusters X² is Pearson's, and δ is 1 but for n / (n - 1)."""
    data = simple()
    want = scipy.stats.chi2_contingency(pd.crosstab(data["a"], data["b"]), correction=False)
    row = sa.read(data).independence("a", "b", statistic="chisq").rows.iloc[0]
    np.testing.assert_allclose(row["pearson"], want.statistic, rtol=1e-12)
    assert row["df"] == want.dof
    g = sa.read(data).independence("a", "b", discrepancy="likelihood-ratio").rows.iloc[0]
    deviance = scipy.stats.chi2_contingency(
        pd.crosstab(data["a"], data["b"]), correction=False, lambda_="log-likelihood"
    )
    np.testing.assert_allclose(g["deviance"], deviance.statistic, rtol=1e-12)
    v = scipy.stats.contingency.association(pd.crosstab(data["a"], data["b"]).to_numpy())
    np.testing.assert_allclose(row["effect_size"], v, rtol=1e-12)


def test_simple_sample_goodness_is_pearson():
    data = simple()
    p = np.array([0.4, 0.3, 0.3])
    counts = data["a"].value_counts().sort_index()
    row = sa.read(data).goodness_of_fit("a", dict(zip("xyz", p, strict=True))).rows.iloc[0]
    np.testing.assert_allclose(
        row["pearson"], scipy.stats.chisquare(counts, p * len(data)).statistic, rtol=1e-12
    )


def test_goodness_under_the_hypothesis_is_the_plain_test():
    """At the shares themselves the scale is n / (n - 1) and the degrees of freedom are k - 1."""
    data = pd.DataFrame({"a": list("xxyyyzzzzz") * 20})
    row = sa.read(data).goodness_of_fit("a", [0.2, 0.3, 0.5], statistic="chisq").rows.iloc[0]
    np.testing.assert_allclose([row["pearson"], row["scale"], row["df"]], [0, 200 / 199, 2], atol=1e-9)


@pytest.mark.parametrize("statistic", ["F", "chisq", "lincom", "saddlepoint"])
def test_goodness_tails_agree_where_the_weights_are_equal(statistic):
    data = pd.DataFrame({"a": list("xxyyyzzzzz") * 20})
    row = sa.read(data).goodness_of_fit("a", [0.25, 0.25, 0.5], statistic=statistic).rows.iloc[0]
    exact = sa.read(data).goodness_of_fit("a", [0.25, 0.25, 0.5], statistic="lincom").rows.iloc[0]
    assert abs(row["p_value"] - exact["p_value"]) < 0.01


def test_a_domain_keeps_the_design():
    """`where` gives R's subset(): the same as weight zero outside, not as dropped rows."""
    data = simple()
    data["stratum"] = np.repeat(["n", "s"], 200)
    s = sa.read(data, weight="w", strata="stratum")
    inside = s.independence("a", "b", where="stratum == 'n' and a != 'z'").rows.iloc[0]
    zero = data.assign(w=np.where((data["stratum"] == "n") & (data["a"] != "z"), 1.0, 0.0))
    want = sa.read(zero, weight="w", strata="stratum").independence("a", "b").rows.iloc[0]
    for name in ("statistic", "df", "df_residual", "p_value", "n"):
        np.testing.assert_allclose(inside[name], want[name], rtol=1e-12)
    assert inside["note"] == "nobody answered 'z'"


def test_tables_without_a_test_say_why():
    data = simple().assign(one="same")
    row = sa.read(data).independence("a", "one").rows.iloc[0]
    assert np.isnan(row["p_value"])
    assert row["note"] == "not tested: fewer than two filled rows or columns"
    itself = sa.read(data.assign(c=data["a"])).independence("a", "c").rows.iloc[0]
    assert itself["note"] == "not tested: too many empty cells"


def test_a_table_fixed_by_its_weighting_has_no_test():
    data = pd.DataFrame({"a": list("xxyy") * 10, "b": list("xyxy") * 10})
    data = data.assign(ab=data["a"] + data["b"])
    targets = {"ab": {"xx": 0.3, "xy": 0.2, "yx": 0.2, "yy": 0.3}}
    s = sa.read(data).rake(targets)
    assert s.independence("a", "b").rows["note"][0] == "not tested: the weighting fixes every cell"


def test_empty_cells_are_tested():
    data = pd.DataFrame({"a": list("xxxyyyzz") * 5, "b": list("pqqpqqpp") * 5})
    row = sa.read(data).independence("a", "b").rows.iloc[0]
    counts = pd.crosstab(data["a"], data["b"])
    assert (counts == 0).to_numpy().any()
    np.testing.assert_allclose(
        row["pearson"], scipy.stats.chi2_contingency(counts, correction=False).statistic
    )
    assert 0 < row["p_value"] < 1


def test_options_that_do_not_apply_are_errors():
    s = sa.read(simple())
    with pytest.raises(EstimationError, match="Wald test has no discrepancy"):
        s.independence("a", "b", statistic="wald", discrepancy="likelihood-ratio")
    with pytest.raises(EstimationError, match="saddlepoint"):
        s.independence("a", "b", denominator="whole")
    with pytest.raises(EstimationError, match="statistic = 'G'"):
        s.independence("a", "b", statistic="G")
    with pytest.raises(EstimationError, match="df ="):
        s.independence("a", "b", df=-1)
    with pytest.raises(EstimationError, match="no denominator"):
        s.goodness_of_fit("a", [0.2, 0.3, 0.5], statistic="chisq", df="design")
    with pytest.raises(EstimationError, match="sum to 1"):
        s.goodness_of_fit("a", [0.2, 0.3, 0.6])
    with pytest.raises(EstimationError, match="no share for 'z'"):
        s.goodness_of_fit("a", {"x": 0.5, "y": 0.5})
    with pytest.raises(EstimationError, match="'q' is not an answer"):
        s.goodness_of_fit("a", {"x": 0.5, "q": 0.5})
    with pytest.raises(EmptyDomainError):
        s.independence("a", "b", where="a == 'x' and a == 'y'")


def test_the_default_degrees_of_freedom_are_those_of_the_people_tested():
    data = simple()
    data["psu"] = np.arange(len(data)) // 20
    s = sa.read(data, psu="psu")
    few = s.independence("a", "b", where="psu < 8").rows.iloc[0]
    nu = few["df_residual"] / few["df"]
    np.testing.assert_allclose(nu, 7)
    whole = s.independence("a", "b", where="psu < 8", df="design").rows.iloc[0]
    np.testing.assert_allclose(whole["df_residual"] / whole["df"], 19)
    assert few["statistic"] == whole["statistic"]
    assert few["p_value"] > whole["p_value"]


def test_the_scale_of_the_weights_and_the_order_of_the_rows_do_not_matter():
    data = simple().assign(w=np.random.default_rng(8).uniform(0.5, 2, 400))
    scaled = data.assign(w=data["w"] * 1e6).sample(frac=1, random_state=4)
    for statistic in STATISTICS.values():
        a, b = (
            sa.read(d, weight="w").independence("a", "b", statistic=statistic).rows.iloc[0]
            for d in (data, scaled)
        )
        np.testing.assert_allclose([a["statistic"], a["p_value"]], [b["statistic"], b["p_value"]], rtol=1e-9)
    shares = [0.45, 0.35, 0.2]
    a, b = (sa.read(d, weight="w").goodness_of_fit("a", shares).rows.iloc[0] for d in (data, scaled))
    np.testing.assert_allclose([a["statistic"], a["p_value"]], [b["statistic"], b["p_value"]], rtol=1e-9)


def test_shares_that_the_design_fixes_have_no_test():
    data = pd.DataFrame({"a": list("xxyyyzzzzz") * 20})
    row = sa.read(data, strata="a").goodness_of_fit("a", [0.2, 0.3, 0.5]).rows.iloc[0]
    assert np.isnan(row["p_value"])
    assert "fixes every share" in row["note"]


def test_questions_about_several_subjects_and_several_answers_are_refused():
    s = sa.datasets.load("micro_influencer").clean().weight()
    with pytest.raises(EstimationError, match="asked about every source"):
        s.independence("credible", "age")
    with pytest.raises(EstimationError, match="asked about every source"):
        s.ttest("credible", by="sex")


@pytest.mark.parametrize("statistic", [*STATISTICS.values()])
def test_every_way_says_what_it_did(statistic):
    test = sa.read(simple()).independence("a", "b", statistic=statistic)
    assert test.rows["method"][0] in test.explain()
    assert "R svychisq" in test.explain() or "R lincom" in test.explain() or "R saddlepoint" in test.explain()
    assert test.sentence().startswith("A is related to b (")
    assert "test of independence" in repr(test)
