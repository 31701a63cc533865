"""The workbook inside a chart: written with inert text, and patched cell by cell so that all else stays."""

from __future__ import annotations

import datetime as dt
import importlib
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.decks.office import clean, settled
from survey_analysis.results.deck import ChartData

Cell = str | float | None
_REF: Final = re.compile(r"^([A-Z]+)([0-9]+)$")


def workbook_blob(data: ChartData) -> bytes:
    """A workbook with one sheet: categories down, series across; text is text, whatever it begins with."""
    import xlsxwriter  # noqa: PLC0415  only when a chart is made

    out = io.BytesIO()
    told = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, told)
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001  a fixed date, no clock
    sheet = book.add_worksheet("Sheet1")
    numbers = book.add_format({"num_format": data.number_format})
    for i, category in enumerate(data.shown, 1):
        sheet.write_string(i, 0, clean(category))
    for j, series in enumerate(data.series, 1):
        sheet.write_string(0, j, clean(series.name))
        for i, value in enumerate(series.values, 1):
            if value is not None:
                sheet.write_number(i, j, value, numbers)
    book.close()
    return settled(out.getvalue())


def patched(blob: bytes, sheet: str, cells: Mapping[str, Cell]) -> bytes:
    """The workbook with some cells of one sheet changed; every other part byte for byte as it was.

    Formats of cells stay. Formulas elsewhere are worked out again when the workbook is opened.
    """
    with zipfile.ZipFile(io.BytesIO(blob)) as files:
        place = _sheet_path(files, sheet)
        root = _parsed(files.read(place))
        formulas = _write(root, cells)
        changed = {place: _written(root), "xl/workbook.xml": _recalculated(files.read("xl/workbook.xml"))}
        if formulas and "xl/calcChain.xml" in files.namelist():
            changed["xl/calcChain.xml"] = _unchained(files.read("xl/calcChain.xml"), formulas)
    return settled(blob, changed)


def _parsed(xml: bytes) -> Any:
    return _etree().fromstring(xml, _etree().XMLParser(resolve_entities=False, no_network=True))


def _etree() -> Any:
    return importlib.import_module("lxml.etree")  # comes with python-pptx


def _written(root: Any) -> bytes:
    out: bytes = _etree().tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return out


def _sheet_path(files: zipfile.ZipFile, name: str) -> str:
    """Where a sheet is kept; KeyError where there is none of that name."""
    book = _parsed(files.read("xl/workbook.xml"))
    ids = {
        s.get("name"): next(v for k, v in s.attrib.items() if k.endswith("}id"))
        for s in book.iter("{*}sheet")
    }
    targets = {r.get("Id"): r.get("Target") for r in _parsed(files.read("xl/_rels/workbook.xml.rels"))}
    target = targets[ids[name]]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _write(root: Any, cells: Mapping[str, Cell]) -> set[str]:
    """Set cells; names of those that held a formula."""
    data = root.find("{*}sheetData")
    space = data.tag.partition("}")[0] + "}"
    formulas = set()
    for name, value in cells.items():
        cell = _cell(data, space, name)
        if cell.find("{*}f") is not None:
            formulas.add(name)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = _etree().SubElement(_etree().SubElement(cell, f"{space}is"), f"{space}t")
            text.text = clean(value)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        elif value is not None:
            _etree().SubElement(cell, f"{space}v").text = repr(float(value))
    dimension = root.find("{*}dimension")
    if dimension is not None:
        root.remove(dimension)  # optional; wrong where the table grew
    return formulas


def _cell(data: Any, space: str, name: str) -> Any:
    """The cell of a name, made in its place where there is none."""
    column, number = _split(name)
    row = next((r for r in data if int(r.get("r", "0")) == number), None)
    if row is None:
        row = _etree().Element(f"{space}row", r=str(number))
        data.insert(sum(int(r.get("r", "0")) < number for r in data), row)
    row.attrib.pop("spans", None)
    found = next((c for c in row if c.get("r") == name), None)
    if found is None:
        found = _etree().Element(f"{space}c", r=name)
        row.insert(sum(_split(c.get("r"))[0] < column for c in row), found)
    return found


def _split(name: str) -> tuple[int, int]:
    match = _REF.match(name)
    if match is None:
        raise KeyError(name)
    return column_number(match[1]), int(match[2])


def column_number(letters: str) -> int:
    """Number of a column from 1.

    Examples
    --------
    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Letters of a column from 1.

    Examples
    --------
    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out


def _recalculated(xml: bytes) -> bytes:
    """The workbook told to work out its formulas when it is opened."""
    root = _parsed(xml)
    found = root.find("{*}calcPr")
    if found is None:
        space = root.tag.partition("}")[0] + "}"
        after = [
            root.find(f"{{*}}{n}") for n in ("definedNames", "externalReferences", "functionGroups", "sheets")
        ]
        found = _etree().Element(f"{space}calcPr")
        next(x for x in after if x is not None).addnext(found)
    found.set("fullCalcOnLoad", "1")
    return _written(root)


def _unchained(xml: bytes, formulas: set[str]) -> bytes:
    """The chain of calculation without the cells that hold values now; a chain names a cell once a sheet."""
    root = _parsed(xml)
    for cell in list(root):
        if cell.get("r") in formulas:
            root.remove(cell)
    return _written(root)
