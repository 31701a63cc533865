"""Robustness: the headline and every finding under the analysis paths that the study file declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.document import BulletList, Paragraph, TableBlock
from survey_analysis.reporting.findings import Finding, Findings
from survey_analysis.reporting.parts import Collector, Part
from survey_analysis.reporting.section_findings import spoken
from survey_analysis.results.robustness import RobustnessData, Target
from survey_analysis.robustness.bench import Bench
from survey_analysis.robustness.judge import summary
from survey_analysis.robustness.measure import finding_measure, headline_measure
from survey_analysis.robustness.verb import follow
from survey_analysis.study.place import declared_at
from survey_analysis.tables.robustness import targets_table
from survey_analysis.typing import FloatArray
from survey_analysis.wording.numbers import count
from survey_analysis.wording.phrases import in_sentence, listed, measured
from survey_analysis.wording.precision import row_of
from survey_analysis.wording.robustness import (
    decision_text,
    held_line,
    left_out_text,
    sensitive_text,
    target_sentence,
)

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Followed:
    """One number of the findings page over the paths, and the comparison its sentence speaks of."""

    name: str
    paths: RobustnessData
    spoken: Target


def follow_all(survey: SurveyData, found: Findings, progress: Progress | None = None) -> tuple[Followed, ...]:
    """Headline and findings on the declared paths; nothing when the study file declares none.

    Findings keep their declared family: on each path the comparisons of the other findings stay as declared.
    """
    told = survey.study.report
    over: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in told.robustness.items()}
    if not over:
        return ()
    bench = Bench(survey)
    out = []
    with declared_at("report.robustness"):
        if found.headline is not None and found.headline.topic.unit == "share":
            measure = headline_measure(survey)
            paths = follow(bench, measure, over, lenient=True, progress=progress)
            out.append(Followed("headline", paths, paths.targets[0]))
        for i, (entry, finding) in enumerate(zip(told.findings, found.findings, strict=True)):
            if finding.test is None:
                continue
            measure = finding_measure(entry, f"report.findings[{i}]")
            paths = follow(
                bench, measure, over, adjust=told.adjust, others=_others(found, finding), lenient=True,
                progress=progress,
            )  # fmt: skip
            out.append(Followed(finding.name, paths, _spoken_target(paths, finding, found.focus)))
    return tuple(out)


def _others(found: Findings, mine: Finding) -> Mapping[str, FloatArray]:
    """p-values of all declared comparisons but those of one finding, by base."""
    tests = [f.test for f in found.findings if f.test is not None and f is not mine]
    out: dict[str, FloatArray] = {}
    for base in ("own", "common"):
        p = [t.rows.loc[t.rows["base"] == base, "p_value"].to_numpy(dtype=np.float64) for t in tests]
        out[base] = np.concatenate(p) if p else np.zeros(0)
    return out


def _spoken_target(paths: RobustnessData, finding: Finding, focus: str) -> Target:
    assert finding.test is not None  # noqa: S101  the caller checked
    row = row_of(finding.test, spoken(finding.test, finding.focus or focus)[0])
    labels = {str(v) for v in row.values()}
    fitting = [t for t in paths.targets if t.a == row["a"] and t.b == row["b"]]
    return next((t for t in fitting if t.within in labels), fitting[0])


def notes(followed: tuple[Followed, ...]) -> dict[str, str]:
    """What findings are sensitive to, by name; only those that are."""
    return {f.name: held_line(f.paths, f.spoken) for f in followed if sensitive_text(f.paths, f.spoken)}


def robust_in(followed: tuple[Followed, ...]) -> tuple[int, int] | None:
    """In how many paths the headline holds, and of how many."""
    for f in followed:
        if f.name == "headline":
            row = summary(f.paths).iloc[0]
            return int(row["same"]), int(row["paths"])
    return None


def robustness_part(followed: tuple[Followed, ...]) -> Part:
    """What was varied, one sentence a finding, the strip of the first comparison, a table a finding."""
    out = Collector("robustness", "Robustness")
    if not followed:
        return out.done("the study file declares no analysis paths")
    most = max(f.paths.paths for f in followed)
    out.add(
        Paragraph(
            "The headline and the findings were computed again on every crossing of choices that another analyst "
            f"could defend: up to {count(most)} analysis paths each.",
            "lead",
        ),
        BulletList(tuple(target_sentence(f.paths, f.spoken) for f in followed)),
    )
    drawn = next((f for f in followed if f.paths.kind == "difference"), followed[0])
    out.add(out.figure("robustness", drawn.paths, "robustness", target=drawn.spoken.name))
    for f in followed:
        out.add(TableBlock(targets_table(f.paths, id_=f"table-robustness-{f.name.replace('_', '-')}")))
    widest = max(followed, key=lambda f: f.paths.paths)
    out.add(
        Paragraph("The choices, the declared one first:", "small"),
        BulletList(tuple(decision_text(d) for d in widest.paths.varied)),
        Paragraph(_left_out(followed), "small"),
    )
    return out.done()


def _left_out(followed: tuple[Followed, ...]) -> str:
    """What was not varied and why, number by number; and what a share of paths is not."""
    said = []
    for f in followed:
        parts = [left_out_text(x.dimension, x.choice, x.why) for x in f.paths.left_out]
        parts += [f"{x.choice} (not computed: {in_sentence(x.why)})" for x in f.paths.failed]
        if parts:
            level = ", level" if f.paths.kind == "level" else ""
            said.append(f"Not varied for {in_sentence(measured(f.paths.topic))}{level}: {listed(parts)}.")
    return " ".join([*dict.fromkeys(said), "Ratios were not followed. A share of paths is no probability."])
