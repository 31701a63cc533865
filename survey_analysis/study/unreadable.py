"""Files of a study that cannot be read: one sentence with what to do."""

from __future__ import annotations

from survey_analysis.errors import StudyError


def unreadable(error: OSError | UnicodeDecodeError, what: str) -> StudyError:
    """The error for a file that is missing, locked or not text."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return StudyError(
            f"The {what} cannot be read.",
            where=f"Byte 0x{error.object[error.start]:02X} on line {line} is not UTF-8 text.",
            hint="save it as UTF-8.",
        )
    reason = (error.strerror or type(error).__name__).lower()
    hint = "check the path." if isinstance(error, FileNotFoundError) else "check its permissions."
    return StudyError(f"The {what} cannot be read: {reason}.", hint=hint)
