"""What an interval may be called: chosen from the kind of sample, everywhere the same.

A confidence interval and a margin of sampling error belong to a probability sample, and to a random
sample of a list when the statement is about that list. Everything else has an interval that holds under
a model, and says so. An opt-in sample that was neither weighted nor checked against a benchmark has no
interval in anything rendered (`statistics.md` 2.12).
"""

from __future__ import annotations

from typing import Final, Literal

from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import SampleKind
from survey_analysis.wording.numbers import fixed, units

Length = Literal["first", "short", "long", "plural"]

_UNWEIGHTED: Final = ("", "none", "unweighted", "not weighted", "no weight")


def sampling_error_allowed(kind: SampleKind | None, generalize: str | None = None) -> bool:
    """Whether "CI", "confidence interval" and "margin of sampling error" may be used.

    Examples
    --------
    >>> sampling_error_allowed("probability"), sampling_error_allowed("opt-in")
    (True, False)
    >>> sampling_error_allowed("list"), sampling_error_allowed("list", "all influencers")
    (True, False)
    """
    return kind == "probability" or (kind == "list" and not generalize)


def interval_allowed(provenance: Provenance, *, benchmarked: bool = False) -> bool:
    """Whether an interval may be printed at all.

    Only an opt-in sample with neither weighting nor a check against an outside benchmark has none.

    Examples
    --------
    >>> interval_allowed(Provenance("s", "opt-in"))
    False
    >>> interval_allowed(Provenance("s", "opt-in", weighting="Raked to age and sex."))
    True
    """
    return provenance.sample_kind != "opt-in" or benchmarked or weighted(provenance)


def weighted(provenance: Provenance) -> bool:
    """Whether the provenance names a weighting.

    Examples
    --------
    >>> weighted(Provenance("s")), weighted(Provenance("s", weighting="Raked to age and sex."))
    (False, True)
    """
    text = provenance.weighting.strip().lower()
    return not any(text == word or (word and text.startswith(word)) for word in _UNWEIGHTED)


def interval_label(
    kind: SampleKind | None, *, level: float = 0.95, length: Length = "first", generalize: str | None = None
) -> str:
    """Name of the interval for a kind of sample.

    Parameters
    ----------
    kind
        Kind of sample; None when it is not declared.
    length
        "first" (in a sentence, before the limits), "short" (later on a page, axes), "long" (headings,
        notes) or "plural" (several limits listed).

    Examples
    --------
    >>> interval_label("probability"), interval_label("opt-in"), interval_label("list")
    ('95% CI', '95% interval, model-based,', '95% CI, for the list,')
    >>> interval_label("simulated", length="long"), interval_label("opt-in", length="short")
    ('95% interval (model-based, see Method)', '95% interval')
    >>> interval_label(None), interval_label("probability", level=0.9, length="long")
    ('95% interval', '90% confidence interval')
    """
    whole = abs(100 * level - units(100 * level)) < 1e-9
    percent = fixed(100 * level, 0 if whole else 1) + "%"
    many = "s" if length == "plural" else ""
    if sampling_error_allowed(kind, generalize):
        about = "" if kind == "probability" else ", for the list"
        if length == "long":
            return f"{percent} confidence interval{about}"
        return f"{percent} CI{many}{about}" + ("," if about and length == "first" else "")
    if kind is None or length == "short":
        return f"{percent} interval{many}"
    if length == "long":
        return f"{percent} interval (model-based, see Method)"
    return f"{percent} interval{many}, model-based" + ("," if length == "first" else "")


def label_of(provenance: Provenance, *, level: float = 0.95, length: Length = "first") -> str:
    """`interval_label` for the sample behind a result; empty when no interval may be printed.

    Examples
    --------
    >>> label_of(Provenance("s", "simulated")), label_of(Provenance("s", "opt-in"))
    ('95% interval, model-based,', '')
    """
    if not interval_allowed(provenance):
        return ""
    return interval_label(
        provenance.sample_kind, level=level, length=length, generalize=provenance.generalize
    )
