"""What a number is, in words: estimator, variance, interval; and the R code that gives the same number."""

from __future__ import annotations

from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.wording.simple_tests import explain_simple
from survey_analysis.wording.whole_tests import explain_whole

_ESTIMATOR = {
    "proportion": "p = sum(w y) / sum(w x); y = 1 for the answers counted, x = 1 for any valid answer in the domain",
    "mean": "mean = sum(w y) / sum(w x); x = 1 for any valid answer in the domain",
    "total": "total = sum(w y) over the domain",
    "ratio": "R = sum(w y) / sum(w x), a ratio of totals with the person as sampling unit",
    "nps": "NPS = mean of -1 (0-6), 0 (7-8), 1 (9-10)",
    "net": "net = share of the top box minus share of the bottom box",
    "quantile": "q(p) = the value at which F(y) = sum(w 1[y <= .]) / sum(w) reaches p, by the rule asked for; "
    "standard error: length of the interval over 2 t (Woodruff 1952; R svyquantile)",
    "cdf": "F(t) = sum(w 1[y <= t]) / sum(w x); x = 1 for any valid answer in the domain (R svycdf)",
    "variance": "s2 = n/(n-1) sum(w (y - m)^2) / sum(w x), n the respondents in the base (R svyvar)",
    "std_dev": "s = sqrt(variance), variance as R svyvar; delta method, z / (2 s)",
    "covariance": "s_ab = n/(n-1) sum(w (a - mean a)(b - mean b)) / sum(w x) over those who gave both (R svyvar)",
    "correlation": "r = s_ab / (s_a s_b); delta method (R svyvar with cov2cor)",
    "polychoric": "maximiser of sum(p log P(r)) over the weighted table, thresholds from its margins (Olsson 1979; "
    "R polycor::polychor); delta method over both steps",
    "contrast": "linear combinations C theta of estimates, variance C V C' (R svycontrast)",
    "transform": "functions g(theta) of estimates, delta method: variance G V G', G the gradient (R svycontrast)",
}
_SCORES = {
    "construct mean": "m, the mean of the items answered, when enough were; reversed items count lowest + highest - x",
    "construct sum": "the sum of the items, of people who answered all; reversed items count lowest + highest - x",
    "prorated construct sum": "k m, k items with mean m of those answered, when enough were",
    "POMP": "100 (m - lowest) / (highest - lowest), percent of the maximum possible (Cohen et al. 1999)",
    "box of the construct mean": "1 where the mean of the items answered reaches the bound of the box, else 0",
}
_NAMES = {"std_dev": "standard deviation", "cdf": "distribution function"}


def explain_estimate(estimate: EstimateData) -> str:
    """Estimator, variance, degrees of freedom and interval of an estimate, with sources."""
    p = estimate.provenance
    methods = ", ".join(dict.fromkeys(str(m) for m in estimate.rows["method"]))
    score = f", score {estimate.topic.score}" if estimate.topic.score else ""
    lines = [
        f"{_NAMES.get(estimate.topic.statistic, estimate.topic.statistic).capitalize()} of '{estimate.topic.question}'{score}.",
        f"  Estimator   {_ESTIMATOR[_kind(estimate)]}.",
        *([f"  Score       {_SCORES[estimate.topic.score]}."] if estimate.topic.score in _SCORES else []),
        *(f"  Scale       {x}." for x in estimate.topic.instruments),
        f"  Base        {'; '.join(dict.fromkeys(estimate.bases))}.",
        f"  Design      {p.design}; {p.weighting}.",
        variance_lines(p.variance)[0],
        _df_line(estimate),
        f"  Interval    {100 * estimate.level:g}%, {methods}.",
    ]
    if "deff" in estimate.rows and estimate.rows["deff"].notna().any():
        lines.append(f"  deff        variance over that of simple random sampling {estimate.design_effect}.")
    if estimate.evidence is not None and estimate.evidence.loop is not None:
        lines.append("  Loop        ratings weighted by 1 / probability that the source was asked.")
    if p.where:
        lines.append(f"  Domain      {p.where}; everybody else stays in the design and counts as zero.")
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def _kind(estimate: EstimateData) -> str:
    latent = estimate.topic.score == "polychoric"
    return "polychoric" if latent else estimate.topic.statistic


def _df_line(estimate: EstimateData) -> str:
    rule = estimate.df_rule
    if rule == "domain":
        return variance_lines(estimate.provenance.variance)[1]
    return (
        "  df          those of the whole design (R degf)."
        if rule == "design"
        else f"  df          {rule:g}, as given."
    )


def variance_lines(variance: str) -> tuple[str, str]:
    """Lines on the variance and its degrees of freedom."""
    if "replicate weights" in variance:
        return (
            f"  Variance    {variance}: V = scale sum(rscale_r (theta_r - c)^2) (R svrepdesign).",
            "  df          rank of the replicate weights in the domain minus one (R degf(subset())).",
        )
    if "joint inclusion" in variance:
        return (
            f"  Variance    {variance}: sum of (pi_ij - pi_i pi_j) / pi_ij z_i z_j over sampling units (R svydesign(pps=)).",
            "  df          sampling units minus strata that hold someone of the domain (R degf(subset())).",
        )
    return (
        f"  Variance    {variance}: z = w u summed to sampling units, centred in strata (R svyrecvar).",
        "  df          sampling units minus strata that hold someone of the domain (R degf(subset())).",
    )


def explain_test(test: TestData) -> str:
    """How a test was made, with sources."""
    if test.kind == "simple":
        return explain_simple(test)
    if not test.compares and test.kind != "omnibus":
        return explain_whole(test)
    kinds = {
        "difference": "d = p_a - p_b, u = w [I_a (y_a - p_a)/N_a - I_b (y_b - p_b)/N_b]; one form for paired, "
        "independent and partly overlapping sampling units, found from the data",
        "ratio": "log of the ratio of weighted means, delta method, joint over categories",
        "omnibus": "F = W / k, W = (C theta)' (C V C')^-1 (C theta)",
    }
    relations = ""
    if "relation" in test.rows and test.rows["relation"].any():
        relations = "; found: " + ", ".join(dict.fromkeys(str(r) for r in test.rows["relation"] if r))
    methods = ", ".join(dict.fromkeys(str(m) for m in test.rows["method"]))
    return "\n".join(
        [
            f"{test.kind.capitalize()} test of '{test.topic.question}'.",
            f"  Statistic   {kinds[test.kind]}{relations}.",
            f"  Variance    {test.provenance.variance}, the covariance of the rows included.",
            _test_df(test),
            f"  Method      {methods}.",
            f"  Family      {test.family.declared or 'one comparison'}; adjusted: {test.family.adjust} (m = {test.family.size} on each base).",
        ]
    )


def _test_df(test: TestData) -> str:
    variance = test.provenance.variance
    if test.kind == "omnibus" and "replicate weights" not in variance:
        return "  df          sampling units minus strata that hold someone in any of the levels."
    if "replicate weights" in variance:
        return (
            "  df          rank of the replicate weights in the union minus one, unless df= says otherwise."
        )
    return (
        "  df          Satterthwaite over units only in a, only in b, and in both, unless df= says otherwise."
    )
