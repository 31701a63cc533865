"""Tables of waves: codebooks compared, what moved, rate and mix, a trend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from survey_analysis.results.waves import ComparisonData, DecompositionData, MovedData, TrendData
from survey_analysis.tables.estimates import MISSING, anchor, count_cell, estimate_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import interval as plain_interval
from survey_analysis.wording.numbers import number, p_value, percent_interval, points, signed
from survey_analysis.wording.phrases import SIMULATED, subject
from survey_analysis.wording.waves import (
    change_interval,
    comparison_notes,
    is_share,
    line_name,
    moved_notes,
    values,
)

MOST = 40
"""Lines that did not move are shown up to this many rows in all."""


def comparison_table(found: ComparisonData) -> Table:
    """One row a difference, with the line that decides it."""
    columns = tuple(Column(x, align="left") for x in ("What", "Was", "Is now"))
    rows: list[Row] = []
    seen = ""
    for d in found.differences:
        if d.question != seen:
            rows.append(Row(d.question, kind="section"))
            seen = d.question
        what = d.aspect if d.same or d.aspect == "renamed" else f'{d.aspect} ("same" refused)'
        was = f"{d.reference}: {d.was}" if d.was else f"{d.reference}: none"
        now = (
            (f"{d.wave}: {d.now}" if d.now else f"{d.wave}: none")
            if d.aspect != "only in"
            else f"not in {d.wave}"
        )
        rows.append(Row(d.wave, (Cell(what), Cell(was), Cell(now)), indent=1))
    return Table(
        "codebooks",
        "Codebooks of the waves compared",
        columns,
        tuple(rows),
        comparison_notes(found),
        stub="Wave",
    )


def moved_table(found: MovedData, *, most: int = MOST) -> Table:
    """Lines that moved, and where there is room those that did not, by adjusted p."""
    shown = interval_allowed(found.provenance)
    label = label_of(found.provenance, level=found.level, length="short")
    several = found.rows[["wave", "against"]].drop_duplicates().shape[0] > 1
    columns = [Column("", align="left"), Column("Earlier"), Column("Later"), Column("Change")]
    columns += [*([Column(label)] * shown), Column("Adj. p"), Column("Smaller n")]
    listed = found.rows[found.rows["moved"] | (found.rows.index < most)]
    rows = []
    for r in listed.to_dict("records"):
        row = {str(k): v for k, v in r.items()}
        name = line_name(row) + (f" ({row['against']} to {row['wave']})" if several else "")
        p = row["p_adjusted"]
        cells = [
            Cell(_word(row)),
            *_value_cells(row),
            *([Cell(change_interval(row) or MISSING)] * shown),
            Cell(MISSING) if math.isnan(p) else Cell(p_value(p), p, "0.000"),
            count_cell(float(min(row["n_then"], row["n_now"]))),
        ]
        rows.append(Row(name, tuple(cells)))
    left = len(found.rows) - len(listed)
    notes = moved_notes(found)
    if left:
        notes = (*notes[:1], f"{left:,} more lines that did not move are not shown.", *notes[1:])
    return Table("moved", f"What moved, {found.against}", tuple(columns), tuple(rows), notes)


def _value_cells(row: Mapping[str, Any]) -> tuple[Cell, Cell, Cell]:
    """Earlier, later and change, with the numbers behind them."""
    text = values(row, cell=True)
    plain = "0." + "0" * text.decimals if text.decimals else "0"
    shares = is_share(row)
    first = f"{plain}%" if shares else plain
    scale = 100 if shares else 1
    return (
        Cell(text.then, row["then"], first),
        Cell(text.now, row["now"], first),
        Cell(text.change, scale * row["estimate"], plain),
    )


def _word(row: Mapping[str, Any]) -> str:
    if row["method"] in ("small base", "no test"):
        return str(row["method"])
    if not row["moved"]:
        return ""
    if not row["licensed"]:
        return f"differs ({row['why']})"
    return "rose" if row["estimate"] > 0 else "fell"


def decomposition_table(found: DecompositionData) -> Table:
    """Segments with share and value in both waves, rate and mix; the sums below."""
    share = found.topic.unit == "share"

    shown = interval_allowed(found.provenance)

    def gap(value: float, se: float) -> Cell:
        text = points(value, 1) if share else signed(value, 2)
        spread = f" ({number(100 * se, 1) if share else number(se, 2)})" if shown else ""
        return Cell(f"{text}{spread}", 100 * value if share else value, "0.0" if share else "0.00")

    columns = [
        Column(found.then, "Respondents"), Column(found.now, "Respondents"),
        Column(found.then, found.what), Column(found.now, found.what),
        Column("Rate" + " (SE)" * shown, "Change by"), Column("Mix" + " (SE)" * shown, "Change by"),
    ]  # fmt: skip
    unit = "share" if share else "score"
    rows = [
        Row(
            str(r["segment"]),
            (
                estimate_cell(r["share_then"], "share"), estimate_cell(r["share_now"], "share"),
                _value(r["value_then"], unit), _value(r["value_now"], unit),
                gap(r["rate"], r["rate_se"]), gap(r["mix"], r["mix_se"]),
            ),
        )
        for r in found.rows.to_dict("records")
    ]  # fmt: skip
    total = {r["part"]: r for r in found.totals.to_dict("records")}
    blank = (Cell(""),) * 4
    sums = [gap(total[k]["estimate"], total[k]["std_error"]) for k in ("rate", "mix")]
    rows.append(Row("All", (*blank, *sums), kind="net"))
    notes = [_total_note(found), *found.notes, *([SIMULATED] if found.provenance.simulated else [])]
    title = f"{found.topic.short}, {found.what}: {found.then} to {found.now}, by {found.by}"
    return Table(anchor("decomposed", found.topic.question), title, tuple(columns), tuple(rows), tuple(notes))


def _value(value: float, unit: str) -> Cell:
    return Cell(MISSING) if math.isnan(value) else estimate_cell(value, unit)


def _total_note(found: DecompositionData) -> str:
    row = found.totals.iloc[0]
    share = found.topic.unit == "share"
    text = f"{points(row['estimate'], 1)} points" if share else signed(row["estimate"], 2)
    label = label_of(found.provenance, level=found.level, length="short")
    limits = (
        percent_interval(row["conf_low"], row["conf_high"], 1)
        if share
        else plain_interval(row["conf_low"], row["conf_high"], 2)
    )
    inner = f" ({label} {limits})" if label else ""
    return f"Change {text}{inner} = rate + mix. Mix of one segment has no meaning of its own; the sum has."


def trend_table(found: TrendData) -> Table:
    """Lines down, waves across, changes that are marked with + or -."""
    rows = []
    unit = found.topic.unit
    for line, part in found.rows.groupby("line", sort=False):
        by = {str(r["wave"]): r for r in part.to_dict("records")}
        cells = []
        for wave in found.waves:
            r = by.get(wave)
            if r is None or r["n"] == 0:
                cells.append(Cell(MISSING))
                continue
            cell = estimate_cell(r["estimate"], unit)
            mark = ("+" if r["change"] > 0 else "\u2212") if r["marked"] else ""
            cells.append(Cell(cell.text, cell.value, cell.number_format, mark))
        rows.append(Row(str(line), tuple(cells)))
    first = next(iter(found.rows.groupby("line", sort=False)))[1].set_index("wave")["n"]
    rows.append(Row("n", tuple(count_cell(float(first.get(w, 0))) for w in found.waves), kind="base"))
    notes = [*found.notes, *([SIMULATED] if found.provenance.simulated else [])]
    title = f"{found.topic.short} by wave"
    columns = tuple(Column(w) for w in found.waves)
    return Table(
        anchor("trend", found.topic.question),
        title,
        columns,
        tuple(rows),
        tuple(notes),
        subject(found.base_text, found.provenance),
    )
