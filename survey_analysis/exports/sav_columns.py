"""Columns as SPSS stores them: codes as numbers, labels by number, missing codes as single values or a range."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from survey_analysis.errors import DataError
from survey_analysis.exports.codes import number_of, spare_codes, split
from survey_analysis.exports.columns import Column
from survey_analysis.exports.sav_names import MOST_VALUE_LABEL, cut
from survey_analysis.plurals import counted
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import MissingKind

LONGEST_TEXT = 32767


@dataclass(frozen=True, eq=False)
class SavColumn:
    """Values, value labels, missing codes and format of one variable; `lost` are codes that stay answers."""

    values: Any
    labels: dict[float, str]
    missing: list[Any]
    format: str
    lost: tuple[str, ...] = ()


def numbered(column: Column) -> Column:
    """The column with numbers for codes: answers 1, 2, ... in the order of the scale where a code is a text.

    Examples
    --------
    >>> import numpy as np
    >>> cells = np.array(["no", "yes", "Not asked"], dtype=object)
    >>> missing = (MissingCode(code="Not asked", kind="not_asked", label="Not asked"),)
    >>> column = Column("q", "coded", cells, values=(("yes", "yes"), ("no", "no")), missing=missing)
    >>> numbered(column).cells.tolist(), numbered(column).values
    (['2', '1', '-1'], (('1', 'yes'), ('2', 'no')))
    """
    if not needs_numbers(column):
        return column
    is_text = any(number_of(c) is None for c, _ in column.values)
    answers = {c: str(i) if is_text else c for i, (c, _) in enumerate(column.values, start=1)}
    taken = list(answers.values()) if column.stored == "coded" else _numbers_in(column)
    missing = _numbered_missing(column.missing, taken, keep=not is_text)
    table = {"": ""} | answers | missing
    cells = np.array([table.get(t, t) for t in column.cells], dtype=object)
    return replace(
        column,
        cells=cells,
        values=tuple((answers[c], label) for c, label in column.values),
        missing=tuple(m.model_copy(update={"code": missing[m.code]}) for m in column.missing),
    )


def needs_numbers(column: Column) -> bool:
    """Whether a code of the column is a text."""
    if column.stored not in ("coded", "number"):
        return False
    return any(
        number_of(c) is None for c in (*(c for c, _ in column.values), *(m.code for m in column.missing))
    )


def _numbers_in(column: Column) -> list[str]:
    typed = {m.code for m in column.missing}
    return [t for t in set(column.cells.tolist()) if t and t not in typed]


def _numbered_missing(missing: Sequence[MissingCode], taken: Sequence[str], *, keep: bool) -> dict[str, str]:
    """A number for each missing code; several of a kind get several."""
    out = {m.code: m.code for m in missing if keep and number_of(m.code) is not None}
    left = [m for m in missing if m.code not in out]
    while left:
        kinds: dict[MissingKind, MissingCode] = {}
        for m in left:
            kinds.setdefault(m.kind, m)
        spare = spare_codes(list(kinds), list(out.values()), taken)
        out |= {m.code: spare[k] for k, m in kinds.items()}
        left = [m for m in left if m.code not in out]
    return out


def sav_column(column: Column) -> SavColumn:
    """One variable; its codes are numbers by now.

    Raises
    ------
    DataError
        A text longer than SPSS can hold.
    """
    if column.stored in ("coded", "number"):
        return _numeric(column)
    if column.stored == "text":
        return SavColumn(_texts(column), {}, [], "")
    read = {"date": dt.date.fromisoformat, "moment": dt.datetime.fromisoformat, "time": dt.time.fromisoformat}
    known: dict[str, Any] = {t: read[column.stored](t) for t in set(column.cells.tolist()) if t}
    values = np.empty(len(column.cells), dtype=object)
    values[:] = [known.get(t) for t in column.cells]
    return SavColumn(
        values, {}, [], {"date": "SDATE10", "moment": "DATETIME20", "time": "TIME8"}[column.stored]
    )


def _numeric(column: Column) -> SavColumn:
    values = np.array([float(t) if t else np.nan for t in column.cells], dtype=np.float64)
    labels = {float(c): cut(text, MOST_VALUE_LABEL) for c, text in column.values if text and _said(c, text)}
    labels |= {float(m.code): cut(m.label, MOST_VALUE_LABEL) for m in column.missing if m.label}
    missing, lost = _missing(column)
    width, decimals = _format(column)
    return SavColumn(values, labels, missing, f"F{width}.{decimals}", lost)


def _said(code: str, label: str) -> bool:
    return number_of(label) != number_of(code)


def _missing(column: Column) -> tuple[list[Any], tuple[str, ...]]:
    """Missing codes as pyreadstat takes them, and those that SPSS cannot hold beside the others."""
    counts = Counter(column.cells.tolist())
    codes = [m.code for m in column.missing]
    taken = {float(c) for c, _ in column.values}
    if column.stored == "number":
        taken |= {float(t) for t in counts if t and t not in codes}
    wanted = sorted(codes, key=lambda c: (-counts[c], codes.index(c)))
    while (found := split([float(c) for c in wanted], taken)) is None:
        wanted.pop()  # the rarest
    lost = tuple(c for c in codes if c not in wanted)
    span, single = found
    out: list[Any] = [{"lo": span[0], "hi": span[1]}] if span is not None else []
    return [*out, *single], lost


def _format(column: Column) -> tuple[int, int]:
    """Width and decimals that show every number of the column."""
    texts = (
        {t for t in column.cells.tolist() if t}
        | {c for c, _ in column.values}
        | {m.code for m in column.missing}
    )
    plain = [t if "e" not in t else f"{float(t):.15g}" for t in texts]
    decimals = min(max((len(t.partition(".")[2]) for t in plain), default=0), 16)
    whole = max((len(t.partition(".")[0]) for t in plain), default=1)
    return min(whole + (decimals + 1 if decimals else 0), 40), decimals


def _texts(column: Column) -> Any:
    typed: Mapping[str, str] = dict.fromkeys((m.code for m in column.missing), "")
    texts = np.array([typed.get(t, t) for t in column.cells], dtype=object)
    too_long = [t for t in texts if len(t) > LONGEST_TEXT // 4 and len(t.encode()) > LONGEST_TEXT]
    if too_long:
        raise DataError(
            f"{counted(len(too_long), 'answer is', 'answers are')} longer than SPSS can hold, of '{column.name}'.",
            where=f"The longest has {max(len(t.encode()) for t in too_long):,} bytes; SPSS holds {LONGEST_TEXT:,}.",
            hint="leave the question out (questions=), or write CSV.",
        )
    return texts
