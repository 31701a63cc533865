"""What the verdict on a number or word of a draft rests on, and how figures are named and printed in reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_analysis.claims.catalogue import Figure
from survey_analysis.claims.context import Context
from survey_analysis.claims.language import Number
from survey_analysis.claims.quantities import Quantity
from survey_analysis.claims.verdicts import rounds_to
from survey_analysis.results.claims import Verdict
from survey_analysis.wording.numbers import fixed, interval, percent, percent_interval, points, ratio
from survey_analysis.wording.phrases import in_sentence

NO_MATCH: Final = "no estimate of the study matches it"
DECLARE: Final = "declare what it says in [[claims]], or leave it out"
OVER: Final = re.compile(
    r"\b(?:(?:more|greater|higher) than|over|above|at least|upwards of|exceeds)\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Ruling:
    """The verdict on one number or word of a draft, the figure it rests on, and what may stand instead."""

    verdict: Verdict
    reason: str
    instead: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Study:
    """What numbers of a draft are held against: figures, bases, and the wordings of the questionnaire."""

    figures: tuple[Figure, ...]
    counts: tuple[tuple[float, str], ...]
    wordings: str


def plain(figure: Figure) -> str:
    """A figure with its interval, as it may be printed."""
    low, high = figure.low, figure.high
    limits = low is not None and high is not None
    if figure.unit == "share":
        return percent(figure.value) + (f" ({percent_interval(low, high)})" if limits else "")  # type: ignore[arg-type]
    if figure.unit == "points":
        return f"{points(figure.value)} points" + (f" ({percent_interval(low, high)})" if limits else "")  # type: ignore[arg-type]
    if figure.unit == "ratio":
        return f"{ratio(figure.value)} times" + (f" ({interval(low, high, 1)})" if limits else "")  # type: ignore[arg-type]
    return fixed(figure.value, 2) + (f" ({interval(low, high, 2)})" if limits else "")  # type: ignore[arg-type]


def name(figure: Figure) -> str:
    """What a figure is of, in few words."""
    who = ", ".join(in_sentence(x) for x in figure.of.values())
    if figure.kind in ("difference", "ratio"):
        who = ", ".join(
            x for x in (who, f"{in_sentence(figure.facts.a)} and {in_sentence(figure.facts.b)}") if x
        )
    return f"{figure.question.replace('_', ' ')}{f', {who}' if who else ''}"


def is_it(q: Quantity, figure: Figure) -> bool:
    """Whether a number is a figure, rounded half-up at the decimals printed."""
    scale, more = (100.0, 2) if figure.unit in ("share", "points") else (1.0, 0)
    value = abs(figure.value) if figure.unit == "points" else figure.value
    unit = "share" if figure.unit in ("share", "points") else figure.unit
    return rounds_to(value, Number(q.value / scale, q.decimals + more), unit)


def best_of(figures: Sequence[Figure], c: Context) -> Figure:
    """The figure whose question the sentence fits best."""
    return max(figures, key=lambda f: c.scores.get(f.question, 0.0))


def not_found(q: Quantity, c: Context, mine: Sequence[Figure], others: Sequence[Figure]) -> Ruling:
    """No figure has this value here: what the study has instead, or whose the value is."""
    if mine:
        best = best_of(mine, c)
        return Ruling("unsupported", f"{NO_MATCH}; {name(best)} is {plain(best)}", plain(best), best)
    elsewhere = next((f for f in others if is_it(q, f) and c.about(f)), None)
    if elsewhere is not None:
        return Ruling(
            "unsupported",
            f"{NO_MATCH} here: it is of {name(elsewhere)}",
            "name whose number it is",
            elsewhere,
        )
    return Ruling("unsupported", NO_MATCH, DECLARE)


def common_first(figures: Sequence[Figure]) -> list[Figure]:
    """The same people before own bases."""
    return sorted(figures, key=lambda f: f.base != "common")
