"""The verb `weight`: what the study file says, sample by sample; and the named procedures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.core.calibrate import calibrate_raking, kish, margin_dummies
from survey_analysis.core.calibrate import poststratify as core_poststratify
from survey_analysis.core.capped import calibrate_capped
from survey_analysis.core.frame import CalibrationBlock
from survey_analysis.core.raking import rake as core_rake
from survey_analysis.errors import ConvergenceError, StudyError, WeightError, WeightingError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.results.process import MarginRow, WeightingData
from survey_analysis.study.file import WeightingEntry
from survey_analysis.study.place import declared_at
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.targets import Margin, margins, read_cells, read_targets


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
        return _poststratify(survey, entry, rows, name, folder, path)
    targets = dict(entry.targets)
    if entry.targets_file:
        targets |= read_targets(folder / entry.targets_file)
    return _rake(survey, targets, rows, name, entry.cap, entry.untargeted == "keep", entry.base, path)


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
    return _rake(survey, targets, rows, "all", cap, untargeted == "keep", "", "targets")


def poststratify(survey: SurveyData, by: list[str], counts: Mapping[tuple[str, ...], float]) -> SurveyData:
    """Post-stratify to counts of the crossed cells of `by` (labels or codes).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"sex": ["w", "w", "w", "m"]}))
    >>> survey.poststratify(["sex"], {("w",): 60, ("m",): 40}).weights.tolist()
    [20.0, 20.0, 20.0, 40.0]
    """
    return _cells(survey, tuple(by), counts, np.ones(len(survey), dtype=bool), "all", "counts")


def _rows_of(survey: SurveyData, name: str) -> BoolArray:
    samples = survey.study.samples
    if name == "all":
        return np.ones(len(survey), dtype=bool)
    if samples is None or name not in samples.codes:
        known = ["all", *(samples.codes if samples else ())]
        raise StudyError(f"[weighting.{name}] names no sample.", hint=closest(name, known))
    return np.asarray(survey.table.raw.column(samples.column) == samples.codes[name])


def _start(survey: SurveyData, base: str, rows: BoolArray) -> FloatArray:
    """Weights before this step: the base weight column on its rows, else those made so far or the design's."""
    start = survey.weights if survey.weights is not None else survey.design_weight()
    if base:
        numbers = pd.to_numeric(survey.table.raw.column(base), errors="coerce").to_numpy(dtype=np.float64)
        start = np.where(rows, numbers, start)
    bad = rows & ~(start > 0)
    if bad.any():
        raise WeightError(
            f"{int(bad.sum())} base weights are missing, zero or negative.",
            hint="correct them before weighting.",
        )
    return start


def _rake(
    survey: SurveyData,
    targets: Mapping[str, Mapping[str, float]],
    rows: BoolArray,
    name: str,
    cap: float | None,
    keep: bool,
    base: str,
    path: str,
) -> SurveyData:
    if not targets:
        raise WeightingError("There are no targets to rake to.", where=f"[{path}]")
    start = _start(survey, base, rows)
    lined = margins(survey, targets, rows, keep_untargeted=keep, path=path)
    inside = start[rows]
    try:
        result = _raked(lined, inside, cap)
    except ConvergenceError as error:
        names = ", ".join(m.name for m in lined)
        raise ConvergenceError(
            error.what, where=f"[{path}] margins {names}; {error.where}", hint=error.hint
        ) from None
    x = margin_dummies([m.codes for m in lined], [len(m.categories) for m in lined])
    block = CalibrationBlock(np.flatnonzero(rows), inside, x)
    data = _report(
        survey, name, "rake", result.weight, inside, lined, cap, result.capped, result.iterations, result.gap
    )
    return _with(survey, start, rows, result.weight, block, data)


@dataclass(frozen=True, eq=False)
class _Raked:
    """Weights that meet the margins, however they were found."""

    weight: FloatArray
    iterations: int
    gap: float
    capped: int = 0


def _raked(lined: list[Margin], start: FloatArray, cap: float | None) -> _Raked:
    """Rake without the cap first: most often no weight reaches it.

    Rows without a target on a margin, and caps, make sweeps slow to settle; the same weights come from
    Newton's method on the exponential calibration (R `calibrate(calfun="raking")`), capped or not.
    """
    x = margin_dummies([m.codes for m in lined], [len(m.categories) for m in lined])
    totals = np.concatenate([_counts(m, start) for m in lined])
    if any(m.untargeted for m in lined):
        newton = calibrate_raking(x, totals, start)
        free = _Raked(newton.weight, newton.iterations, newton.gap)
    else:
        swept = core_rake([m.codes for m in lined], [m.targets for m in lined], start)
        free = _Raked(swept.weight, swept.iterations, swept.gap)
    if cap is None or free.weight.max() <= cap * free.weight.mean():
        return free
    names = [f"{m.name} {category}" for m in lined for category in m.categories]
    held = calibrate_capped(x, totals, start, cap, names=names)
    return _Raked(held.weight, held.iterations, held.gap, held.capped)


def _counts(margin: Margin, start: FloatArray) -> FloatArray:
    """Targets as totals: shares of the starting weight of those who have a target."""
    total = float(start[margin.codes >= 0].sum()) if margin.targets.max() <= 1 else 1.0
    return margin.targets / (margin.targets.sum() if margin.targets.max() <= 1 else 1.0) * total


def _poststratify(
    survey: SurveyData, entry: WeightingEntry, rows: BoolArray, name: str, folder: Path, path: str
) -> SurveyData:
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
                f"cells names {len(entry.cells)} questions; the targets file has {len(variables)} columns.",
                where=f"[{path}.cells]",
                hint="name one question for each column before 'target'.",
            )
        variables = entry.cells
    return _cells(survey, variables, counts, rows, name, path, entry.base)


def _cells(
    survey: SurveyData,
    variables: tuple[str, ...],
    counts: Mapping[tuple[str, ...], float],
    rows: BoolArray,
    name: str,
    path: str,
    base: str = "",
) -> SurveyData:
    start = _start(survey, base, rows)
    codes, labels = _cross(survey, variables, rows)
    place = _places(survey, variables, counts, path)
    own = np.array([place.get(labels[c], -1) for c in range(len(labels))])[codes]
    if (own < 0).any():
        lost = labels[int(codes[own < 0][0])]
        raise WeightingError(
            f"{int((own < 0).sum())} respondents are in cells without a target, such as {' x '.join(lost)}.",
            where=f"[{path}]",
            hint="add the cell to the targets.",
        )
    _check_filled(np.bincount(own, minlength=len(counts)), counts, place, path)
    result = core_poststratify(own, np.array(list(counts.values()), dtype=float), start[rows])
    x = margin_dummies([own], [len(counts)])
    block = CalibrationBlock(np.flatnonzero(rows), start[rows], x)
    margin = Margin(
        " x ".join(variables), " x ".join(variables), tuple(" / ".join(k) for k in place), own,
        np.array(list(counts.values()), dtype=float), (),
    )  # fmt: skip
    data = _report(survey, name, "poststratify", result.weight, start[rows], [margin], None, 0, 1, result.gap)
    return _with(survey, start, rows, result.weight, block, data)


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
                where=f"[{path}] found {count:g}; {n[i]} respondents",
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
                f"{lost} respondents have no '{name}'.", hint="impute it, or rake without it."
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


def _with(
    survey: SurveyData,
    start: FloatArray,
    rows: BoolArray,
    new: FloatArray,
    block: CalibrationBlock,
    data: WeightingData,
) -> SurveyData:
    weights = start.copy()
    weights[rows] = new
    return survey.replace(
        weights=weights, calibration=(*survey.calibration, block), weighting=(*survey.weighting, data)
    )


def _report(
    survey: SurveyData,
    name: str,
    method: str,
    weights: FloatArray,
    start: FloatArray,
    lined: list[Margin],
    cap: float | None,
    capped: int,
    iterations: int,
    gap: float,
) -> WeightingData:
    design = kish(weights)
    sample = survey.study.sample_of(name).label or ("" if name == "all" else name)
    rows = tuple(row for m in lined for row in _margin_rows(m, weights, start))
    how = "raked" if method == "rake" else "post-stratified"
    names = ", ".join(m.label.lower() for m in lined)
    limit = f", weights limited to {cap:g} times their mean" if cap else ""
    who = f"{sample}: " if sample else ""
    rule = [m for m in lined if m.untargeted]
    kept = "".join(
        f"; without a target on {m.label.lower()} and left at factor 1 there: "
        + ", ".join(f"{label} ({n})" for label, n in m.untargeted)
        for m in rule
    )
    warnings = (f"weighting costs more than half of {sample or 'the sample'}",) if design.deff > 2 else ()
    mean = float(weights.mean())
    return WeightingData(
        sample=sample,
        method=method,
        n=len(weights),
        deff=float(design.deff),
        n_effective=float(design.n_effective),
        smallest=float(weights.min()) / mean,
        largest=float(weights.max()) / mean,
        cap=cap,
        capped=capped,
        iterations=iterations,
        gap=gap,
        margins=rows,
        statement=f"{who}{how} to {names}{limit}{kept}",
        warnings=warnings,
    )


def _margin_rows(margin: Margin, weights: FloatArray, start: FloatArray) -> list[MarginRow]:
    inside = margin.codes >= 0
    k = len(margin.categories)
    own = margin.codes[inside]
    n = np.bincount(own, minlength=k)
    before = np.bincount(own, weights=start[inside], minlength=k) / start[inside].sum()
    after = np.bincount(own, weights=weights[inside], minlength=k) / weights[inside].sum()
    target = margin.targets / margin.targets.sum()
    return [
        MarginRow(margin.label, c, int(n[i]), float(before[i]), float(after[i]), float(target[i]))
        for i, c in enumerate(margin.categories)
    ]
