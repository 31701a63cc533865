"""`$`, `[`, `[[` and assignment into them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from oracles.r.evaluate import EMPTY, apply, builtin, evaluate, special
from oracles.r.nodes import Name
from oracles.r.values import (
    Factor,
    Frame,
    NotCoveredError,
    RError,
    RList,
    Unshown,
    Vec,
    flag,
    numbers,
    recycled,
    scalar,
    texts,
)


def positions(index: Any, n: int, names: tuple[str, ...] | None) -> np.ndarray:
    """Zero-based positions of an R index; -1 where it is NA."""
    if index is EMPTY:
        return np.arange(n)
    if isinstance(index, Factor):
        index = Vec(index.codes + 1.0, "integer")
    if index.kind == "character":
        place = {name: i for i, name in reversed(list(enumerate(names or ())))}
        unknown = [t for t in index.data if t not in place]
        if unknown:
            raise RError(f"subscript out of bounds: {unknown[0]}")
        return np.array([place[t] for t in index.data], dtype=int)
    if index.kind == "logical":
        hit = np.resize(index.data, max(n, len(index))) if len(index) else index.data
        return np.array([-1 if np.isnan(v) else i for i, v in enumerate(hit) if np.isnan(v) or v], dtype=int)
    at = np.trunc(index.data)
    if (at < 0).any():
        keep = np.ones(n, dtype=bool)
        keep[(-at[at < 0] - 1).astype(int)] = False
        return np.flatnonzero(keep)
    at = at[at != 0]
    return np.array([-1 if np.isnan(v) or v > n else int(v) - 1 for v in at], dtype=int)


def field(value: Any, name: str) -> Any:
    """`value$name`."""
    if isinstance(value, Frame):
        return value.columns.get(name)
    if isinstance(value, Unshown):
        return value
    if isinstance(value, RList):
        return value.get(name)
    if hasattr(value, "field"):
        return value.field(name)
    raise RError(f"$ is not defined for {type(value).__name__}")


@special("$")
def _dollar(args: Any, env: Any) -> Any:
    key = args[1].value
    return field(evaluate(args[0].value, env), key.name if isinstance(key, Name) else key.value)


@builtin("[[", "x i j exact")
def _element(x: Any, i: Any, j: Any = None, exact: Any = None) -> Any:
    if j is not None:
        return _part(x, i, j)
    if hasattr(x, "element"):
        return x.element(i)
    if isinstance(x, Frame):
        names = list(x.columns)
        key = i.data[0] if i.kind == "character" else names[int(scalar(i)) - 1]
        return x.columns.get(key)
    if isinstance(x, RList):
        if i.kind == "character":
            return x.get(i.data[0])
        at = int(scalar(i))
        if not 1 <= at <= len(x):
            raise RError("subscript out of bounds")
        return x.values[at - 1]
    return replace(x.take(positions(i, len(x), x.names)), names=None)


@builtin("[", "x i j drop ...")
def _subset(x: Any, i: Any = EMPTY, j: Any = None, drop: Any = None, dots: Any = ()) -> Any:
    keep = drop is not None and not flag(drop)
    if hasattr(x, "part"):
        return x.part(i, j)
    if isinstance(x, Frame):
        return _frame_part(x, i, j, keep=keep)
    if j is not None:
        if dots:
            if all(k is EMPTY for k in (i, j, *(v for _, v in dots))):
                return x
            raise NotCoveredError("parts of arrays with more than two dimensions")
        return _part(x, i, j, keep=keep)
    if isinstance(x, RList):
        at = positions(i, len(x), x.names)
        names = None if x.names is None else tuple(x.names[k] for k in at)
        return replace(x, values=tuple(x.values[k] for k in at), names=names)
    if x is None:
        return None
    return x.take(positions(i, len(x), getattr(x, "names", None)))


def _part(x: Vec, i: Any, j: Any, *, keep: bool = False) -> Vec:
    if x.dim is None:
        raise RError("incorrect number of dimensions")
    rows, cols = x.dimnames or (None, None)
    a, b = positions(i, x.dim[0], rows), positions(j, x.dim[1], cols)
    block = x.matrix[np.ix_(a, b)]
    new_rows = None if rows is None else tuple(rows[k] for k in a)
    new_cols = None if cols is None else tuple(cols[k] for k in b)
    if keep or (len(a) > 1 and len(b) > 1):
        names = None if new_rows is None and new_cols is None else (new_rows, new_cols)
        return Vec(block.ravel(order="F"), x.kind, None, block.shape, names)
    names = new_rows if len(b) == 1 and len(a) > 1 else new_cols if len(b) > 1 else None
    return Vec(block.ravel(order="F"), x.kind, names)


def _frame_part(x: Frame, i: Any, j: Any, *, keep: bool) -> Any:
    if j is None:  # one index: columns
        i, j = EMPTY, i
    names = tuple(x.columns)
    chosen = [names[k] for k in positions(j, len(names), names)]
    out = Frame({k: x.columns[k] for k in chosen}, x.row_names)
    if i is not EMPTY:
        at = positions(i, x.n, x.row_names or tuple(str(k + 1) for k in range(x.n)))
        if (at < 0).any():
            raise NotCoveredError("NA in a row index of a data frame")
        out = out.take(at)
    if len(chosen) == 1 and j is not EMPTY and i is not EMPTY and not keep:
        return out.columns[chosen[0]]
    return out


@builtin("$<-", "x name value")
def _set_field(x: Any, name: Any, value: Any = None) -> Any:
    key = name.data[0]
    if x is None:
        return RList((value,), (key,))
    if isinstance(x, Frame):
        return x.with_column(key, value)
    if isinstance(x, RList):
        return x.with_value(key, value)
    raise NotCoveredError(f"assignment into a {type(x).__name__}")


@builtin("[[<-", "x i value")
def _set_element(x: Any, i: Any, value: Any = None) -> Any:
    if isinstance(x, Vec) and not isinstance(value, RList):
        return _set_part(x, i, value=value)
    names = tuple(x.columns) if isinstance(x, Frame) else (x.names or ())
    key = i.data[0] if i.kind == "character" else names[int(scalar(i)) - 1]
    return x.with_column(key, value) if isinstance(x, Frame) else x.with_value(key, value)


@builtin("[<-", "x i j value")
def _set_part(x: Any, i: Any = EMPTY, j: Any = None, value: Any = None) -> Any:
    if isinstance(x, Frame):
        if j is None:
            i, j = EMPTY, i
        out = x
        for name in np.array(tuple(x.columns), dtype=object)[positions(j, len(x.columns), tuple(x.columns))]:
            out = out.with_column(name, _set_part(x.columns[name], i, value=value))
        return out
    if isinstance(x, Factor):
        codes = x.codes.copy()
        codes[positions(i, len(x), None)] = [x.levels.index(t) if t is not None else -1 for t in texts(value)]
        return Factor(codes, x.levels, x.ordered)
    if j is not None:
        rows, cols = x.dimnames or (None, None)
        table = x.matrix.copy()
        a, b = positions(i, x.dim[0], rows), positions(j, x.dim[1], cols)
        table[np.ix_(a, b)] = np.resize(numbers(value), (len(a), len(b)))
        return replace(x, data=table.ravel(order="F"))
    at = positions(i, len(x), x.names)
    if "character" in (x.kind, value.kind):
        data = np.array(texts(x), dtype=object)
        data[at] = texts(recycled(value, len(at)))
        return replace(x, data=data, kind="character")
    data = x.data.astype(float)
    data[at] = numbers(recycled(value, len(at)))
    return replace(x, data=data, kind=x.kind if x.kind == value.kind else "double")


@builtin("names<-", "x value")
def _set_names(x: Any, value: Any = None) -> Any:
    names = None if value is None else tuple(texts(value))
    if isinstance(x, Frame):
        return Frame(dict(zip(names or (), x.columns.values(), strict=True)), x.row_names)
    return replace(x, names=names)


@builtin("levels<-", "x value")
def _set_levels(x: Factor, value: Any) -> Factor:
    return Factor(x.codes, tuple(texts(value)), x.ordered)


@builtin("colnames<-", "x value")
def _set_colnames(x: Any, value: Any) -> Any:
    if isinstance(x, Frame):
        return _set_names(x, value)
    rows = (x.dimnames or (None, None))[0]
    return replace(x, dimnames=(rows, tuple(texts(value))))


@builtin("attr<-", "x which value")
def _set_attr(x: Any, which: Any, value: Any = None) -> Any:
    raise NotCoveredError("attributes set by hand")


__all__ = ["apply", "field", "positions"]
