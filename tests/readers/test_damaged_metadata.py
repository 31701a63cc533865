"""Damaged metadata: every survey that is read can be asked for each of its columns, or is refused in words."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter

import pytest
from lxml import etree

import survey_analysis as sa
from readers import test_ddi, test_decipher, test_quantipy, test_triple_s
from survey_analysis.errors import SurveyAnalysisError

JUNK = (None, 5, -1.5, True, "text", "", [], {}, [1, 2], {"a": 1}, [[]], 10**30)
WORDS = ("", "x", "-1", "0", "999999999", "1.5", "é", "²")
BYTES = (b'"', b"<", b">", b"-", b"9" * 30, b"null", b"[]", b"{}", b"\x00", b"\xff", b"1e999", b"&a;")


def damaged_bytes(data: bytes, draw: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(draw.choice([1, 1, 3])):
        i = draw.randrange(len(out))
        match draw.randrange(4):
            case 0:
                out[i] = draw.randrange(256)
            case 1:
                del out[i : i + draw.randrange(1, 20)]
            case 2:
                out[i:i] = out[i : i + draw.randrange(1, 40)]
            case _:
                out[i : i + 1] = draw.choice(BYTES)
    return bytes(out) or b" "


def damaged_xml(data: bytes, draw: random.Random) -> bytes:
    root = etree.fromstring(data)
    element = draw.choice(list(root.iter(etree.Element)))
    parent = element.getparent()
    action = draw.randrange(5)
    if action == 0 and element.attrib:
        del element.attrib[draw.choice(list(element.attrib))]
    elif action == 1 and element.attrib:
        element.set(draw.choice(list(element.attrib)), draw.choice(WORDS))
    elif action == 2 and parent is not None:
        parent.remove(element)
    elif action == 3:
        element.text = draw.choice(WORDS)
    elif parent is not None:
        parent.append(copy.deepcopy(element))
    return etree.tostring(root)


def places(found, path=()):
    yield path
    for key in found if isinstance(found, dict) else range(len(found)) if isinstance(found, list) else ():
        yield from places(found[key], (*path, key))


def damaged_json(data: bytes, draw: random.Random) -> bytes:
    found = json.loads(data)
    *way, last = draw.choice(list(places(found))[1:])
    inner = found
    for key in way:
        inner = inner[key]
    if isinstance(inner, dict) and draw.random() < 0.3:
        del inner[last]
    else:
        inner[last] = copy.deepcopy(draw.choice(JUNK))
    return json.dumps(found).encode()


DECIPHER = ",".join(test_decipher.NAMES) + "\n" + ",".join("1" for _ in test_decipher.NAMES) + "\n"
CASES = {
    "triple-s": ("s.sss", test_triple_s.EXIT.encode("latin-1"), "s.asc", test_triple_s.RECORDS, damaged_xml),
    "ddi": ("b.xml", test_ddi.CODEBOOK.encode(), "d.csv", test_ddi.DATA, damaged_xml),
    "quantipy": (
        "q.json",
        json.dumps(test_quantipy.META).encode(),
        "d.csv",
        "a_1,b\n1,98\n2,1\n",
        damaged_json,
    ),
    "decipher": ("m.json", json.dumps(test_decipher.MAP).encode(), "d.csv", DECIPHER, damaged_json),
}


@pytest.mark.parametrize("name", CASES)
def test_damaged(name, tmp_path) -> None:
    file, good, data, cells, by_structure = CASES[name]
    draw = random.Random(name)
    refused: list[SurveyAnalysisError] = []
    (tmp_path / data).write_text(cells, newline="")
    for i in range(150):
        (tmp_path / file).write_bytes((by_structure if i % 2 else damaged_bytes)(good, draw))
        try:
            table = sa.read(tmp_path / data, metadata=tmp_path / file).table
            for column in (*table.raw.columns, *table.codebook.names):
                table.variable(column)
        except SurveyAnalysisError as error:
            refused.append(error)
    assert 20 < len(refused) < 130
    assert all(e.what and (e.where or e.hint) for e in refused)


def test_damaged_records(tmp_path) -> None:
    draw = random.Random(1)
    (tmp_path / "s.sss").write_bytes(test_triple_s.EXIT.encode("latin-1"))
    seen: Counter[str] = Counter()
    for _ in range(150):
        (tmp_path / "s.asc").write_bytes(damaged_bytes(test_triple_s.RECORDS.encode(), draw))
        try:
            sa.read(tmp_path / "s.sss")
        except SurveyAnalysisError:
            seen["refused"] += 1
        else:
            seen["read"] += 1
    assert min(seen["read"], seen["refused"]) > 20, seen
