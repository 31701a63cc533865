"""The same person twice; the first response stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError
from survey_analysis.frames.coded import Coded
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, IntArray

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")


@rule("duplicates", stage="quality", family="authenticity")
class Duplicates(CleaningRule):
    """A later response with the same member id, or the same address and nearly the same answers.

    People of one household share an address and not their answers: they are not flagged.

    Attributes
    ----------
    id
        Columns of member ids; an equal value, not empty, is the same person.
    address
        Column of the network address (opaque group labels do); "" leaves the comparison out.
    same_answers
        Share of equal answers, among cells filled in either response, that makes a duplicate.
    answers
        Shell patterns of the columns compared; the columns of all declared questions unless given.
    order
        Column that says which was first; the study's `[roles] started`, else the order of the file.
    """

    id: tuple[str, ...] = ()
    address: str = ""
    same_answers: float = Field(default=0.95, gt=0.5, le=1)
    answers: tuple[str, ...] = ()
    order: str = ""

    @model_validator(mode="after")
    def _asks_something(self) -> Duplicates:
        if not self.id and not self.address:
            msg = 'say what makes a duplicate: id = ["panel_id"], address = "IPAddress" or both'
            raise ValueError(msg)
        return self

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag all but the first response of a person."""
        screen = Screen(survey.table)
        mask = np.zeros(len(screen), dtype=bool)
        shared = [column for column in self.id if _any_twice(screen.column(column))]
        order = self._order(screen) if shared or self.address else np.arange(0)
        reasons = []
        for column in self.id:
            if column in shared:
                ids = screen.texts(column).iloc[order]
                mask[order] |= (ids.duplicated() & (ids != "")).to_numpy(dtype=bool)
            reasons.append(f"same {column}")
        if self.address:
            mask |= self._same_answers(screen, order)
            reasons.append(f"same address and at least {self.same_answers:g} equal answers")
        return Flags(mask, " or ".join(reasons) + " as an earlier response", len(screen))

    def _order(self, screen: Screen) -> IntArray:
        """Row numbers from the first response to the last."""
        name = self.order or screen.table.study.roles.started
        rows = np.arange(len(screen))
        if not name:
            return rows
        texts = screen.texts(name)
        numbers = screen.numbers(name)
        if not np.isnan(numbers).any():
            key: NDArray[np.generic] = numbers
        elif all(_ISO.fullmatch(t) for t in texts[texts != ""].unique()):
            key = texts.to_numpy(dtype=str)
        else:
            raise StudyError(
                f"The rule 'duplicates' cannot order the responses by '{name}'.",
                where="expected ISO dates (2024-03-01 09:30:00) or numbers.",
                hint="name another column in the option order, or in [roles] started.",
            )
        design = screen.table.study.design.id  # breaks ties, so that the order of the file does not matter
        tie = screen.texts(design).to_numpy(dtype=str) if design else rows
        return np.lexsort((rows, tie, key)).astype(np.int64)

    def _same_answers(self, screen: Screen, order: IntArray) -> BoolArray:
        mask = np.zeros(len(screen), dtype=bool)
        groups = list(_shared(screen.texts(self.address), order))
        if not groups:
            return mask
        used = np.unique(np.concatenate(groups))
        place = {int(row): i for i, row in enumerate(used)}
        cells = self._cells(screen, used)
        for rows in groups:
            firsts: list[int] = []
            for row in rows:
                own = cells[place[int(row)]]
                if any(_equal_share(own, cells[i]) >= self.same_answers for i in firsts):
                    mask[row] = True
                else:
                    firsts.append(place[int(row)])
        return mask

    def _cells(self, screen: Screen, rows: IntArray) -> NDArray[np.int64]:
        """Answers as whole numbers, -1 where empty, shape (rows, columns)."""
        columns = _answer_columns(screen, self.answers)
        out = np.empty((len(rows), len(columns)), dtype=np.int64)
        for j, column in enumerate(columns):
            texts = screen.texts(column).iloc[rows]
            codes = pd.factorize(texts)[0]
            out[:, j] = np.where(texts.to_numpy(dtype=object) == "", -1, codes)
        return out


def _any_twice(ids: Coded) -> bool:
    """Whether an id stands in several rows; only then does it matter which was first."""
    twice = ids.counts > 1
    twice[ids.blanks()] = False
    return bool(twice.any())


def _shared(addresses: pd.Series, order: IntArray) -> Iterator[IntArray]:
    """Rows of each address that several responses came from, first to last."""
    ordered = addresses.iloc[order].to_numpy(dtype=object)
    frame = pd.DataFrame({"address": ordered, "row": order})
    frame = frame[(frame["address"] != "") & frame["address"].duplicated(keep=False)]
    for _, group in frame.groupby("address", sort=False):
        yield group["row"].to_numpy(dtype=np.int64)


def _equal_share(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    filled = (a >= 0) | (b >= 0)
    return float((a == b)[filled].mean()) if filled.any() else 0.0


def _answer_columns(screen: Screen, patterns: tuple[str, ...]) -> list[str]:
    derived = screen.table.study.derived
    known = screen.table.raw.columns
    if patterns:
        found = [c for c in known if any(fnmatchcase(c, p) for p in patterns)]
    else:
        found = [c for q in screen.table.codebook if q.name not in derived for c in q.all_columns]
    if not found:
        raise StudyError(
            "The rule 'duplicates' has no answers to compare.",
            where="[study.toml: clean.rules]",
            hint="declare the questions, or name their columns in the option answers.",
        )
    return list(dict.fromkeys(found))
