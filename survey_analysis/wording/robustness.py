"""What the analysis paths say: a sentence a number, the caption of the strip, how the paths were made."""

from __future__ import annotations

import math
from typing import Any, Final

from survey_analysis.results.robustness import LABEL_OF, Dimension, RobustnessData, Target
from survey_analysis.robustness.conclude import NEITHER, NO_TEST, TOO_SMALL, UNCLEAR
from survey_analysis.robustness.judge import SENSITIVE, of_target, sensitive_to, target_summary
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.levels import decimals_of
from survey_analysis.wording.lines import ADJUSTMENTS, sentence_of, source_line
from survey_analysis.wording.numbers import DASH, count, fixed, percent, signed
from survey_analysis.wording.phrases import SIMULATED, capitalised, in_sentence, measured, subject

_WHICH: Final = {
    "cleaning": "who is excluded",
    "weights": "the weights",
    "dont_know": "don’t know",
    "box": "the box",
    "base": "the base",
}
_BASES: Final = {"own": "own bases", "common": "the same people", "all": "the people who answered all"}
_END: Final = "Table below has all values."


def sentence_robustness(data: RobustnessData) -> str:
    """Range, share of paths with the same conclusion, and what it hangs on; one sentence a target."""
    said = [target_sentence(data, t) for t in data.targets]
    if data.failed:
        many = count(len(data.failed))
        said.append(f"{many} ways to clean and weight could not be computed and are in no path.")
    return " ".join([*said, SIMULATED] if data.simulated else said)


def target_sentence(data: RobustnessData, target: Target) -> str:
    """The sentence of one target, without the simulated mark."""
    row = target_summary(data, target.name)
    which = sensitive_text(data, target)
    end = f"; sensitive to {which}." if which else "."
    return f"{capitalised(_subject(data, target))} {_range(data, row)} and {_holds(data, row)}{end}"


def sensitive_text(data: RobustnessData, target: Target) -> str:
    """What the conclusion hangs on, in words; "" when it holds in 90% of the paths."""
    found = sensitive_to(data, target.name)
    return "" if found is None else option_text(*found)


def option_text(dimension: str, option: str) -> str:
    """A decision and an option of it, as named in a sentence.

    Examples
    --------
    >>> option_text("base", "own"), option_text("weights", "none"), option_text("box", "top-1")
    ('the base (own bases)', 'the weights (none)', 'the box (top-1)')
    """
    named = _BASES.get(option, option) if dimension == "base" else option
    return f"{_WHICH[dimension]} ({named})"


def held_line(data: RobustnessData, target: Target) -> str:
    """The line of a finding: how many paths hold, and what the conclusion is sensitive to.

    Examples
    --------
    "Holds in 412 of 500 analysis paths; sensitive to the box (top-1)."
    """
    row = target_summary(data, target.name)
    which = sensitive_text(data, target)
    end = f"; sensitive to {which}." if which else "."
    return f"Holds in {count(row['same'])} of {count(row['paths'])} analysis paths{end}"


def _subject(data: RobustnessData, target: Target) -> str:
    if data.kind == "level":
        of = (
            "" if target.name in (data.topic.short, data.topic.question) else f" ({in_sentence(target.name)})"
        )
        return f"{measured(data.topic)}{of}"
    what = in_sentence(target.within) or f"“{in_sentence(data.topic.short or data.topic.question)}”"
    return f"the difference in {what} between {in_sentence(target.a)} and {in_sentence(target.b)}"


def _range(data: RobustnessData, row: dict[str, Any]) -> str:
    low, high = float(row["low"]), float(row["high"])
    unit = printed_unit(data)
    same_sign = data.kind == "level" or low > 0 or high < 0
    verb = "stays between" if same_sign else "runs from"
    joint = "and" if same_sign else "to"
    shown = (
        f"{number_text(data, low, sign=not same_sign)} {joint} {number_text(data, high, sign=not same_sign)}"
    )
    return f"{verb} {shown}{unit}{_other_boxes(data, row)}"


def _other_boxes(data: RobustnessData, row: dict[str, Any]) -> str:
    """The range that other boxes add: another box is another quantity, so it stands apart."""
    low, high = float(row["low_any_box"]), float(row["high_any_box"])
    if low == float(row["low"]) and high == float(row["high"]):
        return ""
    sign = data.kind == "difference" and low < 0 < high
    return f" ({number_text(data, low, sign=sign)} to {number_text(data, high, sign=sign)} with other boxes)"


def printed_unit(data: RobustnessData) -> str:
    """What follows a printed number: points for differences of shares, % for shares."""
    if data.topic.unit != "share":
        return " on the scale" if data.topic.scale_range else ""
    return " points" if data.kind == "difference" else ""


def number_text(data: RobustnessData, value: float, *, sign: bool = False) -> str:
    """An estimate or a limit as printed, without its unit (a share carries its %)."""
    if not math.isfinite(value):
        return DASH
    if data.topic.unit != "share":
        places = decimals_of(data.topic.unit)
        return signed(value, places) if sign else fixed(value, places)
    if data.kind == "level":
        return percent(value, 1)
    return signed(100 * value, 1) if sign else fixed(100 * value, 1)


def _holds(data: RobustnessData, row: dict[str, Any]) -> str:
    of = f"in {count(row['same'])} of {count(row['paths'])} analysis paths"
    return f"{conclusion_text(data, str(row['conclusion']))} {of}"


def conclusion_text(data: RobustnessData, conclusion: str) -> str:
    """A conclusion as the end of "it is ..."."""
    if conclusion in (UNCLEAR, NEITHER, NO_TEST, TOO_SMALL):
        return {
            UNCLEAR: "is not clear",
            NEITHER: "is neither a majority nor a minority",
            NO_TEST: "has no test",
            TOO_SMALL: "rests on too small a base",
        }[conclusion]
    if data.kind == "difference":
        return "is clear"
    if data.value is not None:
        against = percent(data.value) if data.topic.unit == "share" else fixed(data.value, 2)
        return (
            f"is {conclusion} {against}"
            if conclusion in ("above", "below")
            else f"is not told apart from {against}"
        )
    return f"is {conclusion}"


def caption_robustness(data: RobustnessData, target: Target) -> Caption:
    """The texts around the strip of one target."""
    row = target_summary(data, target.name)
    which = sensitive_text(data, target)
    title = f"{capitalised(_subject(data, target))}: {_from_to(data, row)}; {held(data, row)}"
    if which:
        title += f", sensitive to {which}"
    of_whom = "; ".join(subject(b, data.provenance) for b in target.base.split("; ") if b)
    tested = f"intervals not adjusted; conclusions by p adjusted ({ADJUSTMENTS[data.adjust]})" \
        if data.kind == "difference" else ""  # fmt: skip
    return Caption(
        title=title,
        subtitle=f"{sentence_of(measured(data.topic))} Every analysis path, sorted, with its interval; "
        "below, the choices of each path",
        base=f"Base: {of_whom}; on the declared path." if of_whom else "",
        source=source_line(data.provenance, tested=tested),
        alt=_alt(data, target, row, which),
        note=unit_note(data),
        simulated=data.simulated,
    )


def _from_to(data: RobustnessData, row: dict[str, Any]) -> str:
    """The range as in "6.9 to 14.0 points", signed where zero lies between."""
    low, high = float(row["low"]), float(row["high"])
    sign = data.kind == "difference" and low < 0 < high
    return f"{number_text(data, low, sign=sign)} to {number_text(data, high, sign=sign)}{printed_unit(data)}"


def held(data: RobustnessData, row: dict[str, Any]) -> str:
    """In how many paths the conclusion holds, as in "clear in 480 of 500 paths"."""
    said = conclusion_text(data, str(row["conclusion"])).removeprefix("is ")
    return f"{said} in {count(row['same'])} of {count(row['paths'])} paths"


def unit_note(data: RobustnessData) -> str:
    """Says in which unit the means stand that are drawn beside shares."""
    if not (data.rows["unit"] == "range").any():
        return ""
    return "Means of the scale are in percent of its range."


def _alt(data: RobustnessData, target: Target, row: dict[str, Any], which: str) -> str:
    what = f"Specification curve of {_subject(data, target)}."
    declared = number_text(data, row["declared"])
    paths = f"{count(row['paths'])} analysis paths, {_from_to(data, row)}; declared {declared}."
    holds = f"{capitalised(held(data, row))}{f'; sensitive to {which}' if which else ''}."
    return " ".join([what, paths, holds, *((SIMULATED,) if data.simulated else ()), _END])


def robustness_facts(data: RobustnessData, target: Target) -> Facts:
    """What may license the words of a title of one's own: the numbers of the declared path."""
    row = of_target(data, target.name).iloc[0]
    estimate, low, high = (float(row[c]) for c in ("estimate", "conf_low", "conf_high"))
    n, kind = float(row["n"]), data.provenance.sample_kind
    if data.kind == "level":
        return Facts(p=estimate, low=low, high=high, n=n, kind=kind)
    return Facts(
        difference=estimate, difference_low=low, difference_high=high, p_adjusted=float(row["p_adjusted"]),
        a=target.a, b=target.b, n=n, kind=kind,
    )  # fmt: skip


def explain_robustness(data: RobustnessData) -> str:
    """Which decisions were varied and how, what was not, and the rules by which paths are judged."""
    lines = [
        f"Robustness of {in_sentence(measured(data.topic))}: {count(data.paths)} analysis paths.",
        *([f"Box and comparison as declared: {data.taken_from}."] if data.taken_from else []),
        "A path is one crossing of these choices; the first of each is the declared one:",
        *(line for d in data.varied for line in _dimension_lines(d)),
        *_left_out_lines(data),
        *_rules(data),
    ]
    if data.failed:
        lines.append("Could not be computed, and in no path:")
        lines += [f"  {x.choice}: {x.why}." for x in data.failed]
    return "\n".join(lines)


def decision_text(d: Dimension) -> str:
    """A decision with its choices, on one line."""
    return f"{d.label}: " + "; ".join(f"{c.name} ({c.text})" if c.text else c.name for c in d.choices) + "."


def _dimension_lines(d: Dimension) -> list[str]:
    return [f"{d.label}:", *(f"  {c.name}{f': {c.text}' if c.text else ''}" for c in d.choices)]


def _left_out_lines(data: RobustnessData) -> list[str]:
    return [not_varied_text(x.dimension, x.choice, x.why) for x in data.left_out]


def not_varied_text(dimension: str, choice: str, why: str) -> str:
    """Why something was not varied."""
    return f"Not varied: {left_out_text(dimension, choice, why)}."


def left_out_text(dimension: str, choice: str, why: str) -> str:
    """What was not varied, and why, as part of a list.

    Examples
    --------
    >>> left_out_text("dont_know", "", "Constructs are means of answered items")
    'don’t know (constructs are means of answered items)'
    """
    what = in_sentence(LABEL_OF[dimension])
    return f"{what} {choice!r} ({in_sentence(why)})" if choice else f"{what} ({in_sentence(why)})"


def _rules(data: RobustnessData) -> list[str]:
    out = []
    if data.kind == "difference":
        m = f"{count(data.family)} comparison{'s' if data.family != 1 else ''}"
        out.append(
            "A path concludes a direction when the adjusted p is under .05, else no clear difference "
            f"({ADJUSTMENTS[data.adjust]} over the {m} of a path)."
        )
    elif data.value is not None:
        out.append("A path concludes on which side of the value its interval lies.")
    else:
        out.append(
            "A path concludes the strongest word that its interval licenses; the conclusion of the declared path "
            "also holds where a stronger word of the same kind does."
        )
    out += [
        f"Sensitive: the conclusion holds in fewer than {percent(SENSITIVE)} of the paths.",
        "To what: the option that most often changes it between two paths alike in everything else.",
        "The range is that of the declared box: another box is another quantity.",
        "Every path equals what the public verbs give with its choices.",
        "The share of paths is no probability: they share their data, and which are listed is a judgement.",
        "Multiverse analysis: Steegen, Tuerlinckx, Gelman and Vanpaemel 2016.",
        "Specification curve: Simonsohn, Simmons and Nelson 2020.",
    ]
    return out
