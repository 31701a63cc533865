"""A banner table from a crosstab: subjects as sections, answers down, banner across, bases first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from survey_analysis.results.crosstab import BannerColumn, CrosstabData
from survey_analysis.results.letters import LetterRule, LettersData
from survey_analysis.tables.estimates import MISSING, anchor, count_cell
from survey_analysis.tables.layout import BASE_LABELS, SHOW_LABELS, Layout
from survey_analysis.tables.model import Cell, Column, Row, RowKind, Table
from survey_analysis.wording.intervals import interval_allowed
from survey_analysis.wording.letters import letter_lines
from survey_analysis.wording.lines import question_wording
from survey_analysis.wording.numbers import MINUS, fixed, p_value, points, share_text
from survey_analysis.wording.phrases import subject

HIDDEN = "x"
"""Printed for a number that disclosure control withholds."""
_BASE_COLUMNS = {"unweighted": "n", "weighted": "n_weighted", "effective": "n_effective"}
_NUMBER_COLUMNS = {
    "column": "estimate",
    "row": "row_share",
    "total": "table_share",
    "index": "index",
    "count": "count",
    "weighted": "weighted_count",
}
SHARES = ("answer", "net")
_STANDARD_MARKS = {"complement": "†", "review": "‡"}


def crosstab_table(crosstab: CrosstabData, layout: Layout | None = None, *, id_: str = "") -> Table:
    """One question by its banner: what the layout shows, nets bold over their answers, letters, bases.

    `*` marks a column whose base (the smaller of n and effective base) is small, `**` one that is not tested.
    """
    chosen = layout or Layout()
    grid = _Grid.of(crosstab, chosen)
    rows: list[Row] = []
    subjects = list(dict.fromkeys(crosstab.rows["subject"]))
    for rated in subjects:
        if len(subjects) > 1:
            rows.append(Row(rated, kind="section"))
        rows += grid.bases(rated)
        rows += grid.lines(rated)
    return Table(
        id=id_ or anchor("table", crosstab.topic.question, crosstab.weight),
        title=question_wording(crosstab.topic) or crosstab.topic.question,
        columns=columns_of(crosstab.columns, crosstab.letters if chosen.letters == "beside" else None),
        rows=tuple(rows),
        notes=_notes(crosstab, chosen),
        base=subject(crosstab.base_text, crosstab.provenance),
        stub=SHOW_LABELS[chosen.show[0]] if len(chosen.show) > 1 else "",
    )


def columns_of(columns: Sequence[BannerColumn], letters: LettersData | None) -> tuple[Column, ...]:
    """Heads of a banner; the heading above a nested one stands before it."""
    names = letters.names if letters is not None else ("",) * len(columns)
    return tuple(
        Column(c.label, span=f"{c.over}: {c.span_label}" if c.over else c.span_label, letter=name)
        for c, name in zip(columns, names, strict=True)
    )


@dataclass(frozen=True, eq=False)
class _Grid:
    """Cells by line and column, read from the tidy rows once."""

    crosstab: CrosstabData
    layout: Layout
    keys: tuple[str, ...]
    values: dict[str, list[Any]]
    found: dict[str, dict[tuple[str, str], dict[str, int]]]  # subject -> (kind, level) -> key -> place
    marks: dict[tuple[str, str, str], Sequence[str]]
    rule: LetterRule

    @classmethod
    def of(cls, crosstab: CrosstabData, layout: Layout) -> _Grid:
        """Places of all cells and their marks."""
        rows = crosstab.rows
        values = {c: rows[c].tolist() for c in rows.columns}
        found: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
        about = zip(values["subject"], values["kind"], values["level"], values["key"], strict=True)
        for i, (rated, kind, level, key) in enumerate(about):
            found.setdefault(rated, {}).setdefault((kind, level), {})[key] = i
        letters = crosstab.letters
        marks: dict[tuple[str, str, str], Sequence[str]] = {}
        if letters is not None and layout.letters == "beside":
            printed = _printed_marks(letters)
            for line, mark in zip(letters.lines.itertuples(index=False), printed, strict=True):
                marks[str(line.subject), str(line.kind), str(line.level)] = mark
        keys = tuple(c.key for c in crosstab.columns)
        return cls(crosstab, layout, keys, values, found, marks, letters.rule if letters else LetterRule())

    def bases(self, rated: str) -> Iterator[Row]:
        """Rows of the bases; the first carries the marks of small ones."""
        bases = self.crosstab.bases
        mine = bases[bases["subject"] == rated]
        held = {
            kind: dict(zip(mine["key"], mine[c].tolist(), strict=True)) for kind, c in _BASE_COLUMNS.items()
        }
        marks = [self._base_mark(held, k) for k in self.keys]
        for i, kind in enumerate(self.layout.bases):
            cells = []
            for key, mark in zip(self.keys, marks, strict=True):
                cell = _base_cell(held[kind].get(key, 0.0))
                cells.append(Cell(cell.text, cell.value, cell.number_format, "" if i else mark))
            yield Row(BASE_LABELS[kind], tuple(cells), kind="base")

    def _base_mark(self, held: dict[str, dict[str, float]], key: str) -> str:
        return self.rule.base_mark(held["unweighted"].get(key, 0.0), held["effective"].get(key, 0.0))

    def lines(self, rated: str) -> Iterator[Row]:
        """Rows of the lines, in printed order; members of a net stand under it."""
        depth: dict[str, int] = {}
        parents = self.values.get("parent")
        for (kind, level), places in self.found[rated].items():
            parent = parents[next(iter(places.values()))] if parents else ""
            depth[level] = depth.get(parent, -1) + 1 if parent else 0
            look: RowKind = "body" if kind == "answer" else "net"
            shown = self.layout.show if kind in SHARES else self._of_scores()
            for i, measure in enumerate(shown):
                marks = self.marks.get((rated, kind, level)) if i == 0 else None
                cells = tuple(
                    self._cell(places.get(k), kind, measure, marks[j] if marks is not None else "")
                    for j, k in enumerate(self.keys)
                )
                label = level if i == 0 else SHOW_LABELS[measure]
                yield Row(label, cells, kind=look if i == 0 else "body", indent=depth[level] + (i > 0))

    def _of_scores(self) -> tuple[str, ...]:
        """What a mean has of what is shown: itself, its error and interval."""
        return ("column", *(m for m in self.layout.show if m in ("std_error", "interval")))

    def _cell(self, place: int | None, kind: str, measure: str, mark: str) -> Cell:
        if place is None:
            return Cell(MISSING)
        if self.values.get("hidden") and self.values["hidden"][place]:
            return Cell(HIDDEN)
        standard = self.values["standard"][place] if "standard" in self.values else ""
        if standard == "suppressed":
            return Cell(HIDDEN)
        mark += _STANDARD_MARKS.get(standard, "") if measure == self.layout.show[0] else ""
        if measure == "interval":
            return self._interval(place, kind)
        if measure == "std_error":
            value = self.values["std_error"][place]
            return Cell(MISSING) if math.isnan(value) else _error_cell(value, kind)
        value = self.values[_NUMBER_COLUMNS[measure]][place]
        if value is None or math.isnan(value):
            return Cell(MISSING)
        return value_cell(float(value), kind, measure, self.layout.decimals, mark)

    def _interval(self, place: int, kind: str) -> Cell:
        low, high = self.values["conf_low"][place], self.values["conf_high"][place]
        if math.isnan(low) or math.isnan(high) or not interval_allowed(self.crosstab.provenance):
            return Cell(MISSING)
        decimals = self.layout.decimals
        a, b = (_bare(x, kind, decimals) for x in (low, high))
        return Cell(f"{a} to {b}" if MINUS in a + b else f"{a}–{b}")


def value_cell(value: float, kind: str, measure: str = "column", decimals: int = 0, mark: str = "") -> Cell:
    """One number of a table with the spreadsheet format that prints it the same."""
    if measure in ("count", "weighted"):
        cell = count_cell(value)
        return Cell(cell.text, cell.value, cell.number_format, mark)
    if measure == "index":
        return Cell(fixed(value), value, "0", mark)
    if kind == "nps":
        return Cell(points(value), 100 * value, "+0;\u22120;0", mark)
    if kind not in SHARES:
        return Cell(fixed(value, 2), value, "0.00", mark)
    text = share_text(value, decimals)
    return Cell(text, value, "0%" if not decimals else "0." + "0" * decimals + "%", mark)


def _bare(value: float, kind: str, decimals: int) -> str:
    if kind in SHARES:
        return fixed(100 * value, decimals)
    return fixed(100 * value) if kind == "nps" else fixed(value, 2)


def _error_cell(value: float, kind: str) -> Cell:
    scaled = 100 * value if kind in (*SHARES, "nps") else value
    decimals = 1 if kind in (*SHARES, "nps") else 3
    return Cell(fixed(scaled, decimals), scaled, "0." + "0" * decimals)


def _base_cell(value: float) -> Cell:
    """A base; one that is withheld prints as such."""
    return Cell(HIDDEN) if math.isnan(value) else count_cell(value)


def _printed_marks(letters: LettersData) -> list[list[str]]:
    """Letters and signs as printed, with the columns that are equivalent."""
    minus = [[str(x).replace("-", MINUS) for x in row] for row in letters.letters]
    if letters.equivalent is None:
        return minus
    place = {key: i for i, key in enumerate(letters.columns)}
    same: list[list[list[str]]] = [[[] for _ in row] for row in minus]
    for r, row in enumerate(letters.equivalent):
        for (a, b), equal in zip(letters.pairs, row, strict=True):
            if equal:
                same[r][place[a]].append(letters.names[place[b]] if b in place else "")
                if b in place:
                    same[r][place[b]].append(letters.names[place[a]])
    return [
        [mark + (" ≈" + "".join(sorted(same[r][c])) if same[r][c] else "") for c, mark in enumerate(row)]
        for r, row in enumerate(minus)
    ]


def _notes(crosstab: CrosstabData, layout: Layout) -> tuple[str, ...]:
    what = ", ".join(SHOW_LABELS[m].lower().replace("%", "percent") for m in layout.show)
    out = [f"Cells: {what}; “*” in a cell: under half a percent, “-”: none."]
    if crosstab.letters is not None and layout.letters == "beside":
        out += letter_lines(crosstab)
    else:
        out.append("* base under 100, ** base under 30 (the smaller of n and effective base).")
    if crosstab.provenance.where:
        out.append(f"Filter: {crosstab.provenance.where}.")
    out += crosstab.notes
    if crosstab.weight:
        out.append(f"Weight: {crosstab.weight}, taken as fixed.")
    if "hidden" in crosstab.rows and crosstab.rows["hidden"].astype(bool).any():
        out.append(f"{HIDDEN}: withheld, so that nobody can be told from a small count.")
    if "standard" in crosstab.rows:
        out.append(
            f"Shares are held to the presentation standards of NCHS (Series 2 No. 175). {HIDDEN}: not shown; "
            "†: the complement is not reliable; ‡: for statistical review."
        )
    if layout.tests:
        out += list(_independence(crosstab))
    if crosstab.provenance.simulated:
        out.append("Simulated data.")
    return tuple(out)


def _independence(crosstab: CrosstabData) -> Iterator[str]:
    spans = {c.span: c.span_label for c in crosstab.columns}
    for row in crosstab.independence.to_dict("records"):
        name = spans.get(str(row["span"]), str(row["span"]))
        which = f"{row['subject']}, " if row["subject"] else ""
        if not row["method"]:
            yield f"{which}{name}: Rao-Scott {row['note'] or 'not tested'}."
            continue
        p = p_value(row["p_value"]) if row["p_value"] < 0.001 else "= " + p_value(row["p_value"])
        yield (
            f"{which}{name}: Rao-Scott F({fixed(row['df'], 2)}, {fixed(row['df_residual'], 1)}) = "
            f"{fixed(row['statistic'], 2)}, p {p} (not adjusted)."
        )
