"""DDI codebooks: elements of the DDI Alliance's field-level documentation of DDI-Codebook 2.5, in a file of ours.

`varGrp` with its types, `qstn`, `catgry missing missType`, `invalrng`, `nature` and `intrvl` are used as documented
there (element pages of codebook.xsd); version 1.2.2 has the same elements without a namespace.
"""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.companions import describe


def categories(*triples: str) -> str:
    """`<catgry>` elements from "code label" or "code label!missType" texts."""
    out = ""
    for triple in triples:
        value, _, rest = triple.partition(" ")
        label, bang, kind = rest.partition("!")
        missing = (' missing="Y"' + (f' missType="{kind}"' if kind else "")) if bang else ""
        out += f"<catgry{missing}><catValu>{value}</catValu><labl>{label}</labl><catStat type='freq'>7</catStat></catgry>"
    return out


YES_NO = categories("1 Yes", "2 No", "9 Not answered!")
BODY = f"""<stdyDscr><citation><titlStmt><titl>Tea</titl></titlStmt></citation></stdyDscr><dataDscr>
<varGrp ID="G1" type="grid" name="trust" var="V2 V3"><txt>How much do you trust</txt></varGrp>
<varGrp ID="G2" type="multipleResp" name="buys" var="V4 V5"><labl>Bought last week</labl></varGrp>
<varGrp ID="G3" type="multipleResp" name="first" var="V6 V7"><labl>Named brands</labl></varGrp>
<varGrp ID="G4" type="multipleResp" name="odd" var="V8 V9"><labl>Odd</labl></varGrp>
<varGrp ID="G5" type="subject" name="all" var="V1 V2"/>
<var ID="V1" name="AGE" intrvl="contin"><labl>Age</labl><qstn><preQTxt>A few facts.</preQTxt><qstnLit>How old
  are you?</qstnLit></qstn><invalrng><item VALUE="999"/><range min="-9" max="-1"/></invalrng>
  <universe>All respondents</universe>{categories("-1 Refused", "999 Don't know")}<varFormat type="numeric"/></var>
<var ID="V2" name="t1" nature="ordinal"><labl>Police</labl><qstn><qstnLit>Do you trust ...</qstnLit></qstn>
  <universe>Citizens</universe>{categories("1 No", "2 Some", "3 Yes", "8 DK!dk", "0 Inap.!inap", "7 Won't say!")}</var>
<var ID="V3" name="t2" nature="ordinal"><labl>Courts</labl><qstn><qstnLit>Do you trust ...</qstnLit></qstn>
  <universe>Citizens</universe>{categories("1 No", "2 Some", "3 Yes")}</var>
<var ID="V4" name="b1"><labl>Tea</labl>{YES_NO}</var><var ID="V5" name="b2"><labl>Coffee</labl>{YES_NO}</var>
<var ID="V6" name="f1"><labl>First</labl>{categories("1 Ahmad", "2 Lipton", "3 Twinings")}</var>
<var ID="V7" name="f2"><labl>Second</labl>{categories("1 Ahmad", "2 Lipton", "3 Twinings")}</var>
<var ID="V8" name="o1"><labl>A</labl>{categories("5 Left", "6 Right")}</var>
<var ID="V9" name="o2"><labl>B</labl>{categories("5 Left", "6 Right")}</var>
</dataDscr>"""
CODEBOOK = f'<?xml version="1.0" encoding="UTF-8"?><codeBook xmlns="ddi:codebook:2_5" version="2.5">{BODY}</codeBook>'
OLD = f'<?xml version="1.0"?><!DOCTYPE codeBook SYSTEM "http://host.invalid/Version1-2-2.dtd"><codeBook>{BODY}</codeBook>'
DATA = (
    "age,t1,t2,b1,b2,f1,f2,o1,o2\n"
    "31,1,2,1,2,1,3,5,6\n40,3,3,2,2,2,,5,6\n-5,8,1,1,1,,,6,6\n999,7,1,9,9,3,1,5,5\n25,0,2,2,1,1,,5,6\n"
)


@pytest.fixture(params=[CODEBOOK, OLD], ids=["2.5", "1.2.2"])
def raw(write, request) -> RawTable:
    frame = pd.DataFrame(
        [line.split(",") for line in DATA.splitlines()[1:]], columns=DATA.splitlines()[0].split(",")
    )
    return describe(RawTable(frame, name="d.csv"), write("book.xml", request.param))


def test_variables(raw) -> None:
    assert raw.wording["age"] == "A few facts. How old are you?"  # matched to AGE without regard to case
    assert raw.wording["b1"] == "Tea"
    assert raw.labels["t2"] == (("1", "No"), ("2", "Some"), ("3", "Yes"))
    assert "age" not in raw.labels  # it labels missing codes only, which does not make it a scale of answers
    assert raw.measure == {"age": "scale", "t1": "ordinal", "t2": "ordinal"}
    assert raw.ordered == {"t1", "t2"}


def test_missing_codes(raw) -> None:
    assert [(m.code, m.kind, m.label) for m in raw.missing["t1"]] == [
        ("8", "dont_know", "DK"), ("0", "not_applicable", "Inap."), ("7", "refused", "Won't say"),
    ]  # fmt: skip
    assert [(m.code, m.kind) for m in raw.missing["age"]] == [
        ("999", "dont_know"), ("-1", "refused"), ("-5", "no_answer"),
    ]  # fmt: skip
    assert [m.code for m in raw.missing["b1"]] == ["9"]


def test_groups(raw) -> None:
    assert (raw.stems["t1"], raw.items["t1"]) == ("Do you trust ...", "Police")
    assert [(s.name, s.kind, s.columns, s.counted, s.text) for s in raw.sets] == [
        ("buys", "dichotomy", ("b1", "b2"), ("1",), "Bought last week"),
        ("first", "categories", ("f1", "f2"), (), "Named brands"),
    ]
    assert raw.sets[1].options == (("1", "Ahmad"), ("2", "Lipton"), ("3", "Twinings"))
    assert raw.notes[-1] == (
        "The multiple-response group 'odd' does not say which code means chosen: o1, o2; declare it as a question."
    )


def test_universes_in_words_are_said_not_used(raw) -> None:
    assert raw.routing == {}
    assert (
        "'book.xml' gives the universe 'Citizens' in words for 't1', 't2'; declare asked_if to use it."
        in raw.notes
    )


def test_end_to_end_by_hand(write) -> None:
    survey = sa.read(write("d.csv", DATA), metadata=write("book.xml", CODEBOOK))
    assert survey.table.question("age").kind == "numeric"
    assert survey.mean("age").value == pytest.approx((31 + 40 + 25) / 3)
    assert survey.proportion("t1", answers=["Yes"]).value == pytest.approx(1 / 2)
    assert survey.proportion("buys", answers=["Tea"]).value == pytest.approx(2 / 4)
    assert survey.proportion("first", answers=["Ahmad"]).value == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<codeBook><dataDscr/></codeBook>", "describes no variables"),
        (CODEBOOK[:-20], "not well-formed"),
        (CODEBOOK.replace("<codeBook", '<!DOCTYPE codeBook [<!ENTITY a "b">]><codeBook', 1), "entities"),
    ],
)
def test_broken_codebooks(write, text, message) -> None:
    with pytest.raises(DataError, match=message):
        describe(RawTable(pd.DataFrame({"a": ["1"]})), write("book.xml", text))


def test_codebook_given_as_data(write) -> None:
    with pytest.raises(DataError, match="metadata= for a file that describes"):
        sa.read(write("book.xml", CODEBOOK))
