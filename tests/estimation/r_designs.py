"""The designs of the reference scripts, read through the public door."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
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


@cache
def rows(name: str) -> pd.DataFrame:
    """A table of the reference scripts."""
    out = pd.read_csv(shared("oracles", "data", f"{name}.csv"), na_values=["NA", ""], keep_default_na=False)
    if name == "apisrs":
        out["base"] = out["fpc"] / len(out)
    if name == "apiclus2":
        schools = out.groupby("dnum")["snum"].transform("nunique")
        out["base"] = out["fpc1"] / out["dnum"].nunique() * out["fpc2"] / schools
    if name == "nhanes":
        out["age"] = out["agecat"].rank(method="dense").astype(int)
    return out


@cache
def survey(design: str) -> sa.Survey:
    """The survey of a named design; `r_*` are replicate designs."""
    if design.startswith("r_"):
        meta = entries("03_replicates")["rep.meta"]["values"][design]
        setup = next(
            e["setup"] for i, e in entries("03_replicates").items() if i.startswith(f"rep.{design}.")
        )
        table = next(
            t for t in ("apiclus1", "apistrat", "nhanes", "apiclus2") if f'rd("{t}")' in " ".join(setup)
        )
        extra = pd.read_csv(shared("oracles", "data", f"rep_{design}.csv"))
        data = pd.concat([rows(table).drop(columns="w", errors="ignore"), extra], axis=1)
        how = {k: meta[k] for k in ("scale", "rscales", "mse")}
        how["rscales"] = np.broadcast_to(how["rscales"], meta["n_replicates"]).tolist()
        return sa.read(data, weight="w", replicates={"columns": "rw*", "method": "other", **how})
    table, roles = DESIGNS[design]
    return sa.read(rows(table), **roles)


def close(ours: object, theirs: object, tolerance: float) -> bool:
    """Equal to a relative tolerance, NaN where R has NaN."""
    return np.allclose(
        np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float), rtol=tolerance, atol=0, equal_nan=True
    )
