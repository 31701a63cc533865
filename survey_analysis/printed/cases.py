"""The two cases of every assumption: least and most favourable to the claim that one figure is higher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from survey_analysis.printed.counts import counts, edges
from survey_analysis.printed.limits import (
    Case,
    Difference,
    Limits,
    independent,
    paired,
    phi_of,
    together,
    together_limits,
)
from survey_analysis.results.published import Assumptions, PrintedFigure, Range
from survey_analysis.significance.power_design import design_effect

CASES: Final[tuple[Case, Case]] = ("least", "most")
Group = Literal["different", "same"]


@dataclass(frozen=True)
class Considered:
    """One case: the shares and people it takes, and what follows (None where no count prints so)."""

    share_a: float
    share_b: float
    n_a: float
    n_b: float
    found: Difference | None


def effective(n: float, figure: PrintedFigure, told: Assumptions, case: Case) -> float:
    """People who count in full: n / deff; of recommendations n m / (deff (1 + (m - 1) rho)).

    Notes
    -----
    m recommendations a person, rho the correlation of two recommendations of one person (Kish 1965): from n
    (rho 1: a person's are all alike) to n m (rho 0).
    """
    worst = case == "least"
    weighted = told.deff[1 if worst else 0]
    if figure.unit != "recommendations":
        return n / weighted
    m = (told.events_per_person or (1.0, 1.0))[0 if worst else 1]
    return n * m / (weighted * design_effect(cluster_size=m, icc=told.icc[1 if worst else 0]))


def shares(figure: PrintedFigure, told: Assumptions, n: int | None) -> Limits | None:
    """Lowest and highest share that prints as the figure: counts of n people, or any number.

    A count is looked for where nobody is weighted and people are counted; None where no count fits.
    """
    low, high = edges(figure.value, figure.rounding)
    if n is None or not told.counts or figure.unit != "persons":
        return float(low), min(float(high), 1.0)
    found = counts(figure.value, figure.rounding, n)
    return None if found is None else (found[0] / n, found[1] / n)


def consider(
    a: PrintedFigure, b: PrintedFigure, n: Limits, told: Assumptions, *, group: Group, case: Case, whole: bool
) -> Considered:
    """What follows for "a is higher than b" with `n` people behind each figure.

    `whole` asks for counts of people; without it the edges of the rounding are taken as they are, which is
    never more favourable in the least favourable case and never less in the most favourable.
    """
    first, second = (shares(f, told, int(m) if whole else None) for f, m in ((a, n[0]), (b, n[1])))
    if first is None or second is None:
        return Considered(float("nan"), float("nan"), *n, None)
    worst = case == "least"
    pa, pb = (first[0], second[1]) if worst else (first[1], second[0])
    counted = effective(n[0], a, told, case), effective(n[1], b, told, case)
    if group == "different":
        found = independent(pa, pb, counted, told.level)
    else:
        found = paired(pa, pb, _both(pa, pb, told.correlation, case), counted[0], told.level)
    return Considered(pa, pb, *n, found)


def _both(a: float, b: float, correlation: Range | None, case: Case) -> float:
    """Share that said both: the bound, or that of the stated correlation as far as the shares allow it."""
    low, high = together_limits(a, b)
    if correlation is None or not (0 < a < 1 and 0 < b < 1):
        return low if case == "least" else high
    phi = correlation[0 if case == "least" else 1]
    least, most = phi_of(a, b, low), phi_of(a, b, high)
    return together(a, b, min(max(phi, least), most))


def check_correlation(a: PrintedFigure, b: PrintedFigure, correlation: Range | None) -> None:
    """Raise when the shares as printed do not allow a stated correlation."""
    if correlation is not None and 0 < a.value < 1 and 0 < b.value < 1:
        for phi in correlation:
            together(a.value, b.value, phi)
