"""The rows of a plan: every comparison under every base, correlation and design effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError, closest
from survey_analysis.planning.expected import Expected
from survey_analysis.planning.pairs import NAN, Setting, detectable, people, reached
from survey_analysis.planning.reach import Reach, reach
from survey_analysis.results.plan import PlanBase, PlanData

_POINTS = 49


@dataclass(frozen=True)
class Planned:
    """One comparison under one setting."""

    a: str
    b: str
    value_a: float
    value_b: float
    told: Setting


def overlaps(
    pairs: Sequence[tuple[str, str]], overlap: Mapping[tuple[str, str], float] | None
) -> dict[tuple[str, str], float]:
    """Stated shares who rate both, by pair as it is compared."""
    out = {}
    for key, value in (overlap or {}).items():
        if not isinstance(key, tuple) or len(key) != 2:
            raise EstimationError(f"overlap holds {key!r}.", hint='{("micro", "average"): 0.4}.')
        found = [p for p in pairs if set(p) == set(key)]
        if not found:
            raise EstimationError(
                f"overlap is given for {' and '.join(map(str, key))}, which are not compared.",
                hint=closest(str(key[0]), dict.fromkeys(x for p in pairs for x in p)),
            )
        out[found[0]] = part("overlap", value)
    return out


def settings(
    places: Sequence[int], known: Sequence[float], rates: int | None, stated: float | None, *,
    alpha: float, sd: float | None, correlations: Sequence[float], deffs: Sequence[float],
) -> list[Setting]:  # fmt: skip
    """The bases of a comparison under every correlation and design effect."""
    first, second = (reach(known, [i], rates) for i in places)
    both = reach(known, places, rates)
    if stated is not None:
        both = Reach(stated, both.deff)
        if (
            not max(0.0, first.share + second.share - 1) - 1e-9
            <= stated
            <= min(first.share, second.share) + 1e-9
        ):
            raise EstimationError(
                f"a share of {stated:g} who rate both is impossible.",
                where=f"{first.share:g} and {second.share:g} rate each.",
            )
    bases: list[PlanBase] = []
    if both.share > 0:
        bases.append("same people")
    if both.share < max(first.share, second.share) - 1e-12:
        bases.append("own bases")
    return [
        Setting(base, r, d, alpha, first, second, both, sd)
        for base, r, d in product(bases, correlations, deffs)
    ]


def row_of(p: Planned, given: Expected, n: float | None, power: float) -> dict[str, object]:
    """People needed (or given), power, and the smallest difference found."""
    told, stated = p.told, given.stated
    if n is None and p.value_a == p.value_b:
        raise EstimationError(
            f"'{p.a}' and '{p.b}' have the same value: no number of people finds a difference.",
            hint="compare with one source (to=), or plan for a difference.",
        )
    needed = people(p.value_a, p.value_b, told, power) if n is None else n
    at = p.value_b if stated else given.middle
    return {
        "a": p.a, "b": p.b,
        "value_a": p.value_a if stated else NAN, "value_b": p.value_b if stated else at,
        "difference": p.value_a - p.value_b if stated else NAN,
        "base": told.base, "correlation": told.correlation, "deff": told.deff, "deff_loop": told.loop,
        "alpha": told.alpha, "reach": told.reach, "n_base": needed * told.reach, "n": needed,
        "power": reached(p.value_a, p.value_b, told, needed) if stated else NAN,
        "detectable": detectable(at, told, needed, power, above=p.value_a >= p.value_b),
    }  # fmt: skip


def curves_of(planned: Sequence[Planned], made: PlanData) -> pd.DataFrame:
    """Power over people for each main row: from a part of what the fastest needs to twice the slowest."""
    main = made.main
    least, most = float(main["n"].min()), float(main["n"].max())
    ends = (least / 6, most * 2) if made.solved == "n" else (least / 8, most * 4)
    out = []
    for i in main.index:
        p = planned[i]
        for n in np.geomspace(*ends, _POINTS):
            power = reached(p.value_a, p.value_b, p.told, float(n))
            out.append({"row": i, "a": p.a, "b": p.b, "n": float(n), "power": power})
    return pd.DataFrame(out)


def part(name: str, value: float, *, least: float = 0.0, most: float = 1.0) -> float:
    """A share within limits."""
    if not least <= value <= most:
        raise EstimationError(f"{name} = {value:g} is no possible share.")
    return float(value)
