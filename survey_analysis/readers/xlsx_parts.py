"""The parts of a workbook, unpacked with a bound: what is damaged or swells without end is refused."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import unescape

from survey_analysis.errors import DataError
from survey_analysis.readers.archive import UNPACKING

MOST_PARTS = 10_000
MOST_BYTES = 4 * 2**30
MOST_RATIO, RATIO_FROM = 200, 64 * 2**20  # cells of data shrink to a tenth, not to a two-hundredth
MOST_CELLS, MOST_EMPTY = 50_000_000, 20
_CHUNK = 2**20

_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_FAR = re.compile(r'\sr="(?:[A-Z]{3}|[A-Z]*\d{5})')  # only such can make the sheet too large
_CELL = re.compile(r'<(?:\w+:)?c\b[^>]*\sr="([A-Z]{1,3})(\d{1,7})"')


def check_parts(data: bytes, name: str) -> None:
    """Unpack every part once, and keep none.

    Raises
    ------
    DataError
        A damaged part, too many of them, one name twice, or more bytes than a workbook can have.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            entries = book.infolist()
            if len(entries) > MOST_PARTS:
                raise damaged(name, f"It holds {len(entries)} parts.")
            if len({e.filename for e in entries}) < len(entries):
                raise damaged(name, "Two of its parts have one name.")
            total = 0
            for entry in entries:
                with book.open(entry) as part:
                    while chunk := part.read(_CHUNK):
                        total += len(chunk)
                        if total > MOST_BYTES or total > max(RATIO_FROM, MOST_RATIO * len(data)):
                            raise damaged(name, f"Its {len(data):,} bytes unpack to more than {total:,}.")
    except DataError:
        raise
    except UNPACKING as error:
        raise damaged(name, f"{error}.") from None


def sheet_text(data: bytes, sheet: str, name: str) -> str:
    """XML of one sheet, found by its name as the workbook lists it.

    Raises
    ------
    DataError
        The list and the parts do not fit each other.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = archive.read("xl/workbook.xml").decode("utf-8")
            relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
            target = {_attribute(r, "Id"): _attribute(r, "Target") for r in _RELATION.findall(relations)}
            tags = {
                unescape(_attribute(s, "name"), {"&quot;": '"', "&apos;": "'"}): s
                for s in _SHEET.findall(book)
            }
            path = target[_attribute(tags[sheet], r"\w+:id")]
            path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            return archive.read(path).decode("utf-8")
    except (KeyError, *UNPACKING) as error:
        raise damaged(name, f"The sheet '{sheet}' is not where the workbook says ({error}).") from None


def check_extent(text: str, sheet: str, name: str) -> None:
    """A cell far from all others would make a sheet of empty cells that no memory holds."""
    if not _FAR.search(text):
        return
    places = [(int(row), column(letters), letters) for letters, row in _CELL.findall(text)]
    if not places:
        return
    rows, columns = max(p[0] for p in places), max(p[1] for p in places) + 1
    if rows * columns > max(MOST_CELLS, MOST_EMPTY * len(places)):
        row, _, letters = max(places, key=lambda p: p[0] * (p[1] + 1))
        raise DataError(
            f"The sheet '{sheet}' of '{name}' is almost empty, and too large to read.",
            where=f"{len(places)} cells in {rows} rows and {columns} columns; one is {letters}{row}.",
            hint="delete what lies outside of the table, or export CSV.",
        )


def column(letters: str) -> int:
    """Position of a column from its letters.

    >>> column("A"), column("AA")
    (0, 26)
    """
    out = 0
    for letter in letters:
        out = out * 26 + ord(letter) - 64
    return out - 1


def damaged(name: str, where: str) -> DataError:
    """Error of a workbook whose parts are not as they should be."""
    return DataError(
        f"The workbook '{name}' cannot be read.",
        where=where,
        hint="open it and save it again as .xlsx, or export CSV.",
    )


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=\"([^\"]*)\"", tag)
    return found.group(1) if found else ""
