"""Words about points in the top answers that go with a higher predictor: title, sentence, notes, how made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.results.drivers import PointsData
from survey_analysis.wording.drivers import group_name, of_group, pooling_text, small_bases
from survey_analysis.wording.facts import MINIMUM
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.numbers import count, percent_interval, points
from survey_analysis.wording.phrases import SIMULATED, in_sentence, join_labels

ASSOCIATED: Final = "Associations, not what follows from changing a perception."


def higher(result: PointsData) -> str:
    """What is compared: one point or one standard deviation higher."""
    return "one point higher" if result.per == "point" else "one standard deviation higher"


def title_points(result: PointsData) -> str:
    """What points in the share go with a higher rating."""
    over = f", by {in_sentence(result.dims[-1].label or result.dims[-1].name)}" if result.dims else ""
    return f"Share {join_labels(result.topic.answers)}: points more with a rating {higher(result)}{over}"


def sentence_points(result: PointsData) -> str:
    """Each predictor: so many points, with interval and base."""
    label = label_of(result.provenance, level=result.level, length="plural")
    said = []
    for group in result.rows[[d.name for d in result.dims]].drop_duplicates().to_dict("records") or [{}]:
        rows = of_group(result.rows, result, group)
        first = rows.iloc[0]
        name = group_name(result, group)
        lead = f"{name} (n = {count(first['n'])}): " if name else f"n = {count(first['n'])}: "
        if min(first["n"], first["n_effective"]) < MINIMUM:
            said.append(f"{lead}base too small to report.")
            continue
        said.append(lead + ", ".join(_points_said(r, bool(label)) for r in rows.to_dict("records")) + ".")
    head = (
        f"A rating {higher(result)}, the other predictors alike, is associated with so many percentage points more "
        f"answering {join_labels(result.topic.answers)}{f' ({label})' if label else ''}."
    )
    parts = [head, pooling_text(result), *said, SIMULATED if result.simulated else ""]
    return " ".join(p for p in parts if p)


def _points_said(row: Mapping[Any, Any], with_limits: bool) -> str:
    limits = f" ({percent_interval(row['conf_low'], row['conf_high'])})" if with_limits else ""
    return f"{in_sentence(str(row['label']))} {points(row['estimate'])}{limits}"


def notes_points(result: PointsData) -> tuple[str, ...]:
    """Lines under a table of points."""
    out = [
        "Proportional odds on all predictors together, averaged over the ratings, half of the step to either side.",
        "p is not adjusted for the number of predictors.",
        pooling_text(result),
        small_bases(result),
        ASSOCIATED,
        SIMULATED if result.simulated else "",
    ]
    return tuple(x for x in out if x)


def explain_points(result: PointsData) -> str:
    """Model, averages, variance."""
    p = result.provenance
    lines = [
        f"Differences in the share answering {join_labels(result.topic.answers)} to '{result.topic.question}', each predictor {higher(result)}.",
        "  Estimator   proportional odds by weighted maximum likelihood (R svyolr); d_j = sum w [P(x_j + h/2) - P(x_j - h/2)] / sum w.",
        f"  Base        {'; '.join(dict.fromkeys(result.bases))}; complete answers only.",
        f"  Design      {p.design}; {p.weighting}.",
        f"  Variance    {p.variance}; coefficients and people jointly.",
        f"  Interval    {100 * result.level:g}%, t: sampling units minus strata of the base, minus predictors.",
    ]
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)
