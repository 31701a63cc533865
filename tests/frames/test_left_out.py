"""What a study file leaves out of a question is what the data file says of its column; the study goes before."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import survey_analysis as sa
from survey_analysis.cli.app import main
from survey_analysis.errors import ScoreError

COLUMNS = pd.DataFrame(
    {"brand": [1.0, 2, 3, 9, 1], "age": [20.0, 33, 99, 55, 21], "why": ["a", "b", "", "c", "d"]}
)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "wave.sav"
    pyreadstat.write_sav(
        COLUMNS,
        str(path),
        column_labels={"brand": "Which brand?", "age": "How old?", "why": "Why?"},
        variable_value_labels={"brand": {1: "Alpha", 2: "Beta", 3: "Gamma", 9: "Don't know"}},
        missing_ranges={"brand": [9], "age": [99]},
        variable_measure={"brand": "nominal", "age": "scale", "why": "nominal"},
    )
    return path


def read(path: Path, **questions: dict[str, object]) -> sa.Survey:
    return sa.read(path, study={"schema": 1, "questions": questions})


def counts(survey: sa.Survey, name: str) -> dict[str, int]:
    frame = survey[name].to_frame()
    return dict(zip(frame["answer"], frame["n"].astype(int), strict=True))


def test_an_empty_question_is_what_an_undeclared_column_is(labelled: Path) -> None:
    declared, undeclared = read(labelled, brand={}), sa.read(labelled)
    assert counts(declared, "brand") == counts(undeclared, "brand")
    assert counts(declared, "brand") == {"Alpha": 2, "Beta": 1, "Gamma": 1, "(don’t know)": 1}
    assert declared["brand"].question.kind == "single"
    assert repr(declared["brand"]).startswith("brand: Which brand?")


def test_the_same_in_stata(tmp_path: Path) -> None:
    path = tmp_path / "wave.dta"
    pyreadstat.write_dta(
        COLUMNS[["brand"]],
        str(path),
        variable_value_labels={"brand": {1: "Alpha", 2: "Beta", 3: "Gamma", 9: "Other"}},
    )
    assert counts(read(path, brand={}), "brand") == {"Alpha": 2, "Beta": 1, "Gamma": 1, "Other": 1}


def test_what_the_study_says_goes_before(labelled: Path) -> None:
    survey = read(labelled, brand={"missing": [[3, "refused"]]})
    assert counts(survey, "brand") == {"Alpha": 2, "Beta": 1, "(don’t know)": 1, "(refused)": 1}
    survey = read(labelled, brand={"levels": [[1, "A"], [2, "B"], [3, "C"]]})
    assert counts(survey, "brand") == {"A": 2, "B": 1, "C": 1, "(don’t know)": 1}
    survey = read(labelled, brand={"levels": [[1, "A"], [2, "B"], [3, "C"], [9, "D"]]})
    assert counts(survey, "brand") == {"A": 2, "B": 1, "C": 1, "D": 1}
    survey = read(labelled, brand={"kind": "open"})
    assert counts(survey, "brand") == {"texts": 5}
    survey = read(labelled, brand={"text": "Mine", "missing": []})
    assert counts(survey, "brand") == {"Alpha": 2, "Beta": 1, "Gamma": 1, "Don't know": 1}


def test_a_kind_without_answers_takes_those_of_the_file(labelled: Path) -> None:
    survey = read(labelled, brand={"kind": "single"})
    assert counts(survey, "brand") == {"Alpha": 2, "Beta": 1, "Gamma": 1, "(don’t know)": 1}
    with pytest.raises(ScoreError, match="which end is favourable is not known"):
        survey.proportion("brand", top=1)
    rated = read(labelled, brand={"kind": "likert", "favourable": "first"})
    assert rated.proportion("brand", top=1).value == 0.5


def test_a_measurement_is_a_number_without_its_missing_codes(labelled: Path) -> None:
    for entry in ({}, {"kind": "numeric"}, {"valid_range": [18, 98]}):
        survey = read(labelled, age=entry)
        assert survey.mean("age").value == (20 + 33 + 55 + 21) / 4
    assert read(labelled, age={"kind": "numeric", "missing": []}).mean("age").value == 45.6


def test_a_column_that_the_file_does_not_describe_stays_open(labelled: Path) -> None:
    assert read(labelled, why={})["why"].question.kind == "open"
    plain = sa.read(COLUMNS.astype(str), study={"questions": {"brand": {}}})
    assert plain["brand"].question.kind == "open"


def test_derived_variables_see_the_answers_of_the_file(labelled: Path) -> None:
    recoded = {"of": "brand", "into": {"Big": ["Alpha", "Beta"], "Small": ["Gamma"]}}
    study = {"schema": 1, "questions": {"brand": {}}, "derived": {"size": {"recode": recoded}}}
    assert counts(sa.read(labelled, study=study), "size")["Big"] == 3


def test_nets_of_the_study_count_answers_of_the_file(labelled: Path) -> None:
    survey = read(labelled, brand={"nets": {"Old": ["Alpha", "Beta"]}})
    assert "Old" in repr(survey.tabulate("brand"))


def test_it_is_said(labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = (
        "The study file leaves out, so the data file says: kind, answers and missing codes of 'brand'; "
        "missing codes of 'age'."
    )
    survey = read(labelled, brand={}, age={"kind": "numeric"}, why={"kind": "open"})
    assert said in survey.table.raw.notes
    assert "From the data file: kind, answers and missing codes." in repr(survey["brand"])
    study = tmp_path / "study.toml"
    study.write_text(
        'schema = 1\n[study]\ndata = "wave.sav"\n[questions.brand]\n[questions.age]\nkind = "numeric"\n'
    )
    assert main(["validate", str(study)]) == 0
    assert said in " ".join(capsys.readouterr().out.split())
    full = read(labelled, brand={"levels": [[1, "A"], [2, "B"], [3, "C"]], "missing": [[9, "dont_know"]]})
    assert not any("leaves out" in note for note in full.table.raw.notes)


def test_a_personal_column_gives_nothing(tmp_path: Path) -> None:
    mails = [f"person{i}@example.org" for i in range(1, 6)]
    path = tmp_path / "mail.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"who": mails}), str(path), variable_value_labels={"who": {mails[0]: mails[0]}}
    )
    with pytest.warns(sa.errors.PersonalDataWarning, match="who"):
        survey = read(path, who={})
    assert "example.org" not in survey.study.model_dump_json()
    declared = sa.read(path, study={"roles": {"personal": ["who"]}, "questions": {"who": {}}})
    assert "example.org" not in declared.study.model_dump_json()


def test_they_are_declared_questions_when_data_are_exported(labelled: Path, tmp_path: Path) -> None:
    read(labelled, brand={}).export(tmp_path / "out.csv")
    assert list(pd.read_csv(tmp_path / "out.csv")) == ["brand"]


def test_a_delivery_with_a_new_answer_is_not_read(labelled: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.sav"
    labels = {1: "Alpha", 2: "Beta", 3: "Gamma", 4: "Delta", 9: "Don't know"}
    pyreadstat.write_sav(
        COLUMNS[["brand"]].replace({2.0: 4.0}),
        str(later),
        variable_value_labels={"brand": labels},
        missing_ranges={"brand": [9]},
    )
    study = tmp_path / "study.toml"
    study.write_text('schema = 1\n[study]\ndata = "wave.sav"\n[questions.brand]\n')
    with pytest.raises(sa.errors.DriftError, match="new code '4'"):
        sa.read(study, data=later)
