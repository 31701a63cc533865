"""What an instrument is: items, the points they are answered on, direction, origin and how it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey_analysis.errors import StudyError, closest

Kind = Literal["semantic differential", "rating", "agreement", "answer scale"]


@dataclass(frozen=True)
class Check:
    """One thing that an entry says, and how it was checked; `source` is empty where it was not."""

    said: str
    how: str
    source: str = ""

    @property
    def checked(self) -> bool:
        """True when a source was read."""
        return bool(self.source)


@dataclass(frozen=True)
class Item:
    """One item: a short label, its wording (or a paraphrase), its ends, whether it runs against the construct."""

    name: str
    label: str
    text: str = ""
    low: str = ""
    high: str = ""
    reversed: bool = False

    @property
    def wording(self) -> str:
        """The wording: of a differential both ends, as printed from first to last point."""
        return f"{self.low} – {self.high}" if self.low and self.high else self.text or self.label


@dataclass(frozen=True)
class Subscale:
    """Items that make one score."""

    name: str
    label: str
    items: tuple[Item, ...]
    paraphrased: bool = False

    @property
    def key(self) -> str:
        """Scoring key as psychometric software writes it: names in order, "-" before items to be turned."""
        return ", ".join(("-" if x.reversed else "") + x.name for x in self.items)


@dataclass(frozen=True)
class Instrument:
    """A published scale: what it measures, its items, points, direction, citation, licence and checks.

    Attributes
    ----------
    first, points
        Code of the first point and number of points, as published; `fixed` where another number of points
        would be another scale.
    levels
        Words of all points; where they are empty only the ends have words (`low`, `high`).
    checks
        What was read where, and what was not checked.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> scale = sa.scales["ohanian-1990"]
    >>> scale.subscales["trustworthiness"].key
    'dependable, honest, reliable, sincere, trustworthy'
    >>> print(scale.to_toml(columns={"trustworthiness": ["Q5_1", "Q5_2", "Q5_3", "Q5_4", "Q5_5"]}))
    [constructs.trustworthiness]
    scale = "ohanian-1990.trustworthiness"
    columns = ["Q5_1", "Q5_2", "Q5_3", "Q5_4", "Q5_5"]
    """

    name: str
    title: str
    measures: str
    kind: Kind
    first: int
    points: int
    citation: str
    licence: str
    checks: tuple[Check, ...]
    doi: str = ""
    note: str = ""
    fixed: bool = False
    low: str = ""
    high: str = ""
    levels: tuple[str, ...] = ()
    parts: tuple[Subscale, ...] = ()

    @property
    def subscales(self) -> dict[str, Subscale]:
        """Subscales by name, in order; none for an answer scale."""
        return {x.name: x for x in self.parts}

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, subscale after subscale."""
        return tuple(i for x in self.parts for i in x.items)

    @property
    def checked(self) -> str:
        """Whether the entry was checked: "in full", "in part" or "not checked"."""
        read = [c.checked for c in self.checks]
        return "in full" if all(read) else "in part" if any(read) else "not checked"

    def subscale(self, name: str) -> Subscale:
        """One subscale; an unknown name is an error with the nearest."""
        if name not in self.subscales:
            raise StudyError(
                f"'{self.name}' has no subscale '{name}'.",
                where="It has " + (", ".join(self.subscales) or "none: it is an answer scale") + ".",
                hint=closest(name, self.subscales),
            )
        return self.subscales[name]

    def answers(self, points: int | None = None) -> tuple[tuple[int, str], ...]:
        """Code and label of each point, from first to last, on the published or another number of points.

        Labels of items that run against their construct are read after turning them round: of a semantic
        differential the last point is always the favourable end.

        Raises
        ------
        StudyError
            Fewer than two points, or another number of points for a scale that is defined by them.
        """
        k = self.points if points is None else points
        if k < 2 or (self.fixed and k != self.points):
            raise StudyError(
                f"'{self.name}' has {self.points} points; points = {k} is not possible.",
                hint="leave points out."
                if self.fixed
                else "give the number of points of your questionnaire.",
            )
        codes = range(self.first, self.first + k)
        if self.levels and k == len(self.levels):
            return tuple(zip(codes, self.levels, strict=True))
        low, high = self.low, self.high
        if self.kind == "semantic differential":
            low, high = "unfavourable end", "favourable end"
        labels = [str(c) for c in codes]
        labels[0], labels[-1] = f"{labels[0]} ({low})", f"{labels[-1]} ({high})"
        return tuple(zip(codes, labels, strict=True))

    def to_toml(
        self,
        columns: str | list[str] | dict[str, str | list[str]] | None = None,
        *,
        over: str = "",
        points: int | None = None,
    ) -> str:
        """Text that starts a study file: see `survey_analysis.scales.write.toml`."""
        from survey_analysis.scales.write import toml  # noqa: PLC0415  the writer knows this class

        return toml(self, columns, over=over, points=points)

    def __str__(self) -> str:
        from survey_analysis.scales.write import text  # noqa: PLC0415  the writer knows this class

        return text(self)
