"""Reading, cleaning and weighting the simulated study against `pandas.read_csv` of the same file.

Prints ratios; times on one machine say nothing about another. Never a gate.

    python benchmarks/bench_read.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd

import survey_analysis as sa


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Best of several runs: the least disturbed one."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Measure and print ratios."""
    folder = sa.datasets.folder()
    bare = seconds(lambda: pd.read_csv(folder / "responses.csv", dtype=str, encoding="utf-8-sig"))
    raw = sa.read(folder / "study.toml")
    cleaned = raw.clean()
    steps = {
        "read": lambda: sa.read(folder / "study.toml"),
        "clean": raw.clean,
        "weight": cleaned.weight,
    }
    print(
        f"{len(raw):,} rows, {len(raw.table.raw.columns)} columns; ratios to pandas.read_csv of the same file as text"
    )
    total = 0.0
    for name, work in steps.items():
        took = seconds(work)
        total += took
        print(f"{name:8} {took / bare:6.1f}")
    print(f"{'all':8} {total / bare:6.1f}")


if __name__ == "__main__":
    main()
