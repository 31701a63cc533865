"""The library: instruments read from their files, listed, found by name or word."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.lazily import Lazily
from survey_analysis.scales.model import Check, Instrument, Item, Subscale

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")


_COLUMNS = (
    "scale", "subscale", "measures", "kind", "items", "turned", "first", "points", "key", "wording", "checked",
    "citation", "licence",
)  # fmt: skip


@cache
def _all() -> dict[str, Instrument]:
    folder = files("survey_analysis.scales") / "instruments"
    made = [
        _instrument(tomllib.loads(x.read_text(encoding="utf-8")))
        for x in folder.iterdir()
        if x.name.endswith(".toml")
    ]
    return {x.name: x for x in sorted(made, key=lambda x: (x.kind == "answer scale", x.name))}


def _instrument(told: dict[str, Any]) -> Instrument:
    parts = tuple(
        Subscale(name, s["label"], tuple(Item(**i) for i in s["items"]), s.get("paraphrased", False))
        for name, s in told.pop("subscales", {}).items()
    )
    checks = tuple(Check(**c) for c in told.pop("checks"))
    return Instrument(**told | {"levels": tuple(told.get("levels", ()))}, parts=parts, checks=checks)


class Library:
    """Published scales of credibility, trust and likelihood.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> sa.scales.names[:2]
    ('appelman-sundar-2016', 'flanagin-metzger-2000')
    >>> sa.scales["meyer-1988"].points
    5
    >>> sa.scales.find("newspapers")["scale"].tolist()
    ['meyer-1988']
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the instruments, answer scales last."""
        return tuple(_all())

    def get(self, name: str) -> Instrument:
        """One instrument by name.

        Raises
        ------
        StudyError
            An unknown name; the nearest ones are suggested.
        """
        known = _all()
        if name not in known:
            raise StudyError(f"The library has no scale '{name}'.", hint=closest(name, known))
        return known[name]

    def find(self, text: str) -> pd.DataFrame:
        """Instruments that hold a text in their name, title, citation, items or what they measure."""
        want = text.casefold()
        return _frame([x for x in _all().values() if want in _words(x)])

    def to_frame(self) -> pd.DataFrame:
        """One row an instrument or subscale: items, points, direction, checks, citation, licence."""
        return _frame(list(_all().values()))

    def __getitem__(self, name: str) -> Instrument:
        return self.get(name)

    def __iter__(self) -> Iterator[Instrument]:
        return iter(_all().values())

    def __len__(self) -> int:
        return len(_all())

    def __contains__(self, name: object) -> bool:
        return name in _all()

    def __repr__(self) -> str:
        return _listed().to_string(index=False, justify="left")

    def _repr_html_(self) -> str:
        return str(_listed().to_html(index=False, escape=True, justify="left"))


def _listed() -> pd.DataFrame:
    """What fits beside each other; the rest stands in `to_frame()` and with each instrument."""
    return _frame(list(_all().values()))[["scale", "subscale", "items", "turned", "points", "checked"]]


def subscale(reference: str) -> tuple[Instrument, Subscale]:
    """An instrument and its subscale from "name.subscale"; the subscale may be left out where there is one.

    Raises
    ------
    StudyError
        An unknown instrument or subscale, an answer scale, or a choice left open.

    Examples
    --------
    >>> scale, part = subscale("meyer-1988")
    >>> scale.name, part.name, len(part.items)
    ('meyer-1988', 'credibility', 5)
    """
    name, _, part = reference.partition(".")
    found = Library().get(name)
    if not found.parts:
        raise StudyError(
            f"'{name}' is an answer scale, not a set of items.",
            hint=f'use it in a question or battery: scale = "{name}"',
        )
    if not part and len(found.parts) > 1:
        raise StudyError(
            f"'{name}' has {len(found.parts)} subscales; a construct is one of them.",
            hint="write " + " or ".join(f'"{name}.{p.name}"' for p in found.parts),
        )
    return found, found.subscale(part or found.parts[0].name)


def answer_scale(name: str) -> Instrument | None:
    """An answer scale of the library; None where the name is none."""
    found = _all().get(name)
    return found if found is not None and not found.parts else None


def _words(scale: Instrument) -> str:
    items = [x for i in scale.items for x in (i.name, i.label, i.wording)]
    parts = [x for p in scale.parts for x in (p.name, p.label)]
    told = (scale.name, scale.title, scale.measures, scale.kind, scale.citation, *parts, *items)
    return " ".join((*told, *scale.levels)).casefold()


def _frame(scales: list[Instrument]) -> pd.DataFrame:
    rows = [_row(x, p) for x in scales for p in x.parts or (Subscale("", x.title, ()),)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row(scale: Instrument, part: Subscale) -> dict[str, str | int]:
    wording = "paraphrased" if part.paraphrased else "as published" if part.items else ""
    told = (
        scale.name, part.name, scale.measures, scale.kind, len(part.items), sum(i.reversed for i in part.items),
        scale.first, scale.points, part.key, wording, scale.checked, scale.citation, scale.licence,
    )  # fmt: skip
    return dict(zip(_COLUMNS, told, strict=True))
