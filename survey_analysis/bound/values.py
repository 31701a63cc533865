"""The fields of a result, so that its data can be taken over by the class with verbs."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


def values_of(data: object, kind: type) -> dict[str, Any]:
    """Fields of `kind` as they stand in `data`."""
    return {f.name: getattr(data, f.name) for f in fields(kind)}
