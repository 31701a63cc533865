"""`ModelData`: a fitted model in tidy rows, its covariance and origin. Data only, no verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import FloatArray

ModelKind = Literal["glm", "ordinal", "multinomial", "negative binomial", "linear mixed"]
ModelVariance = Literal["design", "r-svyglm", "model"]


@dataclass(frozen=True, eq=False)
class ModelData:
    """A fitted model.

    Attributes
    ----------
    rows
        One row a coefficient: `term, estimate, std_error, statistic, df, p_value, conf_low, conf_high`, with
        `outcome` first in a multinomial model. Cut points of an ordinal model and log(theta) of a
        negative binomial one stand last.
    names
        Coefficients in the order of `vcov`.
    vcov
        Covariance of the coefficients, k x k.
    naive
        Inverse information at weights of mean 1, dispersion 1, k x k: what likelihood tests compare with.
    outcome
        What is modelled, in words: "api00", "share with sch.wide == 'Yes'".
    terms
        For each term of the formula the positions of its coefficients.
    deviance, null_deviance
        At weights of mean 1 over the domain; -2 log likelihood where the model has no other deviance.
    dispersion
        Weighted variance of the Pearson residuals (1 where the model has no dispersion).
    loglik
        Log likelihood of an unweighted fit (`variance="model"`), else None.
    extra
        Further numbers by name, such as theta of a negative binomial model.
    variance
        "design", or "model" for the classical covariance of a simple unweighted sample.
    fit
        What the verbs need to predict, test and refit; opaque here.
    """

    rows: pd.DataFrame
    names: tuple[str, ...]
    vcov: FloatArray
    naive: FloatArray
    kind: ModelKind
    family: str
    link: str
    formula: str
    outcome: str
    terms: Mapping[str, tuple[int, ...]]
    deviance: float
    null_deviance: float
    dispersion: float
    df_residual: float
    n: int
    n_missing: int
    missing: Mapping[str, int]
    provenance: Provenance
    level: float = 0.95
    loglik: float | None = None
    extra: Mapping[str, float] = field(default_factory=dict)
    variance: ModelVariance = "design"
    unweighted: bool = False
    fit: object = None

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 7.0], "x": [1, 2, 3, 4]})
        >>> sa.read(data).glm("y ~ x").to_frame()["estimate"].round(3).tolist()
        [-1.5, 2.0]
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated


@dataclass(frozen=True, eq=False)
class ModelEstimates:
    """Numbers derived from a model (predictions, margins, contrasts) with their covariance.

    Attributes
    ----------
    rows
        Labels, then `estimate, std_error, statistic, df, p_value, conf_low, conf_high` (statistic and p only
        where zero is a hypothesis).
    vcov
        Covariance of the estimates.
    what
        What the numbers are, one clause.
    """

    rows: pd.DataFrame
    vcov: FloatArray
    what: str
    df: float
    level: float = 0.95

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded."""
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"{self.what}\n{self.rows.to_string(index=False)}"


@dataclass(frozen=True)
class TermTest:
    """A test of terms of a model.

    Attributes
    ----------
    statistic
        F of a Wald or score test (χ² where df_residual is infinite); the likelihood ratio or working Wald
        χ² of the other methods.
    df, df_residual
        Numerator and denominator degrees of freedom.
    weights
        Of the likelihood ratio and working Wald tests: the weights of the χ² variables in the reference
        distribution.
    """

    terms: tuple[str, ...]
    method: str
    statistic: float
    df: float
    df_residual: float
    p_value: float
    weights: tuple[float, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One tidy row."""
        return pd.DataFrame(
            {
                "terms": [" + ".join(self.terms)],
                "method": [self.method],
                "statistic": [self.statistic],
                "df": [self.df],
                "df_residual": [self.df_residual],
                "p_value": [self.p_value],
            }
        )


@dataclass(frozen=True)
class ModelQuality:
    """How well a model fits; None where a measure is not defined.

    Attributes
    ----------
    effective_parameters, aic, deltabar
        Design-based AIC of Lumley and Scott (2015): deviance + 2 Σλ, λ the generalised design effects of all
        terms, deltabar their mean. For `variance="model"` the classical AIC and the number of parameters.
    bic
        Only for `variance="model"`.
    cox_snell, nagelkerke, mcfadden
        Pseudo-R² from the weighted deviances.
    """

    effective_parameters: float | None
    aic: float | None
    deltabar: float | None
    bic: float | None
    cox_snell: float | None
    nagelkerke: float | None
    mcfadden: float | None
