"""Section 1: three to six findings in declared order, and what this does not show."""

from __future__ import annotations

from dataclasses import replace

from survey_analysis.reporting.document import Callout, KeyFinding, Paragraph, Run
from survey_analysis.reporting.findings import Finding, Findings
from survey_analysis.reporting.parts import Collector, Part
from survey_analysis.results.test import TestData
from survey_analysis.wording.comparisons import difference_sentence
from survey_analysis.wording.levels import printed, sentence
from survey_analysis.wording.limits import LimitFacts, not_shown
from survey_analysis.wording.lines import adjustment_line, base_line
from survey_analysis.wording.numbers import count, p_value, ratio
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import largest_from, sentence_up_to


def findings_part(found: Findings, facts: LimitFacts | None) -> Part:
    """One page: sentence, figure, base line for each finding."""
    out = Collector("findings", "Findings")
    if found.headline is not None and found.headline_all is not None:
        out.add(_headline(out, found))
        out.results["headline"] = found.headline
    for finding in found.findings:
        out.add(_finding(out, finding, found.focus))
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
    kind = "headline" if shown.topic.unit == "share" and shown.topic.answers else "dots"
    figure = out.figure("headline", shown, kind, **style)
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
    i, own = _spoken(finding.test, finding.focus or focus)
    row = row_of(finding.test, i)
    figure = out.figure(
        f"finding-{name}", _drawn(finding.test, row, focus=finding.focus or focus), "differences"
    )
    p = value_of(row, "p_adjusted")
    base = "same people" if row["base"] == "common" else "own base"
    line = (
        f"{base_line(finding.test)} Worded from: {base}, n = {count(row['n'])}. "
        f"{adjustment_line(finding.test)}; adjusted p {p_value(p) if p is not None else 'not available'}."
    )
    return KeyFinding(sentence=difference_sentence(finding.test, i, own=own), base_line=line, figure=figure)


def _drawn(test: TestData, row: dict[str, object], *, focus: str) -> TestData:
    """What a small figure can hold: all pairs of one question, the spoken pair of several."""
    if not focus or not any(d.name == "construct" for d in test.dims):
        return test
    mask = ((test.rows["a"] == row["a"]) & (test.rows["b"] == row["b"])).to_numpy()
    bases = tuple(b for b, m in zip(test.bases, mask, strict=True) if m)
    return replace(test, rows=test.rows[mask].reset_index(drop=True), bases=bases, vcov=None)


def _spoken(test: TestData, focus: str) -> tuple[int, int | None]:
    """The comparison a finding is worded from: the focus on the same people, else the first one."""
    rows = test.rows.reset_index(drop=True)
    labels = {label for d in test.dims for key, label in d.levels if key == focus}
    order = [i for i in range(len(rows)) if rows["base"].iat[i] == "common"] or list(range(len(rows)))
    chosen = next((i for i in order if rows["a"].iat[i] in labels), order[0])
    same = [
        i
        for i in range(len(rows))
        if rows["base"].iat[i] == "own"
        and all(
            rows[c].iat[i] == rows[c].iat[chosen]
            for c in rows
            if c in ("a", "b", "level", *[d.name for d in test.dims])
        )
    ]
    own = same[0] if same and same[0] != chosen else None
    return chosen, own


def _ratio(out: Collector, finding: Finding) -> KeyFinding:
    e = finding.extremes
    assert e is not None  # noqa: S101  the caller checked
    what = "recommendations a week"
    figure = (
        out.figure(f"finding-{finding.name}", finding.ratios, "ratios")
        if finding.ratios is not None
        else None
    )
    text = sentence_up_to(
        largest_from(e),
        finding.estimate.provenance,
        subject_a=f"Members of the {e.a.lower()}" if "network" in e.a.lower() else e.a,
        subject_b=f"the {e.b.lower()} sample",
        what=what,
    )
    return KeyFinding(
        sentence=text,
        base_line=f"{base_line(finding.estimate)} Ratios of weighted mean counts; simultaneous interval over "
        f"{e.categories} categories.",
        figure=figure,
        number=f"{ratio(e.largest)} times",
    )
