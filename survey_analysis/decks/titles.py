"""Sizes of titles: one for all slides of a deck, as large as the template's where the longest fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from survey_analysis.decks.office import pptx
from survey_analysis.decks.template import kind_of

_STEPS: Final = (40, 36, 32, 28, 26, 24, 22, 20, 18, 16)
_LETTER: Final = 0.56  # usual width of a letter, of the type size
_PT: Final = 12700


def fit_titles(slides: Sequence[Any]) -> None:
    """Give the titles of these slides the largest size, not over the template's, in which all of them fit.

    Titles that fit as the template has them get no size of their own.
    """
    titled = [s for s in slides if s.shapes.title is not None]
    if not titled:
        return
    usual = {id(s): _usual(s) for s in titled}
    size = min(_largest(s.shapes.title, usual[id(s)]) for s in titled)
    for slide in titled:
        if size >= usual[id(slide)]:
            continue
        for paragraph in slide.shapes.title.text_frame.paragraphs:
            for run in paragraph.runs:
                run.font.size = pptx("util").Pt(size)


def _largest(title: Any, usual: int) -> int:
    text = title.text_frame.text
    return next((s for s in (usual, *_STEPS) if s <= usual and _fits(text, title, s)), _STEPS[-1])


def _fits(text: str, title: Any, size: int) -> bool:
    letters = max(int((title.width / _PT - 15) / (size * _LETTER)), 1)
    lines = sum(_lines(line, letters) for line in text.split("\n"))
    return bool(lines * 1.2 * size + 7 <= title.height / _PT)


def _lines(text: str, letters: int) -> int:
    """Lines of a text broken between words."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > letters:
            lines, used = lines + 1, len(word)
        else:
            used += len(word) + (1 if used else 0)
    return lines


def _usual(slide: Any) -> int:
    """Points of a title in the slide's layout, else of the master's titles."""
    layout = slide.slide_layout
    holders = [p._element for p in layout.placeholders if kind_of(p) in ("TITLE", "CENTER_TITLE")]  # noqa: SLF001
    styles = list(layout.slide_master._element.iter("{*}titleStyle"))  # noqa: SLF001
    for holder in (*holders, *styles):
        for run in holder.iter("{*}defRPr"):
            if run.get("sz"):
                return int(run.get("sz")) // 100
    return 44
