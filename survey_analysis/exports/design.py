"""Columns with a job: ids, weights, strata, sampling units, samples, duration, start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from survey_analysis.exports.cells import Texts, moment_kind
from survey_analysis.exports.codes import number_of
from survey_analysis.exports.columns import Column
from survey_analysis.frames.facts import Labels
from survey_analysis.frames.normal import normal
from survey_analysis.frames.replicates import columns_of_replicates
from survey_analysis.frames.table import Table
from survey_analysis.readers.texts import number_text

_NUMBERS = "number"


def roles(table: Table) -> Iterator[tuple[str, str]]:
    """Data columns with a job, each with "number" where it must be one; a column may come twice."""
    design, study = table.study.design, table.study
    yield design.id, ""
    yield design.weight, _NUMBERS
    for name in design.weights.values():
        yield name, _NUMBERS
    for name in (*design.strata, *design.psu):
        yield name, ""
    for name in design.fpc:
        yield name, _NUMBERS
    for name in columns_of_replicates(table.raw, design):
        yield name, _NUMBERS
    yield design.randomised, ""
    for loop in design.loops.values():
        yield loop.probability, _NUMBERS
    for order in design.order.values():
        yield order.column, ""
    if study.samples is not None:
        yield study.samples.column, ""
    yield study.roles.duration, ""
    yield study.roles.started, ""
    yield study.roles.simulated, ""


def design_columns(
    table: Table, written: Sequence[Column], used: set[str]
) -> tuple[dict[str, str], list[Column]]:
    """Exported name of each column with a job, and the columns that no question has written yet.

    A question that holds the same cells stands for its column. Personal columns are not written.
    """
    names: dict[str, str] = {}
    out: list[Column] = []
    by_source = {c.source: c for c in written if c.source and not c.option}
    for name, kind in roles(table):
        if not name or name in names or name in table.private:
            continue
        if name not in table.raw.frame.columns:
            continue
        made = _column(table, name, number=kind == _NUMBERS)
        same = by_source.get(name)
        if same is not None and bool((same.cells == made.cells).all()):
            names[name] = same.name
            continue
        place, again = name, 1
        while place.casefold() in used:
            again += 1
            place = f"{name}_{again}"
        used.add(place.casefold())
        names[name] = place
        out.append(_named(made, place))
    return names, out


def _named(column: Column, name: str) -> Column:
    return Column(
        name,
        column.stored,
        column.cells,
        column.label,
        column.values,
        measure=column.measure,
        source=column.source,
    )


def _column(table: Table, name: str, *, number: bool) -> Column:
    raw: Texts = table.raw.column(name).to_numpy(dtype=object)
    blank = np.isin(raw, list(table.empty))
    cells = np.where(blank, "", raw)
    label = table.raw.wording.get(name, "")
    if number or _are_numbers(set(cells.tolist())):
        texts = {t: number_text(float(t)) if t.strip() else "" for t in set(cells.tolist())}
        cells = np.array([texts[t] for t in cells], dtype=object)
        values = _labels(table, name)
        if values and all(number_of(c) is not None for c, _ in values):
            return Column(name, "coded", cells, label, values, source=name)
        return Column(name, "number", cells, label, measure="scale", source=name)
    return Column(name, moment_kind(cells.tolist()), cells, label, source=name)


def _labels(table: Table, name: str) -> Labels:
    """Labels of the codes: those of the samples, else of the file."""
    samples = table.study.samples
    if samples is not None and samples.column == name:
        return tuple((c, table.study.sample_of(n).label or n) for n, c in samples.codes.items())
    return tuple(table.raw.labels.get(name, ()))


def _are_numbers(texts: set[str]) -> bool:
    """Whether every filled text is a number written as a number is: "007" is none."""
    filled = texts - {""}
    return bool(filled) and all(
        (x := number_of(t)) is not None and number_text(x) == normal(t) and t == t.strip() for t in filled
    )
