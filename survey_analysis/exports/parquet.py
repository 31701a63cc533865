"""`write_parquet`: typed columns with their meaning as metadata, a codebook and a study file."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from survey_analysis.errors import MissingExtraError
from survey_analysis.exports.codebook import codebook_csv
from survey_analysis.exports.codes import number_of
from survey_analysis.exports.columns import Column, Layout
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.study import lost_notes, study_toml
from survey_analysis.files import write_files
from survey_analysis.frames.table import Table

KEY = b"survey_analysis"
"""Key of the JSON in the metadata of a field: label, values, missing, measure, question, subject, option."""


def write_parquet(table: Table, path: Path, *, questions: Iterable[str] | None = None) -> tuple[str, ...]:
    """Write a Parquet file, `FILE.codebook.csv` and `FILE.toml` ("out.parquet.toml"), which describe it.

    Codes that are whole numbers are integers, other numbers are doubles, texts are strings, dates, moments and
    times are themselves; an empty cell is null. Each field carries its label, value labels and missing codes as
    JSON under the key `survey_analysis`.

    Returns
    -------
    tuple of str
        What was left out or changed.

    Raises
    ------
    MissingExtraError
        Without the extra `parquet`.
    ReportError
        The folder cannot be written.
    """
    layout = layout_of(table, questions=questions)
    write_files(path.parent, parquet_files(layout, path.name))
    return (*layout.notes, *lost_notes(layout))


def parquet_files(layout: Layout, name: str) -> dict[str, bytes | str]:
    """Content of the data file, its codebook and its study file, by name."""
    codebook = f"{name}.codebook.csv"
    return {
        name: parquet_bytes(layout),
        codebook: codebook_csv(layout),
        f"{name}.toml": study_toml(layout, name, codebook),
    }


def parquet_bytes(layout: Layout) -> bytes:
    """The Parquet file; the same data are the same bytes under the same version of pyarrow."""
    try:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Parquet files need pyarrow.", hint='pip install "survey-analysis[parquet]"'
        ) from error
    fields, arrays = [], []
    for column in layout.columns:
        values, kind = _typed(column, pa)
        arrays.append(pa.array(values, type=kind))
        fields.append(pa.field(column.name, kind, metadata={KEY: _about(column)}))
    about = {"study": layout.table.study.name, "simulated": layout.table.study.simulated}
    schema = pa.schema(fields, metadata={KEY: json.dumps(about, ensure_ascii=False)})
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _typed(column: Column, pa: Any) -> tuple[list[Any], Any]:
    """Values with None where a cell is empty, and their Arrow type."""
    cells = column.cells.tolist()
    if column.stored in ("coded", "number"):
        codes = {*cells, *(c for c, _ in column.values), *(m.code for m in column.missing)} - {""}
        numbers = {t: number_of(t) for t in codes}
        if all(_is_whole(t, x) for t, x in numbers.items()):
            return [int(t) if t else None for t in cells], pa.int64()
        if all(x is not None for x in numbers.values()) and column.stored == "number":
            return [numbers[t] if t else None for t in cells], pa.float64()
        return [t or None for t in cells], pa.string()
    if column.stored == "text":
        return [t or None for t in cells], pa.string()
    read, kind = {
        "date": (dt.date.fromisoformat, pa.date32()),
        "moment": (dt.datetime.fromisoformat, pa.timestamp("s")),
        "time": (dt.time.fromisoformat, pa.time32("s")),
    }[column.stored]
    return [read(t) if t else None for t in cells], kind


def _is_whole(text: str, number: float | None) -> bool:
    """Whether a code is a whole number written as one: "01" is a text."""
    return number is not None and number.is_integer() and abs(number) < 2**53 and str(int(number)) == text


def _about(column: Column) -> str:
    said = {
        "label": column.label,
        "values": dict(column.values),
        "missing": {m.code: {"kind": m.kind, "label": m.label} for m in column.missing},
        "measure": column.measure,
        "question": column.question,
        "subject": column.subject,
        "option": column.option,
    }
    return json.dumps({k: v for k, v in said.items() if v}, ensure_ascii=False)
