"""What somebody reads who compares sources for the first time: names, bases, messages, marks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import ColumnNotFoundError, EstimationError, LonelyPsuError, ScoreError
from survey_analysis.results.estimate import Dim
from survey_analysis.wording.check import check_text

LEADERS = ["Blair", "Hague", "Kennedy"]


@pytest.fixture(scope="module")
def leaders() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    trust = rng.normal(size=300)
    return pd.DataFrame(
        {n: np.clip(np.round(3 + m + trust + rng.normal(size=300)), 1, 5) for n, m in zip(LEADERS, (0.6, -0.3, 0.1), strict=True)}
    ).astype(int)  # fmt: skip


@pytest.fixture(scope="module")
def pack(leaders):
    return sa.read(leaders).compare_sources(LEADERS, margin=0.1)


def test_names_keep_their_capitals_in_bases_and_sentences(pack, leaders):
    assert pack.within.bases[0] == "people who rated both Blair and Hague"
    assert "people who rated both Blair and Hague" in pack.differences.bases
    assert "respondents who rated both of a pair; n = 300" in pack.tables()["within"].base
    found = sa.read(leaders).drivers("Blair", on=["Hague", "Kennedy"], bootstrap=0)
    assert "Kennedy " in found.sentence()
    assert "kennedy" not in found.sentence()


def test_phrases_stand_in_bases_where_a_label_does_not_fit():
    dim = Dim("activity", "Activity", (("c", "Cry"), ("m", "Micro")), (("c", "crying"), ("m", "a micro")))
    assert [dim.said_of(k) for k in ("c", "m")] == ["crying", "micro"]


def test_own_bases_are_not_repeated_where_everybody_rated_both(pack, leaders):
    assert "Counting everyone" not in pack.sentence()
    some = leaders.astype(float)
    some.loc[:99, "Hague"] = np.nan
    assert "Counting everyone who rated either" in sa.read(some).compare_sources(LEADERS).sentence()


def test_nothing_is_said_twice_below_a_table(pack):
    for table in pack.tables().values():
        for note in table.notes:
            assert note.count("not adjusted") <= 1, note


def test_parts_show_as_text_and_not_as_raw_objects(pack, leaders):
    assert repr(pack.equivalence).startswith("Equivalence within 0.1\n")
    assert pack.equivalence.level == 0.9
    assert "friedman" in repr(pack.classical)
    weighted = sa.read(leaders.assign(w=np.linspace(1, 2, 300)), weight="w").compare_sources(LEADERS)
    assert repr(weighted.classical) == weighted.classical.absent


def test_every_table_of_a_simulated_study_says_so(founding):
    found = founding.compare_sources("follow", top=2, to="average", margin=0.05, segment="age")
    for name, table in found.tables().items():
        assert "Simulated data." in table.notes, name
    labels = [row.label for row in found.tables()["interaction"].rows]
    assert "Micro-influencer − Average consumer equal in every age, same people pair by pair" in labels


def test_a_battery_has_its_plural(founding):
    data = pd.DataFrame({f"a{i}": [1, 2, 3, 4, 5, 3] * 10 for i in "xy"}).assign(ay=lambda d: d["ay"] % 4 + 1)
    study = {
        "scales": {"s": {"levels": [[i, str(i)] for i in range(1, 6)]}},
        "subjects": {"activity": {"x": "Reading", "y": "Running"}},
        "batteries": {"often": {"over": "activity", "columns": "a{activity}", "scale": "s"}},
    }
    said = " ".join(sa.read(data.astype(str), study=study).compare_sources("often").findings())
    assert "The activities " in said
    assert "activitys" not in said


def test_a_base_too_small_starts_a_sentence(leaders):
    assert sa.read(leaders.head(5)).compare_sources(LEADERS).sentence().startswith("Base too small")


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda s: s.compare_sources([]), EstimationError, "There is no question to compare sources by"),
        (lambda s: s.compare_sources(["Blair", "Empty"]), ScoreError, "Nobody answered 'Empty'"),
        (lambda s: s.reliability([*LEADERS, "Empty"]), ScoreError, "300 rows, all empty"),
        (lambda s: s.icc(["Blair", "words"]), ScoreError, "words"),
        (lambda s: s.perceptions("trust"), ColumnNotFoundError, r"declare \[constructs.trust\]"),
        (lambda s: s.compare_rates("Blair", groups=["a", "b"]), ColumnNotFoundError, "name it: between="),
    ],
)  # fmt: skip
def test_messages_say_what_and_how(leaders, call, error, says):
    survey = sa.read(leaders.assign(Empty=np.nan, words=[f"answer {i}" for i in range(300)]))
    with pytest.raises(error, match=says):
        call(survey)


def test_twice_as_likely_as_is_a_ratio_and_no_equality():
    def words(text: str) -> set[str]:
        return {i.word for i in check_text(text)}

    assert not any(w.startswith("as likely") for w in words("Men are twice as likely as women to say so."))
    assert any(w.startswith("as likely") for w in words("Men are as likely as women to say so."))


def test_one_respondent_is_told_so_in_plain_words(leaders):
    with pytest.raises(LonelyPsuError, match="one sampling unit in all.*\n.*two respondents"):
        sa.read(leaders.head(1)).compare_sources(LEADERS)
