"""Calibration, trimming, non-response and reference weights through the verbs and the study file."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import ConvergenceError, WeightingError


def people(n: int = 240, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "sex": rng.choice(["w", "m"], n, p=[0.65, 0.35]),
        "age": rng.choice(["y", "o"], n),
        "income": rng.gamma(4, 500, n).round(2),
        "answer": rng.choice(["yes", "no"], n),
        "status": rng.choice(["complete", "refused"], n, p=[0.7, 0.3]),
        "household": np.repeat(np.arange(n // 2), 2),
    })  # fmt: skip


def shares(survey: sa.Survey, *names: str) -> pd.Series:
    keys = [survey.table.raw.frame[n] for n in names]
    return pd.Series(survey.weights).groupby([k.to_numpy() for k in keys]).sum() / survey.weights.sum()


CELLS = {("w", "y"): 0.2, ("w", "o"): 0.3, ("m", "y"): 0.3, ("m", "o"): 0.2}


@pytest.mark.parametrize("cells", [CELLS, {" x ".join(k): v for k, v in CELLS.items()}])
@pytest.mark.parametrize("verb", ["rake", "calibrate"])
def test_interlocked_margins_hold(verb, cells):
    survey = getattr(sa.read(people()), verb)({"sex x age": cells})
    found = shares(survey, "sex", "age")
    assert {k: round(v, 9) for k, v in found.items()} == pytest.approx(CELLS)
    assert survey.weights.sum() == pytest.approx(240)
    assert survey.weighting[0].margins[0].category == "w / y"


def test_totals_of_numbers_and_the_size_of_the_population_hold():
    survey = sa.read(people()).calibrate(
        {"1": 5000, "sex": {"w": 0.52, "m": 0.48}, "income": 11e6}, method="raking"
    )
    assert survey.weights.sum() == pytest.approx(5000)
    assert survey.total("income").value == pytest.approx(11e6)
    assert survey.total("income").std_error < 1e-12 * 11e6
    assert shares(survey, "sex")["w"] == pytest.approx(0.52)


def test_shares_are_of_the_starting_weights_and_follow_a_replicate():
    survey = sa.read(people()).calibrate({"sex": {"w": 0.5, "m": 0.5}}).replicates(method="jackknife")
    frame = survey.frame
    first = next(iter(frame.replicate_weights.blocks()))[:, 0]
    woman = (survey.table.raw.frame["sex"] == "w").to_numpy()
    assert first[woman].sum() == pytest.approx(first.sum() / 2)
    assert survey.proportion("sex", answers=["w"]).std_error < 1e-12


def test_with_the_size_given_a_margin_may_leave_a_category_to_the_rest():
    survey = sa.read(people()).calibrate({"1": 1000, "sex": {"m": 480}})
    assert shares(survey, "sex")["w"] == pytest.approx(0.52)
    assert "left at factor 1" not in survey.weighting[0].statement
    with pytest.raises(WeightingError, match="without a target"):
        sa.read(people()).calibrate({"sex": {"m": 480}})


def test_bounds_hold_and_the_text_says_so():
    survey = sa.read(people()).calibrate(
        {"1": 240, "sex": {"w": 100, "m": 140}}, method="logit", bounds=(0.5, 1.9)
    )
    done = survey.weighting[0]
    assert survey.weights.min() > 0.5
    assert survey.weights.max() < 1.9
    assert (done.method, done.bounds) == ("logit", (0.5, 1.9))
    assert (
        done.statement
        == "calibrated to the size of the population, sex (logit distance, factors from 0.5 to 1.9)"
    )


def test_bounds_may_limit_the_weights_themselves():
    frame = people().assign(w=np.where(np.arange(240) < 120, 1.0, 3.0))
    survey = sa.read(frame, weight="w").calibrate(
        {"income": 480 * 2200.0, "1": 480}, bounds=(0.8, 3.2), bounds_on="weight"
    )
    assert survey.weights.min() >= 0.8 - 1e-9
    assert survey.weights.max() <= 3.2 + 1e-9
    assert survey.weighting[0].capped > 0


def test_households_share_a_factor():
    survey = sa.read(people(), psu="household").calibrate({"1": 240, "sex": {"m": 120}}, whole_clusters=True)
    assert np.ptp(survey.weights.reshape(-1, 2), axis=1).max() < 1e-12
    assert shares(survey, "sex")["m"] == pytest.approx(0.5)


def test_negative_weights_are_said():
    frame = pd.DataFrame({"q": ["a", "b"] * 10, "x": np.arange(20.0) + 0.25})
    survey = sa.read(frame).calibrate({"1": 20, "x": 20 * 17.0})
    assert survey.weights.min() < 0
    assert any("negative" in w for w in survey.weighting[0].warnings)
    assert survey.mean("x").value == pytest.approx(17)


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda s: s.calibrate({}), WeightingError, "no totals"),
    (lambda s: s.calibrate({"sex": 100.0}), WeightingError, "holds no numbers"),
    (lambda s: s.calibrate({"1": 0}), WeightingError, "size of the population"),
    (lambda s: s.calibrate({"1": 240}, method="cubic"), WeightingError, "not a calibration method"),
    (lambda s: s.calibrate({"1": 240}, bounds_on="weight"), WeightingError, "there are none"),
    (lambda s: s.calibrate({"1": 240}, variance={"income": 1}), WeightingError, "none of the totals"),
    (lambda s: s.calibrate({"1": 240, "income": 1e7}, bounds=(0.9, 1.1)), ConvergenceError, "misses its totals"),
    (lambda s: s.rake({"sex": {"w": 1, "m": 3}}, change=1.0), WeightingError, "belong to variance"),
    (lambda s: s.rake({"sex": {"w": 0.5, "m": 0.5}}, variance="r-rake"), WeightingError, "population counts"),
    (lambda s: s.trim(), WeightingError, "no limit"),
    (lambda s: s.trim(upper=2, unit="mode"), WeightingError, "not known"),
    (lambda s: s.adjust_nonresponse("status == 'complete'"), WeightingError, "one of by="),
    (lambda s: s.adjust_nonresponse("sex in ['w', 'm']", by="age"), WeightingError, "Everybody responded"),
    (lambda s: s.adjust_nonresponse("sex == 'w'", by="sex"), WeightingError, "nobody who responded"),
    (lambda s: s.propensity(s, model=[]), WeightingError, "no variables"),
])  # fmt: skip
def test_what_cannot_be_done(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call(sa.read(people()))


def test_infeasible_bounds_name_the_total_and_the_gap():
    with pytest.raises(ConvergenceError) as caught:
        sa.read(people()).calibrate({"1": 240, "income": 1e7}, bounds=(0.9, 1.1))
    assert re.search(r"income: [0-9.e+]+ against 1e\+07", caught.value.where)


def test_respondents_take_over_and_later_steps_leave_the_others_out():
    survey = sa.read(people()).adjust_nonresponse("status == 'complete'", by=["sex", "age"])
    frame = survey.table.raw.frame
    answered = (frame["status"] == "complete").to_numpy()
    assert survey.weights[~answered].tolist() == [0.0] * int((~answered).sum())
    for rows in frame.groupby(["sex", "age"]).indices.values():
        assert survey.weights[rows].sum() == pytest.approx(len(rows))
    assert survey.weighting[0].n == answered.sum()
    assert int(survey.proportion("answer", answers=["yes"]).to_frame()["n"].iloc[0]) == answered.sum()
    raked = survey.rake({"sex": {"w": 0.5, "m": 0.5}})
    assert raked.weights[~answered].sum() == 0
    assert raked.weights.sum() == pytest.approx(240)
    again = raked.replicates(method="jackknife")
    taylor, jackknife = (s.proportion("answer", answers=["yes"]).std_error for s in (raked, again))
    assert taylor == pytest.approx(jackknife, rel=0.03)


def test_reference_weights_give_the_distribution_of_the_reference():
    reference = sa.read(pd.DataFrame({"sex": ["w", "m"] * 30, "w": [50, 150] * 30}), weight="w")
    survey = sa.read(people()).propensity(reference, model=["sex"])
    assert shares(survey, "sex")["w"] == pytest.approx(0.25)
    assert survey.weights.sum() == pytest.approx(6000)
    other = sa.read(pd.DataFrame({"sex": ["w", "x"]}))
    with pytest.raises(WeightingError, match="'x' of 'sex' is a category of one survey"):
        sa.read(people()).propensity(other, model=["sex"])


def test_the_study_file_knows_every_method(tmp_path):
    people().to_csv(tmp_path / "data.csv", index=False)
    study = tmp_path / "study.toml"
    head = '[study]\ndata = "data.csv"\n[weighting.all]\n'

    def weighted(text: str) -> sa.Survey:
        study.write_text(head + text, encoding="utf-8")
        return sa.read(study).weight()

    linear = weighted(
        'method = "linear"\n[weighting.all.targets]\n1 = 1000\nincome = 2.2e6\nsex = {m = 480}\n'
    )
    assert linear.total("income").value == pytest.approx(2.2e6)
    logit = weighted('method = "logit"\nbounds = [0.5, 2]\n[weighting.all.targets.sex]\nw = 0.5\nm = 0.5\n')
    assert logit.weighting[0].bounds == (0.5, 2.0)
    trimmed = weighted('trim = {upper = 1.2, unit = "mean"}\n[weighting.all.targets.sex]\nw = 0.5\nm = 0.5\n')
    assert [w.method for w in trimmed.weighting] == ["rake", "trim"]
    assert trimmed.weights.max() == pytest.approx(1.2)
    crossed = weighted(
        '[weighting.all.targets."sex x age"]\n"w x y" = 0.2\n"w x o" = 0.3\n"m x y" = 0.3\n"m x o" = 0.2\n'
    )
    assert shares(crossed, "sex", "age")[("m", "o")] == pytest.approx(0.2)
    with pytest.raises(WeightingError, match="cap limits plain raking"):
        weighted('method = "linear"\ncap = 3\n[weighting.all.targets.sex]\nw = 0.5\nm = 0.5\n')
