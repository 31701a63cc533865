"""Written and read back: by `sa.read`, and by readers of others (pyreadstat, R haven, pandas, pyarrow)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import survey_analysis as sa
from exports.same import assert_same, told, variables
from survey_analysis.exports.codes import number_of
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.parquet import KEY
from survey_analysis.exports.sav_columns import numbered
from survey_analysis.exports.sav_names import legal_names
from survey_analysis.frames.variables import Categorical, Multiple, Numeric

SURVEYS = ("small_founding", "masculinity", "tracker", "tracker_wave", "star_wars")


@pytest.fixture(params=SURVEYS)
def survey(request) -> sa.Survey:
    return request.getfixturevalue(request.param)


def test_csv_reads_back_the_same(survey, tmp_path) -> None:
    survey.export(tmp_path / "out.csv")
    again = sa.read(tmp_path / "out.toml")
    assert_same(survey, again)
    assert again.study.sample == survey.study.sample
    assert np.allclose(again.frame.weight, survey.frame.weight, rtol=1e-12)
    assert again.frame.n_strata == survey.frame.n_strata


def test_csv_as_pandas_sees_it(survey, tmp_path) -> None:
    survey.export(tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    layout = layout_of(survey.table)
    assert frame.columns.tolist() == [c.name for c in layout.columns]
    for column in layout.columns:
        assert frame[column.name].tolist() == column.cells.tolist(), column.name


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_sav_as_pyreadstat_sees_it(survey, tmp_path, ending) -> None:
    survey.export(tmp_path / f"out.{ending}")
    frame, meta = pyreadstat.read_sav(str(tmp_path / f"out.{ending}"), user_missing=True)
    layout = layout_of(survey.table)
    names = legal_names(c.name for c in layout.columns)
    assert frame.columns.tolist() == list(names.values())
    for column in map(numbered, layout.columns):
        name = names[column.name]
        if column.stored in ("coded", "number"):
            expected = np.array([float(t) if t else np.nan for t in column.cells])
            assert np.array_equal(frame[name].to_numpy(dtype=float), expected, equal_nan=True), name
            labels = meta.variable_value_labels.get(name, {})
            for code, label in (*column.values, *((m.code, m.label) for m in column.missing)):
                if number_of(label) is None:
                    assert label.startswith(labels[float(code)].rstrip("…")), name
            spans = meta.missing_ranges.get(name, [])
            for missing in column.missing:
                assert any(s["lo"] <= float(missing.code) <= s["hi"] for s in spans), (name, missing)
            for code, _ in column.values:
                assert not any(s["lo"] <= float(code) <= s["hi"] for s in spans), (name, code)
        elif column.stored == "text" and not column.missing:
            assert [t.rstrip(" ") for t in column.cells] == frame[name].tolist(), name
        assert meta.variable_measure[name] == column.measure
        if column.label:
            assert column.label.startswith(meta.column_names_to_labels[name].rstrip("…"))
    assert len(meta.mr_sets) == sum(len(s.columns) > 1 for s in layout.sets)
    for found, own in zip(layout.sets, meta.mr_sets.values(), strict=True):
        assert own["variable_list"] == [names[c] for c in found.columns]
        assert own["counted_value"] == 1


def test_sav_reads_back_the_same(survey, tmp_path) -> None:
    """Without a study file: what the labels, missing codes and sets of the file itself say."""
    survey.export(tmp_path / "out.sav")
    again = sa.read(tmp_path / "out.sav")
    layout = layout_of(survey.table)
    for name, subject, before in variables(survey):
        column = next(c for c in layout.columns if (c.question, c.subject) == (name, subject))
        reverse = survey.table.question(name).reverse
        if isinstance(before, Multiple):
            found = next(s for s in layout.sets if column.name in s.columns)
            after = again.table.variable(found.name)
            assert told(before) == told(after), name
        elif isinstance(before, Categorical):
            after = again.table.variable(column.name)
            labels = [(m, a and a[1]) for m, a in told(before, reverse=reverse)]
            assert labels == [(m, a and a[1]) for m, a in told(after)], name
            if not any(number_of(a.code) is None for a in before.scale.answers):
                assert told(before, reverse=reverse) == told(after), name
        elif isinstance(before, Numeric):
            after = again.table.variable(column.name)
            numbers = after.values()
            assert np.array_equal(before.numbers, numbers, equal_nan=True), name
            assert np.array_equal(before.missing, after.missing), name
        else:
            cells = again.table.raw.column(column.name).tolist()
            texts = ["" if m else t.rstrip(" ") for t, m in zip(before.texts, before.missing, strict=True)]
            assert cells == texts, name


def test_parquet_as_pandas_and_pyarrow_see_it(survey, tmp_path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    survey.export(tmp_path / "out.parquet")
    layout = layout_of(survey.table)
    frame = pd.read_parquet(tmp_path / "out.parquet")
    assert_same(survey, sa.read(frame, study=tmp_path / "out.parquet.toml"))
    assert_same(survey, sa.read(tmp_path / "out.parquet.toml"))
    schema = parquet.read_schema(tmp_path / "out.parquet")
    for column in layout.columns:
        about = json.loads(schema.field(column.name).metadata[KEY])
        assert about.get("values", {}) == dict(column.values)
        assert {c: m["kind"] for c, m in about.get("missing", {}).items()} == {
            m.code: m.kind for m in column.missing
        }
        assert about.get("label", "") == column.label
        if column.stored == "coded" and all(number_of(c) is not None for c, _ in column.values):
            assert str(schema.field(column.name).type) == "int64", column.name


def test_sav_as_r_haven_sees_it(masculinity, tmp_path) -> None:
    """A third reader: counts of labelled answers and user-missing codes of some questions."""
    if not shutil.which("Rscript"):
        pytest.skip("Rscript is not installed.")
    masculinity.export(tmp_path / "out.sav")
    script = (
        'if (!requireNamespace("haven", quietly = TRUE)) quit(status = 9)\n'
        f'd <- haven::read_sav("{tmp_path / "out.sav"}", user_na = TRUE)\n'
        "cat(nrow(d), ncol(d), sum(d$weight), '\\n')\n"
        "t <- table(as.character(haven::as_factor(d$manly))); cat(names(t)[1], t[1], '\\n')\n"
        "cat(attr(d$q0010_0001, 'na_values'), sum(is.na(d$q0010_0001)), sum(d$q0010_0001 == 1, na.rm = TRUE), '\\n')\n"
    )
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    if done.returncode == 9:
        pytest.skip("R package haven is not installed.")
    first, second, third = done.stdout.strip().splitlines()
    rows, columns, weight = first.split()
    layout = layout_of(masculinity.table)
    assert (int(rows), int(columns)) == (len(masculinity), len(layout.columns))
    assert float(weight) == pytest.approx(masculinity.frame.weight.sum(), rel=1e-5)
    name, n = second.strip().rsplit(" ", 1)
    assert int(n) == int(masculinity.table.variable("manly").equals(name).sum())
    cells = layout.column("q0010_0001").cells
    code, gone, chosen = third.split()
    assert code == "-1"
    assert int(gone) == int(
        (~masculinity.table.variable("advantages").known()).sum()
    )  # haven: also user-missing
    assert int(chosen) == int((cells == "1").sum())


def test_same_data_are_the_same_bytes(survey, tmp_path) -> None:
    for ending in ("sav", "zsav", "csv", "parquet"):
        for folder in ("a", "b"):
            survey.export(tmp_path / folder / f"out.{ending}")
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_dates_numbers_and_texts_of_undeclared_columns(frame, tmp_path) -> None:
    survey = sa.read(frame, weight="w")
    for ending in ("sav", "csv", "parquet"):
        survey.export(tmp_path / f"out.{ending}")
    read, meta = pyreadstat.read_sav(str(tmp_path / "out.sav"))
    assert [None if pd.isna(x) else str(x) for x in read["day"]] == ["2024-03-01", None, "2024-03-03"]
    assert meta.original_variable_types["at"].startswith("DATETIME")
    assert read["w"].tolist() == frame["w"].tolist()
    assert read["spent"].tolist()[::2] == [1.25, 1e-9]
    assert read["why"].tolist() == frame["why"].tolist()  # a formula stays the answer that it was
    again = sa.read(tmp_path / "out.toml")
    for column in frame.columns:
        assert again.table.raw.column(column).tolist() == survey.table.raw.column(column).tolist()
    parquet = pd.read_parquet(tmp_path / "out.parquet")
    assert str(parquet["at"].iloc[1]) == "2024-03-02 09:10:11"
    assert str(parquet["day"].iloc[0]) == "2024-03-01"


def test_weights_made_by_weighting_are_a_column(small_founding, tmp_path) -> None:
    weighted = small_founding.rake(
        {"sex": {"Woman": 0.5, "Man": 0.48, "In another way": 0.02}}, where="sex is not missing"
    )
    record = weighted.export(tmp_path / "out.csv")
    assert any("taken as fixed" in note for note in record.notes)
    again = sa.read(tmp_path / "out.toml")
    assert again.study.design.weight == "analysis_weight"
    assert np.allclose(again.frame.weight, weighted.frame.weight, rtol=1e-15)
    before, after = (s.proportion("sex", where="sample == 'consumer'") for s in (weighted, again))
    assert np.allclose(before.rows["estimate"], after.rows["estimate"], rtol=1e-12)


def test_files_of_spss_come_back(shared, tmp_path) -> None:
    """A file of SPSS, read, written and read: sets and missing codes are those of the first."""
    first = sa.read(Path(shared("file-samples", "simple_alltypes.sav")))
    first.export(tmp_path / "out.sav")
    second = sa.read(tmp_path / "out.sav")
    for name in ("x", "z", "mymrset", "categorical_array"):
        assert told(first.table.variable(name)) == told(second.table.variable(name)), name
    assert second.table.raw.column("date").tolist() == first.table.raw.column("date").tolist()
