"""Tables of sources compared: one that is readable at a glance, and one for each part."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from survey_analysis.results.sources import Classical, Equivalence, SourceData
from survey_analysis.tables.estimates import (
    MISSING,
    UNIT_HEADS,
    anchor,
    count_cell,
    estimate_cell,
    estimate_table,
    interval_cell,
    test_table,
)
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.lines import base_line, n_text, question_wording
from survey_analysis.wording.numbers import fixed, p_value, percent
from survey_analysis.wording.phrases import noun
from survey_analysis.wording.precision import value_of
from survey_analysis.wording.sources import apart_line, compared, replicate_share


def source_table(data: SourceData, *, title: str = "", id_: str = "") -> Table:
    """Sources in their order: level, interval, people, rank set, share of replicates ranked first."""
    levels, ranks = data.levels, data.ranks
    shown = interval_allowed(levels.provenance)
    columns = [Column(UNIT_HEADS[levels.topic.unit])]
    if shown:
        columns.append(Column(label_of(levels.provenance, level=levels.level, length="short")))
    columns.append(Column("n"))
    if shown:
        columns += [Column("Rank"), Column("Rank set"), Column("Ranked first")]
    place = [d.name for d in levels.dims].index(data.dim)
    several = len(ranks.measures) > 1
    ranked = {(str(r["measure"]), str(r["source"])): r for r in _records(ranks.rows)}
    rows: list[Row] = []
    section = ""
    for i, keys in enumerate(levels.keys):
        labels = [d.label_of(k) for d, k in zip(levels.dims, keys, strict=True)]
        about = ", ".join(x for j, x in enumerate(labels) if j != place) or ranks.measures[0]
        if several and about != section:
            section = about
            rows.append(Row(about, kind="section"))
        row = {str(k): v for k, v in levels.rows.iloc[i].items()}
        cells = [estimate_cell(value_of(row, "estimate"), levels.topic.unit)]
        if shown:
            limits = value_of(row, "conf_low"), value_of(row, "conf_high")
            cells.append(interval_cell(*limits, levels.topic.unit))
        cells.append(count_cell(value_of(row, "n")))
        if shown:
            cells += _rank_cells(ranked.get((about, labels[place])))
        rows.append(Row(labels[place], tuple(cells), indent=1 if section else 0))
    return Table(
        id=id_ or anchor("sources", levels.topic.question, levels.topic.score),
        title=title or question_wording(levels.topic, levels) or levels.topic.question,
        columns=tuple(columns),
        rows=tuple(rows),
        notes=_notes(data, ranked=shown),
        base=base_line(levels).removeprefix("Base: "),
    )


def _rank_cells(row: dict[str, object] | None) -> list[Cell]:
    if row is None:
        return [Cell(MISSING)] * 3
    low, high = int(str(row["rank_low"])), int(str(row["rank_high"]))
    share = float(str(row["first_share"]))
    rank = int(str(row["rank"]))
    return [
        Cell(str(rank), float(rank), "0"),
        Cell(str(low) if low == high else f"{low}–{high}"),
        Cell(replicate_share(share, short=True), share, "0%"),
    ]


def _notes(data: SourceData, *, ranked: bool) -> tuple[str, ...]:
    out = []
    topic, ranks = data.levels.topic, data.ranks
    if topic.answers:
        out.append("Counted: " + ", ".join(f"“{a}”" for a in topic.answers) + ".")
    if ranked:
        out.append(
            f"Rank set: simultaneous {percent(ranks.level)} by all differences, {compared(data, ranks.base)}; "
            "a source whose set begins at 1 is not shown to be exceeded by any other."
        )
        out.append(
            f"Ranked first: share of {ranks.replicates:,} replicates ranked first ({ranks.drawn}), not a probability "
            "that a source leads."
        )
        lost = [x for x in ranks.no_first if x > 0]
        if lost:
            out.append(
                f"In up to {replicate_share(max(lost), short=True)} of replicates no source was ahead of all others: pairs rest on different bases."
            )
    if line := apart_line(data):
        out.append(line)
    out += [f"{n[:1].upper()}{n[1:]}." for n in data.notes]
    if data.simulated:
        out.append("Simulated data.")
    return tuple(out)


def source_tables(data: SourceData) -> dict[str, Table]:
    """A table for each part there is, by the name of the part."""
    about = anchor(data.levels.topic.question, data.levels.topic.score)
    name = data.levels.topic.short or data.levels.topic.question
    out = {
        "levels": source_table(data),
        "differences": test_table(
            data.differences, title=f"{name}: differences between sources", id_=f"sources-differences-{about}"
        ),
        "omnibus": test_table(
            data.omnibus, title=f"{name}: do the sources differ at all?", id_=f"sources-omnibus-{about}"
        ),
    }
    if data.within is not None:
        who = noun(data.within.provenance.sample_kind, generalize=data.within.provenance.generalize)
        out["within"] = replace(
            estimate_table(
                data.within, title=f"{name}: who rates whom higher", id_=f"sources-within-{about}"
            ),
            base=f"{who} who rated both of a pair; {n_text(data.within)}",
        )
    if data.equivalence is not None:
        out["equivalence"] = _equivalence_table(data, data.equivalence, f"sources-equivalence-{about}")
    if data.order is not None:
        out["order"] = test_table(
            data.order, title=f"{name}: rated first against rated later", id_=f"sources-order-{about}"
        )
    if data.interaction is not None:
        out["interaction"] = test_table(
            data.interaction, title=f"{name}: sources by {data.segment}", id_=f"sources-interaction-{about}"
        )
    if data.by_segment is not None:
        out["by_segment"] = test_table(
            data.by_segment, title=f"{name}: differences by {data.segment}", id_=f"sources-segment-{about}"
        )
    if len(data.classical.rows):
        out["classical"] = _classical_table(data, data.classical, f"sources-simple-{about}")
    marked = ("omnibus", "equivalence", "interaction", "classical") if data.simulated else ()
    for part in set(marked) & set(out):
        if "Simulated data." not in out[part].notes:
            out[part] = replace(out[part], notes=(*out[part].notes, "Simulated data."))
    return out


def _equivalence_table(data: SourceData, found: Equivalence, id_: str) -> Table:
    unit = data.levels.topic.unit
    scale, decimals = (100, 1) if unit == "share" else (1, 2)
    about = [d.name for d in data.differences.dims if d.name in found.rows]
    rows = []
    for row in _records(found.rows):
        parts = [*(str(row[a]) for a in about), str(row["contrast"]).replace(" - ", " − ")]
        name = ": ".join(parts) + (", own base" if row["base"] == "own" else ", same people")
        p = value_of(row, "p_value")
        d = value_of(row, "estimate")
        rows.append(
            Row(
                name,
                (
                    Cell(MISSING) if d is None else Cell(fixed(scale * d, decimals), scale * d, "0.0"),
                    interval_cell(value_of(row, "conf_low"), value_of(row, "conf_high"), unit),
                    Cell(MISSING) if p is None else Cell(p_value(p), p, "0.000"),
                    Cell("≈" if row["equivalent"] else ""),
                ),
            )
        )
    size = f"{fixed(scale * found.margin, decimals)}{' points' if scale == 100 else ''}"
    return Table(
        id_,
        f"{data.levels.topic.short or data.levels.topic.question}: is the difference smaller than {size}?",
        (Column("Difference"), Column(f"{percent(found.level)} interval"), Column("p"), Column("")),
        tuple(rows),
        notes=(f"≈ the difference is smaller than {size}, a margin that was declared: two one-sided tests.",),
    )


def _classical_table(data: SourceData, found: Classical, id_: str) -> Table:
    rows = []
    for row in _records(found.rows):
        number = {k: value_of(row, k) for k in ("estimate", "statistic", "p_adjusted", "effect_size")}
        p, effect = number["p_adjusted"], number["effect_size"]
        rows.append(
            Row(
                f"{row['test']}: {str(row['contrast']).replace(' - ', ' − ')}",
                (
                    estimate_cell(number["estimate"], "points"),
                    interval_cell(value_of(row, "conf_low"), value_of(row, "conf_high"), "points"),
                    _plain(number["statistic"], 2),
                    Cell(MISSING) if p is None else Cell(p_value(p), p, "0.000"),
                    Cell(MISSING)
                    if effect is None
                    else Cell(f"{row['effect']} {fixed(effect, 2)}", effect, "0.00"),
                    count_cell(value_of(row, "n")),
                ),
            )
        )
    return Table(
        id_,
        f"{data.levels.topic.short or data.levels.topic.question}: tests of simple samples",
        (
            Column("Points"),
            Column("Interval"),
            Column("Statistic"),
            Column("p"),
            Column("Effect"),
            Column("n"),
        ),
        tuple(rows),
        notes=("McNemar: mid-p, adjusted by Holm; interval of Bonett and Price.",),
    )


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: float | None, decimals: int) -> Cell:
    if value is None or math.isnan(value):
        return Cell(MISSING)
    return Cell(fixed(value, decimals), value, "0.00")
