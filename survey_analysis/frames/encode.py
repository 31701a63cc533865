"""From text cells to encoded variables; what does not fit the codebook is an error with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.errors import UnknownCodeError
from survey_analysis.frames.coded import Coded, coded
from survey_analysis.frames.normal import plain_numbers
from survey_analysis.frames.personal_content import content_of
from survey_analysis.frames.variables import Categorical, Numeric, Text, missing_code
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Scale
from survey_analysis.typing import BoolArray, FloatArray, IntArray

NOT_ASKED, NO_ANSWER = missing_code("not_asked"), missing_code("no_answer")
BLANK = 255  # in place of a missing kind that depends on the row


def blank_kind(asked: BoolArray | None, n: int) -> NDArray[np.uint8]:
    """Missing kind of an empty cell: not asked where declared routing says so, else no answer."""
    if asked is None:
        return np.full(n, NO_ANSWER, dtype=np.uint8)
    return np.where(asked, NO_ANSWER, NOT_ASKED).astype(np.uint8)


def encode_categorical(
    column: pd.Series | Coded, question: Question, asked: BoolArray | None, empty: frozenset[str]
) -> Categorical:
    """Positions on the question's scale; labels are accepted as codes.

    Raises
    ------
    UnknownCodeError
        Cells that are neither an answer nor a declared missing code, with their counts.
    """
    cells = coded(column)
    scale, codes, missing, unknown = _lookup(cells, question, empty)
    if unknown:
        raise _unknown(question, cells, unknown)
    if question.reverse:
        k = len(scale.levels)
        codes = np.where((codes >= 0) & (codes < k), k - 1 - codes, codes).astype(np.int16)
    return Categorical(
        question.name, scale, np.take(codes, cells.codes), _by_row(missing, cells.codes, asked)
    )


def answered_places(cells: Coded, question: Question, empty: frozenset[str]) -> BoolArray:
    """Which distinct texts of a column are answers of its question, closed or a number."""
    if question.kind == "numeric":
        numbers, _, unknown = _read_numbers(cells, question, empty)
        out: BoolArray = ~np.isnan(numbers)
        out[unknown] = False
        return out
    return _lookup(cells, question, empty)[1] >= 0


def unknown_places(cells: Coded, question: Question, empty: frozenset[str]) -> list[int]:
    """Places of the distinct texts of a column that its question, closed or a number, does not know."""
    if question.kind == "numeric":
        return _read_numbers(cells, question, empty)[2]
    return _lookup(cells, question, empty)[3]


def _by_row(missing: NDArray[np.uint8], factor: IntArray, asked: BoolArray | None) -> NDArray[np.uint8]:
    """Missing kinds of the rows from those of the distinct texts, in which 255 is blank."""
    if asked is None:
        return np.take(np.where(missing == BLANK, NO_ANSWER, missing).astype(np.uint8), factor)
    out = np.take(missing, factor)
    return np.where(out == BLANK, blank_kind(asked, len(factor)), out).astype(np.uint8)


def _lookup(
    cells: Coded, question: Question, empty: frozenset[str]
) -> tuple[Scale, NDArray[np.int16], NDArray[np.uint8], list[int]]:
    """Scale; place on it and missing kind of each distinct text; places of the texts that are neither."""
    scale = question.scale
    if scale is None:
        raise UnknownCodeError(f"Question '{question.name}' has no scale.", hint="give it levels or a scale.")
    place = {x.label: i for i, x in enumerate(scale.answers)} | {
        x.code: i for i, x in enumerate(scale.answers)
    }
    kinds = {m.code: missing_code(m.kind) for m in scale.missing} | {
        c: missing_code(k) for c, k in question.missing
    }
    kinds |= {m.label: missing_code(m.kind) for m in scale.missing if m.label}
    codes = np.full(cells.distinct, -1, dtype=np.int16)
    missing = np.zeros(cells.distinct, dtype=np.uint8)
    unknown = []
    for i, text in enumerate(cells.normal):
        if text in place:
            codes[i] = place[text]
        elif text in kinds:
            missing[i] = kinds[text]
        elif text == "" or text in empty:
            missing[i] = BLANK
        else:
            unknown.append(i)
    return scale, codes, missing, unknown


def _unknown(question: Question, cells: Coded, places: Sequence[int]) -> UnknownCodeError:
    column, found = cells.name, {str(cells.texts[i]): int(cells.counts[i]) for i in places}
    total = sum(found.values())
    listed = ", ".join(f"{v!r} ({n} row{'s' if n > 1 else ''})" for v, n in Counter(found).most_common(6))
    more = f" and {len(found) - 6} more" if len(found) > 6 else ""
    scale = question.scale
    known = ", ".join(x.code for x in scale.answers) if scale else "numbers"
    personal = content_of(list(found))  # of a column out of place: nobody's address belongs into a message
    listed, more = (personal, "") if personal else (listed, more)
    kind = f"not on the scale {scale.name or 'declared'}" if scale else "not numbers"
    what = f"{total} answer{'s' if total > 1 else ''} to '{question.name}' (column '{column}') {'are' if total > 1 else 'is'} {kind}."
    return UnknownCodeError(
        what,
        where=f"Found {listed}{more}; the scale has {known}." if scale else f"Found {listed}{more}.",
        hint="declare missing codes on the scale, or a repair in [[clean.repairs]] and call .clean().",
    )


def encode_numeric(
    column: pd.Series | Coded, question: Question, asked: BoolArray | None, empty: frozenset[str]
) -> Numeric:
    """Numbers; text that is no number, or a number out of range, is an error with counts."""
    cells = coded(column)
    numbers, missing, unknown = _read_numbers(cells, question, empty)
    if unknown:
        error = _unknown(question, cells, unknown)
        if question.valid_range:
            low, high = question.valid_range
            error.what = error.what.replace("not numbers", f"not numbers from {low:g} to {high:g}")
        raise error
    if question.reverse:
        numbers = turned(question, numbers)
    return Numeric(question.name, np.take(numbers, cells.codes), _by_row(missing, cells.codes, asked))


def _read_numbers(
    cells: Coded, question: Question, empty: frozenset[str]
) -> tuple[FloatArray, NDArray[np.uint8], list[int]]:
    """Number and missing kind of each distinct text, and the places of the texts that are neither."""
    kinds = {c: missing_code(k) for c, k in question.missing}
    numbers = cells.numbers.copy()
    missing = np.zeros(cells.distinct, dtype=np.uint8)
    likely = np.isnan(numbers) | np.isin(numbers, plain_numbers([*kinds, *empty]))
    for i in np.flatnonzero(likely).tolist():
        text = cells.normal[i]
        if text in kinds:
            missing[i] = kinds[text]
        elif text == "" or text in empty:
            missing[i] = BLANK
    numbers[missing > 0] = np.nan
    low, high = question.valid_range or (-np.inf, np.inf)
    known = (missing > 0) | ((low <= numbers) & (numbers <= high))
    return numbers, missing, np.flatnonzero(~known).tolist()


def turned(question: Question, numbers: FloatArray) -> FloatArray:
    """Numbers of a reversed question at the ends of its range: low + high - x.

    Raises
    ------
    UnknownCodeError
        The question has no range.
    """
    if question.valid_range is None:
        raise UnknownCodeError(
            f"The number '{question.name}' is to be turned round and has no ends to turn it at.",
            where=f"[study.toml: questions.{question.name}] reverse = true",
            hint="declare valid_range = [low, high]; it then counts low + high - x.",
        )
    low, high = question.valid_range
    return low + high - numbers


def encode_text(
    column: pd.Series | Coded,
    name: str,
    asked: BoolArray | None,
    empty: frozenset[str],
    codes: Mapping[str, str] | None = None,
) -> Text:
    """Text as it lay; `codes` are texts that stand for a missing kind."""
    cells = coded(column)
    texts = cells.cells() if isinstance(column, Coded) else column.to_numpy(dtype=object)
    blank = np.array([str(t).strip() == "" or t in empty for t in cells.texts], dtype=bool)[cells.codes]
    missing = np.where(blank, blank_kind(asked, len(texts)), 0).astype(np.uint8)
    for code_, kind in (codes or {}).items():
        missing[np.asarray(cells.texts == code_, dtype=bool)[cells.codes]] = missing_code(kind)
    return Text(name, texts, missing)
