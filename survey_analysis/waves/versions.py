"""A question as one wave asked it, and in what two waves differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.waves import Aspect
from survey_analysis.study.codebook import Question


@dataclass(frozen=True)
class Version:
    """One question in one wave, reduced to what a comparison over time rests on."""

    wave: str
    question: Question
    wording: str
    derivation: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """Label of each code, in listed order."""
        if self.question.kind == "multiple":
            return {o.code: o.label or o.column for o in self.question.options}
        scale = self.question.scale
        return {x.code: x.label for x in scale.answers} if scale is not None else {}

    @property
    def ranked(self) -> tuple[str, ...]:
        """Codes of the scale from the most favourable on; empty where there is no favourable end."""
        scale = self.question.scale
        if self.question.kind != "likert" or scale is None or self.question.inferred:
            return ()
        return tuple(scale.levels[i].code for i in scale.ranked())

    @property
    def base(self) -> str:
        """Who was asked, as declared."""
        return "; ".join(x for x in (self.question.base, self.question.asked_if) if x)

    @property
    def digest(self) -> str:
        """The same text for two waves that asked the same."""
        q = self.question
        scale = q.scale
        facts = (
            _plain(self.wording), q.kind, q.over, tuple(sorted(q.columns)), tuple(self.answers.items()),
            self.ranked, scale.scores if scale else (), q.reverse, q.valid_range, self.base, self.derivation,
        )  # fmt: skip
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Found:
    """One thing in which a version differs from the reference; `same` says whether it can be waved through."""

    aspect: Aspect
    was: str
    now: str
    same: bool = True


def versions(wave: str, survey: SurveyData) -> dict[str, Version]:
    """Questions of a wave: declared ones, and columns the file itself describes."""
    table = survey.table
    used = {c for q in table.codebook for c in q.all_columns} | design_columns(survey)
    described = [
        c
        for c in table.raw.columns
        if (table.raw.labels.get(c) or table.raw.wording.get(c)) and c not in used and c not in table.codebook
    ]
    questions = [*table.codebook, *(table.question(c) for c in described)]
    out = {}
    for q in questions:
        derived = tuple(survey.study.derived.get(q.name, {}).items())
        out[q.name] = Version(wave, q, table.wording(q), derived)
    return out


def design_columns(survey: SurveyData) -> set[str]:
    """Columns with a job in the design."""
    design = survey.study.design
    return {c for c in (design.id, design.weight, *design.strata, *design.psu, *design.fpc) if c}


def differing(a: Version, b: Version) -> list[Found]:
    """In what `b` differs from `a`, the gravest first."""
    if (a.question.kind, a.question.over) != (b.question.kind, b.question.over):
        return [Found("kind", _kind(a.question), _kind(b.question), same=False)]
    return [*_about_answers(a, b), *_about_asking(a, b)]


def _kind(question: Question) -> str:
    return f"{question.kind} by {question.over}" if question.over else question.kind


def _about_asking(a: Version, b: Version) -> Iterator[Found]:
    if _plain(a.wording) != _plain(b.wording):
        yield Found("wording", a.wording, b.wording)
    if set(a.question.columns) != set(b.question.columns):
        yield Found("items", ", ".join(a.question.columns), ", ".join(b.question.columns))
    if a.question.reverse != b.question.reverse:
        yield Found("reverse", _turned(a.question), _turned(b.question))
    if a.question.valid_range != b.question.valid_range:
        yield Found("range", str(a.question.valid_range), str(b.question.valid_range))
    if a.question.nets != b.question.nets:
        yield Found("nets", ", ".join(a.question.nets) or "none", ", ".join(b.question.nets) or "none")
    if a.base != b.base:
        yield Found("base", a.base or "everybody", b.base or "everybody")
    if a.derivation != b.derivation:
        yield Found("derivation", _pairs(dict(a.derivation)), _pairs(dict(b.derivation)))


def _turned(question: Question) -> str:
    return "turned round" if question.reverse else "as it is"


def _about_answers(a: Version, b: Version) -> Iterator[Found]:
    """Codes, labels, direction, order and length of a list of answers."""
    then, now = a.answers, b.answers
    by_label = {_plain(label): code for code, label in then.items()}
    moved = {
        code: by_label[_plain(label)]
        for code, label in now.items()
        if by_label.get(_plain(label), code) != code
    }
    shared = [c for c in then if c in now]
    if moved:
        turned = len(moved) >= 2 and all(moved.get(was, was) == code for code, was in moved.items())
        aspect: Aspect = "direction" if turned and a.question.kind == "likert" else "codes"
        yield Found(aspect, _pairs(then), _pairs(now), same=False)
    elif _opposed(a, b, shared):
        yield Found("direction", _favourable(a), _favourable(b), same=False)
    elif shared != [c for c in now if c in then]:
        yield Found("order", ", ".join(shared), ", ".join(c for c in now if c in then))
    if a.ranked and b.ranked and len(a.ranked) != len(b.ranked):
        yield Found(
            "length", f"{counted(len(a.ranked), 'answer')}", f"{counted(len(b.ranked), 'answer')}", same=False
        )
    if not moved:
        other = [c for c in shared if _plain(then[c]) != _plain(now[c])]
        if other:
            yield Found("label", _pairs({c: then[c] for c in other}), _pairs({c: now[c] for c in other}))
    added, gone = (
        {c: x for c, x in now.items() if c not in then},
        {c: x for c, x in then.items() if c not in now},
    )
    if added:
        yield Found("code added", "", _pairs(added))
    if gone:
        yield Found("code removed", _pairs(gone), "")
    if not moved and _scores(a, shared) != _scores(b, shared):
        yield Found("scores", _pairs(_scores(a, shared)), _pairs(_scores(b, shared)))


def _opposed(a: Version, b: Version, shared: list[str]) -> bool:
    """Whether the favourable ends of two scales are at different codes."""
    then, now = ([c for c in v.ranked if c in shared] for v in (a, b))
    return len(then) > 1 and then == now[::-1]


def _favourable(version: Version) -> str:
    code = version.ranked[0]
    return f"favourable: {code} = {version.answers[code]}"


def _scores(version: Version, codes: list[str]) -> dict[str, str]:
    scale = version.question.scale
    ranked = version.question.kind == "likert" or (
        scale is not None and any(x.score is not None for x in scale.levels)
    )
    if scale is None or not ranked:
        return {}
    known = {x.code: s for x, s in zip(scale.answers, scale.scores, strict=True)}
    return {c: "none" if known[c] is None else f"{known[c]:g}" for c in codes if c in known}


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(k if k == v else f"{k} = {v}" for k, v in values.items())


def _plain(text: str) -> str:
    """Text without differences of spacing."""
    return " ".join(text.split())
