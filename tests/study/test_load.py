"""Reading a study file: every wrong key, value and reference is one sentence with its key path."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import StudyError
from survey_analysis.study.build import build
from survey_analysis.study.load import load_file, parse

GOOD = """
schema = 1
[study]
name = "Trust"
data = "data.csv"
codebook = "codebook.csv"
[scales.likely5]
levels = [[1, "Not at all"], [2, "Not very"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
missing = [[98, "dont_know"]]
[subjects.source]
micro = { label = "Micro-influencer", code = 1 }
average = { label = "Average consumer", code = 2, phrase = "somebody like you" }
[questions.age]
missing = [[-9, "refused"]]
short = "Age, own words"
[batteries.follow]
base = "people who rated {source}"
"""
CODEBOOK = """\
column,question,subject,option,text,short,kind,scale,asked_if,base,predicate,reverse,exclusive,low,high
AGE,age,,,How old are you?,Age,numeric,,,,,,,18,99
1_Q20,follow,micro,,How likely?,Likely,likert,likely5,,ignored,say {answers},,,,
2_Q20,follow,average,,How likely?,Likely,likert,likely5,,ignored,say {answers},,,,
C1,channels,,Online,Where?,Channels,,,,,,,,,
C2,channels,,Nowhere,Where?,Channels,,,,,,,yes,,
R,reversed,,,Sells?,Sells,likert,likely5,,,,r,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "study.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    (tmp_path / "data.csv").write_text(
        "AGE,1_Q20,2_Q20,C1,C2,R\n31,5,3,1,0,1\n-9,98,4,0,1,5\n40,1,,0,0,2\n", encoding="utf-8"
    )
    return tmp_path


def test_a_codebook_csv_is_merged_and_the_study_file_wins(folder):
    study = sa.read(folder / "study.toml").study
    book = study.codebook
    assert list(book.questions) == ["age", "follow", "channels", "reversed"]
    assert book.question("age").valid_range == (18, 99)
    assert book.question("age").short == "Age, own words"
    assert book.question("age").missing == (("-9", "refused"),)
    follow = book.question("follow")
    assert follow.columns == {"micro": "1_Q20", "average": "2_Q20"}
    assert (follow.over, follow.base, follow.predicate) == (
        "source",
        "people who rated {source}",
        "say {answers}",
    )
    channels = book.question("channels")
    assert channels.kind == "multiple"
    assert [(o.label, o.column, o.exclusive) for o in channels.options] == [
        ("Online", "C1", False),
        ("Nowhere", "C2", True),
    ]
    assert book.question("reversed").reverse
    assert book.subjects["source"].phrase("micro") == "micro-influencer"
    assert book.subjects["source"].phrase("average") == "somebody like you"


def test_the_data_come_through_it(folder):
    survey = sa.read(folder / "study.toml")
    assert survey.proportion("follow", top=2, where={"source": "average"}).value == 0.5
    assert survey.mean("age").value == 35.5
    assert survey.mean("reversed").to_frame()["estimate"].tolist() == [pytest.approx((5 + 1 + 4) / 3)]


def broken(folder: Path, old: str, new: str) -> StudyError:
    path = folder / "study.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        sa.read(path)
    assert caught.value.code == "study"
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "what", "where", "hint"),
    [
        (
            "[scales.likely5]",
            "[scalse.likely5]",
            "'scalse' is not a key of the study file",
            "study.toml: scalse",
            "'scales'",
        ),
        ("codebook =", "codebok =", "'codebok' is not a key of [study]", "study.codebok", "'codebook'"),
        ("short = ", "shrt = ", "'shrt' is not a key of [questions.age]", "questions.age.shrt", "'short'"),
        ("base = ", "bas = ", "'bas' is not a key of [batteries.follow]", "batteries.follow.bas", "'base'"),
        (
            "[batteries.follow]",
            '[derived.group]\nbands = { of = "age", cuts = [1], below = 1 }\n[batteries.follow]',
            "'below' is not a key of [derived.group.bands]",
            "derived.group.bands.below",
            "'labels'",
        ),
        ("phrase = ", "phrse = ", "phrse", "subjects.source.average", "phrase"),
        (
            "[-9,",
            '[98, "x", "y", 4], [-9,',
            "missing codes that cannot be used",
            "questions.age.missing.0",
            "",
        ),
        (
            '[-9, "refused"]',
            '[-9, "refusd"]',
            "missing codes that cannot be used",
            "questions.age.missing",
            "'refused'",
        ),
        (
            '[[-9, "refused"]]',
            '[[98, "refused"]]\nscale = "likely5"',
            "[questions.age] has answers",
            "questions.age",
            "declared twice",
        ),
        ("dont_know", "dontknow", "scales.likely5.missing", "scales.likely5.missing", "'dont_know'"),
        ("schema = 1", "schema = 2", "schema", "study.toml: schema", "1"),
        ('[2, "Not very"]', '[1, "Not very"]', "scales.likely5", "scales.likely5", "declared twice"),
        ('name = "Trust"', "name = Trust", "is not valid TOML", "line 4", "quotes"),
        (
            "[batteries.follow]",
            "[batteries.age]",
            "[batteries.age] lacks the key 'over'",
            "batteries.age.over",
            "add it",
        ),
    ],
)
def test_a_wrong_key_or_value_names_its_place_and_the_nearest(folder, old, new, what, where, hint):
    error = broken(folder, old, new)
    assert what in error.what
    assert where in error.where
    assert hint in error.hint


def test_one_namespace(folder):
    error = broken(folder, "[batteries.follow]", '[constructs.age]\nitems = ["follow"]\n[batteries.follow]')
    assert error.what == "The name 'age' is used twice."
    error = broken(
        folder, "[batteries.follow]", '[derived.age]\nlevels = { a = "AGE > 3" }\n[batteries.follow]'
    )
    assert error.what == "The name 'age' is used twice."
    error = broken(folder, "[questions.age]", "[questions.source]\nkind='open'\n[questions.age]")
    assert error.what == "The name 'source' is used twice."


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("X,follow,mirco,,,,,,,,,,,,", "'mirco' is not a member of any set of subjects"),
        ("X,age,,,,,,,,,,,,,", "Question 'age' stands twice"),
        ("X,x,,,,,numeric,,,,,,,old,9", "'old' is not a number"),
        ("X,x,,,,,likrt,,,,,,,,", "'likrt' is no kind of a codebook"),
        ("X,x,,,,,single,likly5,,,,,,,", "There is no scale 'likly5'"),
    ],
)
def test_a_wrong_codebook_line_is_named(folder, line, what):
    (folder / "codebook.csv").write_text(CODEBOOK + line + "\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        sa.read(folder / "study.toml")
    assert what in caught.value.what
    assert "codebook.csv: line 8" in caught.value.where


def test_one_limit_of_a_range_is_not_silently_dropped(folder):
    (folder / "codebook.csv").write_text(CODEBOOK + "X,x,,,,,numeric,,,,,,,0,\n", encoding="utf-8")
    with pytest.raises(StudyError, match="'' is not a number"):
        sa.read(folder / "study.toml")


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [("column,question", "colum,question", "'column'"), (",low,high", ",low,hihg", "'high'")],
)
def test_codebook_heads_are_checked(folder, old, new, hint):
    (folder / "codebook.csv").write_text(CODEBOOK.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match="has a column it should not have") as caught:
        load_file(folder / "study.toml")
    assert hint in caught.value.hint


def test_a_quoted_line_break_in_a_codebook_stays_in_its_cell(folder):
    text = CODEBOOK.replace("How old are you?", '"How old\nare you?"')
    (folder / "codebook.csv").write_text(text, encoding="utf-8")
    assert sa.read(folder / "study.toml").codebook.question("age").text == "How old\nare you?"


def test_missing_files_are_named(folder):
    with pytest.raises(StudyError, match="no study file 'studi.toml'") as caught:
        sa.read(folder / "studi.toml")
    assert "'study.toml'" in caught.value.hint
    (folder / "codebook.csv").unlink()
    with pytest.raises(StudyError, match=r"codebook 'codebook\.csv' cannot be read"):
        sa.read(folder / "study.toml")


def test_a_study_file_that_is_not_utf8(folder):
    (folder / "study.toml").write_bytes(GOOD.replace("Trust", "Vertrauen für").encode("latin-1"))
    with pytest.raises(StudyError, match="cannot be read") as caught:
        sa.read(folder / "study.toml")
    assert "UTF-8" in caught.value.where


def study(text: str, columns: tuple[str, ...] | None = None):
    import tomllib

    return build(parse(tomllib.loads(textwrap.dedent(text))), columns=columns)


SUBJECTS = '[subjects.source]\nmicro = "Micro"\naverage = "Average"\n'


@pytest.mark.parametrize(
    ("text", "what", "where", "hint"),
    [
        ('[batteries.b]\nover = "sorce"\ncolumns = "{source}_q"', "runs over 'sorce'", "batteries.b.over", "'source'"),
        ('[batteries.b]\nover = "source"\ncolumns = "q"', "pattern without {source}", "batteries.b.columns", "{source}_Q20"),
        ('[questions.q]\nscale = "likely"\nlevels = [1]', "There is no scale 'likely'", "questions.q.scale", ""),
        ('[constructs.c]\nitems = ["hones"]\n[questions.honest]', "uses 'hones'", "constructs.c.items", "'honest'"),
        (
            '[constructs.c]\nitems = ["honest"]\nminimum_answered = 2\n[questions.honest]',
            "asks for 2 answers of 1 item", "constructs.c.minimum_answered", "1 to 1",
        ),
        ('[questions.m]\nkind = "multiple"', "names no columns", "questions.m", "options"),
        ("[samples]\n[samples.a]\ncode = 1", "names no column", "samples.column", "column"),
    ],
)  # fmt: skip
def test_references_that_lead_nowhere(text, what, where, hint):
    with pytest.raises(StudyError) as caught:
        study(SUBJECTS + text)
    assert what in caught.value.what
    assert where in caught.value.where
    assert hint in caught.value.hint


def test_both_a_scale_and_levels_is_an_error():
    with pytest.raises(StudyError, match="both a scale and levels"):
        study('[scales.s]\nlevels = [1, 2]\n[questions.q]\nscale = "s"\nlevels = [1]')


def test_column_patterns_meet_the_data():
    text = '[questions.m]\nkind = "multiple"\ncolumns = "Q30_*"'
    found = study(text, ("a", "Q30_1", "Q30_10", "Q31")).codebook.question("m")
    assert [o.column for o in found.options] == ["Q30_1", "Q30_10"]
    with pytest.raises(StudyError, match="No column matches"):
        study(text, ("a", "Q31"))


def test_a_sample_inherits_what_it_leaves_out():
    text = """
    [sample]
    kind = "opt-in"
    mode = "web"
    [samples]
    column = "s"
    [samples.one]
    code = 1
    [samples.two]
    code = 2
    kind = "list"
    """
    found = study(text)
    assert (found.sample_of("one").kind, found.sample_of("one").mode) == ("opt-in", "web")
    assert (found.sample_of("two").kind, found.sample_of("two").mode) == ("list", "web")
    assert not found.simulated
    assert study('[sample]\nkind = "simulated"').simulated


def test_one_simulated_sample_makes_the_study_simulated():
    text = '[sample]\nkind="opt-in"\n[samples]\ncolumn="s"\n[samples.a]\ncode=1\nkind="simulated"\n[samples.b]\ncode=2'
    assert study(text).simulated


def test_a_study_is_frozen(folder):
    found = sa.read(folder / "study.toml").study
    with pytest.raises(ValueError, match="frozen"):
        found.folder = "elsewhere"


def test_columns_the_data_lack_are_named_with_the_nearest(folder):
    (folder / "codebook.csv").write_text(CODEBOOK.replace("1_Q20", "1_Q02"), encoding="utf-8")
    with pytest.raises(sa.SurveyAnalysisError, match="no column '1_Q02'") as caught:
        sa.read(folder / "study.toml")
    assert "'1_Q20'" in caught.value.hint
    assert "follow" in caught.value.where


def test_a_plain_mapping_serves_as_study_file():
    survey = sa.read(
        pd.DataFrame({"q": ["1", "2"]}), study={"questions": {"q": {"levels": [[1, "No"], [2, "Yes"]]}}}
    )
    assert survey.proportion("q", answers=["Yes"]).value == 0.5
    with pytest.raises(StudyError, match="'quetsions'"):
        sa.read(pd.DataFrame({"q": ["1"]}), study={"quetsions": {}})
