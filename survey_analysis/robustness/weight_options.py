"""How the survey is weighted: as declared, not, without the limit, with another one, a margin left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from survey_analysis.errors import EstimationError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.robustness.options import DECLARED, Option, Weighing
from survey_analysis.study.file import TrimEntry, WeightingEntry
from survey_analysis.study.study import Study
from survey_analysis.weighting.limits import trim
from survey_analysis.weighting.targets import read_targets
from survey_analysis.weighting.weight import weight

CAPS = (3.0, 5.0, 8.0)
"""Largest weight as a multiple of the mean, when raked with a cap."""
TRIMS = (5.0, 3.0)
"""Largest weight as a multiple of the mean, for weights that came with the file."""

_LIMIT = re.compile(r"(cap|trim)\s+(\d+(?:\.\d+)?)")


def default_weights(survey: SurveyData, samples: Collection[str]) -> list[Option]:
    """The defensible ways to weight, the declared one first; `samples` are those the number is about."""
    entries = entries_of(survey, samples)
    if not entries:
        as_given = Option(DECLARED, "weights as they came with the file", Weighing("declared"))
        unweighted = Option("none", "unweighted", Weighing("none"))
        return [as_given, unweighted, *(_option(f"trim {k:g}") for k in TRIMS)]
    out = [_option(DECLARED), _option("none")]
    caps = {e.cap for e in entries.values() if e.cap is not None}
    if caps or any(e.trim is not None for e in entries.values()):
        out.append(_option("no cap"))
    if caps:
        out += [_option(f"cap {k:g}") for k in CAPS if caps != {k}]
    margins = dict.fromkeys(m for e in entries.values() for m in targets_of(survey, e))
    if any(len(targets_of(survey, e)) > 1 for e in entries.values()):
        out += [_option(f"without {m}") for m in margins]
    return out


def weights_of(text: str, survey: SurveyData, samples: Collection[str]) -> Option:
    """One way to weight, as a user writes it: "declared", "none", "no cap", "cap 3", "trim 3", "without age"."""
    option = _option(text)
    how = option.value
    assert isinstance(how, Weighing)  # noqa: S101  made so
    entries = entries_of(survey, samples)
    where = f"robustness: weights '{text}'"
    if how.kind in ("no cap", "cap") and not any(_rakes(e) for e in entries.values()):
        raise EstimationError(
            "These weights were not raked by the study file; there is no cap to change.",
            where=where,
            hint='"trim 3" limits weights to 3 times their mean.',
        )
    if how.kind == "without":
        margins = list(dict.fromkeys(m for e in entries.values() for m in targets_of(survey, e)))
        if how.margin not in margins:
            raise EstimationError(
                f"'{how.margin}' is not a margin that the study file weights to.",
                where=where,
                hint=closest(how.margin, margins) if margins else "it names no margins.",
            )
    return option


def entries_of(survey: SurveyData, samples: Collection[str]) -> dict[str, WeightingEntry]:
    """The weighting tables that touch the samples the number is about."""
    return {
        name: e
        for name, e in survey.study.weighting.items()
        if e.method != "none" and (name == "all" or not samples or name in samples)
    }


def targets_of(survey: SurveyData, entry: WeightingEntry) -> Mapping[str, float | dict[str, float]]:
    """Margins and targets of a table that rakes or calibrates; none for post-stratification."""
    if entry.method == "poststratify":
        return {}
    out: dict[str, float | dict[str, float]] = dict(entry.targets)
    if entry.targets_file:
        out |= read_targets(Path(survey.study.folder) / entry.targets_file)
    return out


def weighted(survey: SurveyData, how: Weighing, samples: Collection[str]) -> SurveyData:
    """An unweighted survey, weighted in that way (the samples that matter; the others stay as they are)."""
    entries = entries_of(survey, samples)
    if not entries:
        return _given(survey, how)
    if how.kind == "none":
        return survey
    changed = {name: _changed(survey, e, how) for name, e in entries.items()}
    study = survey.study.model_copy(update={"weighting": changed})
    out = weight(survey.replace(table=_under(survey, study)))
    return out.replace(table=survey.table)


def _given(survey: SurveyData, how: Weighing) -> SurveyData:
    """Weights that came with the file: as they are, left out, or trimmed."""
    if how.kind == "trim":
        return trim(survey, upper=how.limit, unit="mean")
    if how.kind == "none":
        design = survey.study.design.model_copy(update={"weight": ""})
        study = survey.study.model_copy(update={"design": design})
        return survey.replace(table=_under(survey, study))
    return survey


def _under(survey: SurveyData, study: Study) -> Table:
    """The same table under a study that differs in nothing that encoding reads."""
    return replace(survey.table, study=study)


def _changed(survey: SurveyData, entry: WeightingEntry, how: Weighing) -> WeightingEntry:
    match how.kind:
        case "no cap":
            return entry.model_copy(update={"cap": None, "trim": None})
        case "cap":
            return entry.model_copy(update={"cap": how.limit}) if _rakes(entry) else entry
        case "trim":
            limit = TrimEntry(upper=how.limit, unit="mean")
            return entry.model_copy(update={"cap": None, "trim": limit})
        case "without":
            targets = dict(targets_of(survey, entry))
            if targets.pop(how.margin, None) is None:
                return entry
            if not targets:
                return entry.model_copy(update={"method": "none"})
            return entry.model_copy(update={"targets": targets, "targets_file": ""})
        case _:
            return entry


def _rakes(entry: WeightingEntry) -> bool:
    return entry.method == "rake" and entry.bounds is None


def _option(text: str) -> Option:
    if text == DECLARED:
        return Option(text, "weights as declared", Weighing("declared"))
    if text == "none":
        return Option(text, "no weights but those of the design", Weighing("none"))
    if text == "no cap":
        return Option(text, "weights without their limit", Weighing("no cap"))
    limit = _LIMIT.fullmatch(text.strip())
    if limit and float(limit[2]) > 1:
        kind, amount = limit[1], float(limit[2])
        if kind == "cap":
            return Option(
                text, f"raked with weights of at most {amount:g} times their mean", Weighing("cap", amount)
            )
        return Option(
            text, f"weights trimmed to at most {amount:g} times their mean", Weighing("trim", amount)
        )
    if text.startswith("without "):
        margin = text.removeprefix("without ").strip()
        return Option(text, f"weighted without the margin {margin}", Weighing("without", margin=margin))
    raise EstimationError(
        f"'{text}' is not a way to weight.",
        where="robustness: weights",
        hint='"declared", "none", "no cap", "cap 3", "trim 3" (times the mean, above 1) or "without MARGIN".',
    )
