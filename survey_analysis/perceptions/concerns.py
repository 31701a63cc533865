"""What a reader must know about a scale: found in its wording, its length and the answers of each group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.cleaning.double_barrelled import double_barrelled
from survey_analysis.core.item_moments import ItemMoments
from survey_analysis.core.reliability import against, correlation_of, is_singular
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scale_items import GroupAnswers, ScaleItems
from survey_analysis.results.reliability import Concern
from survey_analysis.typing import FloatArray

FEWEST = 3
SAME = 1 - 1e-9  # a correlation of one item with another that says the same


def of_scale(survey: SurveyData, scale: ScaleItems) -> list[Concern]:
    """Concerns that do not depend on the answers."""
    out = []
    length = {1: "one_item", 2: "two_items", 3: "three_items"}.get(len(scale.items))
    if length is not None:
        out.append(Concern(length, scale.label, scale.names))  # type: ignore[arg-type]
    joined = {d.question: d.words for d in double_barrelled(survey.table.codebook)}
    out += [
        Concern("double_barrelled", scale.label, (name,), detail=joined[name])
        for name in scale.names
        if name in joined
    ]
    return out


def undefined(
    label: str, names: Sequence[str], answers: GroupAnswers, moments: ItemMoments, vector: FloatArray
) -> list[Concern]:
    """What leaves no coefficient defined in a group: items nobody answered, too few people, no variation."""
    given = ~np.isnan(answers.x) & answers.inside[:, None]
    silent = [name for j, name in enumerate(names) if not given[:, j].any()]
    if silent:
        return [Concern("unanswered", label, tuple(silent))]
    if (moments.n < FEWEST).any():
        return [Concern("few_people", label, tuple(names), detail=str(int(moments.n.min())))]
    variances = np.diagonal(moments.split(vector)[1])
    still = [name for name, v in zip(names, variances, strict=True) if not v > 0]
    return [Concern("constant", label, tuple(still))] if still else []


def of_items(scale: ScaleItems, covariance: FloatArray) -> list[Concern]:
    """Items that run against the rest, and singular correlations, in one group."""
    r = correlation_of(covariance)
    out = []
    if is_singular(r):
        out.append(_singular(scale, r))
    if len(scale.items) == 2:
        turned = scale.names if r[0, 1] < 0 else ()
    else:
        turned = tuple(n for n, key in zip(scale.names, against(covariance), strict=True) if key < 0)
    if turned:
        pair = "pair" if len(scale.items) == 2 else ""
        out.append(Concern("reversed", scale.label, turned, detail=pair))
    return out


def _singular(scale: ScaleItems, r: FloatArray) -> Concern:
    """Items that say the same, or the smallest direction without variance; a pairwise matrix may be none."""
    values = np.linalg.eigvalsh(r)
    if values[0] < -1e-8:
        return Concern("not_positive", scale.label, scale.names, detail="the pairwise correlations")
    i, j = np.nonzero(np.triu(np.abs(r) > SAME, 1))
    if len(i):
        same = sorted({*i.tolist(), *j.tolist()})
        return Concern("singular", scale.label, tuple(scale.names[k] for k in same), detail="the same")
    weight = np.abs(np.linalg.eigh(r)[1][:, 0])
    members = tuple(n for n, w in zip(scale.names, weight, strict=True) if w > 1e-6)
    return Concern("singular", scale.label, members, detail="a sum")


def of_polychoric(scale: ScaleItems, vector: FloatArray, r: FloatArray, largest: float) -> list[Concern]:
    """Concerns about polychoric correlations."""
    i, j = np.triu_indices(len(scale.items), 1)
    edge = [k for k, rho in enumerate(vector) if abs(rho) >= largest]
    if edge:
        names = sorted({scale.names[x] for k in edge for x in (i[k], j[k])}, key=scale.names.index)
        return [Concern("edge", scale.label, tuple(names))]
    if np.isfinite(r).all() and np.linalg.eigvalsh(r)[0] <= 0:
        return [Concern("not_positive", scale.label, scale.names, detail="the polychoric correlations")]
    return []


def merged(found: Sequence[tuple[str, Concern]]) -> tuple[Concern, ...]:
    """Concerns of groups, each once with the groups it was found in, in order of appearance."""
    groups: dict[Concern, list[str]] = {}
    for group, concern in found:
        places = groups.setdefault(concern, [])
        if group and group not in places:
            places.append(group)
    return tuple(Concern(c.kind, c.scale, c.items, tuple(places), c.detail) for c, places in groups.items())
