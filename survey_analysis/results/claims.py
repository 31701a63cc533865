"""Claims checked: what was said, what was estimated, and what the words would need. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import Adjustment

Verdict = Literal["supported", "unsupported", "overclaimed", "cannot be checked"]
FAILING: Final = ("unsupported", "overclaimed", "cannot be checked")


@dataclass(frozen=True, eq=False)
class ClaimsData:
    """Declared claims with their verdicts.

    Attributes
    ----------
    rows
        One row a claim, as declared: `claim, says, kind, estimate, conf_low, conf_high, unit, n, n_effective,
        base, p_adjusted, licence, holds, verdict, reason, instead`. Shares and differences of shares as 0-1.
        `licence` names the rows of the table of words that the claim needs, `holds` whether all do, `instead` what may
        be said.
    family
        How many comparisons were adjusted together.
    """

    rows: pd.DataFrame
    provenance: Provenance
    adjust: Adjustment
    family: int
    level: float = 0.95

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> study = {"claims": [{"text": "Most say yes", "says": "q.share('yes') > 50%"}]}
        >>> survey = sa.read(pd.DataFrame({"q": ["yes"] * 80 + ["no"] * 40}), study=study)
        >>> survey.claims().to_frame()["verdict"].tolist()
        ['supported']
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated

    @property
    def hold(self) -> bool:
        """True when every claim is supported."""
        return not self.rows["verdict"].isin(FAILING).any()


@dataclass(frozen=True, eq=False)
class DraftData:
    """A draft checked sentence by sentence.

    Attributes
    ----------
    text
        The draft, never changed.
    rows
        One row a number or word that something must license, in reading order: `line, column, start, end, sentence,
        found, kind, estimate, conf_low, conf_high, unit, source, verdict, reason, instead`. Lines and columns count
        from 1, `start` and `end` are positions in the text, `source` says where the estimate was declared.
    sentences
        How many sentences were read.
    """

    text: str
    rows: pd.DataFrame
    provenance: Provenance
    sentences: int
    name: str = ""

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> study = {"claims": [{"text": "Most would", "says": "follows.share('yes') > 50%"}]}
        >>> survey = sa.read(pd.DataFrame({"follows": ["yes"] * 80 + ["no"] * 40}), study=study)
        >>> survey.check("Of those asked, 70% would follow.").to_frame()[["found", "verdict"]].values.tolist()
        [['70%', 'unsupported']]
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def hold(self) -> bool:
        """True when every number and word is supported."""
        return not self.rows["verdict"].isin(FAILING).any()
