"""Options of a question whose chosen answers stand in one cell, found from the cells alone.

Platforms without a questionnaire write "Bread, Milk, fresh, Fish" for the options "Bread", "Milk, fresh" and
"Fish". Pieces between separators are put together again where the cells show that they are one option:

- a piece in lower case, where every cell begins with a capital, goes on with the piece before it;
- pieces that never stand without each other are one option, if that many respondents would hardly have chosen two
  options together and never one alone (hypergeometric probability below `LEVEL`).

What is likely but not shown is left apart and noted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import comb

from survey_analysis.plurals import counted

LEVEL = 0.01
MOST_OPTIONS = 30
RECURRING = 0.8  # of what is chosen: options recur, sentences do not
ENOUGH = 30  # cells above which an answer given once is taken for the text of "other"

Cells = Mapping[str, int]


@dataclass(frozen=True)
class Found:
    """Options of a question.

    Attributes
    ----------
    options
        In the order of the questionnaire, as far as the cells show it.
    once
        Texts that stand in one cell only, at its end, which may be typed in at "other"; not among the options.
    several
        Whether a cell holds more than one.
    notes
        What was put together, with the evidence, and what was left apart.
    """

    options: tuple[str, ...]
    once: tuple[str, ...]
    several: bool
    notes: tuple[str, ...]


def find_options(cells: Cells, separator: str, *, sure: bool = False) -> Found | None:
    """Options that explain all cells; None where the cells look like sentences or a ranking.

    Parameters
    ----------
    cells
        Filled cells and how often each occurs.
    separator
        What stands between options.
    sure
        The platform marks that options were chosen, so texts that do not recur are no sign against it.

    Examples
    --------
    >>> cells = {"Bread, Milk, fresh": 9, "Bread": 4, "Milk, fresh, Fish": 5, "Fish": 6, "Bread, Fish": 3}
    >>> find_options(cells, ", ").options
    ('Bread', 'Milk, fresh', 'Fish')
    """
    pieces = _Pieces({tuple(cell.split(separator)): n for cell, n in cells.items()})
    blank = any(not piece.strip() for piece in pieces.within)  # a list does not leave one out
    if not cells or blank or len(pieces.within) > 50 * MOST_OPTIONS:
        return None
    parts = {row: _parts(row, pieces, separator) for row in pieces.rows}
    counts: Counter[str] = Counter()
    for row, n in pieces.rows.items():
        counts.update(dict.fromkeys(parts[row], n))
    if any(len(set(p)) < len(p) for p in parts.values()) or _ranked(parts, pieces.rows):
        return None
    once = _typed(parts.values(), counts) if pieces.total >= ENOUGH else ()
    options = [t for t in counts if t not in once]
    recurring = sum(n for n in counts.values() if n > 1)
    if not options or len(options) > MOST_OPTIONS or not (sure or recurring >= RECURRING * counts.total()):
        return None
    order = _in_order(options, parts.values())
    several = any(len(p) > 1 for p in parts.values())
    return Found(order, once, several, pieces.notes(separator))


class _Pieces:
    """Pieces of all cells, and which of them belong together."""

    def __init__(self, rows: Mapping[tuple[str, ...], int]) -> None:
        self.rows = rows
        self.total = sum(rows.values())
        self.within: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.after: dict[str, set[str]] = {}
        self.before: dict[str, set[str]] = {}
        for row, n in rows.items():
            self.within.update(dict.fromkeys(row, n))
            self.pairs.update(dict.fromkeys(pairwise(row), n))
            for left, right in zip(("", *row), (*row, ""), strict=True):
                self.after.setdefault(left, set()).add(right)
                self.before.setdefault(right, set()).add(left)

    @cached_property
    def capital(self) -> bool:
        """Whether no option that is chosen twice begins with a small letter."""
        return not any(row[0][:1].islower() and self.within[row[0]] > 1 for row in self.rows)

    @cached_property
    def inseparable(self) -> set[tuple[str, str]]:
        """Pairs of which one never stands without the other, and whose partners are all bound like that."""
        return {(a, b) for a, b in self.pairs if self._bound(a, b)}

    def _bound(self, a: str, b: str) -> bool:
        forward = self.after[a] == {b} and all(x and self.after[x] == {b} for x in self.before[b])
        backward = self.before[b] == {a} and all(x and self.before[x] == {a} for x in self.after[a])
        return forward or backward

    def chance(self, a: str, b: str) -> float:
        """Probability that the rarer of two options is only chosen together with the other."""
        few, many = sorted((self.within[a], self.within[b]))
        return comb(many, few) / comb(self.total, few)

    def continues(self, a: str, b: str) -> bool:
        """Whether a piece in small letters goes on with the one before it; once is no evidence."""
        return self.capital and b[:1].islower() and self.pairs[a, b] > 1

    def tied(self, a: str, b: str) -> bool:
        """Whether two neighbours are one option."""
        return (a, b) in self.ties

    @cached_property
    def ties(self) -> set[tuple[str, str]]:
        """Pairs that are one option."""
        shown = {pair for pair in self.inseparable if self.chance(*pair) < LEVEL}
        return shown | {pair for pair in self.pairs if self.continues(*pair)}

    def notes(self, separator: str) -> tuple[str, ...]:
        """Evidence of what was put together, and what was left apart although it may be one option."""
        out = []
        for (a, b), n in self.pairs.items():
            whole = f"'{a}{separator}{b}'"
            if (a, b) in self.inseparable and self.chance(a, b) < LEVEL:
                out.append(f"{whole} is read as one: its parts never stand alone ({counted(n, 'cell')}).")
            elif self.continues(a, b):
                out.append(
                    f"{whole} is read as one: what follows a comma in small letters goes on ({counted(n, 'cell')})."
                )
            elif (a, b) in self.inseparable and n > 1:
                out.append(
                    f"{whole} may be one option: its parts stand together in all {n} cells that hold them."
                )
        return tuple(out)


def _parts(row: Sequence[str], pieces: _Pieces, separator: str) -> tuple[str, ...]:
    out = [row[0]]
    for before, piece in pairwise(row):
        if pieces.tied(before, piece):
            out[-1] += separator + piece
        else:
            out.append(piece)
    return tuple(out)


def _typed(rows: Iterable[Sequence[str]], counts: Mapping[str, int]) -> tuple[str, ...]:
    """Texts at the end of a cell that stand in no other."""
    out = []
    for row in rows:
        for text in reversed(row):
            if counts[text] > 1:
                break
            out.append(text)
    return tuple(sorted(out))


def _ranked(parts: Mapping[tuple[str, ...], tuple[str, ...]], rows: Mapping[tuple[str, ...], int]) -> bool:
    """Whether every cell holds all options, in more than one order."""
    kinds = {frozenset(p) for p in parts.values()}
    return len(kinds) == 1 and len(set(parts.values())) > 1 and sum(rows.values()) > 1


def _in_order(options: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Options so that each stands after those that it follows in cells; else as they come."""
    later: dict[str, set[str]] = {o: set() for o in options}
    for row in rows:
        known = [t for t in row if t in later]
        for i, text in enumerate(known):
            later[text].update(known[i + 1 :])
    left = list(options)
    out = []
    while left:
        free = next((o for o in left if not any(o in later[x] for x in left if x != o)), left[0])
        out.append(free)
        left.remove(free)
    return tuple(out)
