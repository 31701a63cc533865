"""Every planted fault is present with its count, and can be found (or left alone) as the design says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from datasets.reference_cleaning import families, repaired
from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.generate import generate

RATINGS = [f"{s}_{q}" for s in range(1, 5) for q in ("Q20", *(f"Q21_{j}" for j in range(1, 13)))]
ITEMS = [name for name in RATINGS if "Q21" in name]
COUNTS = [f"Q30_{c:02d}" for c in range(1, 13)]
OPEN = [*(f"{s}_Q22" for s in range(1, 5)), "Q32_7_TEXT"]


@pytest.fixture(scope="module")
def study():
    return generate()


@pytest.fixture(scope="module")
def rows(study):
    return study.export.set_index("ResponseId")


@pytest.fixture(scope="module")
def truth(study):
    return study.truth


@pytest.fixture(scope="module")
def flags(study):
    return families(study.export).set_axis(study.truth.index)


def cells(frame):
    """All cells of a frame as one series of text."""
    return pd.Series(frame.to_numpy().ravel())


def shares(counts):
    return {s: round(counts * n) for s, n in p.RECEIVED.items()}


def test_rows_received(rows, truth):
    assert rows["sample"].astype(int).value_counts().to_dict() == dict(p.RECEIVED)
    assert rows.index.is_unique
    assert rows.index.str.fullmatch(r"R_[0-9A-Za-z]{15}").all()
    assert rows.index.equals(truth.index)
    assert 11_600 <= len(rows) <= 12_000


def test_flow_boxes_have_their_counts(rows):
    assert (rows["Status"] == "1").sum() == 18
    live = rows[rows["Status"] == "0"]
    found = {
        "consent": live["Q0_consent"] == "2",
        "country": live["S0_country"] == "2",
        "age": pd.to_numeric(live["S1_age"], errors="coerce").lt(18),
        "quota": live["quota"] == "full",
    }
    rates = {"consent": p.NO_CONSENT, "country": p.OUTSIDE, "age": p.UNDER_AGE, "quota": p.QUOTA_FULL}
    for name, mask in found.items():
        assert live[mask].groupby("sample").size().to_dict() == {
            str(s): k for s, k in shares(rates[name]).items()
        }
        later = live.loc[mask, [*RATINGS, *COUNTS, "S6_recv_1", "S6_none", "t_screen", "order_src"]]
        assert (later == "").all(axis=None), name


def test_screened_out_keep_their_demographics(rows, truth):
    out = rows[(truth["disposition"] == "screened_out")]
    assert (out["S6_none"] == "None of these").all()
    assert (out[["S1_age", "S2_sex", "S3_edu", "S4_region", "S5_income"]] != "").all(axis=None)
    screened = truth["disposition"].isin(["complete", "screened_out", "break_off_late"]) & (
        truth["sample"] == 1
    )
    assert 0.11 < len(out) / screened.sum() < 0.145


def test_break_offs(rows, truth):
    left = truth["disposition"].str.startswith("break_off") & (truth["duplicate"] == "")
    closed = ["preview", "no_consent", "under_age", "outside", "quota_full"]
    started = (~truth["disposition"].isin(closed)) & (truth["duplicate"] == "")
    by_sample = left[started].groupby(truth.loc[started, "sample"]).mean()
    assert by_sample.between(0.0445, 0.0455).all()
    assert (truth.loc[left, "disposition"] == "break_off_late").mean() == pytest.approx(0.60, abs=0.005)
    assert set(rows.loc[left, "Finished"]) == {"0"}
    assert (rows.loc[left, "Progress"].astype(int) < 100).all()
    assert (rows.loc[~left, "Finished"] == "1").all()


def test_break_offs_in_a_loop_stop_where_they_stopped(rows, truth):
    late = rows[(truth["disposition"] == "break_off_late") & (truth["sample"] == 1)]
    done = truth.loc[late.index, "loops"]
    assert done.between(0, 2).all()
    assert done.ge(1).any()
    for name, row in late.iterrows():
        order, items = row["order_src"].split(";"), row["order_itm"].split(";")
        for place, s in enumerate(order):
            answered = [row[f"{s}_Q20"] != "", *(row[f"{s}_Q21_{j}"] != "" for j in items)]
            assert answered == sorted(answered, reverse=True)  # nothing after the first gap
            assert all(answered) == (place < done[name])
        assert row["Q23_check"] == ""


def test_duplicates(rows, truth):
    second = truth[truth["duplicate"] != ""]
    assert len(second) == round(0.012 * len(rows))
    kinds = second["duplicate"].value_counts()
    assert abs(kinds["panel_id"] - kinds["address"]) <= 1
    first = rows.loc[second["duplicate_of"]]
    again = rows.loc[second.index]
    assert (again["StartDate"].to_numpy() > first["EndDate"].to_numpy()).all()
    same_id = (again["panel_id"].to_numpy() == first["panel_id"].to_numpy()) & (
        again["panel_id"] != ""
    ).to_numpy()
    assert (same_id == (second["duplicate"] == "panel_id").to_numpy()).all()
    same_place = again["IPAddress"].to_numpy() == first["IPAddress"].to_numpy()
    assert (same_place == (second["duplicate"] == "address").to_numpy()).all()
    ids = rows.loc[rows["panel_id"] != "", "panel_id"]
    assert ids.duplicated().sum() == kinds["panel_id"]


def test_address_duplicates_agree_and_households_do_not(rows, truth):
    answers = rows[
        [c for c in rows.columns if c[1:3] == "_Q" or (c[0] == "S" and "_" in c) or c.startswith("Q3")]
    ]
    answers = answers.drop(columns=[c for c in answers if c.startswith("Start")], errors="ignore")

    def agreement(a, b):
        one, two = answers.loc[a].to_numpy(), answers.loc[b].to_numpy()
        asked = (one != "") | (two != "")
        return (one == two)[asked].mean()

    second = truth[truth["duplicate"] == "address"]
    assert min(agreement(a, b) for a, b in second["duplicate_of"].items()) >= 0.95
    homes = truth[truth["household"] >= 0].groupby("household")
    assert len(homes) == p.HOUSEHOLDS == 40
    for _, members in homes:
        assert len(members) == 2
        assert len(set(rows.loc[members.index, "IPAddress"])) == 1
        assert agreement(*members.index) < 0.95
    shared = rows["IPAddress"].value_counts()
    assert shared[shared > 1].sum() == 2 * (len(second) + 40)


@pytest.mark.parametrize(("kind", "share"), p.CARELESS.items())
def test_careless_kinds_have_their_counts(truth, kind, share):
    done = (truth["sample"] == 1) & (truth["disposition"] == "complete") & (truth["duplicate"] == "")
    assert (truth["careless"] == kind).sum() == round(share * done.sum())


def test_careless_are_three_times_as_frequent_in_provider_b(truth):
    done = (truth["sample"] == 1) & (truth["disposition"] == "complete") & (truth["duplicate"] == "")
    rate = (truth.loc[done, "careless"] != "").groupby(truth.loc[done, "provider"]).mean()
    assert rate["B"] / rate["A"] == pytest.approx(3, abs=0.6)


def test_careless_answers_look_as_described(rows, truth, flags):
    grid = rows[ITEMS].apply(pd.to_numeric, errors="coerce")
    straight = truth["careless"] == "straight_liner"
    assert (grid[straight].max(axis=1) == grid[straight].min(axis=1)).all()
    yes = truth["careless"] == "yes_sayer"
    assert cells(grid[yes]).dropna().isin([4, 5]).all()
    assert (rows.loc[yes, "Q23_check"] == "2").all()
    assert not truth.loc[yes, "fast"].any()
    assert truth.loc[yes, "pastes"].mean() == pytest.approx(0.60, abs=0.005)
    assert flags.loc[truth["careless"] == "speeder", "speed"].all()
    assert flags.loc[truth["careless"].isin(["gibberish", "pasted"]), "open_or_platform"].all()
    check = rows["Q23_check"]
    bad = truth["careless"].isin(["speeder", "straight_liner", "gibberish", "pasted"])
    assert (check[bad] != "2").mean() == pytest.approx(0.55, abs=0.03)
    good = (truth["careless"] == "") & (check != "")
    assert (check[good] != "2").mean() == pytest.approx(0.02, abs=0.003)


def test_a_perfect_cleaning_is_out_of_reach_but_most_is_caught(truth, flags):
    done = (truth["sample"] == 1) & (truth["disposition"] == "complete") & (truth["duplicate"] == "")
    out = flags.sum(axis=1).ge(2)[done]
    caught = out.groupby(truth.loc[done, "careless"]).mean()
    assert caught["straight_liner"] > 0.90
    assert 0.50 <= caught["speeder"] <= 0.70
    assert 0.50 <= caught["yes_sayer"] <= 0.70
    assert out[truth.loc[done, "careless"] != ""].mean() >= 0.65
    assert caught[""] <= 0.02
    uniform = truth.loc[done, "uniform"] == 1
    assert uniform.sum() == pytest.approx(0.01 * done.sum(), rel=0.3)
    assert out[uniform].mean() <= 0.05
    kept = ~flags.sum(axis=1).ge(2) & (truth["kept_by_perfect_cleaning"] | done)
    assert 5_900 <= (kept & truth["recipient"]).sum() <= 6_250


def test_four_different_missings(study):
    rows = study.clean[study.clean["Finished"] == "1"]
    for s in range(1, 5):
        asked = rows["order_src"].str.split(";").map(lambda order, s=s: str(s) in order)
        answers = rows.loc[asked, [c for c in RATINGS if c.startswith(f"{s}_")]]
        share = cells(answers).value_counts(normalize=True)
        assert share["98"] == pytest.approx(0.03 if s == 3 else 0.015, abs=0.003)
        assert share["99"] == pytest.approx(0.004, abs=0.002)
        assert share["-99"] == pytest.approx(0.008, abs=0.002)
        assert "" not in share.index
        assert (rows.loc[~asked, answers.columns] == "").all(axis=None)


def test_stray_cells(rows, truth):
    planted = truth["planted"].str.split(":").str[-1].value_counts().drop("")
    assert planted.drop("hostile").to_dict() == dict(p.STRAY)
    assert planted["hostile"] == 30
    items, age = cells(rows[ITEMS]), rows["S1_age"]
    counts = cells(rows[COUNTS])
    assert (items == "6").sum() == 12
    assert age.str.fullmatch(r"\d\d years").sum() == 9
    assert (age == "２３").sum() == 2
    assert (items == "5 ").sum() == 15
    assert (counts == "2,5").sum() == 4
    assert (counts == "999").sum() == 6
    assert age.str.fullmatch(r"(19|20)\d\d").sum() == 5
    assert set(items) == {"", "1", "2", "3", "4", "5", "98", "99", "-99", "6", "5 "}
    repaired_age = repaired(rows.reset_index()).set_index("ResponseId")["S1_age"]
    hit = truth["planted"].str.startswith("S1_age")
    assert (repaired_age[hit] == truth.loc[hit, "true_S1_age"]).all()


def test_hostile_texts(rows):
    text = cells(rows[OPEN])
    count = {
        "=HYPERLINK(": 3,
        "<script": 3,
        "#panic(": 3,
        "555": 3,
        "\n": 3,
    }
    for piece, expected in count.items():
        assert text.str.contains(piece, regex=False).sum() == expected, piece
    assert text.str.contains("[\u0590-\u05ff]").sum() == 2
    assert text.str.contains("[\U0001f300-\U0001faff]").sum() == 3


def test_the_q20_trap(rows, truth):
    early = (rows["provider"] == "B") & (rows["StartDate"] < "2016-11-09")
    follow = rows[[f"{s}_Q20" for s in range(1, 5)]].isin(list("12345"))
    assert (early & follow.any(axis=1)).sum() == p.REVERSED_ROWS == 210
    concerned = truth["careless"].eq("") & truth["duplicate"].eq("")

    def direction(mask):
        both = rows.loc[mask & concerned, ["2_Q20", "2_Q21_1"]].apply(pd.to_numeric, errors="coerce")
        return both[both.isin(range(1, 6)).all(axis=1)].corr().iloc[0, 1]

    assert direction(early) < -0.15
    assert direction(~early) > 0.3
    for s in range(1, 5):
        exported, true = pd.to_numeric(rows[f"{s}_Q20"]), truth[f"true_{s}_Q20"]
        valid = exported.between(1, 5) & concerned
        assert (exported[valid & early] == 6 - true[valid & early]).all()
        assert (exported[valid & ~early] == true[valid & ~early]).all()


def test_clean_rows_are_the_true_answers(study):
    clean = study.clean.set_index("ResponseId")
    truth = study.truth.loc[clean.index]
    assert truth["kept_by_perfect_cleaning"].all()
    for name in RATINGS:
        answer = pd.to_numeric(clean[name])
        valid = answer.between(1, 5)
        assert (answer[valid] == truth.loc[valid, f"true_{name}"]).all()


def test_talk_is_consistent(study):
    rows = study.clean[study.clean["sample"].isin(["2", "3"])]
    counts = rows[[*COUNTS, "Q31_rec", "Q31_f2f", "Q31_work", "Q31_buy"]].apply(pd.to_numeric)
    told = counts["Q31_rec"]
    for event in ("f2f", "work", "buy"):
        part = counts[f"Q31_{event}"]
        assert (part[part >= 0] <= told[part >= 0]).all()
        assert (part[told == 0].isna()).all()
    week = counts[COUNTS].where(counts[COUNTS] >= 0).sum(axis=1)
    seen = told >= 0
    assert (told[seen] >= np.minimum(week, 5)[seen]).all()
    members = rows["sample"] == "2"
    own = rows.loc[members, "category"].astype(int)
    asked = counts.loc[members, COUNTS].notna().to_numpy()
    assert (asked.sum(axis=1) == 1).all()
    assert (asked.argmax(axis=1) + 1 == own).all()


def test_timing_and_dates(rows):
    days = pd.to_datetime(rows["StartDate"])
    assert days.dt.normalize().nunique() == p.FIELD_DAYS
    assert rows["StartDate"].is_monotonic_increasing
    loop = pd.to_numeric(rows["t_loop1"]).dropna()
    assert loop.median() == pytest.approx(55, rel=0.08)
    assert pd.to_numeric(rows["t_screen"]).median() == pytest.approx(40, rel=0.08)
    assert np.log(loop[loop > 25]).std() == pytest.approx(0.42, abs=0.05)
