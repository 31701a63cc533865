"""The topline against numbers worked out by hand, and its files against other readers."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from lxml import html as lxml_html

import survey_analysis as sa
from survey_analysis.reporting.topline import FORMATS, topline_content

HOSTILE = "<b>No</b> =1+1"
STUDY = {
    "study": {"name": "Trust"},
    "sample": {"kind": "simulated", "dates": ["2026-03-01", "2026-03-12"], "sponsor": "nobody"},
    "design": {"weight": "w"},
    "scales": {
        "often": {
            "levels": [[1, "Never"], [2, "Seldom"], [3, "Often"], [4, "Always"]],
            "missing": [[8, "dont_know"], [9, "refused"]],
        },
    },
    "subjects": {"brand": {"acme": {"label": "Acme", "code": 1}, "bolt": {"label": "Bolt", "code": 2}}},
    "filters": {"women": "sex == 'w'"},
    "questions": {
        "use": {"kind": "likert", "scale": "often", "text": "How often do you use it?", "short": "Use"},
        "visits": {"kind": "numeric", "text": "How many visits?"},
        "sex": {"text": "Sex", "levels": [["w", "Woman"], ["m", "Man"], ["x", HOSTILE]]},
        "why": {"kind": "open", "text": "Why?"},
        "late": {"text": "Asked of nobody", "levels": ["a", "b"]},
    },
    "batteries": {
        "honest": {"over": "brand", "columns": "t1_{brand}", "scale": "often", "text": "Is {brand} honest?"},
    },
}
DATA = pd.DataFrame(
    {
        "w": [1, 2, 1, 1, 1, 2],
        "visits": [0, 10, 4, 2, "", 4],
        "use": [1, 4, 3, 8, 9, 4],
        "sex": ["w", "m", "w", "m", "w", "w"],
        "t1_1": [1, 4, 4, 3, 8, 2],
        "t1_2": [4, 4, 4, 4, 4, 4],
        "why": ["because", "", "as ever", "", "", "so"],
        "late": [""] * 6,
    }
)


@pytest.fixture(scope="module")
def survey():
    return sa.read(DATA, study=STUDY)


@pytest.fixture(scope="module")
def topline(survey):
    return survey.topline()


def printed(table) -> dict[str, list[str]]:
    return {row.label: [c.text for c in row.cells] for row in table.rows}


def test_questions_stand_in_the_order_of_the_export_and_none_is_lost_unsaid(topline) -> None:
    assert [q.name for q in topline.questions] == ["visits", "use", "sex", "honest", "why"]
    assert topline.left_out == ("late",)
    assert topline.people == 6


def test_a_scale_as_printed_by_hand(topline) -> None:
    """Weights of those who answered: 1 never, 1 often, 2 + 2 always; one does not know, one refused."""
    table = topline["use"]
    assert table.title == "“How often do you use it?”"
    assert printed(table) == {
        "Base (unweighted)": ["4"],
        "Never": ["17"],
        "Seldom": ["-"],
        "Often": ["17"],
        "Always": ["67"],
        "NET Always or often": ["83"],
        "NET Never or seldom": ["17"],
        "Don’t know (n)": ["1"],
        "Refused (n)": ["1"],
    }
    assert [r.label for r in table.rows if r.kind == "net"] == ["NET Always or often", "NET Never or seldom"]


def test_numbers_have_mean_and_median(topline) -> None:
    """(0 + 20 + 4 + 2 + 8) / 7; half of the weight of 7 is reached at 4."""
    assert printed(topline["visits"]) == {
        "Base (unweighted)": ["5"],
        "Mean": ["4.86"],
        "Median": ["4.00"],
        "No answer (n)": ["1"],
    }


def test_a_battery_lies_across_with_its_subjects_down(topline) -> None:
    """Acme: weights 1 never, 2 seldom, 1 often, 2 + 1 always of 7; everybody always trusts Bolt."""
    table = topline["honest"]
    assert [c.label for c in table.columns] == [
        "Never", "Seldom", "Often", "Always", "NET Top 2", "NET Bottom 2", "No answer", "n",
    ]  # fmt: skip
    assert printed(table) == {
        "Acme": ["14", "29", "14", "43", "57", "43", "1", "5"],
        "Bolt": ["-", "-", "-", "100", "100", "-", "-", "6"],
    }


def test_trend_columns_count_who_gave_no_answer_in_each(survey) -> None:
    by = survey.topline(by="sex", rows=["use"])
    table = by["use"]
    assert [c.label for c in table.columns] == ["Total", "Woman", "Man"]
    assert printed(table)["Don’t know (n)"] == ["1", "-", "1"]
    assert printed(table)["Refused (n)"] == ["1", "1", "-"]


def test_a_filter_is_a_domain(survey) -> None:
    women = survey.topline(where="women", rows=["use"])
    assert (women.people, printed(women["use"])["Always"]) == (4, ["50"])
    whole = survey.tabulate("use", where="women", letters="none")["use"].rows
    assert women.questions[0].table.rows["std_error"].iloc[0] == pytest.approx(whole["std_error"].iloc[0])


def test_several_answers_may_add_to_more_and_under_half_a_percent_is_a_star() -> None:
    study = {
        "questions": {
            "m": {
                "kind": "multiple",
                "text": "Which?",
                "not_selected": ["0"],
                "options": [
                    {"label": "One", "column": "m1"},
                    {"label": "Two", "column": "m2"},
                ],
            }
        }
    }
    data = pd.DataFrame({"m1": [1] * 300, "m2": [1] + [0] * 299})
    table = sa.read(data, study=study).topline()["m"]
    assert printed(table) == {"Base (unweighted)": ["300"], "One": ["100"], "Two": ["*"]}
    assert table.notes[0] == "Several answers were possible; figures may add to more than 100%."


@pytest.mark.parametrize("form", FORMATS)
def test_equal_input_gives_equal_bytes(topline, survey, form) -> None:
    first = topline_content(topline, survey, form)
    assert len(first) > 1000
    assert first == topline_content(survey.topline(), survey, form)


def test_the_page_has_wordings_n_dates_and_inert_labels(topline, survey) -> None:
    page = lxml_html.fromstring(topline_content(topline, survey, "html"))
    text = " ".join(page.text_content().split())
    for said in ("N = 6", "1 to 12 March 2026", "SIMULATED DATA", "“How often do you use it?”", HOSTILE):
        assert said in text
    assert "may not add to 100% because of rounding" in text
    assert "Open question; 3 answered" in text
    assert "Who conducted the survey?" in [
        q.text_content().removeprefix("Not stated: ") for q in page.find_class("question")
    ]
    assert "late. Nobody counted here answered." in text
    assert not page.xpath("//td//b | //th//b")


def test_the_workbook_holds_numbers_and_word_the_same_text(topline, survey) -> None:
    openpyxl, docx = pytest.importorskip("openpyxl"), pytest.importorskip("docx")
    book = openpyxl.load_workbook(io.BytesIO(topline_content(topline, survey, "xlsx")))
    use = {row[0].value: row[1] for row in book["Use"].iter_rows() if len(row) > 1 and row[0].value}
    assert use["Always"].value == pytest.approx(4 / 6)
    assert use["Always"].number_format == "0%"
    assert use["Refused (n)"].value == 1
    word = docx.Document(io.BytesIO(topline_content(topline, survey, "docx")))
    cells = [[c.text for c in row.cells] for table in word.tables for row in table.rows]
    assert ["Always", "67"] in cells
    text = "\n".join(p.text for p in word.paragraphs)
    assert "N = 6" in text
    assert "Open question; 3 answered" in text


def test_a_pdf_of_it(topline, tmp_path) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    topline.to_pdf(tmp_path / "t.pdf")
    with pikepdf.open(tmp_path / "t.pdf") as pdf:
        assert len(pdf.pages) >= 2
        assert "/StructTreeRoot" in pdf.Root


def test_every_cell_is_in_the_frame_unrounded(topline) -> None:
    frame = topline.to_frame()
    use = frame[frame["question"] == "use"]
    assert use[use["level"] == "Always"]["estimate"].item() == pytest.approx(2 / 3)
    assert use[use["kind"] == "unanswered"][["level", "count"]].values.tolist() == [
        ["Don’t know", 1.0],
        ["Refused", 1.0],
    ]


def test_one_sample_of_several_is_described_alone(founding) -> None:
    survey = founding
    made = survey.topline(where={"sample": "consumer"}, rows=["follow", "why"])
    assert made.samples == ("consumer",)
    text = str(topline_content(made, survey, "txt"))
    assert "Consumers" in text
    assert "Influencer network members" not in text
    assert "follow a recommendation from …?" in text
    with pytest.raises(sa.errors.EstimationError, match="pool"):
        survey.topline(rows=["sex"])


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda s: s.topline(rows=["us"]), sa.errors.ColumnNotFoundError, "use"),
        (lambda s: s.topline(rows=["use", "use"]), sa.errors.EstimationError, "twice"),
        (lambda s: s.topline(rows=["late"]), sa.errors.EstimationError, "Nobody"),
        (lambda s: s.topline(where="visits > 99"), sa.errors.EmptyDomainError, "Nobody"),
        (lambda s: s.topline(by="sexx"), sa.errors.ColumnNotFoundError, "sex"),
        (lambda s: s.topline().save("t.odt"), sa.errors.ReportError, "odt"),
        (lambda s: s.topline().to_pdf("t.html"), sa.errors.ReportError, r"\.pdf"),
        (lambda s: s.topline()["uze"], sa.errors.ColumnNotFoundError, "use"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(survey, ask, error, words, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words):
        ask(survey)
    assert list(tmp_path.iterdir()) == []


def test_a_long_file_counts_respondents_not_rows() -> None:
    """Three respondents with two rows each; one of them never answers, another answers once."""
    study = {"design": {"id": "rid"}, "questions": {"q": {"text": "Again?", "levels": ["no", "yes"]}}}
    data = pd.DataFrame({"rid": [1, 1, 2, 2, 3, 3], "q": ["yes", "no", "yes", "", "", ""]})
    made = sa.read(data, study=study).topline()
    assert (made.people, made.questions[0].answered) == (3, 2)
    assert made.questions[0].missing["count"].tolist() == [2]


def test_what_nobody_was_asked_is_no_question_of_the_topline():
    """Derived ones last, under their own heading; an attention check is named and left out, unless asked for."""
    study = {
        "questions": {
            "age": {"levels": ["18-34", "35+"]},
            "check": {"short": "Attention", "levels": ["1", "2"]},
            "q": {"text": "Do you?", "levels": ["no", "yes"]},
        },
        "derived": {"young": {"levels": {"yes": "age == '18-34'", "no": "age == '35+'"}}},
        "clean": {"rules": [{"rule": "attention", "column": "check", "expected": ["2"]}]},
    }
    rows = pd.DataFrame({"age": ["18-34", "35+"] * 20, "check": ["2"] * 40, "q": ["no", "yes"] * 20})
    survey = sa.read(rows, study=study).clean()
    made = survey.topline()
    assert [(q.name, q.derived) for q in made.questions] == [("age", False), ("q", False), ("young", True)]
    assert made.checks == ("Attention",)
    page = str(topline_content(made, survey, "html"))
    assert page.rindex("Do you?") < page.rindex("Derived from the answers") < page.rindex("young")
    assert "Attention. An attention check, which is for cleaning." in page
    assert [q.name for q in survey.topline(rows=["check", "q"]).questions] == ["check", "q"]
