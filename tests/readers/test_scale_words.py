"""Scale words: lists as questionnaires print them, shuffled, come back in order with their favourable end."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from survey_analysis.readers.scale_lists import plain_label, word_lists
from survey_analysis.readers.scale_words import known_order

ABOUT = {"agreement", "satisfaction", "likelihood", "frequency", "importance"}
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja")

# As printed, from the most positive on (the other end first than in the lists).
PRINTED = [
    ("ESS, German", True, ["Stimme stark zu", "Stimme zu"], None),  # "stark" is not in the list: unknown, not guessed
    ("ALLBUS", True, ["Stimme voll und ganz zu", "Stimme eher zu", "Stimme eher nicht zu", "Stimme überhaupt nicht zu"], 4),
    ("German frequency", False, ["Immer", "Oft", "Manchmal", "Selten", "Nie"], 5),
    ("German satisfaction", True, ["Sehr zufrieden", "Eher zufrieden", "Eher unzufrieden", "Sehr unzufrieden", "Keine Angabe"], 4),
    ("French agreement", True, ["Tout à fait d’accord", "Plutôt d’accord", "Plutôt pas d’accord", "Pas du tout d’accord",
                                "Ne sait pas"], 4),
    ("French frequency", False, ["Toujours", "Souvent", "Parfois", "Rarement", "Jamais"], 5),
    ("Spanish CIS", True, ["Muy de acuerdo", "De acuerdo", "Ni de acuerdo ni en desacuerdo", "En desacuerdo",
                           "Muy en desacuerdo", "NS/NC"], 5),
    ("Spanish frequency", False, ["Siempre", "A menudo", "A veces", "Nunca"], 4),
    ("Italian agreement", True, ["Molto d'accordo", "Abbastanza d'accordo", "Poco d'accordo", "Per niente d'accordo", "Non so"], 4),
    ("Portuguese agreement", True, ["Concordo totalmente", "Concordo", "Não concordo nem discordo", "Discordo",
                                    "Discordo totalmente"], 5),
    ("Portuguese frequency", False, ["Sempre", "Às vezes", "Raramente", "Nunca"], 4),
    ("Dutch agreement", True, ["Helemaal mee eens", "Mee eens", "Neutraal", "Mee oneens", "Helemaal mee oneens"], 5),
    ("CBOS, Polish", True, ["Zdecydowanie tak", "Raczej tak", "Raczej nie", "Zdecydowanie nie", "Trudno powiedzieć"], 4),
    ("Japanese agreement", True, ["そう思う", "どちらかといえばそう思う", "どちらかといえばそう思わない", "そう思わない", "わからない"], 4),
    ("Japanese satisfaction", True, ["満足", "やや満足", "どちらともいえない", "やや不満", "不満"], 5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rating", "printed", "n"), PRINTED, ids=[p[0] for p in PRINTED])
def test_lists_as_printed(name, rating, printed, n):
    shuffled = list(printed)
    random.Random(name).shuffle(shuffled)
    found = known_order(shuffled)
    if n is None:
        assert found is None
        return
    assert found.rating is rating
    assert list(found.order) == printed[:n][::-1]


def test_every_language_has_the_five_lists():
    told = {(w.language, w.about) for w in word_lists()}
    assert {(language, about) for language in LANGUAGES for about in ABOUT} <= told


def test_a_rating_has_a_favourable_end_and_a_frequency_has_none():
    assert {w.about for w in word_lists() if not w.rating} == {"frequency", "amount"}


def test_no_list_says_a_word_twice_and_all_are_plain():
    for known in word_lists():
        assert len(set(known.words)) == len(known.words)
        assert all(plain_label(w) == w for w in known.words)


def test_lists_that_share_words_agree_on_their_order():
    """What two lists have in common must stand in the same order, or the answer would hang on which is tried first."""
    for a, b in combinations(word_lists(), 2):
        shared = [w for w in a.words if w in b.words]
        if len(shared) >= 3:
            assert shared == [w for w in b.words if w in a.words], (a, b)
            assert a.rating == b.rating


def test_any_part_of_a_list_comes_back_in_order():
    for known in word_lists():
        rng = random.Random(known.words[0])
        for _ in range(20):
            some = sorted(rng.sample(range(len(known.words)), rng.randint(3, len(known.words))))
            words = [known.words[i] for i in some]
            found = known_order(rng.sample(words, len(words)))
            assert list(found.order) == words
            assert found.rating == known.rating


def test_words_of_two_languages_are_no_list():
    assert known_order(["Never", "Manchmal", "Souvent"]) is None


def test_width_case_and_apostrophes_do_not_matter():
    found = known_order(["D’ACCORD", "Pas  d'accord", "neutre"])
    assert found.order == ("Pas  d'accord", "neutre", "D’ACCORD")
