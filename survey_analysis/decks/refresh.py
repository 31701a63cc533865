"""A deck refreshed in place: what is ours and untouched gets the new numbers and texts, all else stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from survey_analysis.decks.charts import describe
from survey_analysis.decks.office import clean
from survey_analysis.decks.slides import key_text, shape_name
from survey_analysis.decks.texts import Record, rewrite, text_of
from survey_analysis.decks.update import update_chart
from survey_analysis.results.deck import Movement, SlideData, TextChange

_NAME: Final = re.compile(r"^sa:(.+):([a-z]+)$")


@dataclass
class Changes:
    """What a refresh did."""

    moved: list[Movement] = field(default_factory=list)
    texts: list[TextChange] = field(default_factory=list)
    kept: list[TextChange] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def refresh_deck(deck: Any, slides: Sequence[SlideData], record: Record) -> Changes:
    """Give every shape with one of our names the numbers and texts of `slides`."""
    told = {s.key: s for s in slides}
    found = Changes()
    for number, slide in enumerate(deck.slides, 1):
        keys = list(dict.fromkeys(m[1] for s in shapes_of(slide.shapes) if (m := _NAME.match(s.name))))
        for key in keys:
            if key not in told:
                found.missing.append(
                    f"slide {number}: nothing is computed for '{key}'; it was left as it is."
                )
        for shape in shapes_of(slide.shapes):
            match = _NAME.match(shape.name)
            if match and match[1] in told:
                found.seen.add(match[1])
                _shape(shape, match[2], told[match[1]], number, record, found)
        for key in keys:
            if key in told:
                _notes(slide, told[key], number, record, found)
    for data in slides:
        if data.key not in found.seen:
            found.missing.append(f"'{data.key}' ({data.title}) is not in the deck; no slide was added.")
    return found


def shapes_of(shapes: Any) -> Iterator[Any]:
    """Shapes of a slide, those inside groups too."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from shapes_of(shape.shapes)
        else:
            yield shape


def _shape(shape: Any, part: str, data: SlideData, number: int, record: Record, found: Changes) -> None:
    if part == "chart":
        if not getattr(shape, "has_chart", False):
            found.missing.append(
                f"slide {number}: '{shape.name}' is no chart any more; it was left as it is."
            )
        elif data.chart is None:
            found.missing.append(
                f"slide {number}: there is no chart for '{shape.name}' now; it was left as it is."
            )
        else:
            moved, notes = update_chart(shape.chart, data.chart, number, shape.name)
            found.moved += moved
            found.missing += notes
            _alt(shape, data, number, record, found)
        return
    if part == "key" and data.chart is not None and shape.has_text_frame:
        if text_of(shape.text_frame) != key_text(data.chart):
            found.missing.append(
                f"slide {number}: '{shape.name}' names other answers than '{key_text(data.chart)}'."
            )
        return
    texts = {
        "title": data.title,
        "subtitle": data.subtitle,
        "number": data.number,
        "source": data.source,
        "lines": "\n".join(f"{head}. {body}" if head else body for head, body in data.lines),
    }
    if part in texts and shape.has_text_frame:
        _text(shape.text_frame, shape.name, texts[part], number, record, found)


def _text(frame: Any, name: str, text: str, number: int, record: Record, found: Changes) -> None:
    old, new = text_of(frame), clean(text)
    if old == new:
        record.note(name, new)
        return
    change = TextChange(number, name, old, new)
    if record.ours(name, old):
        rewrite(frame, new)
        record.note(name, new)
        found.texts.append(change)
    else:
        found.kept.append(change)


def _alt(shape: Any, data: SlideData, number: int, record: Record, found: Changes) -> None:
    name = shape_name(data.key, "alt")
    old, new = shape._element.nvGraphicFramePr.cNvPr.get("descr") or "", clean(data.alt)  # noqa: SLF001
    if old == new:
        return
    if record.ours(name, old):
        describe(shape, new)
        record.note(name, new)
    else:
        found.kept.append(TextChange(number, name, old, new))


def _notes(slide: Any, data: SlideData, number: int, record: Record, found: Changes) -> None:
    if slide.has_notes_slide and data.notes:
        frame = slide.notes_slide.notes_text_frame
        if frame is not None:
            _text(frame, shape_name(data.key, "notes"), data.notes, number, record, found)
