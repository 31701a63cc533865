"""Small waves with everything a tracker has: a scale, a grid, a multiple response, a number, an id, weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa

LIKELY = [["1", "No"], ["2", "Hardly"], ["3", "Perhaps"], ["4", "Likely"], ["5", "Very"]]
TURNED = [[c, x] for (c, _), (_, x) in zip(LIKELY, LIKELY[::-1], strict=True)]


def table(seed: int = 1, n: int = 240, shift: float = 0.0) -> pd.DataFrame:
    """Answers of `n` people; `shift` moves the scale and the yes."""
    rng = np.random.default_rng(seed)
    score = np.clip(np.round(3 + shift + rng.normal(size=n)), 1, 5).astype(int).astype(str)
    score[:4] = ["98", "", "", "5"]
    out = pd.DataFrame({
        "q": score, "use": np.where(rng.random(n) < 0.4 + shift / 4, "yes", "no"),
        "age": rng.choice(["young", "old"], n), "region": rng.choice(["north", "south"], n),
        "spend": rng.gamma(2, 10, n).round(2).astype(str), "w": rng.uniform(0.5, 2, n).round(4).astype(str),
        "id": [str(i) for i in range(n)], "asked": np.where(np.arange(n) == 1, "0", "1"),
    })  # fmt: skip
    for k in ("a", "b"):
        out[f"seen_{k}"] = np.where(rng.random(n) < 0.5, "1", "0")
        out[f"{k}_trust"] = rng.choice(["1", "2", "3", "4", "5"], n)
    return out


def study(**changes: Any) -> dict[str, Any]:
    """The study file of a wave; `changes` replace keys of questions, or whole tables in capitals."""
    questions: dict[str, Any] = {
        "q": {"kind": "likert", "scale": "likely5", "text": "How likely are you to buy?", "asked_if": "asked == 1"},
        "use": {"levels": ["no", "yes"], "text": "Do you use it?"},
        "age": {"levels": ["young", "old"]},
        "region": {"levels": ["north", "south"]},
        "spend": {"kind": "numeric", "text": "How much do you spend?"},
        "seen": {
            "kind": "multiple", "text": "Where seen?",
            "options": [{"column": "seen_a", "label": "TV"}, {"column": "seen_b", "label": "Radio"}],
        },
    }  # fmt: skip
    for name, value in changes.items():
        if not name.isupper():
            questions[name] = {**questions.get(name, {}), **value}
    told = {
        "study": {"name": "Tracker"},
        "sample": {"kind": "opt-in", "mode": "online", "population": "adults"},
        "scales": {"likely5": {"levels": LIKELY, "missing": [["98", "dont_know"]]}},
        "subjects": {"brand": {"a": "Alpha", "b": "Beta"}},
        "batteries": {"trust": {"over": "brand", "columns": "{brand}_trust", "scale": "likely5"}},
        "questions": questions,
    }
    return told | {k.lower(): v for k, v in changes.items() if k.isupper()}


def wave(seed: int = 1, n: int = 240, shift: float = 0.0, **changes: Any) -> sa.Survey:
    """One wave, read."""
    return sa.read(table(seed, n, shift), study=study(**changes))
