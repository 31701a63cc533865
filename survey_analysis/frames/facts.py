"""`Facts`: what a file says about its columns; the table and its codebook may come in two files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from survey_analysis.study.scales import MissingCode

Measure: TypeAlias = Literal["nominal", "ordinal", "scale"]
Labels: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set as a file declares it.

    Attributes
    ----------
    kind
        "dichotomy": one column an option, chosen where a cell is in `counted` (any filled cell but 0, when
        that is empty). "categories": the code of an option in any of the columns. "joined": codes of the
        options in one column, `separator` between them.
    options
        Code (the column name, of a dichotomy) and label of each option, in order.
    other
        Code of the option that text outside the list counts as; "" where such text is an error.
    """

    name: str
    kind: Literal["dichotomy", "categories", "joined"]
    columns: tuple[str, ...]
    options: Labels
    text: str = ""
    counted: tuple[str, ...] = ()
    separator: str = ""
    other: str = ""


@dataclass(frozen=True)
class Facts:
    """What a file says about columns, by column name as it stands in the data.

    Attributes
    ----------
    wording
        Whole question text of a column.
    stems, items
        Of a column that is one item of a question: the wording that its items share, and its own.
    labels
        Value labels: pairs of code and label, in the order of the questionnaire.
    ordered
        Columns whose labels stand in the order of the answers.
    missing
        Codes that are not answers, with their kind.
    measure
        Measurement level.
    sets
        Multiple-response sets.
    routing
        Condition under which a column was asked: an expression that `where=` reads.
    notes
        What had to be decided or could not be said (a condition that has no expression), one sentence each.
    """

    wording: Mapping[str, str] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    missing: Mapping[str, tuple[MissingCode, ...]] = field(default_factory=dict)
    measure: Mapping[str, Measure] = field(default_factory=dict)
    sets: tuple[ResponseSet, ...] = ()
    routing: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Every column it speaks of."""
        named = {c for s in self.sets for c in s.columns}
        parts = (self.wording, self.stems, self.items, self.labels, self.missing, self.measure, self.routing)
        return frozenset(named.union(self.ordered, *parts))
