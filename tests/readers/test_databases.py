"""DuckDB and SQLite: files, relations and results of queries; nothing is written and nothing else is read."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table

ROWS = [(1, 0.1, "ja", 2**60 + 1), (2, 1 / 3, "nein", None), (3, 3.0, "", 5)]
TEXTS = {
    "id": ["1", "2", "3"],
    "w": ["0.1", "0.3333333333333333", "3"],
    "q": ["ja", "nein", ""],
    "big": [str(2**60 + 1), "", "5"],
}


@pytest.fixture
def sqlite_file(tmp_path):
    path = tmp_path / "survey.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE responses (id INTEGER, w REAL, q TEXT, big INTEGER)")
        base.executemany("INSERT INTO responses VALUES (?, ?, ?, ?)", ROWS)
    base.close()
    return path


@pytest.fixture
def duckdb_file(tmp_path):
    path = tmp_path / "survey.duckdb"
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE responses (id INTEGER, w DOUBLE, q VARCHAR, big BIGINT)")
        base.executemany("INSERT INTO responses VALUES (?, ?, ?, ?)", ROWS)
    return path


@pytest.fixture(params=["sqlite", "duckdb"])
def database(request):
    return request.getfixturevalue(f"{request.param}_file")


def _run(path, *statements) -> None:
    base = (sqlite3.connect if path.suffix == ".sqlite" else duckdb.connect)(str(path))
    for statement in statements:
        base.execute(statement)
    if path.suffix == ".sqlite":
        base.commit()
    base.close()


def test_the_only_table(database) -> None:
    before, folder = database.read_bytes(), sorted(database.parent.iterdir())
    raw = read_table(database)
    assert {n: raw.frame[n].tolist() for n in raw.columns} == TEXTS
    assert raw.notes == ("Table 'responses' of the database.",)
    assert database.read_bytes() == before
    assert sorted(database.parent.iterdir()) == folder


def test_content_goes_before_the_name(database, tmp_path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(database.read_bytes())
    assert read_table(path).frame["q"].tolist() == TEXTS["q"]


def test_several_tables_and_views(database) -> None:
    _run(
        database,
        'CREATE TABLE "rest ""one""" AS SELECT 7 AS a',
        "CREATE VIEW young AS SELECT id FROM responses WHERE id < 3",
    )
    with pytest.raises(DataError) as found:
        read_table(database)
    assert str(found.value) == (
        f"'{database.name}' holds 2 tables.\n  They are 'responses', 'rest \"one\"', 'young'.\n"
        '  Hint: say which: table = "responses".'
    )
    assert read_table(database, table='rest "one"').frame["a"].tolist() == ["7"]
    assert sa.read(database, table="young").table.raw.frame["id"].tolist() == ["1", "2"]
    with pytest.raises(DataError, match=r"has no table 'respons'\.\n  Hint: did you mean 'responses'"):
        read_table(database, table="respons")


def test_table_in_a_study_file(database, tmp_path) -> None:
    _run(database, "CREATE TABLE other AS SELECT 7 AS a")
    study = tmp_path / "study.toml"
    study.write_text(f'[study]\ndata = "{database.name}"\ntable = "other"\n', encoding="utf-8")
    assert sa.read(study).table.raw.columns == ("a",)
    assert sa.inspect(database, table="other").columns[0].column == "a"


def test_table_has_no_meaning_for_text(write) -> None:
    with pytest.raises(DataError, match="table= has no meaning for 'a.csv'"):
        read_table(write("a.csv", "a\n1\n"), table="x")


def test_sqlite_with_changes_beside_it(sqlite_file) -> None:
    writer = sqlite3.connect(sqlite_file)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO responses VALUES (4, 1.0, 'ja', 1)")
    writer.commit()
    with pytest.raises(DataError, match="has changes that are not in the file yet"):
        read_table(sqlite_file)
    writer.close()
    assert len(read_table(sqlite_file)) == 4


def test_bytes_in_a_cell(sqlite_file) -> None:
    _run(sqlite_file, "UPDATE responses SET q = x'00ff' WHERE id = 2")
    with pytest.raises(DataError, match="Column 'q' holds a bytes"):
        read_table(sqlite_file)


def test_schema_enum_and_types_of_duckdb(duckdb_file) -> None:
    _run(
        duckdb_file,
        "CREATE SCHEMA wave2",
        "CREATE TABLE wave2.responses AS SELECT 'no'::ENUM('yes', 'no') AS q, 12345678901234567890123456789012345::HUGEINT AS h,"
        " DATE '2024-03-01' AS d, TIMESTAMP '2024-03-01 08:28:09' AS t, 1.50::DECIMAL(5, 2) AS p, TRUE AS b, TIME '08:30:00' AS c",
    )
    raw = read_table(duckdb_file, table="wave2.responses")
    assert raw.frame.iloc[0].tolist()[2:] == ["2024-03-01", "2024-03-01 08:28:09", "1.50", "True", "08:30:00"]
    assert raw.frame["q"].tolist() == ["no"]
    assert raw.frame["h"].tolist() == ["12345678901234567890123456789012345"]
    assert raw.labels == {"q": (("yes", "yes"), ("no", "no"))}
    assert raw.ordered == {"q"}


def test_a_view_may_not_read_other_files(duckdb_file, tmp_path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    _run(duckdb_file, f"CREATE VIEW outside AS SELECT * FROM read_csv('{secret}')")
    with pytest.raises(DataError, match=r"cannot be read\."):
        read_table(duckdb_file, table="outside")


def test_nested_columns(duckdb_file) -> None:
    _run(duckdb_file, "CREATE TABLE lists AS SELECT [1, 2] AS l")
    with pytest.raises(DataError, match="hold no plain values: 'l'"):
        read_table(duckdb_file, table="lists")


def test_relation_and_results(sqlite_file, duckdb_file) -> None:
    base = duckdb.connect(str(duckdb_file), read_only=True)
    relation = base.sql("SELECT *, 'b'::ENUM('b', 'a') AS e FROM responses ORDER BY id")
    raw = sa.read(relation).table.raw
    assert {n: raw.frame[n].tolist() for n in TEXTS} == TEXTS
    assert (raw.format, raw.ordered) == ("duckdb", {"e"})
    for result in (
        base.execute("SELECT * FROM responses ORDER BY id"),
        sqlite3.connect(sqlite_file).execute("SELECT * FROM responses"),
    ):
        raw = sa.read(result).table.raw
        assert {n: raw.frame[n].tolist() for n in raw.columns} == TEXTS
    base.close()


def test_result_of_sqlalchemy(sqlite_file) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    engine = sqlalchemy.create_engine(f"sqlite:///{sqlite_file}")
    with engine.connect() as connection:
        raw = sa.read(connection.execute(sqlalchemy.text("SELECT id, w FROM responses"))).table.raw
    engine.dispose()
    assert raw.frame["w"].tolist() == TEXTS["w"]


def test_a_connection_is_not_a_table(sqlite_file) -> None:
    base = sqlite3.connect(sqlite_file)
    with pytest.raises(
        DataError, match=r"is a connection, not a table\.\n  Hint: give the result of a query"
    ):
        sa.read(base)
    with pytest.raises(DataError, match="holds no result"):
        sa.read(base.execute("CREATE TABLE empty (a)"))
    base.close()
    with pytest.raises(DataError, match="holds no result"):
        sa.read(duckdb.connect())


def test_a_failing_relation() -> None:
    relation = duckdb.sql("SELECT CAST(x AS INTEGER) AS a FROM (VALUES ('1'), ('x')) AS t(x)")
    with pytest.raises(DataError, match="The query of 'relation' fails"):
        sa.read(relation)
