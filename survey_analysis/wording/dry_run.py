"""A dry run in words."""

from __future__ import annotations

from collections.abc import Sequence

from survey_analysis.results.dry_run import DryRunData
from survey_analysis.wording.numbers import count, fixed

NO_PEOPLE = (
    "SIMULATED. No people were surveyed: answers were drawn at random, and no number here is a result."
)


def sentence_dry_run(data: DryRunData) -> str:
    """How many things fail or are thin.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"status": ["fails", "fine"]})
    >>> print(sentence_dry_run(DryRunData("Study", 1000, 1, 0.05, rows)))
    Dry run of “Study” on 1,000 simulated respondents: 1 thing fails, 0 are thin, 1 is in order.
    SIMULATED. No people were surveyed: answers were drawn at random, and no number here is a result.
    """
    fails, thin, fine = (int((data.rows["status"] == s).sum()) for s in ("fails", "thin", "fine"))
    return (
        f"Dry run of “{data.study}” on {count(data.n)} simulated respondents: {count(fails)} "
        f"{'thing fails' if fails == 1 else 'things fail'}, {count(thin)} {'is' if thin == 1 else 'are'} thin, "
        f"{count(fine)} {'is' if fine == 1 else 'are'} in order.\n{NO_PEOPLE}"
    )


def explain_dry_run(data: DryRunData, left_out: Sequence[str]) -> str:
    """How the respondents were simulated, and what was looked at."""
    lines = [
        f"Dry run of {data.study}: {count(data.n)} simulated respondents, seed {data.seed}.",
        "  Answers     equally likely on every scale, by the weighting targets where a question is weighted, or as assumed;",
        "              numbers uniform in their valid range, counts around 3 without one; options chosen by half.",
        "  Routing     asked_if empties what is not asked; loops choose what is rated, with its probability.",
        "  Weighting   the design effect is that of answers at random; quotas do better.",
        "  Bases       under 30 nothing is worded, under 100 nothing stands in a title.",
        f"  Findings    thin when a difference of {fixed(100 * data.difference, 1)} points (of a score: that part of its range) is less than",
        "              the smallest detectable one at 80% power; answers at random vary about as much as answers can.",
        *(f"  Left out    {text}." for text in left_out),
        f"  {NO_PEOPLE}",
    ]
    return "\n".join(lines)
