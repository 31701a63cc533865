"""What `inspect` detects, on small files whose construction is known, and on published designs."""

from __future__ import annotations

import csv
import tomllib

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.datasets import folder
from survey_analysis.frames.facts import ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.draft import draft_study
from survey_analysis.readers.inspect import Inspection, inspect
from survey_analysis.readers.read import read_table
from survey_analysis.study.build import build
from survey_analysis.study.load import parse
from survey_analysis.study.scales import MissingCode
from survey_analysis.study.study import Study

N = 200
RNG = np.random.default_rng(20240229)
AGREE = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]


def raw(columns: dict[str, object], **facts: object) -> RawTable:
    """Text cells of a small file."""
    frame = pd.DataFrame({k: [str(x) for x in v] for k, v in columns.items()}, dtype=object)  # type: ignore[attr-defined]
    return RawTable(frame, name="small.csv", format="csv", **facts)  # type: ignore[arg-type]


def drawn(answers: list[str], n: int = N) -> list[str]:
    return list(RNG.choice(answers, n))


def drafted(found: Inspection, table: RawTable) -> Study:
    return build(parse(tomllib.loads(draft_study(found))), columns=table.columns)


def kinds(found: Inspection) -> dict[str, str]:
    return {c.column: c.kind for c in found.columns}


# --- facts of the file go before guesses ------------------------------------------------------------------------


def test_sets_of_the_file_become_multiple_response_questions() -> None:
    table = raw(
        {"a": drawn(["1", "2"]), "b": drawn(["1", "2"]), "s1": drawn(["1", "2"]), "s2": drawn(["2", "3"])},
        sets=(
            ResponseSet("$seen", "dichotomy", ("a", "b"), (("a", "Alien"), ("b", "Blade")), "Seen?", ("1",)),
            ResponseSet("likes", "categories", ("s1", "s2"), (("1", "Nuts"), ("2", "Milk"), ("3", "Salt"))),
        ),
    )
    found = inspect(table)
    assert [(g.kind, g.name, g.confidence) for g in found.groups] == [
        ("multiple", "seen", "high"),
        ("slots", "likes", "high"),
    ]
    study = drafted(found, table)
    seen, likes = study.codebook.question("seen"), study.codebook.question("likes")
    assert (seen.selected, [o.label for o in seen.options]) == (("1",), ["Alien", "Blade"])
    assert (likes.slots, [o.label for o in likes.options]) == (("s1", "s2"), ["Nuts", "Milk", "Salt"])


def test_labels_stems_routing_and_missing_of_the_file_are_kept() -> None:
    codes = tuple((str(i + 1), x) for i, x in enumerate(AGREE))
    items = {"qa": "easy", "zz": "cheap"}
    table = raw(
        {c: drawn(["1", "2", "3", "4", "5", "7"]) for c in items},
        labels=dict.fromkeys(items, codes),
        stems=dict.fromkeys(items, "It is ..."),
        items=items,
        routing={"qa": "zz == 1"},
        missing=dict.fromkeys(items, (MissingCode(code="7", kind="refused"),)),
    )
    found = inspect(table)
    assert [(g.kind, g.confidence, g.columns) for g in found.groups] == [("grid", "high", ("qa", "zz"))]
    question = drafted(found, table).codebook.question("qa")
    assert (question.kind, question.short, question.asked_if) == ("likert", "easy", "zz == 1")
    assert [m.code for m in question.scale.missing] == ["7"]


def test_measured_numbers_are_numbers_and_nominal_ones_codes() -> None:
    table = raw({"a": drawn(["1", "2", "3"]), "b": drawn(["1", "2", "3"])}, measure={"a": "nominal"})
    assert {c.column: c.confidence for c in inspect(table).columns} == {"a": "high", "b": "medium"}


# --- scales and their direction ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("labels", "favourable"), [(AGREE, "last"), (AGREE[::-1], "first")])
def test_direction_of_coded_scales_is_that_of_their_words(labels, favourable) -> None:
    codes = tuple((str(i + 1), x) for i, x in enumerate(labels))
    table = raw({"q": drawn(list("12345"))}, labels={"q": codes})
    scale = drafted(inspect(table), table).codebook.question("q").scale
    assert ([x.code for x in scale.levels], scale.favourable) == (list("12345"), favourable)
    assert "favourable end 'Strongly agree'" in inspect(table).columns[0].evidence


def test_codes_below_zero_are_missing_but_not_those_of_a_scale_around_zero() -> None:
    table = raw({"a": drawn(["1", "2", "-9", "-1"]), "b": drawn(["-2", "-1", "0", "1", "2"])})
    study = drafted(inspect(table), table)
    assert {m.code for m in study.codebook.question("a").scale.missing} == {"-9", "-1"}
    assert study.codebook.question("b").scale.missing == ()
    assert "codes below zero: taken for missing" in draft_study(inspect(table))


def test_codes_that_stand_apart_leave_the_scale_and_stay_in_the_base() -> None:
    table = raw({"a": drawn(["1", "2", "3", "99"])})
    scale = drafted(inspect(table), table).codebook.question("a").scale
    assert ([x.code for x in scale.levels], [x.code for x in scale.outside]) == (["1", "2", "3"], ["99"])


def test_a_ranking_is_seen_in_its_rows() -> None:
    rows = np.array([RNG.permutation(4) + 1 for _ in range(N)])
    table = raw({f"rank_{j + 1}": rows[:, j] for j in range(4)})
    found = inspect(table)
    assert [(g.kind, g.ranking) for g in found.groups] == [("grid", True)]
    assert drafted(found, table).codebook.question("rank_1").scale.favourable == "first"


# --- several answers --------------------------------------------------------------------------------------------


def test_several_answers_in_one_cell() -> None:
    cells = [
        ";".join(sorted(RNG.choice(list("1234"), RNG.integers(1, 4), replace=False))) + ";" for _ in range(N)
    ]
    table = raw({"q8": cells, "text": ["Yes, they should not", "No, the person"] * (N // 2)})
    found = inspect(table)
    assert kinds(found) == {"q8": "multiple", "text": "single"}
    question = drafted(found, table).codebook.question("q8")
    assert (question.separator, question.slots, len(question.options)) == (";", ("q8",), 4)
    survey = sa.read(table.frame, study=_mapping(found))
    share = survey.proportion("q8").to_frame().set_index("level")["estimate"]
    assert share["3"] == pytest.approx(np.mean(["3" in c for c in cells]), abs=1e-12)


def test_answers_joined_by_commas_that_also_stand_inside_them() -> None:
    """Answers as Google Forms joins them; one of the options holds the separator itself."""
    options = np.array(["Bread", "Milk, fresh or not", "Fish", "Eggs"])
    chosen = RNG.random((N, 4)) < 0.5
    chosen[~chosen.any(axis=1), 0] = True
    table = raw(
        {
            "q": [", ".join(options[row]) for row in chosen],
            "work": drawn(["Employed, full-time", "Not employed"]),
        }
    )
    found = inspect(table)
    assert kinds(found) == {"q": "multiple", "work": "single"}
    survey = sa.read(table.frame, study=_mapping(found))
    share = survey.proportion("q").to_frame().set_index("level")["estimate"]
    assert share.to_dict() == pytest.approx(dict(zip(options, chosen.mean(axis=0), strict=True)))


def test_yes_and_no_are_a_multi_select_only_where_the_wording_says_so() -> None:
    cells = {f"q1_{i}": drawn(["Yes", "No"]) for i in range(1, 5)}
    assert inspect(raw(cells)).groups[0].kind == "grid"
    asked = {c: f"Which of these do you own? Select all that apply. - thing {c}" for c in cells}
    found = inspect(raw(cells, wording=asked))
    assert (found.groups[0].kind, found.groups[0].selected) == ("multiple", ("Yes",))


def test_an_order_of_presentation_is_no_question() -> None:
    table = raw({"order_src": [";".join(RNG.permutation(list("1234"))) for _ in range(N)]})
    assert kinds(inspect(table)) == {"order_src": "order"}


# --- sources ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ["micro_trust", "celeb_trust", "micro_expert", "celeb_expert"],
        ["Q20_1_micro", "Q20_1_celeb", "Q20_2_micro", "Q20_2_celeb"],
        ["1_Q20", "2_Q20", "1_Q21", "2_Q21"],
        ["Q20.micro.a", "Q20.celeb.a", "Q20.micro.b", "Q20.celeb.b"],
    ],
)
def test_items_about_several_sources_in_a_wide_file(names) -> None:
    table = raw({"id": range(N)} | {n: drawn(list("12345")) for n in names})
    found = inspect(table)
    assert len(found.batteries) == 1
    assert found.batteries[0].evidence.startswith("2 items asked about each of 2")
    assert set(found.batteries[0].columns) == set(names)
    study = drafted(found, table)
    batteries = [q for q in study.codebook if q.over]
    assert {tuple(q.columns.values()) for q in batteries} == {tuple(names[:2]), tuple(names[2:])}


@pytest.mark.parametrize(
    "names",
    [["q1_1", "q1_2", "q2_1", "q2_2"], ["a_1", "a_2", "a_3", "b_1"], ["acs.k3", "acs.46", "acs.core"]],
)
def test_numbered_items_are_no_sources(names) -> None:
    assert inspect(raw({n: drawn(list("12345")) for n in names})).batteries == ()


def test_the_batteries_of_the_founding_study() -> None:
    """Its codebook says which columns ask about which source; the draft finds the same sets."""
    place = folder("micro_influencer")
    with (place / "codebook.csv").open(encoding="utf-8", newline="") as handle:
        rows = [
            r for r in csv.DictReader(handle) if r["subject"] in ("micro", "average", "celebrity", "advocate")
        ]
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row["question"], set()).add(row["column"])
    found = inspect(read_table(place / "responses.csv"))
    (battery,) = found.batteries
    assert {frozenset(own.values()) for own in battery.items.values()} == set(map(frozenset, wanted.values()))
    assert list(battery.sources.values()) == [
        "a micro-influencer", "an average consumer", "a celebrity", "a brand advocate",
    ]  # fmt: skip
    assert '[design.order.source]\ncolumn = "order_src"' in draft_study(found)


def test_one_row_a_rating() -> None:
    people = np.repeat(np.arange(60), 3)
    table = raw(
        {"respondent_id": people, "source": ["micro", "celebrity", "friend"] * 60, "trust": drawn(AGREE, 180)}
    )
    found = inspect(table)
    assert (found.long.id, found.long.source, found.long.confidence) == ("respondent_id", "source", "high")
    survey = sa.read(table.frame, study=_mapping(found))
    assert (survey.study.design.id, survey.frame.n_psu) == ("respondent_id", 60)


def _mapping(found: Inspection) -> dict[str, object]:
    told = tomllib.loads(draft_study(found))
    told["study"].pop("data", None)
    return told


# --- designs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "method", "ratio", "std_error"),
    [
        ("nhanes2brr_subset.csv.gz", "BRR", 0.426082, 0.00273),
        ("nhanes2jk_subset.csv.gz", "JKn", 0.423502, 0.003464),
    ],
)
def test_replicate_weights_give_the_printed_standard_error(shared, file, method, ratio, std_error) -> None:
    """Ratio of weight to height, samplics documentation, `published.json` nhanes2-brr-ratio and -jk-ratio."""
    path = shared("nhanes2", file)
    found = inspect(read_table(path))
    assert (found.design.replicates.method, found.design.weight) == (method, "finalwgt")
    assert kinds(found)["weight"] == "numeric"  # body weight beside the sampling weight
    estimate = sa.read(path, study=_mapping(found)).ratio("weight", "height").to_frame().iloc[0]
    assert estimate["estimate"] == pytest.approx(ratio, abs=5e-7)
    assert estimate["std_error"] == pytest.approx(std_error, abs=5e-7)


def test_fay_and_bootstrap_weights() -> None:
    weight = RNG.uniform(0.5, 2, N)
    half = RNG.choice([0.7, 1.3], (N, 16))
    fay = {"weight": weight} | {f"repwt{j + 1}": weight * half[:, j] for j in range(16)}
    found = inspect(raw(fay)).design
    assert (found.replicates.method, found.replicates.rho) == ("Fay", 0.7)
    times = RNG.poisson(1, (N, 20))
    boot = {"weight": weight} | {f"bsw{j + 1}": weight * times[:, j] for j in range(20)}
    assert inspect(raw(boot)).design.replicates.method == "bootstrap"


def test_strata_from_population_counts(shared) -> None:
    design = inspect(read_table(shared("california-api", "apistrat.csv"))).design
    assert (design.strata, design.fpc, design.weight, design.psu) == ("stype", "fpc", "pw", "")


def test_strata_and_units_numbered_within_them(shared) -> None:
    design = inspect(read_table(shared("nhanes2", "nhanes2.csv.gz"))).design
    assert (design.strata, design.psu, design.nest, design.weight) == ("stratid", "psuid", True, "finalwgt")


def test_of_two_weights_with_mean_one_a_person_chooses() -> None:
    weights = {f"weight_{x}": (v := RNG.uniform(0.5, 1.5, N)) / v.mean() for x in "ab"}
    found = inspect(raw({"q": drawn(["a", "b"])} | weights))
    assert (found.design.weight, found.design.weights) == ("", ("weight_a", "weight_b"))
    text = draft_study(found)
    assert "# a weight? 'weight_a': named like a weight; positive, mean 1" in text
    assert "\nweight = " not in text


def test_timings_platform_columns_and_spans() -> None:
    table = raw(
        {
            "t_page1": RNG.uniform(1, 9, N).round(2),
            "Q5_First Click": RNG.uniform(1, 9, N).round(2),
            "Status": ["0"] * N,
            "duration": [f"0 days 00:0{i % 9}:10.8" for i in range(N)],
        }
    )
    assert list(kinds(inspect(table)).values()) == ["timing", "timing", "platform", "duration"]
    assert '# duration = "duration"' in draft_study(inspect(table))  # the role is read as seconds


def test_the_labelled_original_of_anes(shared) -> None:
    """Labels say what codes below zero are, wording says which columns are strata and units (codebook of ANES 2020)."""
    found = inspect(read_table(shared("anes-2020", "anes_2020_stata_example.dta")))
    design = found.design
    assert (design.weight, design.strata, design.psu, design.nest) == (
        "V200010b", "V200010d", "V200010c", True,
    )  # fmt: skip
    study = build(parse(tomllib.loads(draft_study(found))))
    scale = study.codebook.question("V201006").scale
    assert (scale.favourable, [x.code for x in scale.levels]) == ("first", ["1", "2", "3"])
    assert [(m.code, m.kind) for m in study.codebook.question("V201102").scale.missing] == [
        ("-1", "not_applicable"), ("-8", "dont_know"), ("-9", "refused"),
    ]  # fmt: skip
