"""Order and segments: effects by hand, recovered where planted, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from properties.tables import LONG, WIDE, long_table, wide_table

import survey_analysis as sa
from survey_analysis.errors import DataError, EstimationError

SOURCES = ("micro", "average", "celebrity")


def ordered(seed, n=300, effect=0.0):
    """Ratings in a random order; those who know more sources like them more; the first gains `effect`."""
    rng = np.random.default_rng(seed)
    table = wide_table(seed, n=n)
    known = rng.random((n, 3)) < 0.75
    known[~known.any(axis=1), 0] = True
    mood = known.sum(axis=1) * 0.8
    orders = []
    for i in range(n):
        mine = [SOURCES[j] for j in rng.permutation(np.flatnonzero(known[i]))]
        orders.append(";".join(mine))
        for j, s in enumerate(SOURCES):
            gain = effect if mine and mine[0] == s else 0.0
            score = np.clip(round(1.6 + mood[i] - 0.2 * j + gain + rng.normal(0, 0.7)), 1, 5)
            table.loc[i, f"trust_{s}"] = str(int(score)) if known[i, j] else ""
    table["order"] = orders
    return table


def study(base=WIDE, column="order", **more):
    return base | {"design": {"order": {"source": {"column": column} | more}}}


def read(table, **options):
    return sa.read(table, study=study(**options), weight="w", strata="stratum")


def test_position_effect_by_hand():
    """Inverse chance of the position: w m for first ratings, w m / (m - 1) for later ones, m >= 2."""
    table = ordered(3)
    found = read(table).compare_sources("trust").order
    w = table["w"].to_numpy(dtype=float)
    places = table["order"].str.split(";")
    m = places.str.len().to_numpy()
    for s in SOURCES:
        at = np.array([p.index(s) + 1 if s in p else 0 for p in places])
        y = pd.to_numeric(table[f"trust_{s}"]).fillna(0).to_numpy(dtype=float)
        first = np.where((at == 1) & (m > 1), w * m, 0)
        later = np.where((at > 1) & (m > 1), w * m / np.maximum(m - 1, 1), 0)
        t1, t2 = first @ y / first.sum(), later @ y / later.sum()
        row = found.rows[found.rows["source"] == s.capitalize()].iloc[0]
        assert (row["estimate_a"], row["estimate_b"]) == pytest.approx((t1, t2), rel=1e-12)
        u = first * (y - t1) / first.sum() - later * (y - t2) / later.sum()
        V = 0.0
        for h in table["stratum"].unique():
            part = u[(table["stratum"] == h).to_numpy()]
            V += len(part) / (len(part) - 1) * ((part - part.mean()) ** 2).sum()
        assert row["std_error"] == pytest.approx(np.sqrt(V), rel=1e-10)


def test_knowing_more_sources_is_no_order_effect():
    """People who know one source are always first and rate it lower: a plain comparison sees an effect."""
    tables = [ordered(seed, n=500) for seed in range(4)]
    adjusted, plain = [], []
    for table in tables:
        found = read(table).compare_sources("trust").order.rows
        adjusted.append(found.iloc[-1]["estimate"])
        for s in SOURCES:
            at = np.array([p.split(";").index(s) + 1 if s in p.split(";") else 0 for p in table["order"]])
            y = pd.to_numeric(table[f"trust_{s}"])
            plain.append(y[at == 1].mean() - y[at > 1].mean())
    assert abs(np.mean(adjusted)) < 0.08
    assert np.mean(plain) < -0.2


def test_a_planted_effect_is_found_and_said():
    found = read(ordered(5, n=500, effect=0.6)).compare_sources("trust")
    average = found.order.rows.iloc[-1]
    assert average["source"] == "average over sources"
    assert abs(average["estimate"] - 0.55) < 3 * average["std_error"] + 0.1  # ends of the scale eat some
    assert average["p_value"] < 0.001
    said = [x for x in found.findings() if "rated first rather than later" in x]
    assert any(x.startswith("Average over sources: +") for x in said)


def test_one_row_a_rating_has_the_same_order_effect():
    table = ordered(7, n=200)
    one = read(table).compare_sources("trust").order.rows
    long = sa.read(long_table(table), study=study(LONG), weight="w", strata="stratum", id="rid")
    other = long.compare_sources("trust", by="source").order.rows
    for column in ("estimate", "std_error", "n", "p_adjusted"):
        np.testing.assert_allclose(one[column].astype(float), other[column].astype(float), rtol=1e-9)


def test_order_by_code_label_and_separator():
    table = ordered(8, n=120)
    wanted = read(table).compare_sources("trust").order.rows["estimate"]
    table["order"] = [" > ".join(x.capitalize() for x in o.split(";")) for o in table["order"]]
    found = read(table, separator=">").compare_sources("trust").order.rows["estimate"]
    np.testing.assert_allclose(found, wanted)


def test_what_the_order_column_cannot_hold():
    table = ordered(9, n=100)
    table.loc[:4, "order"] = "micro;nobody"
    with pytest.raises(EstimationError, match="no source: 'nobody' \\(5\\)") as found:
        read(table).compare_sources("trust")
    assert "design.order.source" in str(found.value)
    with pytest.raises(DataError, match="no column 'sequence'"):
        read(table, column="sequence")


def test_ratings_without_a_place_are_counted():
    table = ordered(10, n=150)
    gone = table.index[:20]
    rated = int((table.loc[gone, [f"trust_{s}" for s in SOURCES]] != "").sum().sum())
    table.loc[gone, "order"] = ""
    found = read(table).compare_sources("trust")
    assert f"{rated} ratings have no place in 'order'" in found.notes[-1]
    table["order"] = [o.split(";")[0] for o in table["order"]]
    none = read(table).compare_sources("trust")
    assert none.order is None
    assert "cannot show what order does" in none.notes[-1]


def test_the_founding_study_names_its_order(founding):
    found = founding.compare_sources("credibility")
    assert found.order.rows["source"].tolist()[-1] == "average over sources"
    assert found.order.rows["n_a"].iloc[0] < found.levels.rows["n"].iloc[0]
    assert founding.proportion("follow", top=2, by="age")["18-34"].compare  # other verbs do not mind


@pytest.mark.parametrize("options", [{}, {"top": 2}])
def test_interaction_by_hand(options):
    """Same people: the two differences of a pair by sex, independent groups, so F = t² of their gap."""
    table = wide_table(13, n=260)
    found = sa.read(table, study=WIDE, weight="w").compare_sources("trust", segment="sex", **options)
    rows = found.interaction.rows
    parts = found.by_segment.rows
    for contrast in ("Micro - Average", "Average - Celebrity"):
        row = rows[rows["contrast"].str.startswith(contrast)].iloc[0]
        both = parts[(parts["contrast"] == contrast) & (parts["base"] == "common")]
        d, se = both["estimate"].to_numpy(), both["std_error"].to_numpy()
        wanted = (d[0] - d[1]) ** 2 / (se**2).sum()
        assert row["statistic"] == pytest.approx(
            wanted, rel=0.02
        )  # their covariance is -1/(n-1) of the product
        assert row["df"] == 1
        assert row["base"] == "common"
    own = rows.iloc[0]
    assert own["df"] == 2
    assert own["base"] == "own"


def test_interaction_is_found_where_it_is(founding):
    """Younger and older people differ in whom they follow: the generator says so (a x source)."""
    found = founding.compare_sources("follow", segment="age")
    own = found.interaction.rows.iloc[0]
    assert own["p_value"] < 0.001
    assert own["df"] == 6
    said = [x for x in found.findings() if "differ by age" in x]
    assert said
    assert "same simulated respondents" in " ".join(found.findings())
