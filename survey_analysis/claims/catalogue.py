"""Every figure that a draft may state: those of the declared claims, the headline, the findings, and the published ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from survey_analysis.claims.declared import Checked
from survey_analysis.claims.measure import Measured, best_set
from survey_analysis.claims.terms import Bench, shares
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.subset import subset
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.extremes import Standing
from survey_analysis.results.test import TestData
from survey_analysis.wording.facts import Facts, facts_of
from survey_analysis.wording.levels import unit_of
from survey_analysis.wording.phrases import subject
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import largest_from

FigureKind: TypeAlias = Literal["level", "difference", "ratio", "largest", "published"]
Source: TypeAlias = tuple[str, EstimateData | TestData | tuple[Standing, EstimateData]]


@dataclass(frozen=True)
class Figure:
    """One figure: its value and limits, what it is about, and where it was declared.

    `of` maps dimensions to the label it is of; a comparison has the dimension it compares along in `along` and its two
    sides in `facts`. `base` is "common" for the same people.
    """

    kind: FigureKind
    question: str
    value: float
    unit: str
    of: Mapping[str, str]
    source: str
    low: float | None = None
    high: float | None = None
    along: str = ""
    base: str = "own"
    facts: Facts = field(default_factory=Facts)
    others: Mapping[str, float] = field(default_factory=dict)  # of the largest: median, smallest
    cite: str = ""
    base_text: str = ""
    beside: str = ""  # of a level among the same people: the other member they rated

    @property
    def people(self) -> tuple[float, ...]:
        """The bases behind it."""
        return tuple(x for x in (self.facts.n,) if x is not None)


def catalogue(
    survey: SurveyData,
    checked: Sequence[Checked],
    more: Iterable[Source] = (),
    *,
    ranked: frozenset[str] = frozenset(),
) -> tuple[Figure, ...]:
    """Figures of a study; one that several declare stands once, under the first.

    Parameters
    ----------
    checked
        The declared claims.
    more
        Results of the headline and the findings, with their key paths.
    ranked
        Questions and constructs of which it is also found which members are best.
    """
    found: dict[object, Figure] = {}
    for figure in _all(survey, checked, more, ranked):
        key = (figure.kind, figure.question, figure.unit, figure.beside, tuple(sorted(figure.of.items())), figure.facts.a, figure.facts.b,
               figure.base, round(figure.value, 12))  # fmt: skip
        known = found.get(key)
        if known is None:
            found[key] = figure
        elif figure.facts.best and not known.facts.best:
            found[key] = replace(known, facts=replace(known.facts, best=figure.facts.best))
    return tuple(sorted(found.values(), key=lambda f: f.beside != ""))  # levels with limits first


def _all(
    survey: SurveyData, checked: Sequence[Checked], more: Iterable[Source], ranked: frozenset[str]
) -> Iterator[Figure]:
    for path, result in more:
        yield from _figures(path, result, ranked)
    bench = Bench(survey)
    for i, one in enumerate(checked):
        if one.measured is not None:
            of = bench.labels(one.measured.says)
            for figure in _claimed(f"claims[{i}]", one.measured):
                rest = {k: v for k, v in of.items() if k not in figure.of and k != figure.along}
                yield replace(figure, of={**rest, **figure.of}) if figure.kind != "largest" else figure
    yield from _published(survey)


def _claimed(path: str, m: Measured) -> Iterator[Figure]:
    if m.largest is not None:
        yield from _largest(path, m.largest, m.levels)
        return
    for figure in _levels(path, m.levels, frozenset()):
        yield replace(figure, facts=replace(figure.facts, best=m.best)) if m.best else figure
    for test in (m.test, m.own):
        if test is not None:
            yield from _gaps(path, test, delta=m.says.margin)


def _figures(
    path: str, result: EstimateData | TestData | tuple[Standing, EstimateData], ranked: frozenset[str]
) -> Iterator[Figure]:
    if isinstance(result, EstimateData):
        yield from _levels(path, result, ranked)
    elif isinstance(result, TestData):
        yield from _gaps(path, result)
    else:
        yield from _largest(path, *result)


def _levels(path: str, estimate: EstimateData, ranked: frozenset[str]) -> Iterator[Figure]:
    estimate = shares(estimate)
    best = _best(estimate, ranked)
    for i in range(len(estimate)):
        row = row_of(estimate, i)
        value = value_of(row, "estimate")
        if value is None:
            continue
        named = [(d.name, d.label_of(k)) for d, k in zip(estimate.dims, estimate.keys[i], strict=True)]
        construct = next(
            (k for d, k in zip(estimate.dims, estimate.keys[i], strict=True) if d.name == "construct"), ""
        )
        facts = replace(facts_of(estimate, i), best=best.get(construct, ()))
        of = {n: label for n, label in named if n != "construct"}
        if estimate.topic.score and isinstance(row.get("level"), str) and row["level"]:
            of["answer"] = str(row["level"])
        yield Figure(
            "level", construct or estimate.topic.question, value, unit_of(estimate), of, path,
            value_of(row, "conf_low"), value_of(row, "conf_high"), facts=facts, base_text=subject(estimate.bases[i], estimate.provenance),
        )  # fmt: skip


def _best(estimate: EstimateData, ranked: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The simultaneous best set of each construct, or of the one question (""), where all its members are in the result."""
    names = [d.name for d in estimate.dims]
    if estimate.topic.subject not in names or not {"construct", estimate.topic.subject} >= set(names):
        return {}
    at = names.index(estimate.topic.subject)
    out: dict[str, tuple[str, ...]] = {}
    for construct in dict.fromkeys(
        keys[names.index("construct")] if "construct" in names else "" for keys in estimate.keys
    ):
        rows = [i for i, keys in enumerate(estimate.keys) if not construct or construct in keys]
        if (construct or estimate.topic.question) in ranked and len(rows) == len(
            estimate.dims[at].levels
        ) > 1:
            try:
                out[construct] = best_set(subset(estimate, rows), at)
            except EstimationError:
                continue
    return out


def _gaps(path: str, test: TestData, *, delta: float | None = None) -> Iterator[Figure]:
    if not test.compares:
        return
    ratios = test.kind == "ratio"
    unit = "ratio" if ratios else "points" if test.topic.unit == "share" else test.topic.unit
    constructs = {label: k for d in test.dims if d.name == "construct" for k, label in d.levels}
    for i in range(len(test)):
        row = row_of(test, i)
        value = value_of(row, "estimate")
        if value is None:
            continue
        sides = [d.name for d in test.dims if d.name not in row and row["a"] in dict(d.levels).values()]
        along = sides[0] if sides else ""
        question = constructs.get(str(row.get("construct", "")), test.topic.question)
        of = {d.name: str(row[d.name]) for d in test.dims if d.name in row and d.name != "construct"}
        yield Figure(
            "ratio" if ratios else "difference", question, value, unit, of, path, value_of(row, "conf_low"),
            value_of(row, "conf_high"), along, str(row["base"]), facts_of(test, i, delta=delta), base_text=test.bases[i],
        )  # fmt: skip
        if row["base"] == "common" and along and not ratios:
            yield from _among_both(path, test, row, question, of, along)


def _among_both(
    path: str, test: TestData, row: Mapping[str, object], question: str, of: Mapping[str, str], along: str
) -> Iterator[Figure]:
    """The two levels of a comparison among the same people: without limits of their own."""
    sides = (("a", "estimate_a"), ("b", "estimate_b"))
    for (side, column), (other, _) in zip(sides, reversed(sides), strict=True):
        value = value_of(row, column)
        if value is not None:
            yield Figure(
                "level", question, value, test.topic.unit, {**of, along: str(row[side])}, path, base="common",
                facts=Facts(n=value_of(row, "n")), beside=str(row[other]), along=along,
            )  # fmt: skip


def _largest(path: str, top: Standing, estimate: EstimateData) -> Iterator[Figure]:
    least = min((facts_of(estimate, i) for i in range(len(estimate))), key=lambda f: f.base)
    facts = replace(least, largest=largest_from(top), p=None, low=None, high=None)
    others = {"median": top.median, "smallest": top.smallest}
    yield Figure(
        "largest", estimate.topic.question, top.largest, "ratio", {}, path, top.low, top.high, facts=facts, others=others,
    )  # fmt: skip


def _published(survey: SurveyData) -> Iterator[Figure]:
    book = survey.study.codebook
    for i, entry in enumerate(survey.study.published):
        of = {
            name: book.subjects[name].labels[book.subjects[name].key_of(v)] if name in book.subjects else v
            for name, v in entry.where.items()
        }
        yield Figure(
            "published", entry.question, entry.value, "share", of, f"published[{i}]", cite=entry.cite
        )
