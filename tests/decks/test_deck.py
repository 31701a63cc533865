"""A new deck, read again by python-pptx, openpyxl and lxml."""

from __future__ import annotations

import subprocess
import sys

import pytest

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed (extra 'office'); decks not checked")

from pptx import Presentation  # noqa: E402
from pptx.enum.chart import XL_CHART_TYPE  # noqa: E402
from pptx.enum.dml import MSO_THEME_COLOR  # noqa: E402

import survey_analysis as sa  # noqa: E402
from decks import made  # noqa: E402
from survey_analysis.errors import MissingExtraError, ReportError, StudyError  # noqa: E402


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "w1.pptx"
    result = made.wave().deck(path, slides=made.SLIDES)
    return path, result


def test_slides_names_alt_texts_and_notes(written):
    path, result = written
    deck = Presentation(path)
    assert len(deck.slides) == len(result.slides) == 6
    frame = made.shape(deck, "sa:like:chart")
    alt = frame._element.nvGraphicFramePr.cNvPr.get("descr")
    assert alt.startswith("Diverging bar chart")
    assert alt.endswith("The data sheet of the chart has all values.")
    assert "n = 100" in made.shape(deck, "sa:like:source").text_frame.text
    number, _ = made.chart(deck, "sa:like:chart")
    assert "I like it." in deck.slides[number - 1].notes_slide.notes_text_frame.text
    assert deck.slides[number - 1].shapes.title.text_frame.text == result.slides[number - 1]
    assert made.shape(deck, "sa:often:number").text_frame.text == "25%"  # 50 of 200
    assert "Tracker" in deck.slides[0].shapes.title.text_frame.text


def test_a_diverging_chart_is_native_and_its_numbers_are_the_counts(written):
    frame = made.shape(Presentation(written[0]), "sa:like:chart")
    assert frame.chart.chart_type == XL_CHART_TYPE.BAR_STACKED
    found = made.values(frame)
    assert list(found) == [
        "Neither (left half)",
        "Disagree",
        "Strongly disagree",
        "Neither",
        "Agree",
        "Strongly agree",
    ]
    assert list(frame.chart.plots[0].categories) == ["Women", "Men"]  # by total positive
    assert found["Strongly disagree"] == pytest.approx([-0.01, -0.12])
    assert found["Neither"] == pytest.approx([0.05, 0.15])
    assert found["Neither (left half)"] == pytest.approx([-0.05, -0.15])
    assert found["Strongly agree"] == pytest.approx([0.45, 0.15])
    assert frame.chart.category_axis.reverse_order
    middle = frame.chart.plots[0].series[3]
    assert [middle.points[i].data_label.text_frame.text for i in (0, 1)] == ["10%", "30%"]
    rows = made.sheet(made.blob(frame))
    assert rows[0] == [None, *found]
    assert rows[2][0] == "Men"
    assert rows[2][3] == pytest.approx(-0.12)
    key = made.shape(Presentation(written[0]), "sa:like:key").text_frame.text
    assert [key.index(x) for x in made.LABELS] == sorted(key.index(x) for x in made.LABELS)


def test_same_survey_same_bytes(written, tmp_path):
    made.wave().deck(tmp_path / "w1.pptx", slides=made.SLIDES)
    assert (tmp_path / "w1.pptx").read_bytes() == written[0].read_bytes()


def test_a_clients_template_keeps_size_theme_and_slides(tmp_path):
    base = made.client(tmp_path / "client.pptx")
    before = base.read_bytes()
    slides = [{"question": "use", "layout": "Client chart", "name": "use"}]
    made.wave().deck(tmp_path / "w.pptx", template=base, slides=slides)
    assert base.read_bytes() == before
    deck = Presentation(tmp_path / "w.pptx")
    assert (deck.slide_width, deck.slide_height) == (9144000, 6858000)
    assert len(deck.slides) == 4  # the client's own, title, use, method
    page, frame = made.chart(deck, "sa:use:chart")
    assert deck.slides[page - 1].slide_layout.name == "Client chart"
    colour = frame.chart.plots[0].series[0].format.fill.fore_color
    assert colour.theme_color == MSO_THEME_COLOR.ACCENT_1
    xml = made.parts((tmp_path / "w.pptx").read_bytes())
    charts = [x for n, x in xml.items() if n.startswith("ppt/charts/chart")]
    assert charts
    assert all(b"srgbClr" not in x and b"latin" not in x for x in charts)
    for shape in deck.slides[page - 1].shapes:
        assert shape.left >= 0
        assert shape.left + shape.width <= deck.slide_width
        assert shape.top >= 0
        assert shape.top + shape.height <= deck.slide_height


def test_a_title_of_ones_own_is_flagged_and_never_rewritten(tmp_path):
    title = "Most adults love it, which proves it"
    result = made.wave().deck(tmp_path / "w.pptx", slides=[{"question": "use", "title": title}])
    assert result.slides[1] == title
    assert any("proves" in f.after for f in result.flagged)
    assert "proves" in repr(result)


def test_hostile_labels_are_text_in_chart_and_sheet(tmp_path):
    bad = '=HYPERLINK("http://x","<b>&\x0b")'
    data = sa.read(
        __import__("pandas").DataFrame({"q": [bad, "@SUM(1)", bad]}), study={"study": {"name": bad}}
    )
    data.deck(tmp_path / "w.pptx", slides=[{"question": "q", "name": "q"}])
    frame = made.shape(Presentation(tmp_path / "w.pptx"), "sa:q:chart")
    xml = made.parts(made.blob(frame))
    assert b"<f>" not in xml["xl/worksheets/sheet1.xml"]
    assert {r[0] for r in made.sheet(made.blob(frame))[1:]} == {bad.replace("\x0b", ""), "@SUM(1)"}


def test_what_the_study_file_says(tmp_path):
    told = {
        "slides": [{"question": "use", "by": "sex", "chart": "column", "title": "Use", "notes": "Say hello."}]
    }
    made.wave(deck=told).deck(tmp_path / "w.pptx")
    deck = Presentation(tmp_path / "w.pptx")
    assert [s.shapes.title.text_frame.text for s in deck.slides][1:] == ["Use", "Method"]
    frame = next(s for s in deck.slides[1].shapes if s.has_chart)
    assert frame.chart.chart_type == XL_CHART_TYPE.COLUMN_CLUSTERED
    assert [s.name for s in frame.chart.plots[0].series] == ["Women", "Men"]
    assert deck.slides[1].notes_slide.notes_text_frame.text.startswith("Say hello.\n")


def test_waves_are_lines(tmp_path):
    stack = sa.stack({"W1": made.wave(), "W2": made.wave(use=(20, 60, 120))})
    stack.deck(
        tmp_path / "w.pptx", slides=[{"question": "use", "chart": "line", "answers": ["Often"], "name": "t"}]
    )
    frame = made.shape(Presentation(tmp_path / "w.pptx"), "sa:t:chart")
    assert frame.chart.chart_type == XL_CHART_TYPE.LINE_MARKERS
    assert made.values(frame) == {"Often": [0.25, 0.6]}


def test_triangles_stand_only_where_a_test_licenses_them(tmp_path):
    slides = [{"question": "like", "by": "sex", "top": 2, "compare_to": "m", "name": "a"}]
    made.wave().deck(tmp_path / "a.pptx", slides=slides)
    deck = Presentation(tmp_path / "a.pptx")
    assert list(made.shape(deck, "sa:a:chart").chart.plots[0].categories) == ["Women ▲", "Men"]
    assert "▲ ▼ higher or lower than Men at 5%" in made.shape(deck, "sa:a:source").text_frame.text
    even = ((10, 20, 30, 25, 15),) * 2
    made.wave(like=even).deck(tmp_path / "b.pptx", slides=slides)
    deck = Presentation(tmp_path / "b.pptx")
    assert list(made.shape(deck, "sa:a:chart").chart.plots[0].categories) == ["Women", "Men"]
    assert "▲" not in made.shape(deck, "sa:a:source").text_frame.text


def test_the_founding_study_makes_the_deck_of_its_report(founding, tmp_path):
    result = founding.deck(tmp_path / "w.pptx")
    deck = Presentation(tmp_path / "w.pptx")
    assert made.shape(deck, "sa:headline:number").text_frame.text == "82%"
    share = founding.proportion("follow", top=2, by="source").rows["estimate"]
    drawn = made.values(made.shape(deck, "sa:finding-follow:chart"))
    assert next(iter(drawn.values())) == share.tolist()
    marked = [any(s.name.endswith(":simulated") for s in page.shapes) for page in deck.slides]
    assert all(marked)
    assert len(marked) == len(result.slides)
    rates = made.shape(deck, "sa:finding-conversations-ratio:chart")
    assert max(made.values(rates)["Ratio"]) == pytest.approx(18.6, abs=0.05)


def test_without_a_report_every_question_with_a_base_has_a_slide(tmp_path):
    result = made.wave().deck(tmp_path / "w.pptx")
    names = {s.name for page in Presentation(tmp_path / "w.pptx").slides for s in page.shapes}
    assert {"sa:like:chart", "sa:use:chart", "sa:sex:chart"} <= names
    small = made.wave(like=((1, 4, 3, 2, 1), (2, 1, 3, 2, 1)), use=(5, 10, 5))
    assert len(small.deck(tmp_path / "s.pptx").slides) < len(result.slides)


def test_titles_of_one_deck_have_one_size_and_fit(tmp_path):
    base = made.client(tmp_path / "client.pptx")
    made.wave().deck(tmp_path / "w.pptx", template=base, slides=made.SLIDES)
    deck = Presentation(tmp_path / "w.pptx")
    sizes = {
        r.font.size
        for s in list(deck.slides)[2:]
        for p in s.shapes.title.text_frame.paragraphs
        for r in p.runs
    }
    assert len(sizes) == 1
    assert 16 <= sizes.pop().pt < 44


def test_the_number_is_that_of_everybody_or_of_the_focus(tmp_path):
    told = {"question": "use", "answers": ["Often"], "by": "sex", "chart": "number"}
    made.wave().deck(
        tmp_path / "w.pptx", slides=[{**told, "name": "a"}, {**told, "name": "m", "focus": "Men"}]
    )
    deck = Presentation(tmp_path / "w.pptx")
    assert made.shape(deck, "sa:a:number").text_frame.text == "25%"  # 50 of 200, all of them men
    assert made.shape(deck, "sa:m:number").text_frame.text == "50%"
    assert made.values(made.shape(deck, "sa:a:chart")) == {"Use": [0.0, 0.5]}
    with pytest.raises(StudyError, match="one number"):
        made.wave().deck(tmp_path / "x.pptx", slides=[{"question": "use", "by": "sex", "chart": "number"}])


def test_answers_off_the_scale_are_drawn_in_stacked_bars_and_told_beside_diverging_ones(tmp_path):
    scale = {"levels": [[i, x] for i, x in enumerate(made.LABELS[:4], 1)], "outside": [[5, "Unsure"]]}
    survey = made.wave(scales={"agree": scale})
    told = {"question": "like", "by": "sex"}
    survey.deck(
        tmp_path / "w.pptx", slides=[{**told, "name": "d"}, {**told, "chart": "stacked", "name": "s"}]
    )
    deck = Presentation(tmp_path / "w.pptx")
    assert "Not drawn: Unsure 15–45%." in made.shape(deck, "sa:d:source").text_frame.text
    assert "Unsure" not in made.values(made.shape(deck, "sa:d:chart"))
    whole = made.values(made.shape(deck, "sa:s:chart"))
    assert list(whole) == [*made.LABELS[:4], "Unsure"]
    assert [sum(v[i] for v in whole.values()) for i in (0, 1)] == pytest.approx([1.0, 1.0])
    outer, inner = (
        s.format.fill.fore_color.brightness
        for s in list(made.shape(deck, "sa:s:chart").chart.plots[0].series)[:2]
    )
    assert outer < inner  # the stronger answer is the darker


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ({"path": "w.ppt"}, ReportError, "does not end in .pptx"),
        ({"template": "none.pptx"}, ReportError, "no template"),
        ({"slides": [{"question": "use", "layout": "Nope"}]}, ReportError, "no layout 'Nope'"),
        ({"slides": [{"question": "use", "shart": "bar"}]}, StudyError, "slides\\[0\\]"),
        ({"slides": [{"question": "score", "chart": "stacked"}]}, sa.SurveyAnalysisError, "is a number"),
        ({"slides": ["usage"]}, sa.SurveyAnalysisError, "usage"),
        ({"refresh": "none.pptx"}, ReportError, "no deck"),
        ({"refresh": "none.pptx", "template": "x.pptx"}, ReportError, "own theme"),
    ],
)
def test_errors_leave_nothing_behind(told, error, words, tmp_path):
    with pytest.raises(error, match=words):
        made.wave().deck(tmp_path / told.pop("path", "w.pptx"), **{"slides": ["use"], **told})
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_deck(tmp_path):
    (tmp_path / "client.pptx").write_bytes(b"not a zip")
    with pytest.raises(ReportError, match="cannot be read"):
        made.wave().deck(tmp_path / "w.pptx", template=tmp_path / "client.pptx", slides=["use"])


def test_without_the_extra_the_error_names_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(MissingExtraError, match=r"survey-analysis\[office\]"):
        made.wave().deck(tmp_path / "w.pptx", slides=["use"])


def test_reading_a_survey_does_not_load_python_pptx():
    code = "import sys, survey_analysis as sa; sa.Survey.deck; print('pptx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
