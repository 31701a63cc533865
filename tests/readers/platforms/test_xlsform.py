"""XLSForms over exports of ODK and KoboToolbox: names and labels, both ways to write several answers."""

from __future__ import annotations

import io
import re
import zipfile

import numpy as np
import pytest
import xlsxwriter
from fuzz.mutations import rezipped

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.table import Table
from survey_analysis.readers.companions import describe
from survey_analysis.readers.read import read_table
from survey_analysis.study.build import build
from survey_analysis.study.expressions import evaluate, parse
from survey_analysis.study.file import StudyFile

SURVEY = [
    ["type", "name", "label::English (en)", "label::Francais (fr)", "relevant"],
    ["start", "start", "", "", ""],
    ["select_one yesno", "eats", "Do you eat **fruit**?", "Mangez-vous ?", ""],
    ["begin_group", "fruits", "Fruit", "", "${eats} = 'yes'"],
    ["select_multiple fruit", "which", "Which fruit?", "Lesquels ?", ""],
    [
        "integer",
        "often",
        "How often a week?",
        "",
        "selected(${which}, 'apple') or count-selected(${which}) = 0",
    ],
    ["end_group", "", "", "", ""],
    ["select_one scale or_other", "like", "<b>Do you like it?</b>", "", "not(${often} > 3)"],
    ["text", "why", "Why?", "", "${like} != '1' and string-length(${eats}) > 0"],
    ["text", "odd", "Odd", "", "once(random()) < 0.5"],
    ["begin repeat", "child", "Child", "", ""],
    ["text", "child_name", "Name of the child", "", ""],
    ["end repeat", "", "", "", ""],
    ["select_one_from_file towns.csv", "town", "Town", "", ""],
]
CHOICES = [
    ["list name", "name", "label::English (en)", "label::Francais (fr)"],
    ["yesno", "yes", "Yes", "Oui"],
    ["yesno", "no", "No", "Non"],
    ["fruit", "apple", "Apple", "Pomme"],
    ["fruit", "kiwi", "Kiwi, green", "Kiwi"],
    ["scale", 1, "Not at all", "Pas du tout"],
    ["scale", 2, "Very much", "Beaucoup"],
]
SETTINGS = [["form_title", "default_language"], ["Fruit", "English (en)"]]


def form(survey=SURVEY, choices=CHOICES, settings=SETTINGS, **sheets):
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **sheets}.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    book.close()
    return data.getvalue()


# id, eats, which, often, like, why, odd, town
ROWS = [
    ("1", "yes", "apple kiwi", "2", "1", "", "x", "a"),
    ("2", "yes", "apple", "5", "", "hm", "y", "b"),
    ("3", "no", "", "", "2", "so", "", "a"),
    ("4", "yes", "kiwi", "", "2", "", "", "a"),
    ("5", "yes", "", "1", "other", "", "", "b"),
]
TEXTS = {"yes": "Yes", "no": "No", "1": "Not at all", "2": "Very much", "other": "Other"}
FRUIT = {"apple": "Apple", "kiwi": "Kiwi, green"}


def export(*, group="", split="both", style="names"):
    """An export of KoboToolbox: names or labels, groups in the headings or not, one column, several or both."""
    head, rows = ["id"], [[r[0]] for r in ROWS]

    def add(name, values):
        head.append(name)
        for row, value in zip(rows, values, strict=True):
            row.append(value)

    texts = TEXTS if style == "labels" else {}
    fruit = FRUIT if style == "labels" else {}
    which = "Which fruit?" if style == "labels" else f"{group}which"
    add("Do you eat **fruit**?" if style == "labels" else "eats", [texts.get(r[1], r[1]) for r in ROWS])
    if split in ("one", "both"):
        add(which, [" ".join(fruit.get(c, c) for c in r[2].split()) for r in ROWS])
    if split in ("several", "both"):
        for code in FRUIT:
            add(
                f"{which}/{fruit.get(code, code)}",
                [str(int(code in r[2].split())) if r[2] else "" for r in ROWS],
            )
    add("How often a week?" if style == "labels" else f"{group}often", [r[3] for r in ROWS])
    add("Do you like it?" if style == "labels" else "like", [texts.get(r[4], r[4]) for r in ROWS])
    for name, label, at in (("why", "Why?", 5), ("odd", "Odd", 6), ("town", "Town", 7)):
        add(label if style == "labels" else name, [r[at] for r in ROWS])
    return "\n".join(",".join(f'"{c}"' for c in r) for r in [head, *rows]) + "\n"


def columns(raw):
    return {text: c for c, text in raw.wording.items()}


def asked(raw, column):
    from survey_analysis.frames.sets import with_sets

    study = with_sets(build(StudyFile(), columns=raw.columns, folder="", source=""), raw)
    shown = np.asarray(evaluate(parse(raw.routing[column]), Table(raw, study).resolve))
    return {int(r) for r, s in zip(raw.column("id"), shown, strict=True) if s}


KINDS = [
    {"group": g, "split": s, "style": style}
    for g in ("", "fruits/", "fruits-")
    for s in ("one", "several", "both")
    for style in ("names", "labels")
    if style == "names" or not g
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: "-".join(k.values()))
def test_every_kind_of_export_comes_to_the_same(write, kind):
    data, metadata = write("data.csv", export(**kind)), write("form.xlsx", form())
    raw = describe(read_table(data), metadata)
    at = columns(raw)
    assert {"Do you eat **fruit**?", "How often a week?", "Do you like it?", "Why?", "Town"} <= set(at)
    assert [label for _, label in raw.labels[at["Do you like it?"]]] == ["Not at all", "Very much", "Other"]
    assert raw.measure == {at["How often a week?"]: "scale"}
    (which,) = raw.sets
    assert which.kind == ("joined" if kind["split"] == "one" else "dichotomy")
    assert [label for _, label in which.options] == ["Apple", "Kiwi, green"]
    # by hand, from the form and the five respondents
    assert asked(raw, which.columns[0]) == {1, 2, 4, 5}
    assert asked(raw, at["How often a week?"]) == {1, 2, 5}
    assert asked(raw, at["Do you like it?"]) == {1, 3, 4, 5}
    assert asked(raw, at["Why?"]) == {2, 3, 4, 5}
    found = sa.read(data, metadata=metadata)
    assert found.proportion(which.name, answers=["Kiwi, green"]).value == 2 / 3
    assert found.proportion(at["Do you eat **fruit**?"], answers=["Yes"]).value == 4 / 5


def test_notes(write):
    raw = describe(read_table(write("data.csv", export())), write("form.xlsx", form()))
    notes = " ".join(raw.notes)
    assert "'odd' is not translated" in notes
    assert "once(random()) < 0.5" in notes
    assert "Labels of 2 languages; read: English (en)." in notes
    assert "Repeated groups: 'child'" in notes
    assert "'town' (towns.csv)" in notes
    assert "'which' stands in one column and in one an option" in notes


@pytest.mark.parametrize(
    ("told", "expected"), [("Francais (fr)", "Oui"), ("fr", "Oui"), ("", "Yes"), ("xx", "Yes")]
)
def test_the_default_language_else_the_first(write, told, expected):
    metadata = write("form.xlsx", form(settings=[["default_language"], [told]]))
    raw = describe(read_table(write("data.csv", export())), metadata)
    assert raw.labels["eats"][0] == ("yes", expected)


def test_labels_without_a_language_go_before_the_others(write):
    survey = [
        ["type", "name", "label", "label::English (en)"],
        ["select_one yesno", "eats", "Plain", "English"],
    ]
    choices = [["list_name", "name", "label", "label::English (en)"], ["yesno", "yes", "Ja", "Yes"]]
    raw = describe(
        read_table(write("data.csv", export())), write("form.xlsx", form(survey, choices, [["x"]]))
    )
    assert raw.wording["eats"] == "Plain"
    assert raw.labels["eats"][0] == ("yes", "Ja")


def _of_another_version(book):
    """A workbook whose directory says that a newer program is needed to unpack it."""
    at = book.index(b"PK\x01\x02")
    return book[: at + 6] + b"\x74\x00" + book[at + 8 :]


def _of_many_texts(book):
    """A workbook that announces more texts than any memory holds."""
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        parts = {n: opened.read(n) for n in opened.namelist()}
    texts = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = re.sub(rb'uniqueCount="\d+"', b'uniqueCount="62147483648"', texts)
    assert parts["xl/sharedStrings.xml"] != texts
    return rezipped(list(parts.items()))


@pytest.mark.parametrize(
    "content",
    [
        form([["kind", "name"], ["text", "q"]]),
        form([*SURVEY, ["begin_group", "g", "", "", ""]]),
        form([*SURVEY, ["end_repeat", "", "", "", ""]]),
        form([*SURVEY, ["select_one nowhere", "q", "", "", ""]]),
        form([[]]),
        form()[:2000],
        b"PK\x03\x04 and nothing more",
        _of_another_version(form()),
        _of_many_texts(form()),
    ],
    ids=["columns", "open", "closed", "list", "empty", "cut", "no_zip", "version", "texts"],
)
def test_malformed_forms_are_refused(write, content):
    with pytest.raises(DataError):
        describe(read_table(write("data.csv", export())), write("form.xlsx", content))
