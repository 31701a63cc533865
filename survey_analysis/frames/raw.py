"""`RawTable`: a file as it lay, before anything is interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.study.scales import MissingCode


@dataclass(frozen=True, eq=False)
class RawTable:
    """Columns of text (numbers stay text until a question says they are numbers).

    Attributes
    ----------
    frame
        One row a respondent (or rating, in a long file); every cell is `str`, an empty cell is "".
    wording
        Question text of a column where the file has it (header rows, variable labels).
    labels
        Value labels of a column where the file has them: pairs of code and label, in file order.
    ordered
        Columns whose value labels stand in the order of the answers (an ordered pandas categorical).
    missing
        User-missing codes of a column where the file has them.
    notes
        What the reader had to decide (encoding, header rows), one sentence each, for the log.
    digest
        SHA-256 of the file's bytes (or of the frame's content), for provenance.
    """

    frame: pd.DataFrame
    wording: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[MissingCode, ...]] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    digest: str = ""
    format: str = ""
    name: str = ""

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(self.frame.columns)

    def column(self, name: str) -> pd.Series:
        """One column as text; an unknown name is an error with the nearest ones."""
        if name not in self.frame.columns:
            raise ColumnNotFoundError(f"The data have no column '{name}'.", hint=closest(name, self.columns))
        return self.frame[name]

    def with_frame(self, frame: pd.DataFrame, *notes: str) -> RawTable:
        """The same table with other cells or rows."""
        return replace(self, frame=frame, notes=self.notes + notes)
