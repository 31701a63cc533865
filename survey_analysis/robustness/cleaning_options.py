"""Who is excluded for quality: the declared rule, none, a family left out, stricter and looser, other thresholds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from survey_analysis.cleaning.exclude import without
from survey_analysis.cleaning.flags import FAMILIES
from survey_analysis.cleaning.registry import rule_named
from survey_analysis.errors import EstimationError, closest
from survey_analysis.results.process import QualityEvidence, RuleText
from survey_analysis.robustness.options import DECLARED, Cut, Option

STRICTNESS = (1, 2, 3)
"""Families that must agree before somebody is excluded."""
SPEEDING = (0.3, 0.4, 0.5)
"""Shares of the median duration below which an interview is too fast (Greszki, Meyer and Schoen 2015)."""

_FAMILIES = re.compile(r"at\s+least\s+(\d+)\s+of\s+(\d+)\s+families", re.IGNORECASE)
_OPTION = re.compile(r"(\w+)\s+(\w+)\s*=\s*(\S+)")


def default_cleaning(quality: QualityEvidence) -> list[Option]:
    """The defensible ways to exclude, the declared one first."""
    out = [declared_cleaning(quality), _none()]
    families = _families(quality)
    if len(families) > 1:
        out += [_without(quality, f) for f in families]
    for k in STRICTNESS:
        sentence = _strict(quality.exclude, k, len(families))
        if k <= len(families) and sentence != quality.exclude:
            out.append(Option(sentence, f"excluded by: {sentence}", Cut(sentence)))
    if any(f.rule == "speeders" for f in quality.flags):
        now = _current(quality, "speeders", "below_median")
        out += [_changed(quality, "speeders", "below_median", x) for x in SPEEDING if x != now]
    return out


def cleaning_of(text: str, quality: QualityEvidence) -> Option:
    """One way to exclude, as a user writes it.

    "declared", "none", "without FAMILY" (or the name of a rule), "RULE option=value", or an exclusion rule.
    """
    if text == DECLARED:
        return declared_cleaning(quality)
    if text == "none":
        return _none()
    if text.startswith("without "):
        return _without(quality, text.removeprefix("without ").strip())
    changed = _OPTION.fullmatch(text.strip())
    if changed:
        return _changed(quality, changed[1], changed[2], _number(changed[3], text))
    return Option(text, f"excluded by: {text}", Cut(text))


def declared_cleaning(quality: QualityEvidence) -> Option:
    """The rule that was used."""
    rule = f"excluded by: {quality.exclude}" if quality.exclude else "nobody excluded for quality"
    return Option(DECLARED, rule, Cut(quality.exclude))


def _none() -> Option:
    return Option("none", "nobody excluded for quality", Cut(""))


def _families(quality: QualityEvidence) -> list[str]:
    present = {f.family for f in quality.flags}
    return [f for f in FAMILIES if f in present]


def _without(quality: QualityEvidence, what: str) -> Option:
    gone = {f.rule for f in quality.flags if what in (f.rule, f.family)}
    if not gone:
        known = [*_families(quality), *(f.rule for f in quality.flags)]
        raise EstimationError(
            f"'{what}' is neither a quality rule of this study nor a family of them.",
            where=f"robustness: cleaning 'without {what}'",
            hint=closest(what, known),
        )
    rest = without(quality.exclude, sorted(gone), quality.flags)
    rules = tuple(r for r in quality.rules if _name(r) not in gone)
    of = "the family" if what in FAMILIES else "the rule"
    said = f"excluded by: {rest}" if rest else "nobody is excluded then"
    return Option(f"without {what}", f"{of} {what} left out; {said}", Cut(rest, rules))


def _strict(sentence: str, k: int, families: int) -> str:
    """The exclusion rule with another number of families that must agree."""
    if _FAMILIES.search(sentence):
        return _FAMILIES.sub(lambda m: f"at least {k} of {m[2]} families", sentence)
    return f"at least {k} of {families} families"


def _changed(quality: QualityEvidence, rule: str, option: str, value: object) -> Option:
    if rule not in {f.rule for f in quality.flags}:
        raise EstimationError(
            f"'{rule}' is not a quality rule of this study.",
            where=f"robustness: cleaning '{rule} {option}={value}'",
            hint=closest(rule, [f.rule for f in quality.flags]),
        )
    rules = tuple(_with(r, option, value) if _name(r) == rule else r for r in quality.rules)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return Option(
        f"{rule} {option}={shown}",
        f"{rule} with {option} = {shown}, otherwise as declared",
        Cut(quality.exclude, rules),
    )


def _with(rule: RuleText, option: str, value: object) -> RuleText:
    options = {"rule": rule} if isinstance(rule, str) else dict(rule)
    return {**options, option: value}


def _name(rule: RuleText) -> str:
    return rule if isinstance(rule, str) else str(rule.get("rule"))


def _current(quality: QualityEvidence, rule: str, option: str) -> object:
    texts: Sequence[RuleText] = [f.declared for f in quality.flags if f.rule == rule]
    for text in texts:
        if isinstance(text, Mapping) and option in text:
            return text[option]
    return rule_named(rule).make.model_fields[option].default


def _number(text: str, told: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise EstimationError(
            f"'{text}' is no number.",
            where=f"robustness: cleaning '{told}'",
            hint='such as "speeders below_median=0.3".',
        ) from None
