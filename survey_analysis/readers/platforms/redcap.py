"""REDCap data dictionaries (CSV): choices, checkboxes, branching logic, identifiers.

A checkbox field has a column for each choice, named `field___code` (letters in lower case, a minus sign and
other marks as "_"). Branching logic is written `[field] = '1'`, of a checkbox `[field(code)] = '1'`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.encoding import decode
from survey_analysis.readers.platforms.conditions import UntranslatedError, comparison
from survey_analysis.readers.platforms.description import Description, Style, in_style, named, style_of
from survey_analysis.readers.platforms.infix import Call, Dialect, Operand, translate
from survey_analysis.readers.platforms.markup import plain
from survey_analysis.readers.platforms.parsing import checked_size
from survey_analysis.readers.source import Source
from survey_analysis.study.expressions import Expression, Operator

WHAT = "a REDCap data dictionary"
TICKED: Labels = (("0", "Unchecked"), ("1", "Checked"))
COMPLETE: Labels = (("0", "Incomplete"), ("1", "Unverified"), ("2", "Complete"))

# Headings of the downloaded dictionary and of the API's; both hold the same.
_HEADINGS = {
    "name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "section": ("Section Header", "section_header"),
    "type": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "validation": ("Text Validation Type OR Show Slider Number",
                   "text_validation_type_or_show_slider_number"),
    "identifier": ("Identifier?", "identifier"),
    "branching": ("Branching Logic (Show field only if...)", "branching_logic"),
    "matrix": ("Matrix Group Name", "matrix_group_name"),
}  # fmt: skip
_FIXED: dict[str, Labels] = {
    "yesno": (("1", "Yes"), ("0", "No")),
    "truefalse": (("1", "True"), ("0", "False")),
}
_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class _Field:
    """One row of the dictionary."""

    name: str
    form: str
    section: str
    type: str
    label: str
    choices: str
    validation: str
    identifier: str
    branching: str
    matrix: str

    def options(self, file: str) -> Labels:
        """Codes and labels of the answers ("1, Yes | 2, No")."""
        if self.type in _FIXED:
            return _FIXED[self.type]
        if self.type not in ("radio", "dropdown", "checkbox") or not self.choices.strip():
            return ()
        pairs = [part.partition(",") for part in self.choices.split("|")]
        wrong = [code.strip() for code, comma, _ in pairs if not comma or not code.strip()]
        if wrong:
            raise DataError(
                f"The choices of '{self.name}' in '{file}' cannot be read.",
                where=f"Found {wrong[0]!r} where a code, a comma and a label should stand.",
                hint='write them as "1, Yes | 2, No".',
            )
        return tuple((code.strip(), plain(label)) for code, _, label in pairs)


def sniff(data: bytes) -> bool:
    """Whether the first line names the columns of a data dictionary."""
    first = data[:2000].lstrip(b"\xef\xbb\xbf").replace(b'"', b"").splitlines()[:1]
    return bool(first) and first[0].startswith((b"Variable / Field Name", b"field_name,form_name"))


def read(source: Source, raw: RawTable) -> Facts:
    """Facts of a data dictionary about the columns of an export."""
    fields = _fields(source)
    options = {f.name: f.options(source.name) for f in fields}
    out = Description(raw)
    single = {f.name: options[f.name] for f in fields if f.type != "checkbox" and f.name in raw.columns}
    out.style, note = style_of(
        {c: out.cells(c) for c, o in single.items() if o}, {c: o for c, o in single.items() if o}
    )
    out.notes += [note] if note else []
    boxes = {f.name: _boxes(f.name, options[f.name], raw) for f in fields if f.type == "checkbox"}
    stems: dict[str, str] = {}
    for one in fields:
        if one.matrix:
            stems.setdefault(one.matrix, plain(one.section))
        _describe(one, options[one.name], boxes.get(one.name, {}), stems.get(one.matrix, ""), out)
    _forms(fields, out)
    _branch(fields, options, boxes, out)
    personal = [f.name for f in fields if f.identifier.strip().casefold() == "y"]
    if personal:
        listed = named([f"'{c}'" for c in personal])
        out.notes.append(f"Identifiers in the dictionary: {listed}; name them in [roles] personal.")
    return out.facts()


def _fields(source: Source) -> list[_Field]:
    text = decode(checked_size(source), source.name).text
    try:
        head, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(row)]
    except (csv.Error, ValueError) as error:
        raise _unreadable(source, f"{error}.") from None
    place = {key: next((head.index(h) for h in known if h in head), -1) for key, known in _HEADINGS.items()}
    lacking = [_HEADINGS[key][0] for key in ("name", "type", "label", "choices") if place[key] < 0]
    if lacking:
        raise _unreadable(source, f"It has no column '{lacking[0]}'.")
    short = next((i for i, row in enumerate(rows, start=2) if len(row) != len(head)), 0)
    if short:
        raise _unreadable(
            source, f"Row {short} has {counted(len(rows[short - 2]), 'cell')}; the header has {len(head)}."
        )
    fields = [
        _Field(**{key: row[at].strip() if at >= 0 else "" for key, at in place.items()}) for row in rows
    ]
    names = [f.name for f in fields]
    twice = next((n for n in names if names.count(n) > 1), "") if len(set(names)) < len(names) else ""
    if twice:
        raise _unreadable(source, f"The field '{twice}' stands there more than once.")
    return fields


def _unreadable(source: Source, reason: str) -> DataError:
    hint = "download the data dictionary again (Project Setup, Data Dictionary)."
    return DataError(f"'{source.name}' cannot be read as {WHAT}.", where=reason, hint=hint)


def _boxes(name: str, options: Labels, raw: RawTable) -> dict[str, str]:
    """Column of each choice of a checkbox field that the data have."""
    named_so = {code: f"{name}___{re.sub(r'[^a-z0-9_]', '_', code.casefold())}" for code, _ in options}
    return {code: column for code, column in named_so.items() if column in raw.columns}


def _describe(one: _Field, options: Labels, boxes: Mapping[str, str], stem: str, out: Description) -> None:
    label = plain(one.label)
    if one.type == "checkbox":
        shown = dict(options)
        for code, column in boxes.items():
            out.word(column, label, item=shown[code])
            out.labels[column] = in_style(TICKED, _box_style(column, out))
        if boxes:
            pairs = tuple((column, shown[code]) for code, column in boxes.items())
            counted = tuple(dict.fromkeys(out.labels[c][1][0] for c in boxes.values()))
            out.sets.append(ResponseSet(one.name, "dichotomy", tuple(boxes.values()), pairs, label, counted))
        return
    if one.name not in out.raw.columns:
        return
    if stem:
        out.word(one.name, stem, item=label)
    else:
        out.word(one.name, label)
    out.answers(one.name, options, measure="ordinal" if one.matrix and options else None)
    if one.type in ("calc", "slider") or (one.type == "text" and one.validation.startswith(_NUMBERS)):
        out.measure[one.name] = "scale"


def _box_style(column: str, out: Description) -> Style:
    return "texts" if {"Checked", "Unchecked"} & set(out.cells(column)) else "codes"


def _forms(fields: Iterable[_Field], out: Description) -> None:
    """Every form has a column that says how far its entry is."""
    for form in dict.fromkeys(f.form for f in fields if f.form):
        column = f"{form}_complete"
        if column in out.raw.columns:
            out.word(column, f"Is the form '{form}' complete?")
            out.answers(column, COMPLETE)


def _branch(
    fields: Iterable[_Field],
    options: Mapping[str, Labels],
    boxes: Mapping[str, Mapping[str, str]],
    out: Description,
) -> None:
    """Routing of every field that is shown on a condition."""

    def compare(left: Operand | Call, operator: Operator, value: str, negated: bool) -> Expression:
        if isinstance(left, Call):
            raise UntranslatedError(f"the function '{left.function}' is not known")
        name, _, code = left.text.partition("(")
        code = code.rstrip(")").strip()
        if code:
            return _ticked(boxes.get(name, {}).get(code, ""), left.text, operator, value, negated)
        return out.compare(name, operator, value, options.get(name, ()), negated=negated)

    def _ticked(column: str, said: str, operator: Operator, value: str, negated: bool) -> Expression:
        if not column or operator not in ("==", "!=") or value not in ("0", "1"):
            raise UntranslatedError(f"[{said}] {operator} {value!r} is no box that is ticked or not")
        off, on = (code for code, _ in out.labels[column])
        return comparison(column, operator, on if value == "1" else off, negated=negated)

    def truth(left: Operand | Call, negated: bool) -> Expression:  # noqa: ARG001
        raise UntranslatedError("a field stands there without a comparison")

    dialect = Dialect(r"\[(?P<inner>\w+(?:\([^()\[\]]+\))?)\](?!\s*\[)", compare, truth)
    for one in fields:
        columns = list(boxes.get(one.name, {}).values()) or [one.name]
        columns = [c for c in columns if c in out.raw.columns]
        if one.branching and columns:
            out.route(columns, lambda said=one.branching: translate(said, dialect), one.branching, one.name)  # type: ignore[misc]
