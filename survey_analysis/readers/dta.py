"""Stata files (.dta) through pyreadstat: codes as text, value labels, tagged missing values, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
import pyreadstat

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Labels
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import dta_header, readstat
from survey_analysis.readers.counted import (
    clock_text,
    counted_texts,
    day_text,
    period_text,
    second_text,
    within_a_day,
)
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import cell_text, needs_rows, number_text
from survey_analysis.readers.undeclared import undeclared_note

sniff = dta_header.sniff

_PERIODS = {"w": 52, "m": 12, "q": 4, "h": 2}
_FORMAT = re.compile(r"%-?(?:t(?P<unit>[cCdwmqhyb])|(?P<day>d))(?P<shown>.*)", re.DOTALL)
_OF_A_DATE = re.compile(r"[CYNnDdJjWwlL]")
_THOUSAND = 1000.0


def read(source: Source) -> RawTable:
    """Read a Stata file; see `read_table`."""
    header = dta_header.read_header(source)
    frame, meta = readstat.load(source, "Stata file", pyreadstat.read_dta, user_missing=True)
    readstat.check_rows(source, header.rows, len(frame))
    names, notes = checked_names([str(n or "") for n in meta.column_names], source.name)
    needs_rows(source.name, len(frame), len(names))
    types, formats = meta.readstat_variable_types, meta.original_variable_types
    columns: dict[str, np.ndarray] = {}
    tags: dict[str, frozenset[str]] = {}
    outside: list[str] = []
    for j, (name, lay) in enumerate(zip(names, meta.column_names, strict=True)):
        columns[name], tags[name], lost = _column(frame.iloc[:, j], str(types[lay]), str(formats[lay] or ""))
        outside += [name] * bool(lost)
    _check_long_texts(source, [columns[names[j]] for j in header.long_texts])
    labels = {n: _labels(pairs, str(types[n])) for n, pairs in meta.variable_value_labels.items() if pairs}
    missing = {n: codes for n in names if (codes := readstat.tag_codes(tags[n], labels.get(n, ())))}
    return RawTable(
        frame=pd.DataFrame(columns, columns=names, dtype=object, copy=False),
        wording=readstat.wording_of(meta.column_names_to_labels),
        labels=labels,
        missing=missing,
        notes=(
            _said(header.release, source.encoding),
            *notes,
            *readstat.tag_note(missing),
            *_date_notes(names, formats, outside),
            *undeclared_note(labels, {n: [m.code for m in codes] for n, codes in missing.items()}),
        ),
        digest=source.digest,
        format="dta",
        name=source.name,
    )


def _check_long_texts(source: Source, columns: list[np.ndarray]) -> None:
    """Older versions of pyreadstat leave the long texts of release 119 empty without a word."""
    if columns and not any(cells.any() for cells in columns):
        raise DataError(
            f"The long texts (strL) of '{source.name}' cannot be read by this version of pyreadstat.",
            hint="install a newer pyreadstat, or save the file in the format of Stata 14.",
        )


def _column(values: pd.Series, kind: str, form: str) -> tuple[np.ndarray, frozenset[str], int]:
    """Text cells of a column, its tags, and how many dates no calendar holds."""
    if kind.startswith("string"):
        return np.array([cell_text(v) for v in values], dtype=object), frozenset(), 0
    numbers, tags = readstat.split_tags(values)
    texts, lost = counted_texts(numbers, _writer(form, kind, numbers))
    return readstat.with_tags(texts, tags), frozenset(tags) - {""}, lost


def _writer(form: str, kind: str, numbers: pd.Series) -> Callable[[float], str]:
    """How a number of this format and storage type is written."""
    found = _FORMAT.match(form)
    unit = (found["unit"] or "d") if found else ""
    if found and unit == "d":
        return day_text
    if found and unit == "c":
        a_time = found["shown"] and not _OF_A_DATE.search(found["shown"])
        if a_time and within_a_day(numbers, _THOUSAND):
            return lambda v: clock_text(v / _THOUSAND)
        return lambda v: second_text(v / _THOUSAND)
    if unit in _PERIODS:
        return partial(period_text, a_year=_PERIODS[unit])
    return _single if kind == "float" else number_text


def _single(value: float) -> str:
    """Shortest text that reads back to the same number of single precision."""
    return number_text(np.float32(value))  # type: ignore[arg-type]


def _labels(pairs: Mapping[object, str], kind: str) -> Labels:
    write = _single if kind == "float" else number_text
    return tuple(
        (write(v) if isinstance(v, int | float) else f".{v}", str(label)) for v, label in pairs.items()
    )


def _said(release: int, encoding: str) -> str:
    text = encoding or ("utf-8" if release >= 118 else "windows-1252, as the format does not say")
    return f"Stata file of release {release}, text in {text}."


def _date_notes(
    names: tuple[str, ...], formats: Mapping[str, str | None], outside: list[str]
) -> tuple[str, ...]:
    units = {n: (m["unit"] or "d") for n in names if (m := _FORMAT.match(str(formats.get(n) or "")))}
    of = {u: [n for n, unit in units.items() if unit == u] for u in "wmqhCb"}
    periods = [n for u in "wmqh" for n in of[u]]
    return (
        *readstat.columns_note("Weeks, months, quarters or half-years, written as their first day", periods),
        *readstat.columns_note("Times with leap seconds (%tC), left as numbers", of["C"]),
        *readstat.columns_note("Dates of a business calendar (%tb), left as numbers", of["b"]),
        *readstat.columns_note("Dates that no calendar holds, left as numbers, in", outside),
    )
