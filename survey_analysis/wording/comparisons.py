"""Sentences about comparisons: difference, no clear difference, similar, omnibus test.

Which template is used follows from the licences, not from the sign of a number: "more" needs the adjusted
p, "similar" a declared margin. A source comparison is worded from the same people; own bases stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.results.estimate import ARTICLES, EstimateData, Topic
from survey_analysis.results.test import TestData
from survey_analysis.wording.facts import MINIMUM, SMALL, Facts, facts_of
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.levels import SHARES, SMALL_BASE, decimals_of
from survey_analysis.wording.licences import licensed
from survey_analysis.wording.numbers import (
    MINUS,
    Pieces,
    agree,
    count,
    fixed,
    interval,
    percent,
    percent_interval,
)
from survey_analysis.wording.phrases import (
    SIMULATED,
    capitalised,
    in_sentence,
    join_labels,
    listed,
    noun,
    predicate,
    score_noun,
)
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import adjusted_p, ratio_sentence
from survey_analysis.wording.simple_tests import simple_sentence
from survey_analysis.wording.whole_tests import whole_sentence

SAME_PEOPLE: Final = {"common": "both", "all": "every source"}
"""Bases on which the same people are compared, and what they rated."""
FAR: Final = 0.02  # own and same-people differences further apart than this are pointed out


def sentence_test(test: TestData, *, delta: float | None = None) -> str:
    """Say what a test found, one sentence a comparison, in declared order.

    Parameters
    ----------
    test
        Differences, ratios or omnibus tests.
    delta
        Declared margin of equivalence in the unit of the estimate (0.05 for 5 points). Without it
        nothing is called similar.

    Returns
    -------
    str
        Sentences joined by spaces; "Simulated data." at the end when so.
    """
    if len(test) == 0:
        return "Nothing was compared."
    if test.kind == "omnibus":
        said = [omnibus_sentence(test, i) for i in range(len(test))]
    elif test.kind == "simple":
        said = [simple_sentence(test, i) for i in range(len(test))]
    elif not test.compares:
        said = [whole_sentence(test, i) for i in range(len(test))]
    elif test.kind == "ratio":
        said = [ratio_sentence(test, i) for i in range(len(test))]
    else:
        said = [difference_sentence(test, i, own=own, delta=delta) for i, own in pairs(test)]
    return " ".join([*said, SIMULATED] if test.simulated else said)


def pairs(test: TestData) -> list[tuple[int, int | None]]:
    """Row numbers of each comparison: the same people first, with the row of its own bases (or None)."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    dims = [d.name for d in test.dims if d.name in test.rows]
    for i in range(len(test)):
        row = row_of(test, i)
        key = tuple(str(row.get(c, "")) for c in ("question", "level", "a", "b", *dims))
        found.setdefault(key, {})[str(row.get("base", "own"))] = i
    out: list[tuple[int, int | None]] = []
    for rows in found.values():
        same = next((b for b in SAME_PEOPLE if b in rows), "")
        if same:
            out.append((rows[same], rows.get("own")))
        else:
            out.append((next(iter(rows.values())), None))
    return out


def difference_sentence(test: TestData, i: int, *, own: int | None = None, delta: float | None = None) -> str:
    """One comparison: difference, similar or no clear difference, whichever is licensed."""
    row, facts = row_of(test, i), facts_of(test, i, delta=delta)
    a, b = spoken(test, facts.a), spoken(test, facts.b)
    where = f"{about}: " if (about := context(test, row)) else ""
    if facts.difference is None:
        return f"{where}the difference between {a} and {b} could not be estimated."
    if facts.base < MINIMUM:
        return f"{where}{capitalised(a)} and {b}: {_rated(test, row)}; base too small to compare."
    if licensed("more", facts, text=SMALL_BASE) or licensed("less", facts, text=SMALL_BASE):
        said = _difference(test, row, facts)
    elif licensed("similar", facts, text=SMALL_BASE):
        said = _similar(test, facts)
    else:
        said = _unclear(test, facts)
    small = f" {SMALL_BASE}" if facts.base < SMALL else ""
    said = where + (said[0].lower() + said[1:] if where else said)
    return said + small + "." + (_own_bases(test, row, own) if own is not None else "")


def spoken(result: EstimateData | TestData, label: str) -> str:
    """A level inside a sentence: its phrase ("crying"), or in lower case; a source named by its key ("Blair") as it is."""
    for d in result.dims:
        if d.name == result.topic.subject and (key := d.key_of(label)) is not None:
            if key == label:
                return label
            phrase = dict(d.phrases).get(key, "")
            return phrase if phrase and not phrase.startswith(ARTICLES) else in_sentence(label)
    return in_sentence(label)


def raters(test: TestData) -> bool:
    """Whether the two sides are what people rated (sources), not groups of people."""
    return bool(test.topic.subject) and test.topic.subject not in test.rows


def context(test: TestData, row: Mapping[str, Any]) -> str:
    """What a comparison is about beyond its two sides: construct, group or answer; "" for none."""
    names = [str(row[d.name]) for d in test.dims if d.name in row]
    level = row.get("level")
    return ", ".join([*names, *([level] if isinstance(level, str) and level else [])])


def pieces(test: TestData, row: Mapping[str, Any]) -> Pieces:
    """The two numbers and their difference as printed together."""
    scale = 100.0 if test.topic.unit in SHARES else 1.0
    a, b, d = (scale * float(row[c]) for c in ("estimate_a", "estimate_b", "estimate"))
    return agree(a, b, d, decimals=decimals_of(test.topic.unit))


def limits(test: TestData, low: float | None, high: float | None, decimals: int) -> str:
    """Limits of a difference on the printed scale; empty without an interval."""
    if low is None or high is None or not interval_allowed(test.provenance):
        return ""
    if test.topic.unit in SHARES:
        return percent_interval(low, high, decimals)
    return interval(low, high, decimals)


def _difference(test: TestData, row: Mapping[str, Any], f: Facts) -> str:
    printed = pieces(test, row)
    up = f.difference is not None and f.difference > 0
    gap = printed.difference.removeprefix(MINUS)
    label = label_of(test.provenance, level=test.level)
    low, high = f.difference_low, f.difference_high
    if not up and low is not None and high is not None:
        low, high = -high, -low  # "5 points less (3-8)": limits of what the words say
    span = limits(test, low, high, printed.decimals)
    inside = "; ".join(x for x in (f"{label} {span}" if span else "", adjusted_p(test, row)) if x)
    note = f"; {printed.note}" if printed.note else ""
    word = "more" if up else "less"
    return (
        f"{_among(test, row)}{_both_levels(test, printed, f)}: {gap}{_unit(test, gap)} {word}"
        f"{f' ({inside}{note})' if inside or note else ''}"
    )


def _both_levels(test: TestData, printed: Pieces, f: Facts) -> str:
    a, b = spoken(test, f.a), spoken(test, f.b)
    topic = test.topic
    if topic.statistic != "proportion":
        name = f"the mean of {in_sentence(topic.short or topic.question)}"
        if topic.construct_items:
            name = f"the mean {score_noun(topic) or 'score'}"
        return f"{name} is {printed.a} for {a} and {printed.b} for {b}"
    said = say_of_either(topic)
    return f"{printed.a}% ({a}) and {printed.b}% ({b}) {said}"


def say_of_either(topic: Topic) -> str:
    """The predicate in words that fit both sides of a comparison.

    Examples
    --------
    >>> say_of_either(Topic("q", "Buy?", "proportion", "share", answers=("Yes",), short="Buying"))
    'answer “Yes” (buying)'
    """
    if topic.construct_items:
        name = topic.short or topic.question
        return f"have {join_labels(topic.answers)}{'' if ',' in name else f' ({in_sentence(name)})'}"
    if topic.predicate:
        return predicate(topic, {topic.subject: f"that {topic.subject}"} if topic.subject else None)
    name = in_sentence(topic.short or topic.question)
    if not topic.answers:
        return f"gave an answer ({name})"
    return f"answer {listed([f'“{a}”' for a in topic.answers], 'or')} ({name})"


def _rated(test: TestData, row: Mapping[str, Any]) -> str:
    who = noun(test.provenance.sample_kind, generalize=test.provenance.generalize)
    n = count(value_of(row, "n") or 0)
    if row.get("base") in SAME_PEOPLE:
        return f"{n} {who} who rated {SAME_PEOPLE[str(row['base'])]}"
    return f"{n} {who}" + (" who rated either" if raters(test) else "")


def _among(test: TestData, row: Mapping[str, Any]) -> str:
    return f"Among {_rated(test, row)}, "


def _gap(test: TestData, value: float, decimals: int) -> str:
    return fixed(100 * value if test.topic.unit in SHARES else value, decimals)


def _unit(test: TestData, shown: str) -> str:
    """Points, in the number that a printed difference takes; nothing for other units."""
    if test.topic.unit not in SHARES:
        return ""
    return " point" if shown.removeprefix(MINUS) == "1" else " points"


def _similar(test: TestData, f: Facts) -> str:
    assert f.delta is not None and f.difference is not None  # noqa: S101, PT018 - licensed by them
    decimals = decimals_of(test.topic.unit)
    span = limits(test, f.tost_low, f.tost_high, decimals)
    margin = _gap(test, f.delta, decimals)
    level = percent(2 * test.level - 1)
    inside = _gap(test, f.difference, decimals) + (f", {level} interval {span}" if span else "")
    a, b = spoken(test, f.a), spoken(test, f.b)
    return f"{capitalised(a)} and {b} differ by less than {margin}{_unit(test, margin)} ({inside})"


def _unclear(test: TestData, f: Facts) -> str:
    assert f.difference is not None  # noqa: S101 - checked by the caller
    decimals = decimals_of(test.topic.unit)
    span = limits(test, f.difference_low, f.difference_high, decimals)
    shown = _gap(test, f.difference, decimals)
    inside = f"{shown}{_unit(test, shown)}" + (f", {span}" if span else "")
    said = f"We found no clear difference between {spoken(test, f.a)} and {spoken(test, f.b)} ({inside})"
    if f.mdd is None:
        return said
    least = _gap(test, f.mdd, decimals)
    return f"{said}; differences under {least}{_unit(test, least)} could not have been detected"


def _own_bases(test: TestData, row: Mapping[str, Any], own: int) -> str:
    other = row_of(test, own)
    same, gap = value_of(row, "estimate"), value_of(other, "estimate")
    if same is None or gap is None:
        return ""
    if gap == same and value_of(row, "n") == value_of(other, "n"):
        return ""  # everybody rated both: there are no other people to count
    shown = _gap(test, gap, pieces(test, other).decimals)
    said = f" Counting everyone who rated either, the gap is {shown}{_unit(test, shown)}."
    said = said.replace("everyone", f"all {noun('simulated')}") if test.simulated else said
    far = abs(gap - same) > FAR if test.topic.unit in SHARES else False
    if same * gap < 0:
        return said + " The two point in opposite directions."
    return said + " The two are more than 2 points apart: compare those who rated both." if far else said


def omnibus_sentence(test: TestData, i: int) -> str:
    """An omnibus test: what differs or not, with its statistic."""
    row = row_of(test, i)
    p = value_of(row, "p_adjusted")
    name = in_sentence(
        context(test, row) or test.topic.short or str(row.get("question", test.topic.question))
    )
    over = str(row.get("contrast", "")).removeprefix("all ").removesuffix(" equal") or "the groups"
    if p is None:
        return f"No test of {name} across {over} could be made."
    clear = "differs" if p < 1 - test.level else "does not clearly differ"
    statistic, df, df2 = (value_of(row, c) for c in ("statistic", "df", "df_residual"))
    figure = ""
    if statistic is not None and df is not None:
        freedom = f"{fixed(df, 0 if float(df).is_integer() else 1)}"
        freedom += f", {fixed(df2, 0 if float(df2).is_integer() else 1)}" if df2 is not None else ""
        figure = f"F({freedom}) = {fixed(statistic, 1)}, "
    return f"{capitalised(name)} {clear} across {over} ({figure}{adjusted_p(test, row)})."


def finding(test: TestData, i: int) -> str:
    """One licensed comparison in few words, for titles and alt text; empty when none is licensed.

    "Micro-influencer leads average consumer by 5.4 points among 2,559 respondents who rated both".
    """
    row, f = row_of(test, i), facts_of(test, i)
    if f.difference is None or f.base < MINIMUM or test.kind != "difference":
        return ""
    up = licensed("leads", f, text=SMALL_BASE)
    if not up and not licensed("trails", f, text=SMALL_BASE):
        return ""
    gap = pieces(test, row).difference.removeprefix(MINUS)
    about = f" ({in_sentence(x)})" if (x := context(test, row)) else ""
    small = f" {SMALL_BASE}" if f.base < SMALL else ""
    return (
        f"{f.a} {'leads' if up else 'trails'} {spoken(test, f.b)} by {gap}{_unit(test, gap)} "
        f"among {_rated(test, row)}{about}{small}"
    )
