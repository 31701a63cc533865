"""Personal columns at reading: precision on real files, withheld and hashed values, ids for the panel company."""

from __future__ import annotations

import hashlib
import re
import shutil
import warnings

import openpyxl
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError, DesignError, PersonalDataWarning, StudyError
from survey_analysis.frames.personal import hash_personal
from survey_analysis.frames.personal_find import find_personal
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.read import read_table

KEY = "a secret of this test"
EXPECTED: dict[tuple[str, str], set[str]] = {
    # derived files without anybody's contact; ids are case numbers
    ("anes-2020", "anes_2020_analysis.csv.gz"): set(),
    ("anes-2020", "anes_2020_stata_example.dta"): set(),
    ("file-samples", "missing_test.dta"): set(),
    # rows are schools: name and sname are public names of institutions
    ("california-api", "apiclus1.csv"): set(),
    ("california-api", "apiclus2.csv"): set(),
    ("california-api", "apisrs.csv"): set(),
    ("california-api", "apistrat.csv"): set(),
    # RespondentID is a number of the platform, not of a person
    ("flying-etiquette", "flying-etiquette.csv.gz"): set(),
    ("star-wars", "StarWars.csv.gz"): set(),
    # dates, weights, ages in bands, open answers
    ("masculinity-survey", "raw-responses.csv.gz"): set(),
    ("masculinity-survey", "published-crosstabs.csv.gz"): set(),
    # weights with many decimals side by side are no coordinates
    ("nhanes2", "nhanes2.csv.gz"): set(),
    ("nhanes2", "nhanes2brr_subset.csv.gz"): set(),
    ("nhanes2", "nhanes2jk_subset.csv.gz"): set(),
    ("recs-2015", "recs_2015.csv.gz"): set(),
    ("product-test", "product_test.csv"): set(),
    # day, month and year of birth in three columns
    ("sporting-goods-tracker", "example_a.csv.gz"): {"birth_day"},
    # Qualtrics platform columns; ExternalReference holds the id of the panel or customer
    ("file-samples", "qualtrics_3row.csv"): {
        "IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference",
        "LocationLatitude", "LocationLongitude",
    },
    ("file-samples", "qualtrics_legacy_2row.csv"): {"V3", "V4", "V5", "V6", "LocationLatitude", "LocationLongitude"},
    ("file-samples", "redcap_checkboxes_data.csv"): set(),
    ("file-samples", "simple_alltypes.sav"): set(),
    ("file-samples", "sample_missing.sav"): set(),
    ("file-samples", "labelled-num-na.sav"): set(),
    ("file-samples", "umlauts.sav"): set(),
    ("file-samples", "sample.zsav"): set(),
}  # fmt: skip


@pytest.mark.parametrize("place", EXPECTED, ids="/".join)
def test_personal_columns_of_real_files(place, shared):
    assert {c for c, _ in find_personal(read_table(shared(*place)), empty=("NA",))} == EXPECTED[place]


def test_the_founding_study_declares_what_is_found():
    """panel_id, mail, IP address and position; nothing else in 125 columns."""
    raw = read_table(sa.datasets.folder() / "responses.csv")
    found = {c for c, _ in find_personal(raw)}
    assert found == set(sa.datasets.load("micro_influencer").study.roles.personal)


CARDS = [
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "340000000000009",
]  # numbers that card brands publish for tests


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (CARDS, "payment card numbers"),
        (["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"], "bank account numbers"),  # ISO 13616 examples
        (["123e4567-e89b-12d3-a456-426614174000"], "device ids"),  # RFC 4122
        ([hashlib.md5(b"x", usedforsecurity=False).hexdigest()], "device ids"),
        (["52.5200, 13.4050", "48.8566,2.3522"], "coordinates"),
        (["12345678Z", "X1234567L"], "Spanish identity numbers"),
        (["RSSMRA85T10A562S"], "Italian tax codes"),
        (["44051401359", "02070803628", "44051401458", "90090515836", "92071314764"], "Polish identity numbers"),
        ([str(n) for n in range(100000000, 100000200)
          if sum(w * int(d) for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), str(n), strict=True)) % 11 == 0], "Dutch citizen"),
        (["111.444.777-35"], "Brazilian taxpayer numbers"),
        (["078-05-1120"], "US social security numbers"),
        (["AB 12 34 56 C"], "British national insurance numbers"),
        (["+49 30 901820", "+1 202-456-1111", "+44 20 7946 0000"], "phone numbers"),
        (["030 901820", "0171 1234567", "089/12345678"], "phone numbers"),
        (["01711234567", "01729876543"], "phone numbers"),
        (["2001:db8::1", "::1", "fe80::1%eth0"], "IP addresses"),
    ],
)  # fmt: skip
def test_content_that_is_personal(values, what):
    (found,) = find_personal(RawTable(pd.DataFrame({"x": values}, dtype=object)))
    assert what in found[1]
    assert not any(v in found[1] for v in values)


@pytest.mark.parametrize(
    "values",
    [
        ["1985", "1990", "2001"], ["23", "45", "67"], ["19.99", "5.49", "120.00"], ["2016-2019", "2020 - 2023"],
        ["4.5", "3.25", "5"], ["10.0.19041", "11.2.3", "1.2.3.4.5"], ["0.918273645", "1.203948576"],
        ["$25,000 - $49,999", "200 000"], ["52.1234567", "13.7654321"], ["10:15", "08:30:00"], ["1-2 times", "3-5 times"],
        ["100-150", "150-200"], ["12/31/2024", "01.02.2025"], ["R_2YPOQ602ER1jkf1"], ["123456789", "987654321"],
        ["5'11\"", "6'2\""], ["20170718082809", "20170718082848"], ["1;2;3;5;", "97;"], ["3292879998", "3292879538"],
        ["0 days 00:04:10.8"], ["1000000", "2500000"], ["(1) Very", "(2) Not very"], ["090-100", "100-110"],
        ["1000-1999", "2000-29999", "30000-39999"], ["0000012345", "0000012346", "0000099999"],
    ],
)  # fmt: skip
def test_answers_that_are_not(values):
    assert find_personal(RawTable(pd.DataFrame({"x": values}, dtype=object))) == ()


@pytest.mark.parametrize("name", ["mobile", "phone", "name", "address", "email"])
def test_a_question_of_that_name_is_a_question(name):
    """Do you own a mobile phone: codes, or a few answers that repeat."""
    for values in (["1", "2", "1"], ["yes", "no"] * 10):
        assert find_personal(RawTable(pd.DataFrame({name: values}, dtype=object))) == ()


def test_versions_of_a_browser_are_no_addresses():
    frame = pd.DataFrame({"Browser Version": ["10.0.0.1", "52.0.27.116"], "x": ["10.0.0.1", "52.0.27.116"]})
    assert [c for c, _ in find_personal(RawTable(frame.astype(object)))] == ["x"]


MAILS = [f"person{i}@example.org" for i in range(40)]


def everything_shown(survey, folder):
    """All that a user can make a survey show."""
    survey.to_csv(folder / "out.csv")
    shown = [repr(survey), survey._repr_html_(), survey.to_frame().to_csv(), (folder / "out.csv").read_text()]
    shown += [repr(survey.table.raw), repr(survey.codebook), str(survey.log), survey.study.model_dump_json()]
    for name in survey.table.raw.columns:
        shown += [repr(survey[name]), survey[name].to_frame().to_csv(), survey.find(name).to_csv()]
    shown.append(survey.find("person").to_csv())
    try:
        shown.append(survey.tabulate(rows=["q"]).to_frame().to_csv())
    except sa.errors.SurveyAnalysisError as error:
        shown.append(str(error))
    return "\n".join(shown)


def test_undeclared_personal_columns_are_withheld_everywhere_with_a_warning(tmp_path):
    frame = pd.DataFrame({"q": ["yes", "no"] * 20, "Contact": MAILS})
    with pytest.warns(
        PersonalDataWarning, match=r"'Contact' \(40 of 40 values are e-mail addresses\)"
    ) as caught:
        survey = sa.read(frame)
    assert "personal = [...]" in str(caught[0].message)
    assert "not_personal = [...]" in str(caught[0].message)
    shown = everything_shown(survey, tmp_path)
    assert "@example" not in shown
    assert "Undeclared columns that seem personal are withheld" in repr(survey)
    assert survey.table.raw.frame["Contact"].tolist()[:2] == ["g1", "g2"]


def test_an_open_question_that_holds_addresses_is_withheld(tmp_path):
    frame = pd.DataFrame({"q": ["yes", "no"] * 20, "mail": MAILS})
    study = {"questions": {"q": {"levels": ["yes", "no"]}, "mail": {"kind": "open"}}}
    with pytest.warns(PersonalDataWarning, match="'mail'"):
        survey = sa.read(frame, study=study)
    assert "@example" not in everything_shown(survey, tmp_path)


def test_said_to_be_none_it_stays_and_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        survey = sa.read(pd.DataFrame({"Contact": MAILS}), study={"roles": {"not_personal": ["Contact"]}})
    assert survey.table.raw.frame["Contact"].tolist() == MAILS
    with pytest.raises(StudyError, match="twice"):
        sa.read(pd.DataFrame({"c": MAILS}), study={"roles": {"not_personal": ["c"], "personal": ["c"]}})
    with pytest.raises(DataError, match="no column 'd'"):
        sa.read(pd.DataFrame({"q": ["a"]}), study={"roles": {"not_personal": ["d"]}})


def test_hashes_are_keyed_and_the_same_in_every_file(monkeypatch):
    study = {"roles": {"hashed": ["pid"]}}
    one = sa.read(pd.DataFrame({"pid": ["P1", "P2", ""]}), study=study, key=KEY).table.raw.frame["pid"]
    two = sa.read(pd.DataFrame({"pid": ["P3", " P1"]}), study=study, key=KEY).table.raw.frame["pid"]
    assert one[0] == two[1]
    assert one[2] == ""
    assert len({*one, *two}) == 4
    secret = hashlib.blake2b(KEY.encode(), digest_size=64).digest()
    assert one[0] == hashlib.blake2b(b"P1", key=secret, digest_size=16).hexdigest()
    assert one[0] != hashlib.blake2b(b"P1", digest_size=16).hexdigest()  # never unkeyed
    other = sa.read(pd.DataFrame({"pid": ["P1"]}), study=study, key="another secret of it").table.raw.frame[
        "pid"
    ]
    assert other[0] != one[0]
    monkeypatch.setenv("SURVEY_ANALYSIS_KEY", KEY)
    assert sa.read(pd.DataFrame({"pid": ["P1"]}), study=study).table.raw.frame["pid"][0] == one[0]


def test_hashes_need_a_key_and_a_key_needs_hashes(monkeypatch):
    monkeypatch.delenv("SURVEY_ANALYSIS_KEY", raising=False)
    with pytest.raises(DataError, match="there is no key: 'pid'"):
        sa.read(pd.DataFrame({"pid": ["P1"]}), study={"roles": {"hashed": ["pid"]}})
    with pytest.raises(DataError, match="no column is hashed"):
        sa.read(pd.DataFrame({"pid": ["P1"]}), key=KEY)
    with pytest.raises(DataError, match="has 5 bytes"):
        hash_personal(RawTable(pd.DataFrame({"pid": ["P1"]})), ["pid"], "short")


def waves(role):
    study = {"design": {"id": "pid"}, "roles": {role: ["pid"]}, "questions": {"q": {"levels": ["a", "b"]}}}
    options = {"key": KEY} if role == "hashed" else {}
    frames = [
        pd.DataFrame({"pid": ["P1", "P2"], "q": ["a", "b"]}),
        pd.DataFrame({"pid": ["P3", "P1"], "q": ["b", "b"]}),
    ]
    return [sa.read(f, study=study, **options) for f in frames]


def test_a_panel_is_linked_by_hashes_and_never_by_group_labels():
    one, two = waves("hashed")
    both = sa.stack({"w1": one, "w2": two}, panel=True)
    assert both.waves.shared == 1
    assert both.source is None
    one, two = waves("personal")
    with pytest.raises(DesignError, match="group labels mean nothing in another wave"):
        sa.stack({"w1": one, "w2": two}, panel=True)


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    shutil.copytree(sa.datasets.folder(), folder / "s")
    return sa.read(folder / "s" / "study.toml").clean(), folder / "s"


def test_excluded_ids_are_those_of_the_file(cleaned, tmp_path):
    survey, folder = cleaned
    n = survey.write_excluded_ids(tmp_path / "rejected.csv", column="ResponseId", removed="all")
    found = pd.read_csv(tmp_path / "rejected.csv")
    raw = pd.read_csv(folder / "responses.csv", skiprows=[1, 2], dtype=str)
    kept = set(survey.table.raw.frame["ResponseId"])
    assert n == len(found) == len(raw) - len(survey)
    assert found["ResponseId"].tolist() == [x for x in raw["ResponseId"] if x not in kept]
    assert (found["reason"].str.len() > 0).all()


def test_only_those_excluded_for_quality_by_default_with_their_reasons(cleaned, tmp_path):
    survey, _ = cleaned
    with pytest.warns(sa.errors.SurveyAnalysisWarning, match="removed rows have no 'panel_id'") as caught:
        n = survey.write_excluded_ids(tmp_path / "rejected.xlsx", column="panel_id")
    members = int(str(caught[0].message).split()[0])  # of the list, not of a panel
    boxes = [step for _, steps in survey.flow.samples for step in steps if step.kind == "quality"]
    assert n + members == sum(step.n for step in boxes)
    rows = list(openpyxl.load_workbook(tmp_path / "rejected.xlsx").active.values)
    assert rows[0] == ("panel_id", "stage", "reason")
    assert len(rows) == n + 1
    assert all(re.fullmatch(r"g\d+", row[0]) is None for row in rows[1:])
    assert {row[1] for row in rows[1:]} == {"quality"}


def test_a_file_that_changed_or_was_never_there_gives_no_ids(cleaned, tmp_path):
    survey, folder = cleaned
    with pytest.raises(DataError, match="not cleaned"):
        sa.read(pd.DataFrame({"q": ["a"]})).write_excluded_ids(tmp_path / "x.csv", column="q")
    with pytest.raises(DataError, match="not read from one file"):
        sa.read(pd.DataFrame({"q": ["a"]})).clean().write_excluded_ids(tmp_path / "x.csv", column="q")
    file = folder / "responses.csv"
    before = file.read_bytes()
    try:
        file.write_bytes(before + b"\n")
        with pytest.raises(DataError, match="no longer the file"):
            survey.write_excluded_ids(tmp_path / "x.csv", column="panel_id")
    finally:
        file.write_bytes(before)
    assert not list(tmp_path.iterdir())


def test_ids_that_a_spreadsheet_would_run_go_to_a_workbook(tmp_path):
    pd.DataFrame({"pid": ["=1+1", "P2"], "q": ["9", "1"]}).to_csv(tmp_path / "a.csv", index=False)
    study = {
        "clean": {"rules": [{"rule": "eligible", "label": "nine", "remove": "q == 9"}]},
        "roles": {"personal": ["pid"]},
    }
    survey = sa.read(tmp_path / "a.csv", study=study).clean()
    with pytest.raises(DataError, match="1 id begins as a formula"):
        survey.write_excluded_ids(tmp_path / "out.csv", column="pid", removed="all")
    survey.write_excluded_ids(tmp_path / "out.xlsx", column="pid", removed="all")
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx").active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_no_report_writes_ids(cleaned, tmp_path):
    """Every file of a report of the small study, searched for the ids of those removed."""
    survey, folder = cleaned
    with pytest.warns(sa.errors.SurveyAnalysisWarning):
        survey.write_excluded_ids(tmp_path / "r.csv", column="panel_id")
    ids = set(pd.read_csv(tmp_path / "r.csv")["panel_id"])
    told = (
        survey.to_frame().to_csv()
        + repr(survey)
        + survey.log.to_frame().to_csv()
        + survey.flow.to_frame().to_csv()
    )
    assert not [x for x in ids if str(x) in told]
    assert str(folder) not in repr(survey.source)


def test_a_flat_table_of_an_undeclared_file_has_no_ids():
    frame = pd.DataFrame(
        {"RespondentID": ["329", "330", "331"], "pid": ["P7", "P8", "P7"], "q": ["a", "b", "a"]}
    )
    flat = sa.read(frame, id="pid").to_frame()
    assert "q" in flat
    assert not {"RespondentID", "pid"} & set(flat.columns)
    assert "P7" not in flat.to_csv()


def test_an_answer_that_is_an_address_is_counted_not_shown():
    study = {"questions": {"q": {"levels": ["yes", "no"]}, "n": {"kind": "numeric"}}}
    for column in ("q", "n"):
        frame = pd.DataFrame({"q": ["yes"] * 40, "n": ["1"] * 40}).assign(**{column: MAILS})
        survey = sa.read(frame, study=study)
        for ask in (lambda s=survey, c=column: s[c].to_frame(), survey.clean):
            with pytest.raises(
                sa.errors.UnknownCodeError, match="40 of 40 values are e-mail addresses"
            ) as caught:
                ask()
            assert "@" not in str(caught.value)
