"""A first study file and codebook from an inspection, every guess with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey_analysis.readers.draft_entries import FIELDS, Entries, Entry, entries
from survey_analysis.readers.inspect import ColumnGuess, Inspection
from survey_analysis.readers.toml_text import comment, key, listed, table, text
from survey_analysis.study.codebook_csv import csv_text

CODEBOOK = "codebook.csv"
ALWAYS = ("column", "text", "kind", "scale")
MOST_LISTED = 12  # uncertain guesses named in the head of a draft

_FORMULA = re.compile(r"[=+@\t\r-](?!\d+(\.\d+)?$)")


@dataclass(frozen=True)
class Draft:
    """Text of a study file and of the codebook that it names.

    Attributes
    ----------
    study
        TOML: data, sample, design, roles, scales, subjects, and what a codebook has no column for.
    codebook
        CSV: one row a column of the data that is asked.
    """

    study: str
    codebook: str


def draft_files(inspection: Inspection) -> Draft:
    """Study file and codebook: design, roles, scales and subjects in the one, questions in the other.

    A question with a text that a spreadsheet would run as a formula, or a loader would trim, stands in the
    study file, where it is exact.
    """
    found = entries(inspection)
    inside = [e for e in found.found if all(map(_harmless, e.rows))]
    rows = [row for entry in inside for row in entry.rows]
    parts = [
        *_head(inspection, found, codebook=bool(rows)),
        *found.scales.lines(),
        *_subjects(found),
        *(
            _extra(e) if e in inside else "\n".join(_whole(e, found))
            for e in found.found
            if e.extra or e not in inside
        ),
        _left_out(inspection),
    ]
    return Draft(_joined(parts), _codebook(rows))


def draft_study(inspection: Inspection) -> str:
    """One study file that holds everything, for files of few columns and for reading.

    Questions stand in file order with wording, kind and scale; multi-select columns are one question; the
    items of a grid share a scale. Ids, weights, durations and personal columns get their roles. What the
    data do not show (who was sampled, the labels of codes) is asked, not filled in.
    """
    found = entries(inspection)
    parts = [
        *_head(inspection, found, codebook=False),
        *found.scales.lines(),
        *_subjects(found),
        *("\n".join(_whole(e, found)) for e in found.found),
        _left_out(inspection),
    ]
    return _joined(parts)


def _harmless(row: Mapping[str, str]) -> bool:
    return not any(_FORMULA.match(cell) or cell != cell.strip() or "\0" in cell for cell in row.values())


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(p for p in parts if p) + "\n"


def _head(inspection: Inspection, found: Entries, *, codebook: bool) -> list[str]:
    first = "# Draft by survey-analysis inspect: guesses from the data, to be checked. Comments say what each rests on."
    return [
        "\n".join([first, *_uncertain(inspection), "schema = 1"]),
        _study(inspection, codebook=codebook),
        _sample(inspection),
        _design(inspection),
        *_order(inspection, found),
        _roles(inspection),
    ]


def _uncertain(inspection: Inspection) -> Iterator[str]:
    """The guesses of low confidence, to be looked at first; columns with one reason stand together."""
    grouped = {c for g in inspection.groups for c in g.columns}
    grouped |= {c for b in inspection.batteries for c in b.columns}
    reasons: dict[tuple[str, str], list[str]] = {}
    for c in inspection.columns:
        if c.confidence == "low" and c.column not in grouped:
            reasons.setdefault((c.kind, c.evidence), []).append(c.column)
    if reasons:
        yield "# Look first at:"
    for (kind, why), columns in list(reasons.items())[:MOST_LISTED]:
        more = f" and {len(columns) - 5} more" if len(columns) > 5 else ""
        yield comment(f"{', '.join(columns[:5])}{more}: {kind}? {why}")
    if len(reasons) > MOST_LISTED:
        yield comment(f"and {len(reasons) - MOST_LISTED} more of low confidence")


def _study(inspection: Inspection, *, codebook: bool) -> str:
    stem = inspection.name.removesuffix(".gz").rsplit(".", 1)[0]
    lines = [*map(comment, inspection.notes), "[study]", f"name = {text(stem)}"]
    if inspection.format not in ("", "pandas", "polars"):
        lines.append(f"data = {text(inspection.name)}")
    if inspection.decimal:
        lines.append(f"decimal = {text(inspection.decimal)}")
    if inspection.metadata:
        lines.append(f"metadata = {text(inspection.metadata)}")
    if codebook:
        lines.append(f"codebook = {text(CODEBOOK)}")
    if inspection.empty:
        lines += [comment(f"{t!r} seems to mean an empty cell: {why}") for t, why in inspection.empty]
        lines.append(f"missing_text = {listed(['', *(t for t, _ in inspection.empty)])}")
    return "\n".join(lines)


def _sample(inspection: Inspection) -> str:
    lines = ["# Who was sampled, and how? A report asks for these.", "[sample]"]
    simulated = next((c for c in inspection.columns if c.kind == "simulated"), None)
    design = inspection.design
    if simulated:
        lines += [comment(f"{simulated.column!r}: {simulated.evidence}"), 'kind = "simulated"']
    elif design.strata or design.psu or design.fpc or design.replicates:
        lines.append('# kind = "probability"  # the design below suggests it; or opt-in, list, census')
    else:
        lines.append('# kind = "opt-in"  # probability, opt-in, list, census or simulated')
    return "\n".join([*lines, '# population = ""', "# dates = []"])


def _design(inspection: Inspection) -> str:
    design = inspection.design
    guesses = {c.column: c for c in inspection.columns}
    lines = ["[design]"]
    if not (design.strata or design.psu or design.fpc or design.replicates):
        lines.append('# strata = "", psu = "", fpc = "": if the sample has them')
    lines += _id(inspection)
    for name in ("weight", "strata", "psu", "fpc"):
        column = getattr(design, name)
        if column:
            lines += [_because(guesses[column]), f"{name} = {text(column)}"]
    if design.nest:
        lines.append("nest = true")
    rest = [w for w in design.weights if w != design.weight]
    lines += [_because(guesses[w], "another weight? " if design.weight else "a weight? ") for w in rest]
    rest = [w for w in rest if not guesses[w].evidence.startswith("the same")]
    if rest and design.weight:
        lines.append(f"# weights = {table({w.replace(' ', '_'): w for w in rest})}")
    return "\n".join([*lines, *_replicates(inspection)])


def _id(inspection: Inspection) -> Iterator[str]:
    """The id to use, and the others."""
    found = [c for c in inspection.columns if c.kind == "id" and not c.missing]
    if inspection.long:
        found.sort(key=lambda c: c.column != inspection.long.id)  # type: ignore[union-attr]
    elif found:
        found.sort(key=lambda c: (("high", "medium", "low").index(c.confidence), "named" not in c.evidence))
    for i, column in enumerate(found):
        yield _because(column, "another id: " if i else "")
        if i == 0:
            yield f"id = {text(column.column)}"


def _because(guess: ColumnGuess, before: str = "") -> str:
    sure = "" if guess.confidence == "high" else f" ({guess.confidence})"
    return comment(f"{before}{guess.column!r}{sure}: {guess.evidence}")


def _order(inspection: Inspection, found: Entries) -> Iterator[str]:
    """Columns that hold codes in changing order; the order of the sources where the codes are theirs."""
    sources = {name: {m.code for m in members.values()} for name, members in found.subjects.items()}
    taken: set[str] = set()
    for column in inspection.columns:
        if column.kind != "order":
            continue
        codes, mark = column.parts
        of_set = next((s for s, own in sources.items() if own == set(codes) and s not in taken), "")
        if of_set:
            taken.add(of_set)
            yield "\n".join(
                [_because(column), f"[design.order.{of_set}]", f"column = {text(column.column)}"]
                + ([f"separator = {text(mark)}"] if mark != ";" else [])
            )


def _replicates(inspection: Inspection) -> Iterator[str]:
    found = inspection.design.replicates
    if found is None:
        return
    columns = [c.column for c in inspection.columns]
    stem = found.pattern.removesuffix("*")
    alone = [c for c in columns if c.startswith(stem)] == list(found.columns)
    shown = text(found.pattern) if alone else listed(found.columns)
    mark = "" if found.method else "# "
    yield ""
    yield comment(f"{found.confidence}: {found.evidence}")
    yield f"{mark}[design.replicates]"
    yield f"{mark}columns = {shown}"
    yield f"{mark}method = {text(found.method or 'JK1')}"
    for name in ("rho", "rscales"):
        value = getattr(found, name)
        if value is not None:
            yield f"{name} = {value:g}"


def _roles(inspection: Inspection) -> str:
    lines = ["[roles]"]
    wanted = {"duration": ("duration", ""), "started": ("date", "start"), "simulated": ("simulated", "")}
    for role, (kind, word) in wanted.items():
        found = next((c for c in inspection.columns if c.kind == kind and word in c.evidence), None)
        if found:
            seconds = "" if "hours" not in found.evidence else "# "  # the role is read as seconds
            lines += [_because(found), f"{seconds}{role} = {text(found.column)}"]
    personal = [c for c in inspection.columns if c.kind == "personal"]
    if personal:
        lines += [_because(c) for c in personal]
        lines.append(f"personal = {listed(c.column for c in personal)}")
    return "\n".join(lines) if len(lines) > 1 else ""


def _subjects(found: Entries) -> Iterator[str]:
    for name, members in found.subjects.items():
        lines = ['# The things rated; phrase = "..." is how one stands in a sentence.', f"[subjects.{name}]"]
        for member, said in members.items():
            coded = f", code = {text(said.code)}" if said.code != member else ""
            phrased = f", phrase = {text(said.phrase)}" if said.phrase else ""
            lines.append(f"{key(member)} = {{ label = {text(said.label)}{coded}{phrased} }}")
        yield "\n".join(lines)


def _extra(entry: Entry) -> str:
    """What the codebook cannot say of a question."""
    said = map(comment, entry.comments)
    return "\n".join(
        [*said, f"[{entry.table}.{entry.name}]", *(f"{k} = {v}" for k, v in entry.extra.items())]
    )


def _whole(entry: Entry, found: Entries) -> Iterator[str]:
    """A question as one table of the study file."""
    yield from map(comment, entry.comments)
    yield f"[{entry.table}.{entry.name}]"
    if entry.rows:
        first = entry.rows[0]
        if entry.table == "batteries":
            over = next(s for s, m in found.subjects.items() if first["subject"] in m)
            yield f"over = {text(over)}"
        shown = ("kind", "text", "short", "scale", "asked_if")
        yield from (f"{k} = {text(first[k])}" for k in shown if first.get(k))
        yield from _columns(entry)
    yield from (f"{k} = {v}" for k, v in entry.extra.items())


def _columns(entry: Entry) -> Iterator[str]:
    first = entry.rows[0]
    if "subject" in first:
        yield f"columns = {table({r['subject']: r['column'] for r in entry.rows})}"
    elif "option" in first:
        yield "options = ["
        for row in entry.rows:
            alone = ", exclusive = true" if row.get("exclusive") else ""
            yield f"  {{column = {text(row['column'])}, label = {text(row['option'])}{alone}}},"
        yield "]"
    elif first["column"] != entry.name:
        yield f"column = {text(first['column'])}"


def _codebook(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as CSV with the fields that are used, and those that a person fills in."""
    used = [f for f in FIELDS if f in ALWAYS or any(r.get(f) for r in rows)]
    return csv_text(used, rows)


def _left_out(inspection: Inspection) -> str:
    """Columns that are not declared, and why."""
    kinds = ("date", "timing", "order", "platform", "empty")
    rest: dict[str, list[str]] = {}
    for column in inspection.columns:
        if column.kind in kinds and not column.group:
            rest.setdefault(column.kind, []).append(column.column)
    return "\n".join(comment(f"not declared, {k}: {', '.join(map(repr, c))}") for k, c in rest.items())
