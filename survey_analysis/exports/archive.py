"""`survey.archive`: one file for a repository: de-identified data, what they mean, results, and a check in R."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from survey_analysis.errors import ReportError
from survey_analysis.exports.archive_readme import readme
from survey_analysis.exports.check_r import check_files
from survey_analysis.exports.deidentify import OpenEnds, deidentify
from survey_analysis.exports.delimited import csv_files
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.lock import lock_text
from survey_analysis.exports.sav import sav_files
from survey_analysis.exports.study import lost_notes
from survey_analysis.exports.weighted import weighted_table
from survey_analysis.files import write_file
from survey_analysis.frames.data import SurveyData
from survey_analysis.readers.archive import DATA, FORMAT, MANIFEST, SCHEMA
from survey_analysis.results.exports import ExportRecord
from survey_analysis.runs.manifest import RUN_FILE
from survey_analysis.runs.read import NUMBERS, read_run, run_place

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold


def archive(
    survey: SurveyData, path: str | Path, *, run: str | Path | None = None, open_ends: OpenEnds = "dropped"
) -> ExportRecord:
    """Write one file to deposit: de-identified data, codebook, study file, results, versions, and a check in R.

    Personal columns are dropped, ids and sampling units replaced by running numbers, moments coarsened to days, open
    answers dropped. What was done, and that small cells were not treated, stands in its README and log.
    `sa.read("osf.zip")` opens it. The same inputs are the same bytes.

    Parameters
    ----------
    path : path
        A `.zip`.
    run : path, optional
        Folder of a report or of tables, whose numbers go with the data.
    open_ends : {"dropped", "scrubbed"}
        "scrubbed" keeps open answers without what looks like names, numbers, addresses and links; patterns find what
        they know, so read them before they are published. Codes given to open answers are kept either way.

    Returns
    -------
    ExportRecord
        What was done to the data; the same log is in the archive.

    Raises
    ------
    ReportError
        No `.zip`; a folder that cannot be written.
    DataError
        `run` holds no run.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> from tempfile import TemporaryDirectory
    >>> survey = sa.read(pd.DataFrame({"id": ["a7", "b2", "c9"], "q": ["yes", "no", "yes"]}), id="id")
    >>> with TemporaryDirectory() as folder:
    ...     record = survey.archive(f"{folder}/osf.zip")
    ...     again = sa.read(f"{folder}/osf.zip")
    >>> again.table.raw.column("id").tolist(), again.proportion("q").rows["estimate"].round(2).tolist()
    (['1', '2', '3'], [0.33, 0.67])
    """
    place = Path(path)
    if place.suffix.lower() != ".zip":
        raise ReportError(f"'{place.name}' is no archive.", hint='give a name that ends in ".zip".')
    if open_ends not in ("dropped", "scrubbed"):
        raise ReportError(f"open_ends = {open_ends!r} is not possible.", hint='"dropped" or "scrubbed".')
    files, log = archive_files(survey, run=run, open_ends=open_ends)
    write_file(place, zipped(files))
    return ExportRecord(place.name, len(survey), log)


def archive_files(
    survey: SurveyData, *, run: str | Path | None, open_ends: OpenEnds
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Content of every file of the archive by path, and the log."""
    table, notes = weighted_table(survey)
    safe = deidentify(table, open_ends)
    layout = layout_of(safe.table, questions=[*safe.questions, *safe.table.codebook.constructs])
    sav, said = sav_files(layout, "data.sav")
    check = check_files(survey, safe.questions)
    log = tuple(dict.fromkeys((*safe.log, *notes, *said, *lost_notes(layout))))
    files: dict[str, bytes | str] = {
        f"{DATA}/{n}": c for n, c in (*csv_files(layout, "data.csv").items(), *sav.items())
    }
    files |= {f"check/{n}": c for n, c in check.files.items()}
    files["study/study.json"] = survey.study.model_dump_json(indent=1, exclude={"source"}) + "\n"
    if survey.study.source:
        files["study/study.toml"] = survey.study.source
    files |= _results(run)
    files["log.txt"] = "\n".join(log) + "\n"
    files["README.txt"] = readme(
        survey.study, len(survey), safe, check, results=run is not None, open_ends=open_ends
    )
    raw = {n: c if isinstance(c, bytes) else c.encode() for n, c in files.items()}
    raw["lock.txt"] = lock_text(raw).encode()
    raw[MANIFEST] = _manifest(raw, simulated=survey.study.simulated).encode()
    return raw, log


def _results(run: str | Path | None) -> dict[str, bytes | str]:
    """Numbers of a run and what it was made from; no pages, which may quote."""
    if run is None:
        return {}
    read_run(run)
    place = run_place(Path(run))
    names = [RUN_FILE, *NUMBERS, "tests.csv"]
    return {f"results/{n}": (place / n).read_bytes() for n in names if (place / n).is_file()}


def _manifest(files: Mapping[str, bytes], *, simulated: bool) -> str:
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "simulated": simulated,
        "files": {
            n: {"bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in sorted(files.items())
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in sorted(files, key=lambda n: (n != MANIFEST, n)):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            made.writestr(entry, files[name], compresslevel=9)
    return out.getvalue()
