"""A banner table from tables of sums: the numbers of `assemble`, without a row of influence values a cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import zero_small
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.share_blocks import share_blocks
from survey_analysis.estimation.quick import carries
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.banner import Banner
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is, its label, the score of each answer."""

    kind: str
    label: str
    scores: FloatArray


def quick_rows(
    survey: SurveyData, question: Question, banner: Banner, domain: BoolArray, lines: list[Line], level: float
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Rows and bases of a table in printed order; None where the influence rows must do it."""
    variable, columns = survey.table.variable(question.name), banner.stacked
    if not isinstance(variable, Categorical) or columns is None:
        return None
    answers = len(variable.scale.answers)
    if not carries(survey, answers, columns.count + 1):
        return None
    answer = variable.codes if domain.all() else np.where(domain, variable.codes, -1)
    made = share_blocks(answer, answers, columns, survey.frame)
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
    rows = pd.DataFrame(
        {
            "question": _texts((question.name,), k * c),
            "subject": _texts(("",), k * c),
            "level": _texts(tuple(line.label for line in lines), c),
            "kind": _texts(tuple(line.kind for line in lines), c),
            **{name: _texts(values, 1, k) for name, values in banner.texts.items()},
            **{name: np.ravel(values) for name, values in numbers.items()},
        },
        copy=False,
    )
    bases = {
        "subject": _texts(("",), c),
        **{name: _texts(values, 1) for name, values in banner.texts.items()},
        "n": made.n,
        "n_weighted": made.n_weighted,
        "n_effective": made.n_effective,
    }
    return rows, pd.DataFrame(bases, copy=False)


def _texts(values: tuple[str, ...], each: int, times: int = 1) -> pd.api.extensions.ExtensionArray:
    """Texts as pandas holds them, each repeated, all of it so many times."""
    return _made(values, each, times).copy()


@lru_cache(maxsize=512)
def _made(values: tuple[str, ...], each: int, times: int) -> pd.api.extensions.ExtensionArray:
    """One array for the tables of a book that have the same lines and columns."""
    return pd.Series([v for v in values for _ in range(each)] * times, dtype="str").array
