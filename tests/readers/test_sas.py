"""SAS data sets, catalogs and transport files; pandas and pyreadstat as second readers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import survey_analysis as sa
from readers import sas_files
from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table

SAMPLES = {"labelled.sas7bdat": sas_files.LABELLED, "compressed.sas7bdat": sas_files.COMPRESSED}


@pytest.mark.parametrize("name", SAMPLES)
def test_data_set(write, name) -> None:
    path = write(name, SAMPLES[name])
    raw = read_table(path)
    assert {n: raw.frame[n].tolist() for n in raw.columns} == sas_files.ROWS
    assert raw.wording == {"follow": "Do you follow?"}
    assert [(m.code, m.kind) for m in raw.missing["follow"]] == [(".A", "no_answer")]
    assert raw.label_sets == {"follow": "YESNO", "sex": "$SEX"}
    second = pd.read_sas(path, encoding="utf-8")
    assert second["w"].tolist() == [float(t) for t in raw.frame["w"]]
    assert second["day"].dt.strftime("%Y-%m-%d").tolist() == raw.frame["day"].tolist()
    assert second["sex"].fillna("").tolist() == raw.frame["sex"].tolist()
    assert second["follow"].isna().tolist() == [False, False, True, True]


def test_catalog_beside_the_data(write) -> None:
    path, catalog = (
        write("labelled.sas7bdat", sas_files.LABELLED),
        write("formats.sas7bcat", sas_files.CATALOG),
    )
    raw = sa.read(path, metadata=catalog).table.raw
    assert dict(raw.labels["follow"])["2"] == "No"
    assert raw.labels["sex"] == (("m", "Male"), ("f", "Female"))
    assert [m.code for m in raw.missing["follow"]] == [".A"]
    assert sa.read(path).table.raw.labels == {}  # only when it is given


def test_catalog_of_other_data(write) -> None:
    catalog = write("formats.sas7bcat", sas_files.CATALOG)
    with pytest.raises(DataError, match="names no format"):
        sa.read(write("a.csv", "a,b\n1,2\n"), metadata=catalog)
    with pytest.raises(DataError, match=r"is a SAS catalog, which cannot be read yet"):
        read_table(catalog)


def test_tagged_values_of_haven(write) -> None:
    raw = read_table(write("h.sas7bdat", sas_files.TAGGED))
    assert raw.frame["tag"].tolist() == ["1", ".A", ".Z"]
    assert raw.frame["x"].tolist() == ["1.5", "", "3.25"]
    assert raw.frame["s"].tolist() == ["a", "", "zürich"]
    assert raw.frame["t"].tolist() == ["2024-03-01 08:28:09", "", "1999-12-31 23:59:59"]


def test_cut_data_set(write) -> None:
    with pytest.raises(DataError, match=r"is cut off or damaged\.\n  Its header announces 1 pages of 4096"):
        read_table(write("cut.sas7bdat", sas_files.LABELLED[:5000]))


def _frame() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    numbers = rng.normal(size=200) * 10.0 ** rng.integers(-30, 30, 200)
    return pd.DataFrame(
        {
            "n": numbers,
            "s": [f"x{i} ü" if i % 3 else "" for i in range(200)],
            "k": [float(i - 100) for i in range(200)],
        }
    )


@pytest.mark.parametrize("version", [5, 8])
def test_transport_file(tmp_path, numbers, version) -> None:
    path, frame = tmp_path / "t.xpt", _frame()
    frame.loc[7, "n"] = None
    pyreadstat.write_xport(
        frame, str(path), column_labels=["N", "S", "K"], file_format_version=version, table_name="T"
    )
    raw, second = read_table(path), pyreadstat.read_xport(str(path))[0]
    assert raw.wording == {"n": "N", "s": "S", "k": "K"}
    assert raw.frame["s"].tolist() == second["s"].tolist() == frame["s"].tolist()
    exact = pd.Series(numbers(raw.frame["n"]))
    assert exact.tolist()[:7] == second["n"].tolist()[:7]
    assert exact.equals(second["n"])
    assert np.nanmax(np.abs(exact / frame["n"] - 1)) < 2**-50  # base 16 keeps 53 to 56 bits
    assert raw.frame["k"].tolist() == [str(i - 100) for i in range(200)]
    if version == 5:
        assert pd.read_sas(path, format="xport", encoding="utf-8")["n"].tolist()[:7] == exact.tolist()[:7]
    assert raw.notes[:2] == (
        "SAS transport file, text in utf-8, as it fits; the format does not say.",
        "Table 'T' of the file.",
    )


def test_transport_dates_and_tags(tmp_path) -> None:
    path = tmp_path / "t.xpt"
    frame = pd.DataFrame(
        {
            "d": [dt.date(2024, 3, 1), dt.date(1950, 12, 24)],
            "t": [pd.Timestamp("2024-03-01 08:28:09").to_pydatetime()] * 2,
            "q": [1.0, 5.0],
        }
    )
    pyreadstat.write_xport(frame, str(path), file_format_version=5)
    data = path.read_bytes()
    place = data.rindex(b"A\x50" + b"\0" * 6)  # 5 in base 16: make it the missing value .B
    path.write_bytes(data[:place] + b"B" + b"\0" * 7 + data[place + 8 :])
    raw = read_table(path)
    assert raw.frame["d"].tolist() == ["2024-03-01", "1950-12-24"]
    assert raw.frame["t"].tolist() == ["2024-03-01 08:28:09"] * 2
    assert raw.frame["q"].tolist() == ["1", ".B"]
    assert [m.code for m in raw.missing["q"]] == [".B"]
    assert pd.read_sas(path)["q"].isna().tolist() == [False, True]


def test_several_data_sets(tmp_path) -> None:
    one, two = tmp_path / "a.xpt", tmp_path / "b.xpt"
    pyreadstat.write_xport(pd.DataFrame({"a": [1.0]}), str(one), table_name="ONE", file_format_version=5)
    pyreadstat.write_xport(pd.DataFrame({"b": [2.0, 3.0]}), str(two), table_name="TWO", file_format_version=5)
    both = tmp_path / "both.xpt"
    both.write_bytes(one.read_bytes() + two.read_bytes()[240:])
    assert read_table(both, table="TWO").frame["b"].tolist() == ["2", "3"]
    assert read_table(both, table="ONE").frame["a"].tolist() == ["1"]
    with pytest.raises(DataError, match=r"holds 2 tables\.\n  They are 'ONE', 'TWO'\."):
        read_table(both)


def test_cut_transport_file(tmp_path) -> None:
    path = tmp_path / "t.xpt"
    pyreadstat.write_xport(_frame(), str(path), file_format_version=5)
    path.write_bytes(path.read_bytes()[:-95])
    with pytest.raises(DataError, match="is cut off: its last record is not whole"):
        read_table(path)


def test_long_names_and_labels_of_version_8(tmp_path) -> None:
    path, label = tmp_path / "t.xpt", "How often do you " + "really " * 8 + "shop?"
    pyreadstat.write_xport(
        pd.DataFrame({"shopping_frequency": [1.0, 2.0]}),
        str(path),
        column_labels=[label],
        file_format_version=8,
    )
    raw = read_table(path)
    assert raw.wording == {"shopping_frequency": label}
    assert pyreadstat.read_xport(str(path))[1].column_names_to_labels == raw.wording


def test_transport_header_that_contradicts_itself(tmp_path) -> None:
    """Places of variables, or a count of rows, that would make other rows of the same bytes."""
    path = tmp_path / "t.xpt"
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    pyreadstat.write_xport(frame, str(path), file_format_version=8)
    data = path.read_bytes()
    begins = data.index(b"b".ljust(8)) - 8  # the record of the second variable, whose place is its byte 84
    assert data[begins + 84 : begins + 88] == b"\0\0\0\x08"
    path.write_bytes(data[: begins + 87] + b"\x10" + data[begins + 88 :])
    with pytest.raises(DataError, match="is damaged") as found:
        read_table(path)
    assert "the variable 'b' is said to begin at byte 16, not at 8" in found.value.where
    count = data.index(b"OBSV8") + 28
    assert data[count : count + 15].strip() == b"2"
    path.write_bytes(data[:count] + b"2=1".ljust(15) + data[count + 15 :])
    with pytest.raises(DataError, match="is damaged") as found:
        read_table(path)
    assert "the number of observations is b'2=1'" in found.value.where
