"""`survey-analysis inspect`: what an export seems to hold, and a draft study file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from survey_analysis.cli.prepare import check_folder
from survey_analysis.cli.terminal import complain, emit, visible
from survey_analysis.errors import ReportError
from survey_analysis.readers.draft import draft_study
from survey_analysis.readers.inspect import Inspection, inspect
from survey_analysis.readers.read import read_table
from survey_analysis.reporting.files import write_file


def run(arguments: argparse.Namespace) -> int:
    """List the columns, then print the draft or write it to `--write`."""
    file = Path(arguments.file)
    given = {
        "encoding": arguments.encoding,
        "header_rows": arguments.header_rows,
        "sheet": arguments.sheet,
        "delimiter": arguments.delimiter,
        "table": arguments.table,
    }
    target = Path(arguments.write) / "study.toml" if arguments.write else None
    if target is not None:
        check_folder(target.parent)
        if os.path.lexists(target):
            raise ReportError(
                f"'{target}' is there already.", hint="move it, or write the draft to another folder."
            )
    found = inspect(read_table(file, **given))
    emit(visible(repr(found)))
    _warn_of_personal(found)
    place = Path(os.path.relpath(file, target.parent)).as_posix() if target is not None else found.name
    draft = with_reading(draft_study(found), found.name, place, given)
    emit()
    if target is None:
        emit(draft.rstrip("\n"))
    else:
        write_file(target, draft)
        emit(f"{target}  draft study file: check each line, then survey-analysis validate {target}")
    return 0


def with_reading(draft: str, name: str, place: str, given: dict[str, object]) -> str:
    """The draft with the path of the data from its own folder, and the reading options that were needed."""
    old = f"data = {json.dumps(name, ensure_ascii=False)}\n"
    new = f"data = {json.dumps(place, ensure_ascii=False)}\n"
    new += "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in given.items() if value
    )
    return draft.replace(old, new, 1)


def _warn_of_personal(found: Inspection) -> None:
    names = [f"'{c.column}'" for c in found.columns if c.kind == "personal"]
    if names:
        columns = "1 column seems" if len(names) == 1 else f"{len(names)} columns seem"
        complain(
            f"warning: {columns} to hold personal data: {visible(', '.join(names))}.\n"
            "  Their values are not shown; keep them under personal = [...] in [roles], and they are dropped at reading."
        )
