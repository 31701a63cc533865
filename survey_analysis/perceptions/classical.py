"""Tests of simple samples beside the design-based ones: Cochran Q, McNemar mid-p, Friedman."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.everyone import evidence_of, measure_name, measures
from survey_analysis.perceptions.within import both
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.sources import Classical
from survey_analysis.significance.simple.paired import cochran_q, mcnemar
from survey_analysis.significance.simple.ranks import friedman
from survey_analysis.significance.simple.result import SimpleTest
from survey_analysis.significance.simple.verb import why_not_simple
from survey_analysis.typing import FloatArray

Row = dict[str, object]


def classical(survey: SurveyData, levels: EstimateData, dim: str, *, level: float) -> Classical:
    """Cochran Q and pairwise McNemar (mid-p, Bonett-Price, Holm) of shares, Friedman's test of ratings.

    Absent, with the reason, where the design is not that of a simple sample: on weighted or clustered data their
    p belongs to another estimand (statistics 2.10).
    """
    evidence = evidence_of(levels)
    inside = evidence.member.any(axis=1) & (evidence.frame.weight > 0)
    once = survey.person is not None and not survey.study.design.psu
    why = why_not_simple(evidence.frame, inside, units_once=once)
    if not why and evidence.loop is not None and (evidence.loop[inside] < 1).any():
        why = "asked a random part of the sources, so that ratings have unequal weight"
    if why:
        return Classical(
            pd.DataFrame(),
            f"Tests of simple samples (Cochran Q, Friedman, McNemar) are absent: they count every person once, "
            f"and this survey {why}. The design-based tests above hold.",
        )
    rows: list[Row] = []
    for rest, places in measures(levels, dim).items():
        if len(places) > 1:
            rows += _measure(levels, places, dim, measure_name(rest, levels), level)
    if not rows:
        return Classical(pd.DataFrame(), "Tests of simple samples are absent: nobody rated two sources.")
    return Classical(pd.DataFrame(rows))


def _measure(levels: EstimateData, places: list[int], dim: str, name: str, level: float) -> list[Row]:
    share = levels.topic.unit == "share"
    rows: list[Row] = []
    matrix = _of_everyone(levels, places)
    if matrix.shape[0] > 1:
        test = ("cochran-q", cochran_q) if share else ("friedman", friedman)
        rows.append(_made(name, test[0], "all sources equal", lambda: test[1](matrix), len(matrix)))
    if share:
        rows += _pairs(levels, places, dim, name, level)
    return rows


def _pairs(levels: EstimateData, places: list[int], dim: str, name: str, level: float) -> list[Row]:
    source = levels.dims[[d.name for d in levels.dims].index(dim)]
    at = [d.name for d in levels.dims].index(dim)
    rows: list[Row] = []
    for i, a in enumerate(places):
        for b in places[i + 1 :]:
            one, two, weight = both(evidence_of(levels), a, b)
            used = weight > 0
            if not used.any():
                continue
            first, second = one[used] > 0.5, two[used] > 0.5
            table = [
                [int((first & second).sum()), int((first & ~second).sum())],
                [int((~first & second).sum()), int((~first & ~second).sum())],
            ]
            labels = [source.label_of(levels.keys[j][at]) for j in (a, b)]
            contrast = " - ".join(labels)
            rows.append(
                _made(name, "mcnemar", contrast, lambda t=table: mcnemar(t, level=level), int(used.sum()))
            )
    if rows:
        adjusted = adjust_p(np.array([r["p_value"] for r in rows], dtype=np.float64), "holm")
        for row, p in zip(rows, adjusted, strict=True):
            row["p_adjusted"] = float(p)
    return rows


def _of_everyone(levels: EstimateData, places: list[int]) -> FloatArray:
    """Answers of the people who rated every source, one row a person."""
    evidence = evidence_of(levels)
    everyone = evidence.in_all(places) & (evidence.frame.weight > 0)
    columns = []
    keep = None
    for b in places:
        one, two, weight = both(evidence, places[0], b)
        columns.append(two if b != places[0] else one)
        keep = weight > 0 if keep is None else keep & (weight > 0)
    assert keep is not None  # noqa: S101  there are at least two sources
    return np.column_stack(columns)[keep & everyone]


def _made(name: str, test: str, contrast: str, make: object, n: int) -> Row:
    """One row; a test that cannot be made says why in its method."""
    nan = float("nan")
    row: Row = {"measure": name, "test": test, "contrast": contrast}
    try:
        found: SimpleTest = make()  # type: ignore[operator]
    except EstimationError as problem:
        empty = dict.fromkeys(
            ("estimate", "conf_low", "conf_high", "statistic", "df", "p_value", "p_adjusted", "effect_size"),
            nan,
        )
        return row | empty | {"effect": "", "n": n, "method": f"no test: {problem.what}"}
    effect = found.effects[0] if found.effects else None
    return row | {
        "estimate": found.estimate,
        "conf_low": found.low,
        "conf_high": found.high,
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p,
        "p_adjusted": found.p,
        "effect": effect.name if effect else "",
        "effect_size": effect.value if effect else nan,
        "n": n,
        "method": found.method + (", Bonett-Price interval" if test == "mcnemar" else ""),
    }
