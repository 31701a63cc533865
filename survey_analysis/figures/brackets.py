"""Brackets between rows that differ: shortest nearest to the rows, in lanes that do not cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.style import INK, cap_height
from survey_analysis.figures.text import width_of


@dataclass(frozen=True)
class Link:
    """Two rows (by position) that differ, and what is written beside their bracket."""

    first: int
    second: int
    text: str

    @property
    def ends(self) -> tuple[int, int]:
        """Upper and lower row."""
        return min(self.first, self.second), max(self.first, self.second)


def lanes(links: Sequence[Link]) -> list[list[Link]]:
    """Links in as few lanes as needed, the shortest first; links of a lane share no stretch.

    Examples
    --------
    >>> [[x.ends for x in lane] for lane in lanes([Link(0, 3, ""), Link(1, 2, ""), Link(0, 1, "")])]
    [[(0, 1), (1, 2)], [(0, 3)]]
    """
    out: list[list[Link]] = []
    for link in sorted(links, key=lambda k: (k.ends[1] - k.ends[0], k.ends)):
        top, bottom = link.ends
        free = (i for i, lane in enumerate(out) if all(bottom <= k.ends[0] or top >= k.ends[1] for k in lane))
        at = next(free, None)
        if at is None:
            out.append([link])
        else:
            out[at].append(link)
    return out


def _pitch(links: Sequence[Link], size: float, *, labelled: bool) -> float:
    if not labelled:
        return 0.13
    return 0.2 + max((width_of(link.text, size) for link in links), default=0.0)


def lane_width(links: Sequence[Link], size: float, *, labelled: bool) -> float:
    """Room that the brackets need right of the rows, in inches."""
    if not links:
        return 0.0
    return 0.16 + len(lanes(links)) * _pitch(links, size, labelled=labelled)


def draw_links(
    sheet: Sheet, links: Sequence[Link], middles: Sequence[float], left: float, *, labelled: bool
) -> None:
    """Draw the brackets from `left` (inches) to the right; `middles` are the heights of the rows."""
    size = sheet.sizes.small
    pitch = _pitch(links, size, labelled=labelled)
    for i, lane in enumerate(lanes(links)):
        x = left + 0.05 + i * pitch
        for link in lane:
            top, bottom = middles[link.ends[0]] + 0.05, middles[link.ends[1]] - 0.05
            sheet.rule(
                [x - 0.05, x, x, x - 0.05], [top, top, bottom, bottom], colour=INK, width=1.0, name="bracket"
            )
            if labelled and link.text:
                y = (top + bottom) / 2
                sheet.text(x + 0.06, y, link.text, size=size, name="bracket-text")
                assert cap_height(size) < bottom - top or len(middles) < 2  # noqa: S101
