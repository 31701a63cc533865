"""Everything rendered speaks of association, names base and pooling, and prints the numbers of the rows."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import survey_analysis as sa
from drivers import made
from survey_analysis.wording.numbers import fixed, percent, points

CAUSAL = re.compile(
    r"\b(drives?|driv(?:en|ing)|impacts?|effects?|influences?|leads? to|because|makes)\b|Americans|\bCI\b",
    re.IGNORECASE,
)
CONSTRUCTS = ["credibility", "knowledge", "explanation", "trustworthiness"]


@pytest.fixture(scope="module")
def found(founding) -> sa.Drivers:
    return founding.drivers("follow", CONSTRUCTS, bootstrap=0)


def _rendered(result) -> str:
    charts = (
        [result.plot(k) for k in ("drivers", "quadrant")]
        if isinstance(result, sa.Drivers)
        else [result.plot()]
    )
    captions = [
        f"{c.title} {c.alt} {c.caption.subtitle} {c.caption.base} {c.caption.note} {c.caption.source}"
        for c in charts
    ]
    return " ".join([result.sentence(), result.explain(), repr(result), result._repr_html_(), *captions])


@pytest.mark.parametrize("pooled", ["no", "source-fixed-effects", "within-person", "between-and-within"])
def test_no_causal_word_anywhere(founding, pooled):
    found = founding.drivers("follow", CONSTRUCTS, pooled=pooled, bootstrap=0)
    text = _rendered(found)
    assert not CAUSAL.findall(text)
    assert "associat" in found.sentence()
    assert "imulated respondents" in text
    assert found.simulated
    assert "Simulated data." in found.plot("quadrant").alt


def test_sentence_and_table_print_the_numbers_of_the_rows(found):
    text, table = found.sentence(), repr(found)
    assert text.startswith(
        "What “Likely to follow” is associated with, by source (95% intervals, model-based)."
    )
    rows = found.rows[found.rows["measure"] == "lmg"]
    for r in rows.to_dict("records"):
        assert (
            f"{r['label'].lower()} {percent(r['share'])} ({fixed(100 * r['share_low'])}–{fixed(100 * r['share_high'])})"
            in text
        )
    for fit in found.fits.to_dict("records"):
        assert f"R² {fixed(fit['r2'], 2)}" in text
        assert f"n = {fit['n']:,}" in text
        assert f"{fit['source']}: R² {fixed(fit['r2'], 2)}" in table


def test_points_read_as_association(found):
    made_points = found.points(top=2)
    text = _rendered(made_points)
    assert not CAUSAL.findall(text)
    assert (
        "is associated with so many percentage points more answering very or extremely likely"
        in made_points.sentence()
    )
    first = made_points.rows.iloc[0]
    assert f"credibility {points(first['estimate'])}" in made_points.sentence()


def test_titles_of_ones_own_are_read(found):
    with pytest.warns(sa.SurveyAnalysisWarning, match="drives"):
        found.plot("drivers", title="Trust drives following")


def test_json_holds_everything_and_is_plain(found):
    read = json.loads(found.to_json())
    assert read["type"] == "drivers"
    assert len(read["rows"]) == len(found) == 32
    assert len(read["vcov"]) == 32
    assert read["rows"][0]["estimate"] == found.rows["estimate"][0]
    assert json.loads(found.points(top=2).to_json())["type"] == "driver-points"


def test_covariance_is_that_of_the_rows(found):
    assert np.sqrt(np.diag(found.vcov)) == pytest.approx(found.rows["std_error"].to_numpy())


def test_small_groups_are_not_worded():
    frame = made.data(n=150).assign(g=lambda d: ["a" if i < 20 else "b" for i in d.index])
    found = made.survey(frame).drivers("y", ["x0", "x1"], by="g", bootstrap=0)
    assert "a: base too small to report (n = 20)" in found.sentence().replace("A:", "a:")
    assert any("Base under 30" in note for note in found.table().notes)


def test_no_interval_where_the_sample_licenses_none(tmp_path):
    survey = made.wide_survey(tmp_path, '[sample]\nkind = "opt-in"\n')
    text = (tmp_path / "study.toml").read_text(encoding="utf-8").replace('weight = "w"\n', "")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    survey = sa.read(tmp_path / "study.toml")
    found = survey.drivers("y", ["x", "z"], top=2, bootstrap=0)
    for result in (found, found.points()):
        text = _rendered(result).replace(result.explain(), "")
        assert "interval" not in text
        assert "95%" not in text


def test_a_suppressed_sign_is_said():
    rng = np.random.default_rng(4)
    import pandas as pd

    x = rng.normal(size=400)
    z = 0.9 * x + 0.3 * rng.normal(size=400)
    y = x - 0.5 * z + 0.2 * rng.normal(size=400)
    found = sa.read(pd.DataFrame({"x": x, "z": z, "y": y}).round(4)).drivers("y", ["x", "z"], bootstrap=0)
    assert any("differ in sign" in n and "z" in n for n in found.table().notes)


def test_measures_without_shares_are_said_as_values():
    found = made.survey(made.data()).drivers("y", ["x0", "x1"], method=("beta", "last"), bootstrap=0)
    assert "Added last: " in found.sentence()
    assert "shares of it" not in found.sentence()
    heads = [c.label for c in found.table().columns]
    assert heads[0] == "Added last"
    assert "Standardised coefficient" in heads


def test_negative_associations_are_named_beside_shares_without_a_sign():
    frame = made.data().assign(x1=lambda d: 8 - d["x1"])
    found = made.survey(frame).drivers("y", ["x0", "x1"], bootstrap=0)
    said = "Negative coefficient, others alike: x1."
    assert said in found.table().notes
    assert said in found.plot("quadrant").caption.note
    by = made.survey(frame.assign(g=["a", "b"] * 120)).drivers("y", ["x0", "x1"], by="g", bootstrap=0)
    assert "Negative coefficient, others alike: x1 (a), x1 (b)." in by.table().notes
