"""What an SPSS file says of one variable, as text: its cells, wording, value labels, and missing codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey_analysis.frames.coded import Coded
from survey_analysis.frames.facts import Labels
from survey_analysis.plurals import counted
from survey_analysis.readers import spss_cells
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.sav_columns import Texts, coded_numbers
from survey_analysis.readers.sav_variables import UNIT, Raw, Variable, text_of
from survey_analysis.readers.strict import Strict, UndecodableError
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import FloatArray

FULL = frozenset((60, 120, 255, 256))  # bytes at which versions of SPSS cut labels
_WITHOUT_END = 1e300  # ends of ranges beyond are as good as LOWEST and HIGHEST

Said = Callable[[Raw], str]


@dataclass(frozen=True, eq=False)
class Facts:
    """A column and what the file says of it.

    Attributes
    ----------
    spans
        Missing codes as declared, for a note.
    outside
        Whether no calendar holds one of its dates.
    """

    cells: Coded
    wording: str
    labels: Labels
    missing: tuple[MissingCode, ...]
    spans: tuple[str, ...]
    outside: bool


def facts(variable: Variable, name: str, column: FloatArray | Texts, text: Strict) -> Facts:
    """A variable under its name in the data.

    Raises
    ------
    UndecodableError
        Bytes that are no text in this encoding.
    """
    if isinstance(column, Texts):
        cells, outside = _texts(variable, name, column, text), False
        distinct: list[Raw] = [*column.distinct]

        def code(raw: Raw) -> str:
            return text.one(raw, f"a code of '{name}'", full=len(raw) in (variable.width, UNIT))  # type: ignore[arg-type]
    else:
        write = spss_cells.writer(variable.form)
        cells, numbers, outside = coded_numbers(name, column, write)
        distinct = [*numbers.tolist()]

        def code(raw: Raw) -> str:
            return spss_cells.safely(write, raw)  # type: ignore[arg-type]

    labels = {
        code(raw): label(said, f"a value label of '{name}'", text) for raw, said in variable.labels.items()
    }
    codes = dict.fromkeys(c for span in variable.missing for c in _codes(span, variable, distinct, code))
    return Facts(
        cells,
        label(variable.label, f"the label of '{name}'", text).strip(),
        tuple(labels.items()),
        tuple(
            MissingCode(code=c, kind=missing_kind(labels.get(c, "")), label=labels.get(c, "")) for c in codes
        ),
        tuple(_span(span, code) for span in variable.missing),
        outside,
    )


def label(raw: bytes, of: str, text: Strict) -> str:
    """Text of a label, whose last character may be cut where the label is as long as SPSS lets it be."""
    return text.one(text_of(raw), of, full=len(raw) in FULL)


def _texts(variable: Variable, name: str, column: Texts, text: Strict) -> Coded:
    try:
        texts = text.many(column.distinct, f"'{name}'", variable.width)
    except UndecodableError as error:
        more = column.rows(error.index) - 1
        also = f" (and {counted(more, 'more row')})" if more else ""
        raise error.at(f"row {column.row(error.index)} of '{name}'{also}") from None
    return Coded.merged(name, texts, column.codes)


def _codes(span: tuple[Raw, Raw], variable: Variable, distinct: list[Raw], code: Said) -> tuple[str, ...]:
    """Single codes as declared; of a range, the codes that the data or the labels hold."""
    low, high = span
    if low == high:
        return (code(low),)
    inside = sorted(v for v in distinct if low <= v <= high)  # type: ignore[operator]
    return tuple(map(code, (*inside, *(v for v in variable.labels if low <= v <= high))))  # type: ignore[operator]


def _span(span: tuple[Raw, Raw], code: Said) -> str:
    low, high = span
    if low == high:
        return code(low)
    lowest = isinstance(low, float) and low < -_WITHOUT_END
    highest = isinstance(high, float) and high > _WITHOUT_END
    return f"{'lowest' if lowest else code(low)} to {'highest' if highest else code(high)}"
