"""`Screen`: what cleaning rules see, before anybody has been removed.

Rules run on data that may still hold codes nobody declared and ages nobody may have. A screen reads
such a cell as unknown (a number out of range as that number); `unknown.check_codes` refuses it later
if its row is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.frames.coded import Coded
from survey_analysis.frames.derive import derive
from survey_analysis.frames.encode import (
    answered_places,
    encode_categorical,
    encode_numeric,
    encode_text,
    turned,
    unknown_places,
)
from survey_analysis.frames.multiple import encode_multiple
from survey_analysis.frames.normal import normal
from survey_analysis.frames.table import Table, text_of
from survey_analysis.frames.variables import Encoded
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import Not, evaluate, parse
from survey_analysis.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Screen:
    """A table as rules read it.

    A question name gives what the analysis will read (reversed items turned round); a column name gives
    what the respondent answered.
    """

    table: Table
    _cache: dict[tuple[str, str, bool], Encoded] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.table)

    def decide(self, expression: str) -> tuple[BoolArray, BoolArray]:
        """Rows for which an expression is true, and rows for which it is false; the rest is unknown."""
        text = self.table.study.filters.get(expression, expression)
        term = parse(text)
        return evaluate(term, self.resolve), evaluate(Not(term), self.resolve)

    def resolve(self, name: str) -> Encoded:
        """Variable behind a question, derived variable or column."""
        codebook = self.table.codebook
        if name in codebook.questions:
            question = codebook.questions[name]
            if question.over:
                raise ColumnNotFoundError(
                    f"'{name}' is asked about every {question.over}; a cleaning rule must say which one.",
                    hint="name the data column: " + ", ".join(question.all_columns[:4]),
                )
            return self.variable(question)
        if name in self._owners:
            question, subject = self._owners[name]
            return self.variable(question, subject, as_answered=True)
        if name not in self.table.raw.columns:
            known = (*codebook.questions, *self.table.raw.columns)
            raise ColumnNotFoundError(f"There is no question or column '{name}'.", hint=closest(name, known))
        return text_of(self.table, name)

    def variable(self, question: Question, subject: str = "", *, as_answered: bool = False) -> Encoded:
        """Encoded answers; a cell that the question does not know is missing here."""
        key = (question.name, subject, as_answered)
        if key not in self._cache:
            self._cache[key] = self._encode(question, subject, as_answered=as_answered)
        return self._cache[key]

    def answered(self, question: Question, subject: str = "") -> BoolArray:
        """Rows with an answer that the question knows."""
        if question.name in self.table.study.derived or question.kind in ("multiple", "open"):
            return self.variable(question, subject).known()
        cells = self.table.raw.coded(question.columns[subject])
        return np.take(answered_places(cells, _loose(question), self.table.empty), cells.codes)

    def _encode(self, question: Question, subject: str, *, as_answered: bool) -> Encoded:
        table = self.table
        if question.name in table.study.derived:
            true = lambda text: self.decide(text)[0]  # noqa: E731
            return derive(table.study, question, len(self), true, self.resolve, strict=False)
        if question.kind == "multiple":
            return encode_multiple(table.raw, question, None, table.empty)
        cells = table.raw.coded(question.columns[subject])
        if question.kind == "open":
            return encode_text(cells, question.name, None, table.empty)
        reverse = question.reverse and not as_answered
        numeric = question.kind == "numeric"
        loose = _loose(question, reverse=reverse and not numeric)
        unknown = unknown_places(cells, loose, table.empty)
        if unknown:
            texts = cells.texts.copy()
            texts[unknown] = ""
            cells = cells.with_texts(texts)
        if not numeric:
            return encode_categorical(cells, loose, None, table.empty)
        variable = encode_numeric(cells, loose, None, table.empty)
        return replace(variable, numbers=turned(question, variable.numbers)) if reverse else variable

    @property
    def _owners(self) -> dict[str, tuple[Question, str]]:
        """Question and subject of each data column that holds one; options of a set stay text."""
        return {
            column: (question, subject)
            for question in self.table.codebook
            if question.name not in self.table.study.derived
            for subject, column in question.columns.items()
        }

    def texts(self, column: str) -> pd.Series:
        """A column as trimmed text with codes in their normal form; an empty cell is ""."""
        return pd.Series(self.column(column).cells(), dtype=object, name=column)

    def column(self, name: str) -> Coded:
        """The same, coded."""
        cells = self.table.raw.coded(name)
        empty = self.table.empty - {""}
        if not len(cells.odd()) and not len(cells.places(empty)):
            return cells
        texts = ["" if t in empty else p for t, p in zip(cells.texts, cells.normal, strict=True)]
        return Coded.merged(name, texts, cells.codes)

    def filled(self, column: str, rows: IntArray | None = None) -> BoolArray:
        """Rows (of some, or of all) with anything in a column, missing codes included."""
        cells = self.table.raw.coded(column)
        return np.take(~self._blank(cells), cells.codes if rows is None else cells.codes[rows])

    def numbers(self, column: str) -> FloatArray:
        """A column as numbers; NaN where a cell is empty or no plain number."""
        cells = self.table.raw.coded(column)
        return np.take(np.where(self._blank(cells), np.nan, cells.numbers), cells.codes)

    def equals_any(self, column: str, values: tuple[str, ...]) -> BoolArray:
        """Rows whose cell is one of some texts or codes."""
        cells = self.table.raw.coded(column)
        wanted = {normal(v) for v in values}
        found = np.array([t in wanted for t in cells.normal], dtype=bool)
        return np.take(np.where(self._blank(cells), "" in wanted, found), cells.codes)

    def _blank(self, cells: Coded) -> BoolArray:
        """Which of the distinct texts count as empty."""
        out = np.zeros(cells.distinct, dtype=bool)
        out[cells.blanks()] = True
        out[cells.places(self.table.empty)] = True
        return out


def _loose(question: Question, *, reverse: bool = False) -> Question:
    """The question without its range: a number out of it is read, and turned round at the range not enforced here."""
    return question.model_copy(update={"valid_range": None, "reverse": reverse})
