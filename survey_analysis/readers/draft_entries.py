"""Questions and batteries of a draft: what a codebook row can say, and what needs the study file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey_analysis.frames.infer import natural
from survey_analysis.frames.normal import normal
from survey_analysis.readers.draft_scales import DraftScale, Scales, below_zero, draft_scale
from survey_analysis.readers.groups import Group
from survey_analysis.readers.inspect import ColumnGuess, Inspection
from survey_analysis.readers.sources import Battery
from survey_analysis.readers.toml_text import Names, listed, missing, pairs, slug, text
from survey_analysis.study.scales import Level, MissingCode

KINDS = ("single", "numeric", "open")
FIELDS = (
    "column",
    "question",
    "subject",
    "option",
    "text",
    "short",
    "kind",
    "scale",
    "asked_if",
    "exclusive",
)

STRAYS = 'they count as no answer until you decide: another kind of missing, a repair in [[clean.repairs]], or kind = "open"'

_ARTICLE = re.compile(r"^(an?|the) ", re.IGNORECASE)
_EXCLUSIVE = re.compile(
    r"none of (the|these)|^none$|^nothing$|don'?t know|prefer not|no answer", re.IGNORECASE
)


@dataclass(frozen=True)
class Entry:
    """A question or battery.

    Attributes
    ----------
    rows
        Codebook rows, one a column; none where only the study file can say it.
    extra
        Keys of its table in the study file that no codebook column can hold, as TOML.
    comments
        What its guess rests on.
    """

    name: str
    table: str
    rows: tuple[Mapping[str, str], ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A thing rated: its label, what stands for it in column names, and how it stands in a sentence."""

    label: str
    code: str
    phrase: str


@dataclass
class Entries:
    """Entries in file order with the scales and the set of sources that they use."""

    found: list[Entry]
    scales: Scales
    subjects: dict[str, dict[str, Member]]


def entries(inspection: Inspection) -> Entries:
    """All questions and batteries of a draft."""
    names = Names(c.column for c in inspection.columns)
    out = Entries([], Scales(), {})
    guesses = {c.column: c for c in inspection.columns}
    groups = {g.name: g for g in inspection.groups}
    rated = {c: b for b in inspection.batteries for c in b.columns}
    done: set[int] = set()
    for guess in inspection.columns:
        whole = rated.get(guess.column) or groups.get(guess.group)
        if whole is None:
            if guess.kind in KINDS or _group_of_people(guess):
                out.found.append(_single(inspection, guess, names, out.scales))
        elif id(whole) not in done:
            done.add(id(whole))
            own = [guesses[c] for c in whole.columns]
            if isinstance(whole, Battery):
                out.found += _battery(inspection, whole, own, names, out)
            else:
                out.found += _group(inspection, whole, own, names, out.scales)
    return out


def _group_of_people(guess: ColumnGuess) -> bool:
    """Whether strata are also groups to look at: those that no name shows as strata."""
    return guess.kind == "strata" and guess.question.scale is not None and guess.confidence != "high"


def _row(guess: ColumnGuess, name: str, **more: str) -> dict[str, str]:
    own = {"column": guess.column, "question": name if name != guess.column else "", "text": guess.wording}
    if name != guess.column and not guess.wording:
        own["text"] = guess.column  # the name says more than its slug
    return {k: v for k, v in (own | more).items() if v}


def _scale(inspection: Inspection, own: Sequence[ColumnGuess]) -> DraftScale:
    """One scale for all columns of a question: every answer that stands in any of them."""
    found = {x.code: x for c in own if c.question.scale for x in c.question.scale.answers}
    declared = {m.code: m for c in own for m in inspection.missing.get(c.column, ())}
    ordered = all(c.column in inspection.ordered for c in own)
    answers = [x for x in found.values() if x.code not in declared]
    if not ordered:
        answers.sort(key=lambda x: natural(x.code))
    return draft_scale(answers, list(declared.values()), ordered=ordered)


def _single(inspection: Inspection, guess: ColumnGuess, names: Names, scales: Scales) -> Entry:
    name = names.of(guess.column)
    asked = inspection.routing.get(guess.column, "")
    short = inspection.items.get(guess.column, "")
    doubt: tuple[str, ...] = () if guess.confidence == "high" else (f"{guess.confidence}: {guess.evidence}",)
    if guess.kind in ("single", "strata") and guess.question.scale is not None:
        scale = _scale(inspection, [guess])
        rated = scale.rating and len(scale.levels) > 2
        row = _row(guess, name, short=short, kind="likert" if rated else "single", asked_if=asked)
        return Entry(name, "questions", ({**row, "scale": scales.name_of(scale, name)},), comments=doubt)
    codes = inspection.missing.get(guess.column, ())
    if guess.kind == "numeric" and not codes:
        codes = below_zero(guess.numbers_below)
    codes += tuple(MissingCode(code=normal(t), kind="no_answer") for t in guess.stray)
    doubt += (STRAYS,) if guess.stray else ()
    extra = {"missing": missing(codes)} if codes else {}
    row = _row(guess, name, short=short, kind=guess.kind, asked_if=asked)
    return Entry(name, "questions", (row,), extra, doubt)


def _group(
    inspection: Inspection, group: Group, own: Sequence[ColumnGuess], names: Names, scales: Scales
) -> Iterator[Entry]:
    said = (f"{group.confidence}: {group.evidence}",)
    if group.kind in ("slots", "joined"):
        yield _coded(inspection, group, own, names, said)
    elif group.kind == "multiple":
        yield _ticks(inspection, group, own, names, said)
    elif all(c.question.scale is not None for c in own):
        yield from _grid(inspection, group, own, names, scales, said)
    else:
        yield from (_single(inspection, c, names, scales) for c in own if c.kind in KINDS)


def _grid(
    inspection: Inspection,
    group: Group,
    own: Sequence[ColumnGuess],
    names: Names,
    scales: Scales,
    said: tuple[str, ...],
) -> Iterator[Entry]:
    """A question an item; all share a scale."""
    scale = _scale(inspection, own)
    if group.ranking:
        scale = DraftScale(scale.levels, favourable="first", comments=("a ranking: 1 is the best place",))
    wanted = names.of(own[0].column) if group.name == own[0].column else slug(group.name)
    declared = scales.name_of(scale, wanted)
    for i, guess in enumerate(own):
        name = names.of(guess.column)
        item = group.items.get(guess.column, "")
        short = item if item not in (guess.column, guess.wording) else ""
        rated = scale.rating and len(scale.levels) > 2
        asked = inspection.routing.get(guess.column, "")
        row = _row(guess, name, short=short, kind="likert" if rated else "single", asked_if=asked)
        yield Entry(name, "questions", ({**row, "scale": declared},), comments=said if i == 0 else ())


def _ticks(
    inspection: Inspection, group: Group, own: Sequence[ColumnGuess], names: Names, said: tuple[str, ...]
) -> Entry:
    name = names.new(group.name)
    rows = []
    for i, guess in enumerate(own):
        label = group.items[guess.column]
        more = {"option": label, "exclusive": "1" if _EXCLUSIVE.search(label) else ""}
        if i == 0:
            more |= {"kind": "multiple", "asked_if": _asked(inspection, own)}
        row = _row(guess, name, **more)
        row["text"] = group.stem or (group.name if i == 0 else "")
        rows.append({k: v for k, v in row.items() if v and (i == 0 or k != "text")})
    extra = {"not_selected": listed(group.not_selected)} if group.not_selected else {}
    extra |= {"selected": listed(group.selected)} if group.selected else {}
    codes = {m.code: m for c in own for m in inspection.missing.get(c.column, ())}
    extra |= {"missing": missing(tuple(codes.values()))} if codes else {}
    return Entry(name, "questions", tuple(rows), extra, said)


def _coded(
    inspection: Inspection, group: Group, own: Sequence[ColumnGuess], names: Names, said: tuple[str, ...]
) -> Entry:
    """Codes in slots or joined in one cell; a codebook row has no place for them."""
    name = names.of(own[0].column) if len(own) == 1 else names.new(group.name)
    codes = {m.code: m for c in own for m in inspection.missing.get(c.column, ())}
    options = [Level(code=c, label=x) for c, x in group.options if c not in codes]
    extra = {"kind": text("multiple"), "text": text(group.stem or group.name)}
    if len(own) == 1:
        extra |= {"column": text(own[0].column), "separator": text(group.separator)}
    else:
        extra["columns"] = listed(group.columns)
    extra["levels"] = pairs(options)
    alone = [x.code for x in options if _EXCLUSIVE.search(x.label)]
    extra |= {"exclusive": listed(alone)} if alone else {}
    extra |= {"missing": missing(tuple(codes.values()))} if codes else {}
    asked = _asked(inspection, own)
    extra |= {"asked_if": text(asked)} if asked else {}
    bare = () if any(x.code != x.label for x in options) or not options[0].code.isdigit() else (
        'the file has no labels of the codes: levels = [[1, "label"], ...]',
    )  # fmt: skip
    return Entry(name, "questions", (), extra, (*said, *bare))


def _asked(inspection: Inspection, own: Sequence[ColumnGuess]) -> str:
    found = {inspection.routing.get(c.column, "") for c in own}
    return found.pop() if len(found) == 1 else ""


def _battery(
    inspection: Inspection, battery: Battery, own: Sequence[ColumnGuess], names: Names, out: Entries
) -> Iterator[Entry]:
    """An item about every source; the sources become a set of subjects."""
    guesses = {c.column: c for c in own}
    of_set = names.new("source")
    keys = _keys(battery.sources)
    out.subjects[of_set] = {keys[s]: _member(label, s) for s, label in battery.sources.items()}
    for i, (item, columns) in enumerate(battery.items.items()):
        asked = [guesses[c] for c in columns.values()]
        name = names.new(item)
        said = battery.texts.get(item, "").replace("{source}", "{" + of_set + "}")
        kind = "open" if asked[0].kind == "open" else "numeric" if asked[0].question.scale is None else ""
        scale = "" if kind else out.scales.name_of(_rating(_scale(inspection, asked)), item)
        rows = []
        for source, column in columns.items():
            row = _row(guesses[column], name, subject=keys[source])
            kind = kind or "likert"
            rows.append(row | {"text": said or item, "kind": kind} | ({"scale": scale} if scale else {}))
        extra = {}
        codes = {m.code: m for c in asked for m in inspection.missing.get(c.column, ())}
        if codes and not scale:
            extra = {"missing": missing(tuple(codes.values()))}
        comments = (f"{battery.confidence}: {battery.evidence}",) if i == 0 else ()
        yield Entry(name, "batteries", tuple(rows), extra, comments)


def _member(label: str, code: str) -> Member:
    """Label and phrase of a source: "a micro-influencer" is labelled "Micro-influencer"."""
    bare = _ARTICLE.sub("", label)
    phrase = label if bare != label else ""
    return Member(bare[:1].upper() + bare[1:] if phrase else label, code, phrase)


def _rating(scale: DraftScale) -> DraftScale:
    """Items about several sources are ratings; codes without words do not say which end is favourable."""
    if scale.favourable or len(scale.levels) < 3:
        return scale
    said = 'codes do not say which end is favourable: favourable = "first" if it is the first'
    return DraftScale(
        scale.levels, scale.outside, scale.missing, "last", True, scale.name, (*scale.comments, said)
    )


def _keys(sources: Mapping[str, str]) -> dict[str, str]:
    """Key of each source: its mark in the columns, or what its label says where that is a number."""
    wanted = {
        s: slug(s).casefold() if not s.isdigit() else slug(_ARTICLE.sub("", label))
        for s, label in sources.items()
    }
    if len(set(wanted.values())) < len(wanted):
        wanted = {s: f"s{s}" if s.isdigit() else s for s in sources}
    return {s: (f"s{s}" if key == f"q_{s}" else key) for s, key in wanted.items()}
