"""`draft_study`: a first study file from an inspection, every guess with its evidence as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from survey_analysis.frames.infer import natural
from survey_analysis.readers.groups import Group
from survey_analysis.readers.inspect import ColumnGuess, Inspection
from survey_analysis.readers.scale_words import known_order
from survey_analysis.study.scales import Level, MissingCode

LONGEST_NAME = 40
KINDS = ("single", "numeric", "open")
MISSING_CODES = tuple(f"{sign}{n}" for sign in ("", "-") for n in (7, 8, 9, 77, 88, 97, 98, 99, 998, 999))

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXCLUSIVE = re.compile(r"none of (the|these)|^none$|don'?t know|prefer not|no answer", re.IGNORECASE)


def draft_study(inspection: Inspection) -> str:
    """Text of a study file (TOML) that the loader accepts, to be checked and completed by a person.

    Questions stand in file order with wording, kind, levels and missing codes; multi-select columns are
    one question; the items of a grid share a scale. Ids, weights, durations and personal columns get
    their roles. A comment above each guess says what it rests on. What the words do not show (order,
    favourable end, who was sampled) is asked, not filled in.
    """
    names = _names(inspection)
    parts = [
        "# Draft study file: guesses from the data. Check each line; comments say what a guess rests on.",
        "schema = 1",
        _study(inspection),
        _sample(inspection),
        _design(inspection),
        _roles(inspection),
        *_questions(inspection, names),
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
        lines += [_comment(f"{text!r} seems to mean an empty cell: {why}") for text, why in inspection.empty]
        lines.append(f"missing_text = {_list(['', *(text for text, _ in inspection.empty)])}")
    return "\n".join(lines)


def _sample(inspection: Inspection) -> str:
    lines = ["# Who was sampled, and how? A report asks for these.", "[sample]"]
    simulated = next((c for c in inspection.columns if c.kind == "simulated"), None)
    if simulated:
        lines += [_comment(f"{simulated.column!r}: {simulated.evidence}"), 'kind = "simulated"']
    else:
        lines.append('# kind = "opt-in"  # probability, opt-in, list, census or simulated')
    return "\n".join([*lines, '# population = ""', "# dates = []"])


def _design(inspection: Inspection) -> str:
    lines = ["[design]", '# strata = "", psu = "", fpc = "": if the sample has them']
    for kind in ("id", "weight"):
        found = [c for c in inspection.columns if c.kind == kind]
        chosen = _best([c for c in found if not c.missing])
        for column in found:
            mark = "" if column is chosen else "another candidate, " if chosen else "a candidate, "
            lines.append(_comment(f"{mark}{column.column!r}: {column.evidence}"))
        if chosen:
            lines.append(f"{kind} = {_text(chosen.column)}")
    return "\n".join(lines)


def _best(found: Sequence[ColumnGuess]) -> ColumnGuess | None:
    """The one named for it; of several weights only one with mean 1, else a person must choose."""
    named = [c for c in found if c.evidence.startswith("named")] or list(found)
    if len(named) > 1 and named[0].kind == "weight":
        named = [c for c in named if "mean 1," in c.evidence]
    return named[0] if named else None


def _roles(inspection: Inspection) -> str:
    lines = ["[roles]"]
    wanted = {"duration": ("duration", ""), "started": ("date", "start"), "simulated": ("simulated", "")}
    for role, (kind, word) in wanted.items():
        found = next((c for c in inspection.columns if c.kind == kind and word in c.evidence), None)
        if found:
            lines += [_comment(f"{found.column!r}: {found.evidence}"), f"{role} = {_text(found.column)}"]
    personal = [c for c in inspection.columns if c.kind == "personal"]
    if personal:
        lines += [_comment(f"{c.column!r}: {c.evidence}") for c in personal]
        lines.append(f"personal = {_list(c.column for c in personal)}")
    return "\n".join(lines) if len(lines) > 1 else ""


def _questions(inspection: Inspection, names: dict[str, str]) -> Iterator[str]:
    """Questions in file order; a group stands where its first column does."""
    guesses = {c.column: c for c in inspection.columns}
    groups = {g.name: g for g in inspection.groups}
    done: set[str] = set()
    for guess in inspection.columns:
        group = groups.get(guess.group)
        if group and guess.group not in done:
            done.add(guess.group)
            yield from _group(inspection, group, [guesses[c] for c in group.columns], names)
        if group and (group.kind == "multiple" or _shared(group, guesses)):
            continue
        if guess.kind in KINDS:
            yield _single(inspection, guess, names)


def _shared(group: Group, guesses: dict[str, ColumnGuess]) -> bool:
    """Whether the columns of a grid can share a scale."""
    return group.kind == "grid" and all(guesses[c].question.scale is not None for c in group.columns)


def _group(
    inspection: Inspection, group: Group, columns: Sequence[ColumnGuess], names: dict[str, str]
) -> Iterator[str]:
    if group.kind == "multiple":
        yield "\n".join(_multiple(group, names))
    elif group.kind == "slots":
        yield _comment(f"{group.evidence}; they cannot be joined yet, so each is a question of its own")
    elif _shared(group, {c.column: c for c in columns}):
        yield from _grid(inspection, group, columns, names)


def _grid(
    inspection: Inspection, group: Group, columns: Sequence[ColumnGuess], names: dict[str, str]
) -> Iterator[str]:
    """One scale, and a question for each item."""
    answers = {x.code: x for c in columns if c.question.scale for x in c.question.scale.answers}
    missing = {m.code: m for c in columns for m in inspection.missing.get(c.column, ())}
    ordered = sorted(answers.values(), key=lambda x: natural(x.code))
    levels, rating = _levels(ordered, list(missing.values()))
    scale = names[group.name]
    favourable = ['favourable = "last"'] if rating else []
    yield "\n".join([_comment(group.evidence), f"[scales.{scale}]", *levels, *favourable])
    for column in columns:
        lines = [f"[questions.{names[column.column]}]", f'kind = "{"likert" if rating else "single"}"']
        lines.append(f"text = {_text(column.wording or column.column)}")
        lines += [f"short = {_text(group.items[column.column])}"] if group.stem else []
        yield "\n".join([*lines, *_column(column, names), f"scale = {_text(scale)}"])


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


def _single(inspection: Inspection, guess: ColumnGuess, names: dict[str, str]) -> str:
    lines = [_comment(guess.evidence)] if guess.evidence else []
    lines += [f"[questions.{names[guess.column]}]", f"kind = {_text(guess.kind)}"]
    lines += [f"text = {_text(guess.wording or guess.column)}", *_column(guess, names)]
    missing = inspection.missing.get(guess.column, ())
    if guess.kind != "single" or guess.question.scale is None:
        return "\n".join([*lines, *([f"missing = {_missing(missing)}"] if missing else [])])
    levels, rating = _levels(guess.question.scale.answers, missing)
    hint = (
        ['# a rating by its words: kind = "likert" if it is one; the last answer is favourable']
        if rating
        else []
    )
    return "\n".join([*lines, *hint, *levels])


def _column(guess: ColumnGuess, names: dict[str, str]) -> list[str]:
    return [] if names[guess.column] == guess.column else [f"column = {_text(guess.column)}"]


def _levels(levels: Sequence[Level], missing: Sequence[MissingCode]) -> tuple[list[str], bool]:
    """Lines of a scale in the order that its words show, else as found; whether it is a rating."""
    known = known_order([x.label for x in levels])
    lines = []
    outside: list[Level] = []
    if known:
        order = {label: i for i, label in enumerate(known.order)}
        outside = [x for x in levels if x.label not in order]
        levels = sorted((x for x in levels if x.label in order), key=lambda x: order[x.label])
        lines.append("# order from the words of the answers")
    elif len(levels) > 2 and any(not x.code.lstrip("-").isdigit() for x in levels):
        lines.append("# order not known from the words: check it")
    lines.append(f"levels = {_pairs(levels)}")
    apart = _apart([x.code for x in levels if x.code == x.label])
    if apart:
        lines.append(
            _comment(f'{", ".join(apart)}: perhaps missing codes, such as missing = [[99, "refused"]]')
        )
    if outside:
        lines.append("# in the base but not on the scale; move to missing what should not count")
        lines.append(f"outside = {_pairs(outside)}")
    if missing:
        lines.append(f"missing = {_missing(missing)}")
    return lines, known is not None and known.rating


def _apart(codes: Sequence[str]) -> list[str]:
    """Codes such as 98, 99 or -9 that stand far from the other answers."""
    answers = [int(c) for c in codes if c.isdigit() and c not in MISSING_CODES]
    if not answers or len(answers) + 4 < len(codes):
        return []
    return [c for c in codes if c in MISSING_CODES and not 0 <= int(c) <= max(answers) + 10]


def _pairs(levels: Sequence[Level]) -> str:
    shown = [_text(x.code) if x.code == x.label else f"[{_text(x.code)}, {_text(x.label)}]" for x in levels]
    return f"[{', '.join(shown)}]"


def _missing(codes: Sequence[MissingCode]) -> str:
    return "[" + ", ".join(_list([m.code, m.kind, *([m.label] if m.label else [])]) for m in codes) + "]"


def _left_out(inspection: Inspection) -> str:
    """Columns that are not declared, and why."""
    rest = [c for c in inspection.columns if c.kind in ("date", "empty") and not c.group]
    return "\n".join(_comment(f"not declared, {c.kind}: {c.column!r}") for c in rest)


def _names(inspection: Inspection) -> dict[str, str]:
    """A short unique name for every column and group; a column that is a plain word keeps its own."""
    columns = [c.column for c in inspection.columns]
    out = {c: c for c in columns if _BARE.fullmatch(c)}
    taken = set(out)
    for name in [*(c for c in columns if c not in out), *(g.name for g in inspection.groups)]:
        unique, n = _short(name), 2
        while unique in taken:
            unique, n = f"{_short(name)}_{n}", n + 1
        taken.add(unique)
        out[name] = unique
    return out


def _short(name: str) -> str:
    words = [name] if _BARE.fullmatch(name) else re.findall(r"[a-z0-9]+", name.casefold())
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
    """One line without control characters: nothing that stands in data can end a comment."""
    flat = "".join(c if c.isprintable() else " " for c in text)
    return "# " + " ".join(flat.split())
