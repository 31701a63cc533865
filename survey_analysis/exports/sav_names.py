"""Names and labels that SPSS can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_BYTES = 64
MOST_LABEL, MOST_VALUE_LABEL = 255, 120
_RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])


def legal_names(names: Iterable[str], taken: Iterable[str] = (), most: int = MOST_BYTES) -> dict[str, str]:
    """A legal SPSS name for each: a letter first, then letters, digits and ``. _ $ # @``, 64 bytes, unique.

    Names that are legal stay; the others are changed as little as that needs. `taken` are names of others.

    Examples
    --------
    >>> legal_names(["follow.micro", "Duration (in seconds)", "1st", "by", "FOLLOW.MICRO"])
    {'follow.micro': 'follow.micro', 'Duration (in seconds)': 'Duration_in_seconds', '1st': 'v1st', 'by': 'by_',
     'FOLLOW.MICRO': 'FOLLOW.MICRO_2'}
    """
    listed = list(names)
    kept = {n for n in listed if _legal(n, most) == n}
    used = {t.casefold() for t in taken}
    out: dict[str, str] = {}
    for name in (*(n for n in listed if n in kept), *(n for n in listed if n not in kept)):
        place, again = _legal(name, most), 1
        while place.casefold() in used:
            again += 1
            mark = f"_{again}"
            place = cut(_legal(name, most), most - len(mark), "") + mark
        used.add(place.casefold())
        out[name] = place
    return {n: out[n] for n in listed}


def _legal(name: str, most: int) -> str:
    text = re.sub(r"[^\w.$#@]+", "_", name)
    text = "".join(c if c.isalnum() or c in "._$#@" else "_" for c in text)
    text = text.strip("_.") or "v" if text != name or name.endswith((".", "_")) else text
    if not text[0].isalpha():
        text = f"v{text.lstrip('._$#@')}" if text.lstrip("._$#@") else "v"
    text = cut(text, most, "").rstrip(".")
    return f"{text}_" if text.upper() in _RESERVED else text


def cut(text: str, most: int, mark: str = "…") -> str:
    """The text in so many bytes of UTF-8, with a mark where some of it is gone.

    >>> cut("größer", 7), cut("größer", 8)
    ('grö…', 'größer')
    """
    data = text.encode()
    if len(data) <= most:
        return text
    return data[: most - len(mark.encode())].decode(errors="ignore") + mark
