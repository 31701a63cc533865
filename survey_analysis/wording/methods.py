"""Method statements by kind of sample; what is missing comes back as questions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from survey_analysis.plurals import counted
from survey_analysis.results.process import WeightingData
from survey_analysis.typing import SampleKind
from survey_analysis.wording.lines import date_range, sentence_of
from survey_analysis.wording.numbers import count, number, percent, ratio
from survey_analysis.wording.phrases import listed
from survey_analysis.wording.statement import Statement, compose


@dataclass(frozen=True)
class SampleFacts:
    """What is known of one sample. Every field may be missing; shares are 0-1.

    `process` completes "who were ..." ("invited by e-mail", "routed through two panels"); `check` is the
    evidence against an outside benchmark, or "none" when no check was possible; `ai` is "not used" or the
    task with who checked it; `exclusions` are pairs of rule and number removed.
    """

    kind: SampleKind | None = None
    label: str = ""
    conductor: str = ""
    sponsor: str = ""
    population: str = ""
    mode: str = ""
    languages: str = ""
    dates: tuple[str, ...] = ()
    n: int | None = None
    frame: str = ""
    coverage: str = ""
    selection: str = ""
    rate_name: str = ""
    rate: float | None = None
    partial_rule: str = ""
    adjusted_for: str = ""
    benchmark: str = ""
    process: str = ""
    quotas: str = ""
    invited: int | None = None
    completion: float | None = None
    exclusions: tuple[tuple[str, int], ...] = ()
    fixed: str = ""  # "before" or "after" outcomes were seen
    check: str = ""
    list_size: int | None = None
    wider_group: str = ""
    program: str = ""
    version: str = ""
    seed: str = ""
    matched: str = ""
    variance: str = ""
    ai: str = ""


QUESTIONS: Final = {
    "kind": "What kind of sample is it: probability, opt-in, list or census?",
    "conductor": "Who conducted the survey?",
    "sponsor": "Who paid for the survey?",
    "population": "Whom should the sample speak for?",
    "mode": "By which mode were answers given?",
    "languages": "In which languages?",
    "dates": "When was it in the field?",
    "n": "How many answered?",
    "frame": "From which frame or panels did the sample come?",
    "coverage": "Whom does the frame cover?",
    "selection": "How were people selected?",
    "rate": "Which response rate, by which definition and edition?",
    "partial_rule": "How many questions make an answer partial or complete?",
    "adjusted_for": "For what are the data weighted?",
    "weights": "How were the data weighted, to which margins, and were weights limited?",
    "benchmark": "From which source and year do the weighting targets come?",
    "process": "Were members invited, or routed?",
    "quotas": "Which quotas were set?",
    "completion": "What share of those who started and qualified finished?",
    "exclusions": "How many answers were removed, and by which rules?",
    "fixed": "Were the rules fixed before or after outcomes were seen?",
    "variance": "How were the intervals computed?",
    "check": "Was any answer checked against an outside benchmark?",
    "list_size": "How many members has the list?",
    "share": "What share of the list answered?",
    "wider_group": "Whom does the list not stand for?",
    "program": "Which program made the records?",
    "version": "Which version?",
    "seed": "With which seed?",
    "matched": "Which published figures were matched?",
    "ai": "Were generative or predictive models used, for what, and who checked them?",
}

_PROBABILITY: Final = (
    "{conductor} surveyed {n} {population} by {mode} in {languages} from {dates}, for {sponsor}. The sample "
    "was drawn from {frame}, which covers {coverage}, by {selection}. {rate} ({partial_rule}). Data are "
    "weighted for {adjusted_for}. {weights} Targets: {benchmark}. {error}Question wording, order and other "
    "errors can add bias not included in this figure."
)
_OPT_IN: Final = (
    "{conductor} collected {n} online questionnaires from members of {frame}, who had volunteered to take "
    "surveys, from {dates}, for {sponsor}. Members were {process}; quotas: {quotas}. {participation} "
    "{exclusions} {weights} Targets: {benchmark}. Because members chose to join, no margin of sampling error "
    "exists. The 95% intervals are model-based: computed by {variance}, they are valid only if, within the "
    "weighting variables, members resemble others in {population} on what was asked. {check}"
)
_LIST: Final = (
    "{conductor} surveyed a random sample of {n} of {list_size} members of {frame} by {mode} from {dates}, "
    "for {sponsor}. Results describe members of the list, who joined by choice, not {wider_group}. "
    "{error}{weights}"
)
_CENSUS: Final = (
    "All {list_size} members of {frame} were invited; {n} answered ({share}), from {dates}, for {sponsor}. "
    "There is no sampling error of selection; those who did not answer may differ from those who did."
)
_SIMULATED: Final = (
    "No people were surveyed. The {n} records were generated by {program}, version {version}, seed {seed}; "
    "parameters were set so that {matched} match published figures. Agreement with them is by construction."
)
_UNMATCHED: Final = (
    "No people were surveyed. The {n} records were generated by {program}, version {version}, seed {seed}; "
    "no published figure was matched."
)
_UNDECLARED: Final = (
    "{kind} {n} answered. Conducted by {conductor}, for {sponsor}. Field dates: {dates}. "
    "Frame: {frame}. {weights}"
)


def sample_statement(facts: SampleFacts, weighting: WeightingData | None = None) -> Statement:
    """The method statement of one sample, chosen by its kind.

    Parameters
    ----------
    facts
        What is known.
    weighting
        What weighting did to this sample; None when it was not weighted here.

    Examples
    --------
    >>> s = sample_statement(SampleFacts("simulated", n=100, program="founding", version="1", seed="7"))
    >>> s.questions
    ('Which published figures were matched?',)
    """
    template = {
        "probability": _PROBABILITY,
        "opt-in": _OPT_IN,
        "list": _LIST,
        "census": _CENSUS,
        "simulated": _UNMATCHED if facts.matched.strip().lower() == "none" else _SIMULATED,
        None: _UNDECLARED,
    }[facts.kind]
    heading = f"Sample: {facts.label}" if facts.label else "Sample"
    return compose(heading, template, _values(facts, weighting), QUESTIONS)


def _values(f: SampleFacts, w: WeightingData | None) -> dict[str, str | None]:
    texts = ("conductor", "sponsor", "population", "mode", "languages", "frame", "coverage", "selection",
             "partial_rule", "adjusted_for", "process", "quotas", "benchmark", "wider_group", "program",
             "version", "seed", "matched", "variance")  # fmt: skip
    values: dict[str, str | None] = {name: getattr(f, name) or None for name in texts}
    return values | {
        "dates": date_range(f.dates) or None,
        "n": None if f.n is None else count(f.n),
        "list_size": None if f.list_size is None else count(f.list_size),
        "share": _share(f.n, f.list_size),
        "rate": f"{f.rate_name} = {percent(f.rate, 1)}" if f.rate is not None and f.rate_name else None,
        "weights": _weights(w),
        "participation": _participation(f),
        "exclusions": _exclusions(f),
        "error": _sampling_error(f, w),
        "check": _check(f.check),
        "kind": None,
    }


def _share(k: int | None, n: int | None) -> str | None:
    return percent(k / n) if k is not None and n else None


def _weights(w: WeightingData | None) -> str | None:
    if w is None:
        return None
    cap = f"weights were limited to {ratio(w.cap)} times the mean" if w.cap else "weights were not limited"
    if w.bounds is not None:
        cap = "weights were limited as said"
    return (
        f"{sentence_of(w.statement)} Design effect from weighting {number(w.deff)}, effective base "
        f"{count(w.n_effective)}, largest weight {ratio(w.largest)}; {cap}."
    )


def _participation(f: SampleFacts) -> str:
    if f.invited and f.n is not None:
        return f"The participation rate was {percent(f.n / f.invited, 1)} ({count(f.n)}/{count(f.invited)})."
    said = "The number invited is unknown, so no participation rate can be given"
    if f.completion is None:
        return f"{said}."
    return f"{said}; {percent(f.completion)} of those who started and qualified finished."


def _exclusions(f: SampleFacts) -> str | None:
    if not f.exclusions or f.fixed not in ("before", "after"):
        return None
    total = sum(n for _, n in f.exclusions)
    rules = listed([f"{rule} {count(n)}" for rule, n in f.exclusions])
    return f"{counted(total, 'was', 'were')} removed by rules fixed {f.fixed} outcomes were seen ({rules})."


def _check(text: str) -> str | None:
    if text.lower() == "none":
        return "No check against an outside benchmark was possible."
    return f"Evidence: {sentence_of(text)}" if text else None


def margin_of_error(n: float, deff: float) -> float:
    """Margin of sampling error of a 50% share, as a share: 1.96 sqrt(deff / (4 n)) (`statistics.md` 2.12).

    Examples
    --------
    >>> percent(margin_of_error(1000, 1.0), 1)
    '3.1%'
    """
    return 1.96 * math.sqrt(deff * 0.25 / n)


def _sampling_error(f: SampleFacts, w: WeightingData | None) -> str:
    if f.kind not in ("probability", "list") or f.n is None:
        return ""
    deff = w.deff if w is not None else 1.0
    about = " for statements about the list" if f.kind == "list" else ""
    moe = percent(margin_of_error(f.n, deff), 1).removesuffix("%")
    return (
        f"The design effect from weighting is {number(deff)}; for all respondents the margin of sampling "
        f"error{about} is ±{moe} points at 95%, larger for subgroups and given with each result. "
    )
