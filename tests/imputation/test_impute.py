"""Filling in: what is filled, what is left alone, and whether the truth is covered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import EstimationError
from survey_analysis.imputation.matching import draw_donors

TRUTH = 3.0


def people(seed: int, n: int = 600) -> pd.DataFrame:
    """Simulated: y = 3 + x + noise in the population, missing mostly where x is high."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = TRUTH + x + rng.normal(size=n) * 0.7
    lost = rng.random(n) < 1 / (1 + np.exp(0.4 - x))
    return pd.DataFrame(
        {"id": np.arange(n), "x": x.round(3), "y": y.round(3), "lost": lost, "w": rng.uniform(0.5, 1.5, n)}
    )


def incomplete(seed: int) -> sa.Survey:
    data = people(seed)
    return sa.read(data.assign(y=data["y"].mask(data["lost"])).drop(columns="lost"), id="id", weight="w")


def scale_study() -> dict:
    levels = [["1", "never"], ["2", "rarely"], ["3", "sometimes"], ["4", "often"]]
    return {
        "schema": 1,
        "scales": {"often4": {"levels": levels, "missing": [["98", "dont_know"]]}},
        "questions": {
            "a": {"kind": "likert", "scale": "often4"},
            "b": {"kind": "likert", "scale": "often4", "asked_if": "gate == 1"},
            "back": {"kind": "likert", "scale": "often4", "reverse": True},
        },
    }


def scales(seed: int = 3, n: int = 300) -> tuple[pd.DataFrame, sa.Survey]:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    cut = lambda v: np.digitize(v, [-0.8, 0.0, 0.8]) + 1  # noqa: E731
    data = pd.DataFrame({k: cut(z + rng.normal(size=n)).astype(str) for k in ("a", "b", "back")})
    data["z"], data["gate"] = z.round(2), np.where(np.arange(n) % 4 == 0, "0", "1")
    data.loc[rng.random(n) < 0.2, "a"] = "98"
    data.loc[rng.random(n) < 0.2, "back"] = ""
    data.loc[(rng.random(n) < 0.2) | (data["gate"] == "0"), "b"] = ""
    return data, sa.read(data, study=scale_study())


def test_the_truth_is_covered_where_complete_cases_miss_it():
    """95% intervals over 20 samples; 15 or fewer would happen once in thousands."""
    inside = {"imputed": 0, "complete cases": 0}
    gaps, unknown = [], []
    for seed in range(20):
        survey = incomplete(seed)
        left = survey.mean("y")
        filled = survey.impute(["y"], using=["x"], m=8, cycles=1, seed=seed).mean("y")
        full = sa.read(people(seed).drop(columns="lost"), id="id", weight="w").mean("y").value
        for name, found in (("imputed", filled), ("complete cases", left)):
            inside[name] += found.interval[0] < TRUTH < found.interval[1]
        gaps.append((filled.value - full, left.value - full))
        unknown.append(filled.rows["missing_information"].iloc[0])
        assert filled.rows["n"].iloc[0] == 600
    print("\nof 20 intervals cover the truth:", inside)
    assert 0.05 < np.mean(unknown) < 0.42  # less than the share of missing answers: x tells a part of y
    assert inside["imputed"] >= 16
    assert inside["complete cases"] <= 1
    ours, theirs = np.abs(np.mean(gaps, axis=0))
    assert ours < theirs / 5


def test_a_slope_keeps_its_size():
    """Answers filled in without their predictor would pull the slope to zero."""
    fit = incomplete(5).impute(["y"], using=["x"], m=8, cycles=3, seed=5).glm("y ~ x")
    assert abs(fit.coef["x"] - 1.0) < 3 * fit.std_error["x"] < 0.4
    assert (fit.rows["df"] < fit.copies[0].rows["df"]).all()


def test_only_answers_that_somebody_gave_and_only_to_those_asked():
    data, survey = scales()
    done = survey.impute(["a", "back"], using=["z"], m=3, cycles=3)
    for copy in done.surveys:
        raw = copy.table.raw.frame
        for name, empty in (("a", data["a"] == "98"), ("back", data["back"] == "")):
            assert set(raw.loc[empty, name]) <= {"1", "2", "3", "4"}
            assert (raw.loc[~empty, name] == data.loc[~empty, name]).all()
        assert raw[["b", "z", "gate"]].equals(survey.table.raw.frame[["b", "z", "gate"]])
    assert done.filled == {"a": int((data["a"] == "98").sum()), "back": int((data["back"] == "").sum())}
    routed = survey.impute(["b"], using=["z"], m=2, cycles=2)
    raw = routed.surveys[0].table.raw.frame
    assert (raw.loc[data["gate"] == "0", "b"] == "").all()
    assert (raw.loc[data["gate"] == "1", "b"] != "").all()


def test_a_reversed_scale_is_filled_in_its_own_direction():
    """Code of a reversed item against z: negative for those who answered and for those filled in."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=400)
    cells = pd.Series(4 - np.digitize(z, [-0.8, 0.0, 0.8])).astype(str)
    lost = rng.random(400) < 0.3
    data = pd.DataFrame({"back": cells.mask(lost, ""), "z": z.round(2)})
    study = {**scale_study(), "questions": {"back": scale_study()["questions"]["back"]}}
    done = sa.read(data, study=study).impute(["back"], using=["z"], m=2, cycles=2)
    found = done.surveys[0].table.raw.frame["back"].astype(int)
    assert np.corrcoef(found[lost], z[lost])[0, 1] < -0.8


def test_the_same_seed_gives_the_same_copies_and_the_data_stay_as_they_were():
    survey = incomplete(1)
    before = survey.table.raw.frame.copy()
    first, again, other = (survey.impute(["y"], using=["x"], m=3, cycles=2, seed=s) for s in (7, 7, 8))
    texts = [[s.table.raw.frame["y"].tolist() for s in x.surveys] for x in (first, again, other)]
    assert texts[0] == texts[1] != texts[2]
    assert texts[0][0] != texts[0][1]
    assert survey.table.raw.frame.equals(before)
    for copy in first.surveys:
        assert np.array_equal(copy.frame.weight, survey.frame.weight)
        assert copy.study is survey.study


def test_weighting_made_before_is_kept_and_can_follow():
    data = people(2).assign(sex=np.where(np.arange(600) % 3, "f", "m"))
    survey = sa.read(data.assign(y=data["y"].mask(data["lost"])).drop(columns="lost"), id="id", weight="w")
    raked = survey.rake({"sex": {"f": 0.5, "m": 0.5}})
    done = raked.impute(["y"], using=["x"], m=3, cycles=2)
    assert all(c.calibration for c in done.surveys)
    later = survey.impute(["y"], using=["x"], m=3, cycles=2).each(
        lambda s: s.rake({"sex": {"f": 0.5, "m": 0.5}})
    )
    share = later.proportion("sex", answers=["f"])
    assert share.value == pytest.approx(0.5, abs=1e-9)
    assert share.std_error < 1e-9


def test_ties_have_no_favourites():
    """Of people with one prediction everybody is a donor, about equally often."""
    rng = np.random.default_rng(3)
    drawn = draw_donors(np.repeat([0.0, 1.0, 2.0], 40), rng.normal(1.0, 0.2, 8000), 5, rng)
    counts = np.bincount(drawn, minlength=120)
    assert counts[:40].sum() + counts[80:].sum() == 0 or counts[40:80].sum() > 7000
    assert counts[40:80].min() > 100


def test_donors_are_the_nearest():
    rng = np.random.default_rng(4)
    fitted = rng.normal(size=200)
    wanted = rng.normal(size=500) * 1.5
    drawn = draw_donors(fitted, wanted, 5, rng)
    rank = (np.abs(fitted[None, :] - wanted[:, None]) < np.abs(fitted[drawn] - wanted)[:, None]).sum(axis=1)
    assert rank.max() == 4
    assert rank.min() == 0


def clustered(n: int = 200) -> sa.Survey:
    rng = np.random.default_rng(6)
    group = np.repeat(np.arange(20), n // 20)
    y = rng.normal(size=20)[group] * 2 + rng.normal(size=n)
    data = pd.DataFrame({"y": y.round(3), "x": rng.normal(size=n).round(3), "psu": group})
    return sa.read(data.assign(y=data["y"].mask(rng.random(n) < 0.3)), psu="psu")


def test_clusters_must_be_spoken_of_and_keep_answers_alike():
    survey = clustered()
    with pytest.raises(EstimationError, match="20 clusters"):
        survey.impute(["y"], using=["x"], m=2)
    kept = survey.impute(["y"], using=["x"], m=10, cycles=2, clusters="indicators")
    left = survey.impute(["y"], using=["x"], m=10, cycles=2, clusters="leave-out")
    assert kept.mean("y").std_error > left.mean("y").std_error
    assert "clusters" in kept.explain()
    assert "clusters" not in left.explain()
    with pytest.raises(EstimationError, match="no clusters"):
        incomplete(1).impute(["y"], using=["x"], m=2, clusters="indicators")


def test_what_cannot_be_filled_in_says_why():
    n = 60
    data = pd.DataFrame(
        {
            "party": ["red", "green", "blue"] * 20,
            "y": np.arange(n) % 7,
            "full": np.arange(n) % 5,
            "few": [1.0, 2.0, 3.0] + [np.nan] * (n - 3),
            "some": [np.nan, *range(1, n)],
        }
    )
    data.loc[::7, "party"] = None
    survey = sa.read(data)
    for questions, options, words in (
        (["party"], {"using": ["y"]}, "no order"),
        (["full"], {"using": ["y"]}, "No answer is missing"),
        (["few"], {"using": ["y"]}, "Only 3 people answered"),
        (["some"], {}, "Nothing predicts"),
        (["some"], {"using": ["y"], "m": 1}, "m = 1"),
        (["some"], {"using": ["y"], "donors": 0}, "donors = 0"),
        (["some"], {"using": ["y"], "clusters": "yes"}, "clusters = 'yes'"),
        ("some", {"using": ["y"]}, "one name"),
    ):
        with pytest.raises(EstimationError, match=words):
            survey.impute(questions, **options)


def test_large_numbers_and_predictors_that_repeat_each_other():
    rng = np.random.default_rng(9)
    income = (np.exp(rng.normal(10.5, 0.8, 300))).round(2)
    data = pd.DataFrame({"income": income, "age": rng.integers(18, 80, 300), "region": list("nsw") * 100})
    data["age_again"], data["income2"] = data["age"] * 1e6, income * 3
    data.loc[rng.random(300) < 0.2, "income"] = np.nan
    survey = sa.read(data, strata="region")
    done = survey.impute(["income"], using=["age", "age_again", "region", "income2"], m=3, cycles=2)
    given = set(survey.table.raw.frame["income"]) - {""}
    for copy in done.surveys:
        assert set(copy.table.raw.frame["income"]) <= given
    assert "strata" in done.explain()


def test_progress_names_each_copy():
    told: list[str] = []
    incomplete(1).impute(["y"], using=["x"], m=3, cycles=1, progress=told.append)
    assert told == [f"Imputing, copy {i} of 3" for i in (1, 2, 3)]
