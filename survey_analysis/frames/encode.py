"""From text cells to encoded variables; what does not fit the codebook is an error with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.errors import UnknownCodeError
from survey_analysis.frames.coded import Coded, coded
from survey_analysis.frames.personal_content import content_of
from survey_analysis.frames.variables import Categorical, Numeric, Text, missing_code
from survey_analysis.study.base import code
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray, IntArray

NOT_ASKED, NO_ANSWER = missing_code("not_asked"), missing_code("no_answer")


def normal(text: str) -> str:
    """Code of a cell: "1", "1.0" and " 1" are the same code; other text is itself, trimmed."""
    text = text.strip()
    if text.endswith((".0", ".00")):
        try:
            return code(float(text))
        except ValueError:
            return text
    return text


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
    cells = coded(column)
    factor, uniques = cells.codes, cells.texts
    codes, missing, unknown = _lookup(uniques, place, kinds, empty)
    if unknown:
        counts = cells.counts
        raise _unknown(question, str(column.name), {uniques[i]: int(counts[i]) for i in unknown})
    if question.reverse:
        k = len(scale.levels)
        codes = np.where((codes >= 0) & (codes < k), k - 1 - codes, codes).astype(np.int16)
    return Categorical(question.name, scale, codes[factor], _by_row(missing, factor, asked))


def _by_row(missing: NDArray[np.uint8], factor: IntArray, asked: BoolArray | None) -> NDArray[np.uint8]:
    """Missing kinds of the rows from those of the distinct texts, in which 255 is blank."""
    if asked is None:
        return np.where(missing == 255, NO_ANSWER, missing).astype(np.uint8)[factor]
    out = missing[factor]
    return np.where(out == 255, blank_kind(asked, len(factor)), out).astype(np.uint8)


def _lookup(
    uniques: Iterable[object], place: Mapping[str, int], kinds: Mapping[str, int], empty: frozenset[str]
) -> tuple[NDArray[np.int16], NDArray[np.uint8], list[int]]:
    values = [str(u) for u in uniques]
    codes = np.full(len(values), -1, dtype=np.int16)
    missing = np.zeros(len(values), dtype=np.uint8)
    unknown = []
    for i, raw in enumerate(values):
        text = normal(raw)
        if text in place:
            codes[i] = place[text]
        elif text in kinds:
            missing[i] = kinds[text]
        elif text == "" or text in empty:
            missing[i] = 255
        else:
            unknown.append(i)
    return codes, missing, unknown


def _unknown(question: Question, column: str, found: Mapping[str, int]) -> UnknownCodeError:
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
    kinds = {c: missing_code(k) for c, k in question.missing}
    cells = coded(column)
    factor, uniques = cells.codes, cells.texts
    numbers = np.full(len(uniques), np.nan)
    missing = np.zeros(len(uniques), dtype=np.uint8)
    unknown: list[int] = []
    low, high = question.valid_range or (-np.inf, np.inf)
    for i, raw in enumerate(uniques):
        text = normal(str(raw))
        if text in kinds:
            missing[i] = kinds[text]
        elif text == "" or text in empty:
            missing[i] = 255
        else:
            number = _plain_number(text)
            if number is None or not low <= number <= high:
                unknown.append(i)
            else:
                numbers[i] = number
    if unknown:
        counts = cells.counts
        error = _unknown(question, str(column.name), {str(uniques[i]): int(counts[i]) for i in unknown})
        if question.valid_range:
            error.what = error.what.replace("not numbers", f"not numbers from {low:g} to {high:g}")
        raise error
    if question.reverse:
        numbers = turned(question, numbers)
    return Numeric(question.name, numbers[factor], _by_row(missing, factor, asked))


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


def _plain_number(text: str) -> float | None:
    """A number written with ASCII digits; other digits and decimal commas are not guessed at."""
    if not text.isascii() or "_" in text:
        return None
    try:
        out = float(text)
    except ValueError:
        return None
    return out if np.isfinite(out) else None


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
