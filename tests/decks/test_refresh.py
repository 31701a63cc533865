"""Refresh in place: our numbers and untouched texts move, everything else stays."""

from __future__ import annotations

import io
import shutil

import pytest

pytest.importorskip("pptx", reason="python-pptx is not installed (extra 'office'); decks not checked")
openpyxl = pytest.importorskip("openpyxl")

from pptx import Presentation  # noqa: E402
from pptx.dml.color import RGBColor  # noqa: E402
from pptx.util import Inches  # noqa: E402

from decks import made  # noqa: E402
from survey_analysis import published  # noqa: E402
from survey_analysis.errors import ReportError  # noqa: E402
from survey_analysis.figures.errors import FigureError  # noqa: E402

LATER = {"like": ((2, 8, 20, 40, 30), (12, 18, 30, 25, 15)), "use": (40, 80, 80)}


@pytest.fixture
def edited(tmp_path):
    """Last wave's deck as a client left it."""
    path = tmp_path / "w6.pptx"
    made.wave().deck(path, slides=made.SLIDES)
    deck = Presentation(path)
    frame = made.shape(deck, "sa:like:chart")
    frame.left, frame.width = Inches(2), Inches(7)
    point = frame.chart.plots[0].series[5].points[0]
    point.format.fill.solid()
    point.format.fill.fore_color.rgb = RGBColor(0x12, 0x34, 0x56)
    made.shape(deck, "sa:like:title").text_frame.paragraphs[0].runs[0].text = "Our own words"
    use = made.shape(deck, "sa:use:title").text_frame.paragraphs[0].runs[0]
    use.font.italic = True
    box = deck.slides[1].shapes.add_textbox(0, 0, Inches(1), Inches(1))
    box.text_frame.text = "A remark"
    frame = made.shape(deck, "sa:use:chart")
    book = openpyxl.load_workbook(io.BytesIO(made.blob(frame)))
    more = book.create_sheet("Client")
    more["A1"], more["B2"] = "kept", "=Sheet1!B2*2"
    book["Sheet1"]["B2"].number_format = "0.000"
    book["Sheet1"]["D9"] = "a note beside"
    out = io.BytesIO()
    book.save(out)
    frame.chart.part.chart_workbook.xlsx_part._blob = out.getvalue()
    deck.save(path)
    return path


def test_numbers_move_and_all_that_was_edited_stays(edited, tmp_path):
    before = edited.read_bytes()
    result = made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=made.SLIDES, refresh=edited)
    assert edited.read_bytes() == before
    deck = Presentation(tmp_path / "w7.pptx")
    frame = made.shape(deck, "sa:like:chart")
    assert made.values(frame)["Strongly agree"] == pytest.approx([0.30, 0.15])
    assert (frame.left, frame.width) == (Inches(2), Inches(7))
    assert frame.chart.plots[0].series[5].points[0].format.fill.fore_color.rgb == RGBColor(0x12, 0x34, 0x56)
    assert frame.chart.plots[0].series[3].points[0].data_label.text_frame.text == "20%"
    assert made.shape(deck, "sa:like:title").text_frame.text == "Our own words"
    assert [k.shape for k in result.kept] == ["sa:like:title"]
    assert any(s.has_text_frame and s.text_frame.text == "A remark" for s in deck.slides[1].shapes)
    assert made.shape(deck, "sa:often:number").text_frame.text == "40%"  # 80 of 200
    title = made.shape(deck, "sa:use:title").text_frame
    assert title.paragraphs[0].runs[0].font.italic
    assert "40%" in title.text
    assert result.missing == ()


def test_every_number_that_moved_is_listed_with_its_prints(edited, tmp_path):
    result = made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=made.SLIDES, refresh=edited)
    moved = {(m.chart, m.series, m.category): (m.printed_before, m.printed_after) for m in result.moved}
    assert moved == {
        ("sa:like:chart", "Strongly disagree", "Women"): ("1%", "2%"),
        ("sa:like:chart", "Disagree", "Women"): ("4%", "8%"),
        ("sa:like:chart", "Neither", "Women"): ("10%", "20%"),
        ("sa:like:chart", "Strongly agree", "Women"): ("45%", "30%"),
        ("sa:use:chart", "Use", "Never"): ("30%", "20%"),
        ("sa:use:chart", "Use", "Sometimes"): ("45%", "40%"),
        ("sa:use:chart", "Use", "Often"): ("25%", "40%"),
    }
    frame = result.to_frame()
    assert len(frame) == 7
    assert frame["before"].between(0, 1).all()
    assert "7 numbers moved" in repr(result)
    assert "30% to 20%" in repr(result)


def test_other_sheets_of_the_workbook_stay_byte_for_byte(edited, tmp_path):
    old = made.parts(made.blob(made.shape(Presentation(edited), "sa:use:chart")))
    made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=made.SLIDES, refresh=edited)
    data = made.blob(made.shape(Presentation(tmp_path / "w7.pptx"), "sa:use:chart"))
    new = made.parts(data)
    assert new["xl/worksheets/sheet2.xml"] == old["xl/worksheets/sheet2.xml"]
    assert {n for n in old if old[n] != new[n]} == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book["Client"]["B2"].value == "=Sheet1!B2*2"
    assert [book["Sheet1"][f"B{i}"].value for i in (2, 3, 4)] == pytest.approx([0.2, 0.4, 0.4])
    assert book["Sheet1"]["B2"].number_format == "0.000"
    assert book["Sheet1"]["D9"].value == "a note beside"


def test_the_same_survey_moves_nothing_and_the_same_path_may_be_refreshed(edited):
    result = made.wave().deck(edited, slides=made.SLIDES, refresh=True)
    assert result.moved == ()
    assert result.texts == ()
    once = edited.read_bytes()
    made.wave().deck(edited, slides=made.SLIDES, refresh=True)
    assert edited.read_bytes() == once


def test_what_is_gone_on_either_side_is_said(edited, tmp_path):
    deck = Presentation(edited)
    frame = made.shape(deck, "sa:score:chart")
    frame._element.getparent().remove(frame._element)
    for name in ("title", "source", "subtitle"):
        made.shape(deck, f"sa:score:{name}").name = "deleted"
    deck.save(edited)
    slides = [s for s in made.SLIDES if s["name"] != "use"]
    result = made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=slides, refresh=edited)
    assert any("nothing is computed for 'use'" in m for m in result.missing)
    assert any(m.startswith("'score'") for m in result.missing)
    assert made.values(made.shape(Presentation(tmp_path / "w7.pptx"), "sa:use:chart")) == {
        "Use": [0.3, 0.45, 0.25]
    }


def test_new_and_gone_answers_take_their_formats_along(tmp_path):
    path = tmp_path / "w6.pptx"
    made.wave().deck(path, slides=made.SLIDES)
    deck = Presentation(path)
    frame = made.shape(deck, "sa:use:chart")
    fill = frame.chart.plots[0].series[0].points[2].format.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(1, 2, 3)
    deck.save(path)
    levels = [[1, "Never"], [4, "Seldom"], [3, "Often"]]
    result = made.wave(codes={"2": "4"}, levels=levels).deck(path, slides=made.SLIDES, refresh=True)
    frame = made.shape(Presentation(path), "sa:use:chart")
    assert list(frame.chart.plots[0].categories) == ["Never", "Often", "Seldom"]
    assert made.values(frame)["Use"] == pytest.approx([0.3, 0.25, 0.45])
    assert frame.chart.plots[0].series[0].points[1].format.fill.fore_color.rgb == RGBColor(1, 2, 3)
    assert [r[0] for r in made.sheet(made.blob(frame))[1:4]] == ["Never", "Often", "Seldom"]
    gone = {(m.category, m.printed_after) for m in result.moved if m.chart == "sa:use:chart"}
    assert gone == {("Sometimes", "n/a"), ("Seldom", "45%")}


def test_new_and_gone_series(tmp_path):
    path = tmp_path / "w.pptx"
    slides = [{"question": "use", "by": "sex", "name": "u"}]
    made.wave().deck(path, slides=slides)
    slides = [{"question": "use", "by": "like", "name": "u"}]
    result = made.wave().deck(path, slides=slides, refresh=True)
    frame = made.shape(Presentation(path), "sa:u:chart")
    assert [s.name for s in frame.chart.plots[0].series] == made.LABELS
    rows = made.sheet(made.blob(frame))
    found = made.values(frame)
    for name in made.LABELS:
        column = rows[0].index(name)
        assert [r[column] for r in rows[1:4]] == pytest.approx(found[name])
    assert {m.series for m in result.moved} == {"Women", "Men", *made.LABELS}


def test_a_mark_goes_when_the_test_no_longer_licenses_it(tmp_path):
    path = tmp_path / "w.pptx"
    slides = [{"question": "like", "by": "sex", "top": 2, "compare_to": "m", "name": "a"}]
    made.wave().deck(path, slides=slides)
    assert made.sheet(made.blob(made.shape(Presentation(path), "sa:a:chart")))[1][0] == "Women ▲"
    even = ((10, 20, 30, 25, 15),) * 2
    result = made.wave(like=even).deck(path, slides=slides, refresh=True)
    frame = made.shape(Presentation(path), "sa:a:chart")
    assert list(frame.chart.plots[0].categories) == ["Women", "Men"]
    assert made.sheet(made.blob(frame))[1][0] == "Women"
    assert [(m.category, m.printed_before, m.printed_after) for m in result.moved] == [
        ("Women", "85%", "40%")
    ]


def test_charts_in_groups_and_on_copied_slides_are_found(edited, tmp_path):
    deck = Presentation(edited)
    page = deck.slides[1]
    frame = made.shape(deck, "sa:like:chart")
    group = page.shapes.add_group_shape()
    group._element.append(frame._element)
    deck.save(edited)
    result = made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=made.SLIDES, refresh=edited)
    assert sum(m.chart == "sa:like:chart" for m in result.moved) == 4


def test_a_linked_chart_gets_its_cache_and_says_so(edited, tmp_path):
    deck = Presentation(edited)
    frame = made.shape(deck, "sa:use:chart")
    space = frame.chart._chartSpace
    space.remove(space.find("{*}externalData"))
    deck.save(edited)
    result = made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=made.SLIDES, refresh=edited)
    assert any("no workbook inside" in m for m in result.missing)
    assert made.values(made.shape(Presentation(tmp_path / "w7.pptx"), "sa:use:chart"))[
        "Use"
    ] == pytest.approx([0.2, 0.4, 0.4])


def test_without_the_record_every_text_counts_as_edited(tmp_path):
    path = tmp_path / "w.pptx"
    made.wave().deck(path, slides=made.SLIDES)
    deck = Presentation(path)
    for key, rel in list(deck.part.rels.items()):
        if rel.reltype.endswith("/customXml"):
            deck.part.rels.pop(key)
    deck.save(path)
    result = made.wave(**LATER).deck(path, slides=made.SLIDES, refresh=True)
    assert result.texts == ()
    assert "sa:use:title" in {k.shape for k in result.kept}
    assert len(result.moved) == 7


def test_a_figure_goes_onto_a_slide_and_is_replaced_in_place(tmp_path):
    path = tmp_path / "client.pptx"
    made.client(path)
    chart = made.wave().proportion("use").plot("dots")
    assert len(chart.to_pptx(path, slide=1).slides) == 1
    again = made.wave(**LATER).proportion("use").plot("dots").to_pptx(path, slide=1)
    assert len(again.moved) == 3
    deck = Presentation(path)
    assert [s.name for s in deck.slides[0].shapes if s.has_chart] == ["sa:use:chart"]
    assert len(chart.to_pptx(path).slides) == 1
    assert len(Presentation(path).slides) == 2
    with pytest.raises(ReportError, match="no slide 9"):
        chart.to_pptx(path, slide=9)
    with pytest.raises(ReportError, match=r"does not end in \.pptx"):
        chart.to_pptx(tmp_path / "x.ppt")


def test_a_figure_without_native_chart_names_those_that_have_one(tmp_path):
    chart = published({"micro": 0.5}, n=100).plot()
    with pytest.raises(FigureError, match="native charts: headline, likert"):
        chart.to_pptx(tmp_path / "x.pptx")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed; rendering not checked"
)
def test_libreoffice_opens_a_deck_and_a_refreshed_one(edited, tmp_path):
    import subprocess

    made.wave(**LATER).deck(tmp_path / "w7.pptx", slides=made.SLIDES, refresh=edited)
    for path in (edited, tmp_path / "w7.pptx"):
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        assert (
            path.with_suffix(".pdf").exists()
            or (tmp_path / path.name).with_suffix(".pdf").stat().st_size > 5000
        )
