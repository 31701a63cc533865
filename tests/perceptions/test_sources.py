"""`compare_sources`: R's numbers on the BEPS leaders, one row a rating or a person, every form of rating."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from builders import ratings, survey
from oracles.harness import entries
from oracles.public import rows as oracle_rows
from properties.tables import LONG, SCALE, WIDE, long_table, read_long, read_wide, wide_table

import survey_analysis as sa
from survey_analysis.errors import EstimationError, ScoreError, SurveyAnalysisError

LEADERS = ["Blair", "Hague", "Kennedy"]
TEST_COLUMNS = [
    *("estimate_a", "estimate_b", "estimate", "std_error", "conf_low", "conf_high", "statistic", "df"),
    *("p_value", "p_adjusted", "n", "effect_size", "detectable"),
]


@pytest.fixture(scope="module")
def leaders():
    return sa.read(oracle_rows("beps")[[*LEADERS, "gender", "vote"]])


def answer(name):
    return entries("07_classical")[name]["values"]


@pytest.mark.oracle
def test_paired_t_of_three_leaders(leaders):
    """Unweighted, the same people: the design-based difference is R's paired t test."""
    found = leaders.compare_sources(LEADERS)
    same = found.differences.rows[found.differences.rows["base"] == "common"]
    wanted = answer("rm_pairs")
    np.testing.assert_allclose(same["statistic"], wanted["t"], rtol=1e-10)
    np.testing.assert_allclose(same["p_value"], wanted["p"], rtol=1e-8)
    np.testing.assert_allclose(same["p_adjusted"], wanted["holm"], rtol=1e-8)
    assert set(same["relation"]) == {"paired"}
    assert set(same["df"].round(6)) == {len(oracle_rows("beps")) - 1}


@pytest.mark.oracle
def test_friedman_and_cochran_stand_beside(leaders):
    row = leaders.compare_sources(LEADERS).classical.rows.iloc[0]
    wanted = answer("friedman")["beps"]
    assert row["statistic"] == pytest.approx(
        wanted["friedman"]["statistic"]["Friedman chi-squared"], rel=1e-10
    )
    assert row["effect_size"] == pytest.approx(wanted["W"], rel=1e-10)
    boxed = leaders.compare_sources(LEADERS, answers=["4", "5"]).classical.rows
    q = answer("cochranq.beps")
    assert boxed["test"].tolist() == ["cochran-q", "mcnemar", "mcnemar", "mcnemar"]
    assert boxed["statistic"].iloc[0] == pytest.approx(q["Q"], rel=1e-10)
    assert boxed["p_value"].iloc[0] == pytest.approx(q["p"], rel=1e-8)


@pytest.mark.oracle
def test_mcnemar_mid_p_and_shares(leaders):
    found = leaders.compare_sources(LEADERS, answers=["4", "5"])
    wanted = answer("paired.beps")
    row = found.classical.rows.set_index("contrast").loc["Blair - Kennedy"]
    assert row["p_value"] == pytest.approx(wanted["mid_p"], rel=1e-8)
    assert row["estimate"] == pytest.approx(wanted["diff"], rel=1e-12)
    b, c, n = wanted["b"], wanted["c"], 1525
    up, down = (b + 1) / (n + 2), (c + 1) / (n + 2)  # Bonett and Price 2012
    half = 1.959963984540054 * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(
        (up - down - half, up - down + half), rel=1e-9
    )
    shares = dict(zip(found.to_frame()["source"], found.to_frame()["estimate"], strict=True))
    assert shares == pytest.approx(answer("cochranq.beps")["prop"], rel=1e-12)


@pytest.mark.oracle
def test_leaders_in_rank_and_words(leaders):
    found = leaders.compare_sources(LEADERS, segment="gender", margin=0.05, answers=["4", "5"])
    assert found.ranks.best_set == ("Blair",)
    assert found.ranks.rows["rank"].tolist() == [1, 3, 2]
    assert "Blair is highest" in found.sentence()
    assert found.interaction.to_frame()["base"].tolist() == ["own", "common", "common", "common"]
    above, same, below = found.within.to_frame()["estimate"].iloc[:3]
    blair, hague = (oracle_rows("beps")[x] for x in LEADERS[:2])
    assert (above, same, below) == pytest.approx(
        ((blair > hague).mean(), (blair == hague).mean(), (blair < hague).mean())
    )


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("options", [{}, {"top": 2}, {"base": "all"}, {"segment": "sex"}, {"margin": 0.4}])
def test_one_row_a_rating_or_a_person(seed, options):
    table = wide_table(seed)
    a = read_wide(table).compare_sources("trust", **options)
    b = read_long(long_table(table)).compare_sources("trust", by="source", **options)
    for part in ("differences", "by_segment"):
        one, other = getattr(a, part), getattr(b, part)
        if one is not None:
            assert one.rows["contrast"].tolist() == other.rows["contrast"].tolist()
            np.testing.assert_allclose(
                one.rows[TEST_COLUMNS].astype(float),
                other.rows[TEST_COLUMNS].astype(float),
                rtol=1e-8,
                atol=1e-11,
            )
    numbers = ["statistic", "df", "p_value", "n"]
    for part in ("omnibus", "interaction"):
        one, other = getattr(a, part), getattr(b, part)
        if one is not None:
            np.testing.assert_allclose(
                one.rows[numbers].astype(float), other.rows[numbers].astype(float), rtol=1e-6
            )
    kept = ["estimate", "std_error", "conf_low", "conf_high", "n"]
    np.testing.assert_allclose(
        a.within.rows[kept].astype(float), b.within.rows[kept].astype(float), rtol=1e-8
    )
    whole = ["rank", "rank_low", "rank_high", "best", "n", "own_rank_low", "own_rank_high"]
    assert a.ranks.rows[whole].equals(b.ranks.rows[whole])
    np.testing.assert_allclose(a.ranks.rows["first_share"], b.ranks.rows["first_share"], atol=0.04)
    if a.equivalence is not None:
        np.testing.assert_allclose(a.equivalence.rows["p_value"], b.equivalence.rows["p_value"], rtol=1e-8)


def test_people_who_rated_every_source_by_hand():
    """base="all": both means over the people without a gap, paired by their own differences."""
    data = ratings()
    found = data.compare_sources("follow", base="all")
    table = data.table.raw.frame
    v = np.column_stack(
        [pd.to_numeric(table[f"{s}_q"], errors="coerce") for s in ("micro", "average", "celebrity")]
    )
    whole = ~np.isnan(v).any(axis=1)
    w = data.frame.weight * whole
    v = np.nan_to_num(v)
    rows = found.differences.rows[found.differences.rows["base"] == "all"]
    assert set(rows["n"]) == {int(whole.sum())}
    n = len(w)
    for (a, b), row in zip([(0, 1), (0, 2), (1, 2)], rows.to_dict("records"), strict=True):
        d = w @ (v[:, a] - v[:, b]) / w.sum()
        u = w * (v[:, a] - v[:, b] - d) / w.sum()
        assert row["estimate"] == pytest.approx(d, rel=1e-12)
        assert row["std_error"] == pytest.approx(
            np.sqrt(n / (n - 1) * ((u - u.mean()) ** 2).sum()), rel=1e-12
        )
    assert "who rated every source" in found.sentence()
    assert found.ranks.base == "all"
    assert found.ranks.no_first == (0.0,)  # one base: no cycles


def test_within_people_by_hand():
    data = ratings()
    found = data.compare_sources("follow", top=2).within
    table = data.table.raw.frame
    one, two = (pd.to_numeric(table[f"{s}_q"], errors="coerce").to_numpy() for s in ("micro", "celebrity"))
    both = ~np.isnan(one) & ~np.isnan(two)
    w = data.frame.weight[both]
    rows = found.rows[found.rows["pair"] == "Micro-influencer / Celebrity"]
    gap = (one - two)[both]
    assert rows["estimate"].tolist() == pytest.approx(
        [w @ (gap > 0) / w.sum(), w @ (gap == 0) / w.sum(), w @ (gap < 0) / w.sum()]
    )
    assert set(rows["n"]) == {int(both.sum())}


def test_within_people_follows_the_favourable_end_where_boxes_are_counted():
    """1 is the favourable answer: who answers 1 to a and 2 to b puts a first."""
    data = survey(
        {"a_q": ["1", "1", "2", "3"] * 10, "b_q": ["2", "2", "2", "1"] * 10},
        subjects={"s": {"a": "A", "b": "B"}},
        scales={"three": {"levels": [[1, "Often"], [2, "Rarely"], [3, "Never"]], "favourable": "first"}},
        batteries={"q": {"over": "s", "columns": "{s}_q", "scale": "three"}},
    )
    boxed, means = data.compare_sources("q", top=1), data.compare_sources("q")
    assert boxed.within.rows["estimate"].tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert means.within.rows["estimate"].tolist() == pytest.approx(
        [0.25, 0.25, 0.5]
    )  # of the numbers themselves


def test_words_without_scores_compare_the_answers_counted():
    data = sa.read(pd.DataFrame({"a": ["yes", "no", "yes", "no"] * 10, "b": ["no", "no", "yes", "yes"] * 10}))
    found = data.compare_sources(["a", "b"], answers=["yes"])
    assert found.within.rows["estimate"].tolist() == pytest.approx([0.25, 0.5, 0.25])
    assert found.ranks.best_set == ("a", "b")


def test_several_questions_and_one_of_them():
    data = survey(
        {
            f"{s}_{q}": list(np.random.default_rng(i + 5 * j).choice(["1", "2", "3"], 60))
            for i, s in enumerate("xy")
            for j, q in enumerate(("kind", "able"))
        },
        subjects={"brand": {"x": "Brand X", "y": "Brand Y"}},
        scales={"three": {"levels": [1, 2, 3]}},
        batteries={
            q: {"over": "brand", "columns": "{brand}_" + q, "scale": "three", "short": q.capitalize()}
            for q in ("kind", "able")
        },
    )
    both = data.compare_sources(["kind", "able"], top=1)
    assert both.ranks.measures == ("kind", "able")
    alone = data.compare_sources("able", top=1, adjust="none")
    part = both["able"]
    np.testing.assert_allclose(part.differences.rows["estimate"], alone.differences.rows["estimate"])
    np.testing.assert_allclose(part.levels.rows["estimate"], alone.levels.rows["estimate"])
    assert part.ranks.rows["rank_high"].tolist() == alone.ranks.rows["rank_high"].tolist()
    assert both.differences.family.size == 2  # adjusted over both measures
    with pytest.raises(EstimationError, match="2 measures, each with its own best set"):
        both.ranks.best_set  # noqa: B018
    with pytest.raises(EstimationError, match="was not measured"):
        both["kindness"]


def test_levels_come_from_proportion_and_differences_from_compare(founding):
    """The pack adds nothing to the numbers of the verbs it is made of."""
    found = founding.compare_sources("follow", top=2, to="average")
    share = founding.proportion("follow", top=2, by="source")
    pd.testing.assert_frame_equal(found.levels.rows, share.rows)
    pd.testing.assert_frame_equal(found.differences.rows, share.compare("average").rows)
    score = founding.perceptions("credibility", by="source")
    made = founding.compare_sources("credibility")
    pd.testing.assert_frame_equal(made.levels.rows, score.rows)


def test_json_frame_and_repr(founding):
    found = founding.compare_sources("follow", top=2, segment="age", margin=0.1)
    told = json.loads(found.to_json())
    assert told["type"] == "sources"
    assert len(told["rows"]) == len(found) == len(found.to_frame()) == 4
    assert told["ranks"]["best"] == {"Likely to follow": list(found.ranks.best_set)}
    assert len(told["by_segment"]) == len(found.by_segment)
    assert "Ranked first" in repr(found)
    assert "<table" in found._repr_html_()
    assert set(found.tables()) == {
        "levels", "differences", "omnibus", "within", "equivalence", "interaction", "by_segment",
    } | ({"order"} if found.order is not None else set())  # fmt: skip
    assert "Mogstad" in found.explain()


def one_of(**columns):
    return sa.read(pd.DataFrame(columns))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ratings().compare_sources("follow", where="source == 'micro'"), "Only one source was rated"),
        (lambda: one_of(a=[1, 2, 3], b=[2, 3, 1]).compare_sources("a"), "rates one thing"),
        (lambda: ratings().compare_sources("follow", segment="source"), "is what is compared"),
        (lambda: ratings().compare_sources("follow", segment="regoin"), "regoin"),
        (lambda: ratings().compare_sources("follow", top=2, margin=5), "5 points is margin=0.05"),
        (lambda: ratings().compare_sources("follow", margin=-1.0), "not a margin"),
        (lambda: ratings().compare_sources("follow", margin=True), "not a margin"),
        (lambda: ratings().compare_sources("follow", seed=-1), "is no seed"),
        (lambda: ratings().compare_sources("follow", base="common"), "base"),
        (lambda: ratings().compare_sources("follow", method="best"), "method"),
        (lambda: ratings().compare_sources("follow", by="region"), "is asked about every source"),
        (lambda: ratings().compare_sources("follow", to="nobody"), "not a level"),
        (lambda: ratings().compare_sources("follow", answers="Very"), "answers= is one text"),
        (lambda: ratings().compare_sources("follow", top=2, answers=["Very"]), "only one of"),
        (lambda: ratings().compare_sources(["follow", "region"]), "do not run over the same subjects"),
        (lambda: read_long(long_table(wide_table(3))).compare_sources("trust"), "by="),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_says_why(call, message):
    with pytest.raises(SurveyAnalysisError) as found:
        call()
    assert message in str(found.value)


def test_boxes_of_a_construct_and_mixed_requests(founding):
    with pytest.raises(ScoreError, match="has no boxes"):
        founding.compare_sources("credibility", top=2)
    with pytest.raises(EstimationError, match="Constructs and questions"):
        founding.compare_sources(["credibility", "follow"])
    with pytest.raises(EstimationError, match="Nobody rated all 4 sources") as found:
        founding.compare_sources("follow", base="all")
    assert "at most 3 of 4" in str(found.value)


def test_a_source_nobody_rated_is_named():
    table = wide_table(5)
    table["trust_celebrity"] = ""
    found = read_wide(table).compare_sources("trust")
    assert found.unrated == ("Celebrity",)
    assert any("No ratings of Celebrity" in x for x in found.findings())
    assert found.ranks.rows["source"].tolist() == ["Micro", "Average"]
    assert "–" in repr(found)


def test_nobody_rated_two_sources():
    """Other people for every source: own bases only, and the output says so."""
    table = wide_table(6, n=120)
    for i, s in enumerate(("micro", "average", "celebrity")):
        table.loc[np.arange(120) % 3 != i, f"trust_{s}"] = ""
    found = read_wide(table).compare_sources("trust")
    assert found.worded == "own"
    assert set(found.differences.rows["base"]) == {"own"}
    assert found.within is None
    assert any("no two sources were rated by the same" in n for n in found.notes)
    assert "the same" not in found.sentence()
    assert found.classical.absent


def test_a_pair_nobody_rated_both_of_falls_back_to_its_own_bases():
    table = wide_table(7, n=150)
    table.loc[table["trust_average"] != "", "trust_celebrity"] = ""
    found = read_wide(table).compare_sources("trust")
    assert found.ranks.intervals["base"].tolist() == ["common", "common", "own"]
    assert any("no respondent rated both of Average - Celebrity" in n for n in found.notes)
    with pytest.raises(EstimationError, match="Nobody rated all 3"):
        read_wide(table).compare_sources("trust", base="all")


def test_everybody_gave_the_same_answer():
    data = one_of(a=["5"] * 40, b=["5"] * 40, c=["5"] * 40)
    found = data.compare_sources(["a", "b", "c"])
    assert found.ranks.best_set == ("a", "b", "c")
    assert found.ranks.rows["rank"].tolist() == [1, 1, 1]
    assert found.ranks.rows["first_share"].tolist() == pytest.approx([1 / 3] * 3)
    assert found.differences.rows["p_value"].isna().all()
    assert "no test" in found.classical.rows["method"].iloc[0]
    assert "None of the 3 sources" in found.sentence()
    shares = data.compare_sources(["a", "b", "c"], answers=["5"])
    assert shares.omnibus.rows["p_value"].isna().all()


def test_sources_that_are_copies_of_each_other():
    """A singular covariance: two of three sources got the same answers from everybody."""
    rng = np.random.default_rng(4)
    a, c = rng.integers(1, 6, 90), rng.integers(1, 5, 90)
    found = one_of(a=a, b=a, c=c).compare_sources(["a", "b", "c"])
    rows = found.ranks.rows
    assert rows["rank_low"].iloc[0] == rows["rank_low"].iloc[1]
    assert np.isnan(found.ranks.intervals["statistic"].iloc[0])
    assert rows["first_share"].sum() == pytest.approx(1.0)


def test_small_bases_are_not_worded():
    found = one_of(a=[1, 2, 3, 4] * 3, b=[2, 2, 4, 5] * 3).compare_sources(["a", "b"])
    assert "too small to rank" in found.sentence()
    assert "too small to compare" in found.sentence()
    fifty = one_of(a=[1, 2, 3, 4] * 13, b=[3, 4, 5, 5] * 13).compare_sources(["a", "b"])
    assert "(small base)" in fifty.findings()[0]


def test_assigned_at_random_is_worded_from_own_bases():
    study = WIDE | {"design": {"randomised": "source"}}
    found = sa.read(wide_table(9), study=study, weight="w", strata="stratum").compare_sources("trust")
    assert found.worded == "own"
    assert found.ranks.base == "own"
    assert any("assigned at random" in n for n in found.notes)
    assert "who rated either" in found.sentence()


def test_simple_tests_are_absent_on_weighted_data_and_say_why():
    found = ratings().compare_sources("follow", top=2)
    assert len(found.classical.rows) == 0
    assert "is weighted (weights from" in found.classical.absent
    assert found.classical.absent in found.explain()


def test_a_long_file_without_weights_has_the_simple_tests_too():
    wide = wide_table(21).drop(columns=["w", "stratum"])
    one = sa.read(wide, study=WIDE).compare_sources("trust", top=2).classical.rows
    other = (
        sa.read(long_table(wide), study=LONG, id="rid")
        .compare_sources("trust", top=2, by="source")
        .classical.rows
    )
    pd.testing.assert_frame_equal(one, other)
    assert SCALE["agree"]["levels"] == ["1", "2", "3", "4", "5"]
