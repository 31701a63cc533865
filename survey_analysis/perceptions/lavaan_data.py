"""The data of a measurement model: one row a person, items by what was rated, no identifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import Cells, cells, check_samples
from survey_analysis.estimation.loops import loop_of
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.perceptions.lavaan_syntax import placed
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, FloatArray, IntArray, Where

_RESERVED = frozenset(
    [
        "if",
        "else",
        "repeat",
        "while",
        "function",
        "for",
        "next",
        "break",
        "in",
        "TRUE",
        "FALSE",
        "NULL",
        "Inf",
        "NaN",
        "NA",
        "group",
        "w",
        "cluster",
    ]
)


@dataclass(frozen=True, eq=False)
class Gathered:
    """Items as columns `item` or `item.block`, group labels, weights and clusters of the people kept.

    `asked` names the subject where only one was rated, `left_out` counts people of the domain without any answer.
    """

    items: pd.DataFrame
    blocks: tuple[str, ...]
    groups: tuple[str, ...]
    group: tuple[str, ...]
    weight: FloatArray
    cluster: IntArray
    strata: int
    left_out: int
    asked: str
    looped: bool

    @property
    def weighted(self) -> bool:
        """Whether the weights differ."""
        return bool(len(self.weight) and np.ptp(self.weight) > 1e-12 * self.weight.max())

    @property
    def clustered(self) -> bool:
        """Whether some sampling unit holds several people."""
        return len(np.unique(self.cluster)) < len(self.cluster)

    def frame(self) -> pd.DataFrame:
        """The table that lavaan reads: items, then `group`, `w` and `cluster` where they are needed."""
        out = self.items.copy()
        if self.groups:
            out["group"] = list(self.group)
        if self.weighted:
            out["w"] = self.weight
        if self.clustered:
            _, first = np.unique(self.cluster, return_index=True)
            order = {int(self.cluster[i]): n for n, i in enumerate(sorted(first), start=1)}
            out["cluster"] = [order[int(c)] for c in self.cluster]
        return out


def safe_names(names: Sequence[str]) -> dict[str, str]:
    """Names that R and lavaan take, each once.

    Examples
    --------
    >>> safe_names(["honest", "Q 5", "2nd", "if"])
    {'honest': 'honest', 'Q 5': 'Q_5', '2nd': 'x2nd', 'if': 'if_'}
    """
    out: dict[str, str] = {}
    for name in names:
        made = re.sub(r"[^A-Za-z0-9_]", "_", name)
        made = f"x{made}" if not made[:1].isalpha() else made
        made = f"{made}_" if made in _RESERVED else made
        while made in out.values():
            made += "_"
        out[name] = made
    return out


def gather(survey: SurveyData, items: Mapping[str, Question], by: By, where: Where) -> Gathered:
    """Items of a model by R name, in the domain, with groups or blocks.

    Raises
    ------
    EstimationError
        More than one variable in `by`; groups of people while several subjects were rated; a person with two
        ratings of the same thing; nobody in a group; a weight that differs within a person.
    """
    first = next(iter(items.values()))
    found = cells(survey, first, by, where)
    other = [d for d in found.dims if d.name != found.over]
    subjects = list(dict.fromkeys(c.subject for c in found.cells))
    if len(other) > 1 or (other and len(subjects) > 1):
        named = [d.name for d in other]
        raise EstimationError(
            f"A model takes one grouping; asked for {' and '.join([found.over, *named] if found.over else named)}.",
            hint=f'choose one subject: where={{"{found.over}": "{subjects[0]}"}}.'
            if found.over
            else "name one variable in by=.",
        )
    if not found.over and other and survey.person is not None:
        wide = _wide(survey, items, found)
        if wide is not None:
            return wide
    if len(subjects) > 1:
        return _blocks(survey, items, found, subjects)
    return _groups(survey, items, found, subjects[0])


def _values(survey: SurveyData, question: Question, subject: str) -> FloatArray:
    variable = survey.table.variable(question.name, subject)
    values = numbers(question, variable, "mean")
    if isinstance(variable, Categorical):
        return values  # an answer off the scale has no score and is missing here
    return values.copy()


def _blocks(
    survey: SurveyData, items: Mapping[str, Question], found: Cells, subjects: Sequence[str]
) -> Gathered:
    columns: dict[str, FloatArray] = {}
    for cell in found.cells:
        for name, question in items.items():
            values = np.where(cell.mask, _values(survey, question, cell.subject), np.nan)
            columns[placed(name, cell.subject)] = values
    domain = np.logical_or.reduce([c.mask for c in found.cells])
    loop, _ = loop_of(survey, found.over)
    made = pd.DataFrame(columns)
    return _kept(survey, made, domain, blocks=tuple(subjects), looped=loop is not None)


def _groups(survey: SurveyData, items: Mapping[str, Question], found: Cells, subject: str) -> Gathered:
    made = pd.DataFrame({name: _values(survey, q, subject) for name, q in items.items()})
    domain = np.logical_or.reduce([c.mask for c in found.cells])
    dims = [d for d in found.dims if d.name != found.over]
    group = np.full(len(made), "", dtype=object)
    labels: list[str] = []
    for cell in found.cells if dims else ():
        key = cell.keys[found.dims.index(dims[0])]
        label = " ".join(dims[0].label_of(key).split())
        labels.append(label)
        group[cell.mask] = label
        if not (cell.mask & made.notna().any(axis=1).to_numpy()).any():
            raise EstimationError(
                f"Nobody in the group '{label}' of {dims[0].name} answered the items.",
                hint="leave the group out with where=.",
            )
    if dims:
        domain = domain & (group != "")
    loop, _ = loop_of(survey, found.over)
    factor = 1.0 if loop is None else 1.0 / loop
    return _kept(
        survey, made, domain, group=group, groups=tuple(labels), factor=factor, asked=subject, looped=loop is not None
    )  # fmt: skip


def _wide(survey: SurveyData, items: Mapping[str, Question], found: Cells) -> Gathered | None:
    """A long file: rows of a person side by side; None where `by` does not vary within people."""
    person = survey.person
    assert person is not None  # noqa: S101  the caller has looked
    dim = found.dims[0]
    of_row = np.full(len(person), -1)
    for j, cell in enumerate(found.cells):
        of_row[cell.mask] = j
    inside = of_row >= 0
    pairs = pd.DataFrame({"person": person[inside], "place": of_row[inside]})
    if pairs.groupby("person")["place"].nunique().max() <= 1:
        return None
    twice = int(pairs.duplicated().sum())
    if twice:
        raise EstimationError(
            f"{counted(twice, 'person', 'people')} rated the same level of '{dim.name}' twice.",
            hint="keep one rating of each with where=.",
        )
    weight = pd.Series(survey.frame.weight[inside]).groupby(person[inside])
    if (weight.max() - weight.min() > 1e-9 * weight.max()).any():
        raise EstimationError(
            "The weight differs between the rows of a person.",
            hint="a model of several ratings a person takes one weight a person.",
        )
    people, first = np.unique(person[inside], return_index=True)
    rows = np.flatnonzero(inside)[first]
    made: dict[str, FloatArray] = {}
    blocks = safe_names([c.keys[0] for c in found.cells])
    for cell in found.cells:
        at = np.searchsorted(people, person[cell.mask])
        for name, question in items.items():
            column = np.full(len(people), np.nan)
            column[at] = _values(survey, question, "")[cell.mask]
            made[placed(name, blocks[cell.keys[0]])] = column
    wide = pd.DataFrame(made)
    frame = survey.frame
    answered = wide.notna().any(axis=1).to_numpy() & (frame.weight[rows] > 0)
    return Gathered(
        items=wide[answered].reset_index(drop=True),
        blocks=tuple(blocks.values()),
        groups=(),
        group=(),
        weight=frame.weight[rows][answered],
        cluster=np.asarray(frame.psu[rows][answered], dtype=np.int64),
        strata=len(np.unique(frame.stratum[rows][answered])),
        left_out=int((~answered).sum()),
        asked="",
        looped=False,
    )


def _kept(
    survey: SurveyData,
    made: pd.DataFrame,
    domain: np.ndarray,
    *,
    blocks: tuple[str, ...] = ("",),
    group: np.ndarray | None = None,
    groups: tuple[str, ...] = (),
    factor: FloatArray | float = 1.0,
    asked: str = "",
    looped: bool = False,
) -> Gathered:
    frame = survey.frame
    inside = domain & (frame.weight > 0)
    keep = inside & made.notna().any(axis=1).to_numpy()
    if not keep.any():
        raise EstimationError("Nobody in the domain answered any of the items.", hint="check where=.")
    of_group = [keep & (group == g) for g in groups] if group is not None and groups else [keep]
    check_samples(survey, np.column_stack(of_group))
    return Gathered(
        items=made[keep].reset_index(drop=True),
        blocks=blocks,
        groups=groups,
        group=() if group is None or not groups else tuple(str(g) for g in group[keep]),
        weight=np.asarray((frame.weight * factor)[keep], dtype=np.float64),
        cluster=np.asarray(frame.psu[keep], dtype=np.int64),
        strata=len(np.unique(frame.stratum[keep])),
        left_out=int((inside & ~keep).sum()),
        asked=asked,
        looped=looped,
    )
