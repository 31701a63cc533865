"""`validate`: every problem at once, and what could not be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_input.study import ROWS, SAMPLES, STUDY, data, listing, write

from survey_analysis.cli import main

WRONG_TWICE = STUDY.replace('weight = "w"', 'wieght = "w"').replace('text = "Sex"', 'txet = "Sex"')
DECLARED = (
    STUDY
    + """
[filters]
young = "aeg < 30"
likely = "follow >= 2"
[banners.main]
columns = ["sex", "w"]
[[published]]
question = "folow"
value = 0.5
cite = "a release"
[questions.w]
kind = "numeric"
[weighting.all]
targets.sex = { f = 0.6, m = 0.5 }
targets.area = { north = 50, south = 50 }
"""
)
REPORT = (
    STUDY
    + """
[report]
headline = { question = "follow", top = 3 }
[[report.findings]]
question = "follow"
top = 1
[[report.findings]]
question = "follow"
tpo = 1
[[report.sections]]
question = { questions = ["follow"] }
[[report.sections]]
questions = { questions = ["folow"] }
"""
)
CASES = {
    "everything": (
        STUDY,
        data(*ROWS),
        0,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  fine     data: 'responses.csv': 8 rows, 5 columns.
  fine     codebook: 3 questions, 0 constructs
  fine     columns: 3 of 5 belong to a question
  fine     design: 8 respondents
  fine     samples: one
  fine     cleaning: no rules declared; every answer fits the codebook
  fine     answers: every question is encoded
  fine     declarations: 0 filters, 0 banners, 0 published figures
  fine     weighting: 'w' as it came with the file
  fine     report: nothing is declared under [report]: only who answered, method and limits

No problems.
""",
    ),
    "keys": (
        WRONG_TWICE,
        data(*ROWS),
        1,
        """\
study.toml

  PROBLEM  study file: 'wieght' is not a key of [design].
           [study.toml: design.wieght]
           Hint: did you mean 'weight' or 'weights'?
  PROBLEM  study file: 'txet' is not a key of [questions.sex].
           [study.toml: questions.sex.txet]
           Hint: did you mean 'text' or 'nets'?
  skipped  data, codebook, columns, design, samples, cleaning, answers, declarations, weighting, report: the study file cannot be used

2 problems.
""",
    ),
    "codebook and no data": (
        STUDY.replace('"likely3"', '"likly3"').replace("responses.csv", "resp.csv")
        + '\n[batteries.b]\nover = "x"\n',
        data(*ROWS),
        1,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  PROBLEM  data: There is no file 'resp.csv'.
           Looked in the folder '.'.
           Hint: did you mean 'responses.csv'?
  PROBLEM  codebook: There is no scale 'likly3'.
           [study.toml: questions.follow.scale]
           Hint: did you mean 'likely3'?
  PROBLEM  codebook: Battery 'b' runs over 'x', which is not a set of subjects.
           [study.toml: batteries.b.over]
           Hint: nothing is defined there.
  skipped  columns, design, samples, cleaning, answers, declarations, weighting, report: the data cannot be read

3 problems.
""",
    ),
    "columns": (
        STUDY.replace("[questions.sex]", "[questions.gender]").replace('id = "rid"', 'id = "respid"'),
        data(*ROWS),
        1,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  fine     data: 'responses.csv': 8 rows, 5 columns.
  fine     codebook: 3 questions, 0 constructs
  PROBLEM  columns: The data have no column 'gender'.
           [study.toml: questions.gender]
           Hint: known: 'rid', 'w', 'follow', 'sex', 'area'.
  PROBLEM  columns: The data have no column 'respid'.
           [study.toml: design.id]
           Hint: did you mean 'rid'?
  skipped  design, samples, cleaning, answers, declarations, weighting, report: columns are missing

2 problems.
""",
    ),
    "weights": (
        STUDY,
        data(*ROWS[:-1], "r8,-2,1,m,south"),
        1,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  fine     data: 'responses.csv': 8 rows, 5 columns.
  fine     codebook: 3 questions, 0 constructs
  fine     columns: 3 of 5 belong to a question
  PROBLEM  design: 1 weight in 'w' is negative.
           The first is row 8 of 8 and holds '-2'.
           Hint: correct the column, or give weight 0 to rows that must not count.
  skipped  samples, cleaning, answers, declarations, weighting, report: the design cannot be used

1 problem.
""",
    ),
    "codes and samples": (
        STUDY + SAMPLES + '[samples.more]\ncode = "west"\n',
        data(*ROWS[:-1], "r8,2,7,m,south"),
        1,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  fine     data: 'responses.csv': 8 rows, 5 columns.
  fine     codebook: 3 questions, 0 constructs
  fine     columns: 3 of 5 belong to a question
  fine     design: 8 respondents
  PROBLEM  samples: Sample 'more' has no respondents.
           [study.toml: samples.more.code] 'west' does not stand in 'area'.
           Hint: known: 'north', 'south'.
  PROBLEM  cleaning: 1 answer in 1 column does not fit the codebook.
           follow: '7' (1 row)
           Hint: declare missing codes on the scale, or a repair in [[clean.repairs]].
  fine     answers: nothing else stands in the way of encoding
  fine     declarations: 0 filters, 0 banners, 0 published figures
  skipped  weighting, report: cleaning failed

2 problems.
""",
    ),
    "declarations and weighting": (
        DECLARED,
        data(*ROWS),
        1,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  fine     data: 'responses.csv': 8 rows, 5 columns.
  fine     codebook: 4 questions, 0 constructs
  fine     columns: 4 of 5 belong to a question
  fine     design: 8 respondents
  fine     samples: one
  fine     cleaning: no rules declared; every answer fits the codebook
  fine     answers: every question is encoded
  PROBLEM  declarations: There is no question or column 'aeg'.
           [study.toml: filters.young]
           Hint: did you mean 'area'?
  PROBLEM  declarations: 'w' holds numbers and has no levels.
           [study.toml: banners.main.columns]
           Hint: derive bands in the study file: [derived.NAME] levels = {...}
  PROBLEM  declarations: There is no question or column 'folow'.
           [study.toml: published[0]]
           Hint: did you mean 'follow'?
  PROBLEM  weighting: The targets of margin 'sex' sum to 1.1, not to 1.
           [study.toml: weighting.all.sex] f = 0.6, m = 0.5
           Hint: correct the shares; they are not rescaled in silence.
  PROBLEM  weighting: The targets of margin 'area' look like percentages: they sum to 100.
           [study.toml: weighting.all.area] north = 50, south = 50
           Hint: give shares (0.51) or counts of people.
  skipped  report: weighting failed

5 problems.
""",
    ),
    "report": (
        REPORT,
        data(*ROWS),
        1,
        """\
study.toml

  fine     study file: 'study.toml' is valid
  fine     data: 'responses.csv': 8 rows, 5 columns.
  fine     codebook: 3 questions, 0 constructs
  fine     columns: 3 of 5 belong to a question
  fine     design: 8 respondents
  fine     samples: one
  fine     cleaning: no rules declared; every answer fits the codebook
  fine     answers: every question is encoded
  fine     declarations: 0 filters, 0 banners, 0 published figures
  fine     weighting: 'w' as it came with the file
  PROBLEM  report: A box of 3 is not possible on a scale of 3 levels.
           [study.toml: report.headline]
           Hint: give a number from 1 to 2.
  PROBLEM  report: 'tpo' is not known here.
           [study.toml: report.findings[1]]
           Hint: did you mean 'top'?
  PROBLEM  report: There is no section 'question'.
           [study.toml: report.sections[0]]
           Hint: did you mean 'questions' or 'conversations' or 'perceptions'?
  PROBLEM  report: There is no question or column 'folow'.
           [study.toml: report.sections[1].questions]
           Hint: did you mean 'follow'?

4 problems.
""",
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_says(name, folder, capsys) -> None:
    told, rows, code, says = CASES[name]
    write(folder, {"study.toml": told, "responses.csv": rows})
    before = listing(folder)
    assert main(["validate", "study.toml"]) == code
    assert capsys.readouterr() == (says, "")
    assert listing(folder) == before


def test_personal_columns_that_are_not_declared_are_a_warning(folder, capsys) -> None:
    rows = [f"{row},p{i}@example.org" for i, row in enumerate(ROWS)]
    write(folder, {"responses.csv": data(*rows, header="rid,w,follow,sex,area,Contact")})
    assert main(["validate", "study.toml"]) == 0
    out, err = capsys.readouterr()
    assert err == (
        "warning: these columns seem to hold personal data: 'Contact' (8 of 8 values are e-mail addresses).\n"
        "  They are withheld at reading. Name them under personal = [...] or hashed = [...] in [roles]; one that is\n"
        "  none, under not_personal = [...].\n"
    )
    assert out.endswith("\nNo problems.\n")


def test_other_data(folder, capsys) -> None:
    write(folder, {"wave2.csv": data(*ROWS, "r9,1,8,f,north")})
    assert main(["validate", "study.toml", "--data", "wave2.csv"]) == 1
    assert "follow (column follow): new code '8' (1 row)" in capsys.readouterr().out


def test_a_delivery_that_lacks_a_column_is_compared_as_a_whole(folder, capsys) -> None:
    """`validate` says what `report` would: everything that differs, not only the columns."""
    rows = [",".join(row.split(",")[:3] + row.split(",")[4:]) for row in (*ROWS, "r9,1,8,f,north")]
    write(folder, {"wave2.csv": data(*rows, header="rid,w,follow,area")})
    assert main(["validate", "study.toml", "--data", "wave2.csv"]) == 1
    said = capsys.readouterr().out
    assert "PROBLEM  delivery: 'wave2.csv' differs from the study in 2 ways" in said
    assert "sex (column sex): the column is missing" in said
    assert "new code '8' (1 row)" in said
