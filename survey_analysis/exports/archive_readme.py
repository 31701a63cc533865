"""`README.txt` of an archive."""

from __future__ import annotations

from textwrap import fill

from survey_analysis.exports.check_r import Check
from survey_analysis.exports.deidentify import Deidentified, OpenEnds
from survey_analysis.exports.notes import listed
from survey_analysis.plurals import counted
from survey_analysis.study.study import Study

_WIDTH = 96
_FILES = (
    ("data/data.csv", "one row a respondent, codes as cells, UTF-8"),
    ("data/data.codebook.csv", "one row a column: question, wording, options, scale, routing"),
    ("data/data.toml", "study file of these data: samples, design, scales, missing codes"),
    ("data/data.sav", "the same for SPSS; data.sps has its multiple-response sets as syntax"),
    ("study/", "the study as it was analysed: study.json resolved, study.toml as written, if there was one"),
    ("log.txt", "what was done to the data, one sentence a line"),
    ("lock.txt", "versions of Python and packages, SHA-256 of every file"),
    ("manifest.json", "the files, for programs"),
)


def readme(
    study: Study, n: int, safe: Deidentified, check: Check, *, results: bool, open_ends: OpenEnds
) -> str:
    """Plain text for the stranger who finds the file."""
    lines = [study.about.title or study.name, "=" * min(len(study.about.title or study.name), _WIDTH), ""]
    if study.simulated:
        lines += ["SIMULATED DATA: no people were surveyed.", ""]
    lines += [
        _para(f"{study.name}: {counted(n, 'respondent')}, {counted(len(safe.questions), 'question')}."),
        "",
        "Files",
        "-----",
    ]
    lines += [f"{name:<24}{what}" for name, what in _FILES]
    if check.files:
        lines.append(f"{'check/':<24}R script, its table and our numbers")
    if results:
        lines.append(f"{'results/':<24}every number of the analysis, unrounded, and what it was made from")
    lines += ["", "What was done so that nobody is named", "-------------------------------------"]
    lines += [_item(x) for x in safe.log] or ["- Nothing had to be removed."]
    lines += ["", "What was not done", "-----------------"]
    lines += [_item(x) for x in _not_done(open_ends)]
    lines += [
        "",
        "To use it",
        "---------",
        'Python:  import survey_analysis as sa; survey = sa.read("THIS.zip")',
    ]
    if check.files:
        lines += ["R:       Rscript check/check.R    prints R's estimates over ours; 1 means the same"]
        lines += [
            "",
            _para(
                f"The check recomputes shares (top two boxes of rating scales) and means: {listed(check.questions)}."
            ),
        ]
        if check.without:
            lines.append(_para(f"Without a check in R: {listed(check.without)}."))
    return "\n".join(lines) + "\n"


def _not_done(open_ends: OpenEnds) -> list[str]:
    out = [
        "Small cells: rare answers together may still single somebody out. Nothing was swapped, merged or suppressed.",
        "The order of the rows is that of the file.",
        "Answers to closed questions are as given.",
    ]
    if open_ends == "scrubbed":
        out.append(
            "Open answers were scrubbed by patterns; a name in lower case stays. Read them before publishing."
        )
    return out


def _para(text: str) -> str:
    return fill(text, _WIDTH)


def _item(text: str) -> str:
    return fill(f"- {text}", _WIDTH, subsequent_indent="  ")
