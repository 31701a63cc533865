"""`postStratify`, `rake`, `calibrate`, `trimWeights`, `svystandardize`."""

from __future__ import annotations

from typing import Any

import numpy as np

from oracles.r.asking import Columns
from oracles.r.base_tables import as_data_frame, summands
from oracles.r.evaluate import builtin
from oracles.r.nodes import Call, Const
from oracles.r.survey_design import Design, Term
from oracles.r.survey_estimates import truth
from oracles.r.values import Formula, Frame, NotCoveredError, RList, factor_of, numbers, scalar, text, texts


def frame_of(population: Any) -> Frame:
    """A population as a data frame with `Freq`."""
    return population if isinstance(population, Frame) else as_data_frame(population)


def with_terms(design: Design, terms: list[Term]) -> tuple[Design, list[str]]:
    """The design with the terms as columns, and their names."""
    from dataclasses import replace

    columns = Columns(design)
    names = [columns.category(t) if not t.numeric else columns.name(t) for t in terms]
    data = design.data
    for name, value in columns.extra.items():
        data = data.with_column(name, value)
    return replace(design, data=data, cache={}), names


def margin(terms: list[Term], population: Frame) -> dict[tuple[str, ...], float]:
    """Counts of the crossed levels."""
    keys = [texts(population.columns[t.text]) for t in terms]
    counts = numbers(population.columns["Freq"])
    return {tuple(k): float(n) for *k, n in zip(*keys, counts, strict=True)}


def categories(design: Design, formula: Formula) -> list[Term]:
    """Terms of a margin, as categories even when they are numbers."""
    return [Term(t.text, factor_of(t.value)) if t.numeric else t for t in design.terms(formula)]


@builtin("postStratify", "design strata population partial ...")
def post_stratify(
    design: Design, strata: Any, population: Any, partial: Any = None, dots: Any = ()
) -> Design:
    if dots:
        raise NotCoveredError(f"postStratify({dots[0][0]}=)")
    terms = categories(design, strata)
    counts = margin(terms, frame_of(population))
    made, names = with_terms(design, terms)
    options = {"partial": True} if truth(partial) else {}
    if made.limits and options:
        raise NotCoveredError("postStratify(partial = TRUE) of a domain")
    if made.limits:  # linear calibration on the cells is post-stratification
        margin_ = {k if len(k) > 1 else k[0]: v for k, v in counts.items()}
        return made.with_step(lambda s: s.calibrate({" x ".join(names): margin_}, **made.limits))
    return made.with_step(lambda s: s.poststratify(names, counts, **options))


@builtin("rake", "design sample.margins population.margins control compress")
def rake(
    design: Design, sample_margins: Any, population_margins: Any, control: Any = None, compress: Any = None
) -> Design:
    made, targets = margins(design, sample_margins, population_margins)
    if control is not None and not set(control.names or ()) <= {"maxit", "epsilon", "verbose"}:
        raise NotCoveredError("rake(control=) of other options")
    given = {
        k: scalar(control.get(k))
        for k in ("maxit", "epsilon")
        if control is not None and control.get(k) is not None
    }
    options: dict[str, Any] = {"max_rounds": int(given["maxit"])} if "maxit" in given else {}
    options |= {"change": given["epsilon"]} if "epsilon" in given else {}
    return made.with_step(lambda s: s.rake(targets, variance="r-rake", **options, **made.limits))


def margins(design: Design, formulas: Any, populations: Any) -> tuple[Design, dict[str, dict[Any, float]]]:
    """Targets by margin: a variable, or several crossed."""
    made, targets = design, {}
    for formula, population in zip(formulas.values, populations.values, strict=True):
        terms = categories(made, formula)
        counts = margin(terms, frame_of(population))
        made, names = with_terms(made, terms)
        if len(names) == 1:
            targets[names[0]] = {k[0]: v for k, v in counts.items()}
        else:
            targets[" x ".join(names)] = counts
    return made, targets


@builtin(
    "calibrate",
    "design formula population aggregate.stage stage variance bounds calfun maxit epsilon verbose force trim bounds.const ...",
)
def calibrate(
    design: Design, formula: Any, population: Any, aggregate_stage: Any = None, stage: Any = None, variance: Any = None,
    bounds: Any = None, calfun: Any = None, maxit: Any = None, epsilon: Any = None, verbose: Any = None,
    force: Any = None, trim: Any = None, bounds_const: Any = None, dots: Any = (),
) -> Design:  # fmt: skip
    if stage is not None or trim is not None or truth(bounds_const) or dots:
        raise NotCoveredError("calibrate(stage=, trim=, bounds.const=)")
    if isinstance(formula, RList):
        made, totals = margins(design, formula, population)
    else:
        made, totals = design_totals(design, formula, population)
    options: dict[str, Any] = {"method": "linear" if calfun is None else text(calfun)}
    if bounds is not None:
        options["bounds"] = tuple(float(v) for v in numbers(bounds))
    if aggregate_stage is not None:
        if scalar(aggregate_stage) != 1:
            raise NotCoveredError("calibrate(aggregate.stage = 2)")
        options["whole_clusters"] = True
    if variance is not None:
        options["variance"] = list(totals)[int(scalar(variance)) - 1]
    if epsilon is not None:
        options["tolerance"] = scalar(epsilon)
    return made.with_step(lambda s: s.calibrate(totals, **options, **made.limits))


def design_totals(design: Design, formula: Formula, population: Any) -> tuple[Design, dict[str, Any]]:
    """Totals of the columns of a model matrix as totals of numbers and counts of categories.

    With treatment contrasts the intercept is the population size and the first category is what is left of it.
    """
    if population.names is None:
        raise NotCoveredError("population totals without names")
    given = dict(zip(population.names, map(float, numbers(population)), strict=True))
    nodes = [n for part in summands(formula.rhs) for n in _without_minus(part)]
    intercept = not any(isinstance(n, Const) and n.value == 0 for n in nodes)
    terms = [design.term(n) for n in nodes if not isinstance(n, Const)]
    made, names = with_terms(design, terms)
    size = given.pop("(Intercept)", None)
    if intercept != (size is not None):
        raise NotCoveredError("a population without the size that the intercept needs")
    totals: dict[str, Any] = {}
    for term, name in zip(terms, names, strict=True):
        if term.numeric:
            totals[name] = given.pop(term.text)
            continue
        levels = term.factor.levels
        counts = {v: given.pop(f"{term.text}{v}") for v in levels if f"{term.text}{v}" in given}
        if len(counts) < len(levels):
            if size is None:
                raise NotCoveredError("counts of a category that are not all given")
            counts = {levels[0]: size - sum(counts.values()), **counts}
        totals[name] = counts
    if size is not None and not any(isinstance(v, dict) for v in totals.values()):
        totals = {"1": size, **totals}
    if given:
        raise NotCoveredError(f"population totals of {', '.join(given)}")
    return made, totals


def _without_minus(node: Any) -> list[Any]:
    """`x - 1` is x without an intercept, written as x and 0."""
    if isinstance(node, Call) and node.name == "-" and len(node.values) == 2:
        left, right = node.values
        if isinstance(right, Const) and right.value == 1:
            return [*_without_minus(left), Const(0.0, "double")]
    if isinstance(node, Call) and node.name == "+" and len(node.values) == 2:
        return [n for v in node.values for n in _without_minus(v)]
    if isinstance(node, Call) and node.name in {"*", ":"}:
        raise NotCoveredError("interactions in calibrate()")
    return [node]


@builtin("trimWeights", "design upper lower strict ...")
def trim_weights(
    design: Design, upper: Any = None, lower: Any = None, strict: Any = None, dots: Any = ()
) -> Design:
    options: dict[str, Any] = {}
    if upper is not None and np.isfinite(scalar(upper)):
        options["upper"] = scalar(upper)
    if lower is not None and np.isfinite(scalar(lower)):
        options["lower"] = scalar(lower)
    if truth(strict):
        options["strict"] = True
    return design.with_step(lambda s: s.trim(**options, **design.limits))


@builtin("svystandardize", "design by over population excluding.missing ...")
def standardize(
    design: Design, by: Any, over: Any, population: Any, excluding_missing: Any = None, dots: Any = ()
) -> Design:
    terms, groups = categories(design, by), categories(design, over)
    made, names = with_terms(design, [*terms, *groups])
    if len(terms) != 1:
        raise NotCoveredError("svystandardize() by several variables")
    levels = terms[0].factor.levels
    shares = dict(zip(levels, map(float, numbers(population) / numbers(population).sum()), strict=True))
    where = None
    if excluding_missing is not None:
        lost = design.terms(excluding_missing)
        made, columns = with_terms(made, lost)
        where = " and ".join(f"`{c}` is not missing" for c in columns)
    return made.with_step(lambda s: s.standardize(names[0], shares, over=names[1:], where=where))
