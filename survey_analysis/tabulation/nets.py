"""Nets: answers counted together, nested and overlapping; each person once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_analysis.errors import EstimationError, closest
from survey_analysis.frames.variables import Categorical, Encoded, Multiple
from survey_analysis.study.answer_names import names_an_answer
from survey_analysis.study.base import code
from survey_analysis.study.codebook import Question

Nets = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Net:
    """A net: its label, the answers in it (positions), the net it is printed under ("" for none)."""

    label: str
    places: tuple[int, ...]
    parent: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer or option as a table needs it."""

    code: str
    label: str
    exclusive: bool = False


def answers_of(variable: Encoded) -> tuple[Answer, ...]:
    """Answers of a scale, or options, in the order of their positions; none of numbers and texts."""
    if isinstance(variable, Multiple):
        return tuple(Answer(o.code, o.label, o.exclusive) for o in variable.options)
    if isinstance(variable, Categorical):
        places = len(variable.scale.levels)
        return tuple(Answer(a.code, a.label, i >= places) for i, a in enumerate(variable.scale.answers))
    return ()


def nets_of(question: Question, answers: Sequence[Answer], given: Nets | None = None) -> tuple[Net, ...]:
    """Nets of a question, declared or given, in their order.

    Raises
    ------
    EstimationError
        A net of everything, of nothing, of an unknown answer; one that contains itself; a label twice.
    """
    nets = dict(question.nets) if given is None else {k: tuple(v) for k, v in given.items()}
    if nets and not answers:
        raise EstimationError(
            f"'{question.name}' has no answers to count together.",
            where=f"nets: {', '.join(nets)}",
            hint="nets are for questions with answers or options.",
        )
    names = {a.code: i for i, a in enumerate(answers)} | {a.label: i for i, a in enumerate(answers)}
    for label in nets:
        if label in names:
            what, hint = names_an_answer(label, question.name)
            raise EstimationError(what, hint=hint)
    parents = {str(m): label for label, members in reversed(nets.items()) for m in members if str(m) in nets}
    out = []
    for label in nets:
        places = tuple(sorted(_places(question, label, nets, names, ())))
        if len(places) == len(answers):
            raise _error(
                question, label, "holds every answer.", "its share is 100% of the base; leave it out."
            )
        out.append(Net(label, places, parents.get(label, "")))
    return tuple(out)


def _places(
    question: Question,
    label: str,
    nets: Mapping[str, Sequence[object]],
    names: Mapping[str, int],
    above: tuple[str, ...],
) -> set[int]:
    if label in above:
        raise _error(question, label, "contains itself.", f"it is reached by {' -> '.join((*above, label))}.")
    members = nets[label]
    if isinstance(members, str) or not members:
        raise _error(question, label, "names no answers.", f'give a list: "{label}" = [4, 5]')
    out: set[int] = set()
    for member in members:
        name = code(member)
        if name in nets:
            out |= _places(question, name, nets, names, (*above, label))
        elif name in names:
            out.add(names[name])
        else:
            raise EstimationError(
                f"'{name}' is not an answer of '{question.name}'.",
                where=f"net '{label}'; answers: {', '.join(list(names)[-8:])}",
                hint=closest(name, [*names, *nets]),
            )
    return out


def _error(question: Question, label: str, what: str, hint: str) -> EstimationError:
    return EstimationError(f"The net '{label}' of '{question.name}' {what}", hint=hint)


def last_of(question: Question, answers: Sequence[Answer]) -> frozenset[int]:
    """Answers that stay last in a sorted table: off the scale, exclusive options, and those declared `last`."""
    names = {a.code: i for i, a in enumerate(answers)} | {a.label: i for i, a in enumerate(answers)}
    out = {i for i, a in enumerate(answers) if a.exclusive}
    for name in question.last:
        if name not in names:
            raise EstimationError(
                f"'{name}' is not an answer of '{question.name}'.",
                where=f"[study.toml: questions.{question.name}.last]",
                hint=closest(name, names),
            )
        out.add(names[name])
    return frozenset(out)
