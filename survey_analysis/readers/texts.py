"""Typed cells to text that reads back to the same value, and rows of text to a frame."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError

_EXACT_WHOLE = 1e16  # above, a float is no longer every whole number; repr is the honest text


def number_text(value: float) -> str:
    """Shortest text that reads back to the same number; whole numbers without ".0".

    >>> number_text(3.0), number_text(0.1), number_text(-0.0), number_text(1e22), number_text(float("nan"))
    ('3', '0.1', '0', '1e+22', '')
    """
    if math.isnan(value):
        return ""
    if abs(value) < _EXACT_WHOLE and float(value).is_integer():
        return str(int(value))
    return str(value)


def moment_text(value: dt.date | dt.time) -> str:
    """ISO text of a date, time or moment; a moment at midnight keeps its time.

    >>> moment_text(dt.date(2024, 3, 1)), moment_text(dt.datetime(2024, 3, 1, 8, 28, 9))
    ('2024-03-01', '2024-03-01 08:28:09')
    """
    return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()


def duration_text(value: dt.timedelta) -> str:
    """Hours, minutes and seconds; hours run on past 24.

    >>> duration_text(dt.timedelta(days=1, hours=6, seconds=5))
    '30:00:05'
    """
    seconds = abs(value)
    whole, micro = divmod(seconds, dt.timedelta(seconds=1))
    hours, rest = divmod(whole, 3600)
    sign = "-" if value < dt.timedelta(0) else ""
    part = f".{micro.microseconds:06d}".rstrip("0") if micro else ""
    return f"{sign}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}{part}"


def cell_text(value: object) -> str:
    """Text of one typed cell; missing values are "".

    Raises
    ------
    TypeError
        A value that is no number, text, date or truth value.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return number_text(value)  # type: ignore[arg-type]  # float32 keeps its own shortest text
    if isinstance(value, Decimal):
        return "" if value.is_nan() else str(value)
    if isinstance(value, dt.date | dt.time):
        return moment_text(value)
    if isinstance(value, dt.timedelta):
        return duration_text(value)
    raise TypeError(type(value).__name__)


def distinct_texts(values: pd.Series, text: Callable[[Any], str]) -> np.ndarray:
    """Texts of a numeric column, made once for each distinct value."""
    codes, distinct = pd.factorize(values)
    known = np.asarray(distinct)
    items = (
        known.tolist() if known.dtype == np.float64 else known
    )  # the text of a Python float is made faster
    texts = np.array([*(text(v) for v in items), ""], dtype=object)
    out: np.ndarray = texts[codes]  # missing is code -1, the last text
    return out


def frame_of(rows: Sequence[Sequence[str]], names: Sequence[str]) -> pd.DataFrame:
    """Frame of text columns; every row has one cell a name."""
    cells = np.empty((len(rows), len(names)), dtype=object)
    if rows:
        cells[:] = rows
    return pd.DataFrame(cells, columns=list(names), dtype=object)


def without_empty_end(rows: list[list[str]]) -> tuple[list[list[str]], tuple[str, ...]]:
    """Rows without last columns that are empty in the header and in every row (a trailing delimiter)."""
    dropped = 0
    while len(rows[0]) > 1 and all(row[-1] == "" for row in rows):
        rows = [row[:-1] for row in rows]
        dropped += 1
    return rows, empty_end_note(dropped)


def empty_end_note(dropped: int) -> tuple[str, ...]:
    """What is said of last columns that were left out."""
    if not dropped:
        return ()
    what = "The last column has" if dropped == 1 else f"The last {dropped} columns have"
    return (f"{what} no name and no cell in any row (a trailing delimiter); left out.",)


def needs_rows(file: str, rows: int, columns: int) -> None:
    """Raise for a file that has a header and nothing under it."""
    if not rows:
        raise DataError(
            f"'{file}' has a header but no respondents.",
            where=f"{columns} column names, 0 rows below them.",
            hint="check the export and its filters.",
        )
