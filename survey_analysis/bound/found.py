"""`Found`: what a search found, a frame that prints its wordings whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar

import pandas as pd

from survey_analysis.fonts import inert
from survey_analysis.plurals import counted
from survey_analysis.tables.model import Cell, Column, Row, Table

WIDTH = 100  # of a line, where nobody looks
WIDTHS = (40, 120)  # least and most in a terminal
MOST_OF_A_NAME = 24
_GAP = "  "


class Found(pd.DataFrame):
    """Questions that hold what was looked for: `question, kind, wording, found_in, match`; parts are plain frames."""

    _metadata: ClassVar[list[str]] = ["_text"]

    @classmethod
    def of(cls, frame: pd.DataFrame, text: str) -> Found:
        """The rows found for a text."""
        made = cls(frame)
        object.__setattr__(made, "_text", text)
        return made

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """A plain frame."""
        return pd.DataFrame(self)

    def table(self) -> Table:
        """One row a question: kind, wording, where it was found, the words around it."""
        names = ("kind", "wording", "found_in", "match")
        columns = tuple(Column(n.replace("_", " ").capitalize(), align="left") for n in names)
        rows = tuple(
            Row(str(name), tuple(Cell(str(x)) for x in cells))
            for name, *cells in zip(self["question"], *(self[n] for n in names), strict=True)
        )
        return Table("found", self._title(), columns, rows, stub="Question")

    def _title(self) -> str:
        text = self._text.replace('"', "'")
        if self.empty:
            return f'No question or column holds "{text}".'
        return f'{counted(len(self), "question or column holds", "questions or columns hold")} "{text}".'

    def _lines(self, width: int) -> list[str]:
        """Name and kind left, the whole wording and where it was found beside them."""
        cells = [(_flat(q), str(k)) for q, k in zip(self["question"], self["kind"], strict=True)]
        name = min(max(len(x) for x, _ in [("question", ""), *cells]), MOST_OF_A_NAME)
        kind = max(len(x) for _, x in [("", "kind"), *cells])
        left = width - name - kind - 2 * len(_GAP)
        out = [_GAP.join(("question".ljust(name), "kind".ljust(kind), "wording; where it was found"))]
        for (shown, what), wording, places, match in zip(
            cells, self["wording"], self["found_in"], self["match"], strict=True
        ):
            said = _flat(wording)
            around = _flat(match)
            inside = around.strip("…") in said or around == shown
            beside = wrap(said, left) + wrap(f"found in {places}{'' if inside else f': {around}'}", left)
            names = wrap(shown, name)
            for i in range(max(len(names), len(beside))):
                parts = (names[i] if i < len(names) else "", what if i == 0 else "")
                last = beside[i] if i < len(beside) else ""
                out.append(_GAP.join((parts[0].ljust(name), parts[1].ljust(kind), last)).rstrip())
        return out

    def __repr__(self) -> str:
        width = _width()
        head = wrap(_flat(self._title()), width)
        return "\n".join(head if self.empty else [*head, "", *self._lines(width)])

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _flat(text: object) -> str:
    """One line without characters that a terminal would act on."""
    return " ".join(inert(str(text)).split())


def _width() -> int:
    """Columns of the terminal, as far as lines stay readable; 100 where nobody looks."""
    if sys.stdout is None or not sys.stdout.isatty():
        return WIDTH
    least, most = WIDTHS
    return max(least, min(shutil.get_terminal_size().columns, most))
