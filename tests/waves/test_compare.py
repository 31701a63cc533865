"""Codebooks of waves: every way a question can change is named, decided or refused."""

from __future__ import annotations

import numpy as np
import pytest

import survey_analysis as sa
from survey_analysis.errors import StudyError
from waves.tracker import LIKELY, TURNED, study, table, wave

LABELS = [*LIKELY[:4], ["5", "Extremely"]]


def levels(scale, **more):
    return {"SCALES": {"likely5": {"levels": scale, "missing": [["98", "dont_know"]]} | more}}


CHANGES = {
    "wording": ({"q": {"text": "Would you buy?"}}, {("q", "wording", True)}),
    "base": ({"use": {"base": "buyers"}}, {("use", "base", True)}),
    "routing": ({"q": {"asked_if": "asked == 1 and age == 'old'"}}, {("q", "base", True)}),
    "label": (levels(LABELS), {("q", "label", True), ("trust", "label", True)}),
    "turned codes": (levels(TURNED), {("q", "direction", False), ("trust", "direction", False)}),
    "favourable end": (levels(LIKELY, favourable="first"), {("q", "direction", False), ("trust", "direction", False)}),
    "two codes swapped": (
        {"age": {"levels": [["young", "old"], ["old", "young"]]}}, {("age", "codes", False)}
    ),
    "order": ({"age": {"levels": ["old", "young"]}}, {("age", "order", True)}),
    "code added": ({"use": {"levels": ["no", "yes", "maybe"]}}, {("use", "code added", True)}),
    "length": (
        levels([*LIKELY, ["6", "Certainly"]]),
        {(x, a, s) for x in ("q", "trust") for a, s in (("length", False), ("code added", True))},
    ),
    "scores": (
        levels([[c, x, 10 * i] for i, (c, x) in enumerate(LIKELY)]), {("q", "scores", True), ("trust", "scores", True)}
    ),
    "range": ({"spend": {"valid_range": [0, 500]}}, {("spend", "range", True)}),
    "kind": ({"spend": {"kind": "open"}}, {("spend", "kind", False)}),
    "option": (
        {"seen": {"options": [{"column": "seen_a", "label": "Television"}, {"column": "seen_b", "label": "Radio"}]}},
        {("seen", "label", True)},
    ),
    "new question": ({"asked": {"levels": ["0", "1"]}}, {("asked", "only in", True)}),
    "spacing only": ({"q": {"text": "How likely are  you to buy? "}}, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_named(name):
    changes, expected = CHANGES[name]
    found = sa.compare_codebooks({"W1": wave(1), "W2": wave(2, **changes)}).to_frame()
    assert set(found[["question", "aspect", "same"]].itertuples(index=False, name=None)) == expected


@pytest.mark.parametrize("name", [n for n, (_, found) in CHANGES.items() if found and n != "new question"])
def test_stack_wants_a_decision_and_the_line_it_gives_is_one(name):
    changes, expected = CHANGES[name]
    waves = {"W1": wave(1), "W2": wave(2, **changes)}
    with pytest.raises(StudyError, match="need") as caught:
        sa.stack(waves)
    for question, aspect, _ in expected:
        assert f"{question}: {aspect}" in caught.value.where
    lines = caught.value.hint.partition("resolve=")[2]
    if name == "turned codes":
        assert '"1": "5"' in lines
    assert len(sa.stack(waves, resolve=eval(lines))) == 480


@pytest.mark.parametrize("name", ["turned codes", "favourable end", "two codes swapped", "length", "kind"])
def test_same_is_refused_where_answers_would_be_mixed(name):
    changes, expected = CHANGES[name]
    resolve = {question: "same" for question, _, _ in expected}
    with pytest.raises(StudyError, match="need") as caught:
        sa.stack({"W1": wave(1), "W2": wave(2, **changes)}, resolve=resolve)
    assert '"same" would mix the answers up' in caught.value.where


def test_a_renamed_question_is_suggested_and_followed():
    later = study()
    later["questions"]["uses"] = later["questions"].pop("use") | {"column": "use"}
    waves = {"W1": wave(1), "W2": sa.read(table(2), study=later)}
    found = sa.compare_codebooks(waves)
    assert found.lines() == ['"uses": {"rename": "use"}  # or "separate"']
    with pytest.raises(StudyError, match="looks like|needs a decision"):
        sa.stack(waves)
    both = sa.stack(waves, resolve={"uses": {"rename": "use"}})
    counted = both.proportion("use", answers=["yes"], by="wave").to_frame()
    raw = [(table(k)["use"] == "yes").mean() for k in (1, 2)]
    np.testing.assert_allclose(counted["estimate"], raw)
    apart = sa.stack(waves, resolve={"uses": "separate"})
    assert {"use", "uses"} <= set(apart.codebook.questions)


def test_recoding_puts_a_turned_scale_right():
    one, turned = wave(1), table(2)
    straight = turned.copy()
    for column in ("q", "a_trust", "b_trust"):
        turned[column] = straight[column].map(lambda x: {str(k): str(6 - k) for k in range(1, 6)}.get(x, x))
    waves = {"W1": one, "W2": sa.read(turned, study=study(**levels(TURNED)))}
    codes = {str(k): str(6 - k) for k in range(1, 6)}
    both = sa.stack(waves, resolve={"q": {"recode": codes}, "trust": {"recode": {"W2": codes}}})
    expected = sa.stack({"W1": one, "W2": sa.read(straight, study=study())})
    for question in ("q", "trust"):
        a, b = (s.mean(question, by="wave").to_frame() for s in (both, expected))
        np.testing.assert_allclose(a["estimate"], b["estimate"])
    rows = both.moved("q").to_frame()
    assert not rows["licensed"].any()
    assert "direction" in rows["why"].iloc[0]


def test_separate_and_drop():
    waves = {"W1": wave(1), "W2": wave(2, use={"text": "Would you use it?"}), "W3": wave(3)}
    apart = sa.stack(waves, resolve={"use": "separate"})
    assert [q for q in apart.codebook.questions if q.startswith("use")] == ["use_w1", "use_w2"]
    n = apart.proportion("use_w1", answers=["yes"], by="wave").to_frame().set_index("wave")["n"]
    assert n[n > 0].index.tolist() == ["W1", "W3"]
    assert "use" not in sa.stack(waves, resolve={"use": "drop"}).codebook


@pytest.mark.parametrize(
    ("resolve", "says"),
    [
        ({"use": "equal"}, "no decision"),
        ({"usee": "same"}, "no wave asked"),
        ({"age": "same"}, "do not differ"),
        ({"q": {"recode": {"9": "1"}}, "trust": "drop"}, "no code '9'"),
        ({"q": {"recode": {"1": "9"}}, "trust": "drop"}, "no code '9'"),
        ({"q": {"recode": {"1": "5"}}, "trust": "drop"}, "does not say where code 2, 3, 4, 5"),
        ({"q": {"recode": {"W3": {"1": "5"}}}, "trust": "drop"}, "wave 'W3'"),
        ({"gone": {"rename": "use"}}, "need|rename"),
        (["q"], "not a mapping"),
    ],
)
def test_decisions_are_checked(resolve, says):
    with pytest.raises(StudyError, match=says):
        sa.stack({"W1": wave(1), "W2": wave(2, **levels(TURNED))}, resolve=resolve)


def test_waves_are_checked():
    with pytest.raises(StudyError, match="not two waves"):
        sa.compare_codebooks({"W1": wave(1)})
    with pytest.raises(StudyError, match="not a survey"):
        sa.stack({"W1": wave(1), "W2": 3})
    with pytest.raises(StudyError, match="would be read as '1'"):
        sa.stack({"1.0": wave(1), "2": wave(2)})
    both = sa.stack({"W1": wave(1), "W2": wave(2)})
    with pytest.raises(StudyError, match="itself"):
        sa.stack({"W1": both, "W2": wave(2)})
    with pytest.raises(StudyError, match="of its own"):
        sa.stack({"W1": wave(1), "W2": wave(2)}, name="age")


def test_hostile_labels_are_inert():
    found = sa.compare_codebooks({"W1": wave(1), "W2": wave(2, use={"text": "<script>alert(1)</script>"})})
    assert "<script>" not in found._repr_html_()
    assert "&lt;script&gt;" in found._repr_html_()
