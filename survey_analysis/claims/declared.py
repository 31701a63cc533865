"""`survey.claims()`: every claim that the study file declares, measured, adjusted as one family, judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from survey_analysis.claims.entry import says_of, written
from survey_analysis.claims.judge import facts_for, judge
from survey_analysis.claims.measure import Measured, measure, spoken
from survey_analysis.claims.terms import Bench
from survey_analysis.claims.verdicts import Judged
from survey_analysis.claims.words import Said, said
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EmptyDomainError, StudyError
from survey_analysis.estimation.origin import provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.claims import ClaimsData, Verdict
from survey_analysis.study.file import ClaimEntry
from survey_analysis.study.place import declared_at
from survey_analysis.wording.check import check_text
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.licences import find
from survey_analysis.wording.numbers import count
from survey_analysis.wording.phrases import subject
from survey_analysis.wording.precision import row_of, value_of

COLUMNS: Final = (
    "claim", "says", "kind", "estimate", "conf_low", "conf_high", "unit", "n", "n_effective", "base",
    "p_adjusted", "licence", "holds", "verdict", "reason", "instead",
)  # fmt: skip
SPOKEN: Final = {
    "level": ("majority", "minority", "fraction", "threshold"), "difference": ("difference", "size"),
    "ratio": ("ratio",), "largest": ("largest",), "best": ("rank",), "same": ("similar", "none"), "unclear": ("none",),
    "trend": ("trend",),
}  # fmt: skip
"""Kinds of words that the verdict on a form already speaks of."""


@dataclass(frozen=True, eq=False)
class Checked:
    """One declared claim with everything its verdict rests on; `measured` is None where nobody is in its base."""

    entry: ClaimEntry
    measured: Measured | None
    row: dict[str, Any]


def claims(survey: SurveyData) -> ClaimsData:
    """Check every claim that the study file declares, and the titles of its report.

    Returns
    -------
    ClaimsData
        One row a claim, in declared order: estimate, interval, base, licence, verdict, reason, and what may be said
        instead. Titles of the report follow where a word in them is not licensed.

    Raises
    ------
    StudyError
        No claims are declared, or one cannot be read; `where` carries the key path.

    Notes
    -----
    A limit ("most", "more than 80%") needs the interval beyond it; a number needs to be the estimate rounded half-up;
    a comparison needs the adjusted p under .05, among the same people where there are any; "the same" needs two
    one-sided tests against a declared margin (Schuirmann 1987); "the highest" needs to be alone in the simultaneous
    best set (Mogstad, Romano, Shaikh and Wilhelm 2024); "up to" needs the simultaneous interval of the largest ratio.
    p-values are adjusted over all comparisons among the claims.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"sample": {"kind": "probability"}, "claims": [
    ...     {"text": "Most people say yes", "says": "q.share('yes') > 50%"},
    ...     {"text": "Nearly all people say yes", "says": "q.share('yes') > 50%"}]}
    >>> survey = sa.read(pd.DataFrame({"q": ["yes"] * 80 + ["no"] * 40}), study=study)
    >>> survey.claims().to_frame()["verdict"].tolist()
    ['supported', 'overclaimed']
    """
    if not survey.study.claims:
        raise StudyError(
            "The study file declares no claims.",
            where="[study.toml: claims]",
            hint='add [[claims]] with text = "Most would follow" and says = "follow.top2 > 50%".',
        )
    checked = check_all(survey)
    rows = [c.row for c in checked] + _titles(survey, checked)
    method = survey.study.report.adjust
    return ClaimsData(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        provenance(survey, None, survey.frame.weight > 0),
        method,
        sum(c.measured is not None and c.measured.p is not None for c in checked),
    )


def check_all(survey: SurveyData) -> tuple[Checked, ...]:
    """Every declared claim, with the estimates behind it."""
    bench = Bench(survey)
    measured = [_measured(bench, entry, f"claims[{i}]") for i, entry in enumerate(survey.study.claims)]
    p = np.array([np.nan if m is None or m.p is None else m.p for m in measured])
    adjusted = adjust_p(p, survey.study.report.adjust)
    measured = [
        m.adjusted(float(a)) if m is not None and np.isfinite(a) else m
        for m, a in zip(measured, adjusted, strict=True)
    ]
    names = names_of(survey)
    return tuple(
        Checked(entry, m, _row(entry, m, names))
        for entry, m in zip(survey.study.claims, measured, strict=True)
    )


def names_of(survey: SurveyData) -> tuple[str, ...]:
    """Labels of subjects, samples and derived groups: names in a text, never words or numbers to be licensed.

    A label that is a general noun ("Consumers") stays a word: as a subject it says more than a sample.
    """
    study = survey.study
    subjects = [label for s in study.codebook.subjects.values() for label in s.labels.values()]
    samples = [study.sample_of(n).label for n in study.samples.members] if study.samples else []
    groups = [label for levels in study.derived.values() for label in levels]
    phrases = [p for s in study.codebook.subjects.values() for p in s.phrases.values()]
    every = dict.fromkeys(x for x in (*subjects, *samples, *groups, *phrases) if x)
    return tuple(x for x in every if not general(x))


def general(name: str) -> bool:
    """Whether a name is a general noun, such as "consumers" or "women", that needs a licence as a subject.

    Examples
    --------
    >>> general("Consumers"), general("average consumers")
    (True, False)
    """
    return find("people").pattern.fullmatch(name) is not None


def _measured(bench: Bench, entry: ClaimEntry, path: str) -> Measured | None:
    with declared_at(path):
        try:
            return measure(bench, says_of(entry))
        except EmptyDomainError:
            return None


def _row(entry: ClaimEntry, m: Measured | None, names: tuple[str, ...]) -> dict[str, Any]:
    start = {"claim": entry.text, "says": written(entry)}
    if m is None:
        return start | {
            "kind": says_of(entry).form, "holds": False, "verdict": "cannot be checked",
            "reason": "nobody is in its base", "licence": "", "instead": "", "unit": "", "base": "",
        }  # fmt: skip
    judged = judge(m)
    facts = facts_for(m)
    read = said(entry.text, m, facts, names)
    n, effective = _people(m, facts)
    verdict, reason = _together(m.says.form, judged, read)
    return start | {
        "kind": m.says.form,
        "estimate": judged.estimate,
        "conf_low": judged.low,
        "conf_high": judged.high,
        "unit": judged.unit,
        "n": n,
        "n_effective": effective,
        "base": _base(m),
        "p_adjusted": m.p,
        "licence": "; ".join(dict.fromkeys((judged.licence, *(x.replace("|", ", ") for x in read.licences)))),
        "holds": verdict == "supported",
        "verdict": verdict,
        "reason": reason,
        "instead": "; ".join(dict.fromkeys(x for x in (judged.instead, *read.instead) if x)),
    }


def _together(form: str, judged: Judged, read: Said) -> tuple[Verdict, str]:
    """The graver of the verdict on the numbers and the one on the text."""
    told = () if judged.verdict == "supported" else SPOKEN.get(form, ())
    reason = "; ".join((judged.reason, *(r for kind, r in read.reasons if kind not in told)))
    if judged.verdict != "supported" or not read.reasons:
        return judged.verdict, reason
    return ("unsupported" if read.wrong_number else "overclaimed"), reason


def _people(m: Measured, facts: tuple[Facts, ...]) -> tuple[float | None, float | None]:
    """The base of the estimate: of a comparison the people in it, else the smallest."""
    if m.test is not None:
        return value_of(row_of(m.test), "n"), None
    if m.largest is not None:
        rows = spoken(m).rows
        return float(rows["n"].sum()), float(rows["n_effective"].sum())
    least = min(facts, key=lambda f: f.base)
    return least.n, least.n_effective


def _base(m: Measured) -> str:
    result = spoken(m)
    texts = list(dict.fromkeys(subject(x, result.provenance) for x in result.bases))
    if len(texts) > 2:
        return f"{texts[0]}, and each of {count(len(texts) - 1)} others"
    return "; ".join(texts)


def _titles(survey: SurveyData, checked: tuple[Checked, ...]) -> list[dict[str, Any]]:
    """Titles in the report that hold a word which neither a claim's facts nor the sample license: the same checker."""
    told = survey.study.report
    sample = provenance(survey, None, survey.frame.weight > 0)
    facts = Facts(
        kind=sample.sample_kind, generalize=sample.generalize, labels=names_of(survey),
        randomised=survey.study.design.randomised or None,
    )  # fmt: skip
    known = [replace(f, labels=facts.labels) for c in checked if c.measured for f in facts_for(c.measured)]
    texts = {"report.title": told.title, "report.subtitle": told.subtitle}
    for i, section in enumerate(told.sections):
        for kind, options in section.items():
            title = options.get("title") if isinstance(options, dict) else None
            if title:
                texts[f"report.sections[{i}].{kind}.title"] = str(title)
    out = []
    for path, text in texts.items():
        asks = text.rstrip().endswith("?")  # a question says nothing of its subject
        issues = [i for i in check_text(text, facts, *known) if not (asks and i.kind == "subject")]
        if issues:
            out.append(
                {
                    "claim": text, "says": path, "kind": "title", "licence": ", ".join(i.kind for i in issues),
                    "holds": False, "verdict": "overclaimed", "unit": "", "base": "",
                    "reason": "; ".join(f"“{i.word}”: {i.reason}" for i in issues),
                    "instead": "; ".join(dict.fromkeys(i.instead for i in issues)),
                }
            )  # fmt: skip
    return out
