"""Base R on data: reading, data frames, factors, tables, groups."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from oracles.r.evaluate import Environment, apply, builtin, evaluate, special
from oracles.r.index import positions
from oracles.r.values import (
    Factor,
    Frame,
    Language,
    NotCoveredError,
    RList,
    Vec,
    factor_of,
    flag,
    numbers,
    one,
    recycled,
    scalar,
    text,
    texts,
    vec,
)


def read_csv(path: Path) -> Frame:
    """A CSV as the reference scripts read it: NA and empty are missing, text becomes factors (byte order)."""
    with path.open(encoding="utf-8", newline="") as handle:
        head, *rows = list(csv.reader(handle))
    columns: dict[str, Vec | Factor] = {}
    for j, name in enumerate(head):
        cells = [None if row[j] in {"NA", ""} else row[j] for row in rows]
        columns[name] = _column(cells)
    return Frame(columns)


def _column(cells: list[str | None]) -> Vec | Factor:
    present = [c for c in cells if c is not None]
    if present and all(c in {"TRUE", "FALSE"} for c in present):
        return vec([None if c is None else float(c == "TRUE") for c in cells], kind="logical")
    try:
        numeric = np.array([np.nan if c is None else float(c) for c in cells])
    except ValueError:
        return factor_of(vec(cells, kind="character"))
    whole = all("." not in c and "e" not in c.lower() for c in present)
    return Vec(numeric, "integer" if whole else "double")


def bind_reading(folder: Path) -> Environment:
    """The outermost environment: `rd` reads the folder's tables."""
    cache: dict[str, Frame] = {}

    @builtin("rd", "f lev ord fac")
    def rd(f: Any, lev: Any = None, ord: Any = None, fac: Any = None) -> Frame:  # noqa: A002
        name = text(f)
        path = folder / f"{name}.csv"
        if name not in cache:
            if not path.is_file():
                raise NotCoveredError(f"there is no table {name}.csv")
            cache[name] = read_csv(path)
        out = cache[name]
        for column in texts(fac) if fac is not None else ():
            if column in out.columns:
                out = out.with_column(column, factor_of(out.columns[column]))
        for column in (lev.names or ()) if lev is not None else ():
            made = make_factor(out.columns[column], texts(lev.get(column)))
            out = out.with_column(column, made)
        for column in texts(ord) if ord is not None else ():
            made = factor_of(out.columns[column])
            out = out.with_column(column, Factor(made.codes, made.levels, ordered=True))
        return out

    env = Environment()
    env.values["rd"] = rd_builtin()
    return env


def rd_builtin() -> Any:
    """The reading function last bound."""
    from oracles.r.evaluate import BUILTINS

    return BUILTINS.pop("rd")


def make_factor(
    x: Any, levels: Sequence[str] | None, labels: Sequence[str] | None = None, *, ordered: bool = False
) -> Factor:
    """`factor(x, levels, labels, ordered)`; unused levels go, as R drops them, unless levels are given."""
    given = list(levels) if levels is not None else None
    if given is None:
        base = factor_of(x)
        used = sorted(set(base.codes[base.codes >= 0]))
        given = [base.levels[c] for c in used]
    place = {level: i for i, level in enumerate(given)}
    codes = np.array([place.get(t, -1) for t in texts(x)], dtype=int)
    names = tuple(labels) if labels is not None else tuple(given)
    if len(names) != len(given):
        raise NotCoveredError("factor(labels=) of another length than levels")
    return Factor(codes, names, ordered)


@builtin("factor ordered", "x levels labels exclude ordered")
def _factor(
    x: Any, levels: Any = None, labels: Any = None, exclude: Any = None, ordered: Any = None
) -> Factor:
    return make_factor(
        x,
        texts(levels) if levels is not None else None,
        texts(labels) if labels is not None else None,
        ordered=flag(ordered) if ordered is not None else isinstance(x, Factor) and x.ordered,
    )


@builtin("as.factor", "x")
def _as_factor(x: Any) -> Factor:
    return factor_of(x)


@builtin("relevel", "x ref")
def _relevel(x: Any, ref: Any) -> Factor:
    first = text(ref)
    return make_factor(x, [first, *(v for v in x.levels if v != first)])


@builtin("droplevels", "x")
def _droplevels(x: Any) -> Any:
    if isinstance(x, Frame):
        return Frame(
            {k: _droplevels(v) if isinstance(v, Factor) else v for k, v in x.columns.items()}, x.row_names
        )
    return make_factor(x, None, ordered=x.ordered)


@builtin("levels", "x")
def _levels(x: Any) -> Any:
    return vec(list(x.levels), kind="character") if isinstance(x, Factor) else None


@builtin("nlevels", "x")
def _nlevels(x: Any) -> Vec:
    return one(len(x.levels))


@builtin("cut", "x breaks labels include.lowest right dig.lab ordered_result")
def _cut(
    x: Any, breaks: Any, labels: Any = None, include_lowest: Any = None, right: Any = None,
    dig_lab: Any = None, ordered_result: Any = None,
) -> Factor:  # fmt: skip
    data, edges = numbers(x), np.sort(numbers(breaks))
    if len(edges) == 1:
        raise NotCoveredError("cut() into a number of intervals")
    closed = right is None or flag(right)
    at = np.searchsorted(edges, data, side="left" if closed else "right") - 1
    if include_lowest is not None and flag(include_lowest):
        at = np.where(data == (edges[0] if closed else edges[-1]), 0 if closed else len(edges) - 2, at)
    inside = ~np.isnan(data) & (at >= 0) & (at < len(edges) - 1)
    if labels is None:
        shown = [f"{e:.3g}" for e in edges]
        left, close = ("(", "]") if closed else ("[", ")")
        names = [f"{left}{a},{b}{close}" for a, b in pairwise(shown)]
        if include_lowest is not None and flag(include_lowest):
            end = 0 if closed else -1
            names[end] = names[end].replace("(", "[") if closed else names[end].replace(")", "]")
    elif labels.kind == "logical":
        return Vec(np.where(inside, at + 1.0, np.nan), "integer")  # type: ignore[return-value]
    else:
        names = texts(labels)
    ordered = ordered_result is not None and flag(ordered_result)
    return Factor(np.where(inside, at, -1).astype(int), tuple(names), ordered)


@builtin("interaction", "... sep drop")
def _interaction(dots: Any, sep: Any = None, drop: Any = None) -> Factor:
    factors = [factor_of(v) for _, v in dots]
    between = "." if sep is None else text(sep)
    levels, codes = list(factors[0].levels), factors[0].codes
    for f in factors[1:]:
        codes = np.where((codes < 0) | (f.codes < 0), -1, codes + len(levels) * f.codes)
        levels = [f"{a}{between}{b}" for b in f.levels for a in levels]
    out = Factor(codes, tuple(levels))
    return make_factor(out, None) if drop is not None and flag(drop) else out


@builtin("data.frame", "... stringsAsFactors check.names")
def data_frame(dots: Any, stringsAsFactors: Any = None, check_names: Any = None) -> Frame:
    columns: dict[str, Any] = {}
    for key, value in dots:
        columns.update(value.columns if isinstance(value, Frame) else {key or "x": value})
    n = max(len(v) for v in columns.values())
    as_factor = stringsAsFactors is not None and flag(stringsAsFactors)
    made = {k: recycled(v, n) for k, v in columns.items()}
    if as_factor:
        made = {
            k: factor_of(v) if isinstance(v, Vec) and v.kind == "character" else v for k, v in made.items()
        }
    return Frame(made)


def inside(frame: Frame, env: Environment) -> Environment:
    """An environment in which the columns are variables."""
    return Environment(env, dict(frame.columns))


@special("transform within_columns")
def _transform(args: Any, env: Environment) -> Any:
    data = evaluate(args[0].value, env)
    if not isinstance(data, Frame):
        return data.updated([(a.name, a.value) for a in args[1:]], env)
    local, out = inside(data, env), data
    for arg in args[1:]:
        out = out.with_column(arg.name, evaluate(arg.value, local))
    return out


@special("subset")
def _subset(args: Any, env: Environment) -> Any:
    data = evaluate(args[0].value, env)
    if hasattr(data, "subset"):
        return data.subset(args[1].value, env)
    chosen = next((a.value for a in args[1:] if a.name in {None, "subset"}), None)
    out = data
    if chosen is not None:
        out = data.take(np.flatnonzero(numbers(evaluate(chosen, inside(data, env))) == 1))
    for arg in args[1:]:
        if arg.name == "select":
            local = Environment(env, {n: vec([i + 1.0]) for i, n in enumerate(out.columns)})
            names = tuple(out.columns)
            keep = [names[i] for i in positions(evaluate(arg.value, local), len(names), names)]
            out = Frame({k: out.columns[k] for k in keep}, out.row_names)
    return out


@special("with")
def _with(args: Any, env: Environment) -> Any:
    data = evaluate(args[0].value, env)
    if hasattr(data, "evaluated_with"):
        return data.evaluated_with(args[1].value, env)
    columns = data.columns if isinstance(data, Frame) else dict(zip(data.names, data.values, strict=True))
    return evaluate(args[1].value, Environment(env, dict(columns)))


@builtin("nrow NROW", "x")
def _nrow(x: Any) -> Vec:
    return one(x.n if hasattr(x, "n") else x.dim[0] if x.dim else len(x))


@builtin("ncol NCOL", "x")
def _ncol(x: Any) -> Vec:
    return one(len(x.columns) if isinstance(x, Frame) else x.dim[1])


@builtin("dim", "x")
def _dim(x: Any) -> Any:
    size = (x.n, len(x.columns)) if hasattr(x, "columns") else x.dim
    return None if size is None else Vec(np.array(size, float), "integer")


@builtin("colnames", "x")
def _colnames(x: Any) -> Any:
    names = list(x.columns) if isinstance(x, Frame) else (x.dimnames or (None, None))[1]
    return None if names is None else vec(list(names), kind="character")


@builtin("rownames row.names", "x")
def _rownames(x: Any) -> Any:
    names = x.row_names if hasattr(x, "row_names") else (x.dimnames or (None, None))[0]
    return None if names is None else vec(list(names), kind="character")


@builtin("complete.cases", "x")
def _complete(x: Any) -> Vec:
    parts = x.columns.values() if isinstance(x, Frame) else [x]
    return Vec((~np.any([v.missing for v in parts], axis=0)).astype(float), "logical")


@builtin("na.omit", "object")
def _na_omit(object: Any) -> Any:  # noqa: A002
    return object.take(np.flatnonzero(_complete(object).data))


@builtin("split", "x f")
def _split(x: Any, f: Any) -> RList:
    groups = factor_of(f)
    parts = tuple(x.take(np.flatnonzero(groups.codes == k)) for k in range(len(groups.levels)))
    return RList(parts, groups.levels)


@builtin("tapply", "X INDEX FUN ...")
def _tapply(X: Any, INDEX: Any, FUN: Any, dots: Any = ()) -> Vec:
    groups = factor_of(INDEX)
    out = []
    for k in range(len(groups.levels)):
        at = np.flatnonzero(groups.codes == k)
        out.append(scalar(apply(FUN, [(None, X.take(at)), *dots])) if len(at) else np.nan)
    return vec(out, groups.levels)


@special("data library require set.seed")
def _nothing(args: Any, env: Environment) -> None:
    return None


@special("quote substitute bquote expression")
def _quote(args: Any, env: Environment) -> Any:
    return Language(args[0].value)
