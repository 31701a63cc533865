"""`inspect` and the draft study file: right guesses on real files, and a draft that the loader accepts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey_analysis as sa
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.readers.draft import draft_study
from survey_analysis.readers.frame import from_frame
from survey_analysis.readers.groups import split_wording
from survey_analysis.readers.inspect import inspect
from survey_analysis.readers.read import read_table
from survey_analysis.readers.review import as_text
from survey_analysis.study.build import build
from survey_analysis.study.load import load_file, parse
from survey_analysis.study.study import Study

REAL = [
    ("star-wars", "StarWars.csv.gz"),
    ("masculinity-survey", "raw-responses.csv.gz"),
    ("flying-etiquette", "flying-etiquette.csv.gz"),
    ("product-test", "product_test.csv"),
    ("sporting-goods-tracker", "example_a.csv.gz"),
    ("anes-2020", "anes_2020_analysis.csv.gz"),
    ("anes-2020", "anes_2020_stata_example.dta"),
    ("california-api", "apistrat.csv"),
    ("nhanes2", "nhanes2.csv.gz"),
    ("file-samples", "qualtrics_3row.csv"),
    ("file-samples", "redcap_checkboxes_data.csv"),
    ("file-samples", "simple_alltypes.sav"),
    ("file-samples", "sample_missing.sav"),
]


def drafted(raw: RawTable) -> Study:
    """Study of a draft, through the loader."""
    return build(parse(tomllib.loads(draft_study(inspect(raw)))), columns=raw.columns)


def in_two_files(raw: RawTable) -> Study:
    """Study of a drafted study file and codebook, through the loader."""
    draft = inspect(raw).draft()
    with TemporaryDirectory() as place:
        (Path(place) / "study.toml").write_bytes(draft.study.encode())
        (Path(place) / "codebook.csv").write_bytes(draft.codebook.encode())
        file, _ = load_file(Path(place) / "study.toml")
    return build(file, columns=raw.columns)


@pytest.mark.parametrize(("folder", "name"), REAL)
def test_a_draft_loads_and_every_answer_is_on_its_scale(shared, folder, name) -> None:
    raw = read_table(shared(folder, name))
    study = drafted(raw)
    table = Table(raw, study)
    assert study.codebook.questions
    for question in study.codebook:
        for subject in question.columns or ("",):
            assert len(table.variable(question.name, subject).missing) == len(raw)
    assert set(study.roles.personal) <= set(raw.columns)


def test_masculinity(shared) -> None:
    raw = read_table(shared("masculinity-survey", "raw-responses.csv.gz"))
    study = drafted(raw)
    assert (study.design.id, study.design.weight, study.roles.started) == ("unnamed_1", "weight", "StartDate")
    assert study.about.missing_text == ("", "NA")
    multiple = [q.name for q in study.codebook if q.kind == "multiple"]
    assert multiple == [f"q00{n}" for n in ("04", "08", "10", "11", "12", "19", "20", "21", "25")]
    question = study.codebook.question("q0004")
    assert question.not_selected == ("Not selected",)
    assert question.options[0].label == "Father or father figure(s)"
    assert [o.label for o in study.codebook.question("q0021").options if o.exclusive] == ["None of the above"]
    assert study.codebook.question("q0007_0011").scale.name == "q0007"
    found = Table(raw, study).variable("q0010")
    assert int((found.missing == 0).sum()) == 880  # asked of the employed only


def test_star_wars(shared) -> None:
    raw = read_table(shared("star-wars", "StarWars.csv.gz"))
    study = drafted(raw)
    seen = study.codebook.question("q03")
    assert (seen.kind, len(seen.options)) == ("multiple", 6)
    assert seen.text == "Which of the following Star Wars films have you seen? Please select all that apply."
    character = study.codebook.question("q05_01")
    assert (character.kind, character.short) == ("likert", "Han Solo")
    assert [x.label for x in character.scale.levels] == [
        "Very unfavorably",
        "Somewhat unfavorably",
        "Neither favorably nor unfavorably (neutral)",
        "Somewhat favorably",
        "Very favorably",
    ]
    assert [x.label for x in character.scale.outside] == ["Unfamiliar (N/A)"]
    assert study.design.id == "RespondentID"


def test_slots_and_missing_texts(shared) -> None:
    found = inspect(read_table(shared("product-test", "product_test.csv")))
    assert [(g.kind, g.name) for g in found.groups] == [("slots", "a1"), ("slots", "b1")]
    assert found.empty == (("NA", "1,187 cells of 10 columns hold it"),)


def test_user_missing_codes_reach_the_draft(shared) -> None:
    raw = read_table(shared("file-samples", "sample_missing.sav"))
    study = drafted(raw)
    assert [m.code for m in study.codebook.question("myord").scale.missing] == ["-1", "-2", "-3"]
    assert study.codebook.question("mynum").missing == (("2500", "no_answer"), ("-1", "no_answer"))


def test_draft_is_exact_on_a_small_file() -> None:
    raw = from_frame(
        pd.DataFrame(
            {
                "rid": ["a1", "a2", "a3"],
                "IPAddress": ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
                "How often?": ["Often", "Never", "Sometimes"],
                "w": [0.5, 1.0, 1.5],
                "weight": [0.5, 1.0, 1.5],
            }
        ),
        name="small",
    )
    assert draft_study(inspect(raw)) == (
        "# Draft by survey-analysis inspect: guesses from the data, to be checked. Comments say what each rests on.\n"
        "schema = 1\n\n"
        '[study]\nname = "small"\n\n'
        "# Who was sampled, and how? A report asks for these.\n[sample]\n"
        '# kind = "opt-in"  # probability, opt-in, list, census or simulated\n# population = ""\n# dates = []\n\n'
        '[design]\n# strata = "", psu = "", fpc = "": if the sample has them\n'
        "# 'rid': named like an id; 3 different values in 3 rows\n"
        'id = "rid"\n'
        "# 'weight' (medium): named like a weight; positive, mean 1, from 0.5 to 1.5\n"
        'weight = "weight"\n\n'
        "[roles]\n# 'IPAddress': named like an IP address; 3 of 3 values are IP addresses\n"
        'personal = ["IPAddress"]\n\n'
        "# order from the words of the answers\n"
        '[scales.frequency_3]\nlevels = ["Never", "Sometimes", "Often"]\n\n'
        '[questions.how_often]\nkind = "single"\ntext = "How often?"\nscale = "frequency_3"\n'
        'column = "How often?"\n\n'
        '[questions.w]\nkind = "numeric"\n'
    )


def test_study_file_and_codebook_say_what_the_one_file_says(shared) -> None:
    """Questions in a CSV or in TOML: the loader makes the same codebook of both."""
    for folder, name in REAL:
        raw = read_table(shared(folder, name))
        two = in_two_files(raw).codebook
        one = drafted(raw).codebook
        assert two.subjects == one.subjects
        assert set(two.questions) == set(one.questions)
        for question in one:
            assert two.question(question.name) == question


def test_table_of_columns() -> None:
    raw = RawTable(
        pd.DataFrame({"rid": ["1", "2"], "sex": ["f", "m"], "why": ["x" * 200, ""]}, dtype=object),
        wording={"sex": "Are\tyou ...\x1b[31m"},
        name="a.csv",
        format="csv",
    )
    found = inspect(raw)
    assert found.to_frame().columns.tolist() == [
        "column", "kind", "confidence", "levels", "missing", "wording", "evidence",
    ]  # fmt: skip
    assert repr(found) == (
        "a.csv (csv): 2 rows, 3 columns\n\n"
        "columns  seems   sure  missing  question; answers; what the guess rests on\n"
        "rid      id      high  0        named like an id; 2 different values in 2 rows\n"
        'sex      single  low   0        "Are you ... [31m"\n'
        "                                f | m\n"
        "                                2 answers that hardly recur: an open question looks the same\n"
        "why      open    high  1        one text\n\n"
        "3 guesses: 2 high, 0 medium, 1 low.\n"
        "high: the file says so, or name and cells both do, or nothing else fits the cells; medium: one sign,\n"
        "the name or the cells; low: another reading fits as well, look here first."
    )


def test_a_text_that_a_spreadsheet_would_run_stands_in_the_study_file() -> None:
    raw = RawTable(
        pd.DataFrame({"q1": ["1", "2"] * 6, "q2": ["a", "b"] * 6}, dtype=object),
        wording={"q1": "=HYPERLINK(1)", "q2": "+1 or not?"},
    )
    draft = inspect(raw).draft()
    assert draft.codebook == "column,text,kind,scale\n"
    assert in_two_files(raw).codebook.question("q1").text == "=HYPERLINK(1)"


@pytest.mark.parametrize(("folder", "name"), REAL)
def test_the_review_fits_the_terminal_and_every_guess_has_evidence(shared, folder, name) -> None:
    found = inspect(read_table(shared(folder, name)))
    assert max(map(len, repr(found).splitlines())) <= 100
    assert all(c.evidence and c.confidence in ("high", "medium", "low") for c in found.columns)
    assert all(g.evidence and g.confidence in ("high", "medium", "low") for g in found.groups)


def test_the_review_in_a_notebook_is_escaped_and_small(shared) -> None:
    raw = RawTable(
        pd.DataFrame({"<b>id": ["1", "2"] * 6, "q": ["<script>x</script>", "a & b"] * 6}, dtype=object),
        name="<i>.csv",
    )
    html = inspect(raw)._repr_html_()
    assert "<script>" not in html
    assert "<b>id" not in html
    assert "&lt;script&gt;x&lt;/script&gt; | a &amp; b" in html
    for folder, name in REAL:
        assert len(inspect(read_table(shared(folder, name)))._repr_html_()) < 25_000


def test_values_of_people_are_not_shown() -> None:
    raw = RawTable(
        pd.DataFrame(
            {
                "ResponseId": ["R_1abc", "R_2def"],
                "email": ["anna@example.org", "bert@example.org"],
                "q5_TEXT": ["my neighbour Ada", ""],
            },
            dtype=object,
        )
    )
    found = inspect(raw)
    files = found.draft()
    shown = (repr(found), found._repr_html_(), found.to_frame().to_csv(), draft_study(found))
    for text in (*shown, files.study, files.codebook):
        assert not any(secret in text for secret in ("anna", "R_1abc", "Ada"))


# No superscripts: `frames.infer.natural` takes them for digits.
ANY_TEXT = st.characters(exclude_categories=("Cs", "No"))


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(
        st.text(ANY_TEXT, max_size=15), min_size=1, max_size=4, unique_by=lambda n: n.strip() or n
    ),
    cells=st.lists(st.text(ANY_TEXT, max_size=8), min_size=2, max_size=6),
    wording=st.text(ANY_TEXT, max_size=20),
)
def test_hostile_text_stays_inside_the_draft(names, cells, wording) -> None:
    names = [n.strip() for n in names if n.strip()] or ["q"]
    frame = pd.DataFrame(dict.fromkeys(names, cells), dtype=object)
    raw = RawTable(frame, wording={names[0]: wording}, name='a"\n[x].csv')
    study = drafted(raw)
    assert {c for q in study.codebook for c in q.all_columns} <= set(names)
    assert in_two_files(raw).codebook == study.codebook


def test_split_wording() -> None:
    assert split_wording(["Rate - it - A", "Rate - it - B"]) == ("Rate - it", ("A", "B"))
    assert split_wording(["Rate - A", "Other"]) == ("", ("Rate - A", "Other"))
    assert split_wording(["Films? - Star Wars - IV", "Films? - Alien"]) == (
        "Films?",
        ("Star Wars - IV", "Alien"),
    )


def test_a_table_in_memory_is_looked_at_like_its_file(tmp_path) -> None:
    frame = pd.DataFrame({"own": ["yes", "no"] * 30, "age": [str(20 + i) for i in range(60)]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    from_file, from_memory = sa.inspect(tmp_path / "a.csv"), sa.inspect(frame)
    pd.testing.assert_frame_equal(from_memory.to_frame(), from_file.to_frame())
    draft = from_memory.draft()
    assert draft.codebook == from_file.draft().codebook
    assert "data =" not in draft.study
    with pytest.raises(sa.errors.DataError, match="sheet= has no meaning"):
        sa.inspect(frame, sheet="x")


def test_the_review_fits_the_width_that_is_asked_for(shared) -> None:
    for name in (("star-wars", "StarWars.csv.gz"), ("sporting-goods-tracker", "example_a.csv.gz")):
        found = inspect(read_table(shared(*name)))
        for width in (80, 100, 140):
            lines = as_text(found, width).split("\n")
            assert max(map(len, lines)) <= width
            assert max(map(len, lines)) > width - 12
        assert ("8,255 rows, 78 columns" in as_text(found, 80)) == (name[0] != "star-wars")


def test_a_few_texts_among_numbers_are_named_and_left_to_a_person(tmp_path) -> None:
    ages = [*map(str, range(18, 98)), "45 years", "n/a", "abc", "abc"]
    raw = RawTable(pd.DataFrame({"age": ages}, dtype=object), name="a.csv", format="csv")
    (column,) = inspect(raw).columns
    assert (column.kind, column.confidence) == ("numeric", "low")
    assert column.evidence == "numbers, but 4 of 84 cells are not numbers: '45 years', 'n/a', 'abc'"
    study = drafted(raw)
    assert study.codebook.question("age").missing == (
        ("45 years", "no_answer"), ("n/a", "no_answer"), ("abc", "no_answer"),
    )  # fmt: skip
    assert "count as no answer until you decide" in inspect(raw).draft().study


@pytest.mark.parametrize("stray", ["ada@example.org", "I would rather not say how old I am"])
def test_words_of_a_person_among_numbers_are_not_shown(stray) -> None:
    raw = RawTable(pd.DataFrame({"age": [*map(str, range(18, 78)), stray]}, dtype=object), name="a.csv")
    found = inspect(raw)
    assert found.columns[0].kind == "open"
    assert found.columns[0].evidence == "numbers, but 1 of 61 cells is not a number"
    assert stray not in repr(found) + found.draft().study + found.draft().codebook


def test_an_id_that_stands_twice_is_to_be_looked_at() -> None:
    ids = [*(f"P{i:03d}" for i in range(60)), "P003", "P007"]
    (column,) = inspect(RawTable(pd.DataFrame({"id": ids}, dtype=object), name="a.csv")).columns
    assert (column.kind, column.confidence) == ("id", "low")
    assert (
        "2 values stand in more than one row: the same respondent twice, or one row a rating"
        in column.evidence
    )


def test_timestamps_and_ids_as_platforms_write_them() -> None:
    cells = {
        "lfdn": [str(i) for i in range(900, 930)],
        "Fragebogen-Nr": [str(i) for i in range(30)],
        "Timestamp": [f"2026/03/{i + 1:02d} 9:15:03 AM GMT+1" for i in range(30)],
        "Collector ID": ["4401122"] * 30,
    }
    found = inspect(RawTable(pd.DataFrame(cells, dtype=object), name="a.csv"))
    assert [c.kind for c in found.columns] == ["id", "id", "date", "platform"]


def test_surveymonkey_offers_not_applicable_and_other(tmp_path) -> None:
    """ "N/A" is an answer there, which leaves a cell blank; the text of "Other" is no name of an option."""
    rows = [
        "Respondent ID,Collector ID,Which do you own? (Select all),,,How satisfied are you?,",
        ",,Bike,Car,Other (please specify),Price,Speed",
    ]
    for i in range(40):
        own = ("Bike" if i % 2 else "", "Car" if i % 3 else "", "scooter" if i % 10 == 0 else "")
        rated = ("N/A" if i % 5 == 0 else "Satisfied", "Very satisfied" if i % 2 else "Dissatisfied")
        rows.append(",".join([str(118000 + i), "44", *own, *rated]))
    (tmp_path / "a.csv").write_text("\n".join(rows))
    found = sa.inspect(tmp_path / "a.csv")
    assert found.empty == ()
    assert dict(next(g for g in found.groups if g.name == "q01").items)["q01_3"] == "Other (please specify)"
    scale = found.draft().study
    assert 'outside = ["N/A"]' in scale
    assert "scooter" not in scale + found.draft().codebook


def test_previews_are_said_and_the_rule_removes_them(tmp_path) -> None:
    """As Qualtrics exports them: the builder's own clicks are rows like others."""
    heads = ["Status,ResponseId,Q1", "Response Type,Response ID,Which do you know? - Selected Choice"]
    heads.append(",".join(f'"{{""ImportId"":""{key}""}}"' for key in ("status", "_recordId", "QID1")))
    kinds = ["Survey Preview"] * 3 + ["IP Address"] * 27
    rows = [f"{kind},R_{i:04d},{'Yes' if i % 2 else 'No'}" for i, kind in enumerate(kinds)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*heads, *rows]))
    found = sa.inspect(path)
    status = found.columns[0]
    assert (status.kind, status.confidence) == ("platform", "low")
    assert "3 rows are previews or tests" in status.evidence
    assert "# Status: platform? a column" in found.draft().study
    assert found.columns[2].wording == "Which do you know?"
    assert len(sa.read(path, study={"clean": {"rules": ["status"]}}).clean()) == 27
