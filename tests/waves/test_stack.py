"""Stacks of waves: cells, missing kinds, weights, calibration, strata and people, pooling."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DesignError, EstimationError, StudyError
from waves.tracker import LIKELY, study, table, wave

QUESTIONS = ("q", "use", "seen", "trust")


def two(**options):
    return sa.stack({"W1": wave(1), "W2": wave(2, shift=0.4)}, **options)


def test_every_estimate_of_a_wave_is_that_of_the_wave_alone():
    both = two()
    for label, alone in (("W1", wave(1)), ("W2", wave(2, shift=0.4))):
        where = f"wave == '{label}'"
        for question in QUESTIONS:
            a, b = both.proportion(question, where=where).to_frame(), alone.proportion(question).to_frame()
            np.testing.assert_allclose(a[["estimate", "n"]], b[["estimate", "n"]], atol=1e-15)
            assert a["n_missing"].tolist() == b["n_missing"].tolist()
        for question in ("spend", "trust", "q"):
            a, b = both.mean(question, where=where).to_frame(), alone.mean(question).to_frame()
            np.testing.assert_allclose(a["estimate"], b["estimate"], rtol=1e-14)
            np.testing.assert_allclose(a["std_error"], b["std_error"], rtol=1e-12)


def test_reasons_of_missing_answers_are_kept():
    found = two().table.variable("q").missing[:3].tolist()
    assert found == wave(1).table.variable("q").missing[:3].tolist()
    assert len(set(found)) == 3


def test_weights_and_calibration_of_each_wave_hold():
    """Raked waves: every share has the standard error it had, and a difference that of independent samples."""
    targets = {"age": {"young": 0.4, "old": 0.6}, "region": {"north": 0.5, "south": 0.5}}
    design = {"DESIGN": {"weight": "w"}}
    waves = {f"W{k}": wave(k, shift=k / 5, **design).rake(targets) for k in (1, 2)}
    both = sa.stack(waves)
    np.testing.assert_array_equal(both.frame.weight, np.concatenate([s.frame.weight for s in waves.values()]))
    alone = [s.mean("spend").to_frame().iloc[0] for s in waves.values()]
    rows = both.mean("spend", by="wave").to_frame()
    np.testing.assert_allclose(rows["std_error"], [r["std_error"] for r in alone], rtol=1e-10)
    moved = both.moved("spend").to_frame().iloc[0]
    assert moved["std_error"] == pytest.approx(np.hypot(*(r["std_error"] for r in alone)), rel=1e-10)
    assert moved["estimate"] == pytest.approx(alone[1]["estimate"] - alone[0]["estimate"])
    margin = both.proportion("age", by="wave").to_frame()
    assert (margin["std_error"] < 1e-9).all()
    assert [w.sample for w in both.weighting] == ["W1", "W2"]


def test_one_wave_weighted_and_one_not():
    both = sa.stack({"W1": wave(1, DESIGN={"weight": "w"}), "W2": wave(2)})
    np.testing.assert_array_equal(both.frame.weight[240:], np.ones(240))
    assert both.frame.weight[0] == float(table(1)["w"][0])


def test_strata_and_clusters_are_distinct_by_wave():
    design = {"DESIGN": {"strata": "region", "psu": "id"}}
    frame = sa.stack({"W1": wave(1, **design), "W2": wave(2, **design)}).frame
    assert (frame.n_strata, frame.n_psu) == (4, 480)


PANEL = {"DESIGN": {"id": "id"}}


def test_ids_in_two_waves_must_be_explained():
    waves = {"W1": wave(1, **PANEL), "W2": wave(2, **PANEL)}
    with pytest.raises(DesignError, match="240 ids are in more than one wave"):
        sa.stack(waves)
    apart, same = sa.stack(waves, panel=False), sa.stack(waves, panel=True)
    assert (apart.frame.n_psu, apart.frame.n_strata) == (480, 2)
    assert (same.frame.n_psu, same.frame.n_strata, same.waves.shared) == (240, 1, 240)


def test_the_same_people_are_a_paired_comparison():
    """The same answers a year later plus a constant: paired, the change has no variance but that of the constant."""
    later = table(1)
    later["spend"] = (later["spend"].astype(float) + np.where(np.arange(240) % 2, 1.0, 3.0)).astype(str)
    both = sa.stack({"W1": wave(1, **PANEL), "W2": sa.read(later, study=study(**PANEL))}, panel=True)
    row = both.moved("spend").to_frame().iloc[0]
    d = np.where(np.arange(240) % 2, 1.0, 3.0)
    assert row["estimate"] == pytest.approx(2.0)
    assert row["std_error"] == pytest.approx(d.std(ddof=1) / np.sqrt(240), rel=1e-9)
    assert row["df"] == pytest.approx(239)


def test_waves_that_share_nobody_stay_strata_beside_those_that_do():
    far = table(3)
    far["id"] = [f"x{i}" for i in range(240)]
    waves = {"W1": wave(1, **PANEL), "W2": wave(2, **PANEL), "W3": sa.read(far, study=study(**PANEL))}
    frame = sa.stack(waves, panel=True).frame
    assert (frame.n_psu, frame.n_strata) == (480, 2)


def test_a_person_in_two_strata_is_refused_and_one_stratum_is_kept():
    design = {"DESIGN": {"id": "id", "strata": "region"}}
    with pytest.raises(DesignError, match="people are in different strata"):
        sa.stack({"W1": wave(1, **design), "W2": wave(2, **design)}, panel=True)
    later = table(2).assign(region=table(1)["region"])
    both = sa.stack({"W1": wave(1, **design), "W2": sa.read(later, study=study(**design))}, panel=True)
    assert (both.frame.n_psu, both.frame.n_strata) == (240, 2)


def test_no_identifier_is_carried():
    both = sa.stack({"W1": wave(1, **PANEL), "W2": wave(2, **PANEL)}, panel=True)
    assert "id" not in both.table.raw.columns
    far = table(1).assign(id=[f"name{i}" for i in range(240)])
    named = sa.stack({"W1": sa.read(far, study=study(**PANEL)), "W2": wave(2, **PANEL)})
    assert not named.table.raw.frame.astype(str).apply(lambda c: c.str.contains("name")).any().any()


def test_waves_are_not_pooled_unless_asked():
    both = two()
    for verb in (
        lambda: both.proportion("use"),
        lambda: both.mean("spend"),
        lambda: both.tabulate("use", by="age"),
    ):
        with pytest.raises(EstimationError, match="not pooled"):
            verb()
    with pytest.raises(EstimationError, match="total of several waves"):
        both.tabulate("use")
    assert [c.label for c in both.tabulate("use", by="wave")["use"].columns] == ["W1", "W2"]
    with pytest.raises(EstimationError, match="rake.. would weight 2 waves as one"):
        both.rake({"age": {"young": 0.5, "old": 0.5}})
    one = both.tabulate("use", by="age", where="wave == 'W2'")["use"]
    assert one.columns[0].label == "Total"
    pooled = two(pool=True).tabulate("use", by="wave")["use"]
    assert [c.label for c in pooled.columns] == ["All waves (W1 to W2)", "W1", "W2"]
    assert pooled.bases["n"].tolist() == [480, 240, 240]


def test_populations_and_kinds_that_differ_must_be_said():
    for fact, value in (("population", "teens"), ("kind", "probability")):
        other = {"SAMPLE": {"kind": "opt-in", "mode": "online", "population": "adults", fact: value}}
        waves = {"W1": wave(1), "W2": wave(2, shift=1.0, **other)}
        with pytest.raises(StudyError, match="The waves differ in"):
            sa.stack(waves)
        rows = sa.stack(waves, populations="differ").moved("q").to_frame()
        assert rows["moved"].any()
        assert not rows["licensed"].any()


def test_simulated_in_one_wave_is_simulated_in_all():
    other = {"SAMPLE": {"kind": "simulated", "mode": "online", "population": "adults"}}
    both = sa.stack({"W1": wave(1), "W2": wave(2, **other)}, populations="differ")
    assert both.study.simulated
    assert both.moved("use").provenance.simulated


def test_questions_subjects_and_options_of_some_waves():
    later = study(seen={"options": [{"column": "seen_b", "label": "Radio"}]})
    later["questions"]["new"] = {"levels": ["young", "old"], "column": "age"}
    both = sa.stack({"W1": wave(1), "W2": sa.read(table(2), study=later)}, resolve={"seen": "separate"})
    rows = both.proportion("new", by="wave").to_frame()
    assert rows.loc[rows["wave"] == "W1", "n"].tolist() in ([], [0, 0])
    with pytest.raises(EstimationError, match="two of the waves"):
        both.moved("new")


def test_designs_that_do_not_stack_say_so():
    reps = {"DESIGN": {"weight": "w", "replicates": {"columns": "r*", "method": "bootstrap"}}}
    given = table(2).assign(r1="1", r2="2", r3="0.5")
    with pytest.raises(DesignError, match="replicate weights"):
        sa.stack({"W1": wave(1), "W2": sa.read(given, study=study(**reps))})
    with pytest.raises(DesignError, match="lonely_psu"):
        sa.stack({"W1": wave(1), "W2": wave(2, DESIGN={"lonely_psu": "adjust"})})
    with pytest.raises(DesignError, match="finite population"):
        sa.stack({"W1": wave(1), "W2": sa.read(table(2).assign(N="900"), study=study(DESIGN={"fpc": "N"}))})
    with pytest.raises(DesignError, match="not all waves have an id"):
        two(panel=True)


def test_finite_populations_are_kept():
    waves = {f"W{k}": sa.read(table(k).assign(N="960"), study=study(DESIGN={"fpc": "N"})) for k in (1, 2)}
    both = sa.stack(waves)
    for label, alone in waves.items():
        a, b = both.mean("spend", where=f"wave == '{label}'"), alone.mean("spend")
        assert a.to_frame()["std_error"].iloc[0] == pytest.approx(
            b.to_frame()["std_error"].iloc[0], rel=1e-12
        )


def test_split_waves_is_undone_by_stack():
    whole = pd.concat([table(1).assign(year="2024"), table(2).assign(year="2025")], ignore_index=True)
    survey = sa.read(whole, study=study())
    again = sa.stack(sa.split_waves(survey, "year"))
    assert again.waves.labels == ("2024", "2025")
    assert again.table.raw.digest != survey.table.raw.digest
    a, b = again.mean("spend", by="wave").to_frame(), survey.mean("spend", by="year").to_frame()
    np.testing.assert_allclose(a["estimate"], b["estimate"])
    with pytest.raises(EstimationError, match="before it was split"):
        sa.split_waves(again, "wave")


def test_scales_keep_their_boxes():
    both = two()
    assert [x.label for x in both.codebook.question("q").scale.levels] == [x for _, x in LIKELY]
    box = both.proportion("q", top=2, where="wave == 'W1'").to_frame()
    assert box["estimate"].iloc[0] == pytest.approx(wave(1).proportion("q", top=2).value)


def test_what_was_decided_is_on_record():
    both = sa.stack({"W1": wave(1), "W2": wave(2, use={"text": "And now?"})}, resolve={"use": "same"})
    assert "use: same (wording in W2)." in both.table.raw.notes
    assert "waves        W1 240, W2 240" in repr(both)


def test_a_book_of_all_questions_by_wave():
    book = two().tabulate(by="wave")
    assert [t.topic.question for t in book] == ["q", "use", "age", "region", "spend", "seen", "trust"]
    odd = {"<b>\"1' of 2</b>": wave(1), "=2+3": wave(2)}
    assert "<b>" not in sa.stack(odd).tabulate("use", by="wave")._repr_html_()


def test_letters_of_waves_are_the_changes_that_moved_and_no_rest_pools_them():
    data = sa.stack({f"W{k}": wave(k, shift=k / 3, DESIGN={"weight": "w"}) for k in (1, 2, 3)})
    book = data.tabulate("use", by="wave", letters=data.wave_pairs("previous"))
    letters = book["use"].letters.to_frame()
    moved = data.moved("use", waves="all", adjust="none").to_frame()
    a = letters.set_index(["level", "column"])["p_value"].sort_index()
    b = moved.assign(column="wave:" + moved["wave"]).set_index(["level", "column"])["p_value"].sort_index()
    np.testing.assert_allclose(a, b, rtol=1e-9)
    for against in ("rest", "total"):
        with pytest.raises(EstimationError, match="not pooled|total"):
            data.tabulate("use", by="wave", letters=against)
    year = data.tabulate("use", by="wave", letters=data.wave_pairs("same period", period=2))["use"].letters
    assert year.pairs == (("wave:W3", "wave:W1"),)
