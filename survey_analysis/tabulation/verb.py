"""Banner tables: questions down, variables side by side across, every cell with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import zero_small
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells, cells, condition
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.independence import independence
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Numeric
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.estimate import Dim, EstimateData, Unit
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import names as names_in
from survey_analysis.tabulation.banner import Banner, banner_of, banner_spec
from survey_analysis.tabulation.banner_waves import of_waves
from survey_analysis.tabulation.quick import Line, quick_rows
from survey_analysis.tabulation.rows import column_bases, long_rows, ordered, subject_label
from survey_analysis.typing import BoolArray, By, FloatArray, Where


def tabulate(
    survey: SurveyData,
    questions: str | Sequence[str] | None = None,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    tests: Literal["rao-scott", "none"] = "rao-scott",
) -> BookData:
    """Tabulate questions by a banner.

    Parameters
    ----------
    questions : str or sequence of str, optional
        Single, Likert, multiple-response or numeric questions and batteries; by default all declared ones,
        in the order of the export.
    by : str or sequence of str, optional
        The name of a banner of the study file, or variables to put side by side. Without it, only the total.
    where : str or mapping, optional
        Domain, for every table.
    level : float
        Confidence level of the intervals.
    tests : {"rao-scott", "none"}
        Test of independence of each table and span, or none.

    Returns
    -------
    BookData
        One table a question: shares of every answer (a battery by subject), nets of declared scales, means,
        three bases; one Rao-Scott test a span.

    Raises
    ------
    EstimationError
        The total column would pool samples of different populations.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"buy": ["yes", "no", "yes", "no"], "sex": ["w", "w", "m", "m"]})
    >>> book = sa.read(data).tabulate("buy", by="sex")
    >>> book.to_frame()[["level", "column", "estimate"]].head(2).values.tolist()
    [['no', 'Total', 0.5], ['no', 'm', 0.5]]
    """
    if tests not in ("rao-scott", "none"):
        raise EstimationError(f"tests = {tests!r} is not known.", hint='give "rao-scott" or "none".')
    names = _names(survey, questions)
    total, variables, banner_name = banner_spec(survey, by)
    domain = None if _over_in(survey, where) else survey.table.mask(condition(survey, where))
    banner = of_waves(survey, banner_of(survey, total, variables, banner_name), domain)
    asked = _Request(banner, where, domain, level, tests == "rao-scott")
    tables = tuple(_table(survey, survey.table.question(name), asked) for name in names)
    inside = np.ones(len(survey), dtype=bool) if domain is None else domain
    return BookData(tables, banner_name, provenance(survey, where, inside))


def _names(survey: SurveyData, questions: str | Sequence[str] | None) -> list[str]:
    if questions is None:
        return _in_file_order(survey, [q for q in survey.table.codebook if q.kind != "open"])
    return [questions] if isinstance(questions, str) else list(questions)


def _in_file_order(survey: SurveyData, questions: Sequence[Question]) -> list[str]:
    """Names in the order of their columns in the export (a study file keeps batteries apart); derived last."""
    place = {c: i for i, c in enumerate(survey.table.raw.columns)}
    end = len(place)

    def first(question: Question) -> int:
        derived = question.name in survey.study.derived
        return end if derived else min((place.get(c, end) for c in question.all_columns), default=end)

    return [q.name for q in sorted(questions, key=first)]


def _over_in(survey: SurveyData, where: Where) -> bool:
    """True when the filter speaks of what a battery runs over, so that it differs by subject."""
    found = condition(survey, where)
    return found is not None and bool(names_in(found) & set(survey.table.codebook.subjects))


_NO_TESTS = pd.DataFrame(
    columns=["subject", "span", "statistic", "df", "df_residual", "p_value", "method", "note"]
)


@dataclass(frozen=True, eq=False)
class _Request:
    """What is wanted of every table; `domain` is None where a filter differs by subject."""

    banner: Banner
    where: Where
    domain: BoolArray | None
    level: float
    tests: bool


def _table(survey: SurveyData, question: Question, asked: _Request) -> CrosstabData:
    found = cells(survey, question, None, asked.where)
    quick = _quick(survey, question, asked)
    rows, bases = quick if quick is not None else _by_rows(survey, question, found, asked)
    base = question.base or f"respondents who answered '{question.name}'"
    base = base.replace("{" + question.over + "}", f"that {question.over}") if question.over else base
    inside = asked.domain
    if inside is None:
        inside = np.logical_or.reduce([c.mask for c in found.cells])
    return CrosstabData(
        rows=rows,
        bases=bases,
        independence=_tests(survey, question, found, asked),
        columns=asked.banner.columns,
        topic=topic(survey, question, "proportion", "share"),
        base_text=base,
        provenance=provenance(survey, asked.where, inside),
        level=asked.level,
    )


def _quick(
    survey: SurveyData, question: Question, asked: _Request
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """The table from sums, where question and design are plain enough."""
    plain = question.kind in ("single", "likert") and not question.over and not _own_mean(question)
    if not plain or asked.domain is None or question.scale is None:
        return None
    one = np.eye(len(question.scale.answers))
    lines = [Line("answer", a.label, one[j]) for j, a in enumerate(question.scale.answers)]
    lines += [Line(kind, label, scores) for kind, label, scores in _score_lines(question)]
    return quick_rows(survey, question, asked.banner, asked.domain, lines, asked.level)


def _by_rows(
    survey: SurveyData, question: Question, found: Cells, asked: _Request
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table from influence rows: batteries, multiple response, numbers, designs of several stages."""
    banner = asked.banner
    grid = Cells(
        (Dim("column", "Column", tuple((c.key, c.label) for c in banner.columns)), *found.dims),
        tuple(
            Cell((column.key, *cell.keys), cell.mask & mask, cell.subject)
            for cell in found.cells
            for column, mask in zip(banner.columns, banner.masks, strict=True)
        ),
        found.over,
    )
    about = topic(survey, question, "proportion", "share")
    parts = []
    for kind, statistic, columns in _parts(survey, question, grid):
        told = about if statistic == "proportion" else topic(survey, question, "mean", "score")
        made = assemble(
            survey, grid, columns, told, tuple("" for _ in grid.cells), asked=Asked(asked.where, asked.level),
            method="logit" if statistic == "proportion" else "t",
        )  # fmt: skip
        parts.append(long_rows(made, banner, kind, [c.level for c in columns], found))
        for extra, label, scores in _score_lines(question) if kind == "answer" else []:
            derived = combine(made, len(scores), scores, "share" if extra == "net" else "score")
            parts.append(long_rows(derived, banner, extra, [label] * len(derived), found))
    rows = pd.concat(parts, ignore_index=True)
    return ordered(rows, banner), column_bases(rows)


def _parts(survey: SurveyData, question: Question, grid: Cells) -> list[tuple[str, str, list[Column]]]:
    """Kinds of rows of a question that are estimated: answers, the mean of a number.

    The mean of a scale with answers off it has a base of its own and is no linear form of the shares.
    """
    means = (
        [_mean(survey, question, i, cell) for i, cell in enumerate(grid.cells)] if _own_mean(question) else []
    )
    mean = ("mean", "mean", means)
    if question.kind in ("single", "likert", "multiple"):
        answers = ("answer", "proportion", _answers(survey, question, grid))
        return [answers, mean] if any(c.x.any() for c in means) else [answers]
    if question.kind == "numeric":
        return [mean]
    raise EstimationError(f"'{question.name}' is open text and cannot be tabulated.", hint="code it first.")


def _own_mean(question: Question) -> bool:
    return question.kind == "numeric" or (
        _is_boxed(question) and bool(question.scale and question.scale.outside)
    )


def _is_boxed(question: Question) -> bool:
    """A declared scale long enough for boxes and a mean."""
    scale = question.scale
    return (
        question.kind == "likert" and scale is not None and not question.inferred and len(scale.levels) >= 4
    )


def _score_lines(question: Question) -> list[tuple[str, str, FloatArray]]:
    """Boxes and the mean of a declared scale, as score vectors over its answers: same influence, other scores."""
    scale = question.scale
    if scale is None or not _is_boxed(question):
        return []
    places = np.arange(len(scale.answers))
    out = [
        ("net", label, np.isin(places, positions).astype(np.float64))
        for label, positions in (("Top 2", scale.top(2)), ("Bottom 2", scale.bottom(2)))
    ]
    if not scale.outside and all(s is not None for s in scale.scores):
        out.append(("mean", "Mean", np.array(scale.scores, dtype=np.float64)))
    return out


def combine(answers: EstimateData, k: int, scores: FloatArray, unit: Unit) -> EstimateData:
    """Linear form of each cell's `k` answer shares, with its variance from their covariance.

    theta = a . p and a' V a are the mean and the net of the same table: the estimators differ only in
    their score vectors.
    """
    cells_ = len(answers) // k
    rows = answers.rows.iloc[::k].reset_index(drop=True).copy()
    p = answers.rows["estimate"].to_numpy(dtype=float).reshape(cells_, k)
    V = answers.vcov.reshape(cells_, k, cells_, k)
    theta = p @ scores
    scale = 1.0 if unit == "share" else np.abs(scores).max()
    variance = zero_small(_blocks(V, scores), scale)
    df = rows["df"].to_numpy(dtype=float)
    if unit == "share":
        found = interval(
            np.clip(theta, 0.0, 1.0),
            variance,
            df,
            n=rows["n"],
            n_effective=rows["n_effective"],
            level=answers.level,
        )
        low, high = found.low, found.high
    else:
        low, high = t_interval(theta, variance, df, answers.level)
    rows["estimate"], rows["std_error"], rows["conf_low"], rows["conf_high"] = (
        theta,
        np.sqrt(variance),
        low,
        high,
    )
    return replace(answers, rows=rows, keys=answers.keys[::k], vcov=np.zeros((0, 0)), evidence=None)


def _blocks(V: FloatArray, scores: FloatArray) -> FloatArray:
    """A' V a of each cell on its own."""
    index = np.arange(V.shape[0])
    return np.asarray(np.einsum("cij,i,j->c", V[index, :, index, :], scores, scores))


def _answers(survey: SurveyData, question: Question, grid: Cells) -> list[Column]:
    out = []
    for i, cell in enumerate(grid.cells):
        variable = survey.table.variable(question.name, cell.subject)
        base = (cell.mask & variable.known()).astype(np.float64)
        lost = missing_in(variable.missing, cell.mask)
        for label, chosen in answer_masks(variable):
            out.append(Column(i, label, base * chosen, base, lost))
    return out


def answer_masks(variable: Encoded) -> list[tuple[str, BoolArray]]:
    """Label and rows of each answer or option, in scale order."""
    if isinstance(variable, Categorical):
        return [(a.label, variable.codes == j) for j, a in enumerate(variable.scale.answers)]
    if isinstance(variable, Multiple):
        return [(o.label, variable.chosen[:, j]) for j, o in enumerate(variable.options)]
    kind = "numbers" if isinstance(variable, Numeric) else "text"
    raise EstimationError(f"'{variable.name}' holds {kind}, not answers.")


def _mean(survey: SurveyData, question: Question, i: int, cell: Cell) -> Column:
    variable = survey.table.variable(question.name, cell.subject)
    values = numbers(question, variable, "mean")
    base = cell.mask & ~np.isnan(values)
    lost = missing_in(variable.missing, cell.mask)
    return Column(i, "Mean", np.where(base, values, 0.0), base.astype(np.float64), lost)


def _tests(survey: SurveyData, question: Question, found: Cells, asked: _Request) -> pd.DataFrame:
    if not asked.tests:
        return _NO_TESTS
    out = []
    for cell in found.cells:
        variable = survey.table.variable(question.name, cell.subject)
        if not isinstance(variable, Categorical | Multiple):
            continue
        rows = [m & cell.mask & variable.known() for _, m in answer_masks(variable)]
        for name, positions in asked.banner.spans:
            if len(positions) > 1:
                test = independence(survey, rows, [asked.banner.masks[j] for j in positions])
                out.append({"subject": subject_label(found, cell.keys), "span": name, **test})
    return pd.DataFrame(out, columns=_NO_TESTS.columns)
