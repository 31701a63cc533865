"""Where the parts of a table of rows stand: measured from its texts before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey_analysis.figures.brackets import Link, lane_width, lanes
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.rows import Row, RowTable
from survey_analysis.figures.style import Weight
from survey_analysis.figures.text import width_of

_GAP: Final = 0.18


@dataclass(frozen=True)
class Frame:
    """Measures of one layout, in inches."""

    edges: tuple[float, float]
    label_right: float
    left: float
    right: float
    columns: tuple[float, ...] = ()
    links_left: float = 0.0


def shown_links(sheet: Sheet, table: RowTable) -> tuple[Link, ...]:
    """All brackets, or none where there are too many to tell apart."""
    return table.links if len(lanes(table.links)) <= (4 if sheet.narrow else 8) else ()


def labelled_links(sheet: Sheet, table: RowTable) -> bool:
    """Whether brackets have room for their p-values."""
    return not sheet.narrow and len(lanes(table.links)) <= 3


def measure(sheet: Sheet, table: RowTable, left: float, right: float) -> Frame:
    """Where labels, panel, columns and brackets of a table stand between two edges."""
    sizes = sheet.sizes
    room = lane_width(shown_links(sheet, table), sizes.small, labelled=labelled_links(sheet, table))
    if sheet.narrow:
        ends = max(width_of(t, sizes.small) for t in (table.ticks[0], table.ticks[-1])) / 2
        return Frame(
            (left, right), left, left + max(ends, 0.12), right - max(ends, 0.12) - room, (), right - room
        )
    widest = max((width_of(r.label, sizes.label, weight_of(r)) for r in table.rows), default=0.0)
    widest = max(widest, *(width_of(r.tag, sizes.small) for r in table.rows), 0.0)
    label = min(widest, 0.34 * (right - left))
    edges: list[float] = []
    edge = right - room - (0.07 if any(r.tint for r in table.rows) else 0.0)
    for i in range(len(table.columns) - 1, -1, -1):
        cells = [width_of(r.cells[i].text, sizes.value, r.cells[i].weight) for r in table.rows if r.cells]
        mark = 0.2 if table.columns[i].series else 0.0
        most = min(1.15, 0.55 * (right - left) / len(table.columns))
        words = [min(width_of(w, sizes.small) + mark, most) for w in table.columns[i].heading.split()]
        edges.insert(0, edge)
        edge -= max([*cells, *words]) + _GAP
    return Frame(
        (left, right), left + label, left + label + 0.2, edge - 0.06, tuple(edges), right - room + 0.14
    )


def weight_of(row: Row) -> Weight:
    """Weight of the label of a row on the wide chart."""
    return "semibold" if row.strong else "regular"
