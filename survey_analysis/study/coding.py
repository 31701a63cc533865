"""Keyword frames: how the answers to an open question become codes, as declared in the study file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from survey_analysis.errors import StudyError, closest
from survey_analysis.study.base import Part
from survey_analysis.study.codebook import Codebook, Option, Question

OTHER = "other"
"""Code of answers that say something no code covers."""
NEGATORS = ("not", "no", "never", "nobody", "nothing", "hardly", "without", "cannot", "neither", "nor")


class CodeEntry(Part):
    """A code of `[frames.NAME.codes]`.

    `words` are words or phrases, whole words only, `*` at the end of a word for any ending; `patterns` are regular
    expressions. An answer with one of `unless` does not get the code; nor does one that got a code of `yields_to`.
    """

    label: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()


class FrameEntry(Part):
    """`[frames.NAME]`: keywords that code an open question; NAME can be asked for like a multiple-response question.

    An answer that is one of `nothing` (the whole of it) says nothing and leaves the base as "don't know". A keyword after
    one of `negators` does not count, within `window` words of the same clause; 0 switches that off.
    """

    question: str
    codes: dict[str, CodeEntry]
    text: str = ""
    short: str = ""
    base: str = ""
    nothing: tuple[str, ...] = ()
    other: str = "Something else"
    negators: tuple[str, ...] = NEGATORS
    window: int = Field(default=2, ge=0, le=10)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text as keywords meet it: lower case, without accents, straight apostrophes, single blanks.

    >>> plain("  Crème brûlée,  DON’T! ")
    "creme brulee, don't!"
    """
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def keyword(text: str) -> re.Pattern[str]:
    """A word or phrase as a pattern on plain text: whole words, `*` for any ending, anything but letters between.

    >>> bool(keyword("explain* it").search("they explained it")), bool(keyword("own").search("a brown one"))
    (True, False)
    """
    parts = [
        re.escape(w.removesuffix("*")) + (r"\w*" if w.endswith("*") else "") for w in plain(text).split()
    ]
    return re.compile(r"(?<!\w)" + r"\W+".join(parts) + r"(?!\w)")


def expression(text: str) -> re.Pattern[str]:
    """A regular expression on plain text."""
    return re.compile(text, re.IGNORECASE)


def coded_question(name: str, frame: FrameEntry, codebook: Codebook) -> Question:
    """The multiple-response question that a frame makes of an open one.

    Raises
    ------
    StudyError
        The frame codes no open question, a name is taken, or a code cannot be used; with the key path.
    """
    where = f"[study.toml: frames.{name}"
    if name in codebook:
        raise StudyError(
            f"The name '{name}' is used twice.", where=f"{where}]", hint="rename the frame or the question."
        )
    asked = codebook.questions.get(frame.question)
    if asked is None or asked.kind != "open":
        what = "is not an open question" if asked is not None else "does not exist"
        known = [q.name for q in codebook if q.kind == "open"]
        raise StudyError(
            f"Frame '{name}' codes '{frame.question}', which {what}.",
            where=f"{where}.question]",
            hint=closest(frame.question, known) or 'declare one with kind = "open".',
        )
    _check(name, frame)
    options = [Option(code=key, label=c.label, column="") for key, c in frame.codes.items()]
    options.append(Option(code=OTHER, label=frame.other, column="", exclusive=True))
    return Question(
        name=name,
        kind="multiple",
        text=frame.text or asked.text,
        short=frame.short or asked.short,
        columns=asked.columns,
        over=asked.over,
        options=tuple(options),
        asked_if=asked.asked_if,
        base=frame.base or (f"{asked.base} and said something" if asked.base else ""),
        predicate="",
    )


def _check(name: str, frame: FrameEntry) -> None:
    where = f"[study.toml: frames.{name}"
    if not frame.codes:
        raise StudyError(
            f"Frame '{name}' has no codes.", where=f"{where}.codes]", hint="give each a label and words."
        )
    labels = [c.label for c in frame.codes.values()] + [frame.other]
    twice = next((x for x in labels if labels.count(x) > 1), "")
    if twice or OTHER in frame.codes:
        raise StudyError(
            f"Frame '{name}' uses {'the label' if twice else 'the code'} '{twice or OTHER}' twice.",
            where=f"{where}.codes]",
            hint="'other' stands for answers without a code; labels must differ.",
        )
    for key, code in frame.codes.items():
        place = f"{where}.codes.{key}"
        if not (code.words or code.patterns):
            raise StudyError(f"Code '{key}' has neither words nor patterns.", where=f"{place}]")
        for word in (*code.words, *code.unless):
            if not plain(word).strip("* "):
                raise StudyError(f"Code '{key}' has an empty word.", where=f"{place}]")
        for pattern in code.patterns:
            _check_pattern(key, pattern, f"{place}.patterns]")
        for other in code.yields_to:
            if other not in frame.codes or other == key:
                raise StudyError(
                    f"Code '{key}' yields to '{other}', which is no other code.",
                    where=f"{place}.yields_to]",
                    hint=closest(other, [k for k in frame.codes if k != key]),
                )
            if key in frame.codes[other].yields_to:
                raise StudyError(
                    f"Codes '{key}' and '{other}' yield to each other.", where=f"{place}.yields_to]"
                )


def _check_pattern(key: str, pattern: str, where: str) -> None:
    try:
        found = expression(pattern)
    except re.error as error:
        raise StudyError(
            f"Code '{key}' has a pattern that is none: {pattern!r}.", where=where, hint=str(error)
        ) from None
    if found.search(""):
        raise StudyError(
            f"Code '{key}' has a pattern that every answer holds: {pattern!r}.",
            where=where,
            hint="it matches nothing at all.",
        )


def coded_questions(frames: Mapping[str, FrameEntry], codebook: Codebook) -> dict[str, Question]:
    """The question that each frame makes."""
    return {name: coded_question(name, frame, codebook) for name, frame in frames.items()}
