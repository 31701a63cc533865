"""The verb `standardize`: groups made alike in the variables of a standard population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey_analysis.core.blocks import CalibrationBlock
from survey_analysis.core.calibrate import PoststratifyStep, margin_dummies
from survey_analysis.core.frame import Codes, Floats
from survey_analysis.errors import WeightingError, check_amounts
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.typing import BoolArray
from survey_analysis.weighting.diagnostics import Outcome, rows_in, start_weights, with_weights
from survey_analysis.weighting.levels import CROSS, Levels, levels
from survey_analysis.weighting.targets import Margin


def standardize(
    survey: SurveyData,
    by: str | Sequence[str],
    population: Mapping[Any, float],
    *,
    over: str | Sequence[str] | None = None,
    where: str | None = None,
) -> SurveyData:
    """Direct standardization: every group of `over` gets the distribution of `by` of a standard population.

    Parameters
    ----------
    by : str or list of str
        Question (or crossed questions) whose distribution is made standard, such as age.
    population : mapping
        Category (for crossed questions a tuple) to its count or share in the standard population.
    over : str or list of str, optional
        Groups to be compared, each standardized on its own and with its own sum of weights kept; without it
        the whole sample.
    where : str, optional
        Only these respondents, such as those with an answer to the question that will be compared (R
        `excluding.missing`). The others get weight 0: they stay in the design and leave every base.

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        A category without a place in the population; a group without respondents in a category.

    Notes
    -----
    R `svystandardize`: post-stratification of `by` within `over`, with its residuals in the variance. The
    weighted size of each group is taken as known.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"age": ["y", "o", "o", "y"], "town": ["a", "a", "a", "b"]}))
    >>> survey.standardize("age", {"y": 1, "o": 1}, where="town == 'a'").weights.tolist()
    [1.5, 0.75, 0.75, 0.0]
    """
    rows = rows_in(survey, where)
    start = start_weights(survey, "", rows)
    names = [by] if isinstance(by, str) else list(by)
    crossed = levels(survey, CROSS.join(names), "by")
    check_amounts(population, "population", '{"18-34": 300, "35+": 700}')
    place = {crossed.position(key, "population"): float(n) for key, n in population.items()}
    _check(crossed, rows, place)
    share = np.array([place.get(i, 0.0) for i in range(len(crossed.labels))])
    group, groups = _groups(survey, over, rows)
    own = crossed.codes[rows]
    inside = start[rows]
    cell = group * len(share) + own
    counts = np.outer(np.bincount(group, weights=inside, minlength=len(groups)), share / share.sum()).ravel()
    _check_cells(crossed, groups, np.bincount(cell, minlength=len(counts)), counts)
    used = np.flatnonzero(counts > 0)
    code = np.searchsorted(used, cell)
    step = StandardStep(np.flatnonzero(rows), PoststratifyStep(code, counts[used]), len(survey))
    kept = survey.replace(weights=np.where(rows, start, 0.0))
    block = CalibrationBlock(
        np.arange(len(survey)), start, step.spread_out(margin_dummies([code], [len(used)])),
        weight=step(start), reweigh=step,
    )  # fmt: skip
    margin = Margin(crossed.name, crossed.shown, tuple(crossed.labels[i] for i in np.flatnonzero(share)),
                    _all_rows(np.searchsorted(np.flatnonzero(share), own), rows), share[share > 0], ())  # fmt: skip
    within = "" if over is None else f" within {', '.join([over] if isinstance(over, str) else over)}"
    outcome = Outcome(
        "standardize",
        step(start),
        f"standardized to the population's {crossed.shown.lower()}{within}",
        [margin],
    )
    return with_weights(kept, start, block, "all", outcome)


@dataclass(frozen=True, eq=False)
class StandardStep:
    """Post-stratification of some rows; the others get weight 0."""

    rows: Codes
    step: PoststratifyStep
    n: int

    def __call__(self, start: Floats, /) -> Floats:
        """Standardized weights of all rows."""
        out = np.zeros(self.n)
        out[self.rows] = self.step(start[self.rows])
        return out

    def spread_out(self, x: Floats) -> Floats:
        """Columns of the standardized rows over all rows, zero for the others."""
        out = np.zeros((self.n, x.shape[1]))
        out[self.rows] = x
        return out


def _all_rows(codes: Codes, rows: BoolArray) -> Codes:
    out = np.full(len(rows), -1, dtype=np.intp)
    out[rows] = codes
    return out


def _groups(
    survey: SurveyData, over: str | Sequence[str] | None, rows: BoolArray
) -> tuple[Codes, tuple[str, ...]]:
    if over is None:
        return np.zeros(int(rows.sum()), dtype=np.intp), ("all",)
    name = over if isinstance(over, str) else CROSS.join(over)
    found = levels(survey, name, "over")
    lost = int((found.codes[rows] < 0).sum())
    if lost:
        raise WeightingError(
            f"{counted(lost, 'respondent has', 'respondents have')} no '{name}'.",
            hint="leave them out with where=.",
        )
    used, codes = np.unique(found.codes[rows], return_inverse=True)
    return codes.reshape(-1), tuple(found.labels[i] for i in used)


def _check(crossed: Levels, rows: BoolArray, place: Mapping[int, float]) -> None:
    own = crossed.codes[rows]
    if (own < 0).any():
        raise WeightingError(
            f"{counted(int((own < 0).sum()), 'respondent has', 'respondents have')} no '{crossed.name}'.",
            hint="leave them out with where=.",
        )
    lost = [i for i in np.unique(own) if not place.get(int(i), 0.0) > 0]
    if lost:
        raise WeightingError(
            f"'{crossed.labels[lost[0]]}' of '{crossed.name}' has no place in the standard population.",
            where=f"{counted(int(np.isin(own, lost).sum()), 'respondent')}",
            hint="give its count, or leave these respondents out with where=.",
        )


def _check_cells(crossed: Levels, groups: tuple[str, ...], n: Codes, counts: Floats) -> None:
    empty = np.flatnonzero((n == 0) & (counts > 0))
    if len(empty):
        group, level = divmod(int(empty[0]), len(crossed.labels))
        raise WeightingError(
            f"Nobody in '{groups[group]}' is '{crossed.labels[level]}', so it cannot be standardized.",
            where=f"{len(empty)} empty of {int((counts > 0).sum())} cells",
            hint="merge categories of the standard population.",
        )
