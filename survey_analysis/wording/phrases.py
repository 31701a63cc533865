"""The pieces sentences are built from: subjects, answer labels, predicates, filled wordings.

The grammatical subject is the base text, never the population. Whom it may call what ("people",
"respondents", "simulated respondents") follows from the kind of sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from survey_analysis.results.estimate import Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import SampleKind

SIMULATED: Final = "Simulated data."
_HEAD: Final = re.compile(
    r"^(?:(?:all|the|those)\s+)?(?:(?P<kind>adult|US adult|U\.S\. adult|American)\s+)?"
    r"(?P<noun>simulated respondents|respondents|people|persons|adults|americans|consumers|everyone|"
    r"everybody|anyone|participants|panel members|members|those)\b",
    re.IGNORECASE,
)
_VERB: Final = re.compile(
    r"^(?:\w+ed|saw|gave|heard|had|has|have|are|were|is|was|own|owns|know|knew|said|bought|did|do)\b",
    re.IGNORECASE,
)
_PROPER: Final = re.compile(r"[A-Z].*[A-Z]|^[A-Z]\b|\d")


def noun(kind: SampleKind | None, *, generalize: str | None = None) -> str:
    """What the people behind the numbers may be called.

    Examples
    --------
    >>> noun("probability"), noun("opt-in"), noun("list"), noun("simulated")
    ('people', 'respondents', 'members', 'simulated respondents')
    """
    if kind == "simulated":
        return "simulated respondents"
    if kind == "probability" or generalize:
        return "people"
    return "members" if kind in ("list", "census") else "respondents"


def subject(base_text: str, provenance: Provenance) -> str:
    """The base text as a grammatical subject, with the noun that the kind of sample allows.

    A base written as a verb phrase gets its subject; a base headed by another noun ("women 18-34") keeps
    it, in brackets where the data are simulated.

    Examples
    --------
    >>> text = "People who rated it"
    >>> subject(text, Provenance("s", "opt-in")), subject(text, Provenance("s", "simulated"))
    ('respondents who rated it', 'simulated respondents who rated it')
    >>> subject("Received one and rated it", Provenance("s", "probability"))
    'people who received one and rated it'
    >>> subject("women 18-34", Provenance("s", "simulated"))
    'simulated respondents (women 18-34)'
    """
    who = noun(provenance.sample_kind, generalize=provenance.generalize)
    text = base_text.strip().rstrip(".")
    if not text:
        return who
    head = _HEAD.match(text)
    if head:
        return _replace_head(text, head, who, provenance)
    if _VERB.match(text):
        return f"{who} who {in_sentence(text)}"
    return f"{who} ({text})" if provenance.simulated else in_sentence(text)


def _replace_head(text: str, head: re.Match[str], who: str, provenance: Provenance) -> str:
    named = head["noun"].lower()
    if provenance.sample_kind == "probability" or (provenance.generalize and not provenance.simulated):
        return in_sentence(text)
    rest = text[head.end() :]
    if named == "adults" or head["kind"]:
        who = who.replace("respondents", "adult respondents").replace("members", "adult members")
    return who + rest


def in_sentence(text: str) -> str:
    """`text` as it reads inside a sentence: first letter lower-cased, names and codes left alone.

    Examples
    --------
    >>> in_sentence("Micro-influencer"), in_sentence("New York"), in_sentence("US adults")
    ('micro-influencer', 'New York', 'US adults')
    """
    first = text.split(" ", 1)[0]
    if not text or (_PROPER.search(text) and (len(first) == 1 or first.isupper() or _two_names(text))):
        return text
    return text[0].lower() + text[1:]


def _two_names(text: str) -> bool:
    words = text.split()
    return len(words) > 1 and all(w[:1].isupper() or not w[:1].isalpha() for w in words)


def capitalised(text: str) -> str:
    """`text` with a capital first letter.

    Examples
    --------
    >>> capitalised("people who rated it")
    'People who rated it'
    """
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], word: str = "and") -> str:
    """Items joined as in a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def plural(word: str) -> str:
    """The plural of an English noun, as most form it.

    Examples
    --------
    >>> plural("source"), plural("activity"), plural("survey"), plural("coach")
    ('sources', 'activities', 'surveys', 'coaches')
    """
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def join_labels(labels: Sequence[str]) -> str:
    """Answer labels as words, the common tail said once.

    Examples
    --------
    >>> join_labels(["Very likely", "Extremely likely"])
    'very or extremely likely'
    >>> join_labels(["Agree", "Strongly agree"]), join_labels(["Yes"])
    ('agree or strongly agree', 'yes')
    """
    words = [in_sentence(label).split() for label in labels]
    if len(words) < 2:
        return " ".join(" ".join(w) for w in words)
    tail: list[str] = []
    while all(len(w) > len(tail) + 1 for w in words) and len({w[-1 - len(tail)] for w in words}) == 1:
        tail.insert(0, words[0][-1 - len(tail)])
    heads = [" ".join(w[: len(w) - len(tail)]) for w in words]
    return " ".join([listed(heads, "or"), *tail])


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill `{source}`-style placeholders with labels, choosing "a" or "an" before them.

    Examples
    --------
    >>> fill("from a {source}?", {"source": "Average consumer"})
    'from an average consumer?'
    >>> fill("Agree? {source} is credible", {"source": "an average consumer"})
    'Agree? An average consumer is credible'
    >>> fill("from {source}?", {"source": "an average consumer"})
    'from an average consumer?'
    """
    for name, label in values.items():
        slot = f"{{{name}}}"
        phrase = in_sentence(label)
        bare = re.sub(r"^(?:an?|the) ", "", phrase)
        article = "an" if bare[:1].lower() in "aeiou" else "a"
        text = _put(text, rf"\ban? {re.escape(slot)}", f"{article} {bare}")
        text = _put(text, rf"\bAn? {re.escape(slot)}", f"{article.title()} {bare}")
        text = _put(text, rf"(?:^|(?<=[.?!:] )){re.escape(slot)}", capitalised(phrase))
        text = text.replace(slot, phrase)
    return text


def _put(text: str, pattern: str, new: str) -> str:
    """Replace with a literal text: labels may hold backslashes."""
    return re.sub(pattern, lambda _: new, text)


def predicate(topic: Topic, values: Mapping[str, str] | None = None) -> str:
    """What the counted people say: the topic's own predicate, else the neutral form with its wording.

    Examples
    --------
    >>> topic = Topic("buy", "Will you buy it?", "proportion", "share", answers=("Yes", "Maybe"))
    >>> predicate(topic)
    'answer “Yes” or “Maybe” to “Will you buy it?”'
    """
    own = topic.predicate
    filling = dict(values or {})
    if own:
        return fill(own.replace("{answers}", join_labels(topic.answers)), filling)
    wording = fill(topic.wording or topic.question, filling)
    if not topic.answers:
        return f"gave an answer to “{wording}”"
    return f"answer {listed([f'“{a}”' for a in topic.answers], 'or')} to “{wording}”"


def score_noun(topic: Topic) -> str:
    """What a construct score other than the mean of its items is called; "" for the mean, which needs no name."""
    nouns = {"construct sum": "sum score", "prorated construct sum": "prorated sum score"}
    return nouns.get(topic.score, "percent of the maximum possible score" if topic.score == "POMP" else "")


def with_score(topic: Topic, name: str) -> str:
    """A construct as the object of "the mean": with the kind of its score where that is not the mean.

    Examples
    --------
    >>> with_score(Topic("t", "", "mean", "score", score="construct sum"), "trust")
    'sum score of trust'
    >>> with_score(Topic("t", "", "mean", "score"), "trust")
    'of trust'
    """
    noun = score_noun(topic)
    return f"{noun} of {name}" if noun else f"of {name}"


def events_of(topic: Topic) -> str:
    """The events counted, as a plural."""
    unit = topic.unit_of_count or "event"
    return unit if unit.endswith("s") else f"{unit}s"


def over(topic: Topic) -> str:
    """What a ratio of totals is over: " to recommendations recalled"; empty for everything else."""
    return f" to {in_sentence(topic.denominator)}" if topic.denominator else ""


def measured(topic: Topic) -> str:
    """What was measured as a noun phrase, the labels boxed named: for titles and alt text.

    Examples
    --------
    >>> boxed = ("Very likely", "Extremely likely")
    >>> measured(Topic("f", "?", "proportion", "share", answers=boxed, short="Likelihood to follow"))
    'share very or extremely likely to follow'
    >>> measured(Topic("f", "?", "proportion", "share", answers=boxed))
    'share answering very or extremely likely (f)'
    """
    name = topic.short or topic.question
    if topic.construct_items and topic.statistic == "proportion":
        named = "" if "," in name else f" ({in_sentence(name)})"
        return f"share with {join_labels(topic.answers)}{named}"
    if topic.statistic == "proportion" and topic.answers:
        labels = join_labels(topic.answers)
        likely = re.match(r"(?:likelihood|likely) (to .+)", name, re.IGNORECASE)
        if likely and labels.endswith("likely"):
            return f"share {labels} {likely[1]}"
        return f"share answering {labels} ({in_sentence(name)})"
    if topic.construct_items and "," in name:
        return f"mean {score_noun(topic) or 'score'}"
    if topic.statistic == "mean":
        return f"mean {with_score(topic, in_sentence(name))}"
    if topic.statistic in ("variance", "covariance", "correlation", "quantile", "std_dev"):
        noun = {"std_dev": "standard deviation"}.get(topic.statistic, topic.statistic)
        return f"{'median' if topic.score == 'median' else noun} of {in_sentence(name)}"
    if topic.statistic == "ratio" and topic.denominator:
        of = f", of {events_of(topic)}" if topic.unit_of_count else ""
        return f"{in_sentence(name)}{of}" if of else f"ratio of {in_sentence(name)}{over(topic)}"
    if topic.statistic == "nps":
        return f"net promoter score ({in_sentence(name)})"
    return in_sentence(name)


def shared_base(bases: Iterable[str], labels: Sequence[str], what: str) -> str | None:
    """One base text for rows that differ only by their label ("that source"); None when there is none.

    Examples
    --------
    >>> shared_base(["rated a celebrity", "rated an expert"], ["Celebrity", "Expert"], "source")
    'rated that source'
    """
    texts = list(bases)
    if len(set(texts)) == 1:
        return texts[0]
    general = {
        re.sub(rf"\b(?:(?:an?|the)\s+)?{re.escape(label)}s?\b", f"that {what}", text, flags=re.IGNORECASE)
        for text, label in zip(texts, labels, strict=True)
    }
    return general.pop() if len(general) == 1 else None
