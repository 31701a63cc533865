"""What must not change a published number, through the public verbs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import survey_analysis as sa
from properties.tables import LEVELS, REPEATABLE, WIDE, read_wide, seeds, wide_table

NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "df", "deff", "n", "n_effective", "n_missing"]


def asked(survey: sa.Survey) -> dict[str, pd.DataFrame]:
    """Every kind of estimate and comparison."""
    seen = survey.mean("trust")
    return {
        "mean": seen.to_frame(),
        "top": survey.proportion("trust", top=2, by="sex").to_frame(),
        "levels": survey.proportion("trust").to_frame(),
        "visits": survey.mean("visits", by=["sex", "region"]).to_frame(),
        "compare": seen.compare().to_frame(),
        "omnibus": seen.test().to_frame(),
        "table": survey.tabulate("trust", by=["sex", "region"]).to_frame(),
    }


def same(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame], *, but: tuple[str, ...] = ()) -> None:
    for name, frame in left.items():
        other = right[name]
        assert list(frame.columns) == list(other.columns), name
        for column in frame.columns:
            if column in but:
                continue
            if pd.api.types.is_numeric_dtype(frame[column]):
                np.testing.assert_allclose(
                    frame[column].astype(float),
                    other[column].astype(float),
                    rtol=1e-9,
                    atol=1e-12,
                    err_msg=f"{name}.{column}",
                )
            else:
                assert frame[column].tolist() == other[column].tolist(), f"{name}.{column}"


@given(seeds)
@REPEATABLE
def test_row_order(seed):
    table = wide_table(seed)
    shuffled = table.sample(frac=1, random_state=seed % 1000)
    same(asked(read_wide(shuffled)), asked(read_wide(table)))


@given(seeds, st.floats(1e-3, 1e4))
@REPEATABLE
def test_scale_of_the_weights(seed, factor):
    table = wide_table(seed)
    scaled = table.assign(w=table["w"] * factor)
    same(asked(read_wide(scaled)), asked(read_wide(table)), but=("n_weighted", "weighted_count"))


@given(seeds)
@REPEATABLE
def test_order_and_names_of_columns(seed):
    table = wide_table(seed)
    same(asked(read_wide(table[sorted(table.columns, reverse=True)])), asked(read_wide(table)))


@given(seeds)
@REPEATABLE
def test_a_level_split_in_two_adds_up(seed):
    """The net of both halves is the level, standard error included."""
    table = wide_table(seed)
    rng = np.random.default_rng(seed)
    halves = table.assign(
        region=np.where(
            table["region"] == "west", rng.choice(["far west", "west"], len(table)), table["region"]
        )
    )
    whole = read_wide(table).proportion("region", answers=["west"]).to_frame()
    parts = read_wide(halves)
    if not {"far west", "west"} <= set(halves["region"]):
        return
    net = parts.proportion("region", answers=["west", "far west"]).to_frame()
    np.testing.assert_allclose(net[NUMBERS].astype(float), whole[NUMBERS].astype(float), rtol=1e-10)
    shares = (
        parts.proportion("region", answers=["west"]).value,
        parts.proportion("region", answers=["far west"]).value,
    )
    assert sum(shares) == pytest.approx(whole["estimate"].iloc[0], rel=1e-12)
    inside = parts.mean("visits", where="region in ['west', 'far west']")
    assert inside.value == pytest.approx(
        read_wide(table).mean("visits", where="region == 'west'").value, rel=1e-12
    )
    assert inside.std_error == pytest.approx(
        read_wide(table).mean("visits", where="region == 'west'").std_error, rel=1e-10
    )


@given(seeds)
@REPEATABLE
def test_an_empty_domain_says_so_and_leaves_the_others_alone(seed):
    table = wide_table(seed)
    more = WIDE | {
        "questions": WIDE["questions"] | {"region": {"levels": ["east", "west", "middle", "abroad"]}}
    }
    with_empty = (
        sa.read(table, study=more, weight="w", strata="stratum").mean("visits", by="region").to_frame()
    )
    without = read_wide(table).mean("visits", by="region").to_frame()
    empty = with_empty[with_empty["region"] == "abroad"].iloc[0]
    assert np.isnan(empty["estimate"])
    assert empty["n"] == 0
    assert empty["method"] == "no respondents"
    filled = with_empty[with_empty["n"] > 0].set_index("region")[NUMBERS].astype(float)
    expected = without.set_index("region")[NUMBERS].astype(float).loc[filled.index]
    np.testing.assert_allclose(filled, expected, rtol=1e-12)


@given(seeds)
@REPEATABLE
def test_answers_of_others_do_not_touch_a_domain(seed):
    """Who is outside stays in the design; what they answered does not matter."""
    table = wide_table(seed)
    outside = table["sex"] == "man"
    changed = table.copy()
    changed.loc[outside, "visits"] = 99
    for source in ("micro", "average", "celebrity"):
        changed.loc[outside, f"trust_{source}"] = "5"
    for where in ("sex == 'woman'", {"sex": "woman"}):
        a = read_wide(table).mean("trust", where=where).to_frame()
        b = read_wide(changed).mean("trust", where=where).to_frame()
        np.testing.assert_array_equal(a[NUMBERS].astype(float), b[NUMBERS].astype(float))
        c, d = (read_wide(t).mean("trust", where=where).compare().to_frame() for t in (table, changed))
        np.testing.assert_array_equal(
            c[["estimate", "std_error", "df", "n"]], d[["estimate", "std_error", "df", "n"]]
        )


@given(seeds)
@REPEATABLE
def test_a_domain_is_not_a_row_filter(seed):
    """SE of the domain by hand with zeros for the others, stratum by stratum; the filtered file gives another one."""
    table = wide_table(seed)
    table.loc[table.index[:20], "sex"] = "man"  # the domain is unevenly spread over the strata
    domain = read_wide(table).mean("visits", where="sex == 'woman'")
    inside = (table["sex"] == "woman").to_numpy()
    w, y = table["w"].to_numpy(), table["visits"].to_numpy(dtype=float)
    mean = w[inside] @ y[inside] / w[inside].sum()
    z = np.where(inside, w * (y - mean), 0.0) / w[inside].sum()
    variance = 0.0
    for stratum in ("north", "south"):
        rows = (table["stratum"] == stratum).to_numpy()
        n = rows.sum()
        variance += n / (n - 1) * ((z[rows] - z[rows].mean()) ** 2).sum()
    assert domain.value == pytest.approx(mean, rel=1e-12)
    assert domain.std_error == pytest.approx(np.sqrt(variance), rel=1e-12)
    filtered = read_wide(table[inside]).mean("visits")
    assert filtered.value == pytest.approx(mean, rel=1e-12)
    assert abs(filtered.std_error / domain.std_error - 1) > 1e-6


@given(seeds)
@REPEATABLE
def test_mean_is_the_sum_of_levels_and_nets_are_sums(seed):
    survey = read_wide(wide_table(seed))
    shares = survey.proportion("trust")
    theta = shares.to_frame()["estimate"].to_numpy().reshape(3, 5)
    scores = np.arange(1, 6)
    np.testing.assert_allclose(survey.mean("trust").to_frame()["estimate"], theta @ scores, rtol=1e-12)
    top = survey.proportion("trust", top=2).to_frame()
    np.testing.assert_allclose(top["estimate"], theta[:, 3:].sum(axis=1), rtol=1e-12)
    net = np.kron(np.eye(3), [0, 0, 0, 1, 1])
    np.testing.assert_allclose(top["std_error"], np.sqrt(np.diag(net @ shares.vcov @ net.T)), rtol=1e-9)
    assert shares.to_frame()["level"].tolist() == LEVELS * 3
