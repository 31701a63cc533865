"""`survey-analysis dry-run`: a study file on simulated respondents, before anybody is asked."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.prepare import check_folder
from survey_analysis.cli.terminal import Progress, emit, visible
from survey_analysis.planning.dry_run import dry_run


def run(arguments: argparse.Namespace) -> int:
    """Print what fails and what is thin; 1 when something fails."""
    if arguments.out:
        check_folder(Path(arguments.out))
    with Progress() as progress:
        progress("simulating respondents")
        found = dry_run(
            arguments.study, n=arguments.n, seed=arguments.seed, difference=arguments.difference / 100
        )
        written = found.save(arguments.out) if arguments.out else ()
    emit(visible(found.sentence()))
    emit()
    for _, row in found.rows.iterrows():
        if row["status"] in ("fails", "thin"):
            emit(visible(f"{row['status']:5}  {row['part']}: {row['what']}: {row['detail']}"))
            if row["status"] == "fails" and row["hint"]:
                emit(visible(f"       Hint: {row['hint']}"))
    for text in found.left_out:
        emit(visible(f"left out: {text}"))
    for path in written:
        emit(visible(str(path)))
    return 1 if len(found.fails) else 0
