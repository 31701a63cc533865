"""Yes-saying check: agreement with items and with their opposite, by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.cleaning.items import ItemSet, item_sets
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError
from survey_analysis.typing import BoolArray

MOST_GROUPS = 12
Agreement = tuple[BoolArray, BoolArray, BoolArray, BoolArray]


@dataclass(frozen=True)
class YesBias:
    """Top-2 shares of straight items and of reversed items as answered, and of both at once, in a group."""

    variable: str
    level: str
    n: int
    straight: float
    reversed: float
    both: float


def yes_bias(screen: Screen, groups: Mapping[str, pd.Series]) -> list[YesBias]:
    """Top-2 shares of straight and reversed items, for everybody and for each group."""
    try:
        sets = item_sets(screen)
    except StudyError:  # without reversed items there is nothing to compare
        return []
    agreed = [_agreed(screen, group) for group in sets]
    out = []
    everybody = pd.Series(["everybody"] * len(screen), dtype=object)
    for name, series in {"": everybody, **groups}.items():
        codes, levels = pd.factorize(series, sort=True)
        if len(levels) > MOST_GROUPS:
            raise StudyError(
                f"'{name}' has {len(levels)} groups; the yes-saying check compares at most {MOST_GROUPS}.",
                hint="derive a variable with fewer levels and name it in by.",
            )
        for k, level in enumerate(levels):
            if level != "":
                out.append(_yes_row(name, str(level), agreed, codes == k))
    return out


def _agreed(screen: Screen, group: ItemSet) -> Agreement:
    """Known straight answers, agreeing ones, known reversed answers, agreeing ones."""
    answers = group.answers(screen)
    known = ~np.isnan(answers)
    last = len(group.scale.levels) - 1
    with np.errstate(invalid="ignore"):
        yes = answers <= 1 if group.scale.favourable == "first" else answers >= last - 1
    turned = group.reversed_items
    return known[:, ~turned], yes[:, ~turned], known[:, turned], yes[:, turned]


def _yes_row(name: str, level: str, agreed: list[Agreement], rows: BoolArray) -> YesBias:
    straight = (
        [int(yes[rows].sum()) for _, yes, _, _ in agreed],
        [int(k[rows].sum()) for k, _, _, _ in agreed],
    )
    turned = [int(yes[rows].sum()) for _, _, _, yes in agreed], [int(k[rows].sum()) for _, _, k, _ in agreed]
    both = [(yes[rows] == known[rows]).all(axis=1) & t[rows].any(axis=1) for known, yes, _, t in agreed]
    sets = [known[rows].any(axis=1) & k[rows].any(axis=1) for known, _, k, _ in agreed]
    people = np.zeros(int(rows.sum()), dtype=bool)
    for rated in sets:
        people |= rated
    return YesBias(
        variable=name or "all",
        level=level,
        n=int(people.sum()),
        straight=_ratio(sum(straight[0]), sum(straight[1])),
        reversed=_ratio(sum(turned[0]), sum(turned[1])),
        both=_ratio(
            sum(int((b & s).sum()) for b, s in zip(both, sets, strict=True)), sum(int(s.sum()) for s in sets)
        ),
    )


def _ratio(a: int, b: int) -> float:
    return a / b if b else float("nan")
