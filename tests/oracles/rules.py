"""Tolerances by method, and the few places where our answer differs from R's on purpose: rules, never ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from oracles.r.nodes import Call, Const, Function, Node, called, names
from oracles.r.parser import parse
from oracles.r.survey_design import Session
from oracles.r.survey_results import normal

if TYPE_CHECKING:
    from oracles.compare import Leaf, Tolerance
    from oracles.suite import Entry

CLOSED, ITERATED, GLM, ROOT = 1e-9, 1e-7, 1e-6, 1e-4
BY_FUNCTION = {
    "rake": ITERATED,
    "calibrate": ITERATED,
    "trimWeights": ITERATED,
    "svyglm": GLM,
    "glm": GLM,
    "svyloglin": GLM,
    "svypredmeans": GLM,
    "svyolr": ROOT,
}
BY_WORD = {"likelihood": ROOT, "lincom": ROOT, "saddlepoint": ROOT, "integration": ROOT}
"""Options whose answer R finds by root finding, inversion or an approximation of its own accuracy."""


def strings(node: Node | None) -> set[str]:
    """Text constants of a node."""
    match node:
        case Const(value, "character"):
            return {str(value)}
        case Call():
            return set().union(*(strings(a.value) for a in node.args))
        case Function():
            return strings(node.body)
        case _:
            return set()


def tolerance(entry: Entry) -> Tolerance:
    """Relative tolerance of each value of an entry, from the functions and options that its R text names."""
    nodes = parse(entry.said["call"])
    functions = set().union(*(called(n) | set(names(n)) for n in nodes))
    words = set().union(*(strings(n) for n in nodes))
    loosest = max([CLOSED, *(BY_FUNCTION.get(f, CLOSED) for f in functions)])
    if "svyciprop" in functions and _logit(words):  # R fits an intercept by glm
        loosest = max(loosest, GLM)
    loose_words = words & set(BY_WORD)

    def of(path: tuple[str, ...]) -> float:
        named = words & set(path)  # lapply over the options: only the one in the path counts
        counting = loose_words & named if named else loose_words
        return max([loosest, *(BY_WORD[w] for w in counting)])

    return of


def _logit(words: set[str]) -> bool:
    others = {"asin", "beta", "mean", "xlogit", "likelihood"}
    return "logit" in words or not words & others


def accuracy(entry: Entry) -> Callable[[tuple[str, ...]], float]:
    """Sizes below which R's own number is not exact.

    The tail that R integrates has an absolute error of 1e-8 (README of the reference answers). `svyolr` stops its
    optimiser early and takes differences for derivatives: coefficients are compared to a thousandth of their
    standard error, and those to a thousandth (docs/decisions/015; against a tight fit of R in tests/models).
    """
    nodes = parse(entry.said["call"])
    words = set().union(*(strings(n) for n in nodes))
    inverted = words & {"lincom", "integration"}
    functions = set().union(*(called(n) for n in nodes))
    ordinal, combined = "svyolr" in functions, {"MIcombine", "glm"} <= functions
    errors = entry.values.get("se", {}) if ordinal and isinstance(entry.values, dict) else {}

    def of(path: tuple[str, ...]) -> float:
        if errors:
            return _of_errors(path, errors)
        if ordinal and path and normal(path[-1]) in Session.errors:
            return GLM * 1e3 / ROOT * Session.errors[normal(path[-1])]
        if combined and path[0] == "df" and isinstance(entry.values.get("df"), dict):
            return 2 * abs(
                entry.values["df"].get(path[-1], 0.0)
            )  # they go with the square of a ratio of variances
        named = inverted & set(path) if words & set(path) else inverted
        return 1e-8 / ROOT if named and path and path[-1] in {"p", "p.value"} else 0.0

    return of


def _of_errors(path: tuple[str, ...], errors: dict[str, float]) -> float:
    loose = GLM * 1e3 / ROOT  # a thousandth, at the tolerance of methods that find roots
    if path[0] == "vcov":
        return loose * abs(errors.get(path[1], 0.0) * errors.get(path[2], 0.0))
    return loose * abs(errors.get(path[-1], 0.0)) if path[0] in {"coef", "zeta", "se"} else 0.0


EDGE = "limits at 0% and 100%: docs/decisions/004"
RANDOM = "the sign of a rounding error under a square root"
LOGLINEAR = "R's sums over a matrix that is not symmetric: docs/decisions/016"


def left_out(entry: Entry) -> Callable[[Leaf], str]:
    """Values that are not compared: by method and condition, each with a decision record; never by id."""
    nodes = parse(entry.said["call"])
    functions = set().union(*(called(n) | set(names(n)) for n in nodes))

    def reason(leaf: Leaf) -> str:
        if _edge(leaf):
            return EDGE
        found = next((why for rule in Session.differences if (why := rule(leaf.path))), "")
        if found:
            return found
        if leaf.value == SQRT_ROUNDING:
            return RANDOM
        if {"svyloglin", "anova"} <= functions and _loglinear(leaf.path):
            return LOGLINEAR
        return ""

    return reason


def _loglinear(path: tuple[str, ...]) -> bool:
    """The weighted sum of the deviance, and both tails of the score, by their places in R's vectors of p."""
    return path[-1:] == ("2",) or (path[-1:] == ("3",) and any("score" in part for part in path))


SQRT_ROUNDING = 1.4901161193847656e-08  # the square root of the distance between 1 and the next number


def _edge(leaf: Leaf) -> bool:
    """A limit of a share that is 0 or 1 without variance: R gives the share itself."""
    numbers = [v for v in leaf.row if isinstance(v, int | float)]
    return (
        len(numbers) == 2
        and abs(numbers[0] - numbers[1]) < 1e-9
        and min(abs(numbers[0]), abs(numbers[0] - 1)) < 1e-9
    )
