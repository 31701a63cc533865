"""Which table of a database is read: the one asked for, or the only one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from survey_analysis.errors import DataError, closest
from survey_analysis.plurals import counted
from survey_analysis.readers.source import Source


def chosen_table(
    source: Source, tables: Sequence[str], views: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Name of the table to read, and a note on the choice.

    A view is read when it is asked for by name; it is never chosen for the user.

    Raises
    ------
    DataError
        No such table, no table at all, or several and none asked for: they are listed.
    """
    known = [*tables, *views]
    if source.table:
        if source.table not in known:
            raise DataError(
                f"'{source.name}' has no table '{source.table}'.", hint=closest(source.table, known)
            )
        return source.table, (f"Table '{source.table}' of the database.",)
    if len(tables) == 1:
        also = f"; also there: {_listed(views)}" if views else ""
        return tables[0], (f"Table '{tables[0]}' of the database{also}.",)
    if not known:
        raise DataError(f"'{source.name}' holds no table.", hint="check that it is the right file.")
    what = f"{counted(len(tables), 'table')}" if tables else f"no table, but {counted(len(views), 'view')}"
    raise DataError(
        f"'{source.name}' holds {what}.",
        where=f"They are {_listed(known)}.",
        hint=f"say which: table = {json.dumps(known[0], ensure_ascii=False)}.",
    )


def quoted(name: str) -> str:
    """A name as an identifier of SQL.

    >>> print(quoted('a "b" c'))
    "a ""b"" c"
    """
    return '"' + name.replace('"', '""') + '"'


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(f"'{n}'" for n in names[:12]) + more
