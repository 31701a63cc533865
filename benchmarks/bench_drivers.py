"""Drivers of 20 predictors, 10,000 respondents, 200 bootstrap replicates: time, and the ratio to fitting subsets one by one.

Run: python benchmarks/bench_drivers.py [predictors]

The peer is what the R formula of the oracle does, in numpy: one least-squares solution for each subset from the
correlation matrix. It is timed on a part of the subsets of one replicate and scaled up, because all of it would take
hours; both are measured in the same run, in CPU time, which neighbours on the machine move less than the clock.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

import survey_analysis as sa

PEOPLE, REPLICATES, SAMPLE = 10_000, 200, 4_000


def data(k: int) -> pd.DataFrame:
    """Correlated ratings with weights and 500 sampling units in 20 strata."""
    rng = np.random.default_rng(7)
    general = rng.normal(size=(PEOPLE, 1))
    X = np.round(3 + general + rng.normal(size=(PEOPLE, k)), 2)
    y = np.round(X @ rng.uniform(0, 0.3, k) + rng.normal(size=PEOPLE), 2)
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(k)])
    unit = np.arange(PEOPLE) % 500
    return frame.assign(y=y, w=np.round(rng.uniform(0.5, 2, PEOPLE), 3), unit=unit, region=unit % 20)


def one_by_one(R: np.ndarray, k: int) -> float:
    """CPU seconds of all subsets of one matrix, from a sample of them."""
    rng = np.random.default_rng(1)
    started = time.process_time()
    for s in rng.integers(1, 1 << k, SAMPLE):
        inside = np.flatnonzero((int(s) >> np.arange(k)) & 1)
        r = R[inside, k]
        r @ np.linalg.solve(R[np.ix_(inside, inside)], r)
    return (time.process_time() - started) / SAMPLE * (1 << k)


def main(k: int = 20) -> None:
    table = data(k)
    survey = sa.read(table, weight="w", psu="unit", strata="region")
    on = [f"x{j}" for j in range(k)]
    survey.mean("y")  # encode once
    clock, started = time.perf_counter(), time.process_time()
    found = survey.drivers("y", on, bootstrap=REPLICATES)
    ours, clock = time.process_time() - started, time.perf_counter() - clock
    R = np.corrcoef(table[[*on, "y"]].to_numpy().T)
    peer = one_by_one(R, k) * (REPLICATES + 1)
    how = "all subsets" if not found.orders else f"{found.orders} sampled orders"
    print(f"{k} predictors, {PEOPLE:,} people, {REPLICATES} replicates; LMG over {how}, Johnson beside it")
    print(f"ours            {ours:10.2f} s ({clock:.2f} s by the clock)")
    print(f"one by one      {peer:10.0f} s (scaled up from {SAMPLE:,} subsets)")
    print(f"ratio           {peer / ours:10.0f}")
    lmg = found.rows.loc[found.rows["measure"] == "lmg", "estimate"].sum()
    print(f"sum of LMG - R2 {abs(lmg - found.fits['r2'][0]):10.1e}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
