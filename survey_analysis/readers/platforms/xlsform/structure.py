"""What an XLSForm holds: the sheets `survey`, `choices` and `settings` as questions with their groups."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import python_calamine as calamine

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Labels
from survey_analysis.readers import xlsx
from survey_analysis.readers.platforms.markup import plain
from survey_analysis.readers.platforms.parsing import checked_size
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import cell_text
from survey_analysis.readers.xlsx_parts import check_parts
from survey_analysis.study import workbook_parts

WHAT = "an XLSForm"

Row = Mapping[str, str]

_SELECT = re.compile(
    r"(?P<kind>select_one|select_multiple|rank)(?P<file>_from_file)?\s+(?P<list>\S+)(?P<other>\s+or_other)?"
)
_BEGIN = re.compile(r"begin[ _](?P<what>group|repeat)")
_END = re.compile(r"end[ _](?P<what>group|repeat)")


@dataclass(frozen=True)
class Question:
    """A row of the sheet `survey`.

    Attributes
    ----------
    groups
        Names of the groups around it, from the outside.
    relevant
        Its own condition and those of the groups.
    """

    name: str
    kind: str
    label: str
    groups: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    options: Labels = ()
    file: str = ""
    other: bool = False
    repeat: str = ""


@dataclass(frozen=True)
class Form:
    """Questions in order, and which of the languages their labels are in."""

    questions: tuple[Question, ...]
    language: str
    languages: tuple[str, ...]
    repeats: tuple[str, ...]


def sniff(data: bytes) -> bool:
    """Whether the bytes are a workbook with a sheet `survey`."""
    if not xlsx.sniff(data):
        return False
    try:
        workbook_parts.check_parts(data)  # before calamine makes room for what they announce
        names = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    except (calamine.CalamineError, workbook_parts.UnfitError):
        return False
    return "survey" in {n.strip().casefold() for n in names}


def load(source: Source) -> Form:
    """The form in a workbook.

    Raises
    ------
    DataError
        No workbook, a sheet or column that a form needs is not there, groups that do not close, or a list of
        choices that the form lacks.
    """
    checked_size(source)
    check_parts(source.data, source.name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
        sheets = {n.strip().casefold(): n for n in book.sheet_names}
        for key in sheets.keys() & {"survey", "choices", "settings"}:
            xlsx.bounded(source, sheets[key])
        tables = {k: _rows(book.get_sheet_by_name(n).to_python(skip_empty_area=False)) for k, n in sheets.items()
                  if k in ("survey", "choices", "settings")}  # fmt: skip
    except calamine.CalamineError as error:
        raise _unreadable(source, str(error)) from None
    survey, choices = tables.get("survey", []), tables.get("choices", [])
    for column in ("type", "name"):
        if not survey or column not in survey[0]:
            raise _unreadable(source, f"Its sheet 'survey' has no column '{column}'.")
    languages = tuple(k for k in survey[0] if k == "label" or k.startswith("label:"))
    told = next((r.get("default_language", "") for r in tables.get("settings", [])), "")
    label = _language(languages, told)
    lists: dict[str, list[tuple[str, str]]] = {}
    for row in choices:
        code = row.get("name") or row.get("value", "")
        if row.get("list_name") and code:
            lists.setdefault(row["list_name"], []).append((code, _label(row, label) or code))
    questions = tuple(_questions(survey, {k: tuple(v) for k, v in lists.items()}, label, source))
    repeats = tuple(dict.fromkeys(q.repeat for q in questions if q.repeat))
    return Form(questions, label, languages, repeats)


def _rows(cells: Sequence[Sequence[object]]) -> list[Row]:
    """Rows by heading; headings in lower case, "list name" as "list_name"."""
    texts = [[cell_text(c).strip() for c in row] for row in cells]
    texts = [row for row in texts if any(row)]
    if not texts:
        return []
    head = [_heading(h) for h in texts[0]]
    return [dict(zip(head, row, strict=True)) for row in texts[1:]]


def _heading(text: str) -> str:
    name, colon, language = text.partition(":")
    name = re.sub(r"\s+", "_", name.strip().casefold())
    return f"{name}::{language.lstrip(':').strip()}" if colon else name


def _language(languages: Sequence[str], told: str) -> str:
    """Heading of the labels to read: the default language, else labels without a language, else the first."""
    wanted = [h for h in languages if told and h.partition("::")[2].casefold().startswith(told.casefold())]
    within = [h for h in languages if told and f"({told.casefold()})" in h.casefold()]
    return next(iter([*wanted, *within, *(h for h in languages if h == "label"), *languages]), "label")


def _label(row: Row, heading: str) -> str:
    return plain(row.get(heading, "") or row.get("label", ""))


def _questions(
    survey: Sequence[Row], lists: Mapping[str, Labels], label: str, source: Source
) -> Iterator[Question]:
    open_groups: list[tuple[str, str, str]] = []  # what, name, relevant
    for number, row in enumerate(survey, start=2):
        kind, name = re.sub(r"\s+", " ", row["type"].casefold().strip()), row["name"]
        if begin := _BEGIN.match(kind):
            open_groups.append((begin["what"], name, row.get("relevant", "")))
        elif end := _END.match(kind):
            if not open_groups or open_groups[-1][0] != end["what"]:
                raise _unreadable(source, f"Row {number} of 'survey' ends a {end['what']} that is not open.")
            open_groups.pop()
        elif kind and name:
            one = _question(row, lists, label, source)
            terms = [g[2] for g in open_groups] + [row.get("relevant", "")]
            yield replace(
                one,
                groups=tuple(g[1] for g in open_groups if g[1]),
                relevant=tuple(t for t in terms if t),
                repeat=next((g[1] for g in open_groups if g[0] == "repeat"), ""),
            )
    if open_groups:
        raise _unreadable(source, f"The {open_groups[-1][0]} '{open_groups[-1][1]}' does not end.")


def _question(row: Row, lists: Mapping[str, Labels], label: str, source: Source) -> Question:
    kind = re.sub(r"\s+", " ", row["type"].strip())
    text = _label(row, label)
    found = _SELECT.fullmatch(kind)
    if found is None:
        return Question(row["name"], kind.casefold(), text)
    if found["file"] or found["list"].startswith("${"):
        return Question(row["name"], found["kind"], text, file=found["list"])
    if found["list"] not in lists:
        raise _unreadable(
            source, f"'{row['name']}' offers the list '{found['list']}', which 'choices' lacks."
        )
    options = lists[found["list"]] + ((("other", "Other"),) if found["other"] else ())
    return Question(row["name"], found["kind"], text, options=options, other=bool(found["other"]))


def _unreadable(source: Source, reason: str) -> DataError:
    return DataError(
        f"'{source.name}' cannot be read as {WHAT}.",
        where=reason,
        hint="download the form again as XLS (.xlsx), or correct the sheet.",
    )
