"""Base R on matrices, and functions applied over elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from oracles.r.base_vectors import combine
from oracles.r.evaluate import BUILTINS, apply, builtin, elements
from oracles.r.values import Frame, RList, Vec, flag, matrix, numbers, recycled, scalar, text, texts


@builtin("matrix", "data nrow ncol byrow dimnames")
def _matrix(data: Any, nrow: Any = None, ncol: Any = None, byrow: Any = None, dimnames: Any = None) -> Vec:
    values = numbers(data)
    rows = (
        int(scalar(nrow))
        if nrow is not None
        else -(-len(values) // int(scalar(ncol)))
        if ncol is not None
        else len(values)
    )
    cols = int(scalar(ncol)) if ncol is not None else -(-len(values) // rows)
    table = np.resize(values, rows * cols).reshape(
        (rows, cols), order="C" if byrow is not None and flag(byrow) else "F"
    )
    names = (
        [None if v is None else texts(v) for v in dimnames.values] if dimnames is not None else [None, None]
    )
    return matrix(table, *names)


def _columns(dots: Any) -> tuple[list[np.ndarray], list[str]]:
    columns, names = [], []
    n = max(v.dim[0] if isinstance(v, Vec) and v.dim else len(v) for _, v in dots)
    for key, value in dots:
        table = value.matrix if value.dim else recycled(value, n).data.reshape(-1, 1)
        columns.extend(table.T)
        own = (value.dimnames or (None, None))[1] if value.dim else None
        names.extend(own or [key or ""] * table.shape[1])
    return columns, names


@builtin("cbind", "...")
def _cbind(dots: Any) -> Any:
    columns, names = _columns(dots)
    return matrix(np.column_stack(columns), None, names if any(names) else None)


@builtin("rbind", "...")
def _rbind(dots: Any) -> Any:
    rows, names = _columns(
        [
            (k, v if not v.dim else Vec(v.matrix.T.ravel(order="F"), v.kind, None, v.dim[::-1]))
            for k, v in dots
        ]
    )
    first = dots[0][1]
    return matrix(np.vstack(rows), names if any(names) else None, getattr(first, "names", None))


@builtin("diag", "x")
def _diag(x: Any) -> Vec:
    if x.dim is None:
        return matrix(np.eye(int(scalar(x))) if len(x) == 1 else np.diag(x.data))
    rows = (x.dimnames or (None, None))[0]
    return Vec(np.diag(x.matrix).copy(), "double", rows)


@builtin("t", "x")
def _t(x: Any) -> Vec:
    names = x.dimnames or (None, None)
    if x.dim is None:
        return matrix(x.data.reshape(1, -1), None, x.names)
    return Vec(x.matrix.T.ravel(order="F"), x.kind, None, x.dim[::-1], (names[1], names[0]))


@builtin("cov2cor", "V")
def _cov2cor(V: Any) -> Vec:
    sd = np.sqrt(np.diag(V.matrix))
    return matrix(V.matrix / np.outer(sd, sd), *(V.dimnames or (None, None)))


@builtin("lapply", "X FUN ...")
def _lapply(X: Any, FUN: Any, dots: Any = ()) -> RList:
    names = tuple(X.columns) if isinstance(X, Frame) else getattr(X, "names", None)
    return RList(tuple(apply(FUN, [(None, v), *dots]) for v in elements(X)), names)


@builtin("sapply vapply", "X FUN FUN.VALUE ... USE.NAMES")
def _sapply(X: Any, FUN: Any, FUN_VALUE: Any = None, dots: Any = (), USE_NAMES: Any = None) -> Any:
    parts = _lapply(X, FUN, dots)
    names = parts.names
    if (
        names is None
        and isinstance(X, Vec)
        and X.kind == "character"
        and (USE_NAMES is None or flag(USE_NAMES))
    ):
        names = tuple(texts(X))
    sizes = {len(v) for v in parts.values}
    if sizes == {1}:
        flat = combine([(None, v.plain()) for v in parts.values])
        return Vec(flat.data, flat.kind, names)
    if len(sizes) == 1:
        return matrix(np.column_stack([numbers(v) for v in parts.values]), parts.values[0].names, names)
    return parts


@builtin("do.call", "what args")
def _do_call(what: Any, args: Any) -> Any:
    function = BUILTINS[text(what)] if isinstance(what, Vec) else what
    return apply(function, list(zip(args.names or [None] * len(args), args.values, strict=True)))
