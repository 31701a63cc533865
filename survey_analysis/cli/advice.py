"""Advice of errors in the words of who typed a command: options in place of arguments of a call."""

from __future__ import annotations

import argparse
import re

_STUDY_KEYS = ("encoding", "header_rows", "sheet", "delimiter", "table", "decimal", "metadata")
_OPTIONS = {"rows": "only"}  # where an option has another name than the argument
_SAID: tuple[tuple[str, str], ...] = (
    (r" and call \.clean\(\)", ""),
    (r'tabulate\(\["q1", "q2"\]\)', "--only q1,q2"),
    (r"\bsay nest=True", "say nest = true in [design]"),
    (r', or decimal="," in the call', ""),
    (r"filter to one: (.+)\.$", r'filter to one: --where "\1".'),
)
_ARGUMENT = re.compile(
    r"(?<![\w.(])(?P<name>[a-z]+(_[a-z]+)*)=(?P<value>'[^']*'|\"[^\"]*\"|\d+|\[[^\]]*\])?(?!=)"
)
_KEY = re.compile(r"(?<![\w.\[])(?P<name>[a-z]+(_[a-z]+)*) = (?P<value>\"[^\"]*\"|\d+)")


def advised(message: str, arguments: argparse.Namespace) -> str:
    r"""An error's text with its hint as options of the command that was typed, else as keys of the study file.

    Examples
    --------
    >>> asked = argparse.Namespace(command="tables", only=None, where=None)
    >>> advised('No question.\n  Hint: name columns: tabulate(["q1", "q2"]), or leave where= out.', asked)
    'No question.\n  Hint: name columns: --only q1,q2, or leave --where out.'
    """
    return "\n".join(
        _hint(line, arguments) if line.startswith("  Hint: ") else line for line in message.split("\n")
    )


def _hint(line: str, arguments: argparse.Namespace) -> str:
    for pattern, words in _SAID:
        if "--where" not in words or hasattr(arguments, "where"):
            line = re.sub(pattern, words, line)
    if "survey." in line or "sa." in line:  # a whole call: what no command does
        return line

    def option(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"] or ""
        known = _OPTIONS.get(name, name)
        if value.startswith("["):
            value = "A,B" if value == "[...]" else ",".join(re.findall(r"[^\[\]\"', ]+", value))
        if hasattr(arguments, known):
            return f"--{known.replace('_', '-')}" + (f" {value}" if value else "")
        if name in _STUDY_KEYS:
            return f"{name} = {value} in [study]" if value else f"{name} in [study]"
        return found.group()

    line = _ARGUMENT.sub(option, line)
    return _KEY.sub(option, line) if arguments.command == "inspect" else line
