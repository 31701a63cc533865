"""Decipher datamaps: a datamap in the form of the documentation, read against its own titles.

Keys and types are those of the Decipher documentation ("JSON formatting") and of datamaps that the public client
icanmakeitbetter/decipher_api keeps for its tests; the survey is ours.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.companions import describe


def variable(label, kind, question, group, row=None, col=None, values=()):
    """One entry of `variables`, with every key that an export has."""
    titles = [t for t in (col and col[1], row and row[1]) if t]
    entry = {
        "label": label, "type": kind, "qtitle": question, "vgroup": group, "qlabel": group.rstrip("0123456789"),
        "title": " - ".join([*titles, question]), "row": row and row[0], "rowTitle": row and row[1],
        "col": col and col[0], "colTitle": col and col[1],
    }  # fmt: skip
    return entry | ({"values": [{"value": v, "title": t} for v, t in values]} if values else {})


LIKES = ((1, "Dislike&nbsp;"), (2, "So so"), (3, "Like"))
ROWS = (("r1", "Tea"), ("r2", "Coffee"))
COLUMNS = (("c1", "Morning"), ("c2", "Evening"))
MAP = {
    "questions": [],
    "variables": [
        variable("record", "text", "Record number", "record"),
        variable("q1", "single", "Do you drink tea?", "q1", values=((1, "Yes"), (2, "No"))),
        *(variable(f"q2{r[0]}", "single", "How do you like each?", "q2", row=r, values=LIKES) for r in ROWS),
        *(variable(f"q3{r[0]}", "multiple", "Which do you buy?&nbsp;", "q3", row=r) for r in ROWS),
        *(
            variable(f"q4{r[0]}{c[0]}", "multiple", "When?", f"q4{r[0]}", row=r, col=c)
            for r in ROWS
            for c in COLUMNS
        ),
        *(
            variable(f"q5{r[0]}{c[0]}", "number", "Cups?", f"q5{c[0]}", row=r, col=c)
            for c in COLUMNS
            for r in ROWS
        ),
        variable("q6", "float", "Spending", "q6"),
    ],
}
NAMES = [v["label"] for v in MAP["variables"]]


def described(write, datamap=MAP) -> RawTable:
    raw = RawTable(pd.DataFrame({n: ["1"] for n in NAMES}), name="d.csv")
    return describe(raw, write("map.json", datamap if isinstance(datamap, str) else json.dumps(datamap)))


def test_questions_rows_and_columns(write) -> None:
    raw = described(write)
    assert raw.wording["q1"] == "Do you drink tea?"
    assert raw.labels["q1"] == (("1", "Yes"), ("2", "No"))
    assert raw.labels["q2r2"] == (("1", "Dislike"), ("2", "So so"), ("3", "Like"))
    assert (raw.stems["q2r1"], raw.items["q2r1"]) == ("How do you like each?", "Tea")
    assert raw.wording["q2r1"] == "How do you like each? - Tea"
    assert (raw.stems["q5r2c1"], raw.items["q5r2c1"]) == ("Cups? - Morning", "Coffee")
    assert set(raw.measure) == {"q6", "q5r1c1", "q5r2c1", "q5r1c2", "q5r2c2"}
    assert "q1" not in raw.stems


def test_checkboxes_are_sets_by_group(write) -> None:
    raw = described(write)
    assert [(s.name, s.text, s.options) for s in raw.sets] == [
        ("q3", "Which do you buy?", (("q3r1", "Tea"), ("q3r2", "Coffee"))),
        ("q4r1", "When? - Tea", (("q4r1c1", "Morning"), ("q4r1c2", "Evening"))),
        ("q4r2", "When? - Coffee", (("q4r2c1", "Morning"), ("q4r2c2", "Evening"))),
    ]
    assert {(s.kind, s.counted) for s in raw.sets} == {("dichotomy", ("1",))}


def test_end_to_end(write) -> None:
    rows = ["record,q3r1,q3r2", "1,1,0", "2,0,1", "3,1,1", "4,0,0", "5,,"]
    survey = sa.read(write("d.csv", "\n".join(rows) + "\n"), metadata=write("map.json", json.dumps(MAP)))
    assert survey.proportion("q3", answers=["Tea"]).value == pytest.approx(2 / 4)
    assert survey.proportion("q3", answers=["Coffee"]).to_frame()["n"].tolist() == [4]


@pytest.mark.parametrize(
    ("datamap", "message"),
    [
        (MAP | {"variables": []}, "lists no variables"),
        (
            json.dumps(MAP).replace('"type": "float"', '"type": "image"'),
            "'q6' of 'map.json' has the type 'image'",
        ),
        (json.dumps(MAP)[:-4], "not JSON"),
    ],
)
def test_broken_datamaps(write, datamap, message) -> None:
    text = datamap if isinstance(datamap, str) else json.dumps(datamap) + ' "qtitle": "vgroup":'
    if not isinstance(datamap, str):
        text = json.dumps(datamap | {"questions": [{"qtitle": "x", "vgroup": "y"}]})
    with pytest.raises(DataError, match=message):
        described(write, text)
