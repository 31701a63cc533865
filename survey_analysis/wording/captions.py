"""`Caption`: every text that stands around a figure or a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caption:
    """The texts around one figure or table, all computed from its result.

    Attributes
    ----------
    title
        The finding, in licensed words; a plain description where no word is licensed.
    subtitle
        Question wording and what is shown.
    base
        "Base: ...; n = 3,233 (effective 2,139)."
    source
        Study, mode, dates, weighting, test, rounding; ends with "Simulated data." when so.
    alt
        Alternative text, about 300 characters at most, then "Table below has all values."
    note
        Anything that must stand with it: small bases, rounding, agreement by construction.
    simulated
        True when no person was surveyed: draw the mark.
    """

    title: str
    subtitle: str
    base: str
    source: str
    alt: str
    note: str = ""
    simulated: bool = False
