"""`Source`: the bytes of a file and how it was asked to be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from survey_analysis.errors import DataError, closest


@dataclass(frozen=True)
class Source:
    """A file as it lies on disk, with the reading options; "" and None mean "find out"."""

    path: Path
    data: bytes
    encoding: str = ""
    header_rows: int | None = None
    sheet: str = ""
    delimiter: str = ""

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self.path.name

    @property
    def suffix(self) -> str:
        """Ending of the name in lower case, the one before ".gz" when compressed."""
        endings = [s.lower() for s in self.path.suffixes]
        if endings and endings[-1] == ".gz":
            endings.pop()
        return endings[-1] if endings else ""

    @property
    def given(self) -> dict[str, object]:
        """Options that were given."""
        options = {
            "encoding": self.encoding,
            "header_rows": self.header_rows,
            "sheet": self.sheet,
            "delimiter": self.delimiter,
        }
        return {name: value for name, value in options.items() if value not in ("", None)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def load_bytes(path: Path) -> bytes:
    """Bytes of a file that must exist, be readable and not be empty.

    Raises
    ------
    DataError
        Missing (with the nearest names of its folder), a folder, unreadable or empty.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise DataError(
            f"'{path.name}' is a folder, not a file.", hint=_near(path.name, _files(path))
        ) from None
    except NotADirectoryError:
        raise DataError(
            f"There is no file '{path.name}'.",
            where=f"'{path.parent.name}' is a file, not a folder.",
            hint="check the path.",
        ) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DataError(
            f"The file '{path.name}' cannot be read: {reason}.", hint="check its permissions."
        ) from None
    if not data:
        raise DataError(f"The file '{path.name}' is empty (0 bytes).", hint="export it again.")
    return data


def _missing(path: Path) -> DataError:
    folder = path.parent
    if folder.is_dir():
        return DataError(
            f"There is no file '{path.name}'.",
            where=f"Looked in the folder '{folder.name or folder}'.",
            hint=_near(path.name, _files(folder)),
        )
    above = next((p for p in folder.parents if p.is_dir()), Path())
    gone = next((p for p in (folder, *folder.parents) if p.parent == above), folder)
    return DataError(
        f"There is no file '{path.name}'.",
        where=f"There is no folder '{gone.name}' either.",
        hint=_near(gone.name, _names(above, folders=True)),
    )


def _near(name: str, known: list[str]) -> str:
    return closest(name, known) if known else "check the path."


def _files(folder: Path) -> list[str]:
    return _names(folder, folders=False)


def _names(folder: Path, *, folders: bool) -> list[str]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [p.name for p in entries if p.is_dir() == folders and not p.name.startswith(".")]
