from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from survey_analysis import files
from survey_analysis.errors import ReportError
from survey_analysis.files import write_file, write_files


def listing(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_writes_into_new_folders_and_replaces(tmp_path):
    folder = tmp_path / "a" / "b"
    assert write_files(folder, {"r.html": "é\n", "figures/f.png": b"\x00"}) == (
        folder / "r.html",
        folder / "figures/f.png",
    )
    assert (folder / "r.html").read_bytes() == "é\n".encode()
    write_file(folder / "r.html", "new")
    assert listing(folder) == {"figures": None, "figures/f.png": b"\x00", "r.html": b"new"}


def test_files_are_readable_by_others(tmp_path):
    path = write_file(tmp_path / "r.html", "x")
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value


def test_a_target_that_is_a_folder_undoes_everything(tmp_path):
    (tmp_path / "a.html").write_text("old")
    (tmp_path / "c.pdf").mkdir()
    before = listing(tmp_path)
    with pytest.raises(ReportError, match="Nothing was written"):
        write_files(tmp_path, {"a.html": "new", "b.html": "new", "sub/x": "new", "c.pdf": b"new"})
    assert listing(tmp_path) == before


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "reports").write_text("a file")
    before = listing(tmp_path)
    with pytest.raises(ReportError) as caught:
        write_file(tmp_path / "reports" / "r.html", "x")
    assert listing(tmp_path) == before
    assert caught.value.hint


def test_a_disk_that_fills_while_writing(tmp_path, monkeypatch):
    (tmp_path / "a.html").write_text("old")
    before = listing(tmp_path)
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(ReportError, match="the disk is full"):
        write_files(tmp_path, {"a.html": "new", "b.html": "new"})
    assert listing(tmp_path) == before


def test_a_move_that_fails_halfway(tmp_path, monkeypatch):
    (tmp_path / "a.html").write_text("old")
    before = listing(tmp_path)
    real = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if self.name == "b.html" and "new" in self.parts:
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(ReportError, match="Input/output error"):
        write_files(tmp_path, {"a.html": "new", "b.html": "new", "new-folder/c": "new"})
    assert listing(tmp_path) == before


def test_new_folders_are_taken_back(tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(ReportError):
        write_file(tmp_path / "a" / "b" / "r.html", "x")
    assert listing(tmp_path) == {}


def test_a_read_only_folder(tmp_path):
    """As another user where we are root, whom no permission stops."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    try:
        if os.geteuid() == 0:
            if shutil.which("unshare") is None or not _read_only_mount(folder):
                pytest.skip("running as root without the right to mount; permissions do not stop root")
            return
        with pytest.raises(ReportError, match="not allowed"):
            write_file(folder / "r.html", "x")
        assert listing(folder) == {}
    finally:
        folder.chmod(0o755)


def _read_only_mount(folder: Path) -> bool:
    """Try the same on a read-only bind mount inside a private namespace; False where that is not allowed."""
    import sys

    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from survey_analysis.errors import ReportError\n"
        "from survey_analysis.files import write_file\n"
        "try:\n"
        "    write_file(Path(sys.argv[1]) / 'r.html', 'x')\n"
        "except ReportError as error:\n"
        "    sys.exit(0 if 'read-only' in str(error) else 4)\n"
        "sys.exit(5)\n"
    )
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99; exec "$2" -c "$3" "$1"'
    command = ["unshare", "-m", "sh", "-c", script, "sh", str(folder), sys.executable, program]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 99 or b"unshare" in done.stderr:
        return False
    assert done.returncode == 0, done.stderr.decode()
    assert listing(folder) == {}
    return True
