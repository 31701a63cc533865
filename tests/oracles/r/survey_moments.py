"""`svyvar`, `svycdf`, and the correlation that `withReplicates` is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from oracles.r.asking import Columns, joined
from oracles.r.evaluate import apply, builtin
from oracles.r.nodes import Call, Const, deparse
from oracles.r.parser import parse
from oracles.r.survey_design import Design
from oracles.r.survey_estimates import truth, unused
from oracles.r.survey_read import current_weights
from oracles.r.survey_results import Result
from oracles.r.values import Closure, NotCoveredError, RList, Vec, matrix, numbers, vec
from survey_analysis.core.covariance import covariance


@builtin("svyvar", "x design na.rm ...")
def svyvar(x: Any, design: Design, na_rm: Any = None, dots: Any = ()) -> Result:
    unused(dots)
    columns, terms = Columns(design), design.terms(x)
    where = joined(design.where, *(columns.answered(terms) if truth(na_rm) and len(terms) > 1 else ()))
    whole = [i for i, t in enumerate(terms) if truth(na_rm) or not t.value.missing.any()]
    if len(whole) < len(terms):  # R has no number for the others
        return _spread_out(svyvar_of(design, [terms[i] for i in whole]), whole, terms)
    return svyvar_of(design, terms, where)


def svyvar_of(design: Design, terms: list[Any], where: str | None = None) -> Variances:
    """Variances and covariances, asked once."""
    columns = Columns(design)
    questions = [columns.name(t) for t in terms]
    where = where or design.where
    survey = design.ask(columns.extra)
    names = tuple(t.text for t in terms)
    inside = np.ones(design.data.n, dtype=bool) if design.member is None else design.member
    known = int((inside & ~np.any([t.value.missing for t in terms], axis=0)).sum())
    n = int(inside.sum())  # R's n / (n - 1) counts people without an answer
    scale = (n / (n - 1)) / (known / (known - 1)) if known > 1 else 1.0
    if len(questions) == 1:
        made = survey.variance(questions[0], where=where)
    else:
        made = survey.covariance(questions, where=where)
    theta, k = made.to_frame()["estimate"].to_numpy(float) * scale, len(names)
    place = np.zeros((k, k), dtype=int)
    place[np.triu_indices(k)] = np.arange(len(theta))
    at = np.maximum(place, place.T).ravel()
    crossed = tuple(f"{a}:{b}" for b in names for a in names)
    return Variances(crossed, theta[at], made.vcov[np.ix_(at, at)] * scale**2, _no_limits, variables=names)


def _spread_out(found: Variances, whole: list[int], terms: list[Any]) -> Variances:
    """The matrix of all variables, without a number for those with missing values."""
    k = len(terms)
    at = np.add.outer(np.array(whole) * k, np.array(whole)).ravel()
    theta, vcov = np.full(k * k, np.nan), np.full((k * k, k * k), np.nan)
    theta[at] = found.theta
    vcov[np.ix_(at, at)] = found.vcov
    names = tuple(t.text for t in terms)
    crossed = tuple(f"{a}:{b}" for b in names for a in names)
    return Variances(crossed, theta, vcov, _no_limits, variables=names)


def _no_limits(level: float, df: float) -> Any:
    raise NotCoveredError("limits of a variance")


@dataclass(frozen=True, eq=False)
class Variances(Result):
    """A variance matrix: k x k estimates, columns one after the other."""

    variables: tuple[str, ...] = ()

    def as_matrix(self) -> Vec:
        """The variance matrix."""
        k = len(self.variables)
        return matrix(self.theta.reshape(k, k), self.variables, self.variables)

    def standard_errors(self) -> Vec:
        """As a vector, or a matrix when there are several."""
        k = len(self.variables)
        return matrix(self.se.reshape(k, k)) if k > 1 else vec([self.se[0]], self.names)


@builtin("svycdf", "formula design na.rm ...")
def svycdf(formula: Any, design: Design, na_rm: Any = None, dots: Any = ()) -> RList:
    terms, columns = design.terms(formula), Columns(design)
    return RList(
        tuple(Cdf(design, columns.name(t), dict(columns.extra)) for t in terms), tuple(t.text for t in terms)
    )


@dataclass(frozen=True, eq=False)
class Cdf:
    """A distribution function, to be called with points."""

    design: Design
    question: str
    extra: dict[str, Any]

    def call(self, args: Any) -> Vec:
        """Shares at or below each point."""
        points = numbers(args[0][1])
        made = self.design.ask(self.extra).cdf(self.question, at=list(points), where=self.design.where)
        return vec(list(made.to_frame()["estimate"]))


@builtin("withReplicates", "design theta ...")
def with_replicates(design: Design, theta: Any, dots: Any = ()) -> Result:
    """A correlation of two variables is what `correlation()` says; any other function is not a verb."""
    if not isinstance(theta, Closure):
        raise NotCoveredError("withReplicates() of an expression")
    pattern = parse("cov.wt(data[c('a', 'b')], wt = w, cor = TRUE)$cor[1, 2]")[0]
    variables = _same(pattern, theta.node.body)
    if variables is None:
        return _of_weights(design, theta)
    made = design.ask().correlation(list(variables), where=design.where)
    rows = made.to_frame()
    hit = [i for i in range(len(rows)) if abs(float(rows["estimate"].iloc[i])) < 1 - 1e-12][:1]
    theta_ = rows["estimate"].to_numpy(float)[hit]
    return Result(("theta",), theta_, made.vcov[np.ix_(hit, hit)], _no_limits, source=made)


def _of_weights(design: Design, theta: Closure) -> Result:
    """Any function of weights and data, at every replicate; the variance is the kernel's."""
    survey = design.ask()
    inside = np.ones(design.data.n, dtype=bool) if design.member is None else design.member
    data = design.data.take(np.flatnonzero(inside))

    def at(weights: np.ndarray) -> Vec:
        found = apply(theta, [(None, Vec(weights[inside], "double")), (None, data)])
        return found if isinstance(found, Vec) else vec([float(v) for v in numbers(found)])

    analysis = survey.frame.replicate_weights
    if analysis is None:
        raise NotCoveredError("withReplicates() of a design without replicates")
    whole = at(current_weights(survey))
    table = np.concatenate(list(analysis.blocks()), axis=1)
    z = np.array([at(column).data - whole.data for column in table.T])
    names = tuple(str(n) for n in whole.names) if whole.names else ("theta",) * len(whole)
    V = covariance(z, survey.frame)

    def limits(level: float, df: float) -> tuple[np.ndarray, np.ndarray]:
        half = (
            stats.norm.ppf((1 + level) / 2) if np.isinf(df) else stats.t.ppf((1 + level) / 2, df)
        ) * np.sqrt(np.diag(V))
        return whole.data - half, whole.data + half

    return Result(names, whole.data, V, limits)


def _same(pattern: Any, node: Any) -> tuple[str, ...] | None:
    """The strings of a node that is the pattern but for its strings."""
    strings: list[str] = []

    def collect(part: Any) -> None:
        if isinstance(part, Const) and part.kind == "character":
            strings.append(part.value)
        elif isinstance(part, Call):
            for arg in part.args:
                collect(arg.value)

    collect(node)
    if len(strings) != 2:
        return None
    shown = deparse(pattern).replace('"a"', f'"{strings[0]}"').replace('"b"', f'"{strings[1]}"')
    return tuple(strings) if shown == deparse(node) else None
