"""`Packed`: texts as the bytes they lay in, end to end; each is made when somebody reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_analysis.typing import IntArray

_SPARSE = 20  # bytes between texts for each byte of them, above which they are cut one by one
_ZERO, _POINT, _BLANK, _HIGH = ord("0"), ord("."), ord(" "), 0x80


@dataclass(frozen=True, eq=False)
class Packed:
    """Texts in UTF-8, of which text `i` is `data[starts[i]:ends[i]]`.

    Attributes
    ----------
    doubled
        Whether a quote inside a text may lie there twice, as delimited text writes it.

    Examples
    --------
    >>> texts = Packed.of(["no", "yes", ""])
    >>> texts.made().tolist(), texts.places({"yes"}).tolist(), texts.blanks().tolist()
    (['no', 'yes', ''], [1], [2])
    """

    data: NDArray[np.uint8]
    starts: IntArray
    ends: IntArray
    doubled: bool = False

    @classmethod
    def of(cls, texts: Sequence[str]) -> Packed:
        """Texts, packed."""
        cells = [t.encode() for t in texts]
        lengths = np.array([len(c) for c in cells], dtype=np.int64)
        ends = np.cumsum(lengths)
        return cls(np.frombuffer(b"".join([*cells, b"\0"]), dtype=np.uint8), ends - lengths, ends)

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, places: IntArray) -> Packed:
        """Some of the texts; the bytes are shared."""
        return Packed(self.data, self.starts[places], self.ends[places], self.doubled)

    def made(self) -> NDArray[np.object_]:
        """All texts."""
        out = np.empty(len(self), dtype=object)
        out[:] = self.listed()
        return out

    def listed(self) -> list[str]:
        """All texts, one after the other."""
        if not len(self):
            return []
        low, high = int(self.starts.min()), int(self.ends.max())
        if high - low > _SPARSE * (int((self.ends - self.starts).sum()) + len(self)):
            cells = [self.data[a:b].tobytes().decode() for a, b in zip(self.starts, self.ends, strict=True)]
            return [self._single(t) for t in cells]
        whole = self.data[low:high].tobytes()
        spans = zip((self.starts - low).tolist(), (self.ends - low).tolist(), strict=True)
        if whole.isascii():
            text = whole.decode("ascii")
            found = [text[a:b] for a, b in spans]
        else:
            found = [whole[a:b].decode() for a, b in spans]
        return [self._single(t) for t in found] if self.doubled else found

    def _single(self, text: str) -> str:
        return text.replace('""', '"') if self.doubled else text

    def first(self, n: int) -> list[str]:
        """The first `n` texts."""
        return self.take(np.arange(min(n, len(self)))).listed()

    def blanks(self) -> IntArray:
        """Places of texts that hold nothing but white space."""
        lengths = self.ends - self.starts
        head = np.zeros(len(self), dtype=np.uint8)
        filled = np.flatnonzero(lengths > 0)
        head[filled] = self.data[self.starts[filled]]
        likely = np.flatnonzero((head <= _BLANK) | (head >= _HIGH))  # other white space is not ASCII
        return self._those(likely, lambda text: not text.strip())

    def odd(self) -> IntArray:
        """Places of texts that begin or end with what may be white space, or end like "1.0"."""
        filled = np.flatnonzero(self.ends > self.starts)
        head, tail = self.data[self.starts[filled]], self.data[self.ends[filled] - 1]
        spaced = (head <= _BLANK) | (head >= _HIGH) | (tail <= _BLANK) | (tail >= _HIGH)
        one, two = (self.data[np.maximum(self.ends[filled] - n, 0)] for n in (2, 3))
        pointed = (one == _POINT) | ((one == _ZERO) & (two == _POINT))
        out: IntArray = filled[spaced | ((tail == _ZERO) & pointed)]
        return out

    def places(self, texts: Collection[str]) -> IntArray:
        """Places of those of the texts that are here."""
        sizes = {len(t.encode()) + (t.count('"') if self.doubled else 0) for t in texts}
        likely = np.flatnonzero(np.isin(self.ends - self.starts, list(sizes)))
        wanted = frozenset(texts)
        return self._those(likely, lambda text: text in wanted)

    def shapes(self, start: int) -> set[str]:
        """The texts from a place on with every digit as 0, each once."""
        starts, ends = self.starts[start:], self.ends[start:]
        size = int(ends[0] - starts[0]) if len(starts) else 0
        if not size or bool((np.diff(starts) != size).any()) or bool((ends - starts != size).any()):
            return shapes(self.take(np.arange(start, len(self))).listed())
        whole = self.data[starts[0] : ends[-1]].tobytes().translate(_SHAPE)
        cells = np.frombuffer(whole, dtype=np.uint8).reshape(-1, size)
        other = np.flatnonzero(cells != cells[0]) // size
        return {cells[i].tobytes().decode() for i in (0, *np.unique(other).tolist())}

    def _those(self, likely: IntArray, wanted: Callable[[str], bool]) -> IntArray:
        chosen = np.array([wanted(t) for t in self.take(likely).listed()], dtype=bool)
        out: IntArray = likely[chosen]
        return out


_DIGITS = str.maketrans("123456789", "000000000")
_SHAPE = bytes.maketrans(b"123456789", b"000000000")


def shapes(texts: Sequence[str]) -> set[str]:
    """Texts with every ASCII digit as 0, each once.

    >>> shapes(["2024-03-01", "2024-11-30"])
    {'0000-00-00'}
    """
    found = "\0".join(texts).translate(_DIGITS).split("\0")
    return set(found) if len(found) == len(texts) else {t.translate(_DIGITS) for t in texts}
