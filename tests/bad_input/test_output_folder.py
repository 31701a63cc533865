"""A full, read-only or impossible output folder: one message, exit code 2, nothing left behind."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bad_input.study import STUDY, listing, write
from survey_analysis import files
from survey_analysis.cli import main
from survey_analysis.cli.prepare import check_folder
from survey_analysis.errors import ReportError

REPORT = ("report", "study.toml", "--to", "html", "--out", "out")
TOLD = STUDY + '\n[report]\nheadline = { question = "follow", top = 1 }\n'
FULL = (
    "error: Nothing was written to 'out': the disk is full.\n"
    "  Hint: free some space or choose another output folder; what was there before is unchanged.\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"study.toml": TOLD, "out/mine.txt": "mine"})
    return tmp_path


@pytest.mark.parametrize("out", ["out", "new/deep"])
def test_a_disk_that_fills_while_writing(out, folder, capsys, monkeypatch) -> None:
    before = listing(folder)
    written = 0

    def full(_descriptor: int) -> None:
        nonlocal written
        written += 1
        if written > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    assert main((*REPORT[:-1], out)) == 2
    printed, err = capsys.readouterr()
    assert (printed, err) == ("", FULL.replace("'out'", f"'{out}'"))
    assert written > 1
    assert listing(folder) == before


def _mounted(folder: Path, mount: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run the command with something mounted on `out`, then list it; skips where mounting is not allowed."""
    unshare = shutil.which("unshare")
    allowed = (
        unshare
        and not subprocess.run(
            [unshare, "-rm", "sh", "-c", mount], cwd=folder, capture_output=True, check=False
        ).returncode
    )
    if not allowed:
        pytest.skip("a mount namespace (unshare -rm) is not allowed here.")
    root = Path(__file__).resolve().parents[2]
    script = f'{mount} && "$@"; code=$?; find out | LC_ALL=C sort; exit $code'
    return subprocess.run(
        [str(unshare), "-rm", "sh", "-c", script, "sh", sys.executable, "-m", "survey_analysis", *argv],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_disk_that_is_really_full(folder) -> None:
    before = listing(folder)
    done = _mounted(folder, "mount -t tmpfs -o size=64k tmpfs out && touch out/mine.txt", *REPORT)
    assert (done.returncode, done.stderr) == (2, FULL)
    assert done.stdout.split() == ["out", "out/mine.txt"]
    assert listing(folder) == before


@pytest.mark.parametrize(
    "argv", [REPORT, ("demo", "--out", "out"), ("inspect", "responses.csv", "--write", "out")]
)
def test_a_read_only_folder(argv, folder) -> None:
    before = listing(folder)
    done = _mounted(folder, "mount --bind out out && mount -o remount,ro,bind out", *argv)
    assert done.returncode == 2
    assert done.stderr == (
        "error: Nothing was written to 'out': writing there is not allowed.\n"
        "  Hint: choose another output folder; what was there before is unchanged.\n"
    )
    assert done.stdout.split() == ["out", "out/mine.txt"]
    assert listing(folder) == before


def test_the_folder_is_checked_before_the_work(folder) -> None:
    check_folder(folder / "new" / "folder")
    check_folder(Path("out"))
    (folder / "file").write_text("x")
    with pytest.raises(ReportError, match="it is a file"):
        check_folder(folder / "file")
    (folder / "link").symlink_to("nowhere")
    with pytest.raises(ReportError, match="Nothing was written"):
        check_folder(folder / "link")
    assert not (folder / "new").exists()


def test_interrupting_leaves_nothing(folder, capsys, monkeypatch) -> None:
    before = listing(folder)

    def stop(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", stop)
    assert main((*REPORT[:-1], "new/deep")) == 130
    assert capsys.readouterr() == ("", "interrupted.\n")
    assert listing(folder) == before
