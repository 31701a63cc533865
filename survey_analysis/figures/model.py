"""`Chart`: what `.plot()` returns. A caption and a way to draw, rendered when asked for.

Three renderings: "slide" has title, subtitle and source drawn in; "document" is the chart alone, because a
page prints those as text; "narrow" is the chart alone, laid out again for a telephone.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.files import write_whole
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.slide import close_slide, open_slide
from survey_analysis.figures.style import theme
from survey_analysis.figures.text import clean
from survey_analysis.results.deck import ChartData, DeckData
from survey_analysis.typing import Rendering
from survey_analysis.wording.captions import Caption

__all__ = ["Caption", "Chart"]

_RENDERINGS: Final = ("slide", "document", "narrow")
_SUFFIXES: Final = (".svg", ".png", ".pdf")


@dataclass(frozen=True, eq=False, repr=False)
class Chart:
    """A figure before it is rendered: immutable, and the same bytes each time.

    Attributes
    ----------
    kind
        Name of the figure ("headline").
    caption
        The texts around it, computed from the same result as the marks.
    paint
        Puts the chart on a sheet.
    data
        Makes the numbers of a native chart; None where there is none.
    """

    kind: str
    caption: Caption
    paint: Callable[[Sheet], None]
    data: Callable[[], ChartData | None] | None = None

    @property
    def title(self) -> str:
        """The finding."""
        return self.caption.title

    @property
    def alt(self) -> str:
        """Alternative text."""
        return self.caption.alt

    def __repr__(self) -> str:
        return f"<Chart {self.kind}: {clean(self.title)}>"

    def figure(self, rendering: Rendering = "slide") -> Figure:
        """A new matplotlib figure, for those who want to change it by hand.

        Raises
        ------
        FigureError
            Unknown rendering.
        """
        one_of("rendering", rendering, _RENDERINGS)
        with theme(outlines=rendering == "slide"):
            return self._build(rendering)

    def svg(self, rendering: Rendering = "document", *, ids: str = "") -> str:
        """The figure as SVG, without prolog, date or global style; letters are text but on slides.

        Parameters
        ----------
        rendering
            "slide", "document" or "narrow".
        ids
            Prefix of every id, so that several figures can stand in one page.
        """
        return _tidy(self._svg(rendering, outlines=rendering == "slide"), ids)

    def png(self, rendering: Rendering = "slide", dpi: int = 200) -> bytes:
        """The figure as PNG, without software or date."""
        return _rastered(self.figure(rendering), dpi)

    def pdf(self, rendering: Rendering = "slide") -> bytes:
        """The figure as a one-page PDF, without software or date."""
        figure = self.figure(rendering)
        FigureCanvasPdf(figure)
        out = io.BytesIO()
        names = {"Creator": None, "Producer": None, "CreationDate": None, "Title": clean(self.title)}
        with theme():
            figure.savefig(out, format="pdf", metadata=names)
        return out.getvalue()

    def standalone_svg(self, rendering: Rendering = "slide") -> str:
        """The figure as an SVG file of its own: text as shapes, title and alternative text inside."""
        return self._named(_tidy(self._svg(rendering, outlines=True), ""))

    def slide(self, dpi: int = 160) -> tuple[str, bytes]:
        """The slide as a free-standing SVG and as PNG, drawn once."""
        figure = self.figure("slide")
        svg = self._named(_tidy(_written(figure, outlines=True), ""))
        return svg, _rastered(figure, dpi)

    def save(self, path: str | Path, rendering: Rendering = "slide") -> Path:
        """Write the figure, whole or not at all; the suffix says the format (.svg, .png, .pdf).

        A saved SVG stands alone: its text is drawn as shapes, and it carries title and alternative text.

        Raises
        ------
        FigureError
            Unknown suffix or rendering.
        ReportError
            The folder is missing, full or read-only.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix not in _SUFFIXES:
            raise FigureError(
                f"A figure cannot be written as '{suffix or target.name}'.",
                where=str(target),
                hint="end the name in .svg, .png or .pdf.",
            )
        if suffix == ".svg":
            content = self.standalone_svg(rendering).encode()
        else:
            content = self.png(rendering) if suffix == ".png" else self.pdf(rendering)
        write_whole(target, content)
        return target

    def to_pptx(
        self, path: str | Path, *, slide: int | None = None, template: str | Path | None = None
    ) -> DeckData:
        """Put the figure onto a slide as a native, editable chart (extra `office`).

        A chart of the same name on that slide gets the new numbers in place: colours, size and other sheets of
        its workbook stay. Else the chart is added; a deck that is not there is made.

        Parameters
        ----------
        path : path
            A deck of .pptx; written whole or not at all.
        slide : int, optional
            Number of the slide from 1; left out, a slide is appended.
        template : path, optional
            What a deck that is not there begins with.

        Raises
        ------
        FigureError
            The figure has no native chart.
        ReportError
            There is no such slide; the file is no deck; the folder cannot be written.
        MissingExtraError
            Without python-pptx.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from tempfile import TemporaryDirectory
        >>> chart = sa.read(pd.DataFrame({"q": ["yes", "no", "yes"]})).proportion("q").plot("dots")
        >>> with TemporaryDirectory() as folder:
        ...     made = chart.to_pptx(f"{folder}/deck.pptx")
        >>> len(made.slides)
        1
        """
        from survey_analysis.figures.pptx import put_on_slide  # noqa: PLC0415  an extra

        return put_on_slide(self, Path(path), slide, template)

    def _repr_html_(self) -> str:
        """An image on a white plate: legible in light and dark notebooks, named by its alternative text."""
        svg = base64.b64encode(_tidy(self._svg("slide", outlines=True), "").encode()).decode()
        style = "background:#fff;padding:12px;border-radius:6px;max-width:100%;box-sizing:border-box"
        alt = html.escape(self.alt, quote=True)
        return f'<img src="data:image/svg+xml;base64,{svg}" alt="{alt}" style="{style}">'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _build(self, rendering: Rendering) -> Figure:
        sheet = Sheet(rendering)
        if rendering == "slide":
            open_slide(sheet, self.caption)
        else:
            sheet.y = 0.05
        self.paint(sheet)
        if rendering == "slide":
            close_slide(sheet, self.caption)
        else:
            sheet.y += 0.05
        return sheet.finish()

    def _svg(self, rendering: Rendering, *, outlines: bool) -> str:
        return _written(self.figure(rendering), outlines=outlines)

    def _named(self, svg: str) -> str:
        title, alt = html.escape(clean(self.title)), html.escape(clean(self.alt))
        head, rest = svg.split(">", 1)
        named = head.replace("<svg ", '<svg role="img" aria-labelledby="title desc" ', 1)
        return f'{named}><title id="title">{title}</title><desc id="desc">{alt}</desc>{rest}'


_STYLE: Final = re.compile(r"\s*<defs>\s*<style type=\"text/css\">\*\{([^}<]*)\}</style>\s*</defs>")


def _tidy(svg: str, ids: str) -> str:
    """From the opening tag on; the global style moved to the root; ids prefixed."""
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    found = _STYLE.search(body)
    if found:
        body = _STYLE.sub("", body, count=1).replace("<svg ", f'<svg style="{found.group(1).strip()}" ', 1)
    if ids:
        body = re.sub(r'(<[^>]*?\s)id="([^"]+)"', rf'\1id="{ids}-\2"', body)
        body = re.sub(r"url\(#", f"url(#{ids}-", body)
        body = re.sub(r'(xlink:href|\shref)="#', rf'\1="#{ids}-', body)
    return body.strip() + "\n"


def _written(figure: Figure, *, outlines: bool) -> str:
    FigureCanvasSVG(figure)
    out = io.StringIO()
    with theme(outlines=outlines):
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(out, format="svg", metadata=nothing)
    return out.getvalue()


def _rastered(figure: Figure, dpi: int) -> bytes:
    out = io.BytesIO()
    with theme():
        figure.savefig(
            out, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 3}
        )
    return out.getvalue()
