"""Score vectors: what a metric counts, level by level.

Every metric over answer codes is (a . T) / (b . T), with T the weighted counts of the levels. A new metric
is a new vector. A missing level (don't know, refused, not asked) has 0 in both vectors.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.errors import ScoreError, closest
from survey_analysis.plurals import counted


@dataclass(frozen=True)
class Score:
    """A named pair of vectors over the levels of a question.

    Attributes
    ----------
    name : str
    a, b : tuple of float
        Numerator and base of each level, in the order of the scale.

    Examples
    --------
    >>> Score("top 2", a=(0, 0, 0, 1, 1), b=(1, 1, 1, 1, 1)).rows([4, 0, -1])
    (array([1., 0., 0.]), array([1., 1., 0.]))
    """

    name: str
    a: tuple[float, ...]
    b: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.a) != len(self.b):
            raise ScoreError(f"score '{self.name}' has {len(self.a)} and {counted(len(self.b), 'level')}.")

    @property
    def is_share(self) -> bool:
        """True when every level counts 0 or its whole base: the estimate is a proportion."""
        return all(a in (0.0, b) for a, b in zip(self.a, self.b, strict=True))

    def rows(self, codes: ArrayLike) -> tuple[Floats, Floats]:
        """Numerator and base of each respondent from level positions (-1 = missing)."""
        position = np.asarray(codes, dtype=np.intp)
        if position.size and (position.min() < -1 or position.max() >= len(self.a)):
            raise ScoreError(
                f"codes for score '{self.name}' run from {position.min()} to {position.max()}.",
                where=f"the score has {counted(len(self.a), 'level')} (0 to {len(self.a) - 1}; -1 is missing)",
            )
        return (
            np.array([*self.a, 0.0], dtype=np.float64)[position],
            np.array([*self.b, 0.0], dtype=np.float64)[position],
        )


def share(
    levels: Sequence[Hashable], favourable: Collection[Hashable], *, missing: Collection[Hashable] = ()
) -> Score:
    """Share of answers among some codes.

    Raises
    ------
    ScoreError
        A code is not a level, none is given, or one is missing by definition.

    Examples
    --------
    >>> share([1, 2, 3, 99], [3], missing=[99])
    Score(name='share', a=(0.0, 0.0, 1.0, 0.0), b=(1.0, 1.0, 1.0, 0.0))
    """
    for code in (*favourable, *missing):
        if code not in levels:
            raise ScoreError(f"'{code}' is not a level.", hint=closest(str(code), [str(x) for x in levels]))
    if not favourable or set(favourable) & set(missing):
        raise ScoreError(
            "a share counts at least one answer, and no missing one.",
            where=f"counted: {sorted(map(str, favourable))}; missing: {sorted(map(str, missing))}",
        )
    base = tuple(0.0 if level in missing else 1.0 for level in levels)
    return Score("share", tuple(1.0 if level in favourable else 0.0 for level in levels), base)


def mean(values: Sequence[float | None]) -> Score:
    """Mean of the level values; None marks a missing level.

    Examples
    --------
    >>> mean([1, 2, 3, None])
    Score(name='mean', a=(1.0, 2.0, 3.0, 0.0), b=(1.0, 1.0, 1.0, 0.0))
    """
    return Score("mean", tuple(float(v or 0.0) for v in values), tuple(float(v is not None) for v in values))


def nps(values: Sequence[float | None]) -> Score:
    """Net promoter score: share of 9 and 10 minus share of 0 to 6, on a 0-10 scale.

    Raises
    ------
    ScoreError
        The values are not 0 to 10.
    """
    if {v for v in values if v is not None} != set(range(11)):
        raise ScoreError(
            "a net promoter score needs the eleven answers 0 to 10.",
            where=f"found {', '.join(f'{v:g}' for v in values if v is not None)}",
            hint="compare a top box with a bottom box on other scales.",
        )
    a = tuple(0.0 if v is None else float(v >= 9) - float(v <= 6) for v in values)
    return Score("nps", a, tuple(float(v is not None) for v in values))
