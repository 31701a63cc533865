"""A verdict on the numbers of a claim, and the small rules that verdicts share: rounding, relations, printing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey_analysis.claims.language import Number, Operator
from survey_analysis.results.claims import Verdict
from survey_analysis.wording.levels import SHARES
from survey_analysis.wording.numbers import fixed, ratio, units

FORMS: Final = {
    "level": "limits of a share or mean",
    "difference": "more, higher, less",
    "ratio": "k times as many",
    "largest": "up to k times",
    "best": "highest, most trusted source",
    "same": "no difference larger than",
    "unclear": "no clear difference",
    "trend": "rises with, is higher in older groups",
}


@dataclass(frozen=True)
class Judged:
    """A verdict on the numbers of a claim, with the estimate it rests on."""

    verdict: Verdict
    reason: str
    licence: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    instead: str = ""


def rounds_to(value: float, stated: Number, unit: str) -> bool:
    """Whether an estimate prints as the number stated, half-up, at the decimals stated.

    Examples
    --------
    >>> rounds_to(0.816, Number(0.82, 2), "share"), rounds_to(0.8149, Number(0.82, 2), "share")
    (True, False)
    >>> rounds_to(0.815, Number(0.82, 2), "share"), rounds_to(0.816, Number(0.816, 3), "share")
    (True, True)
    """
    scale = 100.0 if unit in SHARES else 1.0
    decimals = max(0, stated.decimals - 2) if unit in SHARES else stated.decimals
    return units(scale * value, decimals) == units(scale * stated.value, decimals)


def shown(value: float, unit: str, decimals: int = 0) -> str:
    """A number of a claim as printed in a reason."""
    if unit == "share":
        return fixed(100 * value, max(decimals - 2, 0)) + "%"
    if unit == "ratio":
        return ratio(value)
    return fixed(value, max(decimals, 2) if unit == "score" else decimals)


def beyond(value: float, op: Operator, limit: float) -> bool:
    """Whether a number lies where the relation says."""
    return {">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit}[op]
