"""Points in the top answers: from the ordinal model of the package, by hand, and by replicates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import special

import survey_analysis as sa
from drivers import made
from survey_analysis.errors import EstimationError, NotReducibleError, ScoreError

ON = ["x0", "x1"]


def _data() -> pd.DataFrame:
    frame = made.data(n=400, seed=2)
    return frame.assign(y=np.clip((frame["y"] + 1) // 2, 1, 4))


def _survey() -> sa.Survey:
    return made.survey(_data(), psu="unit", strata="region")


def _by_hand(steps: np.ndarray) -> np.ndarray:
    """From the coefficients of survey.ordinal: average of P(3 or 4) half a step up minus half a step down."""
    frame = _data()
    fit = _survey().ordinal("y ~ x0 + x1")
    b, cut = fit.coef[ON].to_numpy(), fit.coef["2|3"]
    X, w = frame[ON].to_numpy(float), frame["w"].to_numpy()
    out = []
    for j, step in enumerate(steps):
        move = np.eye(2)[j] * step / 2
        up, down = (special.expit((X + s * move) @ b - cut) for s in (1, -1))
        out.append(float(w @ (up - down) / w.sum()))
    return np.array(out)


def test_points_are_those_of_the_ordinal_model():
    found = _survey().drivers("y", ON, answers=["3", "4"], bootstrap=0)
    assert found.points().rows["estimate"].to_numpy() == pytest.approx(_by_hand(np.ones(2)), abs=1e-9)
    frame = _data()
    w = frame["w"].to_numpy()
    sd = np.array([np.sqrt(np.cov(frame[x], aweights=w, ddof=0)) for x in ON])
    by_sd = found.points(per="sd")
    assert by_sd.rows["size"].to_numpy() == pytest.approx(sd)
    assert by_sd.rows["estimate"].to_numpy() == pytest.approx(_by_hand(sd), abs=1e-9)


def test_variance_is_the_design_s():
    survey = _survey()
    taylor = survey.drivers("y", ON, answers=["3", "4"], bootstrap=0).points()
    jack = survey.replicates(method="jackknife").drivers("y", ON, answers=["3", "4"]).points()
    assert taylor.rows["estimate"].to_numpy() == pytest.approx(jack.rows["estimate"].to_numpy(), abs=1e-9)
    assert taylor.rows["std_error"].to_numpy() == pytest.approx(jack.rows["std_error"].to_numpy(), rel=0.03)
    assert (taylor.rows["df"] == 100 - 3 - 2).all()  # units - strata - predictors


def test_small_steps_are_the_marginal_effects_of_the_model():
    """A step of one SD of a predictor that hardly varies against the slope of `Model.margins`."""
    frame = _data().assign(x0=lambda d: d["x0"] / 1000)
    survey = made.survey(frame)
    points = survey.drivers("y", ON, answers=["3", "4"], bootstrap=0).points(per="sd").rows.iloc[0]
    slopes = survey.ordinal("y ~ x0 + x1").margins("x0").rows
    slope = slopes.loc[slopes["outcome"].isin(["3", "4"]), "estimate"].sum()
    assert points["estimate"] / points["size"] == pytest.approx(slope, rel=0.05)


def test_within_sources_has_an_intercept_for_each_source(tmp_path):
    survey = made.wide_survey(tmp_path)
    found = survey.drivers("y", ["x", "z"], pooled="source-fixed-effects", bootstrap=0).points(top=2)
    long = made.pairs()[1].assign(b=lambda d: (d["source"] == "b").astype(int), y=lambda d: d["y"])
    fit = sa.read(long, id="id", weight="w").ordinal("y ~ x + z + b")
    X, w = long[["x", "z", "b"]].to_numpy(float), long["w"].to_numpy()
    b, cut = fit.coef[["x", "z", "b"]].to_numpy(), fit.coef["3|4"]
    up, down = (special.expit((X + s * np.array([0.5, 0, 0])) @ b - cut) for s in (1, -1))
    assert found.rows["estimate"][0] == pytest.approx(float(w @ (up - down) / w.sum()), abs=1e-9)


def test_long_and_wide_agree(tmp_path):
    wide = made.wide_survey(tmp_path).drivers("y", ["x", "z"], answers=["4", "5"], bootstrap=0).points()
    long = sa.read(made.pairs()[1], id="id", weight="w")
    other = long.drivers("y", ["x", "z"], by="source", answers=["4", "5"], bootstrap=0).points()
    assert wide.rows["estimate"].to_numpy() == pytest.approx(other.rows["estimate"].to_numpy(), abs=1e-10)
    assert wide.rows["std_error"].to_numpy() == pytest.approx(other.rows["std_error"].to_numpy(), rel=1e-8)


def test_a_scale_whose_first_answer_is_favourable_is_turned(tmp_path):
    plain = made.wide_survey(tmp_path).drivers("y", ["x", "z"], top=2, bootstrap=0).points()
    (tmp_path / "t").mkdir()
    survey = made.wide_survey(tmp_path / "t")
    text = (tmp_path / "t" / "study.toml").read_text(encoding="utf-8")
    turned = text.replace(
        "[scales.five]",
        '[scales.turned]\nfavourable = "first"\nlevels = [[1, "a"], [2, "b"], [3, "c"], [4, "d"], [5, "e"]]\n[scales.five]',
    )
    turned = turned.replace(
        'columns = "{source}_y"\nscale = "five"', 'columns = "{source}_y"\nscale = "turned"'
    )
    (tmp_path / "t" / "study.toml").write_text(turned, encoding="utf-8")
    survey = sa.read(tmp_path / "t" / "study.toml")
    top = survey.drivers("y", ["x", "z"], top=3, bootstrap=0).points()
    # 1, 2 and 3 are the favourable answers now: their share falls by as much as that of 4 and 5 rises
    assert top.rows["estimate"].to_numpy() == pytest.approx(-plain.rows["estimate"].to_numpy(), abs=1e-9)


def test_messages(tmp_path):
    survey = made.wide_survey(tmp_path)
    with pytest.raises(EstimationError, match="within a person are not estimated"):
        survey.drivers("y", ["x", "z"], pooled="within-person", bootstrap=0).points(top=2)
    found = survey.drivers("y", ["x", "z"], bootstrap=0)
    with pytest.raises(EstimationError, match="box to count is not known"):
        found.points()
    with pytest.raises(EstimationError, match="per='unit' is not known"):
        found.points(top=2, per="unit")
    number = sa.read(pd.DataFrame({"y": np.linspace(0, 1, 30).round(3), "x": np.arange(30) % 7}))
    with pytest.raises(ScoreError, match="no answers in an order"):
        number.drivers("y", "x", bootstrap=0).points(top=2)
    two = sa.read(pd.DataFrame({"y": [1, 2] * 15, "x": np.arange(30) % 7}))
    with pytest.raises(ScoreError, match="proportional odds need three"):
        two.drivers("y", "x", answers=["2"], bootstrap=0).points()
    from dataclasses import replace

    with pytest.raises(NotReducibleError, match="hold no ratings"):
        replace(found, refit=None).points(top=2)
