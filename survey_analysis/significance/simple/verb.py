"""`simple_test`: a named test of a simple sample; weighted, clustered or replicate data are refused."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from survey_analysis.core.frame import DesignFrame
from survey_analysis.errors import DesignError, EstimationError, closest
from survey_analysis.estimation.cells import check_samples
from survey_analysis.estimation.origin import base_texts, provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.test import Family, TestData
from survey_analysis.significance.prepare import check_level, domain, need
from survey_analysis.significance.simple.inputs import Asked, Given, given
from survey_analysis.significance.simple.registry import Entry, entry_of, symbol_of
from survey_analysis.significance.simple.result import Pairwise, SimpleTest
from survey_analysis.typing import Adjustment, BoolArray, Where

Row = dict[str, object]


def simple_test(
    survey: SurveyData,
    /,
    name: str,
    questions: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    where: Where = None,
    level: float = 0.95,
    **options: object,
) -> TestData:
    """Make a classical test of a simple sample, by its name.

    Parameters
    ----------
    name : str
        "chi-square", "fisher", "mcnemar", "cochran-q", "t", "anova", "mann-whitney", "friedman", ...: every
        name with what it takes is in the reference of tests.
    questions : str or sequence of str
        The question, or the questions of the same people.
    by : str or sequence of str, optional
        Groups; of "cmh" the column and the stratum.
    where : str or mapping, optional
        Filter. Everybody outside is left out: in a simple sample that is the same as a domain.
    level : float
        Level of intervals; only for tests that have one.
    **options
        Options of that test: `answers` (answers counted as a hit), `shares`, and those of its function, such as
        `variant`, `alternative`, `margin` or `adjust`.

    Returns
    -------
    TestData
        One row, or one a pair of groups: estimate, interval, statistic, df, p, effect size by name, n, method.
        People without an answer to one of the questions are out.

    Raises
    ------
    DesignError
        The survey is weighted, clustered, drawn without replacement or has replicates: the error names the
        design-based test to use.
    EstimationError
        An unknown test or option, or data that the test cannot take.

    Notes
    -----
    These tests count every person once. On weighted or clustered data their p belongs to another estimand or is
    too small (statistics 2.10), so there is no way to force them. A stratified sample with equal weights is
    accepted; the test is then conservative.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"a": list("yyyynnyyny"), "b": list("ynnyynnyyn")})
    >>> row = sa.read(data).simple_test("mcnemar", ["a", "b"], answers="y").to_frame().iloc[0]
    >>> float(row["p_value"]), int(row["n"])
    (0.453125, 10)
    """
    entry = entry_of(name)
    check_level(level)
    names = (questions,) if isinstance(questions, str) else tuple(questions)
    groups = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    found = domain(survey, where)
    asked = Asked(survey, names, groups, found, options)
    _refuse(survey, found.cells[0].mask, entry)
    data = given(asked, entry.needs)
    need(data.inside, where, "answered " + " and ".join(f"'{n}'" for n in (*names, *groups)))
    made = _call(entry, data, options, level)
    rows = _pairs(made, data, entry) if isinstance(made, Pairwise) else [_row(made, data, entry)]
    rows = [{"test": entry.name} | r for r in rows]
    family = Family("none", 1, "one test, not adjusted")
    if isinstance(made, Pairwise):
        ranged = made.adjust == "studentized range"
        way: Adjustment = "none" if ranged else made.adjust  # type: ignore[assignment]
        family = Family(way, len(rows), f"all {len(rows)} pairs, adjusted by {made.adjust}")
    return _result(asked, data, rows, family, where, level)


def _result(
    asked: Asked, data: Given, rows: list[Row], family: Family, where: Where, level: float
) -> TestData:
    survey, question = asked.survey, asked.survey.table.question(asked.questions[0])
    check_samples(survey, data.inside[:, None])
    lead: Row = {"question": question.name, "base": "own", "n": int(data.inside.sum())}
    return TestData(
        rows=pd.DataFrame([lead | r for r in rows]),
        kind="simple",
        topic=topic(survey, question, "mean", "score", score="mean"),
        dims=(),
        bases=base_texts(question.base, question.name, where, asked.found) * len(rows),
        family=family,
        provenance=provenance(survey, where, data.inside),
        level=level,
    )


def why_not_simple(frame: DesignFrame, inside: BoolArray, *, units_once: bool = False) -> str:
    """Why people do not count alike and apart from each other, as a clause about the survey; else "".

    A stratified sample with equal weights counts as simple; with `units_once` also one whose units have several
    rows, when the test takes one entry a unit.
    """
    weight = frame.weight[inside]
    if frame.replicates is not None:
        return "has replicate weights"
    if frame.calibration or np.ptp(weight) > 1e-9 * weight.max(initial=0.0):
        return f"is weighted (weights from {weight.min():.4g} to {weight.max():.4g})"
    if not frame.is_element and not units_once:
        return f"is clustered ({frame.n:,} rows in {counted(frame.n_psu, 'sampling unit')})"
    if frame.pps is not None or frame.fpc is not None:
        return "was drawn without replacement from a finite population"
    return ""


def _refuse(survey: SurveyData, inside: BoolArray, entry: Entry) -> None:
    """The design must be that of a simple sample, or of a stratified one with equal weights."""
    why = why_not_simple(survey.frame, inside)
    if why:
        raise DesignError(
            f"'{entry.name}' counts every person once; this survey {why}.",
            where="its p value would not be that of the survey's estimate.",
            hint=f"use the design-based test: {entry.instead}",
        )


def _call(entry: Entry, data: Given, options: dict[str, object], level: float) -> SimpleTest | Pairwise:
    """The test with its own options; options it does not have are an error."""
    call = dict(options)
    for name in data.used:
        call.pop(name)
    accepted = inspect.signature(entry.test).parameters
    bound = set(entry.test.keywords) if isinstance(entry.test, partial) else set()
    free = [p for p in list(accepted)[len(data.arguments) :] if p not in bound]
    for name in call:
        if name not in free:
            raise EstimationError(
                f"'{entry.name}' has no option '{name}'.",
                hint=closest(name, [*data.used, *free]) if free or data.used else "it has none.",
            )
    if "level" in free:
        call["level"] = level
    elif level != 0.95:
        raise EstimationError(f"'{entry.name}' has no interval.", hint="leave level= out.")
    if "labels" in free:
        call["labels"] = data.labels
    missing = [p for p in free if p not in call and accepted[p].default is inspect.Parameter.empty]
    if missing:
        raise EstimationError(f"'{entry.name}' needs {' and '.join(f'{m}=' for m in missing)}.")
    return entry.test(*data.arguments, **call)


def _row(test: SimpleTest, data: Given, entry: Entry) -> Row:
    row: Row = {
        "contrast": " - ".join(data.labels) if entry.needs in ("two groups", "two shares") else "",
        "estimate": test.estimate,
        "estimated": test.estimate_name,
        "conf_low": test.low,
        "conf_high": test.high,
        "statistic": test.statistic,
        "symbol": symbol_of(entry.name, test.df, test.df_residual),
        "df": test.df,
        "df_residual": test.df_residual,
        "p_value": test.p,
        "p_adjusted": test.p,
        "method": test.method,
    }
    for i, effect in enumerate(test.effects):
        if i == 0:
            row |= {"effect": effect.name, "effect_size": effect.value, "effect_low": effect.low, "effect_high": effect.high}  # fmt: skip
        else:
            row[effect.name] = effect.value
    return row | {k: v for k, v in test.details.items() if isinstance(v, float)}


def _pairs(test: Pairwise, data: Given, entry: Entry) -> list[Row]:
    coded = entry.needs == "groups"  # group names are places on the scale
    label = {(str(i) if coded else x): x for i, x in enumerate(data.labels)}
    nan = np.full(len(test.a), np.nan)
    low, high = (nan if v is None else v for v in (test.low, test.high))
    se = nan if test.std_error is None else test.std_error
    out: list[Row] = []
    first, second = (test.b, test.a) if coded else (test.a, test.b)  # of groups the estimate is b - a
    for i, (a, b) in enumerate(zip(first, second, strict=True)):
        out.append(
            {
                "contrast": f"{label[a]} - {label[b]}",
                "a": label[a],
                "b": label[b],
                "estimate": test.estimate[i],
                "std_error": se[i],
                "conf_low": low[i],
                "conf_high": high[i],
                "statistic": test.statistic[i],
                "symbol": symbol_of(entry.name, test.df[i], float("nan")),
                "df": test.df[i],
                "p_value": test.p[i],
                "p_adjusted": test.p_adjusted[i],
                "method": test.method,
            }
        )
    return out
