"""What moved: every line of the questionnaire against an earlier wave, with false discoveries controlled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.many_differences import differences
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import condition
from survey_analysis.estimation.origin import provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.waves import MovedData, WaveAgainst, WavesData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import Adjustment, BoolArray, FloatArray, Where
from survey_analysis.waves.lines import Followed, followed
from survey_analysis.waves.pairs import label_pairs, waves_of, why_not

MIN_BASE = 30.0
WIDTH = 60
"""Lines tested in one call of the kernel."""
COLUMNS = [
    "question", "short", "subject", "level", "kind", "wave", "against", "then", "now", "estimate", "std_error",
    "conf_low", "conf_high", "df", "p_value", "p_adjusted", "n_then", "n_now", "n_effective_then",
    "n_effective_now", "method", "moved", "licensed", "why",
]  # fmt: skip


def moved(
    survey: SurveyData,
    rows: str | Sequence[str] | None = None,
    *,
    against: WaveAgainst = "previous",
    period: int | None = None,
    waves: Literal["latest", "all"] = "latest",
    where: Where = None,
    adjust: Adjustment = "bh",
    level: float = 0.95,
    min_base: float = MIN_BASE,
) -> MovedData:
    """List what moved between waves of a stack.

    Parameters
    ----------
    rows : str or sequence of str, optional
        Questions; all that are not open text by default.
    against : {"previous", "first", "same period"} or pairs of waves
        The wave before, the first one, the one `period` waves before, or chosen pairs, later wave first.
    period : int, optional
        Waves in a period, for "same period".
    waves : {"latest", "all"}
        The last wave only, or every wave that has one to be held against. Chosen pairs are all tested.
    where : str or mapping, optional
        Domain.
    adjust : {"bh", "holm", "bonferroni", "by", "sidak", "none", ...}
        Over all lines, questions and pairs of waves that were tested.
    level : float
        Of intervals; a line moved where adjusted p is under 1 - level.
    min_base : float
        Smaller of respondents and effective base under which a line is not tested.

    Returns
    -------
    MovedData
        Every line, by adjusted p; whether it moved, and whether it may be called a rise or a fall.

    Raises
    ------
    EstimationError
        The survey is no stack; nothing to compare.

    Notes
    -----
    d = p_now - p_then, V = `covariance(z_now - z_then, frame)`: independent waves and people of a panel come
    out of the one variance (statistics 2.4, 2.18). The complement of a yes/no question is a test of its own and
    counts; the share of false discoveries is controlled over the family all the same (2.16).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> def wave(yes):
    ...     study = {"sample": {"mode": "online"}, "questions": {"q": {"levels": ["no", "yes"]}}}
    ...     return sa.read(pd.DataFrame({"q": ["yes"] * yes + ["no"] * (200 - yes)}), study=study)
    >>> found = sa.stack({"W1": wave(60), "W2": wave(100)}).moved()
    >>> found.to_frame()[["level", "then", "now", "moved", "licensed"]].values.tolist()
    [['no', 0.7, 0.5, True, True], ['yes', 0.3, 0.5, True, True]]
    """
    known = waves_of(survey)
    if waves not in ("latest", "all"):
        raise EstimationError(f"waves = {waves!r} is not known.", hint='give "latest" or "all".')
    pairs = label_pairs(known, against, period)
    if waves == "latest" and isinstance(against, str):
        pairs = pairs[-1:]
    if not pairs:
        raise EstimationError("There is no wave to hold another against.", hint="name pairs of waves.")
    domain = survey.table.mask(condition(survey, where))
    column = survey.table.raw.column(known.name).to_numpy(dtype=object)
    masks = {w: domain & (column == w) for w in known.labels}
    lines = [line for q in _questions(survey, rows, known) for line in followed(survey, q)]
    records = [r for a, b in pairs for r in tested(survey, known, lines, (a, b), masks, min_base, level)]
    if not records:
        raise EstimationError("No question was asked in two of the waves.", hint="name rows= that were.")
    frame = pd.DataFrame(records)
    frame["p_adjusted"] = adjust_p(frame["p_value"].to_numpy(dtype=np.float64), adjust)
    frame["moved"] = (frame["p_adjusted"] < 1.0 - level).to_numpy(dtype=bool)
    size = -(frame["estimate"] / frame["std_error"].replace(0.0, np.nan)).abs()
    p = frame["p_adjusted"].fillna(2.0)  # to 10 digits, so that lines that tie stand as in the questionnaire
    order = np.lexsort([size.fillna(0.0).round(8).to_numpy(), p.round(10).to_numpy()])
    used = domain & np.isin(column, [w for pair in pairs for w in pair])
    return MovedData(
        rows=frame.iloc[order][COLUMNS].reset_index(drop=True),
        against=_against_text(pairs, against, period),
        adjust=adjust,
        level=level,
        tests=int(frame["p_value"].notna().sum()),
        min_base=min_base,
        provenance=provenance(survey, where, used),
    )


def _against_text(pairs: Sequence[tuple[str, str]], against: WaveAgainst, period: int | None) -> str:
    if len(pairs) == 1:
        return f"{pairs[0][0]} against {pairs[0][1]}"
    if against == "same period":
        return f"each wave against the one {period} waves before"
    return f"each wave against the {against} one" if isinstance(against, str) else "chosen pairs of waves"


def _questions(survey: SurveyData, rows: str | Sequence[str] | None, known: WavesData) -> Iterable[Question]:
    if rows is None:
        return [q for q in survey.table.codebook if q.kind != "open" and q.name != known.name]
    return [survey.table.question(name) for name in ([rows] if isinstance(rows, str) else rows)]


@dataclass(frozen=True, eq=False)
class _Sides:
    """Numerators and bases of some lines in two waves (n, K), and how many are in them."""

    y: tuple[FloatArray, FloatArray]
    x: tuple[FloatArray, FloatArray]
    n: FloatArray
    e: FloatArray

    @classmethod
    def of(cls, lines: Sequence[Followed], masks: tuple[BoolArray, BoolArray], weight: FloatArray) -> _Sides:
        y = np.column_stack([line.y for line in lines])
        mass = np.column_stack([line.mass for line in lines])
        x = tuple(mass * m[:, None] for m in masks)
        n = np.stack([((v > 0) & (weight > 0)[:, None]).sum(axis=0) for v in x]).astype(np.float64)
        e = np.stack([effective_n(weight, v) for v in x])
        return cls((y * masks[0][:, None], y * masks[1][:, None]), (x[0], x[1]), n, np.nan_to_num(e))


def tested(
    survey: SurveyData,
    known: WavesData,
    lines: Sequence[Followed],
    pair: tuple[str, str],
    masks: dict[str, BoolArray],
    min_base: float,
    level: float,
) -> list[dict[str, Any]]:
    """Rows of one pair of waves, each with the place of its `line`; lines not asked in both are left out."""
    out: list[dict[str, Any]] = []
    for start in range(0, len(lines), WIDTH):
        part = lines[start : start + WIDTH]
        sides = _Sides.of(part, (masks[pair[0]], masks[pair[1]]), survey.frame.weight)
        asked = np.flatnonzero((sides.n > 0).all(axis=0)).tolist()
        if asked:
            made = _rows(survey, known, [part[i] for i in asked], pair, _only(sides, asked), min_base, level)
            out += [{**r, "line": start + i} for r, i in zip(made, asked, strict=True)]
    return out


def _only(sides: _Sides, keep: list[int]) -> _Sides:
    y, x = ((v[0][:, keep], v[1][:, keep]) for v in (sides.y, sides.x))
    return _Sides(y, x, sides.n[:, keep], sides.e[:, keep])


def _rows(
    survey: SurveyData,
    known: WavesData,
    lines: Sequence[Followed],
    pair: tuple[str, str],
    sides: _Sides,
    min_base: float,
    level: float,
) -> list[dict[str, Any]]:
    weight = survey.frame.weight
    share = np.array([line.is_share for line in lines])
    got = differences(sides.y[0], sides.x[0], sides.y[1], sides.x[1], survey.frame, share=share)
    theta = [(weight @ sides.y[s]) / (weight @ sides.x[s]) for s in (0, 1)]
    small = np.minimum(sides.n, sides.e).min(axis=0) < min_base
    low, high = t_interval(got.estimate, got.wald_se**2, got.df, level)
    out = []
    for j, line in enumerate(lines):
        why = why_not(known, line.question.name, *pair)
        tested = not small[j]
        method = (
            "small base" if small[j] else "design-based" if got.se[j] == got.wald_se[j] else "null-pooled"
        )
        if tested and not np.isfinite(got.p[j]):
            method = "no test"
        out.append({
            "question": line.question.name, "short": line.question.short or line.question.name,
            "subject": line.subject, "level": line.label, "kind": line.kind, "wave": pair[0],
            "against": pair[1], "then": theta[1][j], "now": theta[0][j], "estimate": got.estimate[j],
            "std_error": got.wald_se[j] if tested else np.nan, "conf_low": low[j] if tested else np.nan,
            "conf_high": high[j] if tested else np.nan, "df": got.df[j] if tested else np.nan,
            "p_value": got.p[j] if tested else np.nan, "n_then": int(sides.n[1, j]), "n_now": int(sides.n[0, j]),
            "n_effective_then": sides.e[1, j], "n_effective_now": sides.e[0, j],
            "method": method, "licensed": not why and tested, "why": why or ("" if tested else "small base"),
        })  # fmt: skip
    return out
