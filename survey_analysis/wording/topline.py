"""What a topline says around its numbers."""

from __future__ import annotations

from typing import Final

from survey_analysis.results.topline import ToplineQuestion
from survey_analysis.wording.numbers import count

READING: Final = (
    ("Percentages.", "Figures may not add to 100% because of rounding."),
    ("Marks.", "“*” in a cell: under half a percent; “-”: none."),
    ("NET", "combines answers before rounding, so it may differ from the sum of the rounded figures."),
    (
        "Base.",
        "Those who were asked and answered. Those who did not answer are counted under the answers, by the reason.",
    ),
)


def open_line(question: ToplineQuestion) -> str:
    """What stands in place of the answers to an open question.

    Examples
    --------
    >>> import pandas as pd
    >>> from survey_analysis.results.estimate import Topic
    >>> why = Topic("why", "Why?", "proportion", "share")
    >>> open_line(ToplineQuestion("why", "Why", why, "open", 1204, pd.DataFrame()))
    'Open question; 1,204 answered in their own words, which are not shown here.'
    """
    return f"Open question; {count(question.answered)} answered in their own words, which are not shown here."


DERIVED: Final = "Derived from the answers"
NOT_ASKED: Final = "Nobody was asked these: they are made from other answers, as the study file says."


def left_out_lines(labels: tuple[str, ...], checks: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What says that questions are not in the topline, and why.

    Examples
    --------
    >>> left_out_lines(("Tenure", "Own category")), left_out_lines(())
    (('Tenure; Own category. Nobody counted here answered.',), ())
    """
    unanswered = (f"{'; '.join(labels)}. Nobody counted here answered.",) if labels else ()
    what = "An attention check, which is" if len(checks) == 1 else "Attention checks, which are"
    return (*unanswered, f"{'; '.join(checks)}. {what} for cleaning.") if checks else unanswered
