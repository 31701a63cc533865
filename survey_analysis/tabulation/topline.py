"""A topline: every question in questionnaire order, whoever gave no answer counted by the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from survey_analysis.cleaning.flow import sample_masks
from survey_analysis.errors import EmptyDomainError, EstimationError
from survey_analysis.estimation.cells import condition
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Numeric, missing_code
from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.topline import ToplineData, ToplineQuestion
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.banner import Banner, banner_of
from survey_analysis.tabulation.banner_waves import of_waves
from survey_analysis.tabulation.questions import Statistic, is_nps
from survey_analysis.tabulation.verb import in_file_order, tabulate
from survey_analysis.typing import BannerBy, BoolArray, Where

REASONS = {
    "dont_know": "Don’t know",
    "refused": "Refused",
    "not_applicable": "Does not apply",
    "no_answer": "No answer",
    "break_off": "Broke off before",
}
"""Why somebody who was asked has no answer; who was not asked is not in the base and not listed."""
_COLUMNS = ["subject", "kind", "label", "column", "key", "count"]


def topline(
    survey: SurveyData, *, by: BannerBy = None, where: Where = None, rows: Sequence[str] | None = None
) -> ToplineData:
    """Every question in questionnaire order with its wording, base and answers.

    Parameters
    ----------
    by : str, mapping or sequence of them, optional
        Trend or banner columns, as in `tabulate`; without it, only the total.
    where : str or mapping, optional
        Domain: a named filter, an expression or a mapping. Of several samples it has to name one, as their total
        is not an estimate of anything.
    rows : sequence of str, optional
        Questions, in the order to print; by default all declared ones in the order of the export, but for those of
        the cleaning rule "attention", and derived ones after them.

    Returns
    -------
    Topline
        Shares of answers, nets and boxes; mean and median of numbers; people without an answer by the reason; a
        question that nobody in the domain answered is left out and named, as an attention check is. To write: `save`, `to_html`, `to_pdf`,
        `to_docx`, `to_excel`.

    Raises
    ------
    EmptyDomainError
        Nobody is in the domain.
    EstimationError
        There is no question; the total would pool samples or waves.
    ColumnNotFoundError
        An unknown question, banner or filter; the nearest is named.

    Notes
    -----
    Shares and means are those of `tabulate`, sum(w y) / sum(w). Counts of people without an answer are not weighted.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"questions": {"q": {"text": "Do you?", "levels": ["no", "yes"]}}}
    >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes", ""]}), study=study)
    >>> survey.topline().to_frame()["count"].tolist()
    [1.0, 2.0, 1.0]
    """
    domain = survey.table.mask(condition(survey, where))
    if not domain.any():
        raise EmptyDomainError("Nobody is in the domain.", where=f"filter: {where}", hint="check where=.")
    banner = of_waves(survey, banner_of(survey, by), domain)
    asked = [survey.table.question(name) for name in _names(survey, rows)]
    kept, left_out, checks = asked, [], []
    if rows is None:
        checks = [q for q in asked if _is_check(survey, q)]
        asked = [q for q in asked if q not in checks]
        kept = [q for q in asked if _answered(survey, q, domain)]
        left_out = [q.short or q.name for q in asked if q not in kept]
        kept.sort(key=lambda q: _is_derived(survey, q))
    if not kept:
        raise EstimationError("There is no question to print.", hint="declare questions in a study file.")
    tables = _tables(survey, kept, by, where)
    made = tuple(_question(survey, q, tables.get(q.name), banner, domain) for q in kept)
    return ToplineData(
        questions=made,
        people=_people(survey, domain),
        banner=banner.name if by is not None else "",
        provenance=provenance(survey, where, domain),
        samples=_samples(survey, domain),
        left_out=tuple(left_out),
        checks=tuple(q.short or q.name for q in checks),
    )


def _is_check(survey: SurveyData, question: Question) -> bool:
    """Whether a question is there to see who reads: one of the rule "attention"."""
    told = [r for r in survey.study.clean.rules if isinstance(r, dict) and r.get("rule") == "attention"]
    return any(r.get("column") in (question.name, *question.all_columns) for r in told)


def _is_derived(survey: SurveyData, question: Question) -> bool:
    return question.name in survey.study.derived or question.name in survey.study.coded


def _names(survey: SurveyData, rows: Sequence[str] | None) -> list[str]:
    if rows is not None:
        names = [rows] if isinstance(rows, str) else list(rows)
        twice = [n for n in names if names.count(n) > 1]
        if twice:
            raise EstimationError(f"rows names '{twice[0]}' twice.", hint="name each question once.")
        return names
    wave = survey.waves.name if survey.waves is not None else ""  # what tells rows apart is no row
    return in_file_order(survey, [q for q in survey.table.codebook if q.name != wave])


def _subjects(question: Question) -> tuple[str, ...]:
    return tuple(question.columns) if question.over else ("",)


def _answered(survey: SurveyData, question: Question, domain: BoolArray) -> int:
    """People in the domain who answered for any subject."""
    known = [survey.table.variable(question.name, s).known() for s in _subjects(question)]
    return _people(survey, domain & np.logical_or.reduce(known))


def _people(survey: SurveyData, rows: BoolArray) -> int:
    """Respondents in a mask of rows; in a long file one has several."""
    return int(rows.sum()) if survey.person is None else len(np.unique(survey.person[rows]))


def _tables(
    survey: SurveyData, questions: Sequence[Question], by: BannerBy, where: Where
) -> dict[str, CrosstabData]:
    """Tables by question: numbers with mean and median, scales by their answers."""
    groups: dict[tuple[Statistic, ...] | None, list[str]] = {}
    for question in questions:
        if question.kind != "open":
            groups.setdefault(_statistics(survey, question), []).append(question.name)
    out: dict[str, CrosstabData] = {}
    for statistics, names in groups.items():
        book = tabulate(survey, names, by=by, where=where, tests="none", letters=None, statistics=statistics)
        out |= {t.topic.question: t for t in book.tables}
    return out


def _statistics(survey: SurveyData, question: Question) -> tuple[Statistic, ...] | None:
    if isinstance(survey.table.variable(question.name, _subjects(question)[0]), Numeric):
        return ("mean", "median")
    return None if is_nps(question) else ()


def _question(
    survey: SurveyData, question: Question, table: CrosstabData | None, banner: Banner, domain: BoolArray
) -> ToplineQuestion:
    return ToplineQuestion(
        name=question.name,
        label=question.short or question.name,
        topic=topic(survey, question, "proportion", "share"),
        kind=question.kind,
        answered=_answered(survey, question, domain),
        missing=_missing(survey, question, banner, domain),
        table=table,
        derived=_is_derived(survey, question),
    )


def _missing(survey: SurveyData, question: Question, banner: Banner, domain: BoolArray) -> pd.DataFrame:
    """Who was asked and gave no answer, by reason, subject and column; reasons that nobody has are not listed."""
    rows = []
    for subject in _subjects(question):
        missing = survey.table.variable(question.name, subject).missing
        label = survey.table.codebook.subjects[question.over].labels[subject] if question.over else ""
        for kind, words in REASONS.items():
            hit = domain & (missing == missing_code(kind))
            if hit.any():
                rows += [
                    (label, kind, words, c.label, c.key, _people(survey, hit & mask))
                    for c, mask in zip(banner.columns, banner.masks, strict=True)
                ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _samples(survey: SurveyData, domain: BoolArray) -> tuple[str, ...]:
    if survey.study.samples is None:
        return ()
    return tuple(name for name, mask in sample_masks(survey.table).items() if (mask & domain).any())
