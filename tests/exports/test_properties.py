"""Any codebook: written and read back, every answer, label and reason for none is what it was."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyreadstat
from hypothesis import HealthCheck, given, settings

import survey_analysis as sa
from exports.codebooks import surveys
from exports.same import assert_same, told, variables
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.sav_columns import numbered
from survey_analysis.exports.sav_names import legal_names
from survey_analysis.frames.variables import Categorical, Multiple

RUNS = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@RUNS
@given(surveys())
def test_csv_and_parquet(drawn) -> None:
    frame, study = drawn
    survey = sa.read(frame, study=study)
    with TemporaryDirectory() as folder:
        survey.export(Path(folder) / "out.csv")
        assert_same(survey, sa.read(Path(folder) / "out.toml"))
        survey.export(Path(folder) / "out.parquet")
        import pandas as pd

        again = sa.read(
            pd.read_parquet(Path(folder) / "out.parquet"), study=Path(folder) / "out.parquet.toml"
        )
        assert_same(survey, again)


@RUNS
@given(surveys())
def test_sav(drawn) -> None:
    frame, study = drawn
    survey = sa.read(frame, study=study)
    layout = layout_of(survey.table)
    names = legal_names(c.name for c in layout.columns)
    with TemporaryDirectory() as folder:
        survey.export(Path(folder) / "out.sav")
        read, meta = pyreadstat.read_sav(f"{folder}/out.sav", user_missing=True)
        again = sa.read(Path(folder) / "out.sav")
    assert read.columns.tolist() == list(names.values())
    for column in map(numbered, layout.columns):
        if column.stored in ("coded", "number"):
            values = read[names[column.name]].to_numpy(dtype=float)
            expected = np.array([float(t) if t else np.nan for t in column.cells])
            assert np.array_equal(values, expected, equal_nan=True)
    assert len(meta.mr_sets) == len([s for s in layout.sets if len(s.columns) > 1])
    for name, subject, before in variables(survey):
        column = next(c for c in layout.columns if (c.question, c.subject) == (name, subject))
        spans = meta.missing_ranges.get(names[column.name], [])
        held = all(any(s["lo"] <= float(m.code) <= s["hi"] for s in spans) for m in numbered(column).missing)
        if isinstance(before, Categorical) and held:
            after = told(again.table.variable(names[column.name]))
            assert [m for m, _ in after] == [m for m, _ in told(before)], name
        if isinstance(before, Multiple) and len(before.options) > 1:
            found = next(s for s in layout.sets if column.name in s.columns)
            own = legal_names((s.name for s in layout.sets if len(s.columns) > 1), names.values(), 63)[
                found.name
            ]
            after = again.table.variable(own)
            assert [m for m, _ in told(before)] == [m for m, _ in told(after)]
            assert np.array_equal(before.chosen, after.chosen)
