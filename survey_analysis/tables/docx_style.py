"""The look of Word tables: ink and two weights of rule, room for the words, and nothing torn across pages."""

from __future__ import annotations

from typing import Any

from survey_analysis.tables.workbook import INK, MUTED, RULE

FONT = "Arial"
LABEL, NUMBER, NOTE, BASE = "Survey label", "Survey number", "Survey note", "Survey base"
SMALL = " small"
"""Ending of the styles of cells in wide tables."""

_SIZES = {"": 8.5, SMALL: 7.0}
_MARGIN = 45  # twentieths of a point at either side of a cell
_HEAVY, _LIGHT = 8, 4  # eighths of a point


def set_styles(document: Any) -> None:
    """Paragraph styles of the document: text, headings, cells, notes."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN  # noqa: PLC0415  an extra

    _style(document.styles["Normal"], 9.0, INK)
    title = _style(document.styles["Title"], 20.0, INK, bold=True, after=10.0)
    borders = title.element.get_or_add_pPr().find(_name("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)
    head = _style(document.styles["Heading 2"], 11.0, INK, bold=True, before=16.0, after=2.0)
    head.paragraph_format.keep_with_next = True
    base = _style(_new(document, BASE), 8.5, MUTED, after=4.0)
    base.paragraph_format.keep_with_next = True
    _style(_new(document, NOTE), 7.5, MUTED, before=3.0)
    for ending, size in _SIZES.items():
        _style(_new(document, LABEL + ending), size, INK)
        right = _style(_new(document, NUMBER + ending), size, INK)
        right.paragraph_format.alignment = ALIGN.RIGHT


def style_table(made: Any) -> None:
    """Rules above, below and between the rows, none between columns; narrow margins in the cells."""
    properties = made._tbl.tblPr  # noqa: SLF001  python-docx has no name for it
    borders = [
        _border("w:top", _HEAVY, INK),
        _border("w:bottom", _HEAVY, INK),
        _border("w:insideH", _LIGHT, RULE),
    ]
    room = {"top": _MARGIN // 3, "left": _MARGIN, "bottom": _MARGIN // 3, "right": _MARGIN}
    sides = [_element(f"w:{side}", w=width, type="dxa") for side, width in room.items()]
    # Word wants the children of a table's properties in the order of the schema
    layout = properties.find(_name("w:tblLayout"))
    layout.addprevious(_parent("w:tblBorders", borders))
    layout.addnext(_parent("w:tblCellMar", sides))


def rule_below(cell: Any, *, heavy: bool) -> None:
    """A rule under a cell of the head."""
    weight = _HEAVY if heavy else _LIGHT
    cell._tc.get_or_add_tcPr().append(  # noqa: SLF001
        _parent("w:tcBorders", [_border("w:bottom", weight, INK)])
    )


def keep_together(made: Any, heads: int, most: int) -> None:
    """Rows are not torn; heads stay with the first row, the last row with the notes, a table of up to `most` rows whole."""
    rows = made._tbl.tr_lst  # noqa: SLF001
    whole = len(rows) <= most
    for place, row in enumerate(rows):
        row.get_or_add_trPr().append(_element("w:cantSplit"))
        if whole or place < heads or place == len(rows) - 1:
            for cell in row.tc_lst:
                for line in cell.p_lst:
                    line.get_or_add_pPr().get_or_add_keepNext()


def _new(document: Any, name: str) -> Any:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415

    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return style


def _style(
    style: Any, size: float, color: str, *, bold: bool = False, before: float = 0.0, after: float = 0.0
) -> Any:
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(color.removeprefix("#"))
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme's font would win
        fonts.attrib.pop(_name(f"w:{theme}"), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.0
    return style


def _border(name: str, weight: int, color: str) -> Any:
    return _element(name, val="single", sz=weight, space=0, color=color.removeprefix("#"))


def _parent(name: str, children: list[Any]) -> Any:
    out = _element(name)
    out.extend(children)
    return out


def _element(name: str, **attributes: object) -> Any:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    out = OxmlElement(name)
    for key, value in attributes.items():
        out.set(_name(f"w:{key}"), str(value))
    return out


def _name(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415

    return str(qn(name))
