"""One question to one public verb, and its rows in R's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import pandas as pd

import survey_analysis as sa
from oracles.r.survey_design import Design, Term, logical_factor
from oracles.r.survey_results import Result
from oracles.r.values import Factor, Formula, NotCoveredError, Vec

Verb = Callable[..., sa.Estimate]


@dataclass(frozen=True, eq=False)
class Asked:
    """Questions to ask: names as the verb knows them, R's names for the rows, columns to add."""

    verb: str
    questions: tuple[str, ...]
    names: tuple[str, ...]
    levels: tuple[str, ...]  # of a single categorical question, else empty
    extra: dict[str, Any]
    where: tuple[str, ...]


class Columns:
    """Columns that the survey must have; terms that are columns already keep their name."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.extra: dict[str, Any] = {}

    def name(self, term: Term, value: Any = None) -> str:
        """The question of a term."""
        held = self.design.data.columns.get(term.text)
        kept = term.value if value is None else value
        if held is not None and held is kept:
            return term.text
        found = next((k for k, v in self.extra.items() if v is kept), None)
        if found is None:
            taken = {*self.design.data.columns, *self.extra}
            found = next(n for i in count(len(self.extra) + 1) if (n := f"x{i}_") not in taken)
            self.extra[found] = kept
        return found

    def category(self, term: Term) -> str:
        """The term as a categorical question."""
        if not term.numeric and isinstance(term.value, Factor):
            return self.name(term)
        return self.name(term, logical_factor(term.value))

    def answered(self, terms: Sequence[Term]) -> tuple[str, ...]:
        """Conditions that every term has a value; none for terms without missing values."""
        said = []
        for term in terms:
            if term.value.missing.any():
                question = self.name(term) if term.numeric else self.category(term)
                said.append(f"`{question}` is not missing")
        return tuple(said)


def statistic(design: Design, formula: Formula, verb: str, *, complete: bool) -> Asked:
    """`svymean` or `svytotal` of a formula: one categorical question, or numbers and indicators together."""
    terms, columns = design.terms(formula), Columns(design)
    where = columns.answered(terms) if complete and len(terms) > 1 else ()
    if len(terms) == 1 and not terms[0].numeric and verb == "mean":
        factor = terms[0].factor
        names = tuple(f"{terms[0].text}{level}" for level in factor.levels)
        return Asked("proportion", (columns.category(terms[0]),), names, factor.levels, columns.extra, where)
    questions: list[str] = []
    names_: list[str] = []
    for term in terms:
        if term.numeric:
            questions.append(columns.name(term))
            names_.append(term.text)
            continue
        factor = term.factor
        for code, level in enumerate(factor.levels):
            hit = np.where(factor.codes < 0, np.nan, (factor.codes == code).astype(float))
            questions.append(columns.name(Term("", None), Vec(hit, "integer")))
            names_.append(f"{term.text}{level}")
    return Asked(verb, tuple(questions), tuple(names_), (), columns.extra, where)


def joined(*parts: str | None) -> str | None:
    """Conditions that all hold."""
    said = [p for p in parts if p]
    return " and ".join(said) or None


def options_of(asked: Asked, deff: str | None) -> dict[str, Any]:
    """Keyword arguments that the verb always gets."""
    out: dict[str, Any] = {"method": "t"} if asked.verb == "proportion" else {}
    return out | ({"deff": deff} if deff else {})


def ask(
    design: Design, asked: Asked, *, by: Sequence[str] = (), deff: str | None = None
) -> tuple[Verb, sa.Survey]:
    """The verb with everything but level and df filled in."""
    survey = design.ask(asked.extra)
    where = joined(design.where, *asked.where)
    question: Any = asked.questions[0] if len(asked.questions) == 1 else list(asked.questions)
    fixed = options_of(asked, deff)

    def call(**more: Any) -> sa.Estimate:
        grouped = {"by": list(by)} if by else {}
        return getattr(survey, asked.verb)(question, where=where, **grouped, **fixed, **more)

    return call, survey


def in_order(
    rows: pd.DataFrame, asked: Asked, groups: Sequence[tuple[str, ...]] = ((),), by: Sequence[str] = ()
) -> np.ndarray:
    """Positions of the rows: statistics outside, groups inside."""
    out = []
    question = rows["question"].astype(str).to_numpy()
    keys: list[tuple[str, str | None]]
    if asked.levels:
        keys = [(asked.questions[0], level) for level in asked.levels]
    else:
        keys = [(name, None) for name in asked.questions]
    dims = [rows[b].astype(str).to_numpy() for b in by]
    levels = rows["level"].astype(str).to_numpy() if "level" in rows else None
    for name, level in keys:
        for group in groups:
            hit = question == name
            if level is not None:
                assert levels is not None
                hit &= levels == level
            for column, key in zip(dims, group, strict=True):
                hit &= column == key
            found = np.flatnonzero(hit)
            if len(found) != 1:
                raise NotCoveredError(f"{len(found)} rows for {name} {level or ''} {group}")
            out.append(int(found[0]))
    return np.array(out)


def result(design: Design, asked: Asked, *, deff: str | None = None, **about: Any) -> Result:
    """The `Result` of an undivided statistic."""
    call, _ = ask(design, asked, deff=deff)
    made = call()
    rows = made.to_frame()
    order = in_order(rows, asked)

    def limits(level: float, df: float) -> tuple[np.ndarray, np.ndarray]:
        again = call(level=level, df=df).to_frame().iloc[order]
        return again["conf_low"].to_numpy(float), again["conf_high"].to_numpy(float)

    effects = rows["deff"].to_numpy(float)[order] if deff else None
    theta = rows["estimate"].to_numpy(float)[order]
    return Result(
        asked.names,
        theta,
        made.vcov[np.ix_(order, order)],
        limits,
        effects,
        source=made,
        order=order,
        **about,
    )
