"""Which rows are compared with which: pairs of levels of one dimension, within the others."""

from __future__ import annotations

from dataclasses import dataclass

from survey_analysis.errors import EstimationError, closest
from survey_analysis.results.estimate import Dim, EstimateData


@dataclass(frozen=True)
class Pair:
    """Rows a and b of an estimate that differ in one dimension only."""

    a: int
    b: int
    dim: int


def chosen_dim(estimate: EstimateData, dim: str | None, to: str | None) -> int:
    """Which dimension is compared: the one named, the one `to` belongs to, else the only one."""
    names = [d.name for d in estimate.dims]
    if not names:
        raise EstimationError(
            "There is nothing to compare: the estimate is not broken down.",
            hint="estimate with by=, then compare.",
        )
    if dim is not None:
        if dim not in names:
            raise EstimationError(f"'{dim}' is not a dimension of this estimate.", hint=closest(dim, names))
        return names.index(dim)
    if to is not None:
        holders = [i for i, d in enumerate(estimate.dims) if d.key_of(to) is not None]
        if len(holders) == 1:
            return holders[0]
        if len(holders) > 1:
            raise EstimationError(f"'{to}' is a level of several dimensions.", hint="say dim=...")
        known = [x for d in estimate.dims for level in d.levels for x in level]
        raise EstimationError(f"'{to}' is not a level of {' or '.join(names)}.", hint=closest(to, known))
    if estimate.topic.subject in names:
        return names.index(estimate.topic.subject)
    groups = [i for i, d in enumerate(estimate.dims) if d.kind == "group"]
    if len(groups) == 1:
        return groups[0]
    if len(names) > 1:
        raise EstimationError(
            "The estimate is broken down by several variables.", hint="say dim= one of " + ", ".join(names)
        )
    return 0


def pairs(estimate: EstimateData, dim: str | None, to: str | None) -> list[Pair]:
    """All pairs, or every level against `to`, in scale order; levels without respondents are left out."""
    d = chosen_dim(estimate, dim, to)
    level_names = estimate.rows["level"].tolist() if "level" in estimate.rows else [""] * len(estimate)
    alike = estimate.dims[d].name == "question"  # then rows differ in the question and nothing else
    questions = [""] * len(estimate) if alike else estimate.rows["question"].tolist()
    groups: dict[tuple[str, ...], dict[str, int]] = {}
    answered = (estimate.rows["n"] > 0).tolist()
    for i, keys in enumerate(estimate.keys):
        rest = (questions[i], level_names[i], *keys[:d], *keys[d + 1 :])
        if answered[i]:
            groups.setdefault(rest, {})[keys[d]] = i
    reference = _key(estimate.dims[d], to) if to is not None else None
    out = []
    for members in groups.values():
        ordered = [k for k, _ in estimate.dims[d].levels if k in members]
        if reference is not None:
            if reference in members:
                out += [Pair(members[k], members[reference], d) for k in ordered if k != reference]
        else:
            out += [Pair(members[a], members[b], d) for i, a in enumerate(ordered) for b in ordered[i + 1 :]]
    if not out:
        raise EstimationError(
            "There are no two rows to compare.", hint="estimate at least two levels with answers."
        )
    return out


def _key(dim: Dim, name: str) -> str:
    key = dim.key_of(name)
    if key is None:
        raise EstimationError(
            f"'{name}' is not a level of {dim.name}.",
            hint=closest(name, [x for lv in dim.levels for x in lv]),
        )
    return key
