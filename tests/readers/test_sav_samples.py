"""SPSS sample files against what their projects document: pyreadstat's CSV twins, haven's tests, the set records."""

from __future__ import annotations

import struct

import pyreadstat
import pytest

from survey_analysis.frames.facts import ResponseSet
from survey_analysis.readers.read import read_table
from survey_analysis.readers.sav_records import dictionary_end, mr_sets, parse_sets
from survey_analysis.readers.sav_sets import response_sets

# Roche/pyreadstat, test_data/basic/sample_missing_user.csv: the file with its user-missing codes kept.
MISSING_USER = """\
mychar,mynum,mydate,dtime,mylabl,myord,mytime
a,1.10,2018-05-06,2018-05-06T10:10:10.000000,1.00,1.00,10:10:10.000000
b,1.20,1880-05-06,1880-05-06T10:10:10.000000,2.00,2.00,23:10:10.000000
c,-1000.30,1960-01-01,1960-01-01T00:00:00.000000,1.00,3.00,0:00:00.000000
d,-1.40,1583-01-01,1583-01-01T00:00:00.000000,2.00,1.00,16:10:10.000000
e,1000.30,#NULL!,#NULL!,1.00,1.00,#NULL!
Z,-1.00,#NULL!,#NULL!,-1.00,-1.00,#NULL!
,2500.00,#NULL!,#NULL!,#NULL!,-3.00,#NULL!
"""
# The example of "Multiple Response Sets Records" in the PSPP manual: what MRSETS writes, subtypes 7 and 19.
PSPP_7 = b"$a=C 10 my mcgroup a b c\n$b=D2 55 0  g e f d\n$c=D3 Yes 10 mdgroup #2 h i j\n"
PSPP_19 = b"$d=E 1 2 34 13 third mdgroup k l m\n$e=E 11 6 choice 0  n o p\n"


def _windows(raw: bytes) -> str:
    return raw.decode("windows-1252")


def _plain(column: str, text: str) -> str:
    """A cell of the CSV twin as the reader writes it."""
    if text == "#NULL!":
        return ""
    if column in ("mynum", "mylabl", "myord"):
        return f"{float(text):g}" if text else ""
    text = text.removesuffix(".000000").replace("T", " ")
    return text.zfill(8) if column == "mytime" and text else text


@pytest.mark.parametrize(("file", "rows"), [("sample_missing.sav", 7), ("sample.zsav", 5)])
def test_values_are_those_of_the_csv_twin(shared, file, rows) -> None:
    head, *lines = MISSING_USER.splitlines()
    names = head.split(",")
    expected = [[_plain(n, t) for n, t in zip(names, line.split(","), strict=True)] for line in lines]
    raw = read_table(shared("file-samples", file))
    assert raw.columns == tuple(names)
    assert raw.frame.to_numpy().tolist() == expected[:rows]
    assert raw.measure == dict.fromkeys(names, "scale") | {"mychar": "nominal", "myord": "ordinal"}
    assert dict(raw.labels["mylabl"]) == {"1": "Male", "2": "Female"} | (
        {"-1": "undetermined"} if rows == 7 else {}
    )


def test_haven_samples(shared) -> None:
    raw = read_table(shared("file-samples", "labelled-num-na.sav"))
    column = raw.columns[0]
    assert raw.frame[column].tolist()[1] == "9"  # haven reads it as NA: a user-missing code
    assert [m.code for m in raw.missing[column]] == ["9"]
    raw = read_table(shared("file-samples", "umlauts.sav"))
    assert raw.frame["var1"].tolist() == ["1", "2", "1", "3"]  # pandas: test_spss_umlauts
    assert raw.measure == {}  # the level is left open in the file


def test_sets_of_the_sample(shared) -> None:
    path = shared("file-samples", "simple_alltypes.sav")
    raw = read_table(path)
    letters = tuple((x, x) for x in "abcd")
    columns = ("ca_subvar_1", "ca_subvar_2", "ca_subvar_3")
    bools = tuple((f"bool{i}", f"Response #{i}") for i in (1, 2, 3))
    assert raw.sets == (
        ResponseSet("categorical_array", "categories", columns, letters),
        ResponseSet(
            "mymrset", "dichotomy", ("bool1", "bool2", "bool3"), bools, "My multiple response set", ("1",)
        ),
    )
    _, meta = pyreadstat.read_sav(str(path))  # a second reader
    for s in raw.sets:
        other = meta.mr_sets[s.name]
        assert tuple(other["variable_list"]) == s.columns
        assert (other["label"], other["is_dichotomy"]) == (s.text, s.kind == "dichotomy")


def test_records_of_the_manual() -> None:
    a, b, c = parse_sets(PSPP_7)
    assert (a.name, a.kind, a.columns, a.label) == ("a", "categories", ("a", "b", "c"), "my mcgroup")
    assert (b.name, b.counted, b.label, b.columns) == ("b", "55", "", ("g", "e", "f", "d"))
    assert (c.counted, c.label, c.columns) == ("Yes", "mdgroup #2", ("h", "i", "j"))
    d, e = parse_sets(PSPP_19)
    assert (d.counted, d.label, d.labels, d.label_of_first) == ("34", "third mdgroup", "counted", False)
    assert (e.counted, e.label, e.columns, e.label_of_first) == ("choice", "", ("n", "o", "p"), True)


def test_labels_of_counted_values() -> None:
    d, e = parse_sets(PSPP_19)
    labels = {c: (("0", "no"), ("34", f"yes to {c}")) for c in "klm"}
    labels |= {c: (("choice", f"took {c}"),) for c in "no"}
    wording = {"n": "What did you take?", "p": "the third"}
    first, second = response_sets([d, e], [*"klmnop"], wording, labels)
    assert first.options == (("k", "yes to k"), ("l", "yes to l"), ("m", "yes to m"))
    assert second.text == "What did you take?"
    assert second.options == (("n", "took n"), ("o", "took o"), ("p", "the third"))


def test_sets_that_cannot_be_read_end_the_list() -> None:
    assert parse_sets(b"$a=C 3 abc x y\n$b=D999 1 0  x y\n") == parse_sets(b"$a=C 3 abc x y\n")
    assert parse_sets(b"$a=Q 3 abc x y\n") == ()
    assert parse_sets(b"") == parse_sets(b"\n\n\n") == ()
    assert response_sets(parse_sets(b"$a=C 3 abc x y\n"), ["z"], {}, {}) == ()


def test_short_names_become_long_names(tmp_path, shared) -> None:
    data = shared("file-samples", "simple_alltypes.sav").read_bytes()
    extra = struct.pack("<iiii", 7, 19, 1, len(PSPP_19)) + PSPP_19
    names = b"K=kangaroo\tL=lion\tM=mouse"
    extra += struct.pack("<iiii", 7, 13, 1, len(names)) + names
    end = dictionary_end(data)
    found = mr_sets(data[:end] + extra + data[end:], _windows)
    assert [s.name for s in found] == ["categorical_array", "mymrset", "d", "e"]
    assert found[2].columns == ("kangaroo", "lion", "mouse")
    for cut in (177, 400, end + 1):  # a file that ends early gives what it still holds, never an error
        mr_sets(data[:cut], _windows)
