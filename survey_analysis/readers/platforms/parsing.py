"""JSON and XML of files that somebody else wrote: bounded, nothing expanded, or a `DataError`."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from survey_analysis.errors import DataError
from survey_analysis.readers.source import Source

LARGEST = 64 * 1024 * 1024  # bytes; questionnaires are far smaller
DEEPEST = 100


def checked_size(source: Source) -> bytes:
    """Bytes of a file that is small enough to be a questionnaire."""
    if len(source.data) > LARGEST:
        raise DataError(
            f"'{source.name}' is too large for a questionnaire.",
            where=f"It has {len(source.data):,} bytes; at most {LARGEST:,} are read.",
            hint="give the file that describes the questions, not the data.",
        )
    return source.data


def json_of(source: Source, what: str) -> dict[str, Any]:
    """The object that a JSON file holds.

    Raises
    ------
    DataError
        Cut off, not UTF-8, nested without end, or no object.
    """
    data = checked_size(source)
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _unreadable(source, what, str(error)) from None
    except RecursionError:
        raise _unreadable(source, what, "It is nested too deeply.") from None
    if not isinstance(found, dict):
        raise _unreadable(source, what, f"It holds a {type(found).__name__}, not an object.")
    return found


def xml_of(source: Source, what: str) -> Element:
    """Root of an XML file; a document type, with which entities are declared, is refused.

    Raises
    ------
    DataError
        Cut off, malformed, nested without end, or with a document type.
    """
    data = checked_size(source)
    builder = TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _unreadable(source, what, "It is nested too deeply.")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> None:
        raise _unreadable(source, what, "It declares a document type, which a questionnaire has no use for.")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, DataError):
            raise
        raise _unreadable(source, what, str(error)) from None
    return builder.close()


def _unreadable(source: Source, what: str, reason: str) -> DataError:
    return DataError(
        f"'{source.name}' cannot be read as {what}.",
        where=reason,
        hint="export it again from the platform; it may be cut off or edited.",
    )
