"""Shares of R² against R, against every order of entry, and against their own sums."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries, shared

import survey_analysis as sa
from drivers import made
from survey_analysis.core import importance, subsets

EVERY = ("lmg", "johnson", "first", "last", "pratt", "kruskal", "beta")


def correlations(k: int, b: int = 1, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(b, 60, k + 1)) + rng.normal(size=(b, 60, 1))
    return np.stack([np.corrcoef(z.T) for z in Z])


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["attitude", "beps"])
def test_equal_to_r(name):
    values = entries("07_classical")[f"importance.{name}"]["values"]
    frame = pd.read_csv(shared("oracles", "data", f"{name}.csv"))
    outcome = {"attitude": "rating", "beps": "Blair"}[name]
    on = list(values["lmg"]["lmg"])
    found = sa.read(frame).drivers(outcome, on=on, method=EVERY, bootstrap=0)
    assert found.r2 == pytest.approx(values["lmg"]["R2"], rel=1e-12)
    ours = {"lmg": "lmg", "first": "first", "last": "last", "pratt": "pratt", "beta_std": "beta"}
    for theirs, measure in ours.items():
        assert found[measure].to_numpy() == pytest.approx([values["lmg"][theirs][x] for x in on], abs=1e-13)
    assert found["johnson"].to_numpy() == pytest.approx([values["johnson"]["raw"][x] for x in on], abs=1e-13)
    for measure, theirs in (("lmg", values["lmg"]["lmg_share"]), ("johnson", values["johnson"]["share"])):
        rows = found.rows[found.rows["measure"] == measure]
        assert rows["share"].to_numpy() == pytest.approx([theirs[x] for x in on], abs=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_lmg_and_kruskal_average_over_every_order(k):
    R = correlations(k, b=3)
    plain, partial = np.zeros((3, k)), np.zeros((3, k))
    orders = list(permutations(range(k)))
    for order in orders:
        for place, j in enumerate(order):
            before = list(order[:place])
            r2 = [_r2(R, [*before, j]), _r2(R, before)]
            plain[:, j] += (r2[0] - r2[1]) / len(orders)
            partial[:, j] += (r2[0] - r2[1]) / (1 - r2[1]) / len(orders)
    assert importance.lmg(R) == pytest.approx(plain, abs=1e-13)
    assert importance.kruskal(R) == pytest.approx(partial, abs=1e-13)
    every = np.array(orders)
    assert importance.lmg(R, every) == pytest.approx(plain, abs=1e-13)
    assert importance.kruskal(R, every) == pytest.approx(partial, abs=1e-13)


def _r2(R: np.ndarray, inside: list[int]) -> np.ndarray:
    if not inside:
        return np.zeros(len(R))
    r = R[:, inside, -1]
    return np.einsum("bi,bi->b", r, np.linalg.solve(R[:, inside][:, :, inside], r[..., None])[..., 0])


@pytest.mark.parametrize("k", [2, 5, 11, 16])
def test_shares_sum_to_r2(k):
    R = correlations(k, b=2, seed=k)
    r2 = importance.r_squared(R)
    for measure in (importance.lmg, importance.johnson, importance.pratt):
        assert measure(R).sum(axis=1) == pytest.approx(r2, abs=1e-12)
    assert (importance.lmg(R) >= 0).all()
    assert (importance.johnson(R) >= 0).all()


def test_orthogonal_predictors_have_their_squared_correlations():
    R = np.eye(4)[None]
    R[0, :3, 3] = R[0, 3, :3] = [0.5, -0.3, 0.1]
    for measure in (importance.lmg, importance.johnson, importance.first, importance.last, importance.pratt):
        assert measure(R)[0] == pytest.approx([0.25, 0.09, 0.01])


def test_blocks_of_matrices_change_nothing(monkeypatch):
    R = correlations(4, b=7)
    whole = importance.lmg(R)
    monkeypatch.setattr(subsets, "TOGETHER", 5)  # two matrices at once, one left over
    assert importance.lmg(R) == pytest.approx(whole, abs=1e-14)


@pytest.mark.parametrize("together", [1, 2, 4, 6])
def test_how_many_subsets_stand_in_one_vector_changes_nothing(together):
    R = correlations(6, b=3)
    room = subsets.Room(6, 3, together)
    assert subsets._lmg(R, room) == pytest.approx(importance.lmg(R), abs=1e-14)
    assert subsets._lmg(R, room) == pytest.approx(importance.lmg(R), abs=1e-14)  # the room used again


def test_sampled_orders_are_seeded_and_as_near_as_they_say():
    R = correlations(8)
    exact = importance.lmg(R)
    orders = importance.sampled_orders(8, 400, seed=2)
    assert np.array_equal(orders, importance.sampled_orders(8, 400, seed=2))
    assert sorted(orders[0]) == list(range(8))
    assert np.array_equal(orders[1], orders[0][::-1])
    error = importance.monte_carlo_error(R, orders)
    assert np.abs(importance.lmg(R, orders) - exact).max() < 4 * error.max()
    assert importance.lmg(R, orders).sum() == pytest.approx(importance.r_squared(R)[0])


def test_above_twenty_predictors_orders_are_sampled_and_it_is_said():
    frame = made.data(n=120, k=21)
    on = [f"x{j}" for j in range(21)]
    found = made.survey(frame).drivers("y", on, method="lmg", bootstrap=2, orders=40)
    assert found.orders == 40
    assert 0 < found.order_error < 0.02
    assert "40 sampled orders" in found.explain()
    assert any("sampled orders, not all" in note for note in found.table().notes)
    assert found["lmg"].sum() == pytest.approx(found.r2)
    again = made.survey(frame).drivers("y", on, method="lmg", bootstrap=2, orders=40)
    assert again.to_json() == found.to_json()


def test_weights_are_honoured_as_repeated_people():
    frame = made.data(n=60)
    frame["w"] = 1 + np.arange(60) % 3
    many = frame.loc[frame.index.repeat(frame["w"])].assign(w=1)
    on = ["x0", "x1", "x2"]
    once = made.survey(frame).drivers("y", on, method=EVERY, bootstrap=0)
    each = made.survey(many).drivers("y", on, method=EVERY, bootstrap=0)
    assert once.rows["estimate"].to_numpy() == pytest.approx(each.rows["estimate"].to_numpy(), abs=1e-12)
    X, y = frame[on].to_numpy(float), frame["y"].to_numpy(float)
    assert once["lmg"].to_numpy() == pytest.approx(made.lmg(X, y, frame["w"].to_numpy(float)), abs=1e-12)


def test_units_and_order_of_predictors_do_not_matter():
    frame = made.data()
    plain = made.survey(frame).drivers("y", ["x0", "x1", "x2"], bootstrap=0)
    other = made.survey(frame.assign(x1=1000 + 7 * frame["x1"])).drivers("y", ["x2", "x1", "x0"], bootstrap=0)
    assert other["lmg"][["x0", "x1", "x2"]].to_numpy() == pytest.approx(plain["lmg"].to_numpy(), abs=1e-12)
    assert other["johnson"][["x0", "x1", "x2"]].to_numpy() == pytest.approx(
        plain["johnson"].to_numpy(), abs=1e-12
    )


def test_a_box_is_a_linear_model_of_a_share():
    frame = made.data()
    found = made.survey(frame).drivers("y", ["x0", "x1"], answers=["6", "7"], bootstrap=0)
    y = frame["y"].isin([6, 7]).to_numpy(float)
    expected = made.lmg(frame[["x0", "x1"]].to_numpy(float), y, frame["w"].to_numpy())
    assert found["lmg"].to_numpy() == pytest.approx(expected, abs=1e-12)
    assert "linear model of a share" in found.explain()
