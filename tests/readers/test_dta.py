"""Stata files: codes, labels, tagged missing values, dates; pandas and documented contents as second readers."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import statsmodels

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.variables import MISSING_KINDS
from survey_analysis.readers.frame import from_frame
from survey_analysis.readers.read import read_table

ANES = ("anes-2020", "anes_2020_stata_example.dta")
OTHERS = Path(statsmodels.__file__).parent
DECLARED = [["-9", "refused"], ["-8", "dont_know"], ["-1", "not_applicable"]]


def test_tagged_missing_values_as_documented(shared) -> None:
    """pyreadstat's own test of the file: .a .b .c .x .y .z, twice a plain missing value, 1; label of .a 'missing'."""
    raw = read_table(shared("file-samples", "missing_test.dta"))
    cells = {n: raw.frame[n].tolist() for n in raw.columns}
    assert cells == dict(
        zip(raw.columns, [[".a"], [".b"], [".c"], [".x"], [".y"], [".z"], [""], [""], ["1"]], strict=True)
    )
    assert {n: [m.code for m in codes] for n, codes in raw.missing.items()} == {
        f"var{i}": [tag] for i, tag in enumerate((".a", ".b", ".c", ".x", ".y", ".z"), start=1)
    }
    assert raw.labels == {"var1": ((".a", "missing"),)}


def test_anes_against_pandas(shared, numbers) -> None:
    path = shared(*ANES)
    raw, second = read_table(path), pd.read_stata(path, convert_categoricals=False)
    assert raw.frame.shape == second.shape == (7453, 44)
    assert list(raw.columns) == list(second.columns)
    for column in raw.columns:
        assert numbers(raw.frame[column]) == second[column].tolist()
    with pd.io.stata.StataReader(path, convert_categoricals=False) as reader:
        wording, sets = reader.variable_labels(), reader.value_labels()
        used = dict(zip(second.columns, reader._lbllist, strict=True))
    assert raw.wording == {n: w.strip() for n, w in wording.items()}
    assert {n: dict(pairs) for n, pairs in raw.labels.items()} == {
        n: {str(int(code)): label for code, label in sets[name].items()} for n, name in used.items() if name
    }


def test_anes_names_columns_whose_negative_codes_look_missing(shared) -> None:
    raw = read_table(shared(*ANES))
    note = raw.notes[-1]
    assert not raw.missing
    assert "V201102, V201101, V201103, V201230, V202110x (-9, -8, -1)" in note
    assert "V201617x (-9, -5)" in note
    assert '["-9", "refused"], ["-8", "dont_know"]' in note
    assert '["-5", "break_off"]' in note
    assert "V200002" not in note


def test_declared_codes_of_anes_are_typed_missing(shared) -> None:
    names = ("V201102", "V201103", "V201230")
    path = shared(*ANES)
    survey = sa.read(
        path,
        study={
            "questions": {
                n: {"kind": "single", "missing": DECLARED, "levels": _levels(path, n)} for n in names
            }
        },
    )
    second = pd.read_stata(path, convert_categoricals=False)
    kinds = dict(DECLARED)
    for name in names:
        counts = Counter(str(int(v)) for v in second[name])
        row = survey.proportion(name).to_frame().iloc[0]
        assert row["n"] == sum(n for code, n in counts.items() if code not in kinds)
        assert row["n_missing"] == counts["-9"] + counts["-8"]  # who was not asked is no missing answer
        held = survey.table.variable(name)
        typed = Counter(MISSING_KINDS[k] for k in held.missing)
        assert {k: n for k, n in typed.items() if k != "answered"} == {
            kinds[code]: n for code, n in counts.items() if code in kinds
        }


def _levels(path: Path, name: str) -> list[list[str]]:
    return [[code, label] for code, label in read_table(path).labels[name] if int(code) > 0]


@pytest.mark.parametrize(
    "place",
    [
        "datasets/macrodata/macrodata.dta",
        "sandbox/regression/tests/griliches76.dta",
        "iolib/tests/results/data_missing.dta",
    ],
)
def test_files_of_stata_itself(place) -> None:
    path = OTHERS / place
    raw, second = read_table(path), from_frame(pd.read_stata(path, convert_categoricals=False))
    assert raw.frame.equals(second.frame)


def test_dates_by_their_format() -> None:
    path = OTHERS / "iolib/tests/results/time_series_examples.dta"
    raw = read_table(path)
    second = pd.read_stata(path, columns=[c for c in raw.columns if c != "datetime_big_c"])
    for name in second.columns.drop("yearly_date"):
        pd.testing.assert_series_equal(
            pd.to_datetime(raw.frame[name]), second[name], check_dtype=False, check_names=False
        )
    assert raw.frame["yearly_date"].tolist() == ["2010", "2"]  # Stata shows it so: a year is its number
    assert raw.frame["datetime_big_c"].tolist() == ["1479596223000", "-1479590"]
    assert [n.split(":")[0] for n in raw.notes[1:]] == [
        "Weeks, months, quarters or half-years, written as their first day",
        "Times with leap seconds (%tC), left as numbers",
    ]


def test_times_of_day_and_dates_out_of_range(tmp_path) -> None:
    path = tmp_path / "times.dta"
    frame = pd.DataFrame(
        {"t": [30_609_000.0, 0.0], "moment": [30_609_000.0, 86_400_000.0], "d": [23436.0, 1e9]}
    )
    formats = {"t": "%tcHH:MM:SS", "moment": "%tcHH:MM", "d": "%td"}
    pyreadstat.write_dta(frame, str(path), variable_format=formats)
    raw = read_table(path)
    assert raw.frame["t"].tolist() == ["08:30:09", "00:00:00"]
    assert raw.frame["moment"].tolist() == ["1960-01-01 08:30:09", "1960-01-02 00:00:00"]
    assert raw.frame["d"].tolist() == ["2024-03-01", "1000000000"]
    assert raw.notes[-1] == "Dates that no calendar holds, left as numbers, in: d."


@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_every_release(tmp_path, version) -> None:
    path = tmp_path / "release.dta"
    frame = pd.DataFrame(
        {"q": [1.0, "a", 2.0, None, "z"], "s": ["x", "", "yy", "z", "w"], "v": [0.1, 1 / 3, -2.5, 1e300, 3]}
    )
    pyreadstat.write_dta(
        frame,
        str(path),
        version=version,
        column_labels={"q": "Do you shop?"},
        missing_user_values={"q": ["a", "z"]},
        variable_value_labels={"q": {1: "Yes", 2: "No", "a": "Refused", "z": "Don't know"}},
    )
    raw = read_table(path)
    assert raw.frame["q"].tolist() == ["1", ".a", "2", "", ".z"]
    assert [(m.code, m.kind, m.label) for m in raw.missing["q"]] == [
        (".a", "refused", "Refused"),
        (".z", "dont_know", "Don't know"),
    ]
    assert dict(raw.labels["q"])["1"] == "Yes"
    assert raw.wording == {"q": "Do you shop?"}
    assert raw.frame["s"].tolist() == frame["s"].tolist()
    assert [float(t) for t in raw.frame["v"]] == frame["v"].tolist()
    counted = sa.read(path).proportion("q").to_frame()
    assert counted["n"].tolist() == [2, 2]


def _pyreadstat() -> tuple[int, ...]:
    return tuple(int(part) for part in pyreadstat.__version__.split(".") if part.isdigit())


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_what_pandas_writes(tmp_path, version) -> None:
    path = tmp_path / "pandas.dta"
    frame = pd.DataFrame(
        {
            "i": np.array([1, -2, 3], dtype="int8"),
            "f": np.array([0.1, 2.5, np.nan], dtype="float32"),
            "s": ["Zürich", "", "x"],
            "c": pd.Categorical(["no", "yes", "no"], categories=["no", "yes"]),
        }
    )
    long = {"convert_strl": ["s"]} if version >= 117 else {}
    frame.to_stata(path, write_index=False, version=version, **long)
    if version == 119 and _pyreadstat() < (1, 3, 7):
        with pytest.raises(DataError, match="install a newer pyreadstat"):
            read_table(path)
        return
    raw = read_table(path)
    assert raw.frame["i"].tolist() == ["1", "-2", "3"]
    assert raw.frame["f"].tolist() == ["0.1", "2.5", ""]  # the shortest text of single precision
    assert raw.frame["s"].tolist() == ["Zürich", "", "x"]
    assert raw.frame["c"].tolist() == ["0", "1", "0"]
    assert raw.labels["c"] == (("0", "no"), ("1", "yes"))


def test_a_file_that_is_cut_off(shared, tmp_path) -> None:
    whole = shared(*ANES).read_bytes()
    path = tmp_path / "cut.dta"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError) as found:
        read_table(path)
    assert str(found.value).splitlines() == [
        "The Stata file 'cut.dta' is cut off.",
        f"  Its header announces 7,453 rows of 44 columns, at least {len(whole):,} bytes; the file has {len(whole) // 2:,}.",
        "  Hint: copy or export it again.",
    ]


def test_a_header_that_promises_too_many_rows(shared, tmp_path) -> None:
    data = shared(*ANES).read_bytes()
    path = tmp_path / "promise.dta"
    place = data.index(b"<N>") + 3
    path.write_bytes(data[:place] + struct.pack("<Q", 10**12) + data[place + 8 :])
    with pytest.raises(DataError, match=r"header of the Stata file 'promise.dta' is damaged"):
        read_table(path)


def test_encoding_of_old_releases(tmp_path) -> None:
    path = tmp_path / "old.dta"
    pd.DataFrame({"s": ["Zürich"]}).to_stata(path, write_index=False, version=114)
    assert read_table(path).frame["s"][0] == "Zürich"
    assert read_table(path, encoding="iso-8859-5").frame["s"][0] == "Zќrich"


def test_bytes_that_are_no_utf8(tmp_path) -> None:
    """ReadStat checks nothing in files of Stata 14 and later; in a cell, a label, a name the hint is the encoding."""
    path = tmp_path / "u.dta"
    frame = pd.DataFrame({"größe": [1.0, 2.0], "s": ["Zürich", "x"]})
    labels = {"größe": {1.0: "groß"}}
    pyreadstat.write_dta(
        frame, str(path), version=15, column_labels=["Länge", "Stadt"], variable_value_labels=labels
    )
    whole = path.read_bytes()
    for text in ("Zürich", "groß", "Länge", "größe"):
        path.write_bytes(whole.replace(text.encode(), text.encode().replace(b"\xc3", b"\xff")))
        with pytest.raises(DataError, match="The Stata file 'u.dta' cannot be read") as found:
            read_table(path)
        assert found.value.hint == 'give the encoding it was saved in, such as encoding = "cp1252".'
