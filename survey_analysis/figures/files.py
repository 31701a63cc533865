"""Write a file whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from survey_analysis.errors import ReportError


def write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, then move into place; on failure nothing is left behind.

    Raises
    ------
    ReportError
        The folder is missing, full or read-only.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise ReportError(
            f"The figure could not be written: {error.strerror or error}.",
            where=str(target),
            hint="choose a folder that exists, is not full and may be written to.",
        ) from error
