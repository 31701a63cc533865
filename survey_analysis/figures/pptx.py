"""A figure as a slide: its native chart with the texts around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from survey_analysis.decks.deck import placed
from survey_analysis.errors import ReportError
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.files import write_whole
from survey_analysis.figures.native import SUPPORTED
from survey_analysis.results.deck import ChartData, DeckData, SlideData
from survey_analysis.wording.decks import slide_alt, slide_subtitle, undrawn

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart


def native_of(chart: Chart) -> ChartData:
    """The numbers of the native chart.

    Raises
    ------
    FigureError
        The figure has none.
    """
    data = chart.data() if chart.data is not None else None
    if data is None:
        raise FigureError(
            f"The figure '{chart.kind}' has no native chart.",
            where="native charts: " + ", ".join(SUPPORTED),
            hint="save it as .png or .svg and insert the picture.",
        )
    return data


def slide_of(chart: Chart, *, key: str = "", notes: str = "", marks: str = "") -> SlideData:
    """A slide with the native chart of a figure and the figure's own texts."""
    data, c = native_of(chart), chart.caption
    return SlideData(
        key=key or data.name,
        kind="chart",
        title=c.title,
        subtitle=slide_subtitle(c.subtitle),
        source=" ".join(
            x for x in (c.base, c.note, undrawn(data), marks if data.marked else "", c.source) if x
        ),
        alt=slide_alt(c.alt),
        notes=notes or "\n".join(x for x in (c.title, c.subtitle, c.base) if x),
        chart=data,
        simulated=c.simulated,
    )


def put_on_slide(chart: Chart, path: Path, slide: int | None, template: str | Path | None) -> DeckData:
    """Write the deck with the chart on it; see `Chart.to_pptx`."""
    if path.suffix.lower() != ".pptx":
        raise ReportError(f"'{path.name}' does not end in .pptx.", hint=f"give '{path.stem}.pptx'.")
    if template is not None and path.is_file():
        raise ReportError(
            f"'{path.name}' is there already; a template is for a new deck.", hint="leave template= out."
        )
    content, made = placed(slide_of(chart), path, slide, template)
    write_whole(path, content)
    return replace(made, path=path.name)
