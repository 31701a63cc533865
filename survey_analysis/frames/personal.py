"""Personal columns emptied of everything but equality: group labels, or keyed hashes that link files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted

KEY_VARIABLE = "SURVEY_ANALYSIS_KEY"
SHORTEST_KEY = 16


def drop_personal(
    raw: RawTable, columns: Iterable[str], *, empty: Collection[str] = (), note: str = "Personal columns"
) -> RawTable:
    """The table with the content of personal columns replaced by opaque group labels.

    Each distinct value becomes "g1", "g2" ... in order of first appearance, so that duplicate checks
    still see which rows are equal while the values are gone. Blank cells stay blank. Value labels of the
    columns go too.

    Parameters
    ----------
    columns
        Personal columns; an unknown one is an error.
    empty
        Texts that mean an empty cell ("NA"); they stay as they are.
    note
        How the note that is left begins.

    Raises
    ------
    ColumnNotFoundError
        A column that the table does not have.

    Examples
    --------
    >>> frame = pd.DataFrame({"mail": ["a@example.org", "", "b@example.org", "a@example.org"]})
    >>> drop_personal(RawTable(frame), ["mail"]).frame["mail"].tolist()
    ['g1', '', 'g2', 'g1']
    """
    names = list(dict.fromkeys(columns))
    if not names:
        return raw
    made = _replaced(raw, names, empty, _labels, f"{note} hold group labels instead of their values")
    return made.changed(withheld=raw.withheld.union(names))


def hash_personal(
    raw: RawTable, columns: Iterable[str], key: str, *, empty: Collection[str] = ()
) -> RawTable:
    """The table with personal columns replaced by keyed hashes: the same person has the same hash in every file.

    Parameters
    ----------
    columns
        Columns; an unknown one is an error.
    key
        The secret of the study; without it nobody can tell whose hash it is by trying ids out.
    empty
        Texts that mean an empty cell; they stay as they are.

    Raises
    ------
    ColumnNotFoundError
        A column that the table does not have.
    DataError
        A key that is too short.

    Notes
    -----
    BLAKE2b in keyed mode (RFC 7693) over the trimmed text, 128 bits.

    Examples
    --------
    >>> frame = pd.DataFrame({"pid": ["P1", "P2", "P1 "]})
    >>> found = hash_personal(RawTable(frame), ["pid"], "a key for examples").frame["pid"].tolist()
    >>> found[0] == found[2], found[0] == found[1], len(found[0])
    (True, False, 32)
    """
    names = list(columns)
    if names and len(key.encode()) < SHORTEST_KEY:
        raise DataError(
            f"The key of the hashes has {counted(len(key.encode()), 'byte')}.",
            hint=f"use at least {SHORTEST_KEY}: a short key can be found by trying.",
        )
    secret = hashlib.blake2b(key.encode(), digest_size=64).digest()

    def hashes(texts: list[str]) -> list[str]:
        return [hashlib.blake2b(t.encode(), digest_size=16, key=secret).hexdigest() for t in texts]

    return _replaced(raw, names, empty, hashes, "Columns hold keyed hashes instead of their values")


def key_of(given: str | None, columns: Collection[str]) -> str:
    """The key given in the call, else that of the environment; an error where it is needed and not there.

    Raises
    ------
    DataError
        Columns are to be hashed and there is no key; a key is given and no column is to be hashed.
    """
    if given is not None and not columns:
        raise DataError("key= is given and no column is hashed.", hint="[roles] hashed = [...]")
    key = given if given is not None else os.environ.get(KEY_VARIABLE, "")
    if columns and not key:
        raise DataError(
            f"Columns are to be hashed and there is no key: {', '.join(map(repr, columns))}.",
            where="[study.toml: roles.hashed]",
            hint=f"set the environment variable {KEY_VARIABLE}, or read(..., key=...); keep it out of the study file.",
        )
    return key


def _labels(texts: list[str]) -> list[str]:
    return [f"g{n}" for n in range(1, len(texts) + 1)]


def _replaced(
    raw: RawTable,
    columns: Iterable[str],
    empty: Collection[str],
    made: Callable[[list[str]], list[str]],
    said: str,
) -> RawTable:
    names = list(dict.fromkeys(columns))
    if not names:
        return raw
    frame = raw.frame.copy(deep=False)  # columns are replaced, never written into
    counts = []
    for name in names:
        column = raw.column(name)
        cells, n = _made(column, empty, made)
        frame[name] = pd.Series(cells, index=frame.index, dtype=object)
        counts.append(f"'{name}' ({n} distinct)")
    return raw.changed(
        frame=frame,
        labels={k: v for k, v in raw.labels.items() if k not in names},
        missing={k: v for k, v in raw.missing.items() if k not in names},
        notes=(*raw.notes, f"{said}: {', '.join(counts)}."),
    )


def _made(
    column: pd.Series, empty: Collection[str], made: Callable[[list[str]], list[str]]
) -> tuple[np.ndarray, int]:
    codes, distinct = pd.factorize(column.map(lambda t: str(t).strip()))
    held = [str(t) for t in distinct if t and t not in empty]
    instead = dict(zip(held, made(held), strict=True))
    texts = np.array([instead.get(str(t), str(t)) for t in distinct] or [""], dtype=object)
    out: np.ndarray = texts[codes]
    return out, len(held)
