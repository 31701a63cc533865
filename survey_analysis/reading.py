"""`read`: a study file, an export or a frame in, a `Survey` out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.lonely import LonelyRule
from survey_analysis.errors import DataError, StudyError, closest
from survey_analysis.frames.described import FileFacts
from survey_analysis.frames.design import read_joint, split_pps, with_columns
from survey_analysis.frames.private import without_personal
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.repeats import check_repeats
from survey_analysis.frames.sets import with_sets
from survey_analysis.frames.table import Table
from survey_analysis.frames.wanted import missing_columns
from survey_analysis.plurals import counted
from survey_analysis.readers.archive import STUDY, TABLE, is_archive, unpacked
from survey_analysis.readers.inspect import Inspection
from survey_analysis.readers.inspect import inspect as inspect_table
from survey_analysis.readers.load import load
from survey_analysis.results.process import SourceFile
from survey_analysis.study.build import build
from survey_analysis.study.file import StudyFile, StudyTable
from survey_analysis.study.left_out import from_file_note
from survey_analysis.study.load import load_file, parse, with_named_codebook
from survey_analysis.study.sample import DesignSpec
from survey_analysis.study.study import Study
from survey_analysis.survey import Survey
from survey_analysis.waves.delivery import compare_delivery

if TYPE_CHECKING:
    from os import PathLike


def read(
    source: str | PathLike[str] | Any,
    *,
    study: str | PathLike[str] | dict[str, Any] | None = None,
    data: str | PathLike[str] | None = None,
    metadata: str | PathLike[str] | None = None,
    id: str | None = None,  # noqa: A002  the field's word for it
    weight: str | None = None,
    strata: str | Sequence[str] | None = None,
    psu: str | Sequence[str] | None = None,
    fpc: str | Sequence[str] | None = None,
    nest: bool = False,
    pps: str | Mapping[str, Any] | NDArray[np.float64] | None = None,
    lonely_psu: LonelyRule | None = None,
    lonely_domain: bool = False,
    replicates: Mapping[str, Any] | None = None,
    encoding: str = "",
    header_rows: int | None = None,
    sheet: str = "",
    table: str = "",
    decimal: str = "",
    key: str | None = None,
) -> Survey:
    """Read a survey.

    Parameters
    ----------
    source : path or frame
        A study file (`.toml`); an export (CSV/TSV also `.gz`, XLSX, SPSS, Stata, SAS, Parquet, Arrow/Feather,
        DuckDB, SQLite); an archive of `Survey.archive` (`.zip`); a pandas, Polars or Arrow table; a DuckDB relation; the result of a query (a DB-API
        cursor whose rows have not been fetched).
    study : path or mapping, optional
        Study file for an export or frame given as `source`.
    data : path, optional
        Export to read instead of the one the study file names: a new delivery, compared with the study file and
        with the data it names before anything is read in.
    metadata : path, optional
        File of the platform that describes the columns (questionnaire, dictionary), instead of the one the study
        file names.
    id, weight, strata, psu, fpc, nest
        Columns of the design, for data without a study file (they override one). `strata`, `psu` and `fpc`
        take one column, or one for each stage. `fpc` holds population sizes or sampling fractions; without
        a weight column the weights are one over the product of the fractions. `nest` says that PSU labels
        start again in each stratum.
    pps : str, mapping or ndarray (m, m), optional
        Units drawn with unequal probability and without replacement: "brewer", "overton", "hartley-rao"
        (`fpc` is the inclusion probability), the same with options, {"method": "hartley-rao", "sum_p2": 0.4,
        "variance": "yates-grundy"}, or the joint inclusion probabilities of the units in file order.
    lonely_psu : {"error", "remove", "adjust", "average", "certainty"}, optional
        Rule for strata with one PSU; an error unless the study file says otherwise.
    lonely_domain : bool
        The rules adjust and average also hold where one PSU of a stratum is in the domain.
    replicates : mapping, optional
        Replicate weights that came with the data: `columns` ("rw*" or a list) and `method` ("JK1", "JKn",
        "JK2", "BRR", "Fay", "bootstrap", "SDR", "ACS", "other"), and where the method needs them `scale`,
        `rscales`, `mse`, `combined`, `rho`, `average`, `degf`. They make every standard error.
    encoding, header_rows, sheet
        How to read the file where detection needs help.
    table : str
        Table of a database, or data set of a SAS transport file, where there are several.
    decimal : {",", "."}
        How numbers are written in a text file or workbook: "," for 1.234,5, "." for 1,234.5.
    key : str, optional
        The secret of the hashes of `[roles] hashed`; that of the environment variable SURVEY_ANALYSIS_KEY when left out.

    Returns
    -------
    Survey

    Raises
    ------
    StudyError
        The study file is missing or wrong; the key path is named.
    DataError
        The file is missing or cannot be read.
    DriftError
        `data` differs from the study: codes, labels, columns, kinds, ids; all differences at once.
    DesignError, WeightError
        Impossible weights or design; a long file (one row a rating) without `id`.

    Warns
    -----
    PersonalDataWarning
        Columns that seem personal and are not declared: their values are withheld.

    Examples
    --------
    >>> import pandas as pd
    >>> survey = read(pd.DataFrame({"q": ["a", "b", "a"], "w": [1.0, 2.0, 1.0]}), weight="w")
    >>> survey.proportion("q", answers=["a"]).value
    0.5
    """
    if _is_path(source) and study is None and data is None and is_archive(Path(source)):
        design_options = (id, weight, strata, psu, fpc, nest or None, pps, lonely_psu, lonely_domain or None)
        form = (
            replicates,
            metadata,
            encoding or None,
            header_rows,
            sheet or None,
            table or None,
            decimal or None,
        )
        return _from_archive(Path(source), (*design_options, *form))
    file, text, folder, raw_source = _study_and_source(source, study, data)
    told = file.study
    beside = metadata
    if beside is None and told.metadata:
        beside = (folder or Path()) / told.metadata
    given = {
        "encoding": encoding,
        "header_rows": header_rows,
        "sheet": sheet,
        "table": table,
        "decimal": decimal,
    }
    options = _options(raw_source, told, given)
    raw = load(raw_source, beside, **options)
    if data is not None:
        raw = _delivered(raw, file, folder or Path(), Path(data), beside)
    columns = {"id": id, "weight": weight, "strata": strata, "psu": psu, "fpc": fpc, "nest": nest}
    rules = {"lonely_psu": lonely_psu, "lonely_domain": lonely_domain}
    named, joint = split_pps(pps)
    design = _with_replicates(with_columns(file.design, columns | rules | {"pps": named}), replicates)
    resolved = build(
        file.model_copy(update={"design": design}),
        columns=raw.columns,
        described=FileFacts(raw, file),
        folder=str(folder or ""),
        source=text,
    )
    _check_columns(resolved, raw)
    resolved = with_sets(resolved, raw)
    if not (design.id or design.psu):
        check_repeats(raw)
    raw = without_personal(raw, resolved, key=key)
    if taken := from_file_note(resolved.codebook):
        raw = raw.changed(notes=(*raw.notes, taken))
    _check_simulated(resolved, raw)
    if joint is None and design.pps is not None and design.pps.joint:
        joint = read_joint((folder or Path()) / design.pps.joint)
    source = None
    if isinstance(raw_source, Path):
        where = "" if beside is None else str(Path(beside).resolve())
        source = SourceFile(str(raw_source.resolve()), raw.digest, metadata=where, **options)
    survey = Survey(table=Table(raw, resolved), joint=joint, source=source)
    survey.frame  # noqa: B018  an impossible design is an error now, not at the first estimate
    return survey


def inspect(
    path: Any,
    *,
    metadata: str | PathLike[str] | None = None,
    encoding: str = "",
    header_rows: int | None = None,
    sheet: str = "",
    delimiter: str = "",
    table: str = "",
    decimal: str = "",
) -> Inspection:
    """What is in an export: columns, kinds, answers, design, each with evidence and how sure. Changes nothing.

    Prints as a review table; `.to_frame()` has one row a column, `.draft()` a study file and codebook to check.

    Parameters
    ----------
    path : path or table
        An export, or a table in memory, as in `read`.
    metadata : path, optional
        File of the platform that describes the columns; what it says goes before guesses.
    encoding, header_rows, sheet, delimiter, table, decimal
        How to read the file where detection needs help.

    Returns
    -------
    Inspection

    Raises
    ------
    DataError
        The file is missing or cannot be read.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> from tempfile import TemporaryDirectory
    >>> folder = TemporaryDirectory()
    >>> pd.DataFrame({"q": ["yes", "no"]}).to_csv(f"{folder.name}/export.csv", index=False)
    >>> found = sa.inspect(f"{folder.name}/export.csv")
    >>> [c.column for c in found.columns]
    ['q']
    >>> folder.cleanup()
    """
    if _is_path(path) and Path(path).suffix.lower() == ".toml":
        raise DataError(
            f"'{Path(path).name}' is a study file, not an export.",
            hint="name the export; survey-analysis validate checks a study file.",
        )
    raw = load(
        Path(path) if _is_path(path) else path,
        metadata,
        encoding=encoding,
        header_rows=header_rows,
        sheet=sheet,
        delimiter=delimiter,
        table=table,
        decimal=decimal,
    )
    return inspect_table(raw, metadata="" if metadata is None else Path(metadata).name, decimal=decimal)


def _is_path(source: Any) -> bool:
    return isinstance(source, str) or hasattr(source, "__fspath__")


def _from_archive(path: Path, options: tuple[object, ...]) -> Survey:
    """The survey in an archive of `Survey.archive`; it says itself how it is read."""
    if any(option is not None for option in options):
        raise DataError(
            f"'{path.name}' is an archive and says itself how it is read.",
            hint="leave the options out, or unpack it and read data/data.csv.",
        )
    with unpacked(path) as folder:
        survey = read(folder / STUDY, data=folder / TABLE)
    study = survey.study.model_copy(update={"folder": ""})
    return Survey.of(survey.replace(table=Table(survey.table.raw, study)))


def _study_and_source(source: Any, study: Any, data: Any) -> tuple[StudyFile, str, Path | None, Path | Any]:
    is_path = _is_path(source)
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
        named = StudyTable(name=_stem(what)) if isinstance(what, Path) else StudyTable()
        return StudyFile(study=named), "", None, what
    if isinstance(study, dict):
        return parse(with_named_codebook(study, Path())), "", None, what
    if not (isinstance(study, str) or hasattr(study, "__fspath__")):
        raise StudyError(
            f"study= is a {type(study).__name__}.", hint="give a path, or a mapping of its keys."
        )
    file, text = load_file(Path(study))
    return file, text, Path(study).parent, what


def _stem(path: Path) -> str:
    """Name of a file without its endings: what a survey is called where no study file names it."""
    name = path.name.removesuffix(".gz")
    return name.rpartition(".")[0] or name


def _options(source: Path | Any, told: StudyTable, given: Mapping[str, Any]) -> dict[str, Any]:
    """How to read: as given, else as the study file says, where the file is of the kind it speaks of."""
    suits = isinstance(source, Path) and (
        not told.data or Path(told.data).suffix.lower() == source.suffix.lower()
    )
    says = told if suits else StudyTable()
    return {
        name: given.get(name) or getattr(says, name)
        for name in ("encoding", "header_rows", "sheet", "delimiter", "table", "decimal")
    }


def _delivered(
    raw: RawTable, file: StudyFile, folder: Path, data: Path, beside: str | PathLike[str] | None
) -> RawTable:
    """A delivery given in the call, compared with the study and with the data that the study file names."""
    told, earlier, unread = file.study, None, ""
    before = folder / told.data
    if told.data and before.is_file() and before.resolve() != data.resolve():
        try:
            earlier = load(before, beside, **_options(before, told, {}))
        except DataError as error:
            unread = f"Not compared with the earlier delivery '{before.name}': {error.what}"
    notes = compare_delivery(file, raw, earlier)
    return raw.changed(notes=(*raw.notes, *notes, *([unread] if unread else [])))


def _with_replicates(design: DesignSpec, given: Mapping[str, Any] | None) -> DesignSpec:
    """The design with the replicate weights described in the call."""
    if given is None:
        return design
    if not isinstance(given, Mapping):
        raise StudyError(
            f"replicates= is a {type(given).__name__}, not a mapping.",
            hint='for example replicates={"columns": "rw*", "method": "JK1"}.',
        )
    plain = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in given.items()}
    return design.model_copy(
        update={"replicates": parse({"design": {"replicates": plain}}).design.replicates}
    )


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
            f"{counted(marked, 'row says that it is', 'rows say that they are')} simulated; the study file does not.",
            where=f"[study.toml: roles.simulated] column '{column}'",
            hint='say [sample] kind = "simulated".',
        )
