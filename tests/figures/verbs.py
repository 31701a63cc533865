"""Figures whose results come from public verbs, over a small made survey: captions are their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

import survey_analysis as sa
from survey_analysis.figures.model import Chart

LEADERS = ["Blair", "Hague", "Kennedy"]
ITEMS = ["Honest", "Has the interests of people at heart", "Keeps promises"]


@cache
def survey() -> sa.Survey:
    """Three leaders and three items rated 1 to 5 by a hundred and sixty people, some of whom leave one out."""
    rng = np.random.default_rng(20161107)
    general = rng.normal(size=160)
    rated = {
        name: np.clip(np.round(3 + shift + 0.7 * general + rng.normal(size=160)), 1, 5)
        for name, shift in zip([*LEADERS, *ITEMS], (0.6, -0.4, 0.2, 0.0, 0.3, -0.2), strict=True)
    }
    data = pd.DataFrame(rated)
    data.loc[::9, "Hague"] = np.nan
    return sa.read(data)


@cache
def printed() -> sa.Published:
    return sa.published({"Micro-influencer": 0.82, "Average person": 0.73}, cite="release of 2016")


def wave(shift: float, seed: int) -> sa.Survey:
    """Four hundred people of one wave, a yes/no and a five-point item."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "use": np.where(rng.random(400) < 0.4 + shift, "yes", "no"), "seen": np.where(rng.random(400) < 0.2, "yes", "no")
    })  # fmt: skip
    study = {"sample": {"kind": "simulated", "mode": "online"}}
    study["questions"] = {"use": {"levels": ["no", "yes"], "text": "Do you use it?"}}
    return sa.read(table, study=study)


@cache
def tracker() -> sa.Survey:
    return sa.stack({f"Wave {k}, spring": wave(s, k) for k, s in enumerate((0, 0.02, 0.15, 0.14, 0.3), 1)})


VERBS: dict[str, Callable[[], Chart]] = {
    "sources": lambda: survey().compare_sources(LEADERS).plot(),
    "reliability": lambda: survey().reliability(ITEMS).plot(),
    "drivers": lambda: survey().drivers("Blair", on=ITEMS, bootstrap=0).plot("drivers"),
    "quadrant": lambda: survey().drivers("Blair", on=ITEMS, bootstrap=0).plot("quadrant"),
    "points": lambda: survey().drivers("Blair", on=ITEMS, bootstrap=0).points(answers=["5"]).plot(),
    "published": lambda: printed().plot(),
    "needed": lambda: printed().plot("needed"),
    "trend": lambda: tracker().trend("use", answers=["yes"]).plot(),
    "trend of lines": lambda: tracker().trend("use").plot(),
    "power": lambda: sa.plan({"Blair": 0.6, "Hague": 0.5}, correlation=[0.1, 0.4]).plot(),
}
