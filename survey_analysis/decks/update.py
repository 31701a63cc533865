"""New numbers into a chart that stands: the cache of the chart and the cells of its workbook, nothing else."""

from __future__ import annotations

import math
from typing import Any

from survey_analysis.decks.charts import SMALLEST, hide, middle_text
from survey_analysis.decks.chartxml import Place, Series, series_of
from survey_analysis.decks.office import clean
from survey_analysis.decks.texts import rewrite, text_of
from survey_analysis.decks.workbook import Cell, patched
from survey_analysis.results.deck import ChartData, ChartSeries, Movement
from survey_analysis.wording.numbers import NOT_AVAILABLE, fixed, percent, signed

_SIGNS = (" ▲", " ▼")


def update_chart(chart: Any, data: ChartData, slide: int, name: str) -> tuple[list[Movement], list[str]]:
    """Put the numbers of `data` into a chart.

    Categories and series are found by their labels and stay in the order of the chart; new ones come last.
    Returned are the numbers that moved and what could not be done, in words.
    """
    old = series_of(chart)
    if not old:
        return [], [f"slide {slide}: '{name}' has no series; nothing was replaced."]
    old_labels = [_bare(c) for c in old[0].categories]
    wanted = [clean(c) for c in data.categories]
    labels = [c for c in dict.fromkeys(old_labels) if c in wanted] + [
        c for c in wanted if c not in old_labels
    ]
    places = {i: (labels.index(c) if c in labels else None) for i, c in enumerate(old_labels)}
    new = {clean(s.name): s for s in data.series}
    before = {s.name: dict(zip(old_labels, s.values, strict=False)) for s in old}
    moved = _moved(before, new, labels, wanted, data, slide, name)
    cells: dict[str, dict[str, Cell]] = {}
    gone = [s for s in old if s.name not in new]
    kept = _series(chart, old, new, cells)
    shown = dict(zip(wanted, (clean(c) for c in data.shown), strict=True))
    for series in kept:
        told = new[series.name]
        _into(series, told, [shown[c] for c in labels], [_of(told, wanted, c) for c in labels], places, cells)
    _labels(chart, kept, new, labels, wanted, before, data)
    for series in gone:
        _clear(series, cells)
    return moved, _workbook(chart, cells, slide, name)


def _bare(label: str) -> str:
    return label[:-2] if label.endswith(_SIGNS) else label


def _of(series: ChartSeries, wanted: list[str], label: str) -> float | None:
    return series.values[wanted.index(label)]


def _series(
    chart: Any, old: list[Series], new: dict[str, ChartSeries], cells: dict[str, dict[str, Cell]]
) -> list[Series]:
    """Series that stay, and copies of the last one for those that are new; gone ones leave the chart."""
    del chart
    kept = [s for s in old if s.name in new]
    last, number = old[-1], max(int(s.element.find("{*}order").get("val")) for s in old)
    names = {s.name for s in old}
    for i, name in enumerate((n for n in new if n not in names), 1):
        made = last.copied(number + i)
        header = last.place("tx")
        header = header.beside(1) if header is not None and header.down else header
        made.rename(name, header)
        if header is not None:
            cells.setdefault(header.sheet, {})[header.cell(0)] = name
        value = made.place("val")
        made.write("val", [], value.beside(1) if value is not None else None)
        _move(made, value)
        kept.append(made)
        last = made
    for series in old:
        if series.name not in new:
            series.element.getparent().remove(series.element)
    return kept


def _move(made: Series, place: Place | None) -> None:
    if place is None:
        return
    formula = next(made.element.find("{*}val").iter("{*}f"), None)
    if formula is not None:
        formula.text = place.beside(1).resized(
            place.last_row - place.row + 1 if place.down else place.last_column - place.column + 1
        )


def _into(
    series: Series,
    told: ChartSeries,
    shown: list[str],
    values: list[float | None],
    places: dict[int, int | None],
    cells: dict[str, dict[str, Cell]],
) -> None:
    del told
    where = {part: series.place(part) for part in ("cat", "val")}
    was = {"cat": len(series.categories), "val": len(series.values)}
    if any(i != j for i, j in places.items()):
        series.reordered(places)
    series.write("cat", shown, where["cat"])
    series.write("val", [None if v is None else repr(float(v)) for v in values], where["val"])
    columns: tuple[tuple[str, list[Any]], ...] = (("cat", list(shown)), ("val", list(values)))
    for part, content in columns:
        place = where[part]
        if place is None:
            continue
        mine = cells.setdefault(place.sheet, {})
        for i in range(max(len(content), was[part])):
            mine[place.cell(i)] = content[i] if i < len(content) else None


def _clear(series: Series, cells: dict[str, dict[str, Cell]]) -> None:
    """Cells of a series that is gone, where nothing new stands."""
    for part in ("tx", "val"):
        place = series.place(part)
        if place is not None:
            count = 1 if part == "tx" else max(len(series.values), 1)
            for i in range(count):
                cells.setdefault(place.sheet, {}).setdefault(place.cell(i), None)


def _labels(
    chart: Any,
    kept: list[Series],
    new: dict[str, ChartSeries],
    labels: list[str],
    wanted: list[str],
    before: dict[str, dict[str, float | None]],
    data: ChartData,
) -> None:
    """Labels of single points that we wrote: the whole middle answer, none on slight negative segments."""
    if data.form != "likert":
        return
    by_name = {s.name: s for p in chart.plots for s in p.series}
    for series in kept:
        told, drawn = new[series.name], by_name.get(series.name)
        if drawn is None or told.role not in ("middle", "negative"):
            continue
        for i, label in enumerate(labels):
            value, was = _of(told, wanted, label), before.get(series.name, {}).get(label)
            if told.role == "middle":
                _middle(drawn, i, was, value)
            else:
                _slight(drawn, series, i, value)


def _middle(drawn: Any, i: int, was: float | None, value: float | None) -> None:
    frame = drawn.points[i].data_label.text_frame
    if text_of(frame) == middle_text(was):
        rewrite(frame, middle_text(value))


def _slight(drawn: Any, series: Series, i: int, value: float | None) -> None:
    """Hide the label of a segment that became slight, show that of one that no longer is."""
    holder = series.element.find("{*}dLbls")
    mine = (
        []
        if holder is None
        else [d for d in holder.findall("{*}dLbl") if d.find("{*}idx").get("val") == str(i)]
    )
    slight = value is None or abs(value) < SMALLEST
    if slight and not mine:
        hide(drawn.points[i].data_label)
    elif not slight and mine and mine[0].find("{*}delete") is not None:
        holder.remove(mine[0])


def _moved(
    before: dict[str, dict[str, float | None]],
    new: dict[str, ChartSeries],
    labels: list[str],
    wanted: list[str],
    data: ChartData,
    slide: int,
    name: str,
) -> list[Movement]:
    found = []
    for series in [*new, *(s for s in before if s not in new)]:
        told, had = new.get(series), before.get(series, {})
        if told is not None and told.role == "middle-left":
            continue  # the other half says it
        scale = (
            {"negative": -1.0, "middle": 2.0}.get(told.role, 1.0) if told and data.form == "likert" else 1.0
        )
        for label in [*labels, *(c for c in had if c not in labels)]:
            a = had.get(label)
            b = _of(told, wanted, label) if told is not None and label in wanted else None
            if _same(a, b):
                continue
            a, b = (None if x is None else x * scale for x in (a, b))
            found.append(Movement(slide, name, series, label, a, b, printed(a, data), printed(b, data)))
    return found


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def printed(value: float | None, data: ChartData) -> str:
    """A number as its label prints it."""
    if value is None:
        return NOT_AVAILABLE
    code = data.number_format.split(";")[0].lstrip("+")
    decimals = len(code.partition(".")[2].rstrip("%"))
    if code.endswith("%"):
        return percent(value, decimals)
    return signed(value, decimals) if data.number_format.startswith("+") else fixed(value, decimals)


def _workbook(chart: Any, cells: dict[str, dict[str, Cell]], slide: int, name: str) -> list[str]:
    part = chart.part.chart_workbook.xlsx_part
    if part is None:
        return [
            f"slide {slide}: '{name}' has no workbook inside (linked or removed); only the chart was updated."
        ]
    try:
        blob = part.blob
        for sheet, told in cells.items():
            blob = patched(blob, sheet, told)
    except (KeyError, ValueError, StopIteration):
        return [f"slide {slide}: the workbook of '{name}' cannot be read; only the chart was updated."]
    part._blob = blob  # noqa: SLF001  python-pptx writes only whole new workbooks
    return [] if cells else [f"slide {slide}: '{name}' refers to no cells; only the chart was updated."]
