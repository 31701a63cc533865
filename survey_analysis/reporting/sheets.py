"""A frame as CSV or XLSX in which no cell can run: for files that leave the project."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Final

import pandas as pd

from survey_analysis.errors import ReportError
from survey_analysis.files import write_file
from survey_analysis.fonts import inert
from survey_analysis.lazily import Lazily

xlsxwriter = Lazily("xlsxwriter")
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  the same bytes every time
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")


def runs(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula.

    >>> runs("=1+1"), runs("-3"), runs("- cheap"), runs("cheap")
    (True, False, True, False)
    """
    return text.startswith(_RUNS) and _NUMBER.fullmatch(text) is None


def neutral(text: str) -> str:
    """A text with an apostrophe before what a spreadsheet could run."""
    return f"'{text}" if runs(text) else text


def write_sheet(path: str | Path, frame: pd.DataFrame, name: str) -> Path:
    """Write a frame as .csv (texts neutralised) or .xlsx (texts as texts), whole or not at all.

    Raises
    ------
    ReportError
        Another ending, or a folder that cannot be written.
    """
    place = Path(path)
    ending = place.suffix.lower()
    if ending == ".csv":
        told = frame.map(lambda v: neutral(v) if isinstance(v, str) else v)
        return write_file(place, told.to_csv(index=False, lineterminator="\n"))
    if ending == ".xlsx":
        return write_file(place, _book(frame, name))
    raise ReportError(f"'{place.name}' is neither .csv nor .xlsx.", hint="give one of these endings.")


def _book(frame: pd.DataFrame, name: str) -> bytes:
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(name)
        text = book.add_format({"num_format": "@"})
        for j, column in enumerate(frame.columns):
            sheet.write_string(0, j, inert(str(column)))
            for i, value in enumerate(frame[column].tolist(), start=1):
                if isinstance(value, str):
                    sheet.write_string(i, j, inert(value), text)
                else:
                    sheet.write_number(i, j, value)
    return out.getvalue()
