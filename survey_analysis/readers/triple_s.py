"""Triple-S surveys (.sss or .xml with .asc or .csv beside it), versions 1.2 to 3.0, as a table.

A multiple variable becomes one column an option (`Q2_1`, `Q2_2`): 1 chosen, 0 not chosen, "" no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels, Measure, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.encoding import decode
from survey_analysis.readers.markup import looks_like
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.source import Source, load_bytes
from survey_analysis.readers.triple_s_data import chosen_codes, plain_cells, read_fields
from survey_analysis.readers.triple_s_file import Definition, Variable, read_definition
from survey_analysis.study.scales import MissingCode

ENDINGS = {"fixed": (".asc", ".dat", ".csv"), "csv": (".csv", ".asc", ".dat")}
_NO_ANSWER = re.compile(
    r"not (stated|given|answered|known|ascertained|applicable|asked)|no (answer|response|reply|opinion)|missing"
    r"|refus|prefer not|don'?t know|do not know|\bdk\b|\bn/?a\b|can'?t say|unsure|not sure|keine angabe|wei(ß|ss) nicht"
)


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a Triple-S metadata file."""
    return looks_like(data, "sss")


def read(source: Source) -> RawTable:
    """Read a Triple-S survey by its metadata file; the data lie beside it under the same name."""
    definition = read_definition(source.data, source.name)
    path, notes = _data_file(source.path, definition)
    return _table(definition, path, load_bytes(path), source.encoding, notes)


def read_beside(metadata: Source, data: Path, encoding: str = "") -> RawTable:
    """Read a data file whose metadata file has another name or place.

    Raises
    ------
    DataError
        See `read_table`.
    """
    return _table(read_definition(metadata.data, metadata.name), data, load_bytes(data), encoding, ())


def facts(metadata: Source, raw: RawTable) -> Facts:
    """Always an error: a table that is read already has no positions to cut."""
    raise DataError(
        f"'{metadata.name}' says where each variable lies in a data file, and '{raw.name or 'the data'}' is none.",
        hint=f'read the data file itself: sa.read("survey.asc", metadata="{metadata.name}").',
    )


def _data_file(metadata: Path, definition: Definition) -> tuple[Path, tuple[str, ...]]:
    """The data file: the one the record names, else the same name with the ending of its layout."""
    here = {p.name.lower(): p for p in sorted(metadata.parent.iterdir()) if p.is_file()}
    wanted = [metadata.stem + ending for ending in ENDINGS[definition.layout]]
    named = definition.href.replace("\\", "/").rpartition("/")[2]
    if named and named.lower() in here:
        return here[named.lower()], ()
    for name in wanted:
        if name.lower() in here:
            found = here[name.lower()]
            note = (
                f"The data file '{named}' that '{metadata.name}' names is not beside it; read '{found.name}'."
            )
            return found, (note,) if named else ()
    looked = ", ".join(f"'{n}'" for n in ([named] if named else []) + wanted)
    raise DataError(
        f"The data file of '{metadata.name}' is not beside it.",
        where=f"Looked for {looked}.",
        hint=f'put it there, or read the data with metadata="{metadata.name}".',
    )


@dataclass
class _Made:
    """What the variables become, column by column."""

    taken: frozenset[str]
    columns: dict[str, list[str]] = field(default_factory=dict)
    wording: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Labels] = field(default_factory=dict)
    missing: dict[str, tuple[MissingCode, ...]] = field(default_factory=dict)
    measure: dict[str, Measure] = field(default_factory=dict)
    ordered: set[str] = field(default_factory=set)
    sets: list[ResponseSet] = field(default_factory=list)
    routing: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, cells: list[str], wording: str) -> None:
        self.columns[name] = cells
        if wording:
            self.wording[name] = wording


def _table(definition: Definition, path: Path, data: bytes, encoding: str, notes: Iterable[str]) -> RawTable:
    text = decode(data, path.name, encoding or definition.encoding).text
    fields, found = read_fields(definition, text, path.name)
    made = _Made(frozenset(v.name for v in definition.variables))
    made.notes += [*_about(definition), *notes, *found]
    logicals = {v.name for v in definition.variables if v.kind == "logical"}
    for variable, cells in zip(definition.variables, fields, strict=True):
        names = _multiple(made, variable, cells, path.name)
        if not names:
            names = _plain(made, variable, cells, path.name)
        _route(made, variable, names, logicals)
    return RawTable(
        frame=pd.DataFrame(made.columns, dtype=object),
        wording=made.wording,
        stems=made.stems,
        items=made.items,
        labels=made.labels,
        missing=made.missing,
        measure=made.measure,
        ordered=frozenset(made.ordered),
        sets=tuple(made.sets),
        routing=made.routing,
        notes=tuple(made.notes),
        digest=Source(path, data).digest,
        format="triple-s",
        name=path.name,
    )


def _about(definition: Definition) -> list[str]:
    title = f" '{definition.title}'" if definition.title else ""
    version = f" {definition.version}" if definition.version else ""
    out = [f"Triple-S{version}{title}, described by '{definition.name}', in {definition.encoding}."]
    if definition.other_languages:
        others = ", ".join(definition.other_languages)
        out.append(f"Texts are those in '{definition.language}'; also in the file: {others}.")
    for variable in definition.variables:
        if variable.use in ("weight", "serial"):
            option = "weight" if variable.use == "weight" else "id"
            out.append(
                f"'{variable.name}' is the {variable.use} variable of the file: {option} = \"{variable.name}\"."
            )
    return out


def _multiple(made: _Made, variable: Variable, fields: list[str], file: str) -> list[str]:
    if variable.kind != "multiple":
        return []
    chosen, notes = chosen_codes(variable, fields, file)
    made.notes += notes
    labels = {v.code: v.label for v in variable.values}
    joint = "_"
    while {f"{variable.name}{joint}{c}" for c in variable.codes} & (made.taken | set(made.columns)):
        joint += "_"
    names = []
    for code in variable.codes:
        name, label = f"{variable.name}{joint}{code}", labels.get(code, "") or code
        cells = ["" if row is None else "1" if code in row else "0" for row in chosen]
        made.add(name, cells, f"{variable.label} - {label}" if variable.label else label)
        if variable.label:
            made.stems[name] = variable.label
        made.items[name] = label
        names.append(name)
    options = tuple((n, made.items[n]) for n in names)
    made.sets.append(
        ResponseSet(variable.name, "dichotomy", tuple(names), options, text=variable.label, counted=("1",))
    )
    return names


def _plain(made: _Made, variable: Variable, fields: list[str], file: str) -> list[str]:
    name = variable.name
    made.add(name, plain_cells(variable, fields, file), variable.label)
    if variable.kind == "single":
        made.labels[name] = tuple((v.code, v.label or v.code) for v in variable.values)
        _scores(made, variable)
    elif variable.kind == "logical":
        made.labels[name] = (("1", "Yes"), ("0", "No"))
    elif variable.kind == "quantity":
        made.measure[name] = "scale"
        _special(made, variable)
    return [name]


def _scores(made: _Made, variable: Variable) -> None:
    """Scores that rise or fall through the labels say that the labels stand in the order of the answers."""
    scored = [v for v in variable.values if v.score]
    if not scored:
        return
    try:
        numbers = [float(v.score) for v in scored]
    except ValueError:
        numbers = []
    steps = [b - a for a, b in pairwise(numbers)]
    if len(scored) == len(variable.values) and (all(s > 0 for s in steps) or all(s < 0 for s in steps)):
        made.ordered.add(variable.name)
    shown = ", ".join(f"{v.code} = {v.score}" for v in scored)
    without = [v.code for v in variable.values if not v.score]
    rest = f"; without a score: {', '.join(without)}" if without else ""
    made.notes.append(f"Scores of '{variable.name}' in the file: {shown}{rest}; declare them to use them.")


def _special(made: _Made, variable: Variable) -> None:
    """Labelled numbers of a quantity: no answers where the label says so, else numbers."""
    codes, kept = [], []
    for value in variable.values:
        try:
            code = plain_cells(variable, [value.code], variable.name)[0]
        except DataError:
            code = value.code
        if _NO_ANSWER.search(value.label.casefold().replace("’", "'")):
            codes.append(MissingCode(code=code, kind=missing_kind(value.label), label=value.label))
        else:
            kept.append(f"{code} '{value.label}'")
    if codes:
        made.missing[variable.name] = tuple(codes)
        shown = ", ".join(f"{m.code} '{m.label}' ({m.kind})" for m in codes)
        made.notes.append(f"Codes of the number '{variable.name}' that are no answers: {shown}.")
    if kept:
        made.notes.append(f"Labelled values of '{variable.name}' that count as numbers: {', '.join(kept)}.")


def _route(made: _Made, variable: Variable, names: list[str], logicals: set[str]) -> None:
    if not variable.filter:
        return
    if variable.filter not in logicals:
        made.notes.append(
            f"The filter '{variable.filter}' of '{variable.name}' is not a logical variable of the file; not used."
        )
        return
    made.routing |= dict.fromkeys(names, f"`{variable.filter}` == 1")
