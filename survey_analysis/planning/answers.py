"""Answers of simulated respondents: drawn at random from the codebook, as the texts a platform would export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import StudyError, closest
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Codebook, Question
from survey_analysis.study.scales import Scale

Texts = NDArray[np.object_]
Assumed = Mapping[str, Any]
TEXT = "simulated answer"
_REASONS = ("dont_know", "refused", "no_answer")
_WIDE = 1000


def draw(
    question: Question, n: int, rng: np.random.Generator, *, missing: float, assumed: Any = None
) -> dict[str, Texts]:
    """Cells of every column of a question, as if everybody had been asked.

    Answers on a scale are equally likely unless `assumed` gives their shares; numbers are uniform within the
    valid range, counts around 3 without one; of several options each is chosen by half. `missing` is the share
    of answers that are one of the declared missing codes instead, all of them equally often.
    """
    if question.kind == "multiple":
        return _multiple(question, n, rng)
    out = {}
    for subject, column in question.columns.items():
        cells = _one(question, n, rng, _shares(question, subject, assumed))
        codes = _missing_codes(question)
        if codes and missing > 0:
            gone = rng.random(n) < missing
            cells[gone] = rng.choice(np.array(codes, dtype=object), int(gone.sum()))
        out[column] = cells
    return out


def _one(question: Question, n: int, rng: np.random.Generator, shares: NDArray[np.float64] | None) -> Texts:
    if question.kind == "open":
        return np.full(n, TEXT, dtype=object)
    if question.kind == "numeric":
        return _numbers(question.valid_range, n, rng)
    codes = [level.code for level in question.scale.levels] if question.scale else ["A", "B", "C"]
    return rng.choice(np.array(codes, dtype=object), n, p=shares)


def _numbers(valid: tuple[float, float] | None, n: int, rng: np.random.Generator) -> Texts:
    if valid is None:
        values = rng.poisson(3, n)
    else:
        low, high = int(np.ceil(valid[0])), int(np.floor(valid[1]))
        if low > high:
            return np.array([f"{x:.6g}" for x in rng.uniform(*valid, n)], dtype=object)
        values = rng.integers(low, min(high, low + _WIDE) + 1, n)
    return np.array([str(v) for v in values], dtype=object)


def _multiple(question: Question, n: int, rng: np.random.Generator) -> dict[str, Texts]:
    chosen = rng.random((n, len(question.options))) < 0.5
    plain = [j for j, o in enumerate(question.options) if not o.exclusive]
    for j, option in enumerate(question.options):
        if option.exclusive:
            alone = rng.random(n) < 0.1
            chosen[alone] = False
            chosen[:, j] = alone
    nothing = ~chosen.any(axis=1)
    if plain:
        chosen[nothing, rng.choice(plain, int(nothing.sum()))] = True
    off = question.not_selected[0] if question.not_selected else ""
    if question.slots:
        return _slots(question, chosen, off)
    return {
        o.column: np.where(chosen[:, j], next(iter(question.selected), o.label or "1"), off).astype(object)
        for j, o in enumerate(question.options)
    }


def _slots(question: Question, chosen: NDArray[np.bool_], off: str) -> dict[str, Texts]:
    """Codes from the left; who chose more than there are slots keeps the first."""
    codes = [[o.code for o, hit in zip(question.options, row, strict=True) if hit] for row in chosen]
    if question.separator:
        cells = [question.separator.join(row) or off for row in codes]
        return {question.slots[0]: np.array(cells, dtype=object)}
    return {
        column: np.array([row[k] if k < len(row) else off for row in codes], dtype=object)
        for k, column in enumerate(question.slots)
    }


def _missing_codes(question: Question) -> list[str]:
    declared = [(m.code, m.kind) for m in question.scale.missing] if question.scale else []
    return [c for c, kind in dict.fromkeys([*declared, *question.missing]) if kind in _REASONS]


def _shares(question: Question, subject: str, assumed: Any) -> NDArray[np.float64] | None:
    if isinstance(assumed, Mapping) and subject:
        assumed = assumed.get(subject)
    if assumed is None:
        return None
    scale = question.scale
    if scale is None:
        raise StudyError(f"Shares are assumed for '{question.name}', which has no scale.")
    if isinstance(assumed, Mapping):
        assumed = _in_order(question.name, scale, assumed)
    values = np.array([float(x) for x in assumed])
    if len(values) != len(scale.levels) or (values < 0).any() or abs(values.sum() - 1) > 0.005:
        raise StudyError(
            f"The shares assumed for '{question.name}' do not fit its scale.",
            where=f"{counted(len(values), 'share that sums', 'shares that sum')} to {values.sum():.3g}; the scale has {counted(len(scale.levels), 'answer')}",
            hint="one share an answer, first to last, that sum to 1.",
        )
    return np.asarray(values / values.sum(), dtype=np.float64)


def _in_order(name: str, scale: Scale, assumed: Mapping[Any, Any]) -> Sequence[float]:
    places = {scale.positions([answer])[0]: float(share) for answer, share in assumed.items()}
    outside = [p for p in places if p >= len(scale.levels)]
    if outside:
        raise StudyError(f"A share is assumed for an answer of '{name}' that has no place on the scale.")
    return [places.get(i, 0.0) for i in range(len(scale.levels))]


def check_assumed(assumed: Assumed, book: Codebook) -> None:
    """Every question and subject that shares are assumed for exists."""
    for name, given in assumed.items():
        question = book.question(name)
        if isinstance(given, Mapping) and question.over:
            for subject in given:
                if subject not in question.columns:
                    raise StudyError(
                        f"Shares are assumed for '{name}' of '{subject}'.",
                        hint=closest(str(subject), question.columns),
                    )
