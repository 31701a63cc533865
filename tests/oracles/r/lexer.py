"""Tokens of R text. A line break is a token only where it can end an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass


class RSyntaxError(ValueError):
    """The text is not R, or R that this small parser does not read."""


@dataclass(frozen=True)
class Token:
    """`kind` is number, integer, text, name, op, newline or end."""

    kind: str
    value: str
    at: int


_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\f]+|\#[^\n]*)
    |(?P<newline>\n|;)
    |(?P<number>(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)L?)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<quoted>`[^`]+`)
    |(?P<name>(?:[^\W\d_]|\.(?!\d))[\w.]*)
    |(?P<op>%[^%\n]*%|<<-|<-|->|\|>|:::|::|<=|>=|==|!=|&&|\|\||\[\[|[-+*/^<>=!&|~:$@?()\[\]{},\\])
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_CLOSERS = {")": "(", "]": "[", "}": "{"}


def tokens(text: str) -> list[Token]:
    """Tokens of the text, without comments and without line breaks inside `(` and `[`."""
    out: list[Token] = []
    open_brackets: list[str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise RSyntaxError(f"not R at {position + 1}: {text[position : position + 20]!r}")
        kind, value = match.lastgroup or "", match.group()
        position = match.end()
        if kind == "skip":
            continue
        if kind == "newline":
            if not open_brackets or open_brackets[-1] == "{":
                out.append(Token("newline", value, match.start()))
            continue
        if kind == "op":
            _track(value, open_brackets)
        out.append(_token(kind, value, match.start()))
    out.append(Token("end", "", len(text)))
    return out


def _track(value: str, open_brackets: list[str]) -> None:
    if value in "([{":
        open_brackets.append(value)
    elif value == "[[":
        open_brackets.extend(("[", "["))
    elif value in _CLOSERS and (not open_brackets or open_brackets.pop() != _CLOSERS[value]):
        raise RSyntaxError(f"'{value}' closes nothing")


def _token(kind: str, value: str, at: int) -> Token:
    if kind == "number" and value.endswith("L"):
        return Token("integer", value[:-1], at)
    if kind == "text":
        plain = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), value[1:-1], flags=re.DOTALL)
        return Token("text", plain, at)
    if kind == "quoted":
        return Token("name", value[1:-1], at)
    return Token("name" if kind == "name" else kind, value, at)
