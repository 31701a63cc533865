"""Table of formats that can be written, by the ending of the name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from survey_analysis.errors import DataError, closest
from survey_analysis.frames.table import Table


class Writer(Protocol):
    """Writes a table to a file, with whatever stands beside it, and says what the format cannot hold."""

    def __call__(
        self, table: Table, path: Path, *, questions: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        """Write it."""


@dataclass(frozen=True)
class Exporter:
    """A format: its endings, and where its writer is (loaded when used)."""

    name: str
    suffixes: tuple[str, ...]
    writer: str
    summary: str

    def load(self) -> Writer:
        """The writer."""
        module, _, function = self.writer.partition(":")
        found: Callable[..., tuple[str, ...]] = getattr(import_module(module), function)
        return cast("Writer", found)


_HERE = "survey_analysis.exports"
EXPORTERS = (
    Exporter(
        "SPSS", (".sav", ".zsav"), f"{_HERE}.sav:write_sav", "SPSS system file, response sets as syntax"
    ),
    Exporter("CSV", (".csv",), f"{_HERE}.delimited:write_csv", "codes as CSV, with codebook and study file"),
    Exporter(
        "Parquet",
        (".parquet",),
        f"{_HERE}.parquet:write_parquet",
        "typed columns, with codebook and study file",
    ),
    Exporter("Triple-S", (".sss",), f"{_HERE}.triple_s:write_triple_s", "Triple-S metadata, data beside it"),
)
"""One line a format; a new writer is one file here and one line."""


def exporter(path: Path) -> Exporter:
    """The format of a file by its name.

    Raises
    ------
    DataError
        No format has that ending.

    Examples
    --------
    >>> exporter(Path("out.sav")).name
    'SPSS'
    """
    suffix = path.suffix.lower()
    found = next((e for e in EXPORTERS if suffix in e.suffixes), None)
    if found is None:
        known = [s for e in EXPORTERS for s in e.suffixes]
        raise DataError(
            f"'{path.name}' names no format that can be written.",
            where=f"Known endings: {', '.join(known)}.",
            hint=closest(suffix, known) if suffix else "give the name an ending.",
        )
    return found
