"""Small surveys written out by hand, so that every expected number can be checked on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa

LIKELY = [[1, "Not at all"], [2, "Not very"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
MISSING = [[98, "dont_know"], [99, "refused"]]
SOURCES = {"micro": "Micro-influencer", "average": "Average consumer", "celebrity": "Celebrity"}


def survey(columns: dict[str, list[Any]], **study: Any) -> sa.Survey:
    """A survey of literal columns; `study` holds the tables of a study file."""
    return sa.read(pd.DataFrame(columns), study=study)


def likely(n: int = 8) -> sa.Survey:
    """A weighted five-point item with a don't know, a refusal, an empty cell and somebody not asked."""
    return survey(
        {
            "q": ["1", "4", "5", "5", "98", "99", "", ""],
            "asked": ["1", "1", "1", "1", "1", "1", "1", "0"],
            "sex": ["w", "w", "m", "m", "w", "m", "w", "m"],
            "w": ["1", "2", "3", "4", "1", "1", "1", "1"],
        },
        design={"weight": "w"},
        scales={"likely5": {"levels": LIKELY, "missing": MISSING}},
        questions={
            "q": {"kind": "likert", "scale": "likely5", "asked_if": "asked == 1", "text": "How likely?"},
            "sex": {"levels": [["w", "Woman"], ["m", "Man"]]},
        },
    )


def ratings(seed: int = 7, n: int = 120, *, missing: float = 0.25) -> sa.Survey:
    """Three sources rated 1 to 5 by weighted people, each leaving some sources out."""
    rng = np.random.default_rng(seed)
    person = rng.normal(size=n)
    columns: dict[str, list[Any]] = {}
    for j, source in enumerate(SOURCES):
        score = np.clip(np.round(3.4 - 0.5 * j + person + rng.normal(size=n)), 1, 5).astype(int)
        out = rng.random(n) < missing
        columns[f"{source}_q"] = ["" if gone else str(s) for s, gone in zip(score, out, strict=True)]
    columns["w"] = [f"{x:.3f}" for x in rng.uniform(0.4, 2.5, n)]
    columns["region"] = list(rng.choice(["north", "south"], n))
    return survey(
        columns,
        design={"weight": "w"},
        scales={"likely5": {"levels": LIKELY, "missing": MISSING}},
        subjects={"source": SOURCES},
        batteries={
            "follow": {
                "over": "source",
                "columns": "{source}_q",
                "scale": "likely5",
                "text": "How likely are you to follow a {source}?",
                "base": "people who rated a {source}",
            }
        },
        questions={"region": {"levels": ["north", "south"]}},
    )


def arrays(data: sa.Survey, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of a raw column (NaN where empty) and the analysis weights, for formulas written out."""
    cells = data.table.raw.frame[column]
    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float), data.frame.weight
