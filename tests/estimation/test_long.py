"""Grids from wide to long against pandas' melt, and the estimates that follow from either."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY, MISSING, SOURCES, arrays, ratings, survey

from survey_analysis.errors import ColumnNotFoundError, EstimationError


def melted(data, columns):
    """What pandas makes of the raw cells: one row a respondent and source, respondents in file order."""
    raw = pd.DataFrame({c: arrays(data, c)[0] for c in columns}).assign(respondent=np.arange(len(data)) + 1)
    long = raw.melt(id_vars="respondent", var_name="column", value_name="score")
    long["place"] = long["column"].map({c: i for i, c in enumerate(columns)})
    return long.sort_values(["respondent", "place"]).reset_index(drop=True)


def test_numbers_are_those_of_melt():
    data = ratings()
    long, by_hand = data.to_long("source", values="numbers"), melted(data, [f"{s}_q" for s in SOURCES])
    assert list(long.columns) == ["respondent", "weight", "source", "follow"]
    assert long["respondent"].tolist() == by_hand["respondent"].tolist()
    assert long["source"].tolist() == [SOURCES[c.removesuffix("_q")] for c in by_hand["column"]]
    np.testing.assert_array_equal(long["follow"], by_hand["score"])
    np.testing.assert_array_equal(long["weight"], np.repeat(data.frame.weight, 3))


def test_labels_and_questions_about_the_respondent():
    data = ratings()
    long, by_hand = data.to_long("source", also=["region"]), melted(data, [f"{s}_q" for s in SOURCES])
    words = {float(code): label for code, label in LIKELY}
    assert [x if isinstance(x, str) else None for x in long["follow"]] == [
        words.get(x) for x in by_hand["score"]
    ]
    assert long["region"].tolist() == np.repeat(data.table.raw.frame["region"].to_numpy(), 3).tolist()


def test_means_of_the_long_frame_are_those_of_the_survey():
    data = ratings()
    long = data.to_long("source", values="numbers").dropna()
    means = long.groupby("source").apply(
        lambda g: np.average(g["follow"], weights=g["weight"]), include_groups=False
    )
    found = data.mean("follow").to_frame().set_index("source")["estimate"]
    for source, value in means.items():
        assert found[source] == pytest.approx(value)


def test_missing_codes_reversal_subjects_not_asked_and_repeated_ids():
    data = survey(
        {"ann_q": ["5", "98", "1"], "bob_q": ["2", "", "4"], "ann_r": ["1", "5", ""], "pid": ["P7", "P8", "P7"],
         "area": ["a", "b", "a"]},
        design={"id": "pid", "strata": "area"},
        scales={"s": {"levels": LIKELY, "missing": MISSING}},
        subjects={"source": {"ann": "Ann", "bob": "Bob"}},
        batteries={"q": {"over": "source", "columns": "{source}_q", "scale": "s"},
                   "r": {"over": "source", "columns": {"ann": "ann_r"}, "scale": "s", "reverse": True}},
    )  # fmt: skip
    long = data.to_long("source", values="numbers")
    assert long["respondent"].tolist() == [1, 1, 2, 2, 1, 1]
    assert long["stratum"].tolist() == [1, 1, 2, 2, 1, 1]
    np.testing.assert_array_equal(long["q"], [5, 2, np.nan, np.nan, 1, 4])
    np.testing.assert_array_equal(long["r"], [5, np.nan, 1, np.nan, np.nan, np.nan])
    assert "P7" not in long.to_csv()
    assert data.to_long("source", questions=["q"]).columns.tolist()[-1] == "q"


def test_the_founding_study(founding):
    long = founding.to_long("source", values="numbers")
    assert len(long) == 4 * len(founding)
    assert {"probability", "follow", "honest"} <= set(long.columns)
    assert "why" not in long.columns  # texts are not stacked
    wide = founding.table.variable("follow", "micro").values()
    np.testing.assert_array_equal(long.loc[long["source"] == "Micro-influencer", "follow"], wide)


def test_what_cannot_be_stacked(founding):
    with pytest.raises(ColumnNotFoundError, match="no set of subjects 'sources'"):
        founding.to_long("sources")
    with pytest.raises(ColumnNotFoundError, match="'sex' does not run over source"):
        founding.to_long("source", questions=["sex"])
    with pytest.raises(EstimationError, match="'why' is texts"):
        founding.to_long("source", questions=["why"])
    with pytest.raises(EstimationError, match="values = 'codes'"):
        founding.to_long("source", values="codes")
    with pytest.raises(EstimationError, match="'follow' runs over source"):
        founding.to_long("source", also=["follow"])
