"""Table of file formats: what can be read, what is recognised and refused, and how to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import csv, dta, duckdb, parquet, por, sas, sav, sqlite, triple_s, xlsx, xpt
from survey_analysis.readers.source import Source


@dataclass(frozen=True)
class Reader:
    """A format that can be read.

    Attributes
    ----------
    sniff
        Whether the bytes of a file are this format; content decides before the name.
    by_head
        The first bytes are enough to know it, so that the whole file need not be loaded.
    options
        Options of `read_table` that mean something here; any other given one is an error.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[Source], RawTable]
    options: frozenset[str]
    summary: str
    by_head: bool = False


@dataclass(frozen=True)
class Unsupported:
    """A format that is recognised by name or first bytes, and what to do instead."""

    name: str
    suffixes: tuple[str, ...]
    magic: tuple[bytes, ...]
    instead: str


READERS = (
    Reader(
        "SPSS",
        (".sav", ".zsav"),
        sav.sniff,
        sav.read,
        frozenset({"encoding"}),
        "SPSS system file (.sav, .zsav)",
        by_head=True,
    ),
    Reader(
        "SPSS portable",
        (".por",),
        por.sniff,
        por.read,
        frozenset({"encoding"}),
        "SPSS portable file (.por)",
        by_head=True,
    ),
    Reader(
        "Stata",
        (".dta",),
        dta.sniff,
        dta.read,
        frozenset({"encoding"}),
        "Stata (.dta)",
        by_head=True,
    ),
    Reader(
        "SAS",
        (".sas7bdat",),
        sas.sniff,
        sas.read,
        frozenset({"encoding"}),
        "SAS (.sas7bdat)",
        by_head=True,
    ),
    Reader(
        "SAS transport",
        (".xpt", ".xport"),
        xpt.sniff,
        xpt.read,
        frozenset({"encoding", "table"}),
        "SAS transport (.xpt)",
        by_head=True,
    ),
    Reader(
        "Parquet",
        (".parquet", ".pq"),
        parquet.sniff,
        parquet.read,
        frozenset(),
        "Parquet (.parquet)",
        by_head=True,
    ),
    Reader(
        "Arrow",
        (".feather", ".arrow", ".arrows", ".ipc"),
        parquet.sniff_arrow,
        parquet.read_arrow,
        frozenset(),
        "Arrow and Feather (.arrow, .feather)",
        by_head=True,
    ),
    Reader(
        "DuckDB",
        (".duckdb", ".ddb"),
        duckdb.sniff,
        duckdb.read,
        frozenset({"table"}),
        "DuckDB (.duckdb)",
        by_head=True,
    ),
    Reader(
        "SQLite",
        (".sqlite", ".sqlite3", ".db", ".db3"),
        sqlite.sniff,
        sqlite.read,
        frozenset({"table"}),
        "SQLite (.sqlite, .db)",
        by_head=True,
    ),
    Reader(
        "Excel",
        (".xlsx", ".xlsm"),
        xlsx.sniff,
        xlsx.read,
        frozenset({"sheet", "header_rows", "decimal"}),
        "Excel workbook (.xlsx)",
    ),
    Reader(
        "Triple-S",
        (".sss", ".xml"),
        triple_s.sniff,
        triple_s.read,
        frozenset({"encoding"}),
        "Triple-S (.sss, .xml)",
    ),
    Reader(  # last: any text is delimited text
        "CSV",
        (".csv", ".tsv", ".tab", ".txt", ".dat"),
        csv.sniff,
        csv.read,
        frozenset({"encoding", "header_rows", "delimiter", "decimal"}),
        "delimited text (.csv, .tsv, also .gz)",
    ),
)

_ZIP = b"PK\x03\x04"
_BY_METADATA = "read the data file, with metadata= for a file that describes its columns."

UNSUPPORTED = (
    Unsupported(
        "a SAS catalog", (".sas7bcat",), (b"\x00" * 12 + b"\xc2\xea\x81\x63",), "give it as metadata= of its data."
    ),
    Unsupported("a Feather file of the first version", (), (b"FEA1",), "write it again with a newer pyarrow."),
    Unsupported("an old or locked book", (".xls", ".xlsb"), (b"\xd0\xcf\x11\xe0",), "save it as open .xlsx."),
    Unsupported("an OpenDocument sheet", (".ods",), (), "save it as .xlsx."),
    Unsupported("a zip archive", (".zip",), (_ZIP,), "unpack it and read the file inside."),
    Unsupported("R data", (".rds", ".rda", ".rdata"), (), "write CSV from R."),
    Unsupported("JSON", (".json",), (), _BY_METADATA),
    Unsupported("XML", (), (b"<?xml", b"\xef\xbb\xbf<?xml"), _BY_METADATA),
    Unsupported("fixed-width text", (".asc",), (), "read the .sss or .xml file that describes it."),
    Unsupported("a web page", (".html", ".htm"), (b"<!DOCTYPE", b"<html"), "export CSV."),
    Unsupported("a PDF", (".pdf",), (b"%PDF",), "ask for the data file."),
)  # fmt: skip


def choose(source: Source) -> tuple[Reader, tuple[str, ...]]:
    """Reader of a file, from its content first and its name second, with a note where they disagree.

    Raises
    ------
    DataError
        A format that is not supported (the supported ones are named), a name whose content is something
        else, or an option that the format has no use for.
    """
    *marked, text = READERS
    marked.sort(key=lambda r: not r.by_head)
    reader = next((r for r in marked if r.sniff(source.head if r.by_head else source.data)), None)
    if reader is None:
        _refuse(source, tuple(marked))
        reader = text
    unused = [o for o in source.given if o not in reader.options]
    if unused:
        use = ", ".join(f"{o}=" for o in sorted(reader.options))
        raise DataError(
            f"{unused[0]}= has no meaning for '{source.name}', which is read as {reader.name}.",
            hint=f"leave it out; {reader.name} files take {use or 'no options'}.",
        )
    known = {s for r in (*READERS, *UNSUPPORTED) for s in r.suffixes}
    if source.suffix in known and source.suffix not in reader.suffixes:
        return reader, (f"The name ends in {source.suffix}, but the content is {reader.name}.",)
    return reader, ()


def _refuse(source: Source, marked: tuple[Reader, ...]) -> None:
    named = next((r for r in marked if source.suffix in r.suffixes), None)
    found = next((u for u in UNSUPPORTED if any(source.head.startswith(m) for m in u.magic)), None)
    if named and (not found or _ZIP in found.magic):
        raise DataError(
            f"'{source.name}' is named like {named.name}, but its content is not.",
            where="The first bytes are not those of the format; the file may be cut off or renamed.",
            hint="export it again, or give it the ending of what it is.",
        )
    found = found or next((u for u in UNSUPPORTED if source.suffix in u.suffixes), None)
    if found:
        readable = ", ".join(r.summary for r in READERS)
        raise DataError(
            f"'{source.name}' is {found.name}, which cannot be read yet.",
            where=f"Readable: {readable}.",
            hint=found.instead,
        )
    if not READERS[-1].sniff(source.data):
        raise DataError(f"'{source.name}' is not a text file.", hint="export it as CSV, .xlsx or .sav.")
