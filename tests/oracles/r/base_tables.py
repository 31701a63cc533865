"""Base R's contingency tables, and conversions to data frames and matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from oracles.r.base_data import data_frame, inside
from oracles.r.evaluate import builtin, evaluate
from oracles.r.nodes import Call, Node, deparse
from oracles.r.values import Factor, Frame, RList, Vec, factor_of, numbers


def summands(node: Node) -> list[Node]:
    """Terms of `a + b + c`."""
    if isinstance(node, Call) and node.name == "+" and len(node.values) == 2:
        return summands(node.values[0]) + summands(node.values[1])
    if isinstance(node, Call) and node.name == "(":
        return summands(node.values[0])
    return [node]


@dataclass(frozen=True)
class AbsentColumn:
    """A column of a table that is not among the data: its levels and the counts that the setup states."""

    levels: tuple[str, ...]
    counts: np.ndarray


@builtin("table", "...")
def _table(dots: Any) -> Vec:
    if any(isinstance(v, AbsentColumn) for _, v in dots):
        names = tuple(v.levels for _, v in dots)
        shape = tuple(len(n) for n in names)
        return Table(dots[0][1].counts, "integer", None, shape, names, tuple(k or "" for k, _ in dots))
    factors = [factor_of(v) for _, v in dots]
    shape = tuple(len(f.levels) for f in factors)
    counts = np.zeros(shape)
    known = np.all([f.codes >= 0 for f in factors], axis=0)
    np.add.at(counts, tuple(f.codes[known] for f in factors), 1)
    names = tuple(k or "" for k, _ in dots)
    return Table(counts.ravel(order="F"), "integer", None, shape, tuple(f.levels for f in factors), names)


@builtin("xtabs", "formula data")
def _xtabs(formula: Any, data: Any) -> Vec:
    """Counts of categories, or sums of the left side over them."""
    terms = [(deparse(n), evaluate(n, inside(data, formula.env))) for n in summands(formula.rhs)]
    counted = _table(terms)
    if formula.lhs is None:
        return counted
    weight = numbers(evaluate(formula.lhs, inside(data, formula.env)))
    factors = [factor_of(v) for _, v in terms]
    sums = np.zeros(counted.dim)
    known = np.all([f.codes >= 0 for f in factors], axis=0) & ~np.isnan(weight)
    np.add.at(sums, tuple(f.codes[known] for f in factors), weight[known])
    return Table(
        sums.ravel(order="F"), "double", None, counted.dim, counted.dimnames, tuple(n for n, _ in terms)
    )


@dataclass(frozen=True, eq=False)
class Table(Vec):
    """A contingency table: an array whose dimensions have names."""

    variables: tuple[str, ...] = ()


@builtin("as.data.frame", "x stringsAsFactors")
def as_data_frame(x: Any, stringsAsFactors: Any = None) -> Any:
    if hasattr(x, "as_data_frame"):
        return x.as_data_frame()
    if isinstance(x, Table):
        grid = np.unravel_index(np.arange(len(x.data)), x.dim, order="F")
        names = x.variables if any(x.variables) else tuple(f"Var{i + 1}" for i in range(len(x.dim or ())))
        columns = {n: Factor(c, lv) for n, c, lv in zip(names, grid, x.dimnames or (), strict=True)}
        return Frame({**columns, "Freq": Vec(x.data, x.kind)})
    if isinstance(x, RList):
        return data_frame([(n, v) for n, v in zip(x.names or (), x.values, strict=True)])
    return x


@builtin("as.matrix data.matrix", "x")
def _as_matrix(x: Any) -> Any:
    if hasattr(x, "as_matrix"):
        return x.as_matrix()
    if isinstance(x, Frame):
        table = np.column_stack([numbers(v) for v in x.columns.values()])
        return Vec(table.ravel(order="F"), "double", None, table.shape, (x.row_names, tuple(x.columns)))
    if isinstance(x, Vec) and x.dim is None:
        return Vec(x.data, x.kind, None, (len(x), 1), None if x.names is None else (x.names, None))
    return x


@builtin("prop.table proportions", "x margin")
def _prop_table(x: Any, margin: Any = None) -> Any:
    array = x.data.reshape(x.dim, order="F") if x.dim else x.data
    if margin is None:
        share = array / array.sum()
    else:
        keep = {int(m) - 1 for m in numbers(margin)}
        share = array / array.sum(axis=tuple(a for a in range(array.ndim) if a not in keep), keepdims=True)
    return Vec(share.ravel(order="F"), "double", x.names, x.dim, x.dimnames)
