"""`survey-analysis tables`: the tab book, with its numbers as CSV and what it was made from."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from survey_analysis.bound.books import Book
from survey_analysis.cli.prepare import check_folder, name_for, prepared, title_line
from survey_analysis.cli.terminal import Progress, emit, visible
from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.files import write_files
from survey_analysis.plurals import counted
from survey_analysis.reporting.tabbook import tabbook_content
from survey_analysis.reporting.write import frames_csv
from survey_analysis.runs.manifest import RUN_FILE, run_manifest
from survey_analysis.study.file import TablesTable
from survey_analysis.survey import Survey
from survey_analysis.tables.layout import layout_of

_WHAT = {
    "xlsx": "the tab book: contents, a sheet a table, how to read it",
    "html": "the tab book as one page",
    "pdf": "the tab book on paper",
    "docx": "the tab book to edit in Word",
    "md": "the tab book in Markdown",
    "tex": "the tab book in LaTeX",
    "txt": "the tab book as plain text",
}


def run(arguments: argparse.Namespace) -> int:
    """Tabulate and write every format asked for, all or none."""
    study, folder = Path(arguments.study), Path(arguments.out)
    name = name_for(study, arguments.name, "_tables")
    check_folder(folder)
    with Progress() as progress:
        survey = prepared(study, arguments.data, progress)
        progress("tabulating")
        settings = settled(survey.study.tables, arguments)
        book = tabulated(survey, settings)
        if settings["protect"]:
            progress("protecting small cells")
            book = book.protect(minimum=settings["protect"])
        layout = layout_of(**{k: settings[k] for k in ("show", "decimals", "bases")})
        files: dict[str, bytes | str] = {}
        for form in arguments.to:
            progress(f"writing: {form}")
            files[f"{name}.{form}"] = tabbook_content(book, form, layout, extra=book.pages_before())
        files[f"{name}/tables.csv"] = frames_csv([tidy(book)])
        tests = [t.letters.to_frame().assign(question=t.topic.question) for t in book.tables if t.letters]
        if tests:
            files[f"{name}/tests.csv"] = frames_csv(tests)
        recorded = {k: v for k, v in settings.items() if v and k not in ("show", "decimals", "bases")}
        files[f"{name}/{RUN_FILE}"] = run_manifest(survey, "tables", **recorded)
        written = write_files(folder, files)
    emit(title_line(survey))
    letters = sum(t.letters.tests for t in book.tables if t.letters)
    emit(
        f"{counted(len(book), 'table')} by {visible(book.banner or 'the total')}, {counted(letters, 'test')} between columns."
    )
    emit()
    for path in written:
        emit(f"{visible(str(path))}  {_said(path)}")
    return 0


def _said(path: Path) -> str:
    if path.suffix[1:] in _WHAT:
        return _WHAT[path.suffix[1:]]
    return {
        "tables.csv": "every cell, unrounded",
        "tests.csv": "every test between columns",
        RUN_FILE: "what the run was made from, for survey-analysis diff",
    }[path.name]


def settled(told: TablesTable, asked: argparse.Namespace) -> dict[str, Any]:
    """Every setting of the book: the option where it was given, else the key of `[tables]`."""
    out: dict[str, Any] = {}
    for name in type(told).model_fields:
        option = getattr(asked, "only" if name == "rows" else name)
        out[name] = getattr(told, name) if option is None or option == "" else option
    if asked.levels:
        out["levels"] = tuple(x / 100 for x in asked.levels)
    out["where"] = asked.where or ""
    if asked.where:
        out["filter"] = ""
    return out


def tabulated(survey: Survey, settings: Mapping[str, Any]) -> Book:
    """The book by its settings.

    Raises
    ------
    ColumnNotFoundError
        A banner or a filter that is not declared.
    """
    for kind, known in (("banner", survey.study.banners), ("filter", survey.study.filters)):
        name = settings[kind]
        if name and name not in known:
            hint = closest(name, known)
            if kind == "banner" and name in survey.codebook:
                hint = f'it is a question; declare a banner of it: [banners.{name}] columns = ["{name}"].'
            raise ColumnNotFoundError(f"There is no {kind} '{name}'.", hint=hint)
    names = ("levels", "adjust", "family", "min_base", "convention")
    given = {k: settings[k] for k in names if settings[k]}
    rules: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    return survey.tabulate(
        list(settings["rows"]) or None,
        by=settings["banner"] or None,
        where=settings["filter"] or settings["where"] or None,
        weight=settings["weight"],
        letters=settings["letters"],
        boxes=settings["boxes"],
        statistics=settings["statistics"],
        order=settings["order"],
        summary=settings["summary"] or None,
        different="rest" if settings["different"] else None,
        **rules,
    )


def tidy(book: Book) -> Any:
    """Every cell with its letters, one row each; the columns that `survey-analysis diff` reads."""
    import pandas as pd  # noqa: PLC0415  heavy

    frames = []
    several = (
        len({t.weight for t in book.tables}) > 1
    )  # a run with another weight has the same numbers to compare
    for table in book.tables:
        frame = table.rows.copy()
        frame.insert(0, "result", "table" + (f" {table.weight}" if several else ""))
        frame.insert(1, "unit", ["share" if k in ("answer", "net") else "score" for k in frame["kind"]])
        if table.letters is not None:
            lines = table.letters.lines
            given = {
                (s, k, lv, key): letter
                for (s, k, lv), row in zip(
                    lines.itertuples(index=False, name=None), table.letters.letters, strict=True
                )
                for key, letter in zip(table.letters.columns, row, strict=True)
            }
            about = zip(frame["subject"], frame["kind"], frame["level"], frame["key"], strict=True)
            frame["letters"] = [given.get(x, "") for x in about]
        frame["base_text"] = table.base_text
        frame["simulated"] = int(table.provenance.simulated)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
