"""The rows of published figures: each figure, each comparison, people needed, verdicts, checks of the bases."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.printed.cases import CASES, Group, consider, effective, shares
from survey_analysis.printed.counts import edges, impossible, nearest_possible
from survey_analysis.printed.limits import share_limits
from survey_analysis.printed.needed import more_needed
from survey_analysis.results.published import Assumptions, PrintedFigure, Range, Verdict

Pair = tuple[PrintedFigure, PrintedFigure]


def pairs_of(known: tuple[PrintedFigure, ...]) -> tuple[Pair, ...]:
    """All pairs of shares of an item, the higher printed figure first."""
    by_item: dict[str, list[PrintedFigure]] = {}
    for f in known:
        if f.unit != "times":
            by_item.setdefault(f.item, []).append(f)
    found = [pair for item in by_item.values() for pair in combinations(item, 2)]
    return tuple((b, a) if b.value > a.value else (a, b) for a, b in found)


def groups(pair: Pair, told: Assumptions) -> tuple[Group, ...]:
    """Whether the people behind two figures are considered different, the same, or both ways."""
    said = pair[0].same_people if pair[0].same_people != "unknown" else told.same_people
    found: tuple[Group, ...] = {"yes": ("same",), "no": ("different",)}.get(said, ("different", "same"))  # type: ignore[assignment]
    low, high = _common(pair, told)
    if "same" in found and low > high:
        if said == "yes":
            raise EstimationError(
                f"'{pair[0].subject}' and '{pair[1].subject}' cannot be rated by the same people.",
                where="the numbers of people given for the two have nothing in common.",
            )
        found = ("different",)
    return found


def _range(figure: PrintedFigure, told: Assumptions) -> Range:
    return told.n.get(figure.subject, told.n.get("", (1.0, float("inf"))))


def _common(pair: Pair, told: Assumptions) -> Range:
    (low_a, high_a), (low_b, high_b) = (_range(f, told) for f in pair)
    return max(low_a, low_b), min(high_a, high_b)


def _ends(low: float, high: float, told: Assumptions, values: list[PrintedFigure]) -> list[float]:
    """People at both ends of a range that can give the figures as printed; the ends where none can."""
    if told.counts and all(f.unit == "persons" for f in values):
        nearest = nearest_possible([f.value for f in values], values[0].rounding, low, high)
        if nearest[0] is not None and nearest[1] is not None:
            low, high = float(nearest[0]), float(nearest[1])
    return list(dict.fromkeys((low, high)))


def figure_rows(f: PrintedFigure, told: Assumptions) -> list[dict[str, object]]:
    """One row a number of people: the interval of a printed share at the edges of what is not known."""
    ladder = list(told.ladder) if not told.n else _ends(*_range(f, told), told, [f])
    low, high = edges(f.value, f.rounding)
    out = []
    for n in ladder:
        found = shares(f, told, int(n))
        limits = [(float("nan"),) * 2] * 2
        if found is not None:
            counted = [max(effective(n, f, told, case), 1.0) for case in CASES]
            limits = [share_limits(found, c, level=told.level, method=told.method) for c in counted]
        out.append(
            {
                "item": f.item, "subject": f.subject, "value": f.value,
                "rounding_low": float(low), "rounding_high": min(float(high), 1.0),
                "n": n, "possible": found is not None,
                "low_widest": limits[0][0], "high_widest": limits[0][1],
                "low_narrowest": limits[1][0], "high_narrowest": limits[1][1],
            }
        )  # fmt: skip
    return out


def pair_rows(pair: Pair, told: Assumptions) -> list[dict[str, object]]:
    """One row a number of people and case: the difference of two printed shares."""
    out = []
    for group in groups(pair, told):
        for n in _people(pair, told, group):
            for case in CASES:
                seen = consider(*pair, n, told, group=group, case=case, whole=True)
                d = seen.found
                out.append(
                    {
                        "item": pair[0].item, "a": pair[0].subject, "b": pair[1].subject, "people": group,
                        "case": case, "n_a": n[0], "n_b": n[1],
                        "share_a": seen.share_a, "share_b": seen.share_b,
                        "difference": d.difference if d else float("nan"),
                        "correlation": d.correlation if d else float("nan"),
                        "low": d.low if d else float("nan"), "high": d.high if d else float("nan"),
                        "p_value": d.p_value if d else float("nan"),
                        "possible": d is not None, "holds": d is not None and d.holds(told.level),
                    }
                )  # fmt: skip
    return out


def _people(pair: Pair, told: Assumptions, group: Group) -> list[Range]:
    """Numbers of people to look at: the ladder, or the ends of what is known."""
    if not told.n:
        return [(n, n) for n in told.ladder]
    if group == "same":
        return [(n, n) for n in _ends(*_common(pair, told), told, list(pair))]
    ends = [_ends(*_range(f, told), told, [f]) for f in pair]
    return list(dict.fromkeys([(ends[0][0], ends[1][0]), (ends[0][-1], ends[1][-1])]))


def needed_rows(pair: Pair, told: Assumptions) -> list[dict[str, object]]:
    """Fewest people for which a comparison holds, least and most favourable case."""
    return [
        {
            "item": pair[0].item, "a": pair[0].subject, "b": pair[1].subject, "claim": "more",
            "people": group, "case": case, "n_needed": more_needed(*pair, told, group=group, case=case),
        }
        for group in groups(pair, told)
        for case in CASES
    ]  # fmt: skip


def verdict_row(
    pair: Pair, compared: pd.DataFrame, needed: pd.DataFrame, told: Assumptions
) -> dict[str, object]:
    """What follows from all cases of a comparison."""
    a, b = pair
    mine, fewest = (
        t.loc[(t["item"] == a.item) & (t["a"] == a.subject) & (t["b"] == b.subject)]
        for t in (compared, needed)
    )
    verdict: Verdict
    if not told.n:
        most = fewest.loc[fewest["case"] == "most", "n_needed"]
        verdict = "only if" if (most < float("inf")).any() else "cannot hold"
    elif mine.loc[mine["case"] == "least", "holds"].all():
        verdict = "holds"
    else:
        verdict = "only if" if mine.loc[mine["case"] == "most", "holds"].any() else "cannot hold"
    return {
        "item": a.item, "a": a.subject, "b": b.subject, "difference": a.value - b.value,
        "verdict": verdict, "considered": len(mine), "holding": int(mine["holds"].sum()),
    }  # fmt: skip


def check_rows(known: tuple[PrintedFigure, ...], told: Assumptions) -> list[dict[str, object]]:
    """Numbers of people that cannot give the printed figures, each alone and all of an item together."""
    out: list[dict[str, object]] = []
    for item in dict.fromkeys(f.item for f in known):
        mine = [f for f in known if f.item == item and f.unit == "persons"]
        if not mine:
            continue
        for values, who in [([f], f.subject) for f in mine] + (
            [(mine, "all of them")] if len(mine) > 1 else []
        ):
            cannot = impossible([f.value for f in values], values[0].rounding)
            low, high = _range(values[0], told)
            inside = [n for n in cannot if low <= n <= high]
            out.append(
                {
                    "item": item, "subject": who, "impossible": cannot,
                    "largest_impossible": max(cannot, default=0),
                    "base_possible": len(inside) < high - low + 1, "checked": told.counts,
                }
            )  # fmt: skip
    return out
