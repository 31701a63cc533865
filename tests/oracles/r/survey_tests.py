"""`svychisq`, `svygofchisq`, `svyttest`, `svyranktest`, `svykappa`, `svycralpha`, `svyloglin`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from oracles.r.asking import Columns, joined
from oracles.r.evaluate import builtin
from oracles.r.nodes import Const
from oracles.r.survey_design import Design, Term
from oracles.r.survey_estimates import SurveyTable
from oracles.r.survey_read import degrees
from oracles.r.survey_results import Result, linear_limits, percent
from oracles.r.values import (
    Closure,
    Factor,
    Formula,
    NotCoveredError,
    RList,
    Vec,
    factor_of,
    matrix,
    numbers,
    scalar,
    text,
    vec,
)

STATISTICS = {
    "F": "F",
    "Chisq": "chisq",
    "Wald": "wald",
    "adjWald": "adjusted-wald",
    "lincom": "lincom",
    "saddlepoint": "saddlepoint",
}
RANKS = {
    "wilcoxon": "wilcoxon",
    "vanderWaerden": "van-der-waerden",
    "median": "median",
    "KruskalWallis": "kruskal-wallis",
}


@dataclass(frozen=True, eq=False)
class HTest:
    """R's `htest`: what `$` gives, and limits at another level."""

    fields: dict[str, Any]
    again: Any = None
    name: str = ""

    def field(self, name: str) -> Any:
        """NULL for what the test does not have."""
        return self.fields.get(name)

    def confint(self, level: float, df: Any, method: Any, ddf: Any) -> Vec:
        """Limits of the estimate at a level."""
        row = self.again(level)
        return matrix(np.array([[row["conf_low"], row["conf_high"]]]), [self.name], percent(level))


def named(name: str, value: Any) -> Vec:
    """A number with a name."""
    return vec([float(value)], [name])


def _row(test: Any) -> dict[str, Any]:
    return dict(test.to_frame().iloc[0])


@builtin("svychisq", "formula design statistic na.rm ...")
def svychisq(formula: Any, design: Design, statistic: Any = None, na_rm: Any = None, dots: Any = ()) -> HTest:
    if dots:
        raise NotCoveredError(f"svychisq({dots[0][0]}=)")
    kind = "F" if statistic is None else text(statistic)
    columns, terms = Columns(design), design.terms(formula)
    row, column = (columns.category(t) for t in terms)
    replicated = design.about.get("replicated", False)
    df = np.inf if replicated and kind in {"lincom", "saddlepoint"} else degrees(design)
    more = {"denominator": "whole"} if kind == "saddlepoint" else {}
    made = design.ask(columns.extra).independence(
        row, column, where=design.where, statistic=STATISTICS[kind], df=df, **more
    )
    found = _row(made)
    x2 = named("X-squared", found["pearson"] * design.n / found["n"]) if "pearson" in found else None
    both = vec([found["df"], found["df_residual"]], ["ndf", "ddf"])
    shown = {
        "F": (named("F", found["statistic"]), both),
        "Chisq": (x2, named("df", found["df"])),
        "Wald": (matrix(np.array([[found["statistic"]]])), both),
        "adjWald": (matrix(np.array([[found["statistic"]]])), both),
        "lincom": (x2, None),
        "saddlepoint": (x2, None),
    }[kind]
    words = vec(["Rao & Scott"], kind="character")
    return HTest(
        {"statistic": shown[0], "parameter": shown[1], "p.value": vec([found["p_value"]]), "method": words}
    )


@builtin("summary", "object ...")
def summary(object: Any, dots: Any = ()) -> Any:  # noqa: A002
    if isinstance(object, SurveyTable):
        kind = dict(dots).get("statistic")
        test = svychisq(object.formula, object.design, kind)
        return RList((object, test), ("table", "statistic"))
    if hasattr(object, "summary"):
        return object.summary()
    raise NotCoveredError(f"summary() of a {type(object).__name__}")


@builtin("svygofchisq", "formula p design ...")
def svygofchisq(formula: Any, p: Any, design: Design, dots: Any = ()) -> HTest:
    if [k for k, _ in dots if k != "na.rm"]:
        raise NotCoveredError("svygofchisq() with further arguments")
    columns, terms = Columns(design), design.terms(formula)
    question, shares = columns.category(terms[0]), numbers(p) / numbers(p).sum()
    levels = terms[0].factor.levels
    given = dict(zip(levels, map(float, shares), strict=True))
    found = _row(
        design.ask(columns.extra).goodness_of_fit(question, given, where=design.where, statistic="chisq")
    )
    return HTest(
        {
            "statistic": named("X-squared", found["pearson"]),
            "parameter": vec([found["scale"], found["df"]], ["scale", "df"]),
            "p.value": named("X-squared", found["p_value"]),
        }
    )


def _sides(
    formula: Formula, design: Design, columns: Columns
) -> tuple[Term, Term | None, str | None, Design]:
    """Outcome, group, the domain of complete answers, and a design for degrees of freedom."""
    outcome = design.term(formula.lhs)
    group = None if isinstance(formula.rhs, Const) else design.term(formula.rhs)
    both = [t for t in (outcome, group) if t is not None]
    complete = columns.answered(both)
    return outcome, group, joined(design.where, *complete), complete_cases(design, both)


def complete_cases(design: Design, terms: list[Term]) -> Design:
    """The domain in which every term has a value."""
    from dataclasses import replace

    missing = (
        np.any([t.value.missing for t in terms], axis=0) if terms else np.zeros(design.data.n, dtype=bool)
    )
    if not missing.any():
        return design
    name = f"complete_{len(design.domain)}_"
    data = design.data.with_column(name, Vec((~missing).astype(float), "integer"))
    member = ~missing if design.member is None else ~missing & design.member
    return replace(design, data=data, domain=(*design.domain, f"{name} == 1"), member=member, cache={})


@builtin("svyttest", "formula design ...")
def svyttest(formula: Any, design: Design, dots: Any = ()) -> HTest:
    dots = [d for d in dots if d[0] != "na.rm"]  # people without an answer never count
    if dots:
        raise NotCoveredError(f"svyttest({dots[0][0]}=)")
    columns = Columns(design)
    outcome, group, where, complete = _sides(formula, design, columns)
    if isinstance(formula.rhs, Const) and formula.rhs.value not in {0.0, 1.0}:
        raise NotCoveredError("svyttest against another constant")
    question = columns.name(outcome)
    nu = degrees(design if group is None else complete) - 1  # R drops nobody from the design for one mean
    options: dict[str, Any] = {"where": where, "df": nu}
    if group is not None:
        if len(group.factor.levels) != 2:
            raise NotCoveredError("svyttest on a group that is not a factor of two levels")
        options["by"] = columns.category(group)
    survey = design.ask(columns.extra)

    def again(level: float = 0.95) -> dict[str, Any]:
        return _row(survey.ttest(question, level=level, **options))

    found = again()
    label = "mean" if group is None else "difference in mean"
    name = outcome.text if group is None else f"{group.text}{group.factor.levels[1]}"
    return HTest(
        _t_fields(found, label) | {"conf.int": vec([found["conf_low"], found["conf_high"]])}, again, name
    )


def _t_fields(found: dict[str, Any], label: str) -> dict[str, Any]:
    df = found["df_residual"] if np.isfinite(found.get("df_residual", np.nan)) else found["df"]
    return {
        "statistic": named("t", found["statistic"]),
        "parameter": named("df", df),
        "p.value": vec([found["p_value"]]),
        "estimate": named(label, found["estimate"]),
        "method": vec(["design-based"], kind="character"),
    }


@builtin("svyranktest", "formula design test ...")
def svyranktest(formula: Any, design: Design, test: Any = None, dots: Any = ()) -> HTest:
    if dots:
        raise NotCoveredError(f"svyranktest({dots[0][0]}=)")
    columns = Columns(design)
    outcome, group, where, complete = _sides(formula, design, columns)
    if group is None:
        raise NotCoveredError("svyranktest without groups")
    met = group.factor.codes if complete.member is None else group.factor.codes[complete.member]
    k = len(np.unique(met[met >= 0]))
    if isinstance(test, Closure):
        raise NotCoveredError("svyranktest with a function of its own")
    kind = RANKS.get("wilcoxon" if test is None else text(test))
    if kind is None:
        raise NotCoveredError("svyranktest with a function of its own")
    question, by = columns.name(outcome), columns.category(group)
    made = design.ask(columns.extra).rank_test(
        question, by, test=kind, ties="order", where=where, df=degrees(complete) - k + 1
    )
    found = _row(made)
    if k == 2:
        return HTest(_t_fields(found, "difference in mean rank score"))
    fields = {
        "statistic": named("df", found["df"]),
        "parameter": matrix(np.array([[found["wald"]]])),
        "p.value": vec([found["p_value"]]),
        "method": vec(["design-based"], kind="character"),
    }
    return HTest(fields)


@builtin("svykappa", "formula design ...")
def svykappa(formula: Any, design: Design, dots: Any = ()) -> Result:
    columns, terms = Columns(design), design.terms(formula)
    a, b = (columns.category(t) for t in terms)
    if design.about.get("replicated"):  # R takes the delta method there too, not a kappa for each replicate
        return _kappa_of_shares(design, terms)
    found = _row(design.ask(columns.extra).kappa(a, b, where=design.where))
    variance = np.array([[found["std_error"] ** 2]])
    return Result(("kappa",), np.array([found["estimate"]]), variance, linear_limits(()))


def _kappa_of_shares(design: Design, terms: list[Term]) -> Result:
    """Kappa as a function of the shares of the crossed answers, by the public `transform`."""
    first, second = (t.factor for t in terms)
    k, m = len(first.levels), len(second.levels)
    lost = (first.codes < 0) | (second.codes < 0)
    cells = Factor(np.where(lost, -1, first.codes * m + second.codes), tuple(f"c{i}" for i in range(k * m)))
    shares = design.ask({"cells_": cells}).proportion("cells_", where=design.where, method="t")
    place = {str(v): i for i, v in enumerate(shares.to_frame()["level"])}

    def kappa(p: Any) -> Any:
        table = [[p[place[f"c{i * m + j}"]] for j in range(m)] for i in range(k)]
        rows, cols = [sum(row) for row in table], [sum(col) for col in zip(*table, strict=True)]
        agreed = sum(table[i][i] for i in range(k))
        expected = sum(a * b for a, b in zip(rows, cols, strict=True))
        return (agreed - expected) / (1 - expected)

    made = shares.transform({"kappa": kappa})
    theta = made.to_frame()["estimate"].to_numpy(float)
    return Result(("kappa",), theta, np.asarray(made.vcov), linear_limits(()))


@builtin("svycralpha", "formula design na.rm")
def svycralpha(formula: Any, design: Design, na_rm: Any = None) -> Vec:
    """k / (k - 1) (1 - sum of variances / variance of the sum), from the public variances."""
    columns, terms = Columns(design), design.terms(formula)
    items = [columns.name(t) for t in terms]
    total = columns.name(Term("", None), Vec(np.sum([numbers(t.value) for t in terms], axis=0), "double"))
    survey, where = design.ask(columns.extra), design.where
    parts = sum(float(survey.variance(q, where=where).value) for q in items)
    whole = float(survey.variance(total, where=where).value)
    k = len(items)
    return named("*alpha*", k / (k - 1) * (1 - parts / whole))


@dataclass(frozen=True, eq=False)
class LogLinear:
    """A log-linear model of a two-way table: independence, or saturated."""

    design: Design
    formula: Formula
    saturated: bool = False
    fields: dict[str, Any] = field(default_factory=dict)

    def updated(self, args: Any, env: Any) -> LogLinear:
        """`update(model, ~ .^2)` of two variables is the saturated model."""
        from dataclasses import replace

        from oracles.r.nodes import deparse

        if [deparse(a.value) for a in args] != ["~.^2"] or len(self.design.terms(self.formula)) != 2:
            raise NotCoveredError("log-linear models other than independence and saturation of two variables")
        return replace(self, saturated=True)


@builtin("svyloglin", "formula design ...")
def svyloglin(formula: Any, design: Design, dots: Any = ()) -> LogLinear:
    if len(design.terms(formula)) != 2 or dots:
        raise NotCoveredError("log-linear models of other than two variables")
    return LogLinear(design, formula)


@builtin("anova", "object ...")
def anova(object: Any, dots: Any = ()) -> Any:  # noqa: A002
    if hasattr(object, "model") and dots and hasattr(dots[0][1], "model"):
        from oracles.r.survey_models import nested_test  # it imports this module

        options = dict(dots[1:])
        if set(options) - {"method"}:
            raise NotCoveredError("anova() with further options")
        return nested_test(object, dots[0][1], options.get("method"))
    if not isinstance(object, LogLinear) or object.saturated or not dots or not dots[0][1].saturated:
        raise NotCoveredError("anova() of these models")
    return RList((_anova_part(object, "pearson"), _anova_part(object, "likelihood-ratio")), ("score", "dev"))


def _anova_part(model: LogLinear, discrepancy: str) -> RList:
    """Statistic and p by chi-squared of R's four references: naive, Satterthwaite's F, and two tails."""
    columns, terms = Columns(model.design), model.design.terms(model.formula)
    a, b = (columns.category(t) for t in terms)
    survey, nu = model.design.ask(columns.extra), degrees(model.design)
    rows = {  # R refers the tails to weighted sums of chi-squared, the covariance taken as known
        kind: _row(
            survey.independence(
                a, b, statistic=kind, discrepancy=discrepancy, df=df, where=model.design.where
            )
        )
        for kind, df in (("chisq", nu), ("F", nu), ("saddlepoint", np.inf))
    }
    found = rows["chisq"]
    statistic = found["pearson" if discrepancy == "pearson" else "deviance"]
    p = vec([np.nan, rows["chisq"]["p_value"], rows["F"]["p_value"], rows["saddlepoint"]["p_value"]])
    return RList((vec([statistic * model.design.n / found["n"]]), p), ("chisq", "p"))


__all__ = ["complete_cases", "factor_of", "scalar"]
