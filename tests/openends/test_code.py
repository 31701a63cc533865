"""Coded answers: shares with their design, counts, uncoded words, quotes by rule, double coding."""

from __future__ import annotations

import numpy as np
import pytest
from builders import survey
from estimation import by_hand

from survey_analysis.core.covariance import covariance
from survey_analysis.errors import EstimationError, StudyError
from survey_analysis.openends.quotes import RULE
from survey_analysis.reporting.section_open_ends import open_ends_part

SOURCES = {"micro": "Micro-influencer", "star": "Celebrity"}
FRAME = {
    "question": "why",
    "short": "Reasons",
    "nothing": ["not sure"],
    "codes": {
        "knows": {"label": "Knows it", "words": ["know*", "expert*"]},
        "honest": {"label": "Is honest", "words": ["honest*"]},
        "sells": {"label": "Sells", "words": ["advert*", "paid"]},
    },
}
TEXTS = (
    "they know it well", "an expert", "honest people", "they know it and are honest", "it is an advert", "paid to say so",
    "not sure", "my sister said so", "no reason at all", "they are nice to me", "",
)  # fmt: skip


def talk(seed=4, n=260, **more):
    """Two sources, three in four rated by each of n weighted people in strata, some with another coding."""
    rng = np.random.default_rng(seed)
    columns = {
        "id": [f"p{i}" for i in range(n)],
        "w": [f"{x:.3f}" for x in rng.uniform(0.4, 2.2, n)],
        "region": list(rng.choice(["north", "south"], n)),
    }
    for source, shift in (("micro", 0), ("star", 3)):
        said = rng.integers(0, len(TEXTS), n)
        said = np.where(rng.random(n) < 0.3, (said + shift) % len(TEXTS), said)
        columns[f"{source}_why"] = [TEXTS[i] for i in said]
        truth = np.array([TEXTS[i].split(" ")[0] for i in said])
        coder = np.select([truth == "it", truth == "honest"], ["sells", "honest"], "knows")
        columns[f"{source}_coder"] = list(np.where(rng.random(n) < 0.1, "", coder))
    columns |= more.pop("columns", {})
    return survey(
        columns,
        design={"id": "id", "weight": "w", "strata": "region"},
        subjects={"source": SOURCES},
        batteries={
            "why": {
                "over": "source",
                "columns": "{source}_why",
                "kind": "open",
                "base": "people who rated a {source}",
            },
            "coder": {"over": "source", "columns": "{source}_coder", "scale": "codes", "kind": "single"},
        },
        scales={
            "codes": {
                "levels": [["knows", "Knows it"], ["honest", "Is honest"], ["sells", "Sells"], ["far", "Far"]]
            }
        },
        questions={"region": {"levels": ["north", "south"]}},
        frames={"reasons": FRAME, **more.pop("frames", {})},
    )


@pytest.fixture(scope="module")
def data():
    return talk()


def _read(texts):
    """The codes of the texts above, by hand."""
    given = {
        "Knows it": [("know" in t) or ("expert" in t) for t in texts],
        "Is honest": ["honest" in t for t in texts],
        "Sells": [("advert" in t) or ("paid" in t) for t in texts],
    }
    said = np.array([t not in ("", "not sure") for t in texts])
    out = {k: np.array(v) & said for k, v in given.items()}
    return out | {"Something else": said & ~np.any(list(out.values()), axis=0)}, said


def test_shares_and_standard_errors_by_hand(data):
    frame, w = data.table.raw.frame, data.frame.weight
    rows = data.reasons("why", by="source").to_frame()
    for source, label in SOURCES.items():
        codes, said = _read(list(frame[f"{source}_why"]))
        for level, given in codes.items():
            theta, z = by_hand.ratio(given * 1.0, said * 1.0, w)
            row = rows[(rows["source"] == label) & (rows["level"] == level)].iloc[0]
            assert row["estimate"] == pytest.approx(float(theta), rel=1e-12)
            assert row["std_error"] == pytest.approx(np.sqrt(covariance(z, data.frame)[0, 0]), rel=1e-10)
            assert row["n"] == said.sum()


def test_the_largest_come_first_and_other_last(data):
    rows = data.reasons("why").to_frame()
    for label in SOURCES.values():
        own = rows[rows["source"] == label]
        assert own["estimate"].iloc[:-1].is_monotonic_decreasing
        assert own["level"].iloc[-1] == "Something else"
    top = data.reasons("why", top=2).to_frame()
    assert top.groupby("source").size().tolist() == [2, 2]
    assert "Something else" not in set(top["level"])
    assert data.reasons("why", by=["source", "region"], top=1).to_frame().shape[0] == 4
    for wrong in (0, True, 1.5):
        with pytest.raises(EstimationError, match="no number of reasons"):
            data.reasons("why", top=wrong)


def test_sources_rated_by_the_same_people_are_compared_as_paired(data):
    test = data.reasons("why").compare("star", dim="source")
    rows = test.to_frame()
    assert set(rows["base"]) == {"own", "common"}
    assert (rows["relation"] != "independent").all()
    assert set(rows["level"]) == {"Knows it", "Is honest", "Sells", "Something else"}


def test_a_domain_and_replicates_keep_the_estimates(data):
    where = {"region": "north"}
    part = data.reasons("why", where=where).to_frame()
    by = data.reasons("why", by=["source", "region"]).to_frame()
    by = by[by["region"] == "north"].reset_index(drop=True)
    assert part["estimate"].tolist() == by["estimate"].tolist()
    assert part["std_error"].to_numpy() == pytest.approx(by["std_error"].to_numpy(), rel=1e-12)
    made = data.replicates(method="jackknife").reasons("why").to_frame()
    taylor = data.reasons("why").to_frame()
    assert made["estimate"].to_numpy() == pytest.approx(taylor["estimate"].to_numpy(), rel=1e-12)
    assert made["std_error"].to_numpy() == pytest.approx(taylor["std_error"].to_numpy(), rel=0.03)


def test_long_and_wide_files_give_the_same(data):
    frame = data.table.raw.frame
    rows = {c: [] for c in ("id", "w", "region", "source", "why")}
    for i in range(len(frame)):
        for source in SOURCES:
            for c in ("id", "w", "region"):
                rows[c].append(frame[c].iloc[i])
            rows["source"].append(source)
            rows["why"].append(frame[f"{source}_why"].iloc[i])
    long = survey(
        rows,
        design={"id": "id", "weight": "w", "strata": "region"},
        questions={
            "why": {"kind": "open", "column": "why"},
            "source": {"levels": [[k, v] for k, v in SOURCES.items()]},
            "region": {"levels": ["north", "south"]},
        },
        frames={"reasons": FRAME},
    )
    a = data.reasons("why", by="source").to_frame()
    b = long.reasons("why", by="source").to_frame()
    for column in ("estimate", "std_error", "conf_low", "conf_high", "n", "n_effective"):
        assert a[column].to_numpy() == pytest.approx(b[column].to_numpy(), rel=1e-10), column
    both = long.code("why")
    said = np.zeros(len(frame), dtype=bool)
    for source in SOURCES:
        said |= _read(list(frame[f"{source}_why"]))[1]
    assert both.counts["said"].tolist() == [said.sum()]  # people, not rows


def test_counts_coverage_and_the_frame_of_answers(data):
    coded = data.code("why")
    frame, w = data.table.raw.frame, data.frame.weight
    for i, source in enumerate(SOURCES):
        codes, said = _read(list(frame[f"{source}_why"]))
        row = coded.counts.iloc[i]
        other = codes["Something else"]
        silent = (frame[f"{source}_why"] == "not sure").sum()
        assert row.tolist() == [SOURCES[source], said.sum(), (said & ~other).sum(), other.sum(), silent]
        assert coded.coverage.rows["estimate"].iloc[i] == pytest.approx(1 - (w @ other) / (w @ said))
    table = coded.to_frame()
    assert len(table) == coded.counts["said"].sum()
    assert set(table.columns) == {"position", "subject", "knows", "honest", "sells", "other"}
    assert "sister" not in table.to_csv() + coded.to_json() + repr(coded) + coded.sentence()


def test_uncoded_words_name_what_many_said_and_nobody(data):
    words = data.code("why").uncoded_words()
    frame = data.table.raw.frame
    sister = ((frame["micro_why"] == TEXTS[7]) | (frame["star_why"] == TEXTS[7])).sum()
    assert words.set_index("word")["people"]["sister"] == sister
    assert (words["people"] >= 10).all()
    assert not {"know", "not", "sure", "they"} & set(words["word"])
    rare = talk(columns={"micro_why": ["Zebulon told me"] * 9 + [""] * 251, "star_why": [""] * 260})
    assert len(rare.code("why", where="region == 'north'").uncoded_words()) == 0


def test_quotes_follow_their_rule(data):
    coded = data.code("why")
    quotes = coded.quotes()
    assert list(quotes.columns) == ["subject", "code", "label", "quote", "people"]
    assert quotes.equals(talk().code("why").quotes())
    assert quotes["quote"].is_unique
    frame = data.table.raw.frame
    for row in quotes.to_dict("records"):
        source = next(k for k, v in SOURCES.items() if v == row["subject"])
        codes, _ = _read(list(frame[f"{source}_why"]))
        exact = codes[row["label"]] & (np.sum(list(codes.values()), axis=0) == 1)
        assert row["people"] == exact.sum() >= 10
        assert row["quote"] in set(frame.loc[exact, f"{source}_why"])
    # the first of a code is as close to the median length as any that was still free
    first = quotes.iloc[0]
    codes, _ = _read(list(frame["micro_why"]))
    exact = codes[first["label"]] & (np.sum(list(codes.values()), axis=0) == 1)
    lengths = frame.loc[exact, "micro_why"].str.len()
    gap = (lengths - lengths.median()).abs()
    assert abs(len(first["quote"]) - lengths.median()) == gap.min()
    assert RULE.split(":")[0] == "Quotes"


def test_small_codes_and_personal_answers_are_not_quoted():
    named = [f"Ann Lee {i} knows it" for i in range(40)] + ["they know it"] * 3 + ["honest"] * 9
    texts = named + [""] * (260 - len(named))
    coded = talk(columns={"micro_why": texts, "star_why": [""] * 260}).code("why")
    quotes = coded.quotes(each=5)
    assert quotes["quote"].tolist() == ["they know it"]  # honest: nine people; the others hold a name
    with pytest.raises(EstimationError, match="no number of quotes"):
        coded.quotes(each=0)


def test_one_quote_a_person():
    texts = [f"they know it since {'long ' * i}ago" for i in range(12)] + [""] * 248
    coded = talk(columns={"micro_why": texts, "star_why": texts}).code("why")
    quotes = coded.quotes(each=12)
    assert len(quotes) == 12  # each text once, each person once, though both sources hold them
    assert quotes["quote"].is_unique


def test_agreement_with_another_coding_is_cohens_kappa(data):
    test = data.code("why").agreement("coder")
    rows = test.to_frame()
    assert len(rows) == 6  # three codes the coder knows, two sources
    frame, w = data.table.raw.frame, data.frame.weight
    codes, said = _read(list(frame["micro_why"]))
    both = said & (frame["micro_coder"] != "").to_numpy()
    for level, key in (("Knows it", "knows"), ("Is honest", "honest"), ("Sells", "sells")):
        a, b = codes[level][both], (frame["micro_coder"] == key).to_numpy()[both]
        share = lambda m: float(w[both] @ m / w[both].sum())  # noqa: E731
        p_o = share(a == b)
        p_e = share(a) * share(b) + share(~a) * share(~b)
        row = rows[rows["contrast"].str.startswith(f"Micro-influencer, {level}")].iloc[0]
        assert row["estimate"] == pytest.approx((p_o - p_e) / (1 - p_e), rel=1e-10)
        assert row["agreement"] == pytest.approx(p_o, rel=1e-10)
        assert row["n"] == both.sum()
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert test.sentence().startswith("Kappa of Micro-influencer, Knows it: reasons and coder is")
    assert test.family.size == 6


def test_agreement_needs_codes_about_the_same(data):
    coded = data.code("why")
    with pytest.raises(EstimationError, match="not asked about source"):
        coded.agreement("region")
    with pytest.raises(EstimationError, match="holds text, not codes"):
        coded.agreement("why")
    foreign = talk(
        frames={"other_frame": {"question": "why", "codes": {"x": {"label": "X", "words": ["x"]}}}}
    )
    with pytest.raises(EstimationError, match="no code of frame 'other_frame'"):
        foreign.code("why", frame="other_frame").agreement("coder")


def test_nobody_said_anything():
    silent = talk(columns={"micro_why": ["not sure"] * 260, "star_why": [""] * 260})
    with pytest.raises(EstimationError, match="Nobody in the domain answered 'reasons'"):
        silent.code("why")


def test_what_is_printed_and_explained(data):
    coded = data.code("why")
    text = repr(coded).replace("\n", " ")
    for said in ("Knows it", "Something else", "Said something, n", "keyword frame “reasons”"):
        assert said in text
    assert "<table" in coded._repr_html_()
    for said in (
        "whole words",
        "in the same clause",
        "leave the base as 'don't know': not sure",
        "closest to",
    ):
        assert said in coded.explain()
    assert coded.sentence().count("about ") == 2
    assert coded.sentence().startswith("Largest shares of reasons: micro-influencer “")
    assert coded.plot().kind == "dots"
    assert coded.estimate["Sells"].rows.shape[0] == 2
    plain = talk(frames={"two": FRAME | {"window": 0, "nothing": []}}).code("why", frame="two")
    assert "Negation    not looked for" in plain.explain()


def test_a_plain_question_has_the_same_section_as_a_battery():
    """One question, no subjects: table, figure and quotes of a report."""
    texts = [TEXTS[i % 6] for i in range(240)]
    plain = survey(
        {"id": [str(i) for i in range(240)], "why": texts},
        design={"id": "id"},
        questions={"why": {"kind": "open", "column": "why", "short": "Why"}},
        frames={"reasons": FRAME},
    )
    part = open_ends_part(plain, {"question": "why", "top": 2})
    assert set(part.results) == {"open-ends", "open-ends-coverage"}
    written = repr(part.blocks)
    assert "Largest shares of reasons: “Knows it” 50%" in written
    assert "(knows it)" in written
    assert RULE in written
    assert plain.code("why").quotes().columns.tolist() == ["code", "label", "quote", "people"]


def test_a_section_without_its_question_or_with_an_unknown_option_says_so(data):
    with pytest.raises(StudyError, match="lacks 'question'"):
        open_ends_part(data, {})
    with pytest.raises(StudyError, match="'quotes' is not an option"):
        open_ends_part(data, {"question": "why", "quotes": 3})
