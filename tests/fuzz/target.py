"""One file through the reader of its kind: read, refused in our words, or a failure with its traceback."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import survey_analysis as sa
from survey_analysis.errors import PersonalDataWarning, SurveyAnalysisError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.read import read_table

Ending = Literal["read", "refused", "failed"]


@dataclass(frozen=True)
class Outcome:
    """How it ended; `rows` of what was read, `detail` the refusal or the traceback, `place` where it failed."""

    ending: Ending
    rows: int = -1
    format: str = ""
    detail: str = ""
    place: str = ""


class HangError(BaseException):
    """The time is over."""


def tried(kind: str, file: str, data: bytes, beside: Mapping[str, bytes], folder: Path) -> Outcome:
    """Read a file out of a folder of its own; what is not an error of ours is a failure."""
    for old in folder.iterdir():
        old.unlink()
    lying = {**beside, file: data}
    for name, content in lying.items():
        (folder / name).write_bytes(content)
    try:
        raw = _read(kind, folder / file, [folder / name for name in beside])
        _check(raw)
    except SurveyAnalysisError as error:
        whole = error.what and (error.where or error.hint)
        found = Outcome("refused" if whole else "failed", detail=str(error), place="" if whole else "message")
    except (HangError, Exception) as error:  # noqa: BLE001  that is what is looked for
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if "survey_analysis" in f.filename] or frames
        place = f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        found = Outcome("failed", detail="".join(traceback.format_exception(error)), place=place)
    else:
        found = Outcome("read", len(raw), raw.format)
    after = {p.name: p.read_bytes() for p in folder.iterdir()}
    if after != lying:
        return Outcome("failed", detail=f"the folder holds {sorted(after)}", place="files were changed")
    return found


def _read(kind: str, path: Path, beside: list[Path]) -> RawTable:
    if kind == "table":
        return read_table(path)
    if kind == "archive":
        return sa.read(path).table.raw
    describes = path.suffix != ".asc"
    data, metadata = (beside[0], path) if describes else (path, beside[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PersonalDataWarning)  # mutated cells may look like anything
        table = sa.read(data, metadata=metadata).table
    for column in (*table.raw.columns, *table.codebook.names):
        table.variable(column)
    return table.raw


def _check(raw: RawTable) -> None:
    """What every reader promises: text cells, names told apart."""
    assert len(set(raw.columns)) == len(raw.columns) > 0
    assert all(raw.columns)
    assert len(raw) > 0
    for name in raw.columns:
        assert all(type(cell) is str for cell in raw.frame[name]), f"{name} holds cells that are no text"
    assert all(isinstance(note, str) and note for note in raw.notes)
