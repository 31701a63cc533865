"""SPSS files (.sav, .zsav) through pyreadstat: codes as text, value labels, typed user-missing codes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Measure
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.counted import counted_texts
from survey_analysis.readers.sav_check import checked
from survey_analysis.readers.sav_records import mr_sets
from survey_analysis.readers.sav_sets import response_sets, set_note
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import (
    cell_text,
    duration_text,
    frame_of,
    moment_text,
    needs_rows,
    number_text,
)
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import MissingKind

_EPOCH = dt.datetime(1582, 10, 14)  # noqa: DTZ001  SPSS counts seconds from here, without a zone
_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR")
_MOMENTS = ("DATETIME", "YMDHMS")
_TIMES = ("TIME", "DTIME", "MTIME")

# Words of a label, in the order they are tried; any other user-missing code is "no answer".
_KINDS: tuple[tuple[str, MissingKind], ...] = (
    (r"refus|prefer not|rather not|declin|won'?t say|verweiger", "refused"),
    (r"don'?t know|do not know|\bdk\b|not sure|unsure|can'?t say|no opinion|wei(ß|ss) nicht", "dont_know"),
    (r"not applicable|does not apply|inapplicable|\bn/?a\b|valid skip|trifft nicht zu", "not_applicable"),
    (r"not asked|not in (this )?(wave|split|version)|not presented|filter", "not_asked"),
    (r"break-? ?off|partial|terminated|abbruch", "break_off"),
)  # fmt: skip


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like an SPSS system file."""
    return data[:4] in (b"$FL2", b"$FL3")


def missing_kind(label: str) -> MissingKind:
    """Kind of a user-missing code by the words of its label.

    >>> missing_kind("Don't know"), missing_kind("Refused to answer"), missing_kind("skipped")
    ('dont_know', 'refused', 'no_answer')
    """
    text = label.casefold().replace("’", "'")
    return next((kind for pattern, kind in _KINDS if re.search(pattern, text)), "no_answer")


def read(source: Source) -> RawTable:
    """Read an SPSS file; see `read_table`."""
    told = checked(source.data, source.name)
    frame, meta = _load(source)
    names = _names(meta, source.name)
    if told.cases is not None and told.cases != len(frame):
        raise DataError(
            f"'{source.name}' announces {told.cases} rows and holds {len(frame)}.",
            hint="the file is cut off; export it again.",
        )
    needs_rows(source.name, len(frame), len(names))
    formats = {n: re.sub(r"[\d.]+$", "", str(meta.original_variable_types[n])).upper() for n in names}
    made = {n: _column(frame[n], formats[n]) for n in names}
    columns, outside = (
        {n: texts for n, (texts, _) in made.items()},
        [n for n, (_, lost) in made.items() if lost],
    )
    labels = {n: _labels(pairs) for n, pairs in meta.variable_value_labels.items() if pairs}
    ranges = {n: spans for n, spans in meta.missing_ranges.items() if spans}
    missing = {
        n: _missing(spans, frame[n], dict(labels.get(n, ())), formats[n]) for n, spans in ranges.items()
    }
    wording = {n: str(w).strip() for n, w in meta.column_names_to_labels.items() if w and str(w).strip()}
    found = mr_sets(source.data, str(meta.file_encoding or "utf-8"))
    text = frame_of([], names) if not len(frame) else pd.DataFrame(columns, columns=names, dtype=object)
    return RawTable(
        frame=text,
        wording=wording,
        labels=labels,
        missing={n: codes for n, codes in missing.items() if codes},
        notes=(
            f"SPSS file in {str(meta.file_encoding).lower()}.",
            *(
                (f"The file does not say how many rows it holds; {counted(len(frame), 'was', 'were')} read.",)
                * (told.cases is None)
            ),
            *_missing_note(ranges),
            *_outside_note(outside),
            *map(set_note, found),
        ),
        measure=_measures(meta.variable_measure),
        sets=response_sets(found, names, wording, labels),
        digest=source.digest,
        format="sav",
        name=source.name,
    )


def _names(meta: Any, name: str) -> list[str]:
    names = [str(n or "") for n in meta.column_names]
    if "" in names or len(set(names)) < len(names):
        raise DataError(
            f"The dictionary of the SPSS file '{name}' is damaged.",
            where="A variable has no name, or one that another has.",
            hint="copy it again from where it came, or save it again from SPSS.",
        )
    return names


def _load(source: Source) -> tuple[pd.DataFrame, Any]:
    try:
        frame, meta = pyreadstat.read_sav(
            str(source.path),
            user_missing=True,
            disable_datetime_conversion=True,
            encoding=source.encoding or None,
        )
    except Exception as error:  # pyreadstat raises classes of its own, unexported  # noqa: BLE001
        reason = str(error).strip() or type(error).__name__
        wrong_text = "byte sequence" in reason.lower() or "convert string" in reason.lower()
        hint = (
            'give the encoding it was saved in, such as encoding = "cp1252".'
            if wrong_text
            else "save it again from SPSS."
        )
        raise DataError(f"The SPSS file '{source.name}' cannot be read.", where=reason, hint=hint) from None
    return frame, meta


def _column(values: pd.Series, spss: str) -> tuple[np.ndarray, int]:
    """Text cells of a column (numbers, dates, times by their SPSS format), and how many no calendar holds."""
    if not pd.api.types.is_numeric_dtype(values):
        return np.array([cell_text(v) for v in values], dtype=object), 0
    return counted_texts(values, _writer(spss))


def _outside_note(names: list[str]) -> tuple[str, ...]:
    return (f"Dates that no calendar holds, left as numbers, in: {', '.join(names)}.",) if names else ()


def _safely(write: Callable[[float], str], value: float) -> str:
    try:
        return write(value)
    except (OverflowError, ValueError):
        return number_text(value)


def _writer(spss: str) -> Callable[[float], str]:
    if spss in _DATES:
        return lambda v: moment_text((_EPOCH + dt.timedelta(seconds=float(v))).date())
    if spss in _MOMENTS:
        return lambda v: moment_text(_EPOCH + dt.timedelta(seconds=float(v)))
    if spss in _TIMES:
        return lambda v: duration_text(dt.timedelta(seconds=float(v)))
    return number_text


def _labels(pairs: Mapping[object, str]) -> tuple[tuple[str, str], ...]:
    return tuple((_code(value), str(label)) for value, label in pairs.items())


def _code(value: object) -> str:
    return number_text(value) if isinstance(value, int | float) else str(value)


def _missing(
    spans: Iterable[Mapping[str, Any]], values: pd.Series, labels: Mapping[str, str], spss: str
) -> tuple[MissingCode, ...]:
    """Single codes as declared; of a range, the codes that the data or the labels hold."""
    codes: dict[str, None] = {}
    distinct = values.dropna().unique()
    for span in spans:
        low, high = span["lo"], span["hi"]
        if low == high:
            codes[_code(low)] = None
            continue
        inside = sorted({float(v) for v in distinct if low <= v <= high})
        inside += [
            x for c in labels if (x := _number(c)) is not None and low <= x <= high and x not in inside
        ]
        codes |= dict.fromkeys(_safely(_writer(spss), x) for x in inside)
    return tuple(
        MissingCode(code=c, kind=missing_kind(labels.get(c, "")), label=labels.get(c, "")) for c in codes
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _missing_note(ranges: Mapping[str, Iterable[Mapping[str, Any]]]) -> tuple[str, ...]:
    if not ranges:
        return ()
    listed = [f"{name} {', '.join(_span(s) for s in spans)}" for name, spans in ranges.items()]
    more = f"; and {len(listed) - 5} more columns" if len(listed) > 5 else ""
    return (f"User-missing codes declared in the file: {'; '.join(listed[:5])}{more}.",)


def _span(span: Mapping[str, Any]) -> str:
    low, high = span["lo"], span["hi"]
    if low == high:
        return _code(low)
    ends = ["lowest" if low < -1e300 else _code(low), "highest" if high > 1e300 else _code(high)]
    return " to ".join(ends)


def _measures(told: Mapping[str, str]) -> dict[str, Measure]:
    """Measurement levels; a column whose level the file leaves open has none."""
    return {n: m for n, m in told.items() if m in ("nominal", "ordinal", "scale")}  # type: ignore[misc]
