"""R calls of the reference entries, said with the public verbs: frames, study mappings, `by`, `where`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa
from oracles.harness import shared

PW = {"weight": "pw"}
DESIGNS: dict[str, tuple[str, dict[str, Any]]] = {
    "dsrs": ("apisrs", {"weight": "base", "fpc": "fpc"}),
    "dstrat": ("apistrat", PW | {"strata": "stype", "fpc": "fpc"}),
    "dstratwr": ("apistrat", PW | {"strata": "stype"}),
    "dw": ("apistrat", PW),
    "dclus1": ("apiclus1", PW | {"psu": "dnum", "fpc": "fpc"}),
    "dclus1wr": ("apiclus1", PW | {"psu": "dnum"}),
    "dclus2wr": ("apiclus2", PW | {"psu": "dnum"}),
    "dnh": ("nhanes", {"weight": "WTMEC2YR", "strata": "SDMVSTRA", "psu": "SDMVPSU", "nest": True}),
}
FACTORS = frozenset({"stype", "sch.wide", "comp.imp", "awards", "agecat", "race", "RIAGENDR", "m3"})


@cache
def rows(name: str) -> pd.DataFrame:
    """A table of the reference scripts, with the few columns that they add."""
    out = pd.read_csv(shared("oracles", "data", f"{name}.csv"), na_values=["NA", ""], keep_default_na=False)
    out["one"] = 1
    if name == "apisrs":
        out["base"] = out["fpc"] / len(out)
    if name == "apistrat":
        group = pd.cut(out["mobility"], [-np.inf, 10, 20, np.inf], labels=["a low", "b mid", "c high"])
        out["m3"] = group.astype(object)
    if name == "nhanes":
        out["age"] = out["agecat"].rank(method="dense").astype(int)
    return out


def survey(
    design: str, study: dict[str, Any] | None = None, *, table: str = "", weight_of_row_4: float = 1.0
) -> sa.Survey:
    """The survey of a named design; the factor on one weight is for mutation tests."""
    own, roles = DESIGNS[design]
    frame = rows(table or own).copy()
    frame[roles["weight"]] = frame[roles["weight"]].astype(float)
    frame.loc[3, roles["weight"]] *= weight_of_row_4
    return sa.read(frame, study=study, **roles)


@dataclass(frozen=True)
class Call:
    """An R call taken apart: `svymean(~y, design)`, `svyratio(~y, ~x, design)`, `svyby(~y, ~by, design, ...)`."""

    statistic: str
    y: tuple[str, ...]
    x: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    design: str = ""
    text: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> str | None:
        """R drops rows that lack any of the variables (na.rm); here a domain."""
        if "na.rm = TRUE" not in self.text or len(self.y) + len(self.x) < 2:
            return None
        return " and ".join(f"`{v}` is not missing" for v in (*self.y, *self.x))


def taken_apart(call: str) -> Call:
    text = re.sub(r"\s+", " ", call)
    name = f"(?P<design>{'|'.join(DESIGNS)})\\b"
    patterns = (
        rf"svyby\(~(?P<y>.+?), ~(?P<by>.+?), (?:denominator = ~(?P<x>.+?), )?{name}, (?P<statistic>svy\w+)",
        rf"(?P<statistic>svyratio)\(~(?P<y>.+?), ~(?P<x>.+?), {name}",
        rf"(?P<statistic>svymean|svytotal|svyciprop)\(~(?P<y>.+?), {name}[,)]",
    )
    found = next(m.groupdict() for p in patterns if (m := re.search(p, text)))
    options = dict(re.findall(r'(method|level|deff) = "?([\w.]+)"?', text))

    def listed(key: str) -> tuple[str, ...]:
        return tuple(re.split(r"\s*\+\s*(?![^(]*\))", found.get(key) or "")) if found.get(key) else ()

    return Call(found["statistic"], listed("y"), listed("x"), listed("by"), found["design"], text, options)


def battery(name: str, over: str, columns: dict[str, str]) -> dict[str, Any]:
    """Numeric columns estimated together, as one battery: what `svymean(~a + b)` does."""
    return {
        "subjects": {over: {key: key for key in columns}},
        "batteries": {name: {"over": over, "kind": "numeric", "columns": columns}},
    }


def merged(*studies: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for study in studies:
        for key, value in study.items():
            out[key] = {**out.get(key, {}), **value}
    return out


def ask(call: Call, *, weight_of_row_4: float = 1.0) -> sa.Estimate:
    """The estimate that the call names, through one public verb; groups that R drops (empty) are dropped."""

    def read(study: dict[str, Any] | None = None) -> sa.Survey:
        return survey(call.design, study, weight_of_row_4=weight_of_row_4)

    by = list(reversed(call.by))  # R's first factor runs fastest
    if call.statistic == "svyciprop":
        return _interval(call, read(), by)
    if call.statistic == "svyratio":
        return _ratio(call, read, by)
    first = call.y[0]
    if first in FACTORS:
        if call.statistic == "svytotal":
            return read().total("one", by=first)
        return read().proportion(first, by=by or None)
    crossed = re.fullmatch(r"interaction\((.+), (.+)\)", first)
    if crossed:
        f, g = crossed.groups()
        data = rows(DESIGNS[call.design][0])
        levels = {
            f"{a}.{b}": f"`{f}` == '{a}' and `{g}` == '{b}'"
            for b in sorted(data[g].dropna().unique())
            for a in sorted(data[f].dropna().unique())
        }
        return read({"derived": {"crossed": {"levels": levels}}}).proportion("crossed")
    verb = "total" if call.statistic == "svytotal" else "mean"
    if len(call.y) == 1:
        return getattr(read(), verb)(first, by=by or None)
    study = battery("y", "variable", {v: v for v in call.y})
    return getattr(read(study), verb)("y", by=by or None, where=call.complete)


def _ratio(call: Call, read: Any, by: list[str]) -> sa.Estimate:
    if len(call.y) == len(call.x) == 1:
        return read().ratio(call.y[0], call.x[0], by=by or None)
    pairs = [(y, x) for x in call.x for y in call.y]  # R: numerators run fastest
    top = battery("top", "pair", {f"{y}/{x}": y for y, x in pairs})
    bottom = battery("bottom", "pair", {f"{y}/{x}": x for y, x in pairs})
    return read(merged(top, bottom)).ratio("top", "bottom", by=by or None)


def _interval(call: Call, data: sa.Survey, by: list[str]) -> sa.Estimate:
    equal = re.fullmatch(r'I\(([\w.]+) == "(.*)"\)', call.y[0])
    question, answer = equal.groups() if equal else (call.y[0], "1")
    method = {"mean": "t"}.get(call.options["method"], call.options["method"])
    level = float(call.options.get("level", "0.95"))
    return data.proportion(question, answers=[answer], by=by or None, method=method, level=level)
