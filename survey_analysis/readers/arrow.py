"""Arrow columns as a `RawTable`, one at a time: exact texts, dictionaries to labels, metadata of fields to facts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.lazily import Lazily
from survey_analysis.readers.arrow_facts import facts_of
from survey_analysis.readers.arrow_index import index_of
from survey_analysis.readers.frame import Labels, categories_of, days_or_moments, table_of
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.texts import cell_text, needs_rows, number_text

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = Lazily("pyarrow")

Column = Callable[[str], Any]  # name of a field to its values: a file gives one column at a time


def from_columns(
    schema: pa.Schema,
    rows: int,
    column: Column,
    name: str,
    kind: str,
    *,
    ordered: Collection[str] = (),
    digest: str = "",
) -> RawTable:
    """Text cells of the columns of a schema.

    Parameters
    ----------
    name, kind
        What messages and provenance call the table, and its format.
    ordered
        Dictionary columns whose values have an order that Arrow does not know of.
    digest
        Of the file; of the cells when left out.

    Raises
    ------
    DataError
        No rows, columns of one name, nested or binary columns, values without a text form.
    """
    index = index_of(schema, rows, name)
    names, notes = checked_names(index.names, name)
    needs_rows(name, rows, len(names))
    _refuse_nested(index.fields, name)
    columns: dict[str, np.ndarray] = {}
    labels: Labels = {}
    in_order: set[str] = set()
    facts = facts_of({n: f for n, f in zip(names, index.columns, strict=True) if not isinstance(f, tuple)})
    for text, field in zip(names, index.columns, strict=True):
        if isinstance(field, tuple):
            columns[text] = field[1]
            continue
        columns[text], levels = _read(column, field, text)
        if levels is not None:
            labels[text] = levels
            in_order |= {text} if field.name in ordered or _has_order(field) else set()
    made = table_of(columns, labels, in_order, (*index.notes, *notes), name, kind, digest)
    return replace(
        made,
        wording=dict(facts.wording),
        labels={**labels, **facts.labels},
        missing=dict(facts.missing),
        measure=dict(facts.measure),
    )


def from_arrow(
    table: pa.Table, name: str, kind: str, *, ordered: Collection[str] = (), digest: str = ""
) -> RawTable:
    """Text cells of a table in memory; see `from_columns`."""
    return from_columns(
        table.schema, table.num_rows, table.column, name, kind, ordered=ordered, digest=digest
    )


def cells_of(values: pa.ChunkedArray, column: str) -> np.ndarray:
    """Text cells of a column that is no dictionary, made once for each distinct value."""
    kind = values.type
    if pa.types.is_null(kind):
        return np.full(len(values), "", dtype=object)
    if isinstance(kind, pa.BaseExtensionType):
        return cells_of(pa.chunked_array([c.storage for c in values.chunks], kind.storage_type), column)
    try:
        coded = values.dictionary_encode().unify_dictionaries()
    except pa.ArrowNotImplementedError:  # a type that Arrow cannot tell apart by value
        return _each(values.to_pylist(), column)
    distinct = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], kind)
    cells: np.ndarray = np.append(_distinct(distinct, column), "")[_codes(coded)]
    return cells  # null is code -1, the last text


def _distinct(values: pa.Array, column: str) -> np.ndarray:
    if pa.types.is_floating(values.type):
        known = values.to_numpy(zero_copy_only=False)
        return _each(known.tolist() if known.dtype == np.float64 else list(known), column, number_text)
    if pa.types.is_timestamp(values.type):
        return days_or_moments(values.to_pylist()).astype(object)
    return _each(values.to_pylist(), column)


def _each(values: list[Any], column: str, text: Callable[[Any], str] = cell_text) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    try:
        out[:] = [text(v) for v in values]
    except TypeError as error:
        raise DataError(
            f"Column '{column}' holds a {error}, which has no text form.",
            hint="give one value a cell: text, number, date or True/False.",
        ) from None
    return out


def _codes(values: pa.ChunkedArray) -> np.ndarray:
    """Place of each cell in the dictionary; -1 for null."""
    parts = [c.indices.cast("int64").fill_null(-1).to_numpy(zero_copy_only=False) for c in values.chunks]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _read(
    column: Column, field: pa.Field, name: str
) -> tuple[np.ndarray, tuple[tuple[str, str], ...] | None]:
    """Text cells of a field, and its labels where it is a dictionary with a meaning."""
    try:
        values = column(field.name)
        if not isinstance(values, pa.ChunkedArray):
            values = pa.chunked_array([values])
        values.validate(full=True)  # damaged bytes are found here, not by a crash further on
        if not pa.types.is_dictionary(field.type):
            return cells_of(values, name), None
        coded = values.unify_dictionaries()
        texts = _each(coded.chunk(0).dictionary.to_pylist(), name)
        cells: np.ndarray = np.append(texts, "")[_codes(coded)]
        by_chance = any(key.startswith(b"_PL_CATEGORICAL") for key in field.metadata or {})
        return cells, None if by_chance else categories_of([t for t in dict.fromkeys(texts) if t])
    except DataError:
        raise
    except (ValueError, OverflowError, OSError, MemoryError, pa.ArrowException) as error:
        raise DataError(
            f"Column '{name}' cannot be read.",
            where=str(error).split("\n")[0][:200],
            hint="the values are damaged, or out of the range of dates.",
        ) from None


def _has_order(field: pa.Field) -> bool:
    """Whether a dictionary says that its values are ordered; Polars' Enum is, and says so in its own way."""
    return bool(field.type.ordered) or any(key.startswith(b"_PL_ENUM") for key in field.metadata or {})


def _refuse_nested(fields: Collection[pa.Field], name: str) -> None:
    wrong = [(f.name, str(kind)) for f in fields if not _flat(kind := _plain(f.type))]
    if wrong:
        listed = ", ".join(f"'{n}' ({kind[:40]})" for n, kind in wrong[:5])
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise DataError(
            f"'{name}' has columns that hold no plain values: {listed}{more}.",
            hint="write lists and structs as columns of their own, and bytes as text.",
        )


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    return _plain(kind.storage_type) if isinstance(kind, pa.BaseExtensionType) else kind


def _flat(kind: pa.DataType) -> bool:
    is_a = pa.types
    return not (is_a.is_nested(kind) or is_a.is_interval(kind)) and (
        is_a.is_primitive(kind) or is_a.is_null(kind) or is_a.is_decimal(kind) or _is_text(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    return str(kind) in ("string", "large_string", "string_view")
