"""The bars of a diverging Likert figure: strip of answers, segments, totals at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from matplotlib.axes import Axes

from survey_analysis.figures.axis import Scale
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.reading import people
from survey_analysis.figures.style import MUTED, PAPER, diverging, line_height, text_on
from survey_analysis.figures.text import clean, width_of, wrap
from survey_analysis.wording.numbers import fixed, percent

_LABEL_FROM: Final = 0.055  # smaller segments carry no number
_BAR: Final = 0.27
_PITCH: Final = 0.4


@dataclass(frozen=True)
class Bar:
    """Shares of one row from the negative to the positive end, and of the answers off the scale."""

    key: str
    label: str
    shares: tuple[float, ...]
    outside: tuple[float, ...]
    n: int

    @property
    def positive(self) -> float:
        """Total of the favourable answers, unrounded."""
        return sum(self.shares[(len(self.shares) + 1) // 2 :])

    @property
    def negative(self) -> float:
        """Total of the unfavourable answers, unrounded."""
        return sum(self.shares[: len(self.shares) // 2])

    @property
    def middle(self) -> float:
        """Share of the middle answer; 0 where the scale has none."""
        return self.shares[len(self.shares) // 2] if len(self.shares) % 2 else 0.0

    def top(self, k: int) -> float:
        """Total of the `k` topmost answers."""
        return sum(self.shares[-k:])


@dataclass(frozen=True)
class Bars:
    """All rows, the answers of the scale and those off it."""

    rows: tuple[Bar, ...]
    answers: tuple[str, ...]
    outside: tuple[str, ...]
    inside: Literal["all", "middle"] = (
        "all"  # segments that carry a number: of three answers the ends say the others
    )

    @property
    def colours(self) -> tuple[str, ...]:
        """One colour an answer."""
        return diverging(len(self.answers))


def paint(sheet: Sheet, bars: Bars) -> None:
    """Put strip, labels, bars, numbers and columns on a sheet."""
    size = sheet.sizes.value
    label_width = 0.0
    if not sheet.narrow:
        widest = max(width_of(b.label, sheet.sizes.label) for b in bars.rows)
        label_width = min(widest, 0.3 * sheet.span) + 0.16
    columns = _columns(sheet, bars)
    total = width_of("100%", size, "semibold") + 0.08
    edge = columns[-1].left if columns else sheet.right
    left, right = sheet.left + label_width + total, edge - total
    low = -max(b.negative + b.middle / 2 for b in bars.rows)
    high = max(b.positive + b.middle / 2 for b in bars.rows)
    scale = Scale(low, high, left, right)
    strip_left = sheet.left + label_width if not sheet.narrow else sheet.left
    least = max((len(c.heading) for c in columns), default=0) * line_height(sheet.sizes.small)
    head = _strip(sheet, bars, strip_left, edge, least)
    _column_heads(sheet, columns, head)
    top = sheet.y
    middles, bottom = _labels(sheet, bars, label_width, columns)
    sheet.y = bottom
    axes = sheet.panel(left, top, right - left, bottom - top, (low, high), name="likert")
    at = [m - top for m in middles]
    _segments(axes, bars, at)
    _numbers(sheet, bars, scale, middles)
    _zero(sheet, bars, scale.at(0.0), middles)


def _zero(sheet: Sheet, bars: Bars, x: float, middles: Sequence[float]) -> None:
    """The middle of the scale: over the bars, or behind them where the middle is itself an answer."""
    behind = len(bars.answers) % 2 == 1
    reach = _BAR / 2 + 0.06
    ends = (
        [(m - reach, m + reach) for m in middles]
        if sheet.narrow
        else [(middles[0] - reach, middles[-1] + reach)]
    )
    for top, bottom in ends:
        sheet.rule([x, x], [top, bottom], width=1.3, behind=behind, name="likert-zero")


@dataclass(frozen=True)
class _Column:
    """A column at the right: lines of its heading, cells, its right and left edges (inches)."""

    heading: tuple[str, ...]
    cells: tuple[str, ...]
    right: float
    left: float


def _columns(sheet: Sheet, bars: Bars) -> tuple[_Column, ...]:
    """Bases, and the answers off the scale, from the right edge inward; none on the narrow chart."""
    if sheet.narrow:
        return ()
    texts = [("n", tuple(people(b.n) for b in bars.rows))]
    for i, answer in reversed(list(enumerate(bars.outside))):
        texts.append((answer, tuple(percent(b.outside[i]) for b in bars.rows)))
    out: list[_Column] = []
    edge, size = sheet.right, sheet.sizes.small
    for heading, cells in texts:
        words = [min(width_of(w, size), 0.9) for w in clean(heading).split()]
        room = max([width_of(c, sheet.sizes.value) for c in cells] + words)
        out.append(_Column(tuple(wrap(heading, room + 0.01, size)), cells, edge, edge - room - 0.16))
        edge = out[-1].left
    return tuple(out)


def _column_heads(sheet: Sheet, columns: Sequence[_Column], bottom: float) -> None:
    """Headings of the columns, their last line on the middle line `bottom`."""
    size = sheet.sizes.small
    for column in columns:
        for i, line in enumerate(reversed(column.heading)):
            y = bottom - i * line_height(size)
            sheet.text(column.right, y, line, size=size, colour=MUTED, align="right")


def _strip(sheet: Sheet, bars: Bars, left: float, right: float, least: float) -> float:
    """The answers once on top, at least so high: a strip of equal cells, or a key where they do not fit.

    Returns the middle line of the last line of text.
    """
    size, k = sheet.sizes.small, len(bars.answers)
    cell = (right - left) / k
    wrapped = [wrap(a, cell - 0.06, size) for a in bars.answers]
    whole = all(width_of(w, size) <= cell - 0.06 for a in bars.answers for w in clean(a).split())
    if not whole or max(map(len, wrapped)) > 3:
        sheet.y += max(least - line_height(size), 0.0)
        return _key(sheet, bars, left, right)
    height = max(max(map(len, wrapped)) * line_height(size), least)
    for i, lines in enumerate(wrapped):
        first = sheet.y + height - (len(lines) - 0.5) * line_height(size)
        for j, line in enumerate(lines):
            sheet.text(
                left + (i + 0.5) * cell, first + j * line_height(size), line, size=size, align="center"
            )
        sheet.box(
            left + i * cell + 0.008,
            sheet.y + height + 0.05,
            cell - 0.016,
            0.1,
            fill=bars.colours[i],
            name="strip",
        )
    sheet.y += height + 0.15 + 0.1
    return sheet.y - 0.25 - 0.5 * line_height(size)


def _key(sheet: Sheet, bars: Bars, left: float, right: float) -> float:
    size = sheet.sizes.small
    x, y = left, sheet.y + line_height(size) / 2
    for colour, answer in zip(bars.colours, bars.answers, strict=True):
        needed = 0.17 + width_of(answer, size)
        if x > left and x + needed > right:
            x, y = left, y + line_height(size) * 1.15
        sheet.box(x, y - 0.06, 0.12, 0.12, fill=colour, name="strip")
        lines = wrap(answer, right - x - 0.17, size)
        for i, line in enumerate(lines):
            sheet.text(x + 0.17, y + i * line_height(size), line, size=size)
        y += (len(lines) - 1) * line_height(size)
        x += needed + 0.18
    sheet.y = y + line_height(size) / 2 + 0.14
    return y


def _labels(
    sheet: Sheet, bars: Bars, label_width: float, columns: Sequence[_Column]
) -> tuple[list[float], float]:
    y, middles = sheet.y, []
    sizes = sheet.sizes
    for i, bar in enumerate(bars.rows):
        if sheet.narrow:
            small = [f"{a} {percent(s)}" for a, s in zip(bars.outside, bar.outside, strict=True)]
            under = " · ".join([f"n = {people(bar.n)}", *small])
            y += sheet.lines(
                sheet.left,
                y,
                wrap(bar.label, sheet.span, sizes.label, "semibold"),
                weight="semibold",
                middle=False,
                name="likert-label",
            )
            y += sheet.lines(
                sheet.left,
                y,
                wrap(under, sheet.span, sizes.small),
                size=sizes.small,
                colour=MUTED,
                middle=False,
            )
            middles.append(y + 0.04 + _BAR / 2)
            y += 0.04 + _BAR + 0.2
            continue
        lines = wrap(bar.label, label_width - 0.15, sizes.label)
        height = max(_PITCH, len(lines) * line_height(sizes.label) + 0.1)
        middle = y + height / 2
        sheet.lines(sheet.left + label_width - 0.16, middle, lines, align="right", name="likert-label")
        for column in columns:
            sheet.text(column.right, middle, column.cells[i], size=sizes.value, colour=MUTED, align="right")
        middles.append(middle)
        y += height
    return middles, y


def _segments(axes: Axes, bars: Bars, at: Sequence[float]) -> None:
    starts = [-(b.negative + b.middle / 2) for b in bars.rows]
    for i, colour in enumerate(bars.colours):
        shares = [b.shares[i] for b in bars.rows]
        drawn = axes.barh(
            at, shares, left=starts, height=_BAR, color=colour, edgecolor=PAPER, linewidth=0.8, clip_on=False
        )
        for patch in drawn:
            patch.set_gid(f"likert-{i}")
        starts = [s + share for s, share in zip(starts, shares, strict=True)]


def _numbers(sheet: Sheet, bars: Bars, scale: Scale, middles: Sequence[float]) -> None:
    """Numbers in segments wide enough, totals at both ends."""
    size = sheet.sizes.small if sheet.narrow else 9.0
    ends = (bars.colours[0] if bars.colours[0] != "#CC7A35" else "#8F3B0A", bars.colours[-1])
    for bar, y in zip(bars.rows, middles, strict=True):
        start = -(bar.negative + bar.middle / 2)
        for colour, share in zip(bars.colours, bar.shares, strict=True):
            left, right = scale.at(start), scale.at(start + share)
            text = fixed(100 * share)
            said = bars.inside == "all" or colour == bars.colours[len(bars.answers) // 2]
            if said and share >= _LABEL_FROM and width_of(text, size) + 0.03 < right - left:
                sheet.text(
                    (left + right) / 2,
                    y,
                    text,
                    size=size,
                    colour=text_on(colour),
                    align="center",
                    name="segment",
                )
            start += share
        low, high = scale.at(-(bar.negative + bar.middle / 2)), scale.at(bar.positive + bar.middle / 2)
        for x, share, colour, side in (
            (low - 0.06, bar.negative, ends[0], "right"),
            (high + 0.06, bar.positive, ends[1], "left"),
        ):
            sheet.text(
                x,
                y,
                percent(share),
                size=sheet.sizes.value,
                weight="semibold",
                colour=colour,
                align="right" if side == "right" else "left",
                name=f"total-{'negative' if side == 'right' else 'positive'}",
            )
