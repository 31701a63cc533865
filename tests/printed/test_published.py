"""What `sa.published` says, refuses and draws."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError, EstimationError
from survey_analysis.figures.errors import FigureError
from survey_analysis.printed.needed import LEVELS
from survey_analysis.wording.licences import LICENCES

PAIR = {"Micro-influencer": 0.82, "Average person": 0.73}


def verdict(figures, **options):
    return sa.published(figures, **options).verdicts["verdict"].tolist()


def test_verdicts():
    assert verdict(PAIR) == ["only if"]  # an unknown base never lets a claim hold
    assert verdict(PAIR, n=6000) == ["holds"]
    assert verdict(PAIR, n=(500, 3000)) == ["holds"]
    assert verdict(PAIR, n=(100, 3000)) == ["only if"]
    assert verdict(PAIR, n=30) == ["cannot hold"]
    assert verdict(PAIR, n=150) == ["only if"]
    assert verdict(PAIR, n=150, same_people="yes", correlation=0.7) == ["holds"]
    assert verdict(PAIR, n=300, deff=(1, 3)) == ["only if"]
    assert verdict({"a": 0.8, "b": 0.8}, n=50) == ["cannot hold"]


def test_more_people_never_make_a_claim_weaker():
    lows = [sa.published(PAIR, n=n, deff=1.5).pairs["low"].min() for n in (100, 200, 400, 800, 6000)]
    assert lows == sorted(lows)


def test_bases_by_subject_and_bases_that_cannot_be_the_same_people():
    found = sa.published(PAIR, n={"Micro-influencer": 3000, "Average person": (500, 800)})
    assert set(found.pairs["people"]) == {"different"}
    assert sorted(set(found.pairs["n_b"])) == [500, 800]
    with pytest.raises(EstimationError, match="cannot be rated by the same people"):
        sa.published(PAIR, n={"Micro-influencer": 3000, "Average person": 500}, same_people="yes")


def test_a_base_that_cannot_print_so():
    found = sa.published(PAIR, n=12)
    assert not found.pairs["possible"].any()
    assert found.verdicts["verdict"].tolist() == ["cannot hold"]
    assert "No count of that many people" in found.sentence()
    assert sa.published(PAIR, n=12, deff=1.5).pairs["possible"].all()  # weighted shares are no counts


def test_ends_of_the_scale_and_decimals():
    assert verdict({"a": 1.0, "b": 0.9}, n=100) == ["holds"]
    assert verdict({"a": 1.0, "b": 1.0}, n=100) == ["cannot hold"]
    assert verdict({"a": 0.0, "b": 0.01}, n=1000) == ["only if"]
    assert "+9.4" in repr(sa.published({"a": 0.825, "b": 0.731}, rounding=0.0005))
    assert "  " not in sa.published({"a": 0.5}, n=1).sentence()


def test_the_founding_table_is_printed_as_published():
    found = sa.published("micro_influencer")
    values = {(f.item, f.subject): f.value for f in found.figures}
    assert values["follow", "Micro-influencer"] == 0.82
    assert values["at work", "General population"] == 0.19
    assert [f.subject for f in found.of_item("explains")] == ["Micro-influencer"]  # no number for the other
    assert "probably published, not read" in found.sentence()
    assert {f.unit for f in found.figures} == {"persons", "recommendations", "times"}
    assert "up to 22.2 times" in found.sentence()
    assert "22.2 times more" not in found.sentence()
    assert set(found.pairs.loc[found.pairs["item"] == "at work", "people"]) == {"different"}
    follow = found.needed[found.needed["item"] == "follow"]
    assert follow["n_needed"].tolist() == [210, 135, 271, 46]


def test_the_study_file_entries(founding):
    found = sa.published(founding)
    assert found.needed["n_needed"].tolist()[:4] == [210, 135, 271, 46]
    assert sa.published(founding.study).verdicts.equals(found.verdicts)
    assert "base not published" in found.sentence()
    with pytest.raises(EstimationError, match="cites no published figures"):
        sa.published(sa.read(pd.DataFrame({"a": ["x", "y"]})))


def test_words():
    text = sa.published("micro_influencer").sentence() + sa.published(PAIR, n=500).sentence()
    for never in (
        r"\bCI\b",
        "confidence interval",
        "margin of sampling error",
        r"\bsignificant",
        "because",
        "drives",
        r"\bbest\b",
    ):
        assert not re.search(never, text), never
    assert "The published figures are 82% (Micro-influencer) and 73%" in text
    assert "nothing here is compared with an estimate of ours" in sa.published(PAIR).explain()


def test_levels_are_those_of_the_licences():
    kinds = " ".join(f"{row.kind} {row.reason}" for row in LICENCES)
    for limit, side in LEVELS.values():
        words = "exceed" if side == "above" else "stay under"
        assert re.search(rf"{words} {100 * limit:.3g}%", kinds), (limit, side)


def test_sides_swap_when_the_figures_do():
    row = sa.published({"Average person": 0.73, "Micro-influencer": 0.82}, n=500).verdicts.iloc[0]
    assert (row["a"], row["b"]) == ("Micro-influencer", "Average person")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"n": 0}, "not possible"),
        ({"n": 10.5}, "whole number"),
        ({"n": (300, 100)}, "no range"),
        ({"n": {"Nobody": 100}}, "no figure"),
        ({"n": {"Average person": 100}}, "some figures"),
        ({"deff": 0}, "not possible"),
        ({"n": 2, "deff": (1, 5)}, "less than one"),
        ({"correlation": 0.95}, "impossible"),
        ({"correlation": 0.3, "same_people": "no"}, "different people"),
        ({"same_people": "maybe"}, "not known"),
        ({"events_per_person": 3}, "go with recommendations"),
        ({"icc": 0.2}, "go with recommendations"),
        ({"unit": "people"}, "not known"),
        ({"method": "wald"}, "not known"),
        ({"level": 95}, "level"),
        ({"rounding": 0.0005, "figures": {"a": 0.8255}}, "more decimals"),
        ({"figures": {}}, "Give"),
        ({"figures": {"a": "82%"}}, "no number"),
        ({"figures": {"a": 0.8, "b": {"c": 0.7}}}, "not both"),
        ({"figures": 0.82}, "float"),
        ({"figures": "micro_influencer", "cite": "x"}, "go with figures"),
        ({"figures": "micro_influencer", "same_people": "yes"}, "different people"),
    ],
)
def test_what_cannot_be_is_refused(options, says):
    figures = options.pop("figures", PAIR)
    with pytest.raises(EstimationError, match=says):
        sa.published(figures, **options)


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(DataError, match="micro_influencer"):
        sa.published("micro_influencers")


def test_figures_and_table():
    found = sa.published("micro_influencer")
    assert found.plot().kind == "needed"
    chart = found.plot(item="follow")
    assert chart.kind == "published"
    assert "82%" in chart.title
    assert chart.alt.endswith("Table below has all values.")
    assert len(chart.svg("narrow")) > 1000
    three = sa.published(PAIR | {"Celebrity": 0.41}, n=(100, 500)).plot().svg()
    assert "Different people, n = 100" in three
    assert "not from this base" in sa.published(PAIR, n=12).plot().svg()
    assert (
        sa.published({"a": 0.92}, n=(50, 500)).plot().svg()
        == sa.published({"a": 0.92}, n=(50, 500)).plot().svg()
    )
    with pytest.raises(FigureError, match="denominators"):
        found.plot(item="conversations")
    with pytest.raises(EstimationError, match="one"):
        found.plot("published")
    with pytest.raises(EstimationError, match="no item"):
        found.plot(item="trust")
    with pytest.raises(FigureError, match="No claim"):
        sa.published({"a": 0.9}).plot("needed")
    table = found.table()
    assert [r.label for r in table.rows if r.kind == "section"] == list(found.items)
    assert "135 to 210" in repr(found)
    assert "<table" in found._repr_html_()
    assert '"type": "published"' in found.to_json()
    assert len(found.to_frame()) == len(found.pairs)


def test_a_title_of_ones_own_is_read():
    with pytest.warns(sa.SurveyAnalysisWarning, match="proves"):
        sa.published(PAIR, n=500).plot(title="This proves it")
