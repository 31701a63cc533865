"""Delimited text: what goes in comes out."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.readers.read import read_table

# Any text but NUL (refused) and lone surrogates (no text).
CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL  # the writer leaves a bare \r unquoted
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
    packed=st.booleans(),
)
def test_every_cell_comes_back(rows, delimiter, end, bom, packed) -> None:
    text = written([["alpha", "beta", "gamma"], *rows], delimiter, end)
    data = text.encode("utf-8-sig" if bom else "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a.csv.gz" if packed else "a.csv")
        path.write_bytes(gzip.compress(data) if packed else data)
        raw = read_table(path)
    assert raw.frame.to_numpy().tolist() == rows
    assert raw.columns == ("alpha", "beta", "gamma")
    assert all(type(cell) is str for cell in raw.frame.to_numpy().ravel())


@pytest.mark.parametrize(("delimiter", "word"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_delimiter_is_found_and_noted(write, delimiter, word) -> None:
    path = write("a.csv", f"id{delimiter}follow\n1{delimiter}2,5\n2{delimiter}3,5\n")
    raw = read_table(path)
    assert raw.frame["follow"].tolist() == ["2,5", "3,5"]
    assert raw.notes == (f"Delimiter {word} ({delimiter!r}).",)


def test_delimiter_inside_quotes_does_not_count(write) -> None:
    raw = read_table(write("a.csv", 'id;why\n1;"a, b, c"\n2;"d, e, f"\n'))
    assert raw.columns == ("id", "why")


def test_excel_delimiter_line(write) -> None:
    raw = read_table(write("a.csv", "sep=;\r\nid;q\r\n1;2\r\n"))
    assert raw.columns == ("id", "q")
    assert raw.notes == ("Delimiter semicolon (';'), from the first line 'sep=;'.",)


def test_newlines_in_quotes_and_old_mac_line_ends(write) -> None:
    assert read_table(write("a.csv", 'id,why\r\n1,"two\r\nlines"\r\n')).frame["why"].tolist() == [
        "two\r\nlines"
    ]
    assert read_table(write("b.csv", "id,why\r1,x\r2,y\r")).frame["why"].tolist() == ["x", "y"]


def test_cells_are_not_interpreted(write) -> None:
    cells = ["NA", "nan", "None", "007", "1.0", " 2", "1e5", "TRUE", "2024-03-01", "=1+1", "-", "null"]
    raw = read_table(write("a.csv", written([["id", "q"], *([str(i), c] for i, c in enumerate(cells))])))
    assert raw.frame["q"].tolist() == cells


def test_trailing_delimiter_everywhere_is_left_out_with_a_note(write) -> None:
    raw = read_table(write("a.csv", "id,q,\n1,2,\n3,4,\n"))
    assert raw.columns == ("id", "q")
    assert raw.notes == (
        "The last column has no name and no cell in any row (a trailing delimiter); left out.",
    )


def test_trailing_unnamed_column_with_a_cell_stays(write) -> None:
    raw = read_table(write("a.csv", "id,q,\n1,2,\n3,4,x\n"))
    assert raw.frame["unnamed_3"].tolist() == ["", "x"]


def test_blank_lines_are_counted(write) -> None:
    raw = read_table(write("a.csv", "id,q\n1,2\n\n3,4\n\n\n5,6\n\n"))
    assert len(raw) == 3
    assert raw.notes == ("Blank lines left out: 3, the first is line 3.",)


def test_blank_answer_in_a_single_column_is_a_row(write) -> None:
    assert read_table(write("a.csv", 'why\na\n""\nb\n')).frame["why"].tolist() == ["a", "", "b"]


def test_digest_is_of_the_file_and_the_file_is_untouched(write) -> None:
    path = write("a.csv", "id,q\n1,2\n")
    before = path.stat()
    raw = read_table(path)
    assert raw.digest == hashlib.sha256(b"id,q\n1,2\n").hexdigest()
    assert (raw.name, raw.format) == ("a.csv", "csv")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("file", "rows", "columns"),
    [
        ("masculinity-survey/raw-responses.csv.gz", 1615, 98),
        ("flying-etiquette/flying-etiquette.csv.gz", 1040, 27),
        ("anes-2020/anes_2020_analysis.csv.gz", 7453, 65),
        ("recs-2015/recs_2015.csv.gz", 5686, 141),
        ("sporting-goods-tracker/example_a.csv.gz", 8255, 78),
        ("california-api/apistrat.csv", 200, 39),
        ("nhanes2/nhanes2.csv.gz", 10337, 9),
        ("product-test/product_test.csv", 150, 18),
    ],
)
def test_real_files_equal_pandas_cell_by_cell(shared, file, rows, columns) -> None:
    path = shared(*file.split("/"))
    raw = read_table(path)
    assert raw.frame.shape == (rows, columns)
    other = pd.read_csv(path, dtype=object, keep_default_na=False, na_filter=False, header=None, skiprows=1)
    assert raw.frame.to_numpy().tolist() == other.astype(str).to_numpy().tolist()


def test_unnamed_first_column_gets_a_name(shared) -> None:
    raw = read_table(shared("masculinity-survey", "raw-responses.csv.gz"))
    assert raw.columns[:3] == ("unnamed_1", "StartDate", "EndDate")
    assert raw.notes == ("Column 1 has no name; it is called 'unnamed_1'.",)
