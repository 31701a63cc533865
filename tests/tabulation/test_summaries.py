"""Summary tables of grids and the page of differences: numbers are those of the one-question verbs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY, SOURCES, ratings, survey
from statsmodels.stats.multitest import multipletests

import survey_analysis as sa
from survey_analysis.errors import ColumnNotFoundError, EstimationError, ScoreError

EXACT = {"rel": 1e-12, "abs": 1e-14}
GAP = ["estimate_a", "estimate_b", "estimate", "std_error", "conf_low", "conf_high", "df"]


@pytest.fixture(scope="module")
def rated() -> sa.Survey:
    return ratings(n=400)


@pytest.fixture(scope="module")
def book(rated):
    return rated.tabulate(
        "follow", by="region", summary=["top2", "mean", "bottom2"], compare_to="average", different="rest"
    )


@pytest.mark.parametrize(
    ("statistic", "verb"), [("top2", {"top": 2}), ("bottom2", {"bottom": 2}), ("mean", None)]
)
def test_the_cells_of_a_summary_are_those_of_the_verbs(rated, book, statistic, verb):
    page = book.summary("follow", statistic).to_frame()
    for by, keep in ((["source"], page["key"] == "total"), (["source", "region"], page["key"] != "total")):
        wanted = rated.mean("follow", by=by) if verb is None else rated.proportion("follow", by=by, **verb)
        for name in ("estimate", "std_error", "conf_low", "conf_high", "n", "n_effective", "n_weighted"):
            assert page.loc[keep, name].tolist() == pytest.approx(wanted.to_frame()[name].tolist(), **EXACT)


@pytest.mark.parametrize(("statistic", "verb"), [("top2", {"top": 2}), ("mean", {})])
@pytest.mark.parametrize(("key", "where"), [("total", None), ("region:north", "region == 'north'")])
def test_differences_are_those_of_compare_sources_within_a_column(rated, book, statistic, verb, key, where):
    wanted = rated.compare_sources("follow", to="average", where=where, **verb).differences.to_frame()
    gaps = book.summary("follow", statistic).differences
    gaps = gaps[gaps["key"] == key]
    assert len(gaps) == len(wanted) == 4
    for _, row in wanted.iterrows():
        found = gaps[(gaps["a"] == row["a"]) & (gaps["b"] == row["b"]) & (gaps["base"] == row["base"])].iloc[
            0
        ]
        assert [found[c] for c in GAP] == pytest.approx([row[c] for c in GAP], **EXACT)
        assert found["p_value"] == pytest.approx(row["p_value"], **EXACT)
        assert (found["n_a"], found["n_b"]) == (row["n_a"], row["n_b"])


def test_letters_of_an_item_are_those_of_its_line_in_the_table(book):
    table, page = book["follow"].letters, book.summary("follow", "top2").letters
    here = table.lines["level"] == "Top 2"
    assert (
        page.lines["subject"].tolist() == table.lines.loc[here, "subject"].tolist() == list(SOURCES.values())
    )
    np.testing.assert_allclose(page.p_value, table.p_value[here.to_numpy()], rtol=1e-12)


def test_both_bases_stand_under_each_other_or_neither(rated, book):
    rows = book.summary("follow", "top2").table().rows
    labels = [r.label for r in rows]
    assert labels.count("Own bases") == labels.count("Same people") == 2
    first = labels.index("Own bases")
    assert labels[first : first + 5] == ["Own bases", "95% interval", "Same people", "95% interval", "n"]
    bare = rated.tabulate("follow", summary="top2").summary("follow")
    assert bare.differences.empty
    assert not any("Same people" in r.label for r in bare.table().rows)


def test_the_title_repeats_the_labels_boxed(book):
    assert book.summary("follow", "top2").table().title.startswith("Share answering very or extremely (")
    assert "(top 2 of 5), by source" in book.summary("follow", "top2").table().title
    assert book.summary("follow", "top2").base_text == "people who rated that source"
    assert "(bottom 2 of 5)" in book.summary("follow", "bottom2").table().title


def test_swapped_labels_swap_everything():
    columns = {"a_q": ["5"] * 60 + ["1"] * 40, "b_q": ["5"] * 45 + ["1"] * 55, "g": ["x", "y"] * 50}
    found = []
    for names in ({"a": "Ann", "b": "Bob"}, {"a": "Bob", "b": "Ann"}):
        made = survey(
            columns,
            subjects={"who": names},
            scales={"s": {"levels": LIKELY}},
            batteries={"q": {"over": "who", "columns": "{who}_q", "scale": "s"}},
        )
        page = made.tabulate("q", by="g", summary="top2", compare_to=[("Ann", "Bob")]).summary("q")
        total = page.differences[page.differences["key"] == "total"]
        found.append(total["estimate"].tolist())
    assert found[0] == pytest.approx([0.15, 0.15])
    assert found[1] == pytest.approx([-0.15, -0.15])


def test_82_less_73_does_not_print_8():
    """81.62 and 73.26 print as 82 and 73, their difference as 8: the page takes one decimal more, and a note."""
    n = 5000
    made = survey(
        {"a_q": ["5"] * 4081 + ["1"] * 919, "b_q": ["5"] * 3663 + ["1"] * 1337},
        subjects={"who": {"a": "Ann", "b": "Bob"}},
        scales={"s": {"levels": LIKELY}},
        batteries={"q": {"over": "who", "columns": "{who}_q", "scale": "s"}},
    )
    table = made.tabulate("q", summary="top2", compare_to="b").summary("q").table()
    cells = {r.label: r.cells[0].text for r in table.rows if r.cells}
    assert len(made) == n
    assert (cells["Ann"], cells["Bob"], cells["Own bases"]) == ("81.6", "73.3", "+8.4")
    assert any("computed before rounding" in note for note in table.notes)


def test_sorted_by_the_total_with_other_at_the_end():
    made = survey(
        {"a_q": ["1"] * 8 + ["5"] * 2, "b_q": ["5"] * 8 + ["1"] * 2, "o_q": ["5"] * 10},
        subjects={"who": {"o": "Other", "a": "Ann", "b": "Bob"}},
        scales={"s": {"levels": LIKELY}},
        batteries={"q": {"over": "who", "columns": "{who}_q", "scale": "s"}},
    )
    book = made.tabulate("q", summary="top2", order="descending")
    assert book.summary("q").items == ("Bob", "Ann", "Other")
    assert made.tabulate("q", summary="top2").summary("q").items == ("Other", "Ann", "Bob")


def _two(levels):
    return survey(
        {"t1": ["1", "2", "3", "4", "5"] * 20, "t2": ["1", "2", "3", "4", "4"] * 20},
        questions={
            "t1": {"kind": "likert", "levels": LIKELY, "short": "One"},
            "t2": {"kind": "likert", "levels": levels, "short": "Two"},
        },
    )


def test_questions_of_one_scale_make_a_grid_and_boxes_of_different_scales_do_not():
    page = (
        _two(LIKELY).tabulate(summary="top2", grids={"Trust": ["t1", "t2"]}, compare_to="t2").summary("Trust")
    )
    assert page.items == ("One", "Two")
    assert page.rows["estimate"].tolist() == pytest.approx([0.4, 0.4])
    assert page.by == "question"
    with pytest.raises(ScoreError, match="'t1' and 't2' are on different scales") as found:
        _two(LIKELY[:4]).tabulate(summary="top2", grids={"Trust": ["t1", "t2"]})
    assert "5 answers" in str(found.value)
    assert "4 answers" in str(found.value)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"summary": "top"}, EstimationError, "is not known"),
        ({"summary": ["top2", "top2"]}, EstimationError, "twice"),
        ({"summary": "top7"}, EstimationError, "no grid has it"),
        ({"compare_to": "average"}, EstimationError, "none is asked for"),
        ({"grids": {"a": ["b", "c"]}}, EstimationError, "none is asked for"),
        ({"summary": "top2", "compare_to": "averag"}, ColumnNotFoundError, "average"),
        ({"summary": "top2", "compare_to": [("micro", "micro")]}, EstimationError, "no pair"),
        ({"summary": "top2", "grids": {"T": ["follow", "region"]}}, EstimationError, "grid of its own"),
        ({"different": "others"}, EstimationError, "is not known"),
    ],
)
def test_bad_requests(rated, options, error, said):
    with pytest.raises(error, match=said):
        rated.tabulate("follow", by="region", **options)


def test_a_small_base_is_not_tested():
    made = ratings(n=60)
    gaps = (
        made.tabulate("follow", by="region", summary="top2", compare_to="average")
        .summary("follow")
        .differences
    )
    small = gaps[gaps["method"] == "small base"]
    assert len(small) > 0
    assert small["p_value"].isna().all()
    assert small["estimate"].notna().all()


def test_what_is_different_is_adjusted_over_the_book(rated, book):
    found = book.different()
    rows = found.to_frame()
    p = rows["p_value"].dropna()
    assert found.tests == len(p)
    _, wanted, _, _ = multipletests(p, method="fdr_bh")
    assert rows.loc[p.index, "p_adjusted"].tolist() == pytest.approx(wanted.tolist())
    micro = rows[
        (rows["subject"] == "Micro-influencer") & (rows["level"] == "Top 2") & (rows["column"] == "north")
    ]
    made = rated.proportion("follow", top=2, by=["source", "region"], where={"source": "micro"})
    test = made.compare(dim="region", base="own").to_frame().iloc[0]
    assert micro["difference"].iloc[0] == pytest.approx(test["estimate"], rel=1e-9)
    assert micro["p_value"].iloc[0] == pytest.approx(test["p_value"], rel=1e-9)
    assert (micro["estimate"] - micro["other"]).iloc[0] == pytest.approx(micro["difference"].iloc[0])


def _planted() -> sa.Survey:
    rng = np.random.default_rng(3)
    g = np.repeat(["x", "y", "z"], 300)
    hit = np.where(g == "x", 0.7, 0.4)
    age = np.repeat([20, 40, 60], 300) + rng.integers(0, 10, 900)
    return sa.read(
        pd.DataFrame(
            {
                "g": g,
                "planted": np.where(rng.random(900) < hit, "yes", "no"),
                "noise": rng.choice(["yes", "no"], 900),
                "age": age,
            }
        )
    )


def test_the_planted_difference_leads_and_what_is_settled_is_left_out_and_said():
    found = _planted().tabulate(["planted", "noise", "g", "age"], by="g", different="rest").different()
    rows = found.to_frame()
    first = rows[rows["column"] == "x"].iloc[0]
    assert (first["question"], bool(first["shown"])) == ("planted", True)
    assert not rows.loc[rows["question"] == "noise", "shown"].any()
    assert (rows.loc[rows["question"].isin(["g", "age"]), "method"] == "by construction").all()
    assert found.tests == 2 * 2 * 3
    assert any("Left out" in note and "age" in note for note in found.table().notes)
    assert "is higher in x" in " ".join(found.findings(top=2))
    assert not any("noise" in s for s in found.findings(top=9))


def test_previous_columns_and_books_without_such_tests():
    people = _planted()
    found = people.tabulate("planted", by="g", different="previous").different()
    assert found.rows["column"].drop_duplicates().tolist() == ["y", "z"]
    by_letters = people.tabulate("planted", by="g", letters="rest").different()
    same = people.tabulate("planted", by="g", different="rest").different()
    pd.testing.assert_frame_equal(by_letters.rows, same.rows)
    with pytest.raises(EstimationError, match="no tests of columns against the rest"):
        people.tabulate("planted", by="g").different()


def test_one_column_heading_for_hostile_labels():
    made = survey(
        {"q": ["1"] * 60 + ["2"] * 60, "g": ["a"] * 70 + ["b"] * 50},
        questions={
            "q": {"levels": [[1, "<script>x</script>"], [2, "=1+1"]]},
            "g": {"levels": [["a", "<b>A"], ["b", "B"]]},
        },
    )
    page = made.tabulate("q", by="g", different="rest")._repr_html_()
    assert "<script>" not in page
    assert "<b>A" not in page
