"""`Layout`: the columns of an exported file, before any format decides how it stores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey_analysis.frames.facts import Labels, Measure, ResponseSet
from survey_analysis.frames.table import Table
from survey_analysis.study.scales import MissingCode

Stored = Literal["coded", "number", "text", "date", "moment", "time"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column of an exported file.

    Attributes
    ----------
    name
        Its name: the question, `question.subject` of a battery, the data column of an option.
    stored
        "coded": codes with labels. "number". "text". "date", "moment", "time": ISO text that is one throughout.
    cells
        Text of each row: a code, a number, an answer; "" where nothing stands.
    label
        What stands beside the name: the wording, with the subject; the option of a multiple-response question.
    values, missing
        Answers (code and label), and codes that are none, with their kind.
    question, subject, option
        Where it comes from; "" for a column of the design.
    source
        The data column that it was read from; "" for a derived one.
    """

    name: str
    stored: Stored
    cells: NDArray[np.object_]
    label: str = ""
    values: Labels = ()
    missing: tuple[MissingCode, ...] = ()
    measure: Measure = "nominal"
    question: str = ""
    subject: str = ""
    option: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything that is written.

    Attributes
    ----------
    table
        Where it comes from.
    sets
        Multiple-response sets over the columns.
    design
        Exported name of each data column with a job in the design.
    notes
        What was left out or changed, one sentence each.
    """

    table: Table
    columns: tuple[Column, ...]
    sets: tuple[ResponseSet, ...] = ()
    design: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def questions(self) -> tuple[str, ...]:
        """Names of the questions, in order."""
        return tuple(dict.fromkeys(c.question for c in self.columns if c.question))
