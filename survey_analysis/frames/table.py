"""`Table`: raw columns and the study that says what they mean; encodes questions when asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from survey_analysis.errors import ColumnNotFoundError, ExpressionError, closest
from survey_analysis.frames.coding import encode_coded
from survey_analysis.frames.derive import derive
from survey_analysis.frames.encode import encode_categorical, encode_numeric, encode_text
from survey_analysis.frames.infer import infer_question
from survey_analysis.frames.multiple import encode_multiple
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Text, missing_code
from survey_analysis.study.codebook import Codebook, Question
from survey_analysis.study.expressions import Expression, Variable, evaluate, from_mapping, parse
from survey_analysis.study.scales import Scale
from survey_analysis.study.study import Study
from survey_analysis.typing import BoolArray, Where


@dataclass(frozen=True, eq=False)
class Table:
    """Raw columns with their meaning. Encoded variables are kept once made; the cells never change."""

    raw: RawTable
    study: Study
    not_reached: pd.DataFrame | None = None  # cells that somebody who broke off never saw, by data column
    _cache: dict[tuple[str, str], Encoded] = field(default_factory=dict, repr=False)
    _making: dict[tuple[str, str], None] = field(default_factory=dict, repr=False)
    _inferred: dict[str, Question] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def codebook(self) -> Codebook:
        """The study's codebook."""
        return self.study.codebook

    @property
    def private(self) -> frozenset[str]:
        """Personal columns, declared or found at reading: they hold group labels, and nothing shows or writes them."""
        return self.raw.withheld.union(self.study.roles.personal)

    @property
    def empty(self) -> frozenset[str]:
        """Cell texts that mean an empty cell."""
        return frozenset(self.study.about.missing_text)

    def question(self, name: str) -> Question:
        """A declared question, or one inferred from an undeclared column."""
        if name in self.codebook.questions:
            return self.codebook.questions[name]
        if name in self.study.coded:
            return self.study.coded[name]
        if name in self.codebook or name not in self.raw.columns:
            known = (*self.codebook.names, *self.study.coded, *self.raw.columns)
            if name in self.codebook:
                return self.codebook.question(name)  # raises: a construct or a set of subjects
            raise ColumnNotFoundError(f"There is no question or column '{name}'.", hint=closest(name, known))
        if name not in self._inferred:
            self._inferred[name] = infer_question(self.raw, name, self.empty)
        return self._inferred[name]

    def wording(self, question: Question) -> str:
        """Declared wording, else that of the file: of several columns ("stem - item"), the stem they share."""
        if question.text:
            return question.text
        texts = [self.raw.wording.get(c, "") for c in question.all_columns]
        stem = texts[0] if texts else ""
        while stem and len(texts) > 1 and not all(t == stem or t.startswith(f"{stem} - ") for t in texts):
            stem = stem.rpartition(" - ")[0]
        return stem

    def variable(self, name: str, subject: str = "") -> Encoded:
        """Encoded answers to a question, of one subject when it is a battery."""
        key = (name, subject)
        if key not in self._cache:
            if key in self._making:
                raise ExpressionError(
                    f"'{name}' reads itself.",
                    where=" -> ".join([*(n for n, _ in self._making), name]),
                    hint="its levels or its routing (asked_if) lead back to it; name a data column there.",
                )
            self._making[key] = None
            try:
                self._cache[key] = self._encode(self.question(name), subject)
            finally:
                del self._making[key]
        return self._cache[key]

    def mask(self, where: Where | Expression, subject: tuple[str, str] | None = None) -> BoolArray:
        """Rows in a domain; `subject` fixes one member of a set ("source", "micro") in expressions."""
        if where is None:
            return np.ones(len(self), dtype=bool)
        if isinstance(where, str):
            where = self.study.filters.get(where, where)
            where = parse(where)
        elif not isinstance(where, Expression):
            where = from_mapping(where)
        return evaluate(where, lambda name: self.resolve(name, subject))

    def resolve(self, name: str, subject: tuple[str, str] | None = None) -> Variable:
        """Variable behind a name in an expression: the fixed subject, a question, a column."""
        if name in self.codebook.subjects:
            if subject is None or subject[0] != name:
                raise ExpressionError(
                    f"'{name}' is what a battery runs over; this question does not run over it.",
                    hint="filter a battery by it, or leave it out.",
                )
            return self._constant(name, subject[1])
        if self._is_sample(name):
            return self._sample()
        declared = self.codebook.questions.get(name) or self.study.coded.get(name)
        if declared is not None and declared.over:
            over = declared.over
            if subject is None or subject[0] != over:
                raise ExpressionError(
                    f"'{name}' is asked about every {over}; a filter must say which one.",
                    hint="name the data column instead: " + ", ".join(self.question(name).all_columns[:4]),
                )
            return self.variable(name, subject[1])
        return self.variable(name)

    def asked(self, question: Question, subject: str = "") -> BoolArray | None:
        """Rows to whom the question was asked; None when no routing is declared."""
        if not question.asked_if:
            return None
        text = question.asked_if
        fixed = None
        if question.over:
            members = {k: c for k, _, c in self.codebook.subjects[question.over].members}
            text = text.replace("{" + question.over + "}", members[subject])
            fixed = (question.over, subject)
        return self.mask(text, fixed)

    def _encode(self, question: Question, subject: str) -> Encoded:
        if question.name in self.study.derived:
            return derive(self.study, question, len(self), self.mask, self.variable)
        if question.name in self.study.coded:
            return self._code(question, subject)
        asked = self.asked(question, subject)
        return self._broken_off(self._encode_asked(question, subject, asked), question, subject, asked)

    def _code(self, question: Question, subject: str) -> Multiple:
        """Codes of an open question, by the frame of that name."""
        frame = self.study.frames[question.name]
        answers = self.variable(frame.question, subject)
        assert isinstance(answers, Text)  # noqa: S101  frames code open questions only
        return encode_coded(answers, question, frame)

    def _broken_off(
        self, found: Encoded, question: Question, subject: str, asked: BoolArray | None
    ) -> Encoded:
        """Empty cells after a break-off are typed so, where routing tells them from not asked."""
        if self.not_reached is None or (asked is None and question.over):
            return found
        columns = [question.columns[subject]] if subject in question.columns else list(question.all_columns)
        columns = [c for c in columns if c in self.not_reached.columns]
        if not columns:
            return found
        left = self.not_reached[columns].to_numpy().all(axis=1) & ~found.known()
        blank = np.isin(found.missing, [missing_code("not_asked"), missing_code("no_answer")])
        left &= blank if asked is None else blank & asked
        missing = np.where(left, missing_code("break_off"), found.missing).astype(np.uint8)
        return replace(found, missing=missing)

    def _encode_asked(self, question: Question, subject: str, asked: BoolArray | None) -> Encoded:
        if question.kind == "multiple":
            return encode_multiple(self.raw, question, asked, self.empty)
        if subject not in question.columns:
            raise ColumnNotFoundError(
                f"'{question.name}' was not asked about '{subject}'.", hint=closest(subject, question.columns)
            )
        column = self.raw.coded(question.columns[subject])
        if question.kind == "numeric":
            return encode_numeric(column, question, asked, self.empty)
        if question.kind == "open":
            return encode_text(column, question.name, asked, self.empty, dict(question.missing))
        return encode_categorical(column, question, asked, self.empty)

    def _is_sample(self, name: str) -> bool:
        """Whether a name in an expression means the declared samples."""
        samples = self.study.samples
        return (
            samples is not None and name in ("sample", samples.column) and name not in self.codebook.questions
        )

    def _sample(self) -> Categorical:
        """The sample of each row, to be named by name or code; -1 for rows of none."""
        samples = self.study.samples
        assert samples is not None  # noqa: S101  the caller has looked
        scale = Scale(name="sample", levels=tuple((c, n) for n, c in samples.codes.items()))
        column = self.raw.coded(samples.column)
        codes = np.full(len(column.texts), -1, dtype=np.int16)
        for i, code in enumerate(samples.codes.values()):
            codes[column.texts == code] = i
        codes = codes[column.codes]
        return Categorical("sample", scale, codes, np.where(codes < 0, 1, 0).astype(np.uint8))

    def _constant(self, name: str, key: str) -> Variable:
        members = self.codebook.subjects[name]
        scale = Scale(name=name, levels=tuple((k, label) for k, label, _ in members.members))
        place = members.keys.index(key)
        n = len(self)
        return Categorical(name, scale, np.full(n, place, dtype=np.int16), np.zeros(n, dtype=np.uint8))


def text_of(table: Table, column: str) -> Text:
    """A raw column as text, whatever the codebook says of it (platform columns)."""
    return encode_text(table.raw.coded(column), column, None, table.empty)
