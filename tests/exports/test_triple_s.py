"""Triple-S out: against the structure of the standard, against an independent decoding, and back in."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lxml import etree

import survey_analysis as sa
from survey_analysis.errors import ColumnNotFoundError, DataError
from survey_analysis.exports.triple_s import write_triple_s

# Elements and attributes of version 2.0 as a document type of ours, after the example of the standard and the
# documentation of implementers (UNICOM Intelligence, TripleS.NET); the official DTD was not at hand.
STRUCTURE = """
<!ELEMENT sss (date?, time?, origin?, user?, survey)>
<!ATTLIST sss version (1.1|1.2|2.0|3.0) #REQUIRED languages CDATA #IMPLIED modes CDATA #IMPLIED>
<!ELEMENT date (#PCDATA)> <!ELEMENT time (#PCDATA)> <!ELEMENT origin (#PCDATA)> <!ELEMENT user (#PCDATA)>
<!ELEMENT survey (name?, version?, title?, record)>
<!ELEMENT version (#PCDATA)> <!ELEMENT title (#PCDATA|br|text)*> <!ELEMENT br EMPTY>
<!ELEMENT record (variable+)>
<!ATTLIST record ident CDATA #REQUIRED href CDATA #IMPLIED format (fixed|csv) "fixed" skip CDATA #IMPLIED>
<!ELEMENT variable (name, label, position, filter?, ((spread?, values) | size)?)>
<!ATTLIST variable ident NMTOKEN #REQUIRED type (single|multiple|quantity|character|logical|date|time) #REQUIRED
 use (serial|weight) #IMPLIED format (numeric|literal) "numeric">
<!ELEMENT name (#PCDATA)> <!ELEMENT label (#PCDATA|br|text)*> <!ELEMENT filter (#PCDATA)> <!ELEMENT size (#PCDATA)>
<!ELEMENT text (#PCDATA|br)*>
<!ELEMENT position EMPTY> <!ATTLIST position start CDATA #REQUIRED finish CDATA #IMPLIED>
<!ELEMENT spread EMPTY> <!ATTLIST spread subfields CDATA #REQUIRED width CDATA #IMPLIED>
<!ELEMENT values (range?, value*)>
<!ELEMENT range EMPTY> <!ATTLIST range from CDATA #REQUIRED to CDATA #REQUIRED>
<!ELEMENT value (#PCDATA|br|text)*> <!ATTLIST value code CDATA #REQUIRED score CDATA #IMPLIED>
"""

LAST = "Triple-S has no place for a design beyond a weight, or for base texts, nets and favourable ends; the study file has."
STUDY = {
    "schema": 1,
    "study": {"name": "Tea & <coffee>"},
    "design": {"weight": "w", "id": "rid"},
    "questions": {
        "drinks": {"text": "Do you drink tea?", "column": "Q1", "levels": [[1, "Yes"], [2, "No"]], "missing": [["8", "dont_know"]]},
        "likes": {
            "text": "How do you like it?", "column": "Q2", "asked_if": "drinks == 'Yes'", "kind": "likert",
            "levels": [[1, "Not at all", -1], [2, "So so", 0], [3, "Very much", 1]],
        },
        "buys": {"text": "Which do you buy?", "kind": "multiple", "columns": "Q3_*"},
        "cups": {"text": "Cups a day", "column": "Q4", "kind": "numeric", "missing": [["99", "refused"], ["3", "no_answer"]]},
        "why": {"text": "Why?", "column": "Q5", "kind": "open"},
        "city": {"text": "City", "column": "Q6", "levels": [["B", "Berlin"], ["K", "Köln"]]},
        "day": {"text": "Day", "column": "Q7", "kind": "open"},
    },
}  # fmt: skip
DATA = pd.DataFrame(
    {
        "rid": ["r1", "r2", "r3", "r4"], "w": ["0.5", "1.25", "1", "1.25"], "Q1": ["1", "2", "8", "1"],
        "Q2": ["3", "", "", "1"], "Q3_a": ["1", "0", "", "0"], "Q3_b": ["1", "1", "", "0"],
        "Q4": ["2.5", "99", "3", "10"], "Q5": ['He said "tea",\nthen left', "", "0012", "Grüße \x0b!"],
        "Q6": ["K", "B", "", "K"], "Q7": ["2024-02-29", "", "2024-03-01", "2024-12-31"],
    }
)  # fmt: skip


def survey() -> sa.Survey:
    return sa.read(DATA, study=STUDY)


def decoded(path: Path) -> dict[str, list[str]]:
    """Data by variable, from the definition with lxml and the standard's positions; no code of ours."""
    root = etree.parse(str(path)).getroot()
    record = root.find(".//record")
    out: dict[str, list[str]] = {}
    if record.get("format") == "csv":
        text = path.with_suffix(".csv").read_bytes().decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline="")))[int(record.get("skip")) :]
        for v in record.findall("variable"):
            out[v.findtext("name")] = [r[int(v.find("position").get("start")) - 1] for r in rows]
        return out
    lines = path.with_suffix(".asc").read_bytes().decode("utf-8").split("\r\n")[:-1]
    for v in record.findall("variable"):
        start = int(v.find("position").get("start"))
        finish = int(v.find("position").get("finish", start))
        out[v.findtext("name")] = [line[start - 1 : finish].strip() for line in lines]
    return out


@pytest.fixture(params=["csv", "fixed"])
def layout(request) -> str:
    return request.param


def test_structure_of_the_standard(tmp_path, layout) -> None:
    path = tmp_path / "tea.sss"
    write_triple_s(survey().table, path, data=layout)
    dtd = etree.DTD(io.StringIO(STRUCTURE))
    tree = etree.parse(str(path))
    assert dtd.validate(tree), dtd.error_log
    variables = {v.findtext("name"): v for v in tree.iter("variable")}
    assert [(n, v.get("type"), v.get("use")) for n, v in variables.items()] == [
        ("drinks", "single", None), ("asked_1", "logical", None), ("likes", "single", None), ("buys", "multiple", None),
        ("cups", "quantity", None), ("why", "character", None), ("city", "single", None), ("day", "date", None),
        ("rid", "character", "serial"), ("w", "quantity", "weight"),
    ]  # fmt: skip
    assert variables["city"].get("format") == "literal"
    assert variables["likes"].findtext("filter") == "asked_1"
    assert [v.get("score") for v in variables["likes"].iter("value")] == ["-1", "0", "1"]
    assert tree.findtext(".//title") == "Tea & <coffee>"
    lengths = (
        {len(line) for line in path.with_suffix(".asc").read_text("utf-8").splitlines()}
        if layout == "fixed"
        else {1}
    )
    assert len(lengths) == 1
    places = [(int(p.get("start")), int(p.get("finish", p.get("start")))) for p in tree.iter("position")]
    assert all(a[1] + 1 == b[0] for a, b in pairwise(places))


def test_data_by_an_independent_decoding(tmp_path, layout) -> None:
    path = tmp_path / "tea.sss"
    notes = write_triple_s(survey().table, path, data=layout)
    assert decoded(path) == {
        "drinks": ["1", "2", "8", "1"], "asked_1": ["1", "0", "0", "1"], "likes": ["3", "", "", "1"],
        "buys": ["11", "01", "", "00"], "cups": ["2.5", "99", "", "10"],
        "why": ['He said "tea", then left', "", "0012", "Grüße !"], "city": ["K", "B", "", "K"],
        "day": ["20240229", "", "20240301", "20241231"], "rid": ["r1", "r2", "r3", "r4"],
        "w": ["0.5", "1.25", "1", "1.25"],
    }  # fmt: skip
    assert notes == (
        "2 answers to 'why' lost line breaks or control characters.",
        "Missing codes that could be numbers of 'cups' are blank: 3.",
        "Options have the codes 1, 2, 3, ... in their order: buys.",
        "Blank, whatever the reason that nothing stands there: likes.",
        "Triple-S does not say which codes are no answers; these are values like others: drinks 8.",
        LAST,
    )


def test_back_in(tmp_path, layout) -> None:
    path = tmp_path / "tea.sss"
    first = survey()
    write_triple_s(first.table, path, data=layout)
    again = sa.read(path, weight="w", id="rid")
    for name, answers in (("likes", ["Very much"]), ("buys", ["Q3_b"]), ("city", ["Köln"])):
        assert again.proportion(name, answers=answers).value == first.proportion(name, answers=answers).value
    assert again.mean("cups").value == first.mean("cups").value
    assert again.table.raw.routing["likes"] == "`asked_1` == 1"
    assert again.table.raw.frame["day"].tolist() == ["2024-02-29", "", "2024-03-01", "2024-12-31"]
    assert [(m.code, m.kind) for m in again.table.raw.missing["cups"]] == [("99", "refused")]
    assert again.table.raw.wording["likes"] == "How do you like it?"


def test_the_founding_study(founding, tmp_path, layout) -> None:
    """Every single and multiple answer, number and text comes back as it was encoded."""
    path = tmp_path / "founding.sss"
    table = founding.table
    write_triple_s(table, path, data=layout)
    assert etree.DTD(io.StringIO(STRUCTURE)).validate(etree.parse(str(path)))
    again = sa.read(path).table
    seen = 0
    for question in table.codebook:
        if set(question.all_columns) & set(table.study.roles.personal):
            continue
        for subject in list(question.columns) or [""]:
            name = f"{question.name}.{subject}" if subject else question.name
            before, after = table.variable(question.name, subject), again.variable(name)
            seen += 1
            if hasattr(before, "chosen"):
                np.testing.assert_array_equal(before.chosen, after.chosen)
                np.testing.assert_array_equal(before.known(), after.known())
            elif hasattr(before, "scale"):
                levels = [a.label for a in before.scale.levels]
                others = [a.label for a in before.scale.outside]
                answered = [*(reversed(levels) if question.reverse else levels), *others]
                for held, written in zip([*levels, *others], answered, strict=True):
                    if before.equals(held).any():
                        np.testing.assert_array_equal(
                            before.equals(held), after.equals(written), err_msg=name
                        )
            elif hasattr(before, "numbers"):
                np.testing.assert_array_equal(before.numbers, after.values(), err_msg=name)
            else:
                np.testing.assert_array_equal(before.known(), after.known(), err_msg=name)
    assert seen > 30


@pytest.fixture
def tracker() -> Path:
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sporting-goods-tracker"
    if not folder.is_dir():
        message = "the folder 'shared/data' is not beside the project."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


def test_the_published_tracker(tracker, tmp_path, layout) -> None:
    """All 78 columns (74 variables and 4 delimited sets) against the cells of its CSV, by lxml and pandas."""
    survey = sa.read(tracker / "example_a.csv.gz", metadata=tracker / "example_a.meta.json")
    write_triple_s(survey.table, tmp_path / "t.sss", data=layout)
    cells = pd.read_csv(tracker / "example_a.csv.gz", dtype=str, keep_default_na=False, low_memory=False)
    meta = json.loads((tracker / "example_a.meta.json").read_text("utf-8"))["columns"]
    variables = list(etree.parse(str(tmp_path / "t.sss")).iter("variable"))
    data = list(decoded(tmp_path / "t.sss").values())
    assert len(variables) == len(data) == len(cells.columns) == 78
    kinds: Counter[str] = Counter()
    for column, variable, got in zip(cells.columns, variables, data, strict=True):
        kind = variable.get("type")
        kinds[kind] += 1
        if kind == "multiple":
            codes = [v["value"] for v in meta[column]["values"]]
            chosen = [set(c.strip(";").split(";")) if c else None for c in cells[column]]
            want = [
                "" if c is None else "".join("1" if str(i) in c else "0" for i in range(1, max(codes) + 1))
                for c in chosen
            ]
            assert got == want, column
        elif kind in ("single", "quantity"):
            want = pd.to_numeric(cells[column].replace("", None))
            np.testing.assert_array_equal(
                pd.to_numeric(pd.Series(got).replace("", None)), want, err_msg=column
            )
        else:
            assert [g.strip() for g in got] == [" ".join(c.split()) for c in cells[column]], column
    assert kinds["multiple"] == 4
    assert kinds["single"] >= 56


def test_undeclared_columns_and_names(tmp_path) -> None:
    frame = pd.DataFrame(
        {"2 much": ["1", "2"], "a-b": ["x", "y"], "A b": ["5.50", "7"], "a_b": ["0.1", "1e-7"]}
    )
    notes = write_triple_s(sa.read(frame).table, tmp_path / "x.xml")
    assert list(decoded(tmp_path / "x.xml")) == ["v2_much", "a_b", "A_b_2", "a_b_3"]
    assert notes[0].startswith(
        "Names that the standard does not allow: '2 much' is 'v2_much', 'a-b' is 'a_b'"
    )
    tree = etree.parse(str(tmp_path / "x.xml"))
    assert [v.get("format") for v in tree.iter("variable")][:2] == [None, "literal"]
    assert decoded(tmp_path / "x.xml")["a_b_3"] == ["0.1", "0.0000001"]


def test_codes_of_options_that_are_places_stay(tmp_path) -> None:
    study = {
        "schema": 1,
        "questions": {
            "q": {"kind": "multiple", "column": "q", "separator": ";", "levels": [[2, "Tea"], [9, "None"]]},
            "r": {
                "kind": "multiple",
                "column": "r",
                "separator": ";",
                "levels": [[0, "Tea"], [5000, "None"]],
            },
        },
    }
    frame = pd.DataFrame({"q": ["2;", "9", "2;9;"], "r": ["0", "5000", ""]})
    notes = write_triple_s(sa.read(frame, study=study).table, tmp_path / "x.sss")
    assert decoded(tmp_path / "x.sss") == {
        "q": ["010000000", "000000001", "010000001"],
        "r": ["10", "01", ""],
    }
    assert "Options have the codes 1, 2, 3, ... in their order: r." in notes
    assert sa.read(tmp_path / "x.sss").proportion("q", answers=["Tea"]).value == pytest.approx(2 / 3)


def test_codes_survive_from_triple_s_to_triple_s(tmp_path) -> None:
    study = {"schema": 1, "questions": {"q": {"kind": "multiple", "column": "q", "separator": ";", "levels": [[2, "Tea"], [9, "None"]]}}}  # fmt: skip
    write_triple_s(sa.read(pd.DataFrame({"q": ["2;", "9"]}), study=study).table, tmp_path / "a.sss")
    write_triple_s(sa.read(tmp_path / "a.sss").table, tmp_path / "b.sss")
    assert decoded(tmp_path / "b.sss") == {"q": ["010000000", "000000001"]}


def test_questions_asked_for(tmp_path) -> None:
    write_triple_s(survey().table, tmp_path / "x.sss", questions=["city"], version="2.0")
    assert list(decoded(tmp_path / "x.sss")) == ["city", "rid", "w"]
    assert etree.parse(str(tmp_path / "x.sss")).getroot().get("version") == "2.0"
    with pytest.raises(ColumnNotFoundError):
        write_triple_s(survey().table, tmp_path / "x.sss", questions=["town"])
    with pytest.raises(DataError, match="ending"):
        write_triple_s(survey().table, tmp_path / "x.csv")


def test_personal_columns_are_never_written(tmp_path) -> None:
    study = {"schema": 1, "roles": {"personal": ["mail"]}, "questions": {"q": {"column": "q"}, "m": {"column": "mail", "kind": "open"}}}  # fmt: skip
    table = sa.read(pd.DataFrame({"q": ["1", "2"], "mail": ["a@b.de", "c@d.de"]}), study=study).table
    write_triple_s(table, tmp_path / "x.sss")
    assert list(decoded(tmp_path / "x.sss")) == ["q"]
    with pytest.raises(DataError, match="personal"):
        write_triple_s(table, tmp_path / "x.sss", questions=["m"])


def test_same_bytes_every_time(tmp_path) -> None:
    for name in ("a", "b"):
        write_triple_s(survey().table, tmp_path / f"{name}.sss")
    assert (tmp_path / "a.sss").read_bytes() == (tmp_path / "b.sss").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_of_reversed_items_those_that_are_written_are_named(tmp_path: Path) -> None:
    levels = [[1, "no"], [2, "yes"]]
    study = {
        "questions": {"a": {"levels": levels, "reverse": True}, "b": {"levels": levels, "reverse": True}}
    }
    survey = sa.read(pd.DataFrame({"a": ["1", "2"], "b": ["2", "1"]}), study=study)
    told = [n for n in survey.export(tmp_path / "w.sss", questions=["a"]).notes if "not turned round" in n]
    assert told == ["Written as answered, not turned round: a; the study file reverses them."]
