"""`ReliabilityData`: coefficients of scales, their items, their factorability, and what to know about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from survey_analysis.results.estimate import Dim
from survey_analysis.results.provenance import Provenance

ConcernKind = Literal[
    "one_item",
    "two_items",
    "three_items",
    "reversed",
    "double_barrelled",
    "unanswered",
    "constant",
    "few_people",
    "singular",
    "not_positive",
    "edge",
]
ReliabilityMethod = Literal["design", "bootstrap", "feldt", "f"]
ReliabilityKind = Literal["consistency", "icc"]


@dataclass(frozen=True)
class Concern:
    """Something about a scale that a reader must know, found in the data or the wording.

    Attributes
    ----------
    kind
        What was found.
    scale
        Label of the construct.
    items
        The items it is about.
    groups
        Labels of the groups it was found in; empty where it does not depend on the answers.
    detail
        The joined words of a double-barrelled item; how many people; "" otherwise.
    """

    kind: ConcernKind
    scale: str
    items: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, eq=False)
class ReliabilityData:
    """Reliability of scales, by group.

    Attributes
    ----------
    rows
        One row a coefficient: `construct`, the labels of the groups, `coefficient, variant, items, estimate,
        std_error, conf_low, conf_high, df, n, n_missing, method`; for intraclass correlations also
        `statistic, df1, df2, p_value`. Unrounded; NaN where not defined, and `method` says why.
    items
        One row an item: `n, mean, sd, r_total, r_standardised, r_corrected, r_dropped, alpha_dropped,
        standardised_dropped, sampling_adequacy`.
    factors
        One row a scale and group: KMO, Bartlett's test, eigenvalues, and how many exceed those of uncorrelated
        answers.
    scales
        One row a pair of scales and group: `construct, other, correlation` of their sums, and `corrected` for
        attenuation (divided by the root of both alphas); empty for one scale.
    warnings
        What a reader must know: reversed, double-barrelled, constant or unanswered items, scales that cannot
        be tested, singular matrices.
    keys
        For each row the keys of its dims, in the order of `dims`.
    """

    rows: pd.DataFrame
    items: pd.DataFrame
    factors: pd.DataFrame
    scales: pd.DataFrame
    warnings: tuple[Concern, ...]
    dims: tuple[Dim, ...]
    keys: tuple[tuple[str, ...], ...]
    bases: tuple[str, ...]
    provenance: Provenance
    kind: ReliabilityKind = "consistency"
    method: ReliabilityMethod = "design"
    missing: Literal["complete", "pairwise"] = "complete"
    level: float = 0.95
    weighted: bool = False

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded."""
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated
