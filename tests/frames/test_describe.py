"""Looking things up: what a survey says of itself, search, one question with its counts."""

from __future__ import annotations

from builders import likely, ratings, survey

from survey_analysis.describe import known_names


def test_a_survey_says_what_it_holds():
    text = repr(likely())
    assert "Untitled study" in text
    assert "8 in 4 columns" in text
    assert "2 declared" in text
    assert "by w, taken as fixed" in text
    raked = survey({"sex": ["w", "w", "m"]}, questions={"sex": {"levels": ["w", "m"]}}).rake(
        {"sex": {"w": 0.5, "m": 0.5}}
    )
    assert "raked to sex (deff 1.13, effective base 3)" in repr(raked)
    assert "SIMULATED DATA" in repr(survey({"q": ["1"]}, sample={"kind": "simulated"}))


def test_search_reads_names_wording_and_answers():
    data = likely()
    assert data.find("LIKELY")["found_in"].tolist() == ["wording"]
    assert data.find("extremely")["question"].tolist() == ["q"]
    assert data.find("woman")["found_in"].tolist() == ["answers"]
    assert data.find("asked")["question"].tolist() == ["asked"]
    assert data.find("nothing like it").empty


def test_declared_questions_come_before_other_columns():
    assert known_names(likely()) == ["q", "sex", "asked", "w"]


def test_a_question_counts_every_answer_and_every_reason():
    frame = likely()["q"].to_frame()
    counts = dict(zip(frame["answer"], frame["n"], strict=True))
    assert counts["Extremely"] == 2
    assert counts["Not very"] == 0
    reasons = {k: v for k, v in counts.items() if k.startswith("(")}
    assert sorted(reasons.values()) == [1, 1, 1, 1]
    assert sum(counts.values()) == 8


def test_a_battery_has_a_column_a_subject():
    table = ratings()["follow"].table()
    assert [c.label for c in table.columns] == ["Micro-influencer", "Average consumer", "Celebrity"]
    frame = ratings()["follow"].to_frame()
    assert frame.groupby("subject")["n"].sum().tolist() == [120, 120, 120]


def test_what_was_found_from_the_data_says_so():
    assert "Found from the data" in repr(survey({"q": ["a", "b"]})["q"])
    assert "Found from the data" not in repr(likely()["q"])
