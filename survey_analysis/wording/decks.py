"""Texts of slides: speaker notes, what marks mean, alternative texts, what a refresh says."""

from __future__ import annotations

import re
from typing import Final

from survey_analysis.plurals import counted
from survey_analysis.results.deck import ChartData, DeckData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.wording.alt import END
from survey_analysis.wording.levels import sentence
from survey_analysis.wording.lines import adjustment_line, base_line, question_wording
from survey_analysis.wording.numbers import count, percent, percent_interval
from survey_analysis.wording.phrases import capitalised

SHEET: Final = "The data sheet of the chart has all values."
_LISTED: Final = 12
_INTERVAL: Final = re.compile(r", with [0-9.]+% [^“”]*(?=\.$)| Band: [0-9.]+% [^“”]*\.$")


def slide_alt(alt: str) -> str:
    """The alternative text of a figure, where the values stand in the chart's own sheet.

    Examples
    --------
    >>> slide_alt("Dot plot. Table below has all values.")
    'Dot plot. The data sheet of the chart has all values.'
    """
    return alt.removesuffix(END) + SHEET if alt.endswith(END) else alt


def slide_subtitle(text: str) -> str:
    """The subtitle of a figure without the interval, which native bars do not draw.

    Examples
    --------
    >>> slide_subtitle("“Do you?” Share answering yes, with 95% interval (model-based, see Method).")
    '“Do you?” Share answering yes.'
    """
    return _INTERVAL.sub("", text)


def marks_note(test: TestData) -> str:
    """What triangles beside categories mean."""
    to = str(test.rows["b"].iloc[0])
    return f"▲ ▼ higher or lower than {to} at {percent(1 - test.level)}."


def undrawn(chart: ChartData) -> str:
    """Answers off the scale, which diverging bars leave out, with their smallest and largest share.

    Examples
    --------
    >>> from survey_analysis.results.deck import ChartSeries
    >>> undrawn(ChartData("q", "likert", ("a", "b"), (), outside=(ChartSeries("Unsure", (0.04, 0.08)),)))
    'Not drawn: Unsure 4–8%.'
    """
    said = []
    for series in chart.outside:
        known = [v for v in series.values if v is not None]
        if known:
            said.append(f"{series.name} {percent_span(min(known), max(known))}")
    return f"Not drawn: {'; '.join(said)}." if said else ""


def percent_span(low: float, high: float) -> str:
    """One share, or two with a dash."""
    a, b = percent(low), percent(high)
    return a if a == b else f"{percent_interval(low, high)}%"


def slide_notes(result: EstimateData | None, said: str = "", *, test: TestData | None = None) -> str:
    """Speaker notes: the full sentence, the question, the base, the test."""
    lines = [said]
    if result is not None:
        lines = [said or sentence(result), question_wording(result.topic, result), base_line(result)]
    if test is not None:
        lines.append(capitalised(adjustment_line(test)) + ".")
    return "\n".join(x for x in lines if x)


def deck_text(deck: DeckData) -> str:
    """A deck in lines: its slides, or what a refresh moved, replaced, kept and missed."""
    lines = [f"Deck '{deck.path}': {counted(len(deck.slides), 'slide')}."]
    if not deck.refreshed:
        lines += [f"  {i}. {title}" for i, title in enumerate(deck.slides, 1)]
    else:
        lines.append(
            f"{counted(len(deck.moved), 'number')} moved, {counted(len(deck.texts), 'text')} replaced, "
            f"{counted(len(deck.kept), 'text')} edited by hand kept."
        )
        lines += [
            f"  slide {m.slide}, {m.chart}: {m.series} / {m.category}: {m.printed_before} to {m.printed_after}"
            for m in deck.moved[:_LISTED]
        ]
        if len(deck.moved) > _LISTED:
            lines.append(f"  and {count(len(deck.moved) - _LISTED)} more: .to_frame()")
        lines += [f"  kept on slide {k.slide}, {k.shape}: {k.before!r}" for k in deck.kept[:_LISTED]]
    lines += [f"  missing: {m}" for m in deck.missing]
    lines += [f"  flagged on slide {f.slide}: {f.after}" for f in deck.flagged]
    return "\n".join(lines)
