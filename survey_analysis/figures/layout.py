"""A sheet measured in inches from its top left corner; its height follows from what is put on it.

Text is measured before it is set, on base lines, so that nothing is clipped and the texts of a row stand on
one line. Charts put axes on the sheet whose data coordinates are the estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import matplotlib.patches as shapes
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from survey_analysis.figures.style import (
    INK,
    NARROW,
    PAPER,
    SMALLEST,
    WIDE,
    Sizes,
    Weight,
    cap_height,
    font,
    line_height,
)
from survey_analysis.figures.text import clean, wrap
from survey_analysis.typing import Rendering

Align = Literal["left", "center", "right"]

WIDTH: dict[Rendering, float] = {"slide": 8.0, "document": 8.0, "narrow": 3.75}
MARGIN: dict[Rendering, float] = {"slide": 0.3, "document": 0.04, "narrow": 0.04}


class Sheet:
    """Where a chart is drawn; `y` is how far it is filled, in inches from the top.

    Mutable while one figure is made and then thrown away; results and charts never hold one.
    """

    def __init__(self, rendering: Rendering) -> None:
        self.rendering = rendering
        self.narrow = rendering == "narrow"
        self.sizes: Sizes = NARROW if self.narrow else WIDE
        self.width = WIDTH[rendering]
        self.left = MARGIN[rendering]
        self.right = self.width - MARGIN[rendering]
        self.y = 0.0
        self.figure = Figure(figsize=(self.width, 1), facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self._down = Affine2D()
        self.inches = self._down + self.figure.dpi_scale_trans
        self._axes: list[tuple[Axes, float, float, float, float]] = []

    @property
    def span(self) -> float:
        """Width between the margins."""
        return self.right - self.left

    def text(
        self,
        x: float,
        y: float,
        text: object,
        *,
        size: float | None = None,
        weight: Weight = "regular",
        colour: str = INK,
        align: Align = "left",
        middle: bool = True,
        name: str = "",
    ) -> Text:
        """One line of text; `y` is the middle of its capitals, or its base line."""
        points = max(size or self.sizes.label, SMALLEST)
        artist = self.figure.text(
            x,
            y + cap_height(points) / 2 if middle else y,
            clean(text),
            transform=self.inches,
            fontproperties=font(points, weight),
            color=colour,
            ha=align,
            va="baseline",
            parse_math=False,
        )
        if name:
            artist.set_gid(name)
        return artist

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float | None = None,
        weight: Weight = "regular",
        colour: str = INK,
        align: Align = "left",
        middle: bool = True,
        name: str = "",
    ) -> float:
        """Several lines, around `y` or from it downward; returns their height."""
        points = max(size or self.sizes.label, SMALLEST)
        pitch = line_height(points)
        start = y - (len(lines) - 1) * pitch / 2 if middle else y + pitch / 2
        for i, line in enumerate(lines):
            self.text(
                x, start + i * pitch, line, size=points, weight=weight, colour=colour, align=align, name=name
            )
        return len(lines) * pitch

    def paragraph(
        self, text: object, *, size: float, weight: Weight = "regular", colour: str = INK, name: str = ""
    ) -> None:
        """Text wrapped between the margins, below what is there."""
        lines = wrap(text, self.span, size, weight)
        self.y += self.lines(
            self.left, self.y, lines, size=size, weight=weight, colour=colour, middle=False, name=name
        )

    def rule(
        self,
        x: Sequence[float],
        y: Sequence[float],
        *,
        colour: str = INK,
        width: float = 1.0,
        dashes: tuple[float, float] | None = None,
        behind: bool = False,
        name: str = "",
    ) -> None:
        """A line through points in inches."""
        line = Line2D(
            list(x),
            list(y),
            transform=self.inches,
            color=colour,
            linewidth=width,
            solid_capstyle="butt",
            solid_joinstyle="miter",
            zorder=-1 if behind else 2,
        )
        if dashes:
            line.set_dashes(dashes)
        if name:
            line.set_gid(name)
        self.figure.add_artist(line)

    def box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str,
        edge: str | None = None,
        radius: float = 0.0,
        behind: bool = True,
        name: str = "",
    ) -> None:
        """A rectangle in inches, behind the axes unless said otherwise."""
        zorder = -2 if behind else 1
        patch: shapes.Patch
        if radius:
            patch = shapes.FancyBboxPatch(
                (left + radius, top + radius),
                width - 2 * radius,
                height - 2 * radius,
                boxstyle=f"Round, pad={radius}, rounding_size={radius}",
                transform=self.inches,
                facecolor=fill,
                edgecolor=edge or fill,
                linewidth=0.9 if edge else 0,
                zorder=zorder,
            )
        else:
            patch = shapes.Rectangle(
                (left, top),
                width,
                height,
                transform=self.inches,
                facecolor=fill,
                edgecolor=edge or fill,
                linewidth=0.9 if edge else 0,
                zorder=zorder,
            )
        if name:
            patch.set_gid(name)
        self.figure.add_artist(patch)

    def shape(self, patch: shapes.Patch, name: str = "") -> None:
        """Any patch given in inches."""
        patch.set_transform(self.inches)
        if name:
            patch.set_gid(name)
        self.figure.add_artist(patch)

    def panel(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        limits: tuple[float, float],
        *,
        log: bool = False,
        name: str = "",
    ) -> Axes:
        """Bare axes: x is data, y is inches from the top of the panel."""
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        if log:
            axes.set_xscale("log")
        axes.set_xlim(*limits)
        axes.set_ylim(height, 0)
        axes.set_autoscale_on(False)
        if name:
            axes.set_gid(name)
        self._axes.append((axes, left, top, width, height))
        return axes

    def finish(self, height: float | None = None) -> Figure:
        """Give the figure the height that its content needs."""
        total = self.y if height is None else height
        self.figure.set_size_inches(self.width, total)
        self._down.set_matrix(Affine2D().scale(1, -1).translate(0, total).get_matrix())
        for axes, left, top, width, tall in self._axes:
            axes.set_position((left / self.width, 1 - (top + tall) / total, width / self.width, tall / total))
        return self.figure
