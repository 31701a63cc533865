"""Slides as data: the numbers of a native chart, the texts of a slide, and what a refresh changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

ChartForm = Literal["bar", "column", "stacked", "likert", "line"]
SeriesRole = Literal["plain", "negative", "middle-left", "middle", "positive", "outside"]


@dataclass(frozen=True)
class ChartSeries:
    """One series of a native chart, unrounded; `values` as they stand in the worksheet (negative answers below 0)."""

    name: str
    values: tuple[float | None, ...]
    role: SeriesRole = "plain"


@dataclass(frozen=True)
class ChartData:
    """The numbers of a native chart.

    Attributes
    ----------
    name
        What refresh finds it by, without the part of the slide ("follow-source").
    form
        How it is drawn.
    categories
        From the top down, or from left to right.
    series
        In the order of stacking.
    number_format
        Of labels and cells.
    labels
        Answers in reading order, for the key of a Likert chart.
    marked
        Categories that a test licenses to mark, and the sign to print beside them.
    ends
        Of the axis of values; None for the program's choice.
    outside
        Answers off the scale, which diverging bars do not draw.
    """

    name: str
    form: ChartForm
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    number_format: str = "0%"
    labels: tuple[str, ...] = ()
    marked: Mapping[str, str] = field(default_factory=dict)
    ends: tuple[float | None, float | None] = (None, None)
    outside: tuple[ChartSeries, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """Categories with the marks beside them."""
        return tuple(f"{c} {self.marked[c]}" if c in self.marked else c for c in self.categories)


@dataclass(frozen=True)
class SlideData:
    """One slide: what it says and shows.

    `key` names its shapes ("sa:KEY:chart"); `issues` are words of a title of one's own that nothing licenses.
    """

    key: str
    kind: Literal["title", "chart", "text"]
    title: str
    subtitle: str = ""
    number: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    source: str = ""
    alt: str = ""
    notes: str = ""
    layout: str = ""
    chart: ChartData | None = None
    simulated: bool = False
    issues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Movement:
    """A number of a chart that moved."""

    slide: int
    chart: str
    series: str
    category: str
    before: float | None
    after: float | None
    printed_before: str
    printed_after: str


@dataclass(frozen=True)
class TextChange:
    """A text of a slide: replaced, kept because somebody edited it, or flagged."""

    slide: int
    shape: str
    before: str
    after: str


@dataclass(frozen=True)
class DeckData:
    """A deck as written.

    Attributes
    ----------
    path
        Name of the file.
    slides
        Titles in order.
    moved
        Every number that moved, of a refresh.
    texts
        Computed texts that were replaced.
    kept
        Texts edited by hand, kept: `before` as it stands, `after` as it would be computed.
    missing
        Charts and slides that were not found, in words.
    flagged
        Titles of one's own with words that no test licenses.
    """

    path: str
    slides: tuple[str, ...]
    moved: tuple[Movement, ...] = ()
    texts: tuple[TextChange, ...] = ()
    kept: tuple[TextChange, ...] = ()
    missing: tuple[str, ...] = ()
    flagged: tuple[TextChange, ...] = ()
    refreshed: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Every number that moved, a row each, unrounded and as printed."""
        columns = list(Movement.__dataclass_fields__)
        return pd.DataFrame([[getattr(m, c) for c in columns] for m in self.moved], columns=columns)
