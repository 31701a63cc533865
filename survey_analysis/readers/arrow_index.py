"""The index that pandas leaves in an Arrow schema: named levels are columns, unnamed ones are not data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from survey_analysis.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Index:
    """Columns that stand for index levels which are no field, the fields that are columns, and notes."""

    columns: Mapping[str, np.ndarray]
    fields: tuple[pa.Field, ...]
    notes: tuple[str, ...]


def index_of(schema: pa.Schema, rows: int, name: str) -> Index:
    """Fields in the order of the frame that pandas wrote: named index levels first.

    Raises
    ------
    DataError
        Column names of several levels.
    """
    told = _metadata(schema)
    if len(told.get("column_indexes") or ()) > 1:
        raise DataError(
            f"'{name}' has columns of {len(told['column_indexes'])} levels.", hint="give one name a column."
        )
    names = {c.get("field_name"): c.get("name") for c in told.get("columns") or ()}
    made: dict[str, np.ndarray] = {}
    levels: dict[str, str | None] = {}
    for level in told.get("index_columns") or ():
        if isinstance(level, str) and schema.get_field_index(level) >= 0:
            levels[level] = names.get(level)
        elif isinstance(level, Mapping) and level.get("name") is not None:
            made[str(level["name"])] = _range(level, rows, name)
    first = [schema.field(n) for n, called in levels.items() if called is not None]
    rest = [f for f in schema if f.name not in levels]
    return Index(
        made,
        (*first, *rest),
        _notes([*made, *(f.name for f in first)], [n for n in levels if names.get(n) is None]),
    )


def _metadata(schema: pa.Schema) -> dict[str, Any]:
    try:
        told = schema.pandas_metadata
    except ValueError:  # not JSON: written by something else
        return {}
    return told if isinstance(told, dict) else {}


def _range(level: Mapping[str, Any], rows: int, name: str) -> np.ndarray:
    """Texts of an index that pandas stored as start, stop and step."""
    try:
        values = range(int(level["start"]), int(level["stop"]), int(level["step"]))
    except (KeyError, TypeError, ValueError):
        values = range(0)
    if len(values) != rows:
        raise DataError(
            f"The index '{level['name']}' of '{name}' has another number of rows than the columns.",
            where=f"Found {len(values)}, expected {rows}.",
            hint="write the file again.",
        )
    return np.array([str(v) for v in values], dtype=object)


def _notes(named: list[str], unnamed: list[str]) -> tuple[str, ...]:
    notes = []
    if named:
        notes.append("Index levels became columns: " + ", ".join(f"'{n}'" for n in named) + ".")
    if unnamed:
        notes.append("The index of pandas has no name, so it is no column.")
    return tuple(notes)
