"""Ratios as printed: what they are over, no small one as 0, a part of events in percent."""

from __future__ import annotations

import re

import pytest
from builders import survey

from survey_analysis.wording.numbers import ratio, ratio_decimals


@pytest.fixture(scope="module")
def data():
    rows = {
        "rare": ["0", "1", "0", "1", "0", "2", "0", "0"],
        "mails": ["900", "400", "700", "650", "300", "800", "500", "450"],
        "f2f": ["2", "1", "0", "3", "4", "1", "2", "2"],
        "rec": ["4", "2", "1", "3", "5", "5", "2", "4"],
        "g": list("aabbabab"),
    }
    columns = {"id": [str(i) for i in range(160)]} | {k: v * 20 for k, v in rows.items()}
    questions = {
        "rare": {"kind": "numeric", "short": "Complaints"},
        "mails": {"kind": "numeric", "short": "Mails sent"},
        "f2f": {"kind": "numeric", "short": "Made face to face", "base": "people with recommendations"},
        "rec": {"kind": "numeric", "short": "Recommendations"},
        "g": {"levels": ["a", "b"]},
    }
    return survey(columns, design={"id": "id"}, questions=questions)


@pytest.mark.parametrize("value", [0.4, 0.04, 0.0031, 9.6e-5, 2e-7])
def test_a_ratio_that_is_not_0_never_prints_as_0(value):
    assert float(ratio(value)) == pytest.approx(value, rel=0.05)
    assert ratio_decimals(0.0) == 2


def test_small_ratios_in_table_sentence_and_title(data):
    made = data.ratio("rare", "mails")
    shown = f"{made.value:.5f}"[:6]  # 0.00085
    assert made.value == pytest.approx(4 / 4700)
    for text in (repr(made), made.sentence(), made.plot().title):
        assert not re.search(r"\b0\.00?(?![0-9])", text), text
        assert shown in text


def test_titles_name_what_a_ratio_is_over(data):
    made = data.ratio("rare", "mails", by="g")
    for text in (made.table().title, made.plot().title, made.plot().caption.alt, made.sentence()):
        assert "complaints to mails sent" in text.lower(), text


def test_a_part_of_the_events_is_a_share_of_them(data):
    made = data.ratio("f2f", "rec", unit="recommendation")
    assert made.value == pytest.approx(15 / 26)
    table = made.table()
    assert table.columns[0].label == "%"
    assert "57.7" in repr(made)
    assert "of recommendations" in table.title
    assert table.base.startswith(
        "recommendations made by respondents with recommendations; reported by n = 160"
    )
    assert "58%" in made.plot().title


def test_a_ratio_of_estimates_keeps_its_digits(data):
    test = data.ratio("rare", "mails", by="g").compare("a", as_="ratio", base="own")
    row = test.to_frame().iloc[0]
    assert ratio(row["estimate"]) in repr(test)
    low = data.mean(["rare", "mails"]).compare("mails", dim="question", as_="ratio", base="own")
    assert low.to_frame()["estimate"].iloc[0] < 0.001
    assert "0.00085" in repr(low)
    assert not re.search(r"ratio .* is 0\.0+ ", low.sentence())
