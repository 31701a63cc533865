"""Tables of reliability: coefficients by group, items, factorability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd

from survey_analysis.errors import ReportError
from survey_analysis.results.reliability import ReliabilityData
from survey_analysis.tables.estimates import MISSING, anchor, count_cell, interval_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import count, fixed, p_value
from survey_analysis.wording.reliability import NAMES, concern_sentences, group_of, head_of, title_of

ReliabilityTable = Literal["summary", "coefficients", "items", "factors", "scales"]
_BESIDE: Final = (
    ("alpha_standardised", "Stand."),
    ("alpha_ordinal", "Ordinal"),
    ("omega_total", "Omega"),
    ("omega_hierarchical", "Omega h"),
)
_ITEMS: Final = (
    ("mean", "Mean"),
    ("sd", "SD"),
    ("r_total", "r total"),
    ("r_corrected", "r corrected"),
    ("r_dropped", "r others"),
    ("alpha_dropped", "Alpha without"),
    ("sampling_adequacy", "KMO"),
)


def reliability_table(result: ReliabilityData, kind: ReliabilityTable = "summary") -> Table:
    """A table of reliability.

    Parameters
    ----------
    kind : {"summary", "coefficients", "items", "factors", "scales"}
        One line a scale and group; every coefficient with its variant; item statistics; KMO, Bartlett's test
        and eigenvalues; correlations between scales.
    """
    if kind == "summary" and result.kind == "consistency":
        return _summary(result)
    if kind in ("summary", "coefficients"):
        return _coefficients(result)
    made = {"items": _items, "factors": _factors, "scales": _scales}
    if kind not in made:
        raise ReportError(
            f"There is no table '{kind}' of reliability.",
            hint='"summary", "coefficients", "items", "factors" or "scales".',
        )
    frame = {"items": result.items, "factors": result.factors, "scales": result.scales}[kind]
    if not len(frame):
        raise ReportError(
            f"There are no {kind} to show.",
            where="one scale, ratings that were compared, or no coefficient that is defined.",
        )
    return made[kind](result)


def _number(value: Any, decimals: int = 2) -> Cell:
    if value is None or not math.isfinite(float(value)):
        return Cell(MISSING)
    return Cell(fixed(float(value), decimals), float(value), "0." + "0" * decimals)


def _summary(result: ReliabilityData) -> Table:
    rows, shown = result.rows, interval_allowed(result.provenance)
    beside = [x for x in _BESIDE if (rows["coefficient"] == x[0]).any()]
    columns = [Column("Reliability")]
    if shown:
        columns.append(Column(label_of(result.provenance, level=result.level, length="short")))
    columns += [*(Column(label) for _, label in beside), Column("n"), Column("Incomplete")]
    body: list[Row] = []
    section = ""
    for i in range(len(rows)):
        name = str(rows["coefficient"].iloc[i])
        if name not in ("alpha", "spearman_brown") or "polychoric" in str(rows["variant"].iloc[i]):
            continue
        head = f"{rows['construct'].iloc[i]}: {NAMES[name]} of {count(rows['items'].iloc[i])} items"
        group = group_of(result, i)
        if head != section and group:
            body.append(Row(head, kind="section"))
        section = head
        same = rows[[k == result.keys[i] for k in result.keys]]
        cells = [_number(rows["estimate"].iloc[i])]
        if shown:
            cells.append(interval_cell(*_limits(rows, i), "score"))
        cells += [_number(_first(same, key, ordinal=name == "spearman_brown")) for key, _ in beside]
        cells += [count_cell(float(rows[c].iloc[i])) for c in ("n", "n_missing")]
        body.append(Row(group or head, tuple(cells), indent=1 if group else 0))
    return Table(
        anchor("reliability", *_names(result)[:3]), title_of(result), tuple(columns), tuple(body),
        notes=_notes(result, beside), base=_base(result),
    )  # fmt: skip


def _names(result: ReliabilityData) -> list[str]:
    return list(dict.fromkeys(k[0] for k in result.keys))


def _first(rows: pd.DataFrame, name: str, *, ordinal: bool) -> float | None:
    """The value of a coefficient in a group; the ordinal one of two items is Spearman-Brown's."""
    if ordinal and name == "alpha_ordinal":
        found = rows[(rows["coefficient"] == "spearman_brown") & rows["variant"].str.contains("polychoric")]
    else:
        found = rows[rows["coefficient"] == name]
        if name == "omega_total" and (rows["coefficient"] == "omega_hierarchical").any():
            found = found[found["variant"].str.startswith("Schmid")]
    return float(found["estimate"].iloc[0]) if len(found) else None


def _limits(rows: pd.DataFrame, i: int) -> tuple[float, float]:
    return float(rows["conf_low"].iloc[i]), float(rows["conf_high"].iloc[i])


def _notes(result: ReliabilityData, beside: Sequence[tuple[str, str]] = ()) -> tuple[str, ...]:
    notes = []
    if any(key == "omega_total" for key, _ in beside):
        rows = result.rows[result.rows["coefficient"] == "omega_total"]
        schmid = rows[rows["variant"].str.startswith("Schmid")]
        variant = str((schmid if len(schmid) else rows)["variant"].iloc[0])
        notes.append(f"Omega: total, {variant}.")
    if any(key == "alpha_ordinal" for key, _ in beside):
        notes.append("Ordinal: of polychoric correlations.")
    if result.weighted:
        notes.append("Weighted.")
    notes += concern_sentences(result)
    if result.simulated:
        notes.append("Simulated data.")
    return tuple(notes)


def _base(result: ReliabilityData) -> str:
    people = "simulated respondents" if result.simulated else "respondents"
    if result.kind == "icc":
        return f"{people} who gave every rating"
    if result.missing == "complete":
        return f"{people} who answered every item"
    return f"{people} who answered, pair by pair of items"


def _coefficients(result: ReliabilityData) -> Table:
    rows, shown = result.rows, interval_allowed(result.provenance)
    tested = "p_value" in rows and rows["p_value"].notna().any()
    columns = [Column("Coefficient")]
    if shown:
        columns += [Column(label_of(result.provenance, level=result.level, length="short")), Column("SE")]
    columns += [Column("F"), Column("p")] if tested else []
    columns.append(Column("n"))
    body: list[Row] = []
    section = ""
    for i in range(len(rows)):
        group = group_of(result, i)
        head = f"{rows['construct'].iloc[i]}{f', {group}' if group else ''}"
        if head != section:
            body.append(Row(head, kind="section"))
            section = head
        row = rows.iloc[i]
        cells = [_number(row["estimate"])]
        if shown:
            cells += [interval_cell(*_limits(rows, i), "score"), _number(row["std_error"], 3)]
        if tested:
            p = float(row["p_value"])
            cells += [
                _number(row["statistic"]),
                Cell(MISSING) if math.isnan(p) else Cell(p_value(p), p, "0.000"),
            ]
        cells.append(count_cell(float(row["n"])))
        body.append(Row(head_of(row["coefficient"], row["variant"]), tuple(cells), indent=1))
    return Table(
        anchor("coefficients", *_names(result)[:3]), title_of(result), tuple(columns), tuple(body),
        notes=_notes(result), base=_base(result),
    )  # fmt: skip


def _items(result: ReliabilityData) -> Table:
    frame, dims = result.items, [d.name for d in result.dims[1:]]
    body: list[Row] = []
    section = ""
    for _, row in frame.iterrows():
        head = ", ".join([str(row["construct"]), *(str(row[d]) for d in dims)])
        if head != section:
            body.append(Row(head, kind="section"))
            section = head
        cells = [count_cell(float(row["n"])), *(_number(row[key]) for key, _ in _ITEMS)]
        body.append(Row(str(row["item"]), tuple(cells), indent=1))
    notes = (
        "r total: with the sum of all items; r corrected: with the item’s own error taken out (psych’s r.cor).",
        "r others: with the sum of the other items; alpha without: of the other items.",
    )
    return Table(
        anchor("items", *_names(result)[:3]), f"Items: {title_of(result)}",
        (Column("n"), *(Column(label) for _, label in _ITEMS)), tuple(body),
        notes=(*notes, *_notes(result)), base=_base(result),
    )  # fmt: skip


def _factors(result: ReliabilityData) -> Table:
    dims = [d.name for d in result.dims[1:]]
    body = []
    for _, row in result.factors.iterrows():
        p = float(row["bartlett_p"])
        cells = (
            count_cell(float(row["n"])),
            _number(row["kmo"]),
            _number(row["bartlett"], 1),
            count_cell(float(row["bartlett_df"])),
            Cell(MISSING) if math.isnan(p) else Cell(p_value(p), p, "0.000"),
            Cell(", ".join(fixed(v, 2) for v in row["eigenvalues"][:4])),
            count_cell(float(row["components"])),
        )
        body.append(Row(", ".join([str(row["construct"]), *(str(row[d]) for d in dims)]), cells))
    heads = ("n", "KMO", "Bartlett χ²", "df", "p", "First eigenvalues", "Components")
    notes = [
        "Components: eigenvalues above the 95% quantile of uncorrelated answers of as many people (parallel analysis)."
    ]
    if result.factors["bartlett"].isna().any():
        notes.append(
            "Bartlett’s test is of simple samples; where it is missing the survey is none, or singular."
        )
    return Table(
        anchor("factors", *_names(result)[:3]), f"Factorability: {title_of(result)}", tuple(Column(h) for h in heads),
        tuple(body), notes=(*notes, *_notes(result)), base=_base(result),
    )  # fmt: skip


def _scales(result: ReliabilityData) -> Table:
    dims = [d.name for d in result.dims[1:]]
    body: list[Row] = []
    section = ""
    for _, row in result.scales.iterrows():
        head = f"{row['construct']} and {row['other']}"
        group = ", ".join(str(row[d]) for d in dims)
        if group and group != section:
            body.append(Row(group, kind="section"))
            section = group
        cells = (_number(row["correlation"]), _number(row["corrected"]), count_cell(float(row["n"])))
        body.append(Row(head, cells, indent=1 if group else 0))
    notes = (
        "Corrected: for attenuation, divided by the root of both alphas (Spearman 1904); it can exceed 1.",
    )
    return Table(
        anchor("scales", *_names(result)[:3]), f"Between scales: {title_of(result)}",
        (Column("r"), Column("Corrected"), Column("n")), tuple(body),
        notes=(*notes, *_notes(result)), base=_base(result),
    )  # fmt: skip
