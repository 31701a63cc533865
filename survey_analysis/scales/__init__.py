"""The scale library: instruments with items, anchors, direction, key, citation, licence note, and how checked.

`sa.scales` lists what is in it, `sa.scales["ohanian-1990"]` gives one instrument, `sa.scales.find("trust")`
searches.

>>> import survey_analysis as sa
>>> sa.scales["appelman-sundar-2016"].subscales["credibility"].key
'accurate, authentic, believable'
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from survey_analysis.scales.library import Library
from survey_analysis.scales.model import Check, Instrument, Item, Subscale

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Check", "Instrument", "Item", "Library", "Subscale"]


class _Scales(ModuleType):
    """The package itself answers as its library does: a subpackage cannot be replaced by an object for good."""

    @property
    def names(self) -> tuple[str, ...]:
        return Library().names

    def get(self, name: str) -> Instrument:
        return Library().get(name)

    def find(self, text: str) -> pd.DataFrame:
        return Library().find(text)

    def to_frame(self) -> pd.DataFrame:
        return Library().to_frame()

    def __getitem__(self, name: str) -> Instrument:
        return Library()[name]

    def __iter__(self) -> Iterator[Instrument]:
        return iter(Library())

    def __len__(self) -> int:
        return len(Library())

    def __contains__(self, name: object) -> bool:
        return name in Library()

    def __repr__(self) -> str:
        return repr(Library())

    def _repr_html_(self) -> str:
        return Library()._repr_html_()


sys.modules[__name__].__class__ = _Scales
