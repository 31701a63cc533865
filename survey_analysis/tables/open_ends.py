"""The table of coded open answers: codes down, subjects across, those left uncoded last."""

from __future__ import annotations

from survey_analysis.openends.coded import CodedData
from survey_analysis.tables.estimates import MISSING, anchor, count_cell, estimate_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import percent_interval
from survey_analysis.wording.open_ends import frame_line
from survey_analysis.wording.phrases import noun
from survey_analysis.wording.precision import row_of, value_of


def coded_table(coded: CodedData, *, title: str = "", id_: str = "") -> Table:
    """Weighted share of each code, its interval beneath a subject's name; bases of what was and was not said."""
    shares = coded.shares
    rows = [row_of(shares, i) for i in range(len(shares))]
    shown = interval_allowed(shares.provenance)
    label = label_of(shares.provenance, level=shares.level, length="short")
    heads = [s.label for s in coded.subjects]
    columns = []
    for head in heads:
        columns += [Column("%", span=head), *([Column(label, span=head)] if shown else [])]
    cells = {(_subject(coded, i), str(r["level"])): r for i, r in enumerate(rows)}
    labels = [name for _, name in coded.labels]
    size = {
        name: max(
            (value_of(cells[h, name], "estimate") or 0.0 for h in heads if (h, name) in cells), default=0.0
        )
        for name in labels
    }
    ordered = [*sorted(labels[:-1], key=lambda x: -size[x]), labels[-1]]
    body = [
        Row(name, tuple(c for h in heads for c in _cells(cells.get((h, name)), shown=shown)))
        for name in ordered
    ]
    for text, column in (("Said something, n", "said"), ("Wrote that they had nothing to say, n", "nothing")):
        numbers = [count_cell(float(n)) for n in coded.counts[column]]
        body.append(
            Row(text, tuple(c for n in numbers for c in ([n, Cell("")] if shown else [n])), kind="base")
        )
    who = noun(coded.provenance.sample_kind, generalize=coded.provenance.generalize)
    return Table(
        id=id_ or anchor("coded", coded.frame),
        title=title or f"{shares.topic.short or coded.question}: share giving each",
        columns=tuple(columns),
        rows=tuple(body),
        notes=(frame_line(coded), *(("Simulated data.",) if coded.simulated else ())),
        base=f"{who} who said something; an answer may have several codes.",
    )


def _subject(coded: CodedData, i: int) -> str:
    dims, keys = coded.shares.dims, coded.shares.keys[i]
    return dims[0].label_of(keys[0]) if dims and keys else ""


def _cells(row: dict[str, object] | None, *, shown: bool) -> tuple[Cell, ...]:
    if row is None:
        return (Cell(MISSING),) * (2 if shown else 1)
    low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
    span = Cell(MISSING if low is None or high is None else percent_interval(low, high, 1))
    return (estimate_cell(value_of(row, "estimate"), "share"), *([span] if shown else []))
