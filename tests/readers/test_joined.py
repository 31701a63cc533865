"""Options in one cell are found from the cells: made lists whose options hold commas come back as they were."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey_analysis.frames.multiple import split_codes
from survey_analysis.readers.joined import find_options

WORDS = [
    "Bread",
    "Milk",
    "Fish",
    "Eggs",
    "Tea",
    "Rice",
    "Beans",
    "Salt",
    "Oil",
    "Jam",
    "Corn",
    "Peas",
    "Soup",
    "Nuts",
]


def answers(options, *, n=300, chance=0.45, seed=1):
    """Choices of n people, in the order of the questionnaire; nobody without a choice."""
    rng = np.random.default_rng(seed)
    chosen = rng.random((n, len(options))) < chance
    return [tuple(o for o, c in zip(options, row, strict=True) if c) for row in chosen if row.any()]


def cells(choices, separator=", "):
    return Counter(separator.join(c) for c in choices)


@st.composite
def option_lists(draw):
    """Options of one to three words; a word belongs to one option; the later ones may be in small letters."""
    words = draw(st.permutations(WORDS))
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=6))
    assume(sum(sizes) <= len(words))
    out = []
    at = 0
    for size in sizes:
        first, *rest = words[at : at + size]
        at += size
        small = draw(st.lists(st.booleans(), min_size=len(rest), max_size=len(rest)))
        out.append(", ".join([first, *(w.lower() if s else w for w, s in zip(rest, small, strict=True))]))
    return out


@given(option_lists(), st.integers(0, 10_000))
def test_made_lists_come_back_and_every_cell_is_read_as_it_was_chosen(options, seed):
    choices = answers(options, seed=seed)
    found = find_options(cells(choices), ", ")
    assert found is not None
    assert found.options == tuple(options)
    known = dict.fromkeys(found.options, 0)
    for choice in choices:
        assert split_codes(", ".join(choice), ", ", known) == list(choice)


@given(option_lists(), st.integers(0, 10_000))
def test_the_separator_of_microsoft_forms(options, seed):
    choices = answers(options, seed=seed)
    found = find_options(cells(choices, ";"), ";", sure=True)
    assert found is not None
    assert found.options == tuple(options)
    assert not found.notes


@pytest.mark.parametrize(
    "options",
    [
        ["Paris, France", "Lyon, France", "Rome, Italy", "Home"],  # a shared end
        ["Wine, Red", "Wine, White", "Beer"],  # a shared beginning
        ["News (print, online)", "TV", "Friends, family"],
        ["Less than 1,000", "1,000 to 2,000", "More"],  # no blank after the comma: no separator
    ],
    ids=["end", "beginning", "brackets", "numbers"],
)
def test_options_that_share_parts(options):
    found = find_options(cells(answers(options, n=400)), ", ")
    assert found is not None
    assert set(found.options) == set(options)


def test_what_is_put_together_is_said_with_its_evidence():
    found = find_options(cells(answers(["Bread", "Milk, Fresh", "Fish"])), ", ")
    assert len(found.notes) == 1
    assert found.notes[0].startswith("'Milk, Fresh' is read as one: its parts never stand alone (")


def test_few_cells_do_not_decide_and_say_so():
    """Two of six people chose both A and B: one option, or two that go together."""
    found = find_options({"A, B, C": 1, "A, B": 1, "C": 2, "C, D": 2}, ", ")
    assert set(found.options) == {"A", "B", "C", "D"}
    assert found.notes == (
        "'A, B' may be one option: its parts stand together in all 2 cells that hold them.",
    )


def test_everybody_choosing_both_is_no_evidence():
    found = find_options({"A, B": 20, "A, B, C": 20}, ", ")
    assert set(found.options) == {"A", "B", "C"}
    assert "may be one option" in found.notes[0]


def test_texts_of_other_are_not_options():
    choices = answers(["Video", "Photo", "Text, long"], n=100)
    typed = cells(choices)
    typed.update(["Video, my own blog", "Photo, a podcast, mostly in the car", "nothing of these"])
    found = find_options(typed, ", ")
    assert found.options == ("Video", "Photo", "Text, long")
    assert found.once == ("a podcast", "mostly in the car", "my own blog", "nothing of these")


def test_sentences_and_rankings_are_no_options():
    sentences = {f"Well, I think number {i}, but who knows": 1 for i in range(40)}
    assert find_options(sentences, ", ") is None
    assert find_options({"A;B;C": 4, "B;A;C": 3, "C;B;A": 1}, ";", sure=True) is None
    assert find_options({}, ", ") is None


def test_one_answer_with_a_comma_is_one_answer():
    found = find_options({"Yes, always": 30, "No, never": 20, "Maybe": 5}, ", ")
    assert not found.several
    assert set(found.options) == {"Yes, always", "No, never", "Maybe"}


ANY = st.lists(st.sampled_from(["A", "a", "B", "Bb", "C c"]), min_size=1, max_size=5).map(", ".join)


@given(st.dictionaries(ANY, st.integers(1, 40), max_size=12))
def test_any_cells_are_explained_or_left_alone(found_cells):
    found = find_options(found_cells, ", ")
    if found is None:
        return
    known = dict.fromkeys([*found.options, *found.once], 0)
    for cell in found_cells:
        assert set(split_codes(cell, ", ", known)) <= set(known)


def test_cells_with_a_blank_piece_are_no_lists():
    assert find_options({"A, , B": 5, "A": 5}, ", ") is None
