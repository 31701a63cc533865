"""JSON from strangers: an object, bounded in size and depth, or a clear refusal."""

from __future__ import annotations

import json
import re
from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.study.base import code

MOST_BYTES = 64 * 2**20


def has_keys(data: bytes, *keys: str) -> bool:
    """Whether the bytes look like a JSON object in which all those keys occur.

    Examples
    --------
    >>> has_keys(b'{"lib": {}, "columns": {}}', "lib", "columns"), has_keys(b"lib,columns", "lib")
    (True, False)
    """
    if not data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return False
    return all(re.search(rb'"' + key.encode() + rb'"\s*:', data) for key in keys)


def parse_json(data: bytes, name: str) -> dict[str, Any]:
    """The object in a JSON file.

    Raises
    ------
    DataError
        Not UTF-8, no JSON (line and column named), too large, too deep, or no object.

    Examples
    --------
    >>> parse_json(b'{"a": 1}', "a.json")
    {'a': 1}
    """
    if len(data) > MOST_BYTES:
        raise DataError(
            f"'{name}' is larger than a metadata file can be.",
            where=f"It has {len(data)} bytes; at most {MOST_BYTES} are read.",
            hint="check that it is the metadata, not the data.",
        )
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise DataError(
            f"'{name}' is not JSON: {error.msg.lower()}.",
            where=f"Line {error.lineno}, column {error.colno}.",
            hint="the file is cut off or damaged; export it again.",
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"'{name}' is not UTF-8 text.", hint="JSON is UTF-8; export it again.") from None
    except (RecursionError, ValueError):
        raise DataError(
            f"'{name}' nests too deep, or holds a number too long to read.",
            hint="check that it is a metadata file.",
        ) from None
    if not isinstance(found, dict):
        raise DataError(f"'{name}' holds no JSON object.", hint="check that it is a metadata file.")
    return found


def objects(value: object, what: str, name: str) -> list[dict[str, Any]]:
    """A list of objects, which may be absent; anything else in its place is an error.

    Examples
    --------
    >>> objects(None, "values", "a.json"), objects([{"value": 1}], "values", "a.json")
    ([], [{'value': 1}])
    """
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(x, dict) for x in value):
        return value
    raise DataError(
        f"The {what} in '{name}' are no list of objects.", hint="the file is damaged; export it again."
    )


def code_text(value: object, what: str, name: str) -> str:
    """A code as the data hold it: a number or a text, no truth value and nothing empty.

    Examples
    --------
    >>> code_text(2.0, "code", "a.json"), code_text(" A", "code", "a.json")
    ('2', 'A')
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool) and (text := code(value)):
        return text
    raise DataError(
        f"A {what} in '{name}' is {json.dumps(value)[:40]}, not a number or a text.",
        hint="the file is damaged; export it again.",
    )
