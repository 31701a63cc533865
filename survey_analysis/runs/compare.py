"""What moved between two runs, number by number, and which input moved it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.results.runs import RunDiffData
from survey_analysis.runs.read import Run, read_run
from survey_analysis.wording.numbers import units

_SAME = 1e-9  # relative; less is the last digits of another machine
_MEASURES = (
    "estimate", "std_error", "conf_low", "conf_high", "df", "deff", "n", "n_effective", "n_missing", "n_weighted",
    "estimate_a", "estimate_b", "statistic", "p_value", "p_adjusted", "n_a", "n_b", "detectable", "effect_size",
    "effect_low", "effect_high", "df_residual", "share", "share_std_error", "share_low", "share_high", "rank",
    "beta", "correlation", "size", "count", "weighted_count", "row_share", "table_share", "index", "weight_sum",
)  # fmt: skip
_DESCRIBED = ("base_text", "method", "relation", "simulated", "effect", "symbol", "letters", "unit")
_DATA, _RULES = ("data",), ("clean", "derived", "filters", "roles", "frames", "samples")
MOVED = ("number", "measure", "before", "after", "unit", "printed", "n_before", "n_after", "why")


def diff(run_a: str | Path, run_b: str | Path) -> RunDiffData:
    """Compare the numbers of two runs.

    Parameters
    ----------
    run_a, run_b : path
        Folders that `survey-analysis report` or `survey-analysis tables` wrote, before and after.

    Returns
    -------
    RunDiffData
        Every estimate, test and letter that moved, with what moved it: people in the base, their answers, their
        weights, the definition, or the code, as the bases and counts beside each number show.

    Raises
    ------
    DataError
        A folder that holds no run; runs of different kinds.

    Notes
    -----
    A number moved when it changed by more than a billionth of itself. Why is read off what stands beside it: other
    n, the base; the same n and other counts, the answers; the same people with another weighted base, the weights.
    """
    a, b = read_run(run_a), read_run(run_b)
    if a.manifest["kind"] != b.manifest["kind"]:
        raise DataError(
            "The runs are of different kinds.",
            where=f"'{a.name}' is a {a.manifest['kind']} run and '{b.name}' a {b.manifest['kind']} run.",
            hint="compare a report with a report, tables with tables.",
        )
    changed = inputs(a, b)
    before, after = _addressed(a), _addressed(b)
    both = [key for key in before if key in after]
    rows = [row for key in both for row in _moves(key, before[key], after[key], changed)]
    one, two = (a.name, b.name) if a.name != b.name else (f"{a.name} (before)", f"{b.name} (after)")
    return RunDiffData(
        a=one,
        b=two,
        inputs=changed,
        moved=pd.DataFrame(rows, columns=list(MOVED)),
        added=tuple(_named(k) for k in after if k not in before),
        removed=tuple(_named(k) for k in before if k not in after),
        compared=len(both),
        simulated=bool(a.manifest["simulated"] or b.manifest["simulated"]),
    )


def inputs(a: Run, b: Run) -> pd.DataFrame:
    """Inputs that do not agree: data, cleaning, weights, parts of the study file, questions, versions."""
    rows = []
    for part in (
        "data",
        "people",
        "cleaning",
        "weights",
        "parts",
        "questions",
        "constructs",
        "settings",
        "versions",
    ):
        one, two = a.manifest.get(part, {}), b.manifest.get(part, {})
        for what in dict.fromkeys([*one, *two]):
            x, y = one.get(what, ""), two.get(what, "")
            if not _equal(x, y):
                rows.append((part, what, _shown(part, what, x), _shown(part, what, y)))
    return pd.DataFrame(rows, columns=["part", "what", "before", "after"])


def _equal(x: object, y: object) -> bool:
    if isinstance(x, float) and isinstance(y, float):
        return abs(x - y) <= _SAME * max(abs(x), abs(y), 1e-300)
    return x == y


def _shown(part: str, what: str, value: Any) -> str:
    if value == "":
        return "absent"
    if part == "cleaning":
        return f"{value[0]} flagged, {value[1]} dropped"
    if part in ("parts", "questions", "constructs") or what == "sha256":
        return str(value)[:8]
    return f"{value:.6g}" if isinstance(value, float) else str(value)


Key = tuple[tuple[str, str], ...]


def _addressed(run: Run) -> dict[Key, dict[str, str]]:
    """Rows of a run by what they are about; a second row about the same is told apart by its place."""
    out: dict[Key, dict[str, str]] = {}
    for row in run.numbers.to_dict("records"):
        cells = {str(k): str(v) for k, v in row.items()}
        about = tuple((k, v) for k, v in cells.items() if v and k not in _MEASURES and k not in _DESCRIBED)
        key, again = about, 1
        while key in out:
            again += 1
            key = (*about, ("again", str(again)))
        out[key] = cells
    return out


def _named(key: Key) -> str:
    return ", ".join(value for name, value in key if name not in ("kind", "key", "span"))


def _moves(
    key: Key, one: Mapping[str, str], two: Mapping[str, str], changed: pd.DataFrame
) -> Iterator[tuple[object, ...]]:
    why = ""
    for measure in ("estimate", "statistic", "letters"):
        x, y = one.get(measure, ""), two.get(measure, "")
        if not (x or y) or (measure == "statistic" and (one.get("estimate") or two.get("estimate"))):
            continue
        if not _moved(x, y):
            continue
        why = why or reason(one, two, changed)
        unit = two.get("unit", "") or one.get("unit", "")
        yield (
            _named(key), measure, _value(x), _value(y), unit, _printed(x, unit) != _printed(y, unit),
            one.get("n", ""), two.get("n", ""), why,
        )  # fmt: skip


def _moved(x: str, y: str) -> bool:
    a, b = _value(x), _value(y)
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) > _SAME * max(abs(a), abs(b), 1.0)
    return x != y


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _printed(text: str, unit: str) -> str:
    """A number as tables print it: shares in whole percent, the rest with two decimals."""
    value = _value(text)
    if isinstance(value, str):
        return value
    return str(units(100 * value)) if unit == "share" else str(units(value, 2))


def reason(one: Mapping[str, str], two: Mapping[str, str], changed: pd.DataFrame) -> str:
    """Why a number moved, from what stands beside it and which inputs changed."""
    parts = set(changed["part"]) | set(changed.loc[changed["part"] == "parts", "what"])
    question = one.get("question", "")
    defined = question in set(changed.loc[changed["part"].isin(("questions", "constructs")), "what"])
    if _differ(one, two, "base_text"):
        return "base: another base text" + _because(parts, (*_DATA, *_RULES), defined)
    if any(_differ(one, two, c) for c in ("n", "n_a", "n_b")):
        return "base: other people" + _because(parts, (*_DATA, *_RULES), defined)
    if _differ(one, two, "count"):
        return "answers: the same n, another count" + _because(parts, _DATA, defined)
    if any(_differ(one, two, c) for c in ("n_weighted", "n_effective", "weighted_count")):
        return "weights: the same n, another weighted base" + _because(
            parts, ("data", "weighting", "design"), False
        )
    if defined:
        return "definition: the question is declared otherwise"
    if "data" in parts:
        return "answers: the data changed, the bases did not"
    if "weights" in parts:
        return "weights: the weighting changed, the base did not"
    if "versions" in parts:
        return "code: data, bases and study file are the same, the versions are not"
    return (
        "settings: banner, filter or test" if "settings" in parts else "not explained by the inputs on record"
    )


def _differ(one: Mapping[str, str], two: Mapping[str, str], column: str) -> bool:
    return _moved(one.get(column, ""), two.get(column, ""))


def _because(parts: set[str], candidates: tuple[str, ...], defined: bool) -> str:
    words = {"clean": "cleaning", "frames": "coding frames", "derived": "derived variables"}
    found = [words.get(p, p) for p in candidates if p in parts] + (["the question"] if defined else [])
    return f" (changed: {', '.join(found)})" if found else ""
