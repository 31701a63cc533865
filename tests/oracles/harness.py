"""Reference answers of R, the tables behind them and the designs they name.

The folder `shared` lies beside the project. Where it is absent a test is skipped and says so; with the
environment variable CI set it fails.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.stages import StageColumns

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def shared(*parts: str) -> Path:
    """A path under `../shared`; skips (fails under CI) when the folder is not there."""
    if not SHARED.is_dir():
        message = "the folder 'shared' with the reference answers is not beside the project."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return SHARED.joinpath(*parts)


@cache
def entries(file: str) -> dict[str, dict[str, Any]]:
    """Entries of `json/<file>.json` by id."""
    with shared("oracles", "json", f"{file}.json").open(encoding="utf-8") as handle:
        return {entry["id"]: entry for entry in json.load(handle)}


@dataclass(frozen=True)
class Factor:
    """Codes 0 .. k-1 (-1 missing) and levels in R's order (bytes, or numbers)."""

    codes: np.ndarray
    levels: tuple[Any, ...]


@dataclass
class Table:
    """Columns of a CSV file as R `read.csv(na.strings = c("NA", ""))` reads them."""

    columns: dict[str, np.ndarray]
    factors: frozenset[str]
    cache: dict[str, Factor] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def is_factor(self, name: str) -> bool:
        return name in self.factors

    def factor(self, name: str) -> Factor:
        if name not in self.cache:
            values = self.columns[name]
            missing = np.array([v is None or (isinstance(v, float) and np.isnan(v)) for v in values])
            present = values[~missing]
            if values.dtype == object:
                levels = sorted(set(present), key=lambda s: s.encode())
            else:
                levels = [int(v) if float(v).is_integer() else float(v) for v in np.unique(present)]
            number = {level: i for i, level in enumerate(levels)}
            codes = np.array([-1 if m else number[v] for v, m in zip(values, missing, strict=True)])
            self.cache[name] = Factor(codes, tuple(levels))
        return self.cache[name]

    def with_column(self, name: str, values: np.ndarray) -> Table:
        return Table({**self.columns, name: values}, self.factors)


@cache
def table(name: str, factors: tuple[str, ...] = ()) -> Table:
    """`rd(name, fac = factors)` of the reference scripts."""
    with shared("oracles", "data", f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    columns, text = {}, set(factors)
    for j, head in enumerate(rows[0]):
        cells = [None if row[j] in {"NA", ""} else row[j] for row in rows[1:]]
        try:
            columns[head] = np.array([np.nan if c is None else float(c) for c in cells])
        except ValueError:
            columns[head] = np.array(cells, dtype=object)
            text.add(head)
    return Table(columns, frozenset(text))


@dataclass(frozen=True)
class Design:
    """A named design of the reference scripts: its table and its frame."""

    table: Table
    frame: DesignFrame


def _nhanes() -> Table:
    base = table("nhanes", ("race", "RIAGENDR"))
    return base.with_column("age", base.factor("agecat").codes + 1.0)


def _apis2() -> Table:
    """Apistrat with the grouped mobility that the tests family adds."""
    base = table("apistrat")
    return _with_m3(base)


def _with_m3(base: Table) -> Table:
    mobility = base["mobility"]
    known = ~np.isnan(mobility)
    label = np.array(["a low", "b mid", "c high"], dtype=object)
    m3 = np.full(base.n, None, dtype=object)
    m3[known] = label[np.searchsorted([10.0, 20.0], mobility[known], side="left")]
    return Table({**base.columns, "m3": m3}, base.factors | {"m3"})


def _nh_frame(t: Table) -> DesignFrame:
    return DesignFrame.of(t["WTMEC2YR"], stratum=t["SDMVSTRA"], psu=t["SDMVPSU"], nest=True)


def _two_stages(t: Table, psu: str, unit: str, fpc: str, fpc2: str) -> DesignFrame:
    return DesignFrame.of(None, psu=t[psu], fpc=t[fpc], later=[StageColumns(t[unit], fpc=t[fpc2])])


_TABLES: dict[str, Callable[[], Table]] = {
    **{name: (lambda name=name: table(name)) for name in ("apisrs", "apistrat", "apiclus1", "apiclus2")},
    "nhanes": _nhanes,
    "apis2": _apis2,
}

_FRAMES: dict[str, tuple[str, Callable[[Table], DesignFrame]]] = {
    "dsrs": ("apisrs", lambda t: DesignFrame.of(t["fpc"] / t.n, fpc=t["fpc"])),
    "dstrat": ("apistrat", lambda t: DesignFrame.of(t["pw"], stratum=t["stype"], fpc=t["fpc"])),
    "dstratwr": ("apistrat", lambda t: DesignFrame.of(t["pw"], stratum=t["stype"])),
    "dw": ("apistrat", lambda t: DesignFrame.of(t["pw"])),
    "dclus1": ("apiclus1", lambda t: DesignFrame.of(t["pw"], psu=t["dnum"], fpc=t["fpc"])),
    "dclus1wr": ("apiclus1", lambda t: DesignFrame.of(t["pw"], psu=t["dnum"])),
    "dclus2": ("apiclus2", lambda t: _two_stages(t, "dnum", "snum", "fpc1", "fpc2")),
    "dclus2wr": ("apiclus2", lambda t: DesignFrame.of(t["pw"], psu=t["dnum"])),
    "dnh": ("nhanes", _nh_frame),
}

_ELSEWHERE = {  # the same design name over another table, by family
    ("calibration", "dw"): "apisrs",
    ("tests_models", "dw"): "apis2",
    ("tests_models", "dstrat"): "apis2",
}


@cache
def design(name: str, family: str = "taylor") -> Design:
    """The design of that name in that family of entries."""
    data, make = _FRAMES[name]
    source = _TABLES[_ELSEWHERE.get((family, name), data)]()
    return Design(source, make(source))


@dataclass(frozen=True)
class Terms:
    """Columns of an R formula: indicator columns for factors, with R's names."""

    names: tuple[str, ...]
    values: np.ndarray


def terms(formula: str, data: Table) -> Terms:
    """Columns of `a + b`, factors, `interaction(f, g)` and `I(v == "x")`; NaN where missing."""
    names: list[str] = []
    columns: list[np.ndarray] = []
    for term in re.split(r"\s*\+\s*(?![^(]*\))", formula.strip()):
        for name, column in _term(term, data):
            names.append(name)
            columns.append(column)
    return Terms(tuple(names), np.column_stack(columns))


def _term(term: str, data: Table) -> list[tuple[str, np.ndarray]]:
    equal = re.fullmatch(r'I\(([\w.]+) == "(.*)"\)', term)
    if equal:
        factor = data.factor(equal[1])
        return [(term, _indicator(factor.codes, factor.levels.index(equal[2])))]
    crossed = re.fullmatch(r"interaction\(([\w.]+), ([\w.]+)\)", term)
    if crossed:
        f, g = data.factor(crossed[1]), data.factor(crossed[2])
        return [
            (f"{term}{a}.{b}", _indicator(f.codes, i) * _indicator(g.codes, j))
            for j, b in enumerate(g.levels)
            for i, a in enumerate(f.levels)
        ]
    if data.is_factor(term):
        factor = data.factor(term)
        return [(f"{term}{level}", _indicator(factor.codes, i)) for i, level in enumerate(factor.levels)]
    return [(term, data[term])]


def _indicator(codes: np.ndarray, code: int) -> np.ndarray:
    return np.where(codes < 0, np.nan, (codes == code).astype(float))


@dataclass(frozen=True)
class Groups:
    """Domains of `svyby`: filled crossings, first factor fastest, and who is in each."""

    labels: tuple[tuple[Any, ...], ...]
    member: np.ndarray


def groups(formula: str, data: Table) -> Groups:
    factors = [data.factor(name) for name in re.split(r"\s*\+\s*", formula.strip())]
    grid = np.indices([len(f.levels) for f in factors][::-1]).reshape(len(factors), -1)[::-1].T
    labels, members = [], []
    for cell in grid:
        member = np.all([f.codes == code for f, code in zip(factors, cell, strict=True)], axis=0)
        if member.any():
            labels.append(tuple(f.levels[code] for f, code in zip(factors, cell, strict=True)))
            members.append(member)
    return Groups(tuple(labels), np.column_stack(members))


def numbers(value: Any) -> np.ndarray:
    """An R value as a flat array: names dropped, null as NaN, "Inf" as infinity."""
    if isinstance(value, dict) and "data" in value:
        value = value["data"]
    if isinstance(value, dict):
        value = list(value.values())
    flat = np.array(value if isinstance(value, list) else [value], dtype=object).ravel()
    return np.array([np.nan if v is None else float(v) for v in flat])


@dataclass
class Worst:
    """Largest relative difference by family, and what it was."""

    found: dict[str, tuple[float, str]] = field(default_factory=dict)

    def check(
        self, key: str, where: str, ours: Any, theirs: Any, *, scale: Any = 0.0, tolerance: float
    ) -> None:
        """Compare where R has a number.

        `scale` is the size below which a difference is measured against it. R's values below 1e-15 are the
        rounding it leaves of an exact zero.
        """
        a, b = np.asarray(ours, dtype=float).ravel(), numbers(theirs)
        assert a.shape == b.shape, f"{where}: {a.shape} against {b.shape}"
        given = ~np.isnan(b)
        floor = np.broadcast_to(np.asarray(scale, dtype=float).ravel(), b.shape)[given]
        a, b = a[given], b[given]
        gap = np.abs(np.where((a == b) | ((np.abs(a) < 1e-15) & (np.abs(b) < 1e-15)), 0.0, a - b))
        size = np.maximum(np.abs(b), floor)
        relative = np.divide(gap, size, out=np.where(gap > 0, np.inf, 0.0), where=size > 0)
        worst = float(np.nan_to_num(relative, nan=np.inf).max(initial=0.0))
        if worst >= self.found.get(key, (-1.0, ""))[0]:
            self.found[key] = (worst, where)
        assert worst <= tolerance, f"{where}: {worst:.2g} relative, {a} against {b}"

    def lines(self) -> str:
        return "\n".join(
            f"  {key:<28} {value:8.1e}  {where}" for key, (value, where) in sorted(self.found.items())
        )
