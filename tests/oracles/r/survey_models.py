"""`svyglm`, `svyolr`, `glm`, `lm` and what is asked of a fitted model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from oracles.r.base_tables import summands
from oracles.r.evaluate import builtin
from oracles.r.nodes import Arg, Call, Const, Name, deparse, names
from oracles.r.survey_design import Design, Session
from oracles.r.survey_formulas import made_columns, our_formula, ours, without_empty
from oracles.r.survey_read import degrees
from oracles.r.survey_results import Result, normal, percent
from oracles.r.survey_tests import complete_cases
from oracles.r.values import (
    Factor,
    Formula,
    NotCoveredError,
    RList,
    Unshown,
    Vec,
    flag,
    matrix,
    scalar,
    text,
    texts,
    vec,
)
from survey_analysis.errors import EstimationError

FAMILIES = ("gaussian", "binomial", "poisson", "quasibinomial", "quasipoisson")


def _family(name: str) -> None:
    @builtin(name, "link")
    def make(link: Any = None) -> RList:
        return RList(
            (vec([name]), None if link is None else vec([_link(link)])), ("family", "link"), "family"
        )


def _link(link: Any) -> str:
    return text(link) if isinstance(link, Vec) else deparse(link.node)


for _name in FAMILIES:
    _family(_name)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model with the design it was fitted to."""

    model: Any
    design: Design
    complete: Design
    formula: Formula
    ask: Callable[[Formula], Any]
    levels: tuple[str, ...] = ()
    only_variances: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)  # R's text of the columns that were made

    @property
    def names(self) -> tuple[str, ...]:
        """Coefficients, in our spelling, the columns that were made by their text."""
        out = tuple(self.model.names)
        for column, said in self.shown.items():
            out = tuple(n.replace(f"C({column})", said).replace(column, said) for n in out)
        return tuple(n.replace("drop_empty(", "C(") for n in out)

    @property
    def theta(self) -> np.ndarray:
        """Coefficients."""
        return self.model.coef.to_numpy(float)

    @property
    def se(self) -> np.ndarray:
        """Standard errors."""
        return self.model.std_error.to_numpy(float)

    @property
    def vcov(self) -> np.ndarray:
        """Covariance."""
        return np.asarray(self.model.vcov, float)

    @property
    def source(self) -> Any:
        """The public model."""
        return self.model

    def __len__(self) -> int:
        return len(self.names)

    def field(self, name: str) -> Any:
        """`model$name`."""
        model = self.model
        cuts = max(len(self.levels) - 1, 0)
        known: dict[str, Any] = {
            "df.residual": lambda: vec([model.df_residual]),
            "survey.design": lambda: self.complete,
            "coefficients": lambda: Vec(
                self.theta[: len(self) - cuts], "double", self.names[: len(self) - cuts]
            ),
            "zeta": lambda: Vec(self.theta[len(self) - cuts :], "double", self.names[len(self) - cuts :]),
            "deviance": lambda: vec([model.deviance]),
            "null.deviance": lambda: vec([model.null_deviance]),
        }
        if name not in known:
            return Unshown(f"no verb shows ${name} of a model")
        return known[name]()

    def confint(self, level: float, df: Any, method: Any, ddf: Any) -> Vec:
        """Wald or likelihood limits."""
        kind = "Wald" if method is None else text(method)
        how = {"Wald": "wald", "likelihood": "r-likelihood"}[kind]
        made = self.model.interval(level=level, method=how, df=None if ddf is None else scalar(ddf))
        return matrix(made[["conf_low", "conf_high"]].to_numpy(float), self.names, percent(level))

    def summary(self) -> RList:
        """Coefficients and dispersion."""
        return RList((coef_table(self), dispersion(self)), ("coefficients", "dispersion"))


@builtin("coef_table", "m")
def coef_table(m: Fitted) -> Vec:
    """Estimate, standard error, t, p."""
    rows = m.model.to_frame()[["estimate", "std_error", "statistic", "p_value"]]
    return matrix(rows.to_numpy(float), m.names, ["Estimate", "Std. Error", "t value", "Pr(>|t|)"])


@builtin("dispersion", "m")
def dispersion(m: Fitted) -> Vec:
    """The dispersion."""
    return vec([m.model.dispersion])


def _fit(design: Design, formula: Formula, verb: str, **options: Any) -> Fitted:
    design, formula, shown = made_columns(design, formula)
    fitted = _fit_plain(design, formula, verb, **options)
    return replace(fitted, shown=shown) if shown else fitted


def _fit_plain(design: Design, formula: Formula, verb: str, **options: Any) -> Fitted:
    variables = [n for n in (*names(formula.lhs), *names(formula.rhs)) if n in design.data.columns]
    complete = complete_cases(design, [design.term(Name(n)) for n in variables])

    def ask(other: Formula) -> Any:
        call = getattr(design.ask(), verb)
        data = without_empty(complete)
        try:
            return call(our_formula(other, data), where=design.where, **options)
        except EstimationError as refused:
            if "separates" in str(refused):
                raise NotCoveredError(
                    "a model that separates the outcome: R's numbers are where its steps end"
                ) from None
            raise

    model = ask(formula)
    if design.about.get("replicated") and (complete is not design or design.steps) and verb == "glm":
        options["df"] = degrees(design) + 1 - len(model.names)  # R keeps people without answers there
        model = ask(formula)
    return Fitted(model, design, complete, formula, ask)


def _family_options(family: Any) -> dict[str, Any]:
    if family is None:
        return {}
    if not isinstance(family, RList):
        if hasattr(family, "name"):  # the function without its call
            return {"family": family.name}
        raise NotCoveredError("a family of another kind")
    link = family.get("link")
    return {"family": text(family.get("family"))} | ({} if link is None else {"link": text(link)})


@builtin("svyglm", "formula design subset family start rescale ...")
def svyglm(
    formula: Any, design: Design, subset: Any = None, family: Any = None, start: Any = None, rescale: Any = None,
    dots: Any = (),
) -> Fitted:  # fmt: skip
    if subset is not None or start is not None or dots or (rescale is not None and not flag(rescale)):
        raise NotCoveredError("svyglm(subset=, start=, rescale = FALSE)")
    return _fit(design, formula, "glm", variance="r-svyglm", **_family_options(family))


@builtin("svyolr", "formula design start ... na.action method")
def svyolr(
    formula: Any, design: Design, start: Any = None, dots: Any = (), na_action: Any = None, method: Any = None
) -> Fitted:
    link = {"logistic": "logit", "probit": "probit", "cloglog": "loglog", "cauchit": "cauchit"}
    chosen = link["logistic" if method is None else text(method)]
    fitted = _fit(design, formula, "ordinal", link=chosen)
    Session.errors = {normal(n): float(s) for n, s in zip(fitted.names, fitted.se, strict=True)}
    return replace(fitted, levels=design.term(formula.lhs).factor.levels)


@builtin("lm", "formula data ...")
def lm(formula: Any, data: Any = None, dots: Any = ()) -> Fitted:
    return _plain(formula, data, dots, family="gaussian")


@builtin("glm", "formula family data ...")
def glm(formula: Any, family: Any = None, data: Any = None, dots: Any = ()) -> Fitted:
    return _plain(formula, data, dots, **_family_options(family))


def _plain(formula: Formula, data: Any, dots: Any, **options: Any) -> Fitted:
    if dots:
        raise NotCoveredError(f"a model with {dots[0][0]}=")
    table = formula.env.find(".data") if data is None else data
    design = Design(table, {}, formula.env)
    return _fit(design, formula, "glm", variance="model", **options)


@builtin("predict", "object newdata total type se.fit vcov ...")
def predict(
    object: Any, newdata: Any = None, total: Any = None, type: Any = None, se_fit: Any = None,  # noqa: A002
    vcov: Any = None, dots: Any = (),
) -> Result:  # fmt: skip
    if newdata is None or total is not None or dots or (se_fit is not None and not flag(se_fit)):
        raise NotCoveredError("predict() without new data, without errors, or of a total")
    scale = "link" if type is None else text(type)
    table = {
        n: texts(v) if isinstance(v, Factor) or v.kind == "character" else v.data
        for n, v in newdata.columns.items()
    }
    made = object.model.predict(pd.DataFrame(table), scale=scale)
    out = _derived(made, tuple(str(i + 1) for i in range(newdata.n)), object.model.df_residual)
    if object.design.about.get("replicated") and (vcov is None or not flag(vcov)):
        return FirstError(out.names, out.theta, out.vcov, out.limits, source=made)
    return out


class FirstError(Result):
    """Predictions from replicates: `SE` of R gives the first only."""

    def standard_errors(self) -> Vec:
        """The first."""
        return vec([self.se[0]])


def _derived(made: Any, labels: tuple[str, ...], df: float, order: np.ndarray | None = None) -> Result:
    rows = made.to_frame()
    at = np.arange(len(rows)) if order is None else order
    theta, vcov = rows["estimate"].to_numpy(float)[at], np.asarray(made.vcov)[np.ix_(at, at)]

    def limits(level: float, nu: float) -> tuple[np.ndarray, np.ndarray]:
        t = stats.norm.ppf((1 + level) / 2) if np.isinf(nu) else stats.t.ppf((1 + level) / 2, nu)
        se = np.sqrt(np.diag(vcov))
        return theta - t * se, theta + t * se

    return Result(labels, theta, vcov, limits, source=made)


@builtin("regTermTest", "model test.terms null df method lrt.approximation")
def reg_term_test(
    model: Fitted,
    test_terms: Any,
    null: Any = None,
    df: Any = None,
    method: Any = None,
    lrt_approximation: Any = None,
) -> RList:
    if null is not None:
        raise NotCoveredError("regTermTest(null=)")
    kind = "Wald" if method is None else text(method)
    if isinstance(test_terms, Formula):
        data = without_empty(model.complete)
        terms = [ours(n, data) for n in summands(test_terms.rhs) if not isinstance(n, Const)]
    else:
        terms = texts(test_terms)
    nu = None if df is None else scalar(df)
    tail = "saddlepoint" if lrt_approximation is None else text(lrt_approximation)
    if kind == "Wald":
        found = model.model.test_term(terms, method="wald", df=nu)
        p, q = vec([found.p_value]), vec([found.df])
        if np.isinf(found.df_residual):
            return RList((vec([found.statistic]), q, p), ("chisq", "df", "p"))
        parts = (vec([found.statistic]), q, vec([found.df_residual]), p)
        return RList(parts, ("Ftest", "df", "ddf", "p"))
    how = {"LRT": "lrt", "WorkingWald": "working-wald"}[kind]
    tails = {"saddlepoint": "saddlepoint", "integration": "exact", "satterthwaite": "satterthwaite"}
    found = model.model.test_term(terms, method=how, df=nu, tail=tails[tail])
    weights = sorted(found.weights, reverse=True)
    parts = (
        vec([found.statistic]),
        vec([found.df]),
        vec([found.p_value]),
        vec(weights),
        vec([found.df_residual]),
    )
    return RList(parts, ("chisq", "df", "p", "lambda", "ddf"))


@builtin("df.residual", "object ...")
def _df_residual(object: Fitted, dots: Any = ()) -> Vec:  # noqa: A002
    return vec([object.model.df_residual])


def nested_test(larger: Fitted, smaller: Fitted, method: Any = None) -> RList:
    """`anova(larger, smaller)`: a test of the terms that only the larger has."""
    wide, narrow = (
        {deparse(n): n for n in summands(m.formula.rhs) if not isinstance(n, Const)}
        for m in (larger, smaller)
    )
    if len(narrow) > len(wide):
        return nested_test(smaller, larger, method)
    if not set(narrow) < set(wide) or any("*" in t for t in wide):
        raise NotCoveredError("anova() of models that are not nested by their terms")
    data = without_empty(larger.complete)
    extra = [ours(n, data) for t, n in wide.items() if t not in narrow]
    return reg_term_test(larger, vec(extra, kind="character"), None, None, method or vec(["LRT"]))


@builtin("psrsq", "object method ...")
def psrsq(object: Fitted, method: Any = None, dots: Any = ()) -> Vec:  # noqa: A002
    kind = "Cox-Snell" if method is None else text(method)
    quality = object.model.quality
    return vec([{"Cox-Snell": quality.cox_snell, "Nagelkerke": quality.nagelkerke}[kind]])


@builtin("AIC extractAIC", "object ...")
def aic(object: Fitted, dots: Any = ()) -> Vec:  # noqa: A002
    if dots:
        raise NotCoveredError("AIC() of several models")
    quality = object.model.quality
    return vec([quality.effective_parameters, quality.aic, quality.deltabar], ["eff.p", "AIC", "deltabar"])


@builtin("deviance", "object ...")
def deviance(object: Fitted, dots: Any = ()) -> Vec:  # noqa: A002
    return vec([object.model.deviance])


@builtin("svypredmeans", "adjustmodel groupfactor predictat")
def svypredmeans(adjustmodel: Fitted, groupfactor: Any, predictat: Any = None) -> Result:
    if predictat is not None:
        raise NotCoveredError("svypredmeans(predictat=)")
    factor = groupfactor.rhs
    grown = Call(Name("+"), (Arg(None, adjustmodel.formula.rhs), Arg(None, factor)))
    formula = Formula(adjustmodel.formula.lhs, grown, adjustmodel.formula.env)
    model = adjustmodel.ask(formula)
    made = model.predictive_margins(ours(factor, adjustmodel.design.data), variance="r-svypredmeans")
    values = adjustmodel.complete.term(factor).factor
    member = adjustmodel.complete.member
    seen = values.codes if member is None else values.codes[member]
    labels = [values.levels[c] for c in dict.fromkeys(seen[seen >= 0])]  # R's order: first met first
    levels = made.to_frame()["level"].astype(str).tolist()
    order = np.array([levels.index(v) for v in labels])
    return _derived(made, tuple(labels), np.inf, order)
