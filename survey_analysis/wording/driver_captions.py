"""All texts around a figure of drivers: title, subtitle, base, note, alternative text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from survey_analysis.results.drivers import DriversData, PointsData
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.driver_points import ASSOCIATED, higher, title_points
from survey_analysis.wording.drivers import (
    ASSOCIATION,
    MEASURES,
    bases_line,
    group_name,
    main_measure,
    negative_text,
    of_group,
    outcome_name,
    pooling_text,
    small_bases,
    title,
)
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.lines import source_line, span
from survey_analysis.wording.numbers import fixed, percent, points
from survey_analysis.wording.phrases import SIMULATED, join_labels

END: Final = "Table below has all values."
MOST: Final = 300


def caption_drivers(result: DriversData | PointsData, kind: str) -> Caption:
    """All texts around a figure of drivers."""
    if isinstance(result, PointsData):
        head, shown = title_points(result), _shown_points(result)
        notes = tuple(x for x in (pooling_text(result), small_bases(result), ASSOCIATED) if x)
    else:
        head, shown = title(result), _shown(result, kind)
        texts = (negative_text(result), pooling_text(result), small_bases(result), ASSOCIATION)
        notes = tuple(x for x in texts if x)
    return Caption(
        title=head,
        subtitle=shown,
        base=bases_line(result),
        source=source_line(result.provenance),
        alt=f"{_alt(result, kind)} {END}",
        note=" ".join(notes),
        simulated=result.simulated,
    )


def _shown(result: DriversData, kind: str) -> str:
    label = label_of(result.provenance, level=result.level, length="long")
    with_ = f", with {label}" if label else ""
    if kind == "quadrant":
        own = " in the panel; every panel has its own axis of means" if len(result.fits) > 1 else ""
        return (
            f"Across: share of R² ({MEASURES[main_measure(result)]}). Up: mean score of the predictor in the same "
            f"base{with_}. Dashed lines: medians of the predictors{own}."
        )
    names = " and ".join(MEASURES[m] for m in ("lmg", "johnson", "pratt") if m in result.methods)
    return f"Share of R² by predictor: {names}{with_}."


def _shown_points(result: PointsData) -> str:
    label = label_of(result.provenance, level=result.level, length="long")
    return (
        f"Difference in the share answering {join_labels(result.topic.answers)}, percentage points, with a rating "
        f"{higher(result)}, other predictors alike{f', with {label}' if label else ''}."
    )


def _alt(result: DriversData | PointsData, kind: str) -> str:
    """What is drawn, the first and last of each group, base; values are dropped while it is too long."""
    mark = f" {SIMULATED}" if result.simulated else ""
    if isinstance(result, PointsData):
        lead = f"Dot plot of percentage points with each predictor {higher(result)}."
        items = _items(result, result.rows.assign(shown=[points(v) for v in result.rows["estimate"]]))
        n = result.rows["n"].tolist()
    else:
        measure = main_measure(result)
        chart = "Scatter plot of mean score against" if kind == "quadrant" else "Dot plot of"
        lead = f"{chart} share of R² ({MEASURES[measure]}) of {outcome_name(result)}."
        rows = result.rows[result.rows["measure"] == measure]
        items = _items(
            result,
            rows.assign(shown=[_text(v, e) for v, e in zip(rows["share"], rows["estimate"], strict=True)]),
        )
        n = result.fits["n"].tolist()
    tail = f" Base: n {span(n)}.{mark}"
    for keep in range(len(items), 0, -1):
        text = f"{lead} {'; '.join(items[:keep])}.{tail}"
        if len(text) <= MOST:
            return text
    return f"{lead}{tail}"


def _text(share: float, value: float) -> str:
    return percent(share) if not math.isnan(share) else fixed(value, 2)


def _items(result: DriversData | PointsData, rows: Any) -> Sequence[str]:
    """Largest and smallest predictor of each group."""
    out = []
    names = [d.name for d in result.dims]
    groups = rows[names].drop_duplicates().to_dict("records") if names else [{}]
    for group in groups:
        mine = of_group(rows, result, group).sort_values("estimate", ascending=False, kind="stable")
        top, bottom = mine.iloc[0], mine.iloc[-1]
        said = f"{top['label']} {top['shown']}" + (
            f", smallest {bottom['label']} {bottom['shown']}" if len(mine) > 1 else ""
        )
        name = group_name(result, group)
        out.append(f"{name}: {said}" if name else said)
    return out
