"""Quotes chosen by a stated rule, from answers that name nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.openends.coded import FEWEST, CodedData, Subject, people_in
from survey_analysis.openends.scrub import Capitals, holds_personal, scrub, tidy
from survey_analysis.typing import BoolArray, IntArray

SEED = 20161107
LONGEST = 240
"""Characters of the longest answer that is quoted."""
RULE = (
    "Quotes: of the answers with exactly that code, the one whose length is closest to their median, ties by a seeded "
    f"draw; one a person; only codes given by at least {FEWEST} people; answers that hold a name, a number, a link or "
    "markup are passed over."
)


def quotes(coded: CodedData, *, each: int = 1, capitals: Capitals = "names") -> pd.DataFrame:
    """Quotes of every code and subject.

    Parameters
    ----------
    each : int
        Quotes of each code and subject, at most.
    capitals : {"names", "words"}
        As in `scrub`: whether a capitalised word inside a sentence is taken for a name.

    Returns
    -------
    DataFrame
        `subject, code, label, quote, people`: nothing that tells who said it.

    Raises
    ------
    EstimationError
        `each` is no positive number.

    Notes
    -----
    Closest to the median length among the answers with exactly that code, ties by a seeded draw, one a person, no code
    of fewer than 10 people. An answer that scrubbing would change is passed over, not printed with gaps.
    """
    if isinstance(each, bool) or each < 1:
        raise EstimationError(f"each = {each!r} is no number of quotes.", hint="give 1 or more.")
    person = coded.survey.person
    who = np.arange(len(coded.survey)) if person is None else person
    used: set[int] = set()
    said: set[str] = set()
    rows = []
    for s, subject in enumerate(coded.subjects):
        for j, (key, label) in enumerate(coded.labels[:-1]):
            exact = _exactly(subject, j)
            people = people_in(coded.survey, exact)
            if people < FEWEST:
                continue
            taken = 0
            for i in _in_order(subject, exact, (s, j)):
                text = tidy(str(subject.answers.texts[i]))
                fresh = int(who[i]) not in used and text.casefold() not in said
                if not fresh or len(text) > LONGEST or holds_personal(text, capitals=capitals):
                    continue
                used.add(int(who[i]))
                said.add(text.casefold())
                quote = scrub(text, capitals=capitals)
                rows.append(
                    {"subject": subject.label, "code": key, "label": label, "quote": quote, "people": people}
                )
                taken += 1
                if taken == each:
                    break
    out = pd.DataFrame(rows, columns=["subject", "code", "label", "quote", "people"])
    return out if coded.shares.topic.subject else out.drop(columns="subject")


def _exactly(subject: Subject, j: int) -> BoolArray:
    """Answers with that code and no other."""
    chosen = subject.coded.chosen
    return np.asarray(subject.said & chosen[:, j] & (chosen.sum(axis=1) == 1), dtype=bool)


def _in_order(subject: Subject, exact: BoolArray, place: tuple[int, int]) -> IntArray:
    """Rows of the answers, those closest to their median length first, ties shuffled."""
    rows = np.flatnonzero(exact)
    length = np.array([len(tidy(str(t))) for t in subject.answers.texts[rows]], dtype=float)
    draw = np.random.default_rng([SEED, *place]).random(len(rows))
    return rows[np.lexsort((draw, np.abs(length - np.median(length))))]
