"""How every figure looks: colours with measured contrast, type sizes, the shipped font, a clean context.

Nothing here touches matplotlib's global settings: `theme` sets and restores them around a drawing, whatever
the user's own style is, so that a figure looks the same in every notebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import matplotlib as mpl
from matplotlib.font_manager import FontProperties

from survey_analysis.fonts import FAMILY, ttf_paths

Weight = Literal["regular", "semibold", "bold"]

INK: Final = "#16202E"
MUTED: Final = "#566173"
ACCENT: Final = "#0A5C8F"
SECOND: Final = "#B6480F"
RULE: Final = "#D8DDE5"
GRID: Final = "#E8EBF0"
TINT: Final = "#EEF4F8"
QUIET: Final = "#B4C3D1"
WHISKER: Final = "#8793A5"
PAPER: Final = "#FFFFFF"

#: Categories in this order; each at least 3:1 on white and told apart under every colour vision deficiency.
CATEGORIES: Final = ("#0A5C8F", "#D47B27", "#1D9D87", "#9D270A", "#986BFB", "#695158")

#: Ordered answers from the negative to the positive end, by number of answers.
DIVERGING: Final[dict[int, tuple[str, ...]]] = {
    2: ("#CC7A35", "#0A4C7A"),
    3: ("#CC7A35", "#D9D6D0", "#0A4C7A"),
    4: ("#8F3B0A", "#E0A56A", "#7FB5D6", "#0A4C7A"),
    5: ("#8F3B0A", "#E0A56A", "#D9D6D0", "#7FB5D6", "#0A4C7A"),
    6: ("#8F3B0A", "#CC7A35", "#F0C79A", "#BCD9EA", "#5C9FC9", "#0A4C7A"),
    7: ("#8F3B0A", "#CC7A35", "#F0C79A", "#E3E1DC", "#A3CBE6", "#5296C4", "#0A4C7A"),
}

SMALLEST: Final = 8.0  # points; no text is smaller


@dataclass(frozen=True)
class Sizes:
    """Type sizes in points."""

    title: float = 15.5
    subtitle: float = 10.0
    source: float = 8.0
    heading: float = 9.8
    label: float = 9.8
    value: float = 9.8
    small: float = 8.6
    number: float = 44.0


WIDE: Final = Sizes()
#: A phone shows the narrow chart a little smaller than drawn, hence the larger small sizes.
NARROW: Final = Sizes(label=10.2, value=10.2, heading=10.2, small=9.2, source=9.0)

_LINE: Final = 1.32  # line height, of the type size
_CAP: Final = 0.727  # height of a capital, of the type size (Inter)


def line_height(size: float) -> float:
    """Distance between base lines, in inches.

    Examples
    --------
    >>> round(line_height(10), 3)
    0.183
    """
    return size * _LINE / 72


def cap_height(size: float) -> float:
    """Height of a capital letter or a figure, in inches."""
    return size * _CAP / 72


def luminance(colour: str) -> float:
    """Relative luminance of a hex colour (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> round(contrast(INK, PAPER), 1), round(contrast(ACCENT, PAPER), 1)
    (16.4, 7.1)
    """
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(fill: str) -> str:
    """Ink or white, whichever reads better on a fill.

    Examples
    --------
    >>> text_on("#0A4C7A"), text_on("#E0A56A")
    ('#FFFFFF', '#16202E')
    """
    return PAPER if contrast(PAPER, fill) > contrast(INK, fill) else INK


@lru_cache(maxsize=256)
def font(size: float, weight: Weight = "regular") -> FontProperties:
    """The shipped font by file, so that no system font and no global registration is involved."""
    cuts = {path.stem.removeprefix(f"{FAMILY}-").lower(): path for path in ttf_paths()}
    return FontProperties(family=FAMILY, weight=weight, size=size, fname=cuts[weight])


_OURS: Final[dict[str, Any]] = {
    "svg.hashsalt": "survey_analysis",
    "svg.image_inline": True,
    "pdf.fonttype": 42,
    "text.usetex": False,
    "text.parse_math": False,
    "text.hinting": "no_hinting",
    "axes.unicode_minus": True,
    "path.simplify": False,
}
#: Settings of the session and its windows, not of the look.
_SESSION: Final = (
    "backend",
    "interactive",
    "toolbar",
    "timezone",
    "tk.",
    "webagg.",
    "macosx.",
    "keymap.",
    "date.epoch",
    "docstring.",
    "animation.",
    "figure.hooks",
    "figure.max_open_warning",
    "savefig.directory",
)


@contextmanager
def theme(*, outlines: bool = False) -> Iterator[None]:
    """Matplotlib's defaults and ours inside, the user's settings again after.

    `outlines` writes the text of an SVG as shapes (a file that stands alone); otherwise it stays text.
    """
    settings: dict[Any, Any] = {k: v for k, v in mpl.rcParamsDefault.items() if not k.startswith(_SESSION)}
    settings |= _OURS | {"svg.fonttype": "path" if outlines else "none"}
    with mpl.rc_context(settings):
        yield


def diverging(n: int) -> tuple[str, ...]:
    """Colours of `n` ordered answers, 2 to 7, from the negative to the positive end."""
    return DIVERGING[n]
