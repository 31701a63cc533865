"""Counts beside their nouns: one place that says "1 row" and "2 rows"."""

from __future__ import annotations


def counted(n: int, one: str, many: str = "") -> str:
    """A number and what it counts; `many` where it is not `one` with an s, verbs included.

    Examples
    --------
    >>> counted(1, "row"), counted(1204, "row")
    ('1 row', '1,204 rows')
    >>> counted(1, "cell seems", "cells seem")
    '1 cell seems'
    """
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
