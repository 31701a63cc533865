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
    """What is a column: a field, or an index level that is no field with its name and texts; and notes."""

    columns: tuple[pa.Field | tuple[str, np.ndarray], ...]
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names as they lie."""
        return tuple(c[0] if isinstance(c, tuple) else c.name for c in self.columns)

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """The columns that are fields."""
        return tuple(c for c in self.columns if not isinstance(c, tuple))


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
    levels: list[pa.Field | tuple[str, np.ndarray]] = []
    stored: set[str] = set()
    for level in told.get("index_columns") or ():
        if isinstance(level, str) and schema.get_field_index(level) >= 0:
            stored.add(level)
            levels += [schema.field(level)] if names.get(level) is not None else []
        elif isinstance(level, Mapping) and level.get("name") is not None:
            levels.append((str(level["name"]), _range(level, rows, name)))
    unnamed = any(names.get(level) is None for level in stored)
    named = Index(tuple(levels), ()).names
    return Index((*levels, *(f for f in schema if f.name not in stored)), _notes(named, unnamed=unnamed))


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


def _notes(named: tuple[str, ...], *, unnamed: bool) -> tuple[str, ...]:
    notes = []
    if named:
        notes.append("Index levels became columns: " + ", ".join(f"'{n}'" for n in named) + ".")
    if unnamed:
        notes.append("The index of pandas has no name, so it is no column.")
    return tuple(notes)
