"""A small study with a whole report: what the founding study does, in a second or two."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from builders import LIKELY

import survey_analysis as sa
from survey_analysis.reporting.build import BuiltReport
from survey_analysis.reporting.write import report_files

SOURCES = {"micro": "Micro-influencer", "average": "Average consumer"}
STATED = {
    "kind": "opt-in",
    "population": "adults in Testland",
    "frame": "one access panel",
    "mode": "web",
    "languages": "English",
    "dates": ["2024-03-01", "2024-03-14"],
    "sponsor": "a foundation",
    "conductor": "an institute",
    "invited": 4000,
    "quotas": "none",
    "benchmark": "the census of 2020",
    "ai": "not used",
}
SEX = {"levels": [["w", "Woman"], ["m", "Man"]], "short": "Sex", "text": "Are you ...?"}
TARGETS = {"all": {"targets": {"sex": {"w": 0.5, "m": 0.5}}}}
REPORT = {
    "title": "Whom do people follow?",
    "headline": {"question": "follow", "top": 2, "source": "micro"},
    "findings": [{"question": "follow", "top": 2, "by": "source", "compare_to": "average"}],
    "sections": [
        {
            "likelihood": {
                "question": "follow",
                "top": 2,
                "by": "source",
                "compare_to": "average",
                "groups": ["sex"],
            }
        },
        {"questions": {"questions": ["sex", "age"]}},
        {"topline": {"banner": "main", "questions": ["follow"]}},
    ],
}


def frame(n: int = 240, seed: int = 12) -> pd.DataFrame:
    """People who rate two sources, the first one higher."""
    rng = np.random.default_rng(seed)
    person = rng.normal(size=n)
    out: dict[str, Any] = {}
    for source, level in (("micro", 4.0), ("average", 3.1)):
        score = np.clip(np.round(level + 0.8 * person + 0.8 * rng.normal(size=n)), 1, 5).astype(int)
        gone = rng.random(n) < 0.2
        out[f"{source}_q"] = ["" if g else str(s) for s, g in zip(score, gone, strict=True)]
    out["sex"] = list(rng.choice(["w", "m"], n, p=[0.6, 0.4]))
    out["age"] = [str(x) for x in rng.integers(18, 80, n)]
    return pd.DataFrame(out)


def study(**changes: Any) -> dict[str, Any]:
    """The study file as nested mappings; a change replaces a table, None leaves it out."""
    battery = {
        "over": "source",
        "columns": "{source}_q",
        "scale": "likely5",
        "text": "How likely are you to follow a {source}?",
        "short": "Likely to follow",
        "base": "people who rated {source}",
        "predicate": "say they are {answers} to follow it",
    }
    told: dict[str, Any] = {
        "study": {"name": "Small study"},
        "sample": STATED,
        "scales": {"likely5": {"levels": LIKELY}},
        "subjects": {"source": {k: {"label": v, "phrase": f"a {v.lower()}"} for k, v in SOURCES.items()}},
        "batteries": {"follow": battery},
        "questions": {"sex": SEX, "age": {"kind": "numeric", "short": "Age in years"}},
        "banners": {"main": {"columns": ["sex"]}},
        "weighting": TARGETS,
        "report": REPORT,
    } | changes
    return {k: v for k, v in told.items() if v is not None}


def survey(data: pd.DataFrame | None = None, **changes: Any) -> sa.Survey:
    """Read and weighted."""
    read = sa.read(frame() if data is None else data, study=study(**changes))
    return read.weight() if "weighting" in study(**changes) else read


def report(data: pd.DataFrame | None = None, **changes: Any) -> tuple[sa.Survey, BuiltReport]:
    """The survey and its built report."""
    made = survey(data, **changes)
    return made, made.report()


def files(made: sa.Survey, built: BuiltReport, *formats: str, extras: bool = False) -> Mapping[str, bytes]:
    """Files of a report by path; characters without a glyph are no concern here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.SurveyAnalysisWarning)
        found = report_files(built, made, "report", formats=formats or ("html",), extras=extras)
    return {name: c if isinstance(c, bytes) else c.encode() for name, c in found.items()}


def texts(built: BuiltReport) -> str:
    """Every text of the document, once, in order."""
    return " ".join(run.text for run in built.document.runs())
