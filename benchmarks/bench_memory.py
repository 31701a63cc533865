"""Peak memory of a survey of a million rows and forty columns, over the size of its pandas frame.

The frame itself is counted in the peak: it stays with the caller while the survey is read. Prints ratios; never a gate.

    python benchmarks/bench_memory.py [rows]
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import survey_analysis as sa


def data(rows: int) -> pd.DataFrame:
    """Simulated answers: thirty-six questions of five points, a weight, a cluster, an age, a stratum."""
    rng = np.random.default_rng(1)
    out: dict[str, object] = {f"q{j}": rng.integers(1, 6, rows) for j in range(36)}
    out["w"] = np.exp(rng.normal(0, 0.5, rows)).round(4)
    out["psu"] = np.arange(rows) // 100
    out["age"] = rng.integers(18, 90, rows)
    out["stratum"] = np.arange(rows) * 20 // rows
    return pd.DataFrame(out)


def now() -> float:
    """Megabytes held by this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def peak() -> float:
    """Most megabytes this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    _ = sa.read  # the package and its libraries are not the survey
    empty = now()
    frame = data(rows)
    size = frame.memory_usage(deep=True).sum() / 2**20
    held: dict[str, sa.Survey] = {}
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: held.update(survey=sa.read(frame, weight="w", psu="psu", strata="stratum")),
        "one share by one question": lambda: held["survey"].proportion("q0", by="q1"),
        "ten questions by two": lambda: held["survey"].tabulate(
            [f"q{j}" for j in range(2, 12)], by=["q0", "q1"]
        ),
        "a mean by one question": lambda: held["survey"].mean("age", by="q1"),
    }
    print(f"{rows:,} rows, {len(frame.columns)} columns; the frame is {size:,.0f} MB")
    for name, step in steps.items():
        start = time.process_time()
        step()
        print(
            f"  {name:28} {time.process_time() - start:6.1f} s CPU   peak so far {(peak() - empty) / size:4.2f} x the frame"
        )


if __name__ == "__main__":
    main()
