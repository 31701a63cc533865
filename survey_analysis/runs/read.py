"""A run as it lies in a folder: its manifest and every number it printed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.runs.manifest import RUN_FILE, SCHEMA

NUMBERS = ("results.csv", "tables.csv")
"""Files of numbers that a run may hold."""


@dataclass(frozen=True, eq=False)
class Run:
    """One run: name of the folder asked for, manifest, numbers as text cells (one row a number)."""

    name: str
    manifest: dict[str, Any]
    numbers: pd.DataFrame


def read_run(folder: str | Path) -> Run:
    """Read a run from the folder that holds `run.json`, or from the one above it.

    Raises
    ------
    DataError
        There is no run, there are several, or it was written by a newer version.
    """
    place = run_place(Path(folder))
    try:
        manifest = json.loads((place / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"'{place.name}/{RUN_FILE}' cannot be read: {error}.", hint="run the report or the tables again."
        ) from None
    if manifest.get("schema") != SCHEMA:
        raise DataError(
            f"'{place.name}/{RUN_FILE}' has schema {manifest.get('schema')}, expected {SCHEMA}.",
            hint="write both runs with the same version of survey-analysis.",
        )
    frames = [_numbers(place / name) for name in NUMBERS if (place / name).is_file()]
    if not frames:
        raise DataError(
            f"The run '{place.name}' holds no numbers.",
            where=f"expected {' or '.join(NUMBERS)} beside {RUN_FILE}.",
            hint="write the run again.",
        )
    return Run(Path(folder).absolute().name, manifest, pd.concat(frames, ignore_index=True).fillna(""))


def run_place(folder: Path) -> Path:
    """The folder that holds `run.json`: the one given, or the only one in it.

    Raises
    ------
    DataError
        There is no run, or there are several.
    """
    if (folder / RUN_FILE).is_file():
        return folder
    inside = sorted(p.parent for p in folder.glob(f"*/{RUN_FILE}")) if folder.is_dir() else []
    if len(inside) == 1:
        return inside[0]
    if inside:
        raise DataError(
            f"'{folder.name}' holds several runs.",
            where="found " + ", ".join(p.name for p in inside) + ".",
            hint=f"name one of them, such as {folder.name}/{inside[0].name}.",
        )
    raise DataError(
        f"'{folder.name}' is no run: it holds no {RUN_FILE}.",
        hint="give the folder that survey-analysis report or tables wrote (--out), or the one named in it.",
    )


def _numbers(path: Path) -> pd.DataFrame:
    """Cells as text; a report that declares nothing to estimate has an empty file."""
    if not path.stat().st_size:
        return pd.DataFrame()
    return pd.read_csv(path, dtype=str, keep_default_na=False)
