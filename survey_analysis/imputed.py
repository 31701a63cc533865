"""`Imputed`: completed copies of a survey with its verbs, each answer combined by Rubin's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from survey_analysis.bound.tests import Test
from survey_analysis.core.rubin import SmallSample
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.mean import mean, nps, total
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.quantile import cdf, median, quantile
from survey_analysis.estimation.ratio import ratio
from survey_analysis.estimation.spread import correlation, covariance, std_dev, variance
from survey_analysis.frames.data import SurveyData
from survey_analysis.imputation.chained import Completed
from survey_analysis.imputation.combine import DEFAULT_RULES, DfComplete, Rules, combine_tests
from survey_analysis.imputation.models import combine_model_estimates
from survey_analysis.imputed_results import ImputedEstimate, ImputedModel, rules_text
from survey_analysis.models.categories import multinomial, ordinal
from survey_analysis.models.mixed import mixed
from survey_analysis.models.verbs import glm, negative_binomial
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.model import ModelData, ModelEstimates
from survey_analysis.results.test import TestData
from survey_analysis.significance.ttest import ttest

P = ParamSpec("P")
S = TypeVar("S", bound=SurveyData)
Result = EstimateData | TestData | ModelData | ModelEstimates


def _estimates(
    verb: Callable[Concatenate[SurveyData, P], EstimateData],
) -> Callable[Concatenate[Imputed[Any], P], ImputedEstimate]:
    """A verb of the survey on every copy, combined; signature and docstring are the function's."""

    @wraps(verb)
    def method(copies: Imputed[Any], /, *args: P.args, **kwargs: P.kwargs) -> ImputedEstimate:
        return ImputedEstimate.made([verb(s, *args, **kwargs) for s in copies.surveys], copies.rules)

    return method


def _tests(
    verb: Callable[Concatenate[SurveyData, P], TestData],
) -> Callable[Concatenate[Imputed[Any], P], Test]:
    """A test of the survey on every copy, combined."""

    @wraps(verb)
    def method(copies: Imputed[Any], /, *args: P.args, **kwargs: P.kwargs) -> Test:
        return Test.of(combine_tests([verb(s, *args, **kwargs) for s in copies.surveys], copies.rules))

    return method


def _models(
    verb: Callable[Concatenate[SurveyData, P], ModelData],
) -> Callable[Concatenate[Imputed[Any], P], ImputedModel]:
    """A model of the survey fitted on every copy, combined."""

    @wraps(verb)
    def method(copies: Imputed[Any], /, *args: P.args, **kwargs: P.kwargs) -> ImputedModel:
        return ImputedModel.made([verb(s, *args, **kwargs) for s in copies.surveys], copies.rules)

    return method


@dataclass(frozen=True, eq=False, repr=False)
class Imputed(Generic[S]):
    """Completed copies of a survey. Every verb runs on each and is combined by Rubin's rules.

    Made by `Survey.impute`, or with `Imputed.of` from copies that were completed elsewhere. `each` reaches what
    has no verb here, weighting included.

    Attributes
    ----------
    surveys
        One survey an imputation.
    origin
        What was filled in and how; None for copies that were completed elsewhere.
    rules
        How results are combined: see `combining`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> copies = [sa.read(pd.DataFrame({"y": [1, 2, 4, last]})) for last in (5, 6, 7)]
    >>> found = sa.Imputed.of(copies).mean("y")
    >>> round(found.value, 3), round(found.std_error, 3)
    (3.25, 1.164)
    """

    surveys: tuple[S, ...]
    origin: Completed | None = None
    rules: Rules = DEFAULT_RULES

    proportion = _estimates(proportion)
    mean = _estimates(mean)
    total = _estimates(total)
    ratio = _estimates(ratio)
    quantile = _estimates(quantile)
    median = _estimates(median)
    cdf = _estimates(cdf)
    variance = _estimates(variance)
    std_dev = _estimates(std_dev)
    covariance = _estimates(covariance)
    correlation = _estimates(correlation)
    nps = _estimates(nps)
    perceptions = _estimates(perceptions)

    ttest = _tests(ttest)

    glm = _models(glm)
    ordinal = _models(ordinal)
    multinomial = _models(multinomial)
    negative_binomial = _models(negative_binomial)
    mixed = _models(mixed)

    @classmethod
    def of(cls, surveys: Sequence[S]) -> Imputed[S]:
        """Wrap copies that were completed elsewhere, such as by R `mice`.

        Parameters
        ----------
        surveys : sequence of Survey
            The same people in the same order, read with the same design.

        Raises
        ------
        EstimationError
            Fewer than two, or surveys of different length, columns or design.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> sa.Imputed.of([sa.read(pd.DataFrame({"y": [1, 2, 4, v]})) for v in (5, 6, 7)]).m
        3
        """
        copies = tuple(surveys)
        if len(copies) < 2:
            raise EstimationError(
                "One completed copy cannot show what the missing answers cost.", hint="give 2 or more."
            )
        first = copies[0]
        for i, other in enumerate(copies[1:], start=2):
            for what, differs in (
                ("number of respondents", len(other) != len(first)),
                ("columns", other.table.raw.columns != first.table.raw.columns),
                ("design", other.study.design != first.study.design),
            ):
                if differs:
                    raise EstimationError(
                        f"Copy {i} has another {what} than the first.",
                        hint="read every copy with the same arguments.",
                    )
        return cls(copies)

    @property
    def filled(self) -> Mapping[str, int]:
        """Number of answers filled in, by question; empty for copies that were completed elsewhere."""
        return {} if self.origin is None else dict(self.origin.filled)

    def __len__(self) -> int:
        """Number of respondents."""
        return len(self.surveys[0])

    @property
    def m(self) -> int:
        """Number of imputations."""
        return len(self.surveys)

    def combining(
        self, *, df_complete: DfComplete = "own", small_sample: SmallSample = "barnard-rubin"
    ) -> Imputed[S]:
        """The same copies, combined by other rules: see `combine`.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> copies = sa.Imputed.of([sa.read(pd.DataFrame({"y": [1, 2, 4, v]})) for v in (5, 6, 7)])
        >>> copies.combining(df_complete=float("inf"), small_sample="mitools").mean("y").value
        3.25
        """
        return replace(self, rules=Rules(df_complete, small_sample))

    def each(self, function: Callable[[S], Any]) -> Any:
        """Run a function on every copy: surveys stay `Imputed`, results are combined.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> copies = sa.Imputed.of([sa.read(pd.DataFrame({"y": [1, 2, 4, v]})) for v in (5, 6, 7)])
        >>> copies.each(lambda survey: survey.replicates(method="jackknife")).mean("y").value
        3.25
        """
        made = [function(s) for s in self.surveys]
        if all(isinstance(x, SurveyData) for x in made):
            return replace(self, surveys=tuple(made))
        return combine(made, df_complete=self.rules.df_complete, small_sample=self.rules.small_sample)

    def explain(self) -> str:
        """What was filled in, how, and how results are combined, with sources.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> copies = sa.Imputed.of([sa.read(pd.DataFrame({"y": [1, 2, v]})) for v in (5, 6)])
        >>> print(copies.explain().splitlines()[0])
        2 completed copies of 3 respondents.
        """
        lines = [
            f"{counted(self.m, 'completed copy', 'completed copies')} of {counted(len(self), 'respondent')}."
        ]
        done = self.origin
        if done is None:
            lines.append("  Copies      completed elsewhere.")
        else:
            cells = ", ".join(f"{q}: {n:,}" for q, n in done.filled.items())
            chain = f"{done.cycles} cycles, {done.donors} donors, seed {done.seed}"
            lines += [
                f"  Filled in   {cells}.",
                f"  Model       predictive mean matching, {chain} (statsmodels MICEData; van Buuren 2018).",
                f"  Predictors  each other{''.join(', ' + p for p in done.predictors)}.",
                "  Assumes     missing at random given these predictors.",
            ]
        return "\n".join([*lines, *rules_text(self.m, self.rules)])

    def __repr__(self) -> str:
        done = self.filled
        cells = ", ".join(f"{q} {n:,}" for q, n in done.items()) if done else "completed elsewhere"
        return f"<Imputed: {self.m} copies of {counted(len(self), 'respondent')}; filled in: {cells}>"


@overload
def combine(
    results: Sequence[EstimateData], *, df_complete: DfComplete = ..., small_sample: SmallSample = ...
) -> ImputedEstimate: ...
@overload
def combine(
    results: Sequence[TestData], *, df_complete: DfComplete = ..., small_sample: SmallSample = ...
) -> Test: ...
@overload
def combine(
    results: Sequence[ModelData], *, df_complete: DfComplete = ..., small_sample: SmallSample = ...
) -> ImputedModel: ...
@overload
def combine(
    results: Sequence[ModelEstimates], *, df_complete: DfComplete = ..., small_sample: SmallSample = ...
) -> ModelEstimates: ...
def combine(
    results: Sequence[Any],
    *,
    df_complete: DfComplete = "own",
    small_sample: SmallSample = "barnard-rubin",
) -> ImputedEstimate | Test | ImputedModel | ModelEstimates:
    """Combine one result from each completed copy of a survey by Rubin's rules.

    Parameters
    ----------
    results : sequence
        The same estimate, comparison, t test, model, prediction, margin or contrast from each copy.
    df_complete : "own" or float
        Degrees of freedom had nothing been missing: each row's own, or a number. `inf` is Rubin (1987).
    small_sample : {"barnard-rubin", "mitools"}
        Degrees of freedom for finite `df_complete`: Barnard and Rubin (1999, R `mice::pool`), or the variant of R
        `mitools::MIcombine`, whose default is `df_complete=inf`.

    Returns
    -------
    ImputedEstimate, Test, ImputedModel or ModelEstimates
        With the total covariance and a column `missing_information`.

    Raises
    ------
    EstimationError
        Fewer than two results, results about different things, or tests without a standard error (F, χ²).

    Notes
    -----
    Estimate: mean over copies. T = W + (1 + 1/m) B, W the mean of the covariances, B that of the estimates
    (Rubin 1987).

    Examples
    --------
    >>> import numpy as np, pandas as pd, survey_analysis as sa
    >>> copies = [sa.read(pd.DataFrame({"y": [1, 2, 4, v]})) for v in (5, 6, 7)]
    >>> found = sa.combine([s.mean("y") for s in copies], df_complete=np.inf)
    >>> round(float(found.rows["df"].iloc[0]), 1)
    528.1
    """
    rules = Rules(df_complete, small_sample)
    if not results:
        raise EstimationError("There are no results to combine.", hint="give one for each imputation.")
    if all(isinstance(x, EstimateData) for x in results):
        return ImputedEstimate.made(cast("Sequence[EstimateData]", results), rules)
    if all(isinstance(x, TestData) for x in results):
        return Test.of(combine_tests(cast("Sequence[TestData]", results), rules))
    if all(isinstance(x, ModelData) for x in results):
        return ImputedModel.made(cast("Sequence[ModelData]", results), rules)
    if all(isinstance(x, ModelEstimates) for x in results):
        return combine_model_estimates(cast("Sequence[ModelEstimates]", results), rules)
    kinds = ", ".join(dict.fromkeys(type(x).__name__ for x in results))
    raise EstimationError(
        f"Results of these kinds are not combined: {kinds}.",
        hint="give estimates, comparisons, models or numbers derived from models, all of one kind.",
    )


__all__ = ["Imputed", "ImputedEstimate", "ImputedModel", "combine"]
