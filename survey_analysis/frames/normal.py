"""Cells in their normal form: one text for one code, and the number that a text is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.study.base import code
from survey_analysis.typing import FloatArray


def normal(text: str) -> str:
    """Code of a cell: "1", "1.0" and " 1" are the same code; other text is itself, trimmed."""
    text = text.strip()
    if text.endswith((".0", ".00")):
        try:
            return code(float(text))
        except ValueError:
            return text
    return text


def plain_number(text: str) -> float:
    """A number written with ASCII digits, else NaN; other digits and decimal commas are not guessed at."""
    if not text.isascii() or "_" in text:
        return np.nan
    try:
        out = float(text)
    except ValueError:
        return np.nan
    return out if np.isfinite(out) else np.nan


def plain_numbers(texts: Sequence[str]) -> FloatArray:
    """The same of many texts.

    >>> plain_numbers(["7", "1e3", "1_000", "seven", "inf"]).tolist()
    [7.0, 1000.0, nan, nan, nan]
    """
    whole = "".join(texts)
    if whole.isascii() and "_" not in whole:
        try:
            out = np.array(texts, dtype=object).astype(np.float64)
        except ValueError:
            pass
        else:
            return np.where(np.isfinite(out), out, np.nan)
    return np.array([plain_number(t) for t in texts], dtype=np.float64)
