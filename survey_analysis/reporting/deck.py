"""The deck of a survey: title, questions, method; written new or into last wave's deck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from survey_analysis.decks.deck import new_deck, refreshed
from survey_analysis.errors import ReportError
from survey_analysis.files import write_file
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.deck_slides import Entry, question_slides
from survey_analysis.reporting.document import Heading, Paragraph, Text
from survey_analysis.reporting.section_method import method_part
from survey_analysis.results.deck import DeckData, SlideData
from survey_analysis.wording.lines import date_range
from survey_analysis.wording.numbers import count

_LONG = 520  # characters of a method statement that a slide has room for


def deck(
    survey: SurveyData,
    path: str | Path,
    *,
    template: str | Path | None = None,
    slides: Sequence[Entry] | None = None,
    refresh: str | Path | bool | None = None,
) -> DeckData:
    """Write a deck, or refresh one in place; see `Survey.deck`."""
    target = Path(path)
    if target.suffix.lower() != ".pptx":
        raise ReportError(f"'{target.name}' does not end in .pptx.", hint=f"give '{target.stem}.pptx'.")
    if refresh and template is not None:
        raise ReportError("A deck that is refreshed keeps its own theme.", hint="leave template= out.")
    told = deck_slides(survey, slides)
    if refresh:
        content, made = refreshed(told, target if refresh is True else refresh, target.name)
    else:
        content, made = new_deck(told, template, target.name)
    write_file(target, content)
    return made


def deck_slides(survey: SurveyData, slides: Sequence[Entry] | None = None) -> list[SlideData]:
    """All slides as data: title, questions, method."""
    made = [_title(survey), *question_slides(survey, slides), _method(survey)]
    simulated = survey.study.simulated
    return [replace(s, simulated=s.simulated or simulated) for s in made]


def _title(survey: SurveyData) -> SlideData:
    study, sample = survey.study, survey.study.sample
    facts = [
        study.report.subtitle,
        date_range(sample.dates),
        ", ".join(x for x in (f"n = {count(len(survey))}", sample.mode, sample.population) if x),
    ]
    return SlideData(
        key="deck-title",
        kind="title",
        title=study.report.title or study.about.title or study.name,
        subtitle="\n".join(f for f in facts if f),
        layout=study.deck.title_layout,
        simulated=study.simulated,
    )


def _method(survey: SurveyData) -> SlideData:
    """The method statements of the report, shortened to a slide; the full text stands in the notes."""
    from survey_analysis.estimation.origin import provenance  # noqa: PLC0415

    facts = provenance(survey, None, survey.frame.weight > 0)
    lines: list[tuple[str, str]] = []
    head = ""
    for block in method_part(survey, facts, (), None).blocks:
        if isinstance(block, Heading):
            head = block.text
        elif isinstance(block, Paragraph):
            lines.append((head, _plain(block.text)))
            head = ""
    short = tuple((h, _shortened(text)) for h, text in lines if h)
    notes = "\n".join(f"{h}. {text}" if h else text for h, text in lines)
    return SlideData(
        "deck-method", "text", "Method", lines=short, notes=notes, layout=survey.study.deck.layout
    )


def _plain(text: Text) -> str:
    """A text without formats; a fact that nobody stated stays a question, in brackets."""
    if isinstance(text, str):
        return text
    return "".join(f"[{r.text}]" if r.kind == "question" else r.text for r in text)


def _shortened(text: str) -> str:
    """Whole sentences up to the room of a slide."""
    if len(text) <= _LONG:
        return text
    cut = text[:_LONG].rfind(". ")
    return text[: cut + 1] + " Full text in the notes." if cut > 0 else text
