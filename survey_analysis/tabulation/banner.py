"""Banners: which columns stand side by side, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_analysis.core.columns import Columns
from survey_analysis.core.share_table import column_codes
from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.tabulation.banner_entries import Span, entries_of, spans_of
from survey_analysis.typing import BannerBy, BoolArray, IntArray

TOTAL = "total"


@dataclass(frozen=True, eq=False)
class Banner:
    """Banner columns with their masks; `spans` lists the positions of each variable's columns.

    `codes` numbers the column of each row within a span, -1 in none; None where its columns overlap. `notes` say
    which columns nobody is in.
    """

    name: str
    columns: tuple[BannerColumn, ...]
    masks: tuple[BoolArray, ...]
    spans: tuple[tuple[str, tuple[int, ...]], ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def codes(self) -> tuple[IntArray | None, ...]:
        """Column of each row, span by span."""
        return tuple(
            column_codes([self.masks[j] for j in places], len(self.masks[0])) for _, places in self.spans
        )

    @cached_property
    def numbered(self) -> Columns:
        """All columns numbered through, then everybody; columns that overlap are variables of their own."""
        n = len(self.masks[0])
        variables: list[IntArray] = []
        sizes: list[int] = []
        if self.has_total:
            variables.append(np.zeros(n, dtype=np.intp))
            sizes.append(1)
        for (_, places), codes in zip(self.spans, self.codes, strict=True):
            if codes is not None:
                variables.append(codes)
                sizes.append(len(places))
                continue
            variables += [np.where(self.masks[j], 0, -1) for j in places]
            sizes += [1] * len(places)
        return Columns.of([*variables, np.zeros(n, dtype=np.intp)], [*sizes, 1])

    @cached_property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """Label, span and key of each column."""
        return {
            "column": tuple(c.label for c in self.columns),
            "span": tuple(c.span for c in self.columns),
            "key": tuple(c.key for c in self.columns),
        }

    @property
    def has_total(self) -> bool:
        """Whether the first column is everybody."""
        return self.columns[0].key == TOTAL


def banner_of(survey: SurveyData, by: BannerBy) -> Banner:
    """The banner that `by` names: one of the study file, a variable, or entries side by side.

    Raises
    ------
    ColumnNotFoundError
        A name that is no banner, variable or filter.
    EstimationError
        The same entry twice, a banner inside a banner, numbers without levels, no column at all.
    """
    total, entries, name = entries_of(survey, by)
    columns: list[BannerColumn] = []
    masks: list[BoolArray] = []
    places: list[tuple[str, tuple[int, ...]]] = []
    notes: list[str] = []
    if total:
        columns.append(BannerColumn(TOTAL, "Total"))
        masks.append(np.ones(len(survey), dtype=bool))
    spans: list[Span] = [s for entry in entries for s in spans_of(survey, entry)]
    for span in spans:
        start = len(columns)
        columns += span.columns
        masks += span.masks
        notes += span.notes
        if span.columns:
            places.append((span.name, tuple(range(start, len(columns)))))
    if not columns:
        raise EstimationError("The banner has no columns.", hint="give by=, or a banner with a total.")
    return Banner(name, tuple(columns), tuple(masks), tuple(places), tuple(notes))
