"""Names for the options that many verbs share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

By: TypeAlias = str | Sequence[str] | None
BannerBy: TypeAlias = str | Mapping[str, object] | Sequence[str | Mapping[str, object]] | None
Where: TypeAlias = str | Mapping[str, object] | None

SampleKind: TypeAlias = Literal["probability", "opt-in", "list", "census", "simulated"]
QuestionKind: TypeAlias = Literal["single", "multiple", "likert", "numeric", "open"]
MissingKind: TypeAlias = Literal[
    "not_asked", "dont_know", "refused", "not_applicable", "no_answer", "break_off"
]
ProportionInterval: TypeAlias = Literal[
    "logit",
    "wilson",
    "korn-graubard",
    "beta",
    "t",
    "asin",
    "xlogit",
    "likelihood",
    "clopper-pearson",
    "agresti-coull",
]
ConstructScore: TypeAlias = Literal["mean", "sum", "prorated", "pomp", "box"]
LavaanEstimator: TypeAlias = Literal["WLSMV", "MLR", "ML"]
LavaanMissing: TypeAlias = Literal["listwise", "pairwise", "fiml"]
LavaanIdentify: TypeAlias = Literal["marker", "variance"]
EstimateDf: TypeAlias = Literal["domain", "design"] | float
DesignEffect: TypeAlias = Literal["with-replacement", "without-replacement"]
Adjustment: TypeAlias = Literal[
    "none", "bonferroni", "sidak", "holm", "holm-sidak", "hochberg", "hommel", "bh", "by"
]
DegreesOfFreedom: TypeAlias = Literal["satterthwaite", "domain", "design"] | float
Base: TypeAlias = Literal["own", "common"]
Rendering: TypeAlias = Literal["slide", "document", "narrow"]
