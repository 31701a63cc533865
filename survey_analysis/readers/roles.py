"""Guesses about columns that are not questions: id, weight, duration, dates; each with its evidence."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from survey_analysis.frames.raw import RawTable

EMPTY_TEXTS = ("NA", "N/A", "NaN", "nan", "<NA>", "#N/A", "#NULL!", "NULL")
OFTEN_EMPTY = 0.05

_IDS = re.compile(r"(response|respondent|record|case|unique|panel|person|participant|interview|user)?[ _.]?(id|uuid|key|number|no)")  # fmt: skip
_WEIGHT = re.compile(r"(^|[^a-z])(weights?|wgts?|wts?|pw|finalwgt|nweight)([^a-z]|\d|$)")
_DURATION = re.compile(r"duration|total time|time spent|t total|interview length|seconds")
_STARTED = re.compile(r"(start|started)[ _]?(date|time|at)?|date (created|started)|timestamp")
_DATE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?)?([+-]\d{2}:?\d{2}|Z)?")  # fmt: skip


def plain(name: str) -> str:
    """Lower-case words of a column name: "StartDate" -> "start date"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", spaced.casefold()).strip()


def empty_texts(raw: RawTable) -> tuple[tuple[str, str], ...]:
    """Texts that seem to mean an empty cell, with evidence; only those in many cells of several columns."""
    counts = dict.fromkeys(EMPTY_TEXTS, (0, 0))
    for name in raw.columns:
        values = raw.frame[name]
        for text in EMPTY_TEXTS:
            n = int((values == text).sum())
            if n:
                counts[text] = (counts[text][0] + n, counts[text][1] + 1)
    cells = len(raw) * len(raw.columns)
    return tuple(
        (text, f"{n} cells of {k} columns hold it")
        for text, (n, k) in counts.items()
        if k > 1 and n >= OFTEN_EMPTY * cells / max(1, len(raw.columns) / k)
    )


def numbers(values: pd.Series) -> np.ndarray | None:
    """Filled cells as numbers; None when one is no number or none is filled."""
    texts = values[values.str.strip() != ""].drop_duplicates()
    if texts.empty:
        return None
    found = pd.to_numeric(values[values.str.strip() != ""], errors="coerce").to_numpy(dtype=float)
    return None if np.isnan(found).any() else found


def is_id(name: str, values: pd.Series, first: bool) -> str:
    """Evidence that a column is the respondent id; "" for none."""
    if len(values) < 2 or values.duplicated().any() or (values.str.strip() == "").any():
        return ""
    if values.str.match(r"-?\d+\.\d+$").any():
        return ""
    if _IDS.fullmatch(plain(name)):
        return f"named like an id; {len(values)} different values in {len(values)} rows"
    if first and (name.startswith("unnamed_") or plain(name).endswith("id")):
        return f"first column; {len(values)} different values in {len(values)} rows"
    return ""


def is_weight(name: str, values: pd.Series) -> str:
    """Evidence that a column is a weight; "" for none."""
    found = numbers(values)
    if found is None or len(found) < 2 or (found <= 0).any() or found.std() == 0:
        return ""
    named = _WEIGHT.search(plain(name)) is not None
    mean, whole = float(found.mean()), bool((found == np.round(found)).all())
    near_one = not whole and 0.97 <= mean <= 1.03 and float(found.max()) > 1
    if not (named and (near_one or not whole or mean > 20)) and not (near_one and len(set(found)) > 5):
        return ""
    how = "named like a weight; " if named else ""
    blank = len(values) - len(found)
    gap = f"; {blank} rows have none" if blank else ""
    return f"{how}positive, mean {mean:.3g}, from {found.min():.3g} to {found.max():.3g}{gap}"


def is_duration(name: str, values: pd.Series) -> str:
    """Evidence that a column is the length of the interview; "" for none."""
    found = numbers(values)
    if not _DURATION.search(plain(name)) or found is None or (found < 0).any():
        return ""
    return f"named like a duration; numbers, median {np.median(found):.0f}"


def is_date(name: str, values: pd.Series) -> str:
    """Evidence that a column holds dates or moments; "start" in it when it is named like the start."""
    texts = values[values.str.strip() != ""].drop_duplicates()
    if texts.empty or not texts.str.strip().str.fullmatch(_DATE).all():
        return ""
    start = "; named like the start" if _STARTED.fullmatch(plain(name)) else ""
    return f"all filled cells are dates{start}"
