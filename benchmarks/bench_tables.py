"""Proportions by a banner at 10,000 rows: against a peer in the same run, and against the memory.

Prints ratios; times on one machine say nothing about another. Never a gate.

    python benchmarks/bench_tables.py [rows]

The peer computes one cell at a time, as most scripts do: a weighted share with statsmodels' `DescrStatsW`, whose standard
error knows no design. Ours computes the same shares with design-based errors and their whole covariance. The floor is
the time to read once the influence values that a covariance needs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.stats.weightstats import DescrStatsW

import survey_analysis as sa

ANSWERS = ("not at all", "not very", "somewhat", "very", "extremely")
AGES = ("18-34", "35-54", "55+")
REGIONS = ("NE", "MW", "S", "W")


def data(n: int) -> pd.DataFrame:
    """A question, two banner variables, a weight; the same for everybody."""
    rng = np.random.default_rng(20240301)
    return pd.DataFrame(
        {
            "likely": rng.choice(ANSWERS, n, p=[0.05, 0.1, 0.2, 0.35, 0.3]),
            "age": rng.choice(AGES, n),
            "region": rng.choice(REGIONS, n),
            "w": rng.lognormal(0, 0.5, n),
        }
    )


def ours(survey: sa.Survey) -> np.ndarray:
    """Shares of every answer in every crossing, with their covariance."""
    rows = survey.proportion("likely", by=["age", "region"]).to_frame()
    return np.sort(rows["estimate"].to_numpy())


def peer(frame: pd.DataFrame) -> np.ndarray:
    """The same shares, one cell at a time."""
    out = []
    for age in AGES:
        for region in REGIONS:
            cell = frame[(frame["age"] == age) & (frame["region"] == region)]
            for answer in ANSWERS:
                stats = DescrStatsW((cell["likely"] == answer).to_numpy(float), weights=cell["w"].to_numpy())
                stats.std_mean  # noqa: B018  the peer's standard error is part of the work
                out.append(stats.mean)
    return np.sort(np.array(out))


def floor(z: np.ndarray) -> np.ndarray:
    """Read the influence values once."""
    return z.sum(axis=0)


def seconds(work: Callable[[], object], repeats: int = 7) -> float:
    """Best of several runs: the least disturbed one."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Measure and print ratios."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    frame = data(n)
    survey = sa.read(frame, weight="w")
    if not np.allclose(ours(survey), peer(frame), rtol=1e-12):
        message = "the two do not estimate the same shares"
        raise SystemExit(message)
    cells = len(ANSWERS) * len(AGES) * len(REGIONS)
    z = np.ones((n, cells))
    mine, theirs, memory = (
        seconds(lambda: ours(survey)),
        seconds(lambda: peer(frame)),
        seconds(lambda: floor(z)),
    )
    print(f"{n:,} rows, {cells} shares")
    print(
        f"ours / statsmodels cell by cell   {mine / theirs:8.2f}   (with covariance and domains; the peer has neither)"
    )
    print(f"ours / memory floor               {mine / memory:8.1f}   (influence values read once)")


if __name__ == "__main__":
    main()
