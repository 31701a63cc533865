"""SPSS files in the encodings of the world, written byte by byte; pyreadstat (iconv) as second reader."""

from __future__ import annotations

import pyreadstat
import pytest

from readers.sav_files import Var, system_file
from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table

# Words of surveys; names are those that SPSS allows. 表 and ソ end in 0x5C in Shift-JIS, 誠 in 0x7C in GB18030 and Big5.
WORDS = {
    "utf-8": ("größe_価格", "Zürich", "Köln – “gut”", "満足している 😀"),
    "cp1252": ("größe", "Zürich", "Köln – “gut”", "50 €, déjà"),
    "cp932": ("表示_価格", "ソフト", "とても満足①", "わからない～"),
    "cp949": ("만족도", "서울특별시", "매우 만족", "똠방각하"),
    "gb18030": ("满意度", "北京市", "非常满意誠", "㐀不知道€"),
    "cp1251": ("оценка", "Москва", "Очень доволен", "не знаю — № 1"),
    "cp950": ("滿意度", "臺北市", "非常滿意", "許功蓋"),
}
DECLARED = {
    "utf-8": ("UTF-8", 65001),
    "cp1252": ("windows-1252", 1252),
    "cp932": ("Shift_JIS", 932),
    "cp949": ("EUC-KR", 949),
    "gb18030": ("GB18030", 54936),
    "cp1251": ("windows-1251", 1251),
    "cp950": ("Big5", 950),
}
PAGES = DECLARED | {"gb18030": ("GB18030", 936)}


def _written(encoding: str, declared: str | None, page: int | None, compression: int) -> bytes:
    """Every kind of text that a file has, in this encoding."""
    name, one, two, long = WORDS[encoding]
    rows = [[1.0, one, long * 60, "a"], [2.0, two, one, "zz"], [None, "", "", "a"], [9.0, long, two, ""]]
    variables = [
        Var(name, 0, f"{one}?", {1.0: two, 9.0: long}, missing=[9.0]),
        Var(f"{name}_text", 40, two, {one: long, two: one}, missing=[one.encode(encoding)[:8].decode(encoding, "ignore")]),
        Var(f"{name}_long", 1500, long),
        Var(f"{name}_code", 2, one, {"a": one, "zz": two}, missing=["zz"], measure=2),
        Var("x1", 0, one),
        Var("x2", 0, two),
    ]  # fmt: skip
    text = two.encode(encoding)
    sets = b"$set=D1 1 %d %s v5 v6\n" % (len(text), text)
    rows = [[*row, 1.0, 0.0] for row in rows]
    return system_file(
        variables, rows, encoding=encoding, declared=declared, page=page, compression=compression, sets=sets
    )


def _check(raw, encoding: str) -> None:
    name, one, two, long = WORDS[encoding]
    assert raw.columns == (name, f"{name}_text", f"{name}_long", f"{name}_code", "x1", "x2")
    assert raw.frame[name].tolist() == ["1", "2", "", "9"]
    assert raw.frame[f"{name}_text"].tolist() == [one, two, "", long]
    assert raw.frame[f"{name}_long"].tolist() == [long * 60, one, "", two]
    assert raw.frame[f"{name}_code"].tolist() == ["a", "zz", "a", ""]
    assert raw.wording == {
        name: f"{one}?", f"{name}_text": two, f"{name}_long": long, f"{name}_code": one, "x1": one, "x2": two
    }  # fmt: skip
    assert raw.labels == {
        name: (("1", two), ("9", long)),
        f"{name}_text": ((one, long), (two, one)),
        f"{name}_code": (("a", one), ("zz", two)),
    }
    assert {n: [(m.code, m.label) for m in codes] for n, codes in raw.missing.items()} == {
        name: [("9", long)],
        f"{name}_text": [(first := one.encode(encoding)[:8].decode(encoding, "ignore"), long if first == one else "")],
        f"{name}_code": [("zz", two)],
    }  # fmt: skip
    (found,) = raw.sets
    assert (found.name, found.text, found.options) == ("set", two, (("x1", one), ("x2", two)))
    assert raw.measure[f"{name}_code"] == "ordinal"


@pytest.mark.parametrize("compression", [0, 1, 2])
@pytest.mark.parametrize("encoding", WORDS)
def test_every_text_of_a_file(write, encoding, compression) -> None:
    declared, page = DECLARED[encoding]
    raw = read_table(write("a.sav", _written(encoding, declared, page, compression)))
    _check(raw, encoding)
    read_as = (
        "" if encoding in ("utf-8", "gb18030") or encoding.startswith("cp125") else f", read as {encoding}"
    )
    assert raw.notes[0] == f"SPSS file in {declared.lower()}{read_as}."
    assert len(raw.notes) == 3  # the missing codes, the set


@pytest.mark.parametrize("encoding", WORDS)
def test_by_the_code_page_alone(write, encoding) -> None:
    _check(read_table(write("a.sav", _written(encoding, None, PAGES[encoding][1], 1))), encoding)


@pytest.mark.parametrize("encoding", WORDS)
def test_the_encoding_that_is_given_goes_before(write, encoding) -> None:
    raw = read_table(write("a.sav", _written(encoding, "KOI8-R", 20866, 0)), encoding=encoding)
    _check(raw, encoding)
    assert raw.notes[0] == f"SPSS file in {encoding}, as given; it says koi8-r."


@pytest.mark.parametrize("compression", [0, 1, 2])
@pytest.mark.parametrize("encoding", [e for e in WORDS if e != "cp932"])  # ReadStat refuses its names
def test_as_pyreadstat_sees_it(write, encoding, compression) -> None:
    name = WORDS[encoding][0]
    declared, page = DECLARED[encoding]
    declared = (
        "CP949" if encoding == "cp949" else declared
    )  # iconv's EUC-KR lacks what Windows writes under its name
    path = write("a.sav", _written(encoding, declared, page, compression))
    raw = read_table(path)
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert tuple(meta.column_names) == raw.columns
    for column in (f"{name}_text", f"{name}_long", f"{name}_code"):
        assert frame[column].tolist() == raw.frame[column].tolist()
    assert meta.column_names_to_labels == dict(raw.wording)
    for column, labels in raw.labels.items():
        told = {
            f"{k:g}" if isinstance(k, float) else k: v for k, v in meta.variable_value_labels[column].items()
        }
        assert told == dict(labels)
    for column, codes in raw.missing.items():
        spans = meta.missing_ranges[column]
        told = [f"{s['lo']:g}" if isinstance(s["lo"], float) else s["lo"] for s in spans]
        assert told == [m.code for m in codes]


def test_a_file_that_does_not_say_its_encoding(write) -> None:
    for encoding in ("utf-8", "cp1252"):
        for page in (None, 2, 3):
            raw = read_table(write("a.sav", _written(encoding, None, page, 0)))
            _check(raw, encoding)
            assert raw.notes[0] == f"SPSS file in {encoding}, as it fits; the file does not say."
    data = system_file([Var("a", 8)], [[b"\x81\x8d"]], declared=None, page=None)  # holes of Windows-1252
    with pytest.raises(DataError, match="is not utf-8 or cp1252") as found:
        read_table(write("a.sav", data))
    assert found.value.where == "Row 1 of 'a', at byte 1 of 2: 0x81 0x8D."
    assert "encoding = " in found.value.hint


def test_an_encoding_that_is_not_known(write) -> None:
    data = system_file([Var("a", 8)], [["x"]], declared="x-Klingon")
    with pytest.raises(DataError, match="says that its text is in 'x-Klingon'") as found:
        read_table(write("a.sav", data))
    assert 'encoding = "cp1252"' in found.value.hint
    with pytest.raises(DataError, match="says that its text is in 'code page 1'"):  # EBCDIC
        read_table(write("a.sav", system_file([Var("a", 8)], [["x"]], page=1)))
    for given in ("x-klingon", "utf-16", "iso2022_jp", "hz", "cp037", "rot13", "unicode_escape", "a\0b"):
        with pytest.raises(DataError, match="There is no encoding"):
            read_table(write("a.sav", data), encoding=given)
    braces = system_file([Var("a", 8)], [["x"]], declared="{0}{codec")
    for file in (data, braces):
        assert read_table(write("a.sav", file), encoding="latin-1").frame["a"].tolist() == ["x"]
    with pytest.raises(DataError, match="says that its text is in '.0..codec'"):
        read_table(write("a.sav", braces))


BAD = "Straße".encode("cp1252")


@pytest.mark.parametrize(
    ("variable", "cells", "where"),
    [
        (Var("q", 10), [b"ok", BAD, BAD], "Row 2 of 'q' (and 1 more row), at byte 5 of 6: 0xDF 0x65."),
        (Var("q", 300), [b"ok", b"y" * 290 + BAD], "Row 2 of 'q', at byte 295 of 296: 0xDF 0x65."),
        (Var("q", 0, BAD), [1.0], "The label of 'q', after 'Stra': 0xDF 0x65."),
        (Var("q", 0, "", {1.0: BAD}), [1.0], "A value label of 'q', after 'Stra': 0xDF 0x65."),
        (Var("q", 8, "", {BAD: "x"}), ["a"], "A code of 'q', after 'Stra': 0xDF 0x65."),
        (Var("q", 8, "", missing=[BAD]), ["a"], "A code of 'q', after 'Stra': 0xDF 0x65."),
        (Var("q", 20, "", {BAD: "x"}), ["a"], "A code of 'q', after 'Stra': 0xDF 0x65."),
        (Var(BAD), [1.0], "The name of variable 1, after 'Stra': 0xDF 0x65."),
    ],
)
def test_bytes_that_do_not_fit_are_named(write, variable, cells, where) -> None:
    path = write("a.sav", system_file([variable], [[c] for c in cells], declared="UTF-8"))
    with pytest.raises(DataError, match="The text of the SPSS file 'a.sav' is not utf-8") as found:
        read_table(path)
    assert found.value.where == where
    assert found.value.hint == 'give the encoding it was saved in, such as encoding = "cp1252".'
    texts = (
        str(read_table(path, encoding="cp1252").__dict__) + read_table(path, encoding="cp1252").frame.to_csv()
    )
    assert "Straße" in texts


def test_a_set_whose_label_does_not_fit(write) -> None:
    sets = b"$set=D1 1 %d %s v1 v2\n" % (len(BAD), BAD)
    data = system_file([Var("a"), Var("b")], [[1.0, 0.0]], declared="UTF-8", sets=sets)
    with pytest.raises(DataError) as found:
        read_table(write("a.sav", data))
    assert found.value.where == "A multiple-response set, after 'Stra': 0xDF 0x65."


CUT = "A last character that its field had cut in two was left out in: "


@pytest.mark.parametrize(
    ("encoding", "text", "width", "whole"),
    [
        ("utf-8", "満足満足", 10, "満足満"),
        ("utf-8", "😀😀", 7, "😀"),
        ("cp932", "満足満足", 7, "満足満"),
        ("cp949", "만족만족", 5, "만족"),
        ("gb18030", "满意满意", 7, "满意满"),
        ("gb18030", "㐀㐀", 7, "㐀"),
        ("cp950", "滿意滿意", 3, "滿"),
        ("utf-8", "ä" * 200, 299, "ä" * 149),
    ],
)
def test_a_character_cut_at_the_end_of_a_full_field(write, encoding, text, width, whole) -> None:
    cells = [text.encode(encoding)[:width], b"ok"]
    data = system_file(
        [Var("a", width), Var("b", width)], [[c, "ok"] for c in cells], declared=DECLARED[encoding][0]
    )
    raw = read_table(write("a.sav", data))
    assert raw.frame["a"].tolist() == [whole, "ok"]
    assert raw.notes[1] == f"{CUT}'a'."
    wider = system_file([Var("a", width + 1)], [[c] for c in cells], declared=DECLARED[encoding][0])
    with pytest.raises(DataError, match="The text of the SPSS file"):  # nothing cut it there
        read_table(write("a.sav", wider))


@pytest.mark.parametrize(
    ("length", "is_cut"), [(60, True), (120, True), (255, True), (256, True), (100, False)]
)
def test_a_character_cut_at_the_end_of_a_label(write, length, is_cut) -> None:
    """SPSS cuts labels by their bytes: 60, later 120 for values, 255 or 256 for variables."""
    cut = (b"x" * ((length - 1) % 3) + "満".encode() * 100)[:length]
    data = system_file([Var("a", 0, cut, {1.0: cut[:255]})], [[1.0]], declared="UTF-8")
    if not is_cut:
        with pytest.raises(DataError, match="is not utf-8"):
            read_table(write("a.sav", data))
        return
    raw = read_table(write("a.sav", data))
    assert raw.wording["a"].encode() == cut[:-1]
    assert dict(raw.labels["a"])["1"] == cut[:255].decode("utf-8", "ignore")
    assert raw.notes[1].startswith(CUT)
    assert "the label of 'a'" in raw.notes[1]


def test_missing_codes_of_long_texts_are_their_first_eight_bytes(write) -> None:
    cut = "満足した".encode()[:8]
    data = system_file([Var("a", 30, missing=[cut])], [["満足"]], declared="UTF-8")
    raw = read_table(write("a.sav", data))
    assert [m.code for m in raw.missing["a"]] == ["満足"]
    assert raw.notes[-1] == f"{CUT}a code of 'a'."


def test_full_width_blanks_stay_and_others_are_trimmed(write) -> None:
    rows = [["\u3000満足\u3000"], ["満足\u3000  "], ["満足  "]]
    for encoding in ("utf-8", "cp932", "gb18030"):
        data = system_file([Var("a", 30)], rows, encoding=encoding, declared=DECLARED[encoding][0])
        assert read_table(write("a.sav", data)).frame["a"].tolist() == [
            "\u3000満足\u3000",
            "満足\u3000",
            "満足",
        ]


def test_all_bytes_of_one(write) -> None:
    """Every byte that the encoding has is read as Python reads it; 0 ends a text, blanks at the end are filling."""
    for codec in (
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1256",
        "cp437",
        "koi8_r",
        "mac_roman",
        "iso8859-15",
        "latin-1",
    ):
        known = [b for b in range(1, 256) if bytes([b]).decode(codec, "ignore")]
        rows = [[b"<" + bytes([b]) + b">"] for b in known]
        raw = read_table(write("a.sav", system_file([Var("a", 8)], rows, declared="UTF-8")), encoding=codec)
        assert raw.frame["a"].tolist() == [f"<{bytes([b]).decode(codec)}>" for b in known]


def test_what_windows_writes_under_the_name(write) -> None:
    """Quotes of Windows-1252 in what calls itself Latin-1; 똠 is in Windows-949 and not in EUC-KR."""
    for declared, raw, text in (
        ("ISO-8859-1", b"\x93gut\x94", "“gut”"),
        ("EUC-KR", "똠".encode("cp949"), "똠"),
        ("GB2312", "镕".encode("gbk"), "镕"),
        ("Shift_JIS", "①".encode("cp932"), "①"),
    ):
        data = system_file([Var("a", 20)], [[raw]], declared=declared)
        assert read_table(write("a.sav", data)).frame["a"].tolist() == [text]


def test_two_ways_to_write_a_character_are_one_answer(write) -> None:
    """Shift-JIS of NEC and of IBM: 0x81E6 and 0x879A are both ∵."""
    data = system_file([Var("a", 8)], [[b"\x81\xe6"], [b"\x87\x9a"], ["x"]], declared="Shift_JIS")
    column = read_table(write("a.sav", data)).coded("a")
    assert (column.texts.tolist(), column.codes.tolist()) == (["∵", "x"], [0, 0, 1])


def test_short_names_are_only_decoded_where_there_is_no_long_one(write) -> None:
    """SPSS makes them of the first bytes of a long name, also in the middle of a character."""
    short = "만족도".encode()[:8]
    data = system_file([Var("만족도_전체", 0, short=short)], [[1.0]], declared="UTF-8")
    assert read_table(write("a.sav", data)).columns == ("만족도_전체",)
