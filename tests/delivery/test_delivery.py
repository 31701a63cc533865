"""A new delivery of the founding study with one thing changed at a time: what is found, all of it, with counts."""

from __future__ import annotations

import pytest

import survey_analysis as sa
from delivery.made import ROWS, csv_study, sav_study, write_csv, write_sav
from survey_analysis.cli.app import main
from survey_analysis.errors import DataError, DriftError


@pytest.fixture
def csv(tmp_path):
    frame = csv_study(tmp_path)

    def deliver(change=None, name="day2.csv"):
        new = frame.copy()
        if change is not None:
            changed = change(new)
            new = new if changed is None else changed
        return sa.read(tmp_path / "study.toml", data=write_csv(tmp_path / name, new))

    deliver.folder, deliver.frame = tmp_path, frame
    return deliver


def drift(deliver, change, **options):
    with pytest.raises(DriftError) as caught:
        deliver(change, **options)
    return caught.value


def test_the_same_again_is_no_difference(csv):
    assert len(csv()) == ROWS
    notes = csv().table.raw.notes
    assert f"'day2.csv' holds the {ROWS} ids of 'responses.csv' and 0 new ones." in notes


def test_a_new_code_with_its_rows(csv):
    def change(frame):
        frame.loc[frame["1_Q20"] == "5", "1_Q20"] = "7"

    rows = int((csv.frame["1_Q20"] == "5").sum())
    error = drift(csv, change)
    (found,) = error.differences
    assert (found.question, found.columns, found.aspect, found.n) == ("follow", ("1_Q20",), "new code", rows)
    assert f"'7' ({rows} rows)" in error.where
    assert "[scales.likely5]" in found.fix
    assert isinstance(error, DataError)
    assert error.code == "drift"


def test_a_code_that_a_repair_mends_or_the_earlier_delivery_held_is_no_difference(csv):
    """6 is repaired as a missing code; two thousand one ages were repaired from the start."""

    def change(frame):
        frame.loc[5, "1_Q21_1"] = "6"
        frame.loc[5, "S1_age"] = "44 years"

    assert len(csv(change)) == ROWS


def test_a_missing_column(csv):
    error = drift(csv, lambda frame: frame.drop(columns=["2_Q20", "S2_sex"]))
    assert {(d.columns, d.aspect) for d in error.differences} == {
        (("S2_sex",), "missing column"), (("2_Q20",), "missing column"),
    }  # fmt: skip
    filled = int((csv.frame["2_Q20"].iloc[2:] != "").sum())
    assert f"the earlier delivery has {filled} filled rows of it" in error.where


def test_a_new_column_is_a_note(csv):
    header = ["A late question", '{"ImportId":"QID99"}']
    survey = csv(lambda frame: frame.assign(Q99=header + ["1"] * ROWS))
    assert "New columns since 'responses.csv': 'Q99'." in survey.table.raw.notes


def test_numbers_where_texts_were(csv):
    def change(frame):
        frame.loc[2:, "1_Q22"] = [str(i) for i in range(ROWS)]
        frame.loc[2:, "provider"] = frame.loc[2:, "provider"].replace({"A": "1", "B": "2"})

    error = drift(csv, change)
    found = {d.question: d for d in error.differences}
    assert {q: d.aspect for q, d in found.items()} == {"why": "changed kind", "provider": "changed kind"}
    assert found["why"].n == ROWS
    assert "numbers where texts were" in found["provider"].what


def test_texts_where_numbers_were(csv):
    def change(frame):
        frame.loc[2:, "S1_age"] = "thirty"

    (found,) = drift(csv, change).differences
    assert (found.question, found.aspect, found.n) == ("S1_age", "changed kind", ROWS)


def test_ids_that_stand_twice_and_ids_of_another_part(csv):
    def twice(frame):
        frame.loc[2, "ResponseId"] = frame.loc[3, "ResponseId"]

    found = {d.aspect: d for d in drift(csv, twice).differences}
    assert "1 id stands more than once (2 rows)" in drift(csv, twice).where
    assert set(found) == {"ids"}

    def half(frame):
        frame.loc[2:201, "ResponseId"] = [f"R_new{i}" for i in range(200)]

    (mixed,) = drift(csv, half).differences
    assert mixed.n == ROWS - 200
    assert f"{ROWS - 200} ids are in the earlier delivery" in mixed.what
    assert "200 of its ids are not here" in mixed.what

    def fresh(frame):
        frame.loc[2:, "ResponseId"] = [f"R_new{i}" for i in range(ROWS)]

    assert any("only new interviews" in n for n in csv(fresh).table.raw.notes)


def test_a_sample_nobody_declared(csv):
    def change(frame):
        frame.loc[2:6, "sample"] = "4"

    found = {d.question: d for d in drift(csv, change).differences}
    assert found["samples"].n == 5


def test_an_option_marked_otherwise(csv):
    option = next(c for c in csv.frame.columns if c.startswith("S6_"))

    def change(frame):
        frame.loc[2:4, option] = "9"

    found = drift(csv, change).differences
    assert any(d.aspect == "new code" and option in d.columns for d in found)


def test_every_difference_is_reported_together(csv):
    def change(frame):
        frame.loc[2:11, "1_Q20"] = "7"
        frame.loc[2, "sample"] = "9"
        return frame.drop(columns=["S3_edu"])

    error = drift(csv, change)
    assert {d.columns for d in error.differences} == {("1_Q20",), ("sample",), ("S3_edu",)}
    assert len(str(error).splitlines()) == 2 + len(error.differences)


def test_without_the_earlier_delivery_the_study_file_is_the_measure(csv):
    (csv.folder / "responses.csv").unlink()

    def change(frame):
        frame.loc[2:11, "1_Q20"] = "7"

    (found,) = drift(csv, change).differences
    assert found.n == 10
    assert any("does not speak of" in n for n in csv().table.raw.notes)


def test_the_command_says_it_and_writes_nothing(csv, capsys):
    new = csv.frame.copy()
    new.loc[2:11, "1_Q20"] = "7"
    data = write_csv(csv.folder / "day3.csv", new)
    code = main(
        ["report", str(csv.folder / "study.toml"), "--data", str(data), "--out", str(csv.folder / "out")]
    )
    said = capsys.readouterr().err
    assert code == 2
    assert "'day3.csv' differs from the study in 1 way" in said
    assert "'7' (10 rows)" in said
    assert not (csv.folder / "out").exists()


@pytest.fixture(scope="module")
def sav(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sav")
    frame, labels = sav_study(folder)

    def deliver(labels_=None, frame_=None, **facts):
        path = write_sav(folder / "day2.sav", frame if frame_ is None else frame_, labels_ or labels, **facts)
        return sa.read(folder / "study.toml", data=path)

    deliver.frame, deliver.labels, deliver.folder = frame, labels, folder
    return deliver


def with_labels(sav, column, change):
    return {**sav.labels, column: change(sav.labels[column])}


def test_sav_the_same_again(sav):
    assert len(sav()) == ROWS


def test_sav_a_changed_label(sav):
    told = with_labels(sav, "q1_Q20", lambda x: {**x, 5.0: "Certainly"})
    (found,) = drift(sav, told).differences
    assert (found.question, found.aspect) == ("follow", "changed label")
    assert found.n == int((sav.frame["q1_Q20"] == 5).sum())
    assert "5 = 'Certainly', before 'Extremely likely'" in found.what


def test_sav_a_reversed_scale(sav):
    told = with_labels(
        sav, "q1_Q20", lambda x: {**x, **{float(6 - c): x[c] for c in (1.0, 2.0, 3.0, 4.0, 5.0)}}
    )
    (found,) = drift(sav, told).differences
    assert (found.question, found.aspect) == ("follow", "reversed scale")
    assert found.n == int(sav.frame["q1_Q20"].isin([1, 2, 4, 5]).sum())


def test_sav_answers_that_changed_places(sav):
    told = with_labels(sav, "S3_edu", lambda x: {**x, 5.0: x[6.0], 6.0: x[5.0]})
    (found,) = drift(sav, told).differences
    assert found.aspect == "codes"
    assert found.n == int(sav.frame["S3_edu"].isin([5, 6]).sum())


def test_sav_a_new_labelled_code(sav):
    frame = sav.frame.copy()
    frame.loc[frame["q1_Q20"] == 5, "q1_Q20"] = 6
    told = with_labels(sav, "q1_Q20", lambda x: {**x, 6.0: "Never heard of it"})
    (found,) = drift(sav, told, frame_=frame).differences
    assert found.aspect == "new code"
    assert "labelled 'Never heard of it'" in found.what


def test_sav_a_missing_code_that_was_an_answer(sav):
    (found,) = drift(sav, None, missing_ranges={"q1_Q20": [1]}).differences
    assert (found.aspect, found.n) == ("missing code", int((sav.frame["q1_Q20"] == 1).sum()))


def test_sav_labels_that_the_study_words_otherwise_from_the_start_are_no_difference(sav):
    """The earlier delivery said the same: only what changed between deliveries counts."""
    told = with_labels(sav, "q1_Q20", lambda x: {**x, 5.0: "Certainly"})
    write_sav(sav.folder / "day1.sav", sav.frame, told)
    try:
        assert len(sav(told)) == ROWS
    finally:
        write_sav(sav.folder / "day1.sav", sav.frame, sav.labels)


def test_sav_after_csv_is_held_against_the_study_file(sav):
    (sav.folder / "day1.sav").rename(sav.folder / "away.sav")
    try:
        told = with_labels(sav, "q1_Q20", lambda x: {**x, 5.0: "Certainly"})
        (found,) = drift(sav, told).differences
        assert "declared 'Extremely likely'" in found.what
    finally:
        (sav.folder / "away.sav").rename(sav.folder / "day1.sav")


def test_columns_that_changed_places_show_nobodys_address(csv):
    def change(frame):
        frame.loc[2:, "S2_sex"] = frame.loc[2:, "RecipientEmail"]
        frame.loc[2:21, "S3_edu"] = frame.loc[2:21, "RecipientEmail"]

    error = drift(csv, change)
    assert {d.question for d in error.differences} == {"sex", "S3_edu"}
    assert "e-mail addresses" in str(error)
    assert not [m for m in csv.frame["RecipientEmail"].iloc[2:] if m and m in str(error)]
