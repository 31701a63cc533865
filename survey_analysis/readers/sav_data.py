"""Rows of an SPSS system file as units of eight bytes, in blocks: as they lie, or unpacked from its bytecode.

The layout is that of "System File Format" in the PSPP manual. A text of thousands of bytes takes as many in every row
once unpacked, so the rows are never held all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import DataError
from survey_analysis.readers.sav_dictionary import Dictionary
from survey_analysis.readers.sav_variables import UNIT
from survey_analysis.readers.sav_zlib import unpacked

Units = NDArray[np.uint64]

_PACKED = 2**22  # bytes that are unpacked at once; each stands for eight at most
_PLAIN = 2**25
_NOTHING, _END, _LITERAL, _BLANKS, _MISSING = 0, 252, 253, 254, 255
_CODES = 256


def blocks(data: bytes, found: Dictionary, name: str) -> Iterator[Units]:
    """Rows of all variables, a block at a time; each unit holds eight bytes as they lie.

    Raises
    ------
    DataError
        The data end within a row, or hold more or fewer rows than the file announces.
    """
    if found.compression == 0:
        return _plain(data, found, name)
    packed = unpacked(data, found, name) if found.compression == 2 else _slices(data, found.start)
    return _rows(_words(packed, _table(found)), found, name)


def _plain(data: bytes, found: Dictionary, name: str) -> Iterator[Units]:
    width = UNIT * found.units
    held = len(data) - found.start
    if found.cases is None and held % width:
        raise DataError(
            f"'{name}' ends within a row.",
            where=f"A row takes {width} bytes; the data take {held}.",
            hint="the file is cut off; export it again.",
        )
    cases = held // width if found.cases is None else found.cases
    if held < cases * width or (held >= (cases + 1) * width and any(data[found.start + cases * width :])):
        raise _other_rows(name, cases, held // width)
    step = max(1, _PLAIN // width)
    for row in range(0, cases, step):
        count = min(step, cases - row) * found.units
        start = found.start + row * width
        yield np.frombuffer(data, np.uint64, count, start).reshape(-1, found.units)


def _rows(words: Iterable[Units], found: Dictionary, name: str) -> Iterator[Units]:
    """Whole rows of what comes in pieces of any length."""
    rest, rows = np.empty(0, np.uint64), 0
    for piece in words:
        held = np.concatenate([rest, piece]) if len(rest) else piece
        count = len(held) // found.units
        if found.cases is not None and rows + count > found.cases:
            raise _other_rows(name, found.cases, rows + count)
        yield held[: count * found.units].reshape(-1, found.units)
        rows, rest = rows + count, held[count * found.units :]
    if found.cases is not None and rows < found.cases:
        raise _other_rows(name, found.cases, rows)
    if found.cases is None and len(rest):
        raise DataError(
            f"'{name}' ends within a row.",
            where=f"A row has {found.units} parts; the last has {len(rest)}.",
            hint="the file is cut off; export it again.",
        )


def _other_rows(name: str, announced: int, held: int) -> DataError:
    cut = held < announced
    return DataError(
        f"'{name}' announces {announced} rows and holds {held if cut else f'at least {held}'}.",
        hint="the file is cut off; export it again." if cut else "the file is damaged; export it again.",
    )


def _slices(data: bytes, start: int) -> Iterator[bytes]:
    return (data[at : at + _PACKED] for at in range(start, len(data), _PACKED))


def _table(found: Dictionary) -> Units:
    """What each code stands for."""
    numbers = (np.arange(_CODES) - found.bias).astype(f"{found.order}f8")
    numbers[_MISSING] = found.sysmis
    table = numbers.view(np.uint64)
    table[_BLANKS] = np.frombuffer(b" " * UNIT, np.uint64)[0]
    return table


def _words(packed: Iterable[bytes], table: Units) -> Iterator[Units]:
    """Units from bytecode: eight codes, then eight bytes for each of them that says so, and again."""
    rest = b""
    for more in packed:
        held = rest + more
        units = np.frombuffer(held, np.uint64, len(held) // UNIT)
        literal, after = _literals(units)
        said, ended = _until_end(units[:after][~literal].view(np.uint8))
        yield _told(said, units[:after][literal], table)
        if ended:
            return
        rest = held[after * UNIT :]
    codes = np.frombuffer(rest[:UNIT], np.uint8)  # a group whose end is not there
    literals = np.frombuffer(rest, np.uint64, len(rest) // UNIT)[1:]
    said, _ = _until_end(codes if len(codes) == UNIT else codes[:0])
    lacking = np.flatnonzero(said == _LITERAL)[len(literals) :]
    yield _told(said[: lacking[0]] if len(lacking) else said, literals, table)


def _literals(units: Units) -> tuple[NDArray[np.bool_], int]:
    """Which units are no codes, up to the end of the last group that is whole, and where that is."""
    counts = (units.view(np.uint8).reshape(-1, UNIT) == _LITERAL).sum(axis=1, dtype=np.uint8)
    announcing = np.flatnonzero(counts)
    after, starts = 0, []
    for place, count in zip(announcing.tolist(), counts[announcing].tolist(), strict=True):
        if place < after:  # a literal in which such a byte stands
            continue
        if place + 1 + count > len(units):
            after = place
            break
        starts.append(place)
        after = place + 1 + count
    else:
        after = len(units)
    literal = np.zeros(after, dtype=bool)
    lengths = counts[starts]
    ends = np.cumsum(lengths, dtype=np.int64)
    firsts = np.array(starts, dtype=np.int64) + 1 - (ends - lengths)
    literal[np.repeat(firsts, lengths) + np.arange(len(firsts) and ends[-1])] = True
    return literal, after


def _until_end(codes: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], bool]:
    """Codes up to the one that ends the data, and whether it is there."""
    ends = np.flatnonzero(codes == _END)
    said = codes[: ends[0]] if len(ends) else codes
    return said if said.all() else said[said != _NOTHING], len(ends) > 0


def _told(codes: NDArray[np.uint8], literals: Units, table: Units) -> Units:
    out: Units = table.take(codes)
    as_they_lie = codes == _LITERAL
    out[as_they_lie] = literals[: np.count_nonzero(as_they_lie)]
    return out
