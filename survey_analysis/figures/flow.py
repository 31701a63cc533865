"""Respondent flow: CONSORT-like boxes from received to each analysis base, samples side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.style import ACCENT, INK, MUTED, PAPER, QUIET, RULE, TINT, WHISKER, line_height
from survey_analysis.figures.text import width_of, wrap
from survey_analysis.results.process import Flow, FlowStep, StepKind
from survey_analysis.wording.numbers import MINUS, count
from survey_analysis.wording.phrases import capitalised

_INDENT: Final = 0.34
_PAD: Final = 0.1
_GAP: Final = 0.12
_TRUNK: Final = 0.16


@dataclass(frozen=True)
class _Step:
    """One box; `removed` says whether its people left (they may also have stepped aside, and stay)."""

    kind: StepKind
    label: str
    n: int
    reason: str
    removed: bool

    @property
    def main(self) -> bool:
        return self.kind in {"received", "kept"}

    @property
    def number(self) -> str:
        return (MINUS if self.removed and self.n else "") + count(self.n)


@dataclass(frozen=True)
class _Column:
    sample: str
    steps: tuple[_Step, ...]


def flow(respondents: Flow, caption: Caption) -> Chart:
    """Boxes from top to bottom: received, removed for which reason, kept, one box an analysis base.

    Parameters
    ----------
    respondents
        The flow of each sample; samples stand side by side and are never added.
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        The flow is empty, or its arrows do not sum.
    """
    if not respondents.samples or not all(steps for _, steps in respondents.samples):
        raise FigureError("The respondent flow is empty.", hint="clean the survey first: survey.clean().")
    columns = [_Column(sample, _steps(sample, steps)) for sample, steps in respondents.samples]
    return Chart("flow", caption, lambda sheet: _paint(sheet, columns))


def _steps(sample: str, steps: Sequence[FlowStep]) -> tuple[_Step, ...]:
    """The boxes; every removal must leave what the step before it kept, less those removed."""
    out: list[_Step] = []
    inside = steps[0].kept
    for i, step in enumerate(steps):
        stays = i == 0 or step.kind in {"received", "kept", "base"}
        possible = {inside} if stays else {inside - step.n}
        if step.kind == "screened":  # stepped aside before the end, or left
            possible = {inside, inside - step.n}
        if step.kept not in possible:
            raise FigureError(
                "The arrows of the respondent flow do not sum.",
                where=f"{sample or 'all'}, '{step.label}': {inside} in, {step.n} removed, {step.kept} kept",
                hint="every step must keep what came in less what it removed.",
            )
        out.append(_Step(step.kind, capitalised(step.label), step.n, step.reason, step.kept != inside))
        inside = step.kept
    return tuple(out)


def _paint(sheet: Sheet, columns: Sequence[_Column]) -> None:
    across = 1 if sheet.narrow else min(len(columns), 3)
    gap = 0.28
    width = (sheet.span - (across - 1) * gap) / across
    width = min(width, 4.2)
    for first in range(0, len(columns), across):
        part = columns[first : first + across]
        if first:
            sheet.y += 0.3
        _block(sheet, part, width, gap)


def _block(sheet: Sheet, columns: Sequence[_Column], width: float, gap: float) -> None:
    """Columns side by side; the same step stands at the same height in each."""
    order = _aligned(columns)
    lefts = [sheet.left + i * (width + gap) for i in range(len(columns))]
    if any(c.sample for c in columns):
        lines = [wrap(c.sample, width, sheet.sizes.heading, "semibold") for c in columns]
        for left, text in zip(lefts, lines, strict=True):
            sheet.lines(
                left, sheet.y, text, size=sheet.sizes.heading, weight="semibold", colour=ACCENT, middle=False
            )
        sheet.y += max(map(len, lines)) * line_height(sheet.sizes.heading) + 0.07
    ends: list[float | None] = [None] * len(columns)
    for row in order:
        height = max(_height(sheet, step, width) for step in row if step is not None)
        for i, step in enumerate(row):
            if step is not None:
                own = _height(sheet, step, width)
                _box(sheet, step, (lefts[i], sheet.y, width, own), ends[i])
                ends[i] = sheet.y + own if step.main else ends[i]
        sheet.y += height + _GAP
    sheet.y -= _GAP


def _aligned(columns: Sequence[_Column]) -> list[list[_Step | None]]:
    """Rows of steps: up to "kept", the same kind and label share a row where the order allows."""
    shared = [
        max((i + 1 for i, s in enumerate(c.steps) if s.kind == "kept"), default=len(c.steps)) for c in columns
    ]
    names: list[tuple[str, str]] = []
    places: list[dict[int, _Step]] = []
    for column, until in zip(columns, shared, strict=True):
        at, mine = 0, {}
        for step in column.steps[:until]:
            name = (step.kind, step.label)
            index = next((i for i in range(at, len(names)) if names[i] == name), None)
            if index is None:
                index = at
                names.insert(index, name)
                places = [{(k + 1 if k >= index else k): v for k, v in p.items()} for p in places]
            mine[index] = step
            at = index + 1
        places.append(mine)
    rows = [[p.get(i) for p in places] for i in range(len(names))]
    rest = [c.steps[until:] for c, until in zip(columns, shared, strict=True)]
    rows += [[r[i] if i < len(r) else None for r in rest] for i in range(max(map(len, rest)))]
    return rows


def _texts(sheet: Sheet, step: _Step, width: float) -> tuple[str, list[str], list[str]]:
    """Number, label lines and reason lines of a box."""
    number = step.number
    room = width - (0.0 if step.main else _INDENT) - 2 * _PAD
    beside = room - width_of(number, sheet.sizes.value, "bold") - 0.1
    return (
        number,
        wrap(step.label, beside, sheet.sizes.value),
        wrap(step.reason, room, sheet.sizes.small) if step.reason else [],
    )


def _height(sheet: Sheet, step: _Step, width: float) -> float:
    _, label, reason = _texts(sheet, step, width)
    text = len(label) * line_height(sheet.sizes.value) + len(reason) * line_height(sheet.sizes.small)
    return text + (0.17 if step.main else 0.1)


def _box(sheet: Sheet, step: _Step, place: tuple[float, float, float, float], trunk: float | None) -> None:
    left, top, width, height = place
    number, label, reason = _texts(sheet, step, width)
    inset = 0.0 if step.main else _INDENT
    fill = ACCENT if step.kind == "kept" else (TINT if step.kind in {"received", "base"} else PAPER)
    edge = None if step.kind == "kept" else (QUIET if step.kind in {"received", "base"} else RULE)
    ink = PAPER if step.kind == "kept" else INK
    if trunk is not None:
        _arrow(sheet, left, trunk, top + height / 2 if not step.main else top, into=not step.main)
    sheet.box(
        left + inset,
        top,
        width - inset,
        height,
        fill=fill,
        edge=edge,
        radius=0.04,
        behind=False,
        name=step.kind,
    )
    pitch = line_height(sheet.sizes.value)
    text = len(label) * pitch + len(reason) * line_height(sheet.sizes.small)
    y = top + (height - text) / 2
    x = left + inset + _PAD
    sheet.text(
        x, y + pitch / 2, number, size=sheet.sizes.value, weight="bold", colour=ink, name="flow-number"
    )
    beside = x + width_of(number, sheet.sizes.value, "bold") + 0.08
    used = sheet.lines(beside, y, label, size=sheet.sizes.value, colour=ink, middle=False, name="flow-label")
    sheet.lines(
        x,
        y + used,
        reason,
        size=sheet.sizes.small,
        colour=PAPER if step.kind == "kept" else MUTED,
        middle=False,
    )


def _arrow(sheet: Sheet, left: float, start: float, end: float, *, into: bool) -> None:
    """From the trunk of a column into a box at its side, or down to the next box."""
    x = left + _TRUNK
    tip = left + _INDENT if into else x
    path = ([x, x, tip - 0.02], [start, end, end]) if into else ([x, x], [start, end - 0.02])
    sheet.rule(*path, colour=WHISKER, width=1.1, behind=True, name="flow-arrow")
    if into:
        sheet.rule(
            [tip - 0.07, tip - 0.01, tip - 0.07], [end - 0.04, end, end + 0.04], colour=WHISKER, width=1.1
        )
    else:
        sheet.rule([x - 0.04, x, x + 0.04], [end - 0.07, end - 0.01, end - 0.07], colour=WHISKER, width=1.1)
