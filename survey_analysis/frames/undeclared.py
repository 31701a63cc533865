"""Columns that no question declares, as questions found from the data; personal ones without their values."""

from __future__ import annotations

from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.replicates import columns_of_replicates
from survey_analysis.study.codebook import Question


def undeclared(survey: SurveyData) -> dict[str, Question]:
    """Every column that no question uses, described by what it holds; in file order.

    Columns that are personal, by declaration or by their look, and the respondent's id are open questions without
    levels: their values are nobody's business. Replicate weights are left out.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> frame = pd.DataFrame({"q": ["yes", "no"], "mail": ["a@example.org", "b@example.org"]})
    >>> survey = sa.read(frame, study={"roles": {"personal": ["mail"]}})
    >>> {name: question.kind for name, question in undeclared(survey).items()}
    {'q': 'single', 'mail': 'open'}
    """
    table = survey.table
    book = survey.study.codebook
    used = {c for q in book for c in q.all_columns}
    used |= columns_of_replicates(table.raw, survey.study.design)
    private = personal_columns(survey) | {survey.study.design.id}
    out = {}
    for column in table.raw.columns:
        if column in used or column in book or column in survey.study.coded:
            continue
        if column in private:
            text = table.raw.wording.get(column, "")
            out[column] = Question(name=column, kind="open", text=text, columns={"": column}, inferred=True)
        else:
            out[column] = table.question(column)
    return out


def personal_columns(survey: SurveyData) -> set[str]:
    """Columns that told who somebody is: declared, hashed, or withheld at reading."""
    return {*survey.table.private, *survey.study.roles.hashed}
