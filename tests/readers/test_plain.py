"""Delimited text read by columns holds what Python's `csv` reads, or is left to it."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.errors import DataError
from survey_analysis.frames.coded import Coded
from survey_analysis.readers import cells_of, fields
from survey_analysis.readers.plain import columns
from survey_analysis.readers.read import read_table

PIECES = st.lists(
    st.sampled_from(["a", "12", '"', '""', ",", "\n", "\r\n", "\r", " ", "é", "𝄞", "x" * 9]), max_size=40
)


def by_csv(text: str) -> list[list[str]] | None:
    """Rows as `csv` reads them, blank lines left out; None where it refuses or rows are ragged."""
    try:
        rows = [r for r in csv.reader(io.StringIO(text, newline=""), strict=True) if r]
    except csv.Error:
        return None
    return rows if rows and len({len(r) for r in rows}) == 1 else None


def by_columns(text: str) -> list[list[str]] | None:
    """Rows as they are read by columns; None where that leaves the file to `csv`."""
    found = columns(text.encode(), 0, ",", csv.field_size_limit())
    if found is None:
        return None
    cells = found.made([f"c{j}" for j in range(len(found.columns))], 0)
    assert all(type(c) is str for c in cells.frame.to_numpy().ravel())
    for name in cells.names:
        coded = cells.column(name)
        assert coded.cells().tolist() == cells.frame[name].tolist()
        assert coded.texts.tolist() == list(dict.fromkeys(cells.frame[name]))  # in order of appearance
    return cells.frame.to_numpy().tolist()


@settings(max_examples=1500, deadline=None)
@given(PIECES, st.sampled_from([16, 64, 1 << 20]))
def test_any_text_is_read_as_csv_reads_it_or_not_at_all(pieces, size) -> None:
    text = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fields, "BLOCK", size)  # many blocks a file
        rows = by_columns(text)
    if rows is not None:
        assert rows == by_csv(text)


CELLS = st.one_of(
    st.sampled_from(["", "1", "007", "1.0", "N/A", " 2", "-99", "5 or more", "a, b", 'say "no"', "two\nlines", "12345678", "123456789"]),
    st.text(st.characters(exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=30),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=40), st.sampled_from([32, 1 << 20]))
def test_written_tables_are_read_by_columns(rows, size) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fields, "BLOCK", size)
        found = by_columns(out.getvalue())
    assert found == [["a", "b", "c"], *map(list, rows)]


@pytest.mark.parametrize(
    "text",
    ["a,b\n1\n", "a,b\n1,2,3\n", 'a,b\n1,"x\n', 'a,b\n1,"x"y\n', 'a,b\n1,x"y\n', "a,b\r1,2\r", "a,b\n\n1,2\n", "a\n1\n"],
)  # fmt: skip
def test_what_leaves_a_doubt_is_left_to_csv(text) -> None:
    assert by_columns(text) is None


def test_bytes_that_are_no_utf8_are_left_to_the_search_for_an_encoding() -> None:
    data = b"a,b\n" + b"1,2\n" * 10 + "é,1\n".encode("cp1252")
    assert columns(data, 0, ",", csv.field_size_limit()) is None


def test_cells_of_one_key_are_left_to_csv(tmp_path, monkeypatch) -> None:
    cells = [f"answer number {i:04d}" for i in range(300)]
    path = tmp_path / "a.csv"
    path.write_text("q,n\n" + "".join(f"{c},{i}\n" for i, c in enumerate(cells)))
    monkeypatch.setattr(cells_of, "_MIX", np.uint64(0))  # now all of them are
    assert read_table(path).frame["q"].tolist() == cells


def test_short_cells_of_a_long_column_have_keys_of_their_own(tmp_path) -> None:
    cells = ["", "\x01", "a", "b", "ab", "longer than eight", *map(chr, range(33, 34))] * 3
    rows = "".join(f"{i},{c}\n" for i, c in enumerate(cells))
    found = columns(b"n,q\n" + rows.encode(), 0, ",", csv.field_size_limit())
    assert found is not None
    assert found.made(("n", "q"), 1).column("q").cells().tolist() == cells


def test_a_column_turns_long_and_back(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(fields, "BLOCK", 4096)
    cells = ["1", "2"] * 2000 + ["a longer answer", "another, longer"] * 500 + ["3", ""] * 2000
    frame = pd.DataFrame({"q": cells, "id": [f"R_{i:07d}" for i in range(len(cells))]})
    path = tmp_path / "a.csv"
    frame.to_csv(path, index=False)
    raw = read_table(path)
    assert raw.frame["q"].tolist() == cells
    assert raw.frame["id"].tolist() == frame["id"].tolist()


def test_a_ragged_row_far_down_is_named(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 5000 + "1,2,3\n" + "1,2\n" * 10)
    with pytest.raises(DataError, match="line 5002 has 3"):
        read_table(path)


def test_rows_of_a_table_hold_no_codes_of_others(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\nx,1\ny,2\nx,3\n")
    raw = read_table(path)
    some = raw.rows(np.array([True, False, True]))
    assert some.coded("a").texts.tolist() == ["x"]
    assert some.frame.to_numpy().tolist() == [["x", "1"], ["x", "3"]]
    other = raw.with_frame(raw.frame.assign(a=["z", "z", "y"]))
    assert other.coded("a").texts.tolist() == ["z", "y"]
    assert raw.coded("a").texts.tolist() == ["x", "y"]


def test_coded_equals_factorize() -> None:
    column = pd.Series(["b", "", "a", "b"], dtype=object, name="q")
    codes, texts = pd.factorize(column)
    found = Coded.of(column)
    assert (found.codes.tolist(), found.texts.tolist()) == (codes.tolist(), list(texts))
