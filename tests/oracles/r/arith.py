"""R's operators and elementwise functions: recycling, names, NA."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special as sp

from oracles.r.evaluate import builtin
from oracles.r.values import (
    Factor,
    Frame,
    NotCoveredError,
    RError,
    RList,
    Vec,
    numbers,
    recycled,
    scalar,
    texts,
)

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "^": np.power,
    "%%": np.mod,
    "%/%": np.floor_divide,
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "abs": np.abs,
    "floor": np.floor,
    "ceiling": np.ceil,
    "sign": np.sign,
    "sin": np.sin,
    "cos": np.cos,
    "asin": np.arcsin,
    "qlogis": sp.logit,
    "plogis": sp.expit,
}


def _like(result: np.ndarray, kind: str, *sources: Any) -> Vec:
    """Names and dimensions of the first source that has them and the length."""
    for source in sources:
        if isinstance(source, Vec) and len(source) == len(result) and (source.names or source.dim):
            return replace(source, data=result, kind=kind)
    return Vec(result, kind)


def _pair(left: Any, right: Any) -> tuple[Any, Any]:
    n = 0 if not len(left) or not len(right) else max(len(left), len(right))
    return (recycled(left, n), recycled(right, n)) if n else (left.take(np.array([], int)),) * 2


def _operator(name: str) -> Callable[..., Any]:
    def call(e1: Any, e2: Any = None) -> Any:
        if isinstance(e1, Frame) or isinstance(e2, Frame):
            raise NotCoveredError(f"'{name}' on a data frame")
        if e2 is None:
            return _like(ARITHMETIC[name](0.0, numbers(e1)), "double", e1)
        if isinstance(e1, Factor) or isinstance(e2, Factor):
            raise RError(f"'{name}' not meaningful for factors")
        left, right = _pair(e1, e2)
        with np.errstate(all="ignore"):
            result = ARITHMETIC[name](numbers(left), numbers(right))
        whole = e1.kind == e2.kind == "integer" and name in {"+", "-", "*", "%%", "%/%"}
        return _like(np.asarray(result, float), "integer" if whole else "double", e1, e2)

    return call


def _comparison(name: str) -> Callable[..., Any]:
    def call(e1: Any, e2: Any) -> Any:
        if isinstance(e1, Factor) and e1.ordered and name not in {"==", "!="}:
            level = e1.levels.index(texts(e2)[0])
            hit = COMPARISONS[name](e1.codes, level).astype(float)
            return Vec(np.where(e1.codes < 0, np.nan, hit), "logical")
        left, right = _pair(_plain(e1), _plain(e2))
        missing = left.missing | right.missing
        if "character" in (left.kind, right.kind):
            a, b = texts(left), texts(right)
            hit = [
                not m and bool(COMPARISONS[name](x.encode(), y.encode()))
                for x, y, m in zip(a, b, missing, strict=True)
            ]
        else:
            hit = COMPARISONS[name](left.data, right.data)
        return _like(np.where(missing, np.nan, np.asarray(hit, float)), "logical", e1, e2)

    return call


def _plain(value: Any) -> Vec:
    return value.text() if isinstance(value, Factor) else value


for _name in ARITHMETIC:
    builtin(_name, "e1 e2")(_operator(_name))
for _name in COMPARISONS:
    builtin(_name, "e1 e2")(_comparison(_name))


def _function(name: str) -> Callable[..., Any]:
    def call(x: Any) -> Any:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _like(np.asarray(FUNCTIONS[name](numbers(x)), float), "double", x)

    return call


for _name in FUNCTIONS:
    builtin(_name, "x")(_function(_name))


@builtin("log", "x base")
def _log(x: Any, base: Any = None) -> Vec:
    with np.errstate(all="ignore"):
        out = np.log(numbers(x))
    return _like(out if base is None else out / np.log(scalar(base)), "double", x)


@builtin("round", "x digits")
def _round(x: Any, digits: Any = None) -> Vec:
    return _like(np.round(numbers(x), 0 if digits is None else int(scalar(digits))), "double", x)


@builtin("&", "e1 e2")
def _and(e1: Any, e2: Any) -> Vec:
    a, b = (numbers(v) for v in _pair(e1, e2))
    either_false = (a == 0) | (b == 0)
    return _like(np.where(either_false, 0.0, np.where(np.isnan(a + b), np.nan, 1.0)), "logical", e1, e2)


@builtin("|", "e1 e2")
def _or(e1: Any, e2: Any) -> Vec:
    a, b = (numbers(v) for v in _pair(e1, e2))
    either = ((a != 0) & ~np.isnan(a)) | ((b != 0) & ~np.isnan(b))
    return _like(np.where(either, 1.0, np.where(np.isnan(a + b), np.nan, 0.0)), "logical", e1, e2)


@builtin("!", "x")
def _not(x: Any) -> Vec:
    a = numbers(x)
    return _like(np.where(np.isnan(a), np.nan, (a == 0).astype(float)), "logical", x)


@builtin(":", "from to")
def _colon(from_: Any, to: Any) -> Vec:
    a, b = scalar(from_), scalar(to)
    count = np.floor(abs(b - a) + 1e-10) + 1
    return Vec(a + np.arange(count) * (1 if b >= a else -1), "integer" if a == int(a) else "double")


@builtin("%in%", "x table")
def _in(x: Any, table: Any) -> Vec:
    wanted = set(texts(table))
    return Vec(np.array([v in wanted for v in texts(x)], dtype=float), "logical")


@builtin("%*%", "x y")
def _product(x: Any, y: Any) -> Vec:
    out = x.matrix @ (y.matrix if y.dim or x.dim else y.data.reshape(-1, 1))
    return Vec(out.ravel(order="F"), "double", None, out.shape)


@builtin("is.na", "x")
def _is_na(x: Any) -> Vec:
    if isinstance(x, RList):
        return Vec(np.array([len(v) == 1 and bool(v.missing[0]) for v in x.values], float), "logical")
    return Vec(np.asarray(x.missing, float), "logical", getattr(x, "names", None))
