"""`survey.check(text)`: a draft read sentence by sentence, every number and every word that needs a licence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from survey_analysis.claims.catalogue import Figure, Source, catalogue
from survey_analysis.claims.context import Context, contexts
from survey_analysis.claims.declared import check_all, names_of
from survey_analysis.claims.numbers import rule
from survey_analysis.claims.prose import places, sentences
from survey_analysis.claims.quantities import Quantity, quantities
from survey_analysis.claims.ruling import NO_MATCH, Ruling, Study
from survey_analysis.claims.subjects import names_in, vocabulary
from survey_analysis.errors import StudyError
from survey_analysis.estimation.origin import provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.claims import DraftData, Verdict
from survey_analysis.results.provenance import Provenance
from survey_analysis.wording import conditions
from survey_analysis.wording.check import Word, read_words
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.licences import find
from survey_analysis.wording.numbers import count

COLUMNS: Final = (
    "line", "column", "start", "end", "sentence", "found", "kind", "estimate", "conf_low", "conf_high", "unit",
    "source", "verdict", "reason", "instead",
)  # fmt: skip
_DENIED: Final = re.compile(
    r"(?:\b(?:not|no|never|neither|nor|hardly)|n[’']t)\s(?:(?:any|the|much|really|a)\s)?$", re.IGNORECASE
)
_OF_LEVELS: Final = ("majority", "minority", "fraction", "threshold")
_OF_PAIRS: Final = (
    "difference",
    "size",
    "similar",
    "none",
    "ratio",
    "largest",
    "rank",
    "plurality",
    "trend",
    "change",
)
_CERTAIN: Final = ("causal", "never", "interval", "significance", "subject", "intention")


def check_draft(
    survey: SurveyData, text: str, *, results: Iterable[Source] = (), name: str = ""
) -> DraftData:
    """Check a draft: numbers against the study's figures, words against their licences. The text is never changed.

    Parameters
    ----------
    text
        Markdown or plain text. Code, addresses and marks are not read.
    results
        Results of the headline and the findings with their key paths, beside those of the declared claims.
    name
        Name of the file, for messages.

    Raises
    ------
    StudyError
        The study declares nothing that a number could be held against.
    """
    checked, more = check_all(survey), tuple(results)
    figures = catalogue(survey, checked, more)
    if not figures:
        raise StudyError(
            "The study declares nothing that a draft could be checked against.",
            where="[study.toml: claims, report.headline, report.findings, published]",
            hint='add [[claims]], or a headline = { question = "follow", top = 2 } in [report].',
        )
    origin = provenance(survey, None, survey.frame.weight > 0)
    names = names_in(survey)
    labels = names_of(survey)
    read = sentences(text)
    found = [quantities(s.text, names=labels) for s in read]
    told = tuple(contexts(read, found, names, vocabulary(survey, (f.question for f in figures), names)))
    ranked = frozenset(q for c in told if find("highest").pattern.search(c.text) for q in c.questions)
    if ranked:  # which member is best takes every pair: only where a sentence says so
        figures = catalogue(survey, checked, more, ranked=ranked)
    study = Study(figures, _counts(survey), _wordings(survey))
    sample = _sample(survey, origin, labels)
    where = places(text)
    rows: list[dict[str, Any]] = []
    for context in told:
        for start, end, kind, ruling in _rulings(context, study, sample):
            at = context.sentence.start
            line, column = where.of(at + start)
            rows.append(
                {
                    "line": line, "column": column, "start": at + start, "end": at + end,
                    "sentence": " ".join(context.text.split()), "found": text[at + start : at + end], "kind": kind,
                    **_of_figure(ruling.figure), "verdict": ruling.verdict, "reason": ruling.reason,
                    "instead": ruling.instead,
                }
            )  # fmt: skip
    return DraftData(text, pd.DataFrame(rows, columns=list(COLUMNS)), origin, len(read), name)


def _sample(survey: SurveyData, origin: Provenance, labels: tuple[str, ...]) -> Facts:
    return Facts(
        kind=origin.sample_kind, generalize=origin.generalize, labels=labels,
        randomised=survey.study.design.randomised or None,
    )  # fmt: skip


def _of_figure(figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"estimate": None, "conf_low": None, "conf_high": None, "unit": "", "source": ""}
    return {
        "estimate": None if figure.kind == "published" else figure.value, "conf_low": figure.low,
        "conf_high": figure.high, "unit": figure.unit, "source": figure.source,
    }  # fmt: skip


def _rulings(c: Context, study: Study, sample: Facts) -> Iterator[tuple[int, int, str, Ruling]]:
    """Verdicts of a sentence in reading order; a word that stands on a number is judged with it."""
    facts = c.facts(study.figures, sample)
    asks = c.text.rstrip().endswith("?")  # a question says nothing of its subject
    read = [w for w in read_words(c.text, *facts) if not (asks and w.row.kind == "subject")]
    words = [_rechecked(w, c, study, facts) for w in read]
    out: list[tuple[int, int, str, Ruling]] = []
    used: set[int] = set()
    for q in c.quantities:
        ruling = rule(q, c, study)
        start, end = q.start, q.end
        for i, word in enumerate(words):
            if word.start < q.end and q.start < word.end:
                used.add(i)
                start, end = min(start, word.start), max(end, word.end)
                ruling = _with_word(ruling, word, q)
        out.append((start, end, q.kind, ruling))
    out += [(w.start, w.end, w.row.kind, _word(w, c, study)) for i, w in enumerate(words) if i not in used]
    yield from sorted(out, key=lambda x: (x[0], x[1]))


def _with_word(ruling: Ruling, word: Word, q: Quantity) -> Ruling:
    """The verdict on a number and on the words around it: "22.2 times more", "more than 80%"."""
    issue = word.issue
    if issue is None or (word.row.kind == "threshold" and q.kind == "percent"):
        return ruling  # a limit stated was held against the interval already
    if (
        word.row.kind in ("difference", "size")
        and q.kind in ("points", "relative")
        and ruling.verdict != "supported"
    ):
        return ruling
    reason = f"{ruling.reason}; “{word.word}”: {issue.reason}"
    instead = "; ".join(dict.fromkeys(x for x in (ruling.instead, issue.instead) if x))
    verdict: Verdict = "overclaimed" if ruling.verdict == "supported" else ruling.verdict
    return replace(ruling, verdict=verdict, reason=reason, instead=instead)


def _rechecked(word: Word, c: Context, study: Study, facts: tuple[Facts, ...]) -> Word:
    """A word about a level is licensed by the level of the one it speaks of, not by any in the sentence."""
    intention = word.row.kind == "intention"
    if word.row.kind not in _OF_LEVELS and not intention:
        return word
    mine = [f for f in c.level_facts(word.start, word.end, study.figures) if f.answers or not intention]
    if intention and not mine:
        return word
    own = tuple(replace(f, labels=facts[0].labels, a="", b="") for f in mine) or (facts[0],)
    found = [w for w in read_words(c.text, *own) if (w.start, w.end) == (word.start, word.end)]
    return found[0] if found else word


def _word(word: Word, c: Context, study: Study) -> Ruling:
    """The verdict on a word: supported, more than the data say, or nothing in the study to say it of."""
    issue, kind = word.issue, word.row.kind
    if kind in ("difference", "size", "similar", "rank") and _DENIED.search(c.text[: word.start]):
        return _not_more(word, c, study)
    if issue is None:
        return Ruling("supported", f"licensed: {', '.join(word.row.words)}")
    if kind in _CERTAIN:
        return Ruling("overclaimed", issue.reason, issue.instead)
    mine = [
        f for f in study.figures if f.kind != "published" and f.question in c.questions and c.fits(f, None)
    ]
    if kind in _OF_LEVELS:
        levels = c.level_facts(word.start, word.end, study.figures)
        if not levels:
            return Ruling("unsupported", f"{NO_MATCH}; {issue.reason}", issue.instead)
        return Ruling(_side(word, levels[0]), issue.reason, issue.instead)
    kinds = (
        {"largest"}
        if kind == "largest"
        else {"ratio"}
        if kind == "ratio"
        else {"level"}
        if kind == "rank"
        else {"difference"}
    )
    figure = next((f for f in sorted(mine, key=lambda f: f.base != "common") if f.kind in kinds), None)
    if figure is None:
        return Ruling("unsupported", f"no comparison of the study matches it; {issue.reason}", issue.instead)
    verdict: Verdict = "overclaimed"
    if kind in ("difference", "size") and _opposite(word, figure, c):
        verdict = "unsupported"
    if (
        kind == "rank"
        and figure.facts.best
        and not set(c.labels(next(iter(figure.of), ""))) & set(figure.facts.best)
    ):
        verdict = "unsupported"
    return Ruling(verdict, issue.reason, issue.instead, figure)


def _not_more(word: Word, c: Context, study: Study) -> Ruling:
    """Judge a word that is denied ("not more"): that there is no difference is never said bare, and not at all where there is one."""
    what = "“no clear difference”, with the smallest that could have been detected"
    if word.issue is None:
        return Ruling("unsupported", f"the study licenses “{word.word}” itself", word.word)
    if word.row.kind == "rank":
        return Ruling(
            "overclaimed", "that one is not the first is not licensed by these words", "the numbers in order"
        )
    gaps = [
        f for f in study.figures if f.kind == "difference" and f.question in c.questions and c.fits(f, None)
    ]
    figure = next(iter(sorted(gaps, key=lambda f: f.base != "common")), None)
    if figure is None:
        return Ruling("unsupported", "no comparison of the study matches it", what)
    return Ruling("overclaimed", "that there is no difference is never said bare", what, figure)


def _side(word: Word, f: Facts) -> Verdict:
    """Overclaimed when the estimate lies on the side that the word says, else unsupported."""
    if f.p is None:
        return "unsupported"
    if word.row.kind == "fraction":
        target = conditions.fraction_value(word.word)
        return "overclaimed" if target is not None and abs(f.p - target) <= 0.05 else "unsupported"
    most = word.row.kind == "majority"
    limit = 0.9 if "nearly all" in word.row.words else 2 / 3 if "large majority" in word.row.words else 0.5
    if "few" in word.row.words:
        limit = 0.15
    return "overclaimed" if (f.p > limit if most else f.p < limit) else "unsupported"


def _opposite(word: Word, figure: Figure, c: Context) -> bool:
    """Whether the difference, seen from the side the sentence speaks of, goes the other way."""
    seen = c.facts([figure], Facts())
    d = next((f.difference for f in seen if f.difference is not None), None)
    down = "less" in word.row.words or any(x in word.word.lower() for x in ("less", "lower", "fewer"))
    return d is not None and (d > 0 if down else d < 0)


def _counts(survey: SurveyData) -> tuple[tuple[float, str], ...]:
    """Counts that a text may state: people kept and received, by sample too; members of each set; samples."""
    study, raw = survey.study, survey.table.raw
    out: list[tuple[float, str]] = [(float(len(survey)), "kept after cleaning")]
    if survey.flow is not None:
        boxes = [step for _, steps in survey.flow.samples for step in steps if step.kind == "received"]
        out += [(float(sum(b.n for b in boxes)), "received")] + [
            (float(b.n), "received, one sample") for b in boxes
        ]
    if study.samples is not None:
        column = raw.column(study.samples.column)
        out += [
            (float((column == code).sum()), f"kept, {study.sample_of(n).label or n}")
            for n, code in study.samples.codes.items()
        ]
        out.append((float(len(study.samples.members)), "samples"))
    out += [
        (float(len(s.members)), f"members of {s.label.lower()}") for s in study.codebook.subjects.values()
    ]
    return tuple((n, f"{count(n)} {text}") for n, text in out)


def _wordings(survey: SurveyData) -> str:
    book = survey.study.codebook
    texts: Sequence[str] = [x for q in book for x in (q.text, q.base, q.short)]
    return " ".join([*texts, *(c.text for c in book.constructs.values())]).lower()
