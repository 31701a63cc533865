"""`Published`: figures printed by others, with their verbs; and `published`, which makes it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec

import pandas as pd

from survey_analysis.bound.values import values_of
from survey_analysis.errors import EstimationError, SurveyAnalysisWarning, closest
from survey_analysis.printed import published as verb
from survey_analysis.printed.needed import LEVELS, Word, level_needed
from survey_analysis.results.jsonform import published_json
from survey_analysis.results.published import PublishedData
from survey_analysis.tables.model import Table
from survey_analysis.tables.published import published_table
from survey_analysis.wording.check import check_text
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.printed_explain import explain_printed
from survey_analysis.wording.printed_figures import caption_printed, sentence_printed

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")


@dataclass(frozen=True, eq=False, repr=False)
class Published(PublishedData):
    """Figures printed by others: what they say under stated assumptions, and what it would take.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> found = sa.published({"Micro-influencer": 0.82, "Average person": 0.73}, n=(500, 3000), cite="a release")
    >>> found.verdicts["verdict"].tolist()
    ['holds']
    """

    @classmethod
    def of(cls, data: PublishedData) -> Published:
        """Add the verbs to data about published figures."""
        return cls(**values_of(data, PublishedData))

    def n_needed(self, claim: Word = "more") -> pd.DataFrame:
        """Fewest people for which a claim holds, in the least and the most favourable case.

        Parameters
        ----------
        claim : {"more", "majority", "large majority", "nearly all", "minority", "few"}
            "more": one row a comparison, people a group (different people) or who rated both (same people).
            The others: one row a figure.

        Returns
        -------
        DataFrame
            `n_needed` is infinite where no number is enough.

        Examples
        --------
        >>> import survey_analysis as sa
        >>> found = sa.published({"Micro-influencer": 0.53, "General population": 0.19}, same_people="no")
        >>> found.n_needed("majority")[["subject", "case", "n_needed"]].head(2).values.tolist()
        [['Micro-influencer', 'least', 1537.0], ['Micro-influencer', 'most', 784.0]]
        """
        if claim == "more":
            return self.needed.copy()
        if claim not in LEVELS:
            raise EstimationError(f"claim = '{claim}' is not known.", hint=closest(claim, ("more", *LEVELS)))
        return pd.DataFrame(
            {
                "item": f.item, "subject": f.subject, "claim": claim, "case": case,
                "n_needed": level_needed(f, self.assumptions, word=claim, case=case),
            }
            for f in self.figures
            if f.unit != "times"
            for case in ("least", "most")
        )  # fmt: skip

    def table(self) -> Table:
        """Figures and comparisons as a table, for display."""
        return published_table(self)

    def sentence(self) -> str:
        """What was printed and what follows, one line an item."""
        return sentence_printed(self)

    def explain(self) -> str:
        """Every assumption, and after whom intervals and tests are computed."""
        return explain_printed(self)

    def to_json(self) -> str:
        """Versioned JSON of figures, assumptions and rows."""
        return published_json(self)

    def plot(
        self,
        kind: Literal["published", "needed"] | None = None,
        *,
        item: str | None = None,
        title: str | None = None,
    ) -> Chart:
        """Draw the intervals of one item over the assumptions ("published"), or the people needed ("needed").

        Parameters
        ----------
        kind : {"published", "needed"}, optional
            "needed" where there are several items.
        item : str, optional
            Which item; needed for "published" where there are several.
        title : str, optional
            A title of one's own; words that nothing licenses are named in a warning.
        """
        from survey_analysis.figures.registry import draw  # noqa: PLC0415  matplotlib only when drawn

        chosen = kind or ("published" if item is not None or len(self.items) == 1 else "needed")
        if item is not None and item not in self.items:
            raise EstimationError(f"There is no item '{item}'.", hint=closest(item, self.items))
        if chosen == "published" and item is None and len(self.items) > 1:
            raise EstimationError(
                f"There are {len(self.items)} items and the figure shows one.", hint=closest("", self.items)
            )
        one = item if item is not None else (self.items[0] if chosen == "published" else "")
        caption = caption_printed(self, chosen, one)
        if title is not None:
            caption = replace(caption, title=title)
            for issue in check_text(title, Facts()):
                warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=2)
        return draw(self, chosen, caption, **({"item": one} if chosen == "published" else {}))

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def publishes(function: Callable[P, PublishedData]) -> Callable[P, Published]:
    """A function that returns `Published`; signature and docstring are those of the function."""

    @wraps(function)
    def made(*args: P.args, **kwargs: P.kwargs) -> Published:
        return Published.of(function(*args, **kwargs))

    return made


published = publishes(verb.published)
