"""R's values as few Python classes: vectors, factors, lists, data frames, formulas.

Numbers and logicals are float64 with NaN for NA; text is an object array with None for NA. NULL is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from oracles.r.nodes import Node


class NotCoveredError(Exception):
    """The entry asks for something that has no binding here; the text is the reason."""


@dataclass(frozen=True)
class Unshown:
    """A part of an answer that no verb shows; what R computes from it is not compared either."""

    reason: str

    def __len__(self) -> int:
        return 1


class RError(Exception):
    """R itself would stop here."""


@dataclass(frozen=True, eq=False)
class Vec:
    """An atomic vector, matrix or array (`dim`; column-major)."""

    data: np.ndarray
    kind: str = "double"
    names: tuple[str, ...] | None = None
    dim: tuple[int, ...] | None = None
    dimnames: tuple[tuple[str, ...] | None, ...] | None = None

    def __len__(self) -> int:
        return len(self.data)

    @property
    def matrix(self) -> np.ndarray:
        """The values in the shape of `dim`; a vector as one column."""
        return self.data.reshape(self.dim or (len(self.data), 1), order="F")

    @property
    def missing(self) -> np.ndarray:
        """Which are NA."""
        if self.kind == "character":
            return np.array([v is None for v in self.data], dtype=bool)
        return np.isnan(self.data)

    def take(self, at: np.ndarray) -> Vec:
        """Elements at positions, -1 for NA."""
        names = None if self.names is None else tuple(self.names[i] if i >= 0 else "<NA>" for i in at)
        if self.kind == "character":
            return Vec(
                np.array([self.data[i] if i >= 0 else None for i in at], dtype=object), self.kind, names
            )
        out = np.where(at >= 0, self.data[at] if len(self.data) else np.nan, np.nan).astype(float)
        return Vec(out, self.kind, names)

    def plain(self) -> Vec:
        """Without names and dimensions (`as.vector`)."""
        return Vec(self.data, self.kind)


@dataclass(frozen=True, eq=False)
class Factor:
    """Codes 0 .. k-1, -1 for NA."""

    codes: np.ndarray
    levels: tuple[str, ...]
    ordered: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def missing(self) -> np.ndarray:
        """Which are NA."""
        return self.codes < 0

    def text(self) -> Vec:
        """Labels as text."""
        table = np.array([*self.levels, None], dtype=object)
        return Vec(table[self.codes], "character")

    def take(self, at: np.ndarray) -> Factor:
        """Elements at positions, -1 for NA."""
        codes = np.where(at >= 0, self.codes[at], -1)
        return Factor(codes, self.levels, self.ordered)


@dataclass(frozen=True, eq=False)
class RList:
    """A list; `kind` is its class where it matters."""

    values: tuple[Any, ...]
    names: tuple[str, ...] | None = None
    kind: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def get(self, name: str) -> Any:
        """Element by name (partial matching as `$` does), NULL when there is none."""
        if self.names is None:
            return None
        if name in self.names:
            return self.values[self.names.index(name)]
        partial = [i for i, n in enumerate(self.names) if n.startswith(name)]
        return self.values[partial[0]] if len(partial) == 1 else None

    def with_value(self, name: str, value: Any) -> RList:
        """A copy with an element set; NULL removes it."""
        pairs = dict(zip(self.names or [""] * len(self.values), self.values, strict=True))
        if value is None:
            pairs.pop(name, None)
        else:
            pairs[name] = value
        return replace(self, values=tuple(pairs.values()), names=tuple(pairs))


@dataclass(frozen=True, eq=False)
class Frame:
    """A data frame."""

    columns: dict[str, Vec | Factor]
    row_names: tuple[str, ...] | None = None

    @property
    def n(self) -> int:
        """Rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def take(self, at: np.ndarray) -> Frame:
        """Rows at positions."""
        names = None if self.row_names is None else tuple(self.row_names[i] for i in at)
        return Frame({k: v.take(at) for k, v in self.columns.items()}, names)

    def with_column(self, name: str, value: Any) -> Frame:
        """A copy with a column set (recycled); NULL removes it."""
        columns = dict(self.columns)
        if value is None:
            columns.pop(name, None)
        else:
            columns[name] = recycled(value, self.n if columns else len(value))
        return Frame(columns, self.row_names)


@dataclass(frozen=True, eq=False)
class Formula:
    """`lhs ~ rhs` with the environment it was written in."""

    lhs: Node | None
    rhs: Node
    env: Any = None


@dataclass(frozen=True, eq=False)
class Language:
    """Quoted code."""

    node: Node


@dataclass(frozen=True, eq=False)
class Closure:
    """A function written in R."""

    node: Any
    env: Any


@dataclass(frozen=True, eq=False)
class Builtin:
    """A function bound to Python."""

    name: str
    call: Callable[..., Any]
    lazy: bool = False


def vec(values: Iterable[Any], names: Sequence[str] | None = None, kind: str = "") -> Vec:
    """A vector of Python values."""
    items = list(values)
    kept = None if names is None else tuple(names)
    if kind == "character" or (not kind and any(isinstance(v, str) for v in items)):
        return Vec(np.array(items, dtype=object), "character", kept)
    if not kind and items and all(isinstance(v, bool | np.bool_) for v in items):
        kind = "logical"
    data = np.array([np.nan if v is None else v for v in items], dtype=float)
    return Vec(data, kind or "double", kept)


def one(value: Any) -> Vec:
    """A vector of one value; whole numbers are integers."""
    kind = "integer" if isinstance(value, int | np.integer) and not isinstance(value, bool) else ""
    return vec([value], kind=kind)


def matrix(values: np.ndarray, rows: Sequence[str] | None = None, cols: Sequence[str] | None = None) -> Vec:
    """A numeric matrix."""
    array = np.asarray(values, dtype=float)
    names = (None if rows is None else tuple(rows), None if cols is None else tuple(cols))
    return Vec(array.ravel(order="F"), "double", None, array.shape, None if names == (None, None) else names)


def recycled(value: Any, n: int) -> Any:
    """The vector repeated to n elements."""
    if len(value) == n:
        return value
    if len(value) == 0:
        raise RError("replacement has length zero")
    return value.take(np.resize(np.arange(len(value)), n))


def numbers(value: Any) -> np.ndarray:
    """Numbers of a vector, factor codes from 1, or a numeric frame by columns."""
    if isinstance(value, Factor):
        return np.where(value.codes < 0, np.nan, value.codes + 1.0)
    if isinstance(value, Frame):
        return np.concatenate([numbers(v) for v in value.columns.values()])
    if isinstance(value, RList):
        return np.concatenate([numbers(v) for v in value.values]) if value.values else np.array([])
    if value is None:
        return np.array([])
    if hasattr(value, "theta"):  # a survey statistic counts as its estimates
        return np.asarray(value.theta, float)
    if not isinstance(value, Vec):
        raise NotCoveredError(f"{type(value).__name__} where numbers are expected")
    if value.kind == "character":
        return np.array([_number(v) for v in value.data])
    return value.data


def _number(text: str | None) -> float:
    try:
        return float("nan" if text is None else text)
    except ValueError:
        return float("nan")


def texts(value: Any) -> list[str]:
    """Text of a vector's elements as R's as.character writes it."""
    if value is None:
        return []
    if isinstance(value, Factor):
        value = value.text()
    if value.kind == "character":
        return list(value.data)
    if value.kind == "logical":
        return [None if np.isnan(v) else ("TRUE" if v else "FALSE") for v in value.data]
    return [None if np.isnan(v) else written(v) for v in value.data]


def written(number: float) -> str:
    """A number as R prints it in names."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def flag(value: Any) -> bool:
    """TRUE or FALSE of a vector of one."""
    data = numbers(value)
    if len(data) == 0 or np.isnan(data[0]):
        raise RError("missing value where TRUE/FALSE needed")
    return bool(data[0])


def scalar(value: Any) -> float:
    """The number of a vector of one."""
    return float(numbers(value)[0])


def text(value: Any) -> str:
    """The text of a vector of one."""
    return texts(value)[0]


def factor_of(value: Any) -> Factor:
    """`as.factor`: levels sorted, text by bytes."""
    if isinstance(value, Factor):
        return value
    shown = texts(value)
    if value.kind == "character":
        levels = sorted({t for t in shown if t is not None}, key=lambda t: t.encode())
    else:
        levels = texts(Vec(np.unique(value.data[~value.missing]), value.kind))
    place = {level: i for i, level in enumerate(levels)}
    return Factor(np.array([place.get(t, -1) for t in shown], dtype=int), tuple(levels))
