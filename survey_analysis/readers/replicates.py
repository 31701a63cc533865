"""Replicate weights: a run of numbered columns around one weight, and how they were made by their ratios to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.readers.cells import Cells, plain
from survey_analysis.readers.evidence import Confidence, Guess
from survey_analysis.typing import FloatArray

FEWEST = 8
ROWS = 4000  # rows looked at for the ratios
NEAR = 0.1
BETWEEN = 0.15  # half-samples have next to no ratios this near to 1

_RUN = re.compile(r"(?P<stem>.*?\D)_?(?P<number>\d{1,3})$")
_NAMED = re.compile(
    r"(^|[^a-z])(brr|jk|jkn|jackknife|boot|bootstrap|bs|bsw|fay|sdr|rep|repl|replicate|rw|repw|pwgtp|wgtp)|(w|wt|wgt|weight)s?$"
)


@dataclass(frozen=True)
class Replicates:
    """Replicate weights of a file.

    Attributes
    ----------
    pattern
        Column names with `*` for the number.
    base
        The weight they vary around, "" when none fits.
    method
        As in `[design.replicates]`; "" when the cells do not show it.
    rho, rscales
        Of Fay's method and of a jackknife, from the ratios.
    """

    columns: tuple[str, ...]
    pattern: str
    base: str
    method: str
    evidence: str
    confidence: Confidence
    rho: float | None = None
    rscales: float | None = None


def find_replicates(cells: Mapping[str, Cells], weights: Mapping[str, Guess]) -> Replicates | None:
    """The longest run of numbered columns that are numbers, never negative, and named like replicates."""
    runs: dict[str, list[str]] = {}
    for name in cells:
        if found := _RUN.fullmatch(name):
            runs.setdefault(found.group("stem"), []).append(name)
    for stem, names in sorted(runs.items(), key=lambda x: -len(x[1])):
        if len(names) < FEWEST or not _NAMED.search(plain(stem)) or not _numbers(cells, names):
            continue
        base = _base(cells, names, [w for w in weights if w not in names])
        return _described(cells, stem, names, base)
    return None


def _numbers(cells: Mapping[str, Cells], names: Sequence[str]) -> bool:
    for name in names:
        values = cells[name].numbers
        if values is None or cells[name].filled < cells[name].rows or bool((values < 0).any()):
            return False
    return any(cells[n].distinct > FEWEST for n in names)


def _base(cells: Mapping[str, Cells], names: Sequence[str], weights: Sequence[str]) -> str:
    """The weight nearest to the mean of the replicates, row by row."""
    mean = np.mean([_head(cells[n]) for n in names], axis=0)
    best, distance = "", 0.2
    for weight in weights:
        own = _head(cells[weight])
        if not np.isfinite(own).all() or not own.sum():
            continue
        away = float(np.median(np.abs(mean[own > 0] / own[own > 0] - 1)))
        if away < distance:
            best, distance = weight, away
    return best


def _head(cells: Cells) -> FloatArray:
    assert cells.numbers is not None  # noqa: S101  callers have looked
    out: FloatArray = np.append(cells.numbers, np.nan)[cells.codes[:ROWS]]
    return out


def _described(cells: Mapping[str, Cells], stem: str, names: Sequence[str], base: str) -> Replicates:
    pattern = re.sub(r"\d+$", "*", names[0])
    said = f"{len(names)} numbered columns named like replicate weights"
    if not base:
        how = f"{said}; no weight lies amid them, so how they were made is not seen"
        return Replicates(tuple(names), pattern, "", "", how, "low")
    own = _head(cells[base])
    kept = own > 0
    ratios = np.array([_head(cells[n])[kept] / own[kept] for n in names])
    method, rho, rscales, shown = _method(ratios)
    method, sure = _with_name(plain(stem), method)
    around = f"{said}, around '{base}'"
    return Replicates(tuple(names), pattern, base, method, f"{around}; {shown}", sure, rho, rscales)


def _method(ratios: FloatArray) -> tuple[str, float | None, float | None, str]:
    """Method by the ratios of replicates to the weight: (method, rho, rscales, what was seen)."""
    away = np.abs(ratios - 1)
    zeros = float((ratios < 1e-9).mean())
    same = float((away < 0.01).mean())
    if same < 0.05 and 0.4 < zeros < 0.6 and float(np.median(ratios[ratios > 0])) > 1.7:
        return "BRR", None, None, "half are 0 and half about twice the weight: balanced repeated replication"
    low, high = ratios[ratios < 1], ratios[ratios > 1]
    apart = float((away < BETWEEN).mean()) < 0.05 and abs(len(low) / ratios.size - 0.5) < NEAR
    if zeros < 0.02 and apart:
        rho = round(float(np.median(low)), 1)
        shown = f"half near {rho:g} and half near {float(np.median(high)):.1f} times the weight: Fay's method, rho {rho:g}"
        return "Fay", rho, None, shown
    if zeros and same > 0.5:
        raised = ratios[(ratios > 1e-9) & (away >= 0.01)]
        factor = float(np.median(raised)) if len(raised) else 1.0
        shown = f"0 for one unit, {factor:.3g} times the weight in its stratum, else the weight: a stratified jackknife"
        return "JKn", None, round(1 / factor, 6), shown
    if 0 < zeros < 0.5 and same < 0.05 and float(np.ptp(ratios[ratios > 1e-9])) < 0.5:
        return "JK1", None, None, "0 for one unit, and all others raised alike: a jackknife"
    return "", None, None, "their ratios to it fit none of the usual methods"


def _with_name(stem: str, method: str) -> tuple[str, Confidence]:
    """What name and ratios say together; the name alone decides a bootstrap."""
    named = {"BRR": r"brr|fay", "Fay": r"brr|fay", "JKn": r"jk|jack", "JK1": r"jk|jack"}
    if method:
        return method, "high" if re.search(named[method], stem) else "medium"
    return ("bootstrap", "medium") if re.search(r"boot|bs", stem) else ("", "low")
