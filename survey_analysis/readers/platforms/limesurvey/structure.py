"""What an `.lss` holds: questions with their parts and answers, in the base language.

The file mirrors tables of LimeSurvey's data base. Up to version 3 the texts stand in the rows of the tables,
once for each language; from version 4 they stand in tables of their own (`question_l10ns`, `answer_l10ns`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Labels
from survey_analysis.readers.platforms.markup import plain
from survey_analysis.readers.platforms.parsing import xml_of
from survey_analysis.readers.source import Source

WHAT = "a LimeSurvey structure (.lss)"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """A subquestion (of an array, an option of a multiple choice) on one of two scales."""

    code: str
    text: str
    scale: str
    relevance: str


@dataclass(frozen=True)
class Question:
    """A question; `answers` are by scale, of which only dual arrays have a second."""

    sgqa: str
    code: str
    text: str
    type: str
    other: bool
    relevance: tuple[str, ...]
    parts: tuple[Part, ...]
    answers: Mapping[str, Labels]
    attributes: Mapping[str, str]


def sniff(data: bytes) -> bool:
    """Whether the bytes are XML that says it is of LimeSurvey."""
    return b"<LimeSurveyDocType>" in data[:2000]


def load(source: Source) -> tuple[tuple[Question, ...], str]:
    """Questions in order, and the language of their texts.

    Raises
    ------
    DataError
        No XML, or no survey in it.
    """
    root = xml_of(source, WHAT)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    tables = {table.tag: _rows(table) for table in root}
    if kind != "Survey" or not tables.get("questions"):
        raise DataError(
            f"'{source.name}' cannot be read as {WHAT}.",
            where=f"It holds {kind or 'no document type'} and {len(tables.get('questions', ()))} questions.",
            hint="export the whole survey (Display/Export, Survey structure).",
        )
    language = next((r["language"] for r in tables.get("surveys", ()) if r.get("language")), "")
    language = language or next((r["language"] for r in tables["questions"] if r.get("language")), "")
    language = language or (root.findtext("languages/language") or "").strip()
    return _questions(tables, language), language


def _rows(table: Element) -> list[Row]:
    return [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]


def _in_language(rows: Iterable[Row], language: str, *keys: str) -> dict[tuple[str, ...], Row]:
    """One row for each key: that of the language where there is one."""
    out: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row.get(k, "") for k in keys)
        if key not in out or (row.get("language") == language and out[key].get("language") != language):
            out[key] = row
    return out


def _order(row: Row, name: str) -> int:
    text = row.get(name, "")
    return int(text) if text.isdecimal() else 0


def _questions(tables: Mapping[str, list[Row]], language: str) -> tuple[Question, ...]:
    texts = _in_language(tables.get("question_l10ns", ()), language, "qid")
    groups = _in_language(tables.get("groups", ()), language, "gid")
    parts, answers = _parts(tables, texts, language), _answers(tables, language)
    attributes: dict[str, dict[str, str]] = defaultdict(dict)
    for row in tables.get("question_attributes", ()):
        attributes[row.get("qid", "")].setdefault(row.get("attribute", ""), row.get("value", ""))
    rows = [
        r
        for r in _in_language(tables["questions"], language, "qid").values()
        if r.get("parent_qid", "0") in ("", "0")
    ]
    place = {g: _order(row, "group_order") for (g,), row in groups.items()}
    rows.sort(key=lambda r: (place.get(r.get("gid", ""), 0), _order(r, "question_order")))
    out = []
    for row in rows:
        qid, gid = row.get("qid", ""), row.get("gid", "")
        group = groups.get((gid,), {})
        text = texts.get((qid,), row).get("question", "") or row.get("question", "")
        out.append(
            Question(
                sgqa=f"{row.get('sid', '')}X{gid}X{qid}",
                code=row.get("title", ""),
                text=plain(text),
                type=row.get("type", ""),
                other=row.get("other") == "Y",
                relevance=tuple(
                    r for r in (group.get("grelevance", ""), row.get("relevance", "")) if not _always(r)
                ),
                parts=tuple(parts[qid]),
                answers={k: tuple(v) for k, v in answers[qid].items()},
                attributes=attributes[qid],
            )
        )
    return tuple(out)


def _always(relevance: str) -> bool:
    return relevance.strip() in ("", "1", "{1}")


def _parts(
    tables: Mapping[str, list[Row]], texts: Mapping[tuple[str, ...], Row], language: str
) -> dict[str, list[Part]]:
    out: dict[str, list[Part]] = defaultdict(list)
    rows = [
        *tables.get("subquestions", ()),
        *(r for r in tables["questions"] if r.get("parent_qid", "0") not in ("", "0")),
    ]
    found = _in_language(rows, language, "qid").values()
    for row in sorted(found, key=lambda r: _order(r, "question_order")):
        text = texts.get((row.get("qid", ""),), row).get("question", "") or row.get("question", "")
        relevance = row.get("relevance", "")
        out[row.get("parent_qid", "")].append(
            Part(
                code=row.get("title", ""),
                text=plain(text) or row.get("title", ""),
                scale=row.get("scale_id", "") or "0",
                relevance="" if _always(relevance) else relevance,
            )
        )
    return out


def _answers(tables: Mapping[str, list[Row]], language: str) -> dict[str, dict[str, list[tuple[str, str]]]]:
    texts = _in_language(tables.get("answer_l10ns", ()), language, "aid")
    out: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    rows = _in_language(tables.get("answers", ()), language, "qid", "scale_id", "code").values()
    for row in sorted(rows, key=lambda r: _order(r, "sortorder")):
        text = row.get("answer", "") or texts.get((row.get("aid", ""),), {}).get("answer", "")
        code = row.get("code", "")
        out[row.get("qid", "")][row.get("scale_id", "") or "0"].append((code, plain(text) or code))
    return out
