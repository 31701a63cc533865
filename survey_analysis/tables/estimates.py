"""Tables of estimates and tests: the one table model filled from results."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from survey_analysis.results.estimate import EstimateData, Unit
from survey_analysis.results.test import TestData
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.tables.simple_tests import simple_table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.levels import unit_of
from survey_analysis.wording.lines import adjustment_line, base_line, question_wording
from survey_analysis.wording.numbers import count, fixed, p_value, points, ratio_decimals, share_text
from survey_analysis.wording.phrases import capitalised, measured
from survey_analysis.wording.precision import value_of

MISSING = "–"
UNIT_HEADS = {
    "share": "%",
    "points": "Points",
    "count": "Total",
    "ratio": "Ratio",
    "score": "Mean",
    "pomp": "Mean",
}
HEADS = {
    "quantile": "Quantile",
    "variance": "Variance",
    "std_dev": "SD",
    "covariance": "Covariance",
    "correlation": "Correlation",
    "contrast": "Contrast",
    "transform": "Value",
}


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
    d = max(2, ratio_decimals(value)) if unit == "ratio" else 1 if unit == "pomp" else 2
    return Cell(fixed(value, d), value, "0." + "0" * d)


def ratio_cell(value: float | None) -> Cell:
    """A ratio of two estimates as printed in a sentence: one decimal, more when it is small."""
    if value is None or math.isnan(value):
        return Cell(MISSING)
    d = ratio_decimals(value)
    return Cell(fixed(value, d), value, "0." + "0" * d)


def interval_cell(low: float | None, high: float | None, unit: str, estimate: float | None = None) -> Cell:
    """Limits as printed, in the unit of the estimate; of a small ratio with the decimals of the estimate."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return Cell(MISSING)
    if unit in ("share", "points"):
        low_text, high_text = fixed(100 * low, 1), fixed(100 * high, 1)
    else:
        small = unit == "ratio" and estimate is not None and not math.isnan(estimate)
        d = max(2, ratio_decimals(estimate)) if small and estimate is not None else 1 if unit == "pomp" else 2
        low_text, high_text = fixed(low, d), fixed(high, d)
    return Cell(f"{low_text} to {high_text}" if low < 0 else f"{low_text}–{high_text}")


def _se_cell(se: float, estimate: float | None, unit: str) -> Cell:
    """A standard error in the unit of its estimate; of a small ratio with a decimal more than it."""
    scale = 100 if unit in ("share", "points") else 1
    d = 2 if scale == 100 or unit == "pomp" else 3
    if unit == "ratio" and estimate is not None and not math.isnan(estimate):
        d = max(d, ratio_decimals(estimate) + 1)
    return Cell(fixed(scale * se, d), scale * se, "0." + "0" * d)


def count_cell(value: float | None) -> Cell:
    """A base."""
    return Cell(MISSING) if value is None or math.isnan(value) else Cell(count(value), float(value), "#,##0")


def estimate_table(estimate: EstimateData, *, title: str = "", id_: str = "") -> Table:
    """Rows of an estimate: estimate, interval, standard error, three bases.

    No interval is printed where the kind of sample licenses none (statistics 2.12); `to_frame()` keeps it.
    """
    topic, rows = replace(estimate.topic, unit=_printed_unit(estimate)), estimate.rows
    shown = interval_allowed(estimate.provenance)
    label = label_of(estimate.provenance, level=estimate.level, length="short")
    head = "Median" if topic.score == "median" else HEADS.get(topic.statistic) or UNIT_HEADS[topic.unit]
    columns = [Column(head)]
    if shown:
        columns += [Column(label), Column("SE")]
    columns += [Column("n"), Column("Effective"), Column("No answer")]
    body: list[Row] = []
    places = [_place(estimate, i) for i in range(len(rows))]
    grouped = len({about for about, _ in places}) < len(places)
    section = ""
    for i, (about, name) in enumerate(places):
        if grouped and about != section:
            section = about
            body.append(Row(about, kind="section"))
        row = {str(k): v for k, v in rows.iloc[i].items()}
        cells = [estimate_cell(value_of(row, "estimate"), topic.unit)]
        if shown:
            se = value_of(row, "std_error")
            cells += [
                interval_cell(
                    value_of(row, "conf_low"),
                    value_of(row, "conf_high"),
                    topic.unit,
                    value_of(row, "estimate"),
                ),
                Cell(MISSING) if se is None else _se_cell(se, value_of(row, "estimate"), topic.unit),
            ]
        cells += [count_cell(value_of(row, c)) for c in ("n", "n_effective", "n_missing")]
        label = name if grouped else ", ".join(x for x in (about, name) if x)
        body.append(Row(label, tuple(cells), indent=1 if section else 0))
    return Table(
        id=id_ or anchor("estimate", topic.question, topic.score),
        title=title or _title(estimate),
        columns=tuple(columns),
        rows=tuple(body),
        notes=_notes(estimate),
        base=base_line(estimate).removeprefix("Base: "),
    )


def _printed_unit(estimate: EstimateData) -> Unit:
    """The unit that sentences print in: a part of the events counted is a share of them."""
    return "share" if unit_of(estimate) == "share" else estimate.topic.unit


def _title(estimate: EstimateData) -> str:
    """The question as worded; of a ratio what stands over what."""
    topic = estimate.topic
    if topic.statistic == "ratio" and topic.denominator:
        return capitalised(measured(topic))
    return question_wording(topic, estimate) or topic.question


def _place(estimate: EstimateData, i: int) -> tuple[str, str]:
    """What a row is about (all but its last label) and its last label: rows that share the first stand together."""
    parts = [d.label_of(k) for d, k in zip(estimate.dims, estimate.keys[i], strict=True)]
    if "level" in estimate.rows:
        parts.append(str(estimate.rows["level"].iloc[i]))
    return ", ".join(parts[:-1]), parts[-1] if parts else "All"


def _notes(estimate: EstimateData) -> tuple[str, ...]:
    out = []
    if estimate.topic.answers:
        out.append("Counted: " + ", ".join(f"“{a}”" for a in estimate.topic.answers) + ".")
    methods = list(dict.fromkeys(str(m) for m in estimate.rows["method"]))
    special = [m for m in methods if "0/100" in m or m == "no respondents"]
    out += [f"Some rows: {m[:1].upper()}{m[1:]}.".replace("orn-graubard", "orn-Graubard") for m in special]
    if estimate.simulated:
        out.append("Simulated data.")
    return tuple(out)


def test_table(test: TestData, *, title: str = "", id_: str = "") -> Table:
    """Rows of a test: the two estimates, difference with interval, adjusted p, effect size, people.

    Rows that share what they are about stand under one heading; when all compare with the same level, it
    is named once, in the head. The unadjusted p stays in `to_frame()`.
    """
    if test.kind == "simple":
        name = test.topic.short or test.topic.question
        return simple_table(test, title=title or name, id_=id_ or anchor("simple-test", test.topic.question))
    if not test.compares:
        return _omnibus_table(test, title, id_)
    shown = interval_allowed(test.provenance)
    rows = _side_by_side(test)
    others = {str(r["b"]) for r in rows}
    only = next(iter(others)) if len(others) == 1 else ""
    bases = {str(r["base"]) for r in rows}
    columns = [
        Column(
            str(rows[0]["a"]) if len({str(r["a"]) for r in rows}) == 1 else "Estimate" if only else "First"
        ),
        Column(only or "Second"),
    ]
    columns.append(Column("Difference" if test.kind == "difference" else "Ratio"))
    if shown:
        columns += [Column(label_of(test.provenance, level=test.level, length="short")), Column("Adjusted p")]
    effect = _effect_name(test)
    if effect:
        columns.append(Column(effect))
    columns.append(Column("n"))
    body: list[Row] = []
    section = ""
    alone = bool(only) and len(bases) == 1 and len({str(r["a"]) for r in rows}) == 1
    for row in rows:
        about = _about(test, row)
        if alone and about:
            body.append(Row(about, _test_cells(test, row, shown=shown, effect=effect)))
            continue
        if about != section:
            section = about
            body.append(Row(about, kind="section"))
        name = str(row["a"]) if only else f"{row['a']} − {row['b']}"
        if len(bases) > 1:
            name += ", own base" if row["base"] == "own" else ", same people"
        body.append(Row(name, _test_cells(test, row, shown=shown, effect=effect), indent=1 if section else 0))
    return Table(
        id=id_ or anchor("test", test.topic.question, test.topic.score, test.kind),
        title=title
        or f"{question_wording(test.topic).removesuffix('.') or test.topic.question}: comparisons",
        columns=tuple(columns),
        rows=tuple(body),
        notes=(adjustment_line(test), *(("Simulated data.",) if test.simulated else ())),
    )


def _side_by_side(test: TestData) -> list[dict[str, object]]:
    """Rows with the own-base and the same-people result of a comparison under each other."""
    rows = [{str(k): v for k, v in test.rows.iloc[i].items()} for i in range(len(test.rows))]
    place: dict[tuple[str, str, str], int] = {}
    sections: dict[str, int] = {}
    for row in rows:
        about = _about(test, row)
        sections.setdefault(about, len(sections))
        place.setdefault((about, str(row["a"]), str(row["b"])), len(place))

    def order(row: dict[str, object]) -> tuple[int, int]:
        about = _about(test, row)
        return sections[about], place[about, str(row["a"]), str(row["b"])]

    return sorted(rows, key=order)


def _effect_name(test: TestData) -> str:
    names = [str(e) for e in test.rows.get("effect", ()) if e]
    return names[0] if names else ""


def _about(test: TestData, row: dict[str, object]) -> str:
    """What a comparison is about besides its two levels: construct, group, answer."""
    extra = [str(row[d.name]) for d in test.dims if d.name in row]
    if row.get("level"):
        extra.append(str(row["level"]))
    return ", ".join(extra)


def _test_cells(test: TestData, row: dict[str, object], *, shown: bool, effect: str) -> tuple[Cell, ...]:
    unit = test.topic.unit
    cells = [
        estimate_cell(value_of(row, "estimate_a"), unit),
        estimate_cell(value_of(row, "estimate_b"), unit),
        _gap(value_of(row, "estimate"), unit, test.kind),
    ]
    if shown:
        limits_unit = unit if test.kind == "difference" else "ratio"
        cells += [
            interval_cell(
                value_of(row, "conf_low"), value_of(row, "conf_high"), limits_unit, value_of(row, "estimate")
            ),
            _p(value_of(row, "p_adjusted")),
        ]
    if effect:
        size = value_of(row, "effect_size")
        cells.append(Cell(MISSING) if size is None else Cell(fixed(size, 2), size, "0.00"))
    return (*cells, count_cell(value_of(row, "n")))


def _gap(value: float | None, unit: str, kind: str) -> Cell:
    if value is None or math.isnan(value):
        return Cell(MISSING)
    if kind == "ratio":
        return ratio_cell(value)
    if unit in ("share", "points"):
        return Cell(points(value, 1), 100 * value, "+0.0;-0.0;0.0")
    d = 1 if unit == "pomp" else 2
    zeros = "0." + "0" * d
    return Cell(("+" if value > 0 else "") + fixed(value, d), value, f"+{zeros};-{zeros};{zeros}")


def _p(value: float | None) -> Cell:
    return Cell(MISSING) if value is None or math.isnan(value) else Cell(p_value(value), value, "0.000")


def _contrast_label(test: TestData, row: dict[str, object]) -> str:
    about = _about(test, row)
    contrast = str(row["contrast"])
    if " equal in every " in contrast and contrast.count(" - ") == 1:  # the other " - " may be in a label
        contrast = contrast.replace(" - ", " − ")
    return f"{about}: {contrast}" if about else contrast


def _omnibus_table(test: TestData, title: str, id_: str) -> Table:
    """Tests of a whole: what was tested, its estimate where there is one, statistic, df, p, people."""
    rows = [{str(k): v for k, v in test.rows.iloc[i].items()} for i in range(len(test.rows))]
    symbols = {str(row.get("symbol") or "F") for row in rows}
    estimated = any("estimate" in row for row in rows)
    head = "Kappa" if test.kind == "agreement" else "Rank" if test.kind == "rank" else "Mean"
    columns = [Column(head)] if estimated else []
    columns += [
        Column(symbols.pop() if len(symbols) == 1 else "Statistic"),
        Column("df"),
        Column("p"),
        Column("n"),
    ]
    several = len({str(row.get("base")) for row in rows}) > 1
    body = [
        Row(
            _contrast_label(test, row) + (_BASES[str(row["base"])] if several else ""),
            _whole_cells(row, estimated=estimated),
        )
        for row in rows
    ]
    return Table(
        id=id_ or anchor("omnibus" if test.kind == "omnibus" else test.kind, test.topic.question),
        title=title or f"{test.topic.short or test.topic.question}: {_KINDS.get(test.kind, 'omnibus tests')}",
        columns=tuple(columns),
        rows=tuple(body),
        notes=(adjustment_line(test), *_whole_notes(test, rows)),
    )


_BASES = {"own": ", own bases", "common": ", same people pair by pair", "all": ", same people, rated all"}
_KINDS = {
    "independence": "test of independence",
    "goodness": "test of given shares",
    "t": "t test",
    "rank": "rank test",
    "agreement": "agreement",
}


def _whole_cells(row: dict[str, object], *, estimated: bool) -> tuple[Cell, ...]:
    statistic, *freedom = (value_of(row, c) for c in ("statistic", "df", "df_residual"))
    df = "; ".join(fixed(d, 0) for d in freedom if d is not None and not math.isinf(d))
    cells = [estimate_cell(value_of(row, "estimate"), "score")] if estimated else []
    return (
        *cells,
        Cell(MISSING) if statistic is None else Cell(fixed(statistic, 2), statistic, "0.00"),
        Cell(df or MISSING),
        _p(value_of(row, "p_value")),
        count_cell(value_of(row, "n")),
    )


def _whole_notes(test: TestData, rows: list[dict[str, object]]) -> tuple[str, ...]:
    notes = [f"{str(row['note'])[:1].upper()}{str(row['note'])[1:]}." for row in rows if row.get("note")]
    return (
        *dict.fromkeys(notes),
        *(("Simulated data.",) if test.simulated and test.kind != "omnibus" else ()),
    )
