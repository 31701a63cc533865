"""Parquet, Arrow and Feather files and Arrow tables: the same texts as the frame that was written."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import extras
from survey_analysis.readers.frame import from_frame
from survey_analysis.readers.objects import from_object
from survey_analysis.readers.read import read_table


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "big": [2**60 + 1, 2, 3, 4, 5],
            "nullable": pd.array([2**60 + 1, None, 3, 4, 5], dtype="Int64"),
            "f": [0.1, 1e300, np.nan, -0.0, 3.0],
            "f32": np.array([0.1, 2, 3, 4, np.nan], dtype="float32"),
            "s": ["a", "", "ü", None, "x"],
            "b": [True, False, True, True, False],
            "bn": pd.array([True, None, False, True, True], dtype="boolean"),
            "day": pd.to_datetime(["2024-01-01"] * 4 + [None]),
            "at": pd.to_datetime(["2024-01-01 10:00:00.123456789"] * 4 + [None]),
            "tz": pd.to_datetime(["2024-01-01"] * 5).tz_localize("Europe/Berlin"),
            "c": pd.Categorical(["x", "y", "x", None, "y"], categories=["y", "x", "z"], ordered=True),
            "plain": pd.Categorical(["x", "y", "x", None, "y"]),
            "span": pd.to_timedelta([1.5, 2, 3, None, 1e6], unit="s"),
            "date": [dt.date(2020, 1, 1)] * 4 + [None],
            "dec": [Decimal("1.50")] * 4 + [None],
            "time": [dt.time(1, 2, 3)] * 5,
            "a": list("vwxyz"),
            "a.b": list("abcde"),
        }
    )


def _same(raw: RawTable, expected: RawTable) -> None:
    assert raw.columns == expected.columns
    for column in expected.columns:
        assert raw.frame[column].tolist() == expected.frame[column].tolist(), column
    assert raw.labels == expected.labels
    assert raw.ordered == expected.ordered


@pytest.fixture(params=["parquet", "feather", "stream"])
def written(request, tmp_path):
    def write(frame: pd.DataFrame, **options):
        path = tmp_path / f"frame.{request.param}"
        table = pa.Table.from_pandas(frame)
        if request.param == "parquet":
            pq.write_table(table, path, row_group_size=2, **options)
        elif request.param == "feather":
            feather.write_feather(table, str(path), chunksize=2)
        else:
            with pa.ipc.new_stream(path, table.schema) as out:
                out.write_table(table, max_chunksize=2)
        return path

    return write


def test_same_as_the_frame(written) -> None:
    frame = _frame()
    path = written(frame)
    raw = read_table(path)
    _same(raw, from_frame(frame))
    assert raw.frame["big"][0] == str(2**60 + 1)
    assert raw.frame["time"].tolist() == ["01:02:03"] * 5
    if path.suffix == ".parquet":
        _same(raw, from_frame(pd.read_parquet(path)))


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([5, 6, 7, 8, 9], name="id"),
        pd.RangeIndex(1, 6, name="id"),
        pd.MultiIndex.from_product([["x"], range(5)], names=["g", "i"]),
        pd.Index([9, 7, 8, 6, 5]),
    ],
    ids=["named", "range", "levels", "unnamed"],
)
def test_index_of_pandas(written, index) -> None:
    frame = _frame().set_index(index)
    raw = read_table(written(frame))
    _same(raw, from_frame(frame))
    named = [n for n in index.names if n]
    assert bool(raw.notes) == bool(named or not isinstance(index, pd.RangeIndex))


def test_columns_of_several_levels(written) -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    with pytest.raises(DataError, match="has columns of 2 levels"):
        read_table(written(frame))


def test_label_of_a_field_is_wording(tmp_path) -> None:
    field = pa.field("q1", pa.int8(), metadata={"label": "Do you follow?"})
    path = tmp_path / "labels.parquet"
    pq.write_table(pa.table([pa.array([1, 2], pa.int8())], schema=pa.schema([field])), path)
    assert read_table(path).wording == {"q1": "Do you follow?"}


def _told(tmp_path, text: str):
    field = pa.field("q1", pa.int8(), metadata={"survey_analysis": text})
    path = tmp_path / "told.parquet"
    pq.write_table(pa.table([pa.array([1, 2, 9], pa.int8())], schema=pa.schema([field])), path)
    return path


def test_what_our_own_export_says_of_a_column(tmp_path) -> None:
    """The keys that `Survey.export` writes, JSON in the metadata of a field."""
    about = {
        "label": "Do you follow?",
        "values": {"1": "Yes", "2": "No"},
        "missing": {"9": {"kind": "refused", "label": "Refused"}},
        "measure": "nominal",
    }
    raw = read_table(_told(tmp_path, json.dumps(about)))
    assert raw.wording == {"q1": "Do you follow?"}
    assert raw.labels == {"q1": (("1", "Yes"), ("2", "No"))}
    assert [(m.code, m.kind, m.label) for m in raw.missing["q1"]] == [("9", "refused", "Refused")]
    assert raw.measure == {"q1": "nominal"}


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"values": [1]}', '{"missing": {"9": {"kind": "lost"}}}', '{"missing": {"9": 1}}']
)
def test_damaged_metadata(tmp_path, text) -> None:
    with pytest.raises(DataError, match="metadata of column 'q1' are damaged"):
        read_table(_told(tmp_path, text))


def test_polars_enum_and_categorical(tmp_path) -> None:
    frame = pl.DataFrame(
        {
            "e": pl.Series(["b", "a"], dtype=pl.Enum(["a", "b", "c"])),
            "c": pl.Series(["x", "y"], dtype=pl.Categorical),
            "v": pl.Series(["long text of a view", None], dtype=pl.String),
        }
    )
    path = tmp_path / "polars.parquet"
    frame.write_parquet(path)
    if not pq.read_schema(path).field("c").metadata:
        pytest.skip("this version of Polars tells no Enum from a Categorical in a file")
    _same(read_table(path), from_frame(frame))
    frame.write_ipc(tmp_path / "polars.arrow")
    _same(read_table(tmp_path / "polars.arrow"), from_frame(frame))


def test_nested_and_binary_columns_are_named(tmp_path) -> None:
    path = tmp_path / "nested.parquet"
    pq.write_table(pa.table({"id": [1], "l": [[1, 2]], "s": [{"x": 1}], "b": [b"x"]}), path)
    with pytest.raises(DataError) as found:
        read_table(path)
    assert str(found.value) == (
        "'nested.parquet' has columns that hold no plain values: 'l' (list<element: int64>), "
        "'s' (struct<x: int64>), 'b' (binary).\n"
        "  Hint: write lists and structs as columns of their own, and bytes as text."
    )


def test_no_rows_and_options(tmp_path) -> None:
    path = tmp_path / "empty.parquet"
    pq.write_table(pa.table({"a": pa.array([], pa.int8())}), path)
    with pytest.raises(DataError, match="has a header but no respondents"):
        read_table(path)
    with pytest.raises(DataError, match=r"sheet= has no meaning.*\n.*Parquet files take no options"):
        read_table(path, sheet="x")


def test_a_stream_cut_between_two_batches(written) -> None:
    path = written(_frame())
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DataError, match="cannot be read"):
        read_table(path)


def test_arrow_tables_and_streams() -> None:
    frame = _frame()
    table = pa.Table.from_pandas(frame)
    _same(from_object(table), from_frame(frame))
    _same(
        from_object(pa.RecordBatchReader.from_batches(table.schema, table.to_batches(2))), from_frame(frame)
    )
    assert sa.read(pa.table({"q": ["a", "b", "a"]})).proportion("q", answers=["a"]).value == pytest.approx(
        2 / 3
    )


def test_options_of_files_have_no_meaning_for_a_table() -> None:
    with pytest.raises(DataError, match="sheet= has no meaning for a table in memory"):
        sa.read(pd.DataFrame({"a": [1]}), sheet="x")


def test_without_pyarrow(written, monkeypatch) -> None:
    path = written(_frame())
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    with pytest.raises(sa.errors.MissingExtraError, match=r"need pyarrow.*\n.*survey-analysis\[parquet\]"):
        read_table(path)


def test_the_digest_is_of_the_file(written) -> None:
    import hashlib

    path = written(_frame())
    assert read_table(path).digest == hashlib.sha256(path.read_bytes()).hexdigest()
