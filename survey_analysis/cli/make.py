"""Build a report, write its files, say where they are, and end with the headline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from survey_analysis.cli.options import PROGRAM
from survey_analysis.cli.prepare import check_folder, prepared, title_line
from survey_analysis.cli.terminal import Progress, emit, tell, visible
from survey_analysis.plurals import counted
from survey_analysis.reporting.build import build_report
from survey_analysis.reporting.built import BuiltReport
from survey_analysis.reporting.write import write_report
from survey_analysis.survey import Survey
from survey_analysis.wording.levels import sentence
from survey_analysis.wording.lines import source_line
from survey_analysis.wording.numbers import count
from survey_analysis.wording.phrases import SIMULATED

_WHAT = {
    "html": "the report, one self-contained page",
    "pdf": "the report, tagged for screen readers",
    "xlsx": "its tables as a workbook",
}


def make(study: Path, data: str | None, folder: Path, name: str, formats: Sequence[str]) -> int:
    """Read, clean, weight, report and write; the last line printed is the headline."""
    check_folder(folder)
    with Progress() as progress:
        survey = prepared(study, data, progress)
        built = build_report(survey, progress=lambda part: progress(f"estimating: {part}"))
        written = write_report(
            built, survey, folder, name, formats=formats, progress=lambda part: progress(f"writing: {part}")
        )
    tell("\n".join(_before(survey)), after="")
    emit("\n".join(listing(written, folder, name)))
    last = headline(built)
    if last:
        emit()
        tell(last, after="")
    return 0


def _before(survey: Survey) -> list[str]:
    """What was read, kept and weighted, in few lines."""
    lines = [title_line(survey)]
    boxes = [step for _, steps in survey.flow.samples for step in steps] if survey.flow else []
    received = sum(step.n for step in boxes if step.kind == "received")
    lines.append(f"{count(received)} responses received, {count(len(survey))} kept after cleaning.")
    lines += [
        f"Weighted: {visible(w.statement)}; effective base {count(w.n_effective)} of {count(w.n)}."
        for w in survey.weighting
    ]
    return [*lines, ""]


def listing(written: Sequence[Path], folder: Path, name: str) -> list[str]:
    """Where the files are: each document on a line, the rest by folder.

    Examples
    --------
    >>> files = [Path("out/a.html"), Path("out/a/figures/x.svg"), Path("out/a/figures/x.png")]
    >>> for line in listing(files, Path("out"), "a"):
    ...     print(line)
    out/a.html      the report, one self-contained page
    out/a/figures/  1 figure in PNG and SVG
    """
    rows = [(str(f), _WHAT[f.suffix[1:]]) for f in written if f.parent == folder]
    figures = [f for f in written if f.parent == folder / name / "figures"]
    if figures:
        kinds = Counter(f.suffix[1:].upper() for f in figures)
        n = max(kinds.values())
        rows.append(
            (
                f"{folder / name / 'figures'}/",
                f"{n} figure{'s' if n > 1 else ''} in {' and '.join(sorted(kinds))}",
            )
        )
    if folder / name / "results.csv" in written:
        rows.append((str(folder / name / "results.csv"), "every estimate and test, unrounded"))
    results = [f for f in written if f.parent == folder / name / "results"]
    if results:
        rows.append(
            (
                f"{folder / name / 'results'}/",
                f"the same with covariances, {counted(len(results), 'file')} in JSON",
            )
        )
    if folder / name / "study.json" in written:
        rows.append((str(folder / name / "study.json"), "the study as it was resolved"))
    if folder / name / "run.json" in written:
        rows.append((str(folder / name / "run.json"), f"what the run was made from, for {PROGRAM} diff"))
    longest = max(len(place) for place, _ in rows)
    return [f"{visible(place):<{longest}}  {what}" for place, what in rows]


def headline(built: BuiltReport) -> str:
    """The headline as a sentence with interval, base and source; "" when the study declares none."""
    found = built.findings.headline if built.findings is not None else None
    if found is None:
        return ""
    said = sentence(found).removesuffix(SIMULATED).rstrip()  # the source line says it once more
    return visible(f"{said} {source_line(found.provenance)}")
