"""lavaan model syntax: factors of constructs, repeated over what was rated, and sequences of equality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from survey_analysis.results.lavaan import ModelStep

FREE = "NA"


@dataclass(frozen=True)
class Model:
    """What is measured where.

    Attributes
    ----------
    factors
        Items of each construct.
    blocks
        What was rated, for a repeated model ("micro", "average"); one empty name where items stand once.
    groups
        Groups of people, in order; empty for one group.
    thresholds
        Number of thresholds of each ordinal item; empty for items taken as continuous.
    """

    factors: Mapping[str, tuple[str, ...]]
    blocks: tuple[str, ...] = ("",)
    groups: tuple[str, ...] = ()
    thresholds: Mapping[str, int] | None = None

    @property
    def places(self) -> int:
        """How many groups or blocks parameters may be equal across."""
        return len(self.groups) or len(self.blocks)


def placed(name: str, block: str) -> str:
    """Name of an item or factor in a block: `honest.micro`."""
    return f"{name}.{block}" if block else name


def cfa_syntax(model: Model) -> str:
    """Factors by their items; in a repeated model residuals of the same item are correlated across blocks.

    Examples
    --------
    >>> print(cfa_syntax(Model({"trust": ("honest", "fair")}, ("a", "b"))))
    trust.a =~ honest.a + fair.a
    trust.b =~ honest.b + fair.b
    honest.a ~~ honest.b
    fair.a ~~ fair.b
    """
    lines = [
        f"{placed(factor, b)} =~ {' + '.join(placed(i, b) for i in items)}"
        for factor, items in model.factors.items()
        for b in model.blocks
    ]
    return "\n".join([*lines, *_residuals(model)])


def _residuals(model: Model) -> list[str]:
    return [
        f"{placed(i, a)} ~~ {placed(i, b)}"
        for items in model.factors.values()
        for i in items
        for a, b in combinations(model.blocks, 2)
    ]


def invariance_steps(model: Model, *, freed: Sequence[str] = ()) -> tuple[ModelStep, ...]:
    """The sequence of models in which more and more is equal across groups, or across what was rated.

    Ordinal items: configural, thresholds, loadings, intercepts (Wu and Estabrook 2016), in the theta
    parameterization, factors standardised in the first place. Continuous items: configural, loadings, intercepts,
    the first loading of each factor fixed. With `freed`, one more step an item: its intercepts freed again in the
    last model, so that the differences of factor means without it can be read.
    """
    if model.thresholds:
        four = ("configural", "thresholds", "loadings", "intercepts")
        made = [ModelStep(n, _ordinal(model, i)) for i, n in enumerate(four)]
        return (*made, *(ModelStep(f"intercepts, {x} freed", _ordinal(model, 3, x)) for x in freed))
    if model.groups:
        plain = cfa_syntax(model)
        equal = {"configural": (), "loadings": ("loadings",), "intercepts": ("loadings", "intercepts")}
        made = [ModelStep(n, plain, e) for n, e in equal.items()]
        last = equal["intercepts"]
        return (
            *made,
            *(ModelStep(f"intercepts, {x} freed", plain + _unequal(model, x), last) for x in freed),
        )
    three = ("configural", "loadings", "intercepts")
    made = [ModelStep(n, _repeated(model, i)) for i, n in enumerate(three)]
    return (*made, *(ModelStep(f"intercepts, {x} freed", _repeated(model, 2, x)) for x in freed))


def _unequal(model: Model, item: str) -> str:
    """Labels that differ by group keep `group.equal` from holding the intercept of an item equal."""
    labels = ", ".join(f"i.{item}.{g + 1}" for g in range(len(model.groups)))
    return f"\n{item} ~ c({labels})*1"


def _line(model: Model, left: str, operator: str, right: str, values: Sequence[str]) -> list[str]:
    """One parameter in every place: a vector over groups, or a line a block; an empty `right` is the left again."""
    if model.groups:
        return [f"{left} {operator} c({', '.join(values)})*{right or left}"]
    return [
        f"{placed(left, b)} {operator} {v}*{right or placed(left, b)}"
        for b, v in zip(model.blocks, values, strict=True)
    ]


def _loadings(model: Model, factor: str, item: str, values: Sequence[str]) -> list[str]:
    if model.groups:
        return [f"{factor} =~ c({', '.join(values)})*{item}"]
    return [
        f"{placed(factor, b)} =~ {v}*{placed(item, b)}" for b, v in zip(model.blocks, values, strict=True)
    ]


def _ordinal(model: Model, step: int, freed: str = "") -> str:
    """One of the four models; step 0 to 3 is what is equal: nothing, thresholds, loadings, intercepts."""
    k = model.places
    thresholds = model.thresholds or {}
    other = [FREE] * (k - 1)
    lines: list[str] = []
    for factor, items in model.factors.items():
        for item in items:
            label = f"l.{item}"
            lines += _loadings(model, factor, item, [label] * k if step >= 2 else [FREE] * k)
        lines += _line(model, factor, "~~", "", ["1", *(other if step >= 2 else ["1"] * (k - 1))])
        lines += _line(model, factor, "~", "1", ["0", *(other if step >= 3 else ["0"] * (k - 1))])
        for item in items:
            if step >= 1:
                for t in range(1, thresholds[item] + 1):
                    lines += _line(model, item, "|", f"t{t}", [f"t{t}.{item}"] * k)
            intercepts_free = step in (1, 2) or item == freed
            lines += _line(model, item, "~", "1", ["0", *(other if intercepts_free else ["0"] * (k - 1))])
            lines += _line(model, item, "~~", "", ["1", *(other if step >= 1 else ["1"] * (k - 1))])
    return "\n".join([*lines, *_residuals(model)])


def _repeated(model: Model, step: int, freed: str = "") -> str:
    """Continuous items over blocks; step 0 to 2 is what is equal: nothing, loadings, intercepts."""
    k = len(model.blocks)
    lines: list[str] = []
    for factor, items in model.factors.items():
        for j, item in enumerate(items):
            label = "1" if j == 0 else f"l.{item}" if step >= 1 else FREE
            lines += _loadings(model, factor, item, [label] * k)
        lines += _line(model, factor, "~", "1", ["0", *[FREE if step >= 2 else "0"] * (k - 1)])
        for item in items:
            same = step >= 2 and item != freed
            lines += _line(model, item, "~", "1", [f"i.{item}" if same else FREE] * k)
    return "\n".join([*lines, *_residuals(model)])
