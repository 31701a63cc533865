"""Differences and ratios between rows: both bases by hand, pairing found from the data, families."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY, SOURCES, arrays, ratings, survey
from estimation import by_hand
from scipy import stats
from statsmodels.stats.multitest import multipletests

import survey_analysis as sa
from survey_analysis.errors import EstimationError

LABELS = dict(SOURCES)


@pytest.fixture(scope="module")
def data():
    return ratings()


def columns(data, a, b):
    """Answers of two sources and the weights."""
    (one, w), (two, _) = arrays(data, f"{a}_q"), arrays(data, f"{b}_q")
    return one, two, w


def by_formula(one, two, w, *, base, score):
    """Difference, SE and both means, with the joint influence value written out."""
    x1, x2 = ~np.isnan(one) * 1.0, ~np.isnan(two) * 1.0
    if base == "common":
        x1 = x2 = x1 * x2
    t1, z1 = by_hand.ratio(score(np.nan_to_num(one)) * x1, x1, w)
    t2, z2 = by_hand.ratio(score(np.nan_to_num(two)) * x2, x2, w)
    return t1 - t2, np.sqrt(by_hand.variance(z1 - z2)), t1, t2, int(((x1 + x2) > 0).sum())


@pytest.mark.parametrize("base", ["own", "common"])
@pytest.mark.parametrize(
    ("verb", "score"),
    [
        (lambda d: d.mean("follow"), lambda v: v),
        (lambda d: d.proportion("follow", top=2), lambda v: (v >= 4) * 1.0),
    ],
)
def test_both_bases_by_hand(data, base, verb, score):
    rows = verb(data).compare(base=base).to_frame()
    pairs = [("micro", "average"), ("micro", "celebrity"), ("average", "celebrity")]
    assert rows["contrast"].tolist() == [f"{LABELS[a]} - {LABELS[b]}" for a, b in pairs]
    for (a, b), row in zip(pairs, rows.to_dict("records"), strict=True):
        d, se, t1, t2, n = by_formula(*columns(data, a, b), base=base, score=score)
        assert row["estimate"] == pytest.approx(d, rel=1e-12)
        assert (row["estimate_a"], row["estimate_b"]) == pytest.approx((t1, t2), rel=1e-12)
        assert row["std_error"] == pytest.approx(se, rel=1e-12)
        assert row["n"] == n
        assert row["statistic"] == pytest.approx(d / se, rel=1e-12)
        assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(d / se), row["df"]), rel=1e-9)
        limits = by_hand.t_interval(d, se, row["df"])
        # a limit near 0 is a difference of two larger numbers: its error is one of their scale
        assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits, rel=1e-9, abs=1e-9 * se)


def test_same_people_without_weights_is_the_paired_t_test():
    rng = np.random.default_rng(2)
    one, two = rng.integers(1, 6, 50), rng.integers(1, 6, 50)
    data = survey(
        {"a_q": [str(x) for x in one], "b_q": [str(x) for x in two]},
        subjects={"s": {"a": "A", "b": "B"}},
        scales={"five": {"levels": LIKELY}},
        batteries={"q": {"over": "s", "columns": "{s}_q", "scale": "five"}},
    )
    row = data.mean("q").compare(base="common").to_frame().iloc[0]
    wanted = stats.ttest_rel(one, two)
    assert row["statistic"] == pytest.approx(wanted.statistic, rel=1e-12)
    assert row["df"] == pytest.approx(49, rel=1e-12)
    assert row["p_value"] == pytest.approx(wanted.pvalue, rel=1e-10)
    assert row["relation"] == "paired"


def test_groups_without_overlap_are_independent():
    data = ratings(missing=0)
    rows = data.mean("follow", by=["source", "region"]).compare(dim="region").to_frame()
    assert set(rows["base"]) == {"own"}
    assert set(rows["relation"]) == {"independent"}
    assert rows["source"].tolist() == list(SOURCES.values())
    answers, w = arrays(data, "micro_q")
    north = (data.table.raw.frame["region"] == "north").to_numpy()
    t1, z1 = by_hand.ratio(answers * north, north * 1.0, w)
    t2, z2 = by_hand.ratio(answers * ~north, ~north * 1.0, w)
    row = rows.iloc[0]
    assert row["estimate"] == pytest.approx(t1 - t2, rel=1e-12)
    assert row["std_error"] == pytest.approx(np.sqrt(by_hand.variance(z1 - z2)), rel=1e-12)
    v1, v2 = by_hand.variance(z1), by_hand.variance(z2)
    satterthwaite = (v1 + v2) ** 2 / (v1**2 / (north.sum() - 1) + v2**2 / ((~north).sum() - 1))
    assert row["df"] == pytest.approx(satterthwaite, rel=0.02)


@pytest.mark.parametrize(("missing", "relation"), [(0.0, "paired"), (0.3, "overlapping")])
def test_paired_or_overlapping_is_found_from_the_data(missing, relation):
    rows = ratings(missing=missing).mean("follow").compare("average", base="own").to_frame()
    assert set(rows["relation"]) == {relation}


def test_a_long_file_with_ids_gives_the_numbers_of_the_wide_one():
    wide = ratings(missing=0.2)
    frame = wide.table.raw.frame
    long = pd.concat(
        [
            frame.assign(id=frame.index.astype(str), source=s, q=frame[f"{s}_q"])[["id", "source", "q", "w"]]
            for s in SOURCES
        ]
    ).sort_values("id", kind="stable")
    kept = long[long["q"] != ""].reset_index(drop=True)
    levels = {"levels": LIKELY}
    tall = sa.read(
        kept,
        study={
            "design": {"weight": "w", "id": "id"},
            "questions": {
                "q": {"kind": "likert", **levels},
                "source": {"levels": [[k, v] for k, v in SOURCES.items()]},
            },
        },
    )
    a = wide.mean("follow").compare("average", base="own", df="design").to_frame()
    b = tall.mean("q", by="source").compare("average", base="own", df="design").to_frame()
    assert b["estimate"].tolist() == pytest.approx(a["estimate"].tolist(), rel=1e-12)
    seen = len(set(kept["id"]))
    correction = np.sqrt(seen / (seen - 1) * (len(frame) - 1) / len(frame))
    assert b["std_error"].tolist() == pytest.approx((a["std_error"] * correction).tolist(), rel=1e-9)
    assert b["relation"].tolist() == a["relation"].tolist()


def test_one_level_against_all_the_others(data):
    seen = data.mean("follow")
    for to in ("average", "Average consumer"):
        rows = seen.compare(to, base="own").to_frame()
        assert rows["a"].tolist() == ["Micro-influencer", "Celebrity"]
        assert set(rows["b"]) == {"Average consumer"}
    turned = seen.compare("micro", base="own").to_frame().iloc[0]
    assert turned["estimate"] == pytest.approx(
        -seen.compare("average", base="own").to_frame()["estimate"].iloc[0]
    )


@pytest.mark.parametrize("method", ["holm", "bh", "bonferroni", "by", "sidak", "none"])
def test_families_are_those_of_statsmodels(data, method):
    rows = data.proportion("follow", top=2).compare(adjust=method).to_frame()
    assert rows["base"].tolist() == ["own"] * 3 + ["common"] * 3
    names = {"bh": "fdr_bh", "by": "fdr_by"}
    for base in ("own", "common"):
        part = rows[rows["base"] == base]
        p = part["p_value"].to_numpy()
        wanted = p if method == "none" else multipletests(p, method=names.get(method, method))[1]
        assert part["p_adjusted"].to_numpy() == pytest.approx(wanted, rel=1e-12)


def test_the_family_is_stated(data):
    against = data.mean("follow").compare("average")
    assert (against.family.adjust, against.family.size) == ("holm", 2)
    assert against.family.declared == "every source against Average consumer"
    assert data.mean("follow").compare(adjust="bh").family.size == 3


def test_effect_sizes(data):
    row = data.proportion("follow", top=2).compare(base="own").to_frame().iloc[0]
    h = 2 * np.arcsin(np.sqrt(row["estimate_a"])) - 2 * np.arcsin(np.sqrt(row["estimate_b"]))
    assert (row["effect"], row["effect_size"]) == ("Cohen's h", pytest.approx(h, rel=1e-12))
    assert row["effect_low"] < h < row["effect_high"]
    row = data.mean("follow").compare(base="own").to_frame().iloc[0]
    one, two, w = columns(data, "micro", "average")

    def spread(v):
        keep = ~np.isnan(v)
        m = np.average(v[keep], weights=w[keep])
        return np.average((v[keep] - m) ** 2, weights=w[keep])

    d = row["estimate"] / np.sqrt((spread(one) + spread(two)) / 2)
    assert row["effect"] == "d_av"
    assert row["effect_size"] == pytest.approx(d, rel=0.02)


def test_the_smallest_detectable_difference(data):
    row = data.mean("follow").compare(base="own").to_frame().iloc[0]
    t = stats.t(row["df"])
    assert row["detectable"] == pytest.approx((t.ppf(0.975) + t.ppf(0.8)) * row["std_error"], rel=1e-9)


def test_a_ratio_is_tested_on_its_log(data):
    rows = data.mean("follow").compare("average", as_="ratio", base="own")
    one, two, w = columns(data, "micro", "average")
    x1, x2 = ~np.isnan(one) * 1.0, ~np.isnan(two) * 1.0
    t1, z1 = by_hand.ratio(np.nan_to_num(one), x1, w)
    t2, z2 = by_hand.ratio(np.nan_to_num(two), x2, w)
    u = z1 / t1 - z2 / t2
    row = rows.to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(t1 / t2, rel=1e-12)
    assert row["std_error"] == pytest.approx(np.sqrt(by_hand.variance(u)), rel=1e-12)
    assert row["statistic"] == pytest.approx(np.log(t1 / t2) / row["std_error"], rel=1e-12)
    limits = np.exp(by_hand.t_interval(np.log(t1 / t2), row["std_error"], row["df"]))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(tuple(limits), rel=1e-9)
    three, _ = arrays(data, "celebrity_q")
    t3, z3 = by_hand.ratio(np.nan_to_num(three), ~np.isnan(three) * 1.0, w)
    other = z3 / t3 - z2 / t2
    joint = (by_hand.variance(u + other) - by_hand.variance(u - other)) / 4
    assert rows.vcov[0, 1] == pytest.approx(joint, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.mean("follow").compare("mirco"), "'mirco' is not a level"),
        (lambda s: s.mean("follow").compare(dim="sorce"), "'sorce' is not a dimension"),
        (lambda s: s.mean("follow", where={"source": "micro"}).compare(), "no two rows"),
        (lambda s: s.mean("region_score").compare(), "not broken down"),
        (lambda s: s.mean("follow").compare(as_="odds"), "is not a comparison"),
        (lambda s: s.mean("follow").compare(base="all"), "base = 'all'"),
        (lambda s: s.total("follow").compare(), "Totals of groups"),
        (lambda s: s.mean("region_score", by="region").compare(base="common"), "no common base"),
        (lambda s: s.mean("region_score", by=["region", "band"]).compare(), "several variables"),
    ],
)
def test_impossible_comparisons(data, call, message):
    frame = data.table.raw.frame.assign(region_score="3", band=["x", "y"] * (len(data) // 2))
    study = {
        "scales": {"five": {"levels": LIKELY}},
        "subjects": {"source": SOURCES},
        "batteries": {"follow": {"over": "source", "columns": "{source}_q", "scale": "five"}},
        "questions": {"region_score": {"kind": "numeric"}},
    }
    with pytest.raises(EstimationError, match=message):
        call(sa.read(frame, study=study))


def test_a_level_of_two_dimensions_needs_a_name(data):
    frame = data.table.raw.frame.assign(other=data.table.raw.frame["region"], n="1")
    both = sa.read(frame, study={"questions": {"n": {"kind": "numeric"}}}).mean("n", by=["region", "other"])
    with pytest.raises(EstimationError, match="level of several dimensions"):
        both.compare("north")


def test_one_mutated_answer_is_seen(data):
    frame = data.table.raw.frame.copy()
    row = frame.index[(frame["micro_q"] != "") & (frame["micro_q"] != "5")][0]
    frame.loc[row, "micro_q"] = "5"
    other = sa.read(frame, study=None, weight="w")
    one = sa.read(data.table.raw.frame, weight="w")
    assert one.mean("micro_q").value != other.mean("micro_q").value
