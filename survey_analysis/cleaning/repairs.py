"""Declared repairs of cells: applied to a copy, each logged with the cells it changed."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError, SurveyAnalysisWarning, closest
from survey_analysis.frames.normal import normal
from survey_analysis.frames.table import Table
from survey_analysis.results.process import LogEntry
from survey_analysis.study.codebook import Codebook
from survey_analysis.study.file import Repair
from survey_analysis.typing import BoolArray

_SUM = re.compile(r"\{(\d+)\s*-\s*\\(\d)\}")
Mend = Callable[[str], str]


def repair(table: Table, repairs: Sequence[Repair]) -> tuple[Table, tuple[LogEntry, ...]]:
    r"""Apply declared repairs in order, each seeing what the ones before it did.

    A repair changes whole cells: `replace` texts that match exactly; `pattern` a regular expression
    that must match the whole cell, rewritten as `into` (`\1` is the first group, `{2016 - \1}` a
    subtraction, for a year of birth); `reverse` mirrors answers on the theoretical range of the
    question's scale and leaves missing codes alone.

    Returns
    -------
    tuple
        The repaired table and one log entry a repair: `checked` counts its cells, `flagged` those changed.

    Raises
    ------
    StudyError
        A repair says nothing to do or several things, names no column, or reverses a column without scale.

    Warns
    -----
    SurveyAnalysisWarning
        A repair that changes nothing: it is probably out of date.
    """
    entries = []
    for place, item in enumerate(repairs):
        table, entry = _apply(table, item, place)
        entries.append(entry)
        if not entry.flagged:
            warnings.warn(
                f"Repair {place + 1} ({entry.what}) changed no cell; remove it from [[clean.repairs]] "
                "if it is out of date.",
                SurveyAnalysisWarning,
                stacklevel=3,
            )
    return table, tuple(entries)


def _apply(table: Table, item: Repair, place: int) -> tuple[Table, LogEntry]:
    where = f"[study.toml: clean.repairs[{place}]]"
    columns = _columns(table, item, where)
    rows = Screen(table).decide(item.where)[0] if item.where else np.ones(len(table), dtype=bool)
    frame = table.raw.frame.copy(deep=False)  # columns are replaced, never written into
    changed = 0
    for column in columns:
        mend = _mend(item, table.codebook, column, where)
        frame[column], n = _mended(frame[column], rows, mend)
        changed += n
    entry = LogEntry(
        rule="repair",
        family="repair",
        what=describe(item),
        checked=int(rows.sum()) * len(columns),
        flagged=changed,
        dropped=0,
        reason=item.reason,
    )
    return Table(table.raw.with_frame(frame), table.study), entry


def describe(item: Repair) -> str:
    """A repair in words, for the log."""
    if item.replace:
        what = "replace " + ", ".join(f"'{a}' by '{b}'" for a, b in item.replace.items())
    elif item.pattern:
        what = f"rewrite '{item.pattern}' as '{item.into}'"
    else:
        what = "mirror the answers on the scale"
    return f"{what} in {', '.join(item.columns)}" + (f" where {item.where}" if item.where else "")


def _columns(table: Table, item: Repair, where: str) -> list[str]:
    known = table.raw.columns
    found: list[str] = []
    for pattern in item.columns:
        hits = [c for c in known if c == pattern or fnmatchcase(c, pattern)]
        if not hits:
            raise StudyError(
                f"A repair names '{pattern}', which matches no column.",
                where=where,
                hint=closest(pattern.replace("*", ""), known),
            )
        found += hits
    if not found:
        raise StudyError("A repair names no column.", where=where, hint='columns = ["S1_age"]')
    return list(dict.fromkeys(found))


def _mend(item: Repair, codebook: Codebook, column: str, where: str) -> Mend:
    said = [bool(item.replace), bool(item.pattern), item.reverse]
    if sum(said) != 1 or (item.into and not item.pattern):
        raise StudyError(
            "A repair must do one thing.",
            where=where,
            hint="give replace, or pattern with into, or reverse = true.",
        )
    if item.replace:
        return lambda text: item.replace.get(text, text)
    if item.pattern:
        return _rewriter(item.pattern, item.into, where)
    return _mirror(codebook, column, where)


def _rewriter(pattern: str, into: str, where: str) -> Mend:
    try:
        compiled = re.compile(pattern)
        template = _SUM.sub("", into)
        groups = [int(g) for g in re.findall(r"\\(\d)", into)]
    except re.error as error:
        raise StudyError(
            f"The pattern of a repair is no regular expression: {error}.",
            where=where,
            hint="check its brackets.",
        ) from None
    if any(g > compiled.groups for g in groups) or "{" in template:
        raise StudyError(
            f"A repair cannot write '{into}'.",
            where=f"{where} the pattern has {compiled.groups} groups.",
            hint=r"\1 is the first bracket of the pattern; {2016 - \1} subtracts it.",
        )

    def rewrite(text: str) -> str:
        match = compiled.fullmatch(text)
        if match is None:
            return text
        summed = _SUM.sub(lambda m: str(int(m[1]) - int(match[int(m[2])])), into)
        return re.sub(r"\\(\d)", lambda m: match[int(m[1])] or "", summed)

    return rewrite


def _mirror(codebook: Codebook, column: str, where: str) -> Mend:
    scale = next((q.scale for q in codebook if q.scale is not None and column in q.columns.values()), None)
    if scale is None or len(scale.levels) < 2:
        raise StudyError(
            f"A repair reverses '{column}', which has no declared scale.",
            where=where,
            hint="declare the question with its scale: the theoretical range is what is mirrored.",
        )
    codes = [level.code for level in scale.levels]
    labels = [level.label for level in scale.levels]
    turned = dict(zip(codes, reversed(codes), strict=True)) | dict(zip(labels, reversed(labels), strict=True))
    return lambda text: turned.get(normal(text), text)


def _mended(cells: pd.Series, rows: BoolArray, mend: Mend) -> tuple[pd.Series, int]:
    factor, uniques = pd.factorize(cells)
    old = np.array([str(u) for u in uniques], dtype=object)
    new = np.array([mend(text) for text in old], dtype=object)
    if not len(old):
        return cells, 0
    hit = rows & (new != old)[factor]
    values = np.where(hit, new[factor], cells.to_numpy(dtype=object))
    return pd.Series(values, index=cells.index, name=cells.name, dtype=cells.dtype), int(hit.sum())
