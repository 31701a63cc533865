"""Numbers as people in most of Europe write them, and with marks between thousands: found, and read where declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable

MARKS = {",": "a decimal comma", ".": "a decimal point and marks between thousands"}
MOSTLY = 0.8  # of the filled cells of a column of numbers
SOME = 0.05  # of the different texts, that cannot be joined codes
MANY = 8  # different texts with two decimals each
FEWEST = 5  # cells that show the mark
MOST_LOOKED_AT = 5000  # distinct texts of a column
MOST_NAMED = 6

_GROUP = "[ .'’\u00a0\u202f]"  # between thousands where the comma is the decimal mark
_SHAPES = {
    ",": re.compile(rf"[-+]?(\d+|[1-9]\d{{0,2}}({_GROUP}\d{{3}})+)(,\d+)?"),
    ".": re.compile(r"[-+]?(\d+|[1-9]\d{0,2}([, '’\u00a0\u202f]\d{3})+)(\.\d+)?"),
}
_MARK = re.compile("[, '’\u00a0\u202f]")  # without one of them a number tells nothing
_TELLING = {  # what a number has to show so that the mark is known
    ",": re.compile(r"[-+]?[\d .'’\u00a0\u202f]+,\d+"),
    ".": re.compile(r"[-+]?[1-9]\d{0,2}([, '’\u00a0\u202f]\d{3})+(\.\d+)?"),
}


@dataclass(frozen=True)
class Found:
    """Columns whose numbers are written with a decimal mark, and how many of their cells show it."""

    mark: str
    columns: tuple[str, ...]
    cells: int

    @property
    def named(self) -> str:
        """The first columns in quotes, and how many more."""
        return _named(self.columns)


def found_decimal(raw: RawTable) -> Found | None:
    """The decimal mark that columns of text show; None where none does, or two differ.

    A column counts where most of its filled cells are numbers in that writing and enough of them show the mark.
    Codes that are joined in one cell ("1,5") look alike, so some of the numbers must be what no two codes are: "0,5",
    "3,0", "1,125", or many with two decimals each.

    Examples
    --------
    >>> import pandas as pd
    >>> height = [f"1,{n}" for n in range(52, 99, 5)]
    >>> found_decimal(RawTable(pd.DataFrame({"height": height}, dtype=object))).columns
    ('height',)
    >>> found_decimal(RawTable(pd.DataFrame({"brands": ["1,5", "2,3", "3,8", "1,2", "4,9"] * 2}, dtype=object)))
    """
    found = []
    for mark in MARKS:
        hits = {name: n for name in raw.columns if (n := _shown(raw, name, mark))}
        if hits:
            found.append(Found(mark, tuple(hits), sum(hits.values())))
    return found[0] if len(found) == 1 else None


def with_decimal(raw: RawTable, mark: str, *, empty: Collection[str] = ()) -> RawTable:
    """The table with the numbers of its columns written with a point and without marks between thousands.

    Only columns of numbers in the writing declared are touched, and in them only cells that are such numbers;
    which columns and how many cells is a note.

    Raises
    ------
    DataError
        A mark that is none.

    Examples
    --------
    >>> import pandas as pd
    >>> raw = RawTable(pd.DataFrame({"euro": ["1.200,50", "900,00", "k. A."] + ["80,25"] * 20}, dtype=object))
    >>> made = with_decimal(raw, ",")
    >>> made.frame["euro"].tolist()[:3], made.notes
    (['1200.50', '900.00', 'k. A.'], ("A decimal comma, as declared: 22 cells of 'euro' are read as numbers.",))
    """
    if not mark:
        return raw
    if mark not in MARKS:
        raise DataError(f"decimal = {mark!r} is no decimal mark.", hint='give "," or ".".')
    changed: dict[str, NDArray[np.object_]] = {}
    joined, cells = [], 0
    for name in raw.columns:
        if not _numbers(raw, name, mark, empty):
            continue
        column = raw.coded(name)
        telling = [t.strip() for t in column.texts.tolist() if _TELLING[mark].fullmatch(t.strip())]
        if telling and _joined(telling, mark):
            joined.append(name)
            continue
        texts = np.array([_plain(t, mark) for t in column.texts], dtype=object)
        n = int(column.counts[texts != column.texts].sum())
        if n:
            changed[name] = texts[column.codes]
            cells += n
    notes = raw.notes
    if joined:
        alike = f"Cells of {_named(joined)} may be codes joined by a comma; they are not read as numbers."
        notes = (*notes, alike)
    if not changed:
        return raw.changed(notes=(*notes, f"{MARKS[mark].capitalize()} is declared; no column shows it."))
    frame = raw.frame.copy(deep=False)  # columns are replaced, never written into
    for name, made in changed.items():
        frame[name] = made
    said = f"{MARKS[mark].capitalize()}, as declared: {cells:,} cells of {_named([*changed])} are read as numbers."
    return raw.changed(frame=frame, notes=(*notes, said))


def _named(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - MOST_NAMED} more" if len(columns) > MOST_NAMED else ""
    return ", ".join(f"'{c}'" for c in columns[:MOST_NAMED]) + more


def _shown(raw: RawTable, name: str, mark: str) -> int:
    """How many cells of a column show a mark; 0 where it is no column of numbers in that writing."""
    column = raw.coded(name)
    marked = _MARK.search("".join(column.first(MOST_LOOKED_AT))) is not None
    if not marked and column.distinct <= MOST_LOOKED_AT:
        return 0
    if not _numbers(raw, name, mark, ()) or not (marked or np.isnan(column.numbers).any()):
        return 0
    pairs = zip(column.texts.tolist(), column.counts.tolist(), strict=True)
    telling = [(t.strip(), n) for t, n in pairs if _TELLING[mark].fullmatch(t.strip())]
    if mark == "," and all(_TELLING["."].fullmatch(t) for t, _ in telling):
        return 0  # "1,234", and never "0,5" nor "12,5": thousands
    n = sum(n for _, n in telling)
    return n if n >= FEWEST and not _joined([t for t, _ in telling], mark) else 0


def _numbers(raw: RawTable, name: str, mark: str, empty: Collection[str]) -> bool:
    """Whether nearly all filled cells are numbers in a writing, and not all of them plain ones."""
    if raw.labels.get(name) or raw.measure.get(name) or name in raw.withheld:
        return False
    column = raw.coded(name)
    texts = [t.strip() for t in column.first(min(column.distinct, MOST_LOOKED_AT))]
    if not any(_SHAPES[mark].fullmatch(t) and not _is_plain(t) for t in texts):
        return False
    counts = column.counts[:MOST_LOOKED_AT].tolist()
    filled = sum(n for t, n in zip(texts, counts, strict=True) if t and t not in empty)
    fits = sum(n for t, n in zip(texts, counts, strict=True) if _SHAPES[mark].fullmatch(t))
    return bool(fits >= MOSTLY * filled)


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d+", text) is not None


def _joined(texts: Sequence[str], mark: str) -> bool:
    """Whether the cells may be codes joined by a comma, as "1,5" is: nothing in them shows that they are not."""
    pieces = [re.findall(r"\d+", t) for t in texts]
    if mark == ".":  # codes of three digits have three in front too, and no zero first
        strong = sum(
            "." in t or len(p[0]) < 3 or any(x[0] == "0" for x in p[1:])
            for t, p in zip(texts, pieces, strict=True)
        )
        return strong < SOME * len(pieces)
    strong = sum(p[0] == "0" or p[-1][0] == "0" or len(p[-1]) > 2 or p[0] == p[-1] for p in pieces)
    lengths = {len(p[-1]) for p in pieces}
    same = lengths == {2} and len(pieces) >= MANY
    return strong < SOME * len(pieces) and not same


def _plain(text: str, mark: str) -> str:
    """A number with a point and nothing between thousands; any other text as it is."""
    bare = text.strip()
    if not _SHAPES[mark].fullmatch(bare) or _is_plain(bare):
        return text
    whole, _, part = bare.partition(mark)
    digits = re.sub(r"[^\d+-]", "", whole)
    return f"{digits}.{part}" if part else digits
