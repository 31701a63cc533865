"""A banner table from tables of sums: the numbers of `assemble`, without a row of influence values a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import zero_small
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.share_table import ShareTable, share_table
from survey_analysis.estimation.banner import Banner
from survey_analysis.estimation.quick import carries
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is, its label, the score of each answer."""

    kind: str
    label: str
    scores: FloatArray


@dataclass(frozen=True, eq=False)
class _Columns:
    """Shares of all answers in all banner columns, and the covariance within each column."""

    share: FloatArray  # (C, L)
    blocks: FloatArray  # (C, L, L)
    n: IntArray
    n_weighted: FloatArray
    n_effective: FloatArray
    df: FloatArray


def quick_rows(
    survey: SurveyData, question: Question, banner: Banner, domain: BoolArray, lines: list[Line], level: float
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Rows and bases of a table in printed order; None where the influence rows must do it."""
    variable = survey.table.variable(question.name)
    if not isinstance(variable, Categorical):
        return None
    made = _columns(survey, variable, banner, domain)
    if made is None:
        return None
    scores = np.stack([line.scores for line in lines])
    theta = (made.share @ scores.T).T
    is_mean = np.array([line.kind == "mean" for line in lines])[:, None]
    size = np.where(is_mean, np.abs(scores).max(axis=1, keepdims=True), 1.0)
    variance = zero_small(np.einsum("clm,kl,km->kc", made.blocks, scores, scores, optimize=True), size)
    shape = theta.shape
    spread = {
        "df": np.broadcast_to(made.df, shape),
        "n": np.broadcast_to(made.n, shape),
        "n_effective": np.broadcast_to(made.n_effective, shape),
        "n_weighted": np.broadcast_to(made.n_weighted, shape),
    }
    found = interval(
        np.clip(theta, 0.0, 1.0),
        variance,
        spread["df"],
        n=spread["n"],
        n_effective=spread["n_effective"],
        level=level,
    )
    low, high = t_interval(theta, variance, spread["df"], level)
    empty = spread["n"] == 0
    numbers = {
        "estimate": theta,
        "std_error": np.sqrt(variance),
        "conf_low": np.where(empty, np.nan, np.where(is_mean, low, found.low)),
        "conf_high": np.where(empty, np.nan, np.where(is_mean, high, found.high)),
        **spread,
    }
    k, c = shape
    columns = {"column": [b.label for b in banner.columns], "span": [b.span for b in banner.columns]}
    columns["key"] = [b.key for b in banner.columns]
    rows = pd.DataFrame(
        {
            "question": question.name,
            "subject": "",
            "level": np.repeat(np.array([line.label for line in lines], dtype=object), c),
            "kind": np.repeat(np.array([line.kind for line in lines], dtype=object), c),
            **{name: np.tile(np.array(values, dtype=object), k) for name, values in columns.items()},
            **{name: np.ravel(values) for name, values in numbers.items()},
        }
    )
    bases = {
        "subject": "",
        **columns,
        "n": made.n,
        "n_weighted": made.n_weighted,
        "n_effective": made.n_effective,
    }
    return rows, pd.DataFrame(bases)


def _columns(survey: SurveyData, variable: Categorical, banner: Banner, domain: BoolArray) -> _Columns | None:
    answers = len(variable.scale.answers)
    widest = max((len(places) for _, places in banner.spans), default=1)
    if not carries(survey, answers, widest) or any(codes is None for codes in banner.codes):
        return None
    answer = variable.codes if domain.all() else np.where(domain, variable.codes, -1)
    tables: list[ShareTable] = []
    if banner.has_total:
        everybody = np.zeros(len(answer), dtype=np.intp)
        tables.append(share_table(answer, everybody, answers, 1, survey.frame))
    for codes, (_, places) in zip(banner.codes, banner.spans, strict=True):
        if codes is not None:
            tables.append(share_table(answer, codes, answers, len(places), survey.frame))
    return _Columns(
        share=np.concatenate([t.share for t in tables]),
        blocks=np.concatenate([_within(t) for t in tables]),
        n=np.concatenate([t.n for t in tables]).astype(np.int64),
        n_weighted=np.concatenate([t.n_weighted for t in tables]),
        n_effective=np.concatenate([t.n_effective for t in tables]),
        df=np.concatenate([t.df for t in tables]),
    )


def _within(table: ShareTable) -> FloatArray:
    """Covariance of the answers of each column on its own (C, L, L)."""
    columns, answers = table.share.shape
    index = np.arange(columns)
    return np.asarray(table.vcov.reshape(columns, answers, columns, answers)[index, :, index, :])
