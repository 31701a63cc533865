"""Colours of a template's theme: which one a series takes, and which text can be read on it."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from survey_analysis.decks.office import pptx

Tone = tuple[str, float]
"""Name of a theme colour ("ACCENT_1") and how much lighter (above 0) or darker it is."""

PLAIN: Final[Tone] = ("ACCENT_1", 0.0)
QUIET: Final[Tone] = ("BACKGROUND_1", -0.15)
_SIDES: Final[dict[int, tuple[float, ...]]] = {1: (0.0,), 2: (0.5, -0.25), 3: (0.65, 0.3, -0.25)}
_SLOTS: Final[dict[str, str]] = {
    "BACKGROUND_1": "lt1", "TEXT_1": "dk1", "ACCENT_1": "accent1", "ACCENT_2": "accent2", "ACCENT_3": "accent3",
    "ACCENT_4": "accent4", "ACCENT_5": "accent5", "ACCENT_6": "accent6",
}  # fmt: skip


def tones(roles: Sequence[str], *, outer_first: bool = False) -> list[Tone]:
    """Colours of series by their roles: accents in order, or two accents, stronger away from the middle.

    Negative answers come nearest first, as diverging bars stack them, or `outer_first`, as a scale reads.

    Examples
    --------
    >>> tones(["plain", "plain"])
    [('ACCENT_1', 0.0), ('ACCENT_2', 0.0)]
    >>> tones(["middle-left", "negative", "negative", "middle", "positive", "positive"])[1:3]
    [('ACCENT_2', 0.5), ('ACCENT_2', -0.25)]
    """
    sides = {"negative": "ACCENT_2", "positive": "ACCENT_1"}
    made: list[Tone] = []
    for i, role in enumerate(roles):
        if role in sides:
            total, place = roles.count(role), roles[:i].count(role)
            if role == "negative" and outer_first:
                place = total - 1 - place
            made.append((sides[role], _SIDES[total][place]))
        elif role.startswith("middle"):
            made.append(QUIET)
        elif role == "outside":
            made.append(("BACKGROUND_1", -0.5))
        else:
            plain = roles[:i].count(role)
            made.append((f"ACCENT_{plain % 6 + 1}", 0.4 * (plain // 6 % 2)))
    return made


def paint(colour: Any, tone: Tone) -> None:
    """Give a colour of python-pptx a theme colour."""
    name, brightness = tone
    colour.theme_color = getattr(pptx("enum.dml").MSO_THEME_COLOR, name)
    if brightness:
        colour.brightness = brightness


def palette(presentation: Any) -> dict[str, str]:
    """Theme colours of the first master as hex by slot ("accent1")."""
    constants = pptx("opc.constants").RELATIONSHIP_TYPE
    part = presentation.slide_masters[0].part.part_related_by(constants.THEME)
    scheme = pptx("oxml").parse_xml(part.blob).find(".//{*}clrScheme")
    found = {}
    for slot in scheme if scheme is not None else ():
        for colour in slot:
            found[slot.tag.rpartition("}")[2]] = colour.get("lastClr") or colour.get("val") or "000000"
    return found


def text_on(tone: Tone, colours: Mapping[str, str]) -> Tone:
    """The theme's text or background colour, whichever reads better on a tone."""
    fill = _luminance(_shaded(colours.get(_SLOTS[tone[0]], "808080"), tone[1]))

    def contrast(name: str, otherwise: str) -> float:
        other = _luminance(_rgb(colours.get(_SLOTS[name], otherwise)))
        light, dark = max(fill, other), min(fill, other)
        return (light + 0.05) / (dark + 0.05)

    dark = contrast("TEXT_1", "000000") >= contrast("BACKGROUND_1", "FFFFFF")
    return ("TEXT_1" if dark else "BACKGROUND_1", 0.0)


def _rgb(code: str) -> tuple[float, float, float]:
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def _shaded(code: str, brightness: float) -> tuple[float, float, float]:
    """A colour lighter or darker, as Office does it: the lightness of HSL."""
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(code))
    light = light * (1 - brightness) + brightness if brightness > 0 else light * (1 + brightness)
    return colorsys.hls_to_rgb(hue, light, saturation)


def _luminance(rgb: tuple[float, float, float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
