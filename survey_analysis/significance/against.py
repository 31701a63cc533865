"""Comparisons with one level, taken from those of all pairs: the same numbers, seen from the other side."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.results.test import Family, TestData
from survey_analysis.typing import Adjustment

SIGNED: Final = ("estimate", "statistic", "effect_size")
SIDES: Final = (("estimate_a", "estimate_b"), ("n_a", "n_b"), ("a", "b"))
LIMITS: Final = (("conf_low", "conf_high"), ("effect_low", "effect_high"))


def against(test: TestData, label: str, *, adjust: Adjustment, declared: str) -> TestData:
    """Differences of all others from one level; p-values adjusted over these alone, each base apart.

    Parameters
    ----------
    test : TestData
        Differences of all pairs.
    label : str
        Label of the level that the others are compared with.
    adjust, declared
        The family that remains.
    """
    first = (test.rows["a"] == label).to_numpy()
    kept = first | (test.rows["b"] == label).to_numpy()
    rows = test.rows[kept].reset_index(drop=True)
    turned = first[kept]
    for one, other in SIDES:
        a, b = rows[one].to_numpy(copy=True), rows[other].to_numpy(copy=True)
        rows[one], rows[other] = np.where(turned, b, a), np.where(turned, a, b)
    for column in SIGNED:
        rows[column] = np.where(turned, -rows[column], rows[column])
    for low, high in LIMITS:
        a, b = rows[low].to_numpy(copy=True), rows[high].to_numpy(copy=True)
        rows[low], rows[high] = np.where(turned, -b, a), np.where(turned, -a, b)
    rows["contrast"] = rows["a"] + " - " + rows["b"]
    for base in rows["base"].unique():
        mask = (rows["base"] == base).to_numpy()
        rows.loc[mask, "p_adjusted"] = adjust_p(rows.loc[mask, "p_value"].to_numpy(), adjust)
    size = int((rows["base"] == "own").sum())
    bases = [b for b, keep in zip(test.bases, kept, strict=True) if keep]
    return replace(
        test,
        rows=rows,
        bases=tuple(_turned(b) if t else b for b, t in zip(bases, turned, strict=True)),
        family=Family(adjust, size, declared),
    )


def _turned(base: str) -> str:
    """Base text of two sides in the other order."""
    one, mark, other = base.partition("; ")
    return f"{other}; {one}" if mark else base
