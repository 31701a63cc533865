"""The codebook as a workbook and as CSV: read back exactly, edited with another program, wrong cells named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import survey_analysis as sa
from survey_analysis.datasets import folder as dataset
from survey_analysis.errors import PersonalDataWarning, ReportError, StudyError
from survey_analysis.study.codebook_table import protect, unprotect

REAL = Path(__file__).parents[1] / "real"
HOSTILE = ["=1+1", "+1", "-9", "@x", "'", "''x", "'=1", "01", "1.0", "1e5", "TRUE", " both ends ", "a\nb", "a\r\nb",
           "\ttab", "é😀", "\u202eשלום", 'a,b;"c"', "#N/A", "_x0041_", "2018-05-10", "\x07bell"]  # fmt: skip
STUDY = {
    "subjects": {"source": {"micro": {"label": "Micro", "code": 1, "phrase": "a micro"}, "star": {"label": "=Star"}}},
    "scales": {"likely": {"levels": [["01", "'No"], ["02", "=1+1"], ["03", "Yes\nsure"]], "outside": [["9", "None"]],
                          "missing": [["98", "dont_know", "Don't know"]], "favourable": "first"}},
    "questions": {
        "age": {"column": "AGE", "text": "How old?", "valid_range": [18, 99.5], "missing": [[-9, "refused"]]},
        "place": {"column": "P", "scale": "likely", "missing": [["-1", "not_asked", "Skipped"]], "asked_if": "age > 20"},
        "media": {"kind": "multiple", "not_selected": ["", "No"], "options": [
            {"column": "M1", "label": "=Online"}, {"column": "M2", "label": "None of these", "exclusive": True}]},
        "why": {"kind": "open", "column": "W", "text": " - why?"},
        "score": {"column": "S", "levels": [[1, "low", 0], [2, "high", 2.5]], "nets": {"@net": [1, 2]}, "last": [2]},
        "slots": {"kind": "multiple", "columns": ["L1", "L2"], "levels": [[1, "=a"], [2, "b"], [9, "none"], [8, "other"]],
                  "exclusive": [9], "other": 8, "missing": [[98, "dont_know"]], "nets": {"ab": [1, 2]}},
        "joined": {"kind": "multiple", "column": "J", "levels": [[1, "x"], [2, "y"]], "separator": ";"},
        "ticked": {"kind": "multiple", "columns": ["T1", "T2"], "selected": ["-1", "x"]},
        "plain": {"kind": "multiple", "columns": ["X1", "X2"], "reverse": True},
    },
    "batteries": {"follow": {"over": "source", "columns": {"micro": "F1", "star": "F2"}, "scale": "likely",
                             "base": "people who saw {source}", "predicate": "are {answers}"}},
    "constructs": {"both": {"items": ["place", "score"], "minimum_answered": 2, "text": "Both"}},
    "derived": {"young": {"text": "Young?", "levels": {"yes": "age < 30", "no": "age >= 30"}}},
    "study": {"order": ["follow", "young", "why"]},
    "roles": {"personal": ["mail"]},
}  # fmt: skip
CELLS = {"AGE": ["30"], "P": ["01"], "M1": [""], "M2": [""], "W": ["="], "S": ["1"], "X1": ["1"], "X2": ["0"],
         "F1": ["02"], "F2": ["98"], "L1": ["1"], "L2": [""], "J": ["1;2"], "T1": ["x"], "T2": [""], "extra": ["01"], "mail": ["a@example.org"]}  # fmt: skip


@pytest.fixture
def survey() -> sa.Survey:
    return sa.read(pd.DataFrame(CELLS), study=STUDY)


def test_a_codebook_prints_in_a_line(survey):
    assert (
        repr(survey.codebook)
        == str(survey.codebook)
        == "Codebook: 11 questions, 1 set of subjects, 1 construct"
    )
    assert repr(sa.Codebook()) == "Codebook: nothing declared"


@pytest.fixture(params=["xlsx", "csv"])
def there_and_back(request, tmp_path):
    path = tmp_path / f"codebook.{request.param}"
    if request.param == "xlsx":
        return path, lambda b: b.to_excel(path), lambda: sa.Codebook.from_excel(path)
    return path, lambda b: b.to_csv(path), lambda: sa.Codebook.from_csv(path)


def whole(book: sa.Codebook) -> sa.Codebook:
    """The codebook with what was found in undeclared columns."""
    return book.model_copy(update={"questions": {**book.questions, **book.found}})


def same(book: sa.Codebook, other: sa.Codebook) -> None:
    for part in ("questions", "constructs", "subjects"):
        left, right = getattr(book, part), getattr(other, part)
        assert list(left) == list(right)
        for name in left:
            assert left[name].model_dump() == right[name].model_dump(), name


def test_everything_comes_back(survey, there_and_back):
    path, _, read = there_and_back
    to = survey.codebook.to_excel if path.suffix == ".xlsx" else survey.codebook.to_csv
    to(path)
    same(read(), survey.codebook)
    to(path, columns="all")
    assert list(survey.codebook.questions)[:3] == ["follow", "young", "why"]
    assert list(survey.codebook.found) == ["extra", "mail"]
    same(read(), whole(survey.codebook))


@pytest.mark.parametrize("study", ["micro_influencer", "masculinity", "star-wars"])
def test_real_studies_come_back(study, there_and_back, tmp_path):
    _, write, read = there_and_back
    if study == "micro_influencer":
        survey = sa.datasets.load(study)
    else:
        name = {
            "masculinity": "masculinity-survey/raw-responses.csv.gz",
            "star-wars": "star-wars/StarWars.csv.gz",
        }
        data = Path(__file__).parents[3] / "shared/data" / name[study]
        if not data.is_file():
            pytest.skip("the real data are not here")
        survey = sa.read(REAL / study / "study.toml", data=data)
    write(survey.codebook)
    same(read(), survey.codebook)


def test_the_same_codebook_gives_the_same_bytes(survey, there_and_back):
    path, write, _ = there_and_back
    write(survey.codebook)
    first = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    write(survey.codebook)
    assert first == {p.name: p.read_bytes() for p in path.parent.iterdir()}


def texts(alphabet: str | None = None) -> st.SearchStrategy[str]:
    free = st.text(
        alphabet=alphabet
        or st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=("Cs",)),
        max_size=12,
    )
    return st.one_of(st.sampled_from(HOSTILE), free)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    labels=st.lists(texts().filter(bool), min_size=2, max_size=4, unique=True),
    codes=st.lists(texts().map(str.strip).filter(bool), min_size=4, max_size=4, unique=True),
    wording=texts(),
    short=texts(),
    base=texts(),
)
def test_any_text_comes_back(there_and_back, labels, codes, wording, short, base):
    _, write, read = there_and_back
    study = {
        "questions": {
            "q": {
                "column": "Q",
                "text": wording,
                "short": short,
                "base": base,
                "levels": [list(x) for x in zip(codes, labels, strict=False)],
                "nets": {"both": codes[:2]},
            }
        }
    }
    book = sa.read(pd.DataFrame({"Q": [codes[0]]}), study=study).codebook
    write(book)
    same(read(), book)


@given(texts())
def test_a_protected_text_is_inert_and_comes_back(text):
    assert unprotect(protect(text)) == text
    assert not protect(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unprotect(protect(text, formulas=False)) == text


def test_no_cell_is_a_formula_for_another_program(survey, tmp_path):
    survey.codebook.to_excel(tmp_path / "codebook.xlsx")
    survey.codebook.to_csv(tmp_path / "codebook.csv")
    book = openpyxl.load_workbook(tmp_path / "codebook.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s"}
    risky = [c for c in cells if str(c.value).startswith(("=", "+", "-", "@"))]
    assert len(risky) > 5
    assert all(c.quotePrefix and c.number_format == "@" for c in risky)
    for path in tmp_path.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode())))
        assert not [x for row in rows for x in row if x.startswith(("=", "+", "-", "@"))]


def test_the_workbook_helps_who_edits_it(survey, tmp_path):
    survey.codebook.to_excel(tmp_path / "codebook.xlsx")
    book = openpyxl.load_workbook(tmp_path / "codebook.xlsx")
    assert book.sheetnames == ["Questions", "Scales", "Nets", "Subjects", "Constructs", "How to use", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    questions = book["Questions"]
    assert questions.freeze_panes == "C2"
    lists = {str(v.sqref).split(":")[0]: v.formula1 for v in questions.data_validations.dataValidation}
    assert lists["G2"] == '"single,multiple,likert,numeric,open"'
    assert lists["H2"] == "ScaleNames"
    assert lists["L2"] == '"yes,no"'
    assert questions.column_dimensions["E"].width > 50
    assert not any(sheet.protection.sheet for sheet in book)
    assert [c.value for c in questions[1]][:8] == [
        "column", "question", "subject", "option", "text", "short", "kind", "scale",
    ]  # fmt: skip


def test_what_is_edited_in_a_study_named_codebook_applies(survey, tmp_path):
    path = tmp_path / "codebook.xlsx"
    survey.codebook.to_excel(path)
    book = openpyxl.load_workbook(path)
    ws = book["Questions"]
    names = [c.value for c in ws[1]]
    for row in ws.iter_rows(min_row=2):
        if row[names.index("question")].value == "score":
            row[names.index("short")].value = "=Edited"
            row[names.index("short")].data_type = "s"
    moved = [c.value for c in ws[ws.max_row]]  # the last row to the top
    ws.delete_rows(ws.max_row)
    ws.insert_rows(2)
    for i, value in enumerate(moved, start=1):
        ws.cell(2, i).value = value
    for row in book["Scales"].iter_rows(min_row=2):
        if row[3].value == "high":
            row[3].value = "HIGH"
            row[2].value = 2  # a number typed by hand is the code "2"
    book["Nets"]["B2"].value = "renamed"
    book.save(path)
    (tmp_path / "data.csv").write_text(
        "AGE,P,M1,M2,W,S,L1,L2,J,T1,T2,X1,X2,F1,F2,extra,mail\n30,01,1,0,w,2,1,,1,x,,1,0,02,98,01,\n31,01,1,0,w,2,1,,1,x,,1,0,02,98,01,\n"
    )
    (tmp_path / "study.toml").write_text(
        '[study]\ndata = "data.csv"\ncodebook = "codebook.xlsx"\n[derived.young]\n'
        'levels = { yes = "age < 30", no = "age >= 30" }\n[roles]\npersonal = ["mail"]\n'
    )
    read = sa.read(tmp_path / "study.toml")
    assert list(read.codebook.questions)[:2] == ["plain", "follow"]
    score = read.codebook.question("score")
    assert score.short == "=Edited"
    assert [x.label for x in score.scale.levels] == ["low", "HIGH"]
    assert list(score.nets) == ["renamed", "@net"]
    assert read["young"].question.text == "Young?"
    assert read.mean("score").value == 2.5
    again = sa.read(
        pd.DataFrame(CELLS),
        study={"study": {"codebook": str(path)}, "derived": STUDY["derived"], "roles": STUDY["roles"]},
    )
    assert list(again.codebook.questions) == list(read.codebook.questions)


def edited(tmp_path: Path, survey: sa.Survey, sheet: str, cell: str, value: object) -> StudyError:
    path = tmp_path / "codebook.xlsx"
    survey.codebook.to_excel(path)
    book = openpyxl.load_workbook(path)
    book[sheet][cell].value = value
    book.save(path)
    with pytest.raises(StudyError) as caught:
        sa.Codebook.from_excel(path)
    return caught.value


def find(path: Path, sheet: str, column: str, /, **told: str) -> str:
    """Address of a cell by what else its row holds."""
    ws = openpyxl.load_workbook(path)[sheet]
    names = [c.value for c in ws[1]]
    row = next(
        r for r in ws.iter_rows(min_row=2) if all(r[names.index(k)].value == v for k, v in told.items())
    )
    return row[names.index(column)].coordinate


@pytest.mark.parametrize(
    ("sheet", "column", "row", "value", "what"),
    [
        ("Questions", "kind", {"question": "why"}, "opne", "'opne' is no kind"),
        ("Questions", "scale", {"question": "place"}, "likly", "There is no scale 'likly'"),
        ("Questions", "reverse", {"question": "place"}, "perhaps", "neither yes nor no"),
        ("Questions", "low", {"question": "age"}, "old", "'old' is not a number"),
        ("Questions", "asked_if", {"question": "place"}, "age >", "expression"),
        ("Questions", "base", {"column": "F2"}, "Another", "do not agree on base"),
        ("Questions", "subject", {"column": "F2"}, "mirco", "not a member"),
        ("Questions", "column", {"question": "why"}, None, "names no column"),
        ("Questions", "E1", {}, "txet", "has a column it should not have"),
        ("Questions", "T3", {}, "note", "right of its columns"),
        (
            "Questions",
            "short",
            {"question": "age"},
            __import__("datetime").date(2026, 1, 2),
            "a date or time",
        ),
        ("Scales", "missing", {"code": "98"}, "dontknow", "'dontknow' is no missing"),
        ("Scales", "code", {"code": "02"}, "01", "Code '01' is declared twice"),
        ("Scales", "label", {"code": "02"}, "''No", "Label ''No' stands for two codes"),
        ("Scales", "score", {"label": "high"}, None, "has no score"),
        ("Scales", "favourable", {"code": "02"}, "last", "two favourable ends"),
        ("Scales", "question", {"code": "-9"}, "agge", "There is no question 'agge'"),
        ("Nets", "code", {"net": "@net", "code": "2"}, "3", "'3' is no answer of 'score'"),
        ("Subjects", "label", {"key": "star"}, None, "has no label"),
        ("Constructs", "minimum_answered", {"item": "place"}, "two", "'two' is not a number"),
    ],
)
def test_a_wrong_cell_is_named(survey, tmp_path, sheet, column, row, value, what):
    path = tmp_path / "codebook.xlsx"
    survey.codebook.to_excel(path)
    cell = find(path, sheet, column, **row) if row else column
    error = edited(tmp_path, survey, sheet, cell, value)
    assert what in error.what or what in error.hint
    assert f"[codebook.xlsx: {sheet}!{cell}]" in error.where


def test_a_failed_formula_is_no_empty_cell(survey, tmp_path):
    path = tmp_path / "codebook.xlsx"
    survey.codebook.to_excel(path)
    book = openpyxl.load_workbook(path)
    book["Scales"]["D3"].value = "#N/A"
    book["Scales"]["D3"].data_type = "e"
    book.move_sheet("Scales", 3)
    book.save(path)
    with pytest.raises(StudyError, match="spreadsheet error") as caught:
        sa.Codebook.from_excel(path)
    assert "Scales!D3" in caught.value.where
    book["Scales"]["D3"].value = "=A1"
    book.save(path)
    with pytest.raises(StudyError, match="a formula without a value"):
        sa.Codebook.from_excel(path)


def test_sheets_are_checked_and_notes_are_the_users_own(survey, tmp_path):
    path = tmp_path / "codebook.xlsx"
    survey.codebook.to_excel(path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes")["A1"].value = "mine"
    book.save(path)
    same(sa.Codebook.from_excel(path), survey.codebook)
    book["Scales"].title = "Scale"
    book.save(path)
    with pytest.raises(StudyError, match="has a sheet 'Scale'"):
        sa.Codebook.from_excel(path)
    book["Questions"].title = "Sheet1"
    book["Scale"].title = "Scales"
    book.save(path)
    with pytest.raises(StudyError, match="no sheet 'Questions'"):
        sa.Codebook.from_excel(path)
    path.write_bytes(b"PK no workbook")
    with pytest.raises(StudyError, match="cannot be read as a workbook"):
        sa.Codebook.from_excel(path)
    with pytest.raises(ReportError, match=r"does not end in \.xlsx"):
        survey.codebook.to_excel(tmp_path / "codebook.xls")


def test_csv_lines_are_counted_as_an_editor_does(tmp_path):
    path = tmp_path / "codebook.csv"
    path.write_text('column,text,kind\nA,"two\nlines",open\n\nB,,opne\n', encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        sa.Codebook.from_csv(path)
    assert "[codebook.csv: line 5, kind]" in caught.value.where
    path.write_text("column,text\nA,one,two\n", encoding="utf-8")
    with pytest.raises(StudyError, match="3 cells for 2 columns"):
        sa.Codebook.from_csv(path)


def test_a_scale_beside_the_csv_names_its_own_file(survey, tmp_path):
    survey.codebook.to_csv(tmp_path / "codebook.csv")
    path = tmp_path / "codebook.scales.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("dont_know", "dontknow"), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        sa.Codebook.from_csv(tmp_path / "codebook.csv")
    assert "[codebook.scales.csv: line" in caught.value.where


def test_no_value_of_a_personal_column_is_written(tmp_path):
    data = pd.DataFrame({"mail": ["a@example.org", "b@example.org"], "who": ["g1", "g2"], "q": ["yes", "no"]})
    with pytest.warns(PersonalDataWarning, match="'mail'"):
        survey = sa.read(data, study={"roles": {"personal": ["who"]}})
    survey.codebook.to_csv(tmp_path / "codebook.csv")
    written = "".join(p.read_text(encoding="utf-8") for p in tmp_path.glob("*.csv"))
    assert "example.org" not in written
    assert "g1" not in written
    assert {n: q.kind for n, q in survey.codebook.found.items()} == {
        "mail": "open",
        "who": "open",
        "q": "single",
    }


def test_the_founding_codebook_names_every_column_of_its_csv():
    """Against the CSV that ships with the study, read with the csv module."""
    with (dataset() / "codebook.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    book = sa.datasets.load().codebook
    order = list(dict.fromkeys(r["question"] or r["column"] for r in rows))
    assert [n for n in book.questions if n in order] == order
    assert len(order) > 20
    columns = {c for q in book for c in q.all_columns}
    assert {r["column"] for r in rows} <= columns
