"""Instruments as text: a card for reading, and TOML to start a study file with."""

from __future__ import annotations

import json

from survey_analysis.errors import StudyError, closest
from survey_analysis.plurals import counted
from survey_analysis.scales.model import Instrument, Subscale

Columns = str | list[str]


def toml(
    scale: Instrument,
    columns: Columns | dict[str, Columns] | None = None,
    *,
    over: str = "",
    points: int | None = None,
) -> str:
    """Tables of a study file that use an instrument.

    Parameters
    ----------
    scale
        The instrument.
    columns
        Columns of its items in the order of the library: by subscale, or one list for all items; a pattern with
        `*`. Without any, the columns to fill in are named after the items. Of an answer scale: the question's.
    over
        Set of subjects that the items were asked about; the columns then hold `{over}`.
    points
        Number of points of the questionnaire, where it is not the published one.

    Raises
    ------
    StudyError
        An unknown subscale, or a number of columns that is not the number of items.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> print(toml(sa.scales["appelman-sundar-2016"], "{source}_Q9_*", over="source", points=5))
    [constructs.credibility]
    scale = "appelman-sundar-2016.credibility"
    columns = "{source}_Q9_*"
    over = "source"
    points = 5
    >>> print(toml(sa.scales["juster-1966"], "Q7"))
    [questions.Q7]
    scale = "juster-1966"
    """
    scale.answers(points)
    if not scale.parts:
        return _question(scale, columns, over)
    given = _by_subscale(scale, columns)
    tables = [_construct(scale, p, given[p.name], over, points) for p in scale.parts if p.name in given]
    return "\n\n".join(tables)


def _by_subscale(scale: Instrument, columns: Columns | dict[str, Columns] | None) -> dict[str, Columns]:
    if columns is None:
        return {p.name: [f"COLUMN_OF_{i.name}" for i in p.items] for p in scale.parts}
    if isinstance(columns, dict):
        for name in columns:
            scale.subscale(name)
        for name, some in columns.items():
            _check(f"{scale.name}.{name}", some, len(scale.subscale(name).items))
        return dict(columns)
    if len(scale.parts) == 1:
        _check(scale.name, columns, len(scale.items))
        return {scale.parts[0].name: columns}
    if isinstance(columns, str):
        raise StudyError(
            f"'{scale.name}' has {len(scale.parts)} subscales; one pattern cannot tell which columns are whose.",
            hint='give a pattern or a list by subscale: columns={"' + scale.parts[0].name + '": ...}',
        )
    _check(scale.name, columns, len(scale.items))
    out: dict[str, Columns] = {}
    at = 0
    for part in scale.parts:
        out[part.name] = columns[at : at + len(part.items)]
        at += len(part.items)
    return out


def _check(name: str, columns: Columns, items: int) -> None:
    if not isinstance(columns, str) and len(columns) != items:
        raise StudyError(
            f"{counted(len(columns), 'column is', 'columns are')} given for the {items} items of '{name}'.",
            hint="give one column an item, in the order of the library.",
        )


def _construct(scale: Instrument, part: Subscale, columns: Columns, over: str, points: int | None) -> str:
    lines = [f"[constructs.{part.name}]", f'scale = "{scale.name}.{part.name}"']
    lines.append(f"columns = {json.dumps(columns, ensure_ascii=False)}")
    lines += [f'over = "{over}"'] if over else []
    lines += [f"points = {points}"] if points not in (None, scale.points) else []
    return "\n".join(lines)


def _question(scale: Instrument, columns: Columns | dict[str, Columns] | None, over: str) -> str:
    if isinstance(columns, dict):
        raise StudyError(
            f"'{scale.name}' is an answer scale and has no subscales.",
            hint=f"give the question's column; you gave {closest(next(iter(columns), ''), []) or 'names'}.",
        )
    names = [columns] if isinstance(columns, str) else list(columns or ["COLUMN_OF_THE_QUESTION"])
    tables = []
    for name in names:
        if over:
            mark = "{" + over + "}"
            if mark not in name:
                raise StudyError(f"The column '{name}' has no {mark}.", hint=f'for example "{mark}_{name}"')
            key = name.replace(mark, "").strip("_. ") or scale.name.replace("-", "_")
            tables.append(
                f'[batteries.{_key(key)}]\nover = "{over}"\ncolumns = "{name}"\nscale = "{scale.name}"'
            )
        else:
            tables.append(f'[questions.{_key(name)}]\nscale = "{scale.name}"')
    return "\n\n".join(tables)


def _key(name: str) -> str:
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else json.dumps(name, ensure_ascii=False)


def text(scale: Instrument) -> str:
    """Everything about an instrument on a page."""
    points = scale.answers()
    lines = [
        scale.title,
        f"  name      {scale.name}",
        f"  measures  {scale.measures}",
        f"  kind      {scale.kind}",
    ]
    ends = f", {scale.low} to {scale.high}" if scale.low else ""
    lines.append(f"  points    {len(points)}, {points[0][0]} to {points[-1][0]}{ends}")
    for part in scale.parts:
        lines.append(f"  {part.name}{' (paraphrased, not the wording)' if part.paraphrased else ''}")
        lines += [f"    {'- ' if i.reversed else '+ '}{i.name}: {i.wording}" for i in part.items]
    if not scale.parts:
        lines += [f"    {c} = {x}" for c, x in points]
    lines += [f"  note      {scale.note}"] if scale.note else []
    doi = f" doi:{scale.doi}" if scale.doi else ""
    lines += [f"  cite      {scale.citation}{doi}", f"  licence   {scale.licence}"]
    lines += [f"  checked   {c.said}: {c.how}{f' ({c.source})' if c.source else ''}" for c in scale.checks]
    return "\n".join(lines)
