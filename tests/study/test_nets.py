"""A net is no answer: one of the same name is refused where it is declared, with its place."""

from pathlib import Path

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import StudyError
from survey_analysis.study.build import build
from survey_analysis.study.load import parse

LEVELS = [[1, "Low"], [2, "Middle"], [3, "High"]]


@pytest.mark.parametrize("label", ["High", "3"])
@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"questions": {"q": {"levels": LEVELS}}}, "questions.q"),
        ({"questions": {"q": {"kind": "multiple", "column": "q", "separator": ";", "levels": LEVELS}}}, "questions.q"),
        ({"subjects": {"s": {"a": "A"}}, "scales": {"k": {"levels": LEVELS}}, "batteries": {"q": {"over": "s", "columns": "{s}_q", "scale": "k"}}}, "batteries.q"),
    ],
)  # fmt: skip
def test_of_a_study_file(content: dict[str, dict[str, dict[str, object]]], place: str, label: str) -> None:
    table = place.partition(".")[0]
    entry = content[table]["q"] | {"nets": {label: [1, 2]}}
    with pytest.raises(StudyError, match=f"The net '{label}' of 'q' has the name of an answer") as error:
        build(parse(content | {table: {"q": entry}}))
    assert f"[study.toml: {place}.nets.{label}]" in str(error.value)


def test_of_an_option_with_a_column_of_its_own() -> None:
    options = [{"column": "q_1", "label": "Radio"}, {"column": "q_2", "label": "Press"}]
    study = {"questions": {"q": {"kind": "multiple", "options": options, "nets": {"Press": ["q_1"]}}}}
    with pytest.raises(StudyError, match="has the name of an answer"):
        build(parse(study))


def test_of_answers_that_the_data_file_gives() -> None:
    frame = pd.DataFrame({"q": pd.Categorical(["Low", "High"], categories=["Low", "High"], ordered=True)})
    with pytest.raises(StudyError, match="has the name of an answer"):
        sa.read(frame, study={"questions": {"q": {"nets": {"Low": ["High"]}}}})


def test_of_a_codebook_by_the_cell(tmp_path: Path) -> None:
    study = {"questions": {"q": {"levels": LEVELS, "nets": {"Top": [2, 3]}}}}
    path = tmp_path / "codebook.csv"
    sa.read(pd.DataFrame({"q": ["1", "2", "3"]}), study=study).codebook.to_csv(path)
    nets = tmp_path / "codebook.nets.csv"
    nets.write_text(nets.read_text("utf-8").replace("Top", "High"), "utf-8")
    with pytest.raises(StudyError, match="The net 'High' of 'q' has the name of an answer") as error:
        sa.Codebook.from_csv(path)
    assert "[codebook.nets.csv: line 2, net]" in str(error.value)


def test_of_a_workbook_by_the_cell(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    study = {"questions": {"q": {"levels": LEVELS, "nets": {"Top": [2, 3]}}}}
    survey = sa.read(pd.DataFrame({"q": ["1", "2", "3"]}), study=study)
    path = tmp_path / "codebook.xlsx"
    survey.codebook.to_excel(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Nets"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "Top")
    cell.value = "High"
    book.save(path)
    with pytest.raises(StudyError, match="The net 'High' of 'q' has the name of an answer") as error:
        sa.Codebook.from_excel(path)
    assert f"[codebook.xlsx: Nets!{cell.coordinate}]" in str(error.value)
