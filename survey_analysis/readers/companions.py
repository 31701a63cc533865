"""Files that describe the columns of another file: questionnaires, dictionaries, metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import sas
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
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[Source, RawTable], Facts]
    summary: str


COMPANIONS: tuple[Companion, ...] = (
    Companion("SAS catalog", (".sas7bcat",), sas.sniff_catalog, sas.read_catalog, "SAS catalog (.sas7bcat)"),
)


def describe(raw: RawTable, path: str | PathLike[str]) -> RawTable:
    """The table with what a metadata file says of its columns.

    Raises
    ------
    DataError
        The file is missing or of no known format (the known ones are named), or speaks of none of the columns.
    """
    place = Path(path)
    source = Source(place, load_bytes(place))
    found = next((c for c in COMPANIONS if c.sniff(source.data)), None)
    if found is None:
        readable = ", ".join(c.summary for c in COMPANIONS)
        raise DataError(
            f"'{source.name}' is no metadata file that can be read.",
            where=f"Readable: {readable}.",
            hint="give the questionnaire or dictionary that the platform exports.",
        )
    return raw.with_facts(found.read(source, raw), source.name)
