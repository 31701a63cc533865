"""HTML: a real table with caption, headers and scopes, in a box that scrolls and can be reached by keyboard.

No script and no style from data. Two looks: bare classes for a page that brings its own style sheet, and
a small style block for notebooks, legible on light and dark backgrounds.
"""

from __future__ import annotations

from html import escape
from typing import Literal

from survey_analysis.fonts import inert
from survey_analysis.tables.model import Cell, Row, Table

# Jupyter turns every table right with a rule as specific as two classes and an element: .sa-table.sa-table
NOTEBOOK_STYLE = """<style>
.sa-box{max-width:100%;margin:.5em 0 1em}
.sa-scroll{overflow-x:auto;container-type:inline-size}
table.sa-table{border-collapse:collapse;font-variant-numeric:tabular-nums;line-height:1.35;color:inherit;
background:transparent;border:solid currentColor;border-width:1.5px 0}
.sa-table caption{text-align:left;padding:0 0 .5em;color:inherit;caption-side:top;contain:inline-size}
.sa-stick{position:sticky;left:0;width:max-content;max-width:min(100cqi,44em)}
.sa-table caption strong{display:block}
.sa-table caption span,.sa-notes{opacity:.78;font-size:.9em}
table.sa-table th,table.sa-table td{padding:.28em .7em;text-align:right;vertical-align:top;border:0;
color:inherit;background:transparent}
table.sa-table th{font-variant-numeric:normal}
table.sa-table thead th{vertical-align:bottom;font-weight:600}
table.sa-table td:not(.sa-left),.sa-nowrap{white-space:nowrap}
table.sa-table thead tr:last-child>*,table.sa-table thead [rowspan]{border-bottom:1px solid currentColor}
table.sa-table thead th[scope=colgroup]{text-align:left;box-shadow:inset 0 -1px rgba(127,127,127,.6)}
table.sa-table.sa-table tbody th,table.sa-table .sa-left{text-align:left;font-weight:400}
table.sa-table .sa-center{text-align:center}
table.sa-table tr.sa-net>*,table.sa-table.sa-table tr.sa-section th,table.sa-table.sa-table tr.sa-net th{font-weight:700}
table.sa-table tr.sa-base>*{opacity:.78}
.sa-letter{display:block;font-weight:400;opacity:.78}
.sa-mark{display:inline-block;min-width:var(--sa-mark,0);text-align:left;font-size:.72em;padding-left:.15em}
.sa-notes p{margin:.3em 0 0}
</style>"""


def to_html(table: Table, *, number: str = "", style: Literal["page", "notebook"] = "page") -> str:
    """Table as HTML.

    Parameters
    ----------
    table
        The table.
    number
        Its number in a document, such as ``"Table 3"``; printed before the title, so that captions and the
        names of the scrolling regions stay unique.
    style
        ``"page"`` gives class names only; ``"notebook"`` adds a style block.

    Examples
    --------
    >>> from survey_analysis.tables.model import Cell, Column, Row
    >>> page = to_html(Table("t", "A < B", (Column("All"),), (Row("<script>", (Cell("82"),)),)))
    >>> "&lt;script&gt;" in page, "<script>" in page
    (True, False)
    """
    caption = f"{table.id}-caption"
    parts = [
        NOTEBOOK_STYLE if style == "notebook" else "",
        '<div class="sa-box">',
        f'<div class="sa-scroll" tabindex="0" role="region" aria-labelledby="{caption}">',
        f'<table class="sa-table{" sa-few" if len(table.columns) <= 3 else ""}" id="{table.id}">',
        _caption(table, caption, number),
        _head(table),
        *_bodies(table),
        "</table></div>",
        _notes(table),
        "</div>",
    ]
    return "\n".join(part for part in parts if part)


def _text(text: str) -> str:
    return escape(inert(text))


def _caption(table: Table, name: str, number: str) -> str:
    label = f'<span class="sa-number">{_text(number)}</span> ' if number else ""
    base = f"<span>Base: {_text(table.base)}</span>" if table.base else ""
    title = f"<strong>{label}{_text(table.title)}</strong>"
    return f'<caption id="{name}"><div class="sa-stick">{title}{base}</div></caption>'


def _head(table: Table) -> str:
    depth = 2 if table.has_spans else 1
    tall = f' rowspan="{depth}"' if depth > 1 else ""
    corner = (
        f'<th scope="col" class="sa-left"{tall}>{_text(table.stub)}</th>'
        if table.stub
        else f"<td{tall}></td>"
    )
    first, second = [corner], []
    for span in table.spans:
        names = [
            _column(table, i, tall if not span.label else "")
            for i in range(span.start, span.start + span.width)
        ]
        if span.label:
            first.append(f'<th scope="colgroup" colspan="{span.width}">{_text(span.label)}</th>')
            second.extend(names)
        else:
            first.extend(names)
    groups = "".join(f'<colgroup span="{span.width}"></colgroup>' for span in table.spans)
    lower = f"<tr>{''.join(second)}</tr>" if second else ""
    return f"<colgroup></colgroup>{groups}<thead><tr>{''.join(first)}</tr>{lower}</thead>"


def _column(table: Table, index: int, tall: str) -> str:
    column = table.columns[index]
    letter = f' <span class="sa-letter">({_text(column.letter)})</span>' if column.letter else ""
    classes = ([] if column.align == "right" else [f"sa-{column.align}"]) + _nowrap(column.label)
    side = f' class="{" ".join(classes)}"' if classes else ""
    return f'<th scope="col"{side}{tall}>{_text(column.label)}{letter}</th>'


def _nowrap(label: str) -> list[str]:
    """Keep "18-34" on one line: browsers break at its hyphen."""
    return ["sa-nowrap"] if len(label) <= 14 and " " not in label else []


def _bodies(table: Table) -> list[str]:
    bodies = []
    for head, rows in table.blocks():
        lines = []
        if head is not None:
            width = len(table.columns) + 1
            lines.append(
                f'<tr class="sa-section"><th scope="rowgroup" colspan="{width}">{_text(head.label)}</th></tr>'
            )
        lines.extend(_row(table, row) for row in rows)
        bodies.append("<tbody>\n" + "\n".join(lines) + "\n</tbody>")
    return bodies


def _row(table: Table, row: Row) -> str:
    indent = f' style="padding-left:{0.2 + row.indent * 1.1:.1f}em"' if row.indent else ""
    kind = "" if row.kind == "body" else f' class="sa-{row.kind}"'
    cells = "".join(_cell(table, row, i) for i in range(len(row.cells)))
    return f'<tr{kind}><th scope="row"{indent}>{_text(row.label)}</th>{cells}</tr>'


def _cell(table: Table, row: Row, index: int) -> str:
    cell = row.cells[index]
    side = table.align(row, index)
    room = table.mark_width(index)
    mark = (
        f'<span class="sa-mark" style="--sa-mark:{0.72 * room:.2f}em">{_text(cell.mark)}</span>'
        if room
        else ""
    )
    attribute = "" if side == "right" else f' class="sa-{side}"'
    return f"<td{attribute}>{_barred(cell)}{mark}</td>"


def _barred(cell: Cell) -> str:
    """The text of a cell, behind a bar that says nothing a reader of the number does not hear."""
    if cell.bar is None:
        return _text(cell.text)
    bar = f'<span class="sa-bar" style="--sa-share:{100 * cell.bar:.2f}%"></span>'
    return f'{bar}<span class="sa-figure">{_text(cell.text)}</span>'


def _notes(table: Table) -> str:
    if not table.notes:
        return ""
    return '<div class="sa-notes">' + "".join(f"<p>{_text(note)}</p>" for note in table.notes) + "</div>"
