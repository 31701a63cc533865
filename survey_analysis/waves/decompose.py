"""A change as rate and mix: what people of the same kind answer, and how many of each kind there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance, satterthwaite_dfs, zero_small
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.quadratic import t_test
from survey_analysis.errors import EmptyDomainError, EstimationError
from survey_analysis.estimation.cells import condition, variable_levels
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import Unit
from survey_analysis.results.waves import DecompositionData
from survey_analysis.typing import BoolArray, FloatArray, Where
from survey_analysis.waves.lines import Followed, chosen_line
from survey_analysis.waves.pairs import label_pairs, waves_of

REST = "No answer"


def decompose(
    survey: SurveyData,
    question: str,
    by: str,
    *,
    between: tuple[str, str] | None = None,
    answers: Sequence[str] | None = None,
    top: int | None = None,
    subject: str | None = None,
    where: Where = None,
    level: float = 0.95,
) -> DecompositionData:
    """Split the change of a share or mean between two waves into rate and mix (Kitagawa 1955).

    Parameters
    ----------
    question : str
        Its share of `answers`, its `top` box, or without either its mean.
    by : str
        Segments, one to a person; who is in none is a segment "No answer", so that nothing is lost.
    between : pair of waves, optional
        Earlier and later wave; the last two by default.
    subject : str, optional
        Of a battery: which of the things rated.
    where : str or mapping, optional
        Domain.
    level : float

    Returns
    -------
    DecompositionData
        Shares and values of the segments, rate and mix of each, and both sums, which add up to the change.

    Raises
    ------
    EstimationError
        No stack; unknown waves; segments that overlap; nothing said of which share.
    EmptyDomainError
        Nobody answered in one of the waves.

    Notes
    -----
    Change = Σ_g ½(s_g1 + s_g2)(p_g2 - p_g1) [rate] + Σ_g ½(p_g1 + p_g2)(s_g2 - s_g1) [mix], s_g the share of
    the segment among those who answered (statistics 2.18). The mix of one segment hangs on where zero is; only
    the sum has a meaning of its own. Standard errors: the gradient of each part times the influence of all s and
    p, then the one kernel. A segment that one wave lacks takes its value from the other: all it does is mix.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> def wave(old, yes):
    ...     table = pd.DataFrame({"age": ["old"] * old + ["young"] * (10 - old), "q": yes})
    ...     return sa.read(table, study={"questions": {"q": {"levels": ["no", "yes"]}}})
    >>> w1 = wave(5, ["yes"] * 4 + ["no"] * 5 + ["yes"])
    >>> w2 = wave(8, ["yes"] * 7 + ["no"] * 2 + ["yes"])
    >>> parts = sa.stack({"W1": w1, "W2": w2}).decompose("q", by="age", answers=["yes"])
    >>> parts.totals["estimate"].round(3).tolist()
    [0.3, 0.154, 0.146]
    """
    known = waves_of(survey)
    pairs = label_pairs(known, "previous", None)
    then, now = between if between is not None else (pairs[-1][1], pairs[-1][0])
    label_pairs(known, ((now, then),), None)
    q = survey.table.question(question)
    line = chosen_line(survey, q, answers, top, subject)
    column = survey.table.raw.column(known.name).to_numpy(dtype=object)
    domain = survey.table.mask(condition(survey, where)) & (line.mass > 0)
    waves = (domain & (column == then), domain & (column == now))
    for label, mask in zip((then, now), waves, strict=True):
        if not (mask & (survey.frame.weight > 0)).any():
            raise EmptyDomainError(f"Nobody answered '{question}' in {label}.", hint="choose other waves.")
    segments = _segments(survey, by, waves)
    made = _parts(survey, line, waves, [m for _, m in segments])
    unit: Unit = "share" if line.is_share else "score"
    used = waves[0] | waves[1]
    return DecompositionData(
        rows=_rows(survey, made, [label for label, _ in segments], waves, [m for _, m in segments], line.is_share, line.y),
        totals=_totals(survey, made, waves, level, 1.0 if line.is_share else float(np.abs(line.y).max())),
        topic=topic(survey, q, "proportion" if line.is_share else "mean", unit),
        by=by,
        what=line.label,
        then=then,
        now=now,
        level=level,
        provenance=provenance(survey, where, used),
        notes=tuple(_absent(made, [label for label, _ in segments], (then, now))),
    )  # fmt: skip


def _segments(survey: SurveyData, by: str, waves: tuple[BoolArray, BoolArray]) -> list[tuple[str, BoolArray]]:
    dim, levels = variable_levels(survey, by)
    labels = dict(dim.levels)
    inside = (waves[0] | waves[1]) & (survey.frame.weight > 0)
    found = [(labels[key], m) for key, m in levels if m is not None and (m & inside).any()]
    times = np.sum([m for _, m in found], axis=0) if found else np.zeros(len(survey), dtype=int)
    if (times[inside] > 1).any():
        raise EstimationError(
            f"Segments of '{by}' overlap: {counted(int((times[inside] > 1).sum()), 'respondent is', 'respondents are')} in two.",
            hint="take a question with one answer.",
        )
    rest = inside & (times == 0)
    return [*found, (REST, rest)] if rest.any() else found


@dataclass(frozen=True, eq=False)
class _Parts:
    """Shares s and values p of the segments (2, G), and influence values of rate and mix by segment (n, G)."""

    s: FloatArray
    p: FloatArray
    rate: FloatArray
    mix: FloatArray
    z_rate: FloatArray
    z_mix: FloatArray
    empty: BoolArray


def _parts(
    survey: SurveyData, line: Followed, waves: tuple[BoolArray, BoolArray], segments: Sequence[BoolArray]
) -> _Parts:
    g = np.column_stack(segments)
    s, z_s, p, z_p = [], [], [], []
    for wave in waves:
        whole = (line.mass * wave)[:, None]
        cell = g * whole
        theta, z = ratio(cell, np.broadcast_to(whole, cell.shape), survey.frame)
        s.append(theta)
        z_s.append(z)
        theta, z = ratio(line.y[:, None] * (g & wave[:, None]), cell, survey.frame)
        p.append(theta)
        z_p.append(z)
    empty = np.isnan(np.stack(p))
    for this, other in ((0, 1), (1, 0)):  # a segment that one wave lacks has the value of the other
        p[this] = np.where(empty[this], p[other], p[this])
        z_p[this] = np.where(empty[this], z_p[other], z_p[this])
    ds, dp = s[1] - s[0], p[1] - p[0]
    mean_s, mean_p = (s[0] + s[1]) / 2, (p[0] + p[1]) / 2
    return _Parts(
        np.stack(s), np.stack(p), mean_s * dp, mean_p * ds,
        (z_s[0] + z_s[1]) / 2 * dp + mean_s * (z_p[1] - z_p[0]),
        (z_p[0] + z_p[1]) / 2 * ds + mean_p * (z_s[1] - z_s[0]),
        empty,
    )  # fmt: skip


def _rows(
    survey: SurveyData,
    made: _Parts,
    labels: Sequence[str],
    waves: tuple[BoolArray, BoolArray],
    segments: Sequence[BoolArray],
    share: bool,
    y: FloatArray,
) -> pd.DataFrame:
    scale = 1.0 if share else float(np.abs(y).max())
    se = [np.sqrt(zero_small(np.diag(covariance(z, survey.frame)), scale)) for z in (made.z_rate, made.z_mix)]
    counted = survey.frame.weight > 0
    n = [[int((w & m & counted).sum()) for m in segments] for w in waves]
    p = np.where(made.empty, np.nan, made.p)
    return pd.DataFrame({
        "segment": list(labels), "share_then": made.s[0], "share_now": made.s[1], "value_then": p[0],
        "value_now": p[1], "rate": made.rate, "rate_se": se[0], "mix": made.mix, "mix_se": se[1],
        "n_then": n[0], "n_now": n[1],
    })  # fmt: skip


def _totals(
    survey: SurveyData, made: _Parts, waves: tuple[BoolArray, BoolArray], level: float, scale: float
) -> pd.DataFrame:
    """Change, rate and mix with intervals; the sum of the parts is the change."""
    rate, mix = made.rate.sum(), made.mix.sum()
    z = np.column_stack(
        [(made.z_rate + made.z_mix).sum(axis=1), made.z_rate.sum(axis=1), made.z_mix.sum(axis=1)]
    )
    estimate = np.array([rate + mix, rate, mix])
    variance = zero_small(np.diag(covariance(z, survey.frame)), scale)
    df = satterthwaite_dfs(
        z, waves[1] & (survey.frame.weight > 0), waves[0] & (survey.frame.weight > 0), survey.frame
    )
    low, high = t_interval(estimate, variance, df, level)
    _, p = t_test(estimate, np.sqrt(variance), df)
    return pd.DataFrame({
        "part": ["change", "rate", "mix"], "estimate": estimate, "std_error": np.sqrt(variance),
        "conf_low": low, "conf_high": high, "df": df, "p_value": p,
    })  # fmt: skip


def _absent(made: _Parts, labels: Sequence[str], waves: tuple[str, str]) -> list[str]:
    return [
        f"Nobody is in '{label}' in {wave}: its value is taken from the other wave, so that it adds to mix alone."
        for row, wave in zip(made.empty, waves, strict=True)
        for label, lost in zip(labels, row, strict=True)
        if lost
    ]
