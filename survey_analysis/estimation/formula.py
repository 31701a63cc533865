"""Expressions over the rows of an estimate, and gradients of functions by complex step."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import EstimationError, closest
from survey_analysis.plurals import counted
from survey_analysis.typing import FloatArray

STEP = 1e-30
CHECK = 1e-4
"""Relative difference from a central difference at which a complex step is not believed."""


def _logit(x: complex) -> complex:
    return np.log(x) - np.log(1 - x)  # type: ignore[no-any-return]


def _expit(x: complex) -> complex:
    return 1 / (1 + np.exp(-x))  # type: ignore[no-any-return]


FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "log": np.log,
    "log1p": np.log1p,
    "exp": np.exp,
    "expm1": np.expm1,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "logit": _logit,
    "expit": _expit,
}
_OPERATORS: dict[type[ast.operator], Callable[[complex, complex], complex]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


@dataclass(frozen=True)
class Formula:
    """A checked expression: what it says and where its names stand among the estimates."""

    text: str
    tree: ast.expr
    places: dict[str, int]

    @classmethod
    def of(cls, text: str, names: Sequence[str]) -> Formula:
        """Parse an expression over row names.

        Raises
        ------
        EstimationError
            No expression, a name that is no row, or anything but arithmetic and the functions known.

        Examples
        --------
        >>> float(Formula.of("log(`a b` / c)", ["a b", "c"])(np.array([2.0, 2.0])).real)
        0.0
        """
        places: dict[str, int] = {}

        def stand_in(found: re.Match[str]) -> str:
            place = _place(found[1], names, text)
            places[f"_row{place}_"] = place
            return f"_row{place}_"

        try:
            tree = ast.parse(re.sub(r"`([^`]+)`", stand_in, text).replace("^", "**"), mode="eval").body
        except SyntaxError as error:
            raise EstimationError(
                f"'{text}' is no expression.", hint='write "a / b" or "log(`a b`)".'
            ) from error
        for node in ast.walk(tree):
            _check(node, text)
            called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
            if isinstance(node, ast.Name) and node.id not in places and id(node) not in called:
                places[node.id] = _place(node.id, names, text)
        return cls(text, tree, places)

    def __call__(self, theta: NDArray[np.generic]) -> complex:
        """The value at a vector of estimates."""
        return _value(self.tree, theta, self.places)


def gradient(
    name: str,
    function: Callable[..., object],
    theta: FloatArray,
    given: Sequence[float] | None = None,
) -> tuple[float, FloatArray]:
    """Value and derivatives of a function at theta (k,), by complex step where they are not given.

    Raises
    ------
    EstimationError
        The function has no value there, or does not take complex numbers.
    """
    value = _number(name, _called(name, function, theta))
    if given is not None:
        slope = np.asarray(given, dtype=np.float64)
        if slope.shape != theta.shape:
            raise EstimationError(
                f"the gradient of '{name}' has {counted(slope.size, 'number')} for {counted(len(theta), 'row')}."
            )
        return value, slope
    slope = np.array([_step(name, function, theta, i) for i in range(len(theta))])
    for i in np.flatnonzero(np.isfinite(theta)):
        h = 1e-5 * max(abs(theta[i]), 1e-3)
        ahead, behind = theta.copy(), theta.copy()
        ahead[i], behind[i] = theta[i] + h, theta[i] - h
        central = (_number(name, function(ahead)) - _number(name, function(behind))) / (2 * h)
        if abs(central - slope[i]) > CHECK * max(abs(central), abs(slope[i])) + 1e-9 * abs(value) / h:
            raise EstimationError(
                f"the gradient of '{name}' cannot be had: it does not take complex numbers, or has a kink.",
                hint="write it as an expression, or give gradients={name: [...]}.",
            )
    return value, slope


def _called(name: str, function: Callable[..., object], theta: FloatArray) -> object:
    """The function at the estimates; what it raises is told with its name."""
    try:
        with np.errstate(all="ignore"):
            return function(theta)
    except EstimationError:
        raise
    except Exception as error:
        raise EstimationError(
            f"'{name}' cannot be computed: {type(error).__name__}: {error}.",
            hint="a function takes the vector of estimates, one number a row.",
        ) from error


def _step(name: str, function: Callable[..., object], theta: FloatArray, i: int) -> float:
    shifted = theta.astype(np.complex128)
    shifted[i] += 1j * STEP
    try:
        out = complex(np.asarray(function(shifted)).reshape(()))
    except (TypeError, ValueError) as error:
        raise EstimationError(
            f"'{name}' does not take complex numbers.", hint="give its derivatives: gradients={name: [...]}."
        ) from error
    return out.imag / STEP


def _number(name: str, value: object) -> float:
    with np.errstate(all="ignore"):
        out = np.asarray(value)
    if out.size != 1:
        raise EstimationError(
            f"'{name}' gives {counted(out.size, 'number')}.",
            hint="name one function for each, such as lambda t: t[0].",
        )
    if not np.isfinite(complex(out.reshape(()))) or complex(out.reshape(())).imag != 0:
        raise EstimationError(
            f"'{name}' is no number at these estimates.",
            where=f"value {value}",
            hint="check logs and divisions.",
        )
    return float(complex(out.reshape(())).real)


def _place(label: str, names: Sequence[str], text: str) -> int:
    if names.count(label) != 1:
        what = "is not a row" if label not in names else "names several rows"
        raise EstimationError(
            f"'{label}' in '{text}' {what}.",
            hint=closest(label, names) or "put labels that are no names in backquotes: `a b`.",
        )
    return names.index(label)


def _check(node: ast.AST, text: str) -> None:
    allowed = (ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp, ast.USub, ast.UAdd, ast.Call)
    if isinstance(node, ast.Constant) and (
        isinstance(node.value, bool) or not isinstance(node.value, int | float)
    ):
        raise EstimationError(f"'{text}' holds {node.value!r}, which is no number.")
    if isinstance(node, ast.Call) and not (
        isinstance(node.func, ast.Name)
        and node.func.id in FUNCTIONS
        and len(node.args) == 1
        and not node.keywords
    ):
        raise EstimationError(f"'{text}' calls something unknown.", hint=f"known: {', '.join(FUNCTIONS)}.")
    if not isinstance(node, (*allowed, *_OPERATORS)):
        raise EstimationError(f"'{text}' is more than arithmetic.", hint="use + - * / ** and functions.")


def _value(node: ast.AST, theta: NDArray[np.generic], places: dict[str, int]) -> complex:
    match node:
        case ast.Constant(value=value):
            return value  # type: ignore[return-value]
        case ast.Name(id=name):
            return theta[places[name]]  # type: ignore[no-any-return]
        case ast.UnaryOp(op=operator, operand=operand):
            inner = _value(operand, theta, places)
            return -inner if isinstance(operator, ast.USub) else inner
        case ast.BinOp(left=left, op=operator, right=right):
            return _OPERATORS[type(operator)](_value(left, theta, places), _value(right, theta, places))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return FUNCTIONS[name](_value(argument, theta, places))
    raise AssertionError(node)  # _check lets nothing else through
