"""Columns that a question settles by itself: age groups by age, education by education. Nothing to be found there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey_analysis.results.letters import LettersData
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.lines import Lines
from survey_analysis.typing import BoolArray, FloatArray, IntArray

BY_CONSTRUCTION = "by construction"


def without_settled(
    tests: LettersData, lines: Sequence[Lines], banner: Banner, domains: Sequence[BoolArray]
) -> LettersData:
    """The tests, without those of columns that the answers settle (or that settle the answers)."""
    place = {c.key: i for i, c in enumerate(banner.columns)}
    off = np.zeros(tests.p_value.shape, dtype=bool)
    start = 0
    for part, domain in zip(lines, domains, strict=True):
        gone = settled(part, banner, domain)
        for p, (a, _) in enumerate(tests.pairs):
            off[start : start + len(part.lines), p] = gone[place[a]]
        start += len(part.lines)
    if not off.any():
        return tests

    def kept(values: FloatArray) -> FloatArray:
        return np.where(off, np.nan, values)

    return replace(
        tests,
        std_error=kept(tests.std_error),
        df=kept(tests.df),
        statistic=kept(tests.statistic),
        p_value=kept(tests.p_value),
        p_adjusted=kept(tests.p_adjusted),
        method=np.where(off, BY_CONSTRUCTION, tests.method),
    )


def settled(lines: Lines, banner: Banner, domain: BoolArray) -> BoolArray:
    """Columns (C,) that are a function of the answer, or whose heading's columns are all of one answer each.

    Answers that one person alone gave say nothing; where half of the people gave such answers nothing is settled.
    """
    out = np.zeros(len(banner.columns), dtype=bool)
    if not lines.lines:
        return out
    base = lines.base.any(axis=1) & domain
    group = _answers(lines, base)
    size = np.bincount(group)
    several = size >= 2
    if len(size) < 2 or size[several].sum() * 2 < size.sum():
        return out
    for _, places in banner.spans:
        counts = np.stack([np.bincount(group[banner.masks[j][base]], minlength=len(size)) for j in places])
        inside = counts[:, several]
        whole = ((inside == 0) | (inside == size[several])).all(axis=1)
        out[list(places)] |= whole & (inside > 0).any(axis=1) & (inside == 0).any(axis=1)
        people = counts.sum(axis=1)
        one_answer = (counts > 0).sum(axis=1) <= 1
        if len(places) > 1 and one_answer.all() and (people > 1).sum() > 1:
            out[list(places)] = True
    return out


def _answers(lines: Lines, base: BoolArray) -> IntArray:
    """Which answer each row of the base gave, numbered from 0."""
    if lines.codes is not None:
        _, group = np.unique(lines.codes[base], return_inverse=True)
    else:
        _, group = np.unique(lines.y[base], axis=0, return_inverse=True)
    return np.asarray(group.ravel(), dtype=np.intp)
