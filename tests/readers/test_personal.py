"""Personal columns: found with evidence, emptied of everything but equality."""

from __future__ import annotations

import pandas as pd
import pytest

from survey_analysis.errors import ColumnNotFoundError
from survey_analysis.frames.personal import drop_personal
from survey_analysis.frames.personal_find import find_personal, personal_mentions
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.read import read_table


def table(**columns: list[str]) -> RawTable:
    return RawTable(pd.DataFrame(columns, dtype=object))


def test_equality_survives_and_values_do_not() -> None:
    raw = RawTable(
        pd.DataFrame(
            {"ip": ["192.0.2.1", "", "198.51.100.7", "192.0.2.1", "NA"], "q": list("abcde")}, dtype=object
        ),
        labels={"ip": (("192.0.2.1", "home"),)},
    )
    out = drop_personal(raw, ["ip"], empty=("NA",))
    assert out.frame["ip"].tolist() == ["g1", "", "g2", "g1", "NA"]
    assert out.frame["q"].tolist() == list("abcde")
    assert out.labels == {}
    assert out.notes == ("Personal columns hold group labels instead of their values: 'ip' (2 distinct).",)
    assert raw.frame["ip"][0] == "192.0.2.1"  # the table given is unchanged
    assert "192.0.2.1" not in repr(out)


def test_nothing_named_nothing_done_and_unknown_names_refused() -> None:
    raw = table(ip=["1"])
    assert drop_personal(raw, []) is raw
    with pytest.raises(ColumnNotFoundError):
        drop_personal(raw, ["IP"])


@pytest.mark.parametrize(
    ("name", "wording", "evidence"),
    [
        ("IPAddress", "", "named like an IP address"),
        ("RecipientEmail", "", "named like an e-mail address"),
        ("RecipientFirstName", "", "named like a name"),
        ("LocationLatitude", "", "named like coordinates"),
        ("mobile_phone", "", "named like a phone number"),
        ("Q40", "What is your name?", "worded like a name"),
        ("DOB", "", "named like a date of birth"),
        ("home_address", "", "named like an address"),
        ("Your birth date", "", "named like a date of birth"),
    ],
)
def test_found_by_name(name, wording, evidence) -> None:
    raw = RawTable(pd.DataFrame({name: ["x", "y"]}, dtype=object), wording={name: wording})
    assert find_personal(raw) == ((name, evidence),)


@pytest.mark.parametrize(
    "values",
    [
        ["a@example.org", "b.c@example.com"],
        ["192.0.2.1", "203.0.113.9"],
        ["2001:db8::1", "2001:db8:0:0:0:ff00:42:8329"],
        ["(555) 010-0199", "555-010-0142", "+44 20 7946 0000"],
    ],
)
def test_found_by_content(values) -> None:
    assert [c for c, _ in find_personal(table(x=values))] == ["x"]


@pytest.mark.parametrize(
    "values",
    [
        ["3292879998", "3292879538"],
        ["2017-07-18", "2018-05-06"],
        ["5/10/18 4:01", "5/10/18 6:30"],
        ["1.714025972", "1247.120116"],
        ["18-29", "30-44"],
        ["1990-1995", "1996-2000"],
        ["$25,000 - $49,999", "$0 - $24,999"],
        ["08:28:09", "09:00:00"],
        ["1;2;3", "2;3;5"],
    ],
)
def test_not_taken_for_personal(values) -> None:
    assert find_personal(table(x=values)) == ()


def test_real_exports(shared) -> None:
    found = dict(find_personal(read_table(shared("file-samples", "qualtrics_3row.csv"))))
    assert set(found) == {
        "IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "LocationLatitude",
        "LocationLongitude", "ExternalReference",
    }  # fmt: skip
    legacy = dict(find_personal(read_table(shared("file-samples", "qualtrics_legacy_2row.csv"))))
    assert set(legacy) == {"V3", "V4", "V5", "V6", "LocationLatitude", "LocationLongitude"}
    for folder, name in (("star-wars", "StarWars.csv.gz"), ("masculinity-survey", "raw-responses.csv.gz")):
        assert find_personal(read_table(shared(folder, name))) == ()


def test_mentions_in_open_answers_are_counted_not_shown() -> None:
    texts = ["call 555-0199 please", "write to a@example.org", "it is fine"]
    assert personal_mentions(texts, [3, 1, 7]) == (
        "1 cell seems to mention an e-mail address; 3 cells seem to mention a phone number"
    )


@pytest.mark.parametrize(
    "names",
    [
        ("birth_day", "birth_month", "birth_year"),
        ("Geburtstag", "Geburtsmonat", "Geburtsjahr"),
        ("DOB_D", "DOB_M", "DOB_Y"),
        ("Day of birth", "Month of birth", "Year of birth"),
        ("jour_naissance", "mois_naissance", "annee_naissance"),
    ],
)
def test_day_of_birth_with_month_and_year_is_a_date_of_birth(names) -> None:
    day, month, year = names
    cells = {day: ["1", "2"], month: ["1", "2"], year: ["1980", "1990"]}
    assert find_personal(table(**cells)) == ((day, f"with '{month}' and '{year}' it is a date of birth"),)
    del cells[day]
    assert find_personal(table(**cells)) == ()


def test_day_of_birth_by_wording_only() -> None:
    asked = {"q1": "On which day of the month was your birth?", "q2": "Month of birth", "q3": "Year of birth"}
    raw = RawTable(pd.DataFrame({q: ["1", "2"] for q in asked}, dtype=object), wording=asked)
    assert find_personal(raw) == ()  # "day" and "month" in one wording: not clear which
    raw = RawTable(raw.frame, wording={**asked, "q1": "Day of birth"})
    assert [name for name, _ in find_personal(raw)] == ["q1"]


def test_coordinates_of_few_places_are_coordinates() -> None:
    assert find_personal(table(LocationLatitude=["52.37"] * 9)) == (
        ("LocationLatitude", "named like coordinates"),
    )
    assert find_personal(table(lat=["1", "2"] * 9)) == ()
