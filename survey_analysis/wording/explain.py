"""What a number is, in words: estimator, variance, interval; and the R code that gives the same number."""

from __future__ import annotations

from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData

_ESTIMATOR = {
    "proportion": "p = sum(w y) / sum(w x); y = 1 for the answers counted, x = 1 for any valid answer in the domain",
    "mean": "mean = sum(w y) / sum(w x); x = 1 for any valid answer in the domain",
    "total": "total = sum(w y) over the domain",
    "ratio": "R = sum(w y) / sum(w x), a ratio of totals with the person as sampling unit",
    "nps": "NPS = mean of -1 (0-6), 0 (7-8), 1 (9-10)",
    "net": "net = share of the top box minus share of the bottom box",
}


def explain_estimate(estimate: EstimateData) -> str:
    """Estimator, variance, degrees of freedom and interval of an estimate, with sources."""
    p = estimate.provenance
    methods = ", ".join(dict.fromkeys(str(m) for m in estimate.rows["method"]))
    score = f", score {estimate.topic.score}" if estimate.topic.score else ""
    lines = [
        f"{estimate.topic.statistic.capitalize()} of '{estimate.topic.question}'{score}.",
        f"  Estimator   {_ESTIMATOR[estimate.topic.statistic]}.",
        f"  Base        {'; '.join(dict.fromkeys(estimate.bases))}.",
        f"  Design      {p.design}; {p.weighting}.",
        f"  Variance    {p.variance}: z = w u summed to sampling units, centred in strata (R svyrecvar).",
        "  df          sampling units minus strata that hold someone of the domain (R degf(subset())).",
        f"  Interval    {100 * estimate.level:g}%, {methods}.",
    ]
    if estimate.evidence is not None and estimate.evidence.loop is not None:
        lines.append("  Loop        ratings weighted by 1 / probability that the source was asked.")
    if p.where:
        lines.append(f"  Domain      {p.where}; everybody else stays in the design and counts as zero.")
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def explain_test(test: TestData) -> str:
    """How a test was made, with sources."""
    kinds = {
        "difference": "d = p_a - p_b, u = w [I_a (y_a - p_a)/N_a - I_b (y_b - p_b)/N_b]; one form for paired, "
        "independent and partly overlapping people, found from the data",
        "ratio": "log of the ratio of weighted means, delta method, joint over categories",
        "omnibus": "F = W / k, W = (C theta)' (C V C')^-1 (C theta)",
        "independence": "Rao-Scott, second order",
    }
    relations = ""
    if "relation" in test.rows:
        relations = "; found: " + ", ".join(dict.fromkeys(str(r) for r in test.rows["relation"] if r))
    methods = ", ".join(dict.fromkeys(str(m) for m in test.rows["method"]))
    return "\n".join(
        [
            f"{test.kind.capitalize()} test of '{test.topic.question}'.",
            f"  Statistic   {kinds[test.kind]}{relations}.",
            f"  Variance    {test.provenance.variance}, the covariance of the rows included.",
            "  df          Satterthwaite over units only in a, only in b, and in both, unless df= says otherwise.",
            f"  Method      {methods}.",
            f"  Family      {test.family.declared}; adjusted: {test.family.adjust} (m = {test.family.size} on each base).",
        ]
    )


def r_code(estimate: EstimateData, design: str, variables: dict[str, str]) -> str:
    """R `survey` code that gives the same numbers, to paste and compare."""
    topic = estimate.topic
    name = variables.get("y", topic.question)
    by = [variables.get(d.name, d.name) for d in estimate.dims if d.name != topic.subject]
    domain = estimate.provenance.where
    lines = [design]
    body = {
        "proportion": f"svymean(~{name}, des, na.rm = TRUE)",
        "mean": f"svymean(~{name}, des, na.rm = TRUE)",
        "nps": f"svymean(~{name}, des, na.rm = TRUE)",
        "net": f"svymean(~{name}, des, na.rm = TRUE)",
        "total": f"svytotal(~{name}, des, na.rm = TRUE)",
        "ratio": f"svyratio(~{name}, ~{topic.denominator}, des, na.rm = TRUE)",
    }[topic.statistic]
    if domain:
        lines.append(f"des <- subset(des, {variables.get('where', domain)})")
    if by:
        function = {"total": "svytotal", "ratio": "svyratio"}.get(topic.statistic, "svymean")
        extra = f", denominator = ~{topic.denominator}" if topic.statistic == "ratio" else ""
        body = f"svyby(~{name}, ~{' + '.join(by)}, des, {function}{extra}, na.rm = TRUE, covmat = TRUE)"
    lines.append(body)
    return "\n".join(lines)
