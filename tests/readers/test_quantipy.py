"""Quantipy metadata: the published tracker against an independent reading of its JSON, and sets by hand."""

from __future__ import annotations

import json
from collections import Counter

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.companions import describe
from survey_analysis.readers.read import read_table


@pytest.fixture
def tracker(shared):
    folder = shared("sporting-goods-tracker")
    meta = folder / "example_a.meta.json"
    return describe(read_table(folder / "example_a.csv.gz"), meta), json.loads(meta.read_text("utf-8"))


def test_every_column_of_the_tracker(tracker) -> None:
    raw, meta = tracker
    assert len(raw.columns) == 78
    undescribed = set(raw.columns) - set(meta["columns"])
    assert undescribed == {"unnamed_1", "id_L1.1"}
    stems, items = {}, {}
    for mask in meta["masks"].values():
        for item in mask["items"]:
            column = item["source"].removeprefix("columns@")
            stems[column], items[column] = mask["text"]["en-GB"].strip(), item["text"]["en-GB"]
    assert (dict(raw.stems), dict(raw.items)) == (stems, items)
    sets = {s.name: s for s in raw.sets}
    for column in raw.columns:
        told = meta["columns"].get(column, {})
        assert raw.wording.get(column, "") == told.get("text", {}).get("en-GB", ""), column
        values = told.get("values", [])
        if isinstance(values, str):
            values = meta["lib"]["values"][values.rsplit("@", 1)[1]]
        labels = tuple((str(v["value"]), v["text"]["en-GB"]) for v in values)
        if told.get("type") == "delimited set":
            assert sets[column].options == labels
            assert (sets[column].kind, sets[column].columns, sets[column].separator) == (
                "joined",
                (column,),
                ";",
            )
            assert column not in raw.labels
        else:
            assert column not in sets
            assert raw.labels.get(column, ()) == labels, column
        assert (raw.measure.get(column) == "scale") == (told.get("type") in ("int", "float"))
    assert raw.missing == {}  # 97, 98 and 99 are codes like others: the metadata flag none
    assert len(sets) == Counter(c["type"] for c in meta["columns"].values())["delimited set"] == 4


def test_sets_of_the_tracker_end_to_end(shared, tracker) -> None:
    """Shares of options against cells split by hand."""
    folder = shared("sporting-goods-tracker")
    survey = sa.read(folder / "example_a.csv.gz", metadata=folder / "example_a.meta.json")
    cells = pd.read_csv(folder / "example_a.csv.gz", dtype=str, low_memory=False)
    _, meta = tracker
    for name in ("q2", "q3", "q8", "q9"):
        answered = cells[name].dropna()
        chosen = [set(cell.strip(";").split(";")) for cell in answered]
        for value in meta["columns"][name]["values"]:
            by_hand = sum(str(value["value"]) in c for c in chosen) / len(chosen)
            got = survey.proportion(name, answers=[value["text"]["en-GB"]])
            assert got.value == pytest.approx(by_hand, abs=1e-12), (name, value)
            assert int(got.to_frame()["n"].iloc[0]) == len(answered)


META = {
    "lib": {
        "default text": "en-GB",
        "values": {"agree": [{"value": 1, "text": {"en-GB": "No"}}, {"value": 2.0, "text": {"en-GB": "Yes"}}]},
    },
    "columns": {
        "a_1": {"type": "single", "text": {"en-GB": "A - x"}, "values": "lib@values@agree"},
        "b": {
            "type": "single",
            "text": {"de-DE": "Frage &amp; <b>Antwort</b>"},
            "values": [
                {"value": 1, "text": {"en-GB": "Yes", "de-DE": "Ja"}},
                {"value": 98, "text": {"en-GB": "Don't know"}},
                {"value": 99, "text": {"en-GB": "Refused"}},
                {"value": 97, "text": {"en-GB": "Other"}},
            ],
            "missings": {"exclude": [98], "d.exclude": [99], "flag": [97]},
        },
    },
    "masks": {"a": {"type": "array", "text": {"en-GB": "A"}, "items": [{"source": "columns@a_1", "text": {"en-GB": "x"}}]}},
    "sets": {},
}  # fmt: skip


def described(write, meta) -> RawTable:
    raw = RawTable(pd.DataFrame({"a_1": ["1"], "b": ["98"]}), name="d.csv")
    return describe(raw, write("m.json", meta if isinstance(meta, str) else json.dumps(meta)))


def test_missing_only_where_flagged_and_languages(write) -> None:
    raw = described(write, META)
    assert [(m.code, m.kind) for m in raw.missing["b"]] == [("98", "dont_know"), ("99", "refused")]
    assert raw.labels["a_1"] == (("1", "No"), ("2", "Yes"))
    assert (raw.stems["a_1"], raw.items["a_1"], raw.wording["b"]) == ("A", "x", "Frage & Antwort")
    assert "In 'm.json' 1 text has no 'en-GB' version; read in 'de-DE'." in raw.notes
    other = META | {
        "columns": META["columns"] | {"b": META["columns"]["b"] | {"missings": {"98": "exclude"}}}
    }
    assert [m.code for m in described(write, other).missing["b"]] == ["98"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lib@values@agree", "lib@values@gone", "'lib@values@gone', which is not there"),
        ('"columns": {', '"columns": [{', "not JSON"),
        ('"values": "lib@values@agree"', '"values": 5', "are no list of objects"),
    ],
)
def test_broken_metadata(write, old, new, message) -> None:
    text = json.dumps(META)
    assert old in text
    with pytest.raises(DataError, match=message):
        described(write, text.replace(old, new))


def test_json_from_strangers(write) -> None:
    head = '{"lib": {"default text": "en"}, "columns": '
    for body in ("[]}", '"x"}', "{", "[" * 200_000, '{"a": 1' + "0" * 5000 + "}}"):
        with pytest.raises(DataError):
            described(write, head + body)
    path = write("m.json", b'{"lib": {"default text": "\xff"}, "columns": {}}')
    with pytest.raises(DataError, match="not UTF-8"):
        describe(RawTable(pd.DataFrame({"a": ["1"]})), path)
