"""What rates and their extremes are, in words."""

from __future__ import annotations

from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.rates import RatesData
from survey_analysis.wording.explain import variance_lines
from survey_analysis.wording.numbers import fixed
from survey_analysis.wording.phrases import SIMULATED, in_sentence, listed
from survey_analysis.wording.ratios import extremes_text, ratio_sentence


def explain_extremes(found: ExtremesData) -> str:
    """How "up to k times" was found, with sources."""
    lines = [
        f"Largest of {found.categories} ratios, {found.a} over {found.b}, of '{found.topic.question}'.",
        "  Ratio       of weighted mean counts, log, joint covariance over categories (never a mean of ratios).",
        f"  Interval    exp(theta_j +- c se_j), c = {fixed(found.critical, 2)}: it covers the category selected.",
        f"  c           the {100 * found.level:g}% quantile of max |Z_j|, Z ~ N(0, corr V), seeded draws.",
        "  At least    max_j exp(theta_j - c1 se_j), c1 the one-sided simultaneous quantile.",
        variance_lines(found.provenance.variance)[0],
    ]
    if found.sensitivity:
        lines += [
            "  Top 1%      without counts above the weighted 99% point of their group and category, taken as fixed.",
            "  Events      effective events (sum w y)^2 / sum(w^2 y); categories under 30 on a side left out.",
        ]
    if found.heaping:
        lines.append(
            "  Heaping     weighted share of the counts above 0 that end in 0 or 5, categories pooled."
        )
    if found.undefined:
        lines.append(f"  No ratio    {', '.join(found.undefined)}: no event on one side.")
    if found.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def rates_sentence(rates: RatesData, what: str = "") -> str:
    """The largest with median and smallest, its sensitivity, rounding; of one ratio the ratio."""
    if rates.extremes is None:
        mark = f" {SIMULATED}" if rates.simulated else ""
        return f"{ratio_sentence(rates.test, 0)} {model_line(rates)}{mark}"
    return extremes_text(rates.extremes, what, model_line(rates))


def model_line(rates: RatesData) -> str:
    """What the negative binomial ratio beside the ratio of means holds."""
    fitted = rates.rows["nb_ratio"].notna()
    if not fitted.any():
        why = listed(list(dict.fromkeys(rates.rows["nb_method"])))
        return f"Negative binomial ratios: {why}."
    if not rates.adjusted_for:
        return (
            "The negative binomial model with the group alone has the same ratio and interval as the weighted means; it "
            "adds theta, the spread of the counts."
        )
    held = listed([in_sentence(x) for x in rates.adjusted_labels])
    return f"The negative binomial ratios hold {held} alike in both groups; the ratios of means do not."


def explain_rates(rates: RatesData) -> str:
    """How both ratios were made, with sources."""
    held = f"group + {' + '.join(rates.adjusted_for)}" if rates.adjusted_for else "group"
    lines = [
        f"Rates of '{rates.test.topic.question}': {rates.rows['a'].iloc[0]} over {rates.rows['b'].iloc[0]}.",
        "  Ratio       of weighted mean counts: log(m_a / m_b), u = z_a / m_a - z_b / m_b, variance from the one kernel.",
        f"  Neg. bin.   log E[count] = {held}, variance mu + mu^2 / theta; weighted maximum likelihood.",
        "  Its errors  z = w score A^-1, theta jointly, the one kernel (R MASS::glm.nb for the model).",
        variance_lines(rates.provenance.variance)[0],
        "  df          Satterthwaite over units only in a, only in b, and in both; both ratios.",
        f"  Interval    {100 * rates.level:g}%, t on the log.",
    ]
    if rates.extremes is not None:
        lines += explain_extremes(rates.extremes).split("\n")
    elif rates.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)
