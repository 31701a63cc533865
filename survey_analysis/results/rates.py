"""`RatesData`: mean counts of two groups compared by category, two ways. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData


@dataclass(frozen=True, eq=False)
class RatesData:
    """Ratios of mean counts of two groups, with the negative binomial ratio beside them.

    Attributes
    ----------
    rows
        One row a category: `<dims>, a, b, mean_a, mean_b, n_a, n_b, events_a, events_b (effective), ratio,
        std_error (of its log), conf_low, conf_high, df, p_value, method, nb_ratio, nb_std_error, nb_conf_low,
        nb_conf_high, nb_theta, nb_n, nb_method`.
    estimate
        The mean counts.
    test
        Their ratios, with the joint covariance of the logs.
    extremes
        Largest, median and smallest; None where there is one ratio only.
    adjusted_for
        Questions that the negative binomial model holds besides the group.
    """

    rows: pd.DataFrame
    estimate: EstimateData
    test: TestData
    extremes: ExtremesData | None
    adjusted_for: tuple[str, ...]
    adjusted_labels: tuple[str, ...]
    level: float

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"g": list("aaabbb"), "n": [4, 9, 2, 1, 3, 0]})
        >>> sa.read(data).compare_rates("n", groups=["a", "b"], between="g").to_frame()["ratio"].tolist()
        [3.75]
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.test.provenance

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated
