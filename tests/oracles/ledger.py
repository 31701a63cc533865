"""What became of every entry that was run: counts, worst differences, reasons."""

from __future__ import annotations

from collections import Counter, defaultdict

from oracles.compare import NO_NUMBER, Outcome
from oracles.suite import Entry

RUN: dict[tuple[str, str, str], tuple[Entry, Outcome]] = {}
LEAST_COVERED = 0.95


def note(entry: Entry, outcome: Outcome) -> None:
    """Remember an outcome."""
    RUN[str(entry.folder), entry.file, entry.id] = (entry, outcome)


def covered() -> float:
    """Share of the entries that were compared."""
    return sum(not o.uncovered for _, o in RUN.values()) / max(len(RUN), 1)


def lines() -> list[str]:
    """The ledger as text."""
    if not RUN:
        return []
    out = [*_totals(), "", *_worst(), "", *_left(), "", *_uncovered()]
    return [*out, "", "values compared per entry:", *_counts()]


def _totals() -> list[str]:
    out = []
    by_family: dict[str, list[Outcome]] = defaultdict(list)
    for entry, outcome in RUN.values():
        by_family[entry.family].append(outcome)
    for family, found in by_family.items():
        compared = [o for o in found if not o.uncovered]
        equal = sum(not o.wrong for o in compared)
        out.append(
            f"{family}: {len(found)} entries, {len(compared)} compared, {equal} equal, "
            f"{sum(o.compared for o in compared)} values compared, {sum(len(o.left) for o in compared)} not"
        )
    return [*out, f"all: {covered():.1%} of {len(RUN)} entries compared"]


def _worst() -> list[str]:
    worst: dict[tuple[str, str], tuple[float, str]] = {}
    for entry, outcome in RUN.values():
        if outcome.uncovered or outcome.wrong:
            continue
        key = (entry.family, entry.method)
        if outcome.worst >= worst.get(key, (-1.0, ""))[0]:
            worst[key] = (outcome.worst, f"{entry.id} {outcome.where}")
    return [
        "worst relative difference by method:",
        *(f"  {f:<20} {m[:62]:<62} {v:8.1e}  {w}" for (f, m), (v, w) in sorted(worst.items())),
    ]


def _left() -> list[str]:
    reasons = Counter(why for _, o in RUN.values() for _, why in o.left)
    where: dict[str, str] = {}
    for entry, outcome in RUN.values():
        for path, why in outcome.left:
            where.setdefault(why, f"{entry.id} {path}")
    first = [f"  {n:6d}  {why}  (first: {where[why]})" for why, n in reasons.most_common()]
    return ["values not compared:", *first]


def _uncovered() -> list[str]:
    found = [(e.id, o.uncovered) for e, o in RUN.values() if o.uncovered]
    return [f"entries not compared ({len(found)}):", *(f"  {name}: {why}" for name, why in found)]


def _counts() -> list[str]:
    """One line an entry group: how many values of it were compared."""
    out, row = [], ""
    for entry, outcome in RUN.values():
        piece = f"{entry.id} {outcome.compared}"
        left = [why for _, why in outcome.left if why != NO_NUMBER]
        piece += f" (-{len(left)})" if left else ""
        if len(row) + len(piece) > 150:
            out.append(f"  {row}")
            row = ""
        row += ("; " if row else "") + piece
    return [*out, f"  {row}"]
