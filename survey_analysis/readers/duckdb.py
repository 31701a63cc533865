"""DuckDB: one table of a file opened for reading, or a relation."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.lazily import Lazily
from survey_analysis.readers.arrow import from_arrow
from survey_analysis.readers.extras import needs
from survey_analysis.readers.source import Source
from survey_analysis.readers.tables import chosen_table, quoted

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = Lazily("duckdb")

_SAFE = {  # a file may not make this program read others
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_LIST = "SELECT schema_name, {kind}_name FROM duckdb_{kind}s() WHERE NOT internal AND database_name = current_database() ORDER BY schema_name, {kind}_name"


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a DuckDB database."""
    return data[8:12] == b"DUCK"


def read(source: Source) -> RawTable:
    """Read one table of a DuckDB database; see `read_table`."""
    needs("duckdb", "DuckDB files", "duckdb")
    needs("pyarrow", "DuckDB files", "duckdb")
    try:
        with closing(duckdb.connect(str(source.path), read_only=True, config=dict(_SAFE))) as database:
            tables, views = _names(database, "table"), _names(database, "view")
            table, notes = chosen_table(source, list(tables), list(views))
            relation = database.sql(f"SELECT * FROM {(tables | views)[table]}")  # noqa: S608
            made = from_relation(relation, source.name, source.digest)
    except duckdb.Error as error:
        reason = str(error).replace(str(source.path), source.name).split("\n")[0][:300]
        raise DataError(
            f"The DuckDB file '{source.name}' cannot be read.",
            where=reason,
            hint="the view reads other files: give duckdb.sql(...) as the source instead."
            if "configuration" in reason
            else "close the program that writes it; or write it again with the DuckDB that is installed here.",
        ) from None
    return replace(made, notes=(*notes, *made.notes))


def _names(database: Any, kind: str) -> dict[str, str]:
    """Tables or views as they are called in `table=`, and as SQL names them."""
    rows = database.execute(_LIST.format(kind=kind)).fetchall()
    return {n if s == "main" else f"{s}.{n}": f"{quoted(s)}.{quoted(n)}" for s, n in rows}


def from_relation(relation: Any, name: str = "relation", digest: str = "") -> RawTable:
    """Text cells of a relation (`duckdb.sql(...)`); an ENUM has the order of its declaration.

    Raises
    ------
    DataError
        The query fails, gives no rows, or gives nested values.
    """
    needs("pyarrow", "DuckDB relations", "duckdb")
    ordered = [
        c for c, kind in zip(relation.columns, relation.types, strict=True) if str(kind).startswith("ENUM")
    ]
    try:
        table = _arrow(relation)
    except duckdb.Error as error:
        raise DataError(
            f"The query of '{name}' fails.", where=str(error).split("\n")[0][:300], hint="correct it."
        ) from None
    return from_arrow(table, name, "duckdb", ordered=ordered, digest=digest)


def _arrow(relation: Any) -> Any:
    """A relation as an Arrow table, by the name that the installed version knows."""
    fetch = getattr(relation, "to_arrow_table", None) or relation.fetch_arrow_table
    return fetch()
