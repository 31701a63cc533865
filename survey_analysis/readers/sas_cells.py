"""What SAS data sets share: a number as text by its format."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from survey_analysis.readers.counted import clock_text, day_text, second_text, within_a_day
from survey_analysis.readers.texts import number_text

_MARKED = (
    "DDMMYY",
    "MMDDYY",
    "YYMMDD",
    "YYMM",
    "MMYY",
    "YYQ",
    "YYQR",
)  # also with a letter for the separator
_DATES = frozenset(
    [
        "DATE",
        "DAY",
        "DOWNAME",
        "E8601DA",
        "B8601DA",
        "IS8601DA",
        "JULDAY",
        "JULIAN",
        "MONNAME",
        "MONTH",
        "MONYY",
        "NENGO",
        "NLDATE",
        "QTR",
        "QTRR",
        "WEEKDATE",
        "WEEKDATX",
        "WEEKDAY",
        "WEEKU",
        "WEEKV",
        "WEEKW",
        "WORDDATE",
        "WORDDATX",
        "YEAR",
        "YYMON",
        "YYWEEKU",
        "YYWEEKV",
        "YYWEEKW",
    ]
) | {name + mark for name in _MARKED for mark in ("", *"BCDNPS")}
_MOMENTS = frozenset(
    [
        "DATETIME",
        "DATEAMPM",
        "MDYAMPM",
        "DTDATE",
        "DTMONYY",
        "DTWKDATX",
        "DTYEAR",
        "DTYYQC",
        "NLDATM",
        "E8601DT",
        "E8601DN",
        "E8601DX",
        "E8601DZ",
        "E8601LX",
        "B8601DT",
        "B8601DN",
        "B8601DX",
        "B8601DZ",
        "B8601LX",
        "IS8601DT",
        "IS8601DN",
        "IS8601DZ",
    ]
)
_TIMES = frozenset(
    [
        "TIME",
        "TIMEAMPM",
        "HHMM",
        "HOUR",
        "MMSS",
        "TOD",
        "NLTIME",
        "E8601TM",
        "E8601TZ",
        "E8601TX",
        "B8601TM",
        "B8601TZ",
        "B8601TX",
        "IS8601TM",
        "IS8601TZ",
    ]
)


def plain_format(name: str) -> str:
    """Format without width and decimals.

    >>> plain_format("DATE9."), plain_format("E8601DT19.3"), plain_format("yesno")
    ('DATE', 'E8601DT', 'YESNO')
    """
    return re.sub(r"(?<=[^\d.])\d*\.\d*$|(?<=[^\d.])\d+$", "", name.strip().upper())


def writer(form: str, numbers: pd.Series) -> Callable[[float], str]:
    """How a number of this format is written; a format that is no date or time leaves it a number."""
    plain = plain_format(form)
    if plain in _DATES:
        return day_text
    if plain in _MOMENTS:
        return second_text
    if plain in _TIMES:  # a time-of-day format may stand on moments
        return clock_text if plain != "TOD" or within_a_day(numbers) else second_text
    return number_text


def label_set(form: str) -> str:
    """Name of a format that a catalog may define: not one of dates, times or plain numbers."""
    plain = plain_format(form)
    known = (
        _DATES | _MOMENTS | _TIMES | {"", "BEST", "F", "$", "$CHAR", "COMMA", "DOLLAR", "PERCENT", "Z", "E"}
    )
    return "" if plain in known else plain
