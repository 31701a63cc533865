"""A summary of a grid as a table: items down with their bases, banner across, differences below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from survey_analysis.errors import ReportError
from survey_analysis.results.letters import LetterRule
from survey_analysis.results.summary import SummaryData
from survey_analysis.tables.crosstabs import columns_of, value_cell
from survey_analysis.tables.estimates import MISSING, anchor, count_cell
from survey_analysis.tables.layout import BASE_LABELS, Layout
from survey_analysis.tables.model import Cell, Row, Table
from survey_analysis.wording.intervals import interval_allowed
from survey_analysis.wording.numbers import MINUS, ROUNDING_NOTE, agreeing, fixed, interval, signed
from survey_analysis.wording.phrases import subject
from survey_analysis.wording.summaries import LOOSE, STRICT, summary_notes, summary_title

Under = Literal["each", "first"]
_BASES = {"unweighted": "n", "weighted": "n_weighted", "effective": "n_effective"}


def summary_table(
    summary: SummaryData,
    *,
    decimals: int | None = None,
    bases: Sequence[str] = ("unweighted", "effective"),
    under: Under = "each",
    letters: Literal["beside", "none"] = "beside",
    intervals: bool = True,
    id_: str = "",
) -> Table:
    """One statistic of every item across the banner.

    Parameters
    ----------
    decimals : int, optional
        Of shares; by default none, or one where a printed difference would contradict its printed pieces.
    bases : sequence of {"unweighted", "weighted", "effective"}
        Which stand under an item.
    under : {"each", "first"}
        Bases under every item, or under the first only.
    letters : {"beside", "none"}
    intervals : bool
        Whether differences have their interval under them, where the sample allows one.
    """
    layout = Layout(bases=tuple(bases), letters=letters, decimals=decimals or 0)  # type: ignore[arg-type]
    if under not in ("each", "first"):
        raise ReportError(f"under = {under!r} is not known.", hint='give "each" or "first".')
    page = _Page.of(summary, layout, decimals)
    rows = [row for i, item in enumerate(summary.items) for row in page.item(item, i == 0 or under == "each")]
    rows += page.differences(intervals=intervals and interval_allowed(summary.provenance))
    rule = page.rule
    return Table(
        id=id_ or anchor("summary", summary.grid, summary.statistic, summary.weight),
        title=summary_title(summary),
        columns=columns_of(summary.columns, summary.letters if letters == "beside" else None),
        rows=tuple(rows),
        notes=summary_notes(summary, rule.levels, page.rounding),
        base=subject(summary.base_text, summary.provenance),
    )


@dataclass(frozen=True, eq=False)
class _Page:
    """Cells by item and column, and how many decimals they all have."""

    summary: SummaryData
    layout: Layout
    keys: tuple[str, ...]
    kind: str
    rule: LetterRule
    cells: dict[tuple[str, str], dict[str, Any]]
    marks: dict[str, Sequence[str]]
    decimals: int
    rounding: str

    @classmethod
    def of(cls, summary: SummaryData, layout: Layout, decimals: int | None) -> _Page:
        records = summary.rows.to_dict("records")
        kind = str(records[0]["kind"])
        given = summary.letters
        marks: dict[str, Sequence[str]] = {}
        if given is not None and layout.letters == "beside":
            printed = [[str(x).replace("-", MINUS) for x in row] for row in given.letters]
            marks = dict(zip(given.lines["subject"].tolist(), printed, strict=True))
        places, note = _places(summary, kind, decimals)
        return cls(
            summary=summary,
            layout=layout,
            keys=tuple(c.key for c in summary.columns),
            kind=kind,
            rule=given.rule if given is not None else LetterRule(),
            cells={(str(r["subject"]), str(r["key"])): {str(k): v for k, v in r.items()} for r in records},
            marks=marks,
            decimals=places,
            rounding=note,
        )

    def item(self, item: str, with_bases: bool) -> Iterator[Row]:
        """The line of an item and its bases; the mark of a small base stands at the first base, or at the number."""
        letters = self.marks.get(item, ("",) * len(self.keys))
        small = [self._small(self.cells[item, k]) for k in self.keys]
        cells = []
        for key, mark, base in zip(self.keys, letters, small, strict=True):
            value = float(self.cells[item, key]["estimate"])
            if math.isnan(value):
                cells.append(Cell(MISSING))
                continue
            cells.append(
                value_cell(value, self.kind, "column", self.decimals, mark if with_bases else mark + base)
            )
        yield Row(item, tuple(cells), kind="net")
        for i, which in enumerate(self.layout.bases if with_bases else ()):
            counted = [count_cell(float(self.cells[item, k][_BASES[which]])) for k in self.keys]
            yield Row(
                BASE_LABELS[which],
                tuple(
                    Cell(c.text, c.value, c.number_format, "" if i else mark)
                    for c, mark in zip(counted, small, strict=True)
                ),
                kind="base",
                indent=1,
            )

    def _small(self, cell: dict[str, Any]) -> str:
        return self.rule.base_mark(float(cell["n"]), float(cell["n_effective"]))

    def differences(self, *, intervals: bool) -> Iterator[Row]:
        """Own bases and the same people under each other, pair by pair."""
        gaps = self.summary.differences
        for (a, b), pair in gaps.groupby(["a", "b"], sort=False):
            yield Row(f"Difference: {a} − {b}", kind="section")
            for base, label in (("own", "Own bases"), ("common", "Same people")):
                found = {str(r["key"]): r for r in pair[pair["base"] == base].to_dict("records")}
                here = [found[k] for k in self.keys]
                yield Row(label, tuple(self._gap(r) for r in here), indent=1)
                if intervals:
                    yield Row(self._level(), tuple(self._limits(r) for r in here), indent=2)
                if base == "common":
                    yield Row("n", tuple(count_cell(float(r["n"])) for r in here), kind="base", indent=2)

    def _level(self) -> str:
        return f"{fixed(100 * self.summary.level)}% interval"

    def _gap(self, row: Any) -> Cell:
        value = float(row["estimate"])
        if math.isnan(value):
            return Cell(MISSING)
        p = float(row["p_value"])
        strict, loose = self.rule.levels[0], self.rule.levels[-1]
        mark = (
            ""
            if math.isnan(p)
            else STRICT
            if p < 1 - strict + 1e-12
            else LOOSE
            if p < 1 - loose + 1e-12
            else ""
        )
        shown = self._scaled(value)
        digits = "0." + "0" * self.decimals if self.decimals else "0"
        return Cell(signed(shown, self.decimals), shown, f"+{digits};\u2212{digits};0", mark)

    def _limits(self, row: Any) -> Cell:
        low, high = float(row["conf_low"]), float(row["conf_high"])
        if not (math.isfinite(low) and math.isfinite(high)):
            return Cell(MISSING)
        return Cell(interval(self._scaled(low), self._scaled(high), self.decimals))

    def _scaled(self, value: float) -> float:
        return value if self.kind == "mean" else 100 * value


def _places(summary: SummaryData, kind: str, decimals: int | None) -> tuple[int, str]:
    """Decimals of the page: those given, else as many as make differences agree with their pieces."""
    if kind == "mean":
        decimals, scale = 2, 1.0
    else:
        scale = 100.0
    gaps = summary.differences
    own = gaps[gaps["base"] == "own"][["estimate_a", "estimate_b", "estimate"]].to_numpy(dtype=np.float64)
    triples = [(float(a), float(b), float(d)) for a, b, d in own * scale]
    places, note = agreeing(triples, decimals or 0)
    if decimals is None and kind != "nps":
        return places, note
    return decimals or 0, ROUNDING_NOTE if note or places > (decimals or 0) else ""
