"""From a table to the columns of an exported file: what goes out, under which name, in which codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from survey_analysis.errors import DataError
from survey_analysis.exports.cells import (
    Texts,
    answer_cells,
    chosen_cells,
    declared_missing,
    missing_cells,
    moment_kind,
    with_spares,
)
from survey_analysis.exports.chosen import (
    chosen_questions,
    left_out,
    personal_id,
    reversed_items,
    spread_slots,
)
from survey_analysis.exports.columns import Column, Layout, Stored
from survey_analysis.exports.design import design_columns
from survey_analysis.exports.scores import score_columns, wanted_constructs
from survey_analysis.frames.facts import Measure, ResponseSet
from survey_analysis.frames.normal import normal
from survey_analysis.frames.table import Table
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Numeric
from survey_analysis.study.codebook import Question


def layout_of(table: Table, *, questions: Iterable[str] | None = None) -> Layout:
    """Columns of the questions asked for, then those of the design.

    Parameters
    ----------
    questions
        Names of questions, constructs or columns; every declared question and construct when left out, and where
        none is declared every column. A construct needs its items among them.

    Raises
    ------
    ColumnNotFoundError
        There is no such question.
    DataError
        Nothing is left to write; a column that holds personal data was asked for.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no"], "w": [1, 2]}), weight="w")
    >>> [(c.name, c.stored, c.cells.tolist()) for c in layout_of(survey.table).columns]
    [('likely', 'coded', ['yes', 'no']), ('w', 'number', ['1', '2'])]
    """
    constructs, asked = wanted_constructs(table, questions)
    names, notes = chosen_questions(table, asked)
    columns: list[Column] = []
    sets: list[ResponseSet] = []
    used: set[str] = set()
    for name in names:
        found, more = _question(table, table.question(name), used)
        columns += found
        sets += more
    scores, said = score_columns(table, constructs, names)
    columns += [replace(c, name=_free(c.name, used)) for c in scores]
    design, extra = design_columns(table, columns, used)
    columns += extra
    if not columns:
        raise DataError(
            "There is nothing to write: every column is personal.", hint="check [roles] personal."
        )
    _refuse_nul(columns)
    if questions is None:
        notes += left_out(table, names, design)
    notes += [*said, *reversed_items(table, names), *spread_slots(table, names), *personal_id(table)]
    return Layout(table, tuple(columns), tuple(sets), design, tuple(notes))


def _question(table: Table, question: Question, used: set[str]) -> tuple[list[Column], list[ResponseSet]]:
    """Columns of a question, one a subject or an option; and its sets."""
    subjects = list(question.columns) or [""]
    variables = {s: table.variable(question.name, s) for s in subjects}
    if any(isinstance(v, Multiple) for v in variables.values()):
        return _multiple(table, question, variables, used)
    raws = {s: _raw(table, question.columns.get(s, "")) for s in subjects}
    cells = {s: answer_cells(variables[s], raws[s], question) for s in subjects}
    stored = _stored(question, cells)
    taken = {t for c in cells.values() for t in c.tolist() if t}
    if question.scale is not None:
        taken |= {a.code for a in question.scale.answers}
    if question.valid_range is not None and stored == "number":
        taken |= {repr(float(x)) for x in question.valid_range if np.isfinite(x)}
    declared = declared_missing(question)
    missing = with_spares(declared, [(variables[s], raws[s]) for s in subjects], taken)
    if stored in ("date", "moment", "time"):
        missing = ()
    out = []
    for s in subjects:
        holds = _filled(cells[s], missing_cells(variables[s], raws[s], missing)) if missing else cells[s]
        out.append(
            Column(
                name=_free(f"{question.name}.{s}" if s else question.name, used),
                stored=stored,
                cells=holds,
                label=label_of(table, question, s),
                values=_values(variables[s]) if stored == "coded" else (),
                missing=missing,
                measure=_measure(table, question, variables[s]),
                question=question.name,
                subject=s,
                source=question.columns.get(s, "") if question.name not in table.study.derived else "",
            )
        )
    return out, []


def _stored(question: Question, cells: dict[str, Texts]) -> Stored:
    texts = {t for c in cells.values() for t in c.tolist()}
    if question.kind == "numeric":
        return "number"
    if question.kind == "open" or question.inferred:
        kind = moment_kind(texts)
        if kind != "text" or question.kind == "open":
            return kind
    return "coded"


def _multiple(
    table: Table, question: Question, variables: dict[str, Encoded], used: set[str]
) -> tuple[list[Column], list[ResponseSet]]:
    declared = declared_missing(question)
    held = _held(table, question, {m.code for m in declared})
    known = [v for v in variables.values() if isinstance(v, Multiple)]
    missing = with_spares(declared, [(v, held) for v in known], ("0", "1"))
    columns, sets = [], []
    for subject, variable in variables.items():
        assert isinstance(variable, Multiple)  # noqa: S101  all subjects of a coded question are
        name = f"{question.name}.{subject}" if subject else question.name
        blank = missing_cells(variable, held, missing)
        own = []
        for j, option in enumerate(variable.options):
            place = option.column if option.column == option.code else f"{name}.{option.code}"
            own.append(
                Column(
                    name=_free(place, used),
                    stored="coded",
                    cells=chosen_cells(variable, j, blank),
                    label=option.label or option.code,
                    values=(("0", "Not chosen"), ("1", "Chosen")),
                    missing=missing,
                    question=question.name,
                    subject=subject,
                    option=option.code,
                    source=option.column,
                )
            )
        columns += own
        names = tuple(c.name for c in own)
        options = tuple((c.name, c.label) for c in own)
        text = label_of(table, question, subject)
        sets.append(ResponseSet(_free(f"${name}", used)[1:], "dichotomy", names, options, text, ("1",)))
    return columns, sets


def _held(table: Table, question: Question, codes: set[str]) -> Texts:
    """The missing code that stands in a row of a multiple-response question; the last, where there are several."""
    out = np.full(len(table), "", dtype=object)
    for column in question.all_columns:
        if column in table.raw.frame.columns and codes:
            cells = table.raw.column(column).to_numpy(dtype=object)
            hit = np.array([normal(str(t)) in codes for t in cells], dtype=bool)
            out[hit] = cells[hit]
    return out


def _raw(table: Table, column: str) -> Texts:
    if column in table.raw.frame.columns:
        return table.raw.column(column).to_numpy(dtype=object)
    return np.full(len(table), "", dtype=object)


def _filled(cells: Texts, missing: Texts) -> Texts:
    return np.where(cells == "", missing, cells)


def _values(variable: Encoded) -> tuple[tuple[str, str], ...]:
    assert isinstance(variable, Categorical)  # noqa: S101  coded columns are
    return tuple((a.code, a.label) for a in variable.scale.answers)


def _measure(table: Table, question: Question, variable: Encoded) -> Measure:
    told = [m for c in question.all_columns if (m := table.raw.measure.get(c))]
    if isinstance(variable, Numeric):
        return "scale"
    if question.kind == "likert":
        return "ordinal"
    return told[0] if told and isinstance(variable, Categorical) and told[0] != "scale" else "nominal"


def label_of(table: Table, question: Question, subject: str) -> str:
    """Wording of a question about a subject: in its place in the wording, or after it."""
    text = table.wording(question) or question.short or question.name
    if not subject:
        return text
    label = table.codebook.subjects[question.over].labels[subject]
    mark = "{" + question.over + "}"
    return text.replace(mark, label) if mark in text else f"{text} - {label}"


def _free(name: str, used: set[str]) -> str:
    """The name, or with a number where another column has it."""
    found, again = name, 1
    while found.casefold() in used:
        again += 1
        found = f"{name}_{again}"
    used.add(found.casefold())
    return found


def _refuse_nul(columns: Sequence[Column]) -> None:
    """No format holds the character NUL in a text, and every reader makes something else of it."""
    for column in columns:
        n = sum("\0" in t for t in column.cells) if column.stored in ("text", "coded") else 0
        if n:
            raise DataError(
                f"{n} cell{'s' if n > 1 else ''} of '{column.name}' hold the character NUL.",
                hint="replace it in the data, or leave the column out (questions=).",
            )
