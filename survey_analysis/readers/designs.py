"""Guesses about the sampling design: strata, sampling units, population counts, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.cells import Cells, constant_within, plain
from survey_analysis.readers.evidence import Guess
from survey_analysis.readers.replicates import Replicates, find_replicates

MOST_STRATA = 0.5  # share of the rows
MOST_UNNAMED = 40
OTHER_UNIT = 0.7  # log ratio of means beyond which two columns do not weight to the same total

_STRATA = re.compile(
    r"(sampling |design |variance |var |pseudo |v|sdmv|est )?(stratum|strata|strat)( ?id| var(iable)?| no| code)?|strat ?id|sdmvstra|vestr"
)
_PSU = re.compile(
    r"(sdmv|v|pseudo |variance |var )?(psu|cluster|clust|secu)( ?id| no| code)?|var(iance)? ?unit|primary sampling unit|segment( ?id)?|enumeration area|ea ?id"
)
_FPC = re.compile(r"fpc( ?\d)?|pop(ulation)?( ?size| count| total)|n ?pop|stratum (size|total)")


@dataclass(frozen=True)
class Design:
    """What the columns say of the design; the empty name where they say nothing.

    Attributes
    ----------
    weight
        The weight to use where it is clear, else "".
    weights
        Every column that may be one, the chosen one first.
    nest
        Labels of the sampling units start again in each stratum.
    """

    strata: str = ""
    psu: str = ""
    fpc: str = ""
    weight: str = ""
    weights: tuple[str, ...] = ()
    nest: bool = False
    replicates: Replicates | None = None


def find_design(
    raw: RawTable, cells: Mapping[str, Cells], weights: Mapping[str, Guess]
) -> tuple[Design, dict[str, Guess]]:
    """The design, and what that makes of each of its columns.

    Names first: a stratum, sampling unit or population count must be named (or worded) so and have fitting
    cells. Of columns with the same cells the first in words is taken. A stratum that no name shows is
    taken from the cells where a population count takes one value in each of its groups.
    """
    weights = dict(weights)
    replicates = find_replicates(cells, weights)
    guesses: dict[str, Guess] = {}
    if replicates is not None:
        for column in replicates.columns:
            weights.pop(column, None)
            guesses[column] = Guess("replicate", replicates.evidence, replicates.confidence)
    fpc, guess = _named(raw, cells, _FPC, "fpc", _is_count)
    guesses |= {fpc: guess} if guess else {}
    strata, guess = _named(raw, cells, _STRATA, "strata", _is_group)
    if guess is None and fpc:
        strata, guess = _strata_of(cells, fpc, [*guesses, *weights])
    guesses |= {strata: guess} if guess else {}
    psu, guess = _named(raw, cells, _PSU, "psu", _is_group)
    design = Design(strata, psu, fpc, replicates=replicates)
    if guess:
        nest, how = _nested(cells, strata, psu)
        guesses[psu] = replace(guess, evidence=f"{guess.evidence}{how}")
        design = replace(design, nest=nest)
    chosen, ordered = choose_weight(cells, weights, replicates)
    if chosen:  # a column of body weights is named like a weight too
        other = [w for w in ordered if abs(np.log(cells[w].mean / cells[chosen].mean)) > OTHER_UNIT]
        ordered = tuple(w for w in ordered if w not in other)
        weights = {w: g for w, g in weights.items() if w not in other}
        for w in ordered:
            if w != chosen and np.array_equal(cells[w].by_row(), cells[chosen].by_row(), equal_nan=True):
                weights[w] = Guess("weight", f"the same numbers as '{chosen}'", "high")
    if fpc and chosen and chosen in cells:
        weights[chosen] = _against_counts(cells, weights[chosen], chosen, fpc, strata, psu)
    return replace(design, weight=chosen, weights=ordered), guesses | weights


def choose_weight(
    cells: Mapping[str, Cells], found: Mapping[str, Guess], replicates: Replicates | None = None
) -> tuple[str, tuple[str, ...]]:
    """The weight to use, where it is clear, and all candidates with it in front.

    A weight has no gaps and is named so. Of several: the one that the replicate weights vary around, else
    the only one with mean 1, else the only one that counts people; else a person must choose.
    """
    if replicates is not None and replicates.base:
        return replicates.base, (replicates.base, *(c for c in found if c != replicates.base))
    full = [c for c in found if cells[c].filled == cells[c].rows]
    named = [c for c in full if found[c].confidence != "low"] or full
    same = {c: _same(cells, c, named) for c in named}
    distinct = [c for c in named if same[c] == c]
    if len(distinct) > 1:
        near_one = [c for c in distinct if abs(cells[c].mean - 1) <= 0.03]
        distinct = near_one if len(near_one) == 1 else []
    chosen = distinct[0] if len(distinct) == 1 else ""
    return chosen, (*([chosen] if chosen else []), *(c for c in found if c != chosen))


def _same(cells: Mapping[str, Cells], column: str, others: Sequence[str]) -> str:
    """The best-named of the columns that hold the same numbers."""
    mine = cells[column].by_row()
    twins = [o for o in others if np.array_equal(cells[o].by_row(), mine, equal_nan=True)]
    return min(twins, key=lambda c: (any(ch.isdigit() for ch in c), others.index(c)))


def _named(
    raw: RawTable,
    cells: Mapping[str, Cells],
    pattern: re.Pattern[str],
    kind: str,
    fits: Callable[[Cells], str],
) -> tuple[str, Guess | None]:
    """The column whose name, or else wording, says so and whose cells fit."""
    for name, found in cells.items():
        if pattern.fullmatch(plain(name)) and (said := fits(found)):
            return name, Guess(kind, f"named like {_WORDS[kind]}; {said}", "high")
    for name, found in cells.items():
        text = plain(raw.wording.get(name, ""))
        if text and (pattern.fullmatch(text) or _WORDED[kind].search(text)) and (said := fits(found)):
            return name, Guess(kind, f"worded like {_WORDS[kind]}; {said}", "high")
    return "", None


_WORDED = {
    "fpc": re.compile(r"finite population|population (size|count|total)"),
    "strata": re.compile(r"\bstrat(um|a)\b"),
    "psu": re.compile(r"\b(variance|primary sampling|sampling) unit|\bpsu\b"),
}
_WORDS = {"fpc": "a population count", "strata": "strata", "psu": "sampling units"}


def _is_group(cells: Cells) -> str:
    """Some groups of several rows each."""
    k = cells.distinct
    if not 2 <= k <= MOST_STRATA * cells.rows or cells.filled < cells.rows:
        return ""
    return f"{k} groups of {int(cells.counts.min())} to {int(cells.counts.max())} rows"


def _is_count(cells: Cells) -> str:
    """Population sizes, at least as large as the sample's part that has them, or fractions."""
    values = cells.numbers
    if values is None or bool((values <= 0).any()) or cells.filled < cells.rows:
        return ""
    if bool((values < 1).all()):
        return "sampling fractions"
    if bool((values < cells.counts).any()):
        return ""
    many = len(values)
    return "the same in all rows" if many == 1 else f"{many} values, each at least the rows that have it"


def _strata_of(cells: Mapping[str, Cells], fpc: str, taken: Sequence[str]) -> tuple[str, Guess | None]:
    """Groups in which a population count is constant, while it differs between them."""
    count = cells[fpc]
    if count.distinct < 2:
        return "", None
    for name, found in cells.items():
        if name in taken or name == fpc or found.distinct != count.distinct:
            continue
        if found.filled == found.rows and found.distinct <= MOST_UNNAMED and constant_within(count, found):
            how = f"'{fpc}' has one value in each of its {found.distinct} groups, and differs between them"
            return name, Guess("strata", how, "medium")
    return "", None


def _nested(cells: Mapping[str, Cells], strata: str, psu: str) -> tuple[bool, str]:
    """Whether labels of units start again in each stratum."""
    if not strata:
        return False, ""
    a, b = cells[strata].codes.astype(np.int64), cells[psu].codes.astype(np.int64)
    pairs = np.unique(a * (cells[psu].distinct + 1) + b)
    units = cells[psu].distinct
    if len(pairs) == units:
        return False, f"; each in one of the strata '{strata}'"
    per = np.bincount(pairs // (units + 1))
    low, high = int(per[per > 0].min()), int(per.max())
    how = f"{low}" if low == high else f"{low} to {high}"
    return True, f"; labels start again in each of the strata '{strata}' ({how} units each)"


def _against_counts(
    cells: Mapping[str, Cells], guess: Guess, weight: str, fpc: str, strata: str, psu: str
) -> Guess:
    """A weight that is population over sample in each stratum is confirmed by the counts."""
    if psu:
        return guess
    counts, weights = cells[fpc].by_row(), cells[weight].by_row()
    group = cells[strata].codes if strata else np.zeros(len(counts), dtype=np.int64)
    sample = np.bincount(group)[group]
    if np.allclose(weights * sample, counts, rtol=1e-4):
        return Guess("weight", f"{guess.evidence}; is '{fpc}' over the rows of the stratum", "high")
    return guess
