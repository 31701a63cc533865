"""Double coding: how far a keyword frame and another coding of the same answers agree beyond chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError, closest
from survey_analysis.frames.variables import Categorical, Encoded, Multiple
from survey_analysis.openends.coded import CodedData, Subject
from survey_analysis.results.test import Family, TestData
from survey_analysis.significance.agreement import kappa_of
from survey_analysis.study.coding import OTHER
from survey_analysis.typing import BoolArray


def agreement(coded: CodedData, other: str, *, level: float = 0.95) -> TestData:
    """Cohen's kappa between the frame and another coding, a row a code and subject.

    Parameters
    ----------
    other : str
        A question with one answer or several, whose answers are the codes or labels of the frame, asked about the
        same subjects: somebody's coding of the same texts.
    level : float

    Returns
    -------
    TestData
        Of kind "agreement": kappa, its interval, the share that agrees, for each code given or not given.

    Raises
    ------
    EstimationError
        The other coding has none of the codes, or nobody has both.

    Notes
    -----
    A code is given or not, by the frame and by the other coding, among answers that both read as saying something
    (`significance.agreement.kappa`: weighted, design-based).
    """
    survey = coded.survey
    question = survey.table.question(other)
    if question.kind in ("open", "numeric"):
        raise EstimationError(
            f"'{other}' holds {'text' if question.kind == 'open' else 'numbers'}, not codes.",
            hint="declare its answers: levels = [...], the codes of the frame.",
        )
    tests = []
    for subject in coded.subjects:
        if question.over != coded.shares.topic.subject:
            raise EstimationError(
                f"'{other}' is not asked about {coded.shares.topic.subject or 'the respondent alone'}.",
                hint="the other coding needs a column for each subject that the frame codes.",
            )
        variable = survey.table.variable(other, subject.key)
        for j, (key, label) in enumerate(coded.labels):
            theirs = _given(variable, key, label)
            if theirs is not None:
                tests.append(_one(coded, subject, j, theirs, variable.known(), other, level))
    if not tests:
        known = [x for pair in coded.labels for x in pair]
        raise EstimationError(
            f"'{other}' has no code of frame '{coded.frame}' among its answers.",
            hint=closest(_first(coded, other), known),
        )
    rows = pd.concat([t.rows for t in tests], ignore_index=True)
    bases = tuple(b for t in tests for b in t.bases)
    family = Family("none", len(rows), f"every code of frame '{coded.frame}'")
    return replace(tests[0], rows=rows, bases=bases, family=family)


def _given(variable: Encoded, key: str, label: str) -> BoolArray | None:
    """Who got that code in the other coding; None where it does not know the code."""
    if isinstance(variable, Categorical):
        names = [(a.code, a.label) for a in variable.scale.answers]
        hit = [i for i, pair in enumerate(names) if key in pair or label in pair]
        return np.isin(variable.codes, hit) if hit else None
    if isinstance(variable, Multiple):
        hit = [
            i
            for i, o in enumerate(variable.options)
            if key in (o.code, o.label) or label in (o.code, o.label)
        ]
        return np.asarray(variable.chosen[:, hit].any(axis=1)) if hit else None
    return None


def _first(coded: CodedData, other: str) -> str:
    variable = coded.survey.table.variable(other, coded.subjects[0].key)
    if isinstance(variable, Categorical):
        return variable.scale.answers[0].label if variable.scale.answers else OTHER
    return OTHER


def _one(
    coded: CodedData, s: Subject, j: int, theirs: BoolArray, known: BoolArray, other: str, level: float
) -> TestData:
    inside = s.said & known
    if not inside.any():
        raise EstimationError(
            f"Nobody has both a coded answer and '{other}'{f' about {s.label}' if s.label else ''}.",
            hint="check where= and the columns of the other coding.",
        )
    about = ", ".join(x for x in (s.label, coded.labels[j][1]) if x)
    return kappa_of(
        coded.survey,
        s.coded.chosen[:, j],
        theirs,
        inside,
        question=coded.survey.table.question(coded.frame),
        contrast=f"{about}: {coded.frame} and {other}",
        where=coded.where,
        level=level,
    )
