"""`survey-analysis inspect`: what an export seems to hold, and a draft study file and codebook."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from survey_analysis.cli.prepare import check_folder
from survey_analysis.cli.terminal import complain, emit, visible, width, wrapped
from survey_analysis.errors import ReportError
from survey_analysis.files import write_file
from survey_analysis.plurals import counted
from survey_analysis.readers.draft import CODEBOOK, draft_study
from survey_analysis.readers.draft_entries import entries
from survey_analysis.readers.inspect import Inspection
from survey_analysis.readers.review import as_text
from survey_analysis.reading import inspect

MOST_COLUMNS = 140  # of the review table: a table may be wider than prose


def run(arguments: argparse.Namespace) -> int:
    """List the columns and write the draft to `--write`, or say how; with `--draft` print it alone."""
    file = Path(arguments.file)
    given = {
        "encoding": arguments.encoding,
        "header_rows": arguments.header_rows,
        "sheet": arguments.sheet,
        "delimiter": arguments.delimiter,
        "table": arguments.table,
        "decimal": arguments.decimal,
    }
    folder = Path(arguments.write) if arguments.write else None
    if folder is not None:
        _check_free(folder)
    found = inspect(file, metadata=arguments.metadata, **given)
    if arguments.draft:
        _warn_of_personal(found)
        emit(with_reading(draft_study(found), found, found.name, found.metadata, given).rstrip("\n"))
        return 0
    emit(visible(as_text(found, width(MOST_COLUMNS))))
    _warn_of_personal(found)
    emit()
    if folder is None:
        emit(visible(_how_to_write(found, file, {"metadata": arguments.metadata, **given})))
        return 0
    beside = _from(folder, Path(arguments.metadata)) if arguments.metadata else ""
    draft = found.draft()
    write_file(folder / "study.toml", with_reading(draft.study, found, _from(folder, file), beside, given))
    write_file(folder / CODEBOOK, draft.codebook)
    emit(f"{folder / CODEBOOK}  draft codebook: wording, labels and kinds of the questions")
    study = folder / "study.toml"
    emit(f"{study}  draft study file: check each line, then survey-analysis validate {study}")
    return 0


def _how_to_write(found: Inspection, file: Path, given: Mapping[str, object]) -> str:
    """What `--write` would write, and the command, with the options that this file was read with."""
    told = [part for k, v in given.items() if v for part in (f"--{k.replace('_', '-')}", str(v))]
    command = [
        "survey-analysis",
        "inspect",
        str(file),
        *told,
        "--write",
        f"studies/{found.name.split('.')[0]}",
    ]
    asked = counted(len(entries(found).found), "question")
    said = (
        f"Nothing was written. This writes a draft to be checked, a study file and a codebook of {asked} "
        "(--draft prints it):"
    )
    return f"{wrapped(said, width(), '')}\n  {shlex.join(command)}"


def _check_free(folder: Path) -> None:
    """Nothing of the user's is written over."""
    check_folder(folder)
    for name in ("study.toml", CODEBOOK):
        if os.path.lexists(folder / name):
            raise ReportError(
                f"'{folder / name}' is there already.", hint="move it, or write the draft to another folder."
            )


def _from(folder: Path, file: Path) -> str:
    return Path(os.path.relpath(file, folder)).as_posix()


def with_reading(draft: str, found: Inspection, data: str, metadata: str, given: Mapping[str, object]) -> str:
    """The draft with paths from its own folder, and the reading options that were needed."""
    shown = {k: json.dumps(v, ensure_ascii=False) for k, v in given.items() if v}
    paths = {"data": (found.name, data), "metadata": (found.metadata, metadata)}
    for key, (name, place) in paths.items():
        old, new = (f"{key} = {json.dumps(x, ensure_ascii=False)}\n" for x in (name, place))
        if key == "data":
            new += "".join(f"{k} = {v}\n" for k, v in shown.items())
        draft = draft.replace(old, new, 1) if name else draft
    return draft


def _warn_of_personal(found: Inspection) -> None:
    names = [f"'{c.column}'" for c in found.columns if c.kind == "personal"]
    if names:
        columns = "1 column seems" if len(names) == 1 else f"{len(names)} columns seem"
        complain(
            f"warning: {columns} to hold personal data: {visible(', '.join(names))}.\n"
            "  Their values are not shown; keep them under personal = [...] in [roles], and they are dropped at reading."
        )
