"""How SPSS files lie on disk: byte orders, compression, very long texts, counts of rows; pyreadstat as second reader."""

from __future__ import annotations

import math
import random
import struct
import zlib

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readers.sav_files import HIGHEST, LOWEST, SYSMIS, Var, system_file
from survey_analysis.errors import DataError
from survey_analysis.readers import sav_columns, sav_data, sav_zlib
from survey_analysis.readers.read import read_table

VARIABLES = [
    Var("n", 0, "a number", {1.0: "one", -2.5: "less"}, missing=[LOWEST, -99.0, 8.0], missing_kind=-3),
    Var("s", 5, labels={"a": "A"}, missing=["x", "y"]),
    Var("w", 21, "a text"),
    Var("v", 700),
    Var("day", 0, form=20),
    Var("last", 8),
]


def _rows(count: int, seed: int = 1) -> list[list[object]]:
    draw = random.Random(seed)
    texts = ("", "a", "x", "abc de")
    return [
        [
            draw.choice((1.0, -2.5, 3.0, None, 8.0, 151.0, 152.0, -99.0, -100.0, 0.1, 1e300, -0.0)),
            draw.choice(("a", "x", "", "abcde")),
            draw.choice((*texts, "exactly 21 characters")),
            draw.choice((*texts, "0123456789" * 70, "z" * 300, " " * 255 + "after")),
            draw.choice((None, 13166064000.0, 13166150400.0)),
            draw.choice(("eight by", "", "b")),
        ]
        for _ in range(count)
    ]


def _check(raw, rows) -> None:
    def number(x: float | None) -> str:
        return "" if x is None else f"{x:.0f}" if x == int(x) and abs(x) < 1e16 else repr(x)

    days = {None: "", 13166064000.0: "2000-01-01", 13166150400.0: "2000-01-02"}
    columns = list(zip(*rows, strict=True))
    assert raw.frame["n"].tolist() == [number(0.0 if x == 0 else x) for x in columns[0]]
    for name, cells in zip("swv", columns[1:4], strict=True):
        assert raw.frame[name].tolist() == [c.rstrip(" ") for c in cells]
    assert raw.frame["day"].tolist() == [days[x] for x in columns[4]]
    assert raw.frame["last"].tolist() == list(columns[5])
    assert raw.labels == {"n": (("1", "one"), ("-2.5", "less")), "s": (("a", "A"),)}
    held = {x for x in columns[0] if x is not None and x <= -99}
    assert [m.code for m in raw.missing["n"]] == [*(number(x) for x in sorted(held)), "8"]
    assert [m.code for m in raw.missing["s"]] == ["x", "y"]
    assert raw.notes[1] == "User-missing codes declared in the file: n lowest to -99, 8; s x, y."


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [0, 1, 2])
def test_every_layout(write, compression, order) -> None:
    for count in (1, 2, 40):
        rows = _rows(count)
        data = system_file(VARIABLES, rows, compression=compression, order=order, end=compression == 1)
        _check(read_table(write("a.sav", data)), rows)


@pytest.mark.parametrize("compression", [1, 2])
@pytest.mark.parametrize("bias", [0.0, 100.0, 50.0])
def test_blocks_that_end_anywhere(write, monkeypatch, compression, bias) -> None:
    """Codes, the bytes they announce and rows go over the ends of blocks."""
    rows = _rows(60, seed=2)
    for block, packed in ((8, 8), (24, 16), (104, 40), (999, 11)):
        monkeypatch.setattr(sav_data, "_PACKED", packed)
        monkeypatch.setattr(sav_zlib, "_CHUNK", packed)
        data = system_file(VARIABLES, rows, compression=compression, bias=bias, block=block)
        _check(read_table(write("a.sav", data)), rows)


def test_plain_rows_in_blocks(write, monkeypatch) -> None:
    rows = _rows(60, seed=3)
    for size in (1, 3000, 10_000):
        monkeypatch.setattr(sav_data, "_PLAIN", size)
        _check(read_table(write("a.sav", system_file(VARIABLES, rows))), rows)


@pytest.mark.parametrize("width", [1, 7, 8, 9, 254, 255, 256, 260, 504, 505, 508, 759, 1000, 2000, 32767])
def test_texts_of_every_width(write, width) -> None:
    """The parts of a very long text hold 255 bytes, though 252 are counted for each."""
    text = "".join(chr(33 + i % 90) for i in range(width))
    cells = [text, "x", "", text[:-1], text[: width // 2]]
    path = write(
        "a.sav", system_file([Var("a", width), Var("b", 0)], [[c, 1.0] for c in cells], compression=1)
    )
    raw = read_table(path)
    assert raw.frame["a"].tolist() == cells
    assert raw.frame["b"].tolist() == ["1"] * 5
    assert pyreadstat.read_sav(str(path))[0]["a"].tolist() == cells


@pytest.mark.parametrize("options", [{}, {"row_compress": True}, {"compress": True}])
def test_what_pyreadstat_writes(tmp_path, options) -> None:
    rng = np.random.default_rng(5)
    n = 3000
    frame = pd.DataFrame(
        {
            "a": rng.normal(size=n) * 10.0 ** rng.integers(-16, 16, n),
            "b": np.where(rng.random(n) < 0.1, np.nan, rng.integers(-120, 300, n)),
            "c": [f"{'long ' * (i % 90)}{i}" for i in range(n)],
            "d": rng.choice(["", "x", "Zürich", "満足"], n),
        }
    )
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), **options)
    raw = read_table(tmp_path / "a.sav")
    second, _ = pyreadstat.read_sav(str(tmp_path / "a.sav"))
    for name in ("a", "b"):
        ours = [float(t) if t else math.nan for t in raw.frame[name]]
        assert np.array_equal(ours, second[name], equal_nan=True)
        assert np.array_equal(ours, frame[name], equal_nan=True)
    assert raw.frame["c"].tolist() == frame["c"].tolist()
    assert raw.frame["d"].tolist() == frame["d"].tolist()


LETTERS = st.text(st.sampled_from("abz 09äß満足\n\t—"), max_size=90)
NUMBERS = st.one_of(
    st.none(), st.integers(-130, 300).map(float), st.floats(allow_nan=False, allow_infinity=False)
)


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(NUMBERS, LETTERS, LETTERS), min_size=1, max_size=30),
    st.sampled_from("<>"),
    st.integers(0, 2),
    st.booleans(),
)
def test_any_cells(tmp_path_factory, cells, order, compression, end) -> None:
    rows = [[n, a, (a + b) * 3] for n, a, b in cells if n != HIGHEST]
    rows = rows or [[1.0, "a", "b"]]
    variables = [Var("n"), Var("a", 270), Var("b", 1620)]
    path = tmp_path_factory.mktemp("any") / "a.sav"
    path.write_bytes(system_file(variables, rows, order=order, compression=compression, end=end))
    raw = read_table(path)
    assert [float(t) if t else None for t in raw.frame["n"]] == [
        n if n != SYSMIS else None for n, _, _ in rows
    ]
    for name, column in zip("ab", list(zip(*rows, strict=True))[1:], strict=True):
        assert raw.frame[name].tolist() == [c.rstrip(" ") for c in column]


@pytest.mark.parametrize("compression", [0, 1, 2])
def test_rows_that_are_not_those_announced(write, compression) -> None:
    rows = _rows(5)
    for cases in (4, 6):
        data = system_file(VARIABLES, rows, compression=compression, cases=cases)
        with pytest.raises(DataError, match=f"announces {cases} rows and holds (at least )?5"):
            read_table(write("a.sav", data))
    open_ = system_file(VARIABLES, rows, compression=compression, cases=-1)
    raw = read_table(write("a.sav", open_))
    assert "The file does not say how many rows it holds; 5 were read." in raw.notes
    assert len(raw) == 5
    counted = (16, 8, struct.pack("<qq", 1, 5))
    raw = read_table(
        write("a.sav", system_file(VARIABLES, rows, compression=compression, cases=-1, extra=[counted]))
    )
    assert len(raw) == 5
    assert len(raw.notes) == 2
    if compression == 1:
        with pytest.raises(DataError, match="announces 5 rows and holds 4|announces 5 rows and holds 3"):
            read_table(write("a.sav", system_file(VARIABLES, rows, compression=1)[:-8]))
        with pytest.raises(DataError, match="ends within a row"):
            read_table(write("a.sav", open_[:-8]))


def test_filling_behind_the_last_row(write) -> None:
    rows = _rows(5)
    for compression in (0, 1):
        data = system_file(VARIABLES, rows, compression=compression)
        _check(read_table(write("a.sav", data + b"\0" * 4096)), rows)


def test_compressed_blocks_that_are_not_as_announced(write, monkeypatch) -> None:
    whole = system_file(VARIABLES, _rows(30), compression=2, block=500)
    start = whole.index(struct.pack("<ii", 999, 0)) + 8
    at = start + 24 + 30
    with pytest.raises(DataError, match="compressed data .* are damaged") as found:
        read_table(write("a.sav", whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]))
    assert "Block 1" in found.value.where
    (trailer,) = struct.unpack_from("<q", whole, start + 8)
    size = trailer + 24 + 16
    for wrong in (499, 501):
        with pytest.raises(DataError, match="compressed data .* are damaged"):
            read_table(write("a.sav", whole[:size] + struct.pack("<i", wrong) + whole[size + 4 :]))
    monkeypatch.setattr(sav_zlib, "RATIO_FROM", 1)
    monkeypatch.setattr(sav_zlib, "MOST_RATIO", 1)
    swelling = system_file([Var("n")], [[1.0]] * 20_000, compression=2)
    with pytest.raises(DataError, match="compressed data") as found:
        read_table(write("a.sav", swelling))
    assert "unpack to 20,000" in found.value.where


def test_a_block_that_swells_is_not_unpacked(write, monkeypatch) -> None:
    """Its list says 8 bytes, its content is a hundred megabytes of zeros."""
    whole = system_file([Var("n")], [[1.0]], compression=2)
    start = whole.index(struct.pack("<ii", 999, 0)) + 8
    bomb = zlib.compress(b"\0" * 10**8)
    trailer = struct.pack("<qqii", -100, 0, 8, 1) + struct.pack("<qqii", start, start + 24, 8, len(bomb))
    data = whole[:start] + struct.pack("<qqq", start, start + 24 + len(bomb), 48) + bomb + trailer
    unpacked = []
    monkeypatch.setattr(sav_zlib, "_CHUNK", 2**16)
    monkeypatch.setattr(sav_data, "_words", lambda packed, _: (unpacked.append(len(p)) for p in packed))
    with pytest.raises(DataError, match="compressed data"):
        read_table(write("a.sav", data))
    assert sum(unpacked) <= 2**16


def test_a_text_ends_at_its_first_nul(write) -> None:
    cells = [b"ab\0cd", b"ab\0\0", b"\0x", b"ab", b"ab\0cd"]
    raw = read_table(write("a.sav", system_file([Var("a", 12)], [[c] for c in cells])))
    assert raw.frame["a"].tolist() == ["ab", "ab", "", "ab", "ab"]
    assert raw.notes[1:] == ("Texts end at their first NUL in (rows): a (3).",)


def test_names_of_variables_that_are_not_there(write) -> None:
    extra = [(13, 1, b"V1=number\tV9=nothing")]
    raw = read_table(write("a.sav", system_file([Var("n")], [[1.0]], extra=extra)))
    assert raw.notes[1:] == ("Left out what the dictionary says of variables that are not there: V9.",)
    levels = (11, 4, struct.pack("<4i", 1, 2, 3, 1))
    raw = read_table(write("a.sav", _without(system_file([Var("n")], [[1.0]], extra=[levels]), 11)))
    assert raw.notes[1:] == ("Measurement levels that do not fit the variables were left out.",)
    assert raw.measure == {}


def _without(data: bytes, subtype: int) -> bytes:
    """A file without the last record of a subtype."""
    at = data.rindex(struct.pack("<iii", 7, subtype, 4))
    (count,) = struct.unpack_from("<i", data, at + 12)
    return data[:at] + data[at + 16 + 4 * count :]


def test_levels_of_long_texts_stand_once_or_for_each_part(write) -> None:
    variables = [Var("a", 600, measure=1), Var("b", 0, measure=3)]
    each = system_file(variables, [["x", 1.0]])
    assert read_table(write("a.sav", each)).measure == {"a": "nominal", "b": "scale"}
    once = _without(
        system_file(variables, [["x", 1.0]], extra=[(11, 4, struct.pack("<6i", 2, 8, 0, 3, 8, 1))]), 11
    )
    assert read_table(write("a.sav", once)).measure == {"a": "ordinal", "b": "scale"}


def test_missing_codes_as_old_versions_of_pspp_wrote_them(write) -> None:
    code = struct.pack("<i", 8)
    content = struct.pack("<i", 1) + b"a\x03" + code + b"x       " + code + b"y       " + code + b"z       "
    data = system_file([Var("a", 20)], [["x"]], extra=[(22, 1, content)])
    assert [m.code for m in read_table(write("a.sav", data)).missing["a"]] == ["x", "y", "z"]


def test_a_range_of_short_texts(write) -> None:
    """SPSS declares none, other writers do: what the data and the labels hold of it."""
    variable = Var("a", 3, labels={"bb": "two", "zz": "last"}, missing=["b", "c"], missing_kind=-2)
    raw = read_table(write("a.sav", system_file([variable], [["a"], ["b"], ["bz"], ["c"], ["ca"], [""]])))
    assert [(m.code, m.label) for m in raw.missing["a"]] == [("b", ""), ("bz", ""), ("c", ""), ("bb", "two")]
    assert raw.notes[1] == "User-missing codes declared in the file: a b to c."


def test_labels_and_missing_codes_of_dates_are_dates(write) -> None:
    day = 13166064000.0
    data = system_file([Var("d", 0, "", {day: "the first"}, missing=[day], form=20)], [[day], [day + 86_400]])
    raw = read_table(write("a.sav", data))
    assert raw.frame["d"].tolist() == ["2000-01-01", "2000-01-02"]
    assert raw.labels["d"] == (("2000-01-01", "the first"),)
    assert [m.code for m in raw.missing["d"]] == ["2000-01-01"]


def test_moments_of_one_day_are_one_date(write) -> None:
    data = system_file([Var("d", 0, form=20)], [[13166064000.0], [13166064001.0], [None]])
    column = read_table(write("a.sav", data)).coded("d")
    assert (column.texts.tolist(), column.codes.tolist()) == (["2000-01-01", ""], [0, 0, 1])


def test_numbers_of_other_machines_are_refused(write) -> None:
    for kind in (2, 3):
        machine = (3, 4, struct.pack("<8i", 20, 0, 0, -1, kind, 1, 2, 65001))
        with pytest.raises(DataError, match="is damaged") as found:
            read_table(write("a.sav", system_file([Var("n")], [[1.0]], page=None, extra=[machine])))
        assert "IBM 370" in found.value.where


def test_rows_whose_mixtures_are_alike_are_told_apart(monkeypatch) -> None:
    rows = np.array([[1, 2], [3, 4], [1, 2], [5, 6]], dtype=np.uint64)
    monkeypatch.setattr(sav_columns, "_MIX", np.uint64(0))
    codes, first = sav_columns.distinct_rows(rows)
    assert (codes.tolist(), first.tolist()) == ([0, 1, 0, 2], [0, 1, 3])
