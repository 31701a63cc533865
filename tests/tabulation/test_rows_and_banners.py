"""What a tab book holds: every kind of row, nets, boxes, spread, order, weights; every kind of banner column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa

STUDY = """
schema = 1
[study]
name = "Rows"
data = "d.csv"
[sample]
kind = "opt-in"
[design]
weight = "w"
psu = "c"
[design.weights]
household = "hw"
[scales.likely]
levels = [[1, "Not at all"], [2, "Not very"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
outside = [[9, "Never heard of it"]]
[scales.nps]
levels = [[0,"0"],[1,"1"],[2,"2"],[3,"3"],[4,"4"],[5,"5"],[6,"6"],[7,"7"],[8,"8"],[9,"9"],[10,"10"]]
[questions.buy]
kind = "likert"
scale = "likely"
nets = { "Likely at all" = ["Somewhat", "Likely"], "Likely" = ["Very", "Extremely"] }
[questions.rec]
kind = "likert"
scale = "nps"
[questions.use]
kind = "multiple"
not_selected = ["no"]
options = [{column = "u1", label = "TV"}, {column = "u2", label = "Web"}, {column = "u3", label = "None of these", exclusive = true}]
nets = { "Any" = ["TV", "Web"] }
[questions.spend]
kind = "numeric"
[questions.sex]
kind = "single"
levels = [["w", "Women"], ["m", "Men"]]
[questions.region]
kind = "single"
levels = [["n", "North"], ["s", "South"]]
[filters]
heavy = "spend >= 40"
[banners.main]
columns = ["sex", "sex * region", "heavy", { label = "Spend", levels = { "Under 30" = "spend < 30", "Under 60" = "spend < 60" } }]
"""


def made(n: int = 500) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    none = rng.random(n) < 0.2
    return pd.DataFrame(
        {
            "w": np.round(rng.lognormal(0, 0.4, n), 4),
            "hw": np.round(rng.lognormal(0, 0.3, n), 4),
            "c": rng.integers(0, 60, n),
            "buy": rng.choice([1, 2, 3, 4, 5, 9], n, p=[0.1, 0.2, 0.2, 0.2, 0.2, 0.1]),
            "rec": rng.integers(0, 11, n),
            "u1": np.where(~none & (rng.random(n) < 0.5), "yes", "no"),
            "u2": np.where(~none & (rng.random(n) < 0.5), "yes", "no"),
            "u3": np.where(none, "yes", "no"),
            "spend": np.round(rng.gamma(2, 20, n), 1),
            "sex": rng.choice(["w", "m"], n),
            "region": rng.choice(["n", "s"], n),
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rows")
    made().to_csv(place / "d.csv", index=False)
    (place / "study.toml").write_text(STUDY)
    return place


@pytest.fixture(scope="module")
def survey(folder: Path) -> sa.Survey:
    return sa.read(folder / "study.toml")


def cell(book: sa.Book, question: str, level: str, key: str = "total", column: str = "estimate") -> float:
    rows = book[question].to_frame()
    found = rows[(rows["level"] == level) & (rows["key"] == key)]
    assert len(found) == 1, (level, key, len(found))
    return float(found[column].iloc[0])


def test_the_banner_holds_variables_crossings_filters_and_conditions(survey: sa.Survey) -> None:
    book = survey.tabulate("buy", by="main")
    columns = book["buy"].columns
    assert columns[0].key == "total"
    spans = [(c.over, c.span_label, c.label) for c in columns[1:]]
    assert ("", "sex", "Women") in spans
    nested = [c for c in columns if c.over]
    assert [c.label for c in nested] == ["North", "South", "North", "South"]
    assert [c.over for c in nested] == ["Women", "Women", "Men", "Men"]
    heads = [c.span for c in book["buy"].table().columns]
    assert "Women: region" in heads
    assert any(c.label == "Heavy" for c in columns)
    assert [c.label for c in columns if c.span_label == "Spend"] == ["Under 30", "Under 60"]
    d = made()
    inside = (d["sex"] == "w") & (d["region"] == "n")
    by_hand = np.average((d["buy"] == 5)[inside], weights=d["w"][inside])
    key = nested[0].key
    assert cell(book, "buy", "Extremely", key) == pytest.approx(by_hand, rel=1e-12)


def test_overlapping_columns_are_found_and_tested(survey: sa.Survey) -> None:
    letters = survey.tabulate("buy", by="main")["buy"].letters
    keys = [c.key for c in survey.tabulate("buy", by="main")["buy"].columns if c.span_label == "Spend"]
    assert tuple(keys) in letters.pairs


def test_estimates_are_those_of_the_verbs(survey: sa.Survey) -> None:
    book = survey.tabulate(["buy", "rec", "use", "spend"], by="sex", where="region == 'North'")
    share = survey.proportion("buy", top=2, by="sex", where="region == 'North'").to_frame()
    for sex, row in zip(["w", "m"], share.to_dict("records"), strict=True):
        for column in ("estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_effective"):
            assert cell(book, "buy", "Likely", f"sex:{sex}", column) == pytest.approx(
                row[column], rel=1e-9
            ), column
    nps = survey.nps("rec", by="sex", where="region == 'North'").to_frame()
    asked = survey.tabulate("rec", by="sex", where="region == 'North'", statistics=["nps", "mean"])
    for sex, row in zip(["w", "m"], nps.to_dict("records"), strict=True):
        assert cell(asked, "rec", "Net Promoter Score", f"sex:{sex}") == pytest.approx(
            row["estimate"], rel=1e-12
        )
        assert cell(asked, "rec", "Net Promoter Score", f"sex:{sex}", "std_error") == pytest.approx(
            row["std_error"], rel=1e-9
        )
    spend = survey.mean("spend", by="sex", where="region == 'North'").to_frame()
    assert cell(book, "spend", "Mean", "sex:w") == pytest.approx(spend["estimate"].iloc[0], rel=1e-12)
    assert cell(book, "spend", "Mean", "sex:w", "std_error") == pytest.approx(
        spend["std_error"].iloc[0], rel=1e-9
    )


def test_a_net_of_options_counts_a_person_once(survey: sa.Survey) -> None:
    book = survey.tabulate("use", by="sex")
    d = made()
    any_of = (d["u1"] == "yes") | (d["u2"] == "yes")
    assert cell(book, "use", "Any") == pytest.approx(np.average(any_of, weights=d["w"]), rel=1e-12)
    assert cell(book, "use", "Any", column="count") == any_of.sum()
    assert cell(book, "use", "Any") < cell(book, "use", "TV") + cell(book, "use", "Web")


def test_nets_stand_over_their_answers_and_inside_each_other(survey: sa.Survey) -> None:
    rows = survey.tabulate("buy")["buy"].to_frame()
    parents = dict(zip(rows["level"], rows["parent"], strict=True))
    assert parents["Likely"] == "Likely at all"
    assert parents["Very"] == "Likely"
    assert parents["Somewhat"] == "Likely at all"
    printed = survey.tabulate("buy")["buy"].table().rows
    indent = {r.label: r.indent for r in printed}
    assert (indent["Likely at all"], indent["Likely"], indent["Very"]) == (0, 1, 2)
    assert next(r for r in printed if r.label == "Likely").kind == "net"


def test_nets_and_boxes_from_python(survey: sa.Survey) -> None:
    book = survey.tabulate("buy", nets={"buy": {"Unlikely": [1, "Not very"]}}, boxes=(1, 3))
    d = made()
    assert cell(book, "buy", "Unlikely") == pytest.approx(
        np.average(d["buy"].isin([1, 2]), weights=d["w"]), rel=1e-12
    )
    assert cell(book, "buy", "Top 3") == pytest.approx(
        np.average(d["buy"].isin([3, 4, 5]), weights=d["w"]), rel=1e-12
    )
    assert cell(book, "buy", "Bottom 1") == pytest.approx(
        np.average(d["buy"] == 1, weights=d["w"]), rel=1e-12
    )


def test_spread_and_median_are_those_of_the_verbs(survey: sa.Survey) -> None:
    book = survey.tabulate("spend", by="sex", statistics=["mean", "sd", "se", "median"])
    sd = survey.std_dev("spend", by="sex").to_frame()["estimate"]
    median = survey.median("spend", by="sex").to_frame()["estimate"]
    for i, key in enumerate(["sex:w", "sex:m"]):
        assert cell(book, "spend", "Standard deviation", key) == pytest.approx(sd[i], rel=1e-9)
        assert cell(book, "spend", "Median", key) == pytest.approx(median[i], rel=1e-9)
        assert cell(book, "spend", "Standard error", key) == pytest.approx(
            cell(book, "spend", "Mean", key, "std_error"), rel=1e-9
        )


def test_row_and_table_percents_index_and_counts_by_hand(survey: sa.Survey) -> None:
    book = survey.tabulate("buy", by="sex")
    d = made()
    hit, women, w = d["buy"] == 5, d["sex"] == "w", d["w"]
    assert cell(book, "buy", "Extremely", "sex:w", "row_share") == pytest.approx(
        w[hit & women].sum() / w[hit].sum()
    )
    assert cell(book, "buy", "Extremely", "sex:w", "table_share") == pytest.approx(
        w[hit & women].sum() / w.sum()
    )
    share = w[hit & women].sum() / w[women].sum()
    assert cell(book, "buy", "Extremely", "sex:w", "index") == pytest.approx(
        100 * share / (w[hit].sum() / w.sum())
    )
    assert cell(book, "buy", "Extremely", "sex:w", "count") == (hit & women).sum()
    shown = book["buy"].table(
        show=["column", "row", "total", "index", "count", "weighted", "std_error", "interval"]
    )
    assert [r.label for r in shown.rows[4:11]] == [
        "Row %",
        "Total %",
        "Index",
        "Count",
        "Weighted count",
        "Standard error",
        "Interval",
    ]


def test_order_by_the_total_keeps_what_is_off_the_scale_last(survey: sa.Survey) -> None:
    rows = survey.tabulate("buy", nets={"buy": {}}, boxes=(), statistics=[], order="descending")[
        "buy"
    ].to_frame()
    shares = rows["estimate"].tolist()
    assert rows["level"].iloc[-1] == "Never heard of it"
    assert shares[:-1] == sorted(shares[:-1], reverse=True)
    options = survey.tabulate("use", nets={"use": {}}, order="ascending")["use"].to_frame()["level"].tolist()
    assert options[-1] == "None of these"


def test_several_weights_stand_side_by_side(survey: sa.Survey) -> None:
    book = survey.tabulate("buy", weight=["", "household"], by="sex")
    d = made()
    assert [t.weight for t in book.tables] == ["", "household"]
    other = book.tables[1].to_frame()
    got = other[(other["level"] == "Extremely") & (other["key"] == "total")]["estimate"].iloc[0]
    assert got == pytest.approx(np.average(d["buy"] == 5, weights=d["hw"]), rel=1e-12)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"rows": "buy", "by": "mian"}, "ColumnNotFoundError", "main"),
        ({"rows": "buyy"}, "ColumnNotFoundError", "buy"),
        ({"rows": ["buy", "buy"]}, "EstimationError", "twice"),
        ({"rows": "buy", "by": "spend"}, "EstimationError", "no levels"),
        ({"rows": "buy", "by": ["sex", "sex"]}, "EstimationError", "twice"),
        ({"rows": "buy", "by": ["main", "sex"]}, "EstimationError", "banner"),
        ({"rows": "buy", "where": "sex == 'Child'"}, "SurveyAnalysisError", "Child"),
        ({"rows": "buy", "nets": {"buy": {"All": [1, 2, 3, 4, 5, 9]}}}, "SurveyAnalysisError", "every"),
        ({"rows": "buy", "nets": {"buy": {"None": []}}}, "SurveyAnalysisError", "None"),
        ({"rows": "buy", "nets": {"buy": {"X": ["Verry"]}}}, "SurveyAnalysisError", "Verry"),
        ({"rows": "sex", "boxes": (2,)}, "SurveyAnalysisError", "boxes"),
        ({"rows": "buy", "weight": "hoursehold"}, "SurveyAnalysisError", "household"),
        ({"rows": "sex", "statistics": ["nps"]}, "SurveyAnalysisError", "nps"),
    ],
)
def test_what_cannot_be_tabulated_is_refused_by_name(
    survey: sa.Survey, options: dict[str, object], error: str, said: str
) -> None:
    with pytest.raises(getattr(sa.errors, error), match=said):
        survey.tabulate(**options)


def test_nothing_declared_and_nothing_named_is_an_error_not_an_empty_book(tmp_path: Path) -> None:
    bare = sa.read(pd.DataFrame({"q": ["a", "b"] * 30}))
    with pytest.raises(sa.errors.EstimationError, match="No question is declared"):
        bare.tabulate()
    with pytest.raises(sa.errors.StudyError, match="no slide of a question"):
        bare.deck(tmp_path / "d.pptx")
