"""Metadata that is broken anywhere gives a `DataError` or is read; it never fails in another way."""

from __future__ import annotations

import contextlib
import copy
import json
import random
from pathlib import Path

import pytest

from readers.platforms.lss import question, structure
from readers.platforms.test_redcap import DATA, DICTIONARY
from readers.platforms.test_xlsform import CHOICES, SETTINGS, SURVEY, export, form
from survey_analysis.errors import DataError, UnknownCodeError
from survey_analysis.frames.sets import with_sets
from survey_analysis.frames.table import Table
from survey_analysis.readers.companions import describe
from survey_analysis.readers.read import read_table
from survey_analysis.study.build import build
from survey_analysis.study.expressions import parse
from survey_analysis.study.file import StudyFile

FIXTURES = Path(__file__).parent / "fixtures"
ODD = [
    None,
    True,
    0,
    -1,
    3.5,
    "",
    "x",
    "1",
    [],
    {},
    ["a"],
    {"0": "a"},
    {"0": {"0": {}}},
    [[[]]],
    {"Display": 3},
    "q://QID1/SelectableChoice/9",
]
TIMES = 100


def _read(raw, path):
    """Facts or a DataError; the routing that comes back can be evaluated on the data."""
    try:
        described = describe(raw, path)
    except DataError:
        return False
    assert described.frame is raw.frame
    study = with_sets(build(StudyFile(), columns=raw.columns, folder="", source=""), described)
    table = Table(described, study)
    for column, text in described.routing.items():
        condition = parse(text)
        with contextlib.suppress(UnknownCodeError):  # the list of answers is another than that of the data
            table.mask(condition)
            table.variable(column)
    return True


def _places(value, path=()):
    """Ways to every value inside some JSON."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inside:
        yield from _places(child, (*path, key))


def _put(whole, path, value):
    for key in path[:-1]:
        whole = whole[key]
    whole[path[-1]] = value


@pytest.mark.parametrize("seed", range(2))
def test_qualtrics(write, seed):
    rng = random.Random(seed)
    whole = json.loads((FIXTURES / "qualtrics.qsf").read_text(encoding="utf-8"))
    places = [p for p in _places(whole) if len(p) > 1]
    raw = read_table(FIXTURES / "qualtrics_numbers.csv")
    read = 0
    for _ in range(TIMES):
        broken = copy.deepcopy(whole)
        for _ in range(rng.randint(1, 3)):
            try:
                _put(broken, rng.choice(places), copy.deepcopy(rng.choice(ODD)))
            except (KeyError, IndexError, TypeError):  # inside what was replaced before
                continue
        read += _read(raw, write("s.qsf", json.dumps(broken)))
    assert 0 < read < TIMES


QUESTIONS = (
    question("Q1", "L", "Follow?", answers=(("A1", "Yes"), ("A2", "No"))),
    question("Q2", "M", "Where?", parts=(("SQ001", "Video"),), relevance='Q1 == "A1"'),
    question(
        "Q3",
        "F",
        "They are",
        parts=(("SQ001", "honest"),),
        answers=(("A1", "no"),),
        relevance="Q2_SQ001 != 'Y'",
    ),
)


@pytest.mark.parametrize("seed", range(2))
def test_limesurvey(write, seed):
    rng = random.Random(seed)
    text = structure(*QUESTIONS, version=rng.choice(["new", "old"]))
    raw = read_table(write("d.csv", "Q1,Q2[SQ001],Q3[SQ001]\nA1,Y,A1\nA2,,\n"))
    for _ in range(TIMES):
        at = rng.randrange(len(text))
        kind = rng.randrange(4)
        broken = {
            0: text[:at],
            1: text[:at] + rng.choice(["<", ">", "&", "]]>", "\x01", "é", "0", "<a/>"]) + text[at:],
            2: text[:at] + text[at + rng.randint(1, 40) :],
            3: text.replace(
                rng.choice(["<qid>101<", "<title>Q1<", "<type>L<", ">0<", "code>A1<"]),
                rng.choice(["<qid><", "<x>y<"]),
            ),
        }[kind]
        _read(raw, write("s.lss", broken))


@pytest.mark.parametrize("seed", range(2))
def test_redcap(write, seed):
    rng = random.Random(seed)
    raw = read_table(write("d.csv", DATA))
    for _ in range(TIMES):
        at = rng.randrange(200, len(DICTIONARY))
        put = rng.choice(["", '"', ",", "|", "[", "]", "(", "'", "\n", "\x00", "not "])
        _read(raw, write("dictionary.csv", DICTIONARY[:at] + put + DICTIONARY[at + rng.randint(0, 5) :]))


@pytest.mark.parametrize("seed", range(2))
def test_xlsform(write, seed):
    rng = random.Random(seed)
    raw = read_table(write("d.csv", export()))
    for _ in range(20):
        sheets = copy.deepcopy([SURVEY, CHOICES, SETTINGS])
        for _ in range(rng.randint(1, 4)):
            row = rng.choice(rng.choice(sheets))
            row[rng.randrange(len(row))] = rng.choice(
                ["", "x", 3, True, "begin_group", "select_one", "${", "label", "type", "(" * 99]
            )
        _read(raw, write("form.xlsx", form(*sheets)))
    whole = form()
    for _ in range(TIMES):
        at = rng.randrange(len(whole))
        broken = (
            whole[:at] if rng.random() < 0.3 else whole[:at] + bytes([rng.randrange(256)]) + whole[at + 1 :]
        )
        _read(raw, write("form.xlsx", broken))
