"""The box "How to read the numbers": only the lines that apply, at most 180 words."""

from __future__ import annotations

from dataclasses import dataclass

from survey_analysis.results.provenance import Provenance
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.intervals import interval_allowed, sampling_error_allowed
from survey_analysis.wording.numbers import count, number
from survey_analysis.wording.phrases import noun

MOST_WORDS = 180


@dataclass(frozen=True)
class Reading:
    """One line of the box: its term in bold and the explanation."""

    term: str
    text: str


def how_to_read(
    provenance: Provenance,
    *,
    sources_compared: bool = False,
    letter_tests: int = 0,
    alpha: float = 0.05,
    delta: float | None = None,
) -> tuple[Reading, ...]:
    """Lines of the box.

    Parameters
    ----------
    provenance
        Chooses what the interval line says, and whether there is one.
    sources_compared
        Own bases and same people stand side by side.
    letter_tests
        Letter tests of the tables, 0 for none.
    alpha
        Their level.
    delta
        Declared margin of equivalence as a share.

    Examples
    --------
    >>> [line.term for line in how_to_read(Provenance("s", "probability"))]
    ['A percentage', 'n', 'The interval']
    """
    who = noun(provenance.sample_kind, generalize=provenance.generalize)
    lines = [
        Reading(
            "A percentage",
            f"is the weighted share of the {who} named in the base line, not of everybody. If the base "
            "changes, the question changes.",
        ),
        Reading(
            "n",
            f"is how many {who} answered. Effective base is smaller because some answers count more than "
            f"others; under {SMALL} take care (*), under {MINIMUM} nothing is tested (**).",
        ),
    ]
    if interval_allowed(provenance):
        lines.append(Reading("The interval", _interval(provenance)))
    if letter_tests:
        lines.append(Reading("A letter", _letters(letter_tests, alpha)))
    if sources_compared:
        lines.append(
            Reading(
                "Own base, same people:",
                "two sources can be compared over all who rated each, or over those who rated both. "
                "Both are shown; sentences use the same people.",
            )
        )
    if delta is not None:
        lines.append(
            Reading("≈", f"means: the difference is smaller than {number(100 * delta, 0)} points, tested.")
        )
    return tuple(lines)


def _interval(provenance: Provenance) -> str:
    tail = "It leaves out wording, order and coverage errors."
    if sampling_error_allowed(provenance.sample_kind, provenance.generalize):
        return (
            "says how far the result could be from what asking everybody would give, by chance of who was "
            f"drawn. {tail}"
        )
    volunteers = (
        "; volunteers may differ in ways it does not contain" if provenance.sample_kind == "opt-in" else ""
    )
    return (
        "shows how much the result could move by chance if the assumptions in Method "
        f"hold{volunteers}. {tail}"
    )


def _letters(tests: int, alpha: float) -> str:
    chance = count(tests * alpha) if tests * alpha >= 1 else "fewer than one"
    return (
        "beside a number means: higher than the column with that letter, more than chance would explain "
        "(capital 95%, small 90%). No letter does not mean “the same”. In a table of "
        f"{count(tests)} tests about {chance} "
        "letters appear by chance alone."
    )


def words(lines: tuple[Reading, ...]) -> int:
    """Number of words as printed.

    Examples
    --------
    >>> words((Reading("n", "is how many answered."),))
    5
    """
    return sum(len(f"{line.term} {line.text}".split()) for line in lines)
