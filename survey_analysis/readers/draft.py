"""`draft_study`: a first study file from an inspection, every guess with its evidence as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from survey_analysis.readers.groups import Group
from survey_analysis.readers.inspect import ColumnGuess, Inspection
from survey_analysis.readers.scale_words import known_order
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Level, MissingCode

LONGEST_NAME = 40

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXCLUSIVE = re.compile(r"none of (the|these)|^none$|don'?t know|prefer not|no answer", re.IGNORECASE)


def draft_study(inspection: Inspection) -> str:
    """Text of a study file (TOML) that the loader accepts, to be checked and completed by a person.

    Questions carry wording, kind, levels and missing codes; multi-select columns are one question; the
    items of a grid share a scale. Ids, weights, durations and personal columns get their roles. A comment
    above each guess says what it rests on; favourable ends and orders that the words do not show are left
    to the reader of the draft.
    """
    names = _names(inspection)
    parts = [
        "# Draft study file: guesses from the data. Check each line; comments say what a guess rests on.",
        "schema = 1",
        _study(inspection),
        "# Who was sampled, and how? A report asks for these.\n[sample]\n"
        '# kind = "opt-in"  # probability, opt-in, list, census or simulated\n# population = ""\n# dates = []',
        _design(inspection),
        _roles(inspection),
        *_grids(inspection, names),
        *_multiples(inspection, names),
        *_singles(inspection, names),
        _left_out(inspection),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def _study(inspection: Inspection) -> str:
    stem = inspection.name.removesuffix(".gz").rsplit(".", 1)[0]
    lines = ["[study]", f"name = {_text(stem)}"]
    if inspection.format in ("csv", "xlsx", "sav"):
        lines.append(f"data = {_text(inspection.name)}")
    lines += [_comment(note) for note in inspection.notes]
    if inspection.empty:
        lines += [_comment(f"{text!r} seems to mean an empty cell: {why}.") for text, why in inspection.empty]
        lines.append(f"missing_text = {_list(['', *(text for text, _ in inspection.empty)])}")
    return "\n".join(lines)


def _design(inspection: Inspection) -> str:
    lines = ["[design]"]
    for kind in ("id", "weight"):
        found = [c for c in inspection.columns if c.kind == kind]
        full = [c for c in found if not c.missing]
        chosen = _best(full, kind)
        for column in found:
            mark = "" if column is chosen else "another candidate, " if chosen else "not used, "
            lines.append(_comment(f"{mark}{column.column!r}: {column.evidence}"))
        if chosen:
            lines.append(f"{kind} = {_text(chosen.column)}")
    return "\n".join(lines)


def _best(found: Sequence[ColumnGuess], kind: str) -> ColumnGuess | None:
    """The candidate that is named for it, else the first."""
    return next((c for c in found if c.evidence.startswith(f"named like a")), found[0] if found else None)


def _roles(inspection: Inspection) -> str:
    lines = ["[roles]"]
    duration = next((c for c in inspection.columns if c.kind == "duration"), None)
    started = next((c for c in inspection.columns if c.kind == "date" and "start" in c.evidence), None)
    for role, column in (("duration", duration), ("started", started)):
        if column:
            lines += [_comment(column.evidence), f"{role} = {_text(column.column)}"]
    personal = [c for c in inspection.columns if c.kind == "personal"]
    if personal:
        lines += [_comment(f"{c.column!r}: {c.evidence}") for c in personal]
        lines.append(f"personal = {_list(c.column for c in personal)}")
    return "\n".join(lines) if len(lines) > 1 else ""


def _grids(inspection: Inspection, names: dict[str, str]) -> Iterable[str]:
    """One scale and a question an item."""
    guesses = {c.column: c for c in inspection.columns}
    for group in inspection.groups:
        if group.kind != "grid":
            continue
        questions = [guesses[c].question for c in group.columns]
        if any(q.scale is None for q in questions):
            continue
        scale = names[group.name]
        levels = list({x.code: x for q in questions if q.scale for x in q.scale.answers}.values())
        missing = {m.code: m for c in group.columns for m in inspection.missing.get(c, ())}
        lines = [_comment(group.evidence), f"[scales.{scale}]", *_levels(levels, list(missing.values()))]
        yield "\n".join(lines)
        for column in group.columns:
            text = guesses[column].wording or column
            kind = "likert" if any(line.startswith("favourable") for line in lines) else "single"
            yield "\n".join(
                [
                    f"[questions.{names[column]}]",
                    f"kind = {_text(kind)}",
                    f"text = {_text(text)}",
                    *([f"short = {_text(group.items[column])}"] if group.stem else []),
                    f"column = {_text(column)}",
                    f"scale = {_text(scale)}",
                ]
            )


def _multiples(inspection: Inspection, names: dict[str, str]) -> Iterable[str]:
    for group in inspection.groups:
        if group.kind == "multiple":
            yield "\n".join(_multiple(group, names))


def _multiple(group: Group, names: dict[str, str]) -> list[str]:
    lines = [_comment(group.evidence), f"[questions.{names[group.name]}]", 'kind = "multiple"']
    lines.append(f"text = {_text(group.stem or group.name)}")
    if group.not_selected:
        lines.append(f"not_selected = {_list(group.not_selected)}")
    lines.append("options = [")
    for column in group.columns:
        label = group.items[column]
        alone = ", exclusive = true" if _EXCLUSIVE.search(label) else ""
        lines.append(f"  {{column = {_text(column)}, label = {_text(label)}{alone}}},")
    return [*lines, "]"]


def _singles(inspection: Inspection, names: dict[str, str]) -> Iterable[str]:
    grouped = {
        c
        for g in inspection.groups
        if g.kind in ("grid", "multiple") and _whole(g, inspection)
        for c in g.columns
    }
    slots = {c: g for g in inspection.groups if g.kind == "slots" for c in g.columns}
    for guess in inspection.columns:
        if guess.column in grouped or guess.kind not in ("single", "numeric", "open"):
            continue
        lines = [_comment(slots[guess.column].evidence)] if guess.column in slots else []
        lines += [_comment(guess.evidence)] if guess.evidence else []
        lines += [f"[questions.{names[guess.column]}]", f"kind = {_text(guess.kind)}"]
        lines.append(f"text = {_text(guess.wording or guess.column)}")
        if names[guess.column] != guess.column:
            lines.append(f"column = {_text(guess.column)}")
        yield "\n".join([*lines, *_answers(guess.question, inspection)])


def _whole(group: Group, inspection: Inspection) -> bool:
    if group.kind == "multiple":
        return True
    guesses = {c.column: c for c in inspection.columns}
    return all(guesses[c].question.scale is not None for c in group.columns)


def _answers(question: Question, inspection: Inspection) -> list[str]:
    missing = list(inspection.missing.get(question.name, ()))
    if question.scale is None:
        return [f"missing = {_missing(missing)}"] if missing else []
    lines = _levels(question.scale.answers, missing)
    if any(line.startswith("favourable") for line in lines):
        lines.insert(0, '# the words are those of a rating: change kind to "likert" if it is one')
        lines = [line for line in lines if not line.startswith("favourable")]
    return lines


def _levels(levels: Sequence[Level], missing: Sequence[MissingCode]) -> list[str]:
    """Levels in the order that their words show, else as found."""
    known = known_order([x.label for x in levels])
    lines = []
    if known:
        order, favourable = known
        levels = sorted(levels, key=lambda x: order.index(x.label))
        lines.append("# order from the words of the answers")
        lines += ['favourable = "last"'] if favourable else []
    elif any(not x.code.lstrip("-").isdigit() for x in levels) and len(levels) > 2:
        lines.append("# order not known from the words: check it")
    shown = [_text(x.code) if x.code == x.label else f"[{_text(x.code)}, {_text(x.label)}]" for x in levels]
    lines.append(f"levels = [{', '.join(shown)}]")
    if missing:
        lines.append(f"missing = {_missing(missing)}")
    return lines


def _missing(codes: Sequence[MissingCode]) -> str:
    return "[" + ", ".join(_list([m.code, m.kind, *([m.label] if m.label else [])]) for m in codes) + "]"


def _left_out(inspection: Inspection) -> str:
    """Columns that are not declared, and why."""
    rest = [c for c in inspection.columns if c.kind in ("date", "empty")]
    return "\n".join(_comment(f"not declared, {c.kind}: {c.column!r}") for c in rest)


def _names(inspection: Inspection) -> dict[str, str]:
    """A short unique name for every column and group; a column that is a plain word keeps its own."""
    taken = {c.column for c in inspection.columns if _BARE.fullmatch(c.column)}
    out = {name: name for name in taken}
    for name in [c.column for c in inspection.columns] + [g.name for g in inspection.groups]:
        if name in out and not any(g.name == name for g in inspection.groups):
            continue
        short = _short(name)
        unique, n = short, 2
        while unique in taken:
            unique, n = f"{short}_{n}", n + 1
        taken.add(unique)
        out.setdefault(name, unique)
    return out


def _short(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", name.casefold()) if not _BARE.fullmatch(name) else [name]
    out = words[0] if words else "question"
    for word in words[1:]:
        if len(out) + len(word) >= LONGEST_NAME:
            break
        out += f"_{word}"
    return out if _BARE.fullmatch(out) else f"q_{out}"


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes, and DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(_text(v) for v in values) + "]"


def _comment(text: str) -> str:
    """One line, no control characters: what stands in data cannot end a comment."""
    flat = "".join(c if c.isprintable() else " " for c in text)
    return "# " + " ".join(flat.split())
