"""Ratings of several subjects: by source, within sources, within a person, pooled; wide and long alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from drivers import made
from survey_analysis.errors import EstimationError

ON = ["x", "z"]
POOLED = ["source-fixed-effects", "within-person", "between-and-within"]


@pytest.fixture(scope="module")
def wide(tmp_path_factory) -> sa.Survey:
    return made.wide_survey(tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def long() -> sa.Survey:
    return sa.read(made.pairs()[1], id="id", weight="w")


def _by_hand(pooled: str) -> tuple[np.ndarray, float]:
    """Least squares on ratings residualised by hand, one subset after the other."""
    _, frame = made.pairs()
    values = frame[["x", "z", "y"]].to_numpy(float)
    w = frame["w"].to_numpy()
    D = np.ones((len(frame), 1))
    if pooled != "between-and-within":
        D = pd.get_dummies(frame["source"]).to_numpy(float)
    if pooled == "within-person":
        many = frame.groupby("id")["y"].transform("size").to_numpy() > 1
        people = frame.loc[many, "id"]
        values, D, w = values[many], D[many], w[many]
        values = values - pd.DataFrame(values).groupby(people.to_numpy()).transform("mean").to_numpy()
        D = D - pd.DataFrame(D).groupby(people.to_numpy()).transform("mean").to_numpy()
    root = np.sqrt(w)[:, None]
    values = values - D @ np.linalg.lstsq(D * root, values * root, rcond=None)[0]

    def fit(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
        if not X.shape[1]:
            return 0.0
        b = np.linalg.lstsq(X * np.sqrt(w)[:, None], y * np.sqrt(w), rcond=None)[0]
        return 1 - float(w @ (y - X @ b) ** 2 / (w @ y**2))

    X, y = values[:, :2], values[:, 2]
    return made.lmg(X, y, w, fit), fit(X, y, w)


@pytest.mark.parametrize("pooled", POOLED)
def test_pooled_equals_least_squares_by_hand(wide, pooled):
    lmg, r2 = _by_hand(pooled)
    found = wide.drivers("y", ON, pooled=pooled, bootstrap=0)
    assert found["lmg"].to_numpy() == pytest.approx(lmg, abs=1e-12)
    assert found.r2 == pytest.approx(r2, abs=1e-12)
    assert found.rows["estimate"][:2].sum() == pytest.approx(found.r2)


@pytest.mark.parametrize("pooled", ["no", *POOLED])
def test_long_and_wide_files_give_the_same_numbers(wide, long, pooled):
    a = wide.drivers("y", ON, pooled=pooled, bootstrap=0)
    b = long.drivers("y", ON, by="source", pooled=pooled, bootstrap=0)
    for column, tolerance in (("estimate", 1e-12), ("share", 1e-12), ("std_error", 1e-7), ("conf_low", 1e-7)):
        assert a.rows[column].to_numpy() == pytest.approx(b.rows[column].to_numpy(), rel=tolerance), column
    assert a.fits["n"].tolist() == b.fits["n"].tolist()
    assert a.fits["n_ratings"].tolist() == b.fits["n_ratings"].tolist()
    assert a.fits["n_effective"].to_numpy() == pytest.approx(b.fits["n_effective"].to_numpy())
    assert a.levels["std_error"].to_numpy() == pytest.approx(b.levels["std_error"].to_numpy())


def test_by_source_is_the_default(wide):
    found = wide.drivers("y", ON, bootstrap=0)
    assert found.pooled == "no"
    assert [d.name for d in found.dims] == ["source"]
    assert found["lmg"].columns.tolist() == ["Source A", "Source B"]
    only = wide.drivers("y", ON, where={"source": "b"}, bootstrap=0)
    assert only["lmg"].to_numpy() == pytest.approx(found["lmg"]["Source B"].to_numpy())


def test_a_long_file_is_never_pooled_in_silence(long):
    with pytest.raises(EstimationError, match=r"people have 2\d\d rows") as found:
        long.drivers("y", ON, bootstrap=0)
    assert "by='source'" in str(found.value)


def test_within_a_person_needs_several_ratings(wide):
    with pytest.raises(EstimationError, match="one source to pool over"):
        wide.drivers("y", ON, where={"source": "b"}, pooled="within-person", bootstrap=0)
    plain = sa.read(made.data().assign(g=lambda d: np.where(d.index % 2, "a", "b")))
    with pytest.raises(EstimationError, match="Nobody rated more than one of a, b"):
        plain.drivers("y", ["x0"], by="g", pooled="within-person", bootstrap=0)
    with pytest.raises(EstimationError, match="nothing to pool over"):
        plain.drivers("y", ["x0"], pooled="source-fixed-effects", bootstrap=0)


def test_a_trait_of_the_person_does_not_vary_within_the_person(tmp_path):
    survey = made.wide_survey(tmp_path)
    with pytest.raises(EstimationError, match="'w' does not vary within a person"):
        survey.drivers("y", ["x", "w"], pooled="within-person", bootstrap=0)
    assert survey.drivers("y", ["x", "w"], bootstrap=0).fits["n"].min() > 50


def test_pooling_is_labelled(wide):
    mixed = wide.drivers("y", ON, pooled="between-and-within", bootstrap=0)
    for text in (mixed.sentence(), mixed.explain(), " ".join(mixed.table().notes)):
        assert "this mixes differences between people, within people and between sources" in text
    within = wide.drivers("y", ON, pooled="within-person", bootstrap=0)
    assert "within a person" in within.table().title
    assert f"{within.fits['n_single'][0]} people with one rating" in within.sentence()
    assert within.bases == ("rated that source",)


@pytest.mark.parametrize("pooled", ["no", *POOLED])
def test_loops_are_weighted_by_the_chance_to_be_asked(founding, pooled):
    """Of 4 eligible sources 3 are asked: 4/3 for a rating, 3/2 for squares about a person's mean."""
    found = founding.drivers("follow", ["credibility", "knowledge"], pooled=pooled, bootstrap=0)
    pi = founding.table.raw.column("pi_loop").replace("", "1").to_numpy(float)
    factor = np.where(pi < 1, 1.5 if pooled == "within-person" else 4 / 3, 1.0)
    again = found.refit.ratings[0]
    assert again.factor == pytest.approx(factor[again.row])


def test_within_person_factor_makes_the_loop_unbiased():
    """Three of four ratings drawn in every possible way: mean of 3/2 times the squares equals those of all four."""
    rng = np.random.default_rng(1)
    four = rng.normal(size=4)
    whole = float(((four - four.mean()) ** 2).sum())
    parts = [np.delete(four, j) for j in range(4)]
    assert np.mean([1.5 * ((p - p.mean()) ** 2).sum() for p in parts]) == pytest.approx(whole)
