"""A published figure beside ours: where it lies and why it is, or is not, comparable."""

from __future__ import annotations

from typing import Final

from survey_analysis.errors import ReportError
from survey_analysis.results.provenance import Provenance
from survey_analysis.wording.numbers import percent

BY_CONSTRUCTION: Final = (
    "Simulated data calibrated to this published figure; agreement is by construction and is no evidence."
)


def sentence_published(
    provenance: Provenance, *, value: float, low: float, high: float, cite: str, reason: str
) -> str:
    """A published share beside our interval; for simulated data only the by-construction caption.

    Raises
    ------
    ReportError
        If no reason is given why the two are, or are not, comparable.

    Examples
    --------
    >>> sentence_published(Provenance("s", "simulated"), value=0.82, low=0.8, high=0.84, cite="x", reason="y")
    'Simulated data calibrated to this published figure; agreement is by construction and is no evidence.'
    """
    if provenance.simulated:
        return BY_CONSTRUCTION
    if not reason:
        raise ReportError("A published figure needs a reason on comparability.", hint="say what differs.")
    inside = "lies inside" if low <= value <= high else "lies outside"
    return (
        f"The published figure is {percent(value)} ({cite}, base not published); it {inside} our interval, "
        f"but {reason}."
    )
