"""Replicate weight columns of a table: found by name, read as numbers, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from survey_analysis.core.replicate_types import Options, given_replicates
from survey_analysis.core.replicates import Replicates
from survey_analysis.errors import DesignError, WeightError, closest
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.study.sample import DesignSpec, ReplicateSpec
from survey_analysis.typing import FloatArray

_READ: WeakKeyDictionary[RawTable, dict[tuple[str, ...], FloatArray]] = WeakKeyDictionary()


def read_replicates(raw: RawTable, spec: ReplicateSpec, weight: str) -> Replicates:
    """Replicate weights of a table as its design describes them.

    Parameters
    ----------
    raw : RawTable
    spec : ReplicateSpec
    weight : str
        Column of the full-sample weight, never a replicate; "" where there is none.

    Raises
    ------
    DesignError
        No such columns, a kind that lacks an option, combined weights without a full-sample weight.
    WeightError
        Columns that do not hold weights.
    """
    if spec.combined and not weight:
        raise DesignError(
            "Replicate weights need the full-sample weight beside them.",
            where="[study.toml: design.weight]",
            hint="name its column: weight=...; for factors of equal weights say combined = false.",
        )
    columns = replicate_columns(raw.columns, spec.columns, weight)
    options = Options(
        scale=spec.scale,
        rscales=spec.rscales,
        mse=spec.mse,
        combined=spec.combined,
        rho=spec.rho,
        average=spec.average,
        degf=spec.degf,
    )
    return given_replicates(replicate_matrix(raw, columns), spec.method, options)


def columns_of_replicates(raw: RawTable, design: DesignSpec) -> frozenset[str]:
    """Columns of a table that hold replicate weights, and are no questions."""
    if design.replicates is None:
        return frozenset()
    return frozenset(replicate_columns(raw.columns, design.replicates.columns, design.weight))


def replicate_columns(
    known: Iterable[str], wanted: str | tuple[str, ...], weight: str = ""
) -> tuple[str, ...]:
    """Columns by name or pattern: those of a pattern in natural order (rw2 before rw10).

    Examples
    --------
    >>> replicate_columns(["id", "rw10", "rw2", "rw"], "rw*", weight="rw")
    ('rw2', 'rw10')
    """
    names = tuple(known)
    found: list[str] = []
    for pattern in (wanted,) if isinstance(wanted, str) else wanted:
        if "*" in pattern or "?" in pattern:
            hits = sorted((c for c in names if fnmatchcase(c, pattern) and c != weight), key=_natural)
        else:
            hits = [pattern] if pattern in names else []
        if not hits:
            raise DesignError(
                f"No column of replicate weights is '{pattern}'.",
                where="[study.toml: design.replicates.columns]",
                hint=closest(pattern.replace("*", ""), names),
            )
        found += hits
    twice = sorted({c for c in found if found.count(c) > 1})
    if twice:
        raise DesignError(
            f"{counted(len(twice), 'replicate weight column is', 'replicate weight columns are')} named twice: {', '.join(twice[:5])}.",
            where=f"{counted(len(found), 'column')} in all",
            hint="name each once.",
        )
    return tuple(found)


def replicate_matrix(raw: RawTable, columns: tuple[str, ...]) -> FloatArray:
    """Numbers of replicate weight columns, shape (n, R); read once for a table."""
    kept = _READ.setdefault(raw, {})
    if columns not in kept:
        matrix = np.empty((len(raw), len(columns)), order="F")
        for j, column in enumerate(columns):
            matrix[:, j] = pd.to_numeric(raw.frame[column], errors="coerce").to_numpy(dtype=np.float64)
        _check(raw, columns, matrix)
        kept[columns] = matrix
    return kept[columns]


def _check(raw: RawTable, columns: tuple[str, ...], matrix: FloatArray) -> None:
    for what, bad in (("missing or no number", ~np.isfinite(matrix)), ("negative", matrix < 0)):
        if bad.any():
            j = int(np.flatnonzero(bad.any(axis=0))[0])
            i = int(np.flatnonzero(bad[:, j])[0])
            raise WeightError(
                f"{counted(int(bad.sum()), 'replicate weight is', 'replicate weights are')} {what}, in {int(bad.any(axis=0).sum())} of "
                f"{counted(len(columns), 'column.', 'columns.')}",
                where=f"The first is in '{columns[j]}', row {i + 1} of {len(raw)}: {raw.frame[columns[j]].iloc[i]!r}.",
                hint="correct the columns, or name only those that hold replicate weights.",
            )
    empty = [c for c, total in zip(columns, matrix.sum(axis=0), strict=True) if not total > 0]
    if empty:
        raise WeightError(
            f"All weights are zero in {len(empty)} of {len(columns)} replicate columns.",
            where=f"'{empty[0]}'",
            hint="name only the columns that hold replicate weights.",
        )


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", name)
    return [(1, int(p), p) if p.isdigit() else (0, 0, p) for p in parts]
