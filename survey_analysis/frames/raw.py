"""`RawTable`: a file as it lay, before anything is interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from survey_analysis.errors import ColumnNotFoundError, DataError, closest
from survey_analysis.frames.coded import Coded, CodedColumns
from survey_analysis.frames.facts import Facts, Labels, Measure, ResponseSet
from survey_analysis.study.expressions import names, parse
from survey_analysis.study.scales import MissingCode
from survey_analysis.typing import BoolArray


class _Frame:
    """The frame of a table, made of its columns when it is asked for."""

    def __get__(self, table: RawTable | None, owner: type) -> pd.DataFrame:
        if table is None:
            raise AttributeError  # a field without a default
        lay: pd.DataFrame | CodedColumns = table.__dict__["frame"]
        return lay.frame if isinstance(lay, CodedColumns) else lay

    def __set__(self, table: RawTable, lay: pd.DataFrame | CodedColumns) -> None:
        table.__dict__["frame"] = lay


@dataclass(frozen=True, eq=False)
class RawTable:
    """Columns of text (numbers stay text until a question says they are numbers).

    Attributes
    ----------
    frame
        One row a respondent (or rating, in a long file); every cell is `str`, an empty cell is "". A reader that
        has coded columns gives those instead, and the frame is made when somebody asks for it.
    wording
        Question text of a column where the file has it (header rows, variable labels).
    labels
        Value labels of a column where the file has them: pairs of code and label, in file order.
    ordered
        Columns whose value labels stand in the order of the answers (an ordered pandas categorical).
    missing
        User-missing codes of a column where the file has them.
    label_sets
        Name of the format of a column whose labels a file of its own defines (a SAS catalog).
    withheld
        Columns that hold group labels instead of their personal values; nothing writes or shows them.
    stems, items, measure, sets, routing
        Where the file has them: see `frames.facts.Facts`.
    keys
        The platform's own id of a column where the file has it (ImportId of Qualtrics).
    notes
        What the reader had to decide (encoding, header rows), one sentence each, for the log.
    digest
        SHA-256 of the file's bytes (or of the frame's content), for provenance.
    held
        Columns of the frame that have been coded; see `coded`.
    """

    frame: pd.DataFrame = _Frame()  # type: ignore[assignment]
    wording: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    missing: Mapping[str, tuple[MissingCode, ...]] = field(default_factory=dict)
    label_sets: Mapping[str, str] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    stems: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    measure: Mapping[str, Measure] = field(default_factory=dict)
    sets: tuple[ResponseSet, ...] = ()
    routing: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    digest: str = ""
    format: str = ""
    name: str = ""
    held: CodedColumns | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        lay = self.__dict__["frame"]
        if isinstance(lay, CodedColumns):
            object.__setattr__(self, "held", lay)
        elif self.held is None or not self.held.is_of(lay):  # codes of other cells say nothing here
            object.__setattr__(self, "held", CodedColumns(lay))

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def _columns(self) -> CodedColumns:
        assert self.held is not None  # noqa: S101  made with the table
        return self.held

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return self._columns.names

    def column(self, name: str) -> pd.Series:
        """One column as text; an unknown name is an error with the nearest ones."""
        return self._known(name).series(name)

    def coded(self, name: str) -> Coded:
        """One column as its distinct texts and which row holds which; made once."""
        return self._known(name).column(name)

    def whole(self, name: str) -> Coded:
        """The coded column of the table that this one is some rows of, else its own."""
        return self._known(name).whole(name)

    def _known(self, name: str) -> CodedColumns:
        if name not in self._columns:
            raise ColumnNotFoundError(f"The data have no column '{name}'.", hint=closest(name, self.columns))
        return self._columns

    def rows(self, keep: BoolArray) -> RawTable:
        """The rows of a mask (all of them: the same table)."""
        return self if keep.all() else self.changed(frame=self._columns.rows(keep))

    def changed(self, **changes: Any) -> RawTable:
        """The table with other fields, as `replace` does it; a frame that nobody asked for is not made."""
        return RawTable(**{**self.__dict__, **changes})

    def with_frame(self, frame: pd.DataFrame, *notes: str) -> RawTable:
        """The same table with other cells or rows."""
        return self.changed(frame=frame, notes=self.notes + notes)

    def with_facts(self, facts: Facts, source: str) -> RawTable:
        """The same cells with what a metadata file says of them; it goes before what the data file says.

        Parameters
        ----------
        source
            Name of the metadata file, for notes and errors.

        Raises
        ------
        DataError
            It speaks of none of the columns.

        Examples
        --------
        >>> raw = RawTable(pd.DataFrame({"Q1": ["1", "2"]}))
        >>> raw.with_facts(Facts(wording={"Q1": "Do you follow?"}), "survey.qsf").wording
        {'Q1': 'Do you follow?'}
        """
        known = facts.columns & set(self.columns)
        if not known:
            first = ", ".join(f"'{c}'" for c in sorted(facts.columns)[:4]) or "none"
            raise DataError(
                f"The metadata file '{source}' speaks of none of the columns of '{self.name or 'the data'}'.",
                where=f"It names {first}; the data have {', '.join(map(repr, self.columns[:4]))}.",
                hint="check that both belong to the same survey.",
            )
        routing, dropped = self._usable(facts)
        lacking = sorted(facts.columns - known)
        notes = [f"Metadata '{source}': {len(known)} of {len(self.columns)} columns described."]
        if lacking:
            more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
            listed = ", ".join(f"'{c}'" for c in lacking[:5])
            notes.append(f"'{source}' describes columns that the data lack: {listed}{more}.")
        notes += dropped
        sets = tuple(s for s in facts.sets if set(s.columns) <= known)
        named = {s.name for s in sets}
        return self.changed(
            wording={**self.wording, **facts.wording},
            stems={**self.stems, **facts.stems},
            items={**self.items, **facts.items},
            labels={**self.labels, **facts.labels},
            ordered=self.ordered | facts.ordered,
            missing={**self.missing, **facts.missing},
            measure={**self.measure, **facts.measure},
            sets=(*(s for s in self.sets if s.name not in named), *sets),
            routing={**self.routing, **routing},
            notes=(*self.notes, *notes, *facts.notes),
        )

    def _usable(self, facts: Facts) -> tuple[dict[str, str], list[str]]:
        """Routing that speaks of what is there, and notes on the rest."""
        known = {*self.columns, *(s.name for s in facts.sets)}
        routing, notes = {}, []
        for column, condition in facts.routing.items():
            unknown = sorted(names(parse(condition)) - known)
            if unknown:
                notes.append(
                    f"Routing of '{column}' reads '{unknown[0]}', which the data lack; it is left out."
                )
            else:
                routing[column] = condition
        return routing, notes
