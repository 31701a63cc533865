"""Lists of names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 8


def listed(names: Iterable[str]) -> str:
    """The first names, and how many more there are.

    >>> listed(["a", "b"]), listed(map(str, range(11)))
    ('a, b', '0, 1, 2, 3, 4, 5, 6, 7 and 3 more')
    """
    found = list(names)
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return ", ".join(found[:_MOST]) + more
