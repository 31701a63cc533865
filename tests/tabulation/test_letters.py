"""Letters: what is compared, who gets which letter, and that each p value is the design-based difference's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.core.multiplicity import adjust
from survey_analysis.tabulation.letter_rule import letter
from survey_analysis.wording.letters import letter_lines


def people(n: int = 900, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = rng.choice(["x", "y", "z"], n, p=[0.5, 0.3, 0.2])
    lean = {"x": 0.35, "y": 0.5, "z": 0.62}
    return pd.DataFrame(
        {
            "q": np.where(rng.random(n) < [lean[a] for a in g], "yes", "no"),
            "g": g,
            "h": rng.choice(["m", "w"], n),
            "w": rng.lognormal(0, 0.4, n),
            "c": rng.integers(0, 60, n),
            "s": rng.integers(0, 3, n),
        }
    )


@pytest.fixture(scope="module")
def survey() -> sa.Survey:
    data = people()
    data["s"] = data["c"] % 3
    return sa.read(data, weight="w", psu="c", strata="s")


def row_of(table: sa.Crosstab, level: str = "yes") -> int:
    return int(np.flatnonzero(table.letters.lines["level"] == level)[0])


def test_p_values_are_those_of_compare(survey: sa.Survey) -> None:
    table = survey.tabulate("q", by=["g", "h"])["q"]
    found = table.letters.to_frame().query("level == 'yes' and column == 'g:x'")
    pairs = survey.proportion("q", answers=["yes"], by="g").compare(adjust="none").to_frame()
    for key in ("y", "z"):
        ours = found[found["against"] == f"g:{key}"].iloc[0]
        theirs = pairs[(pairs["a"] == "x") & (pairs["b"] == key)].iloc[0]
        for column in ("estimate", "std_error", "df", "statistic", "p_value"):
            assert ours[column] == pytest.approx(theirs[column], rel=1e-10), (key, column)


def test_the_lower_column_is_named_in_the_higher_one(survey: sa.Survey) -> None:
    table = survey.tabulate("q", by=["g", "h"])["q"]
    letters = table.letters
    assert letters.names == ("", "A", "B", "C", "D", "E")
    assert letters.sets == ("A/B/C", "D/E")
    yes = dict(zip(letters.columns, letters.letters[row_of(table)], strict=True))
    no = dict(zip(letters.columns, letters.letters[row_of(table, "no")], strict=True))
    assert "A" in yes["g:z"]
    assert "C" in no["g:x"]
    assert yes["total"] == ""


def test_letters_begin_again_in_a_span_when_asked(survey: sa.Survey) -> None:
    table = survey.tabulate("q", by=["g", "h"], naming="span")["q"]
    assert table.letters.names == ("", "A", "B", "C", "A", "B")


def test_swapping_two_columns_swaps_their_letters() -> None:
    data = people()
    turned = data.assign(g=data["g"].map({"x": "z", "y": "y", "z": "x"}))
    one, two = (sa.read(d, weight="w").tabulate("q", by="g")["q"] for d in (data, turned))
    swap = str.maketrans("ACac", "CAca")
    a = one.letters.letters[row_of(one)].tolist()
    b = [x.translate(swap) for x in two.letters.letters[row_of(two)]]
    assert [sorted(x) for x in a] == [sorted(b[0]), sorted(b[3]), sorted(b[2]), sorted(b[1])]


@pytest.mark.parametrize("against", ["rest", "total"])
def test_signs_against_everybody_and_the_rest(survey: sa.Survey, against: str) -> None:
    table = survey.tabulate("q", by="g", letters=against)["q"]
    yes = dict(zip(table.letters.columns, table.letters.letters[row_of(table)], strict=True))
    assert yes["g:x"] == "-"
    assert yes["g:z"] == "+"


def test_part_against_whole_has_the_z_of_part_against_rest() -> None:
    """The same hypothesis: p_a - p is (1 - share of a) times p_a - p_rest, so t differs by the variance of that share."""
    survey = sa.read(people())
    t = {a: survey.tabulate("q", by="g", letters=a)["q"].letters for a in ("rest", "total")}
    np.testing.assert_allclose(t["rest"].statistic, t["total"].statistic, rtol=0.03)


def test_previous_first_and_chosen_pairs(survey: sa.Survey) -> None:
    pairs = {
        "previous": (("g:y", "g:x"), ("g:z", "g:y")),
        "first": (("g:y", "g:x"), ("g:z", "g:x")),
        "A/C": (("g:x", "g:z"),),
    }
    for letters, expected in pairs.items():
        assert survey.tabulate("q", by="g", letters=letters)["q"].letters.pairs == expected
    named = survey.tabulate("q", by="g", letters=[("x", "z")])["q"].letters
    assert named.pairs == (("g:x", "g:z"),)
    with pytest.raises(sa.errors.ColumnNotFoundError, match="no column of the banner"):
        survey.tabulate("q", by="g", letters="A/K")


def test_small_bases_are_marked_and_not_tested() -> None:
    data = people(400)
    data.loc[data.index[:380], "g"] = "x"
    table = sa.read(data).tabulate("q", by="g", min_base=(15, 500))["q"]
    printed = repr(table.table())
    small = [k for k, n in zip(table.bases["key"], table.bases["n"], strict=True) if n < 15]
    assert small
    frame = table.letters.to_frame()
    touched = frame["column"].isin(small) | frame["against"].isin(small)
    assert (frame.loc[touched, "method"] == "small base").all()
    assert frame.loc[touched, "p_value"].isna().all()
    assert "**" in printed


def test_families(survey: sa.Survey) -> None:
    raw = survey.tabulate(["q", "h"], by="g")
    p = {t.topic.question: t.letters.p_value for t in raw.tables}
    row = survey.tabulate("q", by="g", adjust="holm")["q"].letters
    np.testing.assert_allclose(row.p_adjusted[0], adjust(p["q"][0], "holm"))
    table = survey.tabulate("q", by="g", adjust="bh", family="table")["q"].letters
    np.testing.assert_allclose(table.p_adjusted.ravel(), adjust(p["q"].ravel(), "bh"))
    book = survey.tabulate(["q", "h"], by="g", adjust="bonferroni", family="book")
    every = np.concatenate([x.ravel() for x in p.values()])
    got = np.concatenate([t.letters.p_adjusted.ravel() for t in book.tables])
    np.testing.assert_allclose(got, adjust(every, "bonferroni"))
    assert any("all tests of the book" in line for line in letter_lines(book.tables[0]))


def test_overlapping_columns_count_people_once() -> None:
    """A multiple-response banner: columns share people; R's svycontrast is core.differences, which is tested there."""
    rng = np.random.default_rng(4)
    n = 500
    data = pd.DataFrame(
        {"q": rng.choice(["yes", "no"], n), "tv": rng.random(n) < 0.6, "web": rng.random(n) < 0.5}
    )
    survey = sa.read(data)
    by = {"label": "Uses", "levels": {"TV": "tv == 'True'", "Web": "web == 'True'"}}
    frame = survey.tabulate("q", by=[by])["q"].letters.to_frame().query("level == 'yes'").iloc[0]
    y, a, b = (data["q"] == "yes").to_numpy(float), data["tv"].to_numpy(float), data["web"].to_numpy(float)
    pa, pb = (y * a).sum() / a.sum(), (y * b).sum() / b.sum()
    u = a * (y - pa) / a.sum() - b * (y - pb) / b.sum()
    assert frame["estimate"] == pytest.approx(pa - pb)
    assert frame["std_error"] == pytest.approx(np.sqrt(n / (n - 1) * ((u - u.mean()) ** 2).sum()), rel=1e-12)


def test_a_margin_marks_what_is_alike_and_detectable_says_what_would_be_found() -> None:
    rng = np.random.default_rng(1)
    n = 4000
    data = pd.DataFrame({"q": rng.choice(["yes", "no"], n), "g": rng.choice(["x", "y"], n)})
    table = sa.read(data).tabulate("q", by="g", margin=0.08, detectable=True)["q"]
    assert table.letters.equivalent.all()
    text = repr(table.table())
    assert "≈B" in text
    assert "differ by less than 8 points" in text
    assert "Smallest differences of shares found with 80% power" in text
    one = table.letters
    assert one.detectable[0, 0] == pytest.approx((1.9605 + 0.8417) * one.std_error[0, 0], rel=1e-3)


def test_the_footer_counts_tests_and_what_chance_gives(survey: sa.Survey) -> None:
    table = survey.tabulate("q", by=["g", "h"])["q"]
    assert table.letters.tests == 2 * (3 + 1)
    text = " ".join(letter_lines(table))
    assert "A/B/C, D/E compared" in text
    assert "8 tests: about 0.4 letters at 95% (0.8 at 90%) would appear by chance alone" in text
    matrix = table.letters.p_matrix("yes")
    assert matrix.loc["g:x", "g:y"] == matrix.loc["g:y", "g:x"]
    assert np.isnan(matrix.loc["g:x", "h:m"])


def test_many_columns_have_double_letters() -> None:
    assert [letter(i) for i in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"letters": "sideways"}, "is not known"),
        ({"letters": "none", "adjust": "holm"}, "has no meaning without letters"),
        ({"levels": (0.9, 0.95)}, "not confidence levels"),
        ({"min_base": (100, 30)}, "cannot be"),
        ({"continuity": True}, "rules of other systems"),
        ({"margin": -1}, "no half width"),
        ({"family": "book"}, "does nothing without an adjustment"),
        ({"convention": "sas"}, "is not known"),
    ],
)
def test_options_are_used_or_refused(survey: sa.Survey, options: dict[str, object], said: str) -> None:
    with pytest.raises(sa.errors.EstimationError, match=said):
        survey.tabulate("q", by="g", **options)


@pytest.mark.slow
@pytest.mark.parametrize("against", ["columns", "rest", "total"])
def test_size_is_near_five_percent_under_weights_and_clusters(against: str) -> None:
    hits = tests = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        n = 600
        cluster = rng.integers(0, 80, n)
        y = rng.normal(0, 0.6, 80)[cluster] + rng.normal(0, 1, n) > 0.2
        data = pd.DataFrame(
            {
                "q": np.where(y, "yes", "no"),
                "g": rng.choice(["x", "y", "z"], n, p=[0.6, 0.3, 0.1]),
                "c": cluster,
                "w": rng.lognormal(0, 0.5, n),
            }
        )
        letters = (
            sa.read(data, weight="w", psu="c")
            .tabulate("q", by="g", letters=against, tests="none")["q"]
            .letters
        )
        p = letters.p_value[0]
        hits += int((p < 0.05).sum())
        tests += len(p)
    assert 0.02 < hits / tests < 0.085, hits / tests
