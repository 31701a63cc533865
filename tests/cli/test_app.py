"""Exit codes, messages and streams, whatever happens inside a command."""

from __future__ import annotations

import argparse
import io
import os
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from bad_input.study import write

from cli.process import ROOT, run
from survey_analysis.cli import estimate, main
from survey_analysis.cli.advice import advised
from survey_analysis.cli.terminal import Progress, visible, wrapped
from survey_analysis.errors import DataError, SmallBaseWarning

ARGV = ("estimate", "study.toml", "follow", "--top", "1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {})
    return tmp_path


def _raising(error: BaseException):
    def run(_arguments: object) -> int:
        raise error

    return run


def test_an_unexpected_error_is_one_line_and_a_hint(folder, capsys, monkeypatch) -> None:
    monkeypatch.setattr(estimate, "run", _raising(ZeroDivisionError("a\nb\x1b[2J")))
    assert main(ARGV) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "error: unexpected ZeroDivisionError: a b\\x1b[2J\n"
        "  Hint: this is a fault of survey_analysis, not of your data; run again with --debug and report "
        "what it prints.\n"
    )


@pytest.mark.parametrize("argv", [("--debug", *ARGV), (*ARGV, "--debug")])
def test_debug_shows_the_traceback(argv, folder, capsys, monkeypatch) -> None:
    monkeypatch.setattr(estimate, "run", _raising(DataError("No.", hint="try again.")))
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.endswith("\nerror: No.\n  Hint: try again.\n")


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141), (SystemExit(1), 1)]
)
def test_codes(error, code, folder, monkeypatch, capsys) -> None:
    monkeypatch.setattr(estimate, "run", _raising(error))
    monkeypatch.setattr("survey_analysis.cli.app.silence_pipe", lambda: None)
    assert main(ARGV) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err


def test_a_warning_is_one_line(folder, capsys, monkeypatch) -> None:
    def run(_arguments: object) -> int:
        warnings.warn("the base is small.", SmallBaseWarning, stacklevel=1)
        return 0

    monkeypatch.setattr(estimate, "run", run)
    assert main(ARGV) == 0
    assert capsys.readouterr() == ("", "warning: the base is small.\n")


def test_control_characters_of_a_file_do_not_reach_the_terminal(folder, capsys) -> None:
    assert main(["estimate", "study.toml", "a\x1b]0;x\x07\u202eb"]) == 2
    err = capsys.readouterr().err
    assert "'a\\x1b]0;x\\x07\\u202eb'" in err
    assert visible(err) == err


def test_utf8_whatever_the_locale(folder) -> None:
    told = (folder / "study.toml").read_text(encoding="utf-8").replace('"Woman"', '"Женщина"')
    (folder / "study.toml").write_text(told, encoding="utf-8")
    done = run(
        *ARGV, "--by", "sex", cwd=folder, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Женщина" in done.stdout


def test_a_reader_that_goes_away_is_no_error(folder) -> None:
    """As in `survey-analysis inspect FILE | head -1`: the pipe is closed before anything is written."""
    read, written = os.pipe()
    os.close(read)
    process = subprocess.Popen(
        [sys.executable, "-m", "survey_analysis", "inspect", "responses.csv"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=written,
        stderr=subprocess.PIPE,
    )
    os.close(written)
    assert process.communicate(timeout=120)[1] == b""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here.")
def test_output_that_cannot_be_written(folder) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "survey_analysis", *ARGV],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 2
    assert done.stderr == "error: The output cannot be written: no space left on device.\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_only(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for stream, shown in (
        (io.StringIO(), ""),
        (_Terminal(), "\r\x1b[Kreading ...\r\x1b[Kcleaning ...\r\x1b[K"),
    ):
        with Progress(stream) as tell:
            tell("reading")
            tell("cleaning")
        assert stream.getvalue() == shown


def test_no_progress_on_a_dumb_terminal(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = _Terminal()
    with Progress(stream) as tell:
        tell("reading")
    assert stream.getvalue() == ""


def test_prose_ends_at_the_width_of_a_terminal_and_nothing_is_lost() -> None:
    text = (
        "  fine     data: 'a.csv': 8,255 rows.\n           /a/path/that/is/longer/than/the/line.csv and more"
    )
    for columns in (40, 80, 120):
        out = wrapped(text, columns)
        assert out.split() == text.split()
        assert all(len(line) <= columns or " " not in line.strip() for line in out.split("\n"))
    assert wrapped("", 40) == ""
    assert wrapped("a\n\nb", 40) == "a\n\nb"


@pytest.mark.parametrize("columns", [60, 100])
def test_validate_in_a_terminal(folder, columns) -> None:
    """A real terminal of some width: lines end at it, a pipe gets them whole."""
    fcntl, termios = (pytest.importorskip(name) for name in ("fcntl", "termios"))  # not on Windows
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "survey_analysis", "validate", "study.toml"],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=follower, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(follower)
    said = b""
    try:
        while part := os.read(leader, 65536):
            said += part
    except OSError:  # Linux ends a closed terminal so
        pass
    os.close(leader)
    assert process.wait() == 0
    lines = said.decode().replace("\r\n", "\n").split("\n")
    assert max(map(len, lines)) <= columns
    piped = run("validate", "study.toml", cwd=folder).stdout
    assert " ".join(lines).split() == piped.split()


def test_advice_is_in_the_words_of_the_command(folder, capsys) -> None:
    (folder / "bare.toml").write_text('[study]\ndata = "responses.csv"\n')
    assert main(["tables", "bare.toml"]) == 2
    said = capsys.readouterr().err
    assert "  Hint: name columns: --only q1,q2, or declare questions in a study file." in said
    (folder / "two.csv").write_text("a;b,c\n1;2,3\n")
    assert main(["inspect", "two.csv"]) == 2
    assert '  Hint: say which: --delimiter ";".' in capsys.readouterr().err
    (folder / "two.toml").write_text('[study]\ndata = "two.csv"\n')
    assert main(["topline", "two.toml"]) == 2
    assert '  Hint: say which: delimiter = ";".' in capsys.readouterr().err
    assert main(["inspect", "two.csv", "--sheet", "Data"]) == 2
    assert "CSV files take --decimal, --delimiter, --encoding, --header-rows." in capsys.readouterr().err


def test_advice_for_python_stays_in_python() -> None:
    asked = argparse.Namespace(command="estimate", by=None, where=None)
    for kept in ("use survey.mean(by=...) for numbers.", "levels = [[1, 'a']] in the study file."):
        assert advised(f"No.\n  Hint: {kept}", asked) == f"No.\n  Hint: {kept}"
    assert (
        advised("where=x fails.\n  Hint: leave where= out.", asked)
        == "where=x fails.\n  Hint: leave --where out."
    )
