"""Mutated files of every format: all rows, or a refusal in our words; no crash, hang or other exception.

`SURVEY_ANALYSIS_FUZZ` sets how many mutations a format gets; `python -m tests.fuzz` runs for longer.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import random
import struct
import zipfile

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from fuzz.campaign import judged
from fuzz.mutations import mutated, rezipped
from fuzz.samples import FRAME, samples
from fuzz.worker import Worker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.readers import csv as csv_reader
from survey_analysis.readers.read import read_table
from survey_analysis.study import workbook_parts

EXAMPLES = int(os.environ.get("SURVEY_ANALYSIS_FUZZ", "150"))
SLOW = {"duckdb": 8}  # databases of half a megabyte, opened anew for each


@pytest.fixture(scope="module")
def worker():
    made = Worker()
    yield made
    made.close()


@pytest.fixture(scope="module")
def wholes(worker):
    return {name: worker(sample, sample.data) for name, sample in samples().items()}


def test_every_sample_is_read_with_its_rows(wholes) -> None:
    for name, (outcome, counted) in wholes.items():
        assert outcome.ending == "read", (name, outcome)
        assert counted in (None, outcome.rows), name
    assert sum(counted is not None for _, counted in wholes.values()) > 20


@pytest.mark.parametrize("name", list(samples()))
def test_mutated(name, worker, wholes) -> None:
    sample = samples()[name]
    others = [s.data[:4096] for s in samples().values() if s.name != name]
    whole = wholes[name][0]

    @settings(
        max_examples=EXAMPLES // SLOW.get(name, 1),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32))
    def every(seed: int) -> None:
        data, changes = mutated(sample.data, others, random.Random(seed))
        outcome, counted = worker(sample, data)
        wrong = judged(sample, changes, outcome, counted, whole)
        if (
            wrong
        ):  # in a process of its own: the memory left to one that has read much is no fault of the reader
            worker.close()
            outcome, counted = worker(sample, data)
            wrong = judged(sample, changes, outcome, counted, whole)
        assert not wrong, f"{wrong} after {changes}: {outcome.detail[-2000:]}"

    every()


# Damage of which ReadStat's C code dies or died: place in the file by what stands there, and what is put there.
LABELLED_INDEX = b"\x04\0\0\0\x01\0\0\0\x02\0\0\0"
CRASHES = {
    "label of no variable": (LABELLED_INDEX, LABELLED_INDEX[:8] + b"\x22\0\0\0"),
    "label of a negative variable": (LABELLED_INDEX, LABELLED_INDEX[:8] + b"\x02\0\0\x7f"),
    "label of a long text": (LABELLED_INDEX, LABELLED_INDEX[:8] + b"\x03\0\0\0"),
    "width of a text without its records": (b"ID      \x02\0\0\0\0", b"ID      \x02\0\0\0\x10"),
    "gigantic width": (b"ID      \x02\0\0\0\0\0\0\0", b"ID      \x02\0\0\0\0\0\0\x7f"),
}


@pytest.mark.parametrize("name", CRASHES)
@pytest.mark.parametrize("sample", ["sav", "sav-compressed", "zsav"])
def test_what_crashes_the_c_code_is_refused_before(worker, sample, name) -> None:
    old, new = CRASHES[name]
    whole = samples()[sample].data
    assert old in whole
    outcome, _ = worker(samples()[sample], whole.replace(old, new))
    assert outcome.ending == "refused", outcome
    assert "is damaged" in outcome.detail


# A number that has become a text, though its value labels are those of numbers and so no text.
AS_TEXT = {
    **{
        f"width {w}": (b"ID      \x02\0\0\0\0\0\0\0", b"ID      \x02\0\0\0" + bytes([w]) + b"\0\0\0")
        for w in (1, 2, 4, 8)
    },
    "print format": (b"\x02\x08\x05\0\x02\x08\x05\0Q1", b"\x02\x08\x01\0\x02\x08\x05\0Q1"),
    "write format": (b"\x02\x08\x05\0\x02\x08\x05\0Q1", b"\x02\x08\x05\0\x02\x08\x01\0Q1"),
}
ENCODINGS = {
    "no encoding": (b"\x05\0\0\0UTF-8", b"\x05\0\0\0\x7f\0\0\x008"),
    "rows for an encoding": (b"\x07\0\0\0\x10\0\0\0\x08\0\0\0", b"\x07\0\0\0\x14\0\0\0\x08\0\0\0"),
}


@pytest.mark.parametrize("name", [*AS_TEXT, *ENCODINGS])
@pytest.mark.parametrize("sample", ["sav", "sav-compressed", "zsav"])
def test_one_wrong_byte_that_ended_the_process(worker, sample, name) -> None:
    """pyreadstat 1.3.7 is killed by the first six in compressed files, wherever they are read."""
    old, new = (AS_TEXT | ENCODINGS)[name]
    whole = samples()[sample].data
    assert old in whole
    outcome, _ = worker(samples()[sample], whole.replace(old, new))
    assert outcome.ending in ("read", "refused"), outcome
    if name.startswith("width"):
        assert "The text of the SPSS file" in outcome.detail
        assert "'q1'" in outcome.detail


def test_spss_file_that_counts_no_rows(write) -> None:
    """Some writers leave the count at -1; then the bytes of a row must fill the data, and a note says it."""
    whole = samples()["sav"].data
    counted = whole.index(struct.pack("<iiii", 7, 16, 8, 2)) + 24  # by a record of its own as well
    only_there = whole[:80] + b"\xff" * 4 + whole[84:]
    assert len(read_table(write("a.sav", only_there))) == len(FRAME)
    with pytest.raises(DataError, match=f"announces {len(FRAME)} rows and holds {len(FRAME) - 1}"):
        read_table(write("a.sav", only_there[:-8]))
    uncounted = only_there[:counted] + b"\xff" * 8 + only_there[counted + 8 :]
    raw = read_table(write("a.sav", uncounted))
    assert len(raw) == len(FRAME)
    assert f"The file does not say how many rows it holds; {len(FRAME)} were read." in raw.notes
    with pytest.raises(DataError, match="ends within a row"):
        read_table(write("a.sav", uncounted[:-8]))


def test_spss_file_that_counts_other_rows(write) -> None:
    whole = samples()["sav-compressed"].data
    with pytest.raises(DataError):
        read_table(write("a.sav", whole[:80] + struct.pack("<i", len(FRAME) + 1) + whole[84:]))


def test_dates_of_spss_that_no_calendar_holds_stay_numbers(tmp_path) -> None:
    frame = pd.DataFrame({"day": [dt.date(2024, 3, 1), dt.date(2024, 3, 2)]})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    data = (tmp_path / "a.sav").read_bytes()
    assert len(read_table(tmp_path / "a.sav")) == 2
    at = data.rfind(struct.pack("<d", (dt.date(2024, 3, 2) - dt.date(1582, 10, 14)).days * 86_400.0))
    assert at > 0
    (tmp_path / "a.sav").write_bytes(data[:at] + struct.pack("<d", 1e300) + data[at + 8 :])
    raw = read_table(tmp_path / "a.sav")
    assert raw.frame["day"].tolist() == ["2024-03-01", "1e+300"]
    assert "Dates that no calendar holds, left as numbers, in: day." in raw.notes


def test_workbook_with_a_damaged_part(write) -> None:
    data = samples()["xlsx"].data
    at = data.index(b"xl/workbook.xml") + 30
    with pytest.raises(DataError, match="cannot be read|content is not"):
        read_table(write("a.xlsx", data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]))


def test_stata_file_of_many_rows_and_no_columns(write) -> None:
    """Its length is as announced, and ReadStat would loop over the rows."""
    data = struct.pack("<BBBBHi", 113, 2, 1, 0, 0, 838_860_800).ljust(116, b"\0")
    with pytest.raises(DataError, match="has no columns"):
        read_table(write("a.dta", data))


def test_gzip_that_swells(write, monkeypatch) -> None:
    monkeypatch.setattr(csv_reader, "MOST_BYTES", 2**20)
    with pytest.raises(DataError, match="unpacks to far more"):
        read_table(write("a.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 2**20)))


def _book(path) -> dict[str, bytes]:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_column(0, 0, ["a", "1", "2"])
    with zipfile.ZipFile(path) as opened:
        return {n: opened.read(n) for n in opened.namelist()}


def test_workbook_that_swells(tmp_path, write, monkeypatch) -> None:
    parts = _book(tmp_path / "b.xlsx")
    parts["xl/sharedStrings.xml"] = b" " * 2**23 + parts["xl/sharedStrings.xml"]
    monkeypatch.setattr(workbook_parts, "RATIO_FROM", 2**20)
    with pytest.raises(DataError, match="unpack to more than"):
        read_table(write("a.xlsx", rezipped(list(parts.items()))))


def test_workbook_with_a_cell_at_the_far_end(tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["a", "1", "2"])
        sheet.write(1_048_575, 16_383, "far")
    with pytest.raises(DataError, match="almost empty, and too large") as found:
        read_table(path)
    assert "XFD1048576" in found.value.where


def test_workbook_with_a_place_beyond_every_sheet(tmp_path, write) -> None:
    """calamine would ask for the memory of all cells before it, and end the process."""
    parts = _book(tmp_path / "b.xlsx")
    sheet = parts["xl/worksheets/sheet1.xml"]
    for old, new in (
        (b'r="A2"', b'r="A999999999"'),
        (b'<row r="2"', b'<row r="999999999"'),
        (b'r="A2"', b"r='AAAA2'"),
    ):
        assert old in sheet
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new)
        with pytest.raises(DataError, match="almost empty, and too large"):
            read_table(write("a.xlsx", rezipped(list(parts.items()))))


def test_workbook_that_announces_more_texts_than_it_has(tmp_path, write) -> None:
    """calamine makes room for all of them, and where there is none the process ends."""
    parts = _book(tmp_path / "b.xlsx")
    texts = parts["xl/sharedStrings.xml"]
    assert b'uniqueCount="3"' in texts
    for count in (b"999999999", b"99999999999999999999999"):
        parts["xl/sharedStrings.xml"] = texts.replace(b'uniqueCount="3"', b'uniqueCount="%s"' % count)
        with pytest.raises(DataError, match="The workbook 'a.xlsx' cannot be read") as found:
            read_table(write("a.xlsx", rezipped(list(parts.items()))))
        assert f"announces {count[:20].decode()} texts" in found.value.where


def test_workbook_of_many_or_doubled_parts(tmp_path, write) -> None:
    parts = list(_book(tmp_path / "b.xlsx").items())
    with pytest.raises(DataError, match=r"holds \d+ parts"):
        read_table(write("a.xlsx", rezipped([*parts, *((f"x{i}", b"") for i in range(10_001))])))
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = rezipped([*parts, parts[0]])
    with pytest.raises(DataError, match="have one name"):
        read_table(write("b.xlsx", doubled))


def test_a_zip_in_a_zip_is_no_archive(write) -> None:
    inner = rezipped([("manifest.json", json.dumps({"format": "survey-analysis archive"}).encode())])
    with pytest.raises(DataError, match="zip archive"):
        sa.read(write("a.zip", rezipped([("manifest.json", inner)])))


INERT = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    '=cmd|" /C calc"!A0',
    '=HYPERLINK("http://evil.example")',
    "<script>x</script>",
]


def test_cells_that_are_formulas_stay_text(tmp_path, write) -> None:
    """Read as they are, written to a workbook as text, to HTML escaped."""
    rows = "".join('{},"{}"\n'.format(i, t.replace('"', '""')) for i, t in enumerate(INERT * 5))
    survey = sa.read(write("a.csv", "id,why\n" + rows))
    assert survey.table.raw.frame["why"].tolist() == INERT * 5
    survey.to_csv(tmp_path / "out.csv")
    survey.document(tmp_path / "out.html")
    survey.codebook.to_excel(tmp_path / "a.xlsx")
    assert "<script>x" not in (tmp_path / "out.html").read_text(encoding="utf-8")
    for sheet in openpyxl.load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes())).worksheets:
        assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
