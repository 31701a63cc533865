"""Which characters the shipped font has, and what stands for those it lacks.

A PDF that must look the same everywhere cannot borrow a glyph from the machine it was made on, and
PDF/A forbids a missing one. So a character without a glyph is written as its Unicode name in
brackets, and the reader is told. Formats that have every glyph need only `inert`.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

#: Embedding, override and isolate characters: they can make text read as what it is not.
BIDI_CONTROLS = frozenset({*range(0x202A, 0x202F), *range(0x2066, 0x206A)})
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
#: Joiners, marks, variation selectors, soft hyphen: no shape of their own, so dropping them loses nothing.
_SILENT = frozenset(
    {0x00AD, 0x061C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)}
)
_INERT: dict[int, str | None] = {
    **dict.fromkeys(BIDI_CONTROLS),
    **dict.fromkeys({*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF} - {0x09, 0x0A}),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


class Printable(NamedTuple):
    """Text that the shipped font can print, and how many characters had to be written as names or dropped."""

    text: str
    replaced: int


def characters() -> frozenset[int]:
    """Code points that the shipped font can draw."""
    return _characters()


def has_glyph(character: str) -> bool:
    """Whether the shipped font can draw a character.

    Examples
    --------
    >>> has_glyph("≥"), has_glyph("日")
    (True, False)
    """
    return ord(character) in _characters()


def printable(text: str, *, keep: str = "") -> Printable:
    r"""Text with only characters that the shipped font has.

    Controls are removed, unusual spaces become a space, and any other character without a glyph becomes its
    Unicode name in brackets. Right-to-left text stays in the order in which it was typed, by name.

    Parameters
    ----------
    text
        Anything, in particular answers that respondents typed.
    keep
        Control characters to leave alone, such as ``"\n"`` in code.

    Returns
    -------
    Printable
        The text, and the number of characters that were replaced or removed.

    Examples
    --------
    >>> printable("Great 😀, 5 ≥ 4")
    Printable(text='Great [grinning face], 5 ≥ 4', replaced=1)
    >>> printable("a\x07b\u202egnp")
    Printable(text='abgnp', replaced=2)
    """
    if text.isascii() and text.isprintable():
        return Printable(text, 0)
    composed = unicodedata.normalize("NFC", text)
    glyphs = _characters()
    parts: list[str] = []
    replaced = 0
    for character in composed:
        if character in keep or (ord(character) in glyphs and ord(character) not in _SILENT):
            parts.append(character)
            continue
        shown = _stand_in(character)
        parts.append(shown)
        replaced += shown != " " and ord(character) not in _SILENT
    return Printable("".join(parts), replaced)


def inert(text: str) -> str:
    r"""Text without the characters that no document may hold or that make it read as what it is not.

    Bidirectional overrides and control characters are removed (tab and line feed stay), half a surrogate
    pair becomes the replacement character. Everything else, emoji and right-to-left text included, stays.

    Examples
    --------
    >>> inert("safe\u202egpj.exe\x00 😀")
    'safegpj.exe 😀'
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_INERT)


def _stand_in(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if character in _SPACES or category == "Zs":
        return " "
    if code in _SILENT or code in BIDI_CONTROLS or category in {"Cc", "Cf"}:
        return ""
    name = unicodedata.name(character, "")
    return f"[{name.lower() if name else f'U+{code:04X}'}]"


@cache
def _characters() -> frozenset[int]:
    """Read the Unicode map (cmap format 4) of the regular cut; all cuts are subset to the same characters."""
    data = (Path(__file__).parent / "Inter-Regular.ttf").read_bytes()
    table = _table(data, b"cmap")
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", data, table + 2)[0]):
        offset = table + struct.unpack_from(">I", data, table + 4 + 8 * i + 4)[0]
        if struct.unpack_from(">H", data, offset)[0] == 4:
            found.update(_format_4(data, offset))
    return frozenset(found)


def _table(data: bytes, tag: bytes) -> int:
    count = struct.unpack_from(">H", data, 4)[0]
    for i in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        if name == tag:
            return int(offset)
    raise LookupError(tag)


def _format_4(data: bytes, offset: int) -> list[int]:
    pairs = struct.unpack_from(">H", data, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{pairs}H", data, offset + 14)
    starts = struct.unpack_from(f">{pairs}H", data, offset + 16 + 2 * pairs)
    return [code for a, b in zip(starts, ends, strict=True) if a != 0xFFFF for code in range(a, b + 1)]
