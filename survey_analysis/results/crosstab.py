"""`CrosstabData`: one question by a banner; `BookData`: several of them. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from survey_analysis.results.estimate import Topic
from survey_analysis.results.letters import LettersData
from survey_analysis.results.provenance import Provenance

if TYPE_CHECKING:
    from survey_analysis.results.summary import SummaryData

RowKind = Literal["answer", "net", "mean", "nps", "sd", "se", "median"]
"""Lines of a table: shares of answers and nets, scores, and statistics of spread that carry no letters."""


@dataclass(frozen=True)
class BannerColumn:
    """One column of a banner.

    `span` is what it is compared within: its variable, or the variable inside one level of another ("" for the
    total). `over` is the heading above that of the span in a nested banner.
    """

    key: str
    label: str
    span: str = ""
    span_label: str = ""
    over: str = ""


@dataclass(frozen=True, eq=False)
class CrosstabData:
    """One question by a banner.

    Attributes
    ----------
    rows
        Long and tidy, one row a cell: `question, subject, level, kind, parent, column, span, key, estimate,
        std_error, conf_low, conf_high, df, n, n_effective, n_weighted, count, weighted_count, row_share,
        table_share, index` in printed order; `column` holds the label, `parent` the net a line stands under.
        The last five are of shares: people in the cell, unweighted and weighted, the cell's share of its line
        and of the table, and the estimate against that of the total (100).
    bases
        One row per (subject, column): `subject, column, span, n, n_weighted, n_effective`.
    independence
        Rao-Scott test per span: `span, statistic, df, df_residual, p_value, method, note`.
    letters
        Tests between columns; None where none were asked for.
    weight
        Name of the weight, "" for the analysis weight of the survey.
    notes
        What a reader of the table has to know: columns that nobody is in.
    """

    rows: pd.DataFrame
    bases: pd.DataFrame
    independence: pd.DataFrame
    columns: tuple[BannerColumn, ...]
    topic: Topic
    base_text: str
    provenance: Provenance
    level: float = 0.95
    letters: LettersData | None = None
    weight: str = ""
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy cells, unrounded, shares as 0-1.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"q": ["a", "b", "a", "b"], "g": ["x", "x", "y", "y"]})
        >>> book = sa.read(data).tabulate("q", by="g")
        >>> book["q"].to_frame()["estimate"].dropna().tolist()[:2]
        [0.5, 0.5]
        """
        return self.rows.copy()


@dataclass(frozen=True, eq=False)
class BookData:
    """Several crosstabs over the same banner, in questionnaire order.

    `summaries` are pages of grids (`summary=`); `departures` the tests of each table's columns against the rest
    (`different=`), empty where not asked for.
    """

    tables: tuple[CrosstabData, ...]
    banner: str
    provenance: Provenance
    summaries: tuple[SummaryData, ...] = ()
    departures: tuple[LettersData, ...] = ()

    def __len__(self) -> int:
        return len(self.tables)

    def to_frame(self) -> pd.DataFrame:
        """All cells of all tables, stacked.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"q": ["a", "b", "a", "b"], "g": ["x", "x", "y", "y"]})
        >>> sa.read(data).tabulate("q", by="g").to_frame()["key"].tolist()
        ['total', 'g:x', 'g:y', 'total', 'g:x', 'g:y']
        """
        return pd.concat([t.rows for t in self.tables], ignore_index=True)
