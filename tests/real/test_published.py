"""Printed numbers of two real surveys, from study files and the public verbs alone."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from real.published import check, same_words, survey

pytestmark = pytest.mark.oracle


def printed_table(column: str) -> tuple[str, str]:
    """Question and subject that read the column (or the first of `q0004_*`) of a published table."""
    first = column.removesuffix("*")
    for question in survey("masculinity").codebook:
        for subject, own in question.columns.items():
            if own == first:
                return question.name, subject
        if first != column and any(o.column.startswith(first) for o in question.options):
            return question.name, ""
    raise AssertionError(f"no question reads {column}")


@pytest.fixture(scope="module")
def crosstabs() -> pd.DataFrame:
    """Every declared question by the publisher's banner."""
    book = survey("masculinity").tabulate(by="main")
    out = book.to_frame()
    return out[out["kind"] == "answer"]


def half_up(share: float) -> int:
    return math.floor(100 * share + 0.5)


def test_all_printed_percentages_of_the_masculinity_survey(crosstabs, capsys):
    entry = check("masculinity-crosstabs")
    activities = survey("masculinity").codebook.subjects["activity"].labels
    seen, same, worst = 0, 0, 0.0
    wrong = []
    for table in entry["tables"]:
        name, subject = printed_table(table["column"])
        rows = crosstabs[crosstabs["question"] == name]
        rows = rows[rows["subject"] == activities[subject]] if subject else rows
        cells = {(same_words(r.level), r.column): r.estimate for r in rows.itertuples()}
        for answer, columns in table["percent"].items():
            for column, percent in columns.items():
                ours = cells[same_words(answer), "Total" if column == "Adult Men" else column]
                seen += 1
                same += half_up(ours) == percent
                worst = max(worst, abs(100 * ours - percent))
                if abs(100 * ours - percent) > entry["tolerance_pp"] + 1e-9:
                    wrong.append(
                        f"{table['column']} {answer!r} {column}: {100 * ours:.3f}, printed {percent}"
                    )
    with capsys.disabled():
        print(
            f"\nmasculinity: {seen} printed percentages, {same} equal as printed, worst {worst:.3f} points away"
        )
    assert not wrong, "\n".join(wrong)
    assert seen == same == entry["printed_cells"] == 1820


def test_bases_of_the_masculinity_survey(crosstabs):
    activities = survey("masculinity").codebook.subjects["activity"].labels
    seen = 0
    for table in check("masculinity-crosstabs")["tables"]:
        name, subject = printed_table(table["column"])
        rows = crosstabs[crosstabs["question"] == name]
        rows = rows[rows["subject"] == activities[subject]] if subject else rows
        n = {r.column: r.n for r in rows.itertuples()}
        for column, base in table["base_unweighted"].items():
            assert n["Total" if column == "Adult Men" else column] == base, (table["column"], column)
            seen += 1
    assert seen > 300


def test_routed_questions_are_missing_as_not_asked():
    """The routing of the study file explains every `NA` of the routed questions: nobody asked left a blank."""
    for name in ("advantages", "harassment", "why_no_response", "metoo", "metoo_work", "why_pays"):
        counts = survey("masculinity")[name].to_frame().set_index("answer")["n"]
        assert "(no answer)" not in counts.index, name
        assert counts["(not asked)"] > 0


def close(identifier: str, ours: dict[str, float], extra: tuple[str, ...] = ()) -> None:
    entry = check(identifier)
    wanted = {k: v for k, v in entry["printed"].items() if k not in ("n", *extra)}
    assert set(wanted) <= set(ours), set(wanted) - set(ours)
    for name, percent in wanted.items():
        assert abs(100 * ours[name] - percent) <= entry["tolerance"] + 1e-9, (name, ours[name], percent)
    for name, percent in entry["recomputed"].items():
        if name in ours:
            assert round(100 * ours[name], 1) == pytest.approx(percent, abs=0.051), name


def test_star_wars_films_seen():
    seen = survey("star-wars").proportion("seen").to_frame()
    assert set(seen["n"]) == {check("starwars-seen")["printed"]["n"]}
    close("starwars-seen", dict(zip(seen["level"], seen["estimate"], strict=True)))


def test_star_wars_best_film():
    """Ranked first, among those who have seen all six films."""
    best = survey("star-wars").proportion("rank", answers=["1"], where="seen_all").to_frame()
    assert best["n"].max() == check("starwars-best")["printed"]["n"]
    close("starwars-best", dict(zip(best["film"], best["estimate"], strict=True)))


def test_star_wars_favourable_characters():
    """Top two of five; people who do not know the character stay in the base."""
    liked = survey("star-wars").proportion("opinion", top=2).to_frame()
    close("starwars-favourable", dict(zip(liked["character"], liked["estimate"], strict=True)))


def test_star_wars_top_box_of_the_banner_table_is_the_same():
    liked = survey("star-wars").proportion("opinion", top=2).to_frame()
    rows = survey("star-wars").tabulate("opinion").to_frame()
    net = rows[(rows["kind"] == "net") & (rows["level"] == "Top 2")]
    pd.testing.assert_series_equal(
        net.set_index("subject")["estimate"], liked.set_index("character")["estimate"], check_names=False
    )


def test_star_wars_who_shot_first():
    shot = survey("star-wars").tabulate("shot_first").to_frame()
    assert set(shot["n"]) == {check("starwars-shot-first")["recomputed"]["n"]}
    close("starwars-shot-first", dict(zip(shot["level"], shot["estimate"], strict=True)), ("n_reported",))


def test_wording_of_a_grid_is_what_its_columns_share():
    wording = survey("star-wars").proportion("opinion", top=2).topic.wording
    assert wording.startswith("Please state whether you view the following characters favorably")
    assert "Han Solo" not in wording
