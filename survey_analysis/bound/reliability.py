"""`Reliability`: coefficients of scales or of ratings, with their verbs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.values import values_of
from survey_analysis.errors import (
    ColumnNotFoundError,
    EstimationError,
    SurveyAnalysisWarning,
    closest,
    names_of,
)
from survey_analysis.results.jsonform import reliability_json
from survey_analysis.results.reliability import ReliabilityData
from survey_analysis.tables.model import Table
from survey_analysis.tables.reliability import ReliabilityTable, reliability_table
from survey_analysis.wording.check import check_text
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.reliability import caption_reliability, explain_reliability, sentence_reliability

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Reliability(ReliabilityData):
    """Reliability of scales, or agreement of ratings: read, address, say, explain.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"a": [1, 2, 4, 5, 3, 2], "b": [2, 2, 5, 4, 3, 1], "c": [5, 3, 2, 1, 4, 4]})
    >>> found = sa.read(data).reliability(["a", "b", "c"])
    >>> [(w.kind, w.items) for w in found.warnings if w.kind == "reversed"]
    [('reversed', ('c',))]
    """

    @classmethod
    def of(cls, data: ReliabilityData) -> Reliability:
        """Add the verbs to reliability data."""
        return cls(**values_of(data, ReliabilityData))

    @property
    def value(self) -> float:
        """The coefficient of a one-row result."""
        return self._only("estimate")

    @property
    def std_error(self) -> float:
        """The standard error of a one-row result."""
        return self._only("std_error")

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of a one-row result."""
        return self._only("conf_low"), self._only("conf_high")

    def _only(self, name: str) -> float:
        if len(self) != 1:
            raise EstimationError(
                f"One row is needed; there are {len(self)}.",
                hint="address one, as in found['credibility', 'micro', 'alpha'], or use .to_frame().",
            )
        return float(self.rows[name].iloc[0])

    def _names(self, i: int) -> set[str]:
        row = self.rows.iloc[i]
        labels = {d.label_of(k) for d, k in zip(self.dims, self.keys[i], strict=True)}
        return labels | set(self.keys[i]) | {str(row["coefficient"]), str(row["variant"])}

    def __getitem__(self, name: str | tuple[str, ...]) -> Reliability:
        """Rows with these constructs, groups, coefficients or variants."""
        wanted = names_of(name, "the row")
        kept = [i for i in range(len(self)) if all(w in self._names(i) for w in wanted)]
        if not kept:
            known = sorted({n for i in range(len(self)) for n in self._names(i)} - {""})
            missing = next((w for w in wanted if w not in known), " / ".join(wanted))
            raise ColumnNotFoundError(f"There is no row '{missing}'.", hint=closest(missing, known))
        part = replace(
            self,
            rows=self.rows.iloc[kept].reset_index(drop=True),
            keys=tuple(self.keys[i] for i in kept),
            bases=tuple(self.bases[i] for i in kept),
        )
        return Reliability.of(part)

    def table(self, kind: ReliabilityTable = "summary") -> Table:
        """A table: "summary", "coefficients", "items", "factors" or "scales"."""
        return reliability_table(self, kind)

    def sentence(self) -> str:
        """The main coefficient of each scale, then what to know, one sentence a line."""
        return sentence_reliability(self)

    def explain(self) -> str:
        """Estimators, variance and limits, with sources."""
        return explain_reliability(self)

    def plot(self, *, title: str | None = None) -> Chart:
        """Draw the main coefficient of each scale and group with its interval; every form of ratings.

        Words of a title of one's own that no test licenses are named in a warning.
        """
        from survey_analysis.figures.registry import draw  # noqa: PLC0415  matplotlib only when drawn

        caption = caption_reliability(self)
        if title is not None:
            caption = replace(caption, title=title)
            for issue in check_text(title, Facts()):
                warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=2)
        return draw(self, "reliability", caption)

    def to_json(self) -> str:
        """Versioned JSON of coefficients, items, factorability, warnings and origin."""
        return reliability_json(self)

    def __repr__(self) -> str:
        return repr(self.table("summary" if self._has_main() else "coefficients"))

    def _repr_html_(self) -> str:
        return self.table("summary" if self._has_main() else "coefficients")._repr_html_()

    def _has_main(self) -> bool:
        return bool(self.rows["coefficient"].isin(["alpha", "spearman_brown"]).any())


def reliabilities(
    verb: Callable[Concatenate[S, P], ReliabilityData],
) -> Callable[Concatenate[S, P], Reliability]:
    """A verb of the survey that returns a `Reliability`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Reliability:
        return Reliability.of(verb(survey, *args, **kwargs))

    return method
