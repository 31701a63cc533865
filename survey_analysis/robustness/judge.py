"""What the paths say together: range, share with the same conclusion, and what the conclusion hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from survey_analysis.results.robustness import Dimension, RobustnessData

SENSITIVE: Final = 0.90
"""A conclusion that holds in fewer paths than this share is called sensitive."""


def of_target(data: RobustnessData, target: str) -> pd.DataFrame:
    """The rows of one target, the declared path first."""
    return data.rows[data.rows["target"] == target].reset_index(drop=True)


def summary(data: RobustnessData) -> pd.DataFrame:
    """One row a target.

    Returns
    -------
    DataFrame
        `target, declared, conclusion, paths, same, share_same, low, high, low_any_box, high_any_box,
        sensitive_to`: the declared estimate and its conclusion; how many paths there are and in how many the
        conclusion holds; the smallest and largest estimate among paths with the declared box (another box is
        another quantity), and among all boxes; the option the conclusion hangs on.
    """
    return pd.DataFrame([target_summary(data, t.name) for t in data.targets])


def target_summary(data: RobustnessData, target: str) -> dict[str, Any]:
    """The row of one target in `summary`."""
    rows = of_target(data, target)
    first = rows.iloc[0]
    alike = rows.loc[rows["box"] == first["box"], "estimate"]
    boxed = rows.loc[rows["unit"] == first["unit"], "estimate"]
    which = sensitive_to(data, target)
    return {
        "target": target,
        "declared": float(first["estimate"]),
        "conclusion": str(first["conclusion"]),
        "paths": len(rows),
        "same": int(rows["same"].sum()),
        "share_same": float(rows["same"].mean()),
        "low": float(alike.min()),
        "high": float(alike.max()),
        "low_any_box": float(boxed.min()),
        "high_any_box": float(boxed.max()),
        "sensitive_to": "" if which is None else f"{which[0]}: {which[1]}",
    }


def flips(data: RobustnessData, target: str) -> pd.DataFrame:
    """How often each option changes the conclusion, everything else being equal.

    A path with the option is set beside its twin: the path that takes the declared choice in that decision and
    is the same in all others. It flips when the declared conclusion holds in one of the two only.

    Returns
    -------
    DataFrame
        `dimension, option, paths, low, high, same, twins, flips, share`: paths with the option, range of their
        estimates (with the declared box, or of the box itself), share of them in which the declared conclusion
        holds; twins found, flips, and the share of twins that flip.
    """
    rows = of_target(data, target)
    box = rows["box"].iloc[0]
    names = [d.name for d in data.varied]
    known = dict(zip(map(tuple, rows[names].to_numpy().tolist()), rows["same"].tolist(), strict=True))
    out = []
    for place, dimension in enumerate(data.varied):
        for choice in dimension.choices:
            mine = rows[rows[dimension.name] == choice.name]
            alike = mine.loc[mine["box"] == box if dimension.name != "box" else mine["box"] != "", "estimate"]
            twins = _twins(known, place, choice.name, dimension)
            changed = sum(a != b for a, b in twins)
            out.append(
                {
                    "dimension": dimension.name,
                    "option": choice.name,
                    "paths": len(mine),
                    "low": float(alike.min()) if len(alike) else np.nan,
                    "high": float(alike.max()) if len(alike) else np.nan,
                    "same": float(mine["same"].mean()) if len(mine) else np.nan,
                    "twins": len(twins),
                    "flips": changed,
                    "share": changed / len(twins) if twins else np.nan,
                }
            )
    return pd.DataFrame(out)


def _twins(
    known: dict[tuple[str, ...], bool], place: int, option: str, dimension: Dimension
) -> Sequence[tuple[bool, bool]]:
    if option == dimension.declared:
        return []
    found = []
    for path, same in known.items():
        if path[place] != option:
            continue
        twin = (*path[:place], dimension.declared, *path[place + 1 :])
        if twin in known:
            found.append((same, known[twin]))
    return found


def sensitive_to(data: RobustnessData, target: str) -> tuple[str, str] | None:
    """Decision and option that flip the conclusion most often; None when it holds in 90% of the paths or more.

    Of options that flip equally often the first in the order of the decisions is named.
    """
    if float(of_target(data, target)["same"].mean()) >= SENSITIVE:
        return None
    table = flips(data, target)
    share = table["share"].to_numpy(dtype=np.float64)
    if not (share > 0).any():
        return None
    worst = table.iloc[int(np.nanargmax(share))]
    return str(worst["dimension"]), str(worst["option"])
