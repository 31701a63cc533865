"""Shares with standard errors against svy and R survey: the same tables, each in its fastest public form.

Twenty five-point items by a banner of thirty columns (six variables of five), 3% of answers missing, 10,000
people with unequal weights; element and clustered designs. CPU time, medians of interleaved runs in one
process (R in a process of its own, its own clock), printed as ratios. svy comes with `pip install .[bench]`; R is
used where it is installed. Never a gate.

    python benchmarks/bench_peers.py [rows]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import survey_analysis as sa

ITEMS, VARIABLES, ROUNDS, R_ROUNDS = 20, 6, 7, 3
DESIGNS = {"element": {"weight": "w"}, "clustered": {"weight": "w", "psu": "psu", "strata": "stratum"}}


def data(rows: int) -> pd.DataFrame:
    """Simulated answers."""
    rng = np.random.default_rng(1)
    out: dict[str, object] = {}
    for j in range(ITEMS):
        answer = pd.Series(rng.integers(1, 6, rows), dtype="Int64")
        out[f"i{j}"] = answer.mask(rng.random(rows) < 0.03)
    for v in range(VARIABLES):
        out[f"b{v}"] = rng.integers(1, 6, rows)
    out["w"] = np.exp(rng.normal(0, 0.5, rows))
    out["psu"] = np.arange(rows) * 1000 // rows
    out["stratum"] = np.arange(rows) * 50 // rows
    return pd.DataFrame(out)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def interleaved(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds, one call of each in turn; the first round warms up."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            seconds = cpu(work)
            if turn:
                took[name].append(seconds)
    return {name: statistics.median(times) for name, times in took.items()}


def svy_sample(frame: pd.DataFrame, design: str) -> object | None:
    """The peer's object, or None where it is not installed."""
    try:
        import polars as pl  # noqa: PLC0415
        import svy  # noqa: PLC0415
    except ImportError:
        return None
    columns = {c: [None if pd.isna(v) else v for v in frame[c].tolist()] for c in frame.columns}
    parts = {"wgt": "w"} | ({"psu": "psu", "stratum": "stratum"} if design == "clustered" else {})
    return svy.Sample(pl.DataFrame(columns), svy.Design(**parts))


def r_seconds(path: Path, design: str) -> float | None:
    """Median CPU seconds of R survey, or None where R or the package is not installed."""
    if shutil.which("Rscript") is None:
        return None
    script = Path(__file__).parent / "peers.R"
    command = ["Rscript", str(script), str(path), design, str(ITEMS), str(VARIABLES)]
    times = []
    for _ in range(R_ROUNDS):
        found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if found.returncode:
            return None
        times.append(float(found.stdout.split()[-1]))
    return statistics.median(times)


def main() -> None:
    """Measure and print ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    frame = data(rows)
    items, variables = [f"i{j}" for j in range(ITEMS)], [f"b{v}" for v in range(VARIABLES)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        frame.to_csv(path, index=False)
        for design, roles in DESIGNS.items():
            survey = sa.read(frame, **roles)
            works: dict[str, Callable[[], object]] = {
                "book": lambda s=survey: s.tabulate(items, by=variables, tests="none"),  # with letters
                "one": lambda s=survey: s.proportion("i0", by="b0"),
            }
            sample = svy_sample(frame, design)
            if sample is not None:
                works["svy book"] = lambda s=sample: [
                    s.estimation.prop(items, by=v, drop_nulls=True) for v in variables
                ]
                works["svy one"] = lambda s=sample: s.estimation.prop("i0", by="b0", drop_nulls=True)
            took = interleaved(works, ROUNDS)
            r = r_seconds(path, design)
            print(
                f"{rows:,} rows, {design} design, {ITEMS} items by {5 * VARIABLES} columns, standard errors (ours with letters)"
            )
            print(
                f"  ours: the book {1000 * took['book']:.0f} ms CPU, one question by one variable {1000 * took['one']:.1f} ms"
            )
            if sample is None:
                print("  svy is not installed: pip install .[bench]")
            else:
                print(f"  svy / ours, the book       {took['svy book'] / took['book']:7.1f}")
                print(f"  svy / ours, one question   {took['svy one'] / took['one']:7.1f}")
            print(
                "  R survey is not installed"
                if r is None
                else f"  R survey / ours, the book  {r / took['book']:7.1f}"
            )


if __name__ == "__main__":
    main()
