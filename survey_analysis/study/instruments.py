"""Instruments of the scale library in a study file: their items become questions, batteries and scales."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from survey_analysis.errors import StudyError, closest
from survey_analysis.scales.library import answer_scale, subscale
from survey_analysis.scales.model import Instrument, Item, Subscale
from survey_analysis.study.file import BatteryEntry, ConstructEntry, QuestionEntry, StudyFile, SubjectEntry
from survey_analysis.study.place import declared_at
from survey_analysis.study.scales import Scale

_OF_A_SCALE = ("columns", "over", "points", "reversed", "missing", "asked_if")
"""Keys of a construct that say how a library scale was asked."""


def with_instruments(file: StudyFile, known: Sequence[str] | None) -> StudyFile:
    """The study file with what its library scales stand for written out.

    Parameters
    ----------
    file
        As typed.
    known
        The data's columns, needed for patterns with `*`; None where there are no data to look at.

    Raises
    ------
    StudyError
        An unknown scale, subscale, item or set of subjects; columns that are not one an item; keys that mean
        nothing without `scale`; an item name that is taken.
    """
    scales = dict(file.scales) | _answer_scales(file)
    questions, batteries, constructs = dict(file.questions), dict(file.batteries), dict(file.constructs)
    for name, entry in file.constructs.items():
        path = f"constructs.{name}"
        with declared_at(path):
            if not entry.scale:
                _only_with_a_scale(name, entry)
                continue
            made = _Construct(name, entry, file, known)
            scales[made.scale_name] = made.scale()
            for item, columns in made.columns.items():
                full = f"{name}_{item}"
                if full in questions or full in batteries:
                    raise StudyError(
                        f"The name '{full}' is used twice.",
                        where="the items of a library scale are named after their construct.",
                        hint="rename the question or the construct.",
                    )
                if entry.over:
                    batteries[full] = made.battery(item, columns)
                else:
                    questions[full] = made.question(item, columns[""])
            constructs[name] = made.construct()
    update = {"scales": scales, "questions": questions, "batteries": batteries, "constructs": constructs}
    return file.model_copy(update=update)


def _answer_scales(file: StudyFile) -> dict[str, Scale]:
    """Answer scales of the library that questions and batteries name, where the file declares none of that name."""
    named = {q.scale for q in file.questions.values()} | {b.scale for b in file.batteries.values()}
    found = {name: answer_scale(name) for name in sorted(named - {"", *file.scales})}
    return {
        name: Scale.model_validate({"name": name, "levels": _levels(x.answers())})
        for name, x in found.items()
        if x is not None
    }


def _only_with_a_scale(name: str, entry: ConstructEntry) -> None:
    idle = [k for k in _OF_A_SCALE if k in entry.model_fields_set]
    if idle:
        raise StudyError(
            f"Construct '{name}' gives {idle[0]} without a scale of the library.",
            hint=f'add scale = "ohanian-1990.trustworthiness" (sa.scales lists them), or leave {idle[0]} out.',
        )


def _levels(answers: tuple[tuple[int, str], ...]) -> tuple[object, ...]:
    return tuple([code, label] for code, label in answers)


class _Construct:
    """One construct made of a library scale: the entries that it stands for."""

    def __init__(
        self, name: str, entry: ConstructEntry, file: StudyFile, known: Sequence[str] | None
    ) -> None:
        if entry.items:
            raise StudyError(
                f"Construct '{name}' gives both items and a scale.",
                hint="keep one: a scale brings its items.",
            )
        self.name, self.entry = name, entry
        self.instrument, self.part = subscale(entry.scale)
        self.answers = self.instrument.answers(entry.points)
        self.columns = _columns(self.instrument, self.part, entry, file, known)
        self.turned = _turned(self.part, entry)

    @property
    def scale_name(self) -> str:
        """Name of the scale in messages: the instrument, and the number of points where they are not its own."""
        k = len(self.answers)
        own = k == self.instrument.points and not self.entry.missing
        return self.instrument.name if own else f"{self.instrument.name}, {k} points, {self.name}"

    def scale(self) -> Scale:
        return Scale.model_validate(
            {"name": self.scale_name, "levels": _levels(self.answers), "missing": self.entry.missing}
        )

    def question(self, item: str, column: str) -> QuestionEntry:
        return QuestionEntry.model_validate(self._told(item) | {"column": column})

    def battery(self, item: str, columns: Mapping[str, str]) -> BatteryEntry:
        return BatteryEntry.model_validate(
            self._told(item, subject=self.entry.over) | {"over": self.entry.over, "columns": dict(columns)}
        )

    def _told(self, item: str, subject: str = "") -> dict[str, object]:
        one = next(i for i in self.part.items if i.name == item)
        about = f" ({{{subject}}})" if subject else ""
        return {
            "kind": "likert",
            "text": f"{_wording(one, turned=item in self.turned)}{about}",
            "short": one.label,
            "scale": self.scale_name,
            "asked_if": self.entry.asked_if,
            "base": self.entry.base,
            "reverse": item in self.turned,
        }

    def construct(self) -> ConstructEntry:
        label = self.part.label
        update = {
            "items": tuple(f"{self.name}_{i}" for i in self.columns),
            "text": self.entry.text or label,
            "short": self.entry.short or label,
            "scale": f"{self.instrument.name}.{self.part.name}",
        }
        return self.entry.model_copy(update=update)


def _wording(item: Item, *, turned: bool) -> str:
    """The wording; a pair shown the other way round than in print has its ends exchanged."""
    if item.low and item.high and turned != item.reversed:
        return f"{item.high} – {item.low}"
    return item.wording


def _turned(part: Subscale, entry: ConstructEntry) -> frozenset[str]:
    names = [i.name for i in part.items]
    if entry.reversed is None:
        return frozenset(i.name for i in part.items if i.reversed)
    for name in entry.reversed:
        if name not in names:
            raise StudyError(
                f"'{name}' is not an item of '{entry.scale}'.",
                where="reversed names the items that run against the construct in this questionnaire.",
                hint=closest(name, names),
            )
    return frozenset(entry.reversed)


def _columns(
    scale: Instrument, part: Subscale, entry: ConstructEntry, file: StudyFile, known: Sequence[str] | None
) -> dict[str, dict[str, str]]:
    """Column of each item and subject; the subject is "" where the items are about nobody in particular."""
    codes = _codes(entry, file)
    names = [i.name for i in part.items]
    given = entry.columns
    if isinstance(given, dict):
        for name in given:
            if name not in names:
                raise StudyError(f"'{name}' is not an item of '{entry.scale}'.", hint=closest(name, names))
        named = {n: given[n] for n in names if n in given}
        return {n: {s: _filled(c, entry.over, code) for s, code in codes.items()} for n, c in named.items()}
    by_subject = {s: _listed(given, entry, code, known, len(names)) for s, code in codes.items()}
    for columns in by_subject.values():
        if len(columns) != len(names):
            shown = f" ({', '.join(columns[:8])})" if columns else ""
            many = "1 column" if len(columns) == 1 else f"{len(columns)} columns"
            raise StudyError(
                f"{many}{shown} {'is' if len(columns) == 1 else 'are'} given for the {len(names)} items of '{scale.name}.{part.name}'.",
                where=f"Its items are, in order: {', '.join(names)}.",
                hint="give one column an item in this order, or some of them by name: columns = { "
                f'{names[0]} = "..." }}',
            )
    return {n: {s: columns[j] for s, columns in by_subject.items()} for j, n in enumerate(names)}


def _codes(entry: ConstructEntry, file: StudyFile) -> dict[str, str]:
    """What stands for each subject in column names, by subject."""
    if not entry.over:
        return {"": ""}
    if entry.over not in file.subjects:
        raise StudyError(f"'{entry.over}' is not a set of subjects.", hint=closest(entry.over, file.subjects))
    members = file.subjects[entry.over]
    return {
        key: (member.code or key) if isinstance(member, SubjectEntry) else key
        for key, member in members.items()
    }


def _listed(
    given: str | Sequence[str], entry: ConstructEntry, code: str, known: Sequence[str] | None, items: int
) -> list[str]:
    patterns = [given] if isinstance(given, str) else list(given)
    if patterns in ([], [""]):
        raise StudyError(
            f"No columns are given for '{entry.scale}'.", hint='columns = ["Q5_1", "Q5_2", ...], or "Q5_*"'
        )
    out: list[str] = []
    for pattern in patterns:
        wanted = _filled(pattern, entry.over, code)
        if "*" not in wanted:
            out.append(wanted)
        elif known is None:  # no data to look at: as many as there are items, to be checked when there are
            out += [wanted.replace("*", str(i + 1)) for i in range(items)]
        else:
            hits = sorted((c for c in known if fnmatchcase(c, wanted)), key=_natural)
            if not hits:
                raise StudyError(
                    f"No column matches '{wanted}'.", hint=closest(wanted.replace("*", ""), known)
                )
            out += hits
    twice = sorted({c for c in out if out.count(c) > 1})
    if twice:
        raise StudyError(f"Column '{twice[0]}' is given for two items.", hint="name each column once.")
    return out


def _filled(pattern: str, over: str, code: str) -> str:
    mark = "{" + over + "}"
    if over and mark not in pattern:
        raise StudyError(
            f"The column '{pattern}' has no {mark}.",
            hint=f'for example "{mark}_{pattern}": one column a subject.',
        )
    if not over and re.search(r"\{\w+\}", pattern):
        raise StudyError(
            f"The column '{pattern}' holds a placeholder and over is not given.",
            hint='add over = "source", the set of subjects that it stands for.',
        )
    return pattern.replace(mark, code) if over else pattern


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Numbers in a name count as numbers: Q5_2 stands before Q5_10."""
    return [(0, int(x), "") if x.isdigit() else (1, 0, x) for x in re.split(r"(\d+)", name)]
