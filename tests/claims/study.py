"""A small study whose numbers are known by counting: two sources rated by the same people, groups, counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from builders import LIKELY

import survey_analysis as sa

SOURCES = {"micro": "Micro-influencer", "average": "Average consumer", "star": "Celebrity"}
CATEGORIES = {"gear": "Gear", "food": "Food", "books": "Books"}
TARGETS = {"all": {"targets": {"sex": {"w": 0.5, "m": 0.5}}}}


def frame(n: int = 400, seed: int = 5) -> pd.DataFrame:
    """People of two groups who rate three sources and count what they recommended in three categories."""
    rng = np.random.default_rng(seed)
    person = rng.normal(size=n)
    out: dict[str, Any] = {}
    for source, level in (("micro", 4.2), ("average", 3.6), ("star", 2.4)):
        score = np.clip(np.round(level + 0.7 * person + 0.7 * rng.normal(size=n)), 1, 5).astype(int)
        out[f"{source}_q"] = [str(s) for s in score]
        honest = np.clip(np.round(3.6 + 0.8 * person + 0.4 * rng.normal(size=n)), 1, 5).astype(int)
        out[f"{source}_h"] = [str(s) for s in honest]
    out["sex"] = ["w", "m"] * (n // 2)
    out["age"] = list(rng.choice(["18-34", "35-54", "55+"], n))
    out["panel"] = ["1" if i < n // 2 else "2" for i in range(n)]
    for category, rate in (("gear", 9.0), ("food", 5.0), ("books", 3.0)):
        mean = np.where(np.arange(n) < n // 2, rate, 1.0)
        out[f"{category}_n"] = [str(x) for x in rng.poisson(mean)]
    return pd.DataFrame(out)


def study(*claims: dict[str, Any] | tuple[str, str], kind: str = "opt-in", **changes: Any) -> dict[str, Any]:
    """The study file as nested mappings, with these claims; a pair is text and says."""
    follow = {
        "over": "source", "columns": "{source}_q", "scale": "likely5", "short": "Likely to follow",
        "text": "How likely are you to follow a {source}?", "base": "people who rated {source}",
        "predicate": "say they are {answers} to follow it",
    }  # fmt: skip
    honest = follow | {
        "columns": "{source}_h",
        "short": "Honest",
        "text": "{source} is honest",
        "predicate": "",
    }
    talk = {
        "over": "category",
        "columns": "{category}_n",
        "kind": "numeric",
        "short": "Recommendations a week",
    }
    told: dict[str, Any] = {
        "study": {"name": "Small study"},
        "sample": {"kind": kind, "population": "adults in Testland"},
        "scales": {"likely5": {"levels": LIKELY}},
        "subjects": {
            "source": {k: {"label": v, "phrase": f"a {v.lower()}"} for k, v in SOURCES.items()},
            "category": dict(CATEGORIES),
        },
        "batteries": {"follow": follow, "honest": honest, "talk": talk},
        "questions": {
            "sex": {"levels": [["w", "Woman"], ["m", "Man"]], "short": "Sex"},
            "age": {"levels": ["18-34", "35-54", "55+"], "short": "Age"},
            "panel": {"levels": [["1", "Members"], ["2", "Control"]], "short": "Panel"},
        },
        "constructs": {"trust": {"items": ["follow", "honest"], "minimum_answered": 1}},
        "weighting": TARGETS,
        "claims": [c if isinstance(c, dict) else {"text": c[0], "says": c[1]} for c in claims],
    } | changes
    return {k: v for k, v in told.items() if v is not None}


def survey(*claims: Any, data: pd.DataFrame | None = None, **changes: Any) -> sa.Survey:
    """Read and weighted, with these claims declared."""
    told = study(*claims, **changes)
    read = sa.read(frame() if data is None else data, study=told)
    return read.weight() if "weighting" in told else read


def verdicts(*claims: Any, **changes: Any) -> list[str]:
    """The verdict of each claim."""
    return survey(*claims, **changes).claims().rows["verdict"].tolist()


def row(claim: Any, **changes: Any) -> dict[str, Any]:
    """The row of one claim."""
    return dict(survey(claim, **changes).claims().rows.iloc[0])
