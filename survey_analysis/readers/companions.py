"""Files that describe the columns of another file: questionnaires, dictionaries, metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import ddi, decipher, dictionary, quantipy, sas, triple_s
from survey_analysis.readers.platforms import limesurvey, qualtrics, redcap, xlsform
from survey_analysis.readers.source import Source, load_bytes


@dataclass(frozen=True)
class Companion:
    """A format that describes data.

    Attributes
    ----------
    sniff
        Whether the bytes of a file are this format.
    read
        Facts about the columns of a table (column names differ between export options, so it sees them).
    table
        Of a format whose data cannot be read without it (fixed width): reads the data file, in an encoding
        ("" for its own).
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[Source, RawTable], Facts]
    summary: str
    table: Callable[[Source, Path, str], RawTable] | None = None


COMPANIONS: tuple[Companion, ...] = (
    Companion("SAS catalog", (".sas7bcat",), sas.sniff_catalog, sas.read_catalog, "SAS catalog (.sas7bcat)"),
    Companion(
        "Triple-S",
        (".sss", ".xml"),
        triple_s.sniff,
        triple_s.facts,
        "Triple-S (.sss, .xml)",
        triple_s.read_beside,
    ),
    Companion("DDI", (".xml",), ddi.sniff, ddi.facts, "DDI Codebook (.xml)"),
    Companion("Quantipy", (".json",), quantipy.sniff, quantipy.facts, "Quantipy metadata (.json)"),
    Companion("Decipher", (".json",), decipher.sniff, decipher.facts, "Decipher datamap (.json)"),
    Companion("Qualtrics", (".qsf",), qualtrics.sniff, qualtrics.read, "Qualtrics survey (.qsf)"),
    Companion("LimeSurvey", (".lss",), limesurvey.sniff, limesurvey.read, "LimeSurvey structure (.lss)"),
    Companion("XLSForm", (".xlsx",), xlsform.sniff, xlsform.read, "XLSForm of ODK or KoboToolbox (.xlsx)"),
    Companion("REDCap", (".csv",), redcap.sniff, redcap.read, "REDCap data dictionary (.csv)"),
    Companion(
        "codebook",
        (".csv", ".xlsx"),
        dictionary.sniff,
        dictionary.read,
        "a table of variables with labels (.csv, .xlsx)",
    ),
)


def describe(raw: RawTable, path: str | PathLike[str]) -> RawTable:
    """The table with what a metadata file says of its columns.

    Raises
    ------
    DataError
        The file is missing or of no known format (the known ones are named), or speaks of none of the columns.
    """
    source, found = _find(path)
    if found is None:
        readable = ", ".join(c.summary for c in COMPANIONS)
        raise DataError(
            f"'{source.name}' is no metadata file that can be read.",
            where=f"Readable: {readable}.",
            hint="give the questionnaire or dictionary that the platform exports.",
        )
    return raw.with_facts(found.read(source, raw), source.name)


def read_described(
    data: Path,
    path: str | PathLike[str],
    *,
    encoding: str = "",
    header_rows: int | None = None,
    sheet: str = "",
    delimiter: str = "",
    table: str = "",
    decimal: str = "",
) -> RawTable | None:
    """The data file as its metadata file lays it out; None of a format that leaves the reading to us.

    Raises
    ------
    DataError
        The files do not fit each other, or an option that the format has no use for.
    """
    source, found = _find(path)
    if found is None or found.table is None:
        return None
    given = {
        "header_rows": header_rows,
        "sheet": sheet,
        "delimiter": delimiter,
        "table": table,
        "decimal": decimal,
    }
    unused = [option for option, value in given.items() if value]
    if unused:
        raise DataError(
            f"{unused[0]}= has no meaning for '{data.name}', which '{source.name}' lays out.",
            hint="leave it out.",
        )
    return found.table(source, data, encoding)


def _find(path: str | PathLike[str]) -> tuple[Source, Companion | None]:
    place = Path(path)
    source = Source(place, load_bytes(place))
    return source, next((c for c in COMPANIONS if c.sniff(source.data)), None)
