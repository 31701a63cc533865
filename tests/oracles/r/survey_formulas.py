"""R's model formulas in ours: which calls are R's own, which factors need `C(...)`, which answers nobody gave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oracles.r.base_tables import summands
from oracles.r.nodes import Arg, Call, Name, Node, called, deparse
from oracles.r.survey_design import Design, expression, logical_factor
from oracles.r.values import Factor, Formula, Frame

PLAIN = {
    "+",
    "*",
    ":",
    "-",
    "^",
    "/",
    "(",
    "%in%",
    "I",
    "factor",
    "as.factor",
    "log",
    "exp",
    "sqrt",
    "abs",
    "offset",
    "poly",
}


def our_formula(formula: Formula, data: Frame) -> str:
    """R's formula in ours: factors whose answers are numbers say `C(...)`."""
    right = " + ".join(ours(node, data) for node in summands(formula.rhs))
    return f"{ours(formula.lhs, data)} ~ {right}"


def ours(node: Node | None, data: Frame) -> str:
    match node:
        case Name(name) if isinstance(data, _Marked) and name in data.empty:
            return f"drop_empty({deparse(node)})"
        case Name(name) if _needs_c(name, data):
            return f"C({deparse(node)})"
        case Call() if node.name in {"+", "*", ":", "-", "^", "/"}:
            return f" {node.name} ".join(ours(v, data) for v in node.values)
        case Call() if node.name == "I" and isinstance(node.values[0], Call):
            said = expression(node.values[0], data)
            return f"I({said})" if said is not None else deparse(node)
        case Call() if node.name in {"factor", "as.factor"}:
            return f"C({deparse(node.values[0])})"
        case _:
            return deparse(node)


def without_empty(complete: Design) -> Frame:
    """The data, with marks on the factors of which somebody in the base gave not every answer."""
    inside = np.ones(complete.data.n, dtype=bool) if complete.member is None else complete.member
    empty = [
        name
        for name, value in complete.data.columns.items()
        if isinstance(value, Factor)
        and len(np.unique(value.codes[inside & (value.codes >= 0)])) < len(value.levels)
    ]
    return _Marked(complete.data.columns, complete.data.row_names, frozenset(empty))


@dataclass(frozen=True, eq=False)
class _Marked(Frame):
    """A frame that knows which factors have answers that nobody gave."""

    empty: frozenset[str] = frozenset()


def _needs_c(name: str, data: Frame) -> bool:
    value = data.columns.get(name)
    return isinstance(value, Factor) and all(level.replace(".", "", 1).isdigit() for level in value.levels)


def made_columns(design: Design, formula: Formula) -> tuple[Design, Formula, dict[str, str]]:
    """Calls that are R's own (`relevel`, `cut`, `interaction`) become columns; the text of each by its column."""
    shown: dict[str, str] = {}
    data = design.data

    def replaced(node: Node) -> Node:
        nonlocal data
        if not isinstance(node, Call):
            return node
        if node.name in PLAIN and node.name not in {
            "I",
            "factor",
            "as.factor",
            "log",
            "exp",
            "sqrt",
            "abs",
            "poly",
        }:
            return Call(
                node.function, tuple(Arg(a.name, replaced(a.value)) for a in node.args if a.value is not None)
            )
        if node.name in PLAIN and (called(node) <= PLAIN | {"==", "!=", "<", ">", "<=", ">=", "&", "|", "!"}):
            return node
        column = f"x{len(shown) + 1}_"
        value = design.term(node).value
        data = data.with_column(column, logical_factor(value) if _words(value) else value)
        shown[column] = deparse(node)
        return Name(column)

    right = replaced(formula.rhs)
    if not shown:
        return design, formula, shown
    return replace(design, data=data, cache={}), Formula(formula.lhs, right, formula.env), shown


def _words(value: Any) -> bool:
    return isinstance(value, Factor) or value.kind in {"character", "logical"}
