"""Conditions written with operators (`[age] > 17 and [sex] = '1'`), read for any platform.

One grammar serves REDCap, ODK and LimeSurvey; a `Dialect` says how a platform writes names and what a name and
a function mean. What has no meaning in the `where` language (arithmetic, unknown functions, a comparison of two
questions) raises `UntranslatedError` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from survey_analysis.readers.platforms.conditions import UntranslatedError
from survey_analysis.study.expressions import Both, Either, Expression, Operator

DEEPEST = 50

Place: TypeAlias = Literal["name", "text", "number"]

_OPERATORS: dict[str, Operator] = {
    "=": "==", "==": "==", "eq": "==", "!=": "!=", "<>": "!=", "ne": "!=", "<": "<", "lt": "<",
    "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">=",
}  # fmt: skip
_MIRRORED: dict[Operator, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_KINDS = ("text", "number", "symbol", "word", "name", "bad")
_WORDS = {"and": "and", "&&": "and", "or": "or", "||": "or", "not": "not", "!": "not"}


@dataclass(frozen=True)
class Operand:
    """A name, a text or a number in a condition."""

    kind: Place
    text: str


@dataclass(frozen=True)
class Call:
    """A function and its arguments, which are operands or calls."""

    function: str
    arguments: tuple[Operand | Call, ...]


Compare: TypeAlias = Callable[[Operand | Call, Operator, str, bool], Expression]
Truth: TypeAlias = Callable[[Operand | Call, bool], Expression]


@dataclass(frozen=True)
class Dialect:
    """How a platform writes conditions.

    Attributes
    ----------
    names
        Pattern of a name; its group "inner" is the name itself.
    compare
        Expression of "left operator value"; the last argument says that it is negated.
    truth
        Expression of an operand or call that stands alone.
    words
        Operators that this platform writes as words ("eq").
    """

    names: str
    compare: Compare
    truth: Truth
    words: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        text = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
        words = r"\b(?:and|or|not|eq|ne|lt|le|gt|ge|div|mod)\b(?![.-])"
        symbols = rf"{words}|&&|\|\||<=|>=|<>|==|!=|[-+*/%=<>!(),]"
        whole = (
            rf"\s*(?:(?P<text>{text})|(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<symbol>{symbols})"
            rf"|(?P<word>[A-Za-z][\w-]*(?=\s*\())|(?P<name>{self.names})|(?P<bad>\S))"
        )
        object.__setattr__(self, "pattern", re.compile(whole, re.IGNORECASE))


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str


def translate(text: str, dialect: Dialect) -> Expression:
    """The `where` expression of a condition.

    Raises
    ------
    UntranslatedError
        The condition cannot be read or said.
    """
    parser = _Parser(list(_tokens(text, dialect)), dialect)
    out = parser.either(negated=False, depth=0)
    if parser.peek().kind != "end":
        raise UntranslatedError(f"'{parser.peek().value}' has no meaning there")
    return out


def _tokens(text: str, dialect: Dialect) -> Iterator[_Token]:
    at = 0
    while (found := dialect.pattern.match(text, at)) is not None:
        at = found.end()
        kind = next(k for k in _KINDS if found.group(k) is not None)
        value = found.group(kind)
        if kind == "bad":
            raise UntranslatedError(f"'{value}' has no meaning there")
        if kind == "text":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        yield _Token(kind, found.group("inner") if kind == "name" else value)
    yield _Token("end", "the end")


class _Parser:
    """Recursive descent; a negation is carried down to the comparisons."""

    def __init__(self, tokens: Sequence[_Token], dialect: Dialect) -> None:
        self.tokens, self.dialect, self.at = tokens, dialect, 0

    def peek(self) -> _Token:
        return self.tokens[self.at]

    def next(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def word(self) -> str:
        """The logical operator that comes next, "" for anything else."""
        token = self.peek()
        return _WORDS.get(token.value.casefold(), "") if token.kind == "symbol" else ""

    def either(self, *, negated: bool, depth: int) -> Expression:
        out = self.both(negated=negated, depth=depth)
        while self.word() == "or":
            self.next()
            right = self.both(negated=negated, depth=depth)
            out = Both(out, right) if negated else Either(out, right)
        return out

    def both(self, *, negated: bool, depth: int) -> Expression:
        out = self.term(negated=negated, depth=depth)
        while self.word() == "and":
            self.next()
            right = self.term(negated=negated, depth=depth)
            out = Either(out, right) if negated else Both(out, right)
        return out

    def term(self, *, negated: bool, depth: int) -> Expression:
        if depth > DEEPEST:
            raise UntranslatedError("it is nested too deeply")
        if self.word() == "not":
            self.next()
            return self.term(negated=not negated, depth=depth + 1)
        if self.peek() == _Token("symbol", "("):
            self.next()
            out = self.either(negated=negated, depth=depth + 1)
            self.expect(")")
            return out
        left = self.operand(depth)
        operator = self.operator()
        if operator is None:
            return self.dialect.truth(left, negated)
        right = self.operand(depth)
        if isinstance(left, Operand) and left.kind != "name":
            left, right, operator = right, left, _MIRRORED[operator]
        if not isinstance(right, Operand) or right.kind == "name":
            raise UntranslatedError("it compares two questions")
        return self.dialect.compare(left, operator, right.text, negated)

    def operator(self) -> Operator | None:
        token = self.peek()
        found = _OPERATORS.get(token.value.casefold()) if token.kind == "symbol" else None
        if found is None:
            if token.kind == "symbol" and token.value not in (")", ",") and not self.word():
                raise UntranslatedError(f"'{token.value}' cannot be said in an expression")
            return None
        if token.value[0].isalpha() and not self.dialect.words:
            raise UntranslatedError(f"'{token.value}' has no meaning there")
        self.next()
        return found

    def operand(self, depth: int) -> Operand | Call:
        token = self.next()
        if token.kind == "word":
            return self.call(token.value, depth)
        if token.kind in ("name", "text", "number"):
            return Operand(token.kind, token.value)  # type: ignore[arg-type]
        if token == _Token("symbol", "-") and self.peek().kind == "number":
            return Operand("number", "-" + self.next().value)
        self.at -= token.kind == "end"
        raise UntranslatedError(f"found {token.value!r} where a question or an answer should stand")

    def call(self, function: str, depth: int) -> Call:
        if depth > DEEPEST:
            raise UntranslatedError("it is nested too deeply")
        self.expect("(")
        arguments: list[Operand | Call] = []
        while self.peek() != _Token("symbol", ")"):
            arguments.append(self.operand(depth + 1))
            if self.peek() != _Token("symbol", ")"):
                self.expect(",")
        self.next()
        return Call(function, tuple(arguments))

    def expect(self, symbol: str) -> None:
        token = self.next()
        if token != _Token("symbol", symbol):
            self.at -= token.kind == "end"
            raise UntranslatedError(f"found {token.value!r} where {symbol!r} should stand")
