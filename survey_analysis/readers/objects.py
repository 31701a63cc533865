"""A table in memory, whatever library made it, as a `RawTable`."""

from __future__ import annotations

from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import duckdb
from survey_analysis.readers.arrow import from_arrow
from survey_analysis.readers.extras import needs
from survey_analysis.readers.frame import from_frame
from survey_analysis.readers.results import from_cursor


def from_object(source: Any) -> RawTable:
    """Text-first copy of a pandas, Polars or Arrow table, a DuckDB relation, or the result of a query.

    Raises
    ------
    DataError
        Not such an object, no rows, or cells without a text form.

    Examples
    --------
    >>> import sqlite3
    >>> from_object(sqlite3.connect(":memory:").execute("select 3.0 as age")).frame["age"].tolist()
    ['3']
    """
    library, kind = type(source).__module__.split(".")[0].lstrip("_"), type(source).__name__
    if library in ("pandas", "polars"):
        return from_frame(source)
    if library == "duckdb" and kind == "DuckDBPyRelation":
        return duckdb.from_relation(source)
    if hasattr(source, "__arrow_c_stream__"):
        return _from_stream(source)
    if hasattr(source, "fetchmany") and hasattr(source, "description"):
        return from_cursor(source, "query", "sql")
    if library == "sqlalchemy" and hasattr(source, "cursor"):
        return from_cursor(source.cursor, "query", "sql")
    if hasattr(source, "cursor") and hasattr(source, "commit"):
        raise DataError(
            f"A {type(source).__module__}.{kind} is a connection, not a table.",
            hint='give the result of a query: connection.execute("SELECT * FROM responses").',
        )
    return from_frame(source)  # its error says what can be read


def _from_stream(source: Any) -> RawTable:
    needs("pyarrow", "Arrow tables", "parquet")
    import pyarrow as pa  # noqa: PLC0415

    try:
        table = source if isinstance(source, pa.Table) else pa.table(source)
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise DataError(
            f"The Arrow stream of a {type(source).__name__} cannot be read.",
            where=str(error).split("\n")[0][:200],
            hint="give a pyarrow.Table.",
        ) from None
    return from_arrow(table, "frame", "arrow")
