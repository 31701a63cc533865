"""pandas and Polars frames as a `RawTable`: numbers to exact text, categories to labels."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.texts import cell_text, distinct_texts, moment_text, needs_rows, number_text

Labels = dict[str, tuple[tuple[str, str], ...]]


def from_frame(frame: object, name: str = "frame") -> RawTable:
    """Text-first copy of a pandas or Polars frame.

    Cells become the text that reads back to the same value: 3.0 is "3", 0.1 is "0.1", missing values
    (NaN, None, NA, NaT) are "", truth values "True" and "False" as `to_csv` writes them, moments ISO,
    time spans hours:minutes:seconds. Categories become value labels in their order. Named index levels
    become columns.

    Parameters
    ----------
    frame
        `pandas.DataFrame` or `polars.DataFrame`; it is not changed.
    name
        What messages and provenance call it.

    Raises
    ------
    DataError
        Not such a frame, no rows, columns of one name, or cells without a text form (lists, objects).

    Examples
    --------
    >>> raw = from_frame(pd.DataFrame({"age": [34.0, None], "sex": ["f", "m"]}))
    >>> raw.frame["age"].tolist()
    ['34', '']
    """
    if isinstance(frame, pd.DataFrame):
        return _from_pandas(frame, name)
    kind = type(frame)
    if kind.__module__.split(".")[0] == "polars" and kind.__name__ in ("DataFrame", "LazyFrame"):
        if kind.__name__ == "LazyFrame":
            raise DataError("A lazy Polars frame has no rows yet.", hint="call .collect() first.")
        return _from_polars(frame, name)
    raise DataError(
        f"A {kind.__module__}.{kind.__name__} is not a table that can be read.",
        hint="give a path, a pandas, Polars or Arrow table, a DuckDB relation or the result of a query.",
    )


def _from_pandas(frame: pd.DataFrame, name: str) -> RawTable:
    if frame.columns.nlevels > 1:
        raise DataError(
            f"'{name}' has columns of {frame.columns.nlevels} levels.", hint="give one name a column."
        )
    notes: list[str] = []
    named = [n for n in frame.index.names if n is not None]
    if named:
        notes.append("Index levels became columns: " + ", ".join(f"'{n}'" for n in named) + ".")
        clash = [n for n in named if n in frame.columns]
        if clash:
            raise DataError(
                f"'{clash[0]}' is both an index level and a column of '{name}'.", hint="drop one."
            )
        frame = frame.reset_index(level=named)
    names, more = checked_names([str(c) for c in frame.columns], name)
    needs_rows(name, len(frame), len(names))
    columns: dict[str, np.ndarray] = {}
    labels: Labels = {}
    ordered: set[str] = set()
    for j, column in enumerate(names):
        values = frame.iloc[:, j]
        columns[column] = _texts(values, column)
        if isinstance(values.dtype, pd.CategoricalDtype):
            labels[column] = categories_of(values.cat.categories)
            if values.dtype.ordered:
                ordered.add(column)
    return table_of(columns, labels, ordered, (*notes, *more), name, "pandas")


def _texts(values: pd.Series, column: str) -> np.ndarray:
    """Text cells of one column."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        texts = np.array([*(cell_text(c) for c in values.cat.categories), ""], dtype=object)
        out: np.ndarray = texts[values.cat.codes.to_numpy()]
        return out
    if pd.api.types.is_float_dtype(dtype):
        return distinct_texts(values, number_text)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        return distinct_texts(values, cell_text)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _moments(values)
    return _cells(values.to_numpy(dtype=object), column)


def _moments(values: pd.Series) -> np.ndarray:
    """ISO texts; a column whose moments are all midnight holds dates."""
    midnight = bool((values.dropna() == values.dropna().dt.normalize()).all())
    days = midnight and values.dt.tz is None
    return np.array(
        ["" if v is pd.NaT else moment_text(v.date() if days else v) for v in values], dtype=object
    )


def _cells(values: Sequence[object] | np.ndarray, column: str) -> np.ndarray:
    try:
        out = np.array([cell_text(v) for v in values], dtype=object)
    except TypeError as error:
        raise DataError(
            f"Column '{column}' holds a {error}, which has no text form.",
            hint="give one value a cell: text, number, date or True/False.",
        ) from None
    return out


def categories_of(values: Sequence[object] | pd.Index) -> tuple[tuple[str, str], ...]:
    """Value labels of categories: each is its own label."""
    return tuple((cell_text(v), cell_text(v)) for v in values)


def _from_polars(frame: Any, name: str) -> RawTable:
    names, notes = checked_names([str(c) for c in frame.columns], name)
    needs_rows(name, frame.height, len(names))
    columns: dict[str, np.ndarray] = {}
    labels: Labels = {}
    ordered: set[str] = set()
    for column, values in zip(names, frame.get_columns(), strict=True):
        kind = str(values.dtype).split("(", maxsplit=1)[0]
        if kind in ("Float32", "Float64"):
            columns[column] = distinct_texts(pd.Series(values.to_numpy()), number_text)
        elif kind == "Datetime":
            columns[column] = days_or_moments(values.to_list())
        else:
            columns[column] = _cells(values.to_list(), column)
        if kind == "Enum":  # a Categorical has no order of its own
            labels[column] = categories_of(list(values.dtype.categories))
            ordered.add(column)
    return table_of(columns, labels, ordered, notes, name, "polars")


def days_or_moments(values: list[dt.datetime | None]) -> np.ndarray:
    """ISO texts; moments that are all midnight, without a zone, are dates."""
    days = all(v is None or (v.time() == dt.time(0) and v.tzinfo is None) for v in values)
    texts = ["" if v is None else moment_text(v.date() if days else v) for v in values]
    return np.array(texts, dtype=object)


def table_of(
    columns: dict[str, np.ndarray],
    labels: Labels,
    ordered: set[str],
    notes: Sequence[str],
    name: str,
    kind: str,
    digest: str = "",
) -> RawTable:
    """Columns of text as a table, with the digest of their file or, without one, of what they hold."""
    frame = pd.DataFrame(columns, dtype=object, copy=False)  # a copy would double the peak
    return RawTable(
        frame=frame,
        labels=labels,
        ordered=frozenset(ordered),
        notes=tuple(notes),
        digest=digest or _digest(columns),
        format=kind,
        name=name,
    )


def _digest(columns: dict[str, np.ndarray]) -> str:
    """SHA-256 of names and texts: the distinct texts of each column with their lengths, and which row holds which."""
    out = hashlib.sha256()
    for name, texts in columns.items():
        codes, distinct = pd.factorize(texts)
        out.update(f"{len(name)},{','.join(str(len(t)) for t in distinct)}:".encode())
        out.update((name + "".join(distinct)).encode("utf-8", "surrogatepass"))
        out.update(np.ascontiguousarray(codes, dtype="<i4").tobytes())
    return out.hexdigest()
