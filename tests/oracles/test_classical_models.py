"""Models of simple samples against R stats, MASS, nnet, ordinal and emmeans: the 07 entries of models."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from oracles.harness import Worst, shared

pytestmark = pytest.mark.oracle
WORST = Worst()
GLM, ORDINAL = 1e-6, 1e-4
CLASSICAL = {"variance": "model"}


@cache
def values(key: str) -> dict[str, Any]:
    data = json.loads(shared("oracles", "json", "07_classical.json").read_text(encoding="utf-8"))
    return next(e["values"] for e in data if e["id"] == key)


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(shared("oracles", "data", f"{name}.csv"), na_values=["NA", ""], keep_default_na=False)


def check(key: str, what: str, ours: Any, theirs: Any, tolerance: float, scale: Any = 0.0) -> None:
    WORST.check(f"{key} {what}", key, ours, theirs, scale=scale, tolerance=tolerance)


def limits(frame: pd.DataFrame) -> np.ndarray:
    return frame[["conf_low", "conf_high"]].to_numpy()


def test_logit():
    v = values("logit")
    data = sa.read(table("anes96"))
    said = "vote ~ score(PID) + age + score(educ) + income"
    model = data.glm(said, family="binomial", **CLASSICAL)
    se = np.array(list(v["se"].values()))
    check("logit", "coef", model.coef, v["coef"], GLM)
    check("logit", "se", model.std_error, v["se"], ORDINAL)  # R's information is one step behind
    check("logit", "or", model.ratios()["estimate"], v["or"], GLM)
    check("logit", "ci_wald", limits(model.ratios()), v["ci_wald"], ORDINAL)
    check(
        "logit", "ci_profile", np.exp(limits(model.interval(method="likelihood"))), v["ci_profile"], ORDINAL
    )
    check("logit", "logLik", model.loglik, v["logLik"], GLM)
    check("logit", "aic", model.quality.aic, v["aic"], GLM)
    check("logit", "bic", model.quality.bic, v["bic"], GLM)
    lr = model.test_term(list(model.terms), method="lrt", df=np.inf)
    check("logit", "lr", lr.statistic, v["lr"], GLM)
    check("logit", "mcfadden", model.quality.mcfadden, v["mcfadden"], GLM)
    assert len(se) == len(model)


def test_ols():
    v = values("ols")
    frame = table("attitude")
    names = [c for c in frame.columns if c != "rating"]
    said = "rating ~ " + " + ".join(names)
    model = sa.read(frame).glm(said, **CLASSICAL)
    rows = model.rows[["estimate", "std_error", "statistic", "p_value"]]
    check("ols", "coef table", rows, v["coef"], 1e-9)
    check("ols", "ci", limits(model.rows), v["ci"], 1e-9)
    check("ols", "sigma", np.sqrt(model.dispersion), v["sigma"], 1e-9)
    r2 = 1 - model.deviance / model.null_deviance
    check("ols", "r2", r2, v["r2"], 1e-9)
    check("ols", "adj", 1 - (1 - r2) * (model.n - 1) / model.df_residual, v["adj"], 1e-9)
    f = model.test_term(list(model.terms))
    check("ols", "F", [f.statistic, f.df, f.df_residual], v["F"], 1e-9)
    vif = [1 / (1 - _r2(frame, name, [n for n in names if n != name])) for name in names]
    check("ols", "vif", vif, v["vif"], 1e-9)
    z = (frame - frame.mean()) / frame.std()
    check("ols", "std", sa.read(z).glm(said, **CLASSICAL).coef[1:], list(v["std"].values())[1:], 1e-9)


def _r2(frame: pd.DataFrame, y: str, x: list[str]) -> float:
    model = sa.read(frame).glm(f"{y} ~ " + " + ".join(x))
    return 1 - model.deviance / model.null_deviance


def test_poisson():
    v = values("pois.glm")
    model = sa.read(table("quine")).glm("Days ~ Eth + Sex + Age + Lrn", family="poisson", **CLASSICAL)
    check("pois.glm", "coef", model.coef, v["coef"], GLM)
    check("pois.glm", "se", model.std_error, v["se"], ORDINAL)
    check("pois.glm", "rr", model.ratios()["estimate"], v["rr"], GLM)
    check("pois.glm", "ci_wald", limits(model.ratios()), v["ci_wald"], ORDINAL)
    check(
        "pois.glm",
        "ci_profile",
        np.exp(limits(model.interval(method="likelihood"))),
        v["ci_profile"],
        ORDINAL,
    )
    check("pois.glm", "deviance", model.deviance, v["deviance"], GLM)
    check("pois.glm", "aic", model.quality.aic, v["aic"], GLM)
    quasi = sa.read(table("quine")).glm("Days ~ Eth + Sex + Age + Lrn", family="quasipoisson", **CLASSICAL)
    check("pois.glm", "dispersion", quasi.dispersion, v["pearson_dispersion"], GLM)
    w = values("pois.fair")
    model = sa.read(table("fair")).glm(
        "round(affairs) ~ rate_marriage + age + religious", family="poisson", **CLASSICAL
    )
    for name, got in (("coef", model.coef), ("se", model.std_error), ("deviance", model.deviance)):
        check("pois.fair", name, got, w[name], ORDINAL if name == "se" else GLM)


def test_negative_binomial():
    v = values("nb")
    model = sa.read(table("quine")).negative_binomial("Days ~ Eth + Sex + Age + Lrn", **CLASSICAL)
    check("nb", "theta", model.extra["theta"], v["theta"], ORDINAL)
    check("nb", "se_theta", model.extra["theta_std_error"], v["se_theta"], ORDINAL)
    check("nb", "coef", model.coef[:-1], v["coef"], ORDINAL)
    check("nb", "se", model.std_error[:-1], v["se"], ORDINAL)
    check("nb", "rr", model.ratios()["estimate"][:-1], v["rr"], ORDINAL)
    check("nb", "ci_wald", limits(model.ratios())[:-1], v["ci_wald"], ORDINAL)
    check("nb", "deviance", model.extra["residual_deviance"], v["deviance"], ORDINAL)
    check("nb", "twologlik", 2 * model.loglik, v["twologlik"], ORDINAL)
    check("nb", "aic", model.quality.aic, v["aic"], ORDINAL)


def test_multinomial():
    v = values("multinom")
    model = sa.read(table("beps")).multinomial("vote ~ age + Europe", **CLASSICAL)
    check("multinom", "coef", model.coef, v["coef"], GLM)
    check("multinom", "se", model.std_error, v["se"], ORDINAL)
    check("multinom", "deviance", model.deviance, v["deviance"], GLM)


def test_polr():
    v = values("polr")
    frame = table("housing")
    people = frame.loc[frame.index.repeat(frame["Freq"])].reset_index(drop=True)
    people["Sat"] = people["Sat"].map({"Low": "1 Low", "Medium": "2 Medium", "High": "3 High"})
    model = sa.read(people).ordinal("Sat ~ Infl + Type + Cont", **CLASSICAL)
    check("polr", "coef", model.coef[:6], v["coef"], ORDINAL)
    check("polr", "zeta", model.coef[6:], v["zeta"], ORDINAL)
    check("polr", "se", model.std_error, v["se"], ORDINAL)
    check("polr", "deviance", model.deviance, v["deviance"], ORDINAL)


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
def test_clm(link):
    v = values("clm")[link]
    model = sa.read(table("wine")).ordinal("rating ~ temp + contact", link=link, **CLASSICAL)
    order = [*range(2, 6), 0, 1]  # R prints cut points first
    check(f"clm {link}", "coef", model.coef.to_numpy()[order], v["coef"], ORDINAL)
    check(f"clm {link}", "se", model.std_error.to_numpy()[order], v["se"], ORDINAL)
    check(f"clm {link}", "logLik", model.loglik, v["logLik"], ORDINAL)
    check(f"clm {link}", "aic", model.quality.aic, v["aic"], ORDINAL)


def test_partial_proportional_odds():
    v = values("clm.nominal")
    data = sa.read(table("wine"))
    plain = data.ordinal("rating ~ temp + contact", **CLASSICAL)
    part = data.ordinal("rating ~ temp", nominal="contact", **CLASSICAL)
    check("clm.nominal", "coef", np.roll(part.coef, -1), v["coef"], ORDINAL)
    lr = 2 * (part.loglik - plain.loglik)
    check("clm.nominal", "lr", lr, v["lr"], ORDINAL)
    from scipy import stats

    check("clm.nominal", "p", stats.chi2.sf(lr, len(part) - len(plain)), v["p"], ORDINAL)
    check("clm.nominal", "logLik", plain.loglik, v["nominal_test"]["logLik"][0], ORDINAL)


def test_emmeans():
    v = values("emmeans")
    data = sa.read(table("sat_act"))
    model = data.glm("ACT ~ C(education) + C(gender)", **CLASSICAL)
    got = model.reference_means("C(education)")
    m = v["means"]
    for ours, theirs in (
        ("estimate", "emmean"),
        ("std_error", "SE"),
        ("df", "df"),
        ("conf_low", "lower.CL"),
        ("conf_high", "upper.CL"),
    ):
        check("emmeans", ours, got.rows[ours], m[theirs], 1e-9)
    for key, adjust in (("pairs", "tukey"), ("sidak", "sidak")):
        pairs = model.pairwise("C(education)", adjust=adjust).rows
        for ours, theirs in (("estimate", "estimate"), ("std_error", "SE"), ("statistic", "t.ratio")):
            check("emmeans", f"{key} {ours}", pairs[ours], v[key][theirs], 1e-9, scale=1e-2)
        check("emmeans", f"{key} p", pairs["p_adjusted"], v[key]["p.value"], 1e-7, scale=1.0)
    first = model.pairwise("C(education)", to="0").rows
    check("emmeans", "dunnett", first["estimate"], v["dunnett"]["estimate"], 1e-9, scale=1e-2)
    check("emmeans", "dunnett p", first["p_value"], v["dunnett"]["p.value"], 1e-9)


def test_linear_mixed_model_of_a_balanced_table_is_its_anova():
    """Random judges of the wine table: the fixed effects are mean differences, the variance that of ANOVA."""
    frame = table("wine")
    model = sa.read(frame).mixed("response ~ temp + contact", groups="judge")
    warm, cold = (frame[frame["temp"] == t]["response"].mean() for t in ("warm", "cold"))
    assert model.coef["temp[warm]"] == pytest.approx(warm - cold, rel=1e-9)
    y = frame["response"] - frame.groupby("temp")["response"].transform("mean")
    y = y - y.groupby(frame["contact"]).transform("mean")
    between = 8 * y.groupby(frame["judge"]).mean().var(ddof=1)
    left = y - y.groupby(frame["judge"]).transform("mean")
    within = float((left**2).sum()) / (72 - 9 - 2)
    assert model.dispersion == pytest.approx(within, rel=1e-5)
    assert model.extra["sd_groups"] ** 2 == pytest.approx((between - within) / 8, rel=1e-4)
    assert model.unweighted
    assert "unweighted" in model.family


def test_worst_differences_are_printed(capsys):
    with capsys.disabled():
        print("\nworst relative differences, classical models\n" + WORST.lines())
