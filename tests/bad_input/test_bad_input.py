"""Each bad input gets one clear message on stderr, exit code 2, no traceback, and changes no file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bad_input.cases import CASES, ESTIMATE
from bad_input.study import ROWS, STUDY, data, listing, write
from survey_analysis.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_message(name, folder, capsys) -> None:
    case = CASES[name]
    write(folder, case.files)
    before = listing(folder)
    code = main(case.argv)
    out, err = capsys.readouterr()
    assert err == f"error: {case.says}\n"
    assert (code, out) == (2, "")
    assert listing(folder) == before


def test_the_right_study_is_right(folder, capsys) -> None:
    write(folder, {})
    before = listing(folder)
    assert main(ESTIMATE) == 0
    assert main(("validate", "study.toml")) == 0
    out, err = capsys.readouterr()
    assert (err, out.splitlines()[-1]) == ("", "No problems.")
    assert listing(folder) == before


def test_a_long_file_without_id(folder, capsys) -> None:
    """Three ratings of each person lie below each other; nothing says which rows are one person."""
    people = [("1", "f", "north"), ("2", "m", "north"), ("1", "f", "south"), ("1.5", "m", "south")] * 5
    rows = [
        f"{source},{w},{1 + (i + len(source)) % 3},{sex},{area},{1900 + i}"
        for i, (w, sex, area) in enumerate(people)
        for source in ("micro", "average", "celebrity")
    ]
    told = STUDY.replace('id = "rid"\n', "") + '\n[questions.born]\nkind = "numeric"\n'
    write(folder, {"study.toml": told, "responses.csv": data(*rows, header="source,w,follow,sex,area,born")})
    before = listing(folder)
    assert main(ESTIMATE) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "id" in re.findall(r"\w+", err)
    assert "Hint: " in err
    assert "unexpected" not in err
    assert listing(folder) == before


def _denied(read: Callable[..., object], name: str) -> Callable[..., object]:
    """A way to read files that one file does not allow."""

    def denied(self: Path, *args: object, **options: object) -> object:
        if self.name == name:
            raise PermissionError(13, "Permission denied", str(self))
        return read(self, *args, **options)

    return denied


@pytest.mark.parametrize(
    ("name", "argv", "says"),
    [
        ("responses.csv", ESTIMATE, "The file 'responses.csv' cannot be read: permission denied."),
        ("study.toml", ESTIMATE, "The study file 'study.toml' cannot be read: permission denied."),
        (
            "responses.csv",
            ("inspect", "responses.csv"),
            "The file 'responses.csv' cannot be read: permission denied.",
        ),
    ],
)
def test_unreadable_file(name, argv, says, folder, capsys, monkeypatch) -> None:
    write(folder, {})
    before = listing(folder)
    if os.geteuid() == 0:  # root reads everything: stand in for the system's answer
        for way in ("read_bytes", "open"):
            monkeypatch.setattr(Path, way, _denied(getattr(Path, way), name))
    else:
        (folder / name).chmod(0)
    code = main(argv)
    monkeypatch.undo()
    (folder / name).chmod(0o644)
    out, err = capsys.readouterr()
    assert (code, out, err) == (2, "", f"error: {says}\n  Hint: check its permissions.\n")
    assert listing(folder) == before


def test_a_process_says_the_same(tmp_path) -> None:
    """What a shell sees: exit code, empty stdout, one message and no traceback."""
    write(tmp_path, {"responses.csv": data(*ROWS, header="rid,w,follow,sex,sex")})
    before = listing(tmp_path)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "survey_analysis", *ESTIMATE],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {CASES['duplicate columns'].says}\n"
    assert listing(tmp_path) == before
