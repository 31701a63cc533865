"""The rows in the making: named columns of equal length, whole numbers or text.

Columns whose name begins with an underscore are the truth; they never reach the export.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from survey_analysis.datasets.founding.draws import Bools, Ints, Texts
from survey_analysis.datasets.founding.wording import NAMES

EMPTY: Final = -1  # not asked; no question has this answer
BLANK: Final = -99  # seen, left blank
DONT_KNOW: Final = 98
REFUSED: Final = 99

Values: TypeAlias = Ints | Texts


@dataclass(frozen=True)
class Sheet:
    """Immutable table; verbs return a new one."""

    columns: Mapping[str, Values]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    def ints(self, name: str) -> Ints:
        """A copy of a column of whole numbers."""
        return np.array(self.columns[name], dtype=np.int64)

    def texts(self, name: str) -> Texts:
        """A copy of a text column."""
        return np.array(self.columns[name], dtype=object)

    def equals(self, name: str, value: str | int) -> Bools:
        """Rows where a column has this value."""
        return np.asarray(self.columns[name] == value, dtype=np.bool_)

    def with_columns(self, changed: Mapping[str, Values]) -> Sheet:
        """Replace or add columns."""
        return Sheet(MappingProxyType({**self.columns, **changed}))

    def take(self, rows: Ints | Bools) -> Sheet:
        """Rows by position or mask."""
        return Sheet(MappingProxyType({name: values[rows] for name, values in self.columns.items()}))


def stack(sheets: Sequence[Sheet]) -> Sheet:
    """Rows of several sheets with the same columns, one after the other."""
    names = list(sheets[0].columns)
    joined = {name: np.concatenate([sheet.columns[name] for sheet in sheets]) for name in names}
    return Sheet(MappingProxyType(joined))


def full(n: int, text: str = "") -> Texts:
    """A text column with one value."""
    return np.full(n, text, dtype=object)


_TEXT_PREFIXES = ("S6_", "Q32_", "t_", "order_")
_TEXT_NAMES = frozenset(
    {
        "StartDate",
        "EndDate",
        "RecordedDate",
        "IPAddress",
        "ResponseId",
        "RecipientEmail",
        "LocationLatitude",
        "LocationLongitude",
        "DistributionChannel",
        "UserLanguage",
        "Q_RecaptchaScore",
        "provider",
        "panel_id",
        "quota",
        "pi_loop",
    }
)


def is_text(name: str) -> bool:
    """Whether a column of the export is text while the rows are made."""
    return name in _TEXT_NAMES or name.startswith(_TEXT_PREFIXES) or name.endswith("_Q22")


def blank_sheet(n: int) -> dict[str, Values]:
    """Every column of the export, empty."""
    return {name: full(n) if is_text(name) else np.full(n, EMPTY, dtype=np.int64) for name in NAMES}
