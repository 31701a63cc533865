"""A small random survey of clusters in strata with numbers, answers and groups, and the designs to read it with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa

STUDY = {
    "questions": {
        "visits": {"kind": "numeric"},
        "spend": {"kind": "numeric"},
        "spend2": {"kind": "numeric"},
        "gap": {"kind": "numeric"},
        "one": {"kind": "numeric"},
        "buy": {"levels": ["yes", "no"]},
        "other": {"levels": ["yes", "no"]},
        "region": {"levels": ["east", "middle", "west"]},
        "sex": {"levels": ["woman", "man"]},
    }
}
DESIGNS: dict[str, Mapping[str, Any]] = {
    "element": {"weight": "w"},
    "strata": {"weight": "w", "strata": "stratum"},
    "clusters": {"weight": "w", "strata": "stratum", "psu": "cluster", "nest": True},
    "fpc": {"weight": "w", "strata": "stratum", "psu": "cluster", "nest": True, "fpc": "clusters"},
}


def table(seed: int, *, strata: int = 3, clusters: int = 4, size: int = 6) -> pd.DataFrame:
    """Answers that resemble each other within clusters; cluster numbers start again in each stratum."""
    rng = np.random.default_rng(seed)
    n = strata * clusters * size
    stratum = np.repeat(np.arange(strata), clusters * size)
    cluster = np.tile(np.repeat(np.arange(clusters), size), strata)
    mood = rng.normal(0, 1, (strata, clusters))[stratum, cluster] + rng.normal(0, 1, n)
    spend = np.round(20 + 4 * mood + rng.normal(0, 3, n), 3)
    spend2 = np.round(18 + 3 * mood + rng.normal(0, 4, n), 3)
    out = pd.DataFrame(
        {
            "stratum": np.array(["north", "south", "islands"])[stratum],
            "cluster": cluster + 1,
            "clusters": np.array([9, 12, 30])[stratum],
            "w": rng.uniform(0.5, 3.0, n).round(4),
            "visits": rng.poisson(np.exp(0.8 + 0.2 * mood)),
            "spend": spend,
            "spend2": spend2,
            "gap": np.round(spend - spend2, 3),
            "one": 7.25,
            "buy": np.where(mood + rng.normal(0, 1, n) > 0.2, "yes", "no"),
            "other": np.where(mood + rng.normal(0, 1, n) > 0, "yes", "no"),
            "region": rng.choice(["east", "middle", "west"], n),
            "sex": rng.choice(["woman", "man"], n),
        }
    )
    out.loc[:5, "region"] = ["east", "middle", "west"] * 2  # no level is ever empty
    out.loc[:5, "sex"] = ["woman", "woman", "man"] * 2
    out.loc[:3, ["buy", "other"]] = [["yes", "yes"], ["no", "no"], ["yes", "no"], ["no", "yes"]]
    return out


def read(data: pd.DataFrame, design: str = "clusters", **roles: Any) -> sa.Survey:
    return sa.read(data, study=STUDY, **{**DESIGNS[design], **roles})
