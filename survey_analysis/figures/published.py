"""Published figures beside our own: a hollow diamond, and on simulated data never without its caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_analysis.errors import closest
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.rows import Series
from survey_analysis.figures.style import SECOND
from survey_analysis.plurals import counted
from survey_analysis.wording.captions import Caption

Published = tuple[str, float, str]  # key of the row, value (a share as 0-1), where it was published

SERIES: Final = Series("published", "Published figure", SECOND, "D", hollow=True, area=30.0)


def values(published: Sequence[Published], known: Sequence[str], caption: Caption) -> dict[str, float]:
    """Published value by row key.

    Raises
    ------
    FigureError
        A key that is no row, or simulated data without the caption that agreement is by construction.
    """
    if not published:
        return {}
    if caption.simulated and not caption.note.strip():
        raise FigureError(
            "A published figure cannot stand beside simulated data without a note.",
            where=f"{counted(len(published), 'published figure')}; the caption has no note",
            hint="give the caption the note that agreement is by construction and is no evidence.",
        )
    for key, _, _ in published:
        if key not in known:
            raise FigureError(
                f"A published figure is given for '{key}', which is no row.", hint=closest(key, known)
            )
    return {key: value for key, value, _ in published}


def key_label(published: Sequence[Published]) -> str:
    """What the diamond means, with where the figures were published."""
    cites = list(dict.fromkeys(cite for _, _, cite in published if cite))
    return SERIES.label + (f" ({'; '.join(cites)})" if cites else "")
