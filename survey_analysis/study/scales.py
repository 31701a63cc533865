"""Response scales: ordered answers, their scores, which end is favourable, typed missing codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import field_validator, model_validator

from survey_analysis.errors import ScoreError, StudyError, closest
from survey_analysis.plurals import counted
from survey_analysis.study.base import Code, Part, code
from survey_analysis.typing import MissingKind


class Level(Part):
    """One answer: its code in the data, its label, its score (None: not on the scale)."""

    code: Code
    label: str
    score: float | None = None


class MissingCode(Part):
    """A code that is not an answer, with the reason it stands for."""

    code: Code
    kind: MissingKind
    label: str = ""


class Scale(Part):
    """Ordered answers from first to last code, and what is missing.

    `favourable` says at which end of the list the favourable answers are ("last" for 1 = not at all ...
    5 = extremely). `outside` answers stay in the base but have no place on the scale ("Unfamiliar").
    """

    name: str = ""
    levels: tuple[Level, ...]
    outside: tuple[Level, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    favourable: Literal["last", "first"] = "last"

    @field_validator("levels", "outside", mode="before")
    @classmethod
    def _levels(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        return tuple(_level(item) for item in value)

    @field_validator("missing", mode="before")
    @classmethod
    def _missing(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        out = []
        for item in value:
            if isinstance(item, list | tuple) and 2 <= len(item) <= 3:
                out.append(dict(zip(("code", "kind", "label"), item, strict=False)))
            else:
                out.append(item)
        return tuple(out)

    @model_validator(mode="after")
    def _unique(self) -> Scale:
        codes = [x.code for x in (*self.levels, *self.outside)] + [m.code for m in self.missing]
        twice = sorted({c for c in codes if codes.count(c) > 1})
        if twice:
            msg = f"code {', '.join(twice)} is declared twice"
            raise ValueError(msg)
        labels = [x.label for x in (*self.levels, *self.outside)]
        same = sorted({x for x in labels if labels.count(x) > 1})
        if same:
            msg = f"label '{same[0]}' stands for two codes"
            raise ValueError(msg)
        scored = [x.code for x in self.levels if x.score is not None]
        if scored and len(scored) < len(self.levels):
            msg = f"{len(scored)} of {counted(len(self.levels), 'level')} {'has' if len(scored) == 1 else 'have'} a score; give every level one, or none"
            raise ValueError(msg)
        return self

    @property
    def answers(self) -> tuple[Level, ...]:
        """All answers that are in the base: the scale, then those outside it."""
        return self.levels + self.outside

    @property
    def scores(self) -> tuple[float | None, ...]:
        """Score of each answer: declared, else the numeric code, else its rank 1..k; None outside."""
        if all(x.score is not None for x in self.levels):
            inside: list[float | None] = [x.score for x in self.levels]
        else:
            numbers = [_number(x.code) for x in self.levels]
            inside = (
                list(numbers)
                if all(n is not None for n in numbers)
                else [float(i + 1) for i in range(len(self.levels))]
            )
        return (*inside, *(None for _ in self.outside))

    def ranked(self) -> tuple[int, ...]:
        """Positions of the levels from the most favourable to the least."""
        order = range(len(self.levels))
        return tuple(order) if self.favourable == "first" else tuple(reversed(order))

    def top(self, k: int) -> tuple[int, ...]:
        """Positions of the `k` most favourable levels, in scale order.

        Examples
        --------
        >>> import survey_analysis as sa
        >>> scale = sa.Scale(name="likely", levels=((1, "no"), (2, "maybe"), (3, "yes")))
        >>> scale.top(1), scale.bottom(1)
        ((2,), (0,))
        """
        self._check_box(k)
        return tuple(sorted(self.ranked()[:k]))

    def bottom(self, k: int) -> tuple[int, ...]:
        """Positions of the `k` least favourable levels, in scale order."""
        self._check_box(k)
        return tuple(sorted(self.ranked()[-k:]))

    def positions(self, answers: Sequence[object]) -> tuple[int, ...]:
        """Positions of answers given by label or code; an unknown one is an error with the nearest."""
        by_name = {x.label: i for i, x in enumerate(self.answers)}
        by_name |= {x.code: i for i, x in enumerate(self.answers)}
        out = []
        for answer in answers:
            key = code(answer)
            if key not in by_name:
                raise ScoreError(
                    f"'{key}' is not an answer on the scale{f' {self.name}' if self.name else ''}.",
                    where="The scale has " + ", ".join(f"{x.code} = {x.label}" for x in self.answers) + ".",
                    hint=closest(key, by_name),
                )
            out.append(by_name[key])
        return tuple(sorted(set(out)))

    def _check_box(self, k: int) -> None:
        if not 1 <= k < len(self.levels):
            raise ScoreError(
                f"A box of {k} is not possible on a scale of {counted(len(self.levels), 'level')}.",
                hint=f"give a number from 1 to {len(self.levels) - 1}.",
            )


def _level(item: object) -> object:
    if isinstance(item, str | int | float):
        return {"code": item, "label": code(item)}
    if isinstance(item, list | tuple) and 2 <= len(item) <= 3:
        return dict(zip(("code", "label", "score"), item, strict=False))
    return item


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def scale_of(labels: Sequence[str], name: str = "") -> Scale:
    """A scale whose codes are the labels themselves, first to last."""
    if len(set(labels)) != len(labels):
        raise StudyError(f"The answers of {name or 'a question'} repeat a label.")
    return Scale(name=name, levels=tuple(Level(code=x, label=x) for x in labels))
