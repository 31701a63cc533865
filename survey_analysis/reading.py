"""`read`: a study file, an export or a frame in, a `Survey` out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_analysis.errors import DataError, StudyError, closest
from survey_analysis.frames.personal import drop_personal
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.repeats import check_repeats
from survey_analysis.frames.table import Table
from survey_analysis.readers.frame import from_frame
from survey_analysis.readers.inspect import Inspection
from survey_analysis.readers.inspect import inspect as inspect_table
from survey_analysis.readers.read import read_table
from survey_analysis.study.build import build
from survey_analysis.study.file import StudyFile
from survey_analysis.study.load import load_file, parse
from survey_analysis.study.study import Study
from survey_analysis.survey import Survey

if TYPE_CHECKING:
    from os import PathLike


def read(
    source: str | PathLike[str] | Any,
    *,
    study: str | PathLike[str] | dict[str, Any] | None = None,
    data: str | PathLike[str] | None = None,
    id: str = "",  # noqa: A002  the field's word for it
    weight: str = "",
    strata: str = "",
    psu: str = "",
    fpc: str = "",
    nest: bool = False,
    encoding: str = "",
    header_rows: int | None = None,
    sheet: str = "",
) -> Survey:
    """Read a survey.

    Parameters
    ----------
    source : path or frame
        A study file (`.toml`), an export (CSV/TSV also `.gz`, XLSX, SAV), or a pandas or Polars frame.
    study : path or mapping, optional
        Study file for an export or frame given as `source`.
    data : path, optional
        Export to read instead of the one the study file names.
    id, weight, strata, psu, fpc, nest
        Columns of the design, for data without a study file (they override one). `nest` says that PSU
        labels start again in each stratum.
    encoding, header_rows, sheet
        How to read the file where detection needs help.

    Returns
    -------
    Survey

    Raises
    ------
    StudyError
        The study file is missing or wrong; the key path is named.
    DataError
        The file is missing or cannot be read.
    DesignError, WeightError
        Impossible weights or design; a long file (one row a rating) without `id`.

    Examples
    --------
    >>> import pandas as pd
    >>> survey = read(pd.DataFrame({"q": ["a", "b", "a"], "w": [1.0, 2.0, 1.0]}), weight="w")
    >>> survey.proportion("q", answers=["a"]).value
    0.5
    """
    file, text, folder, raw_source = _study_and_source(source, study, data)
    told = file.study
    if isinstance(raw_source, Path):
        raw = read_table(
            raw_source,
            encoding=encoding or told.encoding,
            header_rows=header_rows or told.header_rows,
            sheet=sheet or told.sheet,
            delimiter=told.delimiter,
        )
    else:
        raw = from_frame(raw_source)
    given = {"id": id, "weight": weight, "strata": strata, "psu": psu, "fpc": fpc}
    design = file.design.model_copy(
        update={k: v for k, v in given.items() if v} | ({"nest": True} if nest else {})
    )
    resolved = build(
        file.model_copy(update={"design": design}), columns=raw.columns, folder=str(folder or ""), source=text
    )
    _check_columns(resolved, raw)
    if not (design.id or design.psu):
        check_repeats(raw)
    raw = drop_personal(raw, resolved.roles.personal, empty=told.missing_text)
    _check_simulated(resolved, raw)
    survey = Survey(table=Table(raw, resolved))
    survey.frame  # noqa: B018  an impossible design is an error now, not at the first estimate
    return survey


def inspect(
    path: str | PathLike[str], *, encoding: str = "", header_rows: int | None = None, sheet: str = ""
) -> Inspection:
    """What is in an export: columns, kinds, levels, missing, and a draft study file. Changes nothing."""
    return inspect_table(read_table(Path(path), encoding=encoding, header_rows=header_rows, sheet=sheet))


def _study_and_source(source: Any, study: Any, data: Any) -> tuple[StudyFile, str, Path | None, Path | Any]:
    is_path = isinstance(source, str) or hasattr(source, "__fspath__")
    if is_path and Path(source).suffix.lower() == ".toml":
        if study is not None:
            raise StudyError(
                "Two study files are given.", hint="give the data as source=, or leave study= out."
            )
        path = Path(source)
        file, text = load_file(path)
        if data is not None:
            return file, text, path.parent, Path(data)
        if not file.study.data:
            raise StudyError(
                "The study file names no data.",
                where="[study.toml: study.data]",
                hint='data = "responses.csv"',
            )
        return file, text, path.parent, path.parent / file.study.data
    if data is not None:
        raise StudyError("data= goes with a study file.", hint="give the export as the first argument.")
    what: Path | Any = Path(source) if is_path else source
    if study is None:
        return StudyFile(), "", None, what
    if isinstance(study, dict):
        return parse(study), "", None, what
    file, text = load_file(Path(study))
    return file, text, Path(study).parent, what


def missing_columns(study: Study, raw: RawTable) -> dict[str, str]:
    """Columns the study file speaks of and the data lack, each with its key path."""
    wanted: dict[str, str] = {}
    for question in study.codebook:
        for column in question.all_columns:
            if question.name not in study.derived:
                wanted.setdefault(column, f"questions.{question.name}")
    design = study.design
    for role in ("id", "weight", "strata", "psu", "fpc"):
        if getattr(design, role):
            wanted.setdefault(getattr(design, role), f"design.{role}")
    for name, loop in design.loops.items():
        wanted.setdefault(loop.probability, f"design.loops.{name}.probability")
    if study.samples is not None:
        wanted.setdefault(study.samples.column, "samples.column")
    for column in study.roles.personal:
        wanted.setdefault(column, "roles.personal")
    return {c: path for c, path in wanted.items() if c not in raw.columns}


def _check_columns(study: Study, raw: RawTable) -> None:
    """Every column the study file speaks of exists; those that do not are named at once."""
    missing = missing_columns(study, raw)
    if missing:
        first, *rest = missing
        more = f" (and {len(rest)} more: {', '.join(rest[:4])})" if rest else ""
        raise DataError(
            f"The data have no column '{first}'{more}.",
            where=f"[study.toml: {missing[first]}]",
            hint=closest(first, raw.columns),
        )


def _check_simulated(study: Study, raw: RawTable) -> None:
    """Rows marked as simulated may not pass as a survey of people."""
    column = study.roles.simulated
    if not column or study.simulated:
        return
    marked = int(raw.column(column).str.strip().isin(["1", "1.0", "True", "TRUE", "yes"]).sum())
    if marked:
        raise StudyError(
            f"{marked} rows say that they are simulated; the study file does not.",
            where=f"[study.toml: roles.simulated] column '{column}'",
            hint='say [sample] kind = "simulated".',
        )
