"""What moved between waves, in words; "rose" and "fell" only where they are licensed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from survey_analysis.plurals import counted
from survey_analysis.results.waves import ComparisonData, DecompositionData, MovedData
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import (
    agree,
    count,
    fixed,
    number,
    p_value,
    percent_interval,
    points,
    share_text,
    signed,
    units,
)
from survey_analysis.wording.numbers import interval as plain_interval
from survey_analysis.wording.phrases import SIMULATED, listed

Row = Mapping[str, Any]
SMALL = 100
ADJUSTMENTS = {
    "bh": "Benjamini-Hochberg",
    "by": "Benjamini-Yekutieli",
    "holm": "Holm",
    "bonferroni": "Bonferroni",
}


def line_name(row: Row) -> str:
    """Question, subject and answer of a line."""
    return ", ".join(str(x) for x in (row["short"], row["subject"], row["level"]) if x)


def is_share(row: Row) -> bool:
    """Whether a line is a share."""
    return row["kind"] in ("answer", "net")


class Values(NamedTuple):
    """Earlier and later value and their difference as printed, and their decimals."""

    then: str
    now: str
    change: str
    decimals: int


def values(row: Row, *, cell: bool = False) -> Values:
    """Texts of a line that agree with each other; `cell` has the marks of tables for none and next to none."""
    if not is_share(row):
        return Values(number(row["then"]), number(row["now"]), signed(row["estimate"], 2), 2)
    pieces = agree(100 * row["now"], 100 * row["then"])
    d = pieces.decimals
    texts = [
        share_text(row[k], d, sign="%") if cell else _spoken(row[k], text, d)
        for k, text in (("then", pieces.b), ("now", pieces.a))
    ]
    return Values(texts[0], texts[1], signed(100 * row["estimate"], d), d)


def _spoken(p: float, text: str, decimals: int) -> str:
    """A share in a sentence: a few people are not 0%, all but a few are not 100%."""
    least = fixed(10.0**-decimals, decimals)
    if p > 0 and units(100 * p, decimals) == 0:
        return f"under {least}%"
    if p < 1 and units(100 * p, decimals) == units(100, decimals):
        return f"over {fixed(100 - 10.0**-decimals, decimals)}%"
    return f"{text}%"


def change_interval(row: Row) -> str:
    """Limits of the difference; "" where there are none."""
    low, high = row["conf_low"], row["conf_high"]
    if math.isnan(low) or math.isnan(high):
        return ""
    return percent_interval(low, high) if is_share(row) else plain_interval(low, high, 2)


def moved_sentence(row: Row, found: MovedData) -> str:
    """One sentence about one line; "" for a line that did not move.

    "rose" and "fell" need two waves with the same wording, codes, mode and base, and an adjusted test
    (report-content.md, section 4); where one of them fails it "differs", with the reason.
    """
    if not row["moved"]:
        return ""
    then, now, change, _ = values(row)
    verb = "rose" if row["estimate"] > 0 else "fell"
    n, e = min(row["n_then"], row["n_now"]), min(row["n_effective_then"], row["n_effective_now"])
    small = " (small base)" if min(n, e) < SMALL else ""
    said = [f"{change} points" if is_share(row) else change]
    label = label_of(found.provenance, level=found.level, length="short")
    if label and interval_allowed(found.provenance):
        said.append(f"{label} {change_interval(row)}")
    said.append(f"adjusted p {_equals(p_value(row['p_adjusted']))}, {count(found.tests)} tests")
    mark = f" {SIMULATED}" if found.provenance.simulated else ""
    if row["licensed"]:
        text = f"{line_name(row)} {verb} from {then} in {row['against']} to {now} in {row['wave']}{small}"
        return f"{text}: {', '.join(said)}.{mark}"
    text = f"{line_name(row)} differs between {row['against']} ({then}) and {row['wave']} ({now}){small}"
    return f"{text}: {', '.join(said)}; no rise or fall is claimed: {row['why']}.{mark}"


def _equals(text: str) -> str:
    return text if text.startswith("<") else f"= {text}"


def moved_notes(found: MovedData) -> tuple[str, ...]:
    """Family, expected false discoveries and what was not tested."""
    rows = found.rows
    small = int((rows["method"] == "small base").sum())
    held = int((rows["moved"] & ~rows["licensed"].astype(bool)).sum())
    alpha = 1 - found.level
    rule = {
        "bh": f"on average at most {fixed(100 * alpha)}% of the lines called moved are false",
        "none": f"about {fixed(found.tests * alpha, 1)} of {count(found.tests)} would be called moved if nothing had",
    }.get(found.adjust, "")
    name = (
        "no adjustment"
        if found.adjust == "none"
        else f"p adjusted ({ADJUSTMENTS.get(found.adjust, found.adjust)})"
    )
    out = [
        f"{found.against[:1].upper()}{found.against[1:]}: {count(found.tests)} tests, {name}"
        + (f"; {rule}." if rule else ".")
    ]
    thin = rows[rows["kind"].isin(["answer", "net"]) & (rows[["then", "now"]] < 0.005).any(axis=1)]
    if len(thin):
        out.append("- nobody; * more than nobody, under half of the last digit printed.")
    if small:
        out.append(f"Not tested, base under {count(found.min_base)}: {count(small)} line{'s' * (small > 1)}.")
    if held:
        whys = list(dict.fromkeys(rows.loc[rows["moved"] & ~rows["licensed"].astype(bool), "why"]))
        out.append(f"Called a difference, not a rise or a fall: {listed(whys)}.")
    out += list(found.notes)
    return (*out, SIMULATED) if found.provenance.simulated else tuple(out)


def explain_moved(found: MovedData) -> str:
    """How the list was made, with sources."""
    lines = [
        f"What moved: {found.against}.",
        "  Difference  d = later - earlier, every line of every question asked for.",
        "  Variance    covariance(z_later - z_earlier): waves are strata; people in both are one sampling unit",
        "              (Binder 1983; statistics 2.4, 2.18).",
        "  Near 0, 100 the null-pooled form, where a share has under 5 effective positives or negatives.",
        f"  Family      {count(found.tests)} tests, {found.adjust}; base of at least {count(found.min_base)}.",
        "  Words       rose, fell: same wording, codes, mode and base in both waves, adjusted p under alpha.",
    ]
    if found.provenance.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def decomposition_sentence(found: DecompositionData) -> str:
    """The change and its two parts."""
    parts = {r["part"]: r["estimate"] for r in found.totals.to_dict("records")}
    share = found.topic.unit == "share"
    said = {k: f"{points(v, 1)} points" if share else signed(v, 2) for k, v in parts.items()}
    mark = f" {SIMULATED}" if found.provenance.simulated else ""
    return (
        f"{found.topic.short}, {found.what}: {said['change']} from {found.then} to {found.now}; rate {said['rate']} "
        f"(other answers of respondents of the same '{found.by}'), mix {said['mix']} (other shares of '{found.by}').{mark}"
    )


def comparison_notes(found: ComparisonData) -> tuple[str, ...]:
    """How many differences need a decision, and what was not compared."""
    needs = [d for d in found.differences if d.needs]
    asked = len({d.question for d in needs})
    head = (
        f"{counted(found.questions, 'question')} in {len(found.waves)} waves; "
        f"{count(len(needs))} difference{'s' * (len(needs) != 1)} on {count(asked)} question{'s' * (asked != 1)} "
        "need a decision before stacking."
    )
    lines = dict.fromkeys(d.line for d in needs)
    return (head, *(f"To decide, in resolve=: {line}" for line in lines), *found.notes)
