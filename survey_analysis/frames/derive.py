"""Derived variables: levels by expression; recodings with the reasons why an answer is missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey_analysis.errors import DataError, ExpressionError
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Numeric, missing_code
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.study.recodes import Bands, Count, Recode
from survey_analysis.study.study import Study
from survey_analysis.typing import BoolArray

Mask = Callable[[str], BoolArray]
Look = Callable[[str], Encoded]


def derive(
    study: Study, question: Question, n: int, mask: Mask, look: Look, *, strict: bool = True
) -> Encoded:
    """The variable behind a derived question.

    Parameters
    ----------
    n
        Number of rows.
    mask, look
        Rows for which an expression holds; the encoded variable of a name.
    strict
        Overlapping levels and numbers outside all bands are errors; a screen before cleaning lets them pass.

    Raises
    ------
    ExpressionError
        Respondents in two levels.
    DataError
        Numbers outside all bands, or that the labels of the bands do not describe.
    """
    recoding = study.recodes.get(question.name)
    if isinstance(recoding, Count):
        return options_chosen(question, recoding, look(recoding.of))
    source = look(recoding.of) if recoding is not None else None
    if isinstance(recoding, Recode) and isinstance(source, Categorical):
        recoding.check(question.name, source.scale)
    codes = np.full(n, -1, dtype=np.int16)
    for i, (label, text) in enumerate(study.derived[question.name].items()):
        hit = mask(text)
        twice = int((hit & (codes >= 0)).sum())
        if twice and strict:
            raise ExpressionError(
                f"{counted(twice, 'respondent is', 'respondents are')} in two levels of '{question.name}'.",
                where=f"[study.toml: derived.{question.name}.levels] level '{label}' overlaps an earlier one.",
                hint="make the levels exclusive.",
            )
        codes[hit] = i
    if isinstance(recoding, Bands) and strict:
        _check_bands(question, recoding, source, codes >= 0)
    missing = np.where(codes < 0, missing_code("not_asked"), 0).astype(np.uint8)
    if source is not None:
        why = np.where(source.missing > 0, source.missing, missing_code("no_answer"))
        missing = np.where(codes < 0, why, 0).astype(np.uint8)
    assert question.scale is not None  # noqa: S101  derived questions are built with one
    return Categorical(question.name, question.scale, codes, missing)


def _check_bands(question: Question, bands: Bands, source: Encoded | None, placed: BoolArray) -> None:
    if not isinstance(source, Numeric | Categorical):
        raise DataError(
            f"'{bands.of}' holds texts, which have no bands.",
            where=f"[study.toml: derived.{question.name}.bands]",
            hint='declare it with kind = "numeric".',
        )
    values = source.values()
    out = values[source.known() & ~placed]
    if len(out) and bands.outside == "error":
        span = f"from {out.min():g} to {out.max():g}" if len(out) > 1 else f"{out[0]:g}"
        raise DataError(
            f"{len(out)} value{'s' * (len(out) > 1)} of '{bands.of}' {'are' if len(out) > 1 else 'is'} in no band of "
            f"'{question.name}': {span}.",
            where=f"[study.toml: derived.{question.name}.bands] cuts {', '.join(f'{c:g}' for c in bands.cuts)}",
            hint='add a cut, clean first, or say outside = "missing".',
        )
    broken = int((values[source.known()] % 1 != 0).sum())
    if broken and not bands.labels:
        raise DataError(
            f"{counted(broken, 'value')} of '{bands.of}' {'has' if broken == 1 else 'have'} decimals, which the labels made for '{question.name}' do not describe.",
            where=f"[study.toml: derived.{question.name}.bands]",
            hint='give labels = [...], such as "18 to under 25".',
        )


def options_chosen(question: Question, count: Count, source: Encoded) -> Numeric:
    """How many options were chosen; missing where the question is."""
    if not isinstance(source, Multiple):
        raise DataError(f"'{count.of}' is no multiple-response question.", hint="count needs one.")
    wanted = [
        j
        for j, o in enumerate(source.options)
        if ({o.code, o.label, o.column} & set(count.options) if count.options else not o.exclusive)
    ]
    known = source.known()
    numbers = np.where(known, source.chosen[:, wanted].sum(axis=1), np.nan).astype(np.float64)
    return Numeric(question.name, numbers, source.missing.copy())
