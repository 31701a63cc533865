"""The report of the founding study, built and rendered once for every test that reads it."""

from __future__ import annotations

import io
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import pikepdf
import pytest
from lxml import html

import survey_analysis as sa
from survey_analysis.reporting.build import BuiltReport
from survey_analysis.reporting.write import report_files


@pytest.fixture(scope="session")
def built(founding: sa.Survey) -> BuiltReport:
    """Document, charts and results of the founding study."""
    return founding.report()


@pytest.fixture(scope="session")
def files(built: BuiltReport, founding: sa.Survey) -> Mapping[str, bytes]:
    """Every file of the report, by its path in the output folder."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", sa.SurveyAnalysisWarning
        )  # full-width digits of a repair have no glyph
        made = report_files(built, founding, "report")
    return {name: c if isinstance(c, bytes) else c.encode() for name, c in made.items()}


@pytest.fixture(scope="session")
def page(files: Mapping[str, bytes]) -> html.HtmlElement:
    """The HTML report, parsed."""
    return html.fromstring(files["report.html"].decode())


@pytest.fixture(scope="session")
def pdf(files: Mapping[str, bytes]) -> Iterator[pikepdf.Pdf]:
    """The PDF report, opened."""
    with pikepdf.open(io.BytesIO(files["report.pdf"])) as document:
        yield document


@pytest.fixture(scope="session")
def pdf_text(files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Words of the PDF in reading order, as poppler finds them."""
    return words_of_pdf(files["report.pdf"], tmp_path_factory.mktemp("pdf"))


def words_of_pdf(content: bytes, folder: Path) -> str:
    """Text of a PDF; skips, saying so, without poppler."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed; the words on the pages were not read")
    path = folder / "report.pdf"
    path.write_bytes(content)
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True
    ).stdout.decode()
