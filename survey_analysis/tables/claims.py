"""Checked claims and drafts: as a table for pages and workbooks, as a list for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any, Final, Literal

from survey_analysis.fonts import inert
from survey_analysis.results.claims import FAILING, ClaimsData, DraftData
from survey_analysis.tables.estimates import MISSING, count_cell, estimate_cell, interval_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.check import DAGGER
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import count, interval, ratio
from survey_analysis.wording.phrases import SIMULATED, capitalised
from survey_analysis.wording.precision import value_of

_INDENT: Final = " " * 4


def claims_table(
    claims: ClaimsData,
    *,
    licence: Literal["column", "elsewhere"] = "column",
    title: str = "Claims checked",
    id_: str = "claims-checked",
) -> Table:
    """Each claim in full over its verdict, estimate, interval, base and, unless told elsewhere, its licence."""
    shown = interval_allowed(claims.provenance)
    label = label_of(claims.provenance, level=claims.level, length="short") or "Interval"
    columns = (
        Column("Estimate"),
        *((Column(label),) if shown else ()),
        Column("n"),
        *((Column("Licence needed", align="left"),) if licence == "column" else ()),
    )
    rows: list[Row] = []
    for i, row in enumerate(_rows(claims), 1):
        rows.append(Row(f"{i}. {row['claim']}", kind="section"))
        cells = _cells(row, shown=shown)
        rows.append(Row(str(row["verdict"]), cells if licence == "column" else cells[:-1]))
    return Table(id_, title, columns, tuple(rows), notes=_notes(claims), stub="Verdict")


def claims_reasons(claims: ClaimsData) -> tuple[str, ...]:
    """Why each claim has its verdict, the licence it needs, what may be said instead, in the order of the table."""
    return tuple(_why(row) + _licence(row) for row in _rows(claims))


def _licence(row: Mapping[str, Any]) -> str:
    return f" Licence: {row['licence']}." if row["licence"] else ""


def _cells(row: Mapping[str, Any], *, shown: bool) -> tuple[Cell, ...]:
    unit = str(row["unit"])
    value = value_of(row, "estimate")
    return (
        Cell(MISSING) if value is None else _estimate(value, unit),
        *((_interval(row, unit),) if shown else ()),
        count_cell(value_of(row, "n")),
        Cell(str(row["licence"]) or MISSING, align="left"),
    )


def _estimate(value: float, unit: str) -> Cell:
    if unit == "ratio":
        return Cell(f"{ratio(value)} times", value, "0.0")
    cell = estimate_cell(value, unit)
    sign = {"share": "%", "points": " points"}.get(unit, "")
    return Cell(cell.text + sign, cell.value, cell.number_format)


def _interval(row: Mapping[str, Any], unit: str) -> Cell:
    low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
    if unit == "ratio" and low is not None and high is not None:
        return Cell(interval(low, high, 1))
    return interval_cell(low, high, unit)


def _why(row: Mapping[str, Any]) -> str:
    instead = str(row["instead"] or "")
    return capitalised(str(row["reason"])) + "." + (f" Instead: {instead}." if instead else "")


def _notes(claims: ClaimsData) -> tuple[str, ...]:
    """Family, the interval of equivalence, simulated."""
    out = []
    kinds = set(claims.rows["kind"])
    if claims.family:
        many = f"{count(claims.family)} comparison{'s' if claims.family > 1 else ''} among the claims"
        how = (
            "not adjusted"
            if claims.adjust == "none"
            else f"p-values adjusted together ({claims.adjust.capitalize()})"
        )
        out.append(f"{many}, {how}; the same people where there are any.")
    if "same" in kinds:
        out.append("Equivalence: the 90% interval against the declared margin.")
    if "largest" in kinds:
        out.append("Largest ratio: the interval allows for the choice of the largest.")
    if claims.simulated:
        out.append(SIMULATED)
    return tuple(out)


def claims_text(claims: ClaimsData, *, width: int = 100) -> str:
    """The claims as a list: verdict and claim, then estimate, licence and why, below each other."""
    lines: list[str] = []
    for row in _rows(claims):
        lines += [*_wrapped(f"{row['verdict'].upper()}: {row['claim']}", width, "", _INDENT)]
        for name, text in _facts(claims, row):
            lines += _wrapped(f"{name:<9} {text}", width, _INDENT, _INDENT + " " * 10)
        lines.append("")
    held = int((claims.rows["verdict"] == "supported").sum())
    lines += _wrapped(f"{count(held)} of {count(len(claims))} supported.", width, "", "")
    for note in _notes(claims):
        lines += _wrapped(note, width, "", "")
    return "\n".join(lines)


def _facts(claims: ClaimsData, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    value = value_of(row, "estimate")
    if value is not None:
        text = _estimate(value, str(row["unit"])).text
        limits = _interval(row, str(row["unit"])).text
        if limits != MISSING and interval_allowed(claims.provenance):
            text += f" ({limits})"
        n, effective = value_of(row, "n"), value_of(row, "n_effective")
        if n is not None:
            text += f"; n = {count(n)}" + (
                f" (effective {count(effective)})" if effective is not None else ""
            )
        yield "estimate", text
    if row["base"]:
        yield "base", str(row["base"])
    if row["licence"]:
        yield "licence", str(row["licence"])
    yield "why", str(row["reason"])
    if row["instead"]:
        yield "instead", str(row["instead"])


def draft_table(draft: DraftData, *, title: str = "Draft checked", id_: str = "draft-checked") -> Table:
    """One row a number or word that is not supported: place, verdict, why, what may stand instead."""
    columns = tuple(Column(x, align="left") for x in ("Found", "Verdict", "Why", "Instead"))
    rows = tuple(
        Row(
            f"{row['line']}:{row['column']}",
            tuple(
                Cell(str(row[k]) or MISSING, align="left") for k in ("found", "verdict", "reason", "instead")
            ),
        )
        for row in _rows(draft)
        if row["verdict"] in FAILING
    )
    return Table(id_, title, columns, rows, notes=(_counted(draft),), stub="Line:column")


def draft_text(draft: DraftData, *, width: int = 100) -> str:
    """What does not hold in a draft, sentence by sentence, with its place; then the counts."""
    lines: list[str] = []
    sentence = None
    for row in _rows(draft):
        if row["verdict"] not in FAILING:
            continue
        if row["sentence"] != sentence:
            sentence = row["sentence"]
            lines += (
                ["", *_wrapped(f"“{sentence}”", width, "", "")]
                if lines
                else _wrapped(f"“{sentence}”", width, "", "")
            )
        place = (
            f"{draft.name}:{row['line']}:{row['column']}" if draft.name else f"{row['line']}:{row['column']}"
        )
        lines += _wrapped(
            f"{place} {row['verdict'].upper()} “{row['found']}”: {row['reason']}.", width, "  ", _INDENT
        )
        if row["instead"]:
            lines += _wrapped(f"instead: {row['instead']}", width, _INDENT, _INDENT)
    lines += ([""] if lines else []) + _wrapped(_counted(draft), width, "", "")
    return "\n".join([*lines, *([SIMULATED] if draft.provenance.simulated else [])])


def marked(draft: DraftData) -> str:
    """The draft with a numbered dagger after everything that does not hold, and the remarks below; its words stay."""
    remarks = [row for row in _rows(draft) if row["verdict"] in FAILING]
    text = draft.text
    for i, row in sorted(enumerate(remarks, 1), key=lambda x: -int(x[1]["end"])):
        text = f"{text[: row['end']]}{DAGGER}{i}{text[row['end'] :]}"
    said = [
        f"{DAGGER}{i} {row['line']}:{row['column']} {row['verdict']}: {row['reason']}."
        + (f" Instead: {row['instead']}." if row["instead"] else "")
        for i, row in enumerate(remarks, 1)
    ]
    below = "\n\n".join(["Checked. " + _counted(draft), *said])
    return f"{text.rstrip()}\n\n---\n\n{below}\n"


def _counted(draft: DraftData) -> str:
    by = {v: int((draft.rows["verdict"] == v).sum()) for v in ("supported", *FAILING)}
    found = ", ".join(f"{count(n)} {v}" for v, n in by.items() if n or v == "supported")
    return f"{count(draft.sentences)} sentences, {count(len(draft))} numbers and words to check: {found}."


def _rows(claims: ClaimsData | DraftData) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in claims.rows.to_dict("records")]


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    clean = " ".join(inert(text).split(" "))
    return wrap(clean, width, initial_indent=first, subsequent_indent=rest, break_long_words=False) or [""]
