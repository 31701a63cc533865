"""Tables of analysis paths: one row a target, or one row an option."""

from __future__ import annotations

import math

from survey_analysis.results.robustness import LABEL_OF, RobustnessData, Target
from survey_analysis.robustness.judge import flips, summary
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.numbers import count, percent
from survey_analysis.wording.phrases import SIMULATED, capitalised, measured
from survey_analysis.wording.robustness import (
    number_text,
    printed_unit,
    sensitive_text,
    unit_note,
)

MISSING = "–"


def robustness_table(data: RobustnessData, *, id_: str = "table-robustness") -> Table:
    """The options of one target, or one row a target where there are several."""
    if len(data.targets) == 1:
        return options_table(data, data.targets[0], id_=id_)
    return targets_table(data, id_=id_)


def targets_table(data: RobustnessData, *, id_: str) -> Table:
    """One row a target: declared estimate, range, paths with the same conclusion, what it is sensitive to."""
    columns = (
        Column("Declared"),
        Column("Smallest"),
        Column("Largest"),
        Column("Conclusion", align="left"),
        Column("Holds in"),
        Column("Sensitive to", align="left"),
    )
    rows = []
    for target, row in zip(data.targets, summary(data).to_dict("records"), strict=True):
        rows.append(
            Row(
                target_name(target),
                (
                    _number(data, float(row["declared"])),
                    _number(data, float(row["low"])),
                    _number(data, float(row["high"])),
                    Cell(str(row["conclusion"])),
                    _share(float(row["share_same"])),
                    Cell(sensitive_text(data, target) or MISSING),
                ),
            )
        )
    title = f"{capitalised(measured(data.topic))}: {count(data.paths)} analysis paths"
    return Table(id_, title, columns, tuple(rows), notes=_notes(data))


def options_table(data: RobustnessData, target: Target, *, id_: str) -> Table:
    """One row an option: its paths, their range, how often the declared conclusion holds and flips."""
    columns = (
        Column("Paths"), Column("Smallest"), Column("Largest"), Column("Holds in"), Column("Flips"),
    )  # fmt: skip
    rows: list[Row] = []
    last = ""
    for row in flips(data, target.name).to_dict("records"):
        if row["dimension"] != last:
            last = str(row["dimension"])
            rows.append(Row(LABEL_OF[last], kind="section"))
        rows.append(
            Row(
                str(row["option"]),
                (
                    Cell(count(row["paths"]), float(row["paths"]), "#,##0"),
                    _number(data, float(row["low"])),
                    _number(data, float(row["high"])),
                    _share(float(row["same"])),
                    _share(float(row["share"])),
                ),
                indent=1,
            )
        )
    title = f"{target_name(target)}: {count(data.paths)} analysis paths"
    flip = "Flips: paths whose conclusion differs from that of the path with the declared choice and all else alike."
    return Table(id_, title, columns, tuple(rows), notes=(flip, *_notes(data)))


def target_name(target: Target) -> str:
    """The name with a minus between what is compared; hyphens of labels ("18 - 34") are left alone."""
    return (
        target.name.replace(f"{target.a} - {target.b}", f"{target.a} − {target.b}")
        if target.b
        else target.name
    )


def _notes(data: RobustnessData) -> tuple[str, ...]:
    unit = printed_unit(data).strip()
    what = {"points": "Percentage points.", "on the scale": "In units of the scale."}.get(unit, "")
    return tuple(x for x in (what, unit_note(data), SIMULATED if data.simulated else "") if x)


def _number(data: RobustnessData, value: float) -> Cell:
    if not math.isfinite(value):
        return Cell(MISSING)
    places = "0.0" if data.topic.unit == "share" else "0.00"
    shown = 100 * value if data.topic.unit == "share" and data.kind == "difference" else value
    style = "0.0%" if data.topic.unit == "share" and data.kind == "level" else places
    return Cell(number_text(data, value), shown, style)


def _share(value: float) -> Cell:
    return Cell(percent(value), value, "0%") if math.isfinite(value) else Cell(MISSING)
