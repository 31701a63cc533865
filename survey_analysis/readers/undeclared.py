"""Labelled negative codes that look like missing codes and that the file does not declare as such: a hint."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from survey_analysis.frames.facts import Labels
from survey_analysis.plurals import counted
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.typing import MissingKind

_MOST = 12
_NO_ANSWER = re.compile(
    r"no answer|not answered|\bna\b|missing|skip|not reported|error|not ascertained|restricted|redacted|deleted"
    r"|no (pre|post)?[- ]?(election )?(data|interview)|inconsistent|keine angabe|k\. ?a\."
)


def looks_missing(label: str) -> MissingKind | None:
    """Kind of missing that the words of a label speak of; None for an answer.

    >>> looks_missing("-9. Refused"), looks_missing("-4. Technical error"), looks_missing("-2. Two below")
    ('refused', 'no_answer', None)
    """
    kind = missing_kind(label)
    return kind if kind != "no_answer" or _NO_ANSWER.search(label.casefold()) else None


def undeclared_note(labels: Mapping[str, Labels], declared: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """One note that names the columns and their codes, with the line that would declare them.

    Parameters
    ----------
    declared
        Codes of a column that the file itself declares missing; they need no hint.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    kinds: dict[str, MissingKind] = {}
    for column, pairs in labels.items():
        codes = [
            c
            for c, label in pairs
            if _negative(c) and looks_missing(label) and c not in declared.get(column, ())
        ]
        if codes:
            found.setdefault(tuple(codes), []).append(column)
            kinds |= {c: k for c, label in pairs if c in codes and (k := looks_missing(label))}
    if not found:
        return ()
    listed = "; ".join(
        f"{_some(columns)} ({', '.join(codes)})" for codes, columns in list(found.items())[:_MOST]
    )
    more = (
        f"; and {counted(sum(map(len, list(found.values())[_MOST:])), 'more column')}"
        if len(found) > _MOST
        else ""
    )
    lines = ", ".join(
        f'["{code}", "{kind}"]' for code, kind in sorted(kinds.items(), key=lambda p: float(p[0]))
    )
    said = (
        f"Labelled negative codes that look like missing codes are answers until declared: {listed}{more}. "
        f"In a question or scale of the study file: missing = [{lines}]."
    )
    return (said,)


def _negative(code: str) -> bool:
    try:
        return float(code) < 0
    except ValueError:
        return False


def _some(columns: list[str]) -> str:
    return ", ".join(columns[:_MOST]) + (f" and {len(columns) - _MOST} more" if len(columns) > _MOST else "")
