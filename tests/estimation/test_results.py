"""Results as objects: rows by label, order, tidy columns, values of one row, JSON, text and HTML."""

from __future__ import annotations

import json

import numpy as np
import pytest
from builders import likely, ratings

from survey_analysis.errors import ColumnNotFoundError, EstimationError

LABELS = ["Micro-influencer", "Average consumer", "Celebrity"]
ESTIMATE = ["question", "level", "source", "score", "estimate", "std_error", "conf_low", "conf_high", "df", "deff",
            "n", "n_effective", "n_missing", "n_weighted", "method"]  # fmt: skip
TEST = ["question", "contrast", "source", "base", "estimate", "std_error", "conf_low", "conf_high", "statistic", "df",
        "df_residual", "p_value", "p_adjusted", "method"]  # fmt: skip


def test_tidy_columns_have_one_order_and_absent_ones_are_absent():
    data = ratings()
    assert data.proportion("follow").to_frame().columns.tolist() == [c for c in ESTIMATE if c != "score"]
    assert data.proportion("follow", top=2).to_frame().columns.tolist() == [
        c for c in ESTIMATE if c != "level"
    ]
    assert data.mean("follow", by=["source", "region"]).to_frame().columns.tolist() == [
        "question", "source", "region", *ESTIMATE[3:]
    ]  # fmt: skip
    assert likely().proportion("q", top=2).to_frame().columns.tolist() == ["question", *ESTIMATE[3:]]


@pytest.mark.parametrize(
    "make",
    [
        lambda d: d.mean("follow").compare(),
        lambda d: d.mean("follow").compare(as_="ratio"),
        lambda d: d.mean("follow").test(),
        lambda d: d.proportion("follow", by=["source", "region"]).compare(dim="region"),
    ],
)
def test_tidy_columns_of_tests_keep_that_order(make):
    columns = make(ratings()).to_frame().columns.tolist()
    shared = [c for c in columns if c in TEST]
    assert shared == [c for c in TEST if c in columns]
    assert {"question", "contrast", "base", "statistic", "df", "p_value", "p_adjusted", "method"} <= set(
        columns
    )


def test_rows_are_addressed_by_key_or_label():
    seen = ratings().proportion("follow", top=2)
    assert seen["micro"].value == seen["Micro-influencer"].value == seen.to_frame()["estimate"].iloc[0]
    levels = ratings().proportion("follow", by=["source", "region"])
    one = levels["celebrity", "south", "Very"]
    assert len(one) == 1
    frame = levels.to_frame()
    row = frame[(frame["source"] == "Celebrity") & (frame["region"] == "south") & (frame["level"] == "Very")]
    assert one.value == row["estimate"].item()
    assert len(levels["celebrity"]) == 10


def test_a_part_keeps_its_covariance():
    seen = ratings().mean("follow")
    assert seen["celebrity"].vcov == pytest.approx(seen.vcov[2:, 2:])
    pair = seen.compare("micro", base="own").to_frame()
    again = (
        ratings()
        .mean("follow", where={"source": ["micro", "celebrity"]})
        .compare("micro", base="own")
        .to_frame()
    )
    assert pair["std_error"].iloc[1] == pytest.approx(again["std_error"].iloc[0], rel=1e-12)


def test_an_unknown_row_names_the_nearest():
    with pytest.raises(ColumnNotFoundError, match="no row 'mcro'") as caught:
        ratings().mean("follow")["mcro"]
    assert "'micro'" in caught.value.hint


def test_labels_that_exist_but_never_together_are_an_error():
    seen = ratings().proportion("follow", by="source")
    with pytest.raises(ColumnNotFoundError, match="no row 'micro / celebrity'"):
        seen["micro", "celebrity"]


@pytest.mark.parametrize("name", ["value", "std_error", "interval"])
def test_one_number_of_several_rows_is_an_error_that_lists_them(name):
    seen = ratings().proportion("follow", top=2)
    with pytest.raises(EstimationError) as caught:
        getattr(seen, name)
    assert caught.value.what == f".{name} needs one row; there are 3."
    assert caught.value.where == "rows: " + ", ".join(LABELS)
    assert "seen['micro']" in caught.value.hint


def test_iteration_is_in_scale_order():
    assert [e.to_frame()["source"].iloc[0] for e in ratings().mean("follow")] == LABELS
    levels = [e.to_frame()["level"].iloc[0] for e in likely().proportion("q")]
    assert levels == ["Not at all", "Not very", "Somewhat", "Very", "Extremely"]
    assert len(ratings().mean("follow")) == 3


def test_a_row_is_a_row_again():
    for one in ratings().mean("follow"):
        low, high = one.interval
        assert low < one.value < high
        assert one.std_error == pytest.approx(np.sqrt(one.vcov[0, 0]))


def test_json_holds_the_rows_unrounded():
    seen = ratings().proportion("follow", top=2)
    content = json.loads(seen.to_json())
    assert (content["schema"], content["type"]) == (1, "estimate")
    frame = seen.to_frame()
    assert [r["estimate"] for r in content["rows"]] == frame["estimate"].tolist()
    assert np.array(content["vcov"]) == pytest.approx(seen.vcov, abs=0)
    tests = json.loads(seen.compare().to_json())
    assert tests["type"] == "test"
    assert tests["family"]["adjust"] == "holm"


def test_text_and_html_say_the_same_numbers():
    from lxml import html

    for thing in (
        ratings().proportion("follow", top=2),
        ratings().mean("follow").compare(),
        ratings().mean("follow").test(),
    ):
        text, page = repr(thing), html.fromstring(thing._repr_html_())
        cells = [" ".join(c.text_content().split()) for c in page.iter("td")]
        assert cells
        assert all(c in " ".join(text.split()) for c in cells if c)
        assert not list(page.iter("script"))


def test_r_code_of_a_part_is_refused():
    seen = ratings().mean("follow")
    with pytest.raises(EstimationError, match="no R code for this result"):
        seen["micro"].to_r()
