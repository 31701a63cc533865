"""Mutations of a file: cuts, flips, fields, chunks, splices, strange bytes; inside zip and gzip as well."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

EXTREMES = (0, 1, -1, 127, 128, 255, 32767, 65535, 2**31 - 1, -(2**31), 10**9, 2**40, 2**63 - 1, -(2**63))
STRANGE = (
    b"\0", b"\0" * 8, b"\xff\xfe", b"\xef\xbb\xbf", "Zürich".encode("cp1252"), "ö".encode("mac_roman"),
    "満足".encode("cp932"), "да".encode("cp1251"), b"\xc3", b"\xed\xa0\x80", b'"', b"\r", b"\r\n", b"<", b">", b"&a;",
    b"9" * 30, b"-1", b"1e999", b"nan", b"null", b"[]", b"{}", b"[" * 200, b"=1+1", b"\x1a", b"\xe2\x80\xae",
)  # fmt: skip

Draw = random.Random


def cut(data: bytes, draw: Draw) -> bytes:
    """Truncation, often at the end of a record, a block or a line."""
    at = draw.randrange(len(data)) if data else 0
    step = draw.choice((1, 1, 8, 80, 512, 4096))
    if draw.random() < 0.2:
        at = data.rfind(b"\n", 0, at) + 1
    elif draw.random() < 0.2:
        at = max(0, len(data) - draw.randrange(1, 20))
    return data[: at // step * step]


def flip(data: bytes, draw: Draw) -> bytes:
    """One, two or eight bits, half of the time in the header."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8)) if out else 0):
        out[_place(out, draw)] ^= 1 << draw.randrange(8)
    return bytes(out)


def field(data: bytes, draw: Draw) -> bytes:
    """A binary number set to an extreme."""
    size, kind = draw.choice(((1, "B"), (2, "H"), (4, "I"), (8, "Q")))
    if len(data) < size:
        return data
    at = _place(data[: len(data) - size + 1], draw)
    value = draw.choice((*EXTREMES, len(data), len(data) + 1, draw.getrandbits(64))) % (1 << 8 * size)
    return data[:at] + struct.pack(draw.choice("<>") + kind, value) + data[at + size :]


def digits(data: bytes, draw: Draw) -> bytes:
    """A number in text made gigantic, negative or empty."""
    places = [i for i in range(len(data)) if data[i : i + 1].isdigit()]
    if not places:
        return data
    at = end = draw.choice(places)
    while end < len(data) and data[end : end + 1].isdigit():
        end += 1
    return (
        data[:at]
        + draw.choice((b"9" * (end - at), b"999999999", b"-1", b"0", b"", b"2147483648"))
        + data[end:]
    )


def duplicate(data: bytes, draw: Draw) -> bytes:
    """A chunk that stands there twice."""
    at, end = _span(data, draw)
    return data[:end] + data[at:end] + data[end:]


def delete(data: bytes, draw: Draw) -> bytes:
    """A chunk less."""
    at, end = _span(data, draw)
    return data[:at] + data[end:]


def swap(data: bytes, draw: Draw) -> bytes:
    """Two chunks in each other's place."""
    first, second = sorted((_span(data, draw), _span(data, draw)))
    if first[1] > second[0]:
        return data
    return (
        data[: first[0]]
        + data[slice(*second)]
        + data[first[1] : second[0]]
        + data[slice(*first)]
        + data[second[1] :]
    )


def strange(data: bytes, draw: Draw) -> bytes:
    """Bytes of other encodings, NULs, quotes and brackets, put in or written over."""
    at, what = _place(data, draw), draw.choice(STRANGE)
    return data[:at] + what + data[at + draw.choice((0, 0, len(what))) :]


MUTATIONS: dict[str, Callable[[bytes, Draw], bytes]] = {
    f.__name__: f for f in (cut, flip, field, digits, duplicate, delete, swap, strange)
}


def splice(data: bytes, other: bytes, draw: Draw) -> bytes:
    """Part of a file of another format in this one."""
    at, end = _span(data, draw)
    start, stop = _span(other, draw) if draw.random() < 0.5 else (0, draw.randrange(1, len(other) + 1))
    return data[:at] + other[start:stop] + data[end if draw.random() < 0.5 else at :]


def mutated(data: bytes, others: Sequence[bytes], draw: Draw) -> tuple[bytes, tuple[str, ...]]:
    """Data changed once to three times, and the names of the changes."""
    done = []
    for _ in range(draw.choice((1, 1, 2, 3))):
        name = draw.choice((*MUTATIONS, "splice", "inside", "inside"))
        if name == "inside":
            changed = _inside(data, others, draw)
            if changed is None:
                name = draw.choice(tuple(MUTATIONS))
                changed = MUTATIONS[name](data, draw)
            data = changed
        elif name == "splice" and others:
            data = splice(data, draw.choice(list(others)), draw)
        elif name != "splice":
            data = MUTATIONS[name](data, draw)
        done.append(name)
    return data, tuple(done)


def _inside(data: bytes, others: Sequence[bytes], draw: Draw) -> bytes | None:
    """A mutation of what is packed, packed again so that its checks hold; None of what is not packed."""
    if data.startswith(b"\x1f\x8b"):
        try:
            return gzip.compress(mutated(gzip.decompress(data), others, draw)[0], mtime=0)
        except (OSError, EOFError, zlib.error):
            return None
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            parts = [(e.filename, opened.read(e)) for e in opened.infolist()]
    except Exception:  # noqa: BLE001  damaged by an earlier change
        return None
    if not parts:
        return None
    chosen = draw.randrange(len(parts))
    name, content = parts[chosen]
    action = draw.randrange(8)
    if action == 0:
        del parts[chosen]
    elif action == 1:
        parts.append((draw.choice(("../" + name, "/" + name, name.upper(), "x" + name)), content))
    else:
        parts[chosen] = (name, mutated(content, others, draw)[0])
    return rezipped(parts)


def rezipped(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _place(data: bytes | bytearray, draw: Draw) -> int:
    if not data:
        return 0
    return draw.randrange(len(data) if draw.random() < 0.5 else min(len(data), 1500))


def _span(data: bytes, draw: Draw) -> tuple[int, int]:
    """A chunk, often of whole lines or records."""
    at = _place(data, draw)
    length = draw.choice((1, 4, 8, 16, 80, 512, draw.randrange(1, 200)))
    if draw.random() < 0.3:
        at = data.rfind(b"\n", 0, at) + 1
        line = data.find(b"\n", at)
        return at, (line + 1 if line >= 0 else len(data))
    return at, min(len(data), at + length)
