"""Drafts of real files: a person changes at most five lines, and printed numbers come out of the study file."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
from oracles.harness import shared

from real.drafts import CASES, changed, draft, read
from real.printed import ESTIMATE, by_answer, compare, numbers, only
from real.published import check, same_words
from survey_analysis.cli import main

pytestmark = pytest.mark.oracle
MOST_CHANGED = 5
FOLDERS = sorted(CASES)


@pytest.mark.parametrize("folder", FOLDERS)
def test_at_most_five_lines_differ_from_the_draft(folder, capsys):
    case = CASES[folder]
    made = draft(folder)
    lines = changed(made.study, case.path.read_text(encoding="utf-8"))
    codebook = case.path.with_name("codebook.csv").read_text(encoding="utf-8")
    lines += changed(made.codebook, codebook)
    with capsys.disabled():
        print(f"\n{folder}: {len(lines)} lines of {case.path.name} and codebook.csv differ from the draft")
    assert 1 <= len(lines) <= MOST_CHANGED, "\n".join(lines)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_study_file_validates(folder, tmp_path, capsys):
    case = CASES[folder]
    told = case.path.read_text(encoding="utf-8")
    if case.given is not None:  # named from the folder of the study file
        told = told.replace(f'metadata = "{case.metadata}"', f'metadata = "{case.given.as_posix()}"')
    (tmp_path / "study.toml").write_text(told, encoding="utf-8")
    shutil.copy(case.path.with_name("codebook.csv"), tmp_path)
    data = str(shared("data", folder, case.data))
    assert main(["validate", str(tmp_path / "study.toml"), "--data", data]) == 0
    assert capsys.readouterr().out.endswith("\nNo problems.\n")


@pytest.mark.parametrize("folder", ["product-test", "flying-etiquette"])
def test_a_report_is_made_of_the_draft_as_it_is(folder, tmp_path, capsys):
    data = shared("data", folder, CASES[folder].data)
    assert main(["inspect", str(data), "--write", str(tmp_path / "study")]) == 0
    study = str(tmp_path / "study" / "study.toml")
    assert main(["report", study, "--to", "html", "--out", str(tmp_path / "out")]) == 0
    assert list((tmp_path / "out").rglob("*.html"))
    capsys.readouterr()


def test_anes():
    survey = read("anes-2020")
    assert (survey.frame.n_psu, survey.frame.design_df) == (101, 51)
    for identifier, question in (
        ("anes-trust-government", "TrustGovernment"),
        ("anes-trust-people", "TrustPeople"),
    ):
        shares = by_answer(survey.proportion(question), *ESTIMATE)
        compare(identifier, {answer: [100 * x for x in pair] for answer, pair in shares.items()})


def test_california_schools():
    row = only(read("california-api").mean("api00").to_frame())
    mean, se = numbers(row, *ESTIMATE)
    compare("api-strat-mean", {"mean": mean, "se": se})


def test_nhanes():
    row = only(read("nhanes2").mean("zinc", df="design").to_frame())
    mean, se, low, high = numbers(row, *ESTIMATE, "conf_low", "conf_high")
    compare(
        "nhanes2-zinc", {"mean": mean, "se": se, "ci": [low, high], "df": read("nhanes2").frame.design_df}
    )


def test_recs():
    row = only(read("recs-2015").mean("TOTSQFT_EN", level=0.90).to_frame())
    mean, low, high = numbers(row, "estimate", "conf_low", "conf_high")
    compare("recs-sqft", {"mean": mean, "ci90": [low, high]})


def test_product_preferences():
    printed = check("product-preferences")["printed"]
    shares = by_answer(read("product-test").proportion("preferred"), "estimate", "n")
    for answer in ("VSX123", "SDF456", "Hard to say"):
        share, n = shares[answer]
        assert (round(100 * share, 1), n) == (printed[answer]["total"], printed["n"]["total"])


def close(identifier: str, ours: dict[str, float], *, leave: tuple[str, ...] = ()) -> int:
    """Every printed percentage, within the tolerance of the entry."""
    entry = check(identifier)
    wanted = {k: v for k, v in entry["printed"].items() if k not in leave}
    for name, percent in wanted.items():
        assert abs(100 * ours[name] - percent) <= entry["tolerance"] + 1e-9, (name, ours[name], percent)
    return len(wanted)


def test_flying_etiquette():
    survey = read("flying-etiquette")
    recline = survey.proportion("do_you_ever_recline_your_seat_when_you").to_frame()
    assert set(recline["n"]) == {check("flying-recline-frequency")["printed"]["n"]}
    ours = dict(zip(recline["level"], recline["estimate"], strict=True))
    assert close("flying-recline-frequency", ours, leave=("n",)) == 5
    rude = survey.proportion("is_itrude_to_recline_your_seat_on_a", top=2)
    keep = survey.proportion("given_the_opportunity_would_you", answers=["No"])
    assert (len(survey), rude.to_frame()["n"].max()) == (1040, 854)
    ours = {"rude": rude.value, "would_not_eliminate": keep.value}
    assert close("flying-rude", ours, leave=("n_total", "n_flown", "obligation")) == 2


def test_star_wars():
    survey = read("star-wars")
    seen = survey.proportion("q03").to_frame()
    assert set(seen["n"]) == {check("starwars-seen")["printed"]["n"]}
    ours = {" ".join(x.split()[2:4]): p for x, p in zip(seen["level"], seen["estimate"], strict=True)}
    assert close("starwars-seen", ours, leave=("n",)) == 4
    names = {q.short: q.name for q in survey.codebook if q.name.startswith("q05_")}
    spelled = {"Princess Leia": "Princess Leia Organa", "R2-D2": "R2 D2", "C-3PO": "C-3P0"}
    printed = check("starwars-favourable")["printed"]
    ours = {who: survey.proportion(names[spelled.get(who, who)], top=2).value for who in printed}
    assert close("starwars-favourable", ours) == 9


def test_masculinity(capsys):
    """All printed percentages of all men; the scales of the draft hold every answer of every table."""
    survey = read("masculinity-survey")
    seen = 0
    for table in check("masculinity-crosstabs")["tables"]:
        first = table["column"].removesuffix("*")
        name = next(
            q.name for q in survey.codebook
            if any(c == first or (first != table["column"] and c.startswith(first)) for c in q.all_columns)
        )  # fmt: skip
        shares = {same_words(a): e[0] for a, e in by_answer(survey.proportion(name), "estimate").items()}
        for answer, percent in table["percent"].items():
            ours = shares[same_words(answer)]
            assert math.floor(100 * ours + 0.5) == percent["Adult Men"], (name, answer, ours)
            seen += 1
    with capsys.disabled():
        print(f"\nmasculinity, from the draft: {seen} printed percentages of all men, equal as printed")
    assert seen == sum(len(t["percent"]) for t in check("masculinity-crosstabs")["tables"]) > 180


def test_the_tracker_by_its_metadata():
    """Labels, statements and sets of the metadata file; three stores were rated on ten statements."""
    survey = read("sporting-goods-tracker")
    batteries = [q for q in survey.codebook if q.over]
    assert (len(batteries), len(survey.codebook.subjects["source"].keys)) == (10, 3)
    assert [q.name for q in survey.codebook if q.kind == "multiple"] == ["q2", "q3", "q8", "q9"]
    assert survey.codebook.question("q5_1").scale.missing[0].label == "Don't know"
    cells = survey.table.raw.column("q3")
    share = survey.proportion("q3", answers=["Basketball"])
    assert share.to_frame()["n"].max() == (cells != "").sum()


def test_the_committed_files_hold_no_paths():
    for case in CASES.values():
        assert "/" not in Path(case.data).name
        told = case.path.read_text(encoding="utf-8")
        assert f'data = "{case.data}"' in told
