"""Tables of estimates and tests: the one table model filled from results."""

from __future__ import annotations

import math
import re

from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.lines import base_line, question_wording, adjustment_line
from survey_analysis.wording.numbers import count, fixed, p_value, points, share_text
from survey_analysis.wording.precision import value_of

MISSING = "–"


def anchor(*parts: str) -> str:
    """An id for a table from the names it is about.

    >>> anchor("estimate", "1_Q20 top 2")
    'estimate-1-Q20-top-2'
    """
    text = re.sub(r"[^A-Za-z0-9_.-]+", "-", "-".join(p for p in parts if p)).strip("-.")
    return text.replace("_", "-") if text[:1].isalpha() else f"t-{text}"


def estimate_cell(value: float | None, unit: str, decimals: int | None = None) -> Cell:
    """An estimate as printed: shares in percent, scores with two decimals, counts whole."""
    if value is None or math.isnan(value):
        return Cell(MISSING)
    if unit == "share":
        d = 1 if decimals is None else decimals
        return Cell(share_text(value, d), value, "0." + "0" * d + "%" if d else "0%")
    if unit == "points":
        return Cell(fixed(100 * value, 1), value * 100, "0.0")
    if unit == "count":
        return Cell(count(value), value, "#,##0")
    return Cell(fixed(value, 2), value, "0.00")


def interval_cell(low: float | None, high: float | None, unit: str) -> Cell:
    """Limits as printed, in the unit of the estimate."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return Cell(MISSING)
    if unit in ("share", "points"):
        low_text, high_text = fixed(100 * low, 1), fixed(100 * high, 1)
    else:
        low_text, high_text = fixed(low, 2), fixed(high, 2)
    return Cell(f"{low_text} to {high_text}" if low < 0 else f"{low_text}–{high_text}")


def count_cell(value: float | None) -> Cell:
    """A base."""
    return Cell(MISSING) if value is None or math.isnan(value) else Cell(count(value), float(value), "#,##0")


def estimate_table(estimate: EstimateData, *, title: str = "", id_: str = "") -> Table:
    """Rows of an estimate: estimate, interval, standard error, three bases.

    No interval is printed where the kind of sample licenses none (statistics 2.12); `to_frame()` keeps it.
    """
    topic, rows = estimate.topic, estimate.rows
    shown = interval_allowed(estimate.provenance)
    label = label_of(estimate.provenance, level=estimate.level, length="short")
    head = {"share": "%", "points": "Points", "count": "Total", "ratio": "Ratio", "score": "Mean"}[topic.unit]
    columns = [Column(head)]
    if shown:
        columns += [Column(label), Column("SE")]
    columns += [Column("n"), Column("Effective"), Column("No answer")]
    body = []
    for i in range(len(rows)):
        row = {str(k): v for k, v in rows.iloc[i].items()}
        cells = [estimate_cell(value_of(row, "estimate"), topic.unit)]
        if shown:
            se = value_of(row, "std_error")
            scale = 100 if topic.unit in ("share", "points") else 1
            cells += [
                interval_cell(value_of(row, "conf_low"), value_of(row, "conf_high"), topic.unit),
                Cell(MISSING)
                if se is None
                else Cell(fixed(scale * se, 2 if scale == 100 else 3), scale * se, "0.00"),
            ]
        cells += [count_cell(value_of(row, c)) for c in ("n", "n_effective", "n_missing")]
        body.append(Row(_row_label(estimate, i), tuple(cells)))
    return Table(
        id=id_ or anchor("estimate", topic.question, topic.score),
        title=title or question_wording(topic, estimate) or topic.question,
        columns=tuple(columns),
        rows=tuple(body),
        notes=_notes(estimate),
        base=base_line(estimate).removeprefix("Base: "),
    )


def _row_label(estimate: EstimateData, i: int) -> str:
    parts = [d.label_of(k) for d, k in zip(estimate.dims, estimate.keys[i], strict=True)]
    if "level" in estimate.rows:
        parts.append(str(estimate.rows["level"].iloc[i]))
    return ", ".join(parts) or "All"


def _notes(estimate: EstimateData) -> tuple[str, ...]:
    out = []
    if estimate.topic.answers:
        out.append("Counted: " + ", ".join(f"“{a}”" for a in estimate.topic.answers) + ".")
    methods = list(dict.fromkeys(str(m) for m in estimate.rows["method"]))
    special = [m for m in methods if "0/100" in m or m == "no respondents"]
    out += [f"Some rows: {m}." for m in special]
    if estimate.simulated:
        out.append("Simulated data.")
    return tuple(out)


def test_table(test: TestData, *, title: str = "", id_: str = "") -> Table:
    """Rows of a test: the two estimates, difference with interval, p, effect size, people."""
    if test.kind in ("omnibus", "independence"):
        return _omnibus_table(test, title, id_)
    unit = test.topic.unit
    shown = interval_allowed(test.provenance)
    word = "Difference" if test.kind == "difference" else "Ratio"
    columns = [Column("Base", align="left"), Column("First"), Column("Second"), Column(word)]
    if shown:
        columns += [
            Column(label_of(test.provenance, level=test.level, length="short")),
            Column("p"),
            Column("Adjusted p"),
        ]
    has_effect = "effect" in test.rows and bool((test.rows["effect"] != "").any())
    if has_effect:
        columns.append(Column(str(test.rows["effect"].iloc[0])))
    columns.append(Column("n"))
    body = []
    for i in range(len(test.rows)):
        row = {str(k): v for k, v in test.rows.iloc[i].items()}
        cells = [
            Cell("same people" if row["base"] == "common" else "own base", align="left"),
            estimate_cell(value_of(row, "estimate_a"), unit),
            estimate_cell(value_of(row, "estimate_b"), unit),
            _gap(value_of(row, "estimate"), unit, test.kind),
        ]
        if shown:
            limits_unit = unit if test.kind == "difference" else "ratio"
            cells += [
                interval_cell(value_of(row, "conf_low"), value_of(row, "conf_high"), limits_unit),
                _p(value_of(row, "p_value")),
                _p(value_of(row, "p_adjusted")),
            ]
        if has_effect:
            effect = value_of(row, "effect_size")
            cells.append(Cell(MISSING) if effect is None else Cell(fixed(effect, 2), effect, "0.00"))
        cells.append(count_cell(value_of(row, "n")))
        body.append(Row(_contrast_label(test, row), tuple(cells)))
    return Table(
        id=id_ or anchor("test", test.topic.question, test.topic.score, test.kind),
        title=title or f"{question_wording(test.topic) or test.topic.question}: comparisons",
        columns=tuple(columns),
        rows=tuple(body),
        notes=(adjustment_line(test), *(("Simulated data.",) if test.simulated else ())),
    )


def _gap(value: float | None, unit: str, kind: str) -> Cell:
    if value is None or math.isnan(value):
        return Cell(MISSING)
    if kind == "ratio":
        return Cell(fixed(value, 1), value, "0.0")
    if unit in ("share", "points"):
        return Cell(points(value, 1), 100 * value, "+0.0;-0.0;0.0")
    return Cell(("+" if value > 0 else "") + fixed(value, 2), value, "+0.00;-0.00;0.00")


def _p(value: float | None) -> Cell:
    return Cell(MISSING) if value is None or math.isnan(value) else Cell(p_value(value), value, "0.000")


def _contrast_label(test: TestData, row: dict[str, object]) -> str:
    extra = [str(row[d.name]) for d in test.dims if d.name in row]
    if "level" in row and row["level"]:
        extra.append(str(row["level"]))
    contrast = str(row["contrast"]).replace(" - ", " − ")
    return ": ".join([", ".join(extra), contrast]) if extra else contrast


def _omnibus_table(test: TestData, title: str, id_: str) -> Table:
    columns = (Column("F"), Column("df"), Column("p"), Column("n"))
    body = []
    for i in range(len(test.rows)):
        row = {str(k): v for k, v in test.rows.iloc[i].items()}
        f, d1, d2 = (value_of(row, c) for c in ("statistic", "df", "df_residual"))
        cells = (
            Cell(MISSING) if f is None else Cell(fixed(f, 2), f, "0.00"),
            Cell(f"{fixed(d1 or 0, 0)}; {fixed(d2 or 0, 0)}"),
            _p(value_of(row, "p_value")),
            count_cell(value_of(row, "n")),
        )
        body.append(Row(_contrast_label(test, row), cells))
    return Table(
        id=id_ or anchor("omnibus", test.topic.question),
        title=title or f"{test.topic.short or test.topic.question}: omnibus tests",
        columns=columns,
        rows=tuple(body),
        notes=(adjustment_line(test),),
    )
