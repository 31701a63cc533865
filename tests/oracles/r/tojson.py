"""R values in the form the reference answers are written in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from oracles.r.values import Factor, Frame, NotCoveredError, RList, Unshown, Vec


def to_json(value: Any) -> Any:
    """Named vector = object, unnamed = array, length one = number, matrix = rows, cols, data; NA = None."""
    if value is None or isinstance(value, Unshown):
        return value
    if isinstance(value, Frame):
        return {k: _atoms(v) for k, v in value.columns.items()}
    if isinstance(value, RList):
        parts = [to_json(v) for v in value.values]
        return parts if value.names is None else dict(zip(value.names, parts, strict=True))
    if isinstance(value, Factor):
        value = value.text()
    if hasattr(value, "as_json"):
        return to_json(value.as_json())
    if not isinstance(value, Vec):
        raise NotCoveredError(f"a {type(value).__name__} as an answer")
    if value.dim is not None and len(value.dim) == 1:
        value = Vec(value.data, value.kind, value.dimnames[0] if value.dimnames else None)
    if value.dim is not None:
        return _array(value)
    atoms = _atoms(value)
    names = value.names
    if names is not None and len(set(names)) == len(names) and all(names):
        return dict(zip(names, atoms, strict=True))
    if names is not None and len(atoms) > 1:
        return {"names": list(names), "values": atoms}
    return atoms[0] if len(atoms) == 1 else atoms


def _array(value: Vec) -> dict[str, Any]:
    names = value.dimnames or (None,) * len(value.dim or ())
    if len(value.dim or ()) > 2:
        return {
            "dim": list(value.dim or ()),
            "dimnames": [None if n is None else list(n) for n in names],
            "data_column_major": _atoms(value),
        }
    shape = value.dim or ()
    table = np.array(_atoms(value), dtype=object).reshape(shape, order="F")
    rows, cols = (None if n is None else list(n) for n in names)
    return {"rows": rows, "cols": cols, "data": table.tolist()}


def _atoms(value: Any) -> list[Any]:
    if isinstance(value, Factor):
        value = value.text()
    if value.kind == "character":
        return list(value.data)
    if value.kind == "logical":
        return [None if np.isnan(v) else bool(v) for v in value.data]
    return [_number(float(v)) for v in value.data]


def _number(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return value
