"""Text: cleaned of what the shipped font cannot draw, measured with that very font, wrapped to a width."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from matplotlib.textpath import text_to_path

from survey_analysis.figures.style import Weight, font
from survey_analysis.fonts import printable

_SLACK: Final = 1.01  # a viewer's own text engine may set a line this much wider


def clean(text: object) -> str:
    r"""Text as the shipped font can draw it, on one line: controls removed, unknown signs by name.

    Examples
    --------
    >>> clean("Cost\u202e in $\n per_unit")
    'Cost in $ per_unit'
    """
    return " ".join(printable(str(text)).text.split())


@lru_cache(maxsize=50_000)
def width_of(text: str, size: float, weight: Weight = "regular") -> float:
    """Width of one line of text as it will be drawn, in inches."""
    return _width_at_scale(clean(text), weight) * (size / text_to_path.FONT_SCALE) / 72 * _SLACK


@lru_cache(maxsize=50_000)
def _width_at_scale(shown: str, weight: Weight) -> float:
    """Width at matplotlib's own measuring size: slide, document and narrow screen differ in size only."""
    if not shown:
        return 0.0
    prop = font(text_to_path.FONT_SCALE, weight)
    return float(text_to_path.get_text_width_height_descent(shown, prop, ismath=False)[0])


def wrap(text: object, width: float, size: float, weight: Weight = "regular") -> list[str]:
    """Lines of text no wider than `width` inches.

    A word that is wider by itself is broken, after a hyphen where it has one.

    A last line of a word or two is avoided by making the lines before it a little shorter.
    """
    words = _pieces(clean(text), width, size, weight)
    lines = _fill(words, width, size, weight)
    if len(lines) < 2:
        return lines
    for share in (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6):
        shorter = _fill(words, share * width, size, weight)
        if len(shorter) > len(lines):
            break
        if width_of(shorter[-1], size, weight) > 0.3 * width:
            return shorter
    return lines


def _fill(words: Sequence[str], width: float, size: float, weight: Weight) -> list[str]:
    lines: list[str] = []
    start = 0
    while start < len(words):
        end = _end_of_line(words, start, width, size, weight)
        lines.append(" ".join(words[start:end]))
        start = end
    return lines


def _end_of_line(words: Sequence[str], start: int, width: float, size: float, weight: Weight) -> int:
    """Where the line of `words[start]` ends: guessed from words measured before, settled by measuring the line.

    Measuring a line is dear; the same words stand in the slide, the document and the narrow chart.
    """

    def fits(end: int) -> bool:
        return width_of(" ".join(words[start:end]), size, weight) <= width

    space = 0.28 * size / 72  # of this font, roughly: only the guess hangs on it
    end, used = start + 1, width_of(words[start], size, weight)
    while end < len(words) and (used := used + space + width_of(words[end], size, weight)) <= width:
        end += 1
    while end > start + 1 and not fits(end):
        end -= 1
    while end < len(words) and fits(end + 1):
        end += 1
    return end


def _pieces(text: str, width: float, size: float, weight: Weight) -> list[str]:
    """Words, those wider than a line cut into parts that fit."""
    out: list[str] = []
    for word in text.split():
        rest = word
        while width_of(rest, size, weight) > width and len(rest) > 1:
            cut = next(
                (k for k in range(len(rest) - 1, 0, -1) if width_of(rest[:k], size, weight) <= width), 1
            )
            hyphen = rest.rfind("-", 0, cut) + 1
            cut = hyphen if hyphen > 1 else cut
            out.append(rest[:cut])
            rest = rest[cut:]
        out.append(rest)
    return out
