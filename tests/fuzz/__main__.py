"""`python -m tests.fuzz csv --seconds 60`: fuzz one reader, or `all`; files that fail are kept in a folder.

Guided by coverage where atheris is installed (Python readers only: C code is not instrumented), else, or with
`--mutate`, by mutation in a worker that sees crashes, hangs and lost rows. Not collected by pytest.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))  # the tests import each other from there

from fuzz.campaign import Tally, campaign  # noqa: E402
from fuzz.samples import Sample, samples  # noqa: E402
from fuzz.worker import Worker  # noqa: E402


def guided(sample: Sample, seconds: int, seed: int) -> Tally:
    """Tally of a coverage-guided run in another process."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "tally"
        paths = [str(HERE.parents[1]), str(HERE.parents[2]), *(p for p in sys.path if p)]
        done = subprocess.run(
            [sys.executable, "-m", "fuzz.guided", sample.name, str(seconds), str(seed), str(results)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TMPDIR": folder},
            capture_output=True,
            timeout=seconds + 180,
            check=False,
        )
        tally: Tally = pickle.loads(results.read_bytes()) if results.exists() else Tally()
        if done.returncode:
            made = [p for kind in ("crash", "timeout", "oom") for p in Path(folder).rglob(f"{kind}-*")]
            data = made[0].read_bytes() if made else b""
            tally.findings[f"native: exit code {done.returncode}"] = (data, done.stderr.decode()[-2000:])
    return tally


def main() -> int:
    """Run, print one line a reader; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("reader", choices=["all", *samples()])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutate", action="store_true", help="no coverage, also where atheris is installed")
    parser.add_argument("--keep", type=Path, help="folder for the files that fail")
    given = parser.parse_args()
    by_coverage = not given.mutate and importlib.util.find_spec("atheris") is not None
    keep, found, worker = given.keep or Path(tempfile.mkdtemp()), 0, Worker()
    keep.mkdir(exist_ok=True, parents=True)
    for name in samples() if given.reader == "all" else [given.reader]:
        sample = samples()[name]
        if by_coverage:
            tally = guided(sample, given.seconds, given.seed)
        else:
            tally = campaign(sample, worker, seed=given.seed, seconds=given.seconds)
        found += len(tally.findings)
        how = "guided" if by_coverage else "mutated"
        print(
            f"{name}: {tally.tries} {how}, {dict(tally.endings)}, findings {len(tally.findings)}", flush=True
        )
        for path, place in zip(tally.save(keep, name), tally.findings, strict=True):
            print(f"  {place}: {path}", flush=True)
    worker.close()
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
