"""`load`: a file or an object as text cells, with what a metadata file beside it says."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.companions import describe, read_described
from survey_analysis.readers.objects import from_object
from survey_analysis.readers.read import read_table


def load(source: Path | Any, metadata: str | PathLike[str] | None = None, **options: Any) -> RawTable:
    """Read data and the metadata that belong to them.

    Parameters
    ----------
    source
        A path, or an object that `readers.objects.from_object` reads.
    metadata
        File that describes the columns; it may be what says how to cut the data into columns.
    options
        Those of `read_table`; any that was given is an error for an object.

    Raises
    ------
    DataError
        A file that cannot be read, an option without meaning, metadata of other columns.
    """
    if not isinstance(source, Path):
        unused = next((name for name, value in options.items() if value not in ("", None)), "")
        if unused:
            raise DataError(
                f"{unused}= has no meaning for a table in memory.", hint="leave it out, or give a file."
            )
        raw = from_object(source)
    elif metadata is not None and (laid_out := read_described(source, metadata, **options)) is not None:
        return laid_out
    else:
        raw = read_table(source, **options)
    return raw if metadata is None else describe(raw, metadata)
