"""The codebook CSV of an exported data file: one row a column, and the names its study file shares with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.exports.columns import Column, Layout
from survey_analysis.exports.notes import listed
from survey_analysis.study.codebook import Question
from survey_analysis.study.codebook_csv import csv_text
from survey_analysis.study.codebook_table import COLUMNS
from survey_analysis.study.expressions import names as names_in
from survey_analysis.study.expressions import parse


def codebook_csv(layout: Layout) -> str:
    """One row a column that belongs to a question, in the columns that a study file's `codebook` has."""
    scales = scale_names(layout)
    rows = (_row(layout, column, scales) for column in layout.columns if column.question)
    return csv_text(COLUMNS["Questions"], rows)


def _row(layout: Layout, column: Column, scales: Mapping[str, str]) -> dict[str, str]:
    table = layout.table
    question = table.question(column.question)
    is_set = bool(column.option)
    known = question.valid_range is not None and column.stored == "number"
    low, high = (repr(float(x)) for x in question.valid_range) if known and question.valid_range else ("", "")
    return {
        "column": column.name,
        "question": written_name(column),
        "subject": "" if is_set else column.subject,
        "option": column.label if is_set else "",
        "text": _set_text(layout, column) if is_set else table.wording(question),
        "short": question.short,
        "kind": "multiple" if is_set else _kind(question, column),
        "scale": scales.get(column.question, "") if column.stored == "coded" and not is_set else "",
        "asked_if": question.asked_if if is_known(layout, question) else "",
        "base": question.base,
        "predicate": question.predicate,
        "reverse": "1" if question.reverse else "",
        "exclusive": "1" if is_set and _exclusive(question, column) else "",
        "low": low,
        "high": high,
    }


def _kind(question: Question, column: Column) -> str:
    return "open" if column.stored in ("date", "moment", "time") else question.kind


def _set_text(layout: Layout, column: Column) -> str:
    return next(s.text for s in layout.sets if column.name in s.columns)


def _exclusive(question: Question, column: Column) -> bool:
    return any(o.exclusive for o in question.options if o.code == column.option)


def written_name(column: Column) -> str:
    """Name of the question in the exported study; a set asked about several subjects is one question each."""
    return f"{column.question}_{column.subject}" if column.option and column.subject else column.question


def is_known(layout: Layout, question: Question) -> bool:
    """Whether the routing of a question reads only what is exported under its own name."""
    if not question.asked_if:
        return True
    try:
        read = names_in(parse(question.asked_if.replace("{" + question.over + "}", "x")))
    except SurveyAnalysisError:
        return False
    plain = {c.question for c in layout.columns if c.question == written_name(c)}
    known = {*plain, question.over, *(["sample"] if layout.table.study.samples else [])}
    if layout.table.study.samples is not None:
        known.add(layout.table.study.samples.column)
    return read <= known


def routing_notes(layout: Layout) -> list[str]:
    """Questions whose routing is not in the exported codebook."""
    lost = [q for q in layout.questions if not is_known(layout, layout.table.question(q))]
    if not lost:
        return []
    return [f"The routing of these reads columns that are not exported and is left out: {listed(lost)}."]


def scale_names(layout: Layout) -> dict[str, str]:
    """Name of the scale of each coded question; questions with the same answers share one."""
    found: dict[str, str] = {}
    by_name: dict[str, dict[str, Any]] = {}
    for column in layout.columns:
        if column.stored != "coded" or column.option or not column.question or column.question in found:
            continue
        scale = layout.table.question(column.question).scale
        content = scale_content(layout, column)
        base = (scale.name if scale is not None else "") or column.question
        name, again = base, 1
        while name in by_name and by_name[name] != content:
            again += 1
            name = f"{base}_{again}"
        by_name[name] = content
        found[column.question] = name
    return found


def scale_content(layout: Layout, column: Column) -> dict[str, Any]:
    """The `[scales.NAME]` of a coded column."""
    scale = layout.table.variable(column.question, column.subject).scale  # type: ignore[union-attr]
    out: dict[str, Any] = {"levels": [_level(x) for x in scale.levels]}
    if scale.outside:
        out["outside"] = [_level(x) for x in scale.outside]
    if scale.missing:
        declared = {m.code for m in scale.missing}
        out["missing"] = [[m.code, m.kind, m.label] for m in column.missing if m.code in declared]
    if scale.favourable != "last":
        out["favourable"] = scale.favourable
    return out


def _level(level: Any) -> list[Any]:
    return [level.code, level.label] + ([level.score] if level.score is not None else [])
