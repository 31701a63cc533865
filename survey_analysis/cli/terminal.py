"""The only module that prints: results to stdout, everything else to stderr, in UTF-8 whatever the locale."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
import unicodedata
from typing import Self, TextIO

from survey_analysis.errors import ReportError

WIDTH = 100
_LINE = "\r\x1b[K"


def settle() -> None:
    """Write UTF-8 on both streams; what cannot be encoded is escaped, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def emit(text: str = "") -> None:
    """Print to stdout.

    Raises
    ------
    ReportError
        The output cannot be written (a full disk); a closed pipe stays a `BrokenPipeError`.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        silence_pipe()
        raise ReportError(
            f"The output cannot be written: {(error.strerror or str(error)).lower()}."
        ) from error


def tell(text: str, after: str = "    ") -> None:
    """Print prose to stdout: its lines end at the width of a terminal, and stay whole where nobody looks."""
    emit(wrapped(text, width(), after) if is_terminal(sys.stdout) else text)


def complain(text: str) -> None:
    """Print to stderr; when nobody reads it there is nobody to tell."""
    if is_terminal(sys.stderr):
        text = wrapped(text, width(stream=sys.stderr))
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        return


def warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning as one line on stderr (takes the place of `warnings.showwarning`)."""
    del category, filename, lineno, file, line
    complain(f"warning: {visible(str(message))}")


def visible(text: str) -> str:
    r"""Text from files with control and direction characters escaped, so that none reaches the terminal.

    Examples
    --------
    >>> print(visible("Zürich" + chr(27) + "[2J"))
    Zürich\x1b[2J
    """
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else _escaped(c) for c in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def silence_pipe() -> None:
    """Point stdout at nothing, so that the interpreter's last flush has somewhere to go."""
    try:
        number = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at a stream."""
    return stream is not None and stream.isatty()


def width(most: int = 120, stream: TextIO | None = None) -> int:
    """Columns to print in: those of the terminal up to a readable line (`most`), 100 elsewhere."""
    if is_terminal(sys.stdout if stream is None else stream):
        return max(40, min(shutil.get_terminal_size().columns, most))
    return WIDTH


def wrapped(text: str, columns: int, after: str = "    ") -> str:
    """Every line of a text, broken at spaces to a width; its own indent is kept, what goes on is set in by `after`.

    Nothing is lost: a word that is longer than the line, such as a path, stands whole.

    Examples
    --------
    >>> print(wrapped("  fine     data: 8 rows, 5 columns.", 24))
      fine     data: 8 rows,
          5 columns.
    """
    lines = []
    for line in text.split("\n"):
        bare = line.lstrip(" ")
        indent = line[: len(line) - len(bare)]
        lines += textwrap.wrap(
            bare,
            columns,
            initial_indent=indent,
            subsequent_indent=indent + after,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
            drop_whitespace=True,
        ) or [""]
    return "\n".join(lines)


class Progress:
    """The current step on one line of a terminal; nothing when stderr is not one."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = sys.stderr if stream is None else stream
        self.shown = self.stream is not None and self.stream.isatty() and os.environ.get("TERM") != "dumb"

    def __call__(self, step: str) -> None:
        """Show a step in place of the one before."""
        if self.shown:
            self.stream.write(f"{_LINE}{visible(step)} ...")
            self.stream.flush()

    def close(self) -> None:
        """Clear the line."""
        if self.shown:
            self.stream.write(_LINE)
            self.stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
