"""A study file as text: nested mappings to TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(content: Mapping[str, Any]) -> str:
    """TOML of nested mappings: plain keys of a table first, then its tables; empty tables are left out.

    Examples
    --------
    >>> print(toml_text({"schema": 1, "study": {"name": "Trust"}, "scales": {"a b": {"levels": [[1, "no"]]}}}), end="")
    schema = 1
    <BLANKLINE>
    [study]
    name = "Trust"
    <BLANKLINE>
    [scales."a b"]
    levels = [[1, "no"]]
    """
    lines: list[str] = []
    _table(content, (), lines)
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(content: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    plain = {k: v for k, v in content.items() if not isinstance(v, Mapping)}
    if plain and path:
        lines += ["", f"[{'.'.join(map(_key, path))}]"]
    lines += [f"{_key(k)} = {toml_value(v)}" for k, v in plain.items()]
    for key, value in content.items():
        if isinstance(value, Mapping):
            _table(value, (*path, key), lines)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_value(name)


def toml_value(value: Any) -> str:
    """One value on one line.

    >>> toml_value("a b"), toml_value([1, 2.5, True]), toml_value(float("inf"))
    ('"a b"', '[1, 2.5, true]', 'inf')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(k)} = {toml_value(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return f"[{', '.join(toml_value(v) for v in value)}]"
