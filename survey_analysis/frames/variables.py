"""Encoded variables: what one question holds for every row, with the reason where it holds nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import ExpressionError, closest
from survey_analysis.study.codebook import Option
from survey_analysis.study.expressions import Operator
from survey_analysis.study.scales import Scale
from survey_analysis.typing import BoolArray, FloatArray, MissingKind

MISSING_KINDS: tuple[str, ...] = ("answered", *get_args(MissingKind))
"""Meaning of the `missing` codes of a variable: 0 is an answer."""


def missing_code(kind: str) -> int:
    """Number that stands for a missing kind in a `missing` array."""
    return MISSING_KINDS.index(kind)


def _ordered(operator: Operator, left: NDArray[np.generic], right: object) -> BoolArray:
    with np.errstate(invalid="ignore"):
        match operator:
            case "<":
                out = left < right  # type: ignore[operator]
            case "<=":
                out = left <= right  # type: ignore[operator]
            case ">":
                out = left > right  # type: ignore[operator]
            case ">=":
                out = left >= right  # type: ignore[operator]
            case "==":
                out = left == right
            case _:
                out = left != right
    return np.asarray(out, dtype=bool)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True, eq=False)
class Categorical:
    """Answers on a scale: `codes` are positions in `scale.answers`, -1 where missing."""

    name: str
    scale: Scale
    codes: NDArray[np.int16]
    missing: NDArray[np.uint8]

    def known(self) -> BoolArray:
        """Rows that have an answer."""
        return self.codes >= 0

    def equals(self, answer: str) -> BoolArray:
        """Rows with that answer, given by label or code."""
        return np.isin(self.codes, self.scale.positions([answer]))

    def compare(self, operator: Operator, answer: str) -> BoolArray:
        """Order by score when the answer is a number, by place on the scale when it is a label."""
        if answer not in {x.label for x in self.scale.answers}:
            number = _number(answer)
            if number is not None:
                return _ordered(operator, self.values(), number)
        place = self.scale.positions([answer])[0]
        return _ordered(operator, np.where(self.codes < len(self.scale.levels), self.codes, np.nan), place)

    def values(self) -> FloatArray:
        """Scores; NaN where missing or off the scale."""
        table = np.array([np.nan if s is None else s for s in self.scale.scores] + [np.nan])
        return np.asarray(table[self.codes], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Numeric:
    """Numbers; NaN where missing."""

    name: str
    numbers: FloatArray
    missing: NDArray[np.uint8]

    def known(self) -> BoolArray:
        """Rows that have a number."""
        return ~np.isnan(self.numbers)

    def equals(self, answer: str) -> BoolArray:
        """Rows with that number."""
        return self.compare("==", answer)

    def compare(self, operator: Operator, answer: str) -> BoolArray:
        """Rows whose number stands in that order to the answer."""
        number = _number(answer)
        if number is None:
            raise ExpressionError(f"'{self.name}' holds numbers and cannot be compared with '{answer}'.")
        return _ordered(operator, self.numbers, number)

    def values(self) -> FloatArray:
        """The numbers."""
        return self.numbers


@dataclass(frozen=True, eq=False)
class Multiple:
    """A multiple-response set: `chosen` is n x options; `missing` says who was not asked or blank."""

    name: str
    options: tuple[Option, ...]
    chosen: BoolArray
    missing: NDArray[np.uint8]

    def known(self) -> BoolArray:
        """Rows that were asked and answered."""
        return np.asarray(self.missing == 0, dtype=bool)

    def positions(self, answers: tuple[str, ...]) -> list[int]:
        """Positions of options given by label, code or column."""
        names = {o.label: i for i, o in enumerate(self.options)}
        names |= {o.code: i for i, o in enumerate(self.options)}
        for answer in answers:
            if answer not in names:
                raise ExpressionError(
                    f"'{answer}' is not an option of '{self.name}'.", hint=closest(answer, names)
                )
        return [names[a] for a in answers]

    def equals(self, answer: str) -> BoolArray:
        """Rows that chose that option."""
        return np.asarray(self.chosen[:, self.positions((answer,))[0]])

    def compare(self, operator: Operator, answer: str) -> BoolArray:
        """Options have no order: always an error."""
        raise ExpressionError(
            f"'{self.name}' is a multiple-response question; '{operator} {answer}' has no meaning.",
            hint="use == or in with an option.",
        )


@dataclass(frozen=True, eq=False)
class Text:
    """Open answers and undeclared columns: text as it lay."""

    name: str
    texts: NDArray[np.object_]
    missing: NDArray[np.uint8]

    def known(self) -> BoolArray:
        """Rows that are not empty."""
        return np.asarray(self.missing == 0, dtype=bool)

    def equals(self, answer: str) -> BoolArray:
        """Rows with that text, or that number when both are numbers."""
        hit = np.asarray(self.texts == answer, dtype=bool)
        number = _number(answer)
        if number is None:
            return hit
        return np.asarray(hit | (self._numbers() == number), dtype=bool)

    def compare(self, operator: Operator, answer: str) -> BoolArray:
        """By number when both are numbers, else by text (ISO dates sort as text)."""
        number = _number(answer)
        if number is not None:
            return _ordered(operator, self._numbers(), number)
        return _ordered(operator, self.texts.astype(str), answer)

    def _numbers(self) -> FloatArray:
        out = np.full(len(self.texts), np.nan)
        for i, text in enumerate(self.texts):
            number = _number(text) if text else None
            if number is not None:
                out[i] = number
        return out


Encoded = Categorical | Numeric | Multiple | Text
