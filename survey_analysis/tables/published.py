"""The table of published figures: as printed, with what follows and what it would take."""

from __future__ import annotations

import math

import pandas as pd

from survey_analysis.results.published import PrintedFigure, PublishedData
from survey_analysis.tables.estimates import MISSING, anchor
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_label
from survey_analysis.wording.numbers import count, interval, percent_interval
from survey_analysis.wording.printed_figures import base_text, difference_text, printed

_NOTES = (
    "People needed: with fewer than the first number the claim cannot hold; from the second on it holds whatever else is assumed.",
    "Published figures are cited, not computed; nothing is compared with an estimate of ours.",
)


def published_table(data: PublishedData, *, title: str = "", id_: str = "") -> Table:
    """Figures and comparisons, item by item."""
    label = interval_label(None, level=data.assumptions.level, length="short")
    columns = (
        Column("Printed"),
        *([Column(label)] if data.assumptions.n else []),
        Column("Different people", span="People needed"),
        Column("Same people", span="People needed"),
        Column("Verdict", align="left"),
    )
    rows: list[Row] = []
    for item in data.items:
        figures = data.of_item(item)
        if item:
            rows.append(Row(item, kind="section"))
        rows += [_figure(f, data) for f in figures]
        mine = data.verdicts[data.verdicts["item"] == item] if len(data.verdicts) else data.verdicts
        rows += [_pair(r, data) for _, r in mine.iterrows()]
    cites = list(dict.fromkeys(f.cite for f in data.figures if f.cite))
    notes = [*_NOTES] if len(data.verdicts) else [_NOTES[1]]
    return Table(
        id=id_ or anchor("published", *data.items[:1]),
        title=title or "Figures printed by others, and what follows from them",
        columns=columns,
        rows=tuple(rows),
        notes=(*notes, *([f"Published: {'; '.join(cites)}."] if cites else [])),
        base=base_text(data.figures, data.assumptions).removeprefix("base "),
    )


def _figure(f: PrintedFigure, data: PublishedData) -> Row:
    empty = (Cell(MISSING),) * 2
    known = bool(data.assumptions.n)
    if f.unit == "times":
        text = f"{'up to ' if f.up_to else ''}{printed(f)} times"
        cells = (Cell(text, f.value, "0.0"), *([Cell(MISSING)] if known else []), *empty)
        return Row(f.subject, (*cells, Cell("no base, no interval")), indent=1)
    limits = Cell(MISSING)
    if known:
        mine = data.rows[(data.rows["item"] == f.item) & (data.rows["subject"] == f.subject)]
        if mine["possible"].all():
            limits = Cell(percent_interval(mine["low_widest"].min(), mine["high_widest"].max(), 1))
        else:
            limits = Cell("not from this base")
    cells = (Cell(printed(f), 100 * f.value, "0.0"), *([limits] if known else []), *empty, Cell(""))
    return Row(f.subject, cells, indent=1)


def _pair(row: pd.Series, data: PublishedData) -> Row:
    mine = data.of_pair(data.pairs, row)
    limits = Cell(MISSING)
    if mine["possible"].all():
        limits = Cell(interval(100 * mine["low"].min(), 100 * mine["high"].max(), 1))
    needed = data.of_pair(data.needed, row)
    cells = tuple(_needed(needed[needed["people"] == group]) for group in ("different", "same"))
    verdict = str(row["verdict"])
    figures = data.of_item(str(row["item"]))
    plain = len(figures) == 2 and figures[0].subject == row["a"]
    return Row(
        "Difference" if plain else f"{row['a']} higher than {row['b']}",
        (
            Cell(difference_text(data, row), 100 * row["difference"], "0.0"),
            *([limits] if data.assumptions.n else []),
            *cells,
            Cell(verdict if verdict != "only if" else "only if enough people"),
        ),
        kind="net",
        indent=1,
    )


def _needed(rows: pd.DataFrame) -> Cell:
    by = dict(zip(rows["case"], rows["n_needed"], strict=True))
    if not by:
        return Cell(MISSING)
    texts = [count(v) if math.isfinite(v) else "no number" for v in (by["most"], by["least"])]
    return Cell(f"{texts[0]} to {texts[1]}" if texts[0] != texts[1] else texts[0])
