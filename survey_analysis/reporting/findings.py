"""The declared findings: numbers first. What the study file declares under `[[report.findings]]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.estimation.mean import mean
from survey_analysis.estimation.proportion import proportion
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare
from survey_analysis.significance.extremes import extremes
from survey_analysis.significance.family import as_family
from survey_analysis.study.place import declared_at

_KINDS: dict[str, frozenset[str]] = {
    "question": frozenset({"question", "top", "bottom", "answers", "by", "where", "compare_to", "focus"}),
    "constructs": frozenset({"constructs", "score", "top", "bottom", "by", "where", "compare_to", "focus"}),
    "ratio": frozenset({"ratio", "groups", "what"}),
}


@dataclass(frozen=True, eq=False)
class Finding:
    """One declared finding: an estimate and, where it compares, its tests in the declared family."""

    name: str
    estimate: EstimateData
    test: TestData | None = None
    extremes: ExtremesData | None = None
    focus: str = ""
    ratios: TestData | None = None
    what: str = ""


@dataclass(frozen=True, eq=False)
class Findings:
    """The headline and the declared findings, adjusted as one family."""

    headline: EstimateData | None
    headline_all: EstimateData | None
    focus: str
    findings: tuple[Finding, ...]

    @property
    def planned(self) -> int:
        """Comparisons declared, on the common base (own base where nobody is in both)."""
        return sum(len(_primary(f.test)) for f in self.findings if f.test is not None)

    @property
    def differed(self) -> int:
        """Of those, how many differed at 5% after adjustment."""
        return sum(
            int((_primary(f.test)["p_adjusted"] < 0.05).sum()) for f in self.findings if f.test is not None
        )


def _primary(test: TestData) -> Any:
    rows = test.rows
    common = rows[rows["base"] == "common"]
    return common if len(common) else rows


def find_all(survey: SurveyData) -> Findings:
    """Compute headline and findings as the study file declares them."""
    told = survey.study.report
    with declared_at("report.headline"):
        headline, everything, focus = _headline(survey, told.headline)
    made = _apart(
        [_placed(survey, dict(entry), f"report.findings[{i}]") for i, entry in enumerate(told.findings)]
    )
    tested = [f for f in made if f.test is not None]
    declared = "every comparison declared in the study file"
    adjusted = iter(as_family([f.test for f in tested if f.test is not None], told.adjust, declared))
    out = tuple(replace(f, test=next(adjusted)) if f.test is not None else f for f in made)
    return Findings(headline, everything, focus, out)


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """Findings about one question are numbered: figures and results are kept by name."""
    out, seen = [], Counter[str]()
    for finding in findings:
        seen[finding.name] += 1
        again = f"-{seen[finding.name]}" if seen[finding.name] > 1 else ""
        out.append(replace(finding, name=finding.name + again))
    return out


def _headline(
    survey: SurveyData, told: Mapping[str, object]
) -> tuple[EstimateData | None, EstimateData | None, str]:
    if not told:
        return None, None, ""
    entry = dict(told)
    name = str(entry.pop("question", ""))
    if not name:
        raise StudyError(
            "[report] headline names no question.", hint='headline = { question = "follow", top = 2 }'
        )
    over = survey.table.question(name).over
    focus = str(entry.pop(over, "")) if over else ""
    where = entry.pop("where", None)
    everything = _proportion(survey, name, entry, where, "report.headline")
    if not focus:
        return everything, everything, ""
    key = survey.table.codebook.subjects[over].key_of(focus)
    one = _proportion(survey, name, entry, {**_mapping(where), over: key}, "report.headline")
    return one, everything, key


def _proportion(
    survey: SurveyData, name: str, entry: Mapping[str, Any], where: Any, path: str, by: Any = None
) -> EstimateData:
    allowed = {"top", "bottom", "answers"}
    for key in entry:
        if key not in allowed:
            raise StudyError(
                f"'{key}' is not known here.", where=f"[study.toml: {path}]", hint=closest(key, allowed)
            )
    return proportion(
        survey,
        name,
        top=entry.get("top"),
        bottom=entry.get("bottom"),
        answers=entry.get("answers"),
        by=by,
        where=where,
    )


def _mapping(where: Any) -> dict[str, Any]:
    if where is None:
        return {}
    if isinstance(where, Mapping):
        return dict(where)
    raise StudyError("[report] headline: where must be a table.", hint='where = { age = "18-34" }')


def _placed(survey: SurveyData, entry: dict[str, Any], path: str) -> Finding:
    with declared_at(path):
        return _finding(survey, entry, path)


def _finding(survey: SurveyData, entry: dict[str, Any], path: str) -> Finding:
    kind = next((k for k in _KINDS if k in entry), None)
    if kind is None:
        raise StudyError(
            "A finding names neither a question, constructs nor a ratio.",
            where=f"[study.toml: {path}]",
            hint='for example question = "follow", top = 2, by = "source", compare_to = "average"',
        )
    for key in entry:
        if key not in _KINDS[kind]:
            raise StudyError(
                f"'{key}' is not known here.", where=f"[study.toml: {path}]", hint=closest(key, _KINDS[kind])
            )
    if kind == "ratio":
        return _ratio_finding(survey, entry)
    to, focus = entry.get("compare_to"), str(entry.get("focus", ""))
    if kind == "constructs":
        names = list(entry["constructs"])
        how: dict[str, Any] = {k: entry[k] for k in ("score", "top", "bottom") if k in entry}
        estimate = perceptions(survey, names, **how, by=entry.get("by"), where=entry.get("where"))
        name = "-".join(names)
    else:
        name = str(entry["question"])
        chosen: dict[str, Any] = {k: entry[k] for k in ("top", "bottom", "answers") if k in entry}
        estimate = _proportion(survey, name, chosen, entry.get("where"), path, entry.get("by"))
    test = compare(estimate, to, adjust="none") if to else None
    return Finding(name, estimate, test, None, focus)


def _ratio_finding(survey: SurveyData, entry: Mapping[str, Any]) -> Finding:
    estimate, test = ratios(survey, str(entry["ratio"]), [str(g) for g in entry["groups"]])
    question = survey.table.question(str(entry["ratio"]))
    what = str(entry.get("what", question.short.lower() or question.name))
    return Finding(f"{entry['ratio']}-ratio", estimate, None, extremes(test), ratios=test, what=what)


def ratios(survey: SurveyData, question: str, groups: list[str]) -> tuple[EstimateData, TestData]:
    """Mean rates of two samples by category, and their ratios."""
    if len(groups) != 2:
        raise StudyError("A ratio needs two groups.", hint='groups = ["network", "control"]')
    estimate = mean(
        survey, question, by=[survey.table.question(question).over, "sample"], where={"sample": groups}
    )
    return estimate, compare(estimate, groups[1], dim="sample", as_="ratio", base="own", adjust="none")
