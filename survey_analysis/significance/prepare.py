"""What the design-based tests share: the domain, exclusive answers, numbers, degrees of freedom, the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import satterthwaite_df, union_df
from survey_analysis.errors import EmptyDomainError, EstimationError
from survey_analysis.estimation.cells import Cells, cells, check_samples, variable_levels, where_text
from survey_analysis.estimation.origin import base_texts, provenance, topic
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Statistic, Unit
from survey_analysis.results.test import Family, TestData, TestKind
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, DegreesOfFreedom, EstimateDf, FloatArray, Where

Row = dict[str, object]


@dataclass(frozen=True, eq=False)
class Groups:
    """Exclusive answers of one variable within a domain: those that somebody gave, in the order of the scale."""

    name: str
    label: str
    levels: tuple[str, ...]
    member: BoolArray  # (n, k)
    dropped: tuple[str, ...]

    @property
    def inside(self) -> BoolArray:
        """Who gave one of the answers."""
        return np.asarray(self.member.any(axis=1))

    @property
    def note(self) -> str:
        """What was left out, in words."""
        return "nobody answered " + ", ".join(f"'{d}'" for d in self.dropped) if self.dropped else ""

    def within(self, inside: BoolArray) -> Groups:
        """The same groups among fewer people."""
        return _filled(self.name, self.label, self.levels, self.member & inside[:, None], self.dropped)


def domain(survey: SurveyData, where: Where) -> Cells:
    """The people a filter keeps, as one cell."""
    return cells(survey, None, None, where)


def groups(survey: SurveyData, name: str, found: Cells) -> Groups:
    """Exclusive answers of a variable among the people of a domain who have weight.

    Raises
    ------
    EstimationError
        Answers overlap (multiple response), or the variable is asked about several subjects.
    """
    dim, levels = variable_levels(survey, name)
    known = (found.cells[0].mask & (survey.frame.weight > 0))[:, None]
    member = np.column_stack([np.asarray(m, dtype=bool) for _, m in levels if m is not None]) & known
    overlapping = int((member.sum(axis=1) > 1).sum())
    if overlapping:
        raise EstimationError(
            f"{overlapping} respondents gave several answers to '{name}'; the test needs one answer each.",
            hint="test one option at a time, or compare() the shares: it counts a person in both.",
        )
    return _filled(name, dim.label, tuple(label for _, label in dim.levels), member, ())


def _filled(name: str, label: str, levels: Sequence[str], member: BoolArray, lost: tuple[str, ...]) -> Groups:
    some = np.atleast_1d(member.any(axis=0))
    kept = tuple(x for x, there in zip(levels, some, strict=True) if there)
    gone = tuple(x for x, there in zip(levels, some, strict=True) if not there)
    return Groups(name, label or name, kept, member[:, some], (*lost, *gone))


def values(survey: SurveyData, name: str, statistic: str) -> tuple[Question, FloatArray]:
    """A question and its numbers, NaN where missing.

    Raises
    ------
    EstimationError
        The question is asked about several subjects.
    ScoreError
        It has no numbers.
    """
    question = survey.table.question(name)
    if question.over:
        raise EstimationError(
            f"'{name}' is asked about every {question.over}; this test takes one answer a person.",
            hint=f"survey.mean('{name}').compare() compares the {question.over}s, the same people counted once.",
        )
    return question, numbers(question, survey.table.variable(name), statistic)


def two(found: Groups, verb: str) -> tuple[str, str]:
    """The two levels that are compared; an error that names them when there are not two."""
    if len(found.levels) != 2:
        listed = ", ".join(f"'{x}'" for x in found.levels[:8]) or "none"
        raise EstimationError(
            f"{verb} compares two groups; '{found.name}' has {len(found.levels)} with answers.",
            where=f"groups: {listed}",
            hint="keep two with where=, or test all of them: survey.mean(..., by=...).test().",
        )
    return found.levels[0], found.levels[1]


def need(inside: BoolArray, where: Where, what: str) -> None:
    """An error when nobody is left to test."""
    if not inside.any():
        raise EmptyDomainError(
            f"Nobody {what} in the domain.", where=f"where = {where_text(where)}" if where else ""
        )


def omnibus_df(rule: EstimateDf, inside: BoolArray, survey: SurveyData) -> float:
    """Degrees of freedom ν of the people tested, of the design, or as given."""
    if rule == "domain":
        return union_df(inside[:, None], survey.frame)
    if rule == "design":
        return float(survey.frame.design_df)
    return _number(rule, '"domain", "design" or a number')


def contrast_df(rule: DegreesOfFreedom, z: FloatArray, member: BoolArray, survey: SurveyData) -> float:
    """Degrees of freedom of a difference of two groups, shape (n, 2).

    Replicate weights have no units to tell apart, so there "satterthwaite" is the domain's.
    """
    if rule == "satterthwaite":
        if survey.frame.replicates is None:
            return satterthwaite_df(z, member[:, 0], member[:, 1], survey.frame)
        rule = "domain"
    if isinstance(rule, str):
        return omnibus_df(rule, np.asarray(member.any(axis=1)), survey)
    return _number(rule, '"satterthwaite", "domain", "design" or a number')


def _number(rule: object, known: str) -> float:
    if isinstance(rule, bool) or not isinstance(rule, int | float) or not rule > 0:
        raise EstimationError(f"df = {rule!r} is not a rule for degrees of freedom.", hint=f"give {known}.")
    return float(rule)


def check_option(name: str, given: str, known: Sequence[str]) -> None:
    """An error that lists the values of an option."""
    if given not in known:
        raise EstimationError(
            f"{name} = '{given}' is not known.", hint="give " + ", ".join(f'"{k}"' for k in known) + "."
        )


def check_level(level: float) -> None:
    """An error for a level that is none."""
    if isinstance(level, str | bool) or not 0.5 <= level < 1:
        raise EstimationError(
            f"level = {level} is not a confidence level.", hint="give a number such as 0.95."
        )


def people(survey: SurveyData, inside: BoolArray) -> int:
    """How many people a mask of rows holds."""
    return int(inside.sum()) if survey.person is None else len(np.unique(survey.person[inside]))


def as_result(
    survey: SurveyData,
    question: Question,
    kind: TestKind,
    row: Row,
    *,
    inside: BoolArray,
    where: Where,
    found: Cells,
    statistic: Statistic = "proportion",
    unit: Unit = "share",
    level: float = 0.95,
) -> TestData:
    """One test as a result: where it comes from, who is in it, what it is about."""
    check_samples(survey, inside[:, None])
    about: Row = {"question": question.name, "base": "own", "n": people(survey, inside)}
    if "p_value" in row:
        about["p_adjusted"] = row["p_value"]
    return TestData(
        rows=pd.DataFrame([{**about, **row}]),
        kind=kind,
        topic=topic(survey, question, statistic, unit, score=statistic),
        dims=(),
        bases=base_texts(question.base, question.name, where, found),
        family=Family("none", 1, ""),
        provenance=provenance(survey, where, inside),
        level=level,
    )
