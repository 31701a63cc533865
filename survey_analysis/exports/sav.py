"""`write_sav`: an SPSS file with labels, missing codes, measurement levels and response sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyreadstat

from survey_analysis.exports.columns import Column, Layout
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.notes import listed
from survey_analysis.exports.sav_bytes import with_sets, without_date
from survey_analysis.exports.sav_columns import SavColumn, needs_numbers, numbered, sav_column
from survey_analysis.exports.sav_names import MOST_BYTES, MOST_LABEL, MOST_VALUE_LABEL, cut, legal_names
from survey_analysis.exports.sav_syntax import mrsets_syntax
from survey_analysis.files import write_files
from survey_analysis.frames.facts import ResponseSet
from survey_analysis.frames.table import Table


def write_sav(table: Table, path: Path, *, questions: Iterable[str] | None = None) -> tuple[str, ...]:
    """Write an SPSS file (.sav; .zsav compressed), and beside it the response sets as syntax (.sps).

    Codes are numbers where they are numbers in the data; answers that are texts are numbered in the order of the
    scale. Missing codes keep their codes and are user-missing; reasons without a code get one (-1 "Not asked");
    an empty cell is system-missing: no answer. Weights and the other columns of the design are variables.

    Returns
    -------
    tuple of str
        What SPSS cannot hold and what was changed for it.

    Raises
    ------
    DataError
        A text longer than SPSS can hold.
    ReportError
        The folder cannot be written.
    """
    files, notes = sav_files(layout_of(table, questions=questions), path.name)
    write_files(path.parent, files)
    return notes


def sav_files(layout: Layout, name: str) -> tuple[dict[str, bytes | str], tuple[str, ...]]:
    """Content of the data file and its syntax by name, and what SPSS cannot hold."""
    stem, _, ending = name.rpartition(".")
    names = legal_names(c.name for c in layout.columns)
    sets = _sets(layout, names)
    columns = [numbered(c) for c in layout.columns]
    stored = {names[c.name]: sav_column(c) for c in columns}
    plain = _bytes(columns, stored, names, zipped=ending.lower() == "zsav")
    files: dict[str, bytes | str] = {name: with_sets(without_date(plain), sets)}
    notes = [*layout.notes, *_notes(layout, stored, names)]
    if sets:
        files[f"{stem}.sps"] = mrsets_syntax(name, sets, names.get(_weight(layout), ""))
        notes += _set_notes(layout, sets, f"{stem}.sps")
    return files, tuple(notes)


def _set_notes(layout: Layout, sets: Sequence[ResponseSet], syntax: str) -> list[str]:
    pairs = zip(_several(layout), sets, strict=True)
    changed = [f"'{a.name}' is {b.name}" for a, b in pairs if a.name != b.name]
    out = [f"Sets renamed for SPSS: {listed(changed)}."] if changed else []
    are = "sets are" if len(sets) > 1 else "set is"
    return [*out, f"{len(sets)} multiple-response {are} in the file, and as MRSETS syntax in '{syntax}'."]


def _weight(layout: Layout) -> str:
    return layout.design.get(layout.table.study.design.weight, "")


def _sets(layout: Layout, names: dict[str, str]) -> tuple[ResponseSet, ...]:
    """Sets with the names of the file; one option makes no set in SPSS."""
    several = _several(layout)
    own = legal_names((s.name for s in several), names.values(), MOST_BYTES - 1)
    return tuple(
        replace(
            s,
            name=own[s.name],
            columns=tuple(names[c] for c in s.columns),
            text=cut(" ".join(s.text.split()), MOST_LABEL),
        )
        for s in several
    )


def _several(layout: Layout) -> list[ResponseSet]:
    return [s for s in layout.sets if len(s.columns) > 1]


def _bytes(
    columns: Sequence[Column], stored: dict[str, SavColumn], names: dict[str, str], *, zipped: bool
) -> bytes:
    frame = pd.DataFrame({n: s.values for n, s in stored.items()})
    with TemporaryDirectory() as folder:
        place = Path(folder) / "data.sav"
        pyreadstat.write_sav(
            frame,
            str(place),
            column_labels={names[c.name]: cut(c.label, MOST_LABEL) for c in columns if c.label},
            compress=zipped,
            row_compress=not zipped,
            variable_value_labels={n: s.labels for n, s in stored.items() if s.labels},
            missing_ranges={n: s.missing for n, s in stored.items() if s.missing},
            variable_measure={names[c.name]: c.measure for c in columns},
            variable_format={n: s.format for n, s in stored.items() if s.format},
        )
        return place.read_bytes()


def _notes(layout: Layout, stored: dict[str, SavColumn], names: dict[str, str]) -> list[str]:
    """What SPSS cannot hold, a sentence each."""
    out = []
    renamed = [f"'{a}' is {b}" for a, b in names.items() if a != b]
    if renamed:
        out.append(f"Renamed for SPSS: {listed(renamed)}.")
    texts = dict.fromkeys(c.question or c.name for c in layout.columns if needs_numbers(c))
    if texts:
        out.append(f"Codes that are texts are numbers in the order of the scale: {listed(texts)}.")
    lost = [f"{n} ({', '.join(s.lost)})" for n, s in stored.items() if s.lost]
    if lost:
        out.append(
            "SPSS holds three missing codes or a range and one more; these stay labelled answers and must be "
            f"declared in use: {listed(lost)}."
        )
    out += _cut_notes(layout)
    emptied = [c.name for c in layout.columns if c.stored == "text" and c.missing]
    if emptied:
        out.append(f"Why a text is empty is not kept: {listed(emptied)}.")
    out.append(
        "SPSS files hold no routing, base texts, nets, favourable ends or scores; the study file does."
    )
    return out


def _cut_notes(layout: Layout) -> list[str]:
    out = []
    long = [c.name for c in layout.columns if len(c.label.encode()) > MOST_LABEL]
    if long:
        out.append(f"Variable labels cut to {MOST_LABEL} bytes: {listed(long)}.")
    long = [
        c.name
        for c in layout.columns
        if any(
            len(t.encode()) > MOST_VALUE_LABEL
            for t in (*(x for _, x in c.values), *(m.label for m in c.missing))
        )
    ]
    if long:
        out.append(f"Value labels cut to {MOST_VALUE_LABEL} bytes: {listed(long)}.")
    ends = [c.name for c in layout.columns if c.stored == "text" and any(t != t.rstrip(" ") for t in c.cells)]
    if ends:
        out.append(f"Spaces at the end of texts are not kept: {listed(ends)}.")
    return out
