"""Sentences about ratios: one ratio, the range of several, "up to k times" with what must stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from survey_analysis.errors import ReportError
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.wording.facts import Facts, Largest
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.licences import licensed
from survey_analysis.wording.numbers import interval, p_value, ratio, ratio_decimals
from survey_analysis.wording.phrases import SIMULATED, in_sentence, listed
from survey_analysis.wording.precision import row_of, value_of


def adjusted_p(test: TestData, row: Mapping[str, Any]) -> str:
    """The p-value of a row with its name ("adjusted p .023"); empty without one."""
    p = value_of(row, "p_adjusted")
    return "" if p is None else f"{'p' if test.family.adjust == 'none' else 'adjusted p'} {p_value(p)}"


def ratio_sentence(test: TestData, i: int) -> str:
    """One ratio with its interval, without "times more"."""
    row = row_of(test, i)
    value = value_of(row, "estimate")
    a, b = in_sentence(str(row["a"])), in_sentence(str(row["b"]))
    dims = ", ".join(str(row[d.name]) for d in test.dims if d.name in row and d.name not in ("a", "b"))
    where = f" ({dims})" if dims and dims.lower() not in (a, b) else ""
    if value is None:
        return f"The ratio of {a} to {b}{where} could not be estimated."
    low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
    label = label_of(test.provenance, level=test.level)
    span = (
        f"{label} {interval(low, high, ratio_decimals(value))}"
        if label and low is not None and high is not None
        else ""
    )
    inside = "; ".join(x for x in (span, adjusted_p(test, row)) if x)
    of = in_sentence(test.topic.short or test.topic.question)
    return f"The ratio of {a} to {b}{where} in {of} is {ratio(value)}{f' ({inside})' if inside else ''}."


def category_of(test: TestData, i: int) -> str:
    """What a ratio is about: the labels of its remaining dimensions, else its contrast."""
    row = row_of(test, i)
    names = [str(row[d.name]) for d in test.dims if d.name in row]
    return ", ".join(names) or str(row.get("contrast", ""))


class ExtremesLike(Protocol):
    """What `.largest()` finds: see `survey_analysis.significance.extremes`."""

    @property
    def largest(self) -> float:
        """The largest ratio."""
        ...

    @property
    def largest_label(self) -> str:
        """Its category."""
        ...

    @property
    def low(self) -> float:
        """Lower simultaneous limit."""
        ...

    @property
    def high(self) -> float:
        """Upper simultaneous limit."""
        ...

    @property
    def median(self) -> float:
        """Median of the ratios."""
        ...

    @property
    def smallest(self) -> float:
        """The smallest ratio."""
        ...

    @property
    def smallest_label(self) -> str:
        """Its category."""
        ...

    @property
    def categories(self) -> int:
        """Number of ratios."""
        ...

    @property
    def undefined(self) -> tuple[str, ...]:
        """Categories without a ratio."""
        ...


def largest_from(found: ExtremesLike) -> Largest:
    """The facts of "up to k times" from `.largest()`, with its simultaneous limits."""
    return Largest(
        category=found.largest_label,
        ratio=found.largest,
        k=found.categories,
        median=found.median,
        smallest=found.smallest,
        low=found.low,
        high=found.high,
        smallest_category=found.smallest_label,
        undefined=found.undefined,
    )


def largest_of(test: TestData, *, low: float | None = None, high: float | None = None) -> Largest:
    """Largest, median and smallest of the ratios of a test.

    Parameters
    ----------
    test
        Ratios of one pair, one row a category.
    low, high
        Simultaneous limits of the largest, where they were computed.

    Raises
    ------
    ReportError
        If the test holds no ratio that could be estimated.
    """
    found = [(value_of(row_of(test, i), "estimate"), category_of(test, i)) for i in range(len(test))]
    known = [(r, c) for r, c in found if r is not None]
    if test.kind != "ratio" or not known:
        raise ReportError("There is no ratio to report.", hint="compare with as_='ratio'.")
    top, least = max(known, key=lambda x: x[0]), min(known, key=lambda x: x[0])
    median = float(np.median([r for r, _ in known]))
    return Largest(top[1], top[0], len(known), median, least[0], low, high, least[1])


def sentence_up_to(
    largest: Largest, provenance: Provenance, *, subject_a: str, subject_b: str, what: str
) -> str:
    """The largest of k ratios with median and smallest; "up to" only where it is licensed.

    Examples
    --------
    >>> top = Largest("outdoor gear", 22.2, 12, 11.5, 4.0, 14.0, 35.1, "travel")
    >>> print(sentence_up_to(top, Provenance("s", "opt-in", weighting="Raked."), subject_a="Members",
    ...     subject_b="controls", what="recommendations a week"))
    Members report up to 22.2 times as many recommendations a week as controls in the largest of 12
    categories, outdoor gear (95% interval allowing for the choice 14.0–35.1); in the median category 11.5
    times, in the smallest (travel) 4.0 times.
    """
    t = largest
    least = f" ({in_sentence(t.smallest_category)})" if t.smallest_category else ""
    tail = (
        f"in the median category {ratio(t.median)} times, in the smallest{least} {ratio(t.smallest)} times."
    )
    name = in_sentence(t.category)
    word = f"up to {ratio(t.ratio)} times"
    label = label_of(provenance, length="short")
    span = ""
    if t.low is not None and t.high is not None and label:
        span = f" ({label} allowing for the choice {interval(t.low, t.high, 1)})"
    if licensed(word, Facts(largest=t), text=f"{word} {t.category} median {t.k}"):
        said = f"{word} as many {what} as {subject_b} in the largest of {t.k} categories, {name}{span}"
    else:
        of = f"the largest of {t.k} categories"
        said = f"{ratio(t.ratio)} times as many {what} as {subject_b} in {name}, {of}{span}"
    mark = f" {SIMULATED}" if provenance.simulated else ""
    none = (
        f" No ratio in {listed([in_sentence(x) for x in t.undefined])}: no event on one side."
        if t.undefined
        else ""
    )
    return f"{subject_a} report {said}; {tail}{none}{mark}"
