"""`EstimateData`: tidy rows with their covariance, and what they are about. Data only, no verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from survey_analysis.core.frame import DesignFrame
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import BoolArray, DesignEffect, EstimateDf, FloatArray, IntArray

Statistic = Literal[
    "proportion",
    "mean",
    "total",
    "ratio",
    "nps",
    "net",
    "quantile",
    "variance",
    "std_dev",
    "covariance",
    "correlation",
    "cdf",
    "contrast",
    "transform",
]
Unit = Literal["share", "score", "pomp", "count", "ratio", "points"]
"""What an estimate is in; "pomp" is a score of 0 to 100, percent of the maximum possible, printed with one decimal."""
Remake: TypeAlias = Callable[[Sequence[int], FloatArray], tuple[FloatArray, FloatArray]]
"""Estimates and z of some rows on other bases: positions and the factor on each row's weight (n, positions)."""


ARTICLES = ("a ", "an ", "the ")


@dataclass(frozen=True)
class Dim:
    """One dimension that the rows are broken down by, in its own order.

    `levels` are pairs of key (code or short name, what `where=` takes) and label (what is printed).
    """

    name: str
    label: str
    levels: tuple[tuple[str, str], ...]
    phrases: tuple[tuple[str, str], ...] = ()  # how a level stands in a sentence ("a micro-influencer")
    kind: Literal["group", "measure"] = "group"  # who an estimate is about, or what of them is measured

    def key_of(self, name: str) -> str | None:
        """Key of a level given by key or label; None when it is neither."""
        for key, label in self.levels:
            if name in (key, label):
                return key
        return None

    def label_of(self, key: str) -> str:
        """Label of a key; a label is accepted as its own key."""
        return dict(self.levels).get(key, key)

    def said_of(self, key: str) -> str:
        """A level inside a text: its phrase; a name that is its own key ("Blair") as it stands; else in lower case."""
        label = self.label_of(key)
        if label == key:
            return label
        phrase = dict(self.phrases).get(key, "")
        return phrase if phrase and not phrase.startswith(ARTICLES) else label.lower()


@dataclass(frozen=True)
class Topic:
    """What was measured, in words that tables, figures and sentences share.

    `answers` are the labels of the answers counted ("Very likely", "Extremely likely"), empty for a
    mean of numbers. `scale` holds all labels in scale order with their codes; `outside` those that
    stay in the base but lie off the scale. `wording` may hold `{source}`-style placeholders that
    `Dim` labels fill; `unit_of_count` names the event when the unit is not a person.
    """

    question: str
    wording: str
    statistic: Statistic
    unit: Unit
    score: str = ""
    answers: tuple[str, ...] = ()
    scale: tuple[tuple[str, str], ...] = ()
    scale_name: str = ""
    outside: tuple[str, ...] = ()
    scale_range: tuple[float, float] | None = None
    subject: str = ""  # dimension that a battery runs over ("source")
    unit_of_count: str = ""
    denominator: str = ""
    construct_items: tuple[str, ...] = ()
    reliability: tuple[tuple[str, float], ...] = ()
    favourable: Literal["last", "first"] = "last"  # end of the scale that is favourable
    predicate: str = ""  # "say they are {answers} to follow it"
    short: str = ""  # a short name for axes and table stubs
    instruments: tuple[str, ...] = ()  # published scales that the items come from, cited


@dataclass(frozen=True, eq=False)
class Evidence:
    """Numerators and denominators behind the rows, so that rows can be compared without the data.

    Row j estimates `sum(w*y_j) / sum(w*x_j)` (`sum(w*y_j)` when `x` is None). `y`, `x` are n x k and 0
    outside the row's domain; `member` marks the domain. `loop` (n,) holds the probability that a
    source was asked, `asked` how many could be; `subject[j]` names the source of row j ("" = none):
    `y`, `x` are without the loop factor. `person` (n,) numbers respondents where one has several rows (a
    long file); None where a row is a person.

    Results that are no ratio of sums (quantiles, variances, contrasts) hold their own `theta` and `z`, what the
    variance kernel takes; `remake` makes them again on other bases, None where that has no meaning.
    """

    y: FloatArray
    x: FloatArray | None
    member: BoolArray
    frame: DesignFrame
    subject: tuple[str, ...]
    loop: FloatArray | None = None
    asked: int = 0
    person: IntArray | None = None
    theta: FloatArray | None = None
    z: FloatArray | None = None
    remake: Remake | None = None

    def people(self, rows: BoolArray) -> int:
        """How many people a mask of rows (n,) holds."""
        return int(rows.sum()) if self.person is None else len(np.unique(self.person[rows]))

    def in_both(self, a: int, b: int) -> BoolArray:
        """Rows (n,) of people who are in both rows of the estimate, by whichever of their own rows."""
        return self.in_all([a, b])

    def in_all(self, places: Sequence[int]) -> BoolArray:
        """Rows (n,) of people who are in all those rows of the estimate."""
        inside = self.member[:, list(places)]
        if self.person is None:
            return np.asarray(inside.all(axis=1), dtype=bool)
        counts = np.zeros((int(self.person.max(initial=0)) + 1, inside.shape[1]), dtype=bool)
        for j in range(inside.shape[1]):
            counts[self.person[inside[:, j]], j] = True
        everywhere = np.asarray(counts.all(axis=1), dtype=bool)
        return everywhere[self.person]

    def factor(self, subjects: frozenset[str]) -> FloatArray:
        """1 / probability that all `subjects` were asked together (n,); ones without a loop.

        With m of e eligible sources asked at random, k given ones are asked together with
        probability prod_j (m-j)/(e-j); e = m / pi is found from the single-source probability.
        """
        n = self.frame.n
        k = len(subjects - {""})
        if self.loop is None or k == 0:
            return np.ones(n)
        eligible = np.maximum(self.asked / self.loop, self.asked)
        probability = np.ones(n)
        for j in range(k):
            probability *= np.where(self.loop < 1, (self.asked - j) / (eligible - j), 1.0)
        return 1.0 / probability


@dataclass(frozen=True, eq=False)
class EstimateData:
    """Estimates in tidy rows, with covariance, meaning and origin.

    Attributes
    ----------
    rows
        One row an estimate, in scale order: `question, level, <dims>, score, estimate, std_error,
        conf_low, conf_high, df, deff, n, n_effective, n_missing, n_weighted, method`; shares as 0-1,
        unrounded. `<dims>` columns hold labels.
    keys
        For each row the keys of its dims, in the order of `dims`.
    bases
        For each row the base text ("received a recommendation from a micro-influencer").
    vcov
        Covariance of the estimates, k x k.
    design_effect
        Which simple random sample `deff` compares with: drawn "with-replacement" (R `deff="replace"`) or
        "without-replacement" (R `deff=TRUE`).
    df_rule
        Where the degrees of freedom come from: each row's "domain", the "design", or the number given.
    """

    rows: pd.DataFrame
    vcov: FloatArray
    topic: Topic
    dims: tuple[Dim, ...]
    keys: tuple[tuple[str, ...], ...]
    bases: tuple[str, ...]
    provenance: Provenance
    level: float = 0.95
    evidence: Evidence | None = None
    r_code: str | Callable[[], str] = ""
    design_effect: DesignEffect = "with-replacement"
    df_rule: EstimateDf = "domain"

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded, shares as 0-1.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"], "w": [1, 2, 1]}), weight="w")
        >>> survey.proportion("likely").to_frame()["estimate"].tolist()
        [0.5, 0.5]
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated
