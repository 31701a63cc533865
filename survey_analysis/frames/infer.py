"""Questions for columns that no codebook declares: kinds and scales found from what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from survey_analysis.frames.normal import normal
from survey_analysis.frames.raw import RawTable
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Level, Scale

MOST_LEVELS = 30
MOST_NUMERIC_LEVELS = 12
LONGEST_LABEL = 100


def infer_question(raw: RawTable, column: str, empty: frozenset[str]) -> Question:
    """Question of an undeclared column: value labels first, then what the cells look like.

    A column of at most a dozen whole numbers is `single` (its scores are the numbers), of more numbers, or of
    those that the file calls a measurement, `numeric`; a few short texts are `single`; all else is `open`. An
    inferred scale has an order for printing only: which end is favourable is never guessed, so it has no top box.
    """
    text = raw.wording.get(column, "")
    missing = raw.missing.get(column, ())
    common = {"name": column, "text": text, "columns": {"": column}, "inferred": True}
    common |= {"short": raw.items.get(column, ""), "asked_if": raw.routing.get(column, "")}
    values = _distinct(raw.column(column), empty)
    typed = {m.code for m in missing}
    if raw.labels.get(column):
        labelled = dict(raw.labels[column])
        extra = [v for v in values if v not in labelled and v not in typed]
        if len(extra) <= MOST_LEVELS:
            codes = [*(c for c in labelled if c not in typed), *extra]
            ordered = codes if column in raw.ordered else sorted(codes, key=natural)
            levels = _levels(ordered, labelled)
            return Question(**common, kind="single", scale=Scale(name=column, levels=levels, missing=missing))
    answers = [v for v in values if v not in typed]
    numbers = [_float(v) for v in answers]
    measured = raw.measure.get(column) == "scale"
    if (answers or measured) and all(x is not None for x in numbers):
        whole = all(x is not None and x.is_integer() for x in numbers)
        if measured or not whole or len(answers) > MOST_NUMERIC_LEVELS:
            return Question(**common, kind="numeric", missing=tuple((m.code, m.kind) for m in missing))
    elif not answers or len(answers) > MOST_LEVELS or max(map(len, answers)) > LONGEST_LABEL:
        return Question(**common, kind="open")
    levels = tuple(Level(code=v, label=v) for v in sorted(answers, key=natural))
    return Question(**common, kind="single", scale=Scale(name=column, levels=levels, missing=missing))


def _levels(codes: list[str], labels: Mapping[str, str]) -> tuple[Level, ...]:
    """Levels by code; where the file gives one label to several codes, the code stands behind it."""
    shown = [labels.get(c, c) for c in codes]
    return tuple(
        Level(code=c, label=f"{text} [{c}]" if shown.count(text) > 1 else text)
        for c, text in zip(codes, shown, strict=True)
    )


def natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """Sort key that puts "2" before "10" and "18-29" before "30-44".

    >>> sorted(["10", "2", "30-44", "18-29"], key=natural)
    ['2', '10', '18-29', '30-44']
    """
    parts = re.findall(r"\d+(?:\.\d+)?|\D+", text)
    return tuple((0, float(p), "") if p[0].isdecimal() else (1, 0.0, p.casefold()) for p in parts)


def _distinct(column: pd.Series, empty: frozenset[str]) -> list[str]:
    found = dict.fromkeys(normal(str(v)) for v in column.unique())
    return [v for v in found if v and v not in empty]


def _float(text: str) -> float | None:
    try:
        return float(text) if text.isascii() else None
    except ValueError:
        return None
