"""What a `.qsf` holds: questions, blocks and the flow, with every type checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_analysis.errors import DataError
from survey_analysis.readers.platforms.markup import plain
from survey_analysis.readers.platforms.parsing import json_of
from survey_analysis.readers.source import Source

WHAT = "a Qualtrics survey (.qsf)"
DEEPEST = 40


@dataclass(frozen=True)
class Choice:
    """An option, a statement of a matrix or a point of its scale.

    Attributes
    ----------
    recode
        Its value in a numeric export.
    naming
        Text that an export of texts holds instead of the wording, where it was set.
    tag
        Name of its column, where it was set.
    """

    id: str
    text: str
    recode: str
    naming: str = ""
    tag: str = ""
    text_entry: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Question:
    """A question as the survey holds it; `rows` are the own answers of the rows of a profile matrix."""

    id: str
    tag: str
    text: str
    type: str
    selector: str
    sub: str
    choices: tuple[Choice, ...]
    answers: tuple[Choice, ...]
    rows: Mapping[str, tuple[Choice, ...]]
    display: Mapping[str, Any]
    parts: tuple[Question, ...] = ()
    choice_logic: bool = False


@dataclass(frozen=True)
class Block:
    """Questions in order, each with its skip logic."""

    id: str
    title: str
    questions: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    shuffled: bool


@dataclass(frozen=True)
class QualtricsSurvey:
    """Questions by id in the order of their blocks (the trash left out), blocks by id, the flow."""

    questions: Mapping[str, Question]
    blocks: Mapping[str, Block]
    flow: tuple[Mapping[str, Any], ...]
    trash: int = 0
    embedded: tuple[str, ...] = field(default=())


def sniff(data: bytes) -> bool:
    """Whether the bytes are JSON with the two parts of a `.qsf`."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b'"SurveyEntry"' in head


def load(source: Source) -> QualtricsSurvey:
    """The survey in a file.

    Raises
    ------
    DataError
        No JSON, or a part of another type than a survey has.
    """
    whole = json_of(source, WHAT)
    elements = [
        mapping(e, "an element", source)
        for e in listing(whole.get("SurveyElements"), "SurveyElements", source)
    ]
    asked: dict[str, Question] = {}
    for element in elements:
        if element.get("Element") == "SQ":
            one = _question(mapping(element.get("Payload"), "a question", source), element, source)
            asked[one.id] = one
    blocks, trash = _blocks(elements, source)
    order = [q for b in blocks.values() for q, _ in b.questions if q in asked]
    if not blocks:
        order = list(asked)
    flow = next((e for e in elements if e.get("Element") == "FL"), {})
    steps = tuple(children(mapping(flow.get("Payload"), "the flow", source), source))
    return QualtricsSurvey(
        questions={q: asked[q] for q in dict.fromkeys(order)},
        blocks=blocks,
        flow=steps,
        trash=sum(q not in order for q in asked) if trash else 0,
        embedded=tuple(dict.fromkeys(_embedded(steps, source, 0))),
    )


def mapping(value: object, what: str, source: Source) -> dict[str, Any]:
    """An object; Qualtrics writes an empty one as a list, and one with the keys 0, 1 ... too."""
    if value is None or value is False:
        return {}
    if isinstance(value, list):
        return {str(i): v for i, v in enumerate(value)}
    if not isinstance(value, dict):
        raise DataError(
            f"'{source.name}' cannot be read as {WHAT}.",
            where=f"It holds a {type(value).__name__} where {what} should stand.",
            hint="export the survey again (Tools, Import/Export, Export Survey).",
        )
    return value


def listing(value: object, what: str, source: Source) -> list[Any]:
    """A list, or the values of an object."""
    return list(mapping(value, what, source).values())


def children(step: Mapping[str, Any], source: Source) -> Iterator[dict[str, Any]]:
    """Steps of the flow inside a step."""
    for child in listing(step.get("Flow"), "a step of the flow", source):
        yield mapping(child, "a step of the flow", source)


def text_in(value: object) -> str:
    """A text or a number as text; anything else is no text."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _true(value: object) -> bool:
    return value in (True, 1, "1", "true", "True", "on", "ON")


def _question(payload: Mapping[str, Any], element: Mapping[str, Any], source: Source) -> Question:
    identity = text_in(payload.get("QuestionID")) or text_in(element.get("PrimaryAttribute"))
    answers = mapping(payload.get("Answers"), f"the answers of {identity}", source)
    on_answers = bool(answers)
    nested = {k: mapping(v, "answers", source) for k, v in answers.items() if _is_row(v)}
    choices = _choices(payload, "Choice", source, coded=not on_answers)
    parts = mapping(payload.get("AdditionalQuestions"), f"the columns of {identity}", source)
    tag = text_in(payload.get("DataExportTag")) or identity
    text = plain(text_in(payload.get("QuestionText")))
    return Question(
        id=identity,
        tag=tag,
        text=text,
        type=text_in(payload.get("QuestionType")),
        selector=text_in(payload.get("Selector")),
        sub=text_in(payload.get("SubSelector")),
        choices=choices,
        answers=() if nested else _choices(payload, "Answer", source, coded=True),
        rows={k: _choices({"Answers": v}, "Answer", source, coded=False) for k, v in nested.items()},
        display=mapping(
            payload.get("DisplayLogic") or payload.get("InPageDisplayLogic"), "display logic", source
        ),
        parts=tuple(_part(p, n, identity, tag, text, choices, source) for n, p in parts.items()),
        choice_logic=any(
            isinstance(c, dict) and bool(c.get("DisplayLogic"))
            for c in listing(payload.get("Choices"), "choices", source)
        ),
    )


def _part(
    value: object, number: str, identity: str, tag: str, text: str, rows: tuple[Choice, ...], source: Source
) -> Question:
    """A column of a side-by-side question: a matrix over the statements of the whole."""
    payload = mapping(value, f"a column of {identity}", source)
    said = " - ".join(t for t in (text, text_in(payload.get("QuestionText"))) if t)
    own = {
        **payload,
        "QuestionID": f"{identity}#{number}",
        "DataExportTag": f"{tag}#{number}",
        "QuestionText": said,
    }
    own.pop("AdditionalQuestions", None)
    one = _question(own, {}, source)
    return one if one.choices else Question(**{**vars(one), "choices": rows})


def _is_row(value: object) -> bool:
    """Whether the answers are those of a row (an object of objects), not a point of the scale."""
    return (
        isinstance(value, dict)
        and "Display" not in value
        and any(isinstance(v, dict) for v in value.values())
    )


def _choices(payload: Mapping[str, Any], kind: str, source: Source, *, coded: bool) -> tuple[Choice, ...]:
    found = mapping(payload.get(f"{kind}s"), f"{kind.lower()}s", source)
    order = [text_in(x) for x in listing(payload.get(f"{kind}Order"), f"{kind}Order", source)]
    keys = [k for k in dict.fromkeys([*order, *found]) if k in found]
    recodes = mapping(payload.get("RecodeValues"), "RecodeValues", source) if coded else {}
    namings = mapping(payload.get("VariableNaming"), "VariableNaming", source) if coded else {}
    tags = (
        mapping(payload.get("ChoiceDataExportTags"), "ChoiceDataExportTags", source)
        if kind == "Choice"
        else {}
    )
    out = []
    for key in keys:
        one = mapping(found[key], f"a {kind.lower()}", source)
        text = plain(text_in(one.get("Display")))
        out.append(
            Choice(
                id=key,
                text=text or key,
                recode=text_in(recodes.get(key)) or key,
                naming=plain(text_in(namings.get(key))),
                tag=text_in(tags.get(key)),
                text_entry=_true(one.get("TextEntry")),
                exclusive=_true(one.get("ExclusiveAnswer")),
            )
        )
    return tuple(out)


def _blocks(elements: list[dict[str, Any]], source: Source) -> tuple[dict[str, Block], bool]:
    blocks: dict[str, Block] = {}
    trash = False
    for element in elements:
        if element.get("Element") != "BL":
            continue
        for value in listing(element.get("Payload"), "the blocks", source):
            block = mapping(value, "a block", source)
            if block.get("Type") == "Trash":
                trash = True
                continue
            parts = [
                mapping(p, "a part of a block", source)
                for p in listing(block.get("BlockElements"), "BlockElements", source)
            ]
            asked = tuple(
                (text_in(p.get("QuestionID")), _skips(p, source))
                for p in parts
                if p.get("Type") == "Question"
            )
            options = mapping(block.get("Options"), "the options of a block", source)
            shuffled = options.get("RandomizeQuestions") not in (None, "", "false", False)
            identity = text_in(block.get("ID")) or str(len(blocks))
            blocks[identity] = Block(identity, text_in(block.get("Description")), asked, shuffled)
    return blocks, trash


def _skips(part: Mapping[str, Any], source: Source) -> tuple[Mapping[str, Any], ...]:
    rules = listing(part.get("SkipLogic"), "skip logic", source)
    return tuple(mapping(r, "a skip rule", source) for r in rules)


def _embedded(steps: tuple[Mapping[str, Any], ...], source: Source, depth: int) -> Iterator[str]:
    """Names of the embedded data fields that the flow sets."""
    if depth > DEEPEST:
        raise DataError(
            f"'{source.name}' cannot be read as {WHAT}.",
            where="Its flow is nested too deeply.",
            hint="export the survey again.",
        )
    for step in steps:
        if step.get("Type") == "EmbeddedData":
            for one in listing(step.get("EmbeddedData"), "embedded data", source):
                name = text_in(mapping(one, "embedded data", source).get("Field"))
                if name:
                    yield name
        yield from _embedded(tuple(children(step, source)), source, depth + 1)
