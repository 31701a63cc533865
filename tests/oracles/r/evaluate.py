"""R's evaluation: environments, closures, argument matching, assignment into parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from oracles.r.nodes import Arg, Call, Const, Function, Name, Node
from oracles.r.parser import parse
from oracles.r.values import (
    Builtin,
    Closure,
    Formula,
    NotCoveredError,
    RError,
    Unshown,
    Vec,
    flag,
)

Values = Sequence[tuple[str | None, Any]]
BUILTINS: dict[str, Builtin] = {}


class Environment:
    """Names and values with a parent."""

    def __init__(self, parent: Environment | None = None, values: dict[str, Any] | None = None) -> None:
        self.parent = parent
        self.values = dict(values or {})

    def find(self, name: str) -> Any:
        """The value of a name here or further out."""
        env: Environment | None = self
        while env is not None:
            if name in env.values:
                value = env.values[name]
                if isinstance(value, Promise):
                    value = env.values[name] = value.force()
                return value
            env = env.parent
        if name in BUILTINS:
            return BUILTINS[name]
        raise NotCoveredError(f"no binding for '{name}'")

    def function(self, name: str) -> Any:
        """The function of that name; other values of the name are passed over, as R does."""
        env: Environment | None = self
        while env is not None:
            if name in env.values:
                value = env.find(name) if isinstance(env.values[name], Promise) else env.values[name]
                if isinstance(value, Closure | Builtin) or callable(getattr(value, "call", None)):
                    return value
            env = env.parent
        if name in BUILTINS:
            return BUILTINS[name]
        raise NotCoveredError(f"no binding for '{name}()'")

    @property
    def root(self) -> Environment:
        """The outermost environment."""
        return self if self.parent is None else self.parent.root


class Promise:
    """An argument or definition that is evaluated when it is first used."""

    def __init__(self, node: Node, env: Environment) -> None:
        self.node, self.env = node, env

    def force(self) -> Any:
        """Its value."""
        return evaluate(self.node, self.env)


def builtin(name: str, parameters: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Bind an R function: `parameters` in R's order and spelling; `...` arrives as `dots` [(name, value)].

    An argument that is none of them stops the entry: no option is dropped in silence.
    """
    wanted = parameters.split()

    def bind(call: Callable[..., Any]) -> Callable[..., Any]:
        def matched(args: Values) -> Any:
            return call(**match_arguments(name, wanted, args))

        for one_name in name.split():
            BUILTINS[one_name] = Builtin(one_name, matched)
        return call

    return bind


def special(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Bind a function that takes its arguments unevaluated: `call(args, env)`."""

    def bind(call: Callable[..., Any]) -> Callable[..., Any]:
        for one_name in name.split():
            BUILTINS[one_name] = Builtin(one_name, call, lazy=True)
        return call

    return bind


def match_arguments(name: str, wanted: Sequence[str], args: Values) -> dict[str, Any]:
    """R's matching: exact names, then partial (before `...`), then by position."""
    found: dict[str, Any] = {}
    dots: list[tuple[str | None, Any]] = []
    before = list(wanted[: wanted.index("...")]) if "..." in wanted else list(wanted)
    rest: list[tuple[str | None, Any]] = []
    for key, value in args:
        if key and key in wanted and key != "...":
            found[key] = value
        else:
            rest.append((key, value))
    later: list[tuple[str | None, Any]] = []
    for key, value in rest:
        partial = [w for w in before if key and w.startswith(key) and w not in found]
        if len(partial) == 1:
            found[partial[0]] = value
        else:
            later.append((key, value))
    free = [w for w in before if w not in found]
    for key, value in later:
        if not key and free:
            found[free.pop(0)] = value
        elif "..." in wanted:
            dots.append((key, value))
        else:
            raise NotCoveredError(f"{name}: argument '{key or 'unnamed'}' has no binding")
    out = {_python(k): v for k, v in found.items()}
    if "..." in wanted:
        out["dots"] = dots
    return out


def _python(name: str) -> str:
    plain = name.replace(".", "_")
    return f"{plain}_" if plain in {"from", "lambda", "in", "is", "if", "by_"} else plain


def evaluate(node: Node, env: Environment) -> Any:
    """The value of a node."""
    match node:
        case Const(value, kind):
            return _constant(value, kind)
        case Name(name):
            return env.find(name)
        case Function():
            return Closure(node, env)
        case Call():
            return _call(node, env)
    raise TypeError(node)


def _constant(value: Any, kind: str) -> Any:
    if kind == "NULL":
        return None
    if kind == "character":
        return Vec(np.array([value], dtype=object), kind)
    return Vec(np.array([np.nan if value is None else value], dtype=float), kind)


def _call(node: Call, env: Environment) -> Any:
    keyword = KEYWORDS.get(node.name)
    if keyword is not None:
        return keyword(node, env)
    function = env.function(node.name) if node.name else evaluate(node.function, env)
    if isinstance(function, Builtin) and function.lazy:
        return function.call(node.args, env)
    if isinstance(function, Closure):
        return call_closure(function, _evaluated(node.args, env, lazy=True))
    return apply(function, _evaluated(node.args, env))


def _evaluated(args: Sequence[Arg], env: Environment, *, lazy: bool = False) -> list[tuple[str | None, Any]]:
    out: list[tuple[str | None, Any]] = []
    for arg in args:
        if isinstance(arg.value, Name) and arg.value.name == "...":
            out.extend(env.find("..."))
        elif arg.value is None:
            out.append((arg.name, EMPTY))
        elif lazy and not isinstance(arg.value, Const):
            out.append((arg.name, Promise(arg.value, env)))
        else:
            out.append((arg.name, evaluate(arg.value, env)))
    return out


def apply(function: Any, args: Values) -> Any:
    """Call an R function with evaluated arguments."""
    if isinstance(function, Closure):
        return call_closure(function, args)
    if isinstance(function, Builtin):
        if function.lazy:
            raise NotCoveredError(f"{function.name} cannot be passed as a function")
        values = [(k, v.force() if isinstance(v, Promise) else v) for k, v in args]
        gap = next((v for _, v in values if isinstance(v, Unshown)), None)
        if gap is not None and function.name not in {"c", "list"}:
            return gap
        return function.call(values)
    if callable(getattr(function, "call", None)):
        return function.call(args)
    raise RError("attempt to apply a non-function")


def call_closure(closure: Closure, args: Values) -> Any:
    """Call a function written in R; arguments are promises or values."""
    params: tuple[Arg, ...] = closure.node.params
    wanted = [p.name or "" for p in params]
    local = Environment(closure.env)
    matched = match_arguments("function", wanted, args)
    if "..." in wanted:
        local.values["..."] = matched.pop("dots")
    python = {_python(w): w for w in wanted}
    given = {python[k]: v for k, v in matched.items()}
    for param in params:
        if param.name in given and given[param.name] is not EMPTY:
            local.values[param.name] = given[param.name]
        elif param.value is not None:
            local.values[param.name or ""] = Promise(param.value, local)
    return evaluate(closure.node.body, local)


def assign(target: Node, value: Any, env: Environment) -> None:
    """`target <- value`, into parts of values too: `a$b[i] <- v`, `names(x) <- v`."""
    if isinstance(target, Name | Const):
        env.values[target.name if isinstance(target, Name) else target.value] = value
        return
    assert isinstance(target, Call)
    inner, *rest = target.args
    old = evaluate(inner.value, env)
    setter = env.function(f"{target.name}<-")
    if target.name == "$":
        keys: list[tuple[str | None, Any]] = [(None, _constant(rest[0].value.name, "character"))]
    else:
        keys = _evaluated(rest, env)
    assign(inner.value, apply(setter, [(None, old), *keys, ("value", value)]), env)


def _block(node: Call, env: Environment) -> Any:
    out = None
    for value in node.values:
        out = evaluate(value, env)
    return out


def _assign(node: Call, env: Environment) -> Any:
    value = evaluate(node.values[1], env)
    assign(node.values[0], value, env)
    return value


def _if(node: Call, env: Environment) -> Any:
    test, yes, *no = node.values
    if flag(evaluate(test, env)):
        return evaluate(yes, env)
    return evaluate(no[0], env) if no else None


def _for(node: Call, env: Environment) -> Any:
    variable, over, body = node.values
    values = evaluate(over, env)
    for item in elements(values):
        env.values[variable.name] = item
        evaluate(body, env)


def elements(value: Any) -> list[Any]:
    """What `for` and `lapply` run over."""
    if value is None:
        return []
    if hasattr(value, "columns"):
        return list(value.columns.values())
    if hasattr(value, "values") and isinstance(value.values, tuple):
        return list(value.values)
    return [value.take(np.array([i])) for i in range(len(value))]


def _formula(node: Call, env: Environment) -> Formula:
    values = node.values
    return Formula(values[0] if len(values) == 2 else None, values[-1], env)


def _and(node: Call, env: Environment) -> Any:
    first = flag(evaluate(node.values[0], env))
    if first == (node.name == "||"):
        return _constant(first, "logical")
    return _constant(flag(evaluate(node.values[1], env)), "logical")


class _Empty:
    """An argument left empty, as in `x[, 1]`."""


EMPTY = _Empty()
KEYWORDS: dict[str, Callable[[Call, Environment], Any]] = {
    "{": _block,
    "(": _block,
    "<-": _assign,
    "if": _if,
    "for": _for,
    "~": _formula,
    "&&": _and,
    "||": _and,
}


def run(text: str, env: Environment) -> Any:
    """The value of the last expression of R text."""
    out = None
    for node in parse(text):
        out = evaluate(node, env)
    return out
