"""`Claims` and `Draft`: what was said, with verdicts, to read, print and keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.values import values_of
from survey_analysis.claims.catalogue import Source
from survey_analysis.claims.draft import check_draft
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.findings import find_all
from survey_analysis.results.claims import ClaimsData, DraftData
from survey_analysis.results.jsonform import rows_json
from survey_analysis.tables.claims import claims_table, claims_text, draft_table, draft_text, marked
from survey_analysis.tables.model import Table

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Claims(ClaimsData):
    """Declared claims, each with its estimate, the licence it needs and a verdict.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"claims": [{"text": "Nearly all say yes", "says": "q.share('yes') > 50%"}]}
    >>> found = sa.read(pd.DataFrame({"q": ["yes"] * 80 + ["no"] * 40}), study=study).claims()
    >>> found.hold, found.to_frame()["verdict"].tolist()
    (False, ['overclaimed'])
    """

    @classmethod
    def of(cls, data: ClaimsData) -> Claims:
        """Add the verbs to checked claims."""
        return cls(**values_of(data, ClaimsData))

    def table(self) -> Table:
        """One row a claim, for display."""
        return claims_table(self)

    def to_json(self) -> str:
        """Versioned JSON of rows, family and origin."""
        family = {"adjust": self.adjust, "size": self.family}
        more = {"hold": self.hold, "family": family, "level": self.level}
        return rows_json("claims", self.rows, more, self.provenance)

    def __repr__(self) -> str:
        return claims_text(self)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@dataclass(frozen=True, eq=False, repr=False)
class Draft(DraftData):
    """A draft checked sentence by sentence; its text is never changed.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"claims": [{"text": "Most would", "says": "follows.share('yes') > 50%"}]}
    >>> survey = sa.read(pd.DataFrame({"follows": ["yes"] * 80 + ["no"] * 40}), study=study)
    >>> survey.check("Of those asked, 70% would follow. It drives sales.")
    “Of those asked, 70% would follow.”
      1:17 UNSUPPORTED “70%”: no estimate of the study matches it; follows is 67% (58–75).
        instead: 67% (58–75)
    <BLANKLINE>
    “It drives sales.”
      1:38 OVERCLAIMED “drives”: no design of this package licenses a cause by rule.
        instead: “is associated with”
    <BLANKLINE>
    2 sentences, 2 numbers and words to check: 0 supported, 1 unsupported, 1 overclaimed.
    """

    @classmethod
    def of(cls, data: DraftData) -> Draft:
        """Add the verbs to a checked draft."""
        return cls(**values_of(data, DraftData))

    def table(self) -> Table:
        """One row a remark, for display."""
        return draft_table(self)

    def marked(self) -> str:
        """The draft with a numbered dagger after everything that does not hold, and the remarks below it."""
        return marked(self)

    def to_json(self) -> str:
        """Versioned JSON of every number and word that was checked."""
        return rows_json(
            "draft", self.rows, {"hold": self.hold, "sentences": self.sentences}, self.provenance
        )

    def __repr__(self) -> str:
        return draft_text(self)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def check(survey: SurveyData, text: str, *, name: str = "") -> Draft:
    """Check a draft sentence by sentence: every number, and every word that needs a licence.

    Numbers are held against the declared claims, the headline, the findings and the published figures of the study file, by
    value and by the words around them; words against the table of licences.

    Parameters
    ----------
    text : str
        Markdown or plain text; code, addresses and marks are not read, and nothing is rewritten.
    name : str
        Name of the file, for the places printed.

    Returns
    -------
    Draft

    Raises
    ------
    StudyError
        The study declares nothing that a number could be held against.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"claims": [{"text": "Most would", "says": "follows.share('yes') > 50%"}]}
    >>> survey = sa.read(pd.DataFrame({"follows": ["yes"] * 80 + ["no"] * 40}), study=study)
    >>> survey.check("Of those asked, 67% would follow.").hold
    True
    """
    return Draft.of(check_draft(survey, text, results=_declared(survey), name=name))


def _declared(survey: SurveyData) -> Iterator[Source]:
    """Results of the headline and the findings, with their key paths."""
    found = find_all(survey)
    if found.headline_all is not None:
        yield "report.headline", found.headline_all
    for i, finding in enumerate(found.findings):
        path = f"report.findings[{i}]"
        yield path, finding.estimate
        for test in (finding.test, finding.ratios):
            if test is not None:
                yield path, test
        if finding.extremes is not None:
            yield path, (finding.extremes, finding.estimate)


def claimed(verb: Callable[Concatenate[S, P], ClaimsData]) -> Callable[Concatenate[S, P], Claims]:
    """A verb of the survey that returns `Claims`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Claims:
        return Claims.of(verb(survey, *args, **kwargs))

    return method
