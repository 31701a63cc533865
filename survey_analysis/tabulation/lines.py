"""Lines of a banner table as numbers: who is in the base of each line, and what each row adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from survey_analysis.results.crosstab import RowKind
from survey_analysis.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Line:
    """One line: what it is, its label, and the net it stands under ("" for none)."""

    kind: RowKind
    label: str
    parent: str = ""


@dataclass(frozen=True, eq=False)
class Lines:
    """The K lines of one table, or of one subject of a grid.

    Every line estimates sum(w y) / sum(w base) in each column: a share, a mean, a net promoter score.

    Attributes
    ----------
    subject
        Key of what is rated, "" for a plain question.
    lines
        What each of them is.
    codes, scores
        Exclusive answers: code of each row (-1 none) and what each answer adds to each line (K, L). None where
        lines have other bases or answers overlap; then `given` holds y and base.
    given
        (n, K) each: y, 0 outside the base, and the base.
    factor
        Factor on each row's weight (n,), of a loop that asked part of the subjects; None for ones.
    """

    subject: str
    lines: tuple[Line, ...]
    codes: IntArray | None = None
    scores: FloatArray | None = None
    given: tuple[FloatArray, BoolArray] | None = None
    factor: FloatArray | None = None
    read: dict[int, tuple[BoolArray | None, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # by domain, see `coded`

    def taken(self, order: Sequence[int]) -> Lines:
        """The lines in another order."""
        place = list(order)
        return replace(
            self,
            lines=tuple(self.lines[i] for i in place),
            scores=None if self.scores is None else self.scores[place],
            given=None if self.given is None else (self.given[0][:, place], self.given[1][:, place]),
        )

    @property
    def is_share(self) -> BoolArray:
        """Which lines are shares (K,); the others are means."""
        return np.array([line.kind in ("answer", "net") for line in self.lines], dtype=bool)

    @cached_property
    def y(self) -> FloatArray:
        """What each row adds to each line (n, K)."""
        if self.codes is None or self.scores is None:
            return self._given[0]
        table = np.vstack([self.scores.T, np.zeros(len(self.lines))])  # the last row: no answer
        return np.asarray(table[self.codes])

    @cached_property
    def base(self) -> BoolArray:
        """Who is in the base of each line (n, K)."""
        if self.codes is None:
            return self._given[1]
        return np.broadcast_to((self.codes >= 0)[:, None], (len(self.codes), len(self.lines)))

    @property
    def _given(self) -> tuple[FloatArray, BoolArray]:
        assert self.given is not None  # noqa: S101  one of the two forms is there
        return self.given
