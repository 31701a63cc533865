"""`write_csv`: data as CSV, with a codebook and a study file that read it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from survey_analysis.exports.codebook import codebook_csv
from survey_analysis.exports.columns import Layout
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.study import lost_notes, reading, study_toml
from survey_analysis.files import write_files
from survey_analysis.frames.table import Table


def write_csv(table: Table, path: Path, *, questions: Iterable[str] | None = None) -> tuple[str, ...]:
    """Write the data as CSV (codes), `NAME.codebook.csv` and `NAME.toml`; `sa.read("NAME.toml")` reads them back.

    UTF-8 without a byte order mark, lines end with a line feed, quotes where a cell needs them. Cells are exactly
    what was answered: a text that a spreadsheet would take for a formula is not changed, so that the file reads
    back to the same answers. Open it in a spreadsheet as text, or write .xlsx tables instead.

    Returns
    -------
    tuple of str
        What was left out or changed.

    Raises
    ------
    ReportError
        The folder cannot be written.
    """
    layout = layout_of(table, questions=questions)
    write_files(path.parent, csv_files(layout, path.name))
    return (*layout.notes, *lost_notes(layout))


def csv_files(layout: Layout, name: str) -> dict[str, str]:
    """Content of the data file, its codebook and its study file, by name."""
    stem = name.rpartition(".")[0] or name
    codebook = f"{stem}.codebook.csv"
    return {
        name: data_csv(layout),
        codebook: codebook_csv(layout),
        f"{stem}.toml": reading(study_toml(layout, name, codebook), len(layout.columns)),
    }


def data_csv(layout: Layout) -> str:
    """One row a respondent, one column a column of the layout."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.name for c in layout.columns])
    writer.writerows(zip(*(c.cells.tolist() for c in layout.columns), strict=True))
    return out.getvalue()
