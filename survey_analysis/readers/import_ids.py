"""Import ids of Qualtrics exports: the third header row, which names the question behind a column."""

from __future__ import annotations

import json
from collections.abc import Sequence


def import_ids(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Id of each column, with the choice it stands for where the export splits a question into columns.

    Cells that are no import id, as in a file that was edited, are left out.

    Examples
    --------
    >>> import_ids(["Q1", "Q2_3", "x"], ['{"ImportId":"QID1"}', '{"ImportId":"QID2","choiceId":"3"}', "edited"])
    {'Q1': 'QID1', 'Q2_3': 'QID2_3'}
    """
    out = {}
    for name, cell in zip(names, cells, strict=True):
        try:
            found = json.loads(cell.replace("'", '"'))
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(found, dict) and isinstance(found.get("ImportId"), str):
            choice = found.get("choiceId")
            out[name.strip()] = found["ImportId"] + (f"_{choice}" if isinstance(choice, str | int) else "")
    return out
