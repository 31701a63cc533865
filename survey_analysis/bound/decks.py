"""`DeckResult`: a deck as written, and what a refresh changed."""

from __future__ import annotations

from dataclasses import dataclass

from survey_analysis.bound.values import values_of
from survey_analysis.results.deck import DeckData
from survey_analysis.wording.decks import deck_text


@dataclass(frozen=True, eq=False, repr=False)
class DeckResult(DeckData):
    """A deck as written: its slides; of a refresh what moved, what was kept and what was not found."""

    @classmethod
    def of(cls, data: DeckData) -> DeckResult:
        """Add the verbs to the data."""
        return cls(**values_of(data, DeckData))

    def __repr__(self) -> str:
        return deck_text(self)

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415

        return f'<pre style="font-family:monospace">{escape(deck_text(self))}</pre>'
