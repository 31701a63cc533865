"""A built report as files: the document in each format, figures, tidy results, the resolved study."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from survey_analysis.errors import ReportError, closest
from survey_analysis.files import write_files
from survey_analysis.fonts import inert
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.built import BuiltReport
from survey_analysis.reporting.html import to_html
from survey_analysis.reporting.parts import Result
from survey_analysis.reporting.pdf import to_pdf
from survey_analysis.reporting.xlsx import to_xlsx
from survey_analysis.results.drivers import DriversData, PointsData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.jsonform import drivers_json, estimate_json, points_json, test_json
from survey_analysis.runs.manifest import RUN_FILE, run_manifest

FORMATS: dict[str, Callable[..., bytes | str]] = {"html": to_html, "pdf": to_pdf, "xlsx": to_xlsx}
"""Report formats by name; each turns a document into the content of one file."""


def report_files(
    built: BuiltReport,
    survey: SurveyData,
    name: str,
    *,
    formats: Sequence[str] = ("html", "pdf", "xlsx"),
    extras: bool = True,
    progress: Callable[[str], None] | None = None,
) -> dict[str, bytes | str]:
    """Content of every file, by path relative to the output folder.

    Parameters
    ----------
    formats : sequence of {"html", "pdf", "xlsx"}
    extras : bool
        Also figures (SVG, PNG), tidy results (CSV, JSON) and the resolved study.
    """
    tell = progress or (lambda _text: None)
    out: dict[str, bytes | str] = {}
    for form in formats:
        if form not in FORMATS:
            raise ReportError(f"There is no report format '{form}'.", hint=closest(form, FORMATS))
        tell(form)
        out[f"{name}.{form}"] = FORMATS[form](built.document)
    if not extras:
        return out
    tell("figures")
    for key, chart in built.charts.items():
        out[f"{name}/figures/{key}.svg"], out[f"{name}/figures/{key}.png"] = chart.slide()
    tell("results")
    out[f"{name}/results.csv"] = tidy_csv(built.results)
    for key, result in built.results.items():
        out[f"{name}/results/{key}.json"] = _json(result)
    out[f"{name}/{RUN_FILE}"] = run_manifest(survey, "report")
    out[f"{name}/study.json"] = survey.study.model_dump_json(indent=1, exclude={"source"})
    return out


def write_report(
    built: BuiltReport,
    survey: SurveyData,
    folder: Path,
    name: str,
    *,
    formats: Sequence[str] = ("html", "pdf", "xlsx"),
    extras: bool = True,
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write every file of a report, all or none.

    Raises
    ------
    ReportError
        An unknown format; a folder that cannot be written.
    """
    files = report_files(built, survey, name, formats=formats, extras=extras, progress=progress)
    return write_files(folder, files)


def tidy_csv(results: Mapping[str, Result]) -> str:
    """All results in one long table: `result, kind, unit, base_text`, then the tidy columns; unrounded.

    Control characters are left out; texts that a spreadsheet would take for a formula are prefixed with
    an apostrophe.
    """
    frames = [_tidy(name, result) for name, result in results.items()]
    return frames_csv(frames) if frames else ""


def frames_csv(frames: Sequence[pd.DataFrame]) -> str:
    """Tidy frames under each other, unrounded; texts are made safe for a spreadsheet."""
    columns = list(dict.fromkeys(c for f in frames for c in f.columns))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for frame in frames:
        for row in frame.to_dict("records"):
            writer.writerow([_cell(row.get(c, "")) for c in columns])
    return buffer.getvalue()


def _json(result: Result) -> str:
    if isinstance(result, DriversData):
        return drivers_json(result)
    if isinstance(result, PointsData):
        return points_json(result)
    return estimate_json(result) if isinstance(result, EstimateData) else test_json(result)


def _kind(result: Result) -> str:
    if isinstance(result, DriversData | PointsData):
        return "drivers" if isinstance(result, DriversData) else "driver points"
    return result.topic.statistic if isinstance(result, EstimateData) else result.kind


def _unit(result: Result) -> str:
    """What the numbers are in; nothing for a test of several levels, which estimates nothing."""
    if isinstance(result, DriversData | PointsData):
        return "share"
    return "" if "estimate" not in result.rows else result.topic.unit


def _tidy(name: str, result: Result) -> pd.DataFrame:
    frame = result.rows.copy()
    frame.insert(0, "result", name)
    frame.insert(1, "kind", _kind(result))
    frame.insert(2, "unit", _unit(result))
    each = len(frame) // max(len(result.bases), 1)  # drivers have several rows a base
    frame["base_text"] = [text for text in result.bases for _ in range(each)]
    frame["simulated"] = int(result.simulated)
    return frame


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else repr(float(value))  # noqa: PLR0124  NaN is not itself
    text = inert(str(value))
    return (
        "'" + text
        if text[:1] in ("=", "+", "@", "\t", "\r") or (text[:1] == "-" and not _is_number(text))
        else text
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
