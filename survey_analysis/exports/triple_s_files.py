"""The text of a Triple-S metadata file and of its data file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Literal, TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from survey_analysis.exports.triple_s_fields import Field

Version: TypeAlias = Literal["2.0", "3.0"]
DataLayout: TypeAlias = Literal["csv", "fixed"]
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def one_line(label: str) -> str:
    """A label without line breaks and without characters that no XML holds."""
    return " ".join(NO_XML.sub("", label).split())


def _width(field: Field) -> int:
    longest = max(map(len, field.cells), default=0)
    if field.kind == "multiple":
        return max(longest, *(int(c) for c, _, _ in field.values))
    codes = [len(c) for c, _, _ in field.values] + [len(x) for x in field.limits or ()]
    return max(1, longest, *codes)


def definition_xml(title: str, fields: Sequence[Field], version: Version, data: DataLayout) -> bytes:
    """The metadata file: places of the variables in the data, labels, values."""
    root = Element("sss", version=version)
    SubElement(root, "origin").text = "survey_analysis"
    survey = SubElement(root, "survey")
    SubElement(survey, "title").text = title
    layout = {"format": "csv", "skip": "1"} if data == "csv" else {}
    record = SubElement(survey, "record", {"ident": "A"} | layout)
    start = 1
    for ident, field in enumerate(fields, 1):
        width = 1 if data == "csv" else _width(field)
        variable = SubElement(record, "variable", ident=str(ident), type=field.kind)
        if field.literal:
            variable.set("format", "literal")
        if field.use:
            variable.set("use", field.use)
        SubElement(variable, "name").text = field.name
        SubElement(variable, "label").text = field.label
        place = {"start": str(start)} | ({"finish": str(start + width - 1)} if width > 1 else {})
        SubElement(variable, "position", place)
        if field.filter:
            SubElement(variable, "filter").text = field.filter
        if field.kind == "character":
            SubElement(variable, "size").text = str(_width(field))
        _values(variable, field)
        start += width
    indent(root, " ")
    found: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _values(variable: Element, field: Field) -> None:
    if not (field.values or field.limits):
        return
    values = SubElement(variable, "values")
    if field.limits is not None:
        SubElement(values, "range", {"from": field.limits[0], "to": field.limits[1]})
    for code, label, score in field.values:
        SubElement(values, "value", {"code": code} | ({"score": score} if score else {})).text = label


def csv_text(fields: Sequence[Field]) -> str:
    """Rows of fields; bitstrings and texts quoted, so that a spreadsheet need not take them for numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f.name for f in fields])
    for row in zip(*(f.cells for f in fields), strict=True):
        shown = (
            '"' + cell.replace('"', '""') + '"'
            if cell and (field.kind in ("multiple", "character") or field.literal)
            else cell
            for field, cell in zip(fields, row, strict=True)
        )
        out.write(",".join(shown) + "\r\n")
    return out.getvalue()


def fixed_text(fields: Sequence[Field]) -> str:
    """Records of fixed width: codes and numbers to the right, texts and bitstrings to the left."""
    columns = []
    for field in fields:
        width, left = _width(field), field.kind in ("character", "multiple") or field.literal
        columns.append([c.ljust(width) if left or not c else c.rjust(width) for c in field.cells])
    return "".join("".join(row) + "\r\n" for row in zip(*columns, strict=True))
