"""Base R on vectors: making, measuring, summarising."""

from __future__ import annotations

from typing import Any

import numpy as np

from oracles.r.evaluate import builtin
from oracles.r.values import (
    Factor,
    Frame,
    NotCoveredError,
    RError,
    RList,
    Vec,
    flag,
    numbers,
    one,
    recycled,
    scalar,
    text,
    texts,
    vec,
)

_RANK = {"logical": 0, "integer": 1, "double": 2, "character": 3}


def combine(parts: list[tuple[str | None, Any]]) -> Any:
    """`c(...)`: a list when any part is one."""
    parts = [(k, v) for k, v in parts if v is not None]
    if not parts:
        return None
    if any(not isinstance(v, Vec | Factor) for _, v in parts):
        return _combined_list(parts)
    if any(isinstance(v, Factor) for _, v in parts):
        return vec([t for _, v in parts for t in texts(v)], kind="character")
    kind = max((v.kind for _, v in parts), key=_RANK.__getitem__)
    names = [n for key, value in parts for n in _part_names(key, value)]
    kept = tuple(names) if any(names) else None
    if kind == "character":
        return Vec(np.array([t for _, v in parts for t in texts(v)], dtype=object), kind, kept)
    return Vec(np.concatenate([v.data for _, v in parts]), kind, kept)


def _part_names(key: str | None, value: Vec) -> list[str]:
    if value.names is not None:
        return [f"{key}.{n}" if key else n for n in value.names]
    if not key:
        return [""] * len(value)
    return [key] if len(value) == 1 else [f"{key}{i + 1}" for i in range(len(value))]


def _combined_list(parts: list[tuple[str | None, Any]]) -> RList:
    values: list[Any] = []
    names: list[str] = []
    for key, value in parts:
        if isinstance(value, RList):
            values.extend(value.values)
            names.extend(value.names or [""] * len(value))
        else:
            values.append(value)
            names.append(key or "")
    return RList(tuple(values), tuple(names) if any(names) else None)


@builtin("c", "...")
def _c(dots: Any) -> Any:
    return combine(dots)


@builtin("list", "...")
def _list(dots: Any) -> RList:
    names = tuple(k or "" for k, _ in dots)
    return RList(tuple(v for _, v in dots), names if any(names) else None)


@builtin("rep", "x times each length.out")
def _rep(x: Any, times: Any = None, each: Any = None, length_out: Any = None) -> Any:
    at = np.arange(len(x))
    if each is not None:
        at = np.repeat(at, int(scalar(each)))
    if length_out is not None:
        return x.take(np.resize(at, int(scalar(length_out))))
    counts = np.array([1]) if times is None else numbers(times).astype(int)
    return x.take(np.tile(at, counts[0]) if len(counts) == 1 else np.repeat(at, counts))


@builtin("rep_len", "x length.out")
def _rep_len(x: Any, length_out: Any) -> Any:
    return x.take(np.resize(np.arange(len(x)), int(scalar(length_out))))


@builtin("seq", "from to by length.out along.with")
def _seq(
    from_: Any = None, to: Any = None, by: Any = None, length_out: Any = None, along_with: Any = None
) -> Vec:
    if along_with is not None:
        return Vec(np.arange(1.0, len(along_with) + 1), "integer")
    if to is None and by is None and length_out is None:
        count = len(from_) if len(from_) > 1 else scalar(from_)
        return Vec(np.arange(1.0, count + 1), "integer")
    start = 1.0 if from_ is None else scalar(from_)
    if length_out is not None:
        count = int(scalar(length_out))
        step = (
            scalar(by)
            if by is not None
            else (scalar(to) - start) / max(count - 1, 1)
            if to is not None
            else 1.0
        )
        return Vec(start + step * np.arange(count), "double")
    step = scalar(by) if by is not None else (1.0 if scalar(to) >= start else -1.0)
    return Vec(start + step * np.arange(np.floor((scalar(to) - start) / step + 1e-10) + 1), "double")


@builtin("seq_len", "length.out")
def _seq_len(length_out: Any) -> Vec:
    return Vec(np.arange(1.0, scalar(length_out) + 1), "integer")


@builtin("seq_along", "along.with")
def _seq_along(along_with: Any) -> Vec:
    return Vec(np.arange(1.0, len(along_with) + 1), "integer")


@builtin("length", "x")
def _length(x: Any) -> Vec:
    return one(0 if x is None else len(x.columns) if isinstance(x, Frame) else len(x))


@builtin("names", "x")
def _names(x: Any) -> Any:
    if isinstance(x, Frame):
        return vec(list(x.columns), kind="character")
    names = getattr(x, "names", None)
    if names is None and isinstance(x, Vec) and x.dim is not None and len(x.dim) == 1:
        names = x.dimnames[0] if x.dimnames else None
    return None if names is None else vec(list(names), kind="character")


@builtin("setNames", "object nm")
def _set_names(object: Any = None, nm: Any = None) -> Any:  # noqa: A002
    value = nm if object is None else object
    names = tuple(texts(nm))
    if isinstance(value, RList):
        return RList(value.values, names, value.kind)
    if isinstance(value, Frame):
        return Frame(dict(zip(names, value.columns.values(), strict=True)), value.row_names)
    return Vec(value.data, value.kind, names)


@builtin("unname", "obj")
def _unname(obj: Any) -> Any:
    if isinstance(obj, RList):
        return RList(obj.values, None, obj.kind)
    return Vec(obj.data, obj.kind, None, obj.dim)


@builtin("as.numeric as.double", "x")
def _as_numeric(x: Any) -> Vec:
    return Vec(np.asarray(numbers(x), float), "double")


@builtin("as.integer", "x")
def _as_integer(x: Any) -> Vec:
    return Vec(np.trunc(numbers(x)), "integer")


@builtin("as.logical", "x")
def _as_logical(x: Any) -> Vec:
    data = numbers(x)
    return Vec(np.where(np.isnan(data), np.nan, (data != 0).astype(float)), "logical")


@builtin("as.character", "x")
def _as_character(x: Any) -> Vec:
    return vec(texts(x), kind="character")


@builtin("as.vector unlist", "x mode use.names")
def _as_vector(x: Any, mode: Any = None, use_names: Any = None) -> Any:
    if isinstance(x, Factor):
        return x.text()
    if isinstance(x, Frame):
        x = RList(tuple(x.columns.values()), tuple(x.columns))
    if isinstance(x, RList):
        return combine([(n, v) for n, v in zip(x.names or [None] * len(x), x.values, strict=True)])
    return None if x is None else x.plain()


def _summary(name: str, function: Any, kind: str = "double") -> None:
    def call(dots: Any, na_rm: Any = None) -> Vec:
        data = np.concatenate([numbers(v) for _, v in dots])
        data = data[~np.isnan(data)] if na_rm is not None and flag(na_rm) else data
        return Vec(np.atleast_1d(np.asarray(function(data), float)), kind)

    builtin(name, "... na.rm")(call)


_summary("sum", np.sum)
_summary("max", np.max)
_summary("min", np.min)
_summary("prod", np.prod)
_summary("range", lambda d: [d.min(), d.max()])
_summary("any", lambda d: bool((d[~np.isnan(d)] != 0).any()), "logical")
_summary("all", lambda d: bool((d != 0).all()), "logical")


@builtin("mean", "x na.rm")
def _mean(x: Any, na_rm: Any = None) -> Vec:
    data = numbers(x)
    return vec([float(np.mean(data[~np.isnan(data)] if na_rm is not None and flag(na_rm) else data))])


@builtin("var", "x na.rm")
def _var(x: Any, na_rm: Any = None) -> Vec:
    return vec([float(np.var(_kept(x, na_rm), ddof=1))])


@builtin("sd", "x na.rm")
def _sd(x: Any, na_rm: Any = None) -> Vec:
    return vec([float(np.std(_kept(x, na_rm), ddof=1))])


@builtin("median", "x na.rm")
def _median(x: Any, na_rm: Any = None) -> Vec:
    return vec([float(np.median(_kept(x, na_rm)))])


def _kept(x: Any, na_rm: Any) -> np.ndarray:
    data = numbers(x)
    return data[~np.isnan(data)] if na_rm is not None and flag(na_rm) else data


@builtin("quantile", "x probs na.rm names type")
def _quantile(x: Any, probs: Any = None, na_rm: Any = None, names: Any = None, type: Any = None) -> Vec:  # noqa: A002
    if type is not None and scalar(type) != 7:
        raise NotCoveredError("quantile(type != 7) of a plain vector")
    p = np.array([0, 0.25, 0.5, 0.75, 1]) if probs is None else numbers(probs)
    labels = None if names is not None and not flag(names) else [f"{100 * q:g}%" for q in p]
    return vec(list(np.quantile(_kept(x, na_rm), p)), labels)


@builtin("cumsum", "x")
def _cumsum(x: Any) -> Vec:
    return Vec(np.cumsum(numbers(x)), "double")


@builtin("which", "x")
def _which(x: Any) -> Vec:
    return Vec(np.flatnonzero(numbers(x) == 1) + 1.0, "integer")


@builtin("ifelse", "test yes no")
def _ifelse(test: Any, yes: Any, no: Any) -> Vec:
    n = len(test)
    t, a, b = numbers(test), recycled(yes, n), recycled(no, n)
    if "character" in (getattr(a, "kind", ""), getattr(b, "kind", "")):
        pairs = zip(t, texts(a), texts(b), strict=True)
        return vec([None if np.isnan(k) else (x if k else y) for k, x, y in pairs], kind="character")
    return Vec(np.where(np.isnan(t), np.nan, np.where(t != 0, numbers(a), numbers(b))), "double")


@builtin("unique", "x")
def _unique(x: Any) -> Any:
    shown = texts(x)
    return x.take(
        np.array([i for i, t in enumerate(shown) if t not in shown[:i]] if len(shown) < 50 else _first(shown))
    )


def _first(shown: list[str]) -> list[int]:
    seen: dict[str, int] = {}
    for i, t in enumerate(shown):
        seen.setdefault(t, i)
    return list(seen.values())


@builtin("sort", "x decreasing method")
def _sort(x: Any, decreasing: Any = None, method: Any = None) -> Any:
    at = _order(x)
    return x.take(at[::-1] if decreasing is not None and flag(decreasing) else at)


def _order(x: Any) -> np.ndarray:
    if isinstance(x, Factor):
        keys: list[Any] = list(x.codes)
    else:
        keys = (
            [t.encode() if t is not None else None for t in x.data] if x.kind == "character" else list(x.data)
        )
    known = np.flatnonzero(~x.missing)
    return np.array(sorted(known, key=lambda i: keys[i]), dtype=int)


@builtin("order", "x decreasing")
def _order_of(x: Any, decreasing: Any = None) -> Vec:
    at = _order(x)
    return Vec((at[::-1] if decreasing is not None and flag(decreasing) else at) + 1.0, "integer")


@builtin("rev", "x")
def _rev(x: Any) -> Any:
    return x.take(np.arange(len(x))[::-1])


@builtin("paste0 paste", "... sep collapse")
def _paste(dots: Any, sep: Any = None, collapse: Any = None) -> Vec:
    return _pasted(dots, " " if sep is None else text(sep), collapse)


def _pasted(dots: Any, sep: str, collapse: Any) -> Vec:
    n = max(len(v) for _, v in dots)
    columns = [texts(recycled(v, n)) for _, v in dots]
    out = [sep.join(str(t) for t in row) for row in zip(*columns, strict=True)]
    return vec(out if collapse is None else [text(collapse).join(out)], kind="character")


@builtin("paste0", "... collapse")
def _paste0(dots: Any, collapse: Any = None) -> Vec:
    return _pasted(dots, "", collapse)


@builtin("is.null", "x")
def _is_null(x: Any = None) -> Vec:
    return vec([x is None])


@builtin("is.matrix", "x")
def _is_matrix(x: Any) -> Vec:
    return vec([isinstance(x, Vec) and x.dim is not None and len(x.dim) == 2])


@builtin("is.data.frame", "x")
def _is_frame(x: Any) -> Vec:
    return vec([isinstance(x, Frame)])


@builtin("is.factor", "x")
def _is_factor(x: Any) -> Vec:
    return vec([isinstance(x, Factor)])


@builtin("stop", "...")
def _stop(dots: Any = ()) -> None:
    raise RError(" ".join(texts(v)[0] for _, v in dots))


@builtin("identity I invisible drop unclass suppressWarnings suppressMessages as.list as.table force", "x")
def _identity(x: Any = None) -> Any:
    return x
