"""What a study file leaves out of a question and the data file says of its column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from survey_analysis.study.codebook import Question
from survey_analysis.study.file import QuestionEntry
from survey_analysis.study.scales import MissingCode, Scale

MOST_LISTED = 5


class Described(Protocol):
    """What a data file says of its columns."""

    def question(self, column: str) -> Question | None:
        """The question that a column is by the labels of the file; None where it says nothing."""

    def missing(self, column: str) -> tuple[MissingCode, ...]:
        """Codes of a column that the file calls missing."""


def completed(question: Question, entry: QuestionEntry, file: Described | None) -> Question:
    """A plain question with what its entry leaves out; `from_file` names what was taken.

    An entry says its own missing codes code by code; `missing = []` takes none of the file's.
    """
    if file is None or question.kind == "multiple" or entry.kind == "open":
        return question
    if question.scale is None and not entry.valid_range and entry.kind != "numeric":
        found = file.question(question.column)
        return question if found is None else _with_answers(question, entry, found)
    scale = question.scale
    known = {x.code for x in scale.answers} | {m.code for m in scale.missing} if scale else set()
    known |= {c for c, _ in question.missing}
    more = () if _none(entry) else tuple(m for m in file.missing(question.column) if m.code not in known)
    if not more:
        return question
    missing = (*question.missing, *((m.code, m.kind) for m in more))
    return question.model_copy(update={"missing": missing, "from_file": ("missing codes",)})


def _with_answers(question: Question, entry: QuestionEntry, found: Question) -> Question:
    """The question with kind, answers, missing codes, short label and routing of the file."""
    if found.kind == "open" or (entry.kind is not None and found.scale is None):
        return question
    declared = {c for c, _ in question.missing}
    taken = ["kind"] if entry.kind is None else []
    changes: dict[str, object] = {"kind": entry.kind or found.kind, "short": entry.short or found.short}
    if found.scale is not None:
        taken.append("answers")
        changes["scale"] = _scale(question, entry, found.scale)
        held = found.scale.missing
        # which end is favourable is never guessed: only a rating scale, or one whose end is named, has top boxes
        changes["inferred"] = entry.kind != "likert" and "favourable" not in entry.model_fields_set
    else:
        held = tuple(MissingCode(code=c, kind=k) for c, k in found.missing)
    if not _none(entry):
        more = tuple((m.code, m.kind) for m in held if m.code not in declared)
        changes["missing"] = (*question.missing, *more)
        taken += ["missing codes"] if more else []
    if found.asked_if and not entry.asked_if:
        changes["asked_if"] = found.asked_if
        taken.append("routing")
    return question.model_copy(update=changes | {"from_file": tuple(taken)})


def _scale(question: Question, entry: QuestionEntry, found: Scale) -> Scale:
    """Answers of the file but those that the study calls missing; its missing codes as both say."""
    declared = {c for c, _ in question.missing}
    levels = [(x.code, x.label) for x in found.levels if x.code not in declared]
    own = [(c, k) for c, k in question.missing]
    if _none(entry):
        levels += [(m.code, m.label or m.code) for m in found.missing]
        missing: list[object] = []
    else:
        missing = [*own, *((m.code, m.kind, m.label) for m in found.missing if m.code not in declared)]
    return Scale(
        name=question.name, levels=tuple(levels), missing=tuple(missing), favourable=entry.favourable
    )


def _none(entry: QuestionEntry) -> bool:
    """Whether the entry says that no code is missing."""
    return "missing" in entry.model_fields_set and not entry.missing


def from_file_note(questions: Iterable[Question]) -> str:
    """One sentence on what the data file says of declared questions; "" where it is not asked.

    Examples
    --------
    >>> taken = Question(name="brand", kind="single", columns={"": "q1"}, from_file=("kind", "answers"))
    >>> from_file_note([taken])
    "The study file leaves out, so the data file says: kind and answers of 'brand'."
    """
    groups: dict[str, list[str]] = {}
    for question in questions:
        if question.from_file:
            groups.setdefault(listed(question.from_file), []).append(f"'{question.name}'")
    if not groups:
        return ""
    told = "; ".join(f"{what} of {_names(names)}" for what, names in groups.items())
    return f"The study file leaves out, so the data file says: {told}."


def listed(parts: tuple[str, ...]) -> str:
    """Parts as a list in words.

    >>> listed(("kind", "answers", "missing codes"))
    'kind, answers and missing codes'
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _names(names: list[str]) -> str:
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more
