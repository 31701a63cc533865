"""Words of summary tables of grids: title, footer, what a difference is of."""

from __future__ import annotations

from survey_analysis.results.letters import LetterRule
from survey_analysis.results.summary import SummaryData
from survey_analysis.wording.letters import base_marks, letter_lines
from survey_analysis.wording.numbers import count, fixed
from survey_analysis.wording.phrases import SIMULATED, capitalised, measured, plural

STRICT, LOOSE = "‡", "†"
"""Marks of differences that are told from 0: at the level of capital letters, at that of small ones."""


def summary_title(summary: SummaryData) -> str:
    """What is shown, the labels boxed named: "Share very or extremely likely to follow (top 2 of 5), by source".

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> summary_title(survey.tabulate("follow", summary="top2").summaries[0])[:33]
    'Share very or extremely likely to'
    """
    end = f" ({summary.statistic.rstrip('0123456789')} {summary.box} of {summary.scale_length})"
    return f"{capitalised(measured(summary.topic))}{end if summary.box else ''}, by {summary.by}"


def summary_notes(summary: SummaryData, levels: tuple[float, ...], rounding: str) -> tuple[str, ...]:
    """Footer: letters, differences, bases, what is rounded."""
    out = list(letter_lines(summary))
    gaps = summary.differences
    if len(gaps):
        tests = int(gaps["p_value"].notna().sum())
        if summary.letters is None:
            out += base_marks(LetterRule())
        said = f"{STRICT} differs from 0 at {_percent(levels[0])}"
        if len(levels) > 1:
            said += f", {LOOSE} at {_percent(levels[1])}"
        what = f"Differences: own bases, all who rated each {summary.by}; same people, those who rated both."
        made = f"design-based t, not adjusted, {count(tests)} test{'s' if tests != 1 else ''}"
        out.append(f"{what} {said}: {made}{f'; {rounding}' if rounding else ''}.")
        if (gaps["method"] == "nobody").any():
            out.append(f"n/a: nobody rated both {plural(summary.by)}, or one of them, in that column.")
    elif summary.letters is None:
        out += base_marks(LetterRule())
    if summary.weight:
        out.append(f"Weight: {summary.weight}, taken as fixed.")
    out += [f"{n[:1].upper()}{n[1:]}" for n in summary.notes]
    if summary.provenance.simulated:
        out.append(SIMULATED)
    return tuple(out)


def _percent(level: float) -> str:
    return fixed(100 * level) + "%"
