"""Multiple-response questions of a study file: a column an option, or codes in the cells of some columns."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Option
from survey_analysis.study.file import QuestionEntry
from survey_analysis.study.scales import Scale


def multiple_facts(
    name: str, entry: QuestionEntry, scale: Scale | None, known: tuple[str, ...] | None
) -> dict[str, Any]:
    """What `Question` needs to know of a multiple-response question; `scale` lists its options, if given.

    Raises
    ------
    StudyError
        Keys of both forms at once, no columns, a pattern that matches none, or codes that are not on the list.
    """
    if scale is None:
        _refuse(name, entry, ("separator", "exclusive", "other"), "needs the list of options: levels = [...]")
        return {
            "options": _own_columns(name, entry, known),
            "not_selected": entry.not_selected,
            "selected": entry.selected,
        }
    _refuse(name, entry, ("options", "selected"), "has no meaning where levels list the options")
    codes = {x.code for x in scale.answers}
    for key, given in (("exclusive", entry.exclusive), ("other", (entry.other,) if entry.other else ())):
        for code in given:
            if code not in codes:
                raise StudyError(
                    f"'{code}' is not an option of '{name}'.",
                    where=f"[study.toml: questions.{name}.{key}]",
                    hint=closest(code, codes),
                )
    slots = _columns(name, entry, known)
    if entry.separator and len(slots) > 1:
        raise StudyError(
            f"'{name}' has {counted(len(slots), 'column')} and a separator.",
            where=f"[study.toml: questions.{name}.separator]",
            hint="a separator stands between the codes in one column; leave it out, or name one column.",
        )
    return {
        "options": tuple(
            Option(code=x.code, label=x.label, exclusive=x.code in entry.exclusive) for x in scale.answers
        ),
        "missing": tuple((m.code, m.kind) for m in scale.missing),
        "not_selected": entry.not_selected,
        "slots": slots,
        "separator": entry.separator,
        "other": entry.other,
    }


def _refuse(name: str, entry: QuestionEntry, keys: tuple[str, ...], why: str) -> None:
    for key in keys:
        if getattr(entry, key):
            raise StudyError(
                f"Multiple-response question '{name}': {key} {why}.",
                where=f"[study.toml: questions.{name}.{key}]",
                hint="see multiple-response questions in docs/reference/study-file.md.",
            )


def _own_columns(name: str, entry: QuestionEntry, known: tuple[str, ...] | None) -> tuple[Option, ...]:
    if entry.options:
        return tuple(
            Option(code=o.column, label=o.label or o.column, column=o.column, exclusive=o.exclusive)
            for o in entry.options
        )
    return tuple(Option(code=c, label="", column=c) for c in _columns(name, entry, known))


def _columns(name: str, entry: QuestionEntry, known: tuple[str, ...] | None) -> tuple[str, ...]:
    patterns = (entry.columns,) if isinstance(entry.columns, str) else entry.columns
    found: list[str] = []
    for pattern in (entry.column, *patterns):
        if not pattern:
            continue
        whole = known is None or "*" not in pattern
        hits = [pattern] if whole else [c for c in known or () if fnmatchcase(c, pattern)]
        if not hits:
            raise StudyError(
                f"No column matches '{pattern}'.",
                where=f"[study.toml: questions.{name}.columns]",
                hint=closest(pattern.replace("*", ""), known or ()),
            )
        found += hits
    if not found:
        raise StudyError(
            f"Multiple-response question '{name}' names no columns.",
            where=f"[study.toml: questions.{name}]",
            hint='columns = "Q30_*", a list, or options = [{column = "...", label = "..."}]',
        )
    return tuple(dict.fromkeys(found))
