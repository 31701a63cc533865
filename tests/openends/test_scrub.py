"""What scrubbing takes out: every hostile text of the simulated study, and what it must leave alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.datasets.founding.draws import Draws
from survey_analysis.datasets.founding.texts import HOSTILE, open_answers
from survey_analysis.openends.scrub import holds_personal, scrub

NAMES = (
    "Dana", "Whitcombe", "Marisol", "Everhart", "Tobias", "Lindqvister", "Priya", "Ramanathanes", "Jonas", "Abernethy",
    "Lucille", "Featherstonh", "Trent", "Okonkwo", "Agnes", "Holloway", "Rafael", "Montclairo", "Beatrix", "Vandermolen",
)  # fmt: skip
RUNS = re.compile(r"<\s*script|=\s*\w+\(|https?:|#panic|#set|</?\w+>|\d{3}[-. )]+\d{3}")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_and_nobody_is_left(text):
    out = scrub(text)
    assert not [n for n in NAMES if n in out], out
    assert not RUNS.search(out), out
    assert "\n" not in out
    assert out == scrub(out)


@pytest.mark.parametrize("text", [t for t in HOSTILE if any(n in t for n in NAMES) or RUNS.search(t)])
def test_such_answers_are_passed_over_as_quotes(text):
    assert holds_personal(text)


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("My name is ann lee and I buy", "My name is [name] lee and I buy"),
        ("I'm Bob, trust me", "I'm [name], trust me"),
        ("I’m Bob", "I’m [name]"),
        ("I am careful and I'm happy", "I am careful and I'm happy"),
        ("ask @ann_b or a.b+c@mail.example.co.uk", "ask [handle] or [e-mail]"),
        ("see www.example.org/x and HTTPS://example.org?q=1", "see [link] and [link]"),
        ("I read it on shopping.com", "I read it on [link]"),
        ("12 Elm Street is where I live", "[address] is where I live"),
        ("221b Baker Street", "[address]"),
        ("call +44 20 7946 0018 now", "call [number] now"),
        ("member 4711889", "member [number]"),
        ("I paid 25 for 3 of them in 2016", "I paid 25 for 3 of them in 2016"),
        ("=1+1 is a trick", "[formula] 1+1 is a trick"),
        ("@SUM(A1) good", "[formula] good"),
        ("good<br>value", "good[markup]value"),
        ("Dr. Meyer said so", "[name] said so"),
        ("\u202eevil\u202c text\x00", "evil text"),
        ("אני סומך עליהם", "אני סומך עליהם"),
        ("weil Ärzte es sagen", "weil [name] es sagen"),
        ("они Знают Иван Петров", "они [name]"),
        ("Because my sister likes it", "Because my sister likes it"),
        ("I think I own one. It works", "I think I own one. It works"),
    ],
)
def test_patterns(text, out):
    assert scrub(text) == out


def test_nouns_with_capitals_can_be_kept():
    german = "Weil die Beratung vom Händler ehrlich war"
    assert "[name]" in scrub(german)
    assert scrub(german, capitals="words") == german
    assert scrub("Frau Erika Muster sagt es", capitals="words") == "[name] sagt es"


def test_ordinary_answers_pass_untouched():
    answers, _ = open_answers(Draws(3, "why"), 0, Draws(3, "for").happens(0.5, 400))
    assert [t for t in answers if holds_personal(str(t))] == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_scrubbing_never_fails_and_never_leaves_control_characters(text):
    out = scrub(text)
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", out)
    assert "<script" not in out.lower() or ">" not in out
