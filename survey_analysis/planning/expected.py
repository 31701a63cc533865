"""What is expected of the sources before anybody is asked: values, or one difference to find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_analysis.errors import EstimationError, numbers_of


@dataclass(frozen=True)
class Expected:
    """Values by source, or a level and half of the difference to find between any two (0: none stated)."""

    names: tuple[str, ...]
    values: Mapping[str, float] | None
    middle: float
    half: float

    @property
    def stated(self) -> bool:
        """Whether differences are stated, so that they have a power."""
        return self.values is not None or self.half > 0

    def pair(self, a: str, b: str) -> tuple[float, float]:
        """Values of two sources."""
        if self.values is not None:
            return self.values[a], self.values[b]
        return self.middle + self.half, self.middle - self.half


def expected(sources: Any, difference: float | None, share: float | None, sd: float | None) -> Expected:
    """Check what is given for the sources.

    Raises
    ------
    EstimationError
        Fewer than two sources, values that cannot be, options that contradict each other.
    """
    if isinstance(sources, str) or not isinstance(sources, Iterable) or len(set(sources)) < 2:
        raise EstimationError("Give two sources or more.", hint='{"micro": 0.82, "average": 0.73}, or names.')
    names = tuple(str(s) for s in sources)
    if sd is not None and not sd > 0:
        raise EstimationError(f"sd = {sd} must be above 0.")
    if isinstance(sources, Mapping):
        return _by_source(sources, names, difference, share, sd)
    if len(set(names)) < len(names):
        raise EstimationError("A source is named twice.", where=", ".join(names))
    if share is not None and sd is not None:
        raise EstimationError("share= goes with shares, and sd= with means.")
    if difference == 0:
        raise EstimationError("difference = 0: no number of people finds it.")
    middle = 0.0 if sd is not None else (0.5 if share is None else share)
    half = abs(difference or 0.0) / 2
    if sd is None and not (middle - half > 0 and middle + half < 1):
        raise EstimationError(f"a difference of {2 * half:g} around {middle:g} leaves 0 to 1.")
    return Expected(names, None, middle, half)


def _by_source(
    sources: Mapping[Any, Any],
    names: tuple[str, ...],
    difference: float | None,
    share: float | None,
    sd: float | None,
) -> Expected:
    if difference is not None or share is not None:
        raise EstimationError(
            "Values are given for the sources, and a difference or a level too.",
            hint="give sources as names to plan for one difference.",
        )
    values = dict(zip(names, numbers_of(list(sources.values()), "sources", "0.82"), strict=True))
    for name, value in values.items():
        if sd is None and not 0 < value < 1:
            raise EstimationError(
                f"the share {value:g} of '{name}' is not between 0 and 1.", hint="give sd= for means."
            )
    return Expected(names, values, 0.0, 0.0)
