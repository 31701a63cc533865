"""Sentences about sources compared: who comes first, differences, own bases against the same people."""

from __future__ import annotations

from typing import Any, Final

from survey_analysis.results.sources import SourceData, Worded
from survey_analysis.results.test import TestData
from survey_analysis.wording.comparisons import FAR, SAME_PEOPLE, difference_sentence, limits, pairs, spoken
from survey_analysis.wording.facts import MINIMUM, SMALL, Facts, facts_of
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.levels import SMALL_BASE
from survey_analysis.wording.licences import licensed
from survey_analysis.wording.numbers import count, fixed, p_value, percent, signed
from survey_analysis.wording.phrases import (
    SIMULATED,
    capitalised,
    in_sentence,
    listed,
    measured,
    noun,
    plural,
)
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import adjusted_p

LONG: Final = 90
"""Names that make a title longer than this are counted instead."""


def compared(data: SourceData, base: Worded) -> str:
    """Who is compared on a base, with the noun that the kind of sample allows."""
    who = _who(data)
    if base == "own":
        return "each over all its raters"
    return (
        f"among the same {who}, pair by pair" if base == "common" else f"among {who} who rated every source"
    )


def _who(data: SourceData) -> str:
    p = data.levels.provenance
    return noun(p.sample_kind, generalize=p.generalize)


def findings(data: SourceData) -> tuple[str, ...]:
    """What may be said, in declared order, one finding a text; without the simulated mark."""
    out = [rank_sentence(data, m) for m in data.ranks.measures]
    out += omnibus_sentences(data)
    out += difference_sentences(data)
    if apart := apart_line(data):
        out.append(apart)
    out += within_sentences(data)
    if data.interaction is not None:
        out += [interaction_sentence(data, i) for i in range(len(data.interaction))]
    out += order_sentences(data)
    out += [f"{capitalised(n)}." for n in data.notes]
    return tuple(out)


def sentence(data: SourceData) -> str:
    """The findings on ranks and differences as a text."""
    said = [rank_sentence(data, m) for m in data.ranks.measures]
    said += difference_sentences(data)
    if apart := apart_line(data):
        said.append(apart)
    return " ".join([*said, SIMULATED] if data.simulated else said)


def rank_facts(data: SourceData, measure: str) -> Facts:
    """What licenses "highest" and "most trusted": the simultaneous set of one measure."""
    rows = data.ranks.of(measure)
    set_ = data.ranks.best_of(measure)
    p = data.levels.provenance
    return Facts(
        n=float(rows["n"].min()),
        a=set_[0] if len(set_) == 1 else "",
        best=set_,
        labels=tuple(rows["source"]),
        kind=p.sample_kind,
        generalize=p.generalize,
        answers=data.levels.topic.answers,
    )


def rank_sentence(data: SourceData, measure: str) -> str:
    """Which source no other exceeds, or which cannot be told apart, with the share of replicates ranked first."""
    facts, rows = rank_facts(data, measure), data.ranks.of(measure)
    lead = f"{measure}: " if len(data.ranks.measures) > 1 else ""
    k, m = len(rows), len(rows) * (len(rows) - 1) // 2
    if facts.base < MINIMUM:
        return f"{lead}base too small to rank the sources." if lead else "Base too small to rank the sources."
    if not interval_allowed(data.levels.provenance):
        return (
            f"{lead or 'The '}sources are not ranked: nothing says how far these numbers may be from others."
        )
    small = f" {SMALL_BASE}" if facts.base < SMALL else ""
    how = (
        f"simultaneous {percent(data.ranks.level)} intervals of {_all(m)}, {compared(data, data.ranks.base)}"
    )
    if licensed("highest", facts, text=SMALL_BASE):
        said = f"{facts.best[0]} is highest, the only one of {k} sources not shown to be exceeded by another"
    elif len(facts.best) == k:
        said = f"None of the {k} sources is shown to be exceeded by another"
    else:
        names = listed([x if i == 0 else spoken(data.levels, x) for i, x in enumerate(facts.best)])
        said = f"Among the highest: {names}, not shown to be exceeded by any other source"
    return f"{lead}{said} ({how}){small}. {first_line(data, measure)}".strip()


def _all(m: int) -> str:
    return "the difference" if m == 1 else f"all {m} differences"


def first_line(data: SourceData, measure: str) -> str:
    """Share of replicates ranked first, of the sources that ever are."""
    rows = data.ranks.of(measure)
    ever = rows[rows["first_share"] > 0].sort_values("first_share", ascending=False, kind="stable")
    if not len(ever):
        return ""
    said = [
        f"{spoken(data.levels, str(r['source']))} {replicate_share(float(r['first_share']))}"
        for r in ever.to_dict("records")
    ]
    return f"Share of replicates ranked first: {listed(said)}."


def replicate_share(value: float, *, short: bool = False) -> str:
    """A share of replicates, never rounded to all or none of them.

    Examples
    --------
    >>> replicate_share(0.86), replicate_share(0.999), replicate_share(0.001, short=True), replicate_share(1.0)
    ('86%', 'over 99%', '<1%', '100%')
    """
    if 0.995 <= value < 1:
        return ">99%" if short else "over 99%"
    if 0 < value < 0.005:
        return "<1%" if short else "under 1%"
    return percent(value)


def source_title(data: SourceData) -> str:
    """What ranks say, in few words: for titles and alternative texts."""
    measures = data.ranks.measures
    if len(measures) > 1:
        return f"{count(len(data.ranks.of(measures[0])))} sources by {count(len(measures))} measures"
    facts, k = rank_facts(data, measures[0]), len(data.ranks.rows)
    if facts.base < MINIMUM or not interval_allowed(data.levels.provenance):
        return f"{count(k)} sources, not ranked"
    small = f" {SMALL_BASE}" if facts.base < SMALL else ""
    if licensed("highest", facts, text=SMALL_BASE):
        return f"{facts.best[0]} is highest of {count(k)} sources{small}"
    if len(facts.best) == k:
        return f"{count(k)} sources not told apart in rank{small}"
    names = listed([x if i == 0 else spoken(data.levels, x) for i, x in enumerate(facts.best)])
    said = f"Among the highest of {count(k)} sources: {names}{small}"
    return (
        said
        if len(said) <= LONG
        else f"{count(len(facts.best))} of {count(k)} sources among the highest{small}"
    )


def source_facts(data: SourceData) -> list[Facts]:
    """All that may license a word about these sources: ranks, differences, levels."""
    return [
        *(rank_facts(data, m) for m in data.ranks.measures),
        *(facts_of(data.differences, i, delta=data.margin) for i in range(len(data.differences))),
        *(facts_of(data.levels, i) for i in range(len(data.levels))),
    ]


def omnibus_sentences(data: SourceData) -> list[str]:
    """Whether sources differ at all, on the base findings are worded from; one sentence a measure."""
    test, out = data.omnibus, []
    over = in_sentence(next(d.label for d in data.levels.dims if d.name == data.dim) or data.dim)
    for i in range(len(test)):
        row = row_of(test, i)
        p = value_of(row, "p_value")
        if row["base"] != data.worded or p is None or float(row["n"]) < MINIMUM:
            continue
        about = ", ".join(str(row[d.name]) for d in test.dims if d.name in row and d.name != data.dim)
        clear = p < 1 - test.level
        if about:
            said = f"{about} {'differs' if clear else 'does not clearly differ'} by {over}"
        else:
            said = f"The {plural(over)} {'differ' if clear else 'do not clearly differ'} in {measured(data.levels.topic)}"
        statistic = fixed(float(row["statistic"]), 1)
        freedom = [value_of(row, c) for c in ("df", "df_residual")]
        if row.get("symbol") == "max |t|":
            figure = f"largest |t| of {count(float(freedom[0] or 0))} pairs {statistic}"
        else:
            figure = f"F({', '.join(fixed(x) for x in freedom if x is not None)}) = {statistic}"
        out.append(f"{said}, {compared(data, data.worded)} ({figure}, p {p_value(p)}).")
    return out


def difference_sentences(data: SourceData) -> list[str]:
    """One sentence a comparison, from the worded base, own bases beside it."""
    test = data.differences
    if data.worded == "own":
        own = [i for i in range(len(test)) if row_of(test, i)["base"] == "own"]
        return [difference_sentence(test, i, delta=data.margin) for i in own]
    return [difference_sentence(test, i, own=own, delta=data.margin) for i, own in pairs(test)]


def apart(data: SourceData) -> list[dict[str, Any]]:
    """Comparisons whose own-base and same-people differences are over 2 points apart or differ in sign."""
    test, out = data.differences, []
    for same, own in pairs(test):
        if own is None:
            continue
        one, other = row_of(test, same), row_of(test, own)
        a, b = value_of(one, "estimate"), value_of(other, "estimate")
        if a is None or b is None:
            continue
        if a * b < 0 or (test.topic.unit == "share" and abs(a - b) > FAR):
            out.append(one | {"own": b})
    return out


def apart_line(data: SourceData, *, listed_: bool = True) -> str:
    """The line that own bases and the same people disagree, with the comparisons named; "" where they do not."""
    found = apart(data)
    if not found or data.worded == "own":
        return ""
    compared = sum(own is not None for _, own in pairs(data.differences))
    scale, unit = (100.0, " points") if data.levels.topic.unit == "share" else (1.0, "")
    decimals = 1 if unit else 2
    about = [d.name for d in data.differences.dims if d.name in data.differences.rows]
    names = [
        f"{': '.join([*(str(r[d]) for d in about), str(r['contrast']).replace(' - ', ' − ')])} "
        f"({fixed(scale * float(r['estimate']), decimals)} against {fixed(scale * float(r['own']), decimals)}{unit})"
        for r in found
    ]
    what = "by more than 2 points or in sign" if unit else "in sign"
    said = f"The same {_who(data)} and own bases differ {what} in {count(len(found))} of {count(compared)} comparisons"
    end = f"Findings are worded from the same {_who(data)}."
    return f"{said}: {'; '.join(names)}. {end}" if listed_ else f"{said}. {end}"


def within_sentences(data: SourceData) -> list[str]:
    """Who rates the first higher, alike, the second higher, one sentence a pair."""
    found = data.within
    if found is None:
        return []
    who = noun(found.provenance.sample_kind, generalize=found.provenance.generalize)
    out = []
    for i in range(0, len(found), 3):
        rows = [row_of(found, j) for j in range(i, i + 3)]
        n = value_of(rows[0], "n") or 0.0
        one, two = (spoken(data.levels, x) for x in str(rows[0]["pair"]).split(" / ", 1))
        about = ", ".join(str(rows[0][d.name]) for d in found.dims if d.name != "pair" and d.name in rows[0])
        lead = f"{about}: among" if about else "Among"
        base = min(n, value_of(rows[0], "n_effective") or n)
        if base < MINIMUM:
            out.append(f"{lead} {count(n)} {who} who rated both {one} and {two}, base too small to compare.")  # fmt: skip
            continue
        small = f" {SMALL_BASE}" if base < SMALL else ""
        up, same, down = (percent(float(r["estimate"])) for r in rows)
        out.append(
            f"{lead} {count(n)} {who} who rated both, {up} put {one} before {two}, "
            f"{same} rate both the same and {down} put it after{small}."
        )
    return out


def interaction_sentence(data: SourceData, i: int) -> str:
    """Whether differences between sources differ by segment."""
    test = data.interaction
    assert test is not None  # noqa: S101  the caller checked
    row = row_of(test, i)
    p = value_of(row, "p_value")
    what, _, over = str(row["contrast"]).partition(" equal in every ")
    about = ", ".join(str(row[d.name]) for d in test.dims if d.name in row)
    lead = f"{about}: " if about else ""
    what = what.replace(" - ", " − ")
    if p is None:
        return f"{lead}no test of whether {what} depends on {over} could be made."
    if float(row["n"]) < MINIMUM:
        return f"{lead}{what}: base too small to compare by {over}."
    subject = f"the {what}" if what.startswith("differences") else f"the difference {what}"
    verb = "differ" if what.startswith("differences") else "differs"
    clear = verb if p < 1 - test.level else ("do" if verb == "differ" else "does") + " not clearly differ"
    where = f"same {_who(data)}" if row["base"] in SAME_PEOPLE else "own bases"
    figure = f"F({fixed(float(row['df']))}, {fixed(float(row['df_residual']))}) = {fixed(float(row['statistic']), 1)}"
    said = f"{subject} {clear} by {over} ({where}; {figure}, p {p_value(p)}, not adjusted)"
    return f"{lead}{said if lead else capitalised(said)}."


def order_sentences(data: SourceData) -> list[str]:
    """Whether sources rated first get other answers than rated later: the clear ones, the rest in one sentence."""
    test = data.order
    if test is None:
        return []
    out: list[str] = []
    unclear: dict[str, list[str]] = {}
    decimals = 1 if test.topic.unit == "share" else 2
    for i in range(len(test)):
        row = row_of(test, i)
        about = ", ".join(
            str(row[d.name]) for d in test.dims if d.name in row and d.name not in (data.dim, "position")
        )
        d, p = value_of(row, "estimate"), value_of(row, "p_adjusted")
        base = min(float(row["n_a"]), float(row["n_b"]))
        if d is None or p is None or base < MINIMUM:
            continue
        source = spoken(data.levels, str(row[data.dim]))
        shown, span = (
            _points(test, d),
            limits(test, value_of(row, "conf_low"), value_of(row, "conf_high"), decimals),
        )
        said_p = f"p {p_value(p)}" if row["method"] == "mean over sources" else adjusted_p(test, row)
        inside = "; ".join(x for x in (span, said_p) if x)
        if p < 1 - test.level:
            lead = f"{about}, {source}" if about else capitalised(source)
            small = f" {SMALL_BASE}" if base < SMALL else ""
            out.append(f"{lead}: {shown} when rated first rather than later ({inside}){small}.")
        else:
            unclear.setdefault(about, []).append(f"{source} {shown} ({inside})")
    for about, said in unclear.items():
        lead = f"{about}: no" if about else "No"
        out.append(f"{lead} clear difference between being rated first and later for {'; '.join(said)}.")
    return out


def _points(test: TestData, d: float) -> str:
    return f"{signed(100 * d, 1)} points" if test.topic.unit == "share" else signed(d, 2)


def explain(data: SourceData) -> str:
    """How the pack was made, with sources."""
    ranks, p = data.ranks, data.levels.provenance
    m = len(data.differences.rows["contrast"].unique())
    lines = [
        f"Comparison of sources, '{data.levels.topic.question}'.",
        f"  Levels      each source over all its raters; {label_of(p, level=data.levels.level).rstrip(',') or 'no interval is printed'}.",
        "  Differences d = p_a - p_b on own bases and among the same people (statistics 2.27); one variance for paired,",
        "              independent and partly overlapping people, found from the data (Binder 1983).",
        f"  Worded      {compared(data, data.worded)}.",
        f"  Family      {count(m)} contrasts, adjusted by {data.differences.family.adjust} on each base.",
        "  All equal   Wald F of the levels (own bases; people who rated every source); among the same people pair by",
        "              pair the largest |t| of all pairs, by its simultaneous distribution.",
        f"  Ranks       1 + sources shown to exceed it, to k - sources it is shown to exceed; {ranks.method} {percent(ranks.level)}",
        "              sets by max |t| under the joint covariance (Mogstad, Romano, Shaikh and Wilhelm 2024).",
        f"  First       share of {count(ranks.replicates)} replicates ranked first ({ranks.drawn}, seed {ranks.seed}); not a probability",
        "              that a source leads.",
        "  Within      share of people who rate a above, like and below b, among those who rated both.",
    ]
    if data.margin is not None:
        lines.append(
            f"  Equivalence two one-sided tests against {data.margin:g}, declared (Schuirmann 1987)."
        )
    if data.interaction is not None:
        lines.append(
            f"  Segment     Wald F that differences are equal in every {data.segment} (own bases, and each pair)."
        )
    if data.order is not None:
        lines.append(
            "  Order       rated first minus later among people with two or more sources in their order, weighted by the"
        )
        lines.append("              inverse of the chance of the position under random order.")
    lines.append(
        f"  Simple      {data.classical.absent or 'tests of simple samples stand beside, for comparison.'}"
    )
    lines.append(f"  Variance    {p.variance}.")
    lines += [f"  Note        {n}." for n in data.notes]
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)
