"""Distributions, sums over rows and columns, margins of tables, weighted means."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from oracles.r.base_tables import Table
from oracles.r.evaluate import builtin
from oracles.r.values import NotCoveredError, Vec, flag, matrix, numbers, vec


def _tail(below: Any, above: Any, lower: Any) -> Vec:
    return Vec(np.atleast_1d(below if lower is None or flag(lower) else above).astype(float))


@builtin("pnorm", "q mean sd lower.tail")
def _pnorm(q: Any, mean: Any = None, sd: Any = None, lower_tail: Any = None) -> Vec:
    if mean is not None or sd is not None:
        raise NotCoveredError("pnorm(mean=, sd=)")
    return _tail(stats.norm.cdf(numbers(q)), stats.norm.sf(numbers(q)), lower_tail)


@builtin("pt", "q df ncp lower.tail")
def _pt(q: Any, df: Any, ncp: Any = None, lower_tail: Any = None) -> Vec:
    known = stats.t(numbers(df))
    return _tail(known.cdf(numbers(q)), known.sf(numbers(q)), lower_tail)


@builtin("pchisq", "q df ncp lower.tail")
def _pchisq(q: Any, df: Any, ncp: Any = None, lower_tail: Any = None) -> Vec:
    known = stats.chi2(numbers(df))
    return _tail(known.cdf(numbers(q)), known.sf(numbers(q)), lower_tail)


@builtin("pf", "q df1 df2 ncp lower.tail")
def _pf(q: Any, df1: Any, df2: Any, ncp: Any = None, lower_tail: Any = None) -> Vec:
    known = stats.f(numbers(df1), numbers(df2))
    return _tail(known.cdf(numbers(q)), known.sf(numbers(q)), lower_tail)


@builtin("qnorm", "p")
def _qnorm(p: Any) -> Vec:
    return Vec(stats.norm.ppf(numbers(p)))


@builtin("qt", "p df")
def _qt(p: Any, df: Any) -> Vec:
    return Vec(np.atleast_1d(stats.t.ppf(numbers(p), numbers(df))))


@builtin("weighted.mean", "x w na.rm")
def _weighted_mean(x: Any, w: Any, na_rm: Any = None) -> Vec:
    values, weights = numbers(x), numbers(w)
    if na_rm is not None and flag(na_rm):
        weights = np.where(np.isnan(values), 0.0, weights)
        values = np.nan_to_num(values)
    return vec([float(values @ weights / weights.sum())])


def _sums(name: str, axis: int, function: Any) -> None:
    @builtin(name, "x na.rm")
    def call(x: Any, na_rm: Any = None) -> Vec:
        if isinstance(x, Vec):
            names = (x.dimnames or (None, None))[1 - axis]
            return Vec(function(x.matrix, axis=axis), "double", names)
        table = np.column_stack([numbers(v) for v in x.columns.values()])
        return Vec(function(table, axis=axis), "double", tuple(x.columns) if axis == 0 else None)


_sums("colSums", 0, np.sum)
_sums("rowSums", 1, np.sum)
_sums("colMeans", 0, np.mean)
_sums("rowMeans", 1, np.mean)


@builtin("margin.table marginSums", "x margin")
def _margin(x: Any, margin: Any = None) -> Any:
    array = x.data.reshape(x.dim, order="F")
    if margin is None:
        return vec([float(array.sum())])
    keep = [int(m) - 1 for m in numbers(margin)]
    out = array.sum(axis=tuple(a for a in range(array.ndim) if a not in keep))
    levels = tuple(x.dimnames[a] for a in keep)
    return Table(out.ravel(order="F"), "double", None, out.shape, levels, tuple("" for _ in keep))


@builtin("addmargins", "A")
def _addmargins(A: Any) -> Vec:
    if len(A.dim) != 2:
        raise NotCoveredError("addmargins() of other than two dimensions")
    table = A.data.reshape(A.dim, order="F")
    table = np.vstack([table, table.sum(axis=0)])
    table = np.column_stack([table, table.sum(axis=1)])
    return matrix(table, [*A.dimnames[0], "Sum"], [*A.dimnames[1], "Sum"])
