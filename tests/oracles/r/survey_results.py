"""What survey statistics give back: coefficients, covariance, limits; and R's functions that read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oracles.r.evaluate import builtin
from oracles.r.values import Frame, NotCoveredError, RList, Unshown, Vec, flag, matrix, numbers, scalar, vec

Limits = Callable[[float, float], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Result:
    """Estimates with names and covariance.

    `limits(level, df)` asks the public verb again with that level and degrees of freedom. `fields` are what `$`
    gives; `array` is the shape in which R keeps the standard errors, when it is not a vector.
    """

    names: tuple[str, ...]
    theta: np.ndarray
    vcov: np.ndarray
    limits: Limits
    deff: np.ndarray | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    default_df: float = np.inf
    only_variances: bool = False
    source: Any = None  # the public result
    order: np.ndarray | None = None  # its rows in R's order; all of them, as they stand, when there is none

    @property
    def se(self) -> np.ndarray:
        """Standard errors."""
        return np.sqrt(np.clip(np.diag(self.vcov), 0, None))

    def __len__(self) -> int:
        return len(self.names)

    def field(self, name: str) -> Any:
        """`result$name`."""
        if name not in self.fields:
            return Unshown(f"no verb shows ${name} of this statistic")
        value = self.fields[name]
        return value() if callable(value) else value

    def plain(self) -> Vec:
        """Coefficients without names (`as.vector`)."""
        return Vec(self.theta, "double")

    def as_json(self) -> Vec:
        """A result as an answer is its coefficients."""
        return Vec(self.theta, "double", self.names)

    def as_data_frame(self) -> Frame:
        """Estimates with standard errors."""
        columns = {"mean": Vec(self.theta), "SE": Vec(self.se)}
        return Frame(columns | ({} if self.deff is None else {"deff": Vec(self.deff)}), self.names)

    def as_matrix(self) -> Vec:
        """One column."""
        return matrix(self.theta.reshape(-1, 1), self.names)

    def take(self, at: np.ndarray) -> Vec:
        """Coefficients at positions."""
        return Vec(self.theta, "double", self.names).take(at)


def percent(level: float) -> list[str]:
    """Column names of limits: "2.5 %"."""
    tail = (1 - level) / 2
    return [f"{100 * a:.3g} %" for a in (tail, 1 - tail)]


@builtin("coef", "object ...")
def _coef(object: Any, dots: Any = ()) -> Any:  # noqa: A002
    if isinstance(object, RList):
        return object.get("coefficients")
    if hasattr(object, "coef"):
        return object.coef()
    if not hasattr(object, "theta"):
        raise NotCoveredError(f"coef() of {type(object).__name__}")
    return Vec(object.theta, "double", object.names)


@builtin("SE", "object ...")
def _se(object: Any, dots: Any = ()) -> Any:  # noqa: A002
    if hasattr(object, "standard_errors"):
        return object.standard_errors()
    return Vec(object.se, "double", object.names)


@builtin("nse", "x")
def _nse(x: Any) -> Vec:
    return Vec(x.se, "double", x.names)


@builtin("vcov", "object ...")
def _vcov(object: Any, dots: Any = ()) -> Any:  # noqa: A002
    if not hasattr(object, "only_variances"):
        raise NotCoveredError(f"vcov() of {type(object).__name__}")
    if object.only_variances:
        table = np.full((len(object), len(object)), np.nan)
        np.fill_diagonal(table, np.diag(object.vcov))
        return matrix(table, object.names, object.names)
    return matrix(object.vcov, object.names, object.names)


@builtin("confint", "object parm level df method ddf ...")
def _confint(
    object: Any,  # noqa: A002
    parm: Any = None,
    level: Any = None,
    df: Any = None,
    method: Any = None,
    ddf: Any = None,
    dots: Any = (),
) -> Any:
    wanted = 0.95 if level is None else scalar(level)
    if hasattr(object, "confint"):
        return _rows(object.confint(wanted, df, method, ddf), parm)
    if method is not None or ddf is not None:
        raise NotCoveredError("confint(method=, ddf=) of a statistic")
    if parm is not None and len(parm) < len(object):
        return Unshown("confint(parm=): R puts the standard errors of other rows to it")
    low, high = object.limits(wanted, object.default_df if df is None else scalar(df))
    return _rows(matrix(np.column_stack([low, high]), object.names, percent(wanted)), parm)


def _rows(table: Vec, parm: Any) -> Vec:
    """The rows that `parm` names."""
    if parm is None:
        return table
    names = tuple(str(n) for n in (table.dimnames or ((), ()))[0] or ())
    if parm.kind == "character":
        places = {normal(n): i for i, n in enumerate(names)}
        at = [places[normal(n)] for n in parm.data]
    else:
        at = [int(k) - 1 for k in numbers(parm)]
    return matrix(table.matrix[at], [names[i] for i in at], (table.dimnames or ((), ()))[1])


def normal(name: Any) -> str:
    """A coefficient's name without the brackets in which our spelling puts an answer."""
    return re.sub(r"C\(([\w.]+)\)", r"\1", str(name)).replace("[", "").replace("]", "").replace("`", "")


@builtin("cv", "object ...")
def _cv(object: Any, dots: Any = ()) -> Vec:  # noqa: A002
    with np.errstate(invalid="ignore", divide="ignore"):
        return Vec(object.se / object.theta, "double", object.names)


@builtin("deff", "object ...")
def _deff(object: Any, dots: Any = ()) -> Any:  # noqa: A002
    if hasattr(object, "design_effects"):
        return object.design_effects()
    return None if object.deff is None else Vec(object.deff, "double", object.names)


def deff_option(deff: Any) -> str | None:
    """R's `deff=` as ours."""
    if deff is None:
        return None
    if deff.kind == "logical":
        return "without-replacement" if flag(deff) else None
    if deff.data[0] == "replace":
        return "with-replacement"
    raise NotCoveredError("deff= of another kind")


def linear_limits(names: Sequence[str]) -> Limits:
    """For results without limits of their own."""

    def limits(level: float, df: float) -> tuple[np.ndarray, np.ndarray]:
        raise NotCoveredError("limits of this statistic")

    return limits


__all__ = ["Limits", "Result", "deff_option", "linear_limits", "numbers", "percent", "vec"]
