"""Surveys over the designs of the reference entries, multi-stage and replicate designs included."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from oracles import public
from oracles.harness import entries, shared

import survey_analysis as sa

TWO_PER_STRATUM = ("r_jknnh", "r_brr", "r_fay", "r_faymse", "r_subboot")
CLUSTERS_1 = ("r_jk1", "r_jk1wr", "r_jk1mse", "r_boot", "r_bootfpc")


@cache
def survey(name: str) -> sa.Survey:
    """The survey of a design of the tests family, or of a replicate design `r_...`."""
    if name.startswith("r_"):
        return _replicated(name)
    if name != "dclus2":
        return public.survey(name)
    rows = public.rows("apiclus2").copy()
    cut = pd.cut(rows["mobility"], [-np.inf, 10, 20, np.inf], labels=["a low", "b mid", "c high"])
    rows["m3"] = cut.astype(object)
    return sa.read(rows, weight="pw", psu=["dnum", "snum"], fpc=["fpc1", "fpc2"])


def _replicated(name: str) -> sa.Survey:
    given = pd.read_csv(shared("oracles", "data", f"rep_{name}.csv"))
    columns = ["w", *(c for c in given.columns if c.startswith("rw"))]
    meta = entries("03_replicates")["rep.meta"]["values"][name]
    kept = {key: meta[key] for key in ("scale", "rscales", "mse")}
    rows = pd.concat([_rows_of(name).reset_index(drop=True), given[columns]], axis=1)
    return sa.read(rows, weight="w", replicates={"columns": "rw*", "method": "other", **kept})


def _rows_of(name: str) -> pd.DataFrame:
    if name in CLUSTERS_1:
        return public.rows("apiclus1")
    if name not in TWO_PER_STRATUM:
        return public.rows("apiclus2" if name == "r_mrb" else "apistrat")
    rows = public.rows("nhanes")
    units = rows.groupby("SDMVSTRA")["SDMVPSU"].transform("nunique")
    return rows[units == 2].iloc[::4]
