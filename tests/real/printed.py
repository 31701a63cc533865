"""Numbers as they were printed, and ours in the same shape: every scalar is compared, none is left over.

Also the designs that the sources describe, and the variables they derive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd
from oracles.harness import shared

import survey_analysis as sa

PREFIXES = ("anes-", "recs-", "api-", "nhanes2-")
ESTIMATE = ("estimate", "std_error")
FIT = ("estimate", "std_error", "statistic")

ANES_DESIGN = {"strata": "Stratum", "psu": "VarUnit", "weight": "Weight", "nest": True}
ANES_STUDY = {
    "questions": {"VotedPres2020_selection": {"levels": ["Biden", "Trump", "Other"]}},
    "derived": {
        "voted_both": {
            "levels": {
                "both": "VotedPres2016 == 'Yes' and VotedPres2020 == 'Yes'",
                "not both": "VotedPres2016 in ['Yes', 'No'] and VotedPres2020 in ['Yes', 'No'] "
                "and (VotedPres2016 == 'No' or VotedPres2020 == 'No')",
            }
        },
        "voter": {
            "levels": {
                "Biden": "VotedPres2020_selection == 'Biden'",
                "not Biden": "VotedPres2020_selection in ['Trump', 'Other']",
            }
        },
        "trusts": {
            "levels": {
                "no": "TrustGovernment in ['About half the time', 'Some of the time', 'Never']",
                "yes": "TrustGovernment in ['Always', 'Most of the time']",
            }
        },
    },
}
FAY = {"columns": "BRRWT*", "method": "Fay", "rho": 0.5, "mse": True}
FIRST_TOTAL, SECOND_TOTAL = 231592693, 231034125  # of the source: beside its counts, and derived earlier
CLUSTERS = {"psu": "dnum", "weight": "pw", "fpc": "fpc"}


@cache
def entries() -> dict[str, dict[str, Any]]:
    """Entries by id, numbers as they stand in the file, digits kept."""
    text = shared("data", "published.json").read_text(encoding="utf-8")
    checks = json.loads(text, parse_float=Decimal, parse_int=Decimal)["checks"]
    return {c["id"]: c for c in checks if c["id"].startswith(PREFIXES)}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every scalar of nested mappings and lists with the way to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from leaves(inner, (*path, str(i)))
    else:
        yield path, value


def agrees(ours: float, printed: Decimal, path: tuple[str, ...], tolerance: float | None) -> bool:
    """Half a unit of the last printed digit, the stated tolerance, or below a printed bound (`p_lt`)."""
    if path[-1].endswith("_lt"):
        return ours < float(printed)
    if tolerance is None:
        return abs(Decimal(float(ours)) - printed) <= Decimal(5).scaleb(printed.as_tuple().exponent - 1)
    return abs(float(ours) - float(printed)) <= tolerance


def compare(identifier: str, ours: Any, printed: Any = None) -> int:
    """Every printed scalar has its number here and none is left over; returns how many there were."""
    entry = entries()[identifier]
    wanted = dict(leaves(entry["printed"] if printed is None else printed))
    found = dict(leaves(ours))
    assert found.keys() == wanted.keys()
    given = entry.get("tolerance", "printed digits")
    tolerance = float(given) if isinstance(given, Decimal) else None
    wrong = [
        f"{' '.join(path)}: {found[path]:.10g}, printed {number}"
        for path, number in wanted.items()
        if not agrees(found[path], number, path, tolerance)
    ]
    assert not wrong, "\n".join(wrong)
    return len(wanted)


def recomputed(identifier: str, ours: Any) -> int:
    """The same for what the entry says an independent program finds."""
    return compare(identifier, ours, entries()[identifier]["recomputed"])


def numbers(row: pd.Series, *names: str) -> list[float]:
    return [float(row[name]) for name in names]


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def by_answer(estimate: sa.Estimate, *names: str) -> dict[str, list[float]]:
    return {row["level"]: numbers(row, *names) for _, row in estimate.to_frame().iterrows()}


def by_term(model: Any, *names: str) -> dict[str, list[float]]:
    return {row["term"]: numbers(row, *names) for _, row in model.to_frame().iterrows()}


def of_factor(terms: dict[str, list[float]], factor: str) -> dict[str, list[float]]:
    """Coefficients `factor[level]` under the name of the level."""
    return {name.removeprefix(f"{factor}[").removesuffix("]"): row for name, row in terms.items()}
