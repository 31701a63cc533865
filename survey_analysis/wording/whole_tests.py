"""Sentences and explanations of one test of a whole: independence, given shares, one mean, ranks, agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.plurals import counted
from survey_analysis.results.test import TestData
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.levels import SMALL_BASE
from survey_analysis.wording.numbers import fixed
from survey_analysis.wording.phrases import capitalised, in_sentence
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import adjusted_p

RAO_SCOTT: Final = "X2 = n sum (p_ij - p_i+ p_+j)^2 / (p_i+ p_+j); delta = eigenvalues of (C'D^-1 C / n)^-1 (C'D^-1 V D^-1 C)"
GIVEN: Final = "X2 = sum (O_i - p_i N)^2 / (p_i N); delta = eigenvalues of the covariance of its terms"
TAILS: Final = {
    "second order": "F = X2 / sum(delta) on (sum delta)^2 / sum(delta^2) and that times nu (Thomas and Rao 1987; R svychisq F)",
    "first order": "X2 / mean(delta) as chi-squared on (r - 1)(c - 1) (Rao and Scott 1981; R svychisq Chisq)",
    "exact distribution": "the tail of sum(delta_j chi2_1) over chi2 / df, by inversion on a contour through the saddlepoint (Rice 1980; R lincom)",
    "saddlepoint": "the same tail by the saddlepoint approximation (Kuonen 1999; R saddlepoint)",
    "design Wald F": "W of N_ij - N_i+ N_+j / N over (r - 1)(c - 1), delta method (Koch, Freeman and Freeman 1975; R svychisq Wald)",
    "adjusted": "F = W (nu - k + 1) / (k nu) on k and nu - k + 1 (Fellegi 1980; R svychisq adjWald)",
    "fit, F": "F = X2 / sum(delta) on (sum delta)^2 / sum(delta^2) and that times nu (Rao and Scott 1981)",
    "fit, χ²": "X2 / scale as chi-squared, scale = sum(delta^2) / sum(delta) (Rao and Scott 1981; R svygofchisq)",
}
STATISTICS: Final = {
    "t": "t = (mean - mu) / SE (R svyttest)",
    "rank": "weighted mid-ranks, group means of their scores, ranks taken as known (Lumley and Scott 2013; R svyranktest)",
    "agreement": "kappa = (p_o - p_e) / (1 - p_e), delta method on the cells (Cohen 1960; R svykappa)",
}


def whole_sentence(test: TestData, i: int) -> str:
    """What one test found, with its statistic, degrees of freedom and p."""
    row = row_of(test, i)
    p = value_of(row, "p_adjusted")
    name = in_sentence(test.topic.short or str(row.get("question", test.topic.question)))
    if p is None:
        reason = str(row.get("note") or "").removeprefix("not tested: ")
        return f"No test of {name} could be made{': ' + reason if reason else ''}."
    n = value_of(row, "n") or 0.0
    if n < MINIMUM:
        return f"{capitalised(name)}: {counted(int(n), 'respondent')}; base too small to test."
    said = _said(test, row, name, clear=p < 1 - test.level)
    small = f" {SMALL_BASE}" if n < SMALL else ""
    return f"{capitalised(said)} ({_figure(row)}{adjusted_p(test, row)}){small}."


def _said(test: TestData, row: Mapping[str, Any], name: str, *, clear: bool) -> str:
    value = value_of(row, "estimate")
    if test.kind == "goodness":
        return f"the answers to {name} {'differ' if clear else 'do not clearly differ'} from the given shares"
    if test.kind == "t":
        against = str(row["contrast"]).removeprefix("mean = ")
        verb = "differs" if clear else "does not clearly differ"
        return f"the mean of {name}, {fixed(value or 0.0, 2)}, {verb} from {against}"
    if test.kind == "agreement":
        return f"kappa of {row['contrast']} is {fixed(value or 0.0, 2)}"
    if test.kind == "rank" and value is not None:
        a, b = (in_sentence(str(row[x])) for x in ("a", "b"))
        if clear:
            return f"{name} ranks {'higher' if value > 0 else 'lower'} for {a} than for {b}"
        return f"{name} does not clearly rank higher or lower for {a} than for {b}"
    if test.kind == "rank":
        groups = str(row["contrast"]).removeprefix("all ").removesuffix(" equal")
        return f"{name} {'differs' if clear else 'does not clearly differ'} in rank across {groups}"
    other = in_sentence(str(row["column"]))
    return f"{name} {'is related' if clear else 'is not clearly related'} to {other}"


def _figure(row: Mapping[str, Any]) -> str:
    statistic = value_of(row, "statistic")
    if statistic is None:
        return ""
    freedom = [d for d in (value_of(row, c) for c in ("df", "df_residual")) if d is not None]
    inside = ", ".join(fixed(d, 0 if float(d).is_integer() else 1) for d in freedom)
    shown = f"({inside})" if inside and row.get("symbol") != "X²" else ""
    return f"{row.get('symbol') or 'F'}{shown} = {fixed(statistic, 1)}, "


def explain_whole(test: TestData) -> str:
    """Statistic, variance, degrees of freedom and method of a test of a whole, with sources."""
    row, p = row_of(test), test.provenance
    method = str(row["method"])
    lines = [
        f"{test.kind.capitalize()} test of '{test.topic.question}': {row['contrast']}.",
        f"  Statistic   {_statistic(test, row)}.",
        f"  Variance    {p.variance}; everybody outside the table stays in the design and counts as zero.",
        f"  df          {_freedom(test)}, unless df= says otherwise.",
        f"  Method      {method}.",
    ]
    lines += [f"  {way}" for way in _ways(method)]
    if row.get("note"):
        lines.append(f"  Note        {row['note']}.")
    if p.where:
        lines.append(f"  Domain      {p.where}.")
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def _statistic(test: TestData, row: Mapping[str, Any]) -> str:
    if test.kind == "goodness":
        return GIVEN
    if test.kind != "independence":
        return STATISTICS[test.kind]
    if "deviance" in row:
        return RAO_SCOTT.replace(
            "X2 = n sum (p_ij - p_i+ p_+j)^2 / (p_i+ p_+j)", "G2 = 2 n sum p_ij log(p_ij / (p_i+ p_+j))"
        )
    return RAO_SCOTT


def _freedom(test: TestData) -> str:
    if "replicate weights" in test.provenance.variance:
        return "nu = rank of the replicate weights of the people tested minus one"
    units = "nu = sampling units minus strata that hold someone tested"
    return units + ("; Satterthwaite for two groups" if test.kind == "rank" and "a" in test.rows else "")


def _ways(method: str) -> list[str]:
    return [
        f"            {text}."
        for end, text in TAILS.items()
        if method.removesuffix(", deviance").endswith(end)
    ]
