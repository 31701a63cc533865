"""Our answer to each entry of the classical family, in the shape of its `values`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa
from oracles.harness import table
from survey_analysis.core.multiplicity import adjust
from survey_analysis.core.simple_intervals import one_proportion, paired_proportions, two_proportions
from survey_analysis.significance import power as pw
from survey_analysis.significance.simple import (
    agreement,
    anova,
    effects,
    means,
    ordinal,
    paired,
    posthoc,
    proportions,
    ranks,
    rates,
    stratified,
    tables,
)
from survey_analysis.significance.simple.result import EffectSize, Pairwise, SimpleTest

ANSWERS: dict[str, Callable[[], Any]] = {}
INTERVALS = {
    "wald": "wald",
    "wald_cc": "wald-corrected",
    "wilson": "wilson",
    "wilson_cc": "wilson-corrected",
    "agresti_coull": "agresti-coull",
    "clopper_pearson": "clopper-pearson",
    "jeffreys": "jeffreys",
    "logit": "logit",
    "arcsine_anscombe": "arcsine",
    "mid_p": "mid-p",
}


def answers(*ids: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function for these ids; with several it is given the id."""

    def register(f: Callable[..., Any]) -> Callable[..., Any]:
        for id_ in ids:
            ANSWERS[id_] = f if len(ids) == 1 else partial(f, id_)
        return f

    return register


def columns(file: str, *names: str) -> list[np.ndarray]:
    """Columns of people who answered all of them (R `na.omit`)."""
    data = table(file)
    got = [data[n] for n in names]
    keep = np.all([[v is not None and v == v for v in c] for c in got], axis=0)
    return [c[keep].astype(float) if c.dtype != object else c[keep].astype(str) for c in got]


def cross(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """R `table`."""
    a, i = np.unique(rows, return_inverse=True)
    b, j = np.unique(cols, return_inverse=True)
    out = np.zeros((len(a), len(b)))
    np.add.at(out, (i, j), 1.0)
    return out


def hh(test: SimpleTest, **changes: Any) -> dict[str, Any]:
    """R `htest`: statistic, parameter, p, estimate, interval."""
    df = [test.df] if np.isnan(test.df_residual) else [test.df, test.df_residual]
    return {
        "statistic": test.statistic,
        "parameter": df,
        "p.value": test.p,
        "estimate": test.estimate,
        "conf.int": [test.low, test.high],
    } | changes


def es(effect: EffectSize, key: str) -> dict[str, Any]:
    """A row of `effectsize`."""
    return {key: effect.value, "CI": effect.level, "CI_low": effect.low, "CI_high": effect.high}


def lower(pairs: Pairwise, values: np.ndarray) -> np.ndarray:
    """R's matrix of pairwise p: rows 2..k, columns 1..k-1, NaN above the diagonal."""
    names = list(dict.fromkeys([*pairs.a, *pairs.b]))
    out = np.full((len(names) - 1,) * 2, np.nan)
    for a, b, v in zip(pairs.a, pairs.b, values, strict=True):
        out[names.index(b) - 1, names.index(a)] = v
    return out.ravel()


def prop_ci(x: int, n: int, level: float = 0.95) -> dict[str, Any]:
    return {r: one_proportion(x, n, level=level, method=m) for r, m in INTERVALS.items()}


PROP_CI = ["0_12", "1_30", "7_20", "81_263", "500_944", "20_20"]


@answers(*[f"prop.ci.{k}" for k in PROP_CI])
def _prop_ci(id_: str) -> Any:
    x, n = map(int, id_.rsplit(".", 1)[1].split("_"))
    return {"c95": prop_ci(x, n), "c90": prop_ci(x, n, 0.9)}


@answers("prop.anes")
def _prop_anes() -> Any:
    vote = columns("anes96", "vote")[0]
    x, n = int(vote.sum()), len(vote)
    cc = proportions.one_proportion_test(x, n, 0.4, correction=True, method="wilson-corrected")
    less = proportions.binomial_test(x, n, 0.4, alternative="less")
    return {
        "x": x,
        "n": n,
        "prop_cc": hh(cc),
        "prop": hh(proportions.one_proportion_test(x, n, 0.4)),
        "binom": hh(proportions.binomial_test(x, n, 0.4), parameter=n),
        "binom_less": hh(less, parameter=n),
        "ci": prop_ci(x, n),
    }


def two_prop(x1: int, n1: int, x2: int, n2: int) -> dict[str, Any]:
    call = (x1, n1, x2, n2)
    test = proportions.two_proportion_test(*call)
    corrected = proportions.two_proportion_test(*call, correction=True, method="wald-corrected")
    fisher = tables.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]])
    rr, ratio = test.effect("risk ratio"), test.effect("odds ratio")
    return {
        "table": [[n1 - x1, x1], [n2 - x2, x2]],
        "diff": test.estimate,
        "z_pooled": test.statistic,
        "z_unpooled": proportions.two_proportion_test(*call, pooled=False).statistic,
        "p_pooled": test.p,
        "p_pooled_cc": corrected.p,
        "ci_wald": two_proportions(*call, method="wald"),
        "ci_wald_cc": (corrected.low, corrected.high),
        "ci_newcombe": (test.low, test.high),
        "ci_agresti_caffo": two_proportions(*call, method="agresti-caffo"),
        "cohen_h": test.effect("Cohen's h").value,
        "risk_ratio": rr.value,
        "rr_ci_log": (rr.low, rr.high),
        "odds_ratio": ratio.value,
        "or_ci_woolf": (ratio.low, ratio.high),
        "fisher": {"p": fisher.p, "or_conditional": fisher.estimate, "ci": (fisher.low, fisher.high)},
        "phi": test.effect("phi").value,
    }


@answers("prop.two.mass", "prop.two.beps", "prop.two.small")
def _two(id_: str) -> Any:
    if id_ == "prop.two.small":
        return two_prop(3, 14, 9, 17)
    mass = id_ == "prop.two.mass"
    by, answer = columns(*(("mass_survey", "Sex", "Exer") if mass else ("beps", "gender", "vote")))
    t = cross(by, answer == ("Freq" if mass else "Labour")).astype(int)
    return two_prop(t[0, 1], t[0].sum(), t[1, 1], t[1].sum())


def _knowledge(party: str) -> np.ndarray:
    know, vote = columns("beps", "political.knowledge", "vote")
    return cross(know, vote == party)


@answers("prop.k")
def _prop_k() -> Any:
    t = _knowledge("Conservative")
    k = proportions.several_proportions(t[:, 1], t.sum(1))
    trend = proportions.proportion_trend(t[:, 1], t.sum(1), scores=[0, 1, 2, 3])
    return {"k": hh(k, estimate=k.details["shares"]), "trend": hh(trend)}


@answers("prop.pairwise")
def _prop_pairwise() -> Any:
    t = _knowledge("Labour")
    found = proportions.pairwise_proportions(t[:, 1], t.sum(1), "0123")
    return lower(found, found.p_adjusted)


@answers("prop.tost")
def _prop_tost() -> Any:
    found = proportions.equivalence_of_proportions(120, 300, 110, 290, 0.1)
    return {
        "z_lower": found.details["z_lower"],
        "z_upper": found.details["z_upper"],
        "p_tost": found.p,
        "ci90": (found.low, found.high),
    }


LEADERS = ("Blair", "Hague", "Kennedy")


@answers("paired.beps", "paired.small")
def _paired(id_: str) -> Any:
    t = np.array([[10, 9], [3, 8]])
    if id_ == "paired.beps":
        blair, kennedy = columns("beps", "Blair", "Kennedy")
        t = cross(blair < 4, kennedy < 4).astype(int)
    cells = tuple(int(v) for v in t.ravel())
    test = {v: paired.mcnemar(t, variant=v) for v in ("chi-square", "corrected", "exact", "mid-p")}
    found = test["mid-p"]
    ratio = found.effect("odds ratio")
    return {
        "b": found.details["b"],
        "c": found.details["c"],
        "diff": found.estimate,
        "mcnemar": hh(test["chi-square"]),
        "mcnemar_cc": hh(test["corrected"]),
        "exact_p": test["exact"].p,
        "mid_p": found.p,
        "ci_wald": paired_proportions(*cells, method="wald"),
        "ci_newcombe_paired": paired_proportions(*cells, method="newcombe"),
        "or_paired": ratio.value,
        "or_ci_exact": (ratio.low, ratio.high),
        "cohen_g": found.effect("Cohen's g").value,
    }


@answers("cochranq.beps")
def _cochran() -> Any:
    found = paired.cochran_q(np.column_stack(columns("beps", *LEADERS)) >= 4)
    return {"Q": found.statistic, "df": found.df, "p": found.p, "prop": found.details["shares"]}


def _acuity(gender: str) -> np.ndarray:
    freq, sex, right, left = columns("visual_acuity", "Freq", "gender", "right", "left")
    out = np.zeros((4, 4))
    for f, s, i, j in zip(freq, sex, right, left, strict=True):
        if s == gender:
            out[int(i) - 1, int(j) - 1] += f
    return out


@answers("stuartmaxwell.va")
def _stuart() -> Any:
    def one(t: np.ndarray) -> Any:
        sm = paired.marginal_homogeneity(t)
        bh = paired.marginal_homogeneity(t, variant="bhapkar")
        bow = paired.bowker(t)
        return {
            "stuart_maxwell": sm.statistic,
            "df": sm.df,
            "p": sm.p,
            "bhapkar": bh.statistic,
            "bhapkar_p": bh.p,
            "bowker": bow.statistic,
            "bowker_df": bow.df,
            "bowker_p": bow.p,
        }

    return {"women": one(_acuity("female")), "men": one(_acuity("male"))}


@answers("coin.mh")
def _mh() -> Any:
    found = paired.marginal_homogeneity(_acuity("female"))
    return {"statistic": found.statistic, "p": found.p}


@answers("kappa.va")
def _kappa() -> Any:
    out = {}
    for key, weights in (("unweighted", "none"), ("quadratic", "quadratic"), ("linear", "linear")):
        found = agreement.cohen_kappa(_acuity("female"), weights=weights)
        out[key] = {"value": found.estimate, "ASE": found.details["std_error"]}
    return out


def cramer(t: np.ndarray) -> dict[str, Any]:
    found = tables.chi_square(t)
    g = tables.chi_square(t, statistic="likelihood-ratio")
    v = found.effect("Cramér's V")
    return {
        "chisq": hh(found),
        "g": g.statistic,
        "g_p": g.p,
        "cramer_v": v.value,
        "cramer_v_bc": found.effect("Cramér's V, bias-corrected").value,
        "cramer_ci_noncentral": (v.low, v.high),
        "contingency_c": found.effect("contingency coefficient").value,
        "tschuprow": found.effect("Tschuprow's T").value,
        "expected": found.details["expected"],
        "std_residuals": found.details["adjusted_residuals"],
        "pearson_residuals": found.details["pearson_residuals"],
        "cohen_w": found.effect("Cohen's w").value,
    }


@answers("chisq.beps")
def _chisq_beps() -> Any:
    return cramer(cross(*columns("beps", "vote", "political.knowledge")))


@answers("chisq.mass")
def _chisq_mass() -> Any:
    t = cross(*columns("mass_survey", "Smoke", "Exer"))
    return {**cramer(t), "fisher_p": tables.fisher_exact(t).p}


@answers("chisq.2x2")
def _chisq_2x2() -> Any:
    t = cross(*columns("mass_survey", "Sex", "W.Hnd"))
    return {"table": t, "cc": hh(tables.chi_square(t, correction=True)), "fisher": hh(tables.fisher_exact(t))}


@answers("chisq.gof")
def _gof() -> Any:
    votes = np.unique(columns("beps", "vote")[0], return_counts=True)[1]
    return hh(tables.goodness_of_fit(votes, [0.3, 0.45, 0.25]))


def _housing(*names: str) -> np.ndarray:
    order = {"Sat": ["Low", "Medium", "High"], "Infl": ["Low", "Medium", "High"]}
    freq, *cols = columns("housing", "Freq", *names)
    levels = [order.get(n) or sorted(set(c)) for n, c in zip(names, cols, strict=True)]
    out = np.zeros([len(lv) for lv in levels])
    for f, *cell in zip(freq, *cols, strict=True):
        out[tuple(lv.index(c) for lv, c in zip(levels, cell, strict=True))] += f
    return out


@answers("cmh")
def _cmh() -> Any:
    t = _housing("Sat", "Cont", "Type")
    two = t[[0, 2]]
    return {
        "general": hh(stratified.cochran_mantel_haenszel(t)),
        "two": hh(stratified.cochran_mantel_haenszel(two)),
        "two_cc": hh(stratified.cochran_mantel_haenszel(two, correction=True)),
    }


@answers("lbl")
def _lbl() -> Any:
    found = ordinal.linear_by_linear(_housing("Sat", "Infl"))
    return {"statistic": found.statistic, "p": found.p}


@answers("ordassoc")
def _ordassoc() -> Any:
    found = ordinal.ordinal_association(cross(*columns("beps", "economic.cond.national", "Blair")))
    size = {e.name: e.value for e in found.effects}
    kendall = ordinal.correlation_test(*columns("beps", "economic.cond.national", "Blair"), method="kendall")
    return {
        "P": found.details["concordant"],
        "Q": found.details["discordant"],
        "gamma": size["gamma"],
        "tau_b": size["tau-b"],
        "tau_c": size["tau-c"],
        "somers_d_y_given_x": size["Somers' d"],
        "lambda_y": size["lambda"],
        "cor_tau_b": kendall.estimate,
    }


def _by_gender(name: str) -> tuple[np.ndarray, np.ndarray]:
    y, g = columns("sat_act", name, "gender")
    return y[g == 1], y[g == 2]


@answers("t.two")
def _t_two() -> Any:
    def t(name: str, **options: Any) -> Any:
        found = means.t_test_two(*_by_gender(name), **options)
        return hh(found, estimate=[found.details["mean_x"], found.details["mean_y"]])

    return {
        "welch": t("ACT"),
        "pooled": t("ACT", variances="equal"),
        "less": t("SATQ", alternative="less"),
        "greater90": t("SATQ", alternative="greater", level=0.9),
    }


@answers("t.one")
def _t_one() -> Any:
    return hh(means.t_test_one(columns("sat_act", "ACT")[0], mu=28))


@answers("t.paired")
def _t_paired() -> Any:
    return hh(means.t_test_paired(*columns("sat_act", "SATV", "SATQ")))


@answers("var")
def _var() -> Any:
    y, e = columns("sat_act", "ACT", "education")

    def equal(variant: str) -> SimpleTest:
        return means.equal_variances(y, e, variant=variant)

    median, mean = equal("brown-forsythe"), equal("levene")
    return {
        "F": hh(means.variance_ratio(*_by_gender("SATQ"))),
        "levene_median": {"F": median.statistic, "p": median.p},
        "levene_mean": {"F": mean.statistic, "p": mean.p},
        "bartlett": hh(equal("bartlett")),
        "fligner": hh(equal("fligner")),
    }


@answers("normality")
def _normality() -> Any:
    return {
        "attitude": hh(means.shapiro_wilk(columns("attitude", "rating")[0])),
        "act": hh(means.shapiro_wilk(columns("sat_act", "ACT")[0])),
    }


@answers("anova.one")
def _anova_one() -> Any:
    y, e = columns("sat_act", "ACT", "education")
    found = anova.one_way(y, e, variances="equal")
    size = {
        "eta2": es(found.effect("eta squared"), "Eta2"),
        "omega2": es(found.effect("omega squared"), "Omega2"),
        "epsilon2": es(found.effect("epsilon squared"), "Epsilon2"),
        # effectsize gives a one-sided interval here: its lower end is the one at 90 %
        "cohens_f": {
            **es(anova.one_way(y, e, variances="equal", level=0.9).effect("Cohen's f"), "Cohens_f"),
            "CI": 0.95,
            "CI_high": np.inf,
        },
    }
    return {
        "F": found.statistic,
        "df": [found.df, found.df_residual],
        "p": found.p,
        "welch": hh(anova.one_way(y, e)),
        **size,
    }


@answers("anova.two")
def _anova_two() -> Any:
    salary, rank, sex = columns("salaries", "salary", "rank", "sex")
    made = {k: anova.factorial(salary, {"rank": rank, "sex": sex}, kind=k) for k in ("I", "II", "III")}
    out: dict[str, Any] = {
        k: {"Df": t.df, "Sum Sq": t.sum_of_squares, "F value": t.statistic, "Pr(>F)": t.p}
        for k, t in made.items()
    }
    out["I"]["Mean Sq"] = made["I"].sum_of_squares / made["I"].df
    out["eta2p"] = {
        "Eta2_partial": [e.value for e in made["I"].effects],
        "CI": [e.level for e in made["I"].effects],
        "CI_low": [e.low for e in made["I"].effects],
        "CI_high": [e.high for e in made["I"].effects],
    }
    return out


@answers("posthoc")
def _posthoc() -> Any:
    y, e = columns("sat_act", "ACT", "education")
    tukey, gh = posthoc.tukey(y, e), posthoc.games_howell(y, e)
    order = sorted(range(len(tukey.a)), key=lambda i: (tukey.a[i], tukey.b[i]))
    pooled = posthoc.pairwise_t(y, e, variances="pooled")
    welch = posthoc.pairwise_t(y, e, adjust="bonferroni")
    return {
        "tukey": np.column_stack([tukey.estimate, tukey.low, tukey.high, tukey.p_adjusted])[order],
        "games_howell": {
            "diff": gh.estimate,
            "se": gh.std_error,
            "df": gh.df,
            "q": np.abs(gh.statistic) * 2**0.5,
            "p": gh.p_adjusted,
            "lower": gh.low,
            "upper": gh.high,
        },
        "rstatix_gh": {
            "estimate": gh.estimate,
            "conf.low": gh.low,
            "conf.high": gh.high,
            "p.adj": gh.p_adjusted,
        },
        "pair_holm": lower(pooled, pooled.p_adjusted),
        "pair_bonf_welch": lower(welch, welch.p_adjusted),
    }


@answers("emmeans")
def _emmeans() -> Any:
    y, e, g = columns("sat_act", "ACT", "education", "gender")
    found = posthoc.marginal_means(y, e, {"gender": g})

    def rows(c: Pairwise) -> Any:
        return {
            "estimate": c.estimate,
            "SE": c.std_error,
            "df": c.df,
            "t.ratio": c.statistic,
            "p.value": c.p_adjusted,
        }

    return {
        "means": {
            "emmean": found.mean,
            "SE": np.sqrt(np.diag(found.vcov)),
            "df": np.full(6, found.df),
            "lower.CL": found.low,
            "upper.CL": found.high,
        },
        "pairs": rows(found.contrasts()),
        "dunnett": rows(found.contrasts(against="first", adjust="none")),
        "sidak": rows(found.contrasts(adjust="sidak")),
    }


@answers("rm")
def _rm() -> Any:
    m = np.column_stack(columns("beps", *LEADERS))
    found = anova.repeated_measures(m)
    d = found.details
    return {
        "F": found.statistic,
        "df1": 2,
        "df2": 2 * (len(m) - 1),
        "p": d["p_uncorrected"],
        "eps_gg": d["epsilon_gg"],
        "p_gg": found.p,
        "eps_hf": d["epsilon_hf"],
        "p_hf": d["p_hf"],
        "mauchly_W": d["mauchly_w"],
        "mauchly_p_approx": d["mauchly_p_chi_square"],
        "mauchly_p": d["mauchly_p"],
        "partial_eta2": found.effect("partial eta squared").value,
        "generalized_eta2": found.effect("generalised eta squared").value,
    }


@answers("rm_pairs")
def _rm_pairs() -> Any:
    got = dict(zip(LEADERS, columns("beps", *LEADERS), strict=True))
    pairs = [("Blair", "Hague"), ("Blair", "Kennedy"), ("Hague", "Kennedy")]
    found = [means.t_test_paired(got[a], got[b]) for a, b in pairs]
    p = [t.p for t in found]
    return {
        "t": [t.statistic for t in found],
        "p": p,
        "holm": adjust(p, "holm"),
        "dz": [t.effect("Cohen's d_z").value for t in found],
    }


def wilc(test: SimpleTest) -> dict[str, Any]:
    return {
        "statistic": test.statistic,
        "p.value": test.p,
        "estimate": test.estimate,
        "conf.int": (test.low, test.high),
    }


@answers("mw")
def _mw() -> Any:
    pulse, sex = columns("mass_survey", "Pulse", "Sex")
    x, y = pulse[sex == "Female"], pulse[sex == "Male"]
    a = [1.1, 2.7, 3.9, 8.2, 9.5, 12.1]
    b = [2.2, 4.4, 10.3, 11.7, 13.8, 15.2, 16.6]
    found = ranks.mann_whitney(x, y)
    cliff = found.effect("Cliff's delta")
    z = 1.959963984540054
    d, low, high = cliff.value, cliff.low, cliff.high
    # the variance is recovered from the limits: (high - low)/2 = z sqrt(v((1-d²)² + z²v)) / (1 - d² + z²v)
    centre = (low + high) / 2
    v = ((d - d**3) / centre - (1 - d * d)) / z**2
    return {
        "cc": wilc(found),
        "nocc": wilc(ranks.mann_whitney(x, y, variant="normal")),
        "exact": wilc(ranks.mann_whitney(a, b, variant="exact")),
        "greater": wilc(ranks.mann_whitney(x, y, alternative="greater")),
        "effects": {
            "delta": d,
            "var_unbiased": v,
            "A12": found.effect("P(x > y)").value,
            "ci_cliff": (low, high),
        },
        "rank_biserial": es(found.effect("rank-biserial correlation"), "r_rank_biserial"),
    }


@answers("mw_exact_ties")
def _mw_exact() -> Any:
    data = table("mass_survey")
    pulse, sex = data["Pulse"][:30], data["Sex"][:30]
    keep = ~np.isnan(pulse) & np.array([s is not None for s in sex])
    x, y = pulse[keep & (sex == "Female")], pulse[keep & (sex == "Male")]
    exact, normal = (ranks.mann_whitney(x, y, variant=v) for v in ("exact", "normal"))
    return {"z": exact.details["z"], "p_exact": exact.p, "p_asym": normal.p}


@answers("wsr")
def _wsr() -> Any:
    x, y = columns("attitude", "complaints", "learning")
    blair, kennedy = columns("beps", "Blair", "Kennedy")
    z = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
    w = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    return {
        "exact": wilc(ranks.signed_rank(z, w, variant="exact")),
        "cc": wilc(ranks.signed_rank(x, y, zeros="wilcoxon")),
        "nocc": wilc(ranks.signed_rank(x, y, zeros="wilcoxon", variant="normal")),
        "beps": wilc(ranks.signed_rank(blair, kennedy, zeros="wilcoxon")),
        "pratt_z": ranks.signed_rank(blair, kennedy).details["z"],
        "wilcoxon_z": ranks.signed_rank(blair, kennedy, zeros="wilcoxon").details["z"],
        "rank_biserial": es(effects.rank_biserial(x, y, paired=True), "r_rank_biserial"),
    }


@answers("kruskal")
def _kruskal() -> Any:
    y, e = columns("sat_act", "ACT", "education")
    found = ranks.kruskal_wallis(y, e)
    made = {m: posthoc.dunn(y, e, adjust=m) for m in ("holm", "bonferroni", "bh")}
    dunn = made["holm"]
    pair = posthoc.pairwise_wilcoxon(y, e)
    size = np.unique(e, return_counts=True)[1]
    i, j = np.triu_indices(len(size), 1)
    return {
        "kw": hh(found),
        "epsilon2": found.effect("epsilon squared (ranks)").value,
        "eta2H": found.effect("eta squared (ranks)").value,
        "dunn": {
            "z": -dunn.statistic,
            "p": dunn.p,
            "p_holm": dunn.p_adjusted,
            "p_bonferroni": made["bonferroni"].p_adjusted,
            "p_BH": made["bh"].p_adjusted,
        },
        "rstatix_dunn": {
            "n1": size[i],
            "n2": size[j],
            "statistic": dunn.statistic,
            "p": dunn.p,
            "p.adj": dunn.p_adjusted,
        },
        "pair": lower(pair, pair.p_adjusted),
    }


@answers("friedman")
def _friedman() -> Any:
    names = ("rating", "complaints", "privileges", "learning", "raises", "critical", "advance")

    def one(*got: np.ndarray) -> Any:
        found = ranks.friedman(np.column_stack(got))
        d = found.details
        iman = [d["iman_davenport_f"], found.df, d["iman_davenport_df2"], d["iman_davenport_p"]]
        return {
            "friedman": hh(found),
            "W": found.effect("Kendall's W").value,
            "mean_ranks": d["mean_ranks"],
            "F_iman_davenport": iman,
        }

    return {"beps": one(*columns("beps", *LEADERS)), "attitude": one(*columns("attitude", *names))}


@answers("jt")
def _jt() -> Any:
    age, europe = columns("beps", "age", "Europe")
    s = ordinal.correlation_test(age, europe, method="spearman")
    return {
        "s": hh(s, statistic=s.details["S"]),
        "k": hh(ordinal.correlation_test(age[:300], europe[:300], method="kendall")),
        "r": hh(ordinal.correlation_test(age, europe)),
    }


@answers("ks")
def _ks() -> Any:
    height, sex = columns("mass_survey", "Height", "Sex")
    return hh(ranks.kolmogorov_smirnov(height[sex == "Male"], height[sex == "Female"]))


@answers("es.d")
def _es_d() -> Any:
    m, f = _by_gender("ACT")
    x, y = columns("attitude", "complaints", "learning")
    act = columns("sat_act", "ACT")[0]
    d = effects.standardised_difference
    return {
        "d": es(d(m, f), "Cohens_d"),
        "d_unpooled": es(d(m, f, variances="unequal"), "Cohens_d"),
        "g": es(d(m, f, corrected=True), "Hedges_g"),
        "glass": es(d(m, f, variances="glass"), "Glass_delta"),
        "paired": es(effects.standardised_mean(x - y), "Cohens_d"),
        "one": es(effects.standardised_mean(act, mu=28), "Cohens_d"),
    }


@answers("es.cles")
def _es_cles() -> Any:
    d = effects.standardised_difference(*_by_gender("ACT"))
    return {
        "p_superiority": es(effects.superiority(d), "p_superiority"),
        "u3": es(effects.cohen_u3(d), "Cohens_U3"),
        "overlap": es(effects.overlap(d), "Overlap"),
    }


@answers("es.or")
def _es_or() -> Any:
    t = cross(*columns("mass_survey", "Sex", "W.Hnd"))
    # effectsize takes the columns as groups
    found = proportions.two_proportion_test(
        int(t[0, 0]), int(t[:, 0].sum()), int(t[0, 1]), int(t[:, 1].sum())
    )
    chi = tables.chi_square(t)
    phi, w = chi.effect("phi"), chi.effect("Cohen's w")
    return {
        "or": es(found.effect("odds ratio"), "Odds_ratio"),
        "rr": es(found.effect("risk ratio"), "Risk_ratio"),
        "phi": {"phi": abs(phi.value), "CI": 0.95, "CI_low": w.low, "CI_high": w.high},
        "h": es(found.effect("Cohen's h"), "Cohens_h"),
    }


@answers("padjust")
def _padjust() -> Any:
    p = [0.0002, 0.001, 0.012, 0.013, 0.03, 0.04, 0.041, 0.2, 0.55, 0.8, 0.012]
    methods = ("holm", "hochberg", "hommel", "bonferroni", "bh", "by", "bh", "none")
    return np.column_stack([adjust(p, m) for m in methods])


@answers("tost.t")
def _tost() -> Any:
    def one(found: SimpleTest) -> Any:
        d = found.details
        return {
            "t_lower": d["t_lower"],
            "p_lower": d["p_lower"],
            "t_upper": d["t_upper"],
            "p_upper": d["p_upper"],
            "p_tost": found.p,
            "df": found.df,
            "ci90": (found.low, found.high),
        }

    m, f = _by_gender("ACT")
    leaders = columns("beps", "Blair", "Kennedy")
    return {
        "welch": one(means.equivalence_of_means(m, f, -1, 1)),
        "pooled": one(means.equivalence_of_means(m, f, -1, 1, design="pooled")),
        "paired": one(means.equivalence_of_means(*leaders, -0.3, 0.3, design="paired")),
    }


@answers("power.prop")
def _power_prop() -> Any:
    p = pw.proportions
    return {
        "n": p(0.3, 0.4, power=0.8).n,
        "power": p(0.3, 0.4, n=200).power,
        "p2": 0.25 + p(0.25, n=300, power=0.9).effect,
        "n_one": p(0.1, 0.15, power=0.9, sides="one-sided").n,
        "strict": p(0.3, 0.35, n=40, tails="both").power,
    }


@answers("power.t")
def _power_t() -> Any:
    return {
        "n": pw.means(0.3, power=0.8).n,
        "power": pw.means(0.5, n=60).power,
        "delta": pw.means(n=100, power=0.9).effect,
        "paired_n": pw.means(0.2, power=0.8, kind="paired").n,
        "one": pw.means(0.4, n=25, kind="one-sample", sides="one-sided").power,
        "strict": pw.means(0.2, n=10, tails="both").power,
    }


@answers("power.anova")
def _power_anova() -> Any:
    return {
        "n": pw.anova(4, between_var=1, within_var=3, power=0.8).n,
        "power": pw.anova(3, n=20, between_var=0.5, within_var=4).power,
    }


@answers("pois.rate")
def _pois() -> Any:
    two = rates.poisson_ratio(37, 12, 21, 11)
    return {
        "one": hh(rates.poisson_test(37, 12, 2), parameter=12),
        "two": hh(two, parameter=two.details["expected"]),
    }


@answers("importance.attitude", "importance.beps")
def importance(id_: str) -> dict[str, Any]:
    """Shares of R² by the public verb, on the file as R reads it."""
    outcome = {"importance.attitude": "rating", "importance.beps": "Blair"}[id_]
    data = pd.DataFrame(table(id_.removeprefix("importance.")).columns)
    names = {
        "rating": ["complaints", "privileges", "learning", "raises", "critical", "advance"],
        "Blair": [
            "age", "economic.cond.national", "economic.cond.household", "Hague", "Kennedy", "Europe",
            "political.knowledge",
        ],
    }[outcome]  # fmt: skip
    every = ("lmg", "johnson", "first", "last", "pratt", "beta")
    found = sa.read(data[[outcome, *names]]).drivers(outcome, names, method=every, bootstrap=0)
    rows = found.rows.set_index(["measure", "predictor"])
    shares = {m: rows.loc[m, "share"].to_dict() for m in ("lmg", "johnson")}
    own = {m: found[m].to_dict() for m in every}
    return {
        "lmg": {
            "R2": found.r2, "lmg": own["lmg"], "lmg_share": shares["lmg"], "first": own["first"],
            "last": own["last"], "pratt": own["pratt"], "beta_std": own["beta"],
        },
        "johnson": {"raw": own["johnson"], "share": shares["johnson"], "R2": sum(own["johnson"].values())},
    }  # fmt: skip
