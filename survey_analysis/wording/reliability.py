"""What the reliability of scales says, what to know about it, and how it was computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from survey_analysis.results.reliability import Concern, ReliabilityData
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.explain import variance_lines
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.lines import source_line, span
from survey_analysis.wording.numbers import count, fixed, interval
from survey_analysis.wording.phrases import capitalised, listed, subject

NAMES: Final[Mapping[str, str]] = {
    "alpha": "Cronbach’s alpha",
    "alpha_standardised": "Standardised alpha",
    "alpha_ordinal": "Ordinal alpha",
    "omega_total": "Omega total",
    "omega_hierarchical": "Omega hierarchical",
    "lambda6": "Guttman’s lambda 6",
    "spearman_brown": "Spearman-Brown",
    "average_correlation": "Mean correlation of items",
    "split_half": "Split half",
    "ICC1": "ICC(1), one-way, one rating",
    "ICC2": "ICC(2,1), ratings at random, one rating",
    "ICC3": "ICC(3,1), these ratings, one rating",
    "ICC1k": "ICC(1,k), one-way, mean of ratings",
    "ICC2k": "ICC(2,k), ratings at random, mean of ratings",
    "ICC3k": "ICC(3,k), these ratings, mean of ratings",
}
MAIN: Final = ("alpha", "spearman_brown", "ICC2")
"""The coefficient a sentence is about."""


def sentence_reliability(result: ReliabilityData) -> str:
    """The main coefficient of each scale and group, then what to know, one sentence a line."""
    lines = [_said(result, i) for i in range(len(result)) if _is_main(result, i)]
    return "\n".join([*lines, *concern_sentences(result)])


def _is_main(result: ReliabilityData, i: int) -> bool:
    row = result.rows.iloc[i]
    return row["coefficient"] in MAIN and "polychoric" not in row["variant"]


def group_of(result: ReliabilityData, i: int) -> str:
    """Labels of a row's group, without the construct."""
    pairs = list(zip(result.dims, result.keys[i], strict=True))[1:]
    return ", ".join(d.label_of(k) for d, k in pairs)


def _said(result: ReliabilityData, i: int) -> str:
    row: dict[str, Any] = {str(k): v for k, v in result.rows.iloc[i].items()}
    group = group_of(result, i)
    who = f"{row['construct']}{f', {group}' if group else ''}"
    name = "ICC(2,1)" if result.kind == "icc" else NAMES[row["coefficient"]]
    if math.isnan(row["estimate"]):
        return f"{who}: {name} is {row['method']}."
    shown = ""
    if interval_allowed(result.provenance) and math.isfinite(row["conf_low"]):
        label = label_of(result.provenance, level=result.level).rstrip(",")
        shown = f", {label}: {interval(row['conf_low'], row['conf_high'], 2)}"
    things = "ratings" if result.kind == "icc" else "items"
    people = "simulated respondents" if result.simulated else "respondents"
    return (
        f"{who}: {name} of {count(row['items'])} {things} is {fixed(row['estimate'], 2)} "
        f"(n = {count(row['n'])} {people}{shown})."
    )


def concern_sentences(result: ReliabilityData) -> list[str]:
    """What a reader must know, one sentence a concern."""
    return [concern_sentence(c) for c in result.warnings]


def concern_sentence(concern: Concern) -> str:
    """One concern in words.

    Examples
    --------
    >>> concern_sentence(Concern("reversed", "Trust", ("wants_to_sell",), ("Celebrity",)))
    'Trust (Celebrity): ‘wants_to_sell’ runs against the other items and was not turned; say reverse = true in the study file if it is worded the other way, or leave it out.'
    """
    where = f" ({', '.join(concern.groups)})" if concern.groups else ""
    items = listed([f"‘{i}’" for i in concern.items])
    many = len(concern.items) > 1
    return f"{concern.scale}{where}: {_told(concern, items, many=many)}"


def _told(c: Concern, items: str, *, many: bool) -> str:
    verb = "run" if many else "runs"
    texts = {
        "one_item": f"{items} is its only item; one item has no internal consistency.",
        "two_items": "two items; a measurement model cannot be tested on two items, and Spearman-Brown is all "
        "that can be given.",
        "three_items": "three items; one factor always fits three items, so the model behind omega cannot be "
        "tested.",
        "reversed": f"{items} {'run against each other' if _pair(c) else f'{verb} against the other items'} and "
        f"{'were' if many else 'was'} not turned; say reverse = true in the study file if "
        f"{'one of them' if _pair(c) else 'they are' if many else 'it is'} "
        f"{'is ' if _pair(c) else ''}worded the other way, or leave {'them' if many else 'it'} out.",
        "double_barrelled": f"{items} asks two things at once (“{c.detail}”); an answer cannot say which.",
        "unanswered": f"nobody answered {items}; nothing is computed.",
        "constant": f"everybody gave one answer to {items}; no coefficient is defined with "
        f"{'them' if many else 'it'}.",
        "few_people": f"{c.detail} {'person' if c.detail == '1' else 'people'} answered {items} together; at least "
        "three are needed.",
        "singular": (
            f"{items} say exactly the same"
            if c.detail == "the same"
            else f"among {items} an item is a sum of others"
        )
        + "; the correlation matrix is singular, and omega, lambda 6, KMO are not defined.",
        "not_positive": f"{c.detail} are no correlation matrix (an eigenvalue is not above zero), and omega of "
        "them is not defined.",
        "edge": f"the polychoric correlation of {items} has no maximum inside −1 and 1; ordinal coefficients have "
        "no interval.",
    }
    return texts[c.kind]


def _pair(c: Concern) -> bool:
    return c.kind == "reversed" and len(c.items) == 2 and c.detail == "pair"


def explain_reliability(result: ReliabilityData) -> str:
    """Estimators, variance and limits, with sources."""
    p = result.provenance
    lines = _icc_lines() if result.kind == "icc" else _consistency_lines(result)
    lines += [
        f"  Base        {'; '.join(dict.fromkeys(subject(b, p) for b in result.bases))}.",
        f"  Design      {p.design}; {p.weighting}.",
    ]
    if result.method == "bootstrap":
        lines.append("  Variance    Rao-Wu bootstrap of sampling units within strata (Rao and Wu 1988).")
    elif result.method in ("feldt", "f"):
        lines.append("  Variance    none: F distributions of a simple sample.")
    else:
        lines += variance_lines(p.variance)
    methods = dict.fromkeys(str(m) for m in result.rows["method"])
    lines.append(f"  Interval    {100 * result.level:g}%; {'; '.join(methods)}.")
    if p.where:
        lines.append(f"  Domain      {p.where}; everybody else stays in the design and counts as zero.")
    lines += [f"  Note        {text}" for text in concern_sentences(result)]
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def _consistency_lines(result: ReliabilityData) -> list[str]:
    who = (
        "people who answered every item"
        if result.missing == "complete"
        else "for each pair who answered both"
    )
    found = set(result.rows["coefficient"])
    variants = dict.fromkeys(
        f"{NAMES[r['coefficient']].lower()} {r['variant']}"
        for _, r in result.rows.iterrows()
        if r["coefficient"].startswith("omega")
    )
    lines = [
        f"Reliability of {', '.join(dict.fromkeys(str(c) for c in result.rows['construct']))}.",
        f"  Moments     weighted means and covariances, {who}; reversed items turned as the study file says.",
    ]
    if "alpha" in found:
        lines.append(
            "  Estimator   alpha = k/(k-1) (1 - tr C / sum C) (Cronbach 1951; R psych::alpha); standardised: of "
            "correlations; ordinal: of polychoric correlations (Zumbo, Gadermann and Zeisser 2007)."
        )
    if "spearman_brown" in found:
        lines.append("  Two items   2r / (1 + r) (Spearman 1910; Brown 1910; Eisinga et al. 2013).")
    if variants:
        lines.append(
            f"  Omega       {'; '.join(variants)} (McDonald 1999; Zinbarg et al. 2005; R psych::omega)."
        )
    return [*lines, "  Gradient    delta method on the moments, or on both steps of polychoric correlations."]


def _icc_lines() -> list[str]:
    return [
        "Intraclass correlations of ratings by the same people.",
        "  Estimator   mean squares of people, ratings and rest, from weighted means and covariances.",
        "              Shrout and Fleiss (1979), McGraw and Wong (1996); R psych::ICC.",
    ]


def title_of(result: ReliabilityData) -> str:
    """A title for the table."""
    names = list(dict.fromkeys(str(c) for c in result.rows["construct"]))
    what = "Agreement of ratings" if result.kind == "icc" else "Reliability"
    return f"{what}: {listed(names)}" if len(names) <= 4 else f"{what} of {len(names)} scales"


def head_of(name: str, variant: str = "") -> str:
    """A coefficient with its variant."""
    return capitalised(NAMES[name]) + (f" ({variant})" if variant else "")


@dataclass(frozen=True)
class MainRow:
    """The coefficient a group is shown by: under which heading, its label, value, limits and base."""

    heading: str
    label: str
    value: float
    low: float
    high: float
    n: int


def main_rows(result: ReliabilityData) -> list[MainRow]:
    """Rows of a figure: alpha or Spearman-Brown by scale and group; every form of ratings."""
    out = []
    for i in range(len(result)):
        if result.kind == "consistency" and not _is_main(result, i):
            continue
        row = result.rows.iloc[i]
        group, scale = group_of(result, i), str(row["construct"])
        name = NAMES[row["coefficient"]]
        if result.kind == "icc":
            heading, label = group, name
        else:
            what = f"{scale}: {name}, {count(row['items'])} items"
            heading, label = (what, group) if group else ("", what)
        value, low, high = (float(row[c]) for c in ("estimate", "conf_low", "conf_high"))
        out.append(MainRow(heading, label, value, low, high, int(row["n"])))
    return out


def caption_reliability(result: ReliabilityData) -> Caption:
    """The texts around the figure of reliability."""
    rows = [r for r in main_rows(result) if math.isfinite(r.value)]
    label = label_of(result.provenance, level=result.level, length="long")
    what = "Intraclass correlations" if result.kind == "icc" else "Coefficients of internal consistency"
    values = [r.value for r in rows] or [math.nan]
    ends = f"{fixed(min(values), 2)} to {fixed(max(values), 2)}" if rows else ""
    people = "simulated respondents" if result.simulated else "respondents"
    given = "gave every rating" if result.kind == "icc" else "answered every item"
    if result.missing == "pairwise":
        given = "answered, pair by pair of items"
    n = span([r.n for r in rows]) if rows else "0"
    listed_rows = "; ".join(
        f"{', '.join(x for x in (r.heading, r.label) if x)} {fixed(r.value, 2)}" for r in rows
    )
    alt = f"Dot plot of {what.lower()}, {ends}. {listed_rows}"
    if len(alt) > 280:
        alt = alt[:279].rsplit(";", 1)[0]
    return Caption(
        title=f"{title_of(result)}{f' ({ends})' if ends else ''}",
        subtitle=f"{what}{f', with {label}' if label else ''}.",
        base=f"Base: {people} who {given}; n = {n}.",
        source=source_line(result.provenance),
        alt=f"{alt}. Table below has all values.",
        note=" ".join(concern_sentences(result)),
        simulated=result.simulated,
    )
