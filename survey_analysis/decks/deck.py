"""A whole deck as bytes: new from a template, refreshed in place, or one chart put onto a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from survey_analysis.decks.charts import add_chart
from survey_analysis.decks.office import clean, opened, saved
from survey_analysis.decks.refresh import Changes, refresh_deck, shapes_of
from survey_analysis.decks.slides import add_slide, put, shape_name, text_box
from survey_analysis.decks.template import Room, room_of, template
from survey_analysis.decks.texts import Record
from survey_analysis.decks.theme import palette
from survey_analysis.decks.titles import fit_titles
from survey_analysis.errors import ReportError
from survey_analysis.results.deck import DeckData, SlideData, TextChange


def new_deck(slides: Sequence[SlideData], base: str | Path | None, name: str) -> tuple[bytes, DeckData]:
    """A deck of these slides after those of the template."""
    deck = template(base)
    first, record, colours = len(deck.slides), Record(deck), palette(deck)
    pages = [(data.kind, add_slide(deck, data, record, colours)) for data in slides]
    fit_titles([page for kind, page in pages if kind == "title"])
    fit_titles([page for kind, page in pages if kind != "title"])
    record.keep()
    deck.core_properties.title = clean(slides[0].title) if slides else ""
    deck.core_properties.author = ""
    made = DeckData(name, tuple(s.title for s in slides), flagged=_flagged(slides, first))
    return saved(deck), made


def refreshed(slides: Sequence[SlideData], old: str | Path, name: str) -> tuple[bytes, DeckData]:
    """The old deck with the numbers and texts of these slides; the old file is only read."""
    source = Path(old)
    if not source.is_file():
        raise ReportError(
            f"There is no deck '{source.name}' to refresh.", hint="give the path of the last deck."
        )
    deck = opened(source.read_bytes(), source.name)
    record = Record(deck)
    found = refresh_deck(deck, slides, record)
    record.keep()
    return saved(deck), _data(deck, name, found, _flagged([s for s in slides if s.key in found.seen], 0))


def placed(
    data: SlideData, target: Path, slide: int | None, base: str | Path | None
) -> tuple[bytes, DeckData]:
    """A chart on a slide of a deck that stands, or of a new one.

    A chart of the same name on that slide is refreshed; else the chart is added. Without a number, or with that
    of the slide after the last, a slide is appended.
    """
    deck = opened(target.read_bytes(), target.name) if target.is_file() else template(base)
    record, colours, count = Record(deck), palette(deck), len(deck.slides)
    number = count + 1 if slide is None else slide
    if not 1 <= number <= count + 1:
        raise ReportError(
            f"There is no slide {number} to put the chart on.",
            where=f"'{target.name}' has {count} slide{'' if count == 1 else 's'}",
            hint=f"choose slide=1 to {count + 1}, or leave slide= out to append one.",
        )
    if number == count + 1:
        fit_titles([add_slide(deck, data, record, colours)])
        record.keep()
        return saved(deck), DeckData(target.name, (data.title,), flagged=_flagged([data], count))
    found = Changes()
    page = deck.slides[number - 1]
    if any(s.name == shape_name(data.key, "chart") for s in shapes_of(page.shapes)):
        found = refresh_deck(_One(deck, number), [data], record)
    else:
        _add(deck, page, data, record, colours)
    record.keep()
    return saved(deck), _data(deck, target.name, found, _flagged([data], number - 1))


class _One:
    """A deck of which only one slide is refreshed; the others keep their place."""

    def __init__(self, deck: Any, number: int) -> None:
        self.slides = [s if i == number else _NOTHING for i, s in enumerate(deck.slides, 1)]


class _Nothing:
    shapes: tuple[Any, ...] = ()


_NOTHING = _Nothing()


def _add(deck: Any, page: Any, data: SlideData, record: Record, colours: dict[str, str]) -> None:
    """Title where it is empty, chart and source line below it."""
    if data.chart is None:
        raise ReportError(
            "There is no chart to put on the slide.", hint="plot a result that has a native chart."
        )
    title = page.shapes.title
    if title is not None and not title.text_frame.text.strip():
        title.name = shape_name(data.key, "title")
        put(title.text_frame, data.title, record, title.name)
    room = room_of(deck, page)
    height = room.height // 9
    add_chart(
        page,
        Room(room.left, room.top, room.width, room.height - height),
        data.chart,
        shape_name(data.key, "chart"),
        data.alt,
        colours,
    )
    record.note(shape_name(data.key, "alt"), clean(data.alt))
    place = Room(room.left, room.top + room.height - height, room.width, height)
    text_box(page, place, data.source, shape_name(data.key, "source"), record, 9, bottom=True)


def _flagged(slides: Sequence[SlideData], first: int) -> tuple[TextChange, ...]:
    return tuple(
        TextChange(first + i, shape_name(s.key, "title"), s.title, issue)
        for i, s in enumerate(slides, 1)
        for issue in s.issues
    )


def _data(deck: Any, name: str, found: Changes, flagged: tuple[TextChange, ...]) -> DeckData:
    titles = tuple(s.shapes.title.text_frame.text if s.shapes.title is not None else "" for s in deck.slides)
    made = DeckData(
        name, titles, tuple(found.moved), tuple(found.texts), tuple(found.kept), tuple(found.missing)
    )
    return replace(made, flagged=flagged, refreshed=True)
