"""The parts of a workbook, unpacked with a bound, for data and codebooks alike."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from xml.sax.saxutils import unescape

MOST_PARTS = 10_000
MOST_BYTES = 4 * 2**30
MOST_RATIO, RATIO_FROM = 200, 64 * 2**20  # cells of data shrink to a tenth, not to a two-hundredth
MOST_CELLS, MOST_EMPTY = 50_000_000, 20
UNPACKING = (  # what `zipfile` raises for a damaged zip
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_CHUNK = 2**20

_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_FAR = re.compile(
    r"""\sr\s*=\s*["'](?:[A-Za-z]{3}|[A-Za-z]*\d{5})"""
)  # only such can make the sheet too large
_PLACE = re.compile(r"""<(?:\w+:)?(?:c|row)\b[^>]*?\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_ANNOUNCED = re.compile(rb"""\buniqueCount\s*=\s*["']\s*\+?0*(\d+)""")
_DIGITS = 15
_ROWS, _COLUMNS = 1_048_576, 16_384  # of any sheet


class UnfitError(Exception):
    """A workbook that cannot be read, and why."""


def check_parts(data: bytes) -> None:
    """Unpack every part once, and keep none.

    Raises
    ------
    UnfitError
        A damaged part, too many of them, one name twice, or more bytes than a workbook can have.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            entries = book.infolist()
            if len(entries) > MOST_PARTS:
                raise UnfitError(f"It holds {len(entries)} parts.")
            if len({e.filename for e in entries}) < len(entries):
                raise UnfitError("Two of its parts have one name.")
            total = 0
            for entry in entries:
                before, head = total, b""
                with book.open(entry) as part:
                    while chunk := part.read(_CHUNK):
                        head, total = head or chunk, total + len(chunk)
                        if total > MOST_BYTES or total > max(RATIO_FROM, MOST_RATIO * len(data)):
                            raise UnfitError(f"Its {len(data):,} bytes unpack to more than {total:,}.")
                _check_announced(head, total - before)
    except UNPACKING as error:
        raise UnfitError(f"{error}.") from None


def _check_announced(head: bytes, size: int) -> None:
    """A part does not announce more texts than it has bytes: calamine makes room for all of them at once."""
    announced = _ANNOUNCED.search(head)
    if announced and (len(announced[1]) > _DIGITS or int(announced[1]) > size):
        raise UnfitError(f"A part of {size:,} bytes announces {announced[1][:20].decode()} texts.")


def sheet_text(data: bytes, sheet: str) -> str:
    """XML of one sheet, found by its name as the workbook lists it.

    Raises
    ------
    UnfitError
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
        raise UnfitError(f"The sheet '{sheet}' is not where the workbook says ({error}).") from None


def too_far(text: str) -> str:
    """What is wrong with a sheet whose cells lie so far apart that no memory holds the empty ones; else ""."""
    if not _FAR.search(text):
        return ""
    places = [
        (int(row[:9]), column(letters[:9].upper()), letters + row) for letters, row in _PLACE.findall(text)
    ]
    if not places:
        return ""
    beyond = next((place for row, at, place in places if row > _ROWS or at >= _COLUMNS), "")
    if beyond:
        return f"One cell or row is {beyond[:20]}; a sheet has {_ROWS:,} rows and {_COLUMNS:,} columns."
    cells = sum(at >= 0 for _, at, _ in places)
    rows, columns = max(p[0] for p in places), max(p[1] for p in places) + 1
    if rows * columns <= max(MOST_CELLS, MOST_EMPTY * cells):
        return ""
    _, _, far = max(places, key=lambda p: p[0] * (p[1] + 1))
    return f"{cells} cells in {rows} rows and {columns} columns; one is {far}."


def column(letters: str) -> int:
    """Position of a column from its letters.

    >>> column("A"), column("AA")
    (0, 26)
    """
    out = 0
    for letter in letters:
        out = out * 26 + ord(letter) - 64
    return out - 1


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=\"([^\"]*)\"", tag)
    return found.group(1) if found else ""
