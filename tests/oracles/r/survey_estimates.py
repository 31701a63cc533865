"""`svymean`, `svytotal`, `svyratio`, `svyvar`, `svyciprop`, `svytable`, `svycdf`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from oracles.r.asking import Asked, Columns, joined, result, statistic
from oracles.r.base_tables import Table
from oracles.r.evaluate import builtin
from oracles.r.survey_design import ONE, Design, Session, Term
from oracles.r.survey_read import degrees, replicate_weights
from oracles.r.survey_results import Result, deff_option
from oracles.r.values import (
    NotCoveredError,
    Unshown,
    Vec,
    flag,
    matrix,
    numbers,
    scalar,
    text,
    vec,
)

INTERVALS = {
    "logit": "logit",
    "likelihood": "likelihood",
    "asin": "asin",
    "beta": "beta",
    "mean": "t",
    "xlogit": "xlogit",
}

ARCSINE = "arcsine limits outside of 0% and 100%, where R's sine turns back: docs/decisions/012"
MISSING_COUNTS = {
    "likelihood": "likelihood limits where answers are missing: docs/decisions/012",
    "beta": "beta limits where answers are missing, R counts those people: docs/decisions/012",
}


def truth(value: Any) -> bool:
    """An optional TRUE/FALSE argument."""
    return value is not None and value.kind == "logical" and flag(value)


def unused(dots: Any) -> None:
    """An argument that has no binding stops the entry."""
    if dots:
        raise NotCoveredError(f"argument '{dots[0][0]}' of a survey statistic")


@builtin("svymean", "x design na.rm deff influence return.replicates ...")
def svymean(
    x: Any, design: Design, na_rm: Any = None, deff: Any = None, influence: Any = None,
    return_replicates: Any = None, dots: Any = (),
) -> Result:  # fmt: skip
    return _statistic("mean", x, design, na_rm, deff, dots, replicates=truth(return_replicates))


@builtin("svytotal", "x design na.rm deff influence return.replicates ...")
def svytotal(
    x: Any, design: Design, na_rm: Any = None, deff: Any = None, influence: Any = None,
    return_replicates: Any = None, dots: Any = (),
) -> Result:  # fmt: skip
    return _statistic("total", x, design, na_rm, deff, dots, replicates=truth(return_replicates))


def _statistic(
    verb: str, x: Any, design: Design, na_rm: Any, deff: Any, dots: Any, *, replicates: bool
) -> Result:
    unused(dots)
    asked = statistic(design, x, verb, complete=truth(na_rm))
    made = result(design, asked, deff=deff_option(deff))
    if replicates:
        made.fields["replicates"] = lambda: _replicates(design, made, asked)
    return made


def _replicates(design: Design, made: Result, asked: Asked) -> Any:
    """Estimates by replicate, a row a replicate: means of numbers at the replicate weights."""
    if asked.verb != "mean" or design.where or asked.where:
        return Unshown("no verb shows estimates by replicate")
    survey = design.ask(asked.extra)
    columns = {**design.data.columns, **asked.extra}
    values = np.column_stack([numbers(columns[q]) for q in asked.questions])
    weights, known = replicate_weights(survey, given="replicates" in design.roles), ~np.isnan(values)
    table = weights.T @ np.where(known, values, 0.0) / (weights.T @ known)
    return matrix(table, None, asked.names)


@dataclass(frozen=True, eq=False)
class Ratio(Result):
    """A ratio: R keeps estimates and standard errors as a table of numerators by denominators."""

    def vcov_of_one(self) -> bool:
        """R gives no covariance between ratios."""
        return True

    def design_effects(self) -> Any:
        """Without names."""
        return None if self.deff is None else vec(list(self.deff))


def _number(term: Term) -> Term:
    """A condition as 0 and 1."""
    if isinstance(term.value, Vec) and term.value.kind == "logical":
        return Term(term.text, Vec(term.value.data.astype(float), "integer"))
    return term


@dataclass(frozen=True, eq=False)
class Pairs:
    """Numerators over denominators, numerators running fastest."""

    columns: Columns
    questions: tuple[Any, Any]
    names: tuple[str, ...]
    where: tuple[str, ...]


def ratio_questions(design: Design, numerator: Any, denominator: Any, *, complete: bool) -> Pairs:
    """What to ask of `ratio`, and the conditions of `na.rm`."""
    columns = Columns(design)
    top, bottom = ([_number(t) for t in design.terms(f)] for f in (numerator, denominator))
    tops, bottoms = [columns.name(t) for t in top], [columns.name(t) for t in bottom]
    names = tuple(f"{a.text}/{b.text}" for b in bottom for a in top)
    where = columns.answered([*top, *bottom]) if complete and len(names) > 1 else ()
    asked: tuple[Any, Any] = (tops, bottoms) if len(names) > 1 else (tops[0], bottoms[0])
    return Pairs(columns, asked, names, where)


@builtin(
    "svyratio", "numerator denominator design na.rm deff separate covmat influence return.replicates ..."
)
def svyratio(
    numerator: Any, denominator: Any, design: Design, na_rm: Any = None, deff: Any = None, separate: Any = None,
    covmat: Any = None, influence: Any = None, return_replicates: Any = None, dots: Any = (),
) -> Result:  # fmt: skip
    unused(dots)
    if truth(separate):
        raise NotCoveredError("svyratio(separate = TRUE)")
    pairs, effect = ratio_questions(design, numerator, denominator, complete=truth(na_rm)), deff_option(deff)
    survey, where, names = design.ask(pairs.columns.extra), joined(design.where, *pairs.where), pairs.names
    fixed = {"deff": effect} if effect else {}

    def call(**more: Any) -> Any:
        return survey.ratio(*pairs.questions, where=where, **fixed, **more)

    made = call()
    rows = made.to_frame()

    def limits(level: float, df: float) -> tuple[np.ndarray, np.ndarray]:
        again = call(level=level, df=df).to_frame()
        return again["conf_low"].to_numpy(float), again["conf_high"].to_numpy(float)

    effects = rows["deff"].to_numpy(float) if effect else None
    theta = rows["estimate"].to_numpy(float)
    alone = len(names) > 1 and not truth(covmat)
    return Ratio(names, theta, made.vcov, limits, effects, only_variances=alone, source=made)


def _interval(method: Any) -> str:
    """R matches the beginning of a name."""
    said = "logit" if method is None else text(method)
    found = [v for k, v in INTERVALS.items() if k.startswith(said)]
    if len(found) != 1:
        raise NotCoveredError(f"svyciprop(method = '{said}')")
    return found[0]


def _below_zero(made: Any, level: float, df: float) -> bool:
    """The lower limit of the arcsine is below 0 or the upper above its range: R's sine turns back there."""
    root = np.arcsin(np.sqrt(made.value))
    half = stats.t.ppf((1 + level) / 2, df) * made.std_error / (2 * np.sqrt(made.value * (1 - made.value)))
    return bool(root - half < 0 or root + half > np.pi / 2)


@dataclass(frozen=True, eq=False)
class Interval(Result):
    """A share with its limits."""

    low: float = np.nan
    high: float = np.nan

    def confint(self, level: float, df: Any, method: Any, ddf: Any) -> Vec:
        """The limits it was made with."""
        return matrix(np.array([[self.low, self.high]]), self.names, ["2.5%", "97.5%"])


@builtin("svyciprop", "formula design method level df ...")
def svyciprop(
    formula: Any, design: Design, method: Any = None, level: Any = None, df: Any = None, dots: Any = ()
) -> Interval:
    extra = dict(dots)
    extra.pop("na.rm", None)
    unused(list(extra.items()))
    term = design.terms(formula)[0]
    columns = Columns(design)
    question = columns.category(term)
    answer = "TRUE" if not term.numeric else term.factor.levels[-1]
    if term.numeric and set(term.factor.levels) - {"0", "1"}:
        raise NotCoveredError("svyciprop of numbers other than 0 and 1")
    degrees_ = degrees(design) if df is None else scalar(df)
    chosen = _interval(method)
    if chosen == "beta":
        degrees_ = degrees(design)  # R's takes no other
    if term.value.missing.any() and chosen in MISSING_COUNTS:
        Session.differs(MISSING_COUNTS[chosen], parts=("ci",), among=(chosen, frozenset(INTERVALS)))
    made = design.ask(columns.extra).proportion(
        question,
        answers=["1" if term.numeric else answer],
        where=design.where,
        method=chosen,
        level=0.95 if level is None else scalar(level),
        df=degrees_,
    )
    if made.std_error == 0 and chosen == "likelihood":
        raise NotCoveredError("likelihood limits of a share without variance: R's profile stops")
    if made.std_error == 0:
        Session.differs("limits of a share without variance: R gives rounding or stops", parts=("ci",))
    confidence = 0.95 if level is None else scalar(level)
    if chosen == "asin" and 0 < made.value < 1 and _below_zero(made, confidence, degrees_):
        Session.differs(ARCSINE, parts=("ci",), among=("asin", frozenset(INTERVALS)))
    low, high = made.interval
    return Interval(
        (term.text,), np.array([made.value]), made.vcov, lambda _l, _d: ([low], [high]), low=low, high=high
    )


@builtin("ci_of", "x")
def _ci_of(x: Interval) -> Vec:
    return vec([x.low, x.high])


@builtin("attr", "x which exact")
def _attr(x: Any, which: Any, exact: Any = None) -> Any:
    """Attributes that survey results carry."""
    kind = text(which)
    if kind == "ci" and isinstance(x, Interval):
        return vec([x.low, x.high])
    if kind == "var" and isinstance(x, Result):
        return matrix(x.vcov, x.names, x.names)
    if kind == "names":
        return vec(list(x.names), kind="character")
    raise NotCoveredError(f"attr(x, '{kind}')")


@builtin("svytable", "formula design Ntotal round ...")
def svytable(formula: Any, design: Design, Ntotal: Any = None, round: Any = None, dots: Any = ()) -> Vec:  # noqa: A002
    unused(dots)
    terms, columns = design.terms(formula), Columns(design)
    names = [columns.category(t) for t in terms]
    levels = [t.factor.levels for t in terms]
    survey = design.ask(columns.extra)
    rows = survey.total(ONE, by=names, where=design.where).to_frame()
    counts = np.zeros([len(lv) for lv in levels])
    for index in np.ndindex(*counts.shape):
        hit = np.ones(len(rows), dtype=bool)
        for axis, at in enumerate(index):
            hit &= (rows[names[axis]].astype(str) == levels[axis][at]).to_numpy()
        counts[index] = np.nansum(rows["estimate"].to_numpy(float)[hit])  # nobody is a count of 0
    if Ntotal is not None:
        counts *= scalar(Ntotal) / counts.sum()
    if truth(round):
        counts = np.round(counts)
    shape = counts.shape
    data = counts.ravel(order="F")
    variables = tuple(t.text for t in terms)
    return SurveyTable(data, "double", None, shape, tuple(levels), variables, design, formula)


@dataclass(frozen=True, eq=False)
class SurveyTable(Table):
    """A weighted table that remembers its design."""

    design: Any = None
    formula: Any = None
