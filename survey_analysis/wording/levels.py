"""Sentences about levels: one estimate or several, with interval, base and the simulated mark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.results.estimate import EstimateData
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.numbers import (
    count,
    interval,
    number,
    percent,
    percent_interval,
    ratio,
    ratio_decimals,
    signed,
)
from survey_analysis.wording.phrases import (
    SIMULATED,
    capitalised,
    events_of,
    in_sentence,
    listed,
    measured,
    over,
    predicate,
    shared_base,
    subject,
    with_score,
)
from survey_analysis.wording.precision import row_of, value_of

SMALL_BASE: Final = "(small base)"
SHARES: Final = ("share", "points")  # units kept as 0-1 and printed in percent


def sentence(estimate: EstimateData) -> str:
    """Say an estimate: one row as a level sentence, several as a list in their own order.

    Parameters
    ----------
    estimate
        Any estimate; rows keep their order.

    Returns
    -------
    str
        A sentence whose subject is the base text and whose numbers are the printed ones.
    """
    if len(estimate) == 0:
        return "Nothing was estimated."
    text = level_sentence(estimate, 0) if len(estimate) == 1 else _several(estimate)
    return f"{text} {SIMULATED}" if estimate.simulated else text


def level_sentence(estimate: EstimateData, i: int) -> str:
    """The sentence of one row, without the simulated mark."""
    row = row_of(estimate, i)
    who = subject(estimate.bases[i], estimate.provenance)
    n = value_of(row, "n") or 0.0
    if value_of(row, "estimate") is None or n == 0:
        return f"No estimate for {who}: {count(n)} gave an answer."
    if base_of(row) < MINIMUM:
        return _too_small(estimate, row, who)
    small = f" {SMALL_BASE}" if base_of(row) < SMALL else ""
    return _level(estimate, i, row, who) + small + "."


def _level(estimate: EstimateData, i: int, row: Mapping[str, Any], who: str) -> str:
    topic, values = estimate.topic, phrases_of(estimate, i)
    facts = f"({precision(estimate, row)})"
    figure = printed(row["estimate"], unit_of(estimate), topic.statistic)
    if topic.statistic == "proportion":
        return f"{figure} {facts} of {who} {predicate(topic, values)}"
    if topic.statistic == "ratio" and unit_of(estimate) == "share":
        return _events(estimate, i, figure, who)
    name = in_sentence(labels_of(estimate, i).get("construct") or topic.short or topic.question)
    range_ = topic.scale_range
    scale = f", on a scale from {number(range_[0], 0)} to {number(range_[1], 0)}," if range_ else ""
    lead = {
        "mean": f"The mean {with_score(topic, name)}{scale}",
        "total": f"The total of {name}",
        "ratio": f"The ratio of {name}{over(topic)}",
        "nps": f"The net promoter score of {name}",
        "net": f"The net of {name} in points",
        "quantile": f"The {'median' if topic.score == 'median' else 'quantile'} of {name}{scale}",
        "variance": f"The variance of {name}",
        "std_dev": f"The standard deviation of {name}",
        "covariance": f"The covariance of {name}",
        "correlation": f"The correlation of {name}",
        "cdf": f"The share of answers at or below the value, {name},",
        "contrast": f"The contrast of {name}",
        "transform": f"The value computed from {name}",
    }[topic.statistic]
    return f"{lead} is {figure} {facts} among {who}"


def _events(estimate: EstimateData, i: int, figure: str, who: str) -> str:
    """Event share: the unit is the event, and the sentence says so (`statistics.md` 2.30)."""
    topic, row = estimate.topic, row_of(estimate, i)
    unit = events_of(topic)
    limits = _limits(estimate, row)
    events = _number_of_events(estimate, i)
    behind = (
        f"{count(events)} {unit} by {count(row['n'])} {_head(who)}"
        if events is not None
        else (f"{unit} by {count(row['n'])} {_head(who)}")
    )
    said = predicate(topic, phrases_of(estimate, i))
    return f"{figure}{f' ({limits})' if limits else ''} of {unit} made by {who} {said} ({behind})"


def _head(who: str) -> str:
    return who.partition(" who ")[0].partition(" (")[0]


def _number_of_events(estimate: EstimateData, i: int) -> float | None:
    evidence = estimate.evidence
    if evidence is None or evidence.x is None:
        return None
    return float(evidence.x[:, i].sum())


def _too_small(estimate: EstimateData, row: Mapping[str, Any], who: str) -> str:
    figure = printed(row["estimate"], unit_of(estimate), estimate.topic.statistic)
    return f"{figure} of {count(row['n'])} {who}; base too small to compare."


def base_of(row: Mapping[str, Any]) -> float:
    """min(n, effective n) of a row."""
    known = [x for x in (value_of(row, "n"), value_of(row, "n_effective")) if x is not None]
    return min(known, default=0.0)


def labels_of(estimate: EstimateData, i: int) -> dict[str, str]:
    """Labels of a row's dimensions, by dimension name: what placeholders of a wording are filled with."""
    keys = estimate.keys[i] if i < len(estimate.keys) else ()
    return {dim.name: dim.label_of(key) for dim, key in zip(estimate.dims, keys, strict=False)}


def phrases_of(estimate: EstimateData, i: int) -> dict[str, str]:
    """How a row's levels stand in a sentence ("a micro-influencer"), by dimension name."""
    keys = estimate.keys[i] if i < len(estimate.keys) else ()
    return {
        dim.name: dict(dim.phrases).get(key) or dim.label_of(key)
        for dim, key in zip(estimate.dims, keys, strict=False)
    }


def precision(estimate: EstimateData, row: Mapping[str, Any]) -> str:
    """What stands in the brackets: "95% interval, model-based, 80-84; n = 3,233"."""
    limits = _limits(estimate, row)
    n = f"n = {count(row['n'])}"
    return f"{limits}; {n}" if limits else n


def _limits(estimate: EstimateData, row: Mapping[str, Any]) -> str:
    label = label_of(estimate.provenance, level=estimate.level)
    limits = limits_of(row, unit_of(estimate))
    return f"{label} {limits}" if label and limits else ""


def limits_of(row: Mapping[str, Any], unit: str) -> str:
    """The interval of a row as printed, without its label; empty when it has none."""
    low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
    if low is None or high is None:
        return ""
    if unit in SHARES:
        return percent_interval(low, high)
    if unit == "ratio":
        return interval(low, high, ratio_decimals(float(row["estimate"])))
    return interval(low, high, decimals_of(unit))


def unit_of(estimate: EstimateData) -> str:
    """The unit that an estimate prints in: a ratio of a part to all its events is a share of events."""
    topic = estimate.topic
    if (
        topic.statistic == "ratio"
        and topic.unit_of_count
        and bool((estimate.rows["estimate"].dropna() <= 1).all())
    ):
        return "share"
    return topic.unit


def decimals_of(unit: str) -> int:
    """Decimals that a unit prints with."""
    return {"share": 0, "points": 0, "score": 2, "pomp": 1, "count": 0, "ratio": 1}[unit]


def printed(value: float, unit: str, statistic: str = "") -> str:
    """A value as printed in sentences.

    Examples
    --------
    >>> printed(0.8162, "share"), printed(0.32, "points"), printed(4.128, "score"), printed(22.18, "ratio")
    ('82%', '+32', '4.13', '22.2')
    """
    if unit == "share":
        return percent(value)
    if unit == "points":
        return signed(100 * value)
    if unit == "ratio":
        return ratio(value)
    return (
        count(value)
        if unit == "count" and statistic == "total"
        else number(value, 1 if unit in ("count", "pomp") else 2)
    )


def row_name(estimate: EstimateData, i: int) -> str:
    """Name of a row among several: the labels of its dimensions, else of its answer.

    Dimensions with one level in all rows are left out.
    """
    names = list(labels_of(estimate, i).values())
    varying = [
        name for j, name in enumerate(names) if len({k[j] for k in estimate.keys if j < len(k)}) > 1
    ] or names
    level = estimate.rows.iloc[i].get("level")
    several = "level" in estimate.rows and estimate.rows["level"].nunique() > 1
    if several and isinstance(level, str):
        varying = (
            [*varying, level] if len(varying) and len({tuple(k) for k in estimate.keys}) > 1 else [level]
        )
    return ", ".join(varying)


def _several(estimate: EstimateData) -> str:
    label = label_of(estimate.provenance, level=estimate.level, length="plural")
    items = [_item(estimate, i, bool(label)) for i in range(len(estimate))]
    head = capitalised(measured(estimate.topic))
    tail = f" ({label})" if label else ""
    return f"{head}: {'; '.join(items)}{tail}. {base_sentence(estimate)}"


def _item(estimate: EstimateData, i: int, with_limits: bool) -> str:
    row, unit = row_of(estimate, i), unit_of(estimate)
    name = row_name(estimate, i)
    if value_of(row, "estimate") is None:
        return f"{name} no answers"
    figure = printed(row["estimate"], unit, estimate.topic.statistic)
    n = f"n = {count(row['n'])}"
    if base_of(row) < MINIMUM:
        return f"{name} {figure} ({n}; base too small to compare)"
    limits = limits_of(row, unit) if with_limits else ""
    small = f"; {SMALL_BASE[1:-1]}" if base_of(row) < SMALL else ""
    return f"{name} {figure} ({f'{limits}; ' if limits else ''}{n}{small})"


def common_base(estimate: EstimateData) -> str:
    """The base text that all rows share, as a subject ("... that source"); each its own otherwise."""
    values = [phrases_of(estimate, i) for i in range(len(estimate))]
    bases = [_without_levels(estimate, i) for i in range(len(estimate))]
    for dim in estimate.dims:
        labels = [re.sub(r"^(?:an?|the) ", "", v.get(dim.name, "")) for v in values]
        shared = shared_base(bases, labels, in_sentence(dim.label or dim.name))
        if shared is not None:
            return subject(shared, estimate.provenance)
    if len(set(bases)) == 1:
        return subject(bases[0], estimate.provenance)
    return listed([subject(b, estimate.provenance) for b in dict.fromkeys(bases)], "or")


def _without_levels(estimate: EstimateData, i: int) -> str:
    """Base text of a row of several without the levels that its name already says."""
    text = estimate.bases[i]
    if len(set(estimate.bases)) > 1:
        for dim in estimate.dims:
            text = text.replace(f", {dim.label}: {labels_of(estimate, i).get(dim.name, '')}", "")
    return text


def base_sentence(estimate: EstimateData) -> str:
    """The line that names the base of several rows."""
    return f"Base: {common_base(estimate)}."
