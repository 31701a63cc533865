"""The public API as text: names, signatures, members. `python -m tests.architecture.api` writes the stored list."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import survey_analysis as sa

STORED = Path(__file__).with_name("api.txt")
VALUES = ("__version__", "datasets", "errors", "power", "scales")


def current() -> str:
    """The public API now."""
    lines = []
    for name in sorted(sa.__all__):
        if name in VALUES:
            lines.append(name)
        else:
            lines += _described(name, getattr(sa, name))
    lines.append(f"datasets.load{inspect.signature(sa.datasets.load)}")
    lines.append(f"datasets.folder{inspect.signature(sa.datasets.folder)}")
    for name in sorted(sa.power.__all__):
        lines += _described(f"power.{name}", getattr(sa.power, name))
    for name in ("Library", "Instrument", "Subscale", "Item", "Check"):
        lines += _described(f"scales.{name}", getattr(sa.scales, name))
    return "\n".join(lines) + "\n"


def _described(name: str, thing: object) -> Iterator[str]:
    if not inspect.isclass(thing):
        yield f"{name}{inspect.signature(thing)}"  # type: ignore[arg-type]
        return
    bases = [b.__name__ for b in thing.__bases__ if b is not object]
    yield f"class {name}" + (f"({', '.join(bases)})" if bases else "")
    if hasattr(thing, "__annotations__"):
        for field in sorted(_fields(thing)):
            yield f"    {name}.{field}"
    for member, value in sorted(_members(thing).items()):
        if isinstance(value, property):
            yield f"    {name}.{member}: property"
        elif isinstance(value, classmethod | staticmethod):
            yield f"    {name}.{member}{inspect.signature(getattr(thing, member))}"
        elif callable(value):
            yield f"    {name}.{member}{inspect.signature(value)}"


def _ours(thing: type) -> list[type]:
    return [c for c in thing.__mro__ if c.__module__.startswith("survey_analysis")]


def _fields(thing: type) -> set[str]:
    return {f for c in _ours(thing) for f in inspect.get_annotations(c) if not f.startswith("_")} - {
        "model_config"
    }


def _members(thing: type) -> dict[str, object]:
    found: dict[str, object] = {}
    for c in reversed(_ours(thing)):
        found |= {k: v for k, v in vars(c).items() if not k.startswith("_")}
    return {
        k: v
        for k, v in found.items()
        if isinstance(v, property | classmethod | staticmethod) or inspect.isfunction(v)
    }


if __name__ == "__main__":
    STORED.write_text(current(), encoding="utf-8")
