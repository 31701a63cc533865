"""Banners: which columns stand side by side, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_analysis.core.share_blocks import Columns
from survey_analysis.core.share_table import column_codes
from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.typing import BoolArray, By, IntArray

TOTAL = "total"


@dataclass(frozen=True, eq=False)
class Banner:
    """Banner columns with their masks; `spans` lists the positions of each variable's columns.

    `codes` numbers the column of each row within a span, -1 in none; None where its columns overlap.
    """

    name: str
    columns: tuple[BannerColumn, ...]
    masks: tuple[BoolArray, ...]
    spans: tuple[tuple[str, tuple[int, ...]], ...]

    @cached_property
    def codes(self) -> tuple[IntArray | None, ...]:
        """Column of each row, span by span."""
        return tuple(
            column_codes([self.masks[j] for j in places], len(self.masks[0])) for _, places in self.spans
        )

    @cached_property
    def stacked(self) -> Columns | None:
        """All columns numbered through, the total a variable of its own; None where a span overlaps."""
        everybody = [np.zeros(len(self.masks[0]), dtype=np.intp)] if self.has_total else []
        spans = [codes for codes in self.codes if codes is not None]
        if len(spans) < len(self.codes):
            return None
        sizes = [1] * len(everybody) + [len(places) for _, places in self.spans]
        return Columns.of([*everybody, *spans], sizes)

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


def banner_spec(survey: SurveyData, by: By) -> tuple[bool, list[str], str]:
    """Whether there is a total column, the variables side by side, and the banner's name."""
    if by is None:
        return True, [], ""
    if isinstance(by, str) and by in survey.study.banners:
        entry = survey.study.banners[by]
        return entry.total, list(entry.columns), entry.label or by
    variables = [by] if isinstance(by, str) else list(by)
    known = (*survey.study.banners, *survey.table.codebook.names, *survey.table.raw.columns, "sample")
    for name in variables:
        if name not in known:
            raise ColumnNotFoundError(f"There is no banner or variable '{name}'.", hint=closest(name, known))
    return True, variables, " + ".join(variables)


def banner_of(survey: SurveyData, total: bool, variables: Sequence[str], name: str) -> Banner:
    """Banner columns with somebody in them, variable after variable."""
    columns: list[BannerColumn] = []
    masks: list[BoolArray] = []
    spans: list[tuple[str, tuple[int, ...]]] = []
    if total:
        columns.append(BannerColumn(TOTAL, "Total"))
        masks.append(np.ones(len(survey), dtype=bool))
    for variable in variables:
        dim, levels = variable_levels(survey, variable)
        start = len(columns)
        for (key, label), (_, mask) in zip(dim.levels, levels, strict=True):
            if mask is None or not mask.any():
                continue
            columns.append(BannerColumn(f"{variable}:{key}", label, variable, dim.label))
            masks.append(mask)
        spans.append((variable, tuple(range(start, len(columns)))))
    if not columns:
        raise EstimationError("The banner has no columns.", hint="give by=, or a banner with a total.")
    return Banner(name, tuple(columns), tuple(masks), tuple(spans))
