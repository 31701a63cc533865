"""From the shapes of a study file to the codebook: patterns expanded, scales and subjects resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from survey_analysis.errors import StudyError, closest
from survey_analysis.study.answer_names import check_nets
from survey_analysis.study.codebook import Codebook, Construct, Question, Subjects
from survey_analysis.study.coding import coded_questions
from survey_analysis.study.file import BatteryEntry, ConstructEntry, QuestionEntry, StudyFile, SubjectEntry
from survey_analysis.study.instruments import with_instruments
from survey_analysis.study.left_out import Described, completed
from survey_analysis.study.multiple import multiple_facts
from survey_analysis.study.recodes import derived_question
from survey_analysis.study.sample import Sample, Samples
from survey_analysis.study.scales import Scale
from survey_analysis.study.study import Study


def build(
    file: StudyFile,
    *,
    columns: Iterable[str] | None = None,
    described: Described | None = None,
    folder: str = "",
    source: str = "",
) -> Study:
    """Resolve a study file.

    `columns` are those of the data, needed to expand `Q30_*` patterns; `described` is what the data file says of
    them, which holds where the study file says nothing.
    """
    known = tuple(columns) if columns is not None else None
    file = with_instruments(file, known)
    subjects = {name: _subjects(name, members) for name, members in file.subjects.items()}
    questions: dict[str, Question] = {}
    for name, entry in file.questions.items():
        question = completed(_question(name, entry, file.scales, known), entry, described)
        questions[name] = check_nets(question, "questions")
    for name, battery in file.batteries.items():
        if name in questions:
            raise StudyError(
                f"The name '{name}' is used twice.",
                where="questions, batteries, constructs and subjects share one namespace.",
                hint="rename one of them.",
            )
        questions[name] = check_nets(_battery(name, battery, file.scales, subjects), "batteries")
    levels: dict[str, Mapping[str, str]] = {}
    for name, derived in file.derived.items():
        if name in questions:
            raise StudyError(
                f"The name '{name}' is used twice.", where=f"[derived.{name}]", hint="rename one of them."
            )
        questions[name], levels[name] = derived_question(name, derived, questions)
    constructs = {n: _construct(n, c) for n, c in file.constructs.items()}
    questions = _ordered(questions, file.study.order)
    codebook = Codebook(questions=questions, constructs=constructs, subjects=subjects)
    codebook.check()
    return Study(
        about=file.study,
        sample=file.sample,
        samples=_samples(file),
        design=file.design,
        roles=file.roles,
        codebook=codebook,
        derived=levels,
        recodes={n: d.recoding for n, d in file.derived.items() if d.recoding is not None},
        clean=file.clean,
        weighting=file.weighting,
        banners=file.banners,
        filters=file.filters,
        frames=file.frames,
        tables=file.tables,
        deck=file.deck,
        coded=coded_questions(file.frames, codebook),
        published=file.published,
        claims=file.claims,
        report=file.report,
        folder=folder,
        source=source,
    )


def _ordered(questions: dict[str, Question], order: tuple[str, ...]) -> dict[str, Question]:
    """The questions in the declared order; those it does not name follow as they stood."""
    for name in order:
        if name not in questions:
            raise StudyError(
                f"There is no question '{name}'.",
                where="[study.toml: study.order]",
                hint=closest(name, questions),
            )
    return {name: questions[name] for name in dict.fromkeys((*order, *questions))}


def _construct(name: str, entry: ConstructEntry) -> Construct:
    if not entry.items:
        raise StudyError(
            f"Construct '{name}' has no items.",
            where=f"[study.toml: constructs.{name}]",
            hint="give items = [...], or a scale of the library with the columns of its items.",
        )
    told = entry.model_dump(include={"items", "minimum_answered", "text", "short", "base"})
    return Construct(name=name, instrument=entry.scale, **told)


def _samples(file: StudyFile) -> Samples | None:
    if not file.samples:
        return None
    column = file.samples.get("column")
    if not isinstance(column, str):
        raise StudyError(
            "[samples] names no column.", where="[study.toml: samples.column]", hint='column = "sample"'
        )
    members: dict[str, Sample] = {}
    codes: dict[str, str] = {}
    for name, entry in file.samples.items():
        if isinstance(entry, str):
            if name != "column":
                raise StudyError(
                    f"[samples] has no key '{name}'.", hint="describe a sample in [samples.NAME]."
                )
            continue
        codes[name] = entry.code
        said = {k: getattr(entry, k) for k in entry.model_fields_set if k != "code"}
        members[name] = Sample(**said)
    return Samples(column=column, members=members, codes=codes)


def _subjects(name: str, members: Mapping[str, str | SubjectEntry]) -> Subjects:
    out, phrases = [], {}
    for key, entry in members.items():
        if isinstance(entry, str):
            out.append((key, entry, key))
        else:
            out.append((key, entry.label, entry.code or key))
            if entry.phrase:
                phrases[key] = entry.phrase
    label = name.replace("_", " ").capitalize()
    return Subjects(name=name, label=label, members=tuple(out), phrases=phrases)


def _scale(scale: str, scales: Mapping[str, Scale], missing: tuple[object, ...], path: str) -> Scale | None:
    if not scale:
        return None
    if scale not in scales:
        raise StudyError(
            f"There is no scale '{scale}'.", where=f"[study.toml: {path}.scale]", hint=closest(scale, scales)
        )
    declared = scales[scale]
    content = declared.model_dump() | {"name": scale, "missing": (*declared.missing, *missing)}
    return _made(path, content)


def _made(path: str, content: Mapping[str, Any]) -> Scale:
    """A scale written inside a question; what cannot be one is an error with the key path."""
    try:
        return Scale(**content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join([path, *map(str, first["loc"])])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise StudyError(
            f"[{path}] has answers or missing codes that cannot be used.",
            where=f"[study.toml: {key}]",
            hint=message[0].lower() + message[1:] + ".",
        ) from None


def _missing(path: str, missing: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((m.code, m.kind) for m in _made(path, {"levels": (), "missing": missing}).missing)


def _question(
    name: str, entry: QuestionEntry, scales: Mapping[str, Scale], known: tuple[str, ...] | None
) -> Question:
    path = f"questions.{name}"
    scale = _scale(entry.scale, scales, entry.missing, path)
    if entry.levels:
        if scale is not None:
            raise StudyError(
                f"Question '{name}' gives both a scale and levels.",
                where=f"[study.toml: {path}]",
                hint="keep one.",
            )
        content = entry.model_dump(include={"levels", "outside", "missing", "favourable"})
        scale = _made(path, content | {"name": name})
    kind = entry.kind or ("single" if scale else "numeric" if entry.valid_range else "open")
    common = {
        "name": name,
        "kind": kind,
        "text": entry.text,
        "short": entry.short,
        "asked_if": entry.asked_if,
        "base": entry.base,
        "predicate": entry.predicate,
        "valid_range": entry.valid_range,
        "reverse": entry.reverse,
        "missing": _missing(path, entry.missing),
        "nets": entry.nets,
        "last": entry.last,
    }
    if kind == "multiple":
        return Question(**common | multiple_facts(name, entry, scale, known))
    if entry.separator or entry.selected or entry.exclusive or entry.other:
        raise StudyError(
            f"'{name}' is not a multiple-response question; separator, selected, exclusive and other have no meaning.",
            where=f"[study.toml: {path}]",
            hint='say kind = "multiple", or leave them out.',
        )
    return Question(**common, columns={"": entry.column or name}, scale=scale)


def _battery(
    name: str, entry: BatteryEntry, scales: Mapping[str, Scale], subjects: Mapping[str, Subjects]
) -> Question:
    path = f"batteries.{name}"
    if entry.over not in subjects:
        raise StudyError(
            f"Battery '{name}' runs over '{entry.over}', which is not a set of subjects.",
            where=f"[study.toml: {path}.over]",
            hint=closest(entry.over, subjects),
        )
    over = subjects[entry.over]
    if isinstance(entry.columns, str):
        mark = "{" + entry.over + "}"
        if mark not in entry.columns:
            raise StudyError(
                f"Battery '{name}' has a column pattern without {mark}.",
                where=f"[study.toml: {path}.columns]",
                hint=f'for example columns = "{mark}_Q20"',
            )
        columns = {key: entry.columns.replace(mark, c) for key, _, c in over.members}
    else:
        columns = {over.key_of(key): column for key, column in entry.columns.items()}
    scale = _scale(entry.scale, scales, entry.missing, path)
    return Question(
        name=name,
        kind=entry.kind or ("likert" if scale else "numeric"),
        text=entry.text,
        short=entry.short,
        columns=columns,
        over=entry.over,
        scale=scale,
        asked_if=entry.asked_if,
        base=entry.base,
        predicate=entry.predicate,
        valid_range=entry.valid_range,
        reverse=entry.reverse,
        missing=_missing(path, entry.missing),
        nets=entry.nets,
        last=entry.last,
    )
