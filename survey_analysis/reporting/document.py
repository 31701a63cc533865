"""The document model: what a report says, in order, and nothing about how it looks.

Text from data enters as plain strings; emphasis is a list of runs, never markup. So no renderer ever
has to guess whether a character is content or code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from survey_analysis.errors import ReportError
from survey_analysis.tables.model import Table, check_id

RunKind = Literal["plain", "strong", "em", "code", "question", "ref"]
CalloutKind = Literal["note", "warning", "question", "limits"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text and its emphasis.

    Parameters
    ----------
    text
        Printed as it is.
    kind
        ``"question"`` marks a fact that nobody stated and prints red; ``"ref"`` links to a section, figure
        or table of the same report.
    target
        Id of what a ``"ref"`` points to.
    """

    text: str
    kind: RunKind = "plain"
    target: str = ""


Text = str | tuple[Run, ...]


def runs(text: Text) -> tuple[Run, ...]:
    """Any text as runs.

    Examples
    --------
    >>> runs("plain")
    (Run(text='plain', kind='plain', target=''),)
    """
    return (Run(text),) if isinstance(text, str) else text


def plain(text: Text) -> str:
    """Any text without emphasis.

    Examples
    --------
    >>> plain((Run("82%", "strong"), Run(" of all")))
    '82% of all'
    """
    return text if isinstance(text, str) else "".join(run.text for run in text)


def split_number(number: str) -> tuple[str, str]:
    """A headline number and its unit, which is set small.

    Examples
    --------
    >>> split_number("82%"), split_number("1.9 times")
    (('82%', ''), ('1.9', ' times'))
    """
    figure, blank, unit = number.partition(" ")
    return figure, blank + unit


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a ``lead`` paragraph opens a section and is set larger."""

    text: Text
    kind: Literal["body", "lead", "small"] = "body"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: level 3 under the section's own, level 4 under that."""

    text: str
    level: Literal[3, 4] = 3
    id: str = ""


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A chart without title or source drawn in, and the text that goes around it.

    Parameters
    ----------
    id
        Anchor, unique in the report.
    title, subtitle, source
        Text of the page around the chart.
    svg
        The chart, as matplotlib writes it.
    alt
        What the chart says, in words; required.
    svg_narrow
        The same chart drawn for a screen 360 px wide.
    png
        The same chart as an image, for formats without SVG.
    """

    id: str
    title: str
    svg: str
    alt: str
    subtitle: str = ""
    source: str = ""
    svg_narrow: str | None = None
    png: bytes | None = None

    def __post_init__(self) -> None:
        check_id(self.id, f"figure '{self.title}'")
        if not self.alt.strip():
            raise ReportError(
                f"Figure '{self.id}' has no alternative text.",
                hint="say in `alt` what the chart shows: kind, groups, largest and smallest value, base.",
            )


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table of the report."""

    table: Table


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """One finding: the sentence as licensed, its figure, its base line.

    Parameters
    ----------
    sentence
        The finding.
    base_line
        Base, n, effective n, test and adjusted p.
    figure
        A small chart.
    note
        What the finding is sensitive to.
    number
        The number the sentence is about, printed large; it must occur in the sentence.
    """

    sentence: Text
    base_line: Text
    figure: FigureBlock | None = None
    note: Text = ""
    number: str = ""

    def __post_init__(self) -> None:
        if self.number not in plain(self.sentence):
            raise ReportError(
                f"The headline number '{self.number}' is not in the sentence it stands beside.",
                where=f"sentence: {plain(self.sentence)}",
                hint="take both from the same estimate.",
            )


@dataclass(frozen=True, slots=True)
class Callout:
    """A box: a note, a warning, what the study does not show, or questions that nobody answered."""

    title: str
    lines: tuple[Text, ...]
    kind: CalloutKind = "note"


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list; ``"numbered"`` where the order matters."""

    items: tuple[Text, ...]
    kind: Literal["bullet", "numbered"] = "bullet"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms and what they mean, or facts and their values."""

    items: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A program to copy, such as the R script that gives the same numbers."""

    text: str
    language: str = ""


Block = (
    Paragraph | Heading | KeyFinding | FigureBlock | TableBlock | Callout | BulletList | Definitions | Code
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its anchor, its printed number (``"3"``, ``"A"``), title and blocks."""

    id: str
    number: str
    title: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        check_id(self.id, f"section '{self.title}'")
        level = 2
        for block in self.blocks:
            if isinstance(block, Heading | KeyFinding):
                below = block.level if isinstance(block, Heading) else 3
                if below > level + 1:
                    raise ReportError(
                        f"Heading '{plain(block.text) if isinstance(block, Heading) else ''}' skips a level.",
                        where=f"section '{self.id}': level {level} is followed by level {below}",
                        hint="use level 3 under a section's title, level 4 under that.",
                    )
                level = below


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Parameters
    ----------
    title, subtitle
        Of the cover.
    sections
        In printed order; a section whose number is not a number is an appendix.
    created
        The date the files carry: from the study, never the clock, so that equal input gives equal bytes.
    meta
        Label and text pairs for the cover: sponsor, conducted by, dates, version. A missing fact is a
        run of kind ``"question"``.
    language
        A BCP 47 tag.
    banner
        Such as ``"SIMULATED DATA. No people were surveyed."``; stands on the cover and on every page.
    omitted
        Why sections are missing, one line each; printed under the contents.
    guide
        Lines of "How to read this", for the tab book.
    footer
        The last line: study, version, hash.

    Raises
    ------
    ReportError
        If two parts share an id, or a reference points nowhere.
    """

    title: str
    sections: tuple[Section, ...]
    created: dt.date
    subtitle: str = ""
    meta: tuple[tuple[str, Text], ...] = ()
    language: str = "en"
    banner: str | None = None
    omitted: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()
    footer: Text = ""

    def __post_init__(self) -> None:
        ids = list(self._ids())
        twice = sorted({x for x in ids if ids.count(x) > 1})
        if twice:
            raise ReportError(
                f"The id '{twice[0]}' is used {ids.count(twice[0])} times in the report '{self.title}'.",
                hint="give every section, figure and table its own id.",
            )
        for run in self.runs():
            if run.kind == "ref" and run.target not in ids:
                raise ReportError(f"'{run.text}' refers to '{run.target}', which is not in the report.")

    def figures(self) -> Iterator[FigureBlock]:
        """Every figure, in printed order."""
        for block in self.blocks():
            if isinstance(block, FigureBlock):
                yield block
            elif isinstance(block, KeyFinding) and block.figure is not None:
                yield block.figure

    def tables(self) -> Iterator[Table]:
        """Every table, in printed order."""
        for block in self.blocks():
            if isinstance(block, TableBlock):
                yield block.table

    def blocks(self) -> Iterator[Block]:
        """Every block of every section, in printed order."""
        for section in self.sections:
            yield from section.blocks

    def runs(self) -> Iterator[Run]:
        """Every run of text that can carry emphasis."""
        for _, fact in self.meta:
            yield from runs(fact)
        yield from runs(self.footer)
        for block in self.blocks():
            for text in _texts(block):
                yield from runs(text)

    def questions(self) -> tuple[str, ...]:
        """Facts that nobody stated, once each, in printed order: the red questions."""
        return tuple(dict.fromkeys(run.text for run in self.runs() if run.kind == "question"))

    def numbers(self) -> dict[str, str]:
        """Printed number of every figure and table by its id.

        Figures and tables are counted through the whole report, so captions are unique.
        """
        named = {figure.id: f"Figure {i}" for i, figure in enumerate(self.figures(), 1)}
        return named | {table.id: f"Table {i}" for i, table in enumerate(self.tables(), 1)}

    def _ids(self) -> Iterator[str]:
        for section in self.sections:
            yield section.id
        for block in self.blocks():
            if isinstance(block, Heading) and block.id:
                yield block.id
        yield from (figure.id for figure in self.figures())
        yield from (table.id for table in self.tables())


def _texts(block: Block) -> Iterator[Text]:
    match block:
        case Paragraph(text):
            yield text
        case KeyFinding():
            yield from (block.sentence, block.base_line, block.note)
        case Callout(_, lines) | BulletList(lines):
            yield from lines
        case Definitions(items):
            for term, meaning in items:
                yield from (term, meaning)
        case _:
            return
