"""`Survey`: responses, what they mean, how they were sampled, and everything one asks of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from survey_analysis.bound.audit import audits
from survey_analysis.bound.books import tabulates
from survey_analysis.bound.claims import check, claimed
from survey_analysis.bound.codebook import Codebook
from survey_analysis.bound.coded import codes
from survey_analysis.bound.decks import DeckResult
from survey_analysis.bound.drivers import driven
from survey_analysis.bound.estimates import Estimate, estimates
from survey_analysis.bound.found import Found
from survey_analysis.bound.lavaan import lavaan_models
from survey_analysis.bound.models import models
from survey_analysis.bound.rates import rates
from survey_analysis.bound.reliability import reliabilities
from survey_analysis.bound.reports import SurveyReport
from survey_analysis.bound.robustness import robust
from survey_analysis.bound.sources import compares
from survey_analysis.bound.tests import Test, tests
from survey_analysis.bound.topline import toplines
from survey_analysis.bound.verbatims import said
from survey_analysis.bound.waves import decompositions, movements, trends
from survey_analysis.claims.declared import claims
from survey_analysis.cleaning.base_audit import base_audit
from survey_analysis.cleaning.pipeline import clean
from survey_analysis.cleaning.recoded import recodes
from survey_analysis.describe import QuestionView, survey_text
from survey_analysis.drivers.verb import drivers
from survey_analysis.estimation.export import export_frame
from survey_analysis.estimation.long import to_long
from survey_analysis.estimation.mean import mean, nps, total
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.quantile import cdf, median, quantile
from survey_analysis.estimation.ratio import ratio
from survey_analysis.estimation.spread import correlation, covariance, std_dev, variance
from survey_analysis.exports.archive import archive
from survey_analysis.exports.verb import export
from survey_analysis.files import write_file
from survey_analysis.finding import find
from survey_analysis.frames.data import SurveyData
from survey_analysis.imputation.chained import Completed, impute
from survey_analysis.imputed import Imputed
from survey_analysis.models.categories import multinomial, ordinal
from survey_analysis.models.mixed import mixed
from survey_analysis.models.rates import compare_rates
from survey_analysis.models.verbs import glm, negative_binomial
from survey_analysis.openends.coded import code
from survey_analysis.openends.reasons import reasons
from survey_analysis.openends.verbatims import verbatims
from survey_analysis.perceptions.icc import icc
from survey_analysis.perceptions.lavaan import to_lavaan
from survey_analysis.perceptions.reliability import reliability
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.perceptions.sources import compare_sources
from survey_analysis.reporting.excluded import write_excluded_ids
from survey_analysis.robustness.verb import robustness
from survey_analysis.significance.agreement import kappa
from survey_analysis.significance.goodness import goodness_of_fit
from survey_analysis.significance.independence import independence
from survey_analysis.significance.ranktest import rank_test
from survey_analysis.significance.simple.verb import simple_test
from survey_analysis.significance.ttest import ttest
from survey_analysis.tabulation.codebook import codebook_data
from survey_analysis.tabulation.topline import topline
from survey_analysis.tabulation.verb import tabulate
from survey_analysis.waves.decompose import decompose
from survey_analysis.waves.moved import moved
from survey_analysis.waves.pairs import each_wave_alone, wave_pairs
from survey_analysis.waves.trend import trend
from survey_analysis.weighting.calibration import calibrate
from survey_analysis.weighting.limits import trim
from survey_analysis.weighting.nonresponse import adjust_nonresponse, propensity
from survey_analysis.weighting.replicates import replicates
from survey_analysis.weighting.standard import standardize
from survey_analysis.weighting.weight import poststratify, rake, weight

P = ParamSpec("P")


def _surveys(
    verb: Callable[Concatenate[SurveyData, P], SurveyData],
) -> Callable[Concatenate[Survey, P], Survey]:
    """A verb that returns the survey changed; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> Survey:
        return Survey.of(verb(survey, *args, **kwargs))

    return method


def _weighs(
    verb: Callable[Concatenate[SurveyData, P], SurveyData],
) -> Callable[Concatenate[Survey, P], Survey]:
    """A verb that weights the rows together, which the waves of a stack are not unless pooled."""

    @wraps(verb)
    def method(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> Survey:
        each_wave_alone(survey, verb.__name__)
        return Survey.of(verb(survey, *args, **kwargs))

    return method


def _imputes(
    verb: Callable[Concatenate[SurveyData, P], Completed],
) -> Callable[Concatenate[Survey, P], Imputed[Survey]]:
    """A verb that returns completed copies of the survey."""

    @wraps(verb)
    def method(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> Imputed[Survey]:
        done = verb(survey, *args, **kwargs)
        return Imputed(tuple(Survey.of(s) for s in done.surveys), replace(done, surveys=()))

    return method


@dataclass(frozen=True, eq=False, repr=False)
class Survey(SurveyData):
    """Responses, what they mean, and how they were sampled. Verbs return new objects.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes"]}))
    >>> round(survey.proportion("q", answers=["yes"]).value, 3)
    0.667
    """

    clean = _surveys(clean)
    weight = _surveys(weight)
    rake = _weighs(rake)
    poststratify = _weighs(poststratify)
    calibrate = _weighs(calibrate)
    trim = _weighs(trim)
    adjust_nonresponse = _weighs(adjust_nonresponse)
    propensity = _weighs(propensity)
    standardize = _surveys(standardize)
    replicates = _surveys(replicates)
    impute = _imputes(impute)

    proportion = estimates(proportion)
    mean = estimates(mean)
    total = estimates(total)
    ratio = estimates(ratio)
    quantile = estimates(quantile)
    median = estimates(median)
    cdf = estimates(cdf)
    variance = estimates(variance)
    std_dev = estimates(std_dev)
    covariance = estimates(covariance)
    correlation = estimates(correlation)
    nps = estimates(nps)
    perceptions = estimates(perceptions)
    compare_sources = compares(compare_sources)
    reliability = reliabilities(reliability)
    icc = reliabilities(icc)
    tabulate = tabulates(tabulate)
    topline = toplines(topline)
    compare_rates = rates(compare_rates)
    to_lavaan = lavaan_models(to_lavaan)
    reasons = estimates(reasons)
    code = codes(code)
    verbatims = said(verbatims)
    recodes = recodes
    to_long = to_long
    write_excluded_ids = write_excluded_ids

    independence = tests(independence)
    goodness_of_fit = tests(goodness_of_fit)
    ttest = tests(ttest)
    rank_test = tests(rank_test)
    kappa = tests(kappa)
    simple_test = tests(simple_test)

    claims = claimed(claims)
    check = check
    base_audit = audits(base_audit)
    robustness = robust(robustness)

    glm = models(glm)
    ordinal = models(ordinal)
    multinomial = models(multinomial)
    negative_binomial = models(negative_binomial)
    mixed = models(mixed)

    drivers = driven(drivers)

    export = export
    archive = archive

    moved = movements(moved)
    decompose = decompositions(decompose)
    trend = trends(trend)
    wave_pairs = wave_pairs

    @classmethod
    def of(cls, data: SurveyData) -> Survey:
        """Add the verbs to survey data."""
        return cls(**{f.name: getattr(data, f.name) for f in fields(SurveyData)})

    @property
    def codebook(self) -> Codebook:
        """Questions, batteries, constructs; `to_excel` writes them to be edited."""
        return Codebook.of(self.study.codebook, self)

    def find(self, text: str) -> Found:
        """Questions that hold all words of a text in name, wording, labels, answers, items or subjects.

        Parameters
        ----------
        text : str
            Words that all have to occur, whatever their case and accents; in double quotes a phrase.

        Returns
        -------
        Found
            A frame, which prints whole wordings: `question, kind, wording, found_in, match`, where it was found and
            the words around it.

        Raises
        ------
        DataError
            Nothing to look for.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> study = {"questions": {"likely": {"text": "How likely?", "levels": ["not at all", "very much"]}}}
        >>> survey = sa.read(pd.DataFrame({"likely": ["very much", "not at all"]}), study=study)
        >>> survey.find("likely much")[["question", "found_in"]].to_numpy().tolist()
        [['likely', 'name, wording, answers']]
        """
        return find(self, text)

    def deck(
        self,
        path: str | Path,
        *,
        template: str | Path | None = None,
        slides: Sequence[str | Mapping[str, Any]] | None = None,
        refresh: str | Path | bool | None = None,
    ) -> DeckResult:
        """Write a deck of native, editable charts, or bring last wave's deck up to date in place.

        Parameters
        ----------
        path : path
            The .pptx to write, whole or not at all.
        template : path, optional
            A client's .pptx: its layouts, theme colours and fonts are used. The house's own when left out.
        slides : sequence of str or mapping, optional
            Questions, or slides with the keys of `[[deck.slides]]`; those of the study file when left out, else the
            findings and questions of the report.
        refresh : path or True, optional
            The deck to bring up to date, `True` for the one at `path`: charts and texts found by the names of their
            shapes get new numbers; what was edited by hand, and everything else, stays. It is only read, unless it is
            `path` itself.

        Returns
        -------
        DeckResult
            The slides; of a refresh every number that moved, texts replaced and kept, what was not found.

        Raises
        ------
        ReportError
            No .pptx; no such template, layout or deck; a folder that cannot be written.
        StudyError
            A slide that cannot be read.
        FigureError
            A result that has no native chart.
        MissingExtraError
            Without the extra `office`.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from tempfile import TemporaryDirectory
        >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes"]}))
        >>> with TemporaryDirectory() as folder:
        ...     made = survey.deck(f"{folder}/w1.pptx", slides=["q"])
        >>> len(made.slides)
        3
        """
        from survey_analysis.reporting.deck import deck  # noqa: PLC0415  figures only when drawn

        return DeckResult.of(deck(self, path, template=template, slides=slides, refresh=refresh))

    def document(self, path: str | Path, *, minimum: int = 5) -> None:
        """Write the codebook as a document: every question with wording, routing, answers and counts.

        Parameters
        ----------
        path : path
            The .html, .pdf or .xlsx to write, whole or not at all.
        minimum : int
            Fewest people of a count that is shown; smaller ones print as "<5", and what would give one away as "–".

        Raises
        ------
        ReportError
            An unknown format; a folder that cannot be written.
        EstimationError
            A minimum under 2.
        UnknownCodeError
            Cells that do not fit the codebook: clean the survey first.

        Notes
        -----
        Open answers are counted and measured, never shown; columns that tell who somebody is are named only.
        The page needs no network; its search box filters by name, wording and answers. To edit the codebook, write
        `survey.codebook.to_excel` instead.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from tempfile import TemporaryDirectory
        >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes"] * 4}))
        >>> with TemporaryDirectory() as folder:
        ...     survey.document(f"{folder}/codebook.html")
        """
        from survey_analysis.reporting.codebook import write_codebook  # noqa: PLC0415  only when written

        write_codebook(codebook_data(self, minimum=minimum), self, path)

    def report(self) -> SurveyReport:
        """The report the study file asks for, ready to write."""
        from survey_analysis.reporting.build import build_report  # noqa: PLC0415  figures only when reported

        return SurveyReport.of(build_report(self), self)

    def to_frame(self) -> pd.DataFrame:
        """The survey as a flat table: weights, design, answers as labels; no identifiers.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"], "w": [1, 2, 1]}), weight="w")
        >>> list(survey.to_frame().columns)
        ['base_weight', 'analysis_weight', 'stratum', 'psu', 'likely', 'likely.score', 'w', 'w.score']
        """
        return export_frame(self)

    def to_csv(self, path: str | Path) -> None:
        """Write `to_frame()` as CSV: what the R code of `Estimate.to_r()` reads.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from tempfile import TemporaryDirectory
        >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"], "w": [1, 2, 1]}), weight="w")
        >>> with TemporaryDirectory() as folder:
        ...     survey.to_csv(f"{folder}/analysed.csv")
        """
        write_file(Path(path), self.to_frame().to_csv(index=False, lineterminator="\n"))

    def __getitem__(self, name: str) -> QuestionView:
        return QuestionView(self, self.table.question(name))

    def __repr__(self) -> str:
        return survey_text(self)

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415

        return f'<pre style="font-family:monospace">{escape(survey_text(self))}</pre>'


__all__ = ["Estimate", "Survey", "Test"]
