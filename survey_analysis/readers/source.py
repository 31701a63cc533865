"""`Source`: a file, its bytes when asked for, and how it was asked to be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader, BytesIO
from pathlib import Path

from survey_analysis.errors import DataError, closest

_HEAD = 4096


@dataclass(frozen=True)
class Source:
    """A file as it lies on disk, with the reading options; "" and None mean "find out".

    Attributes
    ----------
    loaded
        All bytes where they are in memory already; None reads them when a reader asks for `data`, so that a
        database or a columnar file is not held twice.
    """

    path: Path
    loaded: bytes | None = None
    encoding: str = ""
    header_rows: int | None = None
    sheet: str = ""
    delimiter: str = ""
    table: str = ""
    decimal: str = ""

    @cached_property
    def data(self) -> bytes:
        """All bytes of the file."""
        return load_bytes(self.path) if self.loaded is None else self.loaded

    @cached_property
    def head(self) -> bytes:
        """First bytes of the file, enough to know a marked format."""
        return load_bytes(self.path, _HEAD) if self.loaded is None else self.loaded[:_HEAD]

    @cached_property
    def size(self) -> int:
        """Length of the file in bytes."""
        return self.path.stat().st_size if self.loaded is None else len(self.loaded)

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
            "table": self.table,
            "decimal": self.decimal,
        }
        return {name: value for name, value in options.items() if value not in ("", None)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        held = self.__dict__.get("data", self.loaded)
        if held is not None:
            return hashlib.sha256(held).hexdigest()
        with self.opened() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def opened(self) -> BufferedReader | BytesIO:
        """The bytes as a file to read from."""
        held = self.__dict__.get("data", self.loaded)
        return self.path.open("rb") if held is None else BytesIO(held)


def load_bytes(path: Path, first: int = -1) -> bytes:
    """Bytes of a file (the `first` ones, or all) that must exist, be readable and not be empty.

    Raises
    ------
    DataError
        Missing (with the nearest names of its folder), a folder, unreadable or empty.
    """
    try:
        with path.open("rb") as file:
            data = file.read(first)
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
