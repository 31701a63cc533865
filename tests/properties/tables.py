"""Small random surveys for property tests: wide tables and the same answers one row a rating."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

import survey_analysis as sa

REPEATABLE = settings(max_examples=8, deadline=None, derandomize=True)
SOURCES = ("micro", "average", "celebrity")
LEVELS = ["1", "2", "3", "4", "5"]
SCALE = {"agree": {"levels": LEVELS}}
WIDE = {
    "scales": SCALE,
    "subjects": {"source": {s: s.capitalize() for s in SOURCES}},
    "batteries": {"trust": {"over": "source", "scale": "agree", "columns": "trust_{source}"}},
    "questions": {"visits": {"kind": "numeric"}},
}
LONG = {
    "scales": SCALE,
    "questions": {
        "trust": {"scale": "agree", "kind": "likert"},
        "source": {"levels": [[s, s.capitalize()] for s in SOURCES]},
        "visits": {"kind": "numeric"},
    },
}


def wide_table(seed: int, n: int = 80) -> pd.DataFrame:
    """One row a person: sources rated by some, ratings of one person alike."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 1, n)
    table: dict[str, Any] = {
        "rid": [f"r{i:04d}" for i in range(n)],
        "w": rng.uniform(0.3, 3.0, n).round(6),
        "stratum": np.where(np.arange(n) < n // 2, "north", "south"),
        "age": rng.integers(18, 80, n),
        "sex": rng.choice(["woman", "man"], n),
        "region": rng.choice(["east", "west", "middle"], n),
        "visits": rng.poisson(3, n),
    }
    for i, source in enumerate(SOURCES):
        rating = np.clip(np.round(3.2 - 0.4 * i + mood + rng.normal(0, 0.8, n)), 1, 5).astype(int)
        rated = rng.random(n) < (0.9, 0.8, 0.6)[i]
        table[f"trust_{source}"] = [str(r) if known else "" for r, known in zip(rating, rated, strict=True)]
    return pd.DataFrame(table)


def long_table(wide: pd.DataFrame) -> pd.DataFrame:
    """The same answers, one row a rating; who rated nothing is one row without a rating."""
    parts = []
    for source in SOURCES:
        part = wide.drop(columns=[f"trust_{s}" for s in SOURCES])
        parts.append(part.assign(source=source, trust=wide[f"trust_{source}"]))
    return pd.concat(parts, ignore_index=True)


def read_wide(table: pd.DataFrame, **roles: Any) -> sa.Survey:
    return sa.read(table, study=WIDE, **({"weight": "w", "strata": "stratum"} | roles))


def read_long(table: pd.DataFrame, **roles: Any) -> sa.Survey:
    return sa.read(table, study=LONG, **({"weight": "w", "strata": "stratum", "id": "rid"} | roles))


seeds = st.integers(0, 2**32 - 1)
