"""Sentences about figures printed by others: what was printed, what follows, and what it would take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from survey_analysis.results.published import Assumptions, PrintedFigure, PublishedData
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.intervals import interval_label
from survey_analysis.wording.numbers import (
    count,
    percent,
    percent_interval,
    points,
    ratio,
    signed,
)
from survey_analysis.wording.phrases import capitalised, listed

GROUPS = {"different": "different people", "same": "the same people"}
_VERDICTS = {
    "holds": "holds under every assumption considered",
    "only if": "holds only if enough people stand behind the figures",
    "cannot hold": "cannot hold under the assumptions considered",
}
_MANY = 8


def sentence_printed(data: PublishedData) -> str:
    """What was printed and what follows from it, one paragraph an item."""
    shared = _notes(data.figures, shared=True)
    return "\n".join([*(_item(data, item) for item in data.items), *shared])


def _item(data: PublishedData, item: str) -> str:
    figures = data.of_item(item)
    shares = [f for f in figures if f.unit != "times"]
    said = [_ratio(f) for f in figures if f.unit == "times"]
    if shares:
        said.append(_printed(shares, data.assumptions))
    said += [claim(data, i) for i in range(len(data.verdicts)) if data.verdicts.iloc[i]["item"] == item]
    alone = _alone(data, shares[0]) if len(shares) == 1 else ""
    common = _notes(data.figures, shared=True)
    own = [n for n in _notes(figures) if n not in common]
    said += [x for x in (alone, _cannot_be(data, item), *own) if x]
    return " ".join(said)


def _printed(figures: Sequence[PrintedFigure], told: Assumptions) -> str:
    values = listed([f"{printed(f)} ({f.subject})" for f in figures])
    many = "figures are" if len(figures) > 1 else "figure is"
    of = " of recommendations" if figures[0].unit == "recommendations" else ""
    what = f", “{figures[0].text}”" if figures[0].text else ""
    return f"The published {many} {values}{of}{what} ({where(figures, told)})."


def printed(figure: PrintedFigure) -> str:
    """A figure as it was printed.

    Examples
    --------
    >>> printed(PrintedFigure("", "a", 0.82, 0.005)), printed(PrintedFigure("", "a", 22.2, 0.05, "times"))
    ('82%', '22.2')
    """
    places = decimals_of(figure.rounding, figure.unit)
    return ratio(figure.value, places) if figure.unit == "times" else percent(figure.value, places)


def decimals_of(rounding: float, unit: str = "persons") -> int:
    """Decimals that a rounding prints.

    Examples
    --------
    >>> decimals_of(0.005), decimals_of(0.0005), decimals_of(0.05, "times")
    (0, 1, 1)
    """
    last = 2 * Fraction(repr(rounding)) * (1 if unit == "times" else 100)
    return max(0, math.ceil(-math.log10(last) - 1e-9))


def where(figures: Sequence[PrintedFigure], told: Assumptions) -> str:
    """Where figures were printed, and what is known of their base, said once."""
    cite, base = figures[0].cite, base_text(figures, told)
    return cite if base in cite else ", ".join(x for x in (cite, base) if x)


def base_text(figures: Sequence[PrintedFigure], told: Assumptions) -> str:
    """What is known of the people behind figures: "base not published", "base 500 to 3,000 (assumed)"."""
    if not told.n:
        return "base not published"
    spans = [told.n.get(f.subject, told.n.get("")) for f in figures]
    words = dict.fromkeys(
        count(s[0]) if s[0] == s[1] else f"{count(s[0])} to {count(s[1])}" for s in spans if s
    )
    return f"base {listed(list(words))} (as stated in the call)"


def claim_of(row: pd.Series) -> str:
    """The claim a comparison is about."""
    return f"“{row['a']} higher than {row['b']}”"


def claim(data: PublishedData, i: int) -> str:
    """Whether one figure is higher than another, and what it takes."""
    row = data.verdicts.iloc[i]
    seen = data.of_pair(data.pairs, row)
    said = f"The claim {claim_of(row)} {_VERDICTS[str(row['verdict'])]}"
    told = data.assumptions
    if told.n and seen["possible"].all():
        low, high = float(seen["low"].min()), float(seen["high"].max())
        label = interval_label(None, level=told.level)
        said += f": the {label}s of the difference span {percent_interval(low, high, 1)} points"
        if row["verdict"] == "only if":
            said += f" and {int(row['holding'])} of {int(row['considered'])} cases considered exclude 0"
    takes = fewest(data, i)
    if takes and row["verdict"] != "holds":
        said += f"; {takes}" if told.n else f": {takes}"
    elif takes:
        said += f". It takes {takes.removeprefix('it takes ')}"
    return said + "."


def fewest(data: PublishedData, i: int) -> str:
    """How many people a claim takes, by whether they are the same."""
    row = data.verdicts.iloc[i]
    mine = data.of_pair(data.needed, row)
    parts = []
    for group, rows in mine.groupby("people", sort=False):
        by = dict(zip(rows["case"], rows["n_needed"], strict=True))
        who = (
            "in each group, if different people were asked"
            if group == "different"
            else "who rated both, if the same people were"
        )
        if not math.isfinite(by["most"]):
            parts.append(f"no number {who}")
        elif not math.isfinite(by["least"]):
            parts.append(
                f"at least {count(by['most'])} {who} (in the least favourable case no number is enough)"
            )
        else:
            parts.append(
                f"from {count(by['most'])} (most favourable case) to {count(by['least'])} (least) {who}"
            )
    return "it takes " + "; ".join(parts) if parts else ""


def _alone(data: PublishedData, figure: PrintedFigure) -> str:
    rows = data.rows[(data.rows["item"] == figure.item) & data.rows["possible"]]
    if rows.empty:
        return ""
    label = interval_label(None, level=data.assumptions.level)
    limits = [
        f"{percent_interval(r['low_widest'], r['high_widest'])}% with {count(r['n'])}"
        for _, r in rows.iterrows()
    ]
    start = "If the base were known, the" if not data.assumptions.n else "The"
    return (
        f"{start} {label} would be {listed(limits)}."
        if not data.assumptions.n
        else f"{start} {label} is {listed(limits)}."
    )


def _ratio(f: PrintedFigure) -> str:
    low, high = (ratio(f.value + s * f.rounding, decimals_of(f.rounding, "times") + 1) for s in (-1, 1))
    times = f"{printed(f)} times"
    where = f"{f.cite}, base not published" if f.cite else "base not published"
    of = f" {f.text}:" if f.text else ""
    if not f.up_to:
        return (
            f"The published figure is{of} {times} ({where}), from {low} to under {high} before rounding. Without the two "
            "numbers behind it there is no interval and no test. It says as many, not so many in addition."
        )
    return (
        f"The published figure is{of} up to {times} ({where}): the ratio in the largest of several categories, from {low} "
        f"to under {high} before rounding. The number of categories, the counts and the people behind them were "
        "not printed, so there is no interval and no test. Every other category has a ratio of that or less; the "
        "largest of several estimated ratios overshoots the largest true one on average; a mean or a median "
        f"cannot be derived. It says as many, not so many in addition; without “up to” {times} is another claim."
    )


def _cannot_be(data: PublishedData, item: str) -> str:
    """Bases that cannot give the printed figures, where that says something about the bases considered."""
    rows = data.checks[data.checks["item"] == item] if len(data.checks) else data.checks
    if not len(rows) or not data.assumptions.counts:
        return ""
    wrong = rows[~rows["base_possible"].astype(bool)]
    if len(wrong):
        who = listed([str(s) for s in wrong["subject"]])
        return f"No count of that many people gives the printed figure ({who}), unless it was weighted."
    last = rows.iloc[-1]
    least = next(n for n in range(1, int(last["largest_impossible"]) + 2) if n not in last["impossible"])
    both = "both figures" if len(rows) == 3 else "all figures" if len(rows) > 3 else "the figure"
    return (
        f"Unweighted, {count(least)} is the smallest base that can give {both}."
        if not data.assumptions.n
        else ""
    )


def _notes(figures: Sequence[PrintedFigure], *, shared: bool = False) -> list[str]:
    """Notes of figures as sentences; or those that figures of several items share, to be said once."""
    notes = dict.fromkeys(f.note for f in figures if f.note)
    items = {n: {f.item for f in figures if f.note == n} for n in notes}
    return [f"{capitalised(n)}." for n in notes if not shared or len(items[n]) > 1]


def caption_printed(data: PublishedData, kind: str, item: str) -> Caption:
    """The texts around a figure of published figures."""
    figures = data.of_item(item) if item else data.figures
    cites = list(dict.fromkeys(f.cite for f in figures if f.cite))
    label = interval_label(None, level=data.assumptions.level, length="plural")
    if kind == "needed":
        title = "How many people must stand behind the printed differences"
        subtitle = "Below the open mark the claim cannot hold; from the full mark on it holds whatever else is assumed"
        compared = "; ".join(
            f"{r['item'] or claim_of(r)}: {fewest(data, i).removeprefix('it takes ')}"
            for i, (_, r) in enumerate(data.verdicts.iterrows())
        )
        alt = f"Dot plot of the people needed for each claim, log scale. {compared}"
    else:
        values = ", ".join(f"{f.subject} {printed(f)}" for f in figures)
        title = f"{values}: what printed figures allow"
        subtitle = f"{capitalised(figures[0].text or figures[0].item or 'published figures')}: {label}, least and most favourable case of what is not known"
        alt = f"Dot plot of {label} under stated assumptions. Printed: {values}. {claim(data, _first(data, item)) if len(data.verdicts) else ''}"
    if len(alt) > 290:
        alt = alt[:289].rsplit(" ", 1)[0] + " …"
    return Caption(
        title=title,
        subtitle=subtitle,
        base=f"Base: {base_text(figures, data.assumptions).removeprefix('base ')}.",
        source=f"Published: {'; '.join(cites) or 'source not stated'}. Computed from the printed figures only.",
        alt=f"{alt} Table below has all values.",
    )


def _first(data: PublishedData, item: str) -> int:
    return next((i for i in range(len(data.verdicts)) if data.verdicts.iloc[i]["item"] == item), 0)


def difference_text(data: PublishedData, row: pd.Series) -> str:
    """A difference of printed shares in signed points, with the decimals they are printed with: "+9"."""
    places = max(decimals_of(f.rounding, f.unit) for f in data.of_item(str(row["item"])))
    return points(row["difference"], places)


def signed_limits(low: float, high: float) -> str:
    """Limits of a difference in points with their signs."""
    return f"{signed(100 * low, 1)} to {signed(100 * high, 1)}"
