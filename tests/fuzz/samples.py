"""A small valid file of every format that is read, and an independent count of its rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import xlsxwriter
from exports.test_archive import STUDY, people
from readers import sas_files, sav_files, test_ddi, test_decipher, test_quantipy, test_triple_s
from readers.platforms import lss, test_broken_metadata, test_redcap, test_xlsform

import survey_analysis as sa

Kind = Literal["table", "metadata", "archive"]
Counter = Callable[[bytes], int]

FRAME = pd.DataFrame(
    {
        "id": [float(i) for i in range(1, 25)],
        "q1": [1.0, 2.0, 99.0, None] * 6,
        "why": ["it is fine", "no, really", "Zürich; Köln", ""] * 6,
        "w": [0.5, 1.25, 1 / 3, 2.0] * 6,
    }
)
ROWS = len(FRAME)
PLAIN = FRAME.replace("Zürich; Köln", "Bath; Wells")  # ReadStat writes portable files in ASCII
LABELS = {"q1": {1.0: "Yes", 2.0: "No", 99.0: "Don't know"}}


@dataclass(frozen=True)
class Sample:
    """A file that is read as it is, what lies beside it, and how its rows are counted without our reader.

    Attributes
    ----------
    kind
        A table, a file that describes the table in `beside`, or an archive.
    count
        Rows of any bytes of this format; whatever it raises means that it cannot tell.
    cuts
        Whether a part of the file may be a whole file of fewer rows (text without an end mark).
    """

    name: str
    file: str
    data: bytes
    kind: Kind = "table"
    beside: dict[str, bytes] = field(default_factory=dict)
    count: Counter | None = None
    cuts: bool = False


def _by(write: Callable[[str], object], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(str(path))
        return path.read_bytes()


def _count_text(data: bytes) -> int:
    """Records under one header row; UTF-8 only."""
    if any(data.startswith(m) for m in (b"\xff\xfe", b"\xfe\xff", b"sep=")):
        raise ValueError
    text = data.decode("utf-8-sig", "replace")
    best = max(",;\t|", key=text.partition("\n")[0].count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=best) if row]
    return len(rows) - 1


def _count_gz(data: bytes) -> int:
    return _count_text(gzip.decompress(data))


def _count_xlsx(data: bytes) -> int:
    rows = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0].iter_rows(values_only=True)
    filled = sum(any(cell not in (None, "") for cell in row) for row in rows)
    if not filled:  # openpyxl sees no cells in a sheet whose name space is misspelled
        raise ValueError
    return filled - 1


def _count_sav(data: bytes) -> int:
    order = "<" if data[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
    (cases,) = struct.unpack_from(f"{order}i", data, 80)
    if cases < 0:
        raise ValueError
    return int(cases)


def _with_file(count: Callable[[str], int], name: str) -> Counter:
    def counted(data: bytes) -> int:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return count(str(path))

    return counted


def _count_table(path: str) -> int:
    base = sqlite3.connect(path)
    try:
        return int(base.execute("SELECT count(*) FROM responses").fetchone()[0])
    finally:
        base.close()


def _count_duckdb(path: str) -> int:
    with duckdb.connect(path, read_only=True) as base:
        found = base.execute("SELECT count(*) FROM responses").fetchone()
    assert found
    return int(found[0])


def _csv(encoding: str = "utf-8", **options: str) -> bytes:
    return FRAME.to_csv(index=False, **options).encode(encoding)


def _xlsx(path: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [*FRAME.columns, "day", "bad"])
        for i, row in enumerate(FRAME.itertuples(index=False), start=1):
            for j, cell in enumerate(row):
                if cell == cell:
                    sheet.write(i, j, cell)
            sheet.write_number(i, 4, 45_000 + i, day)
            sheet.write_formula(i, 5, "=NA()", None, "#N/A")
        book.add_worksheet("Notes").write(0, 0, "nothing")


def _sav(path: str) -> None:
    long = FRAME.assign(long=["x" * 300, "y"] * 12)
    pyreadstat.write_sav(
        long,
        path,
        column_labels={"q1": "Do you?"},
        variable_value_labels=LABELS,
        missing_ranges={"q1": [99.0]},
    )


def _compressed_sav(path: str) -> None:
    pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS, row_compress=True)


def _zsav(path: str) -> None:
    pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS, compress=True)


def _every_record(encoding: str, declared: str, **options: Any) -> bytes:
    """A system file with every record that is read, in an encoding of two bytes a character."""
    name, text = "表示", "東京"  # a name and an answer
    variables = [
        sav_files.Var(name, 0, text, {1.0: text, 9.0: "x"}, missing=[sav_files.LOWEST, 0.0, 9.0], missing_kind=-3),
        sav_files.Var(f"{name}1", 4, text, {text: text}, missing=["x"]),
        sav_files.Var(f"{name}2", 20, text, {text * 3: text}, missing=[text]),
        sav_files.Var(f"{name}3", 600, text),
        sav_files.Var("day", 0, text, form=20, measure=3),
        sav_files.Var("moment", 0, form=22),
    ]  # fmt: skip
    moments = [13_900_000_000.0 + 12_345 * i for i in range(ROWS)]
    rows = [
        [1.0 + i % 9, text[: i % 3], text * (i % 5), text * (60 * (i % 3)), m, m]
        for i, m in enumerate(moments)
    ]
    sets = f"$pair=D1 1 {len(text.encode(encoding))} {text} v1 v5\n$both=C 0  v1 v5\n"
    return sav_files.system_file(
        variables, rows, encoding=encoding, declared=declared, page=None, sets=sets, **options
    )


def _people() -> sa.Survey:
    return sa.read(
        people(), study=STUDY | {"roles": STUDY["roles"] | {"personal": ["mail", "RecipientEmail"]}}
    )


def _own_sav(path: str) -> None:
    _people().export(path)


def _sqlite(path: str) -> None:
    base = sqlite3.connect(path)
    FRAME.to_sql("responses", base, index=False)
    base.commit()
    base.close()


def _duckdb(path: str) -> None:
    with duckdb.connect(path) as base:
        base.execute("CREATE TABLE responses AS SELECT i AS id, 'x' || i AS why FROM range(24) AS t(i)")


def _stream(path: str) -> None:
    table = pa.Table.from_pandas(FRAME, preserve_index=False)
    with pa.ipc.new_stream(path, table.schema) as out:
        out.write_table(table)


def _archive(path: str) -> None:
    _people().archive(path)


def _tables() -> Iterator[Sample]:
    yield Sample("csv", "a.csv", _csv(), count=_count_text, cuts=True)
    yield Sample("csv-1252", "a.csv", _csv("cp1252", sep=";"), cuts=True)
    yield Sample("csv-utf16", "a.csv", _csv("utf-16"), cuts=True)
    yield Sample("csv-gz", "a.csv.gz", gzip.compress(_csv(), mtime=0), count=_count_gz)
    yield Sample("xlsx", "a.xlsx", _by(_xlsx, "a.xlsx"), count=_count_xlsx)
    yield Sample("sav", "a.sav", _by(_sav, "a.sav"), count=_count_sav)
    yield Sample("sav-compressed", "a.sav", _by(_compressed_sav, "a.sav"), count=_count_sav)
    yield Sample("sav-own", "a.sav", _by(_own_sav, "a.sav"), count=_count_sav)
    shift_jis = _every_record("cp932", "Shift_JIS", order=">", compression=1, end=True)
    yield Sample("sav-shift-jis", "a.sav", shift_jis, count=_count_sav)
    blocks = _every_record("gb18030", "GB18030", compression=2, block=999)
    yield Sample("zsav-gb18030", "a.zsav", blocks, count=_count_sav)
    yield Sample("zsav", "a.zsav", _by(_zsav, "a.zsav"), count=_count_sav)
    count = _with_file(lambda p: len(pyreadstat.read_por(p)[0]), "a.por")
    yield Sample("por", "a.por", _by(lambda p: pyreadstat.write_por(PLAIN, p), "a.por"), count=count)
    for version in (8, 10, 15):
        data = _by(
            lambda p, v=version: pyreadstat.write_dta(FRAME, p, version=v, variable_value_labels=LABELS),
            "a.dta",
        )
        yield Sample(f"dta-{version}", "a.dta", data, count=lambda b: len(pd.read_stata(io.BytesIO(b))))
    for version in (5, 8):
        data = _by(lambda p, v=version: pyreadstat.write_xport(FRAME, p, file_format_version=v), "a.xpt")
        count = _with_file(lambda p: len(pyreadstat.read_xport(p)[0]), "a.xpt")
        yield Sample(f"xpt-{version}", "a.xpt", data, count=count)
    count = _with_file(lambda p: len(pd.read_sas(p)), "a.sas7bdat")
    yield Sample("sas", "a.sas7bdat", sas_files.LABELLED, count=count)
    yield Sample("sas-compressed", "a.sas7bdat", sas_files.COMPRESSED, count=count)
    yield Sample(
        "parquet",
        "a.parquet",
        _by(FRAME.to_parquet, "a.parquet"),
        count=lambda b: int(pq.read_metadata(io.BytesIO(b)).num_rows),
    )
    yield Sample(
        "feather",
        "a.feather",
        _by(lambda p: FRAME.to_feather(p, compression="uncompressed"), "a.feather"),
        count=lambda b: int(pa.ipc.open_file(b).read_all().num_rows),
    )
    yield Sample(
        "arrow-stream",
        "a.arrows",
        _by(_stream, "a.arrows"),
        count=lambda b: int(pa.ipc.open_stream(b).read_all().num_rows),
    )
    yield Sample("sqlite", "a.sqlite", _by(_sqlite, "a.sqlite"), count=_with_file(_count_table, "a.db"))
    yield Sample("duckdb", "a.duckdb", _by(_duckdb, "a.duckdb"), count=_with_file(_count_duckdb, "a.db"))
    yield Sample(
        "triple-s-data",
        "s.asc",
        test_triple_s.RECORDS.encode("latin-1"),
        "metadata",
        {"s.sss": test_triple_s.EXIT.encode("latin-1")},
        cuts=True,
        count=lambda b: sum(bool(r.strip()) for r in b.decode("latin-1").split("\n")),
    )


def _described() -> Iterator[Sample]:
    def sample(name: str, file: str, data: bytes | str, beside: str, cells: bytes | str) -> Sample:
        as_bytes = [x.encode() if isinstance(x, str) else x for x in (data, cells)]
        return Sample(name, file, as_bytes[0], "metadata", {beside: as_bytes[1]})

    yield sample("sas-catalog", "f.sas7bcat", sas_files.CATALOG, "a.sas7bdat", sas_files.LABELLED)
    yield sample("triple-s", "s.sss", test_triple_s.EXIT.encode("latin-1"), "s.asc", test_triple_s.RECORDS)
    yield sample("ddi", "b.xml", test_ddi.CODEBOOK, "d.csv", test_ddi.DATA)
    yield sample("quantipy", "q.json", json.dumps(test_quantipy.META), "d.csv", "a_1,b\n1,98\n2,1\n")
    cells = ",".join(test_decipher.NAMES) + "\n" + ",".join("1" for _ in test_decipher.NAMES) + "\n"
    yield sample("decipher", "m.json", json.dumps(test_decipher.MAP), "d.csv", cells)
    fixtures = test_broken_metadata.FIXTURES
    numbers = (fixtures / "qualtrics_numbers.csv").read_bytes()
    yield sample("qualtrics", "s.qsf", (fixtures / "qualtrics.qsf").read_bytes(), "d.csv", numbers)
    asked = lss.structure(*test_broken_metadata.QUESTIONS, version="new")
    yield sample("limesurvey", "s.lss", asked, "d.csv", "Q1,Q2[SQ001],Q3[SQ001]\nA1,Y,A1\nA2,,\n")
    yield sample("redcap", "dictionary.csv", test_redcap.DICTIONARY, "d.csv", test_redcap.DATA)
    yield sample("xlsform", "form.xlsx", test_xlsform.form(), "d.csv", test_xlsform.export())


@cache
def samples() -> dict[str, Sample]:
    """Every sample by its name."""
    archive = Sample("archive", "a.zip", _by(_archive, "a.zip"), "archive", count=lambda _: 40)
    return {s.name: s for s in (*_tables(), *_described(), archive)}
