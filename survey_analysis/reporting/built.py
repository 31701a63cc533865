"""`BuiltReport`: a report with everything it was made from. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_analysis.reporting.document import Report

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart
    from survey_analysis.reporting.findings import Findings
    from survey_analysis.reporting.parts import Result


@dataclass(frozen=True)
class BuiltReport:
    """A report with everything it was made from.

    Attributes
    ----------
    document
        What is printed.
    charts
        Every figure by name.
    results
        Every estimate and test by name, unrounded.
    """

    document: Report
    charts: Mapping[str, Chart] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    findings: Findings | None = None
