"""Our answer beside R's: every scalar compared, or listed with the reason why not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from oracles.r.values import Unshown

NO_NUMBER = "R gives no number"
WORDS = "R's own words"
OF_VARIANCE = {"DEff", "se", "vcov", "var", "cv", "ci_l", "ci_u", "ci_normal", "ci_t"}
EITHER = "either side"  # reasons that begin so hold only where the numbers are not equal
ROUNDING = 1e-15  # what R leaves of an exact zero
ZERO_ERROR = (
    1e-9  # standard errors below this part of their estimate are zero on both sides: weights come rounded
)

Tolerance = Callable[[tuple[str, ...]], float]


@dataclass
class Outcome:
    """What became of an entry."""

    compared: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    worst: float = 0.0
    where: str = ""
    uncovered: str = ""

    def add(self, other: Outcome) -> None:
        """Take over what became of a value."""
        self.compared += other.compared
        self.left += other.left
        self.wrong += other.wrong
        if other.where and (other.worst >= self.worst or not self.where):
            self.worst, self.where = other.worst, other.where

    def leave(self, path: tuple[str, ...], why: str) -> None:
        """A value that is not compared."""
        self.left.append((".".join(path), why))


@dataclass(frozen=True)
class Leaf:
    """One value of R with the size below which differences are measured against it."""

    path: tuple[str, ...]
    value: Any
    floor: float = 0.0
    zero: float = ROUNDING  # below it both are an exact zero
    row: tuple[Any, ...] = ()  # the limits it stands with


def compare(
    ours: Any,
    theirs: Any,
    tolerance: Tolerance,
    skip: Callable[[Leaf], str],
    exact_to: Callable[[tuple[str, ...]], float],
) -> Outcome:
    """Walk both answers together.

    A covariance is measured against the standard errors, a limit against the larger of its pair; standard errors
    that are zero but for rounding, on the scale of their estimates, are equal.
    """
    out = Outcome()
    for leaf, mine in _pairs((), ours, theirs, {}, out):
        floor = max(leaf.floor, exact_to(leaf.path))
        reason = skip(leaf)
        trial = Outcome()
        if not reason or reason.startswith(EITHER):
            _one(replace(leaf, floor=floor), mine, tolerance(leaf.path), trial)
        if reason and (trial.wrong or not reason.startswith(EITHER)):
            out.leave(leaf.path, reason)
        else:
            out.add(trial)
    return out


def _one(leaf: Leaf, mine: Any, tolerance: float, out: Outcome) -> None:
    theirs = leaf.value
    if theirs is None:
        out.leave(leaf.path, NO_NUMBER)
        return
    if isinstance(theirs, str) and theirs not in {"Inf", "-Inf"}:
        if mine == theirs:
            out.compared += 1
        elif leaf.path and (leaf.path[-1] == "method" or leaf.path[-2:-1] == ("names",)):
            out.leave(leaf.path, WORDS)
        else:
            out.wrong.append(f"{'.'.join(leaf.path)}: {mine!r} where R has {theirs!r}")
        return
    if theirs in {"Inf", "-Inf"} and OF_VARIANCE & {part.split(".")[0] for part in leaf.path}:
        out.leave(leaf.path, NO_NUMBER)  # the variance of a missing number
        return
    out.compared += 1
    gap = relative(_float(mine), _float(theirs), leaf)
    if gap > out.worst or not out.where:
        out.worst, out.where = gap, ".".join(leaf.path)
    if not gap <= tolerance:
        out.wrong.append(
            f"{'.'.join(leaf.path)}: {mine!r} where R has {theirs!r} ({gap:.2g} relative, {tolerance:g} allowed)"
        )


def relative(mine: float, theirs: float, leaf: Leaf) -> float:
    """The difference over the larger of R's number and the floor."""
    if mine == theirs or (abs(mine) < leaf.zero and abs(theirs) < leaf.zero):
        return 0.0
    if math.isnan(mine) or math.isinf(mine) or math.isinf(theirs):
        return math.inf
    size = max(abs(theirs), leaf.floor)
    return abs(mine - theirs) / size if size > 0 else math.inf


def _float(value: Any) -> float:
    if (
        value is None
        or isinstance(value, dict | list)
        or (isinstance(value, str) and value not in {"Inf", "-Inf"})
    ):
        return math.nan
    return float(value.replace("Inf", "inf") if isinstance(value, str) else value)


def _pairs(
    path: tuple[str, ...], ours: Any, theirs: Any, beside: dict[str, Any], out: Outcome
) -> Iterator[tuple[Leaf, Any]]:
    if isinstance(ours, Unshown):
        for leaf_path in _paths(path, theirs):
            out.leave(leaf_path, ours.reason)
    elif isinstance(theirs, dict) and set(theirs) == {"rows", "cols", "data"}:
        yield from _matrix(path, ours, theirs, beside, out)
    elif isinstance(theirs, dict) and set(theirs) == {"names", "values"} and not _named(ours):
        yield from _pairs(path, ours, theirs["values"], beside, out)
    elif isinstance(theirs, dict):
        keys = list(theirs)
        ours = _split(ours, theirs)
        mine = _aligned(path, ours, keys, out)
        for key, value in zip(keys, mine, strict=True):
            yield from _pairs((*path, key), value, theirs[key], theirs if not _plain(theirs) else beside, out)
    elif isinstance(theirs, list):
        mine = _aligned(path, ours, [str(i) for i in range(len(theirs))], out)
        floors, zeros = _floors(path, theirs), _zeros(path, theirs, beside)
        for i, (value, other) in enumerate(zip(mine, theirs, strict=True)):
            if isinstance(value, dict | list) and len(value) == 1 and not isinstance(other, dict | list):
                value = next(iter(value.values() if isinstance(value, dict) else value))  # noqa: PLW2901
            if isinstance(value, Unshown):
                out.leave((*path, str(i)), value.reason)
            elif isinstance(other, dict | list):
                yield from _pairs((*path, str(i)), value, other, beside, out)
            else:
                yield Leaf((*path, str(i)), other, floors[i], zeros[i]), value
    else:
        if isinstance(ours, list | dict) and len(ours) == 1:
            ours = next(iter(ours.values() if isinstance(ours, dict) else ours))
        yield Leaf(path, theirs, zero=_zero(path, beside)), ours


def _named(ours: Any) -> bool:
    return isinstance(ours, dict) and set(ours) == {"names", "values"}


def _split(ours: Any, theirs: dict[str, Any]) -> Any:
    """Values that R keeps in columns and we keep one after the other."""
    flat = list(ours.values()) if isinstance(ours, dict) else ours
    columns = [v for v in theirs.values() if isinstance(v, list)]
    if not isinstance(flat, list) or len(columns) < len(theirs) or len(flat) == len(theirs):
        return ours
    if len(flat) != sum(map(len, columns)) or any(isinstance(v, dict | list) for v in flat):
        return ours
    left = iter(flat)
    return [[next(left) for _ in column] for column in columns]


def _paths(path: tuple[str, ...], value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _paths((*path, key), part)
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _paths((*path, str(i)), part)
    else:
        yield path


def _plain(value: dict[str, Any]) -> bool:
    return all(not isinstance(v, dict | list) for v in value.values())


def _aligned(path: tuple[str, ...], ours: Any, keys: list[str], out: Outcome) -> list[Any]:
    """Our values for R's keys: by name where the names are the same, else in order."""
    if isinstance(ours, dict) and set(ours) == {"rows", "cols", "data"}:
        ours = [v for row in zip(*ours["data"], strict=True) for v in row]
    if isinstance(ours, dict):
        if set(keys) <= set(ours):
            return [ours[k] for k in keys]
        ours = list(ours.values())
    if not isinstance(ours, list):
        ours = [ours]
    if len(ours) != len(keys):
        out.wrong.append(
            f"{'.'.join(path) or 'answer'}: {len(ours)} values where R has {len(keys)} ({', '.join(keys[:6])})"
        )
        return [math.nan] * len(keys)
    return ours


def _matrix(
    path: tuple[str, ...], ours: Any, theirs: dict[str, Any], beside: dict[str, Any], out: Outcome
) -> Iterator[tuple[Leaf, Any]]:
    table = theirs["data"]
    n, k = len(table), len(table[0]) if table else 0
    if isinstance(ours, dict) and "data" in ours:
        mine = np.array(ours["data"], dtype=object)
    else:
        flat = list(ours.values()) if isinstance(ours, dict) else ours if isinstance(ours, list) else [ours]
        mine = np.array(flat, dtype=object)
        mine = mine.reshape(n, k, order="F") if mine.size == n * k else mine
    if mine.shape != (n, k):
        out.wrong.append(f"{'.'.join(path) or 'answer'}: shape {mine.shape} where R has {(n, k)}")
        mine = np.full((n, k), math.nan, dtype=object)
    floors = _matrix_floors(path, table, theirs["cols"], beside)
    for i in range(n):
        for j in range(k):
            row = theirs["rows"][i] if theirs["rows"] else str(i)
            column = theirs["cols"][j] if theirs["cols"] else str(j)
            yield (
                Leaf((*path, str(row), str(column)), table[i][j], floors[i, j], row=tuple(table[i])),
                mine[i, j],
            )


def _matrix_floors(
    path: tuple[str, ...], table: list[list[Any]], columns: Any, beside: dict[str, Any]
) -> np.ndarray:
    values = np.array([[_float(v) for v in row] for row in table], dtype=float).reshape(len(table), -1)
    name = path[-1] if path else ""
    if name in {"vcov", "cov"} and values.shape[0] == values.shape[1]:
        diagonal = np.sqrt(np.abs(np.diag(values)))
        estimates = _numbers(beside.get("estimate", beside.get("coef")))
        if len(estimates) == len(diagonal):
            diagonal = np.maximum(diagonal, 1e4 * ZERO_ERROR * np.abs(estimates))
        return np.outer(diagonal, diagonal)
    if _are_limits(name) or (columns and any("%" in str(c) for c in columns)):
        return np.repeat(
            np.nanmax(np.abs(np.nan_to_num(values, posinf=0, neginf=0)), axis=1)[:, None],
            values.shape[1],
            axis=1,
        )
    return np.zeros(values.shape)


def _are_limits(name: str) -> bool:
    return name in {"ci", "ci_t", "ci_normal", "ci_wald", "conf.int", "likelihood", "wald_normal"}


def _floors(path: tuple[str, ...], values: list[Any]) -> list[float]:
    name = path[-1] if path else ""
    numbers = np.array([_float(v) if not isinstance(v, dict | list) else math.nan for v in values])
    finite = np.abs(numbers[np.isfinite(numbers)])
    return [float(finite.max(initial=0.0)) if _are_limits(name) else 0.0] * len(values)


def _zeros(path: tuple[str, ...], values: list[Any], beside: dict[str, Any]) -> list[float]:
    estimates = _numbers(beside.get("estimate", beside.get("coef")))
    if path and path[-1] == "se" and len(estimates) == len(values):
        return [max(ROUNDING, ZERO_ERROR * abs(float(v))) for v in estimates]
    return [ROUNDING] * len(values)


def _zero(path: tuple[str, ...], beside: dict[str, Any]) -> float:
    """For a value in an object: `se: {a: ..}` beside `estimate: {a: ..}`, or `se` beside `estimate`."""
    estimate: Any = None
    if len(path) > 1 and path[-2] == "se" and isinstance(beside.get("estimate"), dict):
        estimate = beside["estimate"].get(path[-1])
    elif path and path[-1] == "se":
        estimate = beside.get("estimate")
    return max(ROUNDING, ZERO_ERROR * abs(estimate)) if isinstance(estimate, int | float) else ROUNDING


def _numbers(value: Any) -> np.ndarray:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        value = [value]
    if any(isinstance(v, dict | list) for v in value):
        return np.array([])
    return np.array([_float(v) for v in value])
