"""Files that are cut off or have flipped bits: read, or refused in our own words; never a crash or a hang."""

from __future__ import annotations

import random
import sqlite3

import duckdb
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from readers import sas_files
from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table

FRAME = pd.DataFrame(
    {"n": [1.0, 2.5, None, 4.0] * 5, "s": ["x", "yy", "", "z"] * 5, "i": [float(i) for i in range(20)]}
)


def _dta(path):
    pyreadstat.write_dta(FRAME, path, version=15, variable_value_labels={"n": {1.0: "one"}})


def _old_dta(path):
    pyreadstat.write_dta(FRAME, path, version=10, variable_value_labels={"n": {1.0: "one"}})


def _sqlite(path):
    base = sqlite3.connect(path)
    FRAME.to_sql("responses", base, index=False)
    base.commit()
    base.close()


def _duckdb(path):
    with duckdb.connect(path) as base:
        base.execute("CREATE TABLE responses AS SELECT i, 'x' || i AS s FROM range(20) AS t(i)")


def _stream(path):
    table = pa.Table.from_pandas(FRAME)
    with pa.ipc.new_stream(path, table.schema) as out:
        out.write_table(table)


MADE = {
    "new.dta": _dta,
    "old.dta": _old_dta,
    "five.xpt": lambda p: pyreadstat.write_xport(FRAME, p, file_format_version=5),
    "eight.xpt": lambda p: pyreadstat.write_xport(FRAME, p, file_format_version=8),
    "a.por": lambda p: pyreadstat.write_por(FRAME, p),
    "a.parquet": FRAME.to_parquet,
    "a.feather": FRAME.to_feather,
    "a.arrows": _stream,
    "a.sqlite": _sqlite,
    "a.duckdb": _duckdb,
    "plain.sas7bdat": lambda p: _write(p, sas_files.LABELLED),
    "compressed.sas7bdat": lambda p: _write(p, sas_files.COMPRESSED),
}


def _write(path, data):
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(data)


def _tried(path, data) -> bool:
    """Whether the bytes could be read; anything but an error of our own fails the test."""
    path.write_bytes(data)
    try:
        read_table(path)
    except DataError:
        return False
    return True


@pytest.mark.parametrize("name", MADE)
def test_cut_off_or_flipped(tmp_path, name) -> None:
    path = tmp_path / name
    MADE[name](str(path))
    whole = path.read_bytes()
    assert _tried(path, whole)
    chance = random.Random(name)
    for _ in range(25):
        cut = chance.randrange(1, len(whole))
        read = _tried(path, whole[:cut])
        assert not read or not whole[cut:].strip(b"\0 Z\r\n"), (
            f"{cut} of {len(whole)} bytes were read as a whole"
        )
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 2, 8])):
            data[chance.randrange(len(data) if chance.random() < 0.5 else min(len(data), 1500))] ^= (
                1 << chance.randrange(8)
            )
        _tried(path, bytes(data))
