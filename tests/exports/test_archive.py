"""Archives: R gives our numbers, nobody is named, nothing is trusted at opening."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from exports.same import told
from survey_analysis.errors import DataError, PersonalDataWarning, ReportError
from survey_analysis.exports.archive import zipped
from survey_analysis.readers import archive as reader

N = 40


def people() -> pd.DataFrame:
    """Respondents with everything that must not leave the house."""
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "rid": [f"R_{x}" for x in rng.permutation(N)],
            "mail": [f"person{i}@example.org" for i in range(N)],
            "RecipientEmail": [f"other{i}@example.org" for i in range(N)],
            "started": [f"2024-03-{1 + i % 28:02d} 08:{i % 60:02d}:11" for i in range(N)],
            "school": [f"School of Saint {chr(65 + i // 8)}" for i in range(N)],
            "likely": rng.integers(1, 6, N).astype(str),
            "sex": rng.choice(["w", "m"], N),
            "mobile": rng.choice(["1", "2"], N),
            "why": [f"I'm Marisol{i} and my number is 202-555-01{i:02d}, so there" for i in range(N)],
            "news_web": rng.choice(["1", "0"], N),
            "news_radio": rng.choice(["1", "0"], N),
            "spent": rng.gamma(2, 10, N).round(2),
            "w": rng.uniform(0.5, 2, N).round(4),
        }
    )


STUDY = {
    "study": {"name": "Trust", "title": "Whom do people trust?"},
    "sample": {"kind": "simulated"},
    "design": {"id": "rid", "weight": "w", "psu": "school"},
    "roles": {"personal": ["mail"], "started": "started"},
    "questions": {
        "likely": {"kind": "likert", "levels": [[str(i), f"level {i}"] for i in range(1, 6)]},
        "sex": {"levels": [["w", "Women"], ["m", "Men"]]},
        "mobile": {"levels": [["1", "Has a mobile"], ["2", "Has none"]]},
        "why": {"kind": "open", "text": "Why?"},
        "contact": {"kind": "open", "column": "RecipientEmail"},
        "news": {
            "kind": "multiple",
            "columns": ["news_web", "news_radio"],
            "text": "Where do you hear news?",
        },
        "spent": {"kind": "numeric", "valid_range": [0, 10000]},
    },
    "frames": {
        "reasons": {"question": "why", "codes": {"number": {"label": "A number", "words": ["number"]}}}
    },
}


@pytest.fixture
def survey() -> sa.Survey:
    with pytest.warns(PersonalDataWarning, match="'RecipientEmail'"):
        return sa.read(people(), study=STUDY)


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {e.filename: opened.read(e) for e in opened.infolist()}


@pytest.mark.parametrize("open_ends", ["dropped", "scrubbed"])
def test_nobody_is_named(survey, tmp_path, open_ends) -> None:
    survey.archive(tmp_path / "osf.zip", open_ends=open_ends)
    frame = people()
    secrets = [*frame["rid"], *frame["mail"], *frame["RecipientEmail"], *frame["school"].unique()]
    secrets += [f"Marisol{i}" for i in range(N)] + [f"555-01{i:02d}" for i in range(N)]
    secrets += [t[11:] for t in frame["started"]]
    for name, content in contents(tmp_path / "osf.zip").items():
        for secret in secrets:
            assert secret.encode() not in content, (name, secret)


def test_it_reads_back(survey, tmp_path) -> None:
    survey.archive(tmp_path / "osf.zip", open_ends="scrubbed")
    again = sa.read(tmp_path / "osf.zip")
    for name in ("likely", "sex", "mobile", "news", "spent", "reasons"):
        assert told(again.table.variable(name)) == told(survey.table.variable(name)), name
    assert again.table.variable("why").texts[0] == "I'm [name] and my number is [number], so there"
    assert set(again.table.raw.column("started").str.len()) == {10}
    assert again.study.simulated
    for name in ("likely", "sex"):
        before, after = survey.proportion(name).rows, again.proportion(name).rows
        for column in ("estimate", "std_error"):
            np.testing.assert_allclose(before[column], after[column], rtol=1e-12)
    with pytest.raises(sa.errors.ColumnNotFoundError):
        again.table.question("contact")


def test_what_was_counted_is_in_it(tmp_path) -> None:
    study = STUDY | {"derived": {"sources": {"count": {"of": "news"}}}}
    with pytest.warns(PersonalDataWarning):
        survey = sa.read(people(), study=study)
    survey.archive(tmp_path / "osf.zip")
    again = sa.read(tmp_path / "osf.zip")
    assert told(again.table.variable("sources")) == told(survey.table.variable("sources"))
    chosen = (people()[["news_web", "news_radio"]] == "1").sum(axis=1)
    assert again.mean("sources").value == pytest.approx(np.average(chosen, weights=people()["w"]))


def test_what_was_done_is_said(survey, tmp_path) -> None:
    record = survey.archive(tmp_path / "osf.zip")
    files = contents(tmp_path / "osf.zip")
    log, about = files["log.txt"].decode(), " ".join(files["README.txt"].decode().split())
    assert log.splitlines() == list(record.notes)
    for said in (
        "Personal columns are not in it: mail, RecipientEmail.",
        "Open answers are not in it: why.",
        "'rid' holds running numbers",
        "'school' holds running numbers",
        "Moments are days, without the time of day: started.",
    ):
        assert said in log
        assert said.split(":")[0] in about
    assert "Small cells" in about
    assert "SIMULATED DATA" in about
    lock = files["lock.txt"].decode()
    assert f"numpy=={np.__version__}" in lock
    for name in ("data/data.csv", "check/check.R", "README.txt"):
        assert f"# {hashlib.sha256(files[name]).hexdigest()}  {name}" in lock


def test_undeclared_ids_and_moments(tmp_path) -> None:
    frame = people()[["rid", "started", "likely", "w"]].assign(member=range(1000, 1000 + N))
    sa.read(frame, weight="w").archive(tmp_path / "osf.zip")
    files = contents(tmp_path / "osf.zip")
    header = next(csv.reader(io.StringIO(files["data/data.csv"].decode())))
    assert header == ["started", "likely", "w"]
    assert b" 08:" not in files["data/data.csv"]  # the day is left of a moment
    assert (
        "Undeclared columns in which every value is another are not in it: rid, member."
        in files["log.txt"].decode()
    )
    assert b"R_1" not in files["check/respondents.csv"]


def test_same_inputs_are_the_same_bytes(survey, tmp_path) -> None:
    survey.archive(tmp_path / "a.zip")
    with pytest.warns(PersonalDataWarning, match="'RecipientEmail'"):
        sa.read(people(), study=STUDY).archive(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        assert {e.date_time for e in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numbers_of_a_run_go_with_it(survey, tmp_path) -> None:
    survey.report().save(tmp_path / "out", formats=())
    survey.archive(tmp_path / "osf.zip", run=tmp_path / "out")
    files = contents(tmp_path / "osf.zip")
    assert files["results/run.json"] == (tmp_path / "out" / "report" / "run.json").read_bytes()
    assert files["results/results.csv"] == (tmp_path / "out" / "report" / "results.csv").read_bytes()
    with pytest.raises(DataError, match=r"run\.json"):
        survey.archive(tmp_path / "osf.zip", run=tmp_path)


def test_r_gives_our_numbers(survey, tmp_path) -> None:
    _run_in_r(survey, tmp_path)


def test_r_gives_our_numbers_of_a_real_survey(masculinity, tmp_path) -> None:
    out = _run_in_r(masculinity, tmp_path)
    assert int(out.split(" estimates; ")[0].splitlines()[-1]) > 100


def test_r_gives_our_numbers_of_raked_samples(small_founding, tmp_path) -> None:
    only = {"sex": {"Woman": 0.5, "Man": 0.48, "In another way": 0.02}}
    _run_in_r(small_founding.rake(only, where="sex is not missing"), tmp_path)


def _run_in_r(survey: sa.Survey, folder: Path) -> str:
    """Run check.R of an archive; then once more with one of our numbers changed, which it must see."""
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed: check.R is not run here.")
    survey.archive(folder / "osf.zip")
    with zipfile.ZipFile(folder / "osf.zip") as opened:
        opened.extractall(folder / "open")
    command = ["Rscript", str(folder / "open" / "check" / "check.R")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lacking = re.search("there is no package called .+", done.stderr)
    if lacking:
        pytest.skip(f"check.R is not run here, in R {lacking[0]}")
    assert done.returncode == 0, done.stdout + done.stderr
    expected = folder / "open" / "check" / "expected.csv"
    rows = pd.read_csv(expected)
    rows.loc[0, "std_error"] *= 1.001
    rows.to_csv(expected, index=False)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    return done.stdout


def test_refused(survey, tmp_path) -> None:
    with pytest.raises(ReportError, match=r"\.zip"):
        survey.archive(tmp_path / "osf.tar")
    with pytest.raises(ReportError, match="open_ends"):
        survey.archive(tmp_path / "osf.zip", open_ends="kept")
    survey.archive(tmp_path / "osf.zip")
    with pytest.raises(DataError, match="says itself how it is read"):
        sa.read(tmp_path / "osf.zip", weight="w")


def _with(path: Path, change) -> Path:
    """The archive with its files changed; the manifest is only as right as `change` makes it."""
    files = contents(path)
    change(files)
    path.write_bytes(zipped(files))
    return path


def _signed(files: dict[str, bytes], name: str, content: bytes) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    files[name] = content
    files["manifest.json"] = json.dumps(manifest).encode()


def _newer(files: dict[str, bytes]) -> None:
    files["manifest.json"] = files["manifest.json"].replace(b'"schema": 1', b'"schema": 2')


CHANGES = {
    "another table": lambda f: f.update({"data/data.csv": f["data/data.csv"] + b"x"}),
    "no codebook": lambda f: f.pop("data/data.codebook.csv"),
    "a bomb": lambda f: _signed(f, "data/data.csv", b"0" * 50_000_000),
    "more than it says": lambda f: f.update({"data/data.csv": b"1" * 2 * len(f["data/data.csv"])}),
    "another file": lambda f: _signed(
        f, "data/data.toml", f["data/data.toml"].replace(b'"data.codebook.csv"', b'"../../secret.csv"')
    ),
    "no toml": lambda f: _signed(f, "data/data.toml", b"= 1"),
    "newer": _newer,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_trusted(survey, tmp_path, change, monkeypatch) -> None:
    survey.archive(tmp_path / "osf.zip")
    monkeypatch.setattr(reader, "MOST_BYTES", 10_000_000)
    with pytest.raises(DataError, match=r"cannot be used|schema"):
        sa.read(_with(tmp_path / "osf.zip", change))


def test_names_that_lead_out_of_the_archive_are_never_written(survey, tmp_path) -> None:
    survey.archive(tmp_path / "in" / "osf.zip")
    _with(
        tmp_path / "in" / "osf.zip",
        lambda f: f.update({"../../evil.txt": b"x", "C:evil.txt": b"x", "/evil.txt": b"x"}),
    )
    sa.read(tmp_path / "in" / "osf.zip")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", "osf.zip"]


def test_a_file_that_stands_twice_is_refused(survey, tmp_path) -> None:
    survey.archive(tmp_path / "osf.zip")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "osf.zip", "a") as opened:
        opened.writestr("data/data.csv", b"id\n1\n")
    with pytest.raises(DataError, match="cannot be used"):
        sa.read(tmp_path / "osf.zip")


def test_other_zips_are_still_not_ours(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as opened:
        opened.writestr("manifest.json", "[1]")
    with pytest.raises(DataError, match="zip archive"):
        sa.read(tmp_path / "export.zip")
