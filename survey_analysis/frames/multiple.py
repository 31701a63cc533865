"""Every encoding of a multiple-response question to one type, in which not asked and not chosen differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import UnknownCodeError
from survey_analysis.frames.encode import blank_kind
from survey_analysis.frames.normal import normal
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.variables import Multiple, missing_code
from survey_analysis.study.codebook import Option, Question
from survey_analysis.typing import BoolArray, IntArray

_TICKS = ("1", "1.0", "True", "Yes")


def encode_multiple(
    raw: RawTable, question: Question, asked: BoolArray | None, empty: frozenset[str]
) -> Multiple:
    """Options chosen; an empty cell in every column of someone not asked is "not asked".

    With a column an option, a cell is chosen when its text is in `selected`, or without that when it holds the
    option's label or a code other than 0 and the declared `not_selected` texts. With codes in the cells, an option is chosen when its code
    or label stands in any of the columns. Somebody without a filled cell gave no answer, unless an empty cell
    is declared to mean "not chosen" (`not_selected = [""]`).

    Raises
    ------
    UnknownCodeError
        Codes in cells that are neither an option nor a declared missing code, with their counts.
    """
    return (_codes if question.slots else _ticks)(raw, question, asked, empty)


def _ticks(raw: RawTable, question: Question, asked: BoolArray | None, empty: frozenset[str]) -> Multiple:
    n = len(raw)
    chosen = np.zeros((n, len(question.options)), dtype=bool)
    filled = np.zeros(n, dtype=bool)
    typed = np.zeros(n, dtype=np.uint8)
    codes = dict(question.missing)
    off = {*question.not_selected, "0", "0.0"}
    selected = {normal(t) for t in question.selected}
    options = []
    for j, option in enumerate(question.options):
        column = raw.coded(option.column)
        factor, distinct = column.codes, column.texts
        texts = [str(x).strip() for x in distinct]
        blank = np.array([(t == "" or t in empty) and t not in off for t in texts], dtype=bool)
        kinds = np.array([_kind(codes, t) if not b else 0 for t, b in zip(texts, blank, strict=True)], dtype=np.uint8)  # fmt: skip
        on = np.array([normal(t) in selected if selected else t not in off for t in texts], dtype=bool)
        on &= ~blank & (kinds == 0)
        chosen[:, j] = on[factor]
        filled |= (~blank & (kinds == 0))[factor]
        typed = _typed(typed, kinds, factor)
        options.append(_labelled(option, sorted({t for t, hit in zip(texts, on, strict=True) if hit})))
    return _made(question, tuple(options), chosen, filled, typed, asked)


def _codes(raw: RawTable, question: Question, asked: BoolArray | None, empty: frozenset[str]) -> Multiple:
    n = len(raw)
    place = {o.label: j for j, o in enumerate(question.options)}
    place |= {o.code: j for j, o in enumerate(question.options)}
    codes = dict(question.missing)
    chosen = np.zeros((n, len(question.options)), dtype=bool)
    filled = np.zeros(n, dtype=bool)
    typed = np.zeros(n, dtype=np.uint8)
    unknown: Counter[str] = Counter()
    for column in question.slots:
        cells = raw.coded(column)
        factor, distinct, counts = cells.codes, cells.texts, cells.counts
        table = np.zeros((len(distinct), len(question.options)), dtype=bool)
        answered = np.zeros(len(distinct), dtype=bool)
        kinds = np.zeros(len(distinct), dtype=np.uint8)
        for i, cell in enumerate(distinct):
            text = str(cell).strip()
            if text in question.not_selected:
                answered[i] = True
            elif text and text not in empty:
                known, kinds[i], other = _parts(text, question, place, codes)
                table[i, known] = True
                answered[i] = bool(known)
                unknown.update(dict.fromkeys(other, int(counts[i])))
        chosen |= table[factor]
        filled |= answered[factor]
        typed = _typed(typed, kinds, factor)
    if unknown:
        raise _unknown(question, unknown)
    return _made(question, question.options, chosen, filled, typed, asked)


def _typed(typed: NDArray[np.uint8], kinds: NDArray[np.uint8], factor: IntArray) -> NDArray[np.uint8]:
    """Missing kinds with those of another column, where it has any."""
    return np.where(kinds[factor] > 0, kinds[factor], typed) if kinds.any() else typed


def _parts(
    text: str, question: Question, place: Mapping[str, int], codes: Mapping[str, str]
) -> tuple[list[int], int, list[str]]:
    """Options that stand in a cell, the missing kind (0: none), and what is neither."""
    known: list[int] = []
    kind = 0
    unknown = []
    for part in split_codes(text, question.separator, place):
        if part in place:
            known.append(place[part])
        elif part in codes:
            kind = missing_code(codes[part])
        elif question.other:
            known.append(place[question.other])
        else:
            unknown.append(part)
    return known, kind, unknown


def split_codes(text: str, separator: str, known: Mapping[str, int]) -> list[str]:
    """Codes or labels in a cell; an option that holds the separator itself is kept whole.

    Examples
    --------
    >>> split_codes("1;2;5;", ";", {})
    ['1', '2', '5']
    >>> split_codes("Bread, milk or eggs, Fish", ",", {"Bread, milk or eggs": 0, "Fish": 1})
    ['Bread, milk or eggs', 'Fish']
    """
    if not separator:
        return [normal(text)]
    pieces = text.split(separator)
    out = []
    start = 0
    while start < len(pieces):
        ends = range(len(pieces), start, -1)
        joined = ((end, normal(separator.join(pieces[start:end]))) for end in ends)
        end, part = next(((e, p) for e, p in joined if p in known), (start + 1, normal(pieces[start])))
        if part:
            out.append(part)
        start = end
    return out


def _kind(codes: Mapping[str, str], text: str) -> int:
    kind = codes.get(normal(text))
    return missing_code(kind) if kind is not None else 0


def _made(
    question: Question,
    options: tuple[Option, ...],
    chosen: BoolArray,
    filled: BoolArray,
    typed: np.ndarray,
    asked: BoolArray | None,
) -> Multiple:
    known = filled if asked is None else filled & asked
    missing = np.where(known, 0, np.where(typed > 0, typed, blank_kind(asked, len(known))))
    return Multiple(question.name, options, chosen & known[:, None], missing.astype(np.uint8))


def _labelled(option: Option, texts: list[str]) -> Option:
    """An option without a label takes the one text its cells hold."""
    if option.label or len(texts) != 1 or texts[0] in _TICKS:
        return option if option.label else option.model_copy(update={"label": option.column})
    return option.model_copy(update={"label": texts[0]})


def _unknown(question: Question, found: Counter[str]) -> UnknownCodeError:
    total = found.total()
    listed = ", ".join(f"{v!r} ({n} row{'s' if n > 1 else ''})" for v, n in found.most_common(6))
    more = f" and {len(found) - 6} more" if len(found) > 6 else ""
    columns = ", ".join(f"'{c}'" for c in question.slots[:3]) + (" ..." if len(question.slots) > 3 else "")
    return UnknownCodeError(
        f"{total} code{'s' if total > 1 else ''} in the answers to '{question.name}' ({columns}) "
        f"{'are' if total > 1 else 'is'} not among its options.",
        where=f"Found {listed}{more}; the options are {', '.join(o.code for o in question.options)}.",
        hint='add them to levels, declare missing codes, or name the option that other text counts as: other = "...".',
    )
