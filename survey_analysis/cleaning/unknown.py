"""Cells that do not fit the codebook: found in all questions at once, listed with counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from survey_analysis.errors import UnknownCodeError
from survey_analysis.frames.coded import Coded, coded
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.encode import unknown_places
from survey_analysis.frames.personal_content import content_of
from survey_analysis.frames.table import Table
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question

SHOWN = 8


@dataclass(frozen=True)
class UnknownCell:
    """A text that a column holds and its question does not know, with the number of rows."""

    question: str
    column: str
    text: str
    n: int


def unknown_codes(survey: SurveyData) -> pd.DataFrame:
    """Every cell text that does not fit the codebook, before or after cleaning.

    Returns
    -------
    DataFrame
        `question, column, text, n`, in codebook order; empty when everything fits.

    Examples
    --------
    >>> import pandas as pd
    >>> from survey_analysis.frames.raw import RawTable
    >>> from survey_analysis.frames.table import Table
    >>> from survey_analysis.study.build import build
    >>> from survey_analysis.study.load import parse
    >>> study = build(parse({"questions": {"age": {"kind": "numeric"}}}))
    >>> raw = RawTable(pd.DataFrame({"age": ["34", "34 years", "２３", "34 years"]}))
    >>> unknown_codes(SurveyData(Table(raw, study)))[["text", "n"]].to_numpy().tolist()
    [['34 years', 2], ['２３', 1]]
    """
    cells = [[c.question, c.column, c.text, c.n] for c in find_unknown(survey.table)]
    return pd.DataFrame(cells, columns=["question", "column", "text", "n"])


def check_codes(table: Table) -> None:
    """Raise one error that lists all unknown codes of all questions.

    Raises
    ------
    UnknownCodeError
        Names each column with its unknown texts and their counts.
    """
    cells = list(find_unknown(table))
    if not cells:
        return
    columns = list(dict.fromkeys(c.column for c in cells))
    lines = [f"{name}: {_listed([c for c in cells if c.column == name])}" for name in columns]
    total = sum(c.n for c in cells)
    raise UnknownCodeError(
        f"{total} answer{'s' if total > 1 else ''} in {len(columns)} column{'s' if len(columns) > 1 else ''} "
        f"{'do' if total > 1 else 'does'} not fit the codebook.",
        where="\n  ".join(lines),
        hint="declare missing codes on the scale, or a repair in [[clean.repairs]].",
    )


def find_unknown(table: Table) -> Iterator[UnknownCell]:
    """Unknown cells of every declared question."""
    for question in table.codebook:
        if question.kind in ("open", "multiple") or question.name in table.study.derived:
            continue
        for column in question.columns.values():
            if not unknown_places(table.raw.whole(column), question, table.empty):
                continue  # nor does one of the rows kept hold any
            cells = table.raw.coded(column)
            texts = unknown_texts(cells, question, table.empty)
            if texts:
                counts = dict(zip(cells.texts, cells.counts.tolist(), strict=True))
                for text in texts:
                    yield UnknownCell(question.name, column, text, counts[text])


def unknown_texts(column: pd.Series | Coded, question: Question, empty: frozenset[str]) -> list[str]:
    """Distinct texts of a column that its question does not know, most frequent first.

    The encoder itself says so: there is one truth about what a cell may hold.
    """
    cells = coded(column)
    found = {str(cells.texts[i]): int(cells.counts[i]) for i in unknown_places(cells, question, empty)}
    return sorted(found, key=lambda text: (-found[text], text))


def _listed(cells: list[UnknownCell]) -> str:
    personal = content_of([c.text for c in cells])
    if personal:  # a column out of place: nobody's address belongs into a message
        return f"{personal} ({counted(sum(c.n for c in cells), 'row')})"
    shown = ", ".join(f"{c.text!r} ({c.n} row{'s' if c.n > 1 else ''})" for c in cells[:SHOWN])
    rest = cells[SHOWN:]
    return shown + (f" and {len(rest)} more ({counted(sum(c.n for c in rest), 'row')})" if rest else "")
