"""Weighting targets: from the study file or a CSV, lined up with the data, checked before iterating."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import WeightingError
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.levels import Levels, levels

Targets = Mapping[str, Mapping[Any, float]]


@dataclass(frozen=True, eq=False)
class Margin:
    """One margin lined up with the rows being weighted.

    `codes` are positions in `categories`, -1 for rows without a target on this margin; `shares` sum
    to 1 when `counts` is False.
    """

    name: str
    label: str
    categories: tuple[str, ...]
    codes: NDArray[np.intp]
    targets: FloatArray
    untargeted: tuple[tuple[str, int], ...]


def read_targets(path: Path) -> dict[str, dict[str, float]]:
    """Targets from a CSV with the columns `margin, category, target`.

    Raises
    ------
    WeightingError
        The file is missing or a line cannot be read; the line is named.
    """
    out: dict[str, dict[str, float]] = {}
    for line, row in _rows(path, {"margin", "category", "target"}):
        out.setdefault(row["margin"], {})[row["category"]] = _number(row["target"], path.name, line)
    return out


def read_cells(path: Path) -> tuple[tuple[str, ...], dict[tuple[str, ...], float]]:
    """Cell counts from a CSV: the crossed variables, then `target`."""
    rows = _rows(path, {"target"})
    if not rows:
        raise WeightingError(f"'{path.name}' has no targets.")
    names = tuple(c for c in rows[0][1] if c != "target")
    return names, {tuple(r[n] for n in names): _number(r["target"], path.name, line) for line, r in rows}


def _rows(path: Path, needed: set[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text"
        if isinstance(error, OSError):
            reason = (error.strerror or type(error).__name__).lower()
        raise WeightingError(
            f"The targets file '{path.name}' cannot be read: {reason}.",
            where=f"[study.toml: weighting, targets_file = '{path.name}']",
            hint="it must be a UTF-8 CSV; its path starts at the folder of the study file.",
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    lacking = needed - set(reader.fieldnames or ())
    if lacking:
        raise WeightingError(
            f"The targets file '{path.name}' has no column '{min(lacking)}'.",
            where=f"columns: {', '.join(reader.fieldnames or ())}",
        )
    return [(i, {k: (v or "").strip() for k, v in row.items() if k}) for i, row in enumerate(reader, start=2)]


def _number(text: str, name: str, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise WeightingError(
            f"'{text}' is not a target.", where=f"[{name}: line {line}]", hint="give a number."
        ) from None


def margins(
    survey: SurveyData, targets: Targets, rows: BoolArray, *, keep_untargeted: bool, path: str
) -> list[Margin]:
    """Line targets up with the rows to be weighted; every problem is found before iterating.

    Raises
    ------
    WeightingError
        Targets that do not sum to 1 (or are no counts), a category with a target and no respondent,
        respondents without an answer, a category without a target that no rule covers.
    """
    return [
        _margin(survey, name, wanted, rows, keep_untargeted, f"{path}.{name}")
        for name, wanted in targets.items()
    ]


def _margin(
    survey: SurveyData, name: str, wanted: Mapping[Any, float], rows: BoolArray, keep: bool, path: str
) -> Margin:
    crossed = levels(survey, name, path)
    if not wanted:
        raise WeightingError(f"Margin '{name}' has no targets.", where=f"[{path}]")
    found = np.array([crossed.position(c, path) for c in wanted])
    _check_sum(name, wanted, path)
    names = [crossed.labels[i] for i in found]
    if len(set(found)) < len(found):
        raise WeightingError(
            f"A category of margin '{name}' is named twice.",
            where=f"[{path}] " + ", ".join(str(c) for c in wanted),
            hint="name it by its label or by its code, not by both.",
        )
    codes = np.full(len(crossed.labels) + 1, -1, dtype=np.intp)
    codes[found] = np.arange(len(found))
    own = codes[crossed.codes][rows]
    _check_filled(name, names, np.array(list(wanted.values())), own, path)
    untargeted = _untargeted(crossed, codes, rows)
    if untargeted and not keep:
        listed = ", ".join(f"{label} ({n})" for label, n in untargeted)
        raise WeightingError(
            f"Margin '{name}' has respondents without a target: {listed}.",
            where=f"[{path}]",
            hint='give them a target, or say untargeted = "keep": they keep factor 1 on this margin.',
        )
    return Margin(name, crossed.shown, tuple(names), own, np.array(list(wanted.values())), untargeted)


def _check_filled(name: str, names: list[str], wanted: FloatArray, own: NDArray[np.intp], path: str) -> None:
    """Somebody stands for every target, and nobody is weighted to nothing."""
    counts = np.bincount(own[own >= 0], minlength=len(names))
    empty = np.flatnonzero((counts == 0) & (wanted > 0))
    if len(empty):
        raise WeightingError(
            f"Category '{names[empty[0]]}' of margin '{name}' has a target and no respondents.",
            where=f"[{path}] target {wanted[empty[0]]:g}; {len(empty)} empty of {len(names)} categories.",
            hint="merge it with a neighbouring category in the data and in the targets.",
        )
    zero = np.flatnonzero((counts > 0) & (wanted == 0))
    if len(zero):
        raise WeightingError(
            f"Category '{names[zero[0]]}' of margin '{name}' has {counts[zero[0]]} respondents and a target of 0.",
            where=f"[{path}]",
            hint="nobody can be weighted to nothing: give it a share, or leave these people out by a rule.",
        )


def _check_sum(name: str, wanted: Mapping[Any, float], path: str) -> None:
    values = list(wanted.values())
    if any(v < 0 or not np.isfinite(v) for v in values):
        raise WeightingError(
            f"Margin '{name}' has a negative target, or one that is no number.",
            where=f"[{path}] " + ", ".join(f"{c} = {v:g}" for c, v in wanted.items()),
        )
    total = sum(values)
    if max(values) > 1 and 99 <= total <= 101:
        raise WeightingError(
            f"The targets of margin '{name}' look like percentages: they sum to {total:.4g}.",
            where=f"[{path}] " + ", ".join(f"{c} = {v:g}" for c, v in wanted.items()),
            hint="give shares (0.51) or counts of people.",
        )
    if max(values) <= 1 and abs(total - 1) > 1e-6:
        raise WeightingError(
            f"The targets of margin '{name}' sum to {total:.4g}, not to 1.",
            where=f"[{path}] " + ", ".join(f"{c} = {v:g}" for c, v in wanted.items()),
            hint="correct the shares; they are not rescaled in silence.",
        )


def _untargeted(crossed: Levels, codes: NDArray[np.intp], rows: BoolArray) -> tuple[tuple[str, int], ...]:
    n = np.bincount(crossed.codes[rows] + 1, minlength=len(crossed.labels) + 1)
    out = [(crossed.labels[i], int(k)) for i, k in enumerate(n[1:]) if codes[i] < 0 and k]
    return (*out, *((("no answer", int(n[0])),) if n[0] else ()))
