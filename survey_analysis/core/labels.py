"""Labels of strata and units as codes 0, 1, ..., and what such labels may not be."""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import DesignError
from survey_analysis.plurals import counted

Codes = NDArray[np.intp]
Labels: TypeAlias = "Sequence[Hashable] | NDArray[np.generic] | Numbered"


@dataclass(frozen=True, eq=False)
class Numbered:
    """Labels that are told apart already: which of them each row has."""

    labels: Sequence[Hashable]
    rows: NDArray[np.signedinteger]

    def __len__(self) -> int:
        return len(self.rows)


def coded(labels: Labels | None, name: str, n: int) -> tuple[Codes, tuple[Hashable, ...]]:
    """Number labels 0, 1, ...; sorted where they sort, in order of appearance otherwise."""
    if labels is None:
        return np.zeros(n, dtype=np.intp), ("all",)
    if len(labels) != n:
        raise DesignError(f"'{name}' has {counted(len(labels), 'row')}, the weights have {n}.")
    if not isinstance(labels, Numbered):
        labels = _numbered(list(labels.tolist() if isinstance(labels, np.ndarray) else labels), name)
    known: list[Any] = list(labels.labels)
    order = list(range(len(known)))
    with contextlib.suppress(TypeError):  # labels that do not sort keep their order of appearance
        order = sorted(order, key=known.__getitem__)
    place = np.empty(len(known), dtype=np.intp)
    place[order] = np.arange(len(known))
    return place[labels.rows], tuple(known[i] for i in order)


def _numbered(values: Sequence[Hashable], name: str) -> Numbered:
    missing = [i for i, v in enumerate(values) if _is_missing(v)]
    if missing:
        raise DesignError(
            f"{counted(len(missing), 'row has', 'rows have')} no {name}.",
            where=f"first at row {missing[0] + 1} of {len(values)}",
            hint=f"every row of the design needs a {name}; drop those rows by a cleaning rule or fill them.",
        )
    number = {label: i for i, label in enumerate(dict.fromkeys(values))}
    return Numbered([*number], np.fromiter((number[v] for v in values), dtype=np.intp, count=len(values)))


def _is_missing(value: Hashable) -> bool:
    try:
        return value is None or bool(value != value)  # noqa: PLR0124  NaN is not itself
    except TypeError:  # pandas.NA will not say
        return True


def crossed(outer: Codes, inner: Codes) -> Codes:
    """Codes of the filled crossings of two codings."""
    pairs = outer * (int(inner.max()) + 1) + inner
    return np.asarray(np.unique(pairs, return_inverse=True)[1].reshape(-1), dtype=np.intp)


def first_rows(codes: Codes, count: int) -> Codes:
    """Position of the first row of each code."""
    out = np.zeros(count, dtype=np.intp)
    out[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return out


def refuse_shared_units(h: Codes, c: Codes, strata: Sequence[Hashable]) -> None:
    """Raise where a unit lies in two strata; rows are named and not labels, which may be ids of people."""
    pairs = np.unique(np.column_stack([c, h]), axis=0)
    units, strata_of = np.unique(pairs[:, 0], return_counts=True)
    shared = units[strata_of > 1]
    if not len(shared):
        return
    rows = np.flatnonzero(c == shared[0])
    one, other = int(rows[0]), int(rows[h[rows] != h[rows[0]]][0])
    some = "1 PSU label occurs" if len(shared) == 1 else f"{len(shared)} PSU labels occur"
    raise DesignError(
        f"{some} in more than one stratum.",
        where=f"The first: rows {one + 1} and {other + 1} have one label, in strata '{strata[h[one]]}' and '{strata[h[other]]}'.",
        hint="if PSU numbers start again in each stratum, say nest=True; if not, correct the labels.",
    )
