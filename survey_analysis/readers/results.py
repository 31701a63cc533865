"""The result of a query, as any Python database library gives it, as a `RawTable`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.frame import table_of
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.texts import cell_text, needs_rows

_AT_ONCE = 20_000


class Cursor(Protocol):
    """What has been executed and not been fetched (PEP 249)."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """One sequence a column; its first part is the name."""

    def fetchmany(self, size: int = ..., /) -> Sequence[Sequence[Any]]:
        """The next rows."""


def from_cursor(cursor: Cursor, name: str, kind: str, digest: str = "") -> RawTable:
    """Text cells of the rows that a query gives.

    Parameters
    ----------
    name, kind
        What messages and provenance call the table, and its format.
    digest
        Of the file; of the cells when left out.

    Raises
    ------
    DataError
        No query was executed, no rows, columns of one name, or values without a text form.

    Examples
    --------
    >>> import sqlite3
    >>> rows = sqlite3.connect(":memory:").execute("select 1 as id, 'yes' as follow")
    >>> from_cursor(rows, "query", "sql").frame["follow"].tolist()
    ['yes']
    """
    if not cursor.description:
        raise DataError(
            f"'{name}' holds no result.", hint="execute a SELECT, and give what it returns before fetching."
        )
    names, notes = checked_names([str(part[0]) for part in cursor.description], name)
    parts: list[list[np.ndarray]] = [[] for _ in names]
    rows = 0
    while block := cursor.fetchmany(_AT_ONCE):
        rows += len(block)
        for j, values in enumerate(zip(*block, strict=True)):
            parts[j].append(_texts(values, names[j]))
    needs_rows(name, rows, len(names))
    columns = {n: np.concatenate(p) for n, p in zip(names, parts, strict=True)}
    return table_of(columns, {}, set(), notes, name, kind, digest)


def _texts(values: Sequence[object], column: str) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    try:
        out[:] = [cell_text(v) for v in values]
    except TypeError as error:
        raise DataError(
            f"Column '{column}' holds a {error}, which has no text form.",
            hint="cast it to text in the query.",
        ) from None
    return out
