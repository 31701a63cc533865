"""Bytes to text in the encoding that a file declares: each byte is decoded, or the error says where it is not."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

_BETWEEN = b"\0"  # in no text, and never part of a character
_SHOWN, _BEFORE = 4, 20


class UndecodableError(Exception):
    """Bytes that are no text: whose they are, and where the first one stands that does not fit.

    `index` is the place among many texts; of an `answer` no character is shown.
    """

    def __init__(
        self, of: str, raw: bytes, start: int, codec: str, index: int = 0, *, answer: bool = False
    ) -> None:
        super().__init__(of)
        self.of, self.raw, self.start, self.codec, self.index = of, raw, start, codec, index
        self.answer = answer

    def at(self, of: str) -> UndecodableError:
        """The same bytes, in the answer of a row that is known by now."""
        return UndecodableError(of, self.raw, self.start, self.codec, self.index, answer=True)

    @property
    def where(self) -> str:
        """Whose text it is, what stands before the bytes, and the bytes by their numbers."""
        odd = " ".join(f"0x{b:02X}" for b in self.raw[self.start : self.start + _SHOWN])
        before = self.raw[: self.start].decode(self.codec, "replace")[-_BEFORE:]
        place = f"after {before!r}" if before else "at its beginning"
        if self.answer:
            place = f"at byte {self.start + 1} of {len(self.raw)}"
        return f"{self.of[:1].upper()}{self.of[1:]}, {place}: {odd}."


class Strict:
    r"""Decodes the texts of one file.

    A writer that fills a field of so many bytes may cut the last character in two: that part of a character is
    left out, and `cut` names the field. Any other byte that does not fit raises `UndecodableError`.

    Examples
    --------
    >>> text = Strict("utf-8")
    >>> text.one(b"Z\xc3\xbcrich", "city"), text.one(b"Z\xc3", "short", full=True), list(text.cut)
    ('Zürich', 'Z', ['short'])
    """

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.cut: dict[str, None] = {}

    def one(self, raw: bytes, of: str, *, full: bool = False, index: int = 0) -> str:
        """One text; `full` where it fills its field, `of` says whose it is."""
        try:
            return raw.decode(self.codec)
        except UnicodeDecodeError as error:
            if full and (whole := self._whole(raw)) is not None:
                self.cut[of] = None
                return whole
            raise UndecodableError(of, raw, error.start, self.codec, index) from None

    def many(self, raws: Sequence[bytes], of: str, width: int) -> list[str]:
        """Texts of a column of so many bytes, decoded at once; none of them holds a NUL."""
        try:
            texts = _BETWEEN.join(raws).decode(self.codec).split(_BETWEEN.decode()) if raws else []
        except UnicodeDecodeError:
            texts = []
        if len(texts) == len(raws):
            return texts
        return [self.one(r, of, full=len(r) == width, index=i) for i, r in enumerate(raws)]

    def _whole(self, raw: bytes) -> str | None:
        """The whole characters of a text whose last one is cut; None where something else is wrong."""
        decoder = codecs.getincrementaldecoder(self.codec)("strict")
        try:
            text = decoder.decode(raw)
        except UnicodeDecodeError:
            return None
        return text if decoder.getstate()[0] else None
