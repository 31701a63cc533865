"""Estimates of lines in banner columns: from sums where the design allows, else from influence values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.covariance import covariance, zero_small
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.score_columns import ScoreColumns, carried, score_columns
from survey_analysis.estimation.assemble import Asked, effective_base
from survey_analysis.estimation.cells import check_samples
from survey_analysis.estimation.fits import logit_variance
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Evidence
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.coded import CodedLines, coded
from survey_analysis.tabulation.lines import Lines
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers of K lines in C columns and, last, in everybody; shape (K, C + 1) each.

    `spread` is the variance that intervals are made of: that of the logits where replicates give one.
    """

    estimate: FloatArray
    variance: FloatArray
    spread: FloatArray
    df: FloatArray
    n: FloatArray
    n_weighted: FloatArray
    n_effective: FloatArray
    count: FloatArray
    weighted_count: FloatArray

    def taken(self, order: list[int]) -> Numbers:
        """The lines in another order."""
        return Numbers(*(getattr(self, f)[order] for f in self.__dataclass_fields__))

    def limits(self, is_share: BoolArray, level: float) -> tuple[FloatArray, FloatArray]:
        """Limits of the intervals: logit of shares, t of means; NaN where nobody is."""
        share = is_share[:, None]
        p = np.where(share, np.clip(self.estimate, 0.0, 1.0), np.nan)
        found = interval(
            p,
            np.where(share, self.spread, np.nan),
            self.df,
            n=self.n,
            n_effective=self.n_effective,
            level=level,
        )
        low, high = t_interval(self.estimate, self.variance, self.df, level)
        empty = self.n == 0
        return (
            np.where(empty, np.nan, np.where(share, found.low, low)),
            np.where(empty, np.nan, np.where(share, found.high, high)),
        )


def numbers_of(survey: SurveyData, lines: Lines, banner: Banner, domain: BoolArray) -> Numbers:
    """Estimates, variances and bases of all lines in all columns, with everybody last.

    Raises
    ------
    EstimationError
        A column's base would mix samples of different populations.
    """
    _check_populations(survey, lines, banner, domain)
    parts = coded(lines, domain) if survey.person is None else None
    frame, columns = survey.frame, banner.numbered
    if parts is not None and all(
        carried(frame, p.scores.shape[1], columns.count + 1, p.scores.shape[0]) for p in parts
    ):
        made = [
            (p, score_columns(p.code, p.scores, columns, frame, p.factor, p.sums(columns, frame)))
            for p in parts
        ]
        return _of_sums(made, len(lines.lines), columns.count)
    return _of_rows(survey, lines, banner, domain)


def _check_populations(survey: SurveyData, lines: Lines, banner: Banner, domain: BoolArray) -> None:
    samples = survey.study.samples
    if samples is None or len(samples.members) < 2 or not lines.lines:
        return
    base = lines.base.any(axis=1) & domain
    check_samples(survey, np.column_stack([m & base for m in banner.masks]))


def _of_sums(made: list[tuple[CodedLines, ScoreColumns]], k: int, columns: int) -> Numbers:
    blank = {f: np.full((k, columns), np.nan) for f in Numbers.__dataclass_fields__}
    for part, found in made:
        places, scores = part.places, part.scores
        size = np.where(_are_shares(scores), 1.0, np.abs(scores).max(axis=1, initial=0.0))
        blank["estimate"][places] = found.theta
        blank["variance"][places] = zero_small(found.variance, size[:, None])
        blank["spread"][places] = blank["variance"][places]
        for name in ("df", "n", "n_weighted", "n_effective"):
            blank[name][places] = getattr(found, name)
        blank["count"][places] = scores @ found.count.T
        blank["weighted_count"][places] = scores @ found.weighted.T
    return Numbers(**blank)


def _are_shares(scores: FloatArray) -> BoolArray:
    return np.asarray(((scores == 0) | (scores == 1)).all(axis=1))


def _of_rows(survey: SurveyData, lines: Lines, banner: Banner, domain: BoolArray) -> Numbers:
    """Column by column from influence values: any design."""
    nothing = np.zeros((survey.frame.n, 0))
    evidence = Evidence(nothing, None, nothing.astype(bool), survey.frame, (), person=survey.person)
    factor = np.ones(survey.frame.n) if lines.factor is None else lines.factor
    everybody = np.ones(len(survey), dtype=bool)
    columns = [
        _one_column(survey.frame, lines, mask & domain, factor, evidence)
        for mask in (*banner.masks, everybody)
    ]
    return Numbers(
        **{f: np.column_stack([getattr(c, f) for c in columns]) for f in Numbers.__dataclass_fields__}
    )


def _one_column(
    frame: DesignFrame, lines: Lines, mask: BoolArray, factor: FloatArray, evidence: Evidence
) -> Numbers:
    member = lines.base & mask[:, None]
    x = member * factor[:, None]
    y = lines.y * x
    counted = member & (frame.weight > 0)[:, None]
    n = np.array([evidence.people(counted[:, j]) for j in range(counted.shape[1])], dtype=np.float64)
    theta, z = ratio(y, x, frame)
    size = np.where(
        lines.is_share, 1.0, np.fmax(np.abs(theta), np.abs(lines.y * member).max(axis=0, initial=0.0))
    )
    variance = zero_small(np.diag(covariance(z, frame, member=member)), size)
    spread = variance
    if frame.replicates is not None:
        spread = np.where(lines.is_share, logit_variance(theta, z, variance, frame), variance)
    hit = counted & (lines.y != 0) & lines.is_share
    return Numbers(
        estimate=np.where(n > 0, theta, np.nan),
        variance=np.where(n > 0, variance, np.nan),
        spread=np.where(n > 0, spread, np.nan),
        df=Asked().degrees(member, frame),
        n=n,
        n_weighted=frame.weight @ x,
        n_effective=effective_base(frame.weight, x, evidence.person),
        count=np.array([evidence.people(hit[:, j]) for j in range(hit.shape[1])], dtype=np.float64),
        weighted_count=frame.weight @ y,
    )
