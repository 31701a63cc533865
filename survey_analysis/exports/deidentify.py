"""De-identified data: what may leave the house, and a log of what was done to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.exports.cells import declared_missing, moment_kind
from survey_analysis.exports.chosen import all_questions
from survey_analysis.exports.notes import listed
from survey_analysis.frames.normal import normal
from survey_analysis.frames.table import Table
from survey_analysis.frames.variables import Encoded
from survey_analysis.openends.scrub import scrub
from survey_analysis.study.codebook import Question

OpenEnds = Literal["dropped", "scrubbed"]
_CLOCK = re.compile(r"[T\s]+\d{1,2}[:.]\d{2}\b.*$")  # with whatever follows: seconds, "AM", "GMT+1"
_FEWEST = 10  # rows from which a column of nothing but different values is taken for an id


@dataclass(frozen=True, eq=False)
class Deidentified:
    """The table to write, the questions of it that may be written, and the log."""

    table: Table
    questions: tuple[str, ...]
    log: tuple[str, ...]


def deidentify(table: Table, open_ends: OpenEnds) -> Deidentified:
    """Drop personal columns, number ids anew, drop or scrub open answers, coarsen moments to days.

    Questions coded from open answers keep their codes. Nothing is done about small cells: answers together may
    still single somebody out.
    """
    log: list[str] = []
    names = all_questions(table)
    kept = [n for n in names if not _barred(table, n)]
    personal = [c for c in table.raw.columns if c in table.private]
    if personal:
        log.append(f"Personal columns are not in it: {listed(personal)}.")
    ids = [n for n in kept if _is_id(table, n)]
    kept = [n for n in kept if n not in ids]
    if ids:
        log.append(f"Undeclared columns in which every value is another are not in it: {listed(ids)}.")
    opened = [n for n in kept if _is_open(table, n)]
    if open_ends == "dropped":
        kept = [n for n in kept if n not in opened]
        log += [f"Open answers are not in it: {listed(opened)}."] if opened else []
    frame = table.raw.frame.copy()
    cache = _coded(table)
    if open_ends == "scrubbed" and opened:
        log.append(_scrub(table, opened, frame))
    log += _number_ids(table, frame, kept)
    log += _coarsen(table, frame, kept)
    made = Table(table.raw.with_frame(frame), table.study, table.not_reached, cache)
    return Deidentified(made, tuple(kept), tuple(log))


def _barred(table: Table, name: str) -> bool:
    """Questions over a personal column, or over the id."""
    design = table.study.design
    return bool(set(table.question(name).all_columns) & {*table.private, design.id} - {""})


def _is_open(table: Table, name: str) -> bool:
    question = table.question(name)
    if question.kind != "open":
        return False
    return any(moment_kind(_filled(table, question, c)) == "text" for c in question.columns.values())


def _filled(table: Table, question: Question, column: str) -> list[str]:
    codes = {m.code for m in declared_missing(question)} | table.empty
    return [t for t in table.raw.column(column).unique() if t not in codes]


def _is_id(table: Table, name: str) -> bool:
    """An undeclared column whose values are all different: whole numbers or texts, no measurements."""
    question = table.question(name)
    if not question.inferred or len(question.all_columns) != 1:
        return False
    cells = table.raw.column(question.all_columns[0])
    filled = cells[~cells.isin(list(table.empty))]
    if len(filled) < _FEWEST or filled.duplicated().any() or moment_kind(filled) != "text":
        return False
    return not filled.str.contains(r"^-?\d+\.\d+$", regex=True).all()


def _coded(table: Table) -> dict[tuple[str, str], Encoded]:
    """Questions coded from open answers, read before the answers go."""
    out: dict[tuple[str, str], Encoded] = {}
    for name in table.study.coded:
        for subject in table.question(name).columns or ("",):
            out[name, subject] = table.variable(name, subject)
    return out


def _scrub(table: Table, names: list[str], frame: pd.DataFrame) -> str:
    changed = 0
    for name in names:
        question = table.question(name)
        codes = {m.code for m in declared_missing(question)} | table.empty
        for column in question.columns.values():
            texts = {t: t if normal(t) in codes else scrub(t) for t in frame[column].unique()}
            new = frame[column].map(texts)
            changed += int((new != frame[column]).sum())
            frame[column] = new
    return (
        f"Open answers were scrubbed of what looks like names, numbers, addresses and links, {changed:,} of them "
        f"changed: {listed(names)}. Patterns find what they know: read them before they are published."
    )


def _number_ids(table: Table, frame: pd.DataFrame, kept: list[str]) -> Iterator[str]:
    """Running numbers for ids and sampling units, in order of first appearance."""
    design = table.study.design
    asked = {c for n in kept for c in table.question(n).all_columns}
    for column in dict.fromkeys((design.id, *design.psu)):
        if not column or column in asked or column in table.private:
            continue
        codes, _ = pd.factorize(frame[column])
        blank = frame[column].isin(list(table.empty)).to_numpy()
        frame[column] = np.where(blank, "", (codes + 1).astype(str)).astype(object)
        yield f"'{column}' holds running numbers in place of its values."


def _coarsen(table: Table, frame: pd.DataFrame, kept: list[str]) -> Iterator[str]:
    """Moments to days, in the start of the interview and in every column of moments."""
    columns = {c for n in kept for c in table.question(n).all_columns if c in frame.columns}
    started = table.study.roles.started
    wanted = [c for c in columns if moment_kind(frame[c].unique()) == "moment"]
    wanted = sorted(
        {*wanted, *([started] if started in frame.columns else [])}, key=list(frame.columns).index
    )
    for column in wanted:
        frame[column] = frame[column].map({t: _CLOCK.sub("", t) for t in frame[column].unique()})
    if wanted:
        yield f"Moments are days, without the time of day: {listed(wanted)}."
