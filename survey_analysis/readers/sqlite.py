"""SQLite files through the standard library: one table, opened so that nothing is written."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from dataclasses import replace
from urllib.parse import quote

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.results import from_cursor
from survey_analysis.readers.source import Source
from survey_analysis.readers.tables import chosen_table, quoted

_MAGIC = b"SQLite format 3\0"


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a SQLite database."""
    return data.startswith(_MAGIC)


def read(source: Source) -> RawTable:
    """Read one table of a SQLite database; see `read_table`."""
    _check_length(source)
    _refuse_unwritten(source)
    try:
        with closing(_opened(source)) as database:
            table, notes = chosen_table(source, _tables(database, "table"), _tables(database, "view"))
            rows = database.execute(f"SELECT * FROM {quoted(table)}")  # noqa: S608  the name is quoted
            made = from_cursor(rows, source.name, "sqlite", source.digest)
    except (sqlite3.Error, OverflowError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"The SQLite file '{source.name}' cannot be read.",
            where=str(error)[:200],
            hint="the file is damaged, or is no plain SQLite database: export it again.",
        ) from None
    return replace(made, notes=(*notes, *made.notes))


def _opened(source: Source) -> sqlite3.Connection:
    """Connection that takes no lock and leaves no file beside the database."""
    place = quote(str(source.path.resolve()))
    database = sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA query_only = ON")
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _tables(database: sqlite3.Connection, kind: str) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
        (kind,),
    )
    return [str(name) for (name,) in rows]


def _check_length(source: Source) -> None:
    """The file has the pages that its header counts; SQLite itself takes those that lack for empty."""
    head = source.head.ljust(100, b"\0")
    (size,), (pages,) = struct.unpack_from(">H", head, 16), struct.unpack_from(">I", head, 28)
    needed = pages * (65_536 if size == 1 else size)
    if head[24:28] == head[92:96] and source.size < needed:  # otherwise the count is an old one
        raise DataError(
            f"The SQLite file '{source.name}' is cut off.",
            where=f"Its header counts {needed} bytes; the file has {source.size}.",
            hint="copy it again from where it came.",
        )


def _refuse_unwritten(source: Source) -> None:
    """Changes that lie in the log beside the file would be lost without a word."""
    log = source.path.with_name(source.path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise DataError(
            f"'{source.name}' has changes that are not in the file yet.",
            where=f"They are in '{log.name}'.",
            hint="close the program that writes it (or run PRAGMA wal_checkpoint), and read again.",
        )
