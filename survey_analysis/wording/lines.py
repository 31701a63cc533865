"""The lines around a figure or table: subtitle, base line, source line, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from survey_analysis.results.estimate import EstimateData, Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.intervals import label_of, weighted
from survey_analysis.wording.levels import base_of, common_base, phrases_of, row_name
from survey_analysis.wording.numbers import DASH, count
from survey_analysis.wording.phrases import (
    SIMULATED,
    capitalised,
    events_of,
    fill,
    in_sentence,
    join_labels,
    listed,
    noun,
    over,
    predicate,
    score_noun,
)
from survey_analysis.wording.precision import row_of, value_of

ROUNDING: Final = "Figures are rounded after all calculation."
_LONG: Final = 140  # characters of a weighting text in a source line
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
ADJUSTMENTS: Final = {
    "holm": "Holm",
    "bh": "Benjamini-Hochberg",
    "by": "Benjamini-Yekutieli",
    "bonferroni": "Bonferroni",
    "sidak": "Šidák",
    "holm-sidak": "Holm-Šidák",
    "hochberg": "Hochberg",
    "hommel": "Hommel",
    "none": "not adjusted",
}


def date_range(dates: Sequence[str]) -> str:
    """Field dates as read: ISO dates in words, other texts as they are.

    Examples
    --------
    >>> date_range(("2016-03-01", "2016-03-12")), date_range(("2016-03-30", "2016-04-02"))
    ('1 to 12 March 2016', '30 March to 2 April 2016')
    >>> date_range(("spring 2016",)), date_range(())
    ('spring 2016', '')
    """
    if not dates:
        return ""
    first, last = dates[0], dates[-1]
    try:
        a, b = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return first if first == last else f"{first} to {last}"
    end = f"{b.day} {_MONTHS[b.month - 1]} {b.year}"
    if a == b:
        return end
    if (a.year, a.month) == (b.year, b.month):
        return f"{a.day} to {end}"
    start = f"{a.day} {_MONTHS[a.month - 1]}" + (f" {a.year}" if a.year != b.year else "")
    return f"{start} to {end}"


def sentence_of(text: str) -> str:
    """A clause as a sentence: capital first letter, full stop.

    Examples
    --------
    >>> sentence_of("weights taken as fixed"), sentence_of("")
    ('Weights taken as fixed.', '')
    """
    text = text.strip()
    return capitalised(text) + ("" if text.endswith((".", "!", "?")) else ".") if text else ""


def source_line(provenance: Provenance, *, tested: str = "", benchmark: str = "") -> str:
    """Study, mode, dates, weighting, test, rounding, and the simulated mark.

    Examples
    --------
    >>> print(source_line(Provenance("Creator trust", "simulated", dates=("2016-03-01", "2016-03-12"))))
    Source: Creator trust, 1 to 12 March 2016. Unweighted. Figures are rounded after all calculation.
    Simulated data.
    """
    head = ", ".join(x for x in (provenance.study, provenance.mode, date_range(provenance.dates)) if x)
    weights = sentence_of(_weighting(provenance)) if weighted(provenance) else "Unweighted."
    lines = [
        f"Source: {head}." if head else "",
        weights,
        sentence_of(tested),
        sentence_of(benchmark),
        ROUNDING,
    ]
    if provenance.simulated:
        lines.append(SIMULATED)
    return " ".join(x for x in lines if x)


def _weighting(provenance: Provenance) -> str:
    """The weighting in a line: of several samples the one meant, of a long text what Method explains."""
    text = provenance.weighting
    if len(text) <= _LONG:
        return text
    clauses = [clause.partition(": ") for clause in text.split("; ")]
    meant = [
        how
        for label, _, how in clauses
        if how and provenance.sample and provenance.sample.lower() in label.lower()
    ]
    return f"{capitalised(meant[0])}; see Method" if len(meant) == 1 else "Weighted; see Method"


def adjustment_line(test: TestData) -> str:
    """Which test was used and what it was adjusted over."""
    methods = list(dict.fromkeys(str(m) for m in test.rows["method"])) if "method" in test.rows else []
    way, m = ADJUSTMENTS[test.family.adjust], test.family.size
    over = f"{count(m)} comparison{'s' if m != 1 else ''}"
    adjusted = (
        f"not adjusted ({over})" if test.family.adjust == "none" else f"p adjusted by {way} over {over}"
    )
    said = test.family.declared.removesuffix(", not adjusted")  # the words before it say so
    declared = f": {said}" if said else ""
    return f"{listed(methods)}; {adjusted}{declared}" if methods else f"{adjusted}{declared}"


def answers_shown(topic: Topic) -> str:
    """What is shown, the labels boxed named."""
    if topic.construct_items and (topic.statistic == "proportion" or score_noun(topic)):
        return "Share" if topic.statistic == "proportion" else "Mean score"  # the wording has said of what
    if topic.statistic == "proportion":
        return (
            f"Share answering {join_labels(topic.answers)}" if topic.answers else "Share giving each answer"
        )
    name = topic.short or topic.question
    lead = {
        "mean": "Mean",
        "total": "Total",
        "ratio": "Ratio",
        "nps": "Net promoter score",
        "net": "Net",
        "quantile": "Median" if topic.score == "median" else "Quantiles",
        "variance": "Variance",
        "std_dev": "Standard deviation",
        "covariance": "Covariance",
        "correlation": "Correlation",
        "cdf": "Share at or below each value",
        "contrast": "Contrasts",
        "transform": "Functions of estimates",
    }
    scale = topic.scale
    ends = f" from {scale[0][1]} to {scale[-1][1]}" if topic.statistic == "mean" and scale else ""
    return f"{lead[topic.statistic]} of {in_sentence(name)}{over(topic)}{ends}"


def question_wording(topic: Topic, result: EstimateData | TestData | None = None) -> str:
    """The wording in quotes; placeholders filled where all rows share the label, else "..."."""
    if not topic.wording:
        return ""
    text = topic.wording
    if isinstance(result, EstimateData) and len(result) > 0:
        rows = [phrases_of(result, i) for i in range(len(result))]
        shared = {k: v for k, v in rows[0].items() if all(r.get(k) == v for r in rows)}
        text = fill(text, shared)
    names = [topic.subject] if topic.subject else []
    names += [d.name for d in result.dims] if result is not None else []
    text = fill(text, dict.fromkeys(names, "…"))
    text = re.sub(r"\ban? …", "…", text)
    return f"{text}." if topic.construct_items else f"“{text}”"


def subtitle(result: EstimateData | TestData, *, marks: bool = False) -> str:
    """Question wording and what is shown, with the name of the interval.

    Shares of all answers are bars without intervals, unless drawn as marks that have them.
    """
    shown = answers_shown(result.topic)
    label = label_of(result.provenance, level=result.level, length="long")
    each = result.topic.statistic == "proportion" and not result.topic.answers and not marks
    shown += f", with {label}" if label and not each else ""
    if isinstance(result, TestData):
        unit = "percentage points" if result.topic.unit == "share" else "the same unit"
        difference = f"difference in {unit}"
        shown = f"{answers_shown(result.topic)}: {'ratio' if result.kind == 'ratio' else difference}" + (
            f", with {label}" if label else ""
        )
    return f"{question_wording(result.topic, result)} {shown}.".strip()


def span(values: Sequence[float]) -> str:
    """One number, or the smallest and the largest.

    Examples
    --------
    >>> span([3233]), span([1580, 5189, 3233])
    ('3,233', '1,580 to 5,189')
    """
    low, high = count(min(values)), count(max(values))
    return low if low == high else f"{low} to {high}"


def n_text(result: EstimateData | TestData, *, effective: bool = True) -> str:
    """Say n and effective base over all rows: "n = 3,233 (effective 2,139)"."""
    n = [x for x in (value_of(row_of(result, i), "n") for i in range(len(result))) if x is not None]
    e = [x for x in (value_of(row_of(result, i), "n_effective") for i in range(len(result))) if x is not None]
    n, e = [x for x in n if x > 0], [x for x in e if x > 0]
    if not n:
        return "n = 0"
    return f"n = {span(n)}" + (f" (effective {span(e)})" if e and effective else "")


def base_line(result: EstimateData | TestData) -> str:
    """The base line: base text, n and effective base; the unit where it is not a person."""
    if isinstance(result, TestData):
        return f"Base: {compared_base(result)}; {n_text(result)}."
    if result.topic.unit_of_count and result.topic.statistic == "ratio":
        return f"Base: {events_of(result.topic)} made by {common_base(result)}; reported by {n_text(result)}."
    return f"Base: {common_base(result)}; {n_text(result)}."


def compared_base(test: TestData) -> str:
    """Who is compared: the same people, all raters of each, or groups."""
    who = noun(test.provenance.sample_kind, generalize=test.provenance.generalize)
    raters = bool(test.topic.subject) and test.topic.subject not in test.rows
    kinds = set(test.rows["base"]) if "base" in test.rows else set()
    rated = "every source" if "all" in kinds else "both"
    if kinds in ({"common", "own"}, {"all", "own"}) and raters:
        return f"{who} who rated {rated}, and all who rated either"
    if kinds in ({"common"}, {"all"}):
        return f"{who} who rated {rated}"
    return f"{who} who rated either" if raters else f"{who} in either group"


def notes(result: EstimateData) -> str:
    """Marks that must stand with the numbers: small bases, none, 0% and 100%."""
    rows = [row_of(result, i) for i in range(len(result))]
    said = []
    for low, high, text in (
        (0, MINIMUM, f"Base under {MINIMUM}, not compared"),
        (MINIMUM, SMALL, f"Small base ({MINIMUM}{DASH}{SMALL - 1})"),
    ):
        names = [
            row_name(result, i) or "the result"
            for i, r in enumerate(rows)
            if low <= base_of(r) < high and r["n"] > 0
        ]
        said += [f"{text}: {', '.join(names)}."] if names else []
    if result.topic.unit == "share" and any(value_of(r, "estimate") in (0.0, 1.0) for r in rows):
        said.append("At 0% and 100% the interval is Korn-Graubard's with the smaller of n and effective n.")
    return " ".join(said)


def said_of(result: EstimateData, i: int = 0) -> str:
    """The predicate of a row."""
    return predicate(result.topic, phrases_of(result, i))
