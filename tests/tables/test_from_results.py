"""Tables made from results: every printed cell is a number of the tidy frame, rounded half-up, once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from builders import LIKELY, likely, ratings, survey

from survey_analysis.results.process import CleaningLog, Flow, FlowStep, LogEntry
from survey_analysis.tables.estimates import anchor
from survey_analysis.tables.process import flow_table, log_table, margins_table

MINUS = "\N{MINUS SIGN}"


def half_up(value: float, decimals: int) -> str:
    """Rounded by the decimal module, as printed."""
    quantum = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(repr(float(value))).quantize(quantum, ROUND_HALF_UP):,}"
    return text.replace("-", MINUS)


def cells(table):
    heads = [c.label for c in table.columns]
    return {
        row.label: dict(zip(heads, [c.text for c in row.cells], strict=True))
        for row in table.rows
        if row.cells
    }


PROBABILITY = {"kind": "probability"}


def test_an_estimate_table_prints_the_frame():
    data = ratings()
    seen = data.proportion("follow", top=2)
    table = seen.table()
    found = cells(table)
    for row in seen.to_frame().to_dict("records"):
        shown = found[row["source"]]
        assert shown["%"] == half_up(100 * row["estimate"], 1)
        low, high = half_up(100 * row["conf_low"], 1), half_up(100 * row["conf_high"], 1)
        assert shown["95% interval"] == f"{low}–{high}"
        assert shown["SE"] == half_up(100 * row["std_error"], 2)
        assert (shown["n"], shown["Effective"]) == (str(row["n"]), half_up(row["n_effective"], 0))
        assert shown["No answer"] == str(row["n_missing"])


def test_a_mean_has_two_decimals_and_the_value_stays_unrounded():
    seen = ratings().mean("follow")
    table = seen.table()
    for row, line in zip(seen.to_frame().to_dict("records"), table.rows, strict=True):
        assert line.cells[0].text == half_up(row["estimate"], 2)
        assert line.cells[0].value == row["estimate"]


@pytest.mark.parametrize(
    ("sample", "head"),
    [
        ({"kind": "probability"}, "95% CI"),
        ({"kind": "opt-in"}, "95% interval"),
        ({"kind": "simulated"}, "95% interval"),
        ({}, "95% interval"),
    ],
)
def test_the_kind_of_sample_names_the_interval(sample, head):
    data = survey(
        {"q": ["1", "5", "4"], "w": ["1", "2", "1"]},
        design={"weight": "w"},
        sample=sample,
        questions={"q": {"kind": "likert", "levels": LIKELY}},
    )
    assert head in [c.label for c in data.proportion("q", top=2).table().columns]


def test_an_opt_in_sample_without_weights_has_no_interval_in_print_and_keeps_it_in_the_frame():
    data = survey(
        {"q": ["1", "5", "4"]},
        sample={"kind": "opt-in"},
        questions={"q": {"kind": "likert", "levels": LIKELY}},
    )
    seen = data.proportion("q", top=2)
    assert [c.label for c in seen.table().columns] == ["%", "n", "Effective", "No answer"]
    assert seen.to_frame()["conf_low"].notna().all()


def test_simulated_data_say_so_under_every_table():
    data = survey(
        {"q": ["1", "5", "4"], "g": list("aba")},
        sample={"kind": "simulated"},
        questions={"q": {"kind": "likert", "levels": LIKELY}},
    )
    for thing in (data.proportion("q"), data.mean("q", by="g").compare(), data.tabulate("q")["q"]):
        assert "Simulated data." in thing.table().notes
        assert "Simulated data." in repr(thing)


def test_a_test_table_prints_the_frame():
    data = ratings()
    test = data.proportion("follow", top=2).compare("average")
    table = test.table()
    assert [c.label for c in table.columns][:3] == ["Estimate", "Average consumer", "Difference"]
    found = cells(table)
    for row in test.to_frame().to_dict("records"):
        name = f"{row['a']}, {'same people' if row['base'] == 'common' else 'own base'}"
        shown = found[name]
        assert shown["Estimate"] == half_up(100 * row["estimate_a"], 1)
        assert shown["Average consumer"] == half_up(100 * row["estimate_b"], 1)
        sign = "+" if row["estimate"] > 0 else ""
        assert shown["Difference"] == sign + half_up(100 * row["estimate"], 1)
        assert shown["n"] == str(row["n"])
    assert "Holm" in " ".join(table.notes)


def test_all_pairs_name_both_sides():
    labels = [r.label for r in ratings().mean("follow").compare(base="own").table().rows]
    assert labels == [
        f"Micro-influencer {MINUS} Average consumer",
        f"Micro-influencer {MINUS} Celebrity",
        f"Average consumer {MINUS} Celebrity",
    ]


def test_an_empty_cell_is_a_dash_and_never_nan():
    data = survey(
        {"q": ["1", "5", "4"], "g": list("aab"), "h": list("xyx")},
        questions={
            "q": {"kind": "likert", "levels": LIKELY},
            "g": {"levels": ["a", "b"]},
            "h": {"levels": ["x", "y"]},
        },
    )
    table = data.mean("q", by=["g", "h"]).table()
    assert [c.text for c in table.rows[-1].cells] == ["–", "–", "–", "0", "0", "0"]
    assert "nan" not in repr(table)


def test_a_crosstab_prints_shares_bases_and_tests():
    data = ratings(n=160)
    table = data.tabulate("follow", by="region")["follow"].table()
    labels = [r.label for r in table.rows]
    assert labels[:5] == [
        "Micro-influencer",
        "Base (unweighted)",
        "Base (weighted)",
        "Effective base",
        "Not at all",
    ]
    assert [r.kind for r in table.rows if r.label in ("Top 2", "Bottom 2", "Mean")] == ["net"] * 9
    assert sum("Rao-Scott F(" in note for note in table.notes) == 3
    top = next(r for r in table.rows if r.label == "Top 2")
    assert top.cells[0].text == half_up(100 * data.proportion("follow", top=2)["micro"].value, 0)


def test_small_shares_are_a_star_and_none_a_dash():
    data = survey({"q": ["1"] * 399 + ["2"]}, questions={"q": {"levels": [1, 2, 3]}})
    rows = {r.label: r.cells[0].text for r in data.tabulate("q")["q"].table().rows}
    assert (rows["1"], rows["2"], rows["3"]) == ("100", "*", "-")


def test_a_cleaning_log_and_a_flow():
    log = CleaningLog((LogEntry("speeders", "speed", "under 0.4 of the median", 100, 7, 3, "two families"),))
    row = log_table(log).rows[0]
    assert row.label == "speeders: under 0.4 of the median"
    assert [c.text for c in row.cells] == ["speed", "7", "3", "two families"]
    flow = Flow(
        (
            (
                "",
                (
                    FlowStep("received", "received", 1200, 1200),
                    FlowStep("quality", "speeders", 3, 1197, "fast"),
                ),
            ),
        )
    )
    assert [r.label for r in flow_table(flow).rows] == ["All", "received", "speeders"]
    assert [c.text for c in flow_table(flow).rows[2].cells] == ["3", "1,197", "fast"]


def test_margins_print_what_weighting_did():
    data = survey(
        {"sex": ["w"] * 30 + ["m"] * 10},
        questions={"sex": {"levels": [["w", "Woman"], ["m", "Man"]], "short": "Sex"}},
    )
    report = data.rake({"sex": {"w": 0.5, "m": 0.5}}).weighting[0]
    table = margins_table(report)
    assert [[c.text for c in r.cells] for r in table.rows if r.cells] == [
        ["30", "75.0%", "50.0%", "50.0%"],
        ["10", "25.0%", "50.0%", "50.0%"],
    ]
    assert (
        "Design effect from weighting 1.33, effective base 30 of 40; weights from 0.67 to 2.00"
        in table.notes[0]
    )


def test_repr_and_html_are_one_table():
    table = likely().proportion("q").table()
    text = " ".join(repr(likely().proportion("q")).split())
    for row in table.rows:
        assert row.label in text
        assert all(c.text in text for c in row.cells)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("estimate", "1_Q20"), "estimate-1-Q20"),
        (("<script>",), "script"),
        (("", "ü", "9 lives"), "t-9-lives"),
    ],
)
def test_anchors_are_safe(parts, found):
    assert anchor(*parts) == found


def test_names_that_leave_nothing_still_get_an_anchor():
    assert anchor("estimate", "年齢") == "estimate"
    data = survey({"年齢": ["1", "5", "4"]}, questions={"年齢": {"kind": "likert", "levels": LIKELY}})
    assert data.proportion("年齢").table().id.startswith("estimate")
    assert anchor("年齢", "性別")
