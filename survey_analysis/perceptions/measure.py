"""One measure out of a comparison of sources over several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from survey_analysis.errors import EstimationError, closest
from survey_analysis.estimation.subset import subset
from survey_analysis.results.estimate import EstimateData, Topic
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData


def one_measure(data: SourceData, measure: str) -> SourceData:
    """The comparison of one measure: its rows of every part, adjusted as they were over all measures.

    Raises
    ------
    EstimationError
        No such measure.
    """
    known = data.ranks.measures
    if measure not in known:
        raise EstimationError(f"'{measure}' was not measured.", hint=closest(measure, known))
    if len(known) == 1:
        return data
    i = known.index(measure)
    about = [d.name for d in data.levels.dims if d.name != data.dim]
    ranks = data.ranks
    return replace(
        data,
        levels=_levels(data.levels, about, measure),
        differences=_test(data.differences, about, measure),
        omnibus=_test(data.omnibus, about, measure),
        within=None if data.within is None else _levels(data.within, about, measure),
        order=None if data.order is None else _test(data.order, about, measure),
        interaction=None if data.interaction is None else _test(data.interaction, about, measure),
        by_segment=None if data.by_segment is None else _test(data.by_segment, about, measure),
        equivalence=None
        if data.equivalence is None
        else replace(data.equivalence, rows=_kept(data.equivalence.rows, about, measure)),
        classical=replace(data.classical, rows=_of(data.classical.rows, measure)),
        ranks=replace(
            ranks,
            rows=_of(ranks.rows, measure),
            intervals=_of(ranks.intervals, measure),
            critical=(ranks.critical[i],),
            no_first=(ranks.no_first[i],),
        ),
    )


def _levels(estimate: EstimateData, about: Sequence[str], measure: str) -> EstimateData:
    places = [j for j, d in enumerate(estimate.dims) if d.name in about]
    names = [", ".join(estimate.dims[j].label_of(keys[j]) for j in places) for keys in estimate.keys]
    kept = subset(estimate, [i for i, name in enumerate(names) if name == measure])
    return replace(kept, topic=_topic(kept.topic, measure))


def _topic(topic: Topic, measure: str) -> Topic:
    return replace(topic, short=measure)


def _kept(rows: pd.DataFrame, about: Sequence[str], measure: str) -> pd.DataFrame:
    names = rows[list(about)].astype(str).agg(", ".join, axis=1)
    return rows[(names == measure).to_numpy()].reset_index(drop=True)


def _test(test: TestData, about: Sequence[str], measure: str) -> TestData:
    names = test.rows[list(about)].astype(str).agg(", ".join, axis=1)
    mask = (names == measure).to_numpy()
    return replace(
        test,
        rows=test.rows[mask].drop(columns=[a for a in about if a != "question"]).reset_index(drop=True),
        bases=tuple(b for b, keep in zip(test.bases, mask, strict=True) if keep),
        dims=tuple(d for d in test.dims if d.name not in about),
        topic=_topic(test.topic, measure),
    )


def _of(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    return rows[rows["measure"] == measure].reset_index(drop=True) if len(rows) else rows
