"""Banner tables: questions down, variables side by side across, every cell with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import zero_small
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells, cells, condition, variable_levels
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.independence import independence
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Numeric
from survey_analysis.results.crosstab import BannerColumn, BookData, CrosstabData
from survey_analysis.results.estimate import Dim, EstimateData, Unit
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import names as names_in
from survey_analysis.typing import BoolArray, By, FloatArray, Where

TOTAL = "total"


@dataclass(frozen=True, eq=False)
class _Banner:
    """Banner columns with their masks; `spans` lists the positions of each variable's columns."""

    name: str
    columns: tuple[BannerColumn, ...]
    masks: tuple[BoolArray, ...]
    spans: tuple[tuple[str, tuple[int, ...]], ...]


def tabulate(
    survey: SurveyData,
    questions: str | Sequence[str] | None = None,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
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
    names = _names(survey, questions)
    total, variables, banner_name = _banner_spec(survey, by)
    banner = _banner(survey, total, variables, banner_name)
    domain = None if _over_in(survey, where) else survey.table.mask(condition(survey, where))
    tables = tuple(_table(survey, name, banner, where, domain, level) for name in names)
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


def _banner_spec(survey: SurveyData, by: By) -> tuple[bool, list[str], str]:
    if by is None:
        return True, [], ""
    if isinstance(by, str) and by in survey.study.banners:
        entry = survey.study.banners[by]
        return entry.total, list(entry.columns), entry.label or by
    variables = [by] if isinstance(by, str) else list(by)
    known = (*survey.study.banners, *survey.table.codebook.names, *survey.table.raw.columns, "sample")
    for name in variables:
        if name not in known:
            raise ColumnNotFoundError(f"There is no banner or variable '{name}'.", hint=closest(name, known))
    return True, variables, " + ".join(variables)


def _banner(survey: SurveyData, total: bool, variables: Sequence[str], name: str) -> _Banner:
    columns: list[BannerColumn] = []
    masks: list[BoolArray] = []
    spans: list[tuple[str, tuple[int, ...]]] = []
    if total:
        columns.append(BannerColumn(TOTAL, "Total"))
        masks.append(np.ones(len(survey), dtype=bool))
    for variable in variables:
        dim, levels = variable_levels(survey, variable)
        start = len(columns)
        for (key, label), (_, mask) in zip(dim.levels, levels, strict=True):
            if mask is None or not mask.any():
                continue
            columns.append(BannerColumn(f"{variable}:{key}", label, variable, dim.label))
            masks.append(mask)
        spans.append((variable, tuple(range(start, len(columns)))))
    if not columns:
        raise EstimationError("The banner has no columns.", hint="give by=, or a banner with a total.")
    return _Banner(name, tuple(columns), tuple(masks), tuple(spans))


def _table(
    survey: SurveyData, name: str, banner: _Banner, where: Where, domain: BoolArray | None, level: float
) -> CrosstabData:
    question = survey.table.question(name)
    found = cells(survey, question, None, where)
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
            survey, grid, columns, told, tuple("" for _ in grid.cells), asked=Asked(where, level),
            method="logit" if statistic == "proportion" else "t",
        )  # fmt: skip
        parts.append(_long(made, banner, kind, [c.level for c in columns], found))
        for extra, label, derived in _derived(question, made) if kind == "answer" else []:
            parts.append(_long(derived, banner, extra, [label] * len(derived), found))
    rows = pd.concat(parts, ignore_index=True)
    base = question.base or f"respondents who answered '{question.name}'"
    base = base.replace("{" + question.over + "}", f"that {question.over}") if question.over else base
    inside = np.logical_or.reduce([c.mask for c in found.cells]) if domain is None else domain
    return CrosstabData(
        rows=_ordered(rows, banner),
        bases=_bases(rows),
        independence=_tests(survey, question, found, banner),
        columns=banner.columns,
        topic=about,
        base_text=base,
        provenance=provenance(survey, where, inside),
        level=level,
    )


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


def _derived(question: Question, answers: EstimateData) -> list[tuple[str, str, EstimateData]]:
    """Boxes and the mean of a declared scale, as linear forms of its answers: other scores, same influence."""
    scale = question.scale
    if scale is None or not _is_boxed(question):
        return []
    k = len(scale.answers)
    out = []
    for label, positions in (("Top 2", scale.top(2)), ("Bottom 2", scale.bottom(2))):
        out.append(
            ("net", label, combine(answers, k, np.isin(np.arange(k), positions).astype(np.float64), "share"))
        )
    scores = scale.scores
    if not scale.outside and all(s is not None for s in scores):
        out.append(("mean", "Mean", combine(answers, k, np.array(scores, dtype=np.float64), "score")))
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


def _long(made: EstimateData, banner: _Banner, kind: str, levels: list[str], found: Cells) -> pd.DataFrame:
    spans = {c.key: c.span for c in banner.columns}
    keys = [k[0] for k in made.keys]
    subjects = [k[1:] for k in made.keys]
    rows = made.rows
    return pd.DataFrame(
        {
            "question": rows["question"],
            "subject": [_subject(found, k) for k in subjects],
            "level": levels,
            "kind": kind,
            "column": rows["column"],
            "span": [spans[k] for k in keys],
            "key": keys,
            **{
                c: rows[c]
                for c in (
                    "estimate",
                    "std_error",
                    "conf_low",
                    "conf_high",
                    "df",
                    "n",
                    "n_effective",
                    "n_weighted",
                )
            },
        }
    )


def _subject(found: Cells, keys: tuple[str, ...]) -> str:
    """Label of what a battery's cell rates; "" for a plain question."""
    return " / ".join(d.label_of(k) for d, k in zip(found.dims, keys, strict=True))


def _ordered(rows: pd.DataFrame, banner: _Banner) -> pd.DataFrame:
    """Subject by subject, row by row, columns in banner order."""
    place = {c.key: i for i, c in enumerate(banner.columns)}
    subject, kind, level, key = (rows[c].astype(str).tolist() for c in ("subject", "kind", "level", "key"))
    subjects = {s: i for i, s in enumerate(dict.fromkeys(subject))}
    kinds = {"answer": 0, "net": 1, "mean": 2}
    levels = {pair: i for i, pair in enumerate(dict.fromkeys(zip(kind, level, strict=True)))}
    order = sorted(
        range(len(rows)),
        key=lambda i: (
            subjects[subject[i]],
            kinds[kind[i]],
            levels[kind[i], level[i]],
            place[key[i]],
        ),
    )
    return rows.iloc[order].reset_index(drop=True)


def _bases(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows[["subject", "column", "span", "key", "n", "n_weighted", "n_effective"]]
    return first.drop_duplicates(["subject", "key"]).reset_index(drop=True)


def _tests(survey: SurveyData, question: Question, found: Cells, banner: _Banner) -> pd.DataFrame:
    out = []
    for cell in found.cells:
        variable = survey.table.variable(question.name, cell.subject)
        if isinstance(variable, Categorical | Multiple):
            rows = [m & cell.mask & variable.known() for _, m in answer_masks(variable)]
            for name, positions in banner.spans:
                if len(positions) < 2:
                    continue
                test = independence(survey, rows, [banner.masks[j] for j in positions])
                out.append({"subject": _subject(found, cell.keys), "span": name, **test})
    names = ["subject", "span", "statistic", "df", "df_residual", "p_value", "method", "note"]
    return pd.DataFrame(out, columns=names)
