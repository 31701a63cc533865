"""`Statement`: a text in which a missing fact stands as a question, never as a blank or a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey_analysis.errors import ReportError

_SLOT: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Span:
    """A run of text; `question` marks one to print in red."""

    text: str
    question: bool = False


@dataclass(frozen=True)
class Statement:
    """A headed paragraph made of spans."""

    heading: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The paragraph as plain text, questions in square brackets."""
        return "".join(f"[{s.text}]" if s.question else s.text for s in self.spans)

    @property
    def questions(self) -> tuple[str, ...]:
        """What is not known, as questions, each once."""
        return tuple(dict.fromkeys(s.text for s in self.spans if s.question))


def compose(
    heading: str,
    template: str,
    values: Mapping[str, str | None],
    questions: Mapping[str, str],
) -> Statement:
    """Fill a template; a slot without a value becomes its question.

    Raises
    ------
    ReportError
        If a slot has neither a value nor a question.

    Examples
    --------
    >>> s = compose("Method", "Done for {sponsor}.", {"sponsor": None}, {"sponsor": "Who paid?"})
    >>> s.text, s.questions
    ('Done for [Who paid?].', ('Who paid?',))
    """
    spans: list[Span] = []
    at = 0
    for slot in _SLOT.finditer(template):
        spans.append(Span(template[at : slot.start()]))
        spans.append(_filled(slot[1], values, questions))
        at = slot.end()
    spans.append(Span(template[at:]))
    return Statement(heading, tuple(s for s in spans if s.text))


def _filled(name: str, values: Mapping[str, str | None], questions: Mapping[str, str]) -> Span:
    value = values.get(name)
    if value is not None:
        return Span(value)
    if name not in questions:
        raise ReportError(
            f"The text needs '{name}', which has neither a value nor a question.",
            hint="add its question to the table.",
        )
    return Span(questions[name], question=True)
