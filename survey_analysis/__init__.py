"""From a raw survey export to findings you can publish.

>>> import survey_analysis as sa
>>> survey = sa.datasets.load("micro_influencer").clean().weight()
>>> share = survey.proportion("follow", top=2, where={"source": "micro"})
>>> share.provenance.simulated
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "read": "survey_analysis.reading",
    "Survey": "survey_analysis.survey",
    "Estimate": "survey_analysis.bound.estimates",
    "Test": "survey_analysis.bound.tests",
    "SourceComparison": "survey_analysis.bound.sources",
    "Model": "survey_analysis.bound.models",
    "Drivers": "survey_analysis.bound.drivers",
    "DriverPoints": "survey_analysis.bound.drivers",
    "Reliability": "survey_analysis.bound.reliability",
    "Robustness": "survey_analysis.bound.robustness",
    "Imputed": "survey_analysis.imputed",
    "combine": "survey_analysis.imputed",
    "Plan": "survey_analysis.bound.plan",
    "plan": "survey_analysis.planning.plan",
    "DryRun": "survey_analysis.planning.dry_run",
    "dry_run": "survey_analysis.planning.dry_run",
    "Published": "survey_analysis.bound.published",
    "published": "survey_analysis.bound.published",
    "RunDiff": "survey_analysis.bound.runs",
    "diff": "survey_analysis.bound.runs",
    "Coded": "survey_analysis.bound.coded",
    "Crosstab": "survey_analysis.bound.books",
    "Book": "survey_analysis.bound.books",
    "Summary": "survey_analysis.bound.summaries",
    "Different": "survey_analysis.bound.summaries",
    "Topline": "survey_analysis.bound.topline",
    "stack": "survey_analysis.stacked",
    "split_waves": "survey_analysis.stacked",
    "compare_codebooks": "survey_analysis.stacked",
    "CodebookComparison": "survey_analysis.bound.waves",
    "Moved": "survey_analysis.bound.waves",
    "Decomposition": "survey_analysis.bound.waves",
    "Trend": "survey_analysis.bound.waves",
    "DeckResult": "survey_analysis.bound.decks",
    "Extremes": "survey_analysis.bound.extremes",
    "Rates": "survey_analysis.bound.rates",
    "Claims": "survey_analysis.bound.claims",
    "Lavaan": "survey_analysis.bound.lavaan",
    "Draft": "survey_analysis.bound.claims",
    "Study": "survey_analysis.study.study",
    "Codebook": "survey_analysis.bound.codebook",
    "Question": "survey_analysis.study.codebook",
    "Scale": "survey_analysis.study.scales",
    "Flow": "survey_analysis.results.process",
    "CleaningLog": "survey_analysis.results.process",
    "WeightingData": "survey_analysis.results.process",
    "Table": "survey_analysis.tables.model",
    "Chart": "survey_analysis.figures.model",
    "inspect": "survey_analysis.reading",
    "SurveyAnalysisError": "survey_analysis.errors",
    "SurveyAnalysisWarning": "survey_analysis.errors",
}

__all__ = [*_PUBLIC, "__version__", "datasets", "errors", "power", "scales"]  # noqa: PLE0604  the keys are names

if TYPE_CHECKING:
    from survey_analysis import datasets, errors
    from survey_analysis.bound.books import Book, Crosstab
    from survey_analysis.bound.claims import Claims, Draft
    from survey_analysis.bound.codebook import Codebook
    from survey_analysis.bound.coded import Coded
    from survey_analysis.bound.decks import DeckResult
    from survey_analysis.bound.drivers import DriverPoints, Drivers
    from survey_analysis.bound.estimates import Estimate
    from survey_analysis.bound.extremes import Extremes
    from survey_analysis.bound.lavaan import Lavaan
    from survey_analysis.bound.models import Model
    from survey_analysis.bound.plan import Plan
    from survey_analysis.bound.published import Published, published
    from survey_analysis.bound.rates import Rates
    from survey_analysis.bound.reliability import Reliability
    from survey_analysis.bound.robustness import Robustness
    from survey_analysis.bound.runs import RunDiff, diff
    from survey_analysis.bound.sources import SourceComparison
    from survey_analysis.bound.summaries import Different, Summary
    from survey_analysis.bound.tests import Test
    from survey_analysis.bound.topline import Topline
    from survey_analysis.bound.waves import CodebookComparison, Decomposition, Moved, Trend
    from survey_analysis.errors import SurveyAnalysisError, SurveyAnalysisWarning
    from survey_analysis.figures.model import Chart
    from survey_analysis.imputed import Imputed, combine
    from survey_analysis.planning.dry_run import DryRun, dry_run
    from survey_analysis.planning.plan import plan
    from survey_analysis.reading import inspect, read
    from survey_analysis.results.process import CleaningLog, Flow, WeightingData
    from survey_analysis.scales.library import Library
    from survey_analysis.significance import power
    from survey_analysis.stacked import compare_codebooks, split_waves, stack
    from survey_analysis.study.codebook import Question
    from survey_analysis.study.scales import Scale
    from survey_analysis.study.study import Study
    from survey_analysis.survey import Survey
    from survey_analysis.tables.model import Table

    scales: Library  # the subpackage answers as its library does


def __getattr__(name: str) -> Any:
    """Load public names when they are first used: importing the package stays fast."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    if name in ("datasets", "errors", "scales"):
        return import_module(f"survey_analysis.{name}")
    if name == "power":
        return import_module("survey_analysis.significance.power")
    message = f"module 'survey_analysis' has no attribute '{name}'"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
