"""`TestData`: contrasts and omnibus tests in tidy rows. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from survey_analysis.results.estimate import Dim, Evidence, Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import Adjustment, FloatArray

TestKind = Literal[
    "difference", "ratio", "omnibus", "independence", "goodness", "t", "rank", "agreement", "simple"
]


@dataclass(frozen=True)
class Family:
    """The comparisons that were adjusted together."""

    adjust: Adjustment
    size: int
    declared: str  # "every source against average consumer, own and common base adjusted separately"


@dataclass(frozen=True, eq=False)
class Sides:
    """What the own-base ratios of a test were made of, so that they can be made again on fewer answers.

    `places` holds for each own-base row of the test the two columns of the evidence, a and b.
    """

    evidence: Evidence
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class TestData:
    """Tests in tidy rows.

    Attributes
    ----------
    rows
        `question, contrast, a, b, <dims>, base, estimate_a, estimate_b, estimate, std_error, conf_low,
        conf_high, statistic, df, df_residual, p_value, p_adjusted, n, effect, effect_size,
        effect_low, effect_high, method`. A difference is a minus b (shares as 0-1); a ratio is a over b
        with `std_error` of its log; `base` is "own" or "common" (the same people), `n` the people in it
        (own: those who answered either); `relation` is "independent", "paired" or "overlapping", found
        from the data; `detectable` is the difference found with 80% power at that standard error.
    bases
        Base text per row.
    sides
        Numerators and bases behind ratios of sums; None for everything else.
    """

    __test__ = False  # not a pytest class

    rows: pd.DataFrame
    kind: TestKind
    topic: Topic
    dims: tuple[Dim, ...]
    bases: tuple[str, ...]
    family: Family
    provenance: Provenance
    level: float = 0.95
    vcov: FloatArray | None = None  # of the estimates (logs for ratios), own-base rows jointly
    sides: Sides | None = field(default=None, repr=False)

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"y": [1, 2, 4, 10]})
        >>> sa.read(data).ttest("y", mu=2).to_frame()["n"].tolist()
        [4]
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated

    @property
    def compares(self) -> bool:
        """True when a row sets two estimates against each other; False for one test of a whole."""
        return self.kind in ("difference", "ratio")
