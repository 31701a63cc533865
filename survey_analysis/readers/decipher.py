"""Decipher (Forsta Surveys) datamap in JSON: variables with their question, row, column and values.

Source: the Decipher documentation, "JSON formatting" and "How to retrieve a survey datamap using the API".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels, Measure, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.json_file import code_text, has_keys, objects, parse_json
from survey_analysis.readers.markup import plain_text
from survey_analysis.readers.source import Source

_TYPES = ("single", "multiple", "number", "float", "text")


def sniff(data: bytes) -> bool:
    """Whether the bytes are a datamap."""
    return has_keys(data, "variables", "qtitle", "vgroup")


@dataclass(frozen=True)
class _Variable:
    name: str
    kind: str
    group: str
    question: str
    row: str
    column: str
    labels: Labels


def facts(source: Source, raw: RawTable) -> Facts:  # noqa: ARG001  columns have one name in every export
    """Facts in a datamap; the checkboxes of one group are a set, the items of one question share a stem.

    Raises
    ------
    DataError
        No JSON, or a variable without a name or of a type that is not known.
    """
    variables = tuple(_variables(parse_json(source.data, source.name), source.name))
    groups: dict[str, list[_Variable]] = {}
    for variable in variables:
        groups.setdefault(variable.group, []).append(variable)
    wording: dict[str, str] = {}
    stems: dict[str, str] = {}
    items: dict[str, str] = {}
    sets = []
    for name, members in groups.items():
        stem, own = _wordings(members)
        for variable in members:
            item = own[variable.name]
            whole = " - ".join(filter(None, (stem, item)))
            wording |= {variable.name: whole} if whole else {}
            items |= {variable.name: item} if item else {}
            stems |= {variable.name: stem} if stem and item else {}
        ticks = [v for v in members if v.kind == "multiple"]
        if ticks:
            options = tuple((v.name, own[v.name] or v.name) for v in ticks)
            columns = tuple(v.name for v in ticks)
            sets.append(ResponseSet(name, "dichotomy", columns, options, text=stem, counted=("1",)))
    measure: dict[str, Measure] = {v.name: "scale" for v in variables if v.kind in ("number", "float")}
    return Facts(
        wording=wording,
        stems=stems,
        items=items,
        labels={v.name: v.labels for v in variables if v.labels and v.kind != "multiple"},
        measure=measure,
        sets=tuple(sets),
    )


def _variables(found: Mapping[str, Any], file: str) -> Iterator[_Variable]:
    listed = objects(found.get("variables"), "variables", file)
    if not listed:
        raise DataError(f"'{file}' lists no variables.", hint="export the datamap as JSON again.")
    for given in listed:
        name, kind = str(given.get("label") or ""), str(given.get("type") or "")
        if not name or kind not in _TYPES:
            raise DataError(
                f"The variable '{name}' of '{file}' has the type '{kind}'.",
                hint=f"known are {', '.join(_TYPES)}.",
            )
        yield _Variable(
            name,
            kind,
            str(given.get("vgroup") or name),
            _text(given.get("qtitle") or given.get("title")),
            _text(given.get("rowTitle")),
            _text(given.get("colTitle")),
            _labels(given, name, file),
        )


def _labels(given: Mapping[str, Any], name: str, file: str) -> Labels:
    what = f"values of '{name}'"
    pairs = (
        (code_text(v.get("value"), f"code of '{name}'", file), _text(v.get("title")))
        for v in objects(given.get("values"), what, file)
    )
    return tuple((code, title or code) for code, title in pairs)


def _wordings(members: Sequence[_Variable]) -> tuple[str, dict[str, str]]:
    """What the members of a group share, and what each has for itself."""
    rows, columns = {v.row for v in members}, {v.column for v in members}
    shared = [members[0].question]
    if len(members) > 1:
        shared += [next(iter(x)) for x in (rows, columns) if len(x) == 1]
    own = {
        v.name: " - ".join(
            filter(None, (v.row if len(rows) > 1 or len(members) == 1 else "", v.column if len(columns) > 1 or len(members) == 1 else ""))
        )
        for v in members
    }  # fmt: skip
    return " - ".join(filter(None, shared)), own


def _text(value: object) -> str:
    return plain_text(value) if isinstance(value, str) else ""
