"""The verb `weight`: what the study file says, sample by sample; and the named procedures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from survey_analysis.errors import StudyError, WeightingError, check_amounts, closest, numbers_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.file import WeightingEntry
from survey_analysis.study.place import declared_at
from survey_analysis.typing import BoolArray
from survey_analysis.weighting.calibration import CalibrateOptions, calibrate_rows
from survey_analysis.weighting.cells import poststratify_cells, poststratify_file
from survey_analysis.weighting.diagnostics import rows_in
from survey_analysis.weighting.limits import trim_rows
from survey_analysis.weighting.raking import RakeOptions, rake_margins
from survey_analysis.weighting.targets import Targets, read_targets


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
    if entry.method == "none":
        return survey
    rows = _rows_of(survey, name) & rows_in(survey, entry.where or None)
    path = f"study.toml: weighting.{name}"
    folder = Path(survey.study.folder)
    if entry.method == "poststratify":
        out = poststratify_file(survey, entry, rows, name, folder, path)
    else:
        targets: dict[str, Any] = dict(entry.targets)
        if entry.targets_file:
            targets |= read_targets(folder / entry.targets_file)
        out = _to_targets(survey, entry, targets, rows, name, path)
    if entry.trim is None:
        return out
    t = entry.trim
    return trim_rows(out, rows, name, t.lower, t.upper, t.unit, redistribute=t.redistribute, strict=t.strict)


def _to_targets(
    survey: SurveyData, entry: WeightingEntry, targets: dict[str, Any], rows: BoolArray, name: str, path: str
) -> SurveyData:
    """Raking margins, or calibration where there are bounds, numeric totals or another distance."""
    keep = entry.untargeted == "keep"
    numeric = any(not isinstance(t, Mapping) for t in targets.values())
    if entry.method == "rake" and entry.bounds is None and not numeric:
        return rake_margins(survey, targets, rows, name, RakeOptions(entry.cap, keep, entry.base), path)
    if entry.cap is not None:
        raise WeightingError(
            "cap limits plain raking of margins only.", where=f"[{path}.cap]", hint="give bounds instead."
        )
    method: Literal["linear", "raking", "logit"] = "raking" if entry.method == "rake" else entry.method  # type: ignore[assignment]
    options = CalibrateOptions(method, entry.bounds, keep_untargeted=keep, base=entry.base)
    return calibrate_rows(survey, targets, rows, name, options, path)


def rake(
    survey: SurveyData,
    targets: Targets,
    *,
    where: str | None = None,
    cap: float | None = None,
    untargeted: str = "",
    variance: Literal["residuals", "r-rake"] = "residuals",
    max_rounds: int | None = None,
    change: float | None = None,
) -> SurveyData:
    """Rake everybody (or the domain `where`) to margins given as shares or counts.

    Parameters
    ----------
    targets : mapping of mappings
        Variable, or crossed variables ("age x sex"), to category to share (summing to 1) or count. A cell of
        crossed variables is a tuple of categories, or "18-34 x Woman".
    cap : float, optional
        Largest weight as a multiple of the mean; weights are capped and re-raked until both hold.
    untargeted : {"", "keep"}
        "keep": categories without a target keep factor 1 on that margin; else they are an error.
    variance : {"residuals", "r-rake"}
        "r-rake" is for comparison with R `rake` alone: its rounds, its stopping rule, and its variance (ten
        sweeps of margin means). "residuals" is R `calibrate(calfun = "raking")`.
    max_rounds, change : optional
        Of "r-rake": R's `maxit` and `epsilon` (10 and 1 where left out).

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        Targets that do not fit the data; an option that the variance does not use.
    ConvergenceError
        Margins that cannot be met.

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
    if variance not in ("residuals", "r-rake"):
        raise WeightingError(f"variance = '{variance}' is not known.", hint='give "residuals" or "r-rake".')
    if variance == "residuals" and not (max_rounds is None and change is None):
        raise WeightingError("max_rounds and change belong to variance='r-rake'.", hint="leave them out.")
    if variance == "r-rake" and (cap is not None or untargeted):
        raise WeightingError(
            "variance='r-rake' has no cap and no untargeted categories.", hint="leave them out."
        )
    example = '{"sex": {"woman": 0.5, "man": 0.5}}'
    check_amounts(targets, "targets", example)
    flat = next((name for name, wanted in targets.items() if not isinstance(wanted, Mapping)), None)
    if flat is not None:
        raise WeightingError(f"The targets of '{flat}' are one number.", hint=f"for example {example}.")
    if cap is not None:
        numbers_of(cap, "cap", "cap=5")
    r_rounds = None
    if variance == "r-rake":
        r_rounds = (10 if max_rounds is None else max_rounds, 1.0 if change is None else change)
    options = RakeOptions(cap, untargeted == "keep", r_rounds=r_rounds)
    return rake_margins(survey, targets, rows_in(survey, where), "all", options, "targets")


def poststratify(
    survey: SurveyData, by: list[str], counts: Mapping[tuple[str, ...], float], *, partial: bool = False
) -> SurveyData:
    """Post-stratify to counts of the crossed cells of `by` (labels or codes).

    Parameters
    ----------
    by : list of str
        Questions whose crossed categories are the cells.
    counts : mapping of tuples to float
        Population count of each cell, keyed by its labels or codes in the order of `by`.
    partial : bool
        True leaves out cells of the population that have no respondent (R `partial = TRUE`); the method
        text says how many people nobody stands for.

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
    check_amounts(counts, "counts", '{("woman",): 510, ("man",): 490}')
    rows = rows_in(survey, None)
    return poststratify_cells(survey, tuple(by), counts, rows, "all", "counts", partial=partial)


def _rows_of(survey: SurveyData, name: str) -> BoolArray:
    samples = survey.study.samples
    if name == "all":
        return np.ones(len(survey), dtype=bool)
    if samples is None or name not in samples.codes:
        known = ["all", *(samples.codes if samples else ())]
        raise StudyError(f"[weighting.{name}] names no sample.", hint=closest(name, known))
    return np.asarray(survey.table.raw.column(samples.column) == samples.codes[name])
