"""Triple-S: a metadata file (.sss) and the data beside it (.csv, or .asc in fixed width).

Source: The Triple-S Group, "Triple-S XML, the survey interchange standard", version 2.0, as implementers document it.
Elements are those of 2.0 under either version number; what 3.0 adds is not written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from survey_analysis.errors import DataError
from survey_analysis.exports.chosen import chosen_questions, personal_id, reversed_items
from survey_analysis.exports.scores import score_columns, wanted_constructs
from survey_analysis.exports.triple_s_fields import Field, column_field, question_fields, score_field
from survey_analysis.exports.triple_s_files import (
    NO_XML,
    DataLayout,
    Version,
    csv_text,
    definition_xml,
    fixed_text,
    one_line,
)
from survey_analysis.files import write_files
from survey_analysis.frames.table import Table
from survey_analysis.plurals import counted

_ALWAYS = (
    "Triple-S has no place for a design beyond a weight, or for base texts, nets and favourable ends; "
    "the study file has."
)
_BREAK = re.compile(r"[\r\n\t\x85\u2028\u2029]+")


def write_triple_s(
    table: Table,
    path: Path,
    *,
    questions: Iterable[str] | None = None,
    version: Version = "3.0",
    data: DataLayout = "csv",
) -> tuple[str, ...]:
    """Write a survey as Triple-S; the data file gets the same name with .csv or .asc.

    Parameters
    ----------
    path
        The metadata file, `.sss` or `.xml`.
    questions
        Names of questions or columns; every declared question when left out, and without declarations every column.
    version
        Version of the standard that the file names.
    data
        Layout of the data: a CSV with one row of names, or records of fixed width.

    Returns
    -------
    tuple of str
        What was changed, and what the format cannot hold, one sentence each.

    Raises
    ------
    DataError
        Another ending, nothing to write, or a question that holds personal data.
    ColumnNotFoundError
        No such question.
    ReportError
        A folder that cannot be written; what was there before is unchanged.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> from tempfile import TemporaryDirectory
    >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"]}))
    >>> with TemporaryDirectory() as folder:
    ...     notes = write_triple_s(survey.table, Path(folder) / "w1.sss")
    ...     again = sa.read(f"{folder}/w1.sss")
    >>> round(again.proportion("likely", answers=["yes"]).value, 3)
    0.667
    """
    if path.suffix.lower() not in (".sss", ".xml"):
        raise DataError(
            f"'{path.name}' is no name of a Triple-S file.", hint="give it the ending .sss or .xml."
        )
    constructs, asked = wanted_constructs(table, questions)
    names, chosen = chosen_questions(table, asked)
    scores, said = score_columns(table, constructs, names)
    fields = _with_filters(_fields(table, names, [score_field(c) for c in scores]))
    fields, renamed = _named(fields)
    fields, broken = _clean(fields)
    ending, body = (".csv", csv_text(fields)) if data == "csv" else (".asc", fixed_text(fields))
    definition = definition_xml(one_line(table.study.name), fields, version, data)
    write_files(path.parent, {path.name: definition, path.stem + ending: body.encode("utf-8")})
    return (*chosen, *said, *personal_id(table), *renamed, *broken, *_lost(table, names, fields))


def _fields(table: Table, names: Sequence[str], scores: Sequence[Field]) -> list[Field]:
    design = table.study.design
    uses = {design.weight: "weight", design.id: "serial"}
    out = [field for name in names for field in question_fields(table, table.question(name))]
    out += scores
    taken = {f.name for f in out} | table.private
    extra = (design.id, design.weight, *design.weights.values(), *design.strata, *design.psu, *design.fpc)
    there = set(table.raw.columns) - taken
    out += [column_field(table, column) for column in dict.fromkeys(extra) if column in there]
    if not out:
        raise DataError(
            "There is nothing to write: every column is personal.", hint="check [roles] personal."
        )
    return [_used(f, uses.get(f.name, "")) for f in out]


def _used(field: Field, use: str) -> Field:
    """The field with its role; the standard allows numbers (an id also text) that are nowhere missing."""
    allowed = ("quantity",) if use == "weight" else ("quantity", "character")
    unique = use != "serial" or len(set(field.cells)) == len(field.cells)
    return replace(field, use=use) if use and field.kind in allowed and all(field.cells) and unique else field


def _with_filters(fields: Sequence[Field]) -> list[Field]:
    """A logical variable before the first question that a condition routes to."""
    made: dict[tuple[str, bytes], str] = {}
    out: list[Field] = []
    for field in fields:
        if field.asked is None:
            out.append(field)
            continue
        key = (field.condition, field.asked.tobytes())
        if key not in made:
            made[key] = f"asked_{len(made) + 1}"
            out.append(Field(made[key], "logical", field.condition, ["1" if a else "0" for a in field.asked]))
        out.append(replace(field, filter=made[key]))
    return out


def _named(fields: Sequence[Field]) -> tuple[list[Field], tuple[str, ...]]:
    """Names as the standard has them: letters, digits, dot and underscore, a letter first, unique without case."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for field in fields:
        base = re.sub(r"[^A-Za-z0-9_.]", "_", field.name)
        base = base if base[:1].isalpha() else f"v{base}"
        name, again = base, 1
        while name.casefold() in used:
            again += 1
            name = f"{base}_{again}"
        used.add(name.casefold())
        names[field.name] = name
    changed = [f"'{old}' is '{new}'" for old, new in names.items() if old != new]
    more = f", and {len(changed) - 8} more" if len(changed) > 8 else ""
    note = (f"Names that the standard does not allow: {', '.join(changed[:8])}{more}.",) if changed else ()
    return [replace(f, name=names[f.name], filter=names.get(f.filter, "")) for f in fields], note


def _clean(fields: Sequence[Field]) -> tuple[list[Field], tuple[str, ...]]:
    """Texts without line breaks, which end a record, and without characters that no XML holds."""
    changed: Counter[str] = Counter()
    out = []
    for field in fields:
        cells = [NO_XML.sub("", _BREAK.sub(" ", c)) for c in field.cells]
        n = sum(a != b for a, b in zip(cells, field.cells, strict=True))
        if n:
            changed[field.name] = n
        values = tuple((c, one_line(label), score) for c, label, score in field.values)
        out.append(replace(field, cells=cells, label=one_line(field.label), values=values))
    return out, tuple(
        f"{counted(n, 'answer')} to '{name}' lost line breaks or control characters."
        for name, n in changed.items()
    )


def _lost(table: Table, names: Sequence[str], fields: Sequence[Field]) -> tuple[str, ...]:
    def told(names: Iterable[str]) -> str:
        found = list(names)
        return ", ".join(found[:8]) + (f" and {len(found) - 8} more" if len(found) > 8 else "")

    notes = [
        f"Missing codes that could be numbers of '{f.name}' are blank: {told(f.inside)}."
        for f in fields
        if f.inside
    ]
    renumbered = [f.name for f in fields if f.renumbered]
    untold = [f.name for f in fields if f.untold]
    missing = [f"{f.name} {', '.join(f.missing)}" for f in fields if f.missing]
    if renumbered:
        notes.append(f"Options have the codes 1, 2, 3, ... in their order: {told(renumbered)}.")
    if untold:
        notes.append(f"Blank, whatever the reason that nothing stands there: {told(untold)}.")
    notes += reversed_items(table, names)
    if missing:
        notes.append(
            f"Triple-S does not say which codes are no answers; these are values like others: {told(missing)}."
        )
    notes.append(_ALWAYS)
    return tuple(notes)
