"""`svycontrast`: linear combinations, and functions written with `quote()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from oracles.r.evaluate import builtin
from oracles.r.nodes import Call, Const, Name, Node
from oracles.r.survey_models import Fitted
from oracles.r.survey_results import Result, normal
from oracles.r.values import Language, NotCoveredError, RList, Vec, flag, numbers

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b=None: a if b is None else a + b,
    "-": lambda a, b=None: -a if b is None else a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "(": lambda a: a,
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
}


@builtin("svycontrast", "stat contrasts add ...")
def svycontrast(stat: Any, contrasts: Any, add: Any = None, dots: Any = ()) -> Result:
    if dots or (add is not None and flag(add)):
        raise NotCoveredError("svycontrast(add = TRUE)")
    if isinstance(contrasts, Language | Vec):
        return _contrasts(stat, {"contrast": contrasts})
    if not isinstance(contrasts, RList):
        raise NotCoveredError("contrasts of another kind")
    names = contrasts.names or tuple(f"contrast{i}" for i in range(len(contrasts.values)))
    return _contrasts(stat, dict(zip(names, contrasts.values, strict=True)))


def _contrasts(stat: Any, wanted: dict[str, Any]) -> Result:
    if all(isinstance(v, Language) for v in wanted.values()):
        made = _transformed(stat, wanted)
    elif isinstance(stat, Fitted):
        made = stat.model.contrast(
            {
                k: dict(zip(_coefficients(stat, v), map(float, numbers(v)), strict=True))
                for k, v in wanted.items()
            }
        )
    elif not all(isinstance(v, Vec) for v in wanted.values()):
        raise NotCoveredError("svycontrast() of combinations and functions together")
    elif not hasattr(stat.source, "contrast"):
        raise NotCoveredError("a contrast of this statistic")
    else:
        made = stat.source.contrast({k: _row(stat, v) for k, v in wanted.items()})
    rows = made.to_frame()
    theta = rows["estimate"].to_numpy(float)

    def limits(level: float, df: float) -> Any:
        from scipy import stats

        t = stats.norm.ppf((1 + level) / 2) if np.isinf(df) else stats.t.ppf((1 + level) / 2, df)
        se = rows["std_error"].to_numpy(float)
        return theta - t * se, theta + t * se

    return Result(tuple(wanted), theta, np.asarray(made.vcov), limits, source=made)


def _coefficients(model: Fitted, vector: Vec) -> list[str]:
    """Our names of the coefficients: by R's name where it is the same, else the vector is complete."""
    if vector.names is not None:
        ours = {normal(n): n for n in model.model.names}
        return [str(ours.get(normal(n), n)) for n in vector.names]
    return list(model.names)[: len(vector)]


def _row(stat: Result, vector: Vec) -> list[float]:
    """One number a row of the public result."""
    if stat.source is None:
        raise NotCoveredError("a contrast of this statistic")
    if vector.names is None and len(vector) != len(stat):
        return [float(v) for v in numbers(vector)]  # the verb refuses it
    full = np.zeros(len(stat.source))
    order = np.arange(len(stat)) if stat.order is None else stat.order
    place = range(len(stat)) if vector.names is None else [stat.names.index(n) for n in vector.names]
    for i, value in zip(place, numbers(vector), strict=True):
        full[order[i]] = value
    return [float(v) for v in full]


def _transformed(stat: Result, wanted: dict[str, Any]) -> Any:
    if not isinstance(stat, Result) or stat.source is None:
        raise NotCoveredError("a function of this statistic")
    order = np.arange(len(stat)) if stat.order is None else stat.order
    place = {name: int(order[i]) for i, name in enumerate(stat.names)}
    return stat.source.transform({k: _function(v.node, place) for k, v in wanted.items()})


def _function(node: Node, place: dict[str, int]) -> Callable[[Any], Any]:
    def value(theta: Any, part: Node = node) -> Any:
        match part:
            case Const(number, "double" | "integer"):
                return number
            case Name(name) if name in place:
                return theta[place[name]]
            case Call() if part.name in FUNCTIONS:
                return FUNCTIONS[part.name](*(value(theta, v) for v in part.values))
        raise NotCoveredError("a function that quote() holds")

    return value
