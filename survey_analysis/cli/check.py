"""`survey-analysis check`: whether the claims of a study file, or the sentences of a draft, hold."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.bound.claims import Claims, Draft
from survey_analysis.cli.prepare import check_folder, prepared
from survey_analysis.cli.terminal import Progress, complain, emit, visible, width
from survey_analysis.errors import DataError, ReportError
from survey_analysis.tables.claims import claims_text, draft_text

FINE, FAILED = 0, 1


def run(arguments: argparse.Namespace) -> int:
    """Print each claim, or each remark on a draft, with estimate, licence and verdict; 1 when one does not hold.

    Raises
    ------
    DataError
        The draft cannot be read.
    ReportError
        The copy would stand where the draft does, or cannot be written.
    """
    text, copy = _draft(arguments)
    with Progress() as progress:
        survey = prepared(Path(arguments.study), arguments.data, progress)
        progress("checking")
        found: Claims | Draft
        found = survey.claims() if text is None else survey.check(text, name=str(arguments.text))
    if isinstance(found, Draft) and copy is not None:
        from survey_analysis.files import write_file  # noqa: PLC0415

        write_file(copy, found.marked())
        complain(f"written: {visible(str(copy))}")
    _print(found, arguments.format)
    return FINE if found.hold else FAILED


def _print(found: Claims | Draft, form: str) -> None:
    if form == "json":
        emit(found.to_json())
    elif form == "csv":
        from survey_analysis.reporting.write import frames_csv  # noqa: PLC0415  the report's renderers with it

        emit(frames_csv([found.to_frame()]).rstrip("\n"))
    else:
        shown = (
            draft_text(found, width=width())
            if isinstance(found, Draft)
            else claims_text(found, width=width())
        )
        emit(visible(shown))


def _draft(arguments: argparse.Namespace) -> tuple[str | None, Path | None]:
    """The draft and where its copy goes, before any work is done."""
    copy = Path(arguments.out) if arguments.out else None
    if not arguments.text:
        if copy is not None:
            raise ReportError("--out is the copy of a draft, and there is none.", hint="add --text DRAFT.")
        return None, None
    path = Path(arguments.text)
    if copy is not None:
        if copy.absolute() == path.absolute() or (copy.exists() and path.exists() and copy.samefile(path)):
            raise ReportError("The copy would replace the draft.", hint="give --out another name.")
        check_folder(copy.parent)
    try:
        return path.read_bytes().decode("utf-8-sig"), copy
    except (OSError, UnicodeDecodeError) as error:
        why = (
            "it is not UTF-8 text"
            if isinstance(error, UnicodeDecodeError)
            else (error.strerror or "").lower()
        )
        raise DataError(
            f"The draft '{path.name}' cannot be read: {why}.", hint="give a Markdown or text file in UTF-8."
        ) from None
