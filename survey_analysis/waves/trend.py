"""A question over all waves: values with intervals, and the changes that may be called so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import covariance, domain_df, zero_small
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import condition
from survey_analysis.estimation.origin import provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Unit
from survey_analysis.results.waves import TrendData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import Adjustment, BoolArray, FloatArray, Where
from survey_analysis.waves.lines import Followed, chosen_line, followed
from survey_analysis.waves.moved import MIN_BASE, tested
from survey_analysis.waves.pairs import label_pairs, waves_of


def trend(
    survey: SurveyData,
    question: str,
    *,
    answers: Sequence[str] | None = None,
    top: int | None = None,
    subject: str | Sequence[str] | None = None,
    where: Where = None,
    level: float = 0.95,
    adjust: Adjustment = "bh",
) -> TrendData:
    """Follow a question over the waves of a stack.

    Parameters
    ----------
    question : str
    answers : sequence of str, optional
        Answers to follow, a line each; with `top`, or of a question with a mean, one line.
    top : int, optional
        Top box: one line, of a battery one for each subject.
    subject : str or sequence of str, optional
        Of a battery: which subjects; all by default.
    where : str or mapping, optional
        Domain.
    level : float
    adjust : str
        Over the changes of all these lines from wave to wave.

    Returns
    -------
    TrendData
        Value, interval and base by wave, the change since the wave before, and whether it is marked: it moved,
        and wording, codes, mode and base are the same.

    Raises
    ------
    EstimationError
        No stack; nothing that can be followed.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> def wave(yes):
    ...     study = {"sample": {"mode": "online"}, "questions": {"q": {"levels": ["no", "yes"]}}}
    ...     return sa.read(pd.DataFrame({"q": ["yes"] * yes + ["no"] * (200 - yes)}), study=study)
    >>> found = sa.stack({"W1": wave(60), "W2": wave(100)}).trend("q", answers=["yes"])
    >>> found.to_frame()[["wave", "estimate", "marked"]].values.tolist()
    [['W1', 0.3, False], ['W2', 0.5, True]]
    """
    known = waves_of(survey)
    q = survey.table.question(question)
    lines = _lines(survey, q, answers, top, subject)
    column = survey.table.raw.column(known.name).to_numpy(dtype=object)
    domain = survey.table.mask(condition(survey, where))
    masks = [domain & (column == w) for w in known.labels]
    rows = [r for name, line in lines for r in _of_line(survey, name, line, known.labels, masks, level)]
    changes = _changes(
        survey, [line for _, line in lines], dict(zip(known.labels, masks, strict=True)), level
    )
    p = adjust_p(np.array([c["p_value"] for c in changes], dtype=np.float64), adjust)
    frame = _marked(pd.DataFrame(rows), [name for name, _ in lines], changes, p, level)
    unit: Unit = "share" if lines[0][1].is_share else "score"
    return TrendData(
        rows=frame,
        topic=topic(survey, q, "proportion" if unit == "share" else "mean", unit),
        waves=known.labels,
        level=level,
        adjust=adjust,
        tests=int(np.isfinite(p).sum()),
        provenance=provenance(survey, where, domain),
        base_text=q.base or f"respondents who answered '{q.name}'",
    )


def _lines(
    survey: SurveyData,
    question: Question,
    answers: Sequence[str] | None,
    top: int | None,
    subject: str | Sequence[str] | None,
) -> list[tuple[str, Followed]]:
    """Lines with their names: a line an answer, or a line a subject."""
    if question.over:
        known = survey.table.codebook.subjects[question.over]
        wanted = (
            list(question.columns)
            if subject is None
            else [subject]
            if isinstance(subject, str)
            else list(subject)
        )
        keys = [known.key_of(s) for s in wanted]
        return [(known.labels[k], chosen_line(survey, question, answers, top, k)) for k in keys]
    if subject is not None:
        raise EstimationError(f"'{question.name}' has no subjects.", hint="leave subject= out.")
    if answers is not None and top is None:
        if isinstance(answers, str):
            raise EstimationError("answers= is one text.", hint=f"give a list: answers=[{answers!r}]")
        return [(a.label, a) for x in answers for a in [chosen_line(survey, question, [x], None, None)]]
    if top is None and question.kind in ("single", "multiple"):
        return [(x.label, x) for x in followed(survey, question) if x.kind == "answer"]
    line = chosen_line(survey, question, None, top, None)
    return [(line.label, line)]


def _of_line(
    survey: SurveyData,
    name: str,
    line: Followed,
    labels: Sequence[str],
    masks: Sequence[BoolArray],
    level: float,
) -> list[dict[str, Any]]:
    """Value and interval of one line in every wave that asked it."""
    x = np.column_stack([line.mass * m for m in masks])
    y = np.column_stack([line.y * m for m in masks])
    frame = survey.frame
    theta, z = ratio(y, x, frame)
    member = (x > 0) & (frame.weight > 0)[:, None]
    n, e, df = member.sum(axis=0), effective_n(frame.weight, x), domain_df(member, frame)
    asked = n > 0
    scale = 1.0 if line.is_share else float(np.abs(line.y).max(initial=0.0))
    variance = np.full(len(labels), np.nan)
    variance[asked] = zero_small(np.diag(covariance(z[:, asked], frame)), scale)
    low, high = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    if line.is_share:
        found = interval(
            theta[asked], variance[asked], df[asked], n=n[asked], n_effective=e[asked], level=level
        )
        low[asked], high[asked] = found.low, found.high
    else:
        low[asked], high[asked] = t_interval(theta[asked], variance[asked], df[asked], level)
    return [
        {
            "line": name, "wave": w, "estimate": theta[i], "std_error": np.sqrt(variance[i]), "conf_low": low[i],
            "conf_high": high[i], "n": int(n[i]), "n_effective": float(e[i]) if asked[i] else 0.0,
        }
        for i, w in enumerate(labels)
    ]  # fmt: skip


def _changes(
    survey: SurveyData, lines: Sequence[Followed], masks: dict[str, BoolArray], level: float
) -> list[dict[str, Any]]:
    """Every line against the wave before."""
    known = waves_of(survey)
    pairs = label_pairs(known, "previous", None)
    return [r for pair in pairs for r in tested(survey, known, lines, pair, masks, MIN_BASE, level)]


def _marked(
    rows: pd.DataFrame, names: Sequence[str], changes: Sequence[dict[str, Any]], p: FloatArray, level: float
) -> pd.DataFrame:
    """The rows with the change since the wave before; marked where it moved and the words are licensed."""
    out = rows.copy()
    out["change"], out["p_adjusted"], out["marked"], out["why"] = np.nan, np.nan, False, ""
    place = {(r["line"], r["wave"]): i for i, r in enumerate(rows.to_dict("records"))}
    for change, value in zip(changes, p, strict=True):
        i = place[names[change["line"]], change["wave"]]
        out.loc[i, "change"], out.loc[i, "p_adjusted"] = change["estimate"], value
        out.loc[i, "marked"] = bool(value < 1 - level and change["licensed"])
        out.loc[i, "why"] = change["why"]
    return out
