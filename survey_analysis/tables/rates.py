"""Tables of rates: both ratios by category, and the largest with what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.rates import RatesData
from survey_analysis.tables.estimates import MISSING, anchor, count_cell, interval_cell, ratio_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import fixed
from survey_analysis.wording.phrases import capitalised, in_sentence
from survey_analysis.wording.precision import value_of
from survey_analysis.wording.rates import model_line
from survey_analysis.wording.ratios import heaping_line


def extremes_table(found: ExtremesData, *, title: str = "", id_: str = "") -> Table:
    """Largest, median and smallest ratio; on all answers and with answers or categories left out."""
    shown = interval_allowed(found.provenance)
    columns = [Column("Largest"), Column("Category")]
    columns += [
        Column(f"{label_of(found.provenance, level=found.level, length='short')}, simultaneous")
    ] * shown
    columns += [Column("Median"), Column("Smallest"), Column("Categories")]
    body = []
    for row in found.to_frame().to_dict("records"):
        r = {str(k): v for k, v in row.items()}
        limits = interval_cell(
            value_of(r, "conf_low"), value_of(r, "conf_high"), "ratio", value_of(r, "largest")
        )
        body.append(
            Row(
                capitalised(str(r["what"])) + _gone(r),
                (
                    ratio_cell(value_of(r, "largest")),
                    Cell(str(r["largest_label"]) or MISSING),
                    *([limits] if shown else []),
                    ratio_cell(value_of(r, "median")),
                    ratio_cell(value_of(r, "smallest")),
                    count_cell(value_of(r, "categories")),
                ),
            )
        )
    notes = [heaping_line(found)]
    if found.undefined:
        notes.append(f"No ratio, because one side has no events: {', '.join(found.undefined)}.")
    notes.append("Simulated data." if found.simulated else "")
    return Table(
        id=id_ or anchor("largest", found.topic.question),
        title=title or f"Largest of {found.categories} ratios, {found.a} to {in_sentence(found.b)}",
        columns=tuple(columns),
        rows=tuple(body),
        notes=tuple(n for n in notes if n),
    )


def _gone(row: Mapping[str, Any]) -> str:
    """What a sensitivity left out, in brackets."""
    if row["answers_left_out"]:
        return f" ({row['answers_left_out']:,} answers)"
    if row["left_out"]:
        return f" ({row['left_out']})"
    return "" if row["what"] == "all answers" else " (none)"


def rates_table(rates: RatesData, *, title: str = "", id_: str = "") -> Table:
    """Mean counts, their ratio and the negative binomial ratio, a row a category."""
    shown = interval_allowed(rates.provenance)
    label = label_of(rates.provenance, level=rates.level, length="short")
    rows = [{str(k): v for k, v in r.items()} for r in rates.rows.to_dict("records")]
    nb = "Neg. bin., adjusted" if rates.adjusted_for else "Neg. bin."
    columns = [
        Column(str(rows[0]["a"])),
        Column(str(rows[0]["b"])),
        Column("Ratio"),
        *([Column(label)] * shown),
    ]
    columns += [Column(nb), *([Column(label)] * shown), Column("Events"), Column("n")]
    dims = [d.name for d in rates.test.dims if d.name in rates.rows]
    body = [Row(", ".join(str(r[d]) for d in dims) or "All", _rate_cells(r, shown=shown)) for r in rows]
    odd = list(dict.fromkeys(str(r["nb_method"]) for r in rows if r["nb_method"] != "negative binomial"))
    notes = [
        model_line(rates),
        "Events: effective events of the group that has fewer.",
        *(f"Negative binomial {m}." for m in odd),
        "Simulated data." if rates.simulated else "",
    ]
    topic = rates.test.topic
    return Table(
        id=id_ or anchor("rates", topic.question),
        title=title or f"{topic.short or topic.question}: ratio of rates",
        columns=tuple(columns),
        rows=tuple(body),
        notes=tuple(n for n in notes if n),
    )


def _rate_cells(r: Mapping[str, Any], *, shown: bool) -> tuple[Cell, ...]:
    def means(name: str) -> Cell:
        value = value_of(r, name)
        return Cell(MISSING) if value is None else Cell(fixed(value, 2), value, "0.00")

    def times(prefix: str, name: str) -> list[Cell]:
        value = value_of(r, name)
        limits = interval_cell(
            value_of(r, f"{prefix}conf_low"), value_of(r, f"{prefix}conf_high"), "ratio", value
        )
        return [ratio_cell(value), *([limits] if shown else [])]

    fewer = min(float(r["events_a"]), float(r["events_b"]))
    return (
        means("mean_a"),
        means("mean_b"),
        *times("", "ratio"),
        *times("nb_", "nb_ratio"),
        count_cell(fewer),
        count_cell(float(r["n_a"]) + float(r["n_b"])),
    )
