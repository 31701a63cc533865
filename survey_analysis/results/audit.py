"""`BaseAuditData`: whom the routing says were asked, against who has an answer. Data only."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

_COLUMNS = ["question", "subject", "asked_if", "asked", "data", "unanswered", "broke_off", "unasked"]


@dataclass(frozen=True)
class AuditLine:
    """One routed question, for one subject of a battery.

    Attributes
    ----------
    asked, data
        Rows that the routing says were asked, and rows with something in the question's cells (an answer, or a code
        such as "don't know").
    unanswered, unasked
        Rows asked with nothing there, and rows with an answer that were not asked: 1 is the first respondent.
    broke_off
        Rows asked with nothing there because the respondent had left before; not among `unanswered`.
    unseen
        An empty cell means "not chosen" here, so that nobody can be seen to have given no answer.
    """

    question: str
    label: str
    subject: str
    asked_if: str
    asked: int
    data: int
    unanswered: tuple[int, ...] = ()
    unasked: tuple[int, ...] = ()
    broke_off: int = 0
    unseen: bool = False

    @property
    def agrees(self) -> bool:
        """Routing and data say the same."""
        return not self.unanswered and not self.unasked


@dataclass(frozen=True, eq=False)
class BaseAuditData:
    """Routed questions in the order of the codebook.

    Attributes
    ----------
    lines
        One a routed question and subject.
    rows
        Rows looked at.
    removed
        Rows that cleaning had removed before; then row numbers count what is left, not the file.
    unrouted
        Questions that say nothing of who was asked: everybody is taken to have been.
    """

    lines: tuple[AuditLine, ...]
    rows: int
    removed: int = 0
    unrouted: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def unanswered(self) -> int:
        """Cells that should hold an answer and do not."""
        return sum(len(x.unanswered) for x in self.lines)

    @property
    def unasked(self) -> int:
        """Answers to questions that were not asked."""
        return sum(len(x.unasked) for x in self.lines)

    def to_frame(self) -> pd.DataFrame:
        """One row a line: `question, subject, asked_if, asked, data, unanswered, broke_off, unasked` (counts)."""
        rows = [
            (
                x.question,
                x.subject,
                x.asked_if,
                x.asked,
                x.data,
                len(x.unanswered),
                x.broke_off,
                len(x.unasked),
            )
            for x in self.lines
        ]
        return pd.DataFrame(rows, columns=_COLUMNS)

    def cases(self) -> pd.DataFrame:
        """One row a finding: `question, subject, row, what`; row 1 is the first respondent of the data read."""
        rows = [
            (x.question, x.subject, row, what)
            for x in self.lines
            for what, found in (("asked, no answer", x.unanswered), ("answered, not asked", x.unasked))
            for row in found
        ]
        return pd.DataFrame(rows, columns=["question", "subject", "row", "what"])
