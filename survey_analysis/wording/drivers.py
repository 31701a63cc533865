"""Words about drivers: association, never more. Titles, sentences, captions, and how the numbers were made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.plurals import counted
from survey_analysis.results.drivers import DriversData, Measure, PointsData, Pooling
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.levels import SMALL_BASE
from survey_analysis.wording.lines import span
from survey_analysis.wording.numbers import count, fixed, percent, percent_interval
from survey_analysis.wording.phrases import (
    SIMULATED,
    capitalised,
    in_sentence,
    join_labels,
    shared_base,
    subject,
)

MEASURES: Final[dict[Measure, str]] = {
    "lmg": "LMG",
    "johnson": "Johnson",
    "first": "Alone",
    "last": "Added last",
    "pratt": "Pratt",
    "kruskal": "Kruskal",
    "beta": "Standardised coefficient",
}
ASSOCIATION: Final = (
    "Shares of R² describe association among answers, not what follows from changing one of them."
)


def outcome_name(result: DriversData | PointsData) -> str:
    """The outcome as a name in quotes; with a box the answers counted."""
    topic = result.topic
    name = topic.short or topic.question
    return f"“{name}”" + (f" ({join_labels(topic.answers)})" if topic.answers else "")


def pooling_text(result: DriversData | PointsData) -> str:
    """How ratings of several subjects were put together; empty where they were not."""
    over = _over(result)
    texts: dict[Pooling, str] = {
        "no": "",
        "source-fixed-effects": f"Ratings of every {over} together, differences between {over}s taken out.",
        "within-person": (
            f"Within a person: ratings compared with the same person’s mean rating, differences between {over}s "
            f"taken out."
        ),
        "between-and-within": (
            f"Ratings of every {over} pooled as they are: this mixes differences between people, within people and "
            f"between {over}s."
        ),
    }
    return texts[result.pooled]


def title(result: DriversData | PointsData) -> str:
    """What the outcome is associated with, by group."""
    over = f", by {in_sentence(result.dims[-1].label or result.dims[-1].name)}" if result.dims else ""
    how = {
        "no": over,
        "source-fixed-effects": f", within {_over(result)}s{over}",
        "within-person": f", within a person{over}",
        "between-and-within": f", between and within people{over}",
    }[result.pooled]
    return f"What {outcome_name(result)} is associated with{how}"


def _over(result: DriversData | PointsData) -> str:
    return result.pooled_over or "source"


def group_name(result: DriversData | PointsData, row: Mapping[Any, Any]) -> str:
    """The labels of a group."""
    return ", ".join(str(row[d.name]) for d in result.dims)


def common_base(result: DriversData | PointsData) -> str:
    """The base that all groups share, as a subject; each its own otherwise."""
    bases = list(result.bases)
    for i, dim in enumerate(result.dims):
        named = [dict(dim.phrases).get(k[i]) or dim.label_of(k[i]) for k in result.keys]
        bare = [n.removeprefix("an ").removeprefix("a ").removeprefix("the ") for n in named]
        shared = shared_base(bases, bare, in_sentence(dim.label or dim.name))
        if shared is not None:
            bases = [shared]
            break
    return "; ".join(dict.fromkeys(subject(b, result.provenance) for b in bases))


def bases_line(result: DriversData | PointsData) -> str:
    """Base text with n and effective base; ratings where a person has several."""
    rows = result.fits if isinstance(result, DriversData) else result.rows
    n, e = rows["n"].tolist(), rows["n_effective"].tolist()
    ratings = ""
    if isinstance(result, DriversData) and (rows["n_ratings"] != rows["n"]).any():
        ratings = f", {span(rows['n_ratings'].tolist())} ratings"
    return f"Base: {common_base(result)}, complete answers; n = {span(n)}{ratings} (effective {span(e)})."


def main_measure(result: DriversData) -> Measure:
    """The measure that sentences and the quadrant speak of: LMG where it was asked for."""
    known = result.rows.loc[result.rows["share"].notna(), "measure"].unique().tolist()
    return "lmg" if "lmg" in known else known[0] if known else result.methods[0]


def sentence_drivers(result: DriversData) -> str:
    """R² and the shares of every group, largest first, with intervals and bases."""
    label = label_of(result.provenance, level=result.level, length="plural")
    said = [_group_sentence(result, i, bool(label)) for i in range(len(result.fits))]
    lead = f"{title(result)}{f' ({label})' if label else ''}."
    parts = [lead, pooling_text(result), *said, _left_out(result), ASSOCIATION]
    if result.simulated:
        parts.append(SIMULATED)
    return " ".join(p for p in parts if p)


def _group_sentence(result: DriversData, i: int, with_limits: bool) -> str:
    fit = result.fits.iloc[i].to_dict()
    name = group_name(result, fit)
    lead = f"{name}: " if name else ""
    base = min(fit["n"], fit["n_effective"])
    if base < MINIMUM:
        return f"{lead}base too small to report (n = {count(fit['n'])})."
    limits = f"; {_limits(fit['r2_low'], fit['r2_high'])}" if with_limits else ""
    small = f" {SMALL_BASE}" if base < SMALL else ""
    measure = main_measure(result)
    rows = of_group(result.rows, result, fit)
    rows = rows[rows["measure"] == measure].sort_values("estimate", ascending=False, kind="stable")
    shares = ", ".join(_share_said(r, with_limits) for r in rows.to_dict("records"))
    return (
        f"{capitalised(lead)}R² {fixed(fit['r2'], 2)} (n = {count(fit['n'])}{limits}){small}; "
        f"{MEASURES[measure]}{' shares of it' if rows['share'].notna().all() else ''}: {shares}."
    )


def _share_said(row: Mapping[Any, Any], with_limits: bool) -> str:
    name = str(row["label"]) if row["label"] == row["predictor"] else in_sentence(str(row["label"]))
    if math.isnan(row["share"]):  # a measure without shares
        return f"{name} {fixed(row['estimate'], 2)}"
    limits = f" ({percent_interval(row['share_low'], row['share_high'])})" if with_limits else ""
    return f"{name} {percent(row['share'])}{limits}"


def _limits(low: float, high: float) -> str:
    return f"{fixed(low, 2)} to {fixed(high, 2)}"


def of_group(rows: Any, result: DriversData | PointsData, fit: Mapping[Any, Any]) -> Any:
    """The rows of one group."""
    for dim in result.dims:
        rows = rows[rows[dim.name] == fit[dim.name]]
    return rows


def _left_out(result: DriversData) -> str:
    lost, single = int(result.fits["n_missing"].sum()), int(result.fits["n_single"].sum())
    said = []
    if lost:
        said.append(
            f"{counted(lost, 'rating without an answer to every question is', 'ratings without an answer to every question are')} not in the base."
        )
    if single:
        said.append(
            f"{counted(single, 'person with one rating says nothing within a person and is', 'people with one rating say nothing within a person and are')} left out."
        )
    return " ".join(said)


def notes_drivers(result: DriversData) -> tuple[str, ...]:
    """Lines under a table: what the measures are, pooling, who is left out, suppressors, small bases."""
    said = {
        "lmg": "LMG: what a predictor adds to R², averaged over all orders of entry",
        "johnson": "Johnson: relative weights",
        "pratt": "Pratt: coefficient times correlation, may be negative",
        "first": "alone: R² of the predictor by itself",
        "last": "added last: what it adds to all others",
        "kruskal": "Kruskal: squared partial correlations, averaged over orders",
        "beta": "standardised coefficient of the regression on all",
    }
    out = ["; ".join(capitalised(said[m]) if j == 0 else said[m] for j, m in enumerate(result.methods)) + "."]
    if {"lmg", "johnson"} <= set(result.methods):
        out.append("Both LMG and relative weights have their critics; they stand side by side.")
    if result.orders:
        out.append(
            f"LMG over {count(result.orders)} sampled orders, not all (Monte Carlo standard error at most "
            f"{fixed(result.order_error, 4)})."
        )
    flipped = result.rows[(result.rows["beta"] * result.rows["correlation"] < 0)]["label"].unique().tolist()
    if flipped:
        out.append(
            "Coefficient and correlation differ in sign (another predictor carries the association): "
            + ", ".join(flipped)
            + "."
        )
    out += [negative_text(result), pooling_text(result), _left_out(result), small_bases(result), ASSOCIATION]
    return tuple(x for x in [*out, SIMULATED if result.simulated else ""] if x)


def negative_text(result: DriversData) -> str:
    """Predictors that go with lower answers: a share of R² does not show the sign."""
    rows = result.rows[(result.rows["measure"] == result.methods[0]) & (result.rows["beta"] < 0)]
    said = [
        f"{r['label']} ({group_name(result, r)})" if result.dims else str(r["label"])
        for r in rows.to_dict("records")
    ]
    return f"Negative coefficient, others alike: {', '.join(said)}." if said else ""


def small_bases(result: DriversData | PointsData) -> str:
    """Groups whose base is too small to say, or small."""
    rows = result.fits if isinstance(result, DriversData) else result.rows
    bases = {group_name(result, r) or "all": min(r["n"], r["n_effective"]) for r in rows.to_dict("records")}
    tiny = [g for g, b in bases.items() if b < MINIMUM]
    small = [g for g, b in bases.items() if MINIMUM <= b < SMALL]
    said = [f"Base under {MINIMUM}, not reported in words: {', '.join(tiny)}."] if tiny else []
    said += [f"Small base (under {SMALL}): {', '.join(small)}."] if small else []
    return " ".join(said)


def explain_drivers(result: DriversData) -> str:
    """Estimator, pooling, intervals, base, with sources."""
    p = result.provenance
    k = len(result.predictors)
    over = (
        f"all 2^{k} subsets of predictors"
        if not result.orders
        else f"{result.orders} sampled orders, half of them reverses (Monte Carlo SE at most {result.order_error:.2g})"
    )
    interval_ = (
        "percentiles of the replicates"
        if result.made
        else "t on the domain's degrees of freedom, cut at 0 and 1 where a measure has these limits"
    )
    counted = "scores" if not result.topic.answers else "0 and 1 (a linear model of a share)"
    lines = [
        f"Shares of R² of '{result.topic.question}' ({counted}) among {k} predictors: {', '.join(n for n, _ in result.predictors)}.",
        "  Estimator   functions of the weighted correlation matrix; LMG and Johnson's weights sum to R².",
        f"  LMG         increments of R² averaged over {over} (Lindeman, Merenda and Gold 1980; R relaimpo).",
        "  Johnson     relative weights: the regression on the nearest orthogonal predictors, carried back (Johnson 2000).",
        f"  Pooling     {pooling_text(result) or 'none: each group has its own correlations.'}",
        f"  Base        {'; '.join(dict.fromkeys(result.bases))}; complete answers only, the others stay in the design and count as zero.",
        f"  Design      {p.design}; {p.weighting}.",
        f"  Variance    {p.variance}.",
        f"  Interval    {100 * result.level:g}%, {interval_}.",
        f"  Meaning     {ASSOCIATION}",
    ]
    if p.where:
        lines.append(f"  Domain      {p.where}; everybody else stays in the design and counts as zero.")
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)
