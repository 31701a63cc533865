"""Native charts: made of `ChartData`, in the colours and fonts of the theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.decks.office import clean, pptx
from survey_analysis.decks.template import Room
from survey_analysis.decks.theme import Tone, paint, text_on, tones
from survey_analysis.decks.workbook import workbook_blob
from survey_analysis.results.deck import ChartData, ChartSeries
from survey_analysis.wording.numbers import percent

_TYPES: Final = {
    "bar": "BAR_CLUSTERED",
    "column": "COLUMN_CLUSTERED",
    "stacked": "BAR_STACKED_100",
    "likert": "BAR_STACKED",
    "line": "LINE_MARKERS",
}
SMALLEST: Final = 0.055  # segments under it carry no number
_LABEL: Final = 11
_MIN: Final = 9


def add_chart(
    slide: Any, room: Room, data: ChartData, name: str, alt: str, colours: Mapping[str, str]
) -> Any:
    """Put a native chart on a slide.

    Parameters
    ----------
    slide
        Of python-pptx.
    room
        Where.
    data
        Its numbers.
    name
        What refresh finds it by.
    alt
        Alternative text.
    colours
        The theme's, to choose text that can be read.
    """
    types = pptx("enum.chart").XL_CHART_TYPE
    numbers = pptx("chart.data").CategoryChartData(number_format=data.number_format)
    numbers.categories = [clean(c) for c in data.shown]
    for series in data.series:
        numbers.add_series(clean(series.name), series.values)
    frame = slide.shapes.add_chart(
        getattr(types, _TYPES[data.form]), room.left, room.top, room.width, room.height, numbers
    )
    frame.name = name
    describe(frame, alt)
    chart = frame.chart
    chart.part.chart_workbook.xlsx_part._blob = workbook_blob(data)  # noqa: SLF001  theirs makes formulas of text
    _style(chart, data, colours)
    return frame


def describe(frame: Any, alt: str) -> None:
    """Set the alternative text."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(alt))  # noqa: SLF001  python-pptx has no such property


def _style(chart: Any, data: ChartData, colours: Mapping[str, str]) -> None:
    size = pptx("util").Pt(_LABEL if len(data.categories) <= 14 else _MIN)
    chart.font.size = size
    chart.has_title = False
    plot = chart.plots[0]
    if data.form != "line":
        plot.gap_width = 45 if len(data.series) == 1 or data.form in ("stacked", "likert") else 60
        if data.form in ("stacked", "likert"):
            plot.overlap = 100
    _axes(chart, data)
    roles = [s.role if data.form in ("likert", "stacked") else "plain" for s in data.series]
    chosen = tones(roles, outer_first=data.form == "stacked")
    for series, told, tone in zip(plot.series, data.series, chosen, strict=True):
        _series(series, told, tone, data, colours)
    chart.has_legend = len(data.series) > 1 and data.form != "likert"
    if chart.has_legend:
        chart.legend.include_in_layout = False
        chart.legend.font.size = size
        position = pptx("enum.chart").XL_LEGEND_POSITION
        chart.legend.position = position.TOP if data.form != "line" else position.RIGHT


def _axes(chart: Any, data: ChartData) -> None:
    enum = pptx("enum.chart")
    categories, values = chart.category_axis, chart.value_axis
    categories.format.line.fill.background()
    categories.major_tick_mark = enum.XL_TICK_MARK.NONE
    categories.tick_label_position = enum.XL_TICK_LABEL_POSITION.LOW
    categories.has_major_gridlines = False
    values.has_major_gridlines = data.form == "line"
    if data.form in ("bar", "column", "line"):
        values.minimum_scale, values.maximum_scale = data.ends
    if data.form == "line":
        values.format.line.fill.background()
        paint(values.major_gridlines.format.line.color, ("BACKGROUND_1", -0.15))
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = (
            data.number_format,
            False,
        )
        values.major_tick_mark = enum.XL_TICK_MARK.NONE
        return
    values.visible = False
    if data.form in ("bar", "stacked", "likert"):
        categories.reverse_order = True


def _series(series: Any, told: ChartSeries, tone: Tone, data: ChartData, colours: Mapping[str, str]) -> None:
    if data.form == "line":
        _line(series, tone, data)
        return
    series.format.fill.solid()
    paint(series.format.fill.fore_color, tone)
    series.invert_if_negative = False
    if data.form in ("stacked", "likert"):
        paint_line = series.format.line
        paint_line.fill.solid()
        paint(paint_line.fill.fore_color, ("BACKGROUND_1", 0.0))
        paint_line.width = pptx("util").Pt(0.75)
    position = pptx("enum.chart").XL_LABEL_POSITION
    if told.role == "middle-left" and data.form == "likert":
        return
    labels = series.data_labels
    labels.show_value = True
    inside = data.form in ("stacked", "likert")
    labels.number_format, labels.number_format_is_linked = _format(told, data), False
    labels.position = position.CENTER if inside else position.OUTSIDE_END
    labels.font.size = pptx("util").Pt(_LABEL if not inside and len(data.categories) <= 14 else _MIN + 1)
    ink = text_on(tone, colours) if inside else ("TEXT_1", 0.0)
    paint(labels.font.color, ink)
    if data.form == "likert":
        point_labels(series, told, ink)


def _format(told: ChartSeries, data: ChartData) -> str:
    if data.form == "stacked" or (data.form == "likert" and told.role == "positive"):
        return f'[<{SMALLEST}]"";0%'
    return data.number_format


def _line(series: Any, tone: Tone, data: ChartData) -> None:
    points = pptx("util").Pt
    series.smooth = False
    series.format.line.width = points(2.25)
    paint(series.format.line.color, tone)
    series.marker.style = pptx("enum.chart").XL_MARKER_STYLE.CIRCLE
    series.marker.size = 7
    series.marker.format.fill.solid()
    paint(series.marker.format.fill.fore_color, tone)
    paint(series.marker.format.line.color, tone)
    if len(data.series) <= 2:
        labels = series.data_labels
        labels.show_value, labels.number_format = True, data.number_format
        labels.number_format_is_linked = False
        labels.position = pptx("enum.chart").XL_LABEL_POSITION.ABOVE


def middle_text(half: float | None) -> str:
    """What stands in the right half of the middle answer: the whole of it."""
    return "" if half is None or 2 * half < SMALLEST else percent(2 * half)


def point_labels(series: Any, told: ChartSeries, ink: Tone) -> None:
    """Labels that no number format can give: the whole middle answer, and none on slight negative segments."""
    for i, value in enumerate(told.values):
        if told.role == "middle":
            label = series.points[i].data_label
            label.position = pptx("enum.chart").XL_LABEL_POSITION.INSIDE_BASE
            frame = label.text_frame
            frame.text = middle_text(value)
            for run in frame.paragraphs[0].runs:
                run.font.size = pptx("util").Pt(_MIN + 1)
                paint(run.font.color, ink)
        elif told.role == "negative" and (value is None or abs(value) < SMALLEST):
            hide(series.points[i].data_label)


def hide(label: Any) -> None:
    """No label on one point."""
    element = label._get_or_add_dLbl()  # noqa: SLF001  python-pptx has no such property
    index = element.find("{*}idx")
    for child in list(element):
        if child is not index:
            element.remove(child)
    gone = element.makeelement(index.tag.replace("}idx", "}delete"), {"val": "1"})
    index.addnext(gone)
