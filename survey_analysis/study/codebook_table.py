"""The codebook as tables: their columns, rows that know their place, texts that are safe in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from survey_analysis.errors import StudyError, closest
from survey_analysis.typing import MissingKind, QuestionKind

SheetName: TypeAlias = Literal["Questions", "Scales", "Nets", "Subjects", "Constructs"]

COLUMNS: Mapping[SheetName, tuple[str, ...]] = {
    "Questions": (
        "column", "question", "subject", "option", "text", "short", "kind", "scale", "asked_if", "base",
        "predicate", "reverse", "exclusive", "low", "high", "over", "separator", "origin",
    ),
    "Scales": ("scale", "question", "code", "label", "score", "missing", "outside", "favourable", "exclusive", "other"),
    "Nets": ("question", "net", "code", "label", "last"),
    "Subjects": ("set", "key", "label", "code", "phrase"),
    "Constructs": ("construct", "item", "text", "short", "base", "minimum_answered", "instrument"),
}  # fmt: skip
NEEDED: Mapping[SheetName, str] = {
    "Questions": "column",
    "Scales": "code",
    "Nets": "question",
    "Subjects": "set",
    "Constructs": "construct",
}
KINDS: tuple[str, ...] = get_args(QuestionKind)
MISSING: tuple[str, ...] = (*get_args(MissingKind), "not selected", "selected")
"""What a code that is no answer stands for; the last two are cells of an option: not chosen, and chosen."""
CHOICES = MISSING[-2:]
ORIGINS = ("declared", "data", "derived", "library")
"""Where a question comes from: the study file or codebook, the data alone, `[derived]`, the scale library."""
YES, NO = ("1", "true", "yes", "y", "r"), ("", "0", "false", "no", "n")
_FORMULA = tuple("=+-@\t\r\n")


def protect(text: str, *, formulas: bool = True) -> str:
    """Text as a spreadsheet may hold it; `unprotect` gives back exactly what it was.

    An apostrophe goes before what a spreadsheet would take for a formula, before an apostrophe, and before a text
    with blanks at an end, which reading would cut. A workbook marks text as text itself (`formulas=False`).

    Examples
    --------
    >>> protect("=1+1"), protect("'quoted'"), protect("01"), protect("-9", formulas=False)
    ("'=1+1", "''quoted'", '01', '-9')
    """
    risky = ("'", *_FORMULA) if formulas else ("'",)
    return f"'{text}" if text.startswith(risky) or text != text.strip() else text


def unprotect(cell: str) -> str:
    """Text of a cell: without the apostrophe that made it safe, and without blanks around it.

    Examples
    --------
    >>> unprotect("'=1+1"), unprotect("''quoted'"), unprotect(" yes "), unprotect("'tis")
    ('=1+1', "'quoted'", 'yes', "'tis")
    """
    rest = cell[1:]
    if cell.startswith("'") and rest and (rest.startswith(("'", *_FORMULA)) or rest != rest.strip()):
        return rest
    return cell.strip()


@dataclass(frozen=True)
class Line:
    """One row of a codebook table, with the place of each cell for messages."""

    cells: Mapping[str, str]
    file: str
    number: int
    sheet: str = ""
    order: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def where(self, column: str = "") -> str:
        """Place of a cell, or of the row: by line in a CSV, by sheet and cell in a workbook."""
        if not self.sheet:
            return f"[{self.file}: line {self.number}{f', {column}' if column else ''}]"
        letters = letters_of(self.order.index(column)) if column in self.order else ""
        return f"[{self.file}: {self.sheet}!{letters}{self.number}]"

    def wrong(self, column: str, what: str, hint: str) -> StudyError:
        """An error about one cell."""
        return StudyError(what, where=self.where(column), hint=hint)

    def choice(self, column: str, known: Iterable[str]) -> str:
        """A cell that holds one of a few words, or nothing."""
        value, words = self[column], tuple(known)
        if value and value not in words:
            raise self.wrong(column, f"'{value}' is no {column} of a codebook.", closest(value, words))
        return value

    def yes(self, column: str) -> bool:
        """A cell that says yes, or no, or nothing."""
        value = self[column].lower()
        if value not in (*YES, *NO):
            raise self.wrong(
                column, f"'{self[column]}' is neither yes nor no.", "give yes, or leave it empty."
            )
        return value in YES

    def number_in(self, column: str, hint: str) -> float:
        """A cell that holds a number."""
        try:
            return float(self[column])
        except ValueError:
            raise self.wrong(column, f"'{self[column]}' is not a number.", hint) from None


@dataclass(frozen=True)
class Tables:
    """The tables of a codebook, each a tuple of rows; all but the questions may be empty."""

    file: str
    lines: Mapping[SheetName, tuple[Line, ...]] = field(default_factory=dict)

    def __getitem__(self, sheet: SheetName) -> tuple[Line, ...]:
        return self.lines.get(sheet, ())


def letters_of(place: int) -> str:
    """Letters of a spreadsheet column: 0 is A, 26 is AA.

    >>> letters_of(4), letters_of(27)
    ('E', 'AB')
    """
    out, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        out = chr(65 + rest) + out
    return out
