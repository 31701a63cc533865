"""Dates that a file holds as counts from an epoch, as text: days, seconds, months of Stata, SAS and SPSS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from survey_analysis.readers.texts import distinct_texts, duration_text, moment_text, number_text

EPOCH_1960 = dt.datetime(1960, 1, 1)  # noqa: DTZ001  Stata and SAS count from here, without a zone
_DAY = 86_400.0


def counted_texts(values: pd.Series, text: Callable[[float], str]) -> tuple[np.ndarray, int]:
    """Texts of a column of counts, and how many cells no calendar holds; those keep their number."""
    outside: set[float] = set()

    def one(value: float) -> str:
        try:
            return text(value)
        except (OverflowError, ValueError):
            outside.add(value)
            return number_text(value)

    out = distinct_texts(values, one)
    return out, int(values.isin(list(outside)).sum()) if outside else 0


def day_text(value: float) -> str:
    """Date of a count of days since 1960; part of a day makes it a moment.

    >>> day_text(23436.0), day_text(-0.5)
    ('2024-03-01', '1959-12-31 12:00:00')
    """
    moment = EPOCH_1960 + dt.timedelta(days=value)
    return moment_text(moment.date() if float(value).is_integer() else moment)


def second_text(value: float) -> str:
    """Moment of a count of seconds since 1960.

    >>> second_text(2024900889.5)
    '2024-03-01 08:28:09.500000'
    """
    return moment_text(EPOCH_1960 + dt.timedelta(seconds=value))


def clock_text(value: float) -> str:
    """Hours, minutes and seconds of a count of seconds.

    >>> clock_text(30609.0)
    '08:30:09'
    """
    return duration_text(dt.timedelta(seconds=value))


def within_a_day(values: pd.Series, unit: float = 1.0) -> bool:
    """Whether every count (of `unit` a second) is a time of one day."""
    known = values.dropna()
    return bool(((known >= 0) & (known < _DAY * unit)).all())


def period_text(value: float, a_year: int) -> str:
    """First day of the period that many months, quarters, half-years or weeks (`a_year` of them) after 1960.

    >>> period_text(770.0, 12), period_text(-1.0, 4), period_text(1.0, 52)
    ('2024-03-01', '1959-10-01', '1960-01-08')
    """
    if not float(value).is_integer():
        raise ValueError(value)  # no calendar has part of a period
    year, part = divmod(int(value), a_year)
    start = dt.date(1960 + year, 1, 1)
    if a_year == 52:  # Stata's weeks start again each January
        return moment_text(start + dt.timedelta(days=7 * part))
    return moment_text(start.replace(month=1 + part * (12 // a_year)))
