"""What the metadata of an Arrow field say of a column: a label, or all that `Survey.export` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels, Measure
from survey_analysis.study.scales import MissingCode

if TYPE_CHECKING:
    import pyarrow as pa

_OURS = b"survey_analysis"


def facts_of(fields: Mapping[str, pa.Field]) -> Facts:
    """Question text, labels, missing codes and measurement level of columns.

    Raises
    ------
    DataError
        Metadata under our own name that are not what we write.
    """
    wording: dict[str, str] = {}
    labels: dict[str, Labels] = {}
    missing: dict[str, tuple[MissingCode, ...]] = {}
    measure: dict[str, Measure] = {}
    for column, field in fields.items():
        about = _about(column, field)
        if label := str(about.get("label") or _label(field)).strip():
            wording[column] = label
        if pairs := about.get("values"):
            labels[column] = tuple((str(code), str(text)) for code, text in pairs.items())
        if codes := about.get("missing"):
            missing[column] = tuple(_missing(column, str(code), said) for code, said in codes.items())
        if about.get("measure") in ("nominal", "ordinal", "scale"):
            measure[column] = cast("Measure", about["measure"])
    return Facts(wording=wording, labels=labels, missing=missing, measure=measure)


def _label(field: pa.Field) -> str:
    label: bytes = (field.metadata or {}).get(b"label", b"")
    return label.decode("utf-8", "replace")


def _about(column: str, field: pa.Field) -> dict[str, Any]:
    told = (field.metadata or {}).get(_OURS)
    if told is None:
        return {}
    try:
        about = json.loads(told)
    except ValueError:
        about = None
    parts = [about.get("values") or {}, about.get("missing") or {}] if isinstance(about, dict) else [None]
    if not all(isinstance(part, dict) for part in parts):
        raise _damaged(column)
    return cast("dict[str, Any]", about)


def _missing(column: str, code: str, said: object) -> MissingCode:
    try:
        return MissingCode.model_validate({"code": code, **cast("dict[str, Any]", said)})
    except (TypeError, ValueError):
        raise _damaged(column) from None


def _damaged(column: str) -> DataError:
    return DataError(
        f"The metadata of column '{column}' are damaged.",
        where="They are not the JSON that an export of survey_analysis writes.",
        hint="export the file again.",
    )
