"""Multiple imputation: `imputationList`, `with`, `MIcombine`, `mice::pool`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

import survey_analysis as sa
from oracles.r.evaluate import Environment, builtin, evaluate
from oracles.r.nodes import Node
from oracles.r.survey_design import Session
from oracles.r.survey_models import Fitted
from oracles.r.survey_results import Result, percent
from oracles.r.values import Frame, NotCoveredError, RList, Vec, matrix, scalar, vec


@dataclass(frozen=True, eq=False)
class Imputations:
    """Completed tables."""

    values: tuple[Any, ...]
    names: tuple[str, ...] | None = None

    def evaluated_with(self, node: Node, env: Environment) -> RList:
        """`with(list, lm(y ~ x))`: the columns are variables."""
        out = [evaluate(node, Environment(env, {**t.columns, ".data": t})) for t in self.values]
        return RList(tuple(out), self.names, "imputationResultList")


@builtin("imputationList", "datasets ...")
def _imputation_list(datasets: Any, dots: Any = ()) -> RList:
    if not isinstance(datasets, RList) or not all(isinstance(d, Frame) for d in datasets.values):
        raise NotCoveredError("imputationList() of something else than data frames")
    return _List(datasets.values, datasets.names, "imputationList")


@dataclass(frozen=True, eq=False)
class _List(RList):
    """A list of tables that `with` runs over."""

    def get(self, name: str) -> Any:
        """`$imputations` is the list itself."""
        return RList(self.values, self.names) if name == "imputations" else super().get(name)

    def evaluated_with(self, node: Node, env: Environment) -> RList:
        """`with(list, call)`."""
        return Imputations(self.values, self.names).evaluated_with(node, env)


@dataclass(frozen=True, eq=False)
class Combined(Result):
    """Rubin's rules: R's `MIresult`."""

    rows: Any = None
    count: int = 0

    def field(self, name: str) -> Any:
        """`result$df`, `$missinfo`, `$nimp`."""
        if name == "df":
            return Vec(self.rows["df"].to_numpy(float), "double", self.names)
        if name == "missinfo":
            return Vec(self.rows["missing_information"].to_numpy(float), "double", self.names)
        if name == "nimp":
            return vec([float(self.count)])
        raise NotCoveredError(f"MIresult${name}")

    def confint(self, level: float, df: Any, method: Any, ddf: Any) -> Vec:
        """R's default for these results: limits on the normal; the t limits are in the summary."""
        z = stats.norm.ppf((1 + level) / 2)
        limits = np.column_stack([self.theta - z * self.se, self.theta + z * self.se])
        return matrix(limits, self.names, percent(level))

    def summary(self) -> RList:
        """Results, standard errors, t limits."""
        low, high = (self.rows[c].to_numpy(float) for c in ("conf_low", "conf_high"))
        columns = np.column_stack([self.theta, self.se, low, high])
        return _Table(matrix(columns, self.names, ["results", "se", "(lower", "upper)"]))


class _Table:
    """A summary of which the first four columns are asked."""

    def __init__(self, table: Vec) -> None:
        self.table = table

    def part(self, i: Any, j: Any) -> Vec:
        """`t[1:4]`."""
        return self.table


@builtin("MIcombine", "results variances call df.complete ...")
def mi_combine(
    results: Any, variances: Any = None, call: Any = None, df_complete: Any = None, dots: Any = ()
) -> Combined:
    if variances is not None or dots:
        raise NotCoveredError("MIcombine() of estimates and variances")
    complete = np.inf if df_complete is None else scalar(df_complete)
    return combined(results.values, complete, "mitools")


def combined(results: Any, complete: float, small_sample: str) -> Combined:
    """The public `combine` of what each table gave."""
    if not results or any(not hasattr(r, "source") for r in results):
        raise NotCoveredError("MIcombine() of results that are no survey statistic or model")
    first = results[0]
    made = sa.combine([r.source for r in results], df_complete=complete, small_sample=small_sample)
    rows = made.to_frame()
    order = np.arange(len(rows)) if isinstance(first, Fitted) or first.order is None else first.order
    theta = rows["estimate"].to_numpy(float)[order]
    vcov = np.asarray(made.vcov)[np.ix_(order, order)]

    if not isinstance(first, Fitted) and first.only_variances:
        Session.differences.append(_off_diagonal)

    def limits(level: float, df: float) -> Any:
        raise NotCoveredError("limits of combined results with other degrees of freedom")

    return Combined(first.names, theta, vcov, limits, source=made, rows=rows.iloc[order], count=len(results))


def _off_diagonal(path: tuple[str, ...]) -> str:
    """R's svyby holds no covariances unless it is told to, and then combines zeros."""
    return "covariances that svyby() did not keep" if path[0] == "vcov" and path[-1] != path[-2] else ""


@builtin("pool", "object dfcom ...")
def pool(object: Any, dfcom: Any = None, dots: Any = ()) -> RList:  # noqa: A002
    """`mice::pool`: the parts of Rubin's rules beside the combined result."""
    results = object.values
    complete = results[0].model.df_residual if dfcom is None else scalar(dfcom)
    found, m = combined(results, complete, "barnard-rubin"), len(results)
    within = np.mean([np.diag(r.vcov) for r in results], axis=0)
    between = np.var([r.theta for r in results], axis=0, ddof=1)
    total = np.diag(found.vcov)
    spread = (1 + 1 / m) * between
    columns = {
        "estimate": found.theta,
        "ubar": within,
        "b": between,
        "t": total,
        "dfcom": np.full(len(total), complete),
        "df": found.rows["df"].to_numpy(float),
        "riv": spread / within,
        "lambda": spread / total,
        "fmi": found.rows["missing_information"].to_numpy(float),
    }
    return RList((Frame({k: Vec(v) for k, v in columns.items()}),), ("pooled",))


@builtin("capture.output", "...")
def _capture(dots: Any = ()) -> None:
    return None
