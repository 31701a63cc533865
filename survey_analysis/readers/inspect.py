"""`inspect`: what a file seems to hold, column by column, each guess with its evidence and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from survey_analysis.frames.facts import Labels
from survey_analysis.frames.personal_find import find_personal
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.cells import Cells
from survey_analysis.readers.decimals import MARKS, found_decimal, with_decimal
from survey_analysis.readers.designs import Design, find_design
from survey_analysis.readers.draft_scales import draft_scale
from survey_analysis.readers.evidence import Confidence, Guess
from survey_analysis.readers.groups import Group, find_groups, group_of
from survey_analysis.readers.kinds import question_guess, replace_kind
from survey_analysis.readers.review import as_html, as_text
from survey_analysis.readers.roles import empty_texts, role
from survey_analysis.readers.sources import Battery, Long, find_batteries, find_long
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import MissingCode

if TYPE_CHECKING:
    from survey_analysis.readers.draft import Draft

FEW_BELOW = 10
ASKABLE = ("single", "numeric", "open", "empty")


@dataclass(frozen=True)
class ColumnGuess:
    """What one column seems to be.

    Attributes
    ----------
    kind
        Question kind, or "personal", "id", "weight", "replicate", "strata", "psu", "fpc", "duration", "timing",
        "date", "order", "platform", "simulated", "empty".
    levels
        Labels of the answers of questions with few; never of personal columns, ids or open answers.
    missing
        Cells that are empty or hold a missing code.
    evidence, confidence
        Why, and how sure: "high", "medium" or "low", by the rule in `readers.evidence.RULE`.
    group
        Name of the group of columns it belongs to, if any.
    numbers_below
        Of a numeric column: the numbers below zero, where they are few, with one that is not.
    parts
        Of an order: the codes, and what stands between them.
    stray
        Of a numeric column: the texts among its numbers.
    """

    column: str
    kind: str
    levels: tuple[str, ...]
    missing: int
    wording: str
    evidence: str
    confidence: Confidence
    question: Question
    group: str = ""
    numbers_below: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], str] = ((), "")
    stray: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Inspection:
    """What a file seems to hold. Guesses to be confirmed in a study file, never acted upon.

    Attributes
    ----------
    columns
        A guess for each column, in file order.
    groups, batteries
        Columns that seem to belong to one question, and items asked about several sources.
    long
        Of a file with one row a rating: its respondent and source columns.
    design
        What the columns say of the sampling design.
    empty
        Texts that seem to mean an empty cell ("NA"), with evidence.
    missing, labels, items, routing
        What the file says: user-missing codes, value labels, wording of an item, who was asked.
    metadata
        Name of the file beside the data that described the columns.
    decimal
        The decimal mark that the numbers seem to have, where it is not declared and not plain.
    notes
        What the reader had to decide.
    """

    name: str
    format: str
    rows: int
    columns: tuple[ColumnGuess, ...]
    groups: tuple[Group, ...]
    batteries: tuple[Battery, ...]
    long: Long | None
    design: Design
    empty: tuple[tuple[str, str], ...]
    missing: Mapping[str, tuple[MissingCode, ...]]
    notes: tuple[str, ...]
    labels: Mapping[str, Labels] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    items: Mapping[str, str] = field(default_factory=dict)
    routing: Mapping[str, str] = field(default_factory=dict)
    metadata: str = ""
    decimal: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row a column: column, kind, confidence, levels, missing, wording, evidence."""
        names = ["column", "kind", "confidence", "levels", "missing", "wording", "evidence"]
        rows = [
            (c.column, c.kind, c.confidence, " | ".join(c.levels), c.missing, c.wording, c.evidence)
            for c in self.columns
        ]
        return pd.DataFrame(rows, columns=names)

    def draft(self) -> Draft:
        """A first study file and codebook that hold these guesses, for a person to check.

        Examples
        --------
        >>> raw = RawTable(pd.DataFrame({"sex": ["f", "m", "f"]}), name="a.csv", format="csv")
        >>> print(inspect(raw).draft().codebook)
        column,text,kind,scale
        sex,,single,sex
        <BLANKLINE>
        """
        from survey_analysis.readers.draft import draft_files  # noqa: PLC0415  (drafts need the model)

        return draft_files(self)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def inspect(raw: RawTable, *, metadata: str = "", decimal: str = "") -> Inspection:
    """Look at every column of a table and guess what it is.

    Facts of the file (labels, sets, measurement levels) go before guesses. Kinds come from the cells, roles
    from names and cells together, and how sure each guess is from how many signs agree. The values of
    personal columns, ids and open answers are never shown.

    Examples
    --------
    >>> raw = RawTable(pd.DataFrame({"rid": ["1", "2", "3"], "sex": ["f", "m", "f"]}), name="a.csv")
    >>> inspect(raw).to_frame()[["column", "kind", "confidence", "levels"]].values.tolist()
    [['rid', 'id', 'high', ''], ['sex', 'single', 'low', 'f | m']]
    """
    raw, mark = (raw, "") if decimal else _with_marks(raw)
    cells = {name: Cells.of(raw, name) for name in raw.columns}
    choices = ("N/A",) if any("as SurveyMonkey writes them" in note for note in raw.notes) else ()
    empty = empty_texts(cells.values(), choices)
    blank = frozenset({"", *(text for text, _ in empty)})
    cells = {name: c.without(blank) for name, c in cells.items()}
    personal = dict(
        find_personal(
            raw, empty=blank, distinct={n: (c.first, c.counts[: len(c.first)]) for n, c in cells.items()}
        )
    )
    roles = _roles(raw, cells, personal)
    design, of_design = find_design(
        raw, {n: c for n, c in cells.items() if n not in roles or roles[n].kind == "weight"},
        {n: g for n, g in roles.items() if g.kind == "weight"},
    )  # fmt: skip
    roles = {n: g for n, g in roles.items() if g.kind != "weight"} | of_design
    columns = [_column(raw, cells[n], blank, roles.get(n)) for n in raw.columns]
    askable = {c.column for c in columns if c.kind in ASKABLE}
    filled = {c.column for c in columns if c.kind in ("single", "numeric")}
    long = find_long(cells, {c.column for c in columns if c.kind == "single"})
    if long is not None:
        columns = [_as_id(c, long) if c.column == long.id else c for c in columns]
        askable -= {long.id}
    groups = find_groups(raw, cells, askable)
    apart = {c for g in groups if g.kind != "grid" for c in g.columns}
    batteries = find_batteries(
        raw, cells, filled - apart, {c.column for c in columns if c.kind == "open"} - apart
    )
    groups = _without(groups, {c for b in batteries for c in b.columns})
    columns = [_with_group(c, group_of(groups).get(c.column)) for c in columns]
    return Inspection(
        raw.name, raw.format, len(raw), tuple(columns), groups, batteries, long, design, empty, raw.missing,
        raw.notes, raw.labels, raw.ordered, raw.items, raw.routing, metadata,
        mark,
    )  # fmt: skip


def _with_marks(raw: RawTable) -> tuple[RawTable, str]:
    """The table as it would be read with the decimal mark that its numbers show, and that mark."""
    found = found_decimal(raw) if raw.format in ("csv", "xlsx") else None
    if found is None:
        return raw, ""
    how = f'decimal = "{found.mark}" in the study file, or decimal= in the call, reads them so'
    said = (
        f"Numbers seem to be written with {MARKS[found.mark]}: {found.cells:,} cells of {found.named}; {how}."
    )
    return with_decimal(raw, found.mark).changed(notes=(*raw.notes, said)), found.mark


def _roles(raw: RawTable, cells: Mapping[str, Cells], personal: Mapping[str, str]) -> dict[str, Guess]:
    """Columns that are no questions."""
    out: dict[str, Guess] = {}
    for name, found in cells.items():
        if name in personal:
            said = personal[name]
            out[name] = Guess("personal", said, "high" if ";" in said or "values are" in said else "medium")
            continue
        guess = role(found, first=name == raw.columns[0], wording=raw.wording.get(name, ""))
        if guess is not None and not (raw.labels.get(name) and guess.kind != "date"):
            out[name] = guess
    return out


def _column(raw: RawTable, cells: Cells, blank: frozenset[str], given: Guess | None) -> ColumnGuess:
    name = cells.name
    if given is not None and given.kind != "strata":
        plain = Question(name=name, kind="open", columns={"": name}, inferred=True)
        missing = len(raw) - cells.filled
        return ColumnGuess(
            name, given.kind, (), missing, raw.wording.get(name, ""), given.evidence, given.confidence, plain,
            parts=given.parts,
        )  # fmt: skip
    found = question_guess(raw, cells, blank)
    guess = given or found.guess
    typed = {m.code for m in raw.missing.get(name, ())}
    coded = sum(int(n) for t, n in zip(cells.first, cells.counts, strict=False) if t in typed) if typed else 0
    levels: tuple[str, ...] = ()
    if guess.kind == "single" and found.question.scale is not None:
        scale = draft_scale(
            found.question.scale.answers, found.question.scale.missing, ordered=name in raw.ordered
        )
        taken = {m.code: m.label or m.code for m in scale.missing}
        drafted = [taken[x.code] for x in found.question.scale.answers if x.code in taken]
        levels = (*(x.label for x in (*scale.levels, *scale.outside)), *drafted)
        if scale.direction:  # words that form a scale leave no other reading
            guess = Guess("single", f"{guess.evidence.split(' that hardly')[0]}, {scale.direction}", "high")
    return ColumnGuess(
        name, guess.kind, levels, len(raw) - cells.filled + coded, raw.wording.get(name, ""), guess.evidence,
        guess.confidence, found.question, numbers_below=_below(cells) if guess.kind == "numeric" else (),
        stray=found.stray,
    )  # fmt: skip


def _below(cells: Cells) -> tuple[str, ...]:
    """Texts of the numbers below zero and of one that is not; none when they are many."""
    if cells.numbers is None or not bool((cells.numbers < 0).any()):
        return ()
    places = (cells.numbers < 0).nonzero()[0]
    rest = (cells.numbers >= 0).nonzero()[0]
    if len(places) > FEW_BELOW or not len(rest):
        return ()
    return tuple(cells.texts[i] for i in (*places, rest[0]))


def _as_id(column: ColumnGuess, long: Long) -> ColumnGuess:
    return replace(column, kind="id", levels=(), evidence=long.evidence, confidence=long.confidence)


def _without(groups: tuple[Group, ...], taken: set[str]) -> tuple[Group, ...]:
    """Groups without the columns that a battery has; one column left over is no group."""
    out = []
    for group in groups:
        kept = tuple(c for c in group.columns if c not in taken)
        if len(kept) == len(group.columns):
            out.append(group)
        elif len(kept) > 1:
            out.append(replace(group, columns=kept, items={c: group.items[c] for c in kept}))
    return tuple(out)


def _with_group(column: ColumnGuess, group: Group | None) -> ColumnGuess:
    if group is None:
        return column
    kind = column.kind if group.kind == "grid" else "multiple"
    question = replace_kind(column.question, "open") if kind == "multiple" else column.question
    sure = group.confidence if kind == "multiple" else column.confidence
    return replace(column, group=group.name, kind=kind, question=question, confidence=sure)
