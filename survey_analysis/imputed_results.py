"""Combined estimates and models: what `Estimate` and `Model` can do, done in every completed copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NoReturn

import numpy as np
import pandas as pd

from survey_analysis.bound.estimates import Estimate
from survey_analysis.bound.models import Model
from survey_analysis.bound.tests import Test
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.combine import Coefficients, Function, contrast, transform
from survey_analysis.estimation.subset import subset
from survey_analysis.imputation.combine import DEFAULT_RULES, Rules, column, combine_estimates, combine_tests
from survey_analysis.imputation.models import combine_model_estimates, combine_models, combined_term_test
from survey_analysis.models.fit import check_level
from survey_analysis.models.intervals import ModelInterval
from survey_analysis.models.margins import margins, predictive_margins, reference_means
from survey_analysis.models.pairwise import pairwise
from survey_analysis.models.predict import contrast as model_contrast
from survey_analysis.models.predict import predict
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.model import ModelData, ModelEstimates, ModelQuality, TermTest
from survey_analysis.significance.compare import compare
from survey_analysis.tables.model import Table
from survey_analysis.typing import Adjustment, Base, DegreesOfFreedom, EstimateDf


def rules_text(m: int, rules: Rules, missing: pd.Series | None = None) -> list[str]:
    """How results were combined, with sources; the range of missing information where there are rows."""
    df = (
        "each copy's own degrees of freedom"
        if rules.df_complete == "own"
        else f"complete-data degrees of freedom {rules.df_complete:g}"
    )
    source = (
        "R mitools::MIcombine" if rules.small_sample == "mitools" else "Barnard and Rubin 1999; R mice::pool"
    )
    if rules.df_complete != "own" and np.isinf(rules.df_complete):
        source = "Rubin 1987; R mitools::MIcombine"
    total = "T = W + (1 + 1/m) B, W the mean covariance within, B the covariance between copies"
    lines = [
        f"  Combined    over m = {m} imputations: mean of the estimates, {total} (Rubin 1987).",
        f"  Combined df from m, B, W and {df} ({source}).",
    ]
    if missing is not None and missing.notna().any():
        lines.append(
            f"  Missing     fraction of missing information {missing.min():.3f} to {missing.max():.3f} "
            "over the rows (Rubin 1987)."
        )
    return lines


@dataclass(frozen=True, eq=False, repr=False)
class ImputedEstimate(Estimate):
    """An estimate combined over completed copies.

    What needs the data (comparisons, contrasts, functions) is done in every copy and combined.

    Attributes
    ----------
    copies
        The estimate in each copy.
    rules
        How they were combined.
    """

    copies: tuple[EstimateData, ...] = ()
    rules: Rules = DEFAULT_RULES

    @classmethod
    def made(cls, results: Sequence[EstimateData], rules: Rules) -> ImputedEstimate:
        """Combine the results of the copies."""
        data = combine_estimates(results, rules)
        return cls(
            **{f.name: getattr(data, f.name) for f in fields(EstimateData)},
            copies=tuple(results),
            rules=rules,
        )

    def _each(self, verb: Callable[[EstimateData], EstimateData]) -> ImputedEstimate:
        return ImputedEstimate.made([verb(c) for c in self.copies], self.rules)

    def __getitem__(self, name: str | tuple[str, ...]) -> ImputedEstimate:
        """Rows whose dimensions (and answer) carry these labels or keys."""
        return self._each(lambda c: Estimate.of(c)[name])

    def __iter__(self) -> Iterator[Estimate]:
        return (self._each(lambda c, i=i: subset(c, [i])) for i in range(len(self)))  # type: ignore[misc]

    def compare(
        self,
        to: str | None = None,
        *,
        dim: str | None = None,
        as_: Literal["difference", "ratio"] = "difference",
        base: Base | Literal["both"] = "both",
        adjust: Adjustment = "holm",
        df: DegreesOfFreedom = "satterthwaite",
        level: float | None = None,
    ) -> Test:
        """Compare rows in every copy and combine: see `survey_analysis.significance.compare.compare`."""
        made = [
            compare(c, to, dim=dim, as_=as_, base=base, adjust=adjust, df=df, level=level)
            for c in self.copies
        ]
        return Test.of(combine_tests(made, self.rules))

    def contrast(
        self, contrasts: Mapping[str, Coefficients], *, level: float | None = None, df: EstimateDf = "domain"
    ) -> ImputedEstimate:
        """Linear combinations of rows, in every copy: see `survey_analysis.estimation.combine.contrast`."""
        return self._each(lambda c: contrast(c, contrasts, level=level, df=df))

    def transform(
        self,
        functions: Mapping[str, Function],
        *,
        gradients: Mapping[str, Sequence[float]] | None = None,
        level: float | None = None,
        df: EstimateDf = "domain",
    ) -> ImputedEstimate:
        """Smooth functions of rows, in every copy: see `survey_analysis.estimation.combine.transform`."""
        return self._each(lambda c: transform(c, functions, gradients=gradients, level=level, df=df))

    def test(self, *, dim: str | None = None) -> NoReturn:
        """Raise: an F test of each copy has no standard error to combine."""
        del dim
        raise EstimationError(
            "An omnibus test is not combined over imputations.",
            hint="compare() combines the comparisons; glm(...).test_term(...) tests all levels at once.",
        )

    def table(self) -> Table:
        """The combined estimates as a table, for display."""
        made = super().table()
        return replace(made, notes=(*made.notes, _note(len(self.copies))))

    def explain(self) -> str:
        """How each copy was estimated and how the copies were combined, with sources."""
        lines = rules_text(len(self.copies), self.rules, self.rows["missing_information"])
        return "\n".join([Estimate.of(self.copies[0]).explain(), *lines])


@dataclass(frozen=True, eq=False, repr=False)
class ImputedModel(Model):
    """A model combined over completed copies.

    Predictions, margins and contrasts are made in every copy and combined. Degrees of freedom differ by
    coefficient and stand in `to_frame()`.

    Attributes
    ----------
    copies
        The model fitted in each copy.
    rules
        How they were combined.
    """

    copies: tuple[ModelData, ...] = ()
    rules: Rules = DEFAULT_RULES

    @classmethod
    def made(cls, results: Sequence[ModelData], rules: Rules) -> ImputedModel:
        """Combine the models of the copies."""
        data = combine_models(results, rules)
        return cls(
            **{f.name: getattr(data, f.name) for f in fields(ModelData)}, copies=tuple(results), rules=rules
        )

    def _each(self, verb: Callable[[ModelData], ModelEstimates]) -> ModelEstimates:
        return combine_model_estimates([verb(c) for c in self.copies], self.rules)

    def interval(
        self, *, level: float | None = None, method: ModelInterval = "wald", df: float | None = None
    ) -> pd.DataFrame:
        """Wald intervals of the coefficients on their combined degrees of freedom, or on `df`."""
        if method != "wald":
            raise EstimationError("Likelihood intervals are not combined over imputations.", hint='"wald".')
        chosen = self.level if level is None else level
        check_level(chosen)
        nu = column(self.rows, "df") if df is None else df
        low, high = t_interval(column(self.rows, "estimate"), np.diag(self.vcov), nu, chosen)
        return pd.DataFrame({"term": list(self.names), "conf_low": low, "conf_high": high})

    def test_term(self, terms: str | Sequence[str], **options: Any) -> TermTest:
        """Test that all coefficients of one or more terms are zero: the pooled Wald test D1.

        Notes
        -----
        Li, Raghunathan and Rubin (1991), Reiter (2007). `method="wald"` is the only one.
        """
        if options.pop("method", "wald") != "wald" or options:
            raise EstimationError("Over imputations there is one term test, Wald's D1.", hint="no options.")
        return combined_term_test(
            self.copies, (terms,) if isinstance(terms, str) else tuple(terms), self.rules
        )

    def predict(self, newdata: Any = None, **options: Any) -> ModelEstimates:
        """Predict for new rows in every copy: see `survey_analysis.models.predict.predict`."""
        return self._each(lambda c: predict(c, newdata, **options))

    def margins(self, *args: Any, **options: Any) -> ModelEstimates:
        """Average marginal effects in every copy: see `survey_analysis.models.margins.margins`."""
        return self._each(lambda c: margins(c, *args, **options))

    def predictive_margins(self, *args: Any, **options: Any) -> ModelEstimates:
        """Predictive margins in every copy: see `survey_analysis.models.margins.predictive_margins`."""
        return self._each(lambda c: predictive_margins(c, *args, **options))

    def reference_means(self, *args: Any, **options: Any) -> ModelEstimates:
        """Reference-grid means in every copy: see `survey_analysis.models.margins.reference_means`."""
        return self._each(lambda c: reference_means(c, *args, **options))

    def contrast(self, *args: Any, **options: Any) -> ModelEstimates:
        """Contrasts of coefficients in every copy: see `survey_analysis.models.predict.contrast`."""
        return self._each(lambda c: model_contrast(c, *args, **options))

    def pairwise(
        self,
        factor: str,
        *,
        to: str | None = None,
        level: float | None = None,
        adjust: Adjustment | Literal["tukey"] = "holm",
    ) -> ModelEstimates:
        """Compare levels of a factor in every copy; p-values are adjusted once, after combining."""
        if adjust == "tukey":
            raise EstimationError("Tukey's adjustment is not combined over imputations.", hint='"holm".')
        made = [pairwise(c, factor, to=to, level=level, adjust="none") for c in self.copies]
        plain = [replace(x, rows=x.rows.drop(columns="p_adjusted")) for x in made]
        out = combine_model_estimates(plain, self.rules)
        what = out.what.replace("p adjusted by none", f"p adjusted by {adjust}")
        rows = out.rows.copy()
        place = list(rows.columns).index("p_value") + 1
        rows.insert(place, "p_adjusted", adjust_p(column(rows, "p_value"), adjust))
        return replace(out, rows=rows, what=what)

    def compare(self, other: ModelData, **options: Any) -> NoReturn:
        """Raise: likelihood ratios of the copies are not combined."""
        del other, options
        raise EstimationError(
            "Nested models are not compared over imputations.",
            hint="test_term() tests the terms between them.",
        )

    @property
    def quality(self) -> ModelQuality:
        """Raise: information criteria are not combined."""
        raise EstimationError(
            "AIC and pseudo-R² are not combined over imputations.", hint="see each of .copies."
        )

    def table(self) -> Table:
        """The combined coefficients as a table, for display."""
        made = super().table()
        return replace(made, notes=(*made.notes, _note(len(self.copies))))

    def explain(self) -> str:
        """How each copy was fitted and how the copies were combined, with sources."""
        lines = rules_text(len(self.copies), self.rules, self.rows["missing_information"])
        return "\n".join([Model.of(self.copies[0]).explain(), *lines])


def _note(m: int) -> str:
    return f"{m} imputations combined by Rubin's rules; bases are their means."
