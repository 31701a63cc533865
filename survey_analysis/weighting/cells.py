"""Post-stratification to counts of crossed cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.calibrate import PoststratifyStep, margin_dummies
from survey_analysis.core.frame import CalibrationBlock
from survey_analysis.errors import WeightingError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.plurals import counted
from survey_analysis.study.file import WeightingEntry
from survey_analysis.typing import BoolArray
from survey_analysis.weighting.diagnostics import Outcome, start_weights, with_weights
from survey_analysis.weighting.targets import Margin, read_cells


def poststratify_file(
    survey: SurveyData, entry: WeightingEntry, rows: BoolArray, name: str, folder: Path, path: str
) -> SurveyData:
    """Post-stratify a sample to the counts of its targets file."""
    if not entry.targets_file:
        raise WeightingError(
            "Post-stratification needs a table of counts.",
            where=f"[{path}]",
            hint='targets_file = "targets.csv"',
        )
    variables, counts = read_cells(folder / entry.targets_file)
    if entry.cells:
        if len(entry.cells) != len(variables):
            raise WeightingError(
                f"cells names {counted(len(entry.cells), 'question')}; the targets file has {counted(len(variables), 'column')}.",
                where=f"[{path}.cells]",
                hint="name one question for each column before 'target'.",
            )
        variables = entry.cells
    return poststratify_cells(survey, variables, counts, rows, name, path, entry.base, partial=entry.partial)


def poststratify_cells(
    survey: SurveyData,
    variables: tuple[str, ...],
    counts: Mapping[tuple[str, ...], float],
    rows: BoolArray,
    name: str,
    path: str,
    base: str = "",
    *,
    partial: bool = False,
) -> SurveyData:
    """Post-stratify rows to counts of the crossed cells of `variables`.

    A cell of the sample without a target is an error; a target without a respondent too, unless `partial`.
    """
    start = start_weights(survey, base, rows)
    total, asked = sum(counts.values()), len(counts)
    if partial:
        counts = _known(survey, variables, counts)
    codes, labels = _cross(survey, variables, rows)
    place = _places(survey, variables, counts, path)
    own = np.array([place.get(labels[c], -1) for c in range(len(labels))])[codes]
    if (own < 0).any():
        lost = labels[int(codes[own < 0][0])]
        raise WeightingError(
            f"{counted(int((own < 0).sum()), 'respondent is', 'respondents are')} in cells without a target, such as {' x '.join(lost)}.",
            where=f"[{path}]",
            hint="add the cell to the targets.",
        )
    n = np.bincount(own, minlength=len(counts))
    if partial:
        found = {k: v for i, (k, v) in enumerate(counts.items()) if n[i]}
        left = np.cumsum(n > 0) - 1
        own, counts, n = left[own], found, n[n > 0]
        place = _places(survey, variables, counts, path)
    _check_filled(n, counts, place, path)
    target = np.array(list(counts.values()), dtype=float)
    step = PoststratifyStep(own, target)
    weight = step(start[rows])
    block = CalibrationBlock(
        np.flatnonzero(rows), start[rows], margin_dummies([own], [len(counts)]), weight=weight, reweigh=step
    )
    shown = " by ".join(survey.table.question(v).short or v for v in variables)
    margin = Margin(" x ".join(variables), shown, tuple(" / ".join(k) for k in place), own, target, ())
    lost_cells = asked - len(counts)
    limit = (
        f"; {lost_cells} cells of the population have no respondent and are left out "
        f"({total - target.sum():g} of {total:g} people)"
        if lost_cells
        else ""
    )
    outcome = Outcome("poststratify", weight, f"post-stratified to {shown.lower()}", [margin], limit=limit)
    return with_weights(survey, start, block, name, outcome)


def _known(
    survey: SurveyData, variables: tuple[str, ...], counts: Mapping[tuple[str, ...], float]
) -> dict[tuple[str, ...], float]:
    """Cells, those with categories that nobody gave among them: a scale found from the data lacks these."""
    open_ended = {q: _names(survey, q) for q in variables if q not in survey.study.codebook.questions}
    return {
        key: count
        for key, count in counts.items()
        if isinstance(key, str)
        or len(key) != len(variables)
        or all(str(v) in open_ended.get(q, {str(v)}) for q, v in zip(variables, key, strict=True))
    }


def _names(survey: SurveyData, name: str) -> set[str]:
    variable = survey.table.variable(name)
    if not isinstance(variable, Categorical):
        return set()
    return {a.label for a in variable.scale.answers} | {a.code for a in variable.scale.answers}


def _places(
    survey: SurveyData, variables: tuple[str, ...], counts: Mapping[tuple[str, ...], float], path: str
) -> dict[tuple[str, ...], int]:
    """Position of each cell by its labels."""
    place: dict[tuple[str, ...], int] = {}
    for i, key in enumerate(counts):
        if isinstance(key, str) or len(key) != len(variables):
            raise WeightingError(
                f"A cell needs {len(variables)} categories, one for each of {', '.join(variables)}.",
                where=f"[{path}] found {key!r}",
            )
        labels = _label_key(survey, variables, tuple(str(x) for x in key), path)
        if labels in place:
            raise WeightingError(f"The cell {' x '.join(labels)} is named twice.", where=f"[{path}]")
        place[labels] = i
    return place


def _check_filled(
    n: NDArray[np.intp],
    counts: Mapping[tuple[str, ...], float],
    place: Mapping[tuple[str, ...], int],
    path: str,
) -> None:
    """Every target is a positive number of people, and somebody is there to stand for them."""
    names = {i: " x ".join(labels) for labels, i in place.items()}
    for i, count in enumerate(counts.values()):
        if not 0 <= count < np.inf or (count == 0 and n[i]):
            raise WeightingError(
                f"The target of the cell {names[i]} must be a positive number of people.",
                where=f"[{path}] found {count:g}; {counted(n[i], 'respondent')}",
            )
        if count > 0 and not n[i]:
            raise WeightingError(
                f"The cell {names[i]} has a target and no respondents.",
                where=f"[{path}] target {count:g}",
                hint="merge it with a neighbouring cell in the data and in the targets.",
            )


def _cross(
    survey: SurveyData, variables: tuple[str, ...], rows: BoolArray
) -> tuple[NDArray[np.intp], list[tuple[str, ...]]]:
    parts = []
    for name in variables:
        variable = survey.table.variable(name)
        if not isinstance(variable, Categorical):
            raise WeightingError(f"'{name}' has no categories to post-stratify by.")
        lost = int((rows & (variable.codes < 0)).sum())
        if lost:
            raise WeightingError(
                f"{counted(lost, 'respondent has', 'respondents have')} no '{name}'.",
                hint="impute it, or rake without it.",
            )
        answers = [a.label for a in variable.scale.answers]
        parts.append([answers[c] for c in variable.codes[rows]])
    keys = list(zip(*parts, strict=True))
    labels = list(dict.fromkeys(keys))
    number = {k: i for i, k in enumerate(labels)}
    return np.array([number[k] for k in keys], dtype=np.intp), labels


def _label_key(
    survey: SurveyData, variables: tuple[str, ...], key: tuple[str, ...], path: str
) -> tuple[str, ...]:
    out = []
    for name, value in zip(variables, key, strict=True):
        variable = survey.table.variable(name)
        assert isinstance(variable, Categorical)  # noqa: S101  _cross has checked it
        names = {a.label: a.label for a in variable.scale.answers} | {
            a.code: a.label for a in variable.scale.answers
        }
        if value not in names:
            raise WeightingError(
                f"'{value}' is not a category of '{name}'.", where=f"[{path}]", hint=closest(value, names)
            )
        out.append(names[value])
    return tuple(out)
