"""Nets beside the answers they count: a net that has the name of one would hide it."""

from __future__ import annotations

from survey_analysis.errors import StudyError
from survey_analysis.study.codebook import Question


def names_an_answer(net: str, question: str) -> tuple[str, str]:
    """What is wrong with such a net, and what to do.

    Examples
    --------
    >>> names_an_answer("High", "follow")[0]
    "The net 'High' of 'follow' has the name of an answer."
    """
    return f"The net '{net}' of '{question}' has the name of an answer.", "give the net a label of its own."


def check_nets(question: Question, table: str) -> Question:
    """The question, none of whose nets has the code or label of an answer; `table` is where it is declared.

    Raises
    ------
    StudyError
        A net has the name of an answer.
    """
    known = {name for a in (question.scale.answers if question.scale else ()) for name in (a.code, a.label)}
    known |= {name for o in question.options for name in (o.code, o.label)}
    for net in question.nets:
        if net in known:
            what, hint = names_an_answer(net, question.name)
            raise StudyError(what, where=f"[study.toml: {table}.{question.name}.nets.{net}]", hint=hint)
    return question
