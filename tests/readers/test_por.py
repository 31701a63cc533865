"""SPSS portable files; pyreadstat as writer and second reader."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.readers.por_records import NUMBER, base_30
from survey_analysis.readers.read import read_table


def _written(path, frame, **options):
    pyreadstat.write_por(frame, str(path), **options)
    return path


def test_numbers_texts_and_dates(tmp_path, numbers) -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "a": rng.normal(size=300) * 10.0 ** rng.integers(-16, 16, 300),
            "s": [f"x{i} y" if i % 3 else "" for i in range(300)],
            "d": [dt.date(2024, 3, 1)] * 300,
            "t": [pd.Timestamp("2024-03-01 08:28:09").to_pydatetime()] * 300,
            "h": [dt.time(8, 30, 9)] * 300,
        }
    )
    frame.loc[5, "a"] = None
    path = _written(tmp_path / "p.por", frame, column_labels=["A", "S", "D", "T", "H"])
    raw, second = read_table(path), pyreadstat.read_por(str(path), disable_datetime_conversion=True)[0]
    assert list(raw.columns) == list(second.columns) == ["A", "S", "D", "T", "H"]
    assert numbers(raw.frame["A"]) == pytest.approx(second["A"].tolist(), rel=1e-14, nan_ok=True)
    assert numbers(raw.frame["A"]) == pytest.approx(frame["a"].tolist(), rel=1e-14, nan_ok=True)
    assert raw.frame["S"].tolist() == frame["s"].tolist()
    assert raw.frame.iloc[0, 2:].tolist() == ["2024-03-01", "2024-03-01 08:28:09", "08:30:09"]
    assert raw.wording == {n: n for n in "ASDTH"}


@pytest.mark.parametrize(
    ("text", "value"),
    [(b"A.F/", 10.5), (b"-1+2/", -900.0), (b".3/", 0.1), (b"10/", 30.0), (b" T/", 29.0), (b"1-1/", 1 / 30)],
)
def test_numbers_of_base_30(text, value) -> None:
    assert base_30(NUMBER.fullmatch(text)) == value


def _with(path, after: bytes, record: bytes) -> None:
    """Put a record behind another and lay the lines again."""
    data = path.read_bytes().replace(b"\r\n", b"")
    place = data.index(after) + len(after)
    data = data[:place] + record + data[place:]
    path.write_bytes(b"\r\n".join(data[i : i + 80] for i in range(0, len(data), 80)))


def test_user_missing_codes_and_labels_stay(tmp_path) -> None:
    """Records of PSPP's manual: 8 one code, B a range, D value labels; 9 is "9/", 12 is "C/", 98 is "38/"."""
    path = _written(tmp_path / "m.por", pd.DataFrame({"q": [1.0, 2.0, 9.0, 98.0, 12.0]}), column_labels=["Q"])
    labels = b"D1/1/Q3/1/3/Yes9/7/Refused38/A/Don't know"
    _with(path, b"C1/Q", labels)
    _with(path, b"5/8/2/5/8/2/", b"89/BC/3A/")
    raw = read_table(path)
    assert raw.frame["Q"].tolist() == ["1", "2", "9", "98", "12"]
    assert raw.labels["Q"] == (("1", "Yes"), ("9", "Refused"), ("98", "Don't know"))
    assert [(m.code, m.kind) for m in raw.missing["Q"]] == [
        ("9", "refused"),
        ("12", "no_answer"),
        ("98", "dont_know"),
    ]
    second = pyreadstat.read_por(str(path))[0]["Q"]
    assert second.isna().tolist()[3:] == [True, True]  # it empties the range, which is why it is not used
    assert sa.read(path).proportion("Q").to_frame()["n"].tolist() == [2, 2]


def test_cut_file(tmp_path) -> None:
    path = _written(tmp_path / "c.por", pd.DataFrame({"q": [1.0, 2.5, 1 / 7] * 50}))
    path.write_bytes(path.read_bytes()[:1100])
    with pytest.raises(DataError, match=r"The SPSS portable file 'c.por' cannot be read"):
        read_table(path)


def test_encoding(tmp_path) -> None:
    path = _written(tmp_path / "e.por", pd.DataFrame({"s": ["Zurich", "x"]}))
    path.write_bytes(path.read_bytes().replace(b"6/Zurich", "6/Zürich".encode("cp1252")))
    raw = read_table(path)
    assert raw.frame["S"].tolist() == ["Zürich", "x"]
    assert raw.notes == ("SPSS portable file, text in cp1252, as it fits; the format does not say.",)
    assert read_table(path, encoding="cp1251").frame["S"][0] == "Zьrich"
    with pytest.raises(DataError, match="is not utf-8"):
        read_table(path, encoding="utf-8")
