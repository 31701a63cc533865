"""Section 1: three to six findings in declared order, and what this does not show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from survey_analysis.reporting.document import Callout, FigureBlock, KeyFinding, Paragraph, Run
from survey_analysis.reporting.findings import Finding, Findings
from survey_analysis.reporting.parts import Collector, Part
from survey_analysis.results.test import TestData
from survey_analysis.wording.alt import FigureKind
from survey_analysis.wording.comparisons import difference_sentence, pairs
from survey_analysis.wording.levels import printed, sentence
from survey_analysis.wording.limits import LimitFacts, not_shown
from survey_analysis.wording.lines import adjustment_line, base_line
from survey_analysis.wording.numbers import count, p_value, ratio
from survey_analysis.wording.phrases import capitalised
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import extremes_sentence


def findings_part(
    found: Findings, facts: LimitFacts | None, notes: Mapping[str, str] = MappingProxyType({})
) -> Part:
    """One page: sentence, figure, base line for each finding; `notes` say what one is sensitive to, by name."""
    out = Collector("findings", "Findings")
    if found.headline is not None and found.headline_all is not None:
        out.add(replace(_headline(out, found), note=notes.get("headline", "")))
        out.results["headline"] = found.headline
    for finding in found.findings:
        out.add(replace(_finding(out, finding, found.focus), note=notes.get(finding.name, "")))
    if found.planned:
        rest = found.planned - found.differed
        text = (
            f"{count(found.differed)} of {count(found.planned)} planned comparisons differed at 5% after adjustment"
            + (f"; {count(rest)} did not and stand in the tables." if rest else ".")
        )
        out.add(Paragraph(text, "small"))
    if facts is not None:
        lines = tuple((Run(f"{x.heading}. ", "strong"), Run(x.text)) for x in not_shown(facts))
        if lines:
            out.add(Callout("What this does not show", lines, "limits"))
    return out.done("" if out.blocks else "no headline and no findings are declared in the study file")


def _headline(out: Collector, found: Findings) -> KeyFinding:
    assert found.headline is not None  # noqa: S101  the caller checked
    assert found.headline_all is not None  # noqa: S101
    shown = found.headline_all
    style = {"focus": found.focus} if found.focus else {}
    kind: FigureKind = "headline" if shown.topic.unit == "share" and shown.topic.answers else "dots"
    figure = _small(out.figure("headline", shown, kind, **style))
    row = row_of(found.headline, 0)
    return KeyFinding(
        sentence=sentence(found.headline),
        base_line=base_line(found.headline),
        figure=figure,
        number=printed(row["estimate"], found.headline.topic.unit, found.headline.topic.statistic),
    )


def _finding(out: Collector, finding: Finding, focus: str) -> KeyFinding:
    name = finding.name
    out.results[f"finding-{name}"] = finding.estimate
    if finding.extremes is not None:
        return _ratio(out, finding)
    if finding.test is None:
        return KeyFinding(sentence=sentence(finding.estimate), base_line=base_line(finding.estimate))
    out.results[f"finding-{name}-test"] = finding.test
    i, own = spoken(finding.test, finding.focus or focus)
    row = row_of(finding.test, i)
    drawn = _drawn(finding.test, row, focus=finding.focus or focus)
    figure = _small(out.figure(f"finding-{name}", drawn, "differences"))
    return KeyFinding(
        sentence=difference_sentence(finding.test, i, own=own),
        base_line=_base(finding.test, i),
        figure=figure,
    )


def _base(test: TestData, i: int) -> str:
    """Base and n of the comparison spoken of, the test with its family, the adjusted p."""
    row = row_of(test, i)
    rows = test.rows.iloc[[i]].reset_index(drop=True)
    one = replace(test, rows=rows, bases=(test.bases[i],), vcov=None)
    p = value_of(row, "p_adjusted")
    which = "Same people" if row["base"] == "common" else "Own base"
    said = f"adjusted p {p_value(p)}" if p is not None else "no test statistic"
    return f"{base_line(one)} {which}. {capitalised(adjustment_line(test))}; {said}."


def _small(figure: FigureBlock) -> FigureBlock:
    """A finding states base and source once, in its own line: only what the marks need stays."""
    return replace(figure, source="")


def _drawn(test: TestData, row: dict[str, object], *, focus: str) -> TestData:
    """What a small figure can hold: all pairs of one question, the spoken pair of several."""
    if not focus or not any(d.name == "construct" for d in test.dims):
        return test
    mask = ((test.rows["a"] == row["a"]) & (test.rows["b"] == row["b"])).to_numpy()
    bases = tuple(b for b, m in zip(test.bases, mask, strict=True) if m)
    return replace(test, rows=test.rows[mask].reset_index(drop=True), bases=bases, vcov=None)


def spoken(test: TestData, focus: str) -> tuple[int, int | None]:
    """The comparison a finding is worded from (the focus, else the first), and its own-base row."""
    labels = {label for d in test.dims for key, label in d.levels if key == focus}
    found = pairs(test)
    names = test.rows["a"].tolist()
    return next(((i, own) for i, own in found if names[i] in labels), found[0])


def _ratio(out: Collector, finding: Finding) -> KeyFinding:
    e = finding.extremes
    assert e is not None  # noqa: S101  the caller checked
    figure = None
    if finding.ratios is not None:
        figure = _small(out.figure(f"finding-{finding.name}", finding.ratios, "ratios"))
    return KeyFinding(
        sentence=extremes_sentence(e, finding.what),
        base_line=f"{base_line(finding.estimate)} Ratios of weighted mean counts; simultaneous interval over "
        f"{e.categories} categories.",
        figure=figure,
        number=f"{ratio(e.largest)} times",
    )
