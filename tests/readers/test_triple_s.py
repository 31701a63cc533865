"""Triple-S: the standard's own example, its rules for fields one by one, and what breaks them.

The three records and the positions of `EXIT` are the example of the standard (version 1.2), as the R package sss
keeps it for its tests (sample-1.sss, sample.asc); labels are ours, and the expected answers are read off the records by
hand. The tables of fields are those that implementers print from the chapters "Variables of type ..." of version 2.0:
Forsta Data Processing ("Bitstring", "Spread") and UNICOM Intelligence ("Support for Triple-S export"). That a spread
in CSV takes one field a subfield, and which variant of a text is used, is our reading of 2.0; the text of 3.0 was
not at hand.
"""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table

PLACES = """<values><value code="1">Forest</value><value code="2">Castle</value><value code="3">Restaurant</value>
<value code="4">Cafe</value><value code="5">Museum</value><value code="9">Other</value></values>"""

EXIT = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE sss PUBLIC "-//Triple-S//DTD Survey Interchange v1.2//EN" "http://host.invalid/sss_v12.dtd">
<sss version="1.2" options="standardnames">
<date>21 September 2001</date><time>18:32</time><origin>by hand</origin>
<survey><name>EXIT</name><title>Exit survey<br/>First wave</title><record ident="V">
<variable ident="1" type="single"><name>Q1</name><label>Number of visits</label><position start="1"/>
 <values><value code="1">First</value><value code="2">Within the year</value><value code="3">Before that</value></values></variable>
<variable ident="2" type="multiple"><name>Q2</name><label>Places visited</label><position start="2" finish="10"/>{PLACES}</variable>
<variable ident="3" type="character"><name>Q3</name><label>Other places</label><position start="11" finish="40"/><size>30</size></variable>
<variable ident="4" type="multiple"><name>Q4</name><label>Two favourites</label><position start="41" finish="42"/><spread subfields="2"/>{PLACES}</variable>
<variable ident="5" type="quantity"><name>Q5</name><label>Miles travelled</label><position start="43" finish="45"/>
 <values><range from="1" to="499"/><value code="500">500 or more</value><value code="999">Not stated</value></values></variable>
<variable ident="6" type="logical"><name>Q6</name><label>Would come again</label><position start="46"/></variable>
<variable ident="7" type="single"><name>Q7</name><label>When</label><position start="47"/><filter>Q6</filter>
 <values><value code="1">Soon</value><value code="2">Within a year</value><value code="3">Later</value></values></variable>
<variable ident="99" type="quantity" use="weight"><name>Q99</name><label>Case weight</label><position start="48" finish="54"/>
 <values><range from="00.0000" to="99.9999"/></values></variable>
</record></survey></sss>"""

RECORDS = (
    "2101000001Amusement Park                190121101.4000\r\n"
    "3010000000                              209991300.9000\r\n"
    '2100100001"Marco\'s" Restaurant          940580 00.7000\r\n'
)


def one(variable: str, *fields: str, layout: str = "fixed", head: str = 'version="2.0"', **record: str):
    """Metadata of one variable at the given place, and its fields as a data file."""
    more = "".join(f' {k}="{v}"' for k, v in record.items())
    meta = f'<?xml version="1.0" encoding="UTF-8"?><sss {head}><survey><record ident="A" format="{layout}"{more}>{variable}</record></survey></sss>'
    return meta, "\n".join(fields) + "\n"


@pytest.fixture
def survey(write):
    """A function that writes a definition and its data beside each other and reads them."""

    def read(meta: str, data: str, *, meta_name="s.sss", data_name="s.asc", encoding="utf-8", **options):
        write(data_name, data.encode(encoding))
        return read_table(write(meta_name, meta), **options)

    return read


def test_the_example_of_the_standard(survey) -> None:
    raw = survey(EXIT, RECORDS)
    cells = {c: raw.frame[c].tolist() for c in raw.columns}
    assert cells.pop("Q3") == ["Amusement Park", "", '"Marco\'s" Restaurant']
    chosen = {
        q: [
            [c.removeprefix(f"{q}_") for c in cells if c.startswith(f"{q}_") and cells[c][i] == "1"]
            for i in range(3)
        ]
        for q in ("Q2", "Q4")
    }
    assert chosen["Q2"] == [["1", "3", "9"], ["2"], ["1", "4", "9"]]
    assert chosen["Q4"] == [["1", "9"], ["2"], ["4", "9"]]
    assert {c: v for c, v in cells.items() if "_" not in c} == {
        "Q1": ["2", "3", "2"],
        "Q5": ["12", "999", "58"],
        "Q6": ["1", "1", "0"],
        "Q7": ["1", "3", ""],
        "Q99": ["1.4", "0.9", "0.7"],
    }
    assert raw.columns == (
        "Q1", *(f"Q2_{c}" for c in "123459"), "Q3", *(f"Q4_{c}" for c in "123459"), "Q5", "Q6", "Q7", "Q99",
    )  # fmt: skip
    assert raw.labels["Q1"] == (("1", "First"), ("2", "Within the year"), ("3", "Before that"))
    assert raw.wording["Q1"] == "Number of visits"
    assert [(s.name, s.kind, s.text, s.counted) for s in raw.sets] == [
        ("Q2", "dichotomy", "Places visited", ("1",)),
        ("Q4", "dichotomy", "Two favourites", ("1",)),
    ]
    assert raw.sets[0].options[2] == ("Q2_3", "Restaurant")
    assert (raw.stems["Q2_3"], raw.items["Q2_3"]) == ("Places visited", "Restaurant")
    assert raw.routing == {"Q7": "`Q6` == 1"}
    assert [(m.code, m.kind, m.label) for m in raw.missing["Q5"]] == [("999", "no_answer", "Not stated")]
    assert raw.measure == {"Q5": "scale", "Q99": "scale"}
    assert raw.notes == (
        "Triple-S 1.2 'Exit survey First wave', described by 's.sss', in iso-8859-1.",
        "'Q99' is the weight variable of the file: weight = \"Q99\".",
        "Codes of the number 'Q5' that are no answers: 999 'Not stated' (no_answer).",
        "Labelled values of 'Q5' that count as numbers: 500 '500 or more'.",
    )


def test_end_to_end_by_hand(write) -> None:
    """Weighted share of Q1 = "Within the year": (1.4 + 0.7) / (1.4 + 0.9 + 0.7)."""
    write("s.asc", RECORDS)
    survey = sa.read(write("s.sss", EXIT), weight="Q99")
    assert survey.proportion("Q1", answers=["Within the year"]).value == pytest.approx(2.1 / 3.0)
    assert survey.mean("Q5").value == pytest.approx((12 * 1.4 + 58 * 0.7) / 2.1)
    assert survey.proportion("Q2", answers=["Cafe"]).value == pytest.approx(0.7 / 3.0)
    assert survey.proportion("Q4", answers=["Other"]).value == pytest.approx(2.1 / 3.0)
    assert survey.proportion("Q7", answers=["Soon"]).value == pytest.approx(1.4 / 2.3)  # of those with Q6


def test_none_chosen_is_in_the_base_and_blank_is_not(write) -> None:
    write("s.asc", RECORDS + RECORDS.splitlines()[0].replace("101000001", " " * 9) + "\n"
          + RECORDS.splitlines()[0].replace("101000001", "0" * 9) + "\n")  # fmt: skip
    got = sa.read(write("s.sss", EXIT)).proportion("Q2", answers=["Forest"])
    assert got.value == pytest.approx(2 / 4)


def test_single_fields_of_the_standard(survey) -> None:
    """Chapter "Variables of type single": right-justified with spaces or zeros; blank is missing; 0 may be a code."""
    values = '<values><range from="0" to="9999"/><value code="7">Seven</value></values>'
    meta, data = one(
        f'<variable ident="1" type="single"><name>A</name><label/><position start="3" finish="6"/>{values}</variable>',
        "xx0007", "xx   7", "xx  17", "xx0142", "xx    ", "xx   0",
    )  # fmt: skip
    raw = survey(meta, data)
    assert raw.frame["A"].tolist() == ["7", "7", "17", "142", "", "0"]
    assert raw.labels["A"] == (("7", "Seven"),)


def test_literal_codes(survey) -> None:
    values = '<values><value code="A">Ay</value><value code="BC">Bee</value></values>'
    meta, data = one(
        f'<variable ident="1" type="single" format="literal"><name>A</name><label/><position start="1" finish="2"/>{values}</variable>',
        "A ", "BC", "  ", " A",
    )  # fmt: skip
    assert survey(meta, data).frame["A"].tolist() == ["A", "BC", "", "A"]


@pytest.mark.parametrize(
    ("maximum", "width", "field", "chosen"),
    [  # the table of the chapter "Bitstring format"
        ("1 9", 9, "100000000", "1"),
        ("1 12", 12, "101000000000", "1,3"),
        ("1 9", 10, "010000010 ", "2,8"),
        ("1 9", 10, "0100000100", "2,8"),
        ("1 9", 9, "000000000", ""),
        ("1 9", 9, "         ", None),
    ],
)
def test_bitstrings_of_the_standard(survey, maximum, width, field, chosen) -> None:
    low, high = maximum.split()
    meta, data = one(
        f'<variable ident="1" type="multiple"><name>A</name><label/><position start="1" finish="{width}"/>'
        f'<values><range from="{low}" to="{high}"/></values></variable>',
        field, "1" * int(high) + " " * (width - int(high)),
    )  # fmt: skip
    row = survey(meta, data).frame.iloc[0]
    assert len(row) == int(high)
    if chosen is None:
        assert set(row) == {""}
    else:
        assert ",".join(c.removeprefix("A_") for c in row.index if row[c] == "1") == chosen
        assert set(row) <= {"0", "1"}


def test_bits_of_codes_that_are_not_described_are_ignored_and_said(survey) -> None:
    meta, data = one(
        '<variable ident="1" type="multiple"><name>A</name><label/><position start="1" finish="9"/>'
        '<values><value code="1">x</value><value code="9">y</value></values></variable>',
        "110000001", "100000000",
    )  # fmt: skip
    raw = survey(meta, data)
    assert raw.frame.to_numpy().tolist() == [["1", "1"], ["1", "0"]]
    assert raw.notes[-1] == (
        "'A' holds codes that have no value in the metadata, left out as the standard asks: 2 (1)."
    )


@pytest.mark.parametrize(
    ("spread", "width", "field", "chosen"),
    [  # the table of the chapter "Spread format"
        ('subfields="2" width="1"', 2, "10", "1"),
        ('subfields="2" width="1"', 2, "01", "1"),
        ('subfields="2" width="1"', 2, "13", "1,3"),
        ('subfields="2" width="2"', 4, " 1 0", "1"),
        ('subfields="2" width="2"', 4, " 0 1", "1"),
        ('subfields="2" width="2"', 4, "0100", "1"),
        ('subfields="2" width="1"', 2, "00", ""),
        ('subfields="2" width="1"', 4, "20  ", "2"),
        ('subfields="2" width="1"', 4, "02  ", "2"),
        ('subfields="2"', 2, "13", "1,3"),
        ('subfields="2" width="1"', 2, "  ", None),
    ],
)
def test_spreads_of_the_standard(survey, spread, width, field, chosen) -> None:
    meta, data = one(
        f'<variable ident="1" type="multiple"><name>A</name><label/><position start="1" finish="{width}"/>'
        f'<spread {spread}/><values><range from="1" to="9"/></values></variable>',
        field, "1" + "0" * (width - 1) if 'width="2"' not in spread else " 100",
    )  # fmt: skip
    row = survey(meta, data).frame.iloc[0]
    got = None if set(row) == {""} else ",".join(c[2:] for c in row.index if row[c] == "1")
    assert got == chosen


def test_dates_times_logicals(survey) -> None:
    meta, data = one(
        '<variable ident="1" type="date"><name>D</name><label/><position start="1" finish="8"/></variable>'
        '<variable ident="2" type="time"><name>T</name><label/><position start="9" finish="14"/></variable>'
        '<variable ident="3" type="logical"><name>L</name><label/><position start="15"/></variable>',
        "200404231530001", "               ", "200402290000000",
    )  # fmt: skip
    raw = survey(meta, data)
    assert raw.frame.to_numpy().tolist() == [
        ["2004-04-23", "15:30:00", "1"], ["", "", ""], ["2004-02-29", "00:00:00", "0"],
    ]  # fmt: skip


def test_csv_with_header_and_spread_fields(survey) -> None:
    """Positions are fields; `skip` rows come first. A spread in several fields has one field a subfield."""
    variables = (
        '<variable ident="1" type="quantity" use="serial"><name>ID</name><label/><position start="1"/>'
        '<values><range from="1" to="999"/></values></variable>'
        f'<variable ident="2" type="multiple"><name>Q</name><label>Places</label><position start="2"/>{PLACES}</variable>'
        f'<variable ident="3" type="multiple"><name>F</name><label/><position start="3" finish="4"/><spread subfields="2" width="1"/>{PLACES}</variable>'
        '<variable ident="4" type="character"><name>C</name><label/><position start="5"/><size>30</size></variable>'
    )
    meta, data = one(
        variables, "id,Q,F1,F2,C", '001,"010000001",9,0,"He said ""yes"", twice"', "002,,,,", '003,"000000000",0,0,',
        layout="csv", skip="1",
    )  # fmt: skip
    raw = survey(meta, data, data_name="s.csv", meta_name="s.xml")
    assert raw.frame["ID"].tolist() == ["1", "2", "3"]
    assert raw.frame["C"].tolist() == ['He said "yes", twice', "", ""]
    assert raw.frame["Q_9"].tolist() == ["1", "", "0"]
    assert raw.frame["F_9"].tolist() == ["1", "", "0"]
    assert "'ID' is the serial variable of the file: id = \"ID\"." in raw.notes


def test_a_bitstring_that_lost_its_zeros_is_an_error(survey) -> None:
    """A spreadsheet turns 010000001 into 10000001, which would be other answers."""
    meta, data = one(
        f'<variable ident="2" type="multiple"><name>Q</name><label/><position start="1"/>{PLACES}</variable>',
        "10000001", layout="csv",
    )  # fmt: skip
    with pytest.raises(DataError, match=r"1 record holds something that the multiple 'Q' cannot be") as error:
        survey(meta, data, data_name="s.csv")
    assert "'10000001' (1)" in str(error.value)


def test_texts_by_mode_and_language(survey) -> None:
    """Variants as in the example of 2.0 (modes "interview analysis"): interview wording, analysis labels."""
    variable = (
        '<variable ident="1" type="single"><name>A</name><label>Visited<text mode="interview">Have you been here '
        'before?</text><text mode="interview" xml:lang="fr">Avez-vous visité ?</text></label><position start="1"/>'
        '<values><value code="1" score="2"><text xml:lang="fr">Oui</text><text xml:lang="en">Yes, I have</text>'
        '<text xml:lang="en" mode="analysis">Yes</text></value><value code="2" score="1">No</value></values></variable>'
    )
    head = 'version="2.0" xml:lang="en" languages="en fr" modes="interview analysis"'
    raw = survey(*one(variable, "1", head=head))
    assert raw.wording["A"] == "Have you been here before?"
    assert raw.labels["A"] == (("1", "Yes"), ("2", "No"))
    assert raw.ordered == {"A"}
    assert "Texts are those in 'en'; also in the file: fr." in raw.notes
    assert "Scores of 'A' in the file: 1 = 2, 2 = 1; declare them to use them." in raw.notes
    french = survey(
        *one(variable, "1", head='version="2.0" xml:lang="fr" languages="en fr" modes="interview"')
    )
    assert french.wording["A"] == "Avez-vous visité ?"
    assert french.labels["A"] == (("1", "Oui"), ("2", "No"))


def test_text_in_version_3_may_hold_markup(survey) -> None:
    variable = (
        '<variable ident="1" type="single"><name>A</name><label>How <b>likely</b> are<br/>you?</label><position start="1"/>'
        '<values><value code="1"><span class="x">Very</span> likely</value></values></variable>'
    )
    raw = survey(*one(variable, "1", head='version="3.0"'))
    assert raw.wording["A"] == "How likely are you?"
    assert raw.labels["A"] == (("1", "Very likely"),)


def test_filters_also_as_attributes_and_only_on_logicals(survey) -> None:
    variable = (
        '<variable ident="1" type="logical"><name>Has it</name><label/><position start="1"/></variable>'
        '<variable ident="2" type="single" filter="Has it"><name>A</name><label/><position start="2"/><values><value code="1">a</value></values></variable>'
        '<variable ident="3" type="multiple"><name>B</name><label/><position start="3"/><filter>Has it</filter><values><value code="1">b</value></values></variable>'
        '<variable ident="4" type="single" filter="A"><name>C</name><label/><position start="4"/><values><value code="1">c</value></values></variable>'
    )
    raw = survey(*one(variable, "1111", "0  1"))
    assert raw.routing == {"A": "`Has it` == 1", "B_1": "`Has it` == 1"}
    assert "The filter 'A' of 'C' is not a logical variable of the file; not used." in raw.notes


def test_scores_that_turn_back_say_no_order(survey) -> None:
    variable = (
        '<variable ident="1" type="single"><name>A</name><label/><position start="1"/><values>'
        '<value code="1" score="2">a</value><value code="2" score="1">b</value><value code="9">DK</value></values></variable>'
    )
    raw = survey(*one(variable, "1"))
    assert raw.ordered == frozenset()
    assert (
        "Scores of 'A' in the file: 1 = 2, 2 = 1; without a score: 9; declare them to use them." in raw.notes
    )


def test_data_in_the_encoding_of_the_definition(survey) -> None:
    variable = '<variable ident="1" type="character"><name>A</name><label>Größe</label><position start="1" finish="5"/><size>5</size></variable>'
    meta, data = one(variable, "Größe", "klein")
    raw = survey(meta.replace("UTF-8", "windows-1252").encode("cp1252"), data, encoding="cp1252")
    assert raw.frame["A"].tolist() == ["Größe", "klein"]
    assert raw.wording["A"] == "Größe"
    with pytest.raises(DataError, match="not utf-8 text"):
        survey(meta, data, encoding="cp1252")
    unicode = survey(meta, data)  # positions are characters, not bytes
    assert unicode.frame["A"].tolist() == ["Größe", "klein"]


def test_another_encoding_of_the_data_can_be_given(write) -> None:
    variable = '<variable ident="1" type="character"><name>A</name><label/><position start="1" finish="5"/><size>5</size></variable>'
    meta, data = one(variable, "Größe")
    write("s.asc", data.encode("cp1252"))
    assert read_table(write("s.sss", meta), encoding="cp1252").frame["A"].tolist() == ["Größe"]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (RECORDS[:-10], "The last record is one of them"),
        (RECORDS.replace("00.9000", "00.9"), "line 2 has 51"),
        ("", "is empty"),
        ("\r\n\r\n", "no records"),
        (RECORDS.replace("012110", "0x2110"), r"quantity 'Q5' cannot be"),
        (RECORDS.replace("209991", "209992"), r"logical 'Q6' cannot be"),
        ("x" + RECORDS[1:], r"single 'Q1' cannot be"),
        (RECORDS.replace("3010000000", "3012000000"), r"multiple 'Q2' cannot be"),
    ],
)
def test_records_that_do_not_fit(survey, records, message) -> None:
    with pytest.raises(DataError, match=message):
        survey(EXIT, records)


def test_characters_beyond_the_last_variable_are_said(survey) -> None:
    raw = survey(EXIT, RECORDS.replace("1.4000", "1.4000zz"))
    assert "In 's.asc' 1 record goes on after character 54, where no variable lies." in raw.notes


def test_trailing_end_of_file_mark_is_no_record(survey) -> None:
    assert len(survey(EXIT, RECORDS + "\x1a")) == 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('type="logical"', 'type="boolean"', "type 'boolean'"),
        ("<name>Q7</name>", "<name>Q6</name>", "'Q6' twice"),
        ('<position start="46"/>', "", "no position"),
        ('start="43" finish="45"', 'start="45" finish="43"', "lies from 45 to 43"),
        ('start="46"', 'start="x"', "not a whole number"),
        ('<value code="2">Within the year</value>', '<value code="1">Again</value>', "code '1' twice"),
        ('subfields="2"', 'subfields="5"', "5 subfields in 2"),
        ('<record ident="V">', '<record ident="V" format="tab">', "format 'tab'"),
        ("<survey>", "<survey/><survey>", "2 <survey>s"),
        ("</sss>", "", "not well-formed"),
        ("<survey>", "<hierarchy><parent level='H'/></hierarchy><survey>", "hierarchy"),
        (
            "<survey>",
            '<survey href="household.xml"><level ident="H" href="person.xml"/></survey><survey>',
            "'household.xml', 'person.xml'",
        ),
    ],
)
def test_definitions_that_break_the_standard(survey, old, new, message) -> None:
    assert old in EXIT
    with pytest.raises(DataError, match=message):
        survey(EXIT.replace(old, new, 1), RECORDS)


def test_definition_without_variables(survey) -> None:
    with pytest.raises(DataError, match="describes no variables"):
        survey(*one("", "1"))


def test_where_the_data_file_is_looked_for(write, tmp_path) -> None:
    path = write("study.sss", EXIT)
    with pytest.raises(DataError, match="not beside it") as error:
        read_table(path)
    assert "Looked for 'study.asc', 'study.dat', 'study.csv'" in str(error.value)
    write("STUDY.ASC", RECORDS)
    assert len(read_table(path)) == 3
    named = write(
        "other.sss", EXIT.replace('<record ident="V">', '<record ident="V" href="C:\\out\\wave1.dat">')
    )
    write("other.asc", RECORDS)
    note = "The data file 'wave1.dat' that 'other.sss' names is not beside it; read 'other.asc'."
    assert note in read_table(named).notes
    write("wave1.dat", RECORDS.splitlines()[0] + "\n")
    assert len(read_table(named)) == 1


def test_data_file_never_leaves_the_folder(write, tmp_path) -> None:
    (tmp_path / "in").mkdir()
    write("secret.asc", RECORDS)
    (tmp_path / "in" / "s.sss").write_text(EXIT.replace('ident="V">', 'ident="V" href="../secret.asc">'))
    with pytest.raises(DataError, match="Looked for 'secret.asc', 's.asc'"):
        read_table(tmp_path / "in" / "s.sss")


def test_data_with_metadata_given(write) -> None:
    meta = write("layout.sss", EXIT)
    data = write("wave1.txt", RECORDS)
    survey = sa.read(data, metadata=meta)
    assert survey.proportion("Q1", answers=["Within the year"]).value == pytest.approx(2 / 3)
    assert sa.inspect(data, metadata=meta).rows == 3
    with pytest.raises(DataError, match="header_rows= has no meaning"):
        sa.read(data, metadata=meta, header_rows=1)
    with pytest.raises(DataError, match="is none"):
        sa.read(pd.DataFrame({"Q1": ["1"]}), metadata=meta)


def test_study_file_names_the_metadata(write) -> None:
    write("layout.sss", EXIT)
    write("wave1.asc", RECORDS)
    study = write("study.toml", 'schema = 1\n[study]\ndata = "wave1.asc"\nmetadata = "layout.sss"\n')
    assert sa.read(study).mean("Q5").value == pytest.approx((12 + 58) / 2)


def test_fixed_width_data_alone_say_what_they_need(write) -> None:
    with pytest.raises(DataError, match=r"read the \.sss or \.xml file"):
        read_table(write("s.asc", RECORDS))


def test_names_that_would_clash(survey) -> None:
    meta, data = one(
        '<variable ident="1" type="multiple"><name>Q</name><label/><position start="1"/><values><value code="1">x</value></values></variable>'
        '<variable ident="2" type="character"><name>Q_1</name><label/><position start="2"/><size>1</size></variable>',
        "1a",
    )
    assert survey(meta, data).columns == ("Q__1", "Q_1")
