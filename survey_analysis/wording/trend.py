"""All texts around a trend: title, subtitle, base, note, alternative text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from survey_analysis.results.waves import TrendData
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.lines import source_line, span
from survey_analysis.wording.numbers import agree, count, number
from survey_analysis.wording.phrases import SIMULATED, capitalised, listed, subject
from survey_analysis.wording.waves import ADJUSTMENTS

END: Final = "Table below has all values."
MOST: Final = 300
Row = Mapping[str, Any]


def caption_trend(found: TrendData) -> Caption:
    """All texts around the figure of a trend."""
    label = label_of(found.provenance, level=found.level, length="long")
    band = f" Band: {label}." if label else ""
    return Caption(
        title=title_trend(found),
        subtitle=f"{found.topic.wording or found.topic.short}{'' if found.topic.wording[-1:] in '?!.' else '.'}{band}",
        base=_base(found),
        source=source_line(found.provenance, tested=tested(found)),
        alt=_alt(found),
        note=note(found),
        simulated=found.provenance.simulated,
    )


def title_trend(found: TrendData) -> str:
    """The last change that is marked, else what is shown."""
    marked = found.rows[found.rows["marked"] & (found.rows["wave"] == found.waves[-1])]
    if marked.empty:
        return f"{_name(found)}: {found.waves[0]} to {found.waves[-1]}"
    row = {str(k): v for k, v in marked.iloc[0].to_dict().items()}
    return change_text(found, row)


def change_text(found: TrendData, row: Row) -> str:
    """As "Top 2 rose from 41% in W1 to 57% in W2", only for a marked change."""
    verb = "rose" if row["change"] > 0 else "fell"
    before = found.waves[found.waves.index(str(row["wave"])) - 1]
    now, then = row["estimate"], row["estimate"] - row["change"]
    if found.topic.unit == "share":
        pieces = agree(100 * now, 100 * then)
        texts = (f"{pieces.b}%", f"{pieces.a}%")
    else:
        texts = (number(then), number(now))
    small = " (small base)" if min(row["n"], row["n_effective"]) < 100 else ""
    what = (
        _name(found)
        if len(found.rows["line"].unique()) == 1
        else capitalised(f"{found.topic.short}, {row['line']}")
    )
    return f"{what} {verb} from {texts[0]} in {before} to {texts[1]} in {row['wave']}{small}"


def _name(found: TrendData) -> str:
    lines = found.rows["line"].unique().tolist()
    return capitalised(f"{found.topic.short}, {lines[0]}" if len(lines) == 1 else found.topic.short)


def tested(found: TrendData) -> str:
    """Which tests were made, one clause."""
    name = ADJUSTMENTS.get(found.adjust, found.adjust)
    how = "not adjusted" if found.adjust == "none" else f"adjusted ({name})"
    return f"{count(found.tests)} change{'s' * (found.tests != 1)} from wave to wave tested, {how}"


def note(found: TrendData) -> str:
    """Why changes that moved, or could have, may not be called a rise or a fall."""
    why = [w for w in dict.fromkeys(found.rows["why"]) if w and w != "small base"]
    said = [f"No change between these waves is called a rise or a fall where: {listed(why)}."] if why else []
    if "small base" in set(found.rows["why"]):
        said.append("Waves with a base under 30 are not tested.")
    return " ".join([*said, *found.notes])


def _base(found: TrendData) -> str:
    rows = found.rows[found.rows["n"] > 0]
    return (
        f"Base: {subject(found.base_text, found.provenance)}; n = {span(rows['n'].tolist())} a wave "
        f"(effective {span(rows['n_effective'].tolist())})."
    )


def _alt(found: TrendData) -> str:
    """First and last value of each line, marked changes, at most as long as an alternative text."""
    mark = f"{SIMULATED} " if found.provenance.simulated else ""
    text = f"{mark}Line chart over {len(found.waves)} waves."
    for line, part in found.rows.dropna(subset=["estimate"]).groupby("line", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        more = f" {line}: {_value(found, first)} in {first['wave']}, {_value(found, last)} in {last['wave']}."
        if len(text) + len(more) > MOST:
            break
        text += more
    marked = int(found.rows["marked"].sum())
    return f"{text} {marked} marked change{'s' * (marked != 1)}. {END}"


def _value(found: TrendData, row: pd.Series) -> str:
    value = float(row["estimate"])
    return f"{agree(100 * value, 0).a}%" if found.topic.unit == "share" else number(value)


def trend_facts(found: TrendData) -> list[Facts]:
    """What may license the words of a title of one's own: every marked change."""
    return [
        Facts(
            p=float(r["estimate"]) if found.topic.unit == "share" else None,
            n=float(r["n"]), n_effective=float(r["n_effective"]), difference=float(r["change"]),
            p_adjusted=float(r["p_adjusted"]), waves_comparable=bool(r["marked"]),
            kind=found.provenance.sample_kind, generalize=found.provenance.generalize,
            labels=(*found.waves, str(r["line"])),
        )
        for r in found.rows.to_dict("records")
    ]  # fmt: skip
