"""The verb `weight`: what the study file says, sample by sample; and the named procedures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from survey_analysis.errors import StudyError, WeightingError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.file import WeightingEntry
from survey_analysis.study.place import declared_at
from survey_analysis.typing import BoolArray
from survey_analysis.weighting.cells import poststratify_cells, poststratify_file
from survey_analysis.weighting.raking import rake_margins
from survey_analysis.weighting.targets import read_targets


def weight(survey: SurveyData) -> SurveyData:
    """Weight the survey as the study file says, each sample to its own targets.

    Returns
    -------
    Survey
        With weights, their diagnostics in `.weighting`, and calibration blocks that carry the weighting
        into every standard error (R `calibrate(calfun="raking")`, `postStratify`).

    Raises
    ------
    StudyError
        The study file has no `[weighting]`.
    WeightingError, ConvergenceError
        Targets that do not fit the data (found before iterating); margins that cannot be met.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> [w.method for w in survey.weighting]
    ['rake', 'poststratify', 'rake']
    """
    entries = survey.study.weighting
    if not entries:
        raise StudyError(
            "The study file says nothing about weighting.",
            hint="add [weighting.all] with targets, or leave .weight() out: weights in the file are used as they are.",
        )
    out = survey
    for name, entry in entries.items():
        with declared_at(f"weighting.{name}"):
            out = _weight_sample(out, name, entry)
    return out


def _weight_sample(survey: SurveyData, name: str, entry: WeightingEntry) -> SurveyData:
    rows = _rows_of(survey, name)
    if entry.where:
        rows = rows & survey.table.mask(entry.where)
    if entry.method == "none":
        return survey
    path = f"study.toml: weighting.{name}"
    folder = Path(survey.study.folder)
    if entry.method == "poststratify":
        return poststratify_file(survey, entry, rows, name, folder, path)
    targets = dict(entry.targets)
    if entry.targets_file:
        targets |= read_targets(folder / entry.targets_file)
    return rake_margins(survey, targets, rows, name, entry.cap, entry.untargeted == "keep", entry.base, path)


def rake(
    survey: SurveyData,
    targets: Mapping[str, Mapping[str, float]],
    *,
    where: str | None = None,
    cap: float | None = None,
    untargeted: str = "",
) -> SurveyData:
    """Rake everybody (or the domain `where`) to margins given as shares or counts.

    Parameters
    ----------
    targets : mapping of mappings
        Variable to category to share (summing to 1) or count.
    cap : float, optional
        Largest weight as a multiple of the mean; weights are capped and re-raked until both hold.
    untargeted : {"", "keep"}
        "keep": categories without a target keep factor 1 on that margin; else they are an error.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"sex": ["w", "w", "w", "m"]}))
    >>> raked = survey.rake({"sex": {"w": 0.5, "m": 0.5}})
    >>> raked.weights.round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    if untargeted not in ("", "keep"):
        raise WeightingError(
            f"untargeted = '{untargeted}' is not known.", hint='give "keep" or leave it out.'
        )
    rows = survey.table.mask(where)
    return rake_margins(survey, targets, rows, "all", cap, untargeted == "keep", "", "targets")


def poststratify(survey: SurveyData, by: list[str], counts: Mapping[tuple[str, ...], float]) -> SurveyData:
    """Post-stratify to counts of the crossed cells of `by` (labels or codes).

    Parameters
    ----------
    by : list of str
        Questions whose crossed categories are the cells.
    counts : mapping of tuples to float
        Population count of each cell, keyed by its labels or codes in the order of `by`.

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        Respondents without a cell, a cell without respondents, an unknown category.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"sex": ["w", "w", "w", "m"]}))
    >>> survey.poststratify(["sex"], {("w",): 60, ("m",): 40}).weights.tolist()
    [20.0, 20.0, 20.0, 40.0]
    """
    return poststratify_cells(survey, tuple(by), counts, np.ones(len(survey), dtype=bool), "all", "counts")


def _rows_of(survey: SurveyData, name: str) -> BoolArray:
    samples = survey.study.samples
    if name == "all":
        return np.ones(len(survey), dtype=bool)
    if samples is None or name not in samples.codes:
        known = ["all", *(samples.codes if samples else ())]
        raise StudyError(f"[weighting.{name}] names no sample.", hint=closest(name, known))
    return np.asarray(survey.table.raw.column(samples.column) == samples.codes[name])
