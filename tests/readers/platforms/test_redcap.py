"""REDCap dictionaries: the real sample of REDCapR, value by value, and branching logic."""

from __future__ import annotations

import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.readers.companions import describe
from survey_analysis.readers.read import read_table
from survey_analysis.study.expressions import parse

HEAD = (
    '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Field Note","Text Validation Type OR Show Slider Number",'
    '"Text Validation Min","Text Validation Max",Identifier?,"Branching Logic (Show field only if...)",'
    '"Required Field?","Custom Alignment","Question Number (surveys only)","Matrix Group Name",'
    '"Matrix Ranking?","Field Annotation"'
)


def row(name, kind, label, choices="", *, section="", validation="", identifier="", branching="", matrix=""):
    cells = [name, "intake", section, kind, label, choices, "", validation, "", "", identifier, branching]
    quoted = [f'"{c}"' for c in [*cells, "", "", "", matrix, "", ""]]
    return ",".join(quoted)


DICTIONARY = "\n".join(
    [
        HEAD,
        row("record_id", "text", "Record ID"),
        row("name", "text", "Your name", identifier="y"),
        row("age", "text", "<b>How old</b> are you?", validation="integer"),
        row("sex", "radio", "Sex", "1, Woman | 2, Man | -1, Other, or none"),
        row(
            "race",
            "checkbox",
            "Race",
            "1, Black | 2, White | -9, Not said",
            branching="[age] > 17 and [sex] = '1'",
        ),
        row("why", "notes", "Why?", branching="[race(2)] = '1' or [race(-9)] <> '1'"),
        row("smokes", "yesno", "Do you smoke?", branching="[sex] <> ''"),
        row("a1", "radio", "The site", "1, Bad | 2, Good", section="How is ...", matrix="ratings"),
        row("a2", "radio", "The staff", "1, Bad | 2, Good", matrix="ratings"),
        row("dose", "calc", "Dose", "[age] * 2", branching="datediff([age], 'today', 'y') > 3"),
        row("gone", "radio", "Gone", "1, a | 2, b", branching="[sex] = '7'"),
    ]
)
DATA = (
    "record_id,name,age,sex,race___1,race___2,race____9,why,smokes,a1,a2,dose,gone,intake_complete\n"
    "1,Ann,30,1,1,0,0,because,1,1,2,60,1,2\n"
    "2,Bob,40,2,0,0,0,,0,2,2,80,1,2\n"
    "3,Cem,20,1,0,1,0,so,1,2,1,40,2,0\n"
    "4,Dee,16,1,0,0,1,,,1,1,32,2,1\n"
)


@pytest.fixture
def raw(write):
    return describe(read_table(write("data.csv", DATA)), write("dictionary.csv", DICTIONARY))


def test_wording_labels_and_measure(raw):
    assert raw.wording["age"] == "How old are you?"
    assert raw.labels["sex"] == (("1", "Woman"), ("2", "Man"), ("-1", "Other, or none"))
    assert raw.labels["smokes"] == (("1", "Yes"), ("0", "No"))
    assert raw.labels["intake_complete"] == (("0", "Incomplete"), ("1", "Unverified"), ("2", "Complete"))
    assert raw.measure == {"age": "scale", "dose": "scale", "a1": "ordinal", "a2": "ordinal"}
    assert raw.stems["a1"] == raw.stems["a2"] == "How is ..."
    assert raw.items["a2"] == "The staff"


def test_a_checkbox_field_is_a_set(raw):
    (race,) = raw.sets
    assert (race.name, race.kind, race.text, race.counted) == ("race", "dichotomy", "Race", ("1",))
    assert race.options == (("race___1", "Black"), ("race___2", "White"), ("race____9", "Not said"))
    assert raw.wording["race___2"] == "Race - White"


def test_branching_logic_becomes_routing(raw):
    assert raw.routing == {
        **dict.fromkeys(["race___1", "race___2", "race____9"], "age > '17' and sex == '1'"),
        "why": "race___2 == '1' or (race____9 != '1' or race____9 is missing)",
        "smokes": "sex is not missing",
    }
    for text in raw.routing.values():
        parse(text)


def test_what_cannot_be_said_is_quoted_in_a_note(raw):
    notes = " ".join(raw.notes)
    assert "'dose' is not translated" in notes
    assert "datediff([age], 'today', 'y') > 3" in notes
    assert "'gone' is not translated ('sex' has no answer '7')" in notes
    assert "Identifiers in the dictionary: 'name'" in notes


def test_answers_that_nobody_gave_are_never_true_instead_of_an_error(write):
    dictionary = "\n".join(
        [
            HEAD,
            row("town", "text", "Town"),
            row("sex", "radio", "Sex", "1, Woman | 2, Man"),
            row("a", "text", "A", branching="[town] = 'Bern' or [sex] = '1'"),
            row("b", "text", "B", branching="[town] <> 'Bern'"),
            row("c", "text", "C", branching="[town] = 'Bern'"),
        ]
    )
    data = write("data.csv", "town,sex,a,b,c\nRome,1,x,y,\nOslo,2,,z,\n,2,,,\n")
    raw = describe(read_table(data), write("dictionary.csv", dictionary))
    assert raw.routing == {"a": "sex == '1'", "b": "town is not missing or town is missing"}
    assert "'c' is not translated (nobody in the data fulfils it)" in " ".join(raw.notes)


def test_an_export_of_labels(write):
    text = "record_id,age,sex,race___1,race___2,why\n1,30,Woman,Checked,Unchecked,x\n2,40,Man,Unchecked,Checked,\n"
    raw = describe(read_table(write("labels.csv", text)), write("dictionary.csv", DICTIONARY))
    assert "The export holds the texts of the answers." in raw.notes
    assert raw.labels["sex"][0] == ("Woman", "Woman")
    assert raw.sets[0].counted == ("Checked",)
    assert raw.routing["race___1"] == "age > '17' and sex == 'Woman'"


def test_the_real_sample_value_by_value(shared):
    """The column desired_result says what each participant's cells are to be."""
    folder = shared("file-samples")
    raw = describe(
        read_table(folder / "redcap_checkboxes_data.csv"), folder / "redcap_checkboxes_dictionary.csv"
    )
    one, two = raw.sets
    assert [label for _, label in one.options] == ["one", "two", "three", "four"]
    assert [column for column, _ in two.options] == [f"check_two___{c}" for c in "abcde"]
    assert [label for _, label in two.options] == list("ABCDE")
    ticked = [
        {c for s in (one, two) for c in s.columns if raw.frame.loc[i, c] in s.counted}
        for i in range(len(raw))
    ]
    assert ticked == [
        {"check_one___1", "check_two___a", "check_two___c"},  # participant 1
        {"check_two___b", "check_two___d"},  # 2: data only for the second item
        {f"check_one___{i}" for i in range(1, 5)},  # 3: only for the first, all four
        set(),
    ]
    assert raw.labels["form_2_complete"][2] == ("2", "Complete")
    assert raw.column("form_2_complete").tolist() == ["2", "0", "2", "0"]


def test_an_estimate_is_the_count_by_hand(write):
    study = {"roles": {"personal": ["name"]}}
    survey = sa.read(write("data.csv", DATA), study=study, metadata=write("dictionary.csv", DICTIONARY))
    assert survey.proportion("sex", answers=["Woman"]).value == 3 / 4
    assert (
        survey.proportion("race", answers=["White"]).value == 1 / 2
    )  # asked: women over 17, the first and third
    found = sa.inspect(write("data.csv", DATA), metadata=write("dictionary.csv", DICTIONARY))
    assert {c.column: c.levels for c in found.columns}["sex"] == ("Woman", "Man", "Other, or none")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "\n" + row("q", "radio", "Q", "yes | no"),
        HEAD + "\n" + row("q", "radio", "Q") + "\n" + row("q", "radio", "Q"),
        HEAD + "\nq,form",
        HEAD + '\n"q,form',
        '"Variable / Field Name","Form Name"\nq,f',
    ],
    ids=["choices", "twice", "short", "quote", "columns"],
)
def test_malformed_dictionaries_are_refused(write, text):
    data = write("data.csv", "q\n1\n")
    with pytest.raises(DataError):
        describe(read_table(data), write("dictionary.csv", text))
