"""Numbers of SPSS files as text by their format: dates and times count seconds from the first day of its calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from survey_analysis.readers.counted import clock_text
from survey_analysis.readers.texts import moment_text, number_text

_EPOCH = dt.datetime(1582, 10, 14)  # noqa: DTZ001  SPSS counts seconds from here, without a zone
_DATES = (20, 23, 24, 28, 29, 30, 38, 39)  # DATE, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE
_MOMENTS = (22, 41)  # DATETIME, YMDHMS
_TIMES = (21, 25, 40)  # TIME, DTIME, MTIME


def writer(form: int) -> Callable[[float], str]:
    """How a number of this print format is written; any but dates and times stay numbers.

    >>> writer(20)(13166064000.0), writer(41)(13166064000.0), writer(21)(30609.0), writer(5)(2.0)
    ('2000-01-01', '2000-01-01 00:00:00', '08:30:09', '2')
    """
    if form in _DATES:
        return _date
    if form in _MOMENTS:
        return _moment
    return clock_text if form in _TIMES else number_text


def safely(write: Callable[[float], str], value: float) -> str:
    """Text of a number; one that no calendar holds stays a number."""
    try:
        return write(value)
    except (OverflowError, ValueError):
        return number_text(value)


def _date(value: float) -> str:
    return moment_text((_EPOCH + dt.timedelta(seconds=value)).date())


def _moment(value: float) -> str:
    return moment_text(_EPOCH + dt.timedelta(seconds=value))
