"""The terms of claims as estimates: names resolved against the codebook, each estimate made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from survey_analysis.claims.language import Says, Stat, Term
from survey_analysis.errors import StudyError, closest
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.estimation.mean import mean
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.ratio import ratio
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare
from survey_analysis.typing import By, Where

Place = Mapping[str, str]
"""Dimension to key: {"source": "micro", "sample": "consumer"}."""


@dataclass(frozen=True, eq=False)
class Bench:
    """The estimates behind the claims of one survey; each is made once."""

    survey: SurveyData
    made: dict[object, EstimateData] = field(default_factory=dict)

    def over(self, name: str) -> str:
        """The subjects that a question or the items of a construct run over; "" for none."""
        book = self.survey.table.codebook
        first = book.constructs[name].items[0] if name in book.constructs else name
        return self.survey.table.question(first).over

    def place(self, term: Term) -> dict[str, str]:
        """What stands in brackets, by dimension.

        Raises
        ------
        StudyError
            A name that is neither a member, nor a sample, nor an answer.
        """
        over = self.over(term.question)
        out: dict[str, str] = {}
        for name, value in term.of:
            dim, key = (name, self._answer(name, value)) if name else self._member(term.question, over, value)
            if dim in out:
                raise StudyError(
                    f"'{value}' is the second {dim} of one estimate.", hint="an estimate is of one of them."
                )
            out[dim] = key
        return out

    def labels(self, says: Says) -> dict[str, str]:
        """What stands in brackets of the first term, as labels; a filter beside it stands under "where"."""
        out: dict[str, str] = {}
        for dim, key in self.place(says.a).items():
            subjects = self.survey.study.codebook.subjects.get(dim)
            if subjects is not None:
                out[dim] = subjects.labels[key]
            elif dim == "sample":
                out[dim] = self.survey.study.sample_of(key).label or key
            else:
                out[dim] = variable_levels(self.survey, dim)[0].label_of(key)
        return out | ({"where": says.where} if says.where else {})

    def _member(self, question: str, over: str, value: str) -> tuple[str, str]:
        study = self.survey.study
        subjects = study.codebook.subjects[over] if over else None
        known: list[str] = []
        if subjects is not None:
            known += [x for m in subjects.members for x in m[:2]]
            if value in known:
                return over, subjects.key_of(value)
        names = {n: n for n in study.samples.members} if study.samples else {}
        names |= {study.sample_of(n).label: n for n in names if study.sample_of(n).label}
        if value in names:
            return "sample", names[value]
        raise StudyError(
            f"'{value}' is nothing that '{question}' is asked about.",
            hint=closest(value, [*known, *names]) if known or names else "write a condition: sex == 'Woman'.",
        )

    def _answer(self, name: str, value: str) -> str:
        if name in self.survey.study.codebook.subjects:
            return self.survey.study.codebook.subjects[name].key_of(value)
        dim, _ = variable_levels(self.survey, name)
        key = dim.key_of(value)
        if key is None:
            raise StudyError(
                f"'{value}' is not an answer to '{name}'.",
                hint=closest(value, [x for level in dim.levels for x in level]),
            )
        return key

    def level(self, term: Term, where: str) -> EstimateData:
        """The one estimate that a term is.

        Raises
        ------
        StudyError
            The term is several estimates: it says of which member.
        """
        place = self.place(term)
        found = self.several(term, None, self.where(place, where))
        if len(found) != 1:
            names = [d.label_of(k) for keys in found.keys for d, k in zip(found.dims, keys, strict=True)]
            raise StudyError(
                f"'{term.question}' alone is {len(found)} estimates.",
                hint="say of which in brackets: " + ", ".join(dict.fromkeys(names)) + ".",
            )
        return found

    def pair(self, says: Says) -> tuple[EstimateData, str, str, str]:
        """An estimate with both terms of a comparison; the dimension they differ in, and the two keys.

        Raises
        ------
        StudyError
            The terms differ in more than one thing, or in the question.
        """
        assert says.b is not None  # noqa: S101  comparisons have two terms
        a, b = says.a, says.b
        if (a.question, a.stat) != (b.question, b.stat):
            raise StudyError(
                "The two estimates are of different questions or statistics.",
                hint="compare one question, in the same statistic, between members, samples or groups.",
            )
        here, there = self.place(a), self.place(b)
        apart = [d for d in {**here, **there} if here.get(d) != there.get(d)]
        if len(apart) != 1 or apart[0] not in here or apart[0] not in there:
            raise StudyError(
                "The two estimates do not differ in exactly one thing.",
                hint=f"for example {a.question}[micro] and {a.question}[average], all else the same.",
            )
        dim = apart[0]
        shared = {k: v for k, v in here.items() if k != dim}
        where = self.where(shared, says.where, ends=(dim, (here[dim], there[dim])))
        return self.several(a, [dim], where), dim, here[dim], there[dim]

    def several(self, term: Term, by: By, where: Where) -> EstimateData:
        """The estimate of a term broken down, made once."""
        stat = term.stat
        key = (term.question, stat, tuple(by or ()), repr(where))
        if key not in self.made:
            self.made[key] = self._made(term.question, stat, by, where)
        return self.made[key]

    def _made(self, name: str, stat: Stat, by: By, where: Where) -> EstimateData:
        survey = self.survey
        if name in survey.table.codebook.constructs:
            if stat.kind not in ("", "mean"):
                raise StudyError(
                    f"'{name}' is a construct: a mean over items, which has no boxes.",
                    hint=f"write {name}[...].mean, or name one of its items.",
                )
            return perceptions(survey, name, by=by, where=where)
        kind = stat.kind or ("mean" if survey.table.question(name).kind == "numeric" else "")
        if kind == "top":
            return proportion(survey, name, top=stat.boxes, by=by, where=where)
        if kind == "bottom":
            return proportion(survey, name, bottom=stat.boxes, by=by, where=where)
        if kind == "share":
            return proportion(survey, name, answers=list(stat.answers), by=by, where=where)
        if kind == "mean":
            return mean(survey, name, by=by, where=where)
        if kind == "per":
            return ratio(survey, name, stat.per, by=by, where=where, unit=stat.per)
        raise StudyError(
            f"The claim does not say what of '{name}' it is about.",
            hint=f"write {name}.top2, {name}.share('an answer') or {name}.mean.",
        )

    def where(self, place: Place, extra: str, ends: tuple[str, tuple[str, str]] | None = None) -> Where:
        """A filter of dimensions, the two ends of a comparison, and an expression."""
        named: dict[str, object] = dict(place)
        if ends is not None and (ends[0] == "sample" or ends[0] in self.survey.study.codebook.subjects):
            named[ends[0]] = list(ends[1])
        if not extra:
            return named or None
        parts = [f"{_name(k)} in [{', '.join(map(_text, _many(v)))}]" for k, v in named.items()]
        return " and ".join([*parts, f"({extra})"])


def shares(result: EstimateData) -> EstimateData:
    """A ratio of a part to all its events, in the unit it prints in: a share of events."""
    events = result.topic.statistic == "ratio" and bool(result.topic.unit_of_count)
    if events and bool((result.rows["estimate"].dropna() <= 1).all()):
        return replace(result, topic=replace(result.topic, unit="share"))
    return result


def compared(
    estimate: EstimateData, dim: str, a: str, b: str, *, as_ratio: bool = False
) -> tuple[TestData, TestData | None]:
    """One comparison, not adjusted: among the same people where there are any, with that of own bases."""
    as_: str = "ratio" if as_ratio else "difference"
    made = compare(estimate, b, dim=dim, as_=as_, adjust="none")  # type: ignore[arg-type]
    which = next(d for d in estimate.dims if d.name == dim)
    mask = made.rows["a"] == which.label_of(a)
    if shares(estimate).topic is not estimate.topic:
        made = replace(made, topic=replace(made.topic, unit="share"))
    found = {base: made.rows.index[mask & (made.rows["base"] == base)] for base in ("common", "own")}
    one = {base: _row(made, int(i[0])) for base, i in found.items() if len(i)}
    return (one["common"], one.get("own")) if "common" in one else (one["own"], None)


def _row(test: TestData, i: int) -> TestData:
    rows = test.rows.iloc[[i]].reset_index(drop=True)
    return replace(test, rows=rows, bases=(test.bases[i],), vcov=None)


def _many(value: object) -> list[str]:
    return [str(x) for x in value] if isinstance(value, list) else [str(value)]


def _name(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
