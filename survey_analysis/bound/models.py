"""`Model`: a fitted model with its verbs. Numbers come from `models`, looks from `tables` and `wording`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.intervals import interval
from survey_analysis.models.margins import margins, predictive_margins, reference_means
from survey_analysis.models.pairwise import pairwise
from survey_analysis.models.predict import contrast, predict
from survey_analysis.models.terms import compare, quality, test_term
from survey_analysis.results.model import ModelData, ModelQuality
from survey_analysis.tables.model import Table
from survey_analysis.tables.models import model_table
from survey_analysis.wording.models import explain_model

P = ParamSpec("P")
S = TypeVar("S", bound=SurveyData)

_RATIOS = {"logit": "odds ratio", "log": "ratio of means"}


@dataclass(frozen=True, eq=False, repr=False)
class Model(ModelData):
    """A fitted model: read its coefficients, test its terms, predict, take margins.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5], "x": [1.1, 2.2, 3.3, 4.4], "w": [1, 2, 1, 1]})
    >>> fit = sa.read(data, weight="w").glm("y ~ x")
    >>> round(float(fit.std_error["x"]), 4), fit.df_residual
    (0.2324, 2.0)
    """

    @classmethod
    def of(cls, data: ModelData) -> Model:
        """Add the verbs to model data."""
        return cls(**{f.name: getattr(data, f.name) for f in fields(ModelData)})

    interval = interval
    test_term = test_term
    compare = compare
    predict = predict
    margins = margins
    predictive_margins = predictive_margins
    reference_means = reference_means
    pairwise = pairwise
    contrast = contrast

    @property
    def coef(self) -> pd.Series:
        """Coefficients by name."""
        return pd.Series(self.rows["estimate"].to_numpy(), index=list(self.names), name="estimate")

    @property
    def std_error(self) -> pd.Series:
        """Standard errors by name."""
        return pd.Series(self.rows["std_error"].to_numpy(), index=list(self.names), name="std_error")

    @property
    def quality(self) -> ModelQuality:
        """AIC and pseudo-R²: see `survey_analysis.models.terms.quality`."""
        return quality(self)

    def ratios(self) -> pd.DataFrame:
        """Coefficients as odds ratios (logit link) or ratios of means (log link), with Wald intervals.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"n": [1, 2, 2, 5, 4], "x": [1, 2, 3, 4, 5]})
        >>> sa.read(data).glm("n ~ x", family="poisson").ratios()["estimate"].round(2).tolist()[1]
        1.4
        """
        if self.link not in _RATIOS:
            raise EstimationError(
                f"Coefficients of the {self.link} link are no logarithms of ratios.",
                hint="margins() gives effects in the units of the outcome.",
            )
        out = pd.DataFrame({"term": list(self.names)})
        for name in ("estimate", "conf_low", "conf_high"):
            out[name] = np.exp(self.rows[name].to_numpy(dtype=np.float64))
        out["kind"] = _RATIOS[self.link]
        return out

    def table(self) -> Table:
        """The coefficients as a table, for display."""
        return model_table(self)

    def explain(self) -> str:
        """Estimator, variance and degrees of freedom, with sources.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
        >>> print(sa.read(data).glm("y ~ x").explain().splitlines()[0])
        Glm model of y: y ~ x.
        """
        return explain_model(self)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def models(verb: Callable[Concatenate[S, P], ModelData]) -> Callable[Concatenate[S, P], Model]:
    """A verb of the survey that returns a `Model`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Model:
        return Model.of(verb(survey, *args, **kwargs))

    return method
