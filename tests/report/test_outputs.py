"""What every output says, and what none may say: simulation, licences of words, people."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator

import openpyxl
import pikepdf
import pytest

import survey_analysis as sa
from survey_analysis.wording.published import BY_CONSTRUCTION

BANNED = re.compile(r"\bCIs?\b|confidence interval|margin of sampling error", re.IGNORECASE)
NEGATED = re.compile(
    r"no margin of sampling error|not a margin of sampling error|not (?:a )?confidence intervals?",
    re.IGNORECASE,
)


def words_of_workbook(content: bytes) -> list[tuple[str, str]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        (s.title, " ".join(str(c.value) for row in s.iter_rows() for c in row if c.value is not None))
        for s in book
    ]


@pytest.fixture(scope="module")
def words(page, pdf_text, files) -> dict[str, str]:
    """All words of every output, by file."""
    out = {"html": " ".join(page.text_content().split()), "pdf": " ".join(pdf_text.split())}
    out["xlsx"] = " ".join(text for _, text in words_of_workbook(files["report.xlsx"]))
    for name, content in files.items():
        if name.endswith((".svg", ".csv", ".json")):
            out[name] = content.decode()
    return out


def test_every_output_says_that_it_is_simulated(words, files, pdf_text):
    assert "SIMULATED DATA. No people were surveyed." in words["html"]
    pages = pdf_text.split("\f")[:-1]
    assert len(pages) > 10
    assert all("SIMULATED DATA" in p for p in pages)
    for sheet, text in words_of_workbook(files["report.xlsx"]):
        assert "simulated" in text.lower(), sheet
    for name, text in words.items():
        assert "imulated" in text, name


def test_every_figure_says_so_drawn_and_in_its_alternative_text(built, files):
    drawn = [n for n in files if n.endswith(".svg")]
    assert len(drawn) == len(built.charts) == len([n for n in files if n.endswith(".png")])
    for name, chart in built.charts.items():
        assert "Simulated data." in chart.caption.alt, name
        assert '<desc id="desc">' in files[f"report/figures/{name}.svg"].decode(), name
        texts = " ".join(t.get_text() for t in chart.figure("slide").findobj(match=_is_text))
        assert "simulated" in " ".join(texts.split()).lower(), name


def _is_text(artist) -> bool:
    from matplotlib.text import Text

    return isinstance(artist, Text)


def test_published_figures_stand_beside_the_caption_of_the_simulation(built, page, pdf_text, founding):
    holding = [t for t in built.document.tables() if any(c.label == "Published" for c in t.columns)]
    assert [t.id for t in holding] == ["published-figures"]
    assert BY_CONSTRUCTION in holding[0].notes
    assert len(holding[0].rows) == len(founding.study.published)
    section = next(s for s in built.document.sections if s.id == "published")
    assert any(getattr(b, "text", "") == BY_CONSTRUCTION for b in section.blocks)
    assert BY_CONSTRUCTION in " ".join(page.text_content().split())
    assert BY_CONSTRUCTION in " ".join(pdf_text.split())


def test_words_of_a_probability_sample_are_not_used(words, pdf):
    with pdf.open_metadata() as meta:
        assert not BANNED.search(str(meta["dc:title"]))
    for name, text in words.items():
        found = [text[max(0, m.start() - 60) : m.end() + 20] for m in BANNED.finditer(NEGATED.sub("", text))]
        assert not found, (name, found[:3])


def values_of(column: str) -> set[str]:
    """Cells of a personal column of the raw export."""
    path = sa.datasets.folder() / "responses.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index(column)
    return {r[at].strip() for r in rows[3:]} - {""}


@pytest.fixture(scope="module")
def everything(files) -> Iterator[tuple[str, str]]:
    """Text of every file, workbooks and PDFs unpacked."""
    out = []
    for name, content in files.items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                out.append(
                    (name, " ".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist()))
                )
        elif name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as document:
                streams = [
                    bytes(o.read_bytes())
                    for o in document.objects
                    if isinstance(o, pikepdf.Stream) and "/Font" not in str(o.get("/Type", ""))
                ]
            out.append((name, " ".join(s.decode("latin-1") for s in streams)))
        elif not name.endswith(".png"):
            out.append((name, content.decode()))
    return out


@pytest.mark.parametrize("column", ["IPAddress", "RecipientEmail", "panel_id", "ResponseId"])
def test_no_value_of_a_person_is_in_any_output(everything, pdf_text, column):
    values = values_of(column)
    assert len(values) > 1000
    token = re.compile(r"[\w.@+-]+")
    for name, text in [*everything, ("pdf words", pdf_text)]:
        found = values & set(token.findall(text))
        assert not found, (name, sorted(found)[:3])


def test_no_open_answer_is_in_any_output_but_those_quoted_by_rule(everything, pdf_text, founding):
    quoted = set(founding.code("why").quotes()["quote"])
    answers = {v for v in values_of("1_Q22") if len(v) >= 20} - quoted
    assert len(answers) > 1000
    for name, text in [*everything, ("pdf words", " ".join(pdf_text.split()))]:
        flat = " ".join(text.split())
        assert not [a for a in answers if a in flat], name


def test_no_path_time_or_folder_of_this_machine(everything):
    from pathlib import Path

    here = {str(Path.cwd()), str(sa.datasets.folder()), str(Path.home())} - {"/"}
    for name, text in everything:
        assert not [h for h in here if h in text], name
