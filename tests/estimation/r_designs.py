"""The designs of the reference scripts, read through the public door."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from oracles import public
from oracles.harness import entries, shared

import survey_analysis as sa

DESIGNS: dict[str, tuple[str, dict[str, Any]]] = {
    "dsrs": ("apisrs", {"weight": "base", "fpc": "fpc"}),
    "dstrat": ("apistrat", {"weight": "pw", "strata": "stype", "fpc": "fpc"}),
    "dstratwr": ("apistrat", {"weight": "pw", "strata": "stype"}),
    "dw": ("apistrat", {"weight": "pw"}),
    "dclus1": ("apiclus1", {"weight": "pw", "psu": "dnum", "fpc": "fpc"}),
    "dclus1wr": ("apiclus1", {"weight": "pw", "psu": "dnum"}),
    "dclus2": ("apiclus2", {"weight": "base", "psu": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]}),
    "dclus2wr": ("apiclus2", {"weight": "pw", "psu": "dnum"}),
    "dnh": ("nhanes", {"weight": "WTMEC2YR", "strata": "SDMVSTRA", "psu": "SDMVPSU", "nest": True}),
}
TWO_PER_STRATUM = ("r_jknnh", "r_brr", "r_fay", "r_faymse", "r_subboot")
CLUSTERS_1 = ("r_jk1", "r_jk1wr", "r_jk1mse", "r_boot", "r_bootfpc")


@cache
def rows(name: str) -> pd.DataFrame:
    """A table of the reference scripts; `apiclus2` with its weights and grouped mobility."""
    out = public.rows(name)
    if name == "apiclus2":
        out = out.copy()
        schools = out.groupby("dnum")["snum"].transform("nunique")
        out["base"] = out["fpc1"] / out["dnum"].nunique() * out["fpc2"] / schools
        group = pd.cut(out["mobility"], [-np.inf, 10, 20, np.inf], labels=["a low", "b mid", "c high"])
        out["m3"] = group.astype(object)
    return out


@cache
def survey(design: str) -> sa.Survey:
    """The survey of a named design; `r_*` are replicate designs."""
    if design.startswith("r_"):
        return _replicated(design)
    table, roles = DESIGNS[design]
    return sa.read(rows(table), **roles)


def _replicated(name: str) -> sa.Survey:
    given = pd.read_csv(shared("oracles", "data", f"rep_{name}.csv"))
    columns = ["w", *(c for c in given.columns if c.startswith("rw"))]
    meta = entries("03_replicates")["rep.meta"]["values"][name]
    kept = {key: meta[key] for key in ("scale", "mse")}
    kept["rscales"] = np.broadcast_to(meta["rscales"], meta["n_replicates"]).tolist()
    data = pd.concat([_rows_of(name).drop(columns="w", errors="ignore"), given[columns]], axis=1)
    return sa.read(data, weight="w", replicates={"columns": "rw*", "method": "other", **kept})


def _rows_of(name: str) -> pd.DataFrame:
    if name in CLUSTERS_1:
        return rows("apiclus1")
    if name not in TWO_PER_STRATUM:
        return rows("apiclus2" if name == "r_mrb" else "apistrat")
    people = rows("nhanes")
    units = people.groupby("SDMVSTRA")["SDMVPSU"].transform("nunique")
    return people[units == 2].iloc[::4].reset_index(drop=True)


def close(ours: object, theirs: object, tolerance: float) -> bool:
    """Equal to a relative tolerance, NaN where R has NaN."""
    return np.allclose(
        np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float), rtol=tolerance, atol=0, equal_nan=True
    )
