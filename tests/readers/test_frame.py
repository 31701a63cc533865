"""pandas and Polars frames: exact text, labels, a digest of the content."""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.errors import DataError
from survey_analysis.readers.frame import from_frame


def test_every_kind_of_cell() -> None:
    frame = pd.DataFrame(
        {
            "float": [3.0, 0.1, None],
            "single": np.array([0.1, np.nan, 2], dtype=np.float32),
            "int": [1, -2, 2**62 + 1],
            "nullable": pd.array([2**53 + 1, None, 3], dtype="Int64"),
            "truth": [True, False, True],
            "maybe": pd.array([True, None, False], dtype="boolean"),
            "text": ["x", None, " y "],
            "mixed": [1, True, 1.0],
            "day": pd.to_datetime(["2024-03-01", None, "2024-03-02"]),
            "moment": pd.to_datetime(["2024-03-01 08:28:09", None, "2024-03-02 00:00:00"]),
            "span": pd.to_timedelta(["30:00:00", None, "00:04:10.8"]),
            "date": [dt.date(2024, 3, 1), None, dt.date(1880, 1, 2)],
        }
    )
    raw = from_frame(frame)
    assert raw.frame.to_dict("list") == {
        "float": ["3", "0.1", ""],
        "single": ["0.1", "", "2"],
        "int": ["1", "-2", "4611686018427387905"],
        "nullable": ["9007199254740993", "", "3"],
        "truth": ["True", "False", "True"],
        "maybe": ["True", "", "False"],
        "text": ["x", "", " y "],
        "mixed": ["1", "True", "1"],
        "day": ["2024-03-01", "", "2024-03-02"],
        "moment": ["2024-03-01 08:28:09", "", "2024-03-02 00:00:00"],
        "span": ["30:00:00", "", "00:04:10.8"],
        "date": ["2024-03-01", "", "1880-01-02"],
    }
    assert all(type(c) is str for c in raw.frame.to_numpy().ravel())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(allow_infinity=False), min_size=1, max_size=20))
def test_floats_read_back_to_the_same_number(values) -> None:
    texts = from_frame(pd.DataFrame({"v": values})).frame["v"]
    back = np.array([float(t) if t else np.nan for t in texts])
    assert np.array_equal(back, np.array(values), equal_nan=True)


def test_categories_become_labels_in_their_order() -> None:
    values = pd.Categorical(["often", "never", None], categories=["never", "rarely", "often"], ordered=True)
    raw = from_frame(pd.DataFrame({"q": values}))
    assert raw.frame["q"].tolist() == ["often", "never", ""]
    assert raw.labels["q"] == (("never", "never"), ("rarely", "rarely"), ("often", "often"))


def test_the_frame_is_copied_and_index_levels_kept() -> None:
    frame = pd.DataFrame({"q": ["a", "b"]}, index=pd.Index([7, 9], name="rid"))
    raw = from_frame(frame, name="wave 1")
    frame.loc[7, "q"] = "changed"
    assert raw.frame.to_dict("list") == {"rid": ["7", "9"], "q": ["a", "b"]}
    assert raw.notes == ("Index levels became columns: 'rid'.",)
    assert raw.name == "wave 1"


def test_digest_is_of_the_content() -> None:
    one = from_frame(pd.DataFrame({"a": ["x", "yz"]})).digest
    assert one == from_frame(pd.DataFrame({"a": ["x", "yz"]}, index=[5, 6])).digest
    assert one != from_frame(pd.DataFrame({"a": ["xy", "z"]})).digest
    assert one != from_frame(pd.DataFrame({"b": ["x", "yz"]})).digest


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": []}), "'frame' has a header but no respondents."),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "'frame' has 1 column name more than once."),
        (pd.DataFrame({"a": [[1], [2]]}), "Column 'a' holds a list, which has no text form."),
        (
            pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
            "'frame' has columns of 2 levels.",
        ),
        ({"a": [1]}, "A builtins.dict is not a table that can be read."),
    ],
)
def test_bad_frames(frame, message) -> None:
    with pytest.raises(DataError) as found:
        from_frame(frame)
    assert found.value.what == message


def test_polars_equals_pandas() -> None:
    pl = pytest.importorskip("polars")
    columns = {
        "float": [3.0, 0.1, None],
        "int": [1, None, 2**62 + 1],
        "truth": [True, None, False],
        "text": ["x", None, "y"],
        "day": [dt.date(2024, 3, 1), None, dt.date(2024, 3, 2)],
        "moment": [
            dt.datetime.fromisoformat(t) if t else None for t in ("2024-03-01 08:28:09", "", "2024-03-02")
        ],
    }
    raw = from_frame(pl.DataFrame(columns))
    assert raw.frame.to_dict("list") == {
        "float": ["3", "0.1", ""],
        "int": ["1", "", "4611686018427387905"],
        "truth": ["True", "", "False"],
        "text": ["x", "", "y"],
        "day": ["2024-03-01", "", "2024-03-02"],
        "moment": ["2024-03-01 08:28:09", "", "2024-03-02 00:00:00"],
    }
    assert raw.format == "polars"
    text = pl.DataFrame({"q": ["a", "b"]})
    assert from_frame(text).digest == from_frame(pd.DataFrame({"q": ["a", "b"]})).digest
    enum = pl.DataFrame({"q": pl.Series(["b", "a"], dtype=pl.Enum(["a", "b"]))})
    assert from_frame(enum).labels["q"] == (("a", "a"), ("b", "b"))
    with pytest.raises(DataError, match="A lazy Polars frame has no rows yet"):
        from_frame(pl.LazyFrame(columns))


def test_polars_is_not_imported_for_pandas() -> None:
    import subprocess

    code = (
        "import sys, pandas; from survey_analysis.readers.frame import from_frame; "
        "from_frame(pandas.DataFrame({'a': [1]})); print('polars' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
