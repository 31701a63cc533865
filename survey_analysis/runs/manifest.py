"""`run.json`: what a run was made from, so that two runs can be compared without their data."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from survey_analysis.estimation.origin import versions, weighting_text
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.process import LogEntry

SCHEMA = 1
RUN_FILE = "run.json"
RunKind = Literal["report", "tables"]
_PARTS = (
    "sample",
    "samples",
    "design",
    "roles",
    "derived",
    "clean",
    "weighting",
    "banners",
    "filters",
    "frames",
)


def run_manifest(survey: SurveyData, kind: RunKind, **settings: object) -> str:
    """Facts about the inputs of a run, as JSON: data, people kept, weights, parts of the study file, versions.

    Parameters
    ----------
    survey : SurveyData
        Cleaned and weighted, as the numbers were made from it.
    kind : {"report", "tables"}
    **settings
        What else decided the numbers (banner, filter, letters), stored as given.

    Returns
    -------
    str
        JSON with sorted keys; no path, no time, no identifier of anybody.

    Notes
    -----
    Weights are kept as their sum, sum of squares, smallest and largest value, which say whether they changed
    without saying whose they are.
    """
    weight = survey.frame.weight
    study = json.loads(survey.study.model_dump_json(exclude={"source"}))
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": kind,
        "study": survey.study.name,
        "simulated": survey.study.simulated,
        "versions": versions(),
        "data": {"sha256": survey.table.raw.digest},
        "people": {"kept": len(survey)},
        "cleaning": _rules(survey.log.entries),
        "weights": {
            "how": weighting_text(survey),
            "sum": float(weight.sum()),
            "squares": float((weight**2).sum()),
            "smallest": float(weight.min()),
            "largest": float(weight.max()),
        },
        "parts": {name: _digest(study.get(name)) for name in _PARTS},
        "questions": {name: _digest(q) for name, q in study["codebook"]["questions"].items()},
        "constructs": {name: _digest(c) for name, c in study["codebook"]["constructs"].items()},
        "settings": {k: str(v) for k, v in settings.items()},
    }
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _rules(entries: Sequence[LogEntry]) -> dict[str, list[int]]:
    """People each rule flagged and dropped; rules of one name are numbered."""
    out: dict[str, list[int]] = {}
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.rule] += 1
        again = f" {seen[entry.rule]}" if seen[entry.rule] > 1 else ""
        out[entry.rule + again] = [entry.flagged, entry.dropped]
    return out


def _digest(part: object) -> str:
    text = json.dumps(part, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
