"""Does the data's base agree with the routing? Who was asked by the routing, and who has an answer."""

from __future__ import annotations

import numpy as np

from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.normal import normal
from survey_analysis.results.audit import AuditLine, BaseAuditData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray


def base_audit(survey: SurveyData) -> BaseAuditData:
    """Compare who the routing says was asked with who has an answer, question by question.

    Returns
    -------
    BaseAudit
        One line a routed question (`asked_if`, or the routing of the file where a column is undeclared): rows asked,
        rows with an answer, and the numbers of the rows that do not agree. Row 1 is the first respondent; after
        `clean()` rows count what is left, so audit before it to find them in the file.

    Raises
    ------
    ExpressionError
        Routing that cannot be read.

    Notes
    -----
    A cell holds an answer unless it is empty or holds a code of the kind "not asked". "Don't know" and other codes were
    given by somebody who was asked. A cell that says "not chosen" is an answer of somebody who was asked, and none of
    somebody who was not: platforms fill it in for everybody.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"questions": {"own": {"levels": ["no", "yes"]}, "make": {"asked_if": "own == 'yes'"}}}
    >>> survey = sa.read(pd.DataFrame({"own": ["yes", "yes", "no"], "make": ["A", "", "B"]}), study=study)
    >>> audit = survey.base_audit()
    >>> audit.to_frame()[["asked", "data"]].to_numpy().tolist()
    [[2, 2]]
    >>> audit.cases()[["row", "what"]].to_numpy().tolist()
    [[2, 'asked, no answer'], [3, 'answered, not asked']]
    """
    lines, unrouted = [], []
    for name in _names(survey):
        question = survey.table.question(name)
        if not question.all_columns or name in survey.study.coded:
            continue
        if not question.asked_if:
            unrouted.append(name)
            continue
        lines += [audit_line(survey, question, s) for s in (question.columns if question.over else ("",))]
    removed = sum(x.dropped for x in survey.log.entries)
    return BaseAuditData(tuple(lines), len(survey), removed, tuple(unrouted))


def audit_line(survey: SurveyData, question: Question, subject: str) -> AuditLine:
    """One routed question for one subject."""
    asked = survey.table.asked(question, subject)
    assert asked is not None  # noqa: S101  the question is routed
    columns = (question.columns[subject],) if question.over else question.all_columns
    filled = np.zeros(len(survey), dtype=bool)
    for column in columns:
        filled |= _filled(survey, question, column)
    given = filled & (asked | _chosen(survey, question, columns))
    unseen = question.kind == "multiple" and "" in question.not_selected
    gone = _gone(survey, columns) & asked & ~given
    lacking = asked & ~given & ~gone & (not unseen)
    over = survey.study.codebook.subjects[question.over].labels[subject] if question.over else ""
    return AuditLine(
        question=question.name,
        label=question.short or question.name,
        subject=over,
        asked_if=question.asked_if,
        asked=int(asked.sum()),
        data=int(given.sum()),
        unanswered=_rows(lacking),
        unasked=_rows(given & ~asked),
        broke_off=int(gone.sum()),
        unseen=unseen,
    )


def _names(survey: SurveyData) -> list[str]:
    book = survey.study.codebook
    used = {c for q in book for c in q.all_columns}
    return [*book.questions, *(c for c in survey.table.raw.columns if c not in used and c not in book)]


def _filled(survey: SurveyData, question: Question, column: str) -> BoolArray:
    """Cells that are not empty and do not say that the question was not asked."""
    off = {c for c, kind in question.missing if kind == "not_asked"}
    if question.scale is not None:
        off |= {x for m in question.scale.missing if m.kind == "not_asked" for x in (m.code, m.label) if x}
    cells = survey.table.raw.column(column)
    distinct = {str(t): str(t).strip() for t in cells.unique()}
    kept = [
        t for t, text in distinct.items() if text and t not in survey.table.empty and normal(text) not in off
    ]
    return np.asarray(cells.isin(kept), dtype=bool)


def _chosen(survey: SurveyData, question: Question, columns: tuple[str, ...]) -> BoolArray:
    """Rows whose cells hold an answer, whoever was asked: of several options, at least one chosen."""
    everybody = np.ones(len(survey), dtype=bool)
    if question.kind != "multiple":
        return everybody
    off = {*question.not_selected, "0", "0.0"}
    out = np.zeros(len(survey), dtype=bool)
    for column in columns:
        on = ~np.asarray(survey.table.raw.column(column).str.strip().isin(off), dtype=bool)
        out |= on & _filled(survey, question, column)
    return out


def _gone(survey: SurveyData, columns: tuple[str, ...]) -> BoolArray:
    """Rows that had left before the question."""
    left = survey.table.not_reached
    if left is None or not set(columns) <= set(left.columns):
        return np.zeros(len(survey), dtype=bool)
    return np.asarray(left[list(columns)].to_numpy().all(axis=1), dtype=bool)


def _rows(mask: BoolArray) -> tuple[int, ...]:
    return tuple(int(i) + 1 for i in np.flatnonzero(mask))
