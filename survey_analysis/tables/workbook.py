"""One worksheet: how a table lies on it, and the print set-up that all sheets of a book share.

Letters stand in a narrow column beside their numbers, so that numbers can be sorted and summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey_analysis.errors import ReportError
from survey_analysis.fonts import inert
from survey_analysis.tables.model import Cell, Row, Table

INK, MUTED, ACCENT, RULE, TINT, ALERT = "#16202E", "#566173", "#0A5C8F", "#D8DDE5", "#EEF4F8", "#8F3B0A"
BAR = "#9CC3DC"  # numbers stay legible on it
INDEX = "Contents"
_LONGEST = 32_767
_LABEL = 48  # characters of the widest label column
_WIDEST = 38  # characters of a line in the widest column of texts
_PAGE = {"portrait": 95, "landscape": 145}  # characters across a printed page
_LEAST_SCALE = 0.6
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576


def safe(text: str) -> str:
    """Text as a cell may hold it."""
    return inert(text)[:_LONGEST]


class Pen:
    """Formats and page set-up of one workbook while it is written."""

    def __init__(self, workbook: Any, title: str, banner: str | None, footer: str = "") -> None:
        self.workbook = workbook
        self.title = title
        self.banner = banner
        self.footer = footer
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """One format object for each set of properties; Arial, as Inter is missing on most machines."""
        full = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top", **properties}
        key = tuple(sorted(full.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(full)
        return self._formats[key]

    def worksheet(self, name: str) -> tuple[Any, int]:
        """Add a sheet: A4, title and banner on every printed page; return it and its first free row."""
        ws = self.workbook.add_worksheet(name)
        ws.hide_gridlines(2)
        ws.set_paper(9)
        ws.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
        title = safe(self.title).replace("&", "&&")
        banner = safe(self.banner or "").replace("&", "&&")
        ws.set_header(f"&L&8 {title[:110]}&R&8 {banner[:110]}")
        settings = safe(self.footer).replace("&", "&&")
        ws.set_footer(f"&L&8&A&C&7 {settings[:160]}&R&8Page &P of &N")
        ws.fit_to_pages(1, 0)
        if not self.banner:
            return ws, 0
        ws.write_string(0, 0, safe(self.banner), self.format(bold=True, font_color=ALERT))
        return ws, 1

    def headline(self, ws: Any, row: int, text: str) -> None:
        """The large first line of the index and of the reading guide."""
        ws.set_row(row, 26)
        ws.write_string(row, 0, safe(text), self.format(bold=True, font_size=18, font_color=ACCENT))

    def link(self, ws: Any, row: int, sheet: str, text: str) -> None:
        """A link inside the workbook."""
        target = "internal:'" + sheet.replace("'", "''") + "'!A1"
        ws.write_url(row, 0, target, self.format(font_color=ACCENT, underline=1), text)


def write_sheet(pen: Pen, name: str, tables: Sequence[Table]) -> None:
    """One worksheet with its tables under each other; a single table keeps its head in view."""
    ws, row = pen.worksheet(name)
    turned = any(len(table.columns) > 6 for table in tables)
    if turned:
        ws.set_landscape()
    ws.set_column(0, 0, _label_width(tables))
    across = _set_widths(ws, tables)
    if _PAGE["landscape" if turned else "portrait"] / across < _LEAST_SCALE:
        ws.set_print_scale(
            int(100 * _LEAST_SCALE)
        )  # on one page it could not be read: several, each with the labels
        ws.repeat_columns(0)
    for table in tables:
        body, row = _table(pen, ws, table, row)
        if len(tables) == 1:
            ws.freeze_panes(body, 1)
            ws.repeat_rows(body - (2 if table.has_spans else 1), body - 1)
        row += 1
    pen.link(ws, row, INDEX, "Back to contents")


def check_fits(table: Table) -> None:
    """Refuse a table that no worksheet holds, before anything is written."""
    columns, rows = _last(table) + 1, len(table.rows) + len(table.notes) + 8
    if columns > _MOST_COLUMNS or rows > _MOST_ROWS:
        raise ReportError(
            f"Table '{table.id}' is larger than a worksheet.",
            where=f"{columns:,} columns and {rows:,} rows; a worksheet holds {_MOST_COLUMNS:,} and {_MOST_ROWS:,}.",
            hint="use a banner with fewer columns, or write CSV.",
        )


def places(table: Table) -> list[int]:
    """Worksheet column of each table column: one further right after every column that carries marks."""
    found, column = [], 1
    for i in range(len(table.columns)):
        found.append(column)
        column += 2 if table.mark_width(i) else 1
    return found


def _table(pen: Pen, ws: Any, table: Table, row: int) -> tuple[int, int]:
    """Write one table; return its first body row and the first free row under it."""
    ws.set_row(row, 20)
    ws.write_string(row, 0, safe(table.title), pen.format(bold=True, font_size=13))
    row += 1
    if table.base:
        ws.write_string(row, 0, safe(f"Base: {table.base}"), pen.format(font_color=MUTED))
        row += 1
    row = body = _head(pen, ws, table, row + 1)
    for line in table.rows:
        _row(pen, ws, table, line, row)
        row += 1
    row += 1
    for note in table.notes:
        ws.write_string(row, 0, safe(note), pen.format(font_color=MUTED, font_size=9))
        row += 1
    return body, row


def _head(pen: Pen, ws: Any, table: Table, row: int) -> int:
    """Write the heading lines; return the row under them."""
    top = {"top": 2, "top_color": INK}
    if table.has_spans:
        _spans(pen, ws, table, row, top)
        row, top = row + 1, {}
    columns = places(table)
    longest = max((len(column.label) for column in table.columns), default=0)
    ws.set_row(row, 30 if longest > 14 else 16)
    for c in range(_last(table) + 1):
        ws.write_blank(row, c, None, pen.format(bottom=1, **top))
    ws.write_string(row, 0, safe(table.stub), pen.format(bold=True, bottom=1, valign="bottom", **top))
    for column, place in zip(table.columns, columns, strict=True):
        letter = f" ({column.letter})" if column.letter else ""
        style = pen.format(bold=True, align=column.align, text_wrap=True, bottom=1, valign="bottom", **top)
        ws.write_string(row, place, safe(column.label) + safe(letter), style)
    return row + 1


def _spans(pen: Pen, ws: Any, table: Table, row: int, top: dict[str, Any]) -> None:
    columns = [*places(table), _last(table) + 1]
    ws.write_blank(row, 0, None, pen.format(**top))
    for span in table.spans:
        a, b = columns[span.start], columns[span.start + span.width] - 1
        style = pen.format(bold=True, align="center", bottom=1 if span.label else 0, **top)
        if b > a:
            ws.merge_range(row, a, row, b, "", style)
        ws.write_string(row, a, safe(span.label), style)


def _row(pen: Pen, ws: Any, table: Table, line: Row, row: int) -> None:
    """Write one row: label, numbers, marks."""
    look: dict[str, Any] = {"bold": True} if line.kind in {"net", "section"} else {}
    if line.kind == "base":
        look["font_color"] = MUTED
    if line.kind == "section":
        look["bg_color"] = TINT
        for c in range(1, _last(table) + 1):
            ws.write_blank(row, c, None, pen.format(**look))
    if line is table.rows[-1]:
        look |= {"bottom": 2, "bottom_color": INK}
    wrap = line.kind != "section"
    label = -(-(len(line.label) + 2 * line.indent) // _LABEL) if wrap else 1
    tall = max([label, *(-(-len(c.text) // _WIDEST) for c in line.cells if c.value is None)])
    if tall > 1:
        ws.set_row(row, 13.5 * tall)
    ws.write_string(row, 0, safe(line.label), pen.format(indent=line.indent, text_wrap=wrap, **look))
    for i, (cell, place) in enumerate(zip(line.cells, places(table), strict=False)):
        _cell(pen, ws, cell, (row, place), {**look, "align": table.align(line, i)})
        if table.mark_width(i):
            small = pen.format(**{**look, "align": "left", "font_size": 8, "bold": False})
            if cell.mark:
                ws.write_string(row, place + 1, safe(cell.mark), small)
            else:
                ws.write_blank(row, place + 1, None, small)


def _cell(pen: Pen, ws: Any, cell: Cell, place: tuple[int, int], look: dict[str, Any]) -> None:
    """A number with its format, or a string that can be nothing else."""
    if cell.value is None:
        ws.write_string(*place, safe(cell.text), pen.format(text_wrap=True, **look))
        return
    if cell.bar is not None:
        ws.conditional_format(*place, *place, _bar(cell.value, cell.bar))
    try:
        ws.write_number(*place, cell.value, pen.format(num_format=cell.number_format, **look))
    except (TypeError, ValueError) as error:
        raise ReportError(
            f"The value {cell.value!r} cannot be stored in a workbook.",
            where=f"cell '{cell.text}'",
            hint="leave `value` out where there is no number.",
        ) from error


def _bar(value: float, bar: float) -> dict[str, Any]:
    """A bar in the cell, as long as the cell says of the number."""
    return {
        "type": "data_bar", "bar_color": BAR, "bar_solid": True, "min_type": "num", "min_value": 0,
        "max_type": "num", "max_value": value / bar if bar > 0 else 1,
    }  # fmt: skip


def _last(table: Table) -> int:
    columns = places(table)
    return columns[-1] + bool(table.mark_width(len(columns) - 1)) if columns else 0


def _label_width(tables: Sequence[Table]) -> float:
    rows = [row for table in tables for row in table.rows if row.kind != "section"]
    longest = max((len(row.label) + 2 * row.indent for row in rows), default=10)
    return float(min(max(longest + 2, 24), _LABEL))


def _set_widths(ws: Any, tables: Sequence[Table]) -> float:
    """Width of each worksheet column, the widest entry of any table on the sheet; return that of the sheet."""
    widths: dict[int, int] = {}
    for table in tables:
        for i, place in enumerate(places(table)):
            column = table.columns[i]
            entries = [len(row.cells[i].text) for row in table.rows if row.cells]
            words = [len(word) for word in column.label.split()] + [len(column.letter) + 3]
            wanted = min(max([8, *[e + 2 for e in entries], *[w + 2 for w in words]]), 40)
            widths[place] = max(widths.get(place, 0), wanted)
            if table.mark_width(i):
                widths[place + 1] = max(widths.get(place + 1, 3), table.mark_width(i) + 1)
    for place, width in widths.items():
        ws.set_column(place, place, width)
    return _label_width(tables) + sum(widths.values())
