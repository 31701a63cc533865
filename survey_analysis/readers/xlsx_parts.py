"""The parts of a workbook of data: what is damaged or swells without end is refused."""

from __future__ import annotations

from survey_analysis.errors import DataError
from survey_analysis.study import workbook_parts
from survey_analysis.study.workbook_parts import UnfitError


def check_parts(data: bytes, name: str) -> None:
    """Unpack every part once, and keep none.

    Raises
    ------
    DataError
        A damaged part, too many of them, one name twice, or more bytes than a workbook can have.
    """
    try:
        workbook_parts.check_parts(data)
    except UnfitError as error:
        raise damaged(name, str(error)) from None


def sheet_text(data: bytes, sheet: str, name: str) -> str:
    """XML of one sheet, found by its name as the workbook lists it.

    Raises
    ------
    DataError
        The list and the parts do not fit each other.
    """
    try:
        return workbook_parts.sheet_text(data, sheet)
    except UnfitError as error:
        raise damaged(name, str(error)) from None


def check_extent(text: str, sheet: str, name: str) -> None:
    """A cell far from all others would make a sheet of empty cells that no memory holds."""
    if far := workbook_parts.too_far(text):
        raise DataError(
            f"The sheet '{sheet}' of '{name}' is almost empty, and too large to read.",
            where=far,
            hint="delete what lies outside of the table, or export CSV.",
        )


def damaged(name: str, where: str) -> DataError:
    """Error of a workbook whose parts are not as they should be."""
    return DataError(
        f"The workbook '{name}' cannot be read.",
        where=where,
        hint="open it and save it again as .xlsx, or export CSV.",
    )
