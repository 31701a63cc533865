"""Labels beside points that overlap neither each other nor the points, all in inches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Box = tuple[float, float, float, float]  # left, top, right, bottom

_ANGLES: Final = (
    0,
    180,
    90,
    270,
    45,
    315,
    135,
    225,
    22,
    338,
    158,
    202,
    67,
    293,
    113,
    247,
)  # right, left, below, ...
_FAR: Final = 0.004  # square inches of a crossed line that one ring farther out is worth
_RINGS: Final = (0.11, 0.2, 0.32, 0.46, 0.62, 0.8)


@dataclass(frozen=True)
class Placed:
    """Where a label stands, and whether a line must lead to its point."""

    left: float
    top: float
    width: float
    height: float
    ring: int  # 0 beside the point, else farther out

    def leader(self, point: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
        """A line from the point to the nearest place of the label."""
        (x, y), (left, top, right, bottom) = point, self.box
        return point, (min(max(x, left), right), min(max(y, top), bottom))

    @property
    def box(self) -> Box:
        """Its four sides."""
        return self.left, self.top, self.left + self.width, self.top + self.height


def overlap(a: Box, b: Box) -> float:
    """Area that two boxes share.

    Examples
    --------
    >>> overlap((0, 0, 2, 1), (1, 0, 3, 1)), overlap((0, 0, 1, 1), (2, 0, 3, 1))
    (1, 0)
    """
    wide = min(a[2], b[2]) - max(a[0], b[0])
    tall = min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0) * max(tall, 0)


def place(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    room: Box,
    *,
    lines: Sequence[Box] = (),
    radius: float = 0.07,
) -> tuple[list[Placed], bool]:
    """One label a point, the crowded points first, each at the free place nearest to its point.

    Parameters
    ----------
    points : sequence of (x, y)
    sizes : sequence of (width, height)
        Of the labels.
    room : (left, top, right, bottom)
        Where labels may stand.
    lines
        Thin boxes that labels should keep off where they can.
    radius
        Of the marks.

    Returns
    -------
    places : list of Placed
    free : bool
        True when no label touches another, a mark, or the edge.
    """
    marks = [(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    crowd = [sum(math.dist(p, q) < 0.9 for q in points) for p in points]
    out: dict[int, Placed] = {}
    led: list[Box] = []  # crumbs along the leaders
    free = True
    for i in sorted(range(len(points)), key=lambda i: (-crowd[i], i)):
        taken = [m for j, m in enumerate(marks) if j != i] + [p.box for p in out.values()]
        found, hidden = _best(points[i], sizes[i], radius, (taken, led, lines), room)
        free = free and hidden == 0
        out[i] = found
        led += _crumbs(found, points[i])
    return [out[i] for i in range(len(points))], free


def _best(
    point: tuple[float, float],
    size: tuple[float, float],
    radius: float,
    others: tuple[Sequence[Box], Sequence[Box], Sequence[Box]],
    room: Box,
) -> tuple[Placed, float]:
    """The place that hides least, then crosses least, then is nearest; and what it hides."""
    taken, led, lines = others
    best: tuple[float, float, Placed] | None = None
    for label in _candidates(point, size, radius):
        far = _FAR * label.ring
        if best is not None and best[0] == 0 and best[1] <= far:
            break  # places farther out can only be worse
        through = sum(overlap(crumb, t) > 0 for crumb in _crumbs(label, point) for t in taken)
        hidden = _cost(label, [*taken, *led], room) + through
        crossed = round(sum(overlap(label.box, line) for line in lines), 9) + far
        if best is None or (hidden, crossed) < best[:2]:
            best = (hidden, crossed, label)
    assert best is not None  # noqa: S101  there are always candidates
    return best[2], best[0]


def _crumbs(label: Placed, point: tuple[float, float]) -> list[Box]:
    """Small boxes along the leader of a label, none for a label beside its point."""
    if not label.ring:
        return []
    (x, y), (u, v) = label.leader(point)
    at = [(x + t * (u - x), y + t * (v - y)) for t in (0.3, 0.5, 0.7, 0.9)]
    return [(p - 0.01, q - 0.01, p + 0.01, q + 0.01) for p, q in at]


def _candidates(point: tuple[float, float], size: tuple[float, float], radius: float) -> list[Placed]:
    (x, y), (w, h) = point, size
    out = []
    for ring, distance in enumerate(_RINGS):
        for angle in _ANGLES:
            dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            reach = distance if ring else radius + 0.04
            left = x + reach * dx - (w if dx < -0.3 else 0 if dx > 0.3 else w / 2)
            top = y + reach * dy - (h if dy < -0.3 else 0 if dy > 0.3 else h / 2)
            out.append(Placed(left, top, w, h, ring))
    return out


def _cost(label: Placed, taken: Sequence[Box], room: Box) -> float:
    """Area hidden or outside; 0 for a free place."""
    inside = overlap(label.box, room)
    outside = label.width * label.height - inside
    return round(4 * max(outside, 0.0) + sum(overlap(label.box, t) for t in taken), 9)
