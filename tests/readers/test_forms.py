"""Exports of Google Forms and Microsoft Forms: grids and several answers, from headings and cells alone."""

from __future__ import annotations

import csv
import io

import pytest
import xlsxwriter

import survey_analysis as sa
from survey_analysis.readers.read import read_table

GOOGLE = ["Timestamp", "Email Address", "What do you watch?", "How much do you trust [big accounts]",
          "How much do you trust [small accounts]", "Do you follow?", "Any comments?"]  # fmt: skip
OPTIONS = ["Films, old and new", "News", "Sport, Live", "Music"]
PICKS = [(0, 1), (1,), (2,), (0, 2, 3), (3,), (1, 3), (2, 3), (0,), (0, 3), (1, 2), (2,), (1,)]
TRUST = ["Not at all", "A lot", "Somewhat"]


def google_rows(times=1):
    rows = []
    for i, picks in enumerate(PICKS * times):
        watched = ", ".join(OPTIONS[p] for p in picks)
        said = f"Well, number {i}, I would say, is fine" if i % 3 else ""
        rows.append(
            [
                f"2026/03/{i % 28 + 1:02d} 8:28:{i:02d} AM GMT+1",
                "",
                watched,
                TRUST[i % 3],
                TRUST[(i + 1) % 3],
                "Yes, often" if i % 2 else "No",
                said,
            ]
        )
    return rows


def text(head, rows):
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


def test_google_forms(write):
    raw = read_table(write("form.csv", text(GOOGLE, google_rows())))
    assert raw.columns == tuple(GOOGLE)
    assert raw.wording["Do you follow?"] == "Do you follow?"
    assert set(raw.stems.values()) == {"How much do you trust"}
    assert raw.items["How much do you trust [small accounts]"] == "small accounts"
    (watch,) = raw.sets
    assert (watch.name, watch.kind, watch.separator) == ("What do you watch?", "joined", ", ")
    assert [label for _, label in watch.options] == OPTIONS
    notes = " ".join(raw.notes)
    assert "An export of Google Forms" in notes
    assert "'Films, old and new' is read as one" in notes


def test_an_estimate_is_the_count_by_hand(write):
    study = {"roles": {"personal": ["Email Address"]}}
    survey = sa.read(write("form.csv", text(GOOGLE, google_rows())), study=study)
    for place, option in enumerate(OPTIONS):
        share = survey.proportion("What do you watch?", answers=[option]).value
        assert share == pytest.approx(sum(place in p for p in PICKS) / len(PICKS), abs=1e-15)


def test_texts_typed_in_at_other_count_as_other(write):
    rows = google_rows(3)
    rows.append([*rows[0][:2], "News, a blog of my own", *rows[0][3:]])
    path = write("form.csv", text(GOOGLE, rows))
    (watch,) = read_table(path).sets
    assert watch.options[-1] == ("Other (text)", "Other (text)")
    survey = sa.read(path, study={"roles": {"personal": ["Email Address"]}})
    assert survey.proportion("What do you watch?", answers=["Other (text)"]).value == pytest.approx(
        1 / 37, abs=1e-15
    )


def test_a_grid_of_checkboxes_is_a_set_for_each_row(write):
    head = ["Timestamp", "Where did you see them? [Alpha]", "Where did you see them? [Beta]"]
    places = ["TV", "Web, apps"]
    picks = [((0, 1), (1,)), ((1,), (0,)), ((0,), (0, 1)), ((0,), (1,)), ((1,), ()), ((0, 1), (0,))] * 3
    rows = [["1/3/2026 8:28:09", *(", ".join(places[p] for p in part) for part in row)] for row in picks]
    raw = read_table(write("form.csv", text(head, rows)))
    assert [s.columns for s in raw.sets] == [(head[1],), (head[2],)]
    assert all([label for _, label in s.options] == places for s in raw.sets)


@pytest.mark.parametrize(
    "head", [["Timestamp", "a [x]", "b"], ["Timestamp", "a [x]"], ["Timestamp", "a[x]", "a[y]"]]
)
def test_one_column_in_brackets_is_no_grid(write, head):
    raw = read_table(write("form.csv", text(head, [["2026-01-01 10:00:00", *["1"] * (len(head) - 1)]] * 3)))
    assert not raw.stems


MICROSOFT = [
    "ID",
    "Start time",
    "Completion time",
    "Email",
    "Name",
    "Which apps?",
    "Rank these",
    "Rate us",
    "Why;",
]


def microsoft_rows():
    rows = []
    for i, picks in enumerate(PICKS):
        ranks = ["Price;Taste;Look;", "Taste;Price;Look;", "Look;Taste;Price;"][i % 3]
        apps = "".join(f"{OPTIONS[p]};" for p in picks)
        rows.append(
            [
                str(i + 1),
                f"3/{i + 1}/26 8:28:09",
                f"3/{i + 1}/26 8:29:10",
                "anonymous",
                "",
                apps,
                ranks,
                str(i % 5 + 1),
                "so; well" if i else "no;",
            ]
        )
    return rows


def microsoft_book():
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet("Form1")
    for i, row in enumerate([MICROSOFT, *microsoft_rows()]):
        sheet.write_row(i, 0, row)
    book.close()
    return data.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_microsoft_forms(write, kind):
    content = text(MICROSOFT, microsoft_rows()) if kind == "csv" else microsoft_book()
    path = write(f"form.{kind}", content)
    raw = read_table(path)
    (apps,) = raw.sets
    assert (apps.name, apps.separator) == ("Which apps?", ";")
    assert [label for _, label in apps.options] == OPTIONS
    assert "Email" not in raw.wording
    survey = sa.read(path, study={"roles": {"personal": ["Name"]}})
    for place, option in enumerate(OPTIONS):
        share = survey.proportion("Which apps?", answers=[option]).value
        assert share == pytest.approx(sum(place in p for p in PICKS) / len(PICKS), abs=1e-15)


@pytest.mark.parametrize(
    "head",
    [["Timestamp", "What?"], ["when", "What?"], ["ID", "Start time", "What?"]],
    ids=["no_moments", "other_name", "not_microsoft"],
)
def test_other_tables_are_left_alone(write, head):
    raw = read_table(write("a.csv", text(head, [[f"x{i}", *["A, B"] * (len(head) - 1)] for i in range(5)])))
    assert not raw.sets
    assert not raw.wording
    assert not raw.notes
