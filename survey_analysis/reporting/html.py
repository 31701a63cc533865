"""HTML: the whole report in one file that asks for nothing: no script, no request, fonts inside."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from survey_analysis.files import write_file
from survey_analysis.fonts import Cut, inert, woff2
from survey_analysis.reporting.document import FigureBlock, Report, runs, split_number
from survey_analysis.reporting.labels import labels
from survey_analysis.reporting.svg import inline_svg
from survey_analysis.tables.html import to_html as table_html
from survey_analysis.tables.model import Table

TEMPLATES = Path(__file__).parent / "templates"
_WEIGHTS: tuple[tuple[Cut, int, str], ...] = (
    ("Regular", 400, "normal"),
    ("SemiBold", 600, "normal"),
    ("Bold", 700, "normal"),
)
_ITALIC: tuple[Cut, int, str] = ("Italic", 400, "italic")


@dataclass(frozen=True, slots=True)
class Finder:
    """A search box over the sections of a page: its script, what the page's policy calls it, its style."""

    script: str
    hash: str
    style: str


def write_html(report: Report, path: Path) -> Path:
    """Write the report as one HTML file, atomically."""
    return write_file(path, to_html(report))


def to_html(report: Report, finder: Finder | None = None) -> str:
    """The report as one self-contained page; with a `finder` it also has a search box and that one script.

    Examples
    --------
    >>> import datetime as dt
    >>> from survey_analysis.reporting.document import Paragraph, Section
    >>> body = Section("s", "1", "Findings", (Paragraph("<b>82%</b>"),))
    >>> page = to_html(Report("Trust", (body,), dt.date(2026, 1, 1)))
    >>> "&lt;b&gt;82%" in page, "<script" in page
    (True, False)
    """
    numbers = report.numbers()

    def figure(block: FigureBlock) -> Markup:
        return _figure(block, numbers[block.id])

    def table(block: Table) -> Markup:
        return Markup(table_html(block, number=numbers[block.id]))  # noqa: S704  (escaped by its renderer)

    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            words=labels(report.language),
            numbers=numbers,
            figure=figure,
            table=table,
            runs=runs,
            split=split_number,
            kind=lambda block: type(block).__name__,
            banner=_banner(report.banner),
            style=_style(report, finder.style if finder else ""),
            finder=finder,
            script=Markup(finder.script) if finder else "",  # noqa: S704  (ships with the package)
        )
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: Any) -> Any:
    """Every plain string that reaches the page passes here before it is escaped."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _figure(block: FigureBlock, number: str) -> Markup:
    title = f"{number}. {block.title}"
    wide = inline_svg(block.svg, prefix=f"{block.id}-w", title=title, alt=block.alt, css="chart wide")
    if block.svg_narrow is None:
        return wide
    return wide + inline_svg(
        block.svg_narrow, prefix=f"{block.id}-n", title=title, alt=block.alt, css="chart narrow"
    )


def _banner(banner: str | None) -> tuple[str, str] | None:
    """First sentence, always shown, and the rest, for which a small screen has no room."""
    if not banner:
        return None
    first, dot, rest = banner.partition(". ")
    return (first + dot.strip(), rest)


def css_string(text: str) -> str:
    r"""A CSS string in which every character but letters, digits and spaces is an escape.

    Examples
    --------
    >>> css_string('a"}</style>')
    '"a\\22 \\7d \\3c \\2f style\\3e "'
    """
    kept = (c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in inert(text))
    return '"' + "".join(kept) + '"'


def _style(report: Report, more: str = "") -> Markup:
    italic = any(run.kind == "em" for run in report.runs())
    cuts = (*_WEIGHTS, _ITALIC) if italic else _WEIGHTS
    fonts = "".join(
        f"@font-face{{font-family:Inter;font-style:{style};font-weight:{weight};font-display:block;"
        f"src:url(data:font/woff2;base64,{base64.b64encode(woff2(cut)).decode()}) format('woff2')}}\n"
        for cut, weight, style in cuts
    )
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8") + more
    if report.banner:
        content = css_string(report.banner)
        css += f"@page {{ @top-left {{ content: {content}; font: 600 8pt Inter; color: #8f3b0a; }} }}\n"
    return Markup(fonts + css)  # noqa: S704  (both ship with the package; the banner is escaped)
