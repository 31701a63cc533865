"""Atomic writing: a folder holds the whole new report, or exactly what it held before.

Everything is written and flushed to a hidden folder beside the targets first, so a full disk shows
before anything is touched. Then the files are moved into place; if one move fails, those already made
are undone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from survey_analysis.errors import ReportError


def write_file(path: Path, content: bytes | str) -> Path:
    """Write one file atomically, making its folder if needed; see `write_files`."""
    return write_files(path.parent, {path.name: content})[0]


def write_files(folder: Path, files: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """Write several files into a folder, all or none.

    Parameters
    ----------
    folder
        Made, with its parents, if it does not exist.
    files
        Content by path relative to the folder; text is written as UTF-8 with line feeds.

    Returns
    -------
    tuple of Path
        The files, in the order given.

    Raises
    ------
    ReportError
        If the folder is read-only, full, or not a folder. What it held before is unchanged.
    """
    made: list[Path] = []
    try:
        made = _make_folders(folder)
        stage = Path(tempfile.mkdtemp(prefix=".survey-analysis-", dir=folder))
        try:
            _stage(stage, files)
            made += _move(stage, folder, list(files))
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except BaseException as error:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir()
        if isinstance(error, OSError):
            raise _explain(folder, error) from error
        raise  # interrupted: the folder is as it was
    return tuple(folder / name for name in files)


def _make_folders(folder: Path) -> list[Path]:
    """Make the missing folders from the top down and return those that were made."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    made: list[Path] = []
    for path in reversed(missing):
        try:
            path.mkdir()
        except OSError:
            for done in reversed(made):
                done.rmdir()
            raise
        made.append(path)
    return made


def _stage(stage: Path, files: Mapping[str, bytes | str]) -> None:
    for name, content in files.items():
        target = stage / "new" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stream:
            stream.write(content if isinstance(content, bytes) else content.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())


def _move(stage: Path, folder: Path, names: list[str]) -> list[Path]:
    """Move staged files into place, undoing all of it if one move fails; return folders made."""
    made: list[Path] = []
    undo: list[tuple[Path, Path | None]] = []
    try:
        for name in names:
            target, kept = folder / name, stage / "old" / name
            made += _make_folders(target.parent)
            if target.exists():
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target, kept)
                undo.append((target, kept))
            else:
                undo.append((target, None))
            (stage / "new" / name).replace(target)
    except BaseException:
        for target, old in reversed(undo):
            if old is not None:
                old.replace(target)
            else:
                target.unlink(missing_ok=True)
        for path in reversed(made):
            path.rmdir()
        raise
    return made


def _explain(folder: Path, error: OSError) -> ReportError:
    reasons = {
        28: "the disk is full",
        30: "it is read-only",
        13: "writing there is not allowed",
        20: "it is a file",
    }
    reason = reasons.get(error.errno or 0, error.strerror or type(error).__name__)
    return ReportError(
        f"Nothing was written to '{folder}': {reason}.",
        where=f"'{error.filename}'"
        if error.filename and ".survey-analysis-" not in str(error.filename)
        else "",
        hint="free some space or choose another output folder; what was there before is unchanged.",
    )
