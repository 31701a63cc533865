"""Bytes to text: marks and strict UTF-8 first, then a scored guess that is named, or a refusal.

A file that is not UTF-8 says nothing about what it is. Each candidate is scored by how well the
characters it reads fit their neighbours (an accented letter inside a word, a curly apostrophe after a
letter); a clear winner is taken and named in a note with its score, everything else is refused with
the candidates spelled out. Odd bytes in the header only touch no answer: the caller may go on.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from survey_analysis.errors import DataError, closest
from survey_analysis.readers.plausibility import plausibility

# Order is the prior: an earlier encoding needs less evidence against a later one than the reverse.
CANDIDATES = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "cp932": "Shift-JIS",
    "cp1251": "Windows-1251",
}
LEAST, LEAD_EARLIER, LEAD_LATER = 0.5, 0.1, 0.25

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ODD = re.compile("[\udc80-\udcff]+")


@dataclass(frozen=True)
class OddBytes:
    """A run of bytes that are not UTF-8: where it starts, on which line, and its readings."""

    offset: int
    line: int
    data: bytes

    def __str__(self) -> str:
        return f"{' '.join(f'0x{b:02X}' for b in self.data)} at byte offset {self.offset} (line {self.line})"

    @property
    def assumed(self) -> str:
        """The run as Windows-1252, or Latin-1 for its five holes: what is read where nothing decides."""
        try:
            return self.data.decode("cp1252")
        except UnicodeDecodeError:
            return self.data.decode("latin-1")

    def readings(self) -> dict[str, str]:
        """How each candidate reads the run, where it can."""
        out = {}
        for codec, label in CANDIDATES.items():
            try:
                out[label] = self.data.decode(codec)
            except UnicodeDecodeError:
                continue
        return out


@dataclass(frozen=True)
class Decoded:
    """Text of a file; `doubt` holds the bytes that no candidate reads well (read as Windows-1252)."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()
    doubt: tuple[OddBytes, ...] = ()


def decode(data: bytes, name: str, encoding: str = "") -> Decoded:
    """Text of a file's bytes.

    Parameters
    ----------
    encoding
        Declared encoding; it is obeyed or refused, never second-guessed.

    Raises
    ------
    DataError
        The declared encoding is unknown or does not fit (byte offset and line named), or the file holds
        NUL bytes.

    Examples
    --------
    >>> decode("Größe;Café".encode("cp1252"), "export.csv").text
    'Größe;Café'
    """
    if encoding:
        return _declared(data, name, encoding)
    for bom, codec in _BOMS:
        if data.startswith(bom):
            shown = codec.upper()
            note = (f"{shown} with a byte-order mark.",) if codec != "utf-8" else ()
            return Decoded(_strict(data, name, codec).removeprefix("\ufeff"), codec, note)
    if b"\0" in data[:4096] or b"\0" in data:
        return _without_bom(data, name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _guess(data)


def _declared(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        known = [
            "utf-8",
            "utf-16",
            "latin-1",
            "iso8859-15",
            "gb18030",
            "euc-jp",
            "euc-kr",
            "big5",
            *CANDIDATES,
        ]
        raise DataError(f"There is no encoding '{encoding}'.", hint=closest(encoding, known)) from None
    text = _strict(data, name, codec).removeprefix("\ufeff")
    if "\0" in text:
        where = f"Read as {encoding}, character {text.index(chr(0))} is NUL."
        raise DataError(
            f"'{name}' is not {encoding} text.", where=where, hint="leave encoding out to detect it."
        )
    return Decoded(text, codec)


def _strict(data: bytes, name: str, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"'{name}' is not {codec} text.",
            where=f"Byte 0x{data[error.start]:02X} at byte offset {error.start} (line {line}) does not fit.",
            hint="leave encoding out to detect it, or give the encoding the file was saved in.",
        ) from None
    except UnicodeError:
        raise DataError(f"'{name}' is not {codec} text.", hint="leave encoding out to detect it.") from None


def _without_bom(data: bytes, name: str) -> Decoded:
    """UTF-16 of mostly Latin text has NUL as every second byte; any other NUL is no text file."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    half = len(data) // 2
    for codec, nul, other in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if nul > 0.4 * half and other < 0.02 * half and len(data) % 2 == 0:
            text = _strict(data, name, codec)
            if text.count("\n") < 0.9 * data.count(b"\n"):  # some lines are text of single bytes
                continue
            note = f"Read as {codec.upper()}: every second byte is NUL and there is no byte-order mark."
            return Decoded(text, codec, (note,))
    wide = ', or say encoding = "utf-16-le" or "utf-16-be"' if even + odd > 0.2 * len(data) else ""
    first = data.index(0)
    line = data.count(b"\n", 0, first) + 1
    raise DataError(
        f"'{name}' holds NUL bytes, so it is not a text file or it is damaged.",
        where=f"Found {even + odd}; the first is at byte offset {first} (line {line}).",
        hint=f"export it again as CSV (UTF-8){wide}.",
    )


def _guess(data: bytes) -> Decoded:
    texts: dict[str, str] = {}
    for codec in CANDIDATES:
        try:
            texts[codec] = data.decode(codec)
        except UnicodeDecodeError:
            continue
    scores = {codec: plausibility(text, codec) for codec, text in texts.items()}
    best = max(scores, key=lambda c: scores[c])
    rivals = [c for c in texts if texts[c] != texts[best]]  # the same text is no other reading
    odd = odd_bytes(data)
    if scores[best] < LEAST or any(scores[best] - scores[c] < _lead(best, c) for c in rivals):
        return Decoded(_patched(data), "utf-8", doubt=odd)
    fit = ", ".join([f"fit {scores[best]:.2f} of 1", *(f"{CANDIDATES[c]} {scores[c]:.2f}" for c in rivals)])
    places = f"{len(odd)} places, the first" if len(odd) > 1 else "one place,"
    note = f"Not UTF-8; read as {CANDIDATES[best]} ({fit}); {places} {odd[0]}."
    return Decoded(texts[best], best, (note,))


def _lead(best: str, other: str) -> float:
    order = list(CANDIDATES)
    return LEAD_EARLIER if order.index(best) < order.index(other) else LEAD_LATER


def odd_bytes(data: bytes) -> tuple[OddBytes, ...]:
    """Runs of bytes that are not UTF-8, in file order."""
    text = data.decode("utf-8", "surrogateescape")
    out, at, offset, line = [], 0, 0, 1
    for found in _ODD.finditer(text):
        between = text[at : found.start()].encode("utf-8", "surrogateescape")
        offset += len(between)
        line += between.count(b"\n") + between.count(b"\r") - between.count(b"\r\n")  # a lone CR ends one too
        run = found.group().encode("utf-8", "surrogateescape")
        out.append(OddBytes(offset, line, run))
        at, offset = found.end(), offset + len(run)
    return tuple(out)


def _patched(data: bytes) -> str:
    """UTF-8 where it is, each other run of bytes as assumed."""

    def read(found: re.Match[str]) -> str:
        return OddBytes(0, 0, found.group().encode("utf-8", "surrogateescape")).assumed

    return _ODD.sub(read, data.decode("utf-8", "surrogateescape"))


def refuse(name: str, odd: tuple[OddBytes, ...]) -> DataError:
    """Error for odd bytes in answers that no candidate reads clearly."""
    first = odd[0]
    read = ", ".join(f"{label} {text!r}" for label, text in first.readings().items())
    more = f" ({len(odd)} such places)" if len(odd) > 1 else ""
    return DataError(
        f"'{name}' is not UTF-8, and no other encoding fits it clearly.",
        where=f"First: {first}{more}. Read as {read}.",
        hint='say which: encoding = "cp1252" (Windows), "mac_roman", "cp932" (Shift-JIS), "gb18030" ...',
    )
