"""The limits section and the box "What this does not show": each line appears when its object says so.

The headings are the total survey error frame (`statistics.md` 2.24).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.wording.comparisons import FAR, pairs
from survey_analysis.wording.numbers import count, percent, ratio
from survey_analysis.wording.phrases import in_sentence, join_labels, listed, noun
from survey_analysis.wording.precision import row_of, value_of


@dataclass(frozen=True)
class Limit:
    """One line of the limits section."""

    heading: str
    text: str


@dataclass(frozen=True)
class LimitFacts:
    """What the limits are written from; a missing fact leaves its line out. Shares are 0-1."""

    provenance: Provenance
    could_take_part: str = ""  # "online", "in these panels", "on this list"
    not_covered: str = ""
    weighting_variables: tuple[str, ...] = ()
    comparison: TestData | None = None
    exposed: bool = False  # each source was rated by those who met it
    scale_points: int | None = None
    answers: tuple[str, ...] = ()
    top_answer: float | None = None
    double_barrelled: tuple[str, ...] = ()
    heaped: float | None = None
    trimmed_ratio: float | None = None
    cleaned: bool = False
    headline: str = ""
    headline_raw: float | None = None
    comparisons: int | None = None
    robust_in: tuple[int, int] | None = None  # paths that hold, paths
    randomised: str = ""
    associations: bool = True
    sponsor: str = ""


def limits(facts: LimitFacts) -> tuple[Limit, ...]:
    """All lines that apply, in the order of the total survey error frame."""
    found = [
        ("Simulated", _simulated(facts)),
        ("Coverage", _coverage(facts)),
        ("Selection", _selection(facts)),
        ("Exposure", _exposure(facts)),
        ("Measurement", _measurement(facts)),
        ("Recall", _recall(facts)),
        ("Quality", _quality(facts)),
        ("Multiplicity and robustness", _multiplicity(facts)),
        ("Causality", _causality(facts)),
        ("Funding", f"{facts.sponsor} has an interest in the result." if facts.sponsor else ""),
        ("Precision", "Intervals do not include any of the errors above."),
    ]
    return tuple(Limit(h, t) for h, t in found if t)


_BOX: Final = ("Simulated", "Selection", "Exposure", "Causality", "Measurement", "Coverage", "Precision")


def not_shown(facts: LimitFacts, most: int = 3) -> tuple[Limit, ...]:
    """Lines for the box "What this does not show" on the findings page: at least two, the gravest first."""
    lines = {x.heading: x for x in limits(facts)}
    chosen = [lines[h] for h in _BOX if h in lines]
    return tuple(chosen[: max(2, most)])


def _who(f: LimitFacts) -> str:
    return noun(f.provenance.sample_kind, generalize=f.provenance.generalize)


def _simulated(f: LimitFacts) -> str:
    if not f.provenance.simulated:
        return ""
    return "No people were surveyed; nothing here is evidence about any population."


def _coverage(f: LimitFacts) -> str:
    if not f.could_take_part:
        return ""
    who = "Only simulated respondents" if f.provenance.simulated else "Only people"
    missing = f"; {f.not_covered}" if f.not_covered else ""
    return f"{who} {f.could_take_part} could take part{missing}."


def _selection(f: LimitFacts) -> str:
    kind = f.provenance.sample_kind
    if kind not in ("opt-in", "list"):
        return ""
    if not f.weighting_variables:
        return "They chose to join, and no weighting corrects for it."
    names = listed([in_sentence(x) for x in f.weighting_variables])
    return f"They chose to join; weighting on {names} cannot correct differences it does not contain."


def _exposure(f: LimitFacts) -> str:
    if not f.exposed:
        return ""
    text = f"Each source was rated by {_who(f)} who said it had recommended something to them."
    apart = _apart(f.comparison) if f.comparison is not None else None
    if apart is None:
        return text
    name, more = apart
    return (
        f"{text} Those who hear {name} trust other sources {'more' if more else 'less'} as well; compare "
        "sources on the same people (section 3)."
    )


def _apart(test: TestData) -> tuple[str, bool] | None:
    """The first pair whose own-base gap is 2 points or a sign away from that of the same people."""
    for i, own in pairs(test):
        if own is None:
            continue
        row, other = row_of(test, i), row_of(test, own)
        same, gap = value_of(row, "estimate"), value_of(other, "estimate")
        if same is not None and gap is not None and (abs(gap - same) > FAR or gap * same < 0):
            return _drawn_to(row, other)
    return None


def _drawn_to(same: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[str, bool]:
    """Who rates the other source differently when they also met this one, and in which direction.

    The side that moves most from all its raters to those who rated both tells of the raters of the other.
    """
    shift_a = float(same["estimate_a"]) - float(own["estimate_a"])
    shift_b = float(same["estimate_b"]) - float(own["estimate_b"])
    if abs(shift_b) >= abs(shift_a):
        return in_sentence(str(same["a"])), shift_b > 0
    return in_sentence(str(same["b"])), shift_a > 0


def _measurement(f: LimitFacts) -> str:
    said = []
    if f.scale_points and f.answers:
        top = (
            ""
            if f.top_answer is None
            else f"; with the top answer alone the share is {percent(f.top_answer)}"
        )
        labels = join_labels(f.answers)
        said.append(
            f"Answers are self-reported intentions on a {f.scale_points}-point scale; “{labels}” is our "
            f"cut{top}."
        )
    said += [f"“{item}” asks two things at once." for item in f.double_barrelled]
    return " ".join(said)


def _recall(f: LimitFacts) -> str:
    if f.heaped is None:
        return ""
    rest = ""
    if f.trimmed_ratio is not None:
        rest = f"; without the top 1% the largest ratio is {ratio(f.trimmed_ratio)}"
    return f"Counts are recalled, often rounded; {percent(f.heaped)} of those above 0 end in 0 or 5{rest}."


def _quality(f: LimitFacts) -> str:
    if not f.cleaned:
        return ""
    text = "Checks remove careless answers, not determined or automated ones."
    if f.headline and f.headline_raw is not None:
        raw = percent(f.headline_raw)
        text += f" Careless {_who(f)} tend to agree; without exclusions {f.headline} is {raw}."
    return text


def _multiplicity(f: LimitFacts) -> str:
    if f.comparisons is None:
        return ""
    text = f"{count(f.comparisons)} comparison{'s' if f.comparisons != 1 else ''}"
    if f.robust_in is None:
        return f"{text}; each chance of a false finding adds to the others, so p-values are adjusted."
    name, (held, paths) = f.headline or "the headline", f.robust_in
    return f"{text}; the finding on {name} holds in {count(held)} of {count(paths)} analysis paths."


def _causality(f: LimitFacts) -> str:
    if f.randomised or not f.associations:
        return ""
    return "Associations; nothing was assigned at random."
