"""From rows to the export as a survey platform would write it, with the export's own faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding import texts
from survey_analysis.datasets.founding.draws import Bools, Draws, Texts
from survey_analysis.datasets.founding.recruit import COUNTS, RATINGS
from survey_analysis.datasets.founding.sheet import EMPTY, Sheet, Values, is_text
from survey_analysis.datasets.founding.wording import COLUMNS, NAMES, import_row

_LOWEST, _HIGHEST = -99, 9_999
_CODES: Final = texts.as_texts(["" if k == EMPTY else str(k) for k in range(_LOWEST, _HIGHEST + 1)])
Printed = dict[str, Texts]


def reverse_q20(rows: Sheet) -> Sheet:
    """The codebook trap: for provider B in days 1 and 2 the follow question was exported 5 to 1."""
    trapped = rows.equals("_reversed", 1)
    changed: dict[str, Values] = {}
    for s in range(1, 5):
        answer = rows.ints(f"{s}_Q20")
        changed[f"{s}_Q20"] = np.where(trapped & (answer >= 1) & (answer <= 5), 6 - answer, answer)
    return rows.with_columns(changed)


def printed(rows: Sheet) -> Printed:
    """Every column of the export as text."""
    out: Printed = {}
    for name in NAMES:
        out[name] = rows.texts(name) if is_text(name) else _CODES[rows.ints(name) - _LOWEST]
    return out


def plant_cells(cells: Printed, rows: Sheet, seed: int) -> tuple[Printed, Texts]:
    """Stray codes and hostile texts in rows of good respondents; at most one cell a row.

    Returns the cells and, for each row, what was planted (`column:fault`, else an empty text).
    """
    draws = Draws(seed, "planted cells")
    out = {name: values.copy() for name, values in cells.items()}
    planted = texts.as_texts([""] * rows.n)
    free = (
        rows.equals("_disposition", "complete") & rows.equals("_careless", "") & rows.equals("_duplicate", "")
    )
    free &= (rows.ints("_household") == EMPTY) & ~rows.equals("_twice", 1)
    for fault, (columns, fits, written) in _STRAY_CELLS.items():
        table = np.column_stack([fits(out[name]) for name in columns]) & free[:, None]
        for row in draws.pick(p.STRAY[fault], np.asarray(table.any(axis=1))):
            choices = np.flatnonzero(table[row])
            column = columns[int(choices[draws.whole(0, len(choices) - 1, 1)[0]])]
            out[column][row] = written(out[column][row])
            planted[row], free[row] = f"{column}:{fault}", False
    _plant_texts(out, planted, free, draws)
    return out, planted


def _is(*answers: str) -> Callable[[Texts], Bools]:
    return lambda cells: np.logical_or.reduce(
        [np.asarray(cells == answer, dtype=np.bool_) for answer in answers]
    )


def _said(cells: Texts) -> Bools:
    return ~_is("", "-99")(cells)


_ITEMS: Final = tuple(name for name in RATINGS if "Q21" in name)
# Fault: where it can be, which answers it can hit, what is written instead.
_STRAY_CELLS: Final[dict[str, tuple[tuple[str, ...], Callable[[Texts], Bools], Callable[[str], str]]]] = {
    "full_width_age": (("S1_age",), _is("23"), lambda _: "２３"),
    "age_with_years": (("S1_age",), _said, lambda age: f"{age} years"),
    "year_of_birth": (("S1_age",), _said, lambda age: str(p.FIELD_YEAR - int(age))),
    "six_on_five": (_ITEMS, _is("1", "2", "3", "4", "5"), lambda _: "6"),
    "trailing_space": (_ITEMS, _is("5"), lambda _: "5 "),
    "decimal_comma": (COUNTS, _is("2"), lambda _: "2,5"),
    "count_999": (COUNTS, _said, lambda _: "999"),
}


def _plant_texts(out: Printed, planted: Texts, free: Bools, draws: Draws) -> None:
    """Thirty open answers: two in `Q32_7_TEXT`, the others in the answers to why."""
    for number, text in enumerate(texts.HOSTILE):
        column = "Q32_7_TEXT" if number in texts.IN_OTHER else f"{number % 4 + 1}_Q22"
        row = int(draws.pick(1, free & _said(out[column]))[0])
        out[column][row] = text
        planted[row], free[row] = f"{column}:hostile", False


def to_frame(cells: Printed) -> pd.DataFrame:
    """The export as `pandas.read_csv(..., dtype=str, keep_default_na=False, skiprows=[1, 2])` reads it."""
    return pd.DataFrame(cells, columns=list(NAMES), dtype=str)


def to_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with byte-order mark; three header rows: names, wording, import ids."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerow([column.wording for column in COLUMNS])
    writer.writerow(import_row())
    writer.writerows(zip(*(frame[name].tolist() for name in NAMES), strict=True))
    return buffer.getvalue().encode("utf-8-sig")
