"""The words that need a licence, as a table: words, the facts that license them, what to say otherwise.

One row a family of words (`report-content.md`, section 4). A row holds a pattern, a test of the facts and
of the text, the reason and the alternative. Where no licence holds, the plain number is printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from survey_analysis.errors import ReportError, closest
from survey_analysis.wording import conditions as c
from survey_analysis.wording.facts import MINIMUM, SMALL, Facts

Kind = Literal[
    "fraction", "majority", "minority", "plurality", "difference", "size", "ratio", "largest", "rank",
    "similar", "none", "trend", "change", "causal", "subject", "significance", "never", "interval",
    "intention", "threshold",
]  # fmt: skip


@dataclass(frozen=True)
class Licence:
    """One family of words and the condition under which they may be used."""

    words: tuple[str, ...]
    kind: Kind
    pattern: re.Pattern[str]
    test: Callable[[Facts, str, str], bool]  # facts, the word as found, the whole text
    reason: str
    otherwise: Callable[[Facts], str]
    needs_base: bool = True

    def holds(self, facts: Facts, word: str, text: str) -> bool:
        """True when the facts license the word in this text."""
        if self.needs_base and not base_allows(facts, text):
            return False
        return self.test(facts, word, text)


def base_allows(facts: Facts, text: str) -> bool:
    """Base condition common to all words: 100, or 30 with "(small base)"; none under 30 or suppressed.

    Examples
    --------
    >>> base_allows(Facts(n=99), "Most agree"), base_allows(Facts(n=99), "Most agree (small base)")
    (False, True)
    """
    if facts.suppressed or facts.base < MINIMUM:
        return False
    return facts.base >= SMALL or "(small base)" in text.lower()


def _row(
    words: str,
    kind: Kind,
    pattern: str,
    test: Callable[[Facts, str, str], bool],
    *,
    reason: str,
    instead: Callable[[Facts], str] | str,
    needs_base: bool = True,
) -> Licence:
    say = (lambda _: instead) if isinstance(instead, str) else instead
    return Licence(
        tuple(w.strip() for w in words.split("|")),
        kind,
        re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE),
        test,
        reason,
        say,
        needs_base,
    )


LICENCES: Final[tuple[Licence, ...]] = (
    _row("no difference larger than", "none",
         r"no differences? larger than",
         c.equivalent, reason="equivalence within the declared margin has not been shown",
         instead=c.plain_difference),
    _row("no clear difference", "none",
         r"no clear differences?",
         c.unclear, reason="the difference is clear, or equivalence was shown, or the detectable size is not "
         "known",
         instead=c.plain_difference),
    _row("no difference|does not differ", "none",
         r"no differences?|(?:do|does|did) not differ",
         c.never, reason="it is never bare: say how large a difference could have been found",
         instead=c.say_unclear),
    _row("about the same|similar|equal|on par|just as", "similar",
         r"about the same|the same as|similar|equally|equals?|on (?:a )?par|just as|"
         r"(?<!times )(?<!twice )(?<!thrice )as \w+ as",
         c.equivalent, reason="the 90% interval of the difference must lie inside a declared margin",
         instead=c.plain_difference),
    _row("k times more", "never",
         rf"(?:{c.TIMES} times|twice|thrice) (?:more|higher|larger|greater)",
         c.never, reason="k times more is ambiguous",
         instead="“... times as many”"),
    _row("up to k times", "largest",
         rf"up to {c.TIMES} times",
         c.up_to, reason="it needs categories listed beforehand, their number, the category and the median "
         "in the same sentence, and a simultaneous lower limit above 1",
         instead=c.say_largest),
    _row("more than twice|more than k times", "ratio",
         rf"more than (?:twice|{c.TIMES} times)",
         c.more_than_times, reason="the lower limit of the ratio must exceed it",
         instead=c.plain_ratio),
    _row("twice as|k times as many", "ratio",
         rf"(?:about )?(?:twice|double|triple|{c.TIMES} times)(?: as| the)?",
         c.about_times, reason="the interval of the ratio must lie within an eighth of it",
         instead=c.plain_ratio),
    _row("by more than k points|at least k points", "size",
         rf"(?:by )?(?:(?:more|greater|higher) than|over|at least) {c.POINTS}",
         c.by_more_than, reason="the limits of the difference must lie beyond the points stated",
         instead=c.plain_difference),
    _row("more than k%|at least k%", "threshold",
         rf"(?:(?:more|greater|higher) than|over|above|at least|upwards of) {c.PERCENT}",
         c.over_stated, reason="the lower limit must exceed the percentage stated",
         instead=c.plain_level),
    _row("fewer than k%|at most k%", "threshold",
         rf"(?:(?:fewer|less|lower) than|under|below|at most) {c.PERCENT}",
         c.under_stated, reason="the upper limit must stay under the percentage stated",
         instead=c.plain_level),
    _row("large majority", "majority",
         r"(?:large|vast|overwhelming|great|strong) majority",
         c.above(2 / 3), reason="the lower limit must exceed 66.7%",
         instead=c.plain_level),
    _row("nearly all", "majority",
         r"nearly all|almost all|nearly everyone|almost everyone|virtually all",
         c.above(0.9), reason="the lower limit must exceed 90%",
         instead=c.plain_level),
    _row("plurality|most common answer", "plurality",
         r"plurality|most (?:common|frequent|popular)(?: answer)?",
         c.plurality, reason="it must differ from the second answer (adjusted) and stay at 50% or under",
         instead=c.plain_level),
    _row("highest|most trusted source", "rank",
         r"most (?:trusted|credible|believable|knowledgeable|trustworthy|likely|honest|effective|influential)"
         r"(?: source)?|(?<!among the )highest|top|best|number one|ranks? first|first choice|the winner|lowest|worst"
         r"|least \w+",
         c.best, reason="it must be alone in the simultaneous best set",
         instead=c.say_best),
    _row("probability of being best", "never",
         r"(?:probability|chance) of being (?:the )?(?:best|first)",
         c.never, reason="replicates are not a posterior",
         instead="“share of replicates ranked first”", needs_base=False),
    _row("majority|most|more than half", "majority",
         r"majority|most|(?:more than|over) half",
         c.above(0.5), reason="the lower limit must exceed 50%",
         instead=c.plain_level),
    _row("minority|fewer than half", "minority",
         r"minority|(?:fewer|less) than half|under half",
         c.below(0.5), reason="the upper limit must stay under 50%",
         instead=c.plain_level),
    _row("few", "minority",
         r"(?<!a )few|hardly any(?:one|body)?",
         c.below(0.15), reason="the upper limit must stay under 15%",
         instead=c.plain_level),
    _row("k in ten|three quarters|two thirds|half", "fraction",
         c.FRACTION,
         c.fraction, reason="the interval must lie inside the fraction's cell (5 points either side, thirds "
         "4)",
         instead=c.plain_level),
    _row("much more", "size",
         r"(?:much|far|a lot|significantly|substantially|considerably|dramatically) "
         r"(?:more|higher|less|lower|greater|larger|better|ahead|fewer)",
         c.much_more, reason="the lower limit of the difference must reach 10 points",
         instead=c.plain_difference),
    _row("more|higher|leads", "difference",
         r"more|higher|greater|larger|better|ahead(?: of)?|leads?(?! to)|led(?! to)|exceeds?|outperforms?"
         r"|beats?|outranks?|(?:over|above|surpass(?:es)?)(?= average)",
         c.more, reason="the adjusted p of this difference must be under .05, in this direction",
         instead=c.plain_difference),
    _row("less|lower|trails", "difference",
         r"less|lower|fewer|smaller|worse|behind|trails?|lags?",
         c.less, reason="the adjusted p of this difference must be under .05, in this direction",
         instead=c.plain_difference),
    _row("rises with|the older the", "trend",
         r"(?:rises?|increases?|grows?|falls?|declines?|decreases?) with"
         r"|the (?:older|younger|higher|richer) the",
         c.trend, reason="it needs an adjusted trend test and no reversal between neighbours",
         instead="“is higher in older groups”, if the groups differ"),
    _row("rose|fell|since", "change",
         r"rose|risen|fell|fallen|grew|grown|increased|declined|dropped|since"
         r"|no longer|surged|soared|doubled|tripled",
         c.change, reason="it needs two waves with the same wording, codes, mode and base, and an adjusted "
         "test",
         instead=c.plain_level),
    _row("effect", "causal",
         r"effects?(?: of| on)?",
         c.effect, reason="nothing was assigned at random",
         instead="“is associated with”", needs_base=False),
    _row("because|drives|makes|leads to|impact|influence on", "causal",
         r"because(?: of)?|drives?|driven by|drivers?|(?:makes?|made)(?! (?:\d|(?:up|of|by|at|in|with|face|(?:their |a |the )?recommendations?)\b))"
         r"|leads? to|led to|impacts?|impact(?:ed|ing)"
         r"|influence on|influences|causes?|caused|thanks to|due to|results? in|boosts?|persuades?",
         c.never, reason="no design of this package licenses a cause by rule",
         instead="“is associated with”", needs_base=False),
    _row("statistically significant (5%, adjusted)", "significance",
         r"statistically significant \(5%, adjusted\)",
         c.significant, reason="the adjusted p is not under .05",
         instead=c.plain_difference),
    _row("significant", "significance",
         r"(?:statistically )?significant(?:ly)?",
         c.never, reason="it is never alone",
         instead="“statistically significant (5%, adjusted)”", needs_base=False),
    _row("representative|scientific|proves|confirms|replicates", "never",
         r"(?:nationally )?representative|scientific(?:ally)?|proves?|proven|proof|confirms?|confirmed"
         r"|replicates?(?! ranked first)|replicated",
         c.never, reason="no survey licenses it",
         instead="what was done: frame, selection, weighting", needs_base=False),
    _row("confidence interval|margin of sampling error|CI", "interval",
         r"confidence intervals?|margins? of (?:sampling )?error|C\.?I\.?s?",
         c.sampling_error, reason="it belongs to a probability sample, or to a list about itself",
         instead="“95% interval (model-based)”", needs_base=False),
    _row("respondents|participants|survey", "subject",
         r"(?<!simulated )(?:respondents?|participants?|interviewees?|surveys?|surveyed)",
         c.not_simulated, reason="no person was surveyed",
         instead="“simulated respondents”", needs_base=False),
    _row("Americans|consumers|people", "subject",
         r"(?<!simulated )(?:Americans?|Britons?|Europeans?|consumers?|people|persons|shoppers?|customers?"
         r"|(?:the )?(?:general )?(?:public|population)|adults|everyone|everybody|nobody|women|men)",
         c.population, reason="the subject may be the population only for a probability sample or a declared "
         "generalisation",
         instead=c.say_subject, needs_base=False),
    _row("likely to follow", "intention",
         r"(?:highly |quite )?likely to \w+",
         c.labels_repeated, reason="it must repeat the labels boxed",
         instead=c.say_labels, needs_base=False),
    _row("follow", "intention",
         r"(?<!to )(?<!would )(?<!would not )(?<!wouldn’t )(?<!wouldn't )follow(?:s|ed)?(?! recommendations?\?)",
         c.not_intention, reason="an intention is not behaviour",
         instead="“say they would follow”", needs_base=False),
)  # fmt: skip


def find(word: str) -> Licence:
    """The row that a word belongs to.

    Raises
    ------
    ReportError
        If no row licenses the word.

    Examples
    --------
    >>> find("majority").kind, find("eight in ten").kind, find("up to 22 times").kind
    ('majority', 'fraction', 'largest')
    """
    for row in LICENCES:
        if row.pattern.fullmatch(word.strip()) or word in row.words:
            return row
    known = [w for row in LICENCES for w in row.words]
    raise ReportError(f"'{word}' is not a word that needs a licence.", hint=closest(word, known))


def licensed(word: str, facts: Facts, *, text: str = "") -> bool:
    """Whether the facts license a word.

    Parameters
    ----------
    word
        A word or group of words of the table ("most", "more", "eight in ten", "up to 22 times").
    facts
        What is known about the number or comparison it speaks of.
    text
        The whole text, where the licence asks for something in the same sentence.

    Examples
    --------
    >>> seen = Facts(p=0.54, low=0.501, high=0.58, n=900)
    >>> licensed("majority", seen), licensed("large majority", seen), licensed("half", seen)
    (True, False, False)
    """
    return find(word).holds(facts, word.strip(), text or word)
