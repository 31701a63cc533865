"""Make the whole study from one seed: the export, what is true about each row, and the clean rows."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from survey_analysis.datasets.founding import documents, export, mess
from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Ints, Texts
from survey_analysis.datasets.founding.duplicates import add_duplicates
from survey_analysis.datasets.founding.export import Printed
from survey_analysis.datasets.founding.fieldwork import field, stamp
from survey_analysis.datasets.founding.recruit import CONSUMERS, recruit
from survey_analysis.datasets.founding.sheet import Sheet, Values
from survey_analysis.datasets.founding.texts import as_texts

SHIPPED: Final = Path(__file__).parents[1] / "micro_influencer"
HAND_WRITTEN: Final = ("study.toml", "codebook.csv")
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, eq=False)
class Generated:
    """One simulated study; its three frames are made when first asked for."""

    rows: Sheet
    seed: int

    @cached_property
    def export(self) -> pd.DataFrame:
        """The rows received, as text, in the order and spelling of `responses.csv`."""
        return export.to_frame(self._planted[0])

    @cached_property
    def clean(self) -> pd.DataFrame:
        """What a perfect cleaning would leave, in the shape of the export.

        Good rows only, without reversed or planted cells. Missing answers and usable break-offs stay.
        """
        return export.to_frame(export.printed(self.rows.take(perfectly_kept(self.rows))))

    @cached_property
    def truth(self) -> pd.DataFrame:
        """One row a row received, by `ResponseId`: what was planted, and the true answers.

        Never written into the shipped folder.
        """
        return _truth(self.rows, self._planted[1])

    @cached_property
    def _planted(self) -> tuple[Printed, Texts]:
        cells = export.printed(export.reverse_q20(self.rows))
        return export.plant_cells(cells, self.rows, self.seed)


def generate(seed: int = p.SEED) -> Generated:
    """Simulate the founding study.

    Parameters
    ----------
    seed
        Any whole number; the shipped study has `parameters.SEED`.

    Returns
    -------
    Generated

    Examples
    --------
    >>> study = generate(seed=1)
    >>> len(study.export) == sum(p.RECEIVED.values()), set(study.export["simulated"])
    (True, {'1'})
    """
    rows = mess.careless_kinds(mess.dispose(recruit(seed), seed), seed)
    rows = mess.answer_carelessly(mess.remember(rows), seed)
    rows = mess.end_visits(mess.leave_items_out(rows, seed), seed)
    rows = stamp(add_duplicates(field(rows, seed), seed))
    return Generated(_identified(rows, seed), seed)


def perfectly_kept(rows: Sheet) -> Bools:
    """Rows a perfect cleaning keeps: good completes, screen-outs, consumers with one loop or more."""
    outcome = rows.texts("_disposition")
    partial = (outcome == "break_off_late") & rows.equals("sample", CONSUMERS) & (rows.ints("_loops") >= 1)
    good = rows.equals("_careless", "") & rows.equals("_duplicate", "")
    return np.asarray(good & (np.isin(outcome, ["complete", "screened_out"]) | partial))


def _identified(rows: Sheet, seed: int) -> Sheet:
    letters = Draws(seed, "ids").whole(0, len(_LETTERS) - 1, rows.n, 15).tolist()
    names = as_texts(["R_" + "".join(_LETTERS[k] for k in row) for row in letters])
    first = names[_first_visit(rows)]
    original = np.where(rows.texts("_duplicate") == "", "", first).astype(object)
    return rows.with_columns({"ResponseId": names, "_duplicate_of": original})


def _first_visit(rows: Sheet) -> Ints:
    """Position of the first visit of each row's person."""
    person = rows.ints("_person")
    first = np.full(int(person.max()) + 1, -1, dtype=np.int64)
    original = np.flatnonzero(rows.texts("_duplicate") == "")
    first[person[original]] = original
    return np.asarray(first[person])


def _truth(rows: Sheet, planted: Texts) -> pd.DataFrame:
    columns: dict[str, Values | Bools] = {
        name[1:]: values for name, values in rows.columns.items() if name.startswith("_") and name != "_start"
    }
    columns |= {name: rows.columns[name] for name in ("sample", "provider")}
    columns |= {"planted": planted, "kept_by_perfect_cleaning": perfectly_kept(rows)}
    columns["recipient"] = rows.texts("order_src") != ""
    return pd.DataFrame(columns, index=pd.Index(rows.texts("ResponseId"), name="ResponseId"))


def files(seed: int = p.SEED) -> dict[str, bytes]:
    """Every file the generator writes into the shipped folder, by name."""
    return {"responses.csv": export.to_csv(generate(seed).export)} | documents.documents(seed)


def write(folders: Path | Iterable[Path], seed: int = p.SEED) -> None:
    """Write the study into one or several folders, the same bytes in each.

    Each file is written beside its place and moved there, so that no half-written file is left.
    """
    content = files(seed)
    for folder in [folders] if isinstance(folders, Path) else folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in content.items():
            _replace(folder / name, data)


def copy_hand_written(folder: Path) -> None:
    """Copy the study file and the codebook, which are written by hand, from the shipped folder."""
    for name in HAND_WRITTEN:
        if (SHIPPED / name).exists():
            _replace(folder / name, (SHIPPED / name).read_bytes())


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def main(copies: list[str]) -> None:
    """Write the shipped folder and copies of it: `python -m ...generate data/raw/micro_influencer`."""
    write([SHIPPED, *map(Path, copies)])
    for folder in copies:
        copy_hand_written(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
