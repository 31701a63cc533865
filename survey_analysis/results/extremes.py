"""`ExtremesData`: the largest of several ratios with what keeps it honest. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from survey_analysis.results.estimate import Topic
from survey_analysis.results.provenance import Provenance


@dataclass(frozen=True)
class Standing:
    """Largest, median and smallest of a pre-listed set of ratios, with the interval of the largest.

    Attributes
    ----------
    largest, median, smallest : float
    largest_label, smallest_label : str
    low, high : float
        Interval of the selected category that allows for the selection: exp(theta_j +- c se_j).
    at_least : float
        "The largest is at least": one-sided simultaneous lower limit.
    categories : int
        Ratios that exist; `undefined` lists those with no event on one side.
    critical : float
        c of the simultaneous interval.
    """

    largest: float
    largest_label: str
    low: float
    high: float
    at_least: float
    median: float
    smallest: float
    smallest_label: str
    categories: int
    undefined: tuple[str, ...]
    critical: float


@dataclass(frozen=True)
class Sensitivity:
    """The same standing on fewer answers or categories.

    Attributes
    ----------
    what : str
        What was left out.
    standing : Standing or None
        None where fewer than two ratios are left.
    left_out : tuple of str
        Categories left out; empty for a rule that leaves out answers.
    answers : int
        Answers left out.
    """

    what: str
    standing: Standing | None
    left_out: tuple[str, ...] = ()
    answers: int = 0


@dataclass(frozen=True)
class Heaped:
    """How many of the counts above 0 end in 0 or 5, a sign of rounding.

    `share` is weighted within the group (its pooled counts); `n` counts the answers above 0, `round_n` those
    of them that end in 0 or 5.
    """

    group: str
    share: float
    n: int
    round_n: int


@dataclass(frozen=True)
class ExtremesData(Standing):
    """The largest ratio of a pre-listed set, with what keeps it honest.

    Attributes
    ----------
    a, b : str
        Labels of the two groups: ratios are a over b.
    between : str
        The dimension they are levels of.
    level : float
    sensitivity : tuple of Sensitivity
        Without the largest 1% of counts; without categories of few effective events. Empty where the ratios are
        not of mean counts.
    heaping : tuple of Heaped
        Of each group; empty as above.
    """

    a: str
    b: str
    between: str
    level: float
    topic: Topic
    provenance: Provenance
    sensitivity: tuple[Sensitivity, ...] = ()
    heaping: tuple[Heaped, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row for all answers and one for each sensitivity, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"x": list("uuuuvvvv"), "g": list("aabb") * 2, "n": [4, 6, 1, 3, 7, 9, 4, 4]})
        >>> talk = sa.read(data).mean("n", by=["x", "g"]).compare(to="b", as_="ratio", base="own")
        >>> round(float(talk.largest().to_frame()["largest"].iloc[0]), 2)
        2.5
        """
        rows = [_row("all answers", self)]
        rows += [_row(s.what, s.standing, s.left_out, s.answers) for s in self.sensitivity]
        return pd.DataFrame(rows)

    @property
    def heaped(self) -> float | None:
        """Share of all counts above 0, both groups, that end in 0 or 5: of the answers as given, unweighted."""
        n = sum(h.n for h in self.heaping)
        return sum(h.round_n for h in self.heaping) / n if n else None

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated


def _row(
    what: str, s: Standing | None, left_out: tuple[str, ...] = (), answers: int = 0
) -> dict[str, object]:
    nan = float("nan")
    return {
        "what": what,
        "largest": s.largest if s else nan,
        "largest_label": s.largest_label if s else "",
        "conf_low": s.low if s else nan,
        "conf_high": s.high if s else nan,
        "at_least": s.at_least if s else nan,
        "median": s.median if s else nan,
        "smallest": s.smallest if s else nan,
        "smallest_label": s.smallest_label if s else "",
        "categories": s.categories if s else 0,
        "left_out": ", ".join(left_out),
        "answers_left_out": answers,
        "critical": s.critical if s else nan,
    }
