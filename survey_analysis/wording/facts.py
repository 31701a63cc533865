"""`Facts`: everything a word may be licensed by, read from one estimate or one comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from survey_analysis.results.estimate import EstimateData
from survey_analysis.typing import SampleKind
from survey_analysis.wording.precision import detectable, equivalence_limits, row_of, value_of

if TYPE_CHECKING:
    from survey_analysis.results.provenance import Provenance
    from survey_analysis.results.test import TestData

SMALL: Final = 100  # under this: only with "(small base)"
MINIMUM: Final = 30  # under this: no wording
ALPHA: Final = 0.05


@dataclass(frozen=True)
class Largest:
    """The largest of `k` ratios and what must stand beside it (`statistics.md` 2.26).

    `low`, `high` are the simultaneous limits that allow for the choice; None where not computed.
    """

    category: str
    ratio: float
    k: int
    median: float
    smallest: float
    low: float | None = None
    high: float | None = None
    smallest_category: str = ""
    undefined: tuple[str, ...] = ()  # categories with no event on one side
    listed_before: bool = True


@dataclass(frozen=True)
class Facts:
    """What is known about one number or one comparison. Everything is optional and unrounded.

    Shares and differences of shares are 0-1. `difference` is `a` minus `b`; `p_adjusted` is its p in the
    declared family. `delta` is the declared margin of equivalence and `mdd` the smallest difference that
    could have been detected. `tost_low`, `tost_high` are the 90% interval of the difference, `half_low`,
    `half_high` that of the share. `best` holds the simultaneous best set.
    """

    p: float | None = None
    low: float | None = None
    high: float | None = None
    half_low: float | None = None
    half_high: float | None = None
    n: float | None = None
    n_effective: float | None = None
    a: str = ""
    b: str = ""
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    p_adjusted: float | None = None
    tost_low: float | None = None
    tost_high: float | None = None
    delta: float | None = None
    mdd: float | None = None
    second_p: float | None = None  # adjusted p of this answer against the second most common
    ratio_low: float | None = None
    ratio_high: float | None = None
    largest: Largest | None = None
    best: tuple[str, ...] = ()
    trend_p: float | None = None
    trend_reversed: bool | None = None
    waves_comparable: bool = False
    kind: SampleKind | None = None
    generalize: str | None = None
    randomised: str | None = None  # the variable assigned at random
    answers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # names of sources and groups: not words to be licensed
    suppressed: bool = False  # by the presentation standard in use

    @property
    def base(self) -> float:
        """min(n, effective n); infinite when no base was given."""
        known = [x for x in (self.n, self.n_effective) if x is not None]
        return min(known) if known else math.inf

    def swapped(self) -> Facts:
        """The same comparison seen from the other side."""
        return replace(
            self,
            a=self.b,
            b=self.a,
            difference=_negative(self.difference),
            difference_low=_negative(self.difference_high),
            difference_high=_negative(self.difference_low),
            tost_low=_negative(self.tost_high),
            tost_high=_negative(self.tost_low),
            ratio_low=_inverse(self.ratio_high),
            ratio_high=_inverse(self.ratio_low),
        )


def _negative(x: float | None) -> float | None:
    return None if x is None else -x


def _inverse(x: float | None) -> float | None:
    return None if not x else 1 / x


def facts_of(result: EstimateData | TestData, i: int = 0, *, delta: float | None = None) -> Facts:
    """The facts of one row of an estimate or a test.

    Parameters
    ----------
    result
        Estimates (level facts) or tests (facts of the difference).
    delta
        The declared margin of equivalence, as a share (0.05 for 5 points).
    """
    if isinstance(result, EstimateData):
        return _level_facts(result, row_of(result, i))
    return _difference_facts(result, row_of(result, i), delta)


def _level_facts(result: EstimateData, row: Mapping[str, Any]) -> Facts:
    share = result.topic.unit == "share"
    labels = tuple(label for dim in result.dims for _, label in dim.levels)
    return Facts(
        p=value_of(row, "estimate") if share else None,
        low=value_of(row, "conf_low") if share else None,
        high=value_of(row, "conf_high") if share else None,
        n=value_of(row, "n"),
        n_effective=value_of(row, "n_effective"),
        answers=result.topic.answers,
        labels=labels,
        **_sample(result.provenance),
    )


def _difference_facts(result: TestData, row: Mapping[str, Any], delta: float | None) -> Facts:
    level = result.level
    is_ratio = result.kind == "ratio"
    low90, high90 = equivalence_limits(row, level=level)
    return Facts(
        n=min((x for x in (value_of(row, c) for c in ("n", "n_a", "n_b")) if x is not None), default=None),
        n_effective=value_of(row, "n_effective"),
        a=str(row.get("a", "")),
        b=str(row.get("b", "")),
        difference=value_of(row, "estimate") if not is_ratio else None,
        difference_low=value_of(row, "conf_low") if not is_ratio else None,
        difference_high=value_of(row, "conf_high") if not is_ratio else None,
        p_adjusted=value_of(row, "p_adjusted"),
        tost_low=low90,
        tost_high=high90,
        delta=delta,
        mdd=detectable(row, level=level),
        ratio_low=value_of(row, "conf_low") if is_ratio else None,
        ratio_high=value_of(row, "conf_high") if is_ratio else None,
        answers=result.topic.answers,
        labels=(str(row.get("a", "")), str(row.get("b", ""))),
        **_sample(result.provenance),
    )


def _sample(provenance: Provenance) -> dict[str, Any]:
    return {"kind": provenance.sample_kind, "generalize": provenance.generalize}
