"""`Screen`: what cleaning rules see, before anybody has been removed.

Rules run on data that may still hold codes nobody declared and ages nobody may have. A screen reads
such a cell as unknown (a number out of range as that number); `unknown.check_codes` refuses it later
if its row is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from survey_analysis.cleaning.unknown import unknown_texts
from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.frames.encode import (
    encode_categorical,
    encode_numeric,
    encode_text,
    normal,
    turned,
)
from survey_analysis.frames.multiple import encode_multiple
from survey_analysis.frames.table import Table, text_of
from survey_analysis.frames.variables import Categorical, Encoded
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import Not, evaluate, parse
from survey_analysis.typing import BoolArray, FloatArray


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
        if name not in self.table.raw.frame.columns:
            known = (*codebook.questions, *self.table.raw.columns)
            raise ColumnNotFoundError(f"There is no question or column '{name}'.", hint=closest(name, known))
        return text_of(self.table, name)

    def variable(self, question: Question, subject: str = "", *, as_answered: bool = False) -> Encoded:
        """Encoded answers; a cell that the question does not know is missing here."""
        key = (question.name, subject, as_answered)
        if key not in self._cache:
            self._cache[key] = self._encode(question, subject, as_answered=as_answered)
        return self._cache[key]

    def _encode(self, question: Question, subject: str, *, as_answered: bool) -> Encoded:
        table = self.table
        if question.name in table.study.derived:
            return self._derive(question)
        if question.kind == "multiple":
            return encode_multiple(table.raw, question, None, table.empty)
        cells = table.raw.column(question.columns[subject])
        if question.kind == "open":
            return encode_text(cells, question.name, None, table.empty)
        reverse = question.reverse and not as_answered
        numeric = question.kind == "numeric"  # turned round at the range that is not enforced here
        loose = question.model_copy(update={"valid_range": None, "reverse": reverse and not numeric})
        unknown = unknown_texts(cells, loose, table.empty)
        if unknown:
            cells = cells.where(~cells.isin(unknown), "")
        if not numeric:
            return encode_categorical(cells, loose, None, table.empty)
        variable = encode_numeric(cells, loose, None, table.empty)
        return replace(variable, numbers=turned(question, variable.numbers)) if reverse else variable

    def _derive(self, question: Question) -> Categorical:
        codes = np.full(len(self), -1, dtype=np.int16)
        for i, text in enumerate(self.table.study.derived[question.name].values()):
            codes[self.decide(text)[0]] = i
        assert question.scale is not None  # noqa: S101  derived questions are built with one
        return Categorical(question.name, question.scale, codes, np.where(codes < 0, 1, 0).astype(np.uint8))

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
        cells = self.table.raw.column(column)
        factor, uniques = pd.factorize(cells)
        plain = np.array([_plain(str(u), self.table.empty) for u in uniques] or [""], dtype=object)
        return pd.Series(plain[factor], dtype=object, name=column)

    def filled(self, column: str) -> BoolArray:
        """Rows with anything in a column, missing codes included."""
        return np.asarray(self.texts(column).to_numpy(dtype=object) != "", dtype=bool)

    def numbers(self, column: str) -> FloatArray:
        """A column as numbers; NaN where a cell is empty or no plain number."""
        factor, uniques = pd.factorize(self.texts(column))
        values = np.array([_number(str(u)) for u in uniques] or [np.nan], dtype=np.float64)
        return np.asarray(values[factor], dtype=np.float64)

    def equals_any(self, column: str, values: tuple[str, ...]) -> BoolArray:
        """Rows whose cell is one of some texts or codes."""
        return np.asarray(self.texts(column).isin([normal(v) for v in values]), dtype=bool)


def _plain(text: str, empty: frozenset[str]) -> str:
    return "" if text in empty else normal(text)


def _number(text: str) -> float:
    if not text.isascii() or "_" in text:
        return np.nan
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan
