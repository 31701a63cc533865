"""Many mutations of one sample, judged: nothing but a refusal in our words, or all the rows that there are."""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .mutations import mutated
from .samples import Sample, samples
from .target import Outcome
from .worker import Worker


@dataclass
class Tally:
    """Tries by their ending, and one file for each kind of failure."""

    endings: Counter[str] = field(default_factory=Counter)
    findings: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    @property
    def tries(self) -> int:
        """Files that were tried."""
        return sum(self.endings.values())

    def add(self, outcome: Outcome, place: str, data: bytes) -> None:
        """Count one try; `place` is empty where nothing is wrong."""
        self.endings["failed" if place else outcome.ending] += 1
        if place and (place not in self.findings or len(data) < len(self.findings[place][0])):
            self.findings[place] = (data, outcome.detail)

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write each file that failed, with why beside it."""
        out = []
        for place, (data, detail) in self.findings.items():
            path = folder / f"{name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"
            path.write_bytes(data)
            path.with_suffix(".txt").write_text(f"{place}\n\n{detail}\n", encoding="utf-8")
            out.append(path)
        return out


def judged(
    sample: Sample, changes: tuple[str, ...], outcome: Outcome, counted: int | None, whole: Outcome
) -> str:
    """What is wrong with an outcome, or "".

    Parameters
    ----------
    counted
        Rows by the independent counter.
    whole
        The sample as it was read; of what became another format no rows are known.
    """
    if outcome.ending == "failed":
        return outcome.place
    if outcome.ending == "refused":
        return ""
    if counted is not None and outcome.format == whole.format and counted != outcome.rows:
        return f"rows: {'fewer' if outcome.rows < counted else 'more'} than the independent count"
    if set(changes) <= {"cut"} and not sample.cuts and outcome.rows < whole.rows:
        return "rows: a cut file was read as a whole"
    return ""


def campaign(sample: Sample, worker: Worker, *, seed: int = 0, seconds: float = 0, tries: int = 0) -> Tally:
    """Mutate a sample for so long, or so many times."""
    others = [s.data[:4096] for s in samples().values() if s.name != sample.name]
    draw = random.Random(f"{sample.name} {seed}")
    tally, end = Tally(), time.monotonic() + seconds
    valid, _ = worker(sample, sample.data)
    while (tally.tries < tries) if tries else (time.monotonic() < end):
        data, changes = mutated(sample.data, others, draw)
        outcome, counted = worker(sample, data)
        tally.add(outcome, judged(sample, changes, outcome, counted, valid), data)
    return tally
