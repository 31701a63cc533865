"""Weights from estimated probabilities: non-response adjustment, pseudo-weights against a reference sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.blocks import ModelBlock
from survey_analysis.core.propensity import ClassStep, ReferenceStep, ResponseStep
from survey_analysis.errors import ConvergenceError, WeightingError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.plurals import counted
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.auxiliaries import numbers_of
from survey_analysis.weighting.diagnostics import Outcome, rows_in, start_weights, with_weights
from survey_analysis.weighting.levels import CROSS, Levels, levels


def adjust_nonresponse(
    survey: SurveyData,
    responded: str,
    *,
    by: str | Sequence[str] | None = None,
    where: str | None = None,
    model: Sequence[str] | None = None,
) -> SurveyData:
    """Respondents take over the weight of the non-respondents who are like them.

    Parameters
    ----------
    responded : str
        Expression that is true for respondents ("status == 'complete'"). The others get weight 0: they stay
        in the design and leave every base.
    by : str or list of str, optional
        Weighting classes: the crossed categories of these questions. w = d / (weighted response rate of the
        class).
    where : str, optional
        Only these members of the sample (the eligible ones, say).
    model : list of str, optional
        Variables known for everyone: w = d / p, p from a logistic regression of response on them, fitted
        with the weights d. Exactly one of `by` and `model` is given.

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        Both or none of `by` and `model`; nobody or everybody responded; a class without respondents; a
        variable that is missing for somebody.
    ConvergenceError
        A response model without a finite solution.

    Notes
    -----
    Taylor variance counts the estimated rates: z gains S H⁻¹ D′u, the influence of the coefficients
    (Binder 1983; Beaumont 2005 for response models). Replicate weights repeat the adjustment. Weighting classes: Oh
    and Scheuren (1983).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> frame = pd.DataFrame({"area": ["n", "n", "s", "s"], "got": ["yes", "no", "yes", "yes"]})
    >>> sa.read(frame).adjust_nonresponse("got == 'yes'", by="area").weights.tolist()
    [2.0, 0.0, 1.0, 1.0]
    """
    if (by is None) == (model is None):
        raise WeightingError(
            "Non-response is adjusted by classes or by a model.", hint="give one of by= and model=."
        )
    rows = rows_in(survey, where)
    start = start_weights(survey, "", rows)
    took = survey.table.mask(responded)[rows].astype(np.float64)
    if took.min(initial=1.0) == took.max(initial=0.0):
        raise WeightingError(
            f"{'Everybody' if took.any() else 'Nobody'} responded, so there is nothing to adjust.",
            where=f"{responded}: {int(took.sum())} of {len(took)}",
        )
    names = [by] if isinstance(by, str) else list(by or model or ())
    step: ClassStep | ResponseStep
    if by is not None:
        classes = _known(survey, CROSS.join(names), rows, "by")
        step = ClassStep(np.unique(classes.codes[rows], return_inverse=True)[1].reshape(-1), took)
    else:
        step = ResponseStep(design_matrix(survey, names, rows), took)
    block = _made(step, rows, start, names)
    kind = "in classes of" if by is not None else "by a logistic response model on"
    shown = ", ".join(_label(survey, n) for n in names)
    outcome = Outcome(
        "nonresponse", np.asarray(block.weight),
        f"adjusted for non-response {kind} {shown} ({int(took.sum())} of {len(took)} responded)",
    )  # fmt: skip
    return with_weights(survey, start, block, "all", outcome)


def propensity(
    survey: SurveyData, reference: SurveyData, *, model: Sequence[str], where: str | None = None
) -> SurveyData:
    """Pseudo-weights against a weighted reference sample of the same population.

    w = d (1 - p) / p, p the probability of being in this sample in the pooled data, from a logistic
    regression in which the reference sample has its survey weights.

    Parameters
    ----------
    reference : Survey
        A probability sample with weights that sum to the population, and the same questions.
    model : list of str
        Questions both surveys hold, with the same categories.
    where : str, optional
        Only these respondents of this survey.

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        A category of one survey that the other lacks; a variable missing for somebody.
    ConvergenceError
        The model separates the samples.

    Notes
    -----
    Adjusted logistic propensity weights (Wang, Valliant and Li 2021; Elliott 2009). The estimated model is
    carried into Taylor variance and repeated on replicates; the sampling error of the reference sample is
    not included. They hold only as far as the model's variables explain who takes part.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> panel = sa.read(pd.DataFrame({"sex": ["w", "w", "w", "m"]}))
    >>> census = sa.read(pd.DataFrame({"sex": ["w", "m"], "n": [60, 40]}), weight="n")
    >>> panel.propensity(census, model=["sex"]).weights.round(6).tolist()
    [20.0, 20.0, 20.0, 40.0]
    """
    if not model:
        raise WeightingError("The propensity model has no variables.", hint="give model=[...].")
    if not isinstance(reference, SurveyData):
        raise WeightingError(
            f"The reference is a {type(reference).__name__}, not a survey.", hint="read it: sa.read(...)."
        )
    rows = rows_in(survey, where)
    start = start_weights(survey, "", rows)
    weight = reference.weights if reference.weights is not None else reference.design_weight()
    others = weight > 0
    ours = design_matrix(survey, model, rows, like=survey)
    theirs = design_matrix(reference, model, others, like=survey)
    step = ReferenceStep(ours, theirs, weight[others])
    block = _made(step, rows, start, model)
    shown = ", ".join(_label(survey, n) for n in model)
    outcome = Outcome(
        "propensity", np.asarray(block.weight),
        f"pseudo-weighted to a reference sample of {int(others.sum())} by a logistic propensity model on {shown}",
    )  # fmt: skip
    return with_weights(survey, start, block, "all", outcome)


def _made(
    step: ClassStep | ResponseStep | ReferenceStep, rows: BoolArray, start: FloatArray, names: Sequence[str]
) -> ModelBlock:
    try:
        return step.block(np.flatnonzero(rows), start[rows])
    except ConvergenceError as error:
        raise ConvergenceError(
            error.what, where=f"{', '.join(names)}; {error.where}", hint=error.hint
        ) from None


def design_matrix(
    survey: SurveyData, names: Sequence[str], rows: BoolArray, *, like: SurveyData | None = None
) -> FloatArray:
    """Constant, numbers, and indicators of all categories but the first that occurs; nobody may be missing.

    `like` is the survey whose categories count, by label.
    """
    columns = [np.ones(int(rows.sum()))]
    for name in names:
        if isinstance(survey.table.variable(name), Categorical):
            columns += _indicators(survey, name, rows, like)
            continue
        numbers = numbers_of(survey, name, "model")[rows]
        if not np.isfinite(numbers).all():
            raise _lost(int((~np.isfinite(numbers)).sum()), name)
        columns.append(numbers)
    return np.column_stack(columns)


def _indicators(survey: SurveyData, name: str, rows: BoolArray, like: SurveyData | None) -> list[FloatArray]:
    found = _known(survey, name, rows, "model")
    pattern = found.labels if like is None else levels(like, name, "model").labels
    own = np.array(found.labels)[found.codes[rows]]
    lost = sorted(set(own.tolist()) - set(pattern))
    if lost:
        raise WeightingError(
            f"'{lost[0]}' of '{name}' is a category of one survey and not of the other.",
            where=f"{counted(int(np.isin(own, lost).sum()), 'respondent')}",
            hint="give both surveys the same categories.",
        )
    used = [label for label in pattern if like is not None or (own == label).any()]
    return [(own == label).astype(np.float64) for label in used[1:]]


def _known(survey: SurveyData, name: str, rows: BoolArray, path: str) -> Levels:
    """Categories of a question that everybody of the rows answered."""
    found = levels(survey, name, path)
    lost = int((found.codes[rows] < 0).sum())
    if lost:
        raise _lost(lost, name)
    return found


def _lost(n: int, name: str) -> WeightingError:
    return WeightingError(
        f"{counted(n, 'member of the sample has', 'members of the sample have')} no '{name}'.",
        hint="it must be known for respondents and non-respondents alike: impute it, or leave it out.",
    )


def _label(survey: SurveyData, name: str) -> str:
    question = survey.table.question(name)
    return (question.short or question.text or name).lower()
