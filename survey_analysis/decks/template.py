"""The deck to write into: a client's template, or the house's own; which layout, and what room it leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from survey_analysis.decks.office import opened, pptx
from survey_analysis.errors import ReportError, closest

_HOUSE: Final[dict[str, str]] = {
    "dk2": "16202E", "accent1": "0A5C8F", "accent2": "D47B27", "accent3": "1D9D87", "accent4": "9D270A",
    "accent5": "986BFB", "accent6": "695158", "hlink": "0A5C8F",
}  # fmt: skip
_TITLES: Final = ("TITLE", "CENTER_TITLE")
_WIDE: Final = (12192000, 6858000)
_MARGIN: Final = 548640


@dataclass(frozen=True)
class Room:
    """A rectangle of a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


def template(path: str | Path | None) -> Any:
    """A presentation to add slides to: the client's without its slides' content changed, or the house's.

    Raises
    ------
    ReportError
        The file is not there or is no PowerPoint file.
    """
    if path is None:
        return _house()
    source = Path(path)
    if not source.is_file():
        raise ReportError(f"There is no template '{source.name}'.", hint="give the path of a .pptx file.")
    return opened(source.read_bytes(), source.name)


def _house() -> Any:
    """The default of python-pptx made wide, left-aligned, in our colours and Arial, which every machine has."""
    deck = pptx().Presentation()
    across = _WIDE[0] / deck.slide_width
    deck.slide_width, deck.slide_height = _WIDE
    master = deck.slide_masters[0]
    for holder in (master, *deck.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.spPr.find("{*}xfrm") is not None:  # noqa: SLF001  inherited geometry stays inherited
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)
    constants = pptx("opc.constants").RELATIONSHIP_TYPE
    part = master.part.part_related_by(constants.THEME)
    text = part.blob.decode("utf-8")
    for slot, code in _HOUSE.items():
        text = re.sub(rf"(<a:{slot}>)<a:srgbClr val=\"[0-9A-F]*\"/>", rf'\1<a:srgbClr val="{code}"/>', text)
    part._blob = re.sub(r'(<a:latin typeface=")Calibri', r"\1Arial", text).encode()  # noqa: SLF001
    for level in master._element.iter("{*}titleStyle"):  # noqa: SLF001
        properties = level.find("{*}lvl1pPr")
        properties.set("algn", "l")
        run = properties.find("{*}defRPr")
        run.set("sz", "2400")
        run.set("b", "1")
    first = deck.slide_layouts[0]
    for shape in first.placeholders:
        if kind_of(shape) in (*_TITLES, "SUBTITLE"):
            shape.left, shape.width = _MARGIN, _WIDE[0] - 2 * _MARGIN
        if kind_of(shape) == "SUBTITLE":
            for level in shape._element.iter("{*}lvl1pPr"):  # noqa: SLF001
                level.set("algn", "l")
    for holder in (master, *deck.slide_layouts):
        if holder is not master and holder.name not in ("Title Only", "Title and Content"):
            continue
        for shape in holder.placeholders:
            if kind_of(shape) in _TITLES:
                shape.left, shape.top, shape.width, shape.height = (
                    _MARGIN,
                    320040,
                    _WIDE[0] - 2 * _MARGIN,
                    868680,
                )
                shape.text_frame.vertical_anchor = pptx("enum.text").MSO_ANCHOR.BOTTOM
    return deck


def kind_of(placeholder: Any) -> str:
    """Type of a placeholder, as "TITLE"."""
    return str(placeholder.placeholder_format.type.name)


def layout_for(deck: Any, kind: str, name: str = "") -> Any:
    """The layout of a slide: the one named, else by its placeholders.

    Raises
    ------
    ReportError
        No layout of that name, or none with a title.
    """
    every = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    names = [layout.name for layout in every]
    if name:
        if name not in names:
            raise ReportError(
                f"The template has no layout '{name}'.",
                where="layouts: " + ", ".join(names[:12]),
                hint=closest(name, names),
            )
        return every[names.index(name)]
    counted = [
        [kind_of(p) for p in layout.placeholders if kind_of(p) not in ("DATE", "FOOTER", "SLIDE_NUMBER")]
        for layout in every
    ]
    for layout, kinds in zip(every, counted, strict=True):
        if kind == "title" and "CENTER_TITLE" in kinds:
            return layout
    fitting = [(len(kinds), i) for i, kinds in enumerate(counted) if "TITLE" in kinds]
    if not fitting:
        raise ReportError(
            "The template has no layout with a title.",
            where="layouts: " + ", ".join(names[:12]),
            hint="add one, or name a layout with layout=.",
        )
    return every[min(fitting)[1]]


def room_of(deck: Any, slide: Any) -> Room:
    """Where content may stand: below the title, inside its left and right, above footers."""
    width, height = int(deck.slide_width), int(deck.slide_height)
    title = slide.shapes.title
    if title is None:
        left, top, across = width // 22, height // 6, width - 2 * (width // 22)
    else:
        left, across = int(title.left), int(title.width)
        top = int(title.top + title.height) + height // 100
    bottom = height - height // 24
    for shape in slide.slide_layout.placeholders:
        if (
            kind_of(shape) in ("DATE", "FOOTER", "SLIDE_NUMBER")
            and shape.top > height * 0.8
            and not _hidden(slide, shape)
        ):
            bottom = min(bottom, int(shape.top))
    return Room(left, top, across, bottom - top)


def _hidden(slide: Any, shape: Any) -> bool:
    """Footers of a layout show on a slide only when the slide has them: python-pptx does not copy them."""
    index = shape.placeholder_format.idx
    return all(p.placeholder_format.idx != index for p in slide.placeholders)


def empty_placeholders(slide: Any) -> list[Any]:
    """Placeholders of a slide other than its title, in reading order."""
    found = [p for p in slide.placeholders if kind_of(p) not in _TITLES]
    return sorted(found, key=lambda p: (p.top or 0, p.left or 0))
