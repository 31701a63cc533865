"""SPSS files: labels, typed missing codes, dates, encodings."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from survey_analysis.errors import DataError
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.read import read_table


def test_all_types(shared) -> None:
    raw = read_table(shared("file-samples", "simple_alltypes.sav"))
    assert raw.frame.shape == (6, 12)
    assert raw.frame["x"].tolist() == ["1", "2", "3", "4", "8", "9"]
    assert raw.frame["z"].tolist() == ["-9", "", "1.234", "999", "3.14159", ""]
    assert raw.frame["y"].tolist() == ["2000-01-01", "2000-01-02", "1950-12-24", "1776-07-04", "", ""]
    assert raw.frame["str"].tolist()[3:5] == ["NA", ""]
    assert raw.frame["quarter"].tolist()[-1] == "2015-01-01"
    assert raw.labels["x"] == (("1", "red"), ("2", "green"), ("3", "blue"))
    assert raw.labels["ca_subvar_1"][0] == ("a", "a")
    assert raw.wording["z"] == "Numberic variable with missing value range"
    assert [m.code for m in raw.missing["x"]] == ["7", "8", "99"]
    assert [(m.code, m.kind, m.label) for m in raw.missing["z"]] == [
        ("-9", "no_answer", ""),
        ("999", "no_answer", "skipped"),
    ]
    assert raw.notes == (
        "SPSS file in windows-1252.",
        "User-missing codes declared in the file: x 7, 8, 99; z -999 to 0, 999.",
        "Multiple-response set 'categorical_array' (no label): ca_subvar_1, ca_subvar_2, ca_subvar_3, categories.",
        "Multiple-response set 'mymrset' (My multiple response set): bool1, bool2, bool3, counted value 1.",
    )


def test_missing_ranges(shared) -> None:
    raw = read_table(shared("file-samples", "sample_missing.sav"))
    assert [m.code for m in raw.missing["mynum"]] == ["2500", "-1"]
    assert [m.code for m in raw.missing["myord"]] == ["-1", "-2", "-3"]
    assert raw.frame["mynum"].tolist()[-2:] == ["-1", "2500"]  # the cells stay


def test_compressed_and_accents(shared) -> None:
    assert read_table(shared("file-samples", "sample.zsav")).frame["dtime"][0] == "2018-05-06 10:10:10"
    raw = read_table(shared("file-samples", "umlauts.sav"))
    assert raw.labels["var1"] == (("1", "the ä umlaut"), ("2", "the ü umlaut"), ("3", "the ö umlaut"))
    assert raw.wording["var1"] == "This is an ä-umlaut"


def test_kinds_from_labels(tmp_path) -> None:
    path = tmp_path / "kinds.sav"
    frame = pd.DataFrame({"q": [1.0, 2.0, 97.0, 98.0, 99.0, None]})
    labels = {1.0: "Yes", 2.0: "No", 97.0: "Don't know", 98.0: "Refused", 99.0: "Not applicable"}
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={"q": "Do you shop?"},
        variable_value_labels={"q": labels},
        missing_ranges={"q": [97, 98, 99]},
    )
    raw = read_table(path)
    assert raw.frame["q"].tolist() == ["1", "2", "97", "98", "99", ""]
    assert [(m.code, m.kind) for m in raw.missing["q"]] == [
        ("97", "dont_know"),
        ("98", "refused"),
        ("99", "not_applicable"),
    ]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("DK", "dont_know"),
        ("Don’t know / not sure", "dont_know"),
        ("Weiß nicht", "dont_know"),
        ("-9. Refused", "refused"),
        ("Prefer not to say", "refused"),
        ("Inapplicable", "not_applicable"),
        ("N/A", "not_applicable"),
        ("Not asked in this wave", "not_asked"),
        ("Break-off", "break_off"),
        ("skipped", "no_answer"),
        ("", "no_answer"),
    ],
)
def test_missing_kind(label, kind) -> None:
    assert missing_kind(label) == kind


def test_numbers_survive(tmp_path) -> None:
    values = [0.1, 1 / 3, 1e-300, -2.5, 123456789.125, 3.0, None]
    path = tmp_path / "numbers.sav"
    pyreadstat.write_sav(pd.DataFrame({"v": values}), str(path))
    texts = read_table(path).frame["v"].tolist()
    assert [float(t) if t else None for t in texts] == values
    assert texts[5] == "3"


def test_header_rows_have_no_meaning(shared) -> None:
    with pytest.raises(DataError, match="header_rows= has no meaning"):
        read_table(shared("file-samples", "umlauts.sav"), header_rows=2)
