"""A keyword frame read by hand: what counts as a keyword, what denies it, what yields, what says nothing."""

from __future__ import annotations

import numpy as np
import pytest
from builders import survey

from survey_analysis.errors import ColumnNotFoundError, ScoreError, StudyError
from survey_analysis.frames.coding import Coder, read_texts
from survey_analysis.study.coding import FrameEntry, plain

CODES = {
    "price": {"label": "Price", "words": ["cheap*", "good value", "price"], "unless": ["price tag"]},
    "trust": {"label": "Trust", "words": ["trust*", "honest*"], "patterns": [r"\bbelieve (them|her|him)\b"]},
    "ads": {"label": "Advertising", "words": ["paid to", "advert*"]},
    "any": {"label": "General praise", "words": ["good", "nice"], "yields_to": ["price", "trust"]},
}


def frame(**more):
    return FrameEntry.model_validate(
        {"question": "why", "codes": CODES, "nothing": ["no idea", "n/a"]} | more
    )


def codes(text, **more):
    coder = Coder.of(frame(**more))
    return {coder.keys[j] for j in coder.codes(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the PRICE", {"price"}),
        ("cheaper, and honestly meant", {"price", "trust"}),  # several codes; any ending
        ("priceless", set()),  # whole words
        ("overprice", set()),
        ("good\n  value", {"price"}),  # any blanks, and "good" yields
        ("good, value", {"price"}),  # marks between the words of a phrase
        ("good things", {"any"}),
        ("good and honest", {"trust"}),  # precedence
        ("the price tag was nice", {"any"}),  # ruled out by a phrase
        ("I believe her", {"trust"}),  # a pattern
        ("I BELIEVE HIM", {"trust"}),
        ("Chéap", {"price"}),  # accents
        ("ＣＨＥＡＰ", {"price"}),  # full width
        ("", set()),
    ],
)
def test_keywords(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not cheap", set()),
        ("not very cheap", set()),
        ("not at all really cheap", {"price"}),  # four words before: outside the window of two
        ("I don't trust them", set()),
        ("I don’t trust them", set()),
        ("no, cheap", {"price"}),  # another clause
        ("not nice but cheap", {"price"}),
        ("not cheap, cheap elsewhere", {"price"}),  # one mention that is not denied is enough
        ("not only cheap", {"price"}),
        ("nobody is paid to say it", set()),
        ("never honest. cheap", {"price"}),
    ],
)
def test_negation_window(text, found):
    assert codes(text) == found


def test_the_window_and_the_negators_are_the_frames():
    assert codes("not cheap", window=0) == {"price"}
    assert codes("not really cheap", window=1) == {"price"}
    assert codes("kein cheap", negators=["kein"]) == set()
    assert codes("not cheap", negators=["kein"]) == {"price"}


@pytest.mark.parametrize("text", ["no idea", "No idea!", "  N/A.", "...", "-", "?!"])
def test_nothing_said(text):
    assert Coder.of(frame()).says_nothing(text)


@pytest.mark.parametrize("text", ["no idea why it is cheap", "none", "7", "א"])
def test_something_said(text):
    assert not Coder.of(frame()).says_nothing(text)


def test_other_scripts_and_long_texts_are_read():
    assert plain("İSTANBUL") == plain("i̇stanbul")
    hebrew = frame(codes={"trust": {"label": "אמון", "words": ["סומך"]}})
    coder = Coder.of(hebrew)
    assert coder.codes("אני סומך עליהם") == [0]
    assert coder.codes("word " * 20_000 + "סומך") == [0]


def test_equal_texts_are_read_once_and_alike():
    texts = np.array(["cheap", "no idea", "my sister", "cheap", ""], dtype=object)
    chosen, nothing = read_texts(texts, texts != "", frame())
    assert chosen[:, 0].tolist() == [True, False, False, True, False]
    assert nothing.tolist() == [False, True, False, False, False]
    empty, silent = read_texts(texts, np.zeros(5, dtype=bool), frame())
    assert not empty.any()
    assert not silent.any()


ANSWERS = ["cheap", "honest and cheap", "no idea", "my sister", "", "not cheap"]


def small(frames=None, **study):
    columns = {"why": ANSWERS, "w": ["1", "2", "1", "3", "1", "2"], "sex": list("wmwmwm")}
    given = (
        frames
        if frames is not None
        else {"reasons": {"question": "why", "codes": CODES, "nothing": ["no idea"]}}
    )
    return survey(
        columns,
        design={"weight": "w"},
        questions={
            "why": {"kind": "open", "column": "why", "short": "Why"},
            "sex": {"levels": ["w", "m"]},
            **study,
        },
        frames=given,
    )


def test_a_frame_is_a_multiple_response_question():
    data = small()
    shares = data.proportion("reasons").to_frame().set_index("level")["estimate"]
    # said something: cheap (1), honest and cheap (2), my sister (3), not cheap (2): weights sum to 8
    assert shares["Price"] == pytest.approx(3 / 8)
    assert shares["Trust"] == pytest.approx(2 / 8)
    assert shares["Something else"] == pytest.approx(5 / 8)
    either = data.proportion("reasons", answers=["price", "Trust"])
    assert either.value == pytest.approx(3 / 8)
    assert either.rows["n"].iloc[0] == 4
    assert either.rows["n_missing"].iloc[0] == 2  # said nothing, and left blank
    assert data.proportion("sex", where="reasons == 'Price'").to_frame()["n"].tolist() == [2, 2]
    by = data.proportion("reasons", by="sex").to_frame()
    assert by[by["level"] == "Price"]["estimate"].tolist() == pytest.approx([1.0, 2 / 7])
    book = data.tabulate("reasons", by="sex").to_frame()
    total = book[(book["level"] == "Trust") & (book["column"] == "Total")]["estimate"]
    assert total.tolist() == pytest.approx([2 / 8])
    assert "reasons.price" in data.to_frame().columns
    assert data.proportion("reasons").to_r().count("svy") > 0
    assert "Price" in repr(data["reasons"])


def test_nothing_said_and_other_are_kept_apart():
    variable = small().table.variable("reasons")
    assert variable.known().tolist() == [True, True, False, True, False, True]
    assert variable.chosen[:, -1].tolist() == [False, False, False, True, False, True]
    assert len(set(variable.missing[[2, 4]])) == 2  # don't know, no answer


def test_a_coded_question_has_no_boxes_and_no_mean():
    with pytest.raises(ScoreError, match="no boxes"):
        small().proportion("reasons", top=2)
    with pytest.raises(ScoreError, match="multiple-response"):
        small().mean("reasons")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"question": "reason"}, "does not exist"),
        ({"question": "sex"}, "is not an open question"),
        ({"codes": {}}, "has no codes"),
        ({"codes": {"a": {"label": "A"}}}, "neither words nor patterns"),
        ({"codes": {"a": {"label": "A", "words": [" * "]}}}, "empty word"),
        ({"codes": {"a": {"label": "A", "patterns": ["(x"]}}}, "pattern that is none"),
        ({"codes": {"a": {"label": "A", "patterns": ["x*"]}}}, "every answer holds"),
        ({"codes": {"a": {"label": "A", "words": ["x"], "yields_to": ["b"]}}}, "which is no other code"),
        ({"codes": {"other": {"label": "A", "words": ["x"]}}}, "the code 'other' twice"),
        ({"codes": {"a": {"label": "Something else", "words": ["x"]}}}, "the label 'Something else' twice"),
        (
            {
                "codes": {
                    "a": {"label": "A", "words": ["x"], "yields_to": ["b"]},
                    "b": {"label": "B", "words": ["y"], "yields_to": ["a"]},
                }
            },
            "yield to each other",
        ),
    ],
)
def test_a_frame_that_cannot_work_says_where(change, said):
    told = {"question": "why", "codes": {"a": {"label": "A", "words": ["x"]}}} | change
    with pytest.raises(StudyError, match=said) as raised:
        small({"reasons": told})
    assert "study.toml: frames.reasons" in str(raised.value)


def test_a_taken_name_says_so():
    with pytest.raises(StudyError, match="used twice"):
        small({"sex": {"question": "why", "codes": CODES}})


def test_which_frame_is_found_or_asked_for():
    two = {n: {"question": "why", "codes": CODES} for n in ("reasons", "themes")}
    with pytest.raises(StudyError, match="Several frames code 'why'"):
        small(two).code("why")
    assert small(two).code("why", frame="themes").frame == "themes"
    with pytest.raises(ColumnNotFoundError, match="no frame 'theme'"):
        small(two).code("why", frame="theme")
    with pytest.raises(StudyError, match="No frame codes 'sex'"):
        small().code("sex")
    with pytest.raises(StudyError, match="codes 'why', not 'sex'"):
        small().code("sex", frame="reasons")
    with pytest.raises(ColumnNotFoundError, match="no question or column 'whi'"):
        small().code("whi")
