"""Charts inside a page: an SVG rebuilt from the elements and attributes a chart needs, and nothing else.

Several charts share a page, so ids are prefixed; matplotlib's page-wide style rule is dropped; a chart
can bring no script, no handler and no request.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markupsafe import Markup

from survey_analysis.errors import ReportError
from survey_analysis.fonts import inert, printable

_ELEMENTS = frozenset(
    {"svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
    | {"use", "clipPath", "linearGradient", "radialGradient", "stop", "pattern", "marker", "mask", "image"}
    | {"title", "desc"}
)
_SKIPPED = frozenset({"metadata", "style"})
_LINK = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\s*\(|javascript:", re.IGNORECASE)
_TEXT = re.compile(r">([^<]+)<")


def inline_svg(svg: str, *, prefix: str, title: str, alt: str, css: str = "") -> Markup:
    """A chart as an element of a page, named for screen readers.

    Parameters
    ----------
    svg
        As matplotlib writes it.
    prefix
        Put before every id, so that charts on one page do not collide.
    title, alt
        Short name and description.
    css
        Class names.

    Raises
    ------
    ReportError
        If the text is not SVG, or holds an element or a link that a chart does not need.

    Examples
    --------
    >>> picture = inline_svg('<svg><rect id="a"/></svg>', prefix="f1", title="A & B", alt="Two bars.")
    >>> print(picture)
    <svg role="img" aria-labelledby="f1-title f1-desc" class=""><title id="f1-title">A &amp; B</title><desc
    id="f1-desc">Two bars.</desc><rect id="f1-a" /></svg>
    """
    root = _parse(svg, prefix)
    _clean(root, prefix)
    _number_ids(root)
    for child in [x for x in root if x.tag in {"title", "desc"}]:
        root.remove(child)
    size = {k: v for k, v in root.attrib.items() if k in {"viewBox", "width", "height"}}
    names = f"{prefix}-title {prefix}-desc"
    root.attrib = {"role": "img", "aria-labelledby": names, "class": css, **size}
    for tag, text in (("desc", alt), ("title", title)):
        element = ET.Element(tag, {"id": f"{prefix}-{tag}"})
        element.text = inert(text)
        root.insert(0, element)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  (rebuilt element by element above)


def check_svg(svg: str, name: str) -> None:
    """Raise unless a chart holds shapes and text only."""
    _clean(_parse(svg, name), name)


def printable_svg(svg: str) -> tuple[str, int]:
    """A chart whose labels hold only characters that the shipped font has, and how many were replaced."""
    replaced = 0

    def label(match: re.Match[str]) -> str:
        nonlocal replaced
        if not match[1].strip():
            return match[0]
        text, count = printable(match[1], keep="\n")
        replaced += count
        return f">{text}<"

    return _TEXT.sub(label, svg), replaced


def _parse(svg: str, prefix: str) -> ET.Element:
    start = svg.find("<svg")
    try:
        return ET.fromstring(svg[start:] if start >= 0 else svg)  # noqa: S314  (no entities: the DTD is cut off)
    except ET.ParseError as error:
        raise ReportError(
            f"The chart '{prefix}' is not SVG: {error}.", hint="save the figure as SVG."
        ) from error


def _clean(element: ET.Element, prefix: str) -> None:
    element.tag = _local(element.tag)
    if element.tag not in _ELEMENTS:
        raise ReportError(
            f"The chart '{prefix}' holds a <{element.tag}> element.", hint="charts hold shapes and text only."
        )
    element.attrib = dict(_attribute(k, v, prefix) for k, v in element.attrib.items() if "}space" not in k)
    for child in list(element):
        if not isinstance(child.tag, str) or _local(child.tag) in _SKIPPED:
            element.remove(child)
            continue
        _clean(child, prefix)
    if element.text:
        element.text = inert(element.text)


def _number_ids(root: ET.Element) -> None:
    """Marks of one kind share a name in a drawing; in a page every id is its own."""
    seen: dict[str, int] = {}
    for element in root.iter():
        name = element.get("id")
        if name is not None:
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                element.set("id", f"{name}-{seen[name]}")


def _attribute(name: str, value: str, prefix: str) -> tuple[str, str]:
    name = _local(name)
    if name == "href" and value.startswith("#"):
        return name, f"#{prefix}-{value[1:]}"
    outside = name == "href" and not value.startswith("data:image/png;base64,")
    if outside or name.startswith("on") or _OUTSIDE.search(value):
        raise ReportError(
            f"The chart '{prefix}' holds the attribute {name}='{value[:40]}'.",
            hint="charts may not link, load or run anything.",
        )
    if name == "id":
        return name, f"{prefix}-{value}"
    return name, _LINK.sub(rf"url(#{prefix}-\1)", value)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
