"""Reading, inspecting and cleaning a made CSV of sixty columns against `pandas.read_csv` of the same file.

Each step runs in a process of its own, all of them three times in turn, and the least counts; CPU seconds and peak memory are counted above what the imports took.
Prints ratios to pandas; times on one machine say nothing about another. Never a gate.

    python benchmarks/bench_import.py [rows] [--labels]

The file is simulated and seeded, and goes with the run. With `--labels` the answers are texts, as many platforms
export them; pandas then makes no numbers of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SEED = 20240301
CHUNK = 50_000
REPEATS = 3
GRID = [f"grid{g}_{i}" for g in (1, 2, 3) for i in range(1, 9)]
TICKS = [f"use_{i}" for i in range(1, 11)]
SINGLES = {"sex": 3, "region": 4, "education": 6, "income": 8, "children": 5, "devices": 9}
LEVELS = [
    "Strongly disagree",
    "Rather disagree",
    "Neither agree nor disagree",
    "Rather agree",
    "Strongly agree",
]
REVERSED = ("grid1_8", "grid2_8", "grid3_8")
WORDS = [
    "good",
    "bad",
    "price",
    "nice",
    "slow",
    "fast",
    "brand",
    "because",
    "never",
    "always",
    "it's",
    '"really"',
]
STEPS = {
    "pandas": "pandas.read_csv(path)",
    "text": "pandas.read_csv(path, dtype=str, keep_default_na=False)",
    "read": "read_table(path)",
    "inspect": "  and inspect",
    "clean": "  and clean",
    "study": "sa.read(path, study=...).clean()",
}


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """The answers as texts, as the study labels them; who did not know is an empty cell."""
    grid = {"": "", "99": ""} | {str(i): text for i, text in enumerate(LEVELS, start=1)}
    out: dict[str, Any] = {name: frame[name].map(grid) for name in GRID}
    out |= {name: "answer " + frame[name].astype(str) for name in SINGLES}
    return frame.assign(**out)


def part(start: int, rows: int) -> pd.DataFrame:
    """Simulated answers of some respondents; every row says that it is simulated."""
    rng = np.random.default_rng([SEED, start])
    began = pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 14 * 86400, rows), unit="s")
    seconds = rng.lognormal(6.2, 0.5, rows).round().astype(int)
    out: dict[str, Any] = {
        "ResponseId": [f"R_{i:09d}" for i in range(start, start + rows)],
        "simulated": 1,
        "StartDate": began,
        "EndDate": began + pd.to_timedelta(seconds, unit="s"),
        "duration": seconds,
        "Finished": (rng.random(rows) > 0.02).astype(int),
        "consent": np.where(rng.random(rows) > 0.01, 1, 2),
        "weight": rng.gamma(9, 1 / 9, rows).round(4),
        "age": rng.integers(18, 90, rows),
        "stratum": rng.integers(1, 21, rows),
    }
    out |= {name: rng.integers(1, k + 1, rows) for name, k in SINGLES.items()}
    mood = rng.integers(1, 6, rows)
    for name in GRID:
        answer = np.where(rng.random(rows) < 0.5, mood, rng.integers(1, 6, rows))
        gap = rng.random(rows)
        out[name] = np.where(gap < 0.02, "", np.where(gap < 0.04, "99", answer.astype(str)))
    out |= {name: np.where(rng.random(rows) < 0.3, "1", "") for name in TICKS}
    out |= {f"spend_{i}": rng.lognormal(3, 1, rows).round(2) for i in (1, 2, 3)}
    out |= {f"score_{i}": rng.integers(0, 101, rows) for i in (1, 2, 3, 4, 5)}
    for name, share in (("why", 0.6), ("other", 0.2)):
        texts = [", ".join(w) for w in np.array(WORDS)[rng.integers(0, len(WORDS), (rows, 4))]]
        out[name] = np.where(rng.random(rows) < share, texts, "")
    return pd.DataFrame(out)


def write(path: Path, rows: int, *, labels: bool = False) -> None:
    """The made file, a part at a time."""
    for start in range(0, rows, CHUNK):
        some = part(start, min(CHUNK, rows - start))
        some = labelled(some) if labels else some
        some.to_csv(path, index=False, mode="a" if start else "w", header=not start)


def study() -> dict[str, Any]:
    """A study file for it: questions, and rules that remove and that flag."""
    agree = {"levels": [[i, text] for i, text in enumerate(LEVELS, start=1)], "missing": [[99, "dont_know"]]}
    questions: dict[str, Any] = {n: {"scale": "agree", "reverse": n in REVERSED} for n in GRID}
    questions |= {n: {"levels": [[i, f"answer {i}"] for i in range(1, k + 1)]} for n, k in SINGLES.items()}
    questions["use"] = {"kind": "multiple", "columns": TICKS}
    questions |= {n: {"kind": "numeric"} for n in ("age", *(f"spend_{i}" for i in (1, 2, 3)))}
    questions |= {f"score_{i}": {"kind": "numeric", "valid_range": [0, 100]} for i in (1, 2, 3, 4, 5)}
    questions |= {n: {"kind": "open"} for n in ("why", "other")}
    rules: list[Any] = [
        {"rule": "consent", "column": "consent", "agreed": [1]},
        "break_off",
        {"rule": "duplicates", "id": ["ResponseId"]},
        {"rule": "speeders", "within": ""},
        "straight_liners",
        "missing_share",
    ]
    return {
        "sample": {"kind": "simulated"},
        "design": {"id": "ResponseId", "weight": "weight", "strata": ["stratum"]},
        "roles": {"duration": "duration", "started": "StartDate", "simulated": "simulated"},
        "scales": {"agree": agree},
        "questions": questions,
        "clean": {"rules": rules, "exclude": "any"},
    }


def work(step: str, path: Path) -> Callable[[], object]:
    """What a step does, its imports done."""
    if step == "pandas":
        return lambda: pd.read_csv(path)
    if step == "text":
        return lambda: pd.read_csv(path, dtype=str, keep_default_na=False)
    import survey_analysis as sa  # noqa: PLC0415  pandas alone must not carry it
    from survey_analysis.frames.table import Table  # noqa: PLC0415
    from survey_analysis.readers.inspect import inspect  # noqa: PLC0415
    from survey_analysis.readers.read import read_table  # noqa: PLC0415
    from survey_analysis.study.build import build  # noqa: PLC0415
    from survey_analysis.study.load import parse  # noqa: PLC0415

    def all_of_it() -> object:
        raw = read_table(path)
        found = inspect(raw)
        file = build(parse(study()), columns=raw.columns)
        return found, sa.Survey(table=Table(raw, file)).clean()

    def looked() -> object:
        raw = read_table(path)
        return raw, inspect(raw)

    steps: dict[str, Callable[[], object]] = {
        "read": lambda: read_table(path),
        "inspect": looked,
        "clean": all_of_it,
        "study": lambda: sa.read(path, study=study()).clean(),
    }
    return steps[step]


def memory(line: str) -> float:
    """Megabytes this process holds (VmRSS) or has held at most (VmHWM); a parent's peak does not count in it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{line}:")[1].split()[0]) / 1024


def once(step: str, path: Path) -> None:
    """Run a step on the first rows, so that lazy imports are done, then on all; print what it took."""
    run = work(step, path)
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.csv"
        write(small, 200)
        work(step, small)()
    before, start = memory("VmRSS"), time.process_time()
    held = run()
    print(json.dumps({"seconds": time.process_time() - start, "megabytes": memory("VmHWM") - before}))
    del held


def measured(step: str, path: Path) -> dict[str, float]:
    """A step in a process of its own."""
    call = [sys.executable, __file__, "--step", step, str(path)]
    done = subprocess.run(call, check=True, capture_output=True, text=True)  # noqa: S603  our own file
    out: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return out


def main() -> None:
    """Measure and print ratios."""
    if sys.argv[1:2] == ["--step"]:
        once(sys.argv[2], Path(sys.argv[3]))
        return
    labels = "--labels" in sys.argv
    rows = int(next((x for x in sys.argv[1:] if x.isdigit()), "100000"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "simulated.csv"
        write(path, rows, labels=labels)
        size = path.stat().st_size / 2**20
        print(f"{rows:,} simulated rows, {len(part(0, 1).columns)} columns, {size:,.0f} MB")
        runs = [{step: measured(step, path) for step in STEPS} for _ in range(REPEATS)]
        for step, said in STEPS.items():
            took, bare = ({k: min(run[s][k] for run in runs) for k in runs[0][s]} for s in (step, "pandas"))
            cpu, held = took["seconds"] / bare["seconds"], took["megabytes"] / bare["megabytes"]
            print(
                f"{said:58} {took['seconds']:7.1f} s CPU {cpu:6.2f} x   {took['megabytes']:7,.0f} MB {held:6.2f} x"
            )


if __name__ == "__main__":
    main()
