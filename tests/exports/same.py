"""What must not change when a survey is written and read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import survey_analysis as sa
from survey_analysis.frames.variables import MISSING_KINDS, Categorical, Encoded, Multiple, Numeric

Told = tuple[tuple[str, ...], tuple[object, ...]]


def told(variable: Encoded, *, reverse: bool = False) -> list[tuple[str, object]]:
    """Of every row, why nothing was answered or what was: code and label, number, chosen options, text."""
    kinds = [MISSING_KINDS[m] for m in variable.missing]
    if isinstance(variable, Categorical):
        codes, k = variable.codes, len(variable.scale.levels)
        if reverse:
            codes = np.where((codes >= 0) & (codes < k), k - 1 - codes, codes)
        answers = [(a.code, a.label) for a in variable.scale.answers]
        return [(m, answers[c] if c >= 0 else None) for m, c in zip(kinds, codes, strict=True)]
    if isinstance(variable, Numeric):
        return [(m, None if np.isnan(x) else x) for m, x in zip(kinds, variable.numbers, strict=True)]
    if isinstance(variable, Multiple):
        labels = np.array([o.label for o in variable.options], dtype=object)
        return [(m, tuple(labels[row])) for m, row in zip(kinds, variable.chosen, strict=True)]
    return [(m, t if m == "answered" else None) for m, t in zip(kinds, variable.texts, strict=True)]


def variables(survey: sa.Survey) -> Iterator[tuple[str, str, Encoded]]:
    """Every question and subject."""
    for name in (*survey.codebook.questions, *survey.study.coded):
        for subject in survey.table.question(name).columns or ("",):
            yield name, subject, survey.table.variable(name, subject)


def assert_same(a: sa.Survey, b: sa.Survey) -> None:
    """Codes, labels, missing kinds, scores, options and texts of every question are equal."""
    compared = 0
    for name, subject, before in variables(a):
        is_set = isinstance(before, Multiple)
        after = b.table.variable(
            f"{name}_{subject}" if is_set and subject else name, "" if is_set else subject
        )
        assert told(before) == told(after), (name, subject)
        if isinstance(before, Categorical):
            assert [x.score for x in before.scale.levels] == [x.score for x in after.scale.levels]
            assert before.scale.favourable == after.scale.favourable
            assert before.scale.scores == after.scale.scores
            assert np.array_equal(before.codes, after.codes)
        compared += 1
    assert compared
