"""Power, people needed and detectable difference, in simple, paired, clustered and weighted designs.

Every function leaves one of its quantities out (None) and solves for it. `n` is people a group (pairs in a
paired design), unrounded; `.people` rounds up. `deff` divides n into an effective n: `design_effect` plans it
for clusters and weights.

>>> from survey_analysis import power
>>> found = power.proportions(0.3, 0.4, power=0.8, deff=power.design_effect(cluster_size=20, icc=0.05))
>>> found.people
1390
"""

from __future__ import annotations

from survey_analysis.significance.power_base import Power
from survey_analysis.significance.power_design import (
    clustered_means,
    design_effect,
    paired_means,
    paired_proportions,
)
from survey_analysis.significance.power_overlap import overlapping
from survey_analysis.significance.power_tests import anova, means, proportions

__all__ = [
    "Power",
    "anova",
    "clustered_means",
    "design_effect",
    "means",
    "overlapping",
    "paired_means",
    "paired_proportions",
    "proportions",
]
