"""Small surveys of which every path is known by hand or by the public verbs."""

from __future__ import annotations

import numpy as np
import pandas as pd

import survey_analysis as sa

RULES = [
    {"rule": "speeders", "below_median": 0.4, "within": ""},
    {"rule": "attention", "column": "check", "expected": [2]},
]


def export(n: int = 400, seed: int = 7) -> pd.DataFrame:
    """Two sources rated by most people on five points, with careless people, don't knows and a weight."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": np.arange(n), "sex": rng.choice(["w", "m"], n, p=[0.7, 0.3])})
    frame["age"] = rng.choice(["young", "old"], n)
    frame["w"] = rng.uniform(0.3, 6.0, n) ** 1.5
    frame["seconds"] = np.where(rng.random(n) < 0.1, 60, rng.integers(250, 700, n))
    frame["check"] = np.where(rng.random(n) < 0.12, 4, 2)
    lift = {"a": 0.7, "b": 0.0, "c": 0.1}
    for key, more in lift.items():
        score = np.clip(np.round(3 + more + rng.normal(0, 1.1, n)), 1, 5).astype(int)
        said = np.where(rng.random(n) < 0.05, 98, np.where(rng.random(n) < 0.03, 99, score))
        frame[f"q_{key}"] = np.where(rng.random(n) < 0.15, "", said.astype(str))
    return frame


def study(**changes: object) -> dict[str, object]:
    """A study file over the export; keyword arguments take the place of its tables."""
    scale = {
        "levels": [[1, "Never"], [2, "Hardly"], [3, "Perhaps"], [4, "Likely"], [5, "Surely"]],
        "missing": [[98, "dont_know", "Don't know"], [99, "refused", "Rather not"], [-99, "no_answer"]],
    }
    base: dict[str, object] = {
        "schema": 1,
        "sample": {"kind": "opt-in"},
        "roles": {"duration": "seconds"},
        "scales": {"five": scale},
        "subjects": {"source": {"a": "Friend", "b": "Advert", "c": "Star"}},
        "batteries": {
            "follow": {"over": "source", "columns": "q_{source}", "scale": "five", "kind": "likert"}
        },
        "questions": {"sex": {"levels": ["w", "m"]}, "age": {"levels": ["young", "old"]}},
        "clean": {"rules": RULES, "exclude": "at least 1 of 2 families"},
        "weighting": {
            "all": {
                "method": "rake",
                "cap": 2.0,
                "targets": {"sex": {"w": 0.5, "m": 0.5}, "age": {"young": 0.3, "old": 0.7}},
            }
        },
    }
    return {**base, **changes}


def survey(n: int = 400, **changes: object) -> sa.Survey:
    """The survey, cleaned and weighted as its study file says."""
    made = study(**changes)
    out = sa.read(export(n), study=made)
    if made["clean"]:
        out = out.clean()
    return out.weight() if made["weighting"] else out
