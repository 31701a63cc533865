"""Recoding by declaration: bands of a number, codes put together, options counted, labels changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from survey_analysis.errors import StudyError, closest
from survey_analysis.plurals import counted
from survey_analysis.study.base import Code, Part, code
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Level, Scale, scale_of


class Bands(Part):
    """`bands` of a derived variable: a number in bands, each value in exactly one.

    `cuts` are the lowest values of the bands; the last band is open ("55+") unless `to` is its highest value. Labels
    are made where none are given, for whole numbers only. A number outside all bands is an error, or "missing".
    """

    of: str
    cuts: tuple[float, ...]
    labels: tuple[str, ...] = ()
    to: float | None = None
    outside: Literal["error", "missing"] = "error"

    @model_validator(mode="after")
    def _rising(self) -> Bands:
        ends = [*self.cuts, *([] if self.to is None else [self.to])]
        if not self.cuts or any(b < a for a, b in pairwise(ends)) or len(set(self.cuts)) < len(self.cuts):
            msg = "cuts must rise, and to be no smaller than the last"
            raise ValueError(msg)
        if self.labels and len(self.labels) != len(self.cuts):
            msg = f"{counted(len(self.cuts), 'cut makes', 'cuts make')} {counted(len(self.cuts), 'band')}; there {'is' if len(self.labels) == 1 else 'are'} {counted(len(self.labels), 'label')}"
            raise ValueError(msg)
        if not self.labels and any(not x.is_integer() for x in ends):
            msg = "bands of numbers with decimals need labels"
            raise ValueError(msg)
        return self

    def names(self) -> tuple[str, ...]:
        """Labels: those given, else "18-24", "55+".

        Examples
        --------
        >>> Bands(of="age", cuts=(18, 25, 35)).names(), Bands(of="n", cuts=(0, 1, 2), to=5).names()
        (('18-24', '25-34', '35+'), ('0', '1', '2-5'))
        """
        if self.labels:
            return self.labels
        lows = [int(c) for c in self.cuts]
        highs = [*(low - 1 for low in lows[1:]), None if self.to is None else int(self.to)]
        return tuple(
            f"{a}+" if b is None else f"{a}" if a == b else f"{a}-{b}"
            for a, b in zip(lows, highs, strict=True)
        )

    def levels(self) -> dict[str, str]:
        """Expression of each band."""
        name, out = quoted_name(self.of), {}
        for i, label in enumerate(self.names()):
            text = f"{name} >= {code(self.cuts[i])}"
            if i + 1 < len(self.cuts):
                text += f" and {name} < {code(self.cuts[i + 1])}"
            elif self.to is not None:
                text += f" and {name} <= {code(self.to)}"
            out[label] = text
        return out


class Recode(Part):
    """`recode` of a derived variable: answers put together, label to codes or labels of the source.

    Every answer of the source is used once, or listed in `rest`, which is missing in the new variable.
    """

    of: str
    into: dict[str, tuple[Code, ...]]
    rest: tuple[Code, ...] = ()

    def levels(self) -> dict[str, str]:
        """Expression of each new answer."""
        name = quoted_name(self.of)
        return {label: f"{name} in [{', '.join(map(quoted, codes))}]" for label, codes in self.into.items()}

    def check(self, name: str, scale: Scale) -> None:
        """An error unless every answer is used exactly once.

        Raises
        ------
        StudyError
            Answers that the source does not have, that are used twice, or not at all; all of them.
        """
        place = {x.label: x.code for x in scale.answers} | {x.code: x.code for x in scale.answers}
        where = f"[study.toml: derived.{name}.recode]"
        given = [c for codes in (*self.into.values(), self.rest) for c in codes]
        unknown = [c for c in given if c not in place]
        if unknown:
            raise StudyError(
                f"'{name}' recodes answers that '{self.of}' does not have: {', '.join(unknown)}.",
                where=where,
                hint=closest(unknown[0], place),
            )
        used = [place[c] for c in given]
        label = {x.code: x.label for x in scale.answers}
        twice = sorted({c for c in used if used.count(c) > 1})
        left = [c for c in label if c not in used]
        for codes, what, hint in (
            (twice, "uses answers twice", "each answer goes to one place."),
            (
                left,
                "leaves answers out",
                "put them into an answer, or list them in rest: they are then missing.",
            ),
        ):
            if codes:
                listed = ", ".join(c if label[c] == c else f"{c} = {label[c]}" for c in codes)
                raise StudyError(f"'{name}' {what} of '{self.of}': {listed}.", where=where, hint=hint)


class Count(Part):
    """`count` of a derived variable: how many options of a multiple-response question were chosen.

    `options` (codes or labels) counts only some; else all but the exclusive ones ("none of these").
    """

    of: str
    options: tuple[Code, ...] = ()


class Relabel(Part):
    """`relabel` of a derived variable: a copy of a question whose answers have other labels, by code."""

    of: str
    labels: dict[Code, str]


Recoding = Bands | Recode | Count | Relabel


class DerivedEntry(Part):
    """`[derived.NAME]`: a variable made of expressions (`levels`, which must not overlap), or a recoding of a question."""

    text: str = ""
    short: str = ""
    levels: dict[str, str] = {}  # noqa: RUF012  pydantic copies defaults
    bands: Bands | None = None
    recode: Recode | None = None
    count: Count | None = None
    relabel: Relabel | None = None

    @model_validator(mode="after")
    def _one_form(self) -> DerivedEntry:
        given = [
            bool(self.levels),
            *(x is not None for x in (self.bands, self.recode, self.count, self.relabel)),
        ]
        if sum(given) != 1:
            msg = "give levels, or one of bands, recode, count and relabel"
            raise ValueError(msg)
        return self

    @property
    def recoding(self) -> Recoding | None:
        """The recoding, where it is one."""
        return self.bands or self.recode or self.count or self.relabel


def derived_question(
    name: str, entry: DerivedEntry, questions: Mapping[str, Question]
) -> tuple[Question, dict[str, str]]:
    """The question that a derived variable is, and the expression of each level (none of a count).

    Raises
    ------
    StudyError
        The source cannot be recoded so; with the key path.
    """
    recoding = entry.recoding
    common = {"name": name, "short": entry.short}
    if recoding is None:
        return _single(common, entry, entry.text, tuple(entry.levels)), entry.levels
    source = questions.get(recoding.of)
    for problem, hint in _unfit(recoding, source):
        kind = next(k for k in ("bands", "recode", "count", "relabel") if getattr(entry, k) is not None)
        raise StudyError(
            f"'{name}' cannot be made of '{recoding.of}': {problem}.",
            where=f"[study.toml: derived.{name}.{kind}]",
            hint=hint,
        )
    text = entry.text or (source.text if source is not None else "")
    if isinstance(recoding, Count):
        return Question(**common, kind="numeric", text=text or name), {}
    if isinstance(recoding, Relabel):
        return _relabelled(name, entry, recoding, source, text)
    if isinstance(recoding, Recode) and source is not None and source.scale is not None:
        recoding.check(name, source.scale)
    levels = recoding.levels()
    return _single(common, entry, text, tuple(levels)), levels


def _single(common: Mapping[str, str], entry: DerivedEntry, text: str, labels: tuple[str, ...]) -> Question:
    name = common["name"]
    told = text or entry.short or name
    return Question(**common, kind="single", text=told, scale=scale_of(labels, name))


def _unfit(recoding: Recoding, source: Question | None) -> Iterator[tuple[str, str]]:
    if source is None:
        if isinstance(recoding, Count | Relabel):
            yield "there is no such question", "declare it in [questions.NAME]."
        return
    if source.over:
        yield f"it is asked about every {source.over}", "declare the column of one of them as a question."
    if isinstance(recoding, Count) != (source.kind == "multiple"):
        yield (
            f"its kind is {source.kind}",
            "count is for multiple-response questions; bands, recode and relabel for those with one answer.",
        )
    if isinstance(recoding, Recode | Relabel) and source.scale is None and source.kind != "multiple":
        answers = f"give [questions.{source.name}] its answers, levels or a scale: survey-analysis inspect drafts them."
        hint = "use bands for numbers." if source.kind == "numeric" else answers
        yield f"it has no list of answers, its kind is {source.kind}", hint
    if isinstance(recoding, Count):
        known = {x for o in source.options for x in (o.code, o.label, o.column)}
        wrong = [o for o in recoding.options if o not in known]
        if wrong:
            yield f"it has no option {', '.join(wrong)}", closest(wrong[0], known)


def _relabelled(
    name: str, entry: DerivedEntry, recoding: Relabel, source: Question | None, text: str
) -> tuple[Question, dict[str, str]]:
    assert source is not None  # noqa: S101  checked before
    assert source.scale is not None  # noqa: S101
    scale, where = source.scale, f"[study.toml: derived.{name}.relabel.labels]"
    codes = [x.code for x in scale.answers]
    unknown = [c for c in recoding.labels if c not in codes]
    if unknown:
        raise StudyError(
            f"'{recoding.of}' has no code {', '.join(unknown)}.", where=where, hint=closest(unknown[0], codes)
        )
    new = {x.code: recoding.labels.get(x.code, x.label) for x in scale.answers}
    if len(set(new.values())) < len(new):
        raise StudyError(
            f"'{name}' gives two answers one label.", where=where, hint="use recode to put answers together."
        )
    levels = tuple(Level(code=x.code, label=new[x.code], score=x.score) for x in scale.levels)
    outside = tuple(Level(code=x.code, label=new[x.code], score=x.score) for x in scale.outside)
    made = Scale(name=name, levels=levels, outside=outside, favourable=scale.favourable)
    question = Question(
        name=name, kind=source.kind, text=text or name, short=entry.short or source.short, scale=made,
        base=source.base, predicate=source.predicate, last=source.last,
    )  # fmt: skip
    return question, {new[c]: f"{quoted_name(recoding.of)} == {quoted(_asked(source, c))}" for c in codes}


def _asked(source: Question, code: str) -> str:
    """How an expression names an answer: by its label, which no number is mistaken for."""
    assert source.scale is not None  # noqa: S101
    return next(x.label for x in source.scale.answers if x.code == code)


def quoted_name(name: str) -> str:
    """A name as an expression has it."""
    return f"`{name}`"


def quoted(text: str) -> str:
    r"""An answer as an expression has it.

    >>> quoted("don't know")
    "'don\\'t know'"
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
