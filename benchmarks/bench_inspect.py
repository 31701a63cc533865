"""`inspect` of a made CSV against reading it: CPU seconds.

Prints times of this machine; they say nothing about another. Never a gate.

    python benchmarks/bench_inspect.py [ROWS]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from survey_analysis.readers.inspect import inspect
from survey_analysis.readers.read import read_table

COLUMNS = 60
AGREE = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")


def made(rows: int) -> pd.DataFrame:
    """Ids, weights, dates, open ends, grids in words and codes, ticks, slots and joined codes."""
    rng = np.random.default_rng(20240301)
    words = np.array(
        [
            "the",
            "a",
            "product",
            "brand",
            "service",
            "price",
            "good",
            "bad",
            "nice",
            "fast",
            "slow",
            "why",
            "not",
            "because",
        ]
    )
    seconds = pd.to_timedelta(rng.integers(0, 10**6, rows), unit="s")
    columns: dict[str, object] = {
        "ResponseId": [f"R_{i:07d}" for i in range(rows)],
        "weight": rng.gamma(4, 0.25, rows).round(5),
        "StartDate": pd.Timestamp("2024-01-01") + seconds,
        "income": rng.lognormal(10, 0.5, rows).round(2),
        "why": [" ".join(w) for w in words[rng.integers(0, len(words), (rows, 6))]],
        "email": [f"p{i}@example.org" for i in range(rows)],
        "multi": [";".join(map(str, np.flatnonzero(m) + 1)) for m in rng.random((rows, 6)) < 0.4],
    }
    columns |= {f"q1_{i}": np.array(AGREE)[rng.integers(0, 5, rows)] for i in range(1, 11)}
    columns |= {f"q2_{i}": (rng.random(rows) < 0.3).astype(int) for i in range(1, 13)}
    columns |= {f"q3_{i}": rng.integers(1, 8, rows) for i in range(1, COLUMNS - len(columns) + 1)}
    return pd.DataFrame(columns)


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.csv"
        made(rows).to_csv(path, index=False)
        start = time.process_time()
        raw = read_table(path)
        read = time.process_time()
        found = inspect(raw)
        looked = time.process_time()
        found.draft()
        print(
            f"{rows:,} rows, {len(raw.columns)} columns: read {read - start:.1f} s of CPU, "
            f"inspect {looked - read:.1f} s, draft {time.process_time() - looked:.1f} s"
        )


if __name__ == "__main__":
    main()
