"""What R text parses to: frozen nodes, and back to text as R's `deparse` writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Const:
    """A number, a string, TRUE, FALSE, NULL, NA, Inf, NaN; `kind` is R's type."""

    value: Any
    kind: str


@dataclass(frozen=True)
class Name:
    """A symbol."""

    name: str


@dataclass(frozen=True)
class Arg:
    """An argument of a call; `value` is None where it is empty, as in `x[, 1]`."""

    name: str | None
    value: Node | None


@dataclass(frozen=True)
class Call:
    """A call; operators, brackets, blocks, `if` and `for` are calls of their own names."""

    function: Node
    args: tuple[Arg, ...]

    @property
    def name(self) -> str:
        """The name that is called; empty when it is not a plain name."""
        return self.function.name if isinstance(self.function, Name) else ""

    @property
    def values(self) -> tuple[Node, ...]:
        """The arguments that are there, without their names."""
        return tuple(a.value for a in self.args if a.value is not None)


@dataclass(frozen=True)
class Function:
    """`function(params) body`; a parameter is a name and a default or None."""

    params: tuple[Arg, ...]
    body: Node


Node = Const | Name | Call | Function

BINARY = {
    "<-", "~", "||", "|", "&&", "&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", ":", "^", "=",
}  # fmt: skip


def deparse(node: Node | None) -> str:
    """Text of a node in R's spelling: `I(a == "x")`, `a + b`, `-1`."""
    match node:
        case None:
            return ""
        case Const(value, kind):
            return _constant(value, kind)
        case Name(name):
            return name if re.fullmatch(r"[A-Za-z.][\w.]*", name) else f"`{name}`"
        case Function(params, body):
            return f"function({', '.join(_argument(p) for p in params)}) {deparse(body)}"
        case Call():
            return _call(node)
    raise TypeError(node)


def _constant(value: Any, kind: str) -> str:
    if kind == "character":
        return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    if kind == "logical":
        return {True: "TRUE", False: "FALSE"}.get(value, "NA")
    if kind == "NULL":
        return "NULL"
    text = f"{value:.15g}"
    return f"{text}L" if kind == "integer" else text


def _argument(arg: Arg) -> str:
    if arg.name is None:
        return deparse(arg.value)
    return arg.name if arg.value is None else f"{arg.name} = {deparse(arg.value)}"


def _call(node: Call) -> str:
    name, values = node.name, node.values
    if (name in BINARY or name.startswith("%")) and len(values) == 2:
        tight = name in {":", "^", "/"} or name.startswith("%")
        left, right = (deparse(v) for v in values)
        return f"{left}{name}{right}" if tight else f"{left} {name} {right}"
    if name in {"-", "+", "!", "~"} and len(values) == 1:
        return f"{name}{deparse(values[0])}"
    if name == "(":
        return f"({deparse(values[0])})"
    if name in {"$", "::"}:
        return f"{deparse(values[0])}{name}{deparse(values[1])}"
    inside = ", ".join(_argument(a) for a in node.args)
    if name in {"[", "[["}:
        first, *rest = (_argument(a) for a in node.args)
        close = "]" if name == "[" else "]]"
        return f"{first}{name}{', '.join(rest)}{close}"
    return f"{deparse(node.function)}({inside})"


def called(node: Node | None) -> set[str]:
    """Names of all functions that a node calls, operators included."""
    match node:
        case Call():
            out = {node.name} if node.name else called(node.function)
            for arg in node.args:
                out |= called(arg.value)
            return out
        case Function(params, body):
            return called(body).union(*(called(p.value) for p in params))
        case _:
            return set()


def names(node: Node | None) -> tuple[str, ...]:
    """Variables of a node in order of appearance (R's `all.vars`)."""
    match node:
        case Name(name):
            return (name,)
        case Call():
            inner = [names(a.value) for a in node.args]
            if not node.name:
                inner.insert(0, names(node.function))
            if node.name in {"$", "::"}:
                inner = inner[:1]
            return tuple(dict.fromkeys(n for part in inner for n in part))
        case Function(params, body):
            bound = {p.name for p in params}
            return tuple(n for n in names(body) if n not in bound)
        case _:
            return ()
