"""From arguments to an exit code: 0 fine, 1 a check failed, 2 bad input or usage, 130 interrupted."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module

from survey_analysis.cli.advice import advised
from survey_analysis.cli.parser import parser
from survey_analysis.cli.terminal import complain, settle, silence_pipe, visible, warn
from survey_analysis.errors import SurveyAnalysisError, SurveyAnalysisWarning

FINE, CHECK_FAILED, BAD_INPUT, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_ISSUES = (
    "this is a fault of survey_analysis, not of your data; run again with --debug and report what it prints."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the name of the program; those of the process by default.

    Returns
    -------
    int
        0 fine; 1 a check failed; 2 bad input or usage, explained on stderr; 130 interrupted.

    Examples
    --------
    >>> main(["--version"])
    survey-analysis ...
    0
    """
    settle()
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed help, the version or what is wrong
        return _flushed(stop.code if isinstance(stop.code, int) else BAD_INPUT)
    if not arguments.command:
        parser().print_help(sys.stderr)
        return BAD_INPUT
    _one_thread()
    with warnings.catch_warnings():
        warnings.simplefilter("default", SurveyAnalysisWarning)
        warnings.showwarning = warn
        try:
            command = import_module(f"survey_analysis.cli.{arguments.command.replace('-', '_')}")
            return _flushed(int(command.run(arguments)))
        except BaseException as error:  # noqa: BLE001  the border: everything becomes a message and a code
            return _explained(error, arguments)


def _one_thread() -> None:
    """Let linear algebra use one thread, unless told otherwise: same bytes on any number of cores, and faster.

    The matrices of a survey are too small for more to pay, and the order of a sum depends on the number.
    """
    if "numpy" not in sys.modules:
        for name in _THREADS:
            os.environ.setdefault(name, "1")


def _flushed(code: int) -> int:
    """The code, once everything printed has left; a reader that went away is no error."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    return code


def _pipe_closed() -> int:
    silence_pipe()
    return PIPE_CLOSED


def _explained(error: BaseException, arguments: argparse.Namespace) -> int:
    if isinstance(error, BrokenPipeError):
        return _pipe_closed()
    if arguments.debug:
        complain("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, KeyboardInterrupt):
        complain("interrupted.")
        return INTERRUPTED
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else BAD_INPUT
    if isinstance(error, SurveyAnalysisError):
        complain(f"error: {advised(visible(str(error)), arguments)}")
        return BAD_INPUT
    said = " ".join(str(error).split())
    complain(
        f"error: unexpected {type(error).__name__}{f': {visible(said)}' if said else ''}\n  Hint: {_ISSUES}"
    )
    return BAD_INPUT
