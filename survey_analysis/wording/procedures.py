"""Statements on weights, tests and AI that end every method page."""

from __future__ import annotations

from typing import Literal

from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.wording.intervals import weighted
from survey_analysis.wording.lines import ADJUSTMENTS
from survey_analysis.wording.methods import QUESTIONS
from survey_analysis.wording.numbers import count
from survey_analysis.wording.phrases import noun
from survey_analysis.wording.statement import Span, Statement

Declared = Literal["before", "after", "not said"]


def weights_statement(provenance: Provenance) -> Statement:
    """How the standard errors treat the weights.

    Examples
    --------
    >>> weights_statement(Provenance("s")).text
    'Data are not weighted.'
    """
    if not weighted(provenance):
        text = "Data are not weighted."
    elif "replicate weights" in provenance.variance:
        repeated = "repeated" in provenance.variance
        text = f"Standard errors come from replicate weights{', which repeat the weighting' if repeated else ''}."
    elif "calibration" in provenance.variance:
        raked = all(
            part.split(": ")[-1].startswith("raked") for part in provenance.weighting.split("; ") if part
        )
        what = "raking" if raked else "weighting"
        text = f"Standard errors take the {what} into account (calibration residuals)."
    elif provenance.weighting.startswith("design weights"):
        text = f"Weights are {provenance.weighting}."
    else:
        text = "Standard errors take the weights supplied with the file as fixed."
    return Statement("Weights", (Span(text),))


def comparisons_statement(
    *tests: TestData, declared: Declared = "not said", letters: int = 0, alpha: float = 0.05
) -> Statement:
    """How differences were tested and adjusted.

    Parameters
    ----------
    *tests
        The tests that the report prints.
    declared
        Whether the study file declared the comparisons before anyone looked.
    letters
        Number of letter tests made in the banner tables.
    alpha
        Their level.
    """
    parts: list[str] = []
    for test in tests:
        parts += [p for p in _test_parts(test, declared) if p not in parts]
    if letters:
        chance = count(letters * alpha) if letters * alpha >= 1 else "fewer than one"
        parts.append(
            f"Letters in appendix B are not adjusted; about {chance} of {count(letters)} would appear by "
            "chance alone."
        )
    return Statement("Tests", (Span(" ".join(parts) or "No differences were tested."),))


def _test_parts(test: TestData, declared: Declared) -> list[str]:
    who = noun(test.provenance.sample_kind, generalize=test.provenance.generalize)
    kinds = set(test.rows["base"]) if "base" in test.rows else set()
    basis = {
        frozenset({"common"}): f"{who} who rated both",
        frozenset({"own"}): "all raters of each",
    }.get(frozenset(kinds), f"{who} who rated both and, beside it, all raters of each")
    parts = []
    if test.topic.subject and test.kind == "difference":
        parts.append(
            f"Differences between {test.topic.subject}s are estimated from {basis}, with ratings of one "
            f"{'simulated respondent' if test.simulated else 'person'} treated as dependent."
        )
    m = test.family.size
    made = f"{count(m)} comparison{'s' if m != 1 else ''}"
    told = {"before": "declared before analysis", "after": "chosen after looking", "not said": "made"}
    within = f" within the family “{test.family.declared}”" if test.family.declared else ""
    adjusted = (
        "p-values are not adjusted"
        if test.family.adjust == "none"
        else f"p-values are adjusted by {ADJUSTMENTS[test.family.adjust]}{within}"
    )
    return [*parts, f"{made} {'was' if m == 1 else 'were'} {told[declared]}; {adjusted}."]


def ai_statement(used: str = "") -> Statement:
    """Whether generative or predictive models were used, for what and checked by whom.

    Examples
    --------
    >>> ai_statement("not used").text
    'Generative or predictive models were not used.'
    >>> ai_statement("").questions
    ('Were generative or predictive models used, for what, and who checked them?',)
    """
    if not used:
        return Statement("AI", (Span(QUESTIONS["ai"], question=True),))
    text = used.strip().rstrip(".")
    said = (
        "not used"
        if text.lower() in ("not used", "none", "no")
        else f"used for {text.removeprefix('used for ')}"
    )
    return Statement("AI", (Span(f"Generative or predictive models were {said}."),))
