"""What is said about sources: licensed words only, the same people first, printed once and the same everywhere."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from builders import ratings

import survey_analysis as sa
from survey_analysis.errors import SurveyAnalysisWarning
from survey_analysis.figures.errors import FigureError
from survey_analysis.wording.check import check_text
from survey_analysis.wording.sources import (
    apart_line,
    rank_facts,
    replicate_share,
    source_facts,
    source_title,
)

NEVER = re.compile(
    r"\bsignificant|probability of being|\bbest\b|drives|impact|proves|\bCI\b|confidence interval"
)


@pytest.fixture(scope="module")
def pack(founding):
    return founding.compare_sources("follow", top=2, segment="age")


@pytest.fixture(scope="module")
def close():
    """Two sources at the top that cannot be told apart, a third below."""
    rng = np.random.default_rng(3)
    person = rng.normal(size=400)
    data = {
        n: np.clip(np.round(3 + m + person + rng.normal(size=400)), 1, 5)
        for n, m in (("Ann", 0.5), ("Bob", 0.48), ("Eve", -0.5))
    }
    return sa.read(pd.DataFrame(data)).compare_sources(["Ann", "Bob", "Eve"])


def test_every_sentence_is_licensed(pack, close):
    for found in (pack, close):
        facts = source_facts(found)
        for text in (*found.findings(), found.plot().title, found.plot().alt, apart_line(found)):
            # "everyone who rated either" is the house's own name for own bases
            assert {i.word for i in check_text(text, *facts)} <= {"everyone"}, text
            assert not NEVER.search(text), text


def test_highest_only_alone_in_the_set(pack, close):
    assert pack.ranks.best_set == ("Micro-influencer",)
    assert pack.findings()[0].startswith("Micro-influencer is highest, the only one of 4 sources")
    assert set(close.ranks.best_set) == {"Ann", "Bob"}
    assert close.findings()[0].startswith(
        "Among the highest: Ann and Bob, not shown to be exceeded by any other source"
    )
    assert "is highest" not in close.sentence()
    assert source_title(close) == "Among the highest of 3 sources: Ann and Bob"
    facts = rank_facts(close, "rating")
    assert facts.best == close.ranks.best_set
    assert facts.n == 400


def test_first_share_is_called_what_it_is(pack, close):
    for found in (pack, close):
        assert "Share of replicates ranked first: " in found.sentence()
        assert "share of 1,000 replicates ranked first" in repr(found).replace("\n", " ")
    assert replicate_share(0.9999) == "over 99%"
    assert replicate_share(0.0) == "0%"


def test_the_line_where_own_bases_tell_something_else(pack):
    """By hand: which pairs are over 2 points apart or differ in sign, and with which numbers."""
    rows = pack.differences.rows.pivot_table(index="contrast", columns="base", values="estimate", sort=False)
    far = rows[((rows["own"] - rows["common"]).abs() > 0.02) | (rows["own"] * rows["common"] < 0)]
    line = apart_line(pack)
    assert line.startswith(
        f"The same simulated respondents and own bases differ by more than 2 points or in sign in {len(far)} of {len(rows)}"
    )
    assert len(far) > 0
    for contrast in rows.index:
        assert (contrast.replace(" - ", " − ") in line) == (contrast in far.index)
    assert line in pack.findings()
    assert line.split(":")[0] in " ".join(pack.table().notes)


def test_no_line_where_both_tell_the_same(close):
    assert apart_line(close) == ""


def test_margin_and_only_a_margin_licenses_similar(close):
    rng = np.random.default_rng(1)
    a = rng.integers(1, 6, 900)
    data = sa.read(pd.DataFrame({"a": a, "b": np.where(rng.random(900) < 0.02, 3, a)}))
    without = data.compare_sources(["a", "b"])
    assert without.equivalence is None
    assert "differ by less than" not in without.sentence()
    found = data.compare_sources(["a", "b"], margin=0.2)
    assert found.equivalence.rows["equivalent"].all()
    assert "differ by less than 0.20" in found.sentence()
    assert "≈" in repr(found.tables()["equivalence"])
    row = found.equivalence.rows.iloc[-1]
    d = found.differences.rows.iloc[-1]
    half = d["std_error"] * 1.646562  # t quantile .95 at 899 df
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(
        (d["estimate"] - half, d["estimate"] + half), rel=1e-4
    )


def test_detectable_difference_and_effect_size_are_named(pack):
    rows = pack.differences.rows
    assert set(rows["effect"]) == {"Cohen's h"}
    assert (rows["detectable"] > 2.7 * rows["std_error"]).all()
    means = ratings().compare_sources("follow").differences.rows
    assert set(means["effect"]) == {"d_av"}


def test_simulated_respondents_and_the_mark(pack):
    assert pack.sentence().endswith("Simulated data.")
    assert "simulated respondents who rated both" in pack.sentence()
    assert not re.search(r"\d (?:people|respondents) who", pack.sentence())
    assert pack.plot().caption.simulated


def test_opt_in_without_weights_has_no_ranks_in_print():
    rng = np.random.default_rng(2)
    data = pd.DataFrame(rng.integers(1, 6, (200, 3)), columns=list("abc"))
    found = sa.read(data, study={"sample": {"kind": "opt-in"}}).compare_sources(list("abc"))
    assert "Rank" not in repr(found)
    assert "interval" not in found.findings()[0]
    assert "not ranked" in found.findings()[0]
    assert len(found.to_frame()["rank_low"]) == 3
    assert "not ranked" in found.plot().title


def test_every_part_has_a_table_with_its_people(founding):
    found = founding.compare_sources(["credibility", "trustworthiness"], segment="sex", margin=0.1)
    tables = found.tables()
    assert {"order", "interaction", "by_segment", "equivalence", "within"} <= set(tables)
    assert len({t.id for t in tables.values()}) == len(tables)
    assert "same people" in repr(tables["differences"])
    assert "same people pair by" in " ".join(repr(tables["omnibus"]).split())


def test_figure_of_one_measure(founding, pack):
    several = founding.compare_sources(["credibility", "trustworthiness"])
    with pytest.raises(FigureError, match="2 measures; the figure shows one"):
        several.plot()
    chart = several["Trustworthiness"].plot()
    assert chart.kind == "sources"
    for rendering in ("slide", "document", "narrow"):
        drawn = chart.svg(rendering)
        assert drawn == chart.svg(rendering)  # the same bytes each time
    text = pack.plot().svg("document")
    for label in ("Levels", "Ranks", "Differences", "Within people", "Micro-influencer", "Celebrity"):
        assert label in text
    assert "Table below has all values." in pack.plot().alt
    assert len(pack.plot().alt) <= 330


def test_own_titles_are_read(close):
    with pytest.warns(SurveyAnalysisWarning, match="highest"):
        close.plot(title="Ann is the highest")
    with pytest.warns(SurveyAnalysisWarning, match="best"):
        close.plot(title="The probability of being best")


def test_figure_without_a_pair_of_the_same_people():
    data = pd.DataFrame({"a": ["1", "2", "3", ""] * 40, "b": ["", "", "", "2"] * 40})
    found = sa.read(data).compare_sources(["a", "b"])
    assert found.within is None
    assert "Within people" not in found.plot().svg("document")


def test_swapping_two_labels_swaps_them_everywhere(close):
    """Nothing is hard-coded: other names in the data are other names in every number, title and sentence."""
    rng = np.random.default_rng(3)
    person = rng.normal(size=400)
    data = {
        n: np.clip(np.round(3 + m + person + rng.normal(size=400)), 1, 5)
        for n, m in (("Eve", 0.5), ("Bob", 0.48), ("Ann", -0.5))
    }
    found = sa.read(pd.DataFrame(data)).compare_sources(["Eve", "Bob", "Ann"])
    swap = {"Ann": "Eve", "Eve": "Ann"}
    turned = re.sub(r"\b(Ann|Eve)\b", lambda m: swap[m.group()], found.sentence())
    assert turned == close.sentence()
    assert re.sub(r"\b(Ann|Eve)\b", lambda m: swap[m.group()], found.plot().alt) == close.plot().alt
