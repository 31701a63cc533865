"""One row a rating or one row a person: the same survey. Without an id, a long file is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import survey_analysis as sa
from properties.tables import REPEATABLE, SOURCES, long_table, read_long, read_wide, seeds, wide_table
from survey_analysis.errors import DesignError

ESTIMATES = ["estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_effective", "n_weighted"]
TESTS = [
    *("estimate_a", "estimate_b", "estimate", "std_error", "conf_low", "conf_high", "statistic", "df"),
    *("p_value", "p_adjusted", "n", "n_a", "n_b", "effect_size", "effect_low", "effect_high"),
]


def close(a: pd.DataFrame, b: pd.DataFrame, columns: list[str]) -> None:
    np.testing.assert_allclose(a[columns].astype(float), b[columns].astype(float), rtol=1e-9, atol=1e-12)


@given(seeds)
@REPEATABLE
def test_estimates_are_the_same(seed):
    wide = wide_table(seed)
    a, b = read_wide(wide), read_long(long_table(wide))
    for one, other in (
        (a.mean("trust"), b.mean("trust", by="source")),
        (a.proportion("trust", top=2), b.proportion("trust", top=2, by="source")),
        (a.proportion("trust", top=2, by="sex"), b.proportion("trust", top=2, by=["source", "sex"])),
        (a.mean("trust", where="age >= 40"), b.mean("trust", by="source", where="age >= 40")),
    ):
        close(one.to_frame(), other.to_frame(), ESTIMATES)
        np.testing.assert_allclose(one.vcov, other.vcov, rtol=1e-9, atol=1e-15)


@given(seeds)
@REPEATABLE
def test_comparisons_are_the_same_on_both_bases(seed):
    wide = wide_table(seed)
    a, b = read_wide(wide), read_long(long_table(wide))
    for one, other in (
        (a.mean("trust").compare(), b.mean("trust", by="source").compare()),
        (
            a.proportion("trust", top=2).compare("micro"),
            b.proportion("trust", top=2, by="source").compare("micro"),
        ),
    ):
        x, y = one.to_frame(), other.to_frame()
        assert x["base"].tolist() == y["base"].tolist()
        assert set(x["base"]) == {"own", "common"}
        assert x["relation"].tolist() == y["relation"].tolist()
        close(x, y, TESTS)
    close(
        a.mean("trust").test().to_frame(),
        b.mean("trust", by="source").test().to_frame(),
        ["statistic", "df", "p_value", "n"],
    )


@given(seeds)
@REPEATABLE
def test_people_are_counted_once(seed):
    """Over all ratings together the base is people, in the order of rows or not."""
    wide = wide_table(seed)
    long = long_table(wide).sample(frac=1, random_state=3)
    row = read_long(long).mean("trust").to_frame().iloc[0]
    rated = (wide[[f"trust_{s}" for s in SOURCES]] != "").any(axis=1)
    assert row["n"] == rated.sum()
    assert row["n_effective"] <= row["n"]


def test_ratings_without_an_id_are_refused_with_the_columns_named():
    long = long_table(wide_table(1, n=200)).drop(columns="rid")
    with pytest.raises(DesignError) as found:
        sa.read(long, weight="w", strata="stratum")
    text = str(found.value)
    assert "600 of 600 rows repeat every column but" in text
    assert "'source'" in text
    assert "'trust'" in text
    assert "'w'" in text
    assert "id=" in text
    with pytest.raises(DesignError, match="one row a rating"):
        sa.read(long.sample(frac=1, random_state=1), weight="w")


def test_the_id_may_be_there_and_undeclared():
    long = long_table(wide_table(2, n=200))
    with pytest.raises(DesignError, match="'rid'"):
        sa.read(long, weight="w")
    assert sa.read(long, weight="w", id="rid").frame.n_psu == 200


def test_a_row_number_and_unanswered_ratings_do_not_hide_it():
    long = long_table(wide_table(3, n=150)).drop(columns="rid")
    long = long[long["trust"] != ""].reset_index(drop=True).assign(row=lambda t: np.arange(len(t)))
    with pytest.raises(DesignError, match="one row a rating"):
        sa.read(long, weight="w")


@pytest.mark.parametrize("rows", [40, 1000, 4000])
def test_people_who_are_alike_are_no_false_alarm(rows):
    """Few columns, weights from raked cells, several answers: rows repeat, but nothing is rated once a person."""
    rng = np.random.default_rng(rows)
    table = pd.DataFrame(
        {
            "age": rng.choice(["18-34", "35-54", "55+"], rows),
            "sex": rng.choice(["w", "m"], rows),
            "region": rng.choice(list("abcdefghij"), rows),
            "brand": rng.choice(["A", "B", "C"], rows),
            "buy": rng.choice(["yes", "no"], rows),
        }
    )
    cell = table["age"] + table["sex"] + table["region"]
    table["w"] = cell.map({c: 0.5 + i / 37 for i, c in enumerate(sorted(set(cell)))})
    assert len(sa.read(table, weight="w")) == rows


def test_wide_files_are_no_false_alarm():
    for seed in range(5):
        assert len(read_wide(wide_table(seed, n=400), strata="")) == 400
        assert len(sa.read(wide_table(seed, n=400).drop(columns=["rid", "w", "age"]))) == 400
