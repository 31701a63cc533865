"""SPSS system files written byte by byte, in any encoding, byte order and compression.

After "System File Format" in the manual of PSPP; pyreadstat writes UTF-8 only.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SYSMIS = -(2 - 2**-52) * 2.0**1023
LOWEST, HIGHEST = -(2 - 2**-51) * 2.0**1023, (2 - 2**-52) * 2.0**1023
_SEGMENT, _PART, _BYTES = 252, 255, 8
_FORMAT_A, _FORMAT_F = 1, 5

Value = float | str | bytes | None


@dataclass(frozen=True)
class Var:
    """A variable; `width` 0 is a number, `short` the name of eight bytes, `missing_kind` as in the record (-2: a range)."""

    name: str | bytes
    width: int = 0
    label: str | bytes = ""
    labels: Mapping[Value, str | bytes] = field(default_factory=dict)
    missing: Sequence[Value] = ()
    missing_kind: int = 0
    short: str | bytes = ""
    form: int = 0
    measure: int = 1


def system_file(
    variables: Sequence[Var],
    rows: Sequence[Sequence[Value]],
    *,
    encoding: str = "utf-8",
    declared: str | None = None,
    page: int | None = 65001,
    order: str = "<",
    compression: int = 0,
    bias: float = 100.0,
    sets: str | bytes = "",
    cases: int | None = None,
    block: int = 0x3FF000,
    end: bool = False,
    extra: Sequence[tuple[int, int, bytes]] = (),
) -> bytes:
    """Bytes of a file; `declared` is record 7/20, `page` that of record 7/3, None leaves either out."""

    def raw(text: str | bytes) -> bytes:
        return text if isinstance(text, bytes) else text.encode(encoding)

    def i32(*numbers: int) -> bytes:
        return struct.pack(f"{order}{len(numbers)}i", *numbers)

    def f64(*numbers: float) -> bytes:
        return struct.pack(f"{order}{len(numbers)}d", *numbers)

    def cell(value: Value, width: int) -> bytes:
        if not width:
            return f64(SYSMIS if value is None else value)
        return raw(value or "").ljust(-(-width // _BYTES) * _BYTES)

    def extension(subtype: int, size: int, content: bytes) -> bytes:
        return i32(7, subtype, size, len(content) // size) + content

    records, labelled, longs, widths, long_labels, long_missing, shown, place = [], [], [], [], [], [], [], 1
    for j, v in enumerate(variables):
        short = raw(v.short or f"V{j + 1}")
        longs.append(short + b"=" + raw(v.name))
        if v.width > _PART:
            widths.append(short + b"=" + f"{v.width:05d}".encode() + b"\0")
        if v.width > _BYTES and v.labels:
            long_labels.append(_named(raw(v.name), i32) + i32(v.width, len(v.labels)))
            for value, label in v.labels.items():
                text = raw(value).ljust(v.width)
                long_labels.append(i32(len(text)) + text + i32(len(raw(label))) + raw(label))
        if v.width > _BYTES and v.missing:
            values = b"".join(raw(m).ljust(_BYTES) for m in v.missing)
            long_missing.append(_named(raw(v.name), i32) + bytes([len(v.missing)]) + i32(_BYTES) + values)
        if v.width <= _BYTES and v.labels:
            pairs = b"".join(
                cell(value, v.width) + bytes([len(raw(t))]) + raw(t).ljust((len(raw(t)) + _BYTES) // _BYTES * _BYTES - 1)
                for value, t in v.labels.items()
            )  # fmt: skip
            labelled.append(i32(3, len(v.labels)) + pairs + i32(4, 1, place))
        for k, width in enumerate(_segments(v.width)):
            form = (v.form or (_FORMAT_A if v.width else _FORMAT_F)) << 16 | (width or 8) << 8
            missing = v.missing if v.width <= _BYTES else ()
            kind = v.missing_kind or len(missing)
            label = raw(v.label) if k == 0 else b""
            name = short if k == 0 else f"S{j}_{k}".encode()
            record = i32(2, width, bool(label), kind, form, form) + name.ljust(_BYTES)
            if label:
                record += i32(len(label)) + label.ljust((len(label) + 3) // 4 * 4)
            record += b"".join(cell(m, v.width) for m in missing)
            units = max(1, -(-width // _BYTES))
            records.append(record + (i32(2, -1, 0, 0, 0, 0) + b" " * _BYTES) * (units - 1))
            shown.append(i32(v.measure, 8, 0))
            place += units
    head = b"$FL3" if compression == 2 else b"$FL2"
    head += b"@(#) SPSS DATA FILE written by a test".ljust(60)
    head += i32(2, place - 1, compression, 0, len(rows) if cases is None else cases) + f64(bias)
    head += b"01 Jan 7000:00:00" + b"a label of the file".ljust(64) + b"\0" * 3
    extensions = [extension(*e) for e in extra]
    if page is not None:
        extensions.append(extension(3, 4, i32(20, 0, 0, -1, 1, 1, 2 if order == "<" else 1, page)))
    extensions.append(extension(4, 8, f64(SYSMIS, HIGHEST, LOWEST)))
    extensions.append(extension(11, 4, b"".join(shown)))
    if sets:
        extensions.append(extension(7, 1, raw(sets)))
    for subtype, content in ((13, b"\t".join(longs)), (14, b"\t".join(widths)), (21, b"".join(long_labels)),
                             (22, b"".join(long_missing))):  # fmt: skip
        if content:
            extensions.append(extension(subtype, 1, content))
    if declared is not None:
        extensions.append(extension(20, 1, declared.encode()))
    dictionary = head + b"".join([*records, *labelled, *extensions]) + i32(999, 0)
    plain = b"".join(_row(row, variables, cell) for row in rows)
    if not compression:
        return dictionary + plain
    packed = _bytecode(plain, bias, order, end=end)
    return dictionary + (packed if compression == 1 else _zipped(packed, len(dictionary), order, block))


def _named(name: bytes, i32) -> bytes:
    return i32(len(name)) + name


def _segments(width: int) -> list[int]:
    """Widths of the variables that hold a string: 252 bytes count for each, 255 are used."""
    if width <= _PART:
        return [width]
    parts = -(-width // _SEGMENT)
    return [_PART] * (parts - 1) + [width - _SEGMENT * (parts - 1)]


def _row(row: Sequence[Value], variables: Sequence[Var], cell) -> bytes:
    out = b""
    for value, v in zip(row, variables, strict=True):
        whole = cell(value, v.width)
        if v.width <= _PART:
            out += whole
            continue
        for k, width in enumerate(_segments(v.width)):
            part = whole[_PART * k : _PART * k + min(width, _PART)]
            out += part.ljust(-(-width // _BYTES) * _BYTES)
    return out


def _bytecode(plain: bytes, bias: float, order: str, *, end: bool) -> bytes:
    codes, literals, out = [], [], b""
    words = [plain[i : i + _BYTES] for i in range(0, len(plain), _BYTES)]
    for i, word in enumerate([*words, None] if end else words):
        code = 252 if word is None else _code(word, bias, order)
        codes.append(code)
        if code == 253:
            literals.append(word)
        if len(codes) == _BYTES or i == len(words) - (not end):
            out += bytes(codes).ljust(_BYTES, b"\0") + b"".join(literals)
            codes, literals = [], []
    return out


def _code(word: bytes, bias: float, order: str) -> int:
    if word == b" " * _BYTES:
        return 254
    (number,) = struct.unpack(f"{order}d", word)
    if number == SYSMIS:
        return 255
    code = number + bias
    fits = code == code and 1 <= code <= 251 and code == int(code)
    return int(code) if fits and struct.pack(f"{order}d", int(code) - bias) == word else 253


def _zipped(packed: bytes, start: int, order: str, block: int) -> bytes:
    parts = [packed[i : i + block] for i in range(0, len(packed), block)]
    shrunk = [zlib.compress(p) for p in parts]
    trailer, entries, at, plain = start + 24 + sum(map(len, shrunk)), b"", start + 24, start
    for part, small in zip(parts, shrunk, strict=True):
        entries += struct.pack(f"{order}qqii", plain, at, len(part), len(small))
        plain, at = plain + len(part), at + len(small)
    head = struct.pack(f"{order}qqq", start, trailer, 24 + len(entries))
    return head + b"".join(shrunk) + struct.pack(f"{order}qqii", -100, 0, block, len(parts)) + entries
