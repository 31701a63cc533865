"""What a path concludes, and whether the conclusion of the declared path holds there."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey_analysis.robustness.numbers import Numbers
from survey_analysis.typing import BoolArray, FloatArray

ALPHA: Final = 0.05
MINIMUM: Final = 30
"""Effective base under which nothing is concluded (the smallest that licenses a word)."""

HIGHER, LOWER, UNCLEAR = "higher", "lower", "no clear difference"
TOO_SMALL, NO_TEST = "base too small", "no test"
ABOVE, BELOW, AROUND = "above", "below", "not told apart"
NEITHER = "neither a majority nor a minority"

_AT_LEAST: Final = (("nearly all", 0.9), ("a large majority", 2 / 3), ("a majority", 0.5))
_UNDER: Final = (("few", 0.15), ("a minority", 0.5))

Texts = NDArray[np.str_]


def concluded_differences(found: Numbers, p_adjusted: FloatArray) -> Texts:
    """Direction where the adjusted p is under .05, else no clear difference."""
    clear = np.asarray(p_adjusted < ALPHA)
    out = np.where(clear, np.where(found.estimate > 0, HIGHER, LOWER), UNCLEAR).astype(object)
    out[np.isnan(p_adjusted)] = NO_TEST
    out[found.smallest_base < MINIMUM] = TOO_SMALL
    return out.astype(np.str_)


def concluded_levels(found: Numbers, value: float | None) -> Texts:
    """Against a value: on which side of it the interval lies. Without: the strongest word the interval licenses."""
    out = np.full(len(found.estimate), NEITHER, dtype=object)
    if value is not None:
        out[:] = AROUND
        out[found.conf_low > value] = ABOVE
        out[found.conf_high < value] = BELOW
    else:
        for word, limit in reversed(_UNDER):
            out[found.conf_high < limit] = word
        for word, limit in reversed(_AT_LEAST):
            out[found.conf_low > limit] = word
    out[np.isnan(found.conf_low)] = NO_TEST
    out[found.smallest_base < MINIMUM] = TOO_SMALL
    return out.astype(np.str_)


def limit_of(conclusion: str) -> float | None:
    """The share that a word is about: the interval must lie beyond it; None for conclusions that are no such word.

    Examples
    --------
    >>> limit_of("a majority"), limit_of("few"), limit_of(NEITHER)
    (0.5, 0.15, 0.5)
    """
    return {**dict(_AT_LEAST), **dict(_UNDER), NEITHER: 0.5}.get(conclusion)


def holds(declared: str, conclusions: Texts) -> BoolArray:
    """Where the declared conclusion holds: the same one, or a stronger word of the same kind."""
    allowed = {declared}
    for ladder in (_AT_LEAST, _UNDER):
        words = [word for word, _ in ladder]  # from the strongest
        if declared in words:
            allowed |= set(words[: words.index(declared)])
    return np.isin(conclusions, sorted(allowed))
