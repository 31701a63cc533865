"""Figures of published figures: intervals over the assumptions, and how many people a claim takes."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from survey_analysis.figures.axis import count_axis, linear_axis, tick_texts
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, INK, MUTED, QUIET, SECOND
from survey_analysis.results.published import PublishedData
from survey_analysis.wording.numbers import count, percent_interval
from survey_analysis.wording.phrases import capitalised
from survey_analysis.wording.printed_figures import GROUPS, difference_text, signed_limits

_LEAST: Final = Series("least", "Least favourable case", SECOND, whisker=SECOND, offset=0.12, area=30.0)
_MOST: Final = Series("most", "Most favourable case", ACCENT, whisker=ACCENT, area=30.0)


def published(data: PublishedData, caption: Caption, *, item: str = "") -> Chart:
    """Intervals of one item under every assumption: the difference, or the figure where nothing is compared.

    Parameters
    ----------
    data
        Published figures.
    caption
        The texts around the figure.
    item
        Which item.

    Raises
    ------
    FigureError
        The item has no share, so no interval.
    """
    pairs = data.pairs[data.pairs["item"] == item] if len(data.pairs) else data.pairs
    if len(pairs):
        return Chart("published", caption, painter(_differences(data, pairs)))
    rows = data.rows[data.rows["item"] == item] if len(data.rows) else data.rows
    if not len(rows):
        raise FigureError(
            "A ratio printed without its denominators has no interval to draw.",
            hint="sentence() says what can be said of it.",
        )
    return Chart("published", caption, painter(_shares(data, rows)))


def _differences(data: PublishedData, pairs: pd.DataFrame) -> RowTable:
    rows: list[Row] = []
    heading = ""
    assumed = "if " if data.assumptions.ladder else ""
    several = len(pairs[["a", "b"]].drop_duplicates()) > 1
    for (a, b, group, _, _), mine in pairs.groupby(["a", "b", "people", "n_a", "n_b"], sort=False):
        who = GROUPS[str(group)]
        head = f"{a} minus {b}" if several else capitalised(who)
        by = {str(r["case"]): r for _, r in mine.iterrows()}
        marks = tuple(Mark(c, r["difference"], r["low"], r["high"]) for c, r in by.items() if r["possible"])
        first, second = (count(float(mine[c].iloc[0])) for c in ("n_a", "n_b"))
        people = first if first == second else f"{first} and {second}"
        cells = tuple(
            Cell(
                signed_limits(by[c]["low"], by[c]["high"]) if by[c]["possible"] else "not from this base",
                colour=colour,
            )
            for c, colour in (("most", ACCENT), ("least", SECOND))
        )
        rows.append(
            Row(
                f"{f'{capitalised(who)}, ' if several else ''}{assumed}n = {people}",
                marks,
                cells,
                heading=head if head != heading else "",
            )
        )
        heading = head
    values = [v for c in ("low", "high") for v in pairs[c].tolist()]
    axis = linear_axis([*values, 0.0])
    title = "Difference, percentage points"
    if not several:
        title = f"{pairs['a'].iloc[0]} minus {pairs['b'].iloc[0]}, percentage points"
    return RowTable(
        rows=tuple(rows),
        series=(_MOST, _LEAST),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "share", difference=True)),
        columns=(
            Column("Most favourable", "most {}", series="most"),
            Column("Least favourable", "least {}", series="least"),
        ),
        key_narrow=True,
        reference=None if several else (0.0, "no difference"),  # it would cross the names of the pairs
        reference_colour=INK,
        axis_title=title,
        name="published",
        pitch=0.42,
    )


def _shares(data: PublishedData, found: pd.DataFrame) -> RowTable:
    rows = []
    subject = ""
    for _, r in found.iterrows():
        marks = (Mark("most", r["value"], r["low_widest"], r["high_widest"]),) if r["possible"] else ()
        text = (
            percent_interval(r["low_widest"], r["high_widest"], 1) if r["possible"] else "not from this base"
        )
        label = f"{'if n = ' if data.assumptions.ladder else 'n = '}{count(r['n'])}"
        rows.append(
            Row(label, marks, (Cell(text),), heading=str(r["subject"]) if r["subject"] != subject else "")
        )
        subject = str(r["subject"])
    axis = linear_axis([*found["low_widest"], *found["high_widest"]], bounds=(0.0, 1.0))
    return RowTable(
        rows=tuple(rows),
        series=(_MOST,),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "share")),
        columns=(Column("Interval", main=True),),
        name="published",
    )


def needed(data: PublishedData, caption: Caption) -> Chart:
    """People a claim takes, by whether they are the same: from "cannot hold" to "holds whatever else".

    Parameters
    ----------
    data
        Published figures.
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        Nothing is compared, or no number of people is enough for any claim.
    """
    finite = [v for v in data.needed["n_needed"].tolist() if math.isfinite(v)] if len(data.needed) else []
    if not finite:
        raise FigureError(
            "No claim has a number of people to draw.", where=f"{len(data.verdicts)} comparisons"
        )
    rows: list[Row] = []
    last = ""
    for (item, a, b, group), mine in data.needed.groupby(["item", "a", "b", "people"], sort=False):
        by = dict(zip(mine["case"], mine["n_needed"], strict=True))
        head = f"{item}: {a} higher" if item else f"{a} higher than {b}"
        row = data.verdicts[
            (data.verdicts["item"] == item) & (data.verdicts["a"] == a) & (data.verdicts["b"] == b)
        ]
        head += f" ({difference_text(data, row.iloc[0])} points)"
        most, least = by["most"], by["least"]
        marks = [Mark("holds", least, most, least)] if math.isfinite(least) else []
        marks += [Mark("cannot", most)] if math.isfinite(most) else []
        cells = tuple(Cell(count(v) if math.isfinite(v) else "no number") for v in (most, least))
        rows.append(
            Row(capitalised(GROUPS[str(group)]), tuple(marks), cells, heading=head if head != last else "")
        )
        last = head
    axis = count_axis(finite)
    return Chart(
        "needed",
        caption,
        painter(
            RowTable(
                rows=tuple(rows),
                series=(
                    Series("holds", "Holds whatever else is assumed", ACCENT, whisker=QUIET, area=42.0),
                    Series("cannot", "Cannot hold with fewer", ACCENT, hollow=True, area=42.0, whisker=MUTED),
                ),
                axis=axis,
                ticks=tuple(tick_texts(axis.ticks, "count")),
                columns=(
                    Column("Cannot hold below", "cannot hold below {}", series="cannot"),
                    Column("Holds from", "holds from {}", main=True, series="holds"),
                ),
                key_narrow=True,
                axis_title="People in each group, or who rated both; log scale",
                name="needed",
                pitch=0.3,
            )
        ),
    )
