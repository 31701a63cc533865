"""`ExportRecord`: what was written, and what the format could not hold."""

from __future__ import annotations

from dataclasses import dataclass

from survey_analysis.plurals import counted


@dataclass(frozen=True, repr=False)
class ExportRecord:
    """A file as written.

    Attributes
    ----------
    name
        Name of the file.
    rows
        Respondents in it.
    notes
        What was left out, renamed or changed, and what the format cannot hold; one sentence each.
    """

    name: str
    rows: int
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([f"{self.name}: {counted(self.rows, 'row')}", *(f"  {note}" for note in self.notes)])
