"""What the readers of statistical packages share: pyreadstat called safely, tagged missing values, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Labels
from survey_analysis.plurals import counted
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.source import Source
from survey_analysis.study.scales import MissingCode

_OF_TEXT = (
    "byte sequence",
    "convert string",
    "charset",
    "encoding",
    "can't decode",
)  # reasons of a wrong encoding


def load(
    source: Source, what: str, read: Callable[..., tuple[pd.DataFrame, Any]], **options: Any
) -> tuple[pd.DataFrame, Any]:
    """Frame and metadata of a file; whatever pyreadstat raises is one clear error.

    Parameters
    ----------
    what
        The format in a sentence ("Stata file").
    """
    try:
        return read(
            str(source.path), disable_datetime_conversion=True, encoding=source.encoding or None, **options
        )
    except Exception as error:  # pyreadstat raises classes of its own, unexported  # noqa: BLE001
        reason = str(error).strip().replace(str(source.path), source.name) or type(error).__name__
    wrong_text = any(w in reason.lower() for w in _OF_TEXT)
    hint = (
        'give the encoding it was saved in, such as encoding = "cp1252".'
        if wrong_text
        else "copy it again from where it came, or save it again."
    )
    raise DataError(f"The {what} '{source.name}' cannot be read.", where=reason, hint=hint)


def check_rows(source: Source, announced: int | None, came: int) -> None:
    """The number of rows in the header is the number that was read."""
    if announced is not None and announced != came:
        raise DataError(
            f"'{source.name}' announces {announced} rows and holds {came}.",
            hint="the file is cut off; export it again.",
        )


def split_tags(values: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Numbers of a column, and the tag of each tagged missing value ("" elsewhere)."""
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64"), np.full(len(values), "", dtype=object)
    cells = values.to_numpy(dtype=object)
    tags = np.array([v if isinstance(v, str) else "" for v in cells], dtype=object)
    numbers = [np.nan if isinstance(v, str) or v is None else float(v) for v in cells]
    return pd.Series(numbers, index=values.index, dtype="float64"), tags


def with_tags(texts: np.ndarray, tags: np.ndarray) -> np.ndarray:
    """Texts of numbers with ".a" where a value is tagged missing."""
    tagged = tags != ""
    if tagged.any():
        texts = texts.copy()
        texts[tagged] = "." + tags[tagged]
    return texts


def tag_codes(tags: Iterable[str], labels: Labels) -> tuple[MissingCode, ...]:
    """Typed missing codes of a column: the tags that its cells or its labels hold."""
    named = dict(labels)
    codes = sorted({f".{t}" for t in tags} | {c for c in named if is_tag(c)})
    return tuple(
        MissingCode(code=c, kind=missing_kind(named.get(c, "")), label=named.get(c, "")) for c in codes
    )


def is_tag(code: str) -> bool:
    """Whether a code is a tagged missing value.

    >>> is_tag(".a"), is_tag("._"), is_tag(".5"), is_tag(".")
    (True, True, False, False)
    """
    return len(code) == 2 and code[0] == "." and (code[1].isalpha() or code[1] == "_")


def tag_note(missing: Mapping[str, tuple[MissingCode, ...]]) -> tuple[str, ...]:
    """One note on the columns with tagged missing values."""
    if not missing:
        return ()
    listed = [f"{name} {', '.join(m.code for m in codes)}" for name, codes in missing.items()]
    more = f"; and {counted(len(listed) - 5, 'more column')}" if len(listed) > 5 else ""
    return (f"Tagged missing values, kept apart from empty cells: {'; '.join(listed[:5])}{more}.",)


def columns_note(said: str, columns: Iterable[str]) -> tuple[str, ...]:
    """A sentence that names columns, or nothing where there are none."""
    names = list(columns)
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return (f"{said}: {', '.join(names[:8])}{more}.",) if names else ()


def wording_of(labels: Mapping[str, str | None]) -> dict[str, str]:
    """Variable labels that say something."""
    return {n: str(w).strip() for n, w in labels.items() if w and str(w).strip()}
