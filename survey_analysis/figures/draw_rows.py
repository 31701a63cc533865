"""Draw a table of rows.

Wide: label, panel, columns of numbers, brackets. Narrow: label and numbers above the panel of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from survey_analysis.figures import row_labels, row_marks
from survey_analysis.figures.axis import Scale
from survey_analysis.figures.brackets import draw_links
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.row_frame import labelled_links, measure, shown_links
from survey_analysis.figures.rows import RowTable
from survey_analysis.figures.style import MUTED
from survey_analysis.figures.text import wrap


def draw_rows(
    sheet: Sheet, table: RowTable, *, left: float | None = None, right: float | None = None
) -> Axes:
    """Draw the rows below what is on the sheet, between `left` and `right` (inches)."""
    edge_left = sheet.left if left is None else left
    edge_right = sheet.right if right is None else right
    frame = measure(sheet, table, edge_left, edge_right)
    if table.key or (table.key_narrow and sheet.narrow):
        row_labels.key(sheet, table.series, edge_left if sheet.narrow else frame.left)
    row_labels.headings(sheet, table, frame)
    top = sheet.y
    middles, bottom = row_labels.labels(sheet, table, frame)
    sheet.y = bottom
    axes = sheet.panel(
        frame.left,
        top,
        frame.right - frame.left,
        bottom - top,
        (table.axis.low, table.axis.high),
        log=table.axis.log,
        name=table.name,
    )
    ends = Scale(table.axis.low, table.axis.high, frame.left, frame.right, table.axis.log)
    row_marks.grid(sheet, table, axes, [m - top for m in middles], bottom - top)
    row_marks.marks(table, axes, [m - top for m in middles])
    links = shown_links(sheet, table)
    if links:
        draw_links(sheet, links, middles, frame.links_left, labelled=labelled_links(sheet, table))
    row_marks.axis_texts(sheet, table, ends)
    words = [table.links_note if links else table.links_instead] if table.links else []
    _notes(sheet, [*words, table.note])
    return axes


def painter(table: RowTable) -> Callable[[Sheet], None]:
    """A chart that is nothing but these rows."""

    def paint(sheet: Sheet) -> None:
        draw_rows(sheet, table)

    return paint


def _notes(sheet: Sheet, notes: Sequence[str]) -> None:
    size = sheet.sizes.small
    for note in notes:
        if note:
            lines = wrap(note, sheet.span, size)
            sheet.y += 0.09
            sheet.y += sheet.lines(sheet.left, sheet.y, lines, size=size, colour=MUTED, middle=False)
