"""PDF: the whole report, tagged (PDF/UA-1 and PDF/A-2a), the same bytes for the same input.

Typst sets the pages from our template, with no font but the shipped ones and its own monospace; a last
pass with pikepdf makes row labels row headers, which Typst's Python API cannot, and packs the file.
"""

from __future__ import annotations

import io
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from survey_analysis.errors import ReportError, SurveyAnalysisWarning
from survey_analysis.files import write_file
from survey_analysis.fonts import printable, ttf_paths
from survey_analysis.reporting.document import Report
from survey_analysis.reporting.typst import to_typst

__all__ = ["printable", "to_pdf", "write_pdf"]

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def write_pdf(report: Report, path: Path) -> Path:
    """Write the report as one PDF file, atomically."""
    return write_file(path, to_pdf(report))


def to_pdf(report: Report, *, dense: bool = False) -> bytes:
    """The report as a tagged PDF; `dense` for many short sections.

    Characters that the shipped fonts lack are written as their Unicode names; the contents page says how
    many, and a `SurveyAnalysisWarning` counts them.

    Raises
    ------
    ReportError
        If Typst refuses the document; its message is passed on.
    """
    import typst  # noqa: PLC0415  (a large library that only this function needs)

    data = to_typst(report, dense=dense)
    if data.replaced:
        warnings.warn(
            "1 character has no glyph in the PDF's fonts; it is written as its name."
            if data.replaced == 1
            else f"{data.replaced:,} characters have no glyph in the PDF's fonts; they are written as names.",
            SurveyAnalysisWarning,
            stacklevel=2,
        )
    try:
        raw = typst.compile(
            _TEMPLATE.read_bytes(),
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"data": data.json},
            pdf_standards=["a-2a", "ua-1"],
        )
    except typst.TypstError as error:
        raise ReportError(
            f"The PDF could not be set: {error}.",
            where=f"report '{report.title}'",
            hint="the HTML report holds the same content; please report this as a bug.",
        ) from error
    return _finish(raw)


@cache
def _fonts() -> Any:
    import typst  # noqa: PLC0415

    return typst.Fonts(include_system_fonts=False, font_paths=[str(ttf_paths()[0].parent)])


def _finish(raw: bytes) -> bytes:
    """Mark row labels as row headers, and save compactly with an id that depends on the content only."""
    import pikepdf  # noqa: PLC0415

    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        _row_headers(pdf.Root.StructTreeRoot.K, in_body=False)
        pdf.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def _row_headers(node: Any, *, in_body: bool) -> None:
    """Walk the structure tree; the first cell of each body row becomes a header of its row."""
    from pikepdf import Array, Dictionary, Name  # noqa: PLC0415

    if isinstance(node, Array):
        for child in node:
            _row_headers(child, in_body=in_body)
    elif isinstance(node, Dictionary) and "/S" in node:
        if node.S == Name.TR and in_body:
            first = node.K[0] if isinstance(node.K, Array) else node.K
            if first.S == Name.TD:
                first.S = Name.TH
                first.A = _with_scope(first)
        elif "/K" in node:
            _row_headers(node.K, in_body=in_body or str(node.S) == "/TBody")


def _with_scope(cell: Any) -> Any:
    """Attributes of a cell (its column span, for example) with the row scope added."""
    from pikepdf import Array, Dictionary, Name  # noqa: PLC0415

    scope = Dictionary(O=Name.Table, Scope=Name.Row)
    if "/A" not in cell:
        return scope
    old = list(cell.A) if isinstance(cell.A, Array) else [cell.A]
    return Array([*old, scope])
