"""R's survey designs, said with `sa.read`: what the columns are, and what happened to the weights since."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa
from oracles.r.base_data import inside
from oracles.r.base_tables import summands
from oracles.r.evaluate import Environment, evaluate
from oracles.r.nodes import Call, Const, Name, Node, deparse
from oracles.r.values import (
    Factor,
    Formula,
    Frame,
    NotCoveredError,
    RList,
    Unshown,
    Vec,
    factor_of,
    numbers,
    recycled,
    vec,
)

Step = Callable[[sa.Survey], sa.Survey]
MOST_LEVELS = 120
ONE = "one_"  # a column of ones: counts are totals of it
LONELY = {"fail": "error"}


class Session:
    """R's global options, as the entry states them; a design keeps those it was made under."""

    lonely_psu = "error"
    lonely_domain = False
    change: Callable[[pd.DataFrame, dict[str, Any]], pd.DataFrame] | None = None  # for mutation tests
    errors: dict[str, float] = {}  # noqa: RUF012  standard errors of a cumulative model's coefficients
    differences: list[Callable[[tuple[str, ...]], str]] = []  # noqa: RUF012  values that differ by decision

    @classmethod
    def use(cls, options: dict[str, Any]) -> None:
        """Take the entry's options."""
        rule = options.get("survey.lonely.psu") or "fail"
        cls.lonely_psu = LONELY.get(rule, rule)
        cls.lonely_domain = bool(options.get("survey.adjust.domain.lonely"))
        cls.differences, cls.errors = [], {}

    @classmethod
    def differs(
        cls,
        reason: str,
        *names: str,
        parts: tuple[str, ...] = (),
        among: tuple[str, frozenset[str]] = ("", frozenset()),
    ) -> None:
        """Values under all of these names (and any of the parts) are not compared, for a reason that names a decision.

        `among` is a method and its alternatives: values that stand under another method are not meant.
        """

        def of(path: tuple[str, ...]) -> str:
            said = ".".join(path)
            if (set(path) & among[1]) - {among[0]}:
                return ""
            inside = all(name in path or f".{name}." in f".{said}." for name in names)
            return reason if inside and (not parts or any(p in said for p in parts)) else ""

        cls.differences.append(of)


@dataclass(frozen=True)
class Term:
    """A variable of a formula: its R text and its values."""

    text: str
    value: Any

    @property
    def numeric(self) -> bool:
        """A number; TRUE and FALSE, text and factors are categories."""
        return isinstance(self.value, Vec) and self.value.kind in {"integer", "double"}

    @property
    def factor(self) -> Factor:
        """The categories."""
        return logical_factor(self.value)


def logical_factor(value: Any) -> Factor:
    """A factor; a logical has the levels FALSE and TRUE."""
    if isinstance(value, Vec) and value.kind == "logical":
        codes = np.where(value.missing, -1, np.nan_to_num(value.data)).astype(int)
        return Factor(codes, ("FALSE", "TRUE"))
    return factor_of(value)


def is_one(formula: Any) -> bool:
    """`~1` and `~0`: no variable."""
    return isinstance(formula, Formula) and isinstance(formula.rhs, Const)


@dataclass(frozen=True, eq=False)
class Design:
    """A design: a table, the roles of its columns, steps on the weights, a domain."""

    data: Frame
    roles: dict[str, Any]
    env: Environment
    steps: tuple[Step, ...] = ()
    domain: tuple[str, ...] = ()
    member: np.ndarray | None = None
    about: dict[str, Any] = field(default_factory=dict)
    lonely: tuple[str, bool] = ("error", False)
    cache: dict[tuple[str, ...], sa.Survey] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Rows, of the domain when there is one."""
        return self.data.n if self.member is None else int(self.member.sum())

    @property
    def where(self) -> str | None:
        """The domain as an expression."""
        return " and ".join(f"({part})" for part in self.domain) or None

    def terms(self, formula: Any) -> list[Term]:
        """Variables of the right side of a formula, evaluated in the data."""
        if not isinstance(formula, Formula):
            raise NotCoveredError(f"{type(formula).__name__} where a formula is expected")
        return [self.term(node) for node in summands(formula.rhs)]

    def term(self, node: Node) -> Term:
        """One variable; a name that the data do not have is the public error."""
        if isinstance(node, Name) and node.name not in self.data.columns and not _known(node.name, self.env):
            self.ask()[node.name]
        value = evaluate(node, inside(self.data, self.env))
        return Term(deparse(node), recycled(value, self.data.n))

    def ask(self, columns: dict[str, Any] | None = None) -> sa.Survey:
        """The survey with its steps taken, and with extra columns."""
        extra = columns or {}
        key = tuple(f"{k}:{id(v)}" for k, v in extra.items())
        if not extra and key in self.cache:
            return self.cache[key]
        data = self.data
        for name, value in extra.items():
            data = data.with_column(name, value)
        out = read(data, self.roles, self.lonely)
        for step in self.steps:
            out = step(out)
        if not extra:
            self.cache[key] = out
        return out

    def with_step(self, step: Step, **about: Any) -> Design:
        """The design after one more step on the weights."""
        first = {"domain_first": True} if self.member is not None and not self.steps else {}
        return replace(self, steps=(*self.steps, step), about={**self.about, **about, **first}, cache={})

    @property
    def limits(self) -> dict[str, Any]:
        """`where=` of a weighting step: the domain only, as R's subset is."""
        return {} if self.where is None else {"where": self.where}

    @property
    def own_weights(self) -> np.ndarray:
        """Weights of the rows as they are now."""
        survey = self.ask()
        weights = survey.weights
        return np.asarray(survey.design_weight() if weights is None else weights, dtype=float)

    def weighing(self, weights: np.ndarray) -> Design:
        """The design with these as its weights, whatever was done to them before."""
        data = self.data.with_column("weight_now_", Vec(weights, "double"))
        return replace(self, data=data, roles={**self.roles, "weight": "weight_now_"}, steps=(), cache={})

    def updated(self, pairs: Sequence[tuple[str, Node]], env: Environment) -> Design:
        """`update(design, x = ...)`: each new variable sees those before it in the data, not each other."""
        local, data = inside(self.data, env), self.data
        for name, node in pairs:
            data = data.with_column(name, recycled(evaluate(node, local), self.data.n))
        return replace(self, data=data, cache={})

    def subset(self, condition: Node, env: Environment) -> Design:
        """`subset(design, condition)`: a domain; missing is outside."""
        hit = numbers(evaluate(condition, inside(self.data, env))) == 1
        said = expression(condition, self.data)
        data = self.data
        if said is None:
            name = f"in_domain_{len(self.domain) + 1}"
            data, said = data.with_column(name, Vec(hit.astype(float), "integer")), f"{name} == 1"
        member = hit if self.member is None else hit & self.member
        return replace(self, data=data, domain=(*self.domain, said), member=member, cache={})

    def field(self, name: str) -> Any:
        """`design$name`."""
        if name == "variables":
            return self.data
        if name in self.about:
            value = self.about[name]
            return value() if callable(value) else value
        replicates = self.ask().frame.replicates
        if name in {"scale", "rscales", "mse"} and replicates is not None:
            return vec(np.atleast_1d(getattr(replicates, name)).tolist())
        return Unshown(f"no verb shows design${name}")

    @cached_property
    def columns(self) -> dict[str, Any]:
        """For `names()` and friends."""
        return self.data.columns


@dataclass(frozen=True, eq=False)
class ImputedDesign:
    """A design over several completed tables."""

    designs: tuple[Design, ...]

    def subset(self, condition: Node, env: Environment) -> ImputedDesign:
        """The domain in every completed table."""
        return ImputedDesign(tuple(d.subset(condition, env) for d in self.designs))

    def field(self, name: str) -> Any:
        """`designs$designs`."""
        return RList(self.designs) if name == "designs" else Unshown(f"no verb shows ${name} of designs")

    def evaluated_with(self, node: Node, env: Environment) -> RList:
        """`with(designs, svymean(~x))`: the design is the argument that is not there."""
        out = []
        for design in self.designs:
            local = Environment(env, {".design": design})
            out.append(evaluate(_with_design(node), local))
        return RList(tuple(out), None, "imputationResultList")


def _with_design(node: Node) -> Node:
    from oracles.r.nodes import Arg

    if not isinstance(node, Call):
        raise NotCoveredError("with() of designs needs a call")
    if any(a.name == "design" for a in node.args):
        return node
    return Call(node.function, (*node.args, Arg("design", Name(".design"))))


def read(data: Frame, roles: dict[str, Any], lonely: tuple[str, bool]) -> sa.Survey:
    """`sa.read` of the table: factors declared with R's levels, numbers as numbers."""
    frame = pd.DataFrame({name: _pandas(value) for name, value in data.columns.items()})
    frame[ONE] = 1.0
    if Session.change is not None:
        frame = Session.change(frame, roles)
    options = dict(roles)
    if lonely != ("error", False):
        options["lonely_psu"] = lonely[0]
    if lonely[1]:
        options["lonely_domain"] = True
    questions = _questions(data) | {ONE: {"kind": "numeric", "column": ONE}}
    return sa.read(frame, study={"questions": questions}, **options)


def _pandas(value: Any) -> Any:
    if isinstance(value, Factor):
        return value.text().data
    if value.kind == "logical":
        return logical_factor(value).text().data
    if value.kind == "character":
        return value.data
    return value.data


def _questions(data: Frame) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in data.columns.items():
        if isinstance(value, Vec) and value.kind in {"integer", "double"}:
            if not value.missing.all():
                out[name] = {"kind": "numeric", "column": name}
            continue
        levels = logical_factor(value).levels
        if 0 < len(levels) <= MOST_LEVELS and all(level.strip() == level and level for level in levels):
            out[name] = {"kind": "single", "column": name, "levels": [[v, v] for v in levels]}
    return out


def _known(name: str, env: Environment) -> bool:
    try:
        env.find(name)
    except NotCoveredError:
        return False
    return True


_WORDS = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def expression(node: Node, data: Frame) -> str | None:
    """An R condition in our expression language; None where it says more than that language does."""
    if not isinstance(node, Call):
        return None
    if node.name in {"&", "&&", "|", "||"}:
        parts = [expression(v, data) for v in node.values]
        word = "and" if node.name.startswith("&") else "or"
        return None if None in parts else f"({parts[0]} {word} {parts[1]})"
    if node.name == "(":
        return expression(node.values[0], data)
    if node.name == "!":
        inner = node.values[0]
        if isinstance(inner, Call) and inner.name == "is.na" and _column(inner.values[0], data):
            return f"{_column(inner.values[0], data)} is not missing"
        said = expression(inner, data)
        return None if said is None else f"not ({said})"
    if node.name == "is.na" and _column(node.values[0], data):
        return f"{_column(node.values[0], data)} is missing"
    if node.name == "%in%":
        return None  # R's %in% is FALSE, not unknown, where the value is missing
    if node.name in _WORDS and len(node.values) == 2 and isinstance(node.values[1], Const):
        column, constant = _column(node.values[0], data), node.values[1]
        if column is None or constant.kind not in {"character", "double", "integer"}:
            return None
        factor = isinstance(data.columns[column.strip("`")], Factor)
        if factor and (
            node.name not in {"==", "!="} or str(constant.value) not in data.columns[column.strip("`")].levels
        ):
            return None
        value = constant.value if constant.kind == "character" else f"{constant.value:.17g}"
        return f"{column} {node.name} " + (f"'{value}'" if "'" not in str(value) else f'"{value}"')
    return None


def _column(node: Node, data: Frame) -> str | None:
    return f"`{node.name}`" if isinstance(node, Name) and node.name in data.columns else None


def matching(pattern: str, names: Sequence[str]) -> list[str]:
    """Columns whose names match a regular expression, as `repweights = "..."` asks."""
    return [n for n in names if re.search(pattern, n)]
