"""Rows of dots with intervals on one axis, as data: the body that most figures share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from survey_analysis.figures.axis import Axis
from survey_analysis.figures.brackets import Link
from survey_analysis.figures.style import ACCENT, INK, WHISKER, Weight


@dataclass(frozen=True)
class Series:
    """One kind of mark; `offset` moves it below the middle of the row (inches)."""

    key: str
    label: str = ""
    colour: str = ACCENT
    marker: str | tuple[tuple[float, float], ...] = "o"  # a name of matplotlib, or the corners of a shape
    hollow: bool = False
    offset: float = 0.0
    area: float = 40.0
    whisker: str = WHISKER
    thickness: float = 2.6


@dataclass(frozen=True)
class Mark:
    """One estimate with its interval (none where a limit is not finite)."""

    series: str
    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Cell:
    """A text in a column right of the panel."""

    text: str
    weight: Weight = "regular"
    colour: str = INK


@dataclass(frozen=True)
class Column:
    """Heading of a column; `inline` is how its cells read when there is no column (narrow)."""

    heading: str
    inline: str = "{}"
    main: bool = False
    series: str = ""  # the series whose mark stands before the heading


@dataclass(frozen=True)
class Row:
    """One labelled row; `heading` opens a group above it."""

    label: str
    marks: tuple[Mark, ...]
    cells: tuple[Cell, ...] = ()
    heading: str = ""
    strong: bool = False
    tint: bool = False
    tag: str = ""


@dataclass(frozen=True)
class RowTable:
    """All that `draw_rows` needs."""

    rows: tuple[Row, ...]
    series: tuple[Series, ...]
    axis: Axis
    ticks: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    reference: tuple[float, str] | None = None
    reference_colour: str = INK
    links: tuple[Link, ...] = ()
    key: bool = False
    key_narrow: bool = False  # a key on the narrow chart only: wide, the marks stand in the column headings
    spine: str = ""  # series whose marks a line joins to the first mark of the row
    axis_title: str = ""
    name: str = "rows"
    pitch: float = 0.36
    links_title: str = ""
    links_note: str = ""  # stands below brackets
    links_instead: str = ""  # stands where the brackets do not fit
    note: str = ""

    @property
    def spread(self) -> float:
        """How far the lowest series lies below the middle of its row (inches)."""
        return max((s.offset for s in self.series), default=0.0)
