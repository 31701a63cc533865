"""Lines that say how numbers spread: standard deviation, standard error of the mean, median."""

from __future__ import annotations

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells
from survey_analysis.estimation.fits import Column, Fit, moment_fits, quantile_fits
from survey_analysis.estimation.origin import topic
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Dim
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.cells import COLUMNS, Block
from survey_analysis.tabulation.lines import Line
from survey_analysis.tabulation.questions import LABELS
from survey_analysis.typing import BoolArray, FloatArray

Made = dict[str, FloatArray]


def with_spread(
    survey: SurveyData,
    question: Question,
    block: Block,
    banner: Banner,
    cell: Cell,
    statistics: tuple[str, ...],
    level: float,
) -> Block:
    """The block with the spread that is asked for under it; `cell` is the subject and its domain."""
    made = {s: _line(survey, question, block, banner, cell, s, level) for s in statistics}
    out = block
    for statistic, found in made.items():
        kind = "sd" if statistic == "sd" else "se" if statistic == "se" else "median"
        out = out.joined([Line(kind, LABELS[statistic])], found)  # type: ignore[arg-type]
    return out


def _line(
    survey: SurveyData,
    question: Question,
    block: Block,
    banner: Banner,
    cell: Cell,
    statistic: str,
    level: float,
) -> Made:
    if statistic == "se":
        return _se(block, question)
    values = numbers(question, survey.table.variable(question.name, cell.subject), statistic)
    known = ~np.isnan(values)
    fit: Fit = moment_fits("std_dev") if statistic == "sd" else quantile_fits("math", "woodruff")
    filled = [j for j, m in enumerate(banner.masks) if (m & cell.mask & known).any()]
    blank = {c: np.full((1, len(banner.columns)), np.nan) for c in COLUMNS}
    for c in ("n", "n_weighted", "n_effective"):
        blank[c][:] = 0.0
    if not filled:
        return blank
    found = _estimated(survey, question, banner, cell, values, known, filled, statistic, fit, level)
    for c in ("estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_weighted", "n_effective"):
        blank[c][0, filled] = found[c]
    return blank


def _estimated(
    survey: SurveyData,
    question: Question,
    banner: Banner,
    cell: Cell,
    values: FloatArray,
    known: BoolArray,
    filled: list[int],
    statistic: str,
    fit: Fit,
    level: float,
) -> Made:
    name = "std_dev" if statistic == "sd" else "quantile"
    keys = tuple((banner.columns[j].key, banner.columns[j].label) for j in filled)
    grid = Cells(
        (Dim("column", "Column", keys),),
        tuple(
            Cell((k,), banner.masks[j] & cell.mask, cell.subject)
            for (k, _), j in zip(keys, filled, strict=True)
        ),
        question.over,
    )
    missing = survey.table.variable(question.name, cell.subject).missing
    columns = []
    for i, one in enumerate(grid.cells):
        base = one.mask & known
        columns.append(
            Column(
                i,
                "",
                np.where(base, values, 0.0),
                base.astype(np.float64),
                missing_in(missing, one.mask),
                p=0.5,
            )
        )
    about = topic(survey, question, name, "score", score=name)  # type: ignore[arg-type]
    made = assemble(survey, grid, columns, about, ("",) * len(filled), asked=Asked(level=level), fit=fit)
    return {c: made.rows[c].to_numpy(dtype=np.float64) for c in made.rows.columns if c in COLUMNS}


def _se(block: Block, question: Question) -> Made:
    """The standard error of the mean as a line of its own; it has none itself."""
    place = next((i for i, line in enumerate(block.lines) if line.kind == "mean"), None)
    if place is None:
        raise EstimationError(
            f"The standard error of '{question.name}' is that of a mean, which is not asked for.",
            hint='statistics=("mean", "se")',
        )
    out = {c: np.full((1, block.numbers[c].shape[1]), np.nan) for c in COLUMNS}
    out["estimate"][0] = block.numbers["std_error"][place]
    for c in ("df", "n", "n_weighted", "n_effective"):
        out[c][0] = block.numbers[c][place]
    return out
