"""The cells of a question as codes: what was answered, or the code of why nothing was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.exports.codes import labelled, spare_codes
from survey_analysis.exports.columns import Stored
from survey_analysis.frames.normal import normal
from survey_analysis.frames.variables import (
    MISSING_KINDS,
    Categorical,
    Encoded,
    Multiple,
    Numeric,
    Text,
    missing_code,
)
from survey_analysis.readers.texts import number_text
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import BoolArray, MissingKind

Texts = NDArray[np.object_]
_KINDS: tuple[MissingKind, ...] = get_args(MissingKind)
_MOMENTS: tuple[tuple[Stored, re.Pattern[str]], ...] = (
    ("date", re.compile(r"(?:1[6-9]|20)\d\d-[01]\d-[0-3]\d")),
    ("moment", re.compile(r"(?:1[6-9]|20)\d\d-[01]\d-[0-3]\d[ T][0-2]\d:[0-5]\d:[0-5]\d")),
    ("time", re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d")),
)


def moment_kind(texts: Iterable[str]) -> Stored:
    """What ISO texts are, where all that are filled are the same; else "text".

    >>> moment_kind(["2024-03-01", ""]), moment_kind(["2024-03-01", "soon"]), moment_kind([""])
    ('date', 'text', 'text')
    """
    filled = {t for t in texts if t}
    for kind, pattern in _MOMENTS:
        if filled and all(pattern.fullmatch(t) for t in filled) and _real(kind, filled):
            return kind
    return "text"


def _real(kind: Stored, texts: Iterable[str]) -> bool:
    """Whether they are days that exist."""
    if kind == "time":
        return True
    try:
        np.array([t[:10] for t in texts], dtype="datetime64[D]")
    except ValueError:
        return False
    return True


def declared_missing(question: Question) -> tuple[MissingCode, ...]:
    """Missing codes of a question, on its scale or beside it."""
    on_scale = question.scale.missing if question.scale is not None else ()
    known = {m.code for m in on_scale}
    beside = (MissingCode(code=c, kind=k) for c, k in question.missing if c not in known)
    return (*on_scale, *beside)


def with_spares(
    declared: Sequence[MissingCode], variables: Sequence[tuple[Encoded, Texts]], taken: Iterable[str]
) -> tuple[MissingCode, ...]:
    """Declared codes and one for each kind that occurs and has none; an empty cell is "no answer"."""
    by_text = _kind_by_text(declared)
    needed: set[int] = set()
    for variable, raw in variables:
        bare = _bare(variable, raw, by_text)
        needed |= {int(k) for k in np.unique(variable.missing[bare])}
    have = {m.kind for m in declared}
    kinds = [k for k in _KINDS if missing_code(k) in needed and k != "no_answer" and k not in have]
    spare = spare_codes(kinds, [m.code for m in declared], set(taken))
    made = [MissingCode(code=c, kind=k) for k, c in spare.items()]
    return tuple(labelled(m) for m in (*declared, *made))


def _kind_by_text(declared: Sequence[MissingCode]) -> dict[str, MissingCode]:
    """Declared codes by the cell texts that stand for them: the code, or its label."""
    labels = {m.label: m for m in declared if m.label}
    return labels | {m.code: m for m in declared}


def _bare(variable: Encoded, raw: Texts, by_text: Mapping[str, MissingCode]) -> BoolArray:
    """Rows whose reason for holding nothing is not itself a code in the cell."""
    out = np.asarray(variable.missing > 0, dtype=bool)
    for i in np.flatnonzero(out) if by_text else ():
        held = by_text.get(normal(str(raw[i])))
        out[i] = held is None or missing_code(held.kind) != variable.missing[i]
    return out


def missing_cells(variable: Encoded, raw: Texts, missing: Sequence[MissingCode]) -> Texts:
    """Code of each row without an answer; "" where it has one, or gave none and no code says so."""
    by_text = _kind_by_text(missing)
    first: dict[int, str] = {}
    for m in missing:
        first.setdefault(missing_code(m.kind), m.code)
    out = np.full(len(variable.missing), "", dtype=object)
    for i in np.flatnonzero(variable.missing > 0):
        held, kind = by_text.get(normal(str(raw[i]))), MISSING_KINDS[variable.missing[i]]
        if held is not None and held.kind == kind:
            out[i] = held.code
        elif kind != "no_answer":
            out[i] = first[int(variable.missing[i])]
    return out


def answer_cells(variable: Encoded, raw: Texts, question: Question) -> Texts:
    """Cells of a plain question as they were answered: a reversed item is not turned round."""
    if isinstance(variable, Categorical):
        return _codes(variable, question)
    known = variable.known()
    if isinstance(variable, Numeric):
        out = np.full(len(raw), "", dtype=object)
        if not question.all_columns:  # counted, not read: there are no cells to go by
            out[known] = [number_text(x) for x in variable.numbers[known].tolist()]
            return out
        factor, distinct = pd.factorize(raw[known])
        if len(distinct):
            out[known] = np.array([number_text(float(normal(str(t)))) for t in distinct], dtype=object)[
                factor
            ]
        return out
    assert isinstance(variable, Text)  # noqa: S101  sets have cells of their own
    return np.where(known, variable.texts, "")


def _codes(variable: Categorical, question: Question) -> Texts:
    codes, k = variable.codes, len(variable.scale.levels)
    if question.reverse:
        codes = np.where((codes >= 0) & (codes < k), k - 1 - codes, codes).astype(np.int16)
    table = np.array([a.code for a in variable.scale.answers] + [""], dtype=object)
    return np.asarray(table[codes], dtype=object)


def chosen_cells(variable: Multiple, option: int, empty: Texts) -> Texts:
    """Cells of one option: "1" chosen, "0" not, else the code of why nothing stands there."""
    marks = np.where(variable.chosen[:, option], "1", "0").astype(object)
    return np.where(variable.known(), marks, empty)
