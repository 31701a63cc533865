"""What moved, trends, rate and mix: formulas by hand, families, licences, words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import survey_analysis as sa
from survey_analysis.errors import EmptyDomainError, EstimationError, SurveyAnalysisWarning
from survey_analysis.wording.check import check_text
from waves.tracker import study, table, wave


def tracker(shifts=(0.0, 0.0, 1.0), **changes):
    return sa.stack({f"W{k}": wave(k, shift=s, **changes) for k, s in enumerate(shifts, 1)})


def test_a_change_is_the_difference_of_two_independent_samples():
    rows = tracker().moved("use").to_frame().set_index("level")
    p = [(table(k, shift=s)["use"] == "yes").mean() for k, s in ((2, 0.0), (3, 1.0))]
    row = rows.loc["yes"]
    se = np.sqrt(sum(x * (1 - x) / 239 for x in p))
    assert row["estimate"] == pytest.approx(p[1] - p[0])
    assert row["std_error"] == pytest.approx(se, rel=1e-12)
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(p[1] - p[0]) / se, row["df"]), rel=1e-9)
    v = np.array([x * (1 - x) / 239 for x in p])
    assert row["df"] == pytest.approx(v.sum() ** 2 / (v**2 / 239).sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("options", "pairs"),
    [
        ({}, {("W3", "W2")}),
        ({"waves": "all"}, {("W2", "W1"), ("W3", "W2")}),
        ({"against": "first"}, {("W3", "W1")}),
        ({"against": "same period", "period": 2}, {("W3", "W1")}),
        ({"against": (("W2", "W1"), ("W3", "W1"))}, {("W2", "W1"), ("W3", "W1")}),
    ],
)
def test_which_waves_are_compared(options, pairs):
    rows = tracker().moved("use", **options).to_frame()
    assert set(zip(rows["wave"], rows["against"], strict=True)) == pairs


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"against": "before"}, "not known"),
        ({"against": "same period"}, "fits no two"),
        ({"against": "previous", "period": 2}, "goes with"),
        ({"against": (("W1", "W2"),)}, "not later"),
        ({"against": (("W4", "W2"),)}, "no wave 'W4'"),
        ({"waves": "last"}, "not known"),
        ({"adjust": "fdr"}, "no adjustment"),
    ],
)
def test_options_are_checked(options, says):
    with pytest.raises(EstimationError, match=says):
        tracker().moved("use", **options)
    with pytest.raises(EstimationError, match="no stack"):
        wave(1).moved()


def test_the_family_is_every_line_that_was_tested():
    found = tracker().moved(adjust="holm")
    rows = found.to_frame()
    assert found.tests == len(rows)
    p = np.sort(rows["p_value"])
    holm = np.minimum(np.maximum.accumulate(p * np.arange(len(p), 0, -1)), 1)
    np.testing.assert_allclose(np.sort(rows["p_adjusted"]), holm, rtol=1e-12)
    assert {"q", "use", "age", "region", "spend", "seen", "trust"} == set(rows["question"])
    assert rows["p_adjusted"].is_monotonic_increasing


def test_small_bases_are_not_tested_and_not_counted():
    few = sa.stack({"W1": wave(1), "W2": wave(2, n=29)})
    found = few.moved("use")
    assert found.tests == 0
    assert set(found.to_frame()["method"]) == {"small base"}
    assert not found.sentences()
    small = sa.stack({"W1": wave(1), "W2": wave(2, n=60, shift=1.5)}).moved("q").sentences()
    assert all("(small base)" in s for s in small)
    assert small


def test_rose_and_fell_need_a_licence():
    said = tracker().moved("q").sentences()
    assert any("q, Top 2 rose from" in s for s in said)
    assert any("q, Bottom 2 fell from" in s for s in said)
    unlike = sa.stack(
        {"W1": wave(1), "W2": wave(2, shift=1.0, q={"text": "Will you buy?"})}, resolve={"q": "same"}
    ).moved("q")
    assert unlike.sentences()
    assert not any("rose" in s.replace("no rise", "") or " fell " in s for s in unlike.sentences())
    assert all("changed: wording" in s for s in unlike.sentences())
    for fact, why in (({"mode": "phone"}, "another mode"), ({"mode": ""}, "another mode")):
        sample = {"SAMPLE": {"kind": "opt-in", "population": "adults", **fact}}
        rows = sa.stack({"W1": wave(1), "W2": wave(2, **sample)}).moved("q").to_frame()
        assert set(rows["why"]) == {why}
    silent = {"SAMPLE": {"kind": "opt-in", "population": "adults"}}
    rows = tracker((0.0, 1.0), **silent).moved("q").to_frame()
    assert set(rows["why"]) == {"mode not stated"}


def test_the_licence_is_that_of_the_two_waves_compared():
    """A wording changed once: the waves after the change are alike, though not like the first."""
    new = {"q": {"text": "Will you buy?"}}
    data = sa.stack(
        {"W1": wave(1), "W2": wave(2, **new), "W3": wave(3, shift=1.0, **new)}, resolve={"q": "same"}
    )
    rows = data.moved("q", against=(("W2", "W1"), ("W3", "W2"), ("W3", "W1"))).to_frame()
    assert set(rows.loc[rows["licensed"], ["wave", "against"]].itertuples(index=False, name=None)) == {
        ("W3", "W2")
    }


def test_interval_is_not_shown_where_none_may_be():
    said = tracker().moved("q")
    assert not any("interval" in s or "CI" in s for s in said.sentences())  # opt-in, unweighted
    drawn = tracker(SAMPLE={"kind": "probability", "mode": "online", "population": "adults"}).moved("q")
    assert any("95% CI" in s for s in drawn.sentences())
    assert "tests" in drawn.table().notes[0]
    assert "Binder" in drawn.explain()
    assert '"against"' in drawn.to_json()


def test_wave_pairs_feed_a_banner():
    data = tracker()
    assert data.wave_pairs() == (("wave:W2", "wave:W1"), ("wave:W3", "wave:W2"))
    keys = [c.key for c in data.tabulate("use", by="wave")["use"].columns]
    assert {k for pair in data.wave_pairs("first") for k in pair} <= set(keys)


def test_rate_and_mix_add_up_and_match_the_formula():
    data = tracker(DESIGN={"weight": "w"})
    parts = data.decompose("use", by="age", answers=["yes"], between=("W1", "W3"))
    s, p = np.zeros((2, 2)), np.zeros((2, 2))
    for i, (k, shift) in enumerate(((1, 0.0), (3, 1.0))):
        t = table(k, shift=shift)
        w, yes = t["w"].astype(float), t["use"] == "yes"
        for g, name in enumerate(("young", "old")):
            cell = t["age"] == name
            s[i, g] = w[cell].sum() / w.sum()
            p[i, g] = w[cell & yes].sum() / w[cell].sum()
    np.testing.assert_allclose(parts.rows["rate"], s.mean(axis=0) * (p[1] - p[0]))
    np.testing.assert_allclose(parts.rows["mix"], p.mean(axis=0) * (s[1] - s[0]))
    total = parts.totals.set_index("part")["estimate"]
    assert total["rate"] + total["mix"] == pytest.approx(total["change"], abs=1e-14)
    assert total["change"] == pytest.approx((s[1] * p[1]).sum() - (s[0] * p[0]).sum(), abs=1e-14)
    change = data.moved("use", against=(("W3", "W1"),)).to_frame().set_index("level").loc["yes"]
    whole = parts.totals.set_index("part").loc["change"]
    np.testing.assert_allclose(
        whole[["estimate", "std_error", "df"]].astype(float), change[["estimate", "std_error", "df"]].astype(float),
        rtol=1e-9,
    )  # fmt: skip
    assert "mix" in parts.sentence()
    assert not check_text(parts.sentence())  # no cause is claimed


@pytest.mark.slow
def test_standard_errors_of_rate_and_mix_against_a_bootstrap():
    rng = np.random.default_rng(11)
    t = [table(k, 400, s) for k, s in ((1, 0.0), (3, 1.0))]
    t[1]["age"] = np.where(rng.random(400) < 0.75, "old", "young")
    t[1]["use"] = np.where((t[1]["age"] == "old") & (rng.random(400) < 0.8), "yes", t[1]["use"])
    data = sa.stack({f"W{i}": sa.read(x, study=study()) for i, x in enumerate(t)})
    parts = data.decompose("use", by="age", answers=["yes"]).totals.set_index("part")

    def split(a, b):
        s = [[(x["age"] == g).mean() for g in ("young", "old")] for x in (a, b)]
        p = [[(x.loc[x["age"] == g, "use"] == "yes").mean() for g in ("young", "old")] for x in (a, b)]
        s, p = np.array(s), np.array(p)
        return (s.mean(axis=0) * (p[1] - p[0])).sum(), (p.mean(axis=0) * (s[1] - s[0])).sum()

    drawn = [
        split(*(x.sample(frac=1, replace=True, random_state=rng.integers(1 << 31)) for x in t))
        for _ in range(2000)
    ]
    spread = np.std(drawn, axis=0, ddof=1)
    np.testing.assert_allclose(parts.loc[["rate", "mix"], "std_error"].astype(float), spread, rtol=0.06)


def test_segments_that_one_wave_lacks_are_mix_and_the_rest_is_a_segment():
    later = table(2)
    later["age"] = np.where(np.arange(240) < 30, "", "old")
    data = sa.stack({"W1": wave(1), "W2": sa.read(later, study=study())})
    parts = data.decompose("spend", by="age")
    rows = parts.rows.set_index("segment")
    assert set(rows.index) == {"young", "old", "No answer"}
    assert rows.loc["young", "rate"] == 0
    assert np.isnan(rows.loc["young", "value_now"])
    means = [table(1)["spend"].astype(float).mean(), later["spend"].astype(float).mean()]
    assert parts.totals["estimate"].iloc[0] == pytest.approx(means[1] - means[0])
    assert len(parts.notes) == 2


@pytest.mark.parametrize(
    ("question", "options", "says"),
    [
        ("use", {"by": "age"}, "which share"),
        ("use", {"by": "age", "top": 2}, "favourable"),
        ("trust", {"by": "age", "top": 2}, "every brand"),
        ("q", {"by": "seen", "top": 2}, "overlap"),
        ("q", {"by": "age", "top": 2, "answers": ["Very"]}, "both given"),
        ("q", {"by": "age", "subject": "a"}, "no subjects"),
        ("q", {"by": "age", "between": ("W3", "W1")}, "not later"),
    ],
)
def test_decompositions_that_cannot_be(question, options, says):
    with pytest.raises(EstimationError, match=says):
        tracker().decompose(question, **options)


def test_nobody_answered():
    with pytest.raises(EmptyDomainError):
        tracker().decompose("q", by="age", top=2, where="wave == 'W3'")


def test_a_trend_has_the_values_and_intervals_of_estimates():
    data = tracker(DESIGN={"weight": "w"})
    found = data.trend("q", top=2).to_frame()
    expected = data.proportion("q", top=2, by="wave").to_frame()
    columns = ["estimate", "std_error", "conf_low", "conf_high", "n", "n_effective"]
    np.testing.assert_allclose(found[columns].astype(float), expected[columns].astype(float), rtol=1e-9)
    assert found["marked"].tolist() == [False, False, True]
    grid = data.trend("trust", top=2).to_frame()
    assert list(dict.fromkeys(grid["line"])) == ["Alpha", "Beta"]
    assert len(data.trend("use").to_frame()) == 6
    np.testing.assert_allclose(
        data.trend("spend").to_frame()["estimate"], data.mean("spend", by="wave").to_frame()["estimate"]
    )


def test_words_of_a_title_need_a_marked_change():
    found = tracker().trend("q", top=2)
    assert "rose from" in found.plot().caption.title
    flat = tracker((0.0, 0.0)).trend("region", answers=["north"])
    assert " rose " not in flat.plot().caption.title
    with pytest.warns(SurveyAnalysisWarning, match="rose"):
        flat.plot(title="The north rose")
    assert found.table().base.startswith("respondents who answered")
    assert [r.cells[-1].mark for r in found.table().rows] == ["+", ""]
    assert pd.isna(flat.to_frame()["change"].iloc[0])


@pytest.mark.slow
def test_nothing_moves_where_nothing_moved():
    """Under no change at all a list with any line on it is a false one: at most about one in twenty."""
    found = [
        bool(
            sa.stack({"W1": wave(2 * k), "W2": wave(2 * k + 1)})
            .moved(["q", "spend", "trust", "seen"])
            .rows["moved"]
            .any()
        )
        for k in range(200)
    ]
    assert sum(found) <= 18  # the 99% point of a binomial of 200 at 5%


@pytest.mark.slow
@pytest.mark.parametrize("kept", [100, 200])
def test_standard_errors_of_a_panel_are_those_of_repeated_samples(kept):
    """People correlated at .6 over a year, half or all of them asked again: the spread over samples is the SE."""
    rng = np.random.default_rng(3)
    plan = {"questions": {"x": {"kind": "numeric"}}, "design": {"id": "id"}}
    estimates, errors = [], []
    for _ in range(400):
        first = rng.normal(size=200)
        again = np.sqrt(0.6) * first[:kept] + np.sqrt(1 - 0.36) * rng.normal(size=kept) * 0.9
        second = np.concatenate([again, rng.normal(size=200 - kept)])
        ids = [np.arange(200), np.concatenate([np.arange(kept), 1000 + np.arange(200 - kept)])]
        waves = {
            f"W{i}": sa.read(pd.DataFrame({"x": x, "id": k}), study=plan)
            for i, (x, k) in enumerate(zip((first, second), ids, strict=True))
        }
        row = sa.stack(waves, panel=True).moved("x").rows.iloc[0]
        estimates.append(row["estimate"])
        errors.append(row["std_error"])
    assert np.mean(errors) == pytest.approx(np.std(estimates, ddof=1), rel=0.08)
