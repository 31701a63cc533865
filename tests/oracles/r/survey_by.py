"""`svyby`: a statistic in every filled crossing of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oracles.r.asking import Asked, Columns, ask, in_order, joined, statistic
from oracles.r.evaluate import builtin
from oracles.r.survey_design import Design, Term, logical_factor
from oracles.r.survey_estimates import ratio_questions, truth
from oracles.r.survey_results import Result, deff_option, percent
from oracles.r.values import (
    Builtin,
    Factor,
    Frame,
    NotCoveredError,
    Vec,
    matrix,
    numbers,
    scalar,
    text,
    texts,
    vec,
)


@dataclass(frozen=True, eq=False)
class Groups:
    """Filled crossings, the first variable fastest."""

    terms: tuple[Term, ...]
    codes: np.ndarray  # a row a group
    names: tuple[str, ...]

    @property
    def labels(self) -> list[tuple[str, ...]]:
        """Levels of each group, in the order of the variables."""
        levels = [logical_factor(t.value).levels for t in self.terms]
        return [tuple(lv[c] for lv, c in zip(levels, row, strict=True)) for row in self.codes]

    def frame(self) -> dict[str, Any]:
        """The variables of the groups, of their own type."""
        out: dict[str, Any] = {}
        for j, term in enumerate(self.terms):
            factor = logical_factor(term.value)
            if isinstance(term.value, Factor):
                out[term.text] = Factor(self.codes[:, j], factor.levels)
            elif term.value.kind in {"integer", "double"}:
                out[term.text] = Vec(
                    np.array([float(factor.levels[c]) for c in self.codes[:, j]]), term.value.kind
                )
            elif term.value.kind == "logical":
                out[term.text] = Vec(
                    np.array([factor.levels[c] == "TRUE" for c in self.codes[:, j]], float), "logical"
                )
            else:
                out[term.text] = vec([factor.levels[c] for c in self.codes[:, j]])
        return out

    def masks(self) -> list[np.ndarray]:
        """Rows of each group."""
        factors = [logical_factor(t.value).codes for t in self.terms]
        return [np.all([f == c for f, c in zip(factors, row, strict=True)], axis=0) for row in self.codes]


def groups_of(design: Design, by: Any) -> Groups:
    """Groups that hold somebody of the design's domain."""
    terms = design.terms(by)
    factors = [logical_factor(t.value) for t in terms]
    inside = np.ones(design.data.n, dtype=bool) if design.member is None else design.member
    known = inside & np.all([f.codes >= 0 for f in factors], axis=0)
    seen = np.unique(np.column_stack([f.codes for f in factors])[known], axis=0)
    order = np.lexsort([seen[:, j] for j in range(seen.shape[1])])
    codes = seen[order]
    names = tuple(".".join(f.levels[c] for f, c in zip(factors, row, strict=True)) for row in codes)
    return Groups(tuple(terms), codes, names)


@dataclass(frozen=True, eq=False)
class By(Result):
    """Estimates by group: statistics outside, groups inside."""

    groups: Any = None
    statistics: tuple[str, ...] = ()
    vartypes: tuple[str, ...] = ("se",)
    bare: bool = False  # keep.var = FALSE
    prefix: str = "se"
    keep: tuple[np.ndarray, np.ndarray] | None = None  # limits of statistics that have their own

    @property
    def n(self) -> int:
        """Groups."""
        return len(self.groups.names)

    @property
    def row_names(self) -> tuple[str, ...]:
        """Groups."""
        return tuple(self.groups.names)

    def as_json(self) -> Any:
        """A table."""
        return self.as_data_frame()

    def field(self, name: str) -> Any:
        """A column."""
        return self.as_data_frame().columns.get(name)

    def as_data_frame(self) -> Frame:
        """Groups, statistics, then each kind of variance for every statistic."""
        k, n = len(self.statistics), len(self.groups.names)
        columns = dict(self.groups.frame())
        parts = {"": self.theta.reshape(k, n)}
        for kind in self.vartypes:
            parts |= self._variance(kind, (k, n))
        if self.bare:
            shown = ["statistic"] if k == 1 else [f"statistic.{s}" for s in self.statistics]
            return Frame(columns | {s: Vec(r.copy()) for s, r in zip(shown, parts[""], strict=True)})
        for kind, table in parts.items():
            for name, row in zip(self.statistics, table, strict=True):
                columns[_column_name(kind, name, k, self.prefix)] = Vec(row.copy())
        if self.deff is not None:
            for name, row in zip(self.statistics, self.deff.reshape(k, n), strict=True):
                columns[f"DEff.{name}"] = Vec(row.copy())
        return Frame(columns, self.groups.names)

    def _variance(self, kind: str, shape: tuple[int, int]) -> dict[str, np.ndarray]:
        if kind == "ci":
            low, high = self.keep or self.limits(0.95, np.inf)
            return {"ci_l": np.asarray(low).reshape(shape), "ci_u": np.asarray(high).reshape(shape)}
        with np.errstate(invalid="ignore", divide="ignore"):
            cv = self.se / self.theta
        made = {"se": self.se, "var": self.se**2, "cv": cv, "cvpct": 100 * cv}
        return {kind: made[kind].reshape(shape)}


def _column_name(kind: str, name: str, k: int, prefix: str) -> str:
    if not kind:
        return name
    kind = {"cvpct": "cv%"}.get(kind, kind)
    return f"{kind}.{name}" if k > 1 or prefix == "long" else kind


@builtin("by_groups", "x")
def _by_groups(x: By) -> Frame:
    return Frame(x.groups.frame())


KINDS = ("se", "ci", "cv", "cvpct", "var")
NAMES = "formula by design FUN ... deff keep.var keep.names verbose vartype drop.empty.groups covmat return.replicates na.rm.by na.rm.all multicore"


@builtin("svyby", NAMES)
def svyby(
    formula: Any, by: Any, design: Design, FUN: Builtin, dots: Any = (), deff: Any = None, keep_var: Any = None,
    keep_names: Any = None, verbose: Any = None, vartype: Any = None, drop_empty_groups: Any = None,
    covmat: Any = None, return_replicates: Any = None, na_rm_by: Any = None, na_rm_all: Any = None,
    multicore: Any = None,
) -> By:  # fmt: skip
    if drop_empty_groups is not None and not truth(drop_empty_groups):
        raise NotCoveredError("svyby(drop.empty.groups = FALSE)")
    groups = groups_of(design, by)
    said = ("se",) if vartype is None else tuple(texts(vartype))
    kinds = tuple(k for k in KINDS if k in said)  # in R's order, whatever order they are named in
    options = dict(dots)
    name = getattr(FUN, "name", "")
    joint = truth(covmat) or truth(return_replicates)
    make = {"svymean": _by_verb, "svytotal": _by_verb, "svyratio": _by_ratio}.get(name, _by_parts)
    made = make(name, FUN, formula, design, groups, options, deff_option(deff))
    bare = keep_var is not None and not truth(keep_var)
    return replace(made, vartypes=kinds, only_variances=not joint, bare=bare)


def _by_names(columns: Columns, groups: Groups) -> list[str]:
    return [columns.category(t) for t in groups.terms]


def _by_verb(
    name: str,
    function: Any,
    formula: Any,
    design: Design,
    groups: Groups,
    options: dict[str, Any],
    deff: str | None,
) -> By:
    asked = statistic(design, formula, name.removeprefix("svy"), complete=truth(options.pop("na.rm", None)))
    if options:
        raise NotCoveredError(f"svyby: argument '{next(iter(options))}'")
    columns = Columns(design)
    columns.extra = dict(asked.extra)
    names = _by_names(columns, groups)
    asked = replace(asked, extra=columns.extra)
    call, _ = ask(design, asked, by=list(reversed(names)), deff=deff)
    return _made(call, asked, groups, names, deff)


def _by_ratio(
    name: str,
    function: Any,
    formula: Any,
    design: Design,
    groups: Groups,
    options: dict[str, Any],
    deff: str | None,
) -> By:
    complete = truth(options.pop("na.rm", None))
    pairs = ratio_questions(design, formula, options.pop("denominator"), complete=complete)
    columns, labels, where = pairs.columns, pairs.names, pairs.where
    if options:
        raise NotCoveredError(f"svyby: argument '{next(iter(options))}'")
    names = _by_names(columns, groups)
    survey = design.ask(columns.extra)
    fixed = {"deff": deff} if deff else {}
    condition = joined(design.where, *where)

    def call(**more: Any) -> Any:
        return survey.ratio(*pairs.questions, by=list(reversed(names)), where=condition, **fixed, **more)

    shown = tuple(dict.fromkeys(call().to_frame()["question"].astype(str)))
    if len(shown) != len(labels):
        raise NotCoveredError("svyby of ratios that are the same question")
    asked = Asked("ratio", shown, labels, (), columns.extra, where)
    return replace(_made(call, asked, groups, names, deff), prefix="long")


def _made(call: Any, asked: Asked, groups: Groups, by: Sequence[str], deff: str | None) -> By:
    made = call()
    rows = made.to_frame()
    order = in_order(rows, asked, groups.labels, by)

    def limits(level: float, df: float) -> tuple[np.ndarray, np.ndarray]:
        again = call(level=level, df=df).to_frame().iloc[order]
        return again["conf_low"].to_numpy(float), again["conf_high"].to_numpy(float)

    many = len(asked.names) > 1
    names = tuple(f"{g}:{s}" if many else g for s in asked.names for g in groups.names)
    effects = rows["deff"].to_numpy(float)[order] if deff else None
    theta = rows["estimate"].to_numpy(float)[order]
    return By(
        names,
        theta,
        made.vcov[np.ix_(order, order)],
        limits,
        effects,
        groups=groups,
        statistics=asked.names,
        source=made,
        order=order,
    )


def _by_parts(
    name: str,
    function: Any,
    formula: Any,
    design: Design,
    groups: Groups,
    options: dict[str, Any],
    deff: str | None,
) -> By:
    """Any other statistic, asked in the domain of each group."""
    from oracles.r.evaluate import apply

    options.pop("vartype", None)
    parts = []
    for mask in groups.masks():
        domain = f"in_group_{len(design.domain)}_"
        data = design.data.with_column(domain, Vec(mask.astype(float), "integer"))
        member = mask if design.member is None else mask & design.member
        part = replace(design, data=data, domain=(*design.domain, f"{domain} == 1"), member=member, cache={})
        parts.append(apply(function, [(None, formula), (None, part), *options.items()]))
    return _bound(parts, groups)


def _bound(parts: Sequence[Any], groups: Groups) -> By:
    results = [p.as_result() if hasattr(p, "as_result") else p for p in parts]
    statistics = results[0].names
    k, n = len(statistics), len(parts)
    theta = np.array([r.theta for r in results]).T.ravel()
    se = np.array([r.se for r in results]).T.ravel()
    pairs = [_own_limits(r) for r in results]
    keep = None if pairs[0] is None else tuple(np.array([p[i] for p in pairs if p]).T.ravel() for i in (0, 1))
    names = tuple(f"{g}:{s}" if k > 1 else g for s in statistics for g in groups.names)

    def limits(level: float, df: float) -> tuple[np.ndarray, np.ndarray]:
        from scipy import stats

        t = stats.norm.ppf((1 + level) / 2) if np.isinf(df) else stats.t.ppf((1 + level) / 2, df)
        return theta - t * se, theta + t * se

    del n
    return By(names, theta, np.diag(se**2), limits, groups=groups, statistics=statistics, keep=keep)


def _own_limits(result: Any) -> tuple[np.ndarray, np.ndarray] | None:
    if hasattr(result, "low"):
        return np.atleast_1d(result.low), np.atleast_1d(result.high)
    return None


__all__ = ["Factor", "matrix", "numbers", "percent", "scalar", "text"]
