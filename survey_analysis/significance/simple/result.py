"""What a test of a simple sample returns, and the checks that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.plurals import counted
from survey_analysis.typing import FloatArray

NAN = float("nan")
Alternative = Literal["two-sided", "less", "greater"]


@dataclass(frozen=True)
class EffectSize:
    """A named effect size with its interval; NaN where it has none."""

    name: str
    value: float
    low: float = NAN
    high: float = NAN
    level: float = 0.95


@dataclass(frozen=True)
class SimpleTest:
    """One test of a simple sample, unrounded.

    Attributes
    ----------
    method : str
        The test in words, with its variant.
    statistic : float
        NaN for exact tests that have none.
    df : float
        Degrees of freedom of the numerator; NaN where there are none.
    df_residual : float
        Those of the denominator of an F.
    p : float
    estimate : float
        What is estimated, named by `estimate_name`; NaN where nothing is.
    low, high : float
        Interval of the estimate at `level`.
    n : int
        People in the test.
    effects : tuple of EffectSize
    details : mapping
        Further numbers of the method by name (expected counts, mean ranks, other forms of the statistic).
    """

    method: str
    statistic: float
    p: float
    n: int
    df: float = NAN
    df_residual: float = NAN
    estimate: float = NAN
    estimate_name: str = ""
    low: float = NAN
    high: float = NAN
    level: float = 0.95
    effects: tuple[EffectSize, ...] = ()
    details: Mapping[str, float | FloatArray] = field(default_factory=dict)

    def effect(self, name: str) -> EffectSize:
        """One effect size by its name."""
        for found in self.effects:
            if found.name == name:
                return found
        known = ", ".join(e.name for e in self.effects) or "none"
        raise EstimationError(f"this test has no effect size '{name}'.", hint=f"known: {known}.")


@dataclass(frozen=True)
class Pairwise:
    """Comparisons of every two groups, unrounded; `a`, `b` and the arrays have one entry a pair."""

    method: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    estimate: FloatArray
    statistic: FloatArray
    df: FloatArray
    p: FloatArray
    p_adjusted: FloatArray
    adjust: str
    n: int
    std_error: FloatArray | None = None
    low: FloatArray | None = None
    high: FloatArray | None = None
    level: float = 0.95


def numbers(values: ArrayLike, name: str, *, least: int = 1) -> FloatArray:
    """A vector of finite numbers of at least that length, else an error that names it."""
    out = np.asarray(values, dtype=np.float64)
    if out.ndim != 1:
        raise EstimationError(f"{name} must be one column.", where=f"shape {out.shape}")
    bad = int((~np.isfinite(out)).sum())
    if bad:
        raise EstimationError(
            f"{bad} of {len(out)} values of {name} are missing or infinite.",
            hint="leave those people out first.",
        )
    if len(out) < least:
        raise EstimationError(f"{name} needs {least} people; there are {len(out)}.")
    return out


def pair(x: ArrayLike, y: ArrayLike, *, least: int = 2) -> tuple[FloatArray, FloatArray]:
    """Two columns of the same people."""
    a, b = numbers(x, "x", least=least), numbers(y, "y", least=least)
    if len(a) != len(b):
        raise EstimationError(
            "paired answers must be of the same people.", where=f"{len(a)} and {counted(len(b), 'row')}"
        )
    return a, b


def matrix(values: ArrayLike, *, least: int = 2) -> FloatArray:
    """People in rows, the things compared in columns."""
    out = np.asarray(values, dtype=np.float64)
    if out.ndim != 2 or out.shape[1] < 2:
        raise EstimationError("give people in rows and two or more columns.", where=f"shape {out.shape}")
    for j in range(out.shape[1]):
        numbers(out[:, j], f"column {j + 1}", least=least)
    return out


def counts(table: ArrayLike, *, square: bool = False, fourfold: bool = False) -> FloatArray:
    """A table of counts: whole numbers, none negative, two rows and columns or more."""
    out = np.asarray(table, dtype=np.float64)
    if out.ndim != 2 or min(out.shape) < 2:
        raise EstimationError("a table needs two rows and two columns.", where=f"shape {out.shape}")
    if fourfold and out.shape != (2, 2):
        raise EstimationError("this test is for 2 x 2 tables.", where=f"shape {out.shape}")
    if square and out.shape[0] != out.shape[1]:
        raise EstimationError("the same answers must be in rows and columns.", where=f"shape {out.shape}")
    if not np.isfinite(out).all() or (out < 0).any() or (out != np.floor(out)).any():
        raise EstimationError(
            "a table of counts holds whole numbers from 0.", hint="weighted counts are refused."
        )
    if not out.sum():
        raise EstimationError("the table is empty.")
    return out


def groups(values: ArrayLike, by: ArrayLike, *, least: int = 1) -> tuple[tuple[str, ...], list[FloatArray]]:
    """Answers split by group, groups in sorted order, and their names."""
    y, g = numbers(values, "values"), np.asarray(by)
    if g.shape != y.shape:
        raise EstimationError(
            "values and groups must be of the same people.", where=f"{y.shape} and {g.shape}"
        )
    levels = np.unique(g)
    split = [y[g == level] for level in levels]
    if len(levels) < 2:
        raise EstimationError("there are not two groups.", where=f"groups: {', '.join(map(str, levels))}")
    for level, part in zip(levels, split, strict=True):
        numbers(part, f"group {level}", least=least)
    return tuple(str(level) for level in levels), split


def known(option: str, value: str, allowed: tuple[str, ...]) -> None:
    """An option holds one of its values, else an error that lists them."""
    if value not in allowed:
        raise EstimationError(f"{option} = '{value}' is not known.", hint=f"one of: {', '.join(allowed)}.")


def two_sided(p_low: float, p_high: float, alternative: Alternative) -> float:
    """P value from the probabilities of both tails, the observed value in each."""
    known("alternative", alternative, ("two-sided", "less", "greater"))
    if alternative == "two-sided":
        return min(1.0, 2 * min(p_low, p_high))
    return p_low if alternative == "less" else p_high
