"""Rows that are no respondents: titles above the header of a sheet, and totals below the last answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_TITLES = 12  # rows above a header
FEWEST_COLUMNS = 3  # of a table for which a row with one cell is a title

_NUMBER = re.compile(r"[-+]?[\d.,\s%]+")
_TOTAL = re.compile(
    r"(grand |column |over)?(sub)?totals?|sum|sums|mean|means|average|averages|count|n ?=.*|base|"
    r"gesamt(summe|ergebnis)?|summe|mittelwert|durchschnitt|anzahl|moyenne|somme|promedio|suma|totale|media|totaal|gemiddelde",
    re.IGNORECASE,
)

Rows = Sequence[Sequence[str]]


def title_rows(rows: Rows) -> int:
    """How many rows stand above the header: a title, a date of export, each in the first one or two cells.

    The header is the first row whose cells are all filled, all texts and all different; every row above it has
    at most two filled cells, the first among them. Where that is not so, nothing stands above the header.

    Examples
    --------
    >>> title_rows([["Brand study", "", ""], ["March", "", ""], ["id", "sex", "age"], ["1", "f", "34"]])
    2
    >>> title_rows([["id", "sex", ""], ["1", "f", "34"]])
    0
    """
    for i, row in enumerate(rows[: MOST_TITLES + 1]):
        cells = [c.strip() for c in row]
        filled = [c for c in cells if c]
        if len(cells) < FEWEST_COLUMNS:
            return 0
        if i and not filled:
            continue
        if len(filled) == len(cells):
            named = len(set(cells)) == len(cells) and not any(_NUMBER.fullmatch(c) for c in cells)
            return i if named else 0
        narrow = i == 0 and len(cells) == FEWEST_COLUMNS
        if not cells[0] or any(cells[2:]) or (narrow and len(filled) > 1):
            return 0
    return 0


def may_be_title(row: Sequence[str]) -> bool:
    """Whether a first row may stand above a header; quick, and never wrong when it says no.

    >>> may_be_title(["Brand study", "", ""]), may_be_title(["id", "sex", "age"])
    (True, False)
    """
    return len(row) >= FEWEST_COLUMNS and not any(c.strip() for c in row[2:])


def without_titles(rows: list[list[str]]) -> tuple[list[list[str]], int, tuple[str, ...]]:
    """Rows from the header on, how many stood above, and what is said of them; short rows count as filled up."""
    width = max(map(len, rows[: MOST_TITLES + 1]), default=0)
    above = title_rows([[*row, *[""] * (width - len(row))] for row in rows[: MOST_TITLES + 1]])
    return rows[above:], above, title_note([row for row in rows[:above] if any(row)])


def title_note(rows: Rows, where: str = "row") -> tuple[str, ...]:
    """What is said of rows above the header that were left out."""
    if not rows:
        return ()
    shown = "; ".join(repr(" ".join(" ".join(row).split())) for row in rows[:3])
    more = f"; and {len(rows) - 3} more" if len(rows) > 3 else ""
    what = f"The first {where} is" if len(rows) == 1 else f"The first {len(rows)} {where}s are"
    return (
        f"{what} no header and no respondents, but a title: {shown}{more}; left out (header_rows = 1 keeps them).",
    )


def total_note(names: Sequence[str], last: Sequence[str], rows: int) -> tuple[str, ...]:
    """What is said of a last row that reads like a total: it is kept, and counts until somebody removes it.

    Examples
    --------
    >>> total_note(["id", "age"], ["Total", "41.5"], 61)[0][:60]
    "The last row (61) reads 'Total' in column 'id': a sum of the"
    """
    said = next(((n, c.strip()) for n, c in zip(names, last, strict=True) if c.strip()), ("", ""))
    if rows < 2 or not _TOTAL.fullmatch(said[1].rstrip(" :")):
        return ()
    name, text = said
    rule = f'{{ rule = "eligible", label = "total row", remove = "{_named(name)} == \'{text}\'" }}'
    return (
        (
            f"The last row ({rows:,}) reads {text!r} in column {name!r}: a sum of the others and no respondent? It is "
            f"counted until it is removed, in the file or by rules = [{rule}] under [clean]."
        ),
    )


def _named(column: str) -> str:
    """A column as an expression of the study file has it."""
    return column if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", column) else f"`{column}`"
