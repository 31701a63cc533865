"""Dots with intervals: levels by row, one group or several, with brackets between rows that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from survey_analysis.figures import published as references
from survey_analysis.figures.axis import Axis, linear_axis, tick_texts, value_text
from survey_analysis.figures.brackets import Link
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.published import Published
from survey_analysis.figures.reading import (
    Level,
    adjustment,
    contrasts,
    group_title,
    in_order,
    interval_name,
    levels,
    people,
)
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import CATEGORIES, MUTED, WHISKER
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.typing import Base
from survey_analysis.wording.numbers import count, p_value

_MARKERS: Final = ("o", "D", "s", "^", "v", "P")
_ALPHA: Final = 0.05


def dots(
    estimate: EstimateData,
    caption: Caption,
    *,
    test: TestData | None = None,
    base: Base = "common",
    rows: str | None = None,
    sort: Literal["estimate", "scale"] = "scale",
    layout: Literal["grouped", "overlaid"] = "grouped",
    reference: tuple[float, str] | None = None,
    published: Sequence[Published] = (),
    decimals: int | None = None,
) -> Chart:
    """Estimates as dots with intervals; the axis need not start at 0.

    Parameters
    ----------
    estimate
        Any estimates; the levels of one dimension are the rows, everything else makes groups.
    caption
        The texts around the figure.
    test
        Comparisons of the rows; a bracket joins each pair whose adjusted p is under .05.
    base
        Which comparisons of the test: of the same people, or on own bases.
    rows
        Dimension whose levels are the rows; the battery's subject, else the last, unless told. "answer": the
        answers are the rows, under the name of their group.
    sort
        Order of the rows in each group.
    layout
        "grouped": one row an estimate under the name of its group; "overlaid": one row a group, the levels
        on it as marks of different colour and shape (up to 6).
    reference
        A value to draw a line at, and its name.
    published
        Published figures: key of the row, value, where it was published.
    decimals
        Decimals of values.

    Raises
    ------
    FigureError
        Test and estimate do not fit, too many levels to overlay, or published figures beside simulated data
        without a note.
    """
    one_of("base", base, ("common", "own"))
    one_of("sort", sort, ("estimate", "scale"))
    one_of("layout", layout, ("grouped", "overlaid"))
    table = levels(estimate, rows)
    groups = in_order(r.group for r in table)
    known = references.values(published, [r.key for r in table], caption)
    if known and len(groups) > 1:
        raise FigureError(
            "Published figures are given by row, but the rows come in several groups.",
            where=f"{counted(len(groups), 'group')}",
            hint="plot one group at a time.",
        )
    axis = _axis(estimate, table, [*known.values(), *([reference[0]] if reference else [])])
    if layout == "overlaid":
        if test is not None or known:
            raise FigureError(
                "Brackets and published figures need a row for each estimate.", hint='use layout="grouped".'
            )
        return Chart("dots", caption, painter(_overlaid(estimate, table, axis, reference, decimals)))
    if sort == "estimate":
        table = tuple(sorted(table, key=lambda r: (groups.index(r.group), -r.value)))
    drawn = replace(_grouped(estimate, table, axis, decimals, published), reference=reference)
    if test is not None:
        drawn = _with_brackets(drawn, test, base, table)
    return Chart("dots", caption, painter(drawn))


def _axis(estimate: EstimateData, table: Sequence[Level], more: Sequence[float]) -> Axis:
    values = [v for r in table for v in (r.value, r.low, r.high)]
    bounds = (0.0, 1.0) if estimate.topic.unit == "share" else estimate.topic.scale_range
    return linear_axis([*values, *more], bounds=bounds)


def _row_label(level: Level, several: bool) -> str:
    parts = [level.label, level.answer if several else ""]
    return group_title([p for p in parts if p]) or "All"


def _grouped(
    estimate: EstimateData,
    table: Sequence[Level],
    axis: Axis,
    decimals: int | None,
    published: Sequence[Published],
) -> RowTable:
    known = {key: value for key, value, _ in published}
    unit = estimate.topic.unit
    several = len({r.answer for r in table}) > 1
    out: list[Row] = []
    last: tuple[str, ...] = ()
    for r in table:
        marks = [Mark("dot", r.value, r.low, r.high)]
        if r.key in known:
            marks.append(Mark("published", known[r.key]))
        cells = (Cell(value_text(r.value, unit, decimals), "bold"), Cell(people(r.n), colour=MUTED))
        heading = group_title(r.group) if r.group != last else ""
        out.append(Row(_row_label(r, several), tuple(marks), cells, heading=heading))
        last = r.group
    name = interval_name(estimate.provenance, estimate.level)
    series = [Series("dot", f"Estimate and {name}" if name else "Estimate", whisker=WHISKER)]
    if known:
        series.append(replace(references.SERIES, label=references.key_label(published), offset=0.13))
    return RowTable(
        rows=tuple(out),
        series=tuple(series),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, unit)),
        columns=(
            Column("Mean" if unit in ("score", "pomp") else "", main=True),
            Column("n", inline="n = {}"),
        ),
        links_title="Differ, adjusted p",
        key=bool(known),
        name="dots",
        pitch=0.34 if len({r.group for r in table}) > 1 else 0.42,
    )


def _overlaid(
    estimate: EstimateData,
    table: Sequence[Level],
    axis: Axis,
    reference: tuple[float, str] | None,
    decimals: int | None,
) -> RowTable:
    unit = estimate.topic.unit
    names = {r.key: r.label for r in table}
    if len(names) > len(CATEGORIES):
        raise FigureError(
            f"{len(names)} levels are too many to tell apart on one row.",
            where=f"at most {len(CATEGORIES)}",
            hint='use layout="grouped".',
        )
    series = tuple(
        Series(f"level-{i}", name, CATEGORIES[i], _MARKERS[i], whisker=CATEGORIES[i], thickness=1.6, area=46)
        for i, name in enumerate(names.values())
    )
    out = []
    for group in in_order(r.group for r in table):
        mine = {r.key: r for r in table if r.group == group}
        marks = tuple(
            Mark(one.key, mine[k].value, mine[k].low, mine[k].high)
            for k, one in zip(names, series, strict=True)
            if k in mine
        )
        cells = tuple(
            Cell(value_text(mine[k].value, unit, decimals) if k in mine else "", "semibold") for k in names
        )
        out.append(Row(group_title(group) or "All", marks, cells))
    return RowTable(
        rows=tuple(out),
        series=series,
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, unit)),
        columns=tuple(Column(s.label, inline=s.label + " {}", series=s.key) for s in series),
        reference=reference,
        key_narrow=True,
        spine="all",
        name="dots",
        pitch=0.44,
    )


def _with_brackets(drawn: RowTable, test: TestData, base: Base, table: Sequence[Level]) -> RowTable:
    """Brackets, what they mean, in which family, and what stands where there is no room for them."""
    links = _links(test, base, table)
    how = f"{adjustment(test.family)}; {'same people' if base == 'common' else 'own bases'}"
    if not links:
        return replace(drawn, note=f"No pair differs at 5% ({how}).")
    compared = sum(c.base in {base, ""} for c in contrasts(test))
    return replace(
        drawn,
        links=links,
        links_note=f"Brackets: pairs that differ at 5% ({how}).",
        links_instead=f"{count(len(links))} of {count(compared)} pairs differ at 5% ({how}).",
    )


def _links(test: TestData, base: Base, table: Sequence[Level]) -> tuple[Link, ...]:
    """Pairs of rows whose adjusted p is under .05, with that p."""
    if test.kind != "difference":
        raise FigureError(
            "Brackets need differences between rows.",
            where=f"the test is of kind '{test.kind}'",
            hint="compare the rows: estimate.compare().",
        )
    rows = [c for c in contrasts(test) if c.base in {base, ""}]
    if not rows:
        found = sorted({c.base for c in contrasts(test)})
        raise FigureError(
            f"The test has no comparison on the {base} base.",
            where="found: " + ", ".join(found),
            hint="choose base=" + " or ".join(f"'{b}'" for b in found) + ".",
        )
    out = []
    for c in rows:
        ends = [
            next((i for i, r in enumerate(table) if r.label == side and r.group == c.group), None)
            for side in (c.a, c.b)
        ]
        if ends[0] is None or ends[1] is None:
            raise FigureError(
                f"The test compares '{c.a}' with '{c.b}', which are not both rows of the figure.",
                where="group: " + (group_title(c.group) or "none"),
                hint="make test and figure from the same estimate.",
            )
        if c.p < _ALPHA:
            p = p_value(c.p)
            out.append(Link(ends[0], ends[1], f"p {p[0]} {p[1:]}" if p[0] in "<>" else f"p = {p}"))
    return tuple(out)
