"""One slide of `SlideData`: title, question, chart or lines, source, notes; every shape has a stable name."""

from __future__ import annotations

from typing import Any, Final

from survey_analysis.decks.charts import add_chart
from survey_analysis.decks.office import clean, pptx
from survey_analysis.decks.template import Room, empty_placeholders, kind_of, layout_for, room_of
from survey_analysis.decks.texts import Record, rewrite
from survey_analysis.decks.theme import Tone, paint, tones
from survey_analysis.results.deck import ChartData, SlideData

SIMULATED: Final = "SIMULATED DATA"
_MUTED: Final[Tone] = ("TEXT_1", 0.35)
_PT: Final = 12700


def shape_name(key: str, part: str) -> str:
    """Name of a shape.

    Examples
    --------
    >>> shape_name("follow-source", "chart")
    'sa:follow-source:chart'
    """
    return f"sa:{key}:{part}"


def add_slide(deck: Any, data: SlideData, record: Record, colours: dict[str, str]) -> Any:
    """Append a slide."""
    slide = deck.slides.add_slide(layout_for(deck, data.kind, data.layout))
    title = slide.shapes.title
    if title is not None:
        title.name = shape_name(data.key, "title")
        put(title.text_frame, data.title, record, title.name)
    if data.kind == "title":
        _title_slide(deck, slide, data, record)
    else:
        _content(deck, slide, data, record, colours)
    if data.notes:
        slide.notes_slide.notes_text_frame.text = clean(data.notes)
        record.note(shape_name(data.key, "notes"), clean(data.notes))
    return slide


def put(frame: Any, text: str, record: Record, name: str) -> None:
    """Write a text and remember it."""
    rewrite(frame, text)
    record.note(name, clean(text))


def _title_slide(deck: Any, slide: Any, data: SlideData, record: Record) -> None:
    holders = empty_placeholders(slide)
    room = room_of(deck, slide)
    name = shape_name(data.key, "subtitle")
    if holders:
        holders[0].name = name
        put(holders[0].text_frame, data.subtitle, record, name)
        size = pptx("util").Pt(18)
        for paragraph in holders[0].text_frame.paragraphs:
            for run in paragraph.runs:
                run.font.size = size
    else:
        text_box(slide, room, data.subtitle, name, record, 16)
    for extra in holders[1:]:
        _remove(extra)
    if data.simulated:
        simulated(deck, slide, data.key, record)


def _content(deck: Any, slide: Any, data: SlideData, record: Record, colours: dict[str, str]) -> None:
    for extra in empty_placeholders(slide):
        if kind_of(extra) not in ("DATE", "FOOTER", "SLIDE_NUMBER"):
            _remove(extra)
    room = room_of(deck, slide)
    if data.simulated:
        simulated(deck, slide, data.key, record)
    if data.subtitle:
        height = _height(data.subtitle, room.width, 12)
        place = Room(room.left, room.top, room.width, height)
        text_box(slide, place, data.subtitle, shape_name(data.key, "subtitle"), record, 12, tone=_MUTED)
        room = Room(room.left, room.top + height, room.width, room.height - height)
    if data.source:
        height = _height(data.source, room.width, 9)
        place = Room(room.left, room.top + room.height - height, room.width, height)
        text_box(
            slide, place, data.source, shape_name(data.key, "source"), record, 9, tone=_MUTED, bottom=True
        )
        room = Room(room.left, room.top, room.width, room.height - height - 6 * _PT)
    if data.lines:
        _lines(slide, room, data, record)
    if data.number and data.chart is None:
        _number(slide, room, data, record, 115)
    if data.chart is not None:
        _chart(slide, room, data, data.chart, record, colours)


def _chart(
    slide: Any, room: Room, data: SlideData, chart: ChartData, record: Record, colours: dict[str, str]
) -> None:
    if chart.form == "likert":
        height = 26 * _PT
        _key(slide, Room(room.left, room.top, room.width, height), data.key, chart, record)
        room = Room(room.left, room.top + height, room.width, room.height - height)
    most = (len(chart.categories) * max(len(chart.series) if chart.form == "bar" else 1, 1) * 80 + 80) * _PT
    if chart.form in ("bar", "stacked", "likert") and most < room.height:
        room = Room(room.left, room.top, room.width, most)
    if data.number:
        width = room.width * 3 // 10
        _number(slide, Room(room.left, room.top, width, room.height), data, record, 66)
        room = Room(room.left + width, room.top, room.width - width, room.height)
    name = shape_name(data.key, "chart")
    add_chart(slide, room, chart, name, data.alt, colours)
    record.note(shape_name(data.key, "alt"), clean(data.alt))


def _number(slide: Any, room: Room, data: SlideData, record: Record, size: int) -> None:
    """The headline number as text."""
    name, tone = shape_name(data.key, "number"), ("ACCENT_1", 0.0)
    text_box(slide, room, data.number, name, record, size, bold=True, tone=tone, middle=True)


def _key(slide: Any, room: Room, key: str, chart: ChartData, record: Record) -> None:
    """Answers in reading order: the chart's own key would follow the order of stacking."""
    chosen = dict(zip((s.name for s in chart.series), tones([s.role for s in chart.series]), strict=True))
    name = shape_name(key, "key")
    box = text_box(slide, room, "", name, record, 11)
    paragraph = box.text_frame.paragraphs[0]
    for run in list(paragraph.runs):
        paragraph._p.remove(run._r)  # noqa: SLF001
    for i, label in enumerate(chart.labels):
        for words, tone in (
            ("■ ", chosen[label]),
            (clean(label) + ("     " if i < len(chart.labels) - 1 else ""), ("TEXT_1", 0.0)),
        ):
            run = paragraph.add_run()
            run.text, run.font.size = words, pptx("util").Pt(11)
            paint(run.font.color, tone)
    record.note(name, key_text(chart))


def key_text(chart: ChartData) -> str:
    """The key of a Likert chart as text."""
    return "     ".join(f"■ {clean(label)}" for label in chart.labels)


def _lines(slide: Any, room: Room, data: SlideData, record: Record) -> None:
    """Headed paragraphs, in the size that they fit."""
    text = "\n".join(f"{head}. {body}" if head else body for head, body in data.lines)
    size = next((s for s in (14, 13, 12, 11, 10) if _tall(data, room.width, s) <= room.height), 9)
    name = shape_name(data.key, "lines")
    box = text_box(slide, room, text, name, record, size)
    for paragraph, (head, body) in zip(box.text_frame.paragraphs, data.lines, strict=True):
        paragraph.space_after = pptx("util").Pt(size * 0.5)
        if head:
            paragraph.runs[0].text = clean(f"{head}.")
            paragraph.runs[0].font.bold = True
            run = paragraph.add_run()
            run.text, run.font.size = clean(f" {body}"), pptx("util").Pt(size)


def _tall(data: SlideData, width: int, size: int) -> int:
    return sum(_height(f"{head}. {body}", width, size) + size * _PT // 2 for head, body in data.lines)


def _height(text: str, width: int, size: int) -> int:
    """Height of a text, guessed from the usual width of a letter."""
    room = max(int(width / (size * _PT * 0.52)), 1)
    lines = sum(-(-max(len(line), 1) // room) for line in text.split("\n"))
    return int((lines * 1.22 * size + 6) * _PT)


def text_box(
    slide: Any,
    room: Room,
    text: str,
    name: str,
    record: Record,
    size: int,
    *,
    bold: bool = False,
    tone: Tone | None = None,
    bottom: bool = False,
    middle: bool = False,
) -> Any:
    """A text box in the font of the theme."""
    box = slide.shapes.add_textbox(room.left, room.top, room.width, room.height)
    box.name = name
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = pptx("util").Pt(7.2)
    frame.margin_top = frame.margin_bottom = pptx("util").Pt(2)
    anchor = pptx("enum.text").MSO_ANCHOR
    if bottom or middle:
        frame.vertical_anchor = anchor.BOTTOM if bottom else anchor.MIDDLE
    put(frame, text, record, name)
    for paragraph in frame.paragraphs:
        if middle:
            paragraph.alignment = pptx("enum.text").PP_ALIGN.CENTER
        for run in paragraph.runs:
            run.font.size, run.font.bold = pptx("util").Pt(size), bold or None
            if tone is not None:
                paint(run.font.color, tone)
    return box


def simulated(deck: Any, slide: Any, key: str, record: Record) -> None:
    """The mark of simulated data, top right."""
    width, height = 120 * _PT, 16 * _PT
    left = int(deck.slide_width) - width - int(deck.slide_width) // 60
    box = text_box(
        slide,
        Room(left, 4 * _PT, width, height),
        SIMULATED,
        shape_name(key, "simulated"),
        record,
        10,
        bold=True,
    )
    box.line.fill.solid()
    paint(box.line.fill.fore_color, ("TEXT_1", 0.0))
    box.text_frame.paragraphs[0].alignment = pptx("enum.text").PP_ALIGN.CENTER


def _remove(shape: Any) -> None:
    shape._element.getparent().remove(shape._element)  # noqa: SLF001  python-pptx cannot delete a shape
