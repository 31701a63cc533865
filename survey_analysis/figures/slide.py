"""What stands around the chart on a slide: accent tab, title, subtitle above; base, note, source below."""

from __future__ import annotations

from typing import Final

from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.style import ACCENT, MUTED, PAPER, SECOND, line_height
from survey_analysis.figures.text import clean, width_of, wrap
from survey_analysis.wording.captions import Caption

MARK: Final = "SIMULATED DATA"


def open_slide(sheet: Sheet, caption: Caption) -> None:
    """Draw what stands above the chart."""
    sheet.box(sheet.left, 0, 0.45, 0.08, fill=ACCENT, name="tab")
    if caption.simulated:
        _mark(sheet)
    sheet.y = 0.35
    sizes = sheet.sizes
    title = clean(caption.title)
    size = next((s for s in (sizes.title, 14.5, 13.5) if len(wrap(title, sheet.span, s, "bold")) <= 2), 13.5)
    sheet.paragraph(title, size=size, weight="bold", name="title")
    if caption.subtitle:
        sheet.y += 0.05
        sheet.paragraph(caption.subtitle, size=sizes.subtitle, colour=MUTED, name="subtitle")
    sheet.y += 0.24


def _mark(sheet: Sheet) -> None:
    size, height = 8.0, 0.19
    width = width_of(MARK, size, "semibold") + 0.2
    left = sheet.right - width
    sheet.box(left, 0.08, width, height, fill=PAPER, edge=SECOND, radius=0.04, name="simulated")
    sheet.text(
        left + width / 2, 0.08 + height / 2, MARK, size=size, weight="semibold", colour=SECOND, align="center"
    )


def close_slide(sheet: Sheet, caption: Caption) -> None:
    """Draw what stands below the chart."""
    sheet.y += 0.24
    size = sheet.sizes.source
    for text in (caption.base, caption.note, caption.source):
        if text:
            sheet.paragraph(text, size=size, colour=MUTED, name="source")
            sheet.y += 0.02
    sheet.y += 0.24 - line_height(size) * 0.2
