"""Tables of the reference scripts as pandas frames, for tests that call the verbs by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from oracles.harness import shared


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
