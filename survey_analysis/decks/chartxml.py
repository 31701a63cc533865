"""The XML of a native chart: its series read and given new numbers, their formats left alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from survey_analysis.decks.workbook import column_letters, column_number

_RANGE: Final = re.compile(
    r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?$"
)


@dataclass(frozen=True)
class Place:
    """A range of one column or one row of a sheet."""

    sheet: str
    column: int
    row: int
    last_column: int
    last_row: int

    @classmethod
    def read(cls, formula: str) -> Place | None:
        """From a formula as charts hold it; None where it is no plain range."""
        found = _RANGE.match(formula)
        if found is None:
            return None
        sheet = (found[1] or found[2]).replace("''", "'")
        column, row = column_number(found[3]), int(found[4])
        place = cls(sheet, column, row, column_number(found[5]) if found[5] else column, int(found[6] or row))
        return place if place.column == place.last_column or place.row == place.last_row else None

    @property
    def down(self) -> bool:
        """True for a column."""
        return self.column == self.last_column

    def cell(self, i: int) -> str:
        """Name of a cell of the range, or of one beyond its end."""
        if self.down:
            return f"{column_letters(self.column)}{self.row + i}"
        return f"{column_letters(self.column + i)}{self.row}"

    def resized(self, n: int) -> str:
        """The range with `n` cells, as a formula."""
        quoted = (
            self.sheet
            if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.sheet)
            else "'" + self.sheet.replace("'", "''") + "'"
        )
        column, row = (self.column, self.row + n - 1) if self.down else (self.column + n - 1, self.row)
        ends = (
            ""
            if n == 1 and (self.last_column, self.last_row) == (self.column, self.row)
            else f":${column_letters(column)}${row}"
        )
        return f"{quoted}!${column_letters(self.column)}${self.row}{ends}"

    def beside(self, i: int) -> Place:
        """The same range `i` columns (or rows) on."""
        if self.down:
            return Place(self.sheet, self.column + i, self.row, self.last_column + i, self.last_row)
        return Place(self.sheet, self.column, self.row + i, self.last_column, self.last_row + i)


@dataclass
class Series:
    """One series of a chart as it stands in its XML."""

    element: Any

    @property
    def name(self) -> str:
        """What the key calls it."""
        found = self.element.find("{*}tx")
        return "" if found is None else "".join(v.text or "" for v in found.iter("{*}v"))

    @property
    def categories(self) -> list[str]:
        """Labels in order; of several levels the innermost."""
        return [t or "" for t in _points(self.element.find("{*}cat"))]

    @property
    def values(self) -> list[float | None]:
        """Numbers in order."""
        return [None if not t else float(t) for t in _points(self.element.find("{*}val"))]

    def place(self, part: str) -> Place | None:
        """Where the workbook holds "tx", "cat" or "val"."""
        found = self.element.find(f"{{*}}{part}")
        formula = None if found is None else next(found.iter("{*}f"), None)
        return None if formula is None else Place.read(formula.text or "")

    def rename(self, name: str, place: Place | None) -> None:
        """Another name, for a series copied from its neighbour."""
        tx = self.element.find("{*}tx")
        for v in tx.iter("{*}v"):
            v.text = name
        for f in tx.iter("{*}f"):
            if place is not None:
                f.text = place.resized(1)

    def write(self, part: str, texts: Sequence[str | None], place: Place | None) -> None:
        """New cached points of "cat" or "val", and the range they stand in."""
        found = self.element.find(f"{{*}}{part}")
        if found is None:
            return
        cache = _cache(found)
        space = cache.tag.partition("}")[0] + "}"
        old = {p.get("idx"): p.get("formatCode") for p in cache.findall("{*}pt")}
        for point in cache.findall("{*}pt"):
            cache.remove(point)
        count = cache.find("{*}ptCount")
        if count is None:
            count = cache.makeelement(f"{space}ptCount", {})
            cache.append(count)
        count.set("val", str(len(texts)))
        last = count
        for i, text in enumerate(texts):
            if text is None:
                continue
            told = {"idx": str(i)}
            if code := old.get(str(i)):
                told["formatCode"] = code
            point = cache.makeelement(f"{space}pt", told)
            value = point.makeelement(f"{space}v", {})
            value.text = text
            point.append(value)
            last.addnext(point)
            last = point
        formula = next(found.iter("{*}f"), None)
        if formula is not None and place is not None:
            formula.text = place.resized(len(texts))

    def reordered(self, places: dict[int, int | None]) -> None:
        """Formats and labels of single points follow their category to its new place, or go with it."""
        for holder in (self.element, self.element.find("{*}dLbls")):
            if holder is None:
                continue
            for point in [*holder.findall("{*}dPt"), *holder.findall("{*}dLbl")]:
                index = point.find("{*}idx")
                new = places.get(int(index.get("val")))
                if new is None:
                    holder.remove(point)
                else:
                    index.set("val", str(new))

    def copied(self, number: int) -> Series:
        """A copy after the last, for a series that is new: without formats of single points, colour automatic."""
        element = deepcopy(self.element)
        for tag in ("dPt", "spPr", "extLst"):
            for child in element.findall(f"{{*}}{tag}"):
                element.remove(child)
        labels = element.find("{*}dLbls")
        for child in [] if labels is None else labels.findall("{*}dLbl"):
            labels.remove(child)
        for tag in ("idx", "order"):
            element.find(f"{{*}}{tag}").set("val", str(number))
        self.element.addnext(element)
        return Series(element)


def series_of(chart: Any) -> list[Series]:
    """All series of a chart, in the order of its XML."""
    return [Series(s) for s in chart._chartSpace.iter("{*}ser")]  # noqa: SLF001


def _cache(found: Any) -> Any:
    """The points of a reference or of literals."""
    for name in ("strCache", "numCache", "strLit", "numLit", "lvl"):
        cache = next(found.iter(f"{{*}}{name}"), None)
        if cache is not None:
            return cache
    return found[0]


def _points(found: Any) -> list[str | None]:
    if found is None or not len(found):
        return []
    cache = _cache(found)
    texts = {int(p.get("idx")): p.findtext("{*}v") for p in cache.findall("{*}pt")}
    count = next(found.iter("{*}ptCount"), None)
    return [texts.get(i) for i in range(int(count.get("val")) if count is not None else len(texts))]
