"""The one expression language: `where=`, routing, filters, banner columns, rules, the command line.

Grammar: comparisons (`==  !=  <  <=  >  >=  in  not in  is missing  is not missing`) joined by `and`,
`or`, `not` and parentheses. Names are questions or columns (in backticks when they hold spaces); an
answer is written by label or by code. A comparison with a missing answer is neither true nor false:
`not (age == '18-34')` does not select people whose age is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from survey_analysis.errors import ExpressionError
from survey_analysis.typing import BoolArray

Operator = Literal["==", "!=", "<", "<=", ">", ">="]


class Variable(Protocol):
    """What an expression needs of a variable; every method gives one value a row."""

    def equals(self, answer: str) -> BoolArray:
        """Rows with that answer (label or code); an answer the variable cannot have is an error."""
        ...

    def compare(self, operator: Operator, answer: str) -> BoolArray:
        """Rows whose value stands in that order to the answer."""
        ...

    def known(self) -> BoolArray:
        """Rows that have an answer."""
        ...


Resolve = Callable[[str], Variable]


@dataclass(frozen=True)
class Comparison:
    """`name op value`."""

    name: str
    operator: Operator
    value: str


@dataclass(frozen=True)
class Membership:
    """`name in [values]` or `not in`."""

    name: str
    values: tuple[str, ...]
    negated: bool


@dataclass(frozen=True)
class Missing:
    """`name is missing` or `is not missing`."""

    name: str
    negated: bool


@dataclass(frozen=True)
class Not:
    """`not term`."""

    term: Expression


@dataclass(frozen=True)
class Both:
    """`left and right`."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Either:
    """`left or right`."""

    left: Expression
    right: Expression


Expression = Comparison | Membership | Missing | Not | Both | Either

_TOKEN = re.compile(
    r"""\s*(?:(?P<op><=|>=|==|!=|<|>)|(?P<punct>[()\[\],])|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|`(?P<quoted>[^`]+)`|(?P<word>-?[^\W]+(?:[.][^\W]+)*)|(?P<bad>\S))""",
)
_KEYWORDS = {"and", "or", "not", "in", "is", "missing"}


@dataclass(frozen=True)
class _Token:
    kind: Literal["op", "punct", "text", "name", "keyword", "end"]
    value: str
    at: int


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises
    ------
    ExpressionError
        Names the position and what was expected there.

    Examples
    --------
    >>> parse("age >= 35 and sex in ['Woman', 'Man']")
    Both(left=Comparison(name='age', operator='>=', value='35'),
         right=Membership(name='sex', values=('Woman', 'Man'), negated=False))
    """
    return _Parser(text).parse()


def names(expression: Expression) -> frozenset[str]:
    """Names of the variables an expression reads."""
    match expression:
        case Not(term):
            return names(term)
        case Both(left, right) | Either(left, right):
            return names(left) | names(right)
        case _:
            return frozenset({expression.name})


def evaluate(expression: Expression, resolve: Resolve) -> BoolArray:
    """Rows for which the expression is true; missing answers make a comparison unknown, not false."""
    return _evaluate(expression, resolve)[0]


def from_mapping(where: Mapping[str, object]) -> Expression:
    """Expression of a mapping `{name: answer or list of answers}`, all of which must hold."""
    terms: list[Expression] = []
    for name, answer in where.items():
        many = answer if isinstance(answer, list | tuple | set | frozenset) else [answer]
        values = tuple(
            sorted(_plain(a) for a in many) if isinstance(many, set | frozenset) else map(_plain, many)
        )
        terms.append(Membership(name, values, negated=False))
    if not terms:
        raise ExpressionError("The filter is empty.", hint="leave where= out to use everybody.")
    out = terms[0]
    for term in terms[1:]:
        out = Both(out, term)
    return out


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _evaluate(expression: Expression, resolve: Resolve) -> tuple[BoolArray, BoolArray]:
    """Rows where it is true, rows where it is false (Kleene's three-valued logic)."""
    match expression:
        case Not(term):
            true, false = _evaluate(term, resolve)
            return false, true
        case Both(left, right):
            (t1, f1), (t2, f2) = _evaluate(left, resolve), _evaluate(right, resolve)
            return t1 & t2, f1 | f2
        case Either(left, right):
            (t1, f1), (t2, f2) = _evaluate(left, resolve), _evaluate(right, resolve)
            return t1 | t2, f1 & f2
        case Missing(name, negated):
            known = resolve(name).known()
            return (known, ~known) if negated else (~known, known)
        case Membership(name, values, negated):
            variable = resolve(name)
            known = variable.known()
            hit = np.zeros(len(known), dtype=bool)
            for value in values:
                hit |= variable.equals(value)
            return (known & ~hit, known & hit) if negated else (known & hit, known & ~hit)
        case Comparison(name, operator, value):
            variable = resolve(name)
            known = variable.known()
            if operator in ("==", "!="):
                hit = variable.equals(value)
                hit = ~hit if operator == "!=" else hit
            else:
                hit = variable.compare(operator, value)
            return known & hit, known & ~hit
    raise ExpressionError("The expression cannot be evaluated.", where=repr(expression))


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0

    def parse(self) -> Expression:
        if self.peek().kind == "end":
            raise ExpressionError(
                "The expression is empty.", hint="for example: age >= 35 and sex == 'Woman'"
            )
        out = self.either()
        if self.peek().kind != "end":
            raise self.error("the end or 'and'/'or'")
        return out

    def either(self) -> Expression:
        out = self.both()
        while self.take("keyword", "or"):
            out = Either(out, self.both())
        return out

    def both(self) -> Expression:
        out = self.term()
        while self.take("keyword", "and"):
            out = Both(out, self.term())
        return out

    def term(self) -> Expression:
        if self.take("keyword", "not"):
            return Not(self.term())
        if self.take("punct", "("):
            inner = self.either()
            if not self.take("punct", ")"):
                raise self.error("')'")
            return inner
        return self.comparison()

    def comparison(self) -> Expression:
        name = self.peek()
        if name.kind != "name":
            raise self.error("the name of a question or column")
        self.at += 1
        if self.take("keyword", "is"):
            negated = self.take("keyword", "not")
            if not self.take("keyword", "missing"):
                raise self.error("'missing'")
            return Missing(name.value, negated)
        negated = self.take("keyword", "not")
        if self.take("keyword", "in"):
            return Membership(name.value, self.values(), negated)
        if negated:
            raise self.error("'in' after 'not'")
        operator = self.peek()
        if operator.kind != "op":
            raise self.error("a comparison such as == or in")
        self.at += 1
        return Comparison(name.value, operator.value, self.value())  # type: ignore[arg-type]

    def values(self) -> tuple[str, ...]:
        if not self.take("punct", "["):
            raise self.error("'[' with a list of answers")
        out = [self.value()]
        while self.take("punct", ","):
            out.append(self.value())
        if not self.take("punct", "]"):
            raise self.error("']'")
        return tuple(out)

    def value(self) -> str:
        token = self.peek()
        if token.kind not in ("text", "name"):
            raise self.error("an answer in quotes or a number")
        self.at += 1
        return token.value

    def take(self, kind: str, value: str) -> bool:
        token = self.peek()
        if token.kind == kind and token.value == value:
            self.at += 1
            return True
        return False

    def peek(self) -> _Token:
        return self.tokens[self.at]

    def error(self, expected: str) -> ExpressionError:
        token = self.peek()
        found = "the end" if token.kind == "end" else f"'{token.value}'"
        return ExpressionError(
            f"The expression cannot be read at position {token.at + 1}: found {found}, expected {expected}.",
            where=f"{self.text}\n  {' ' * token.at}^",
            hint="for example: age >= 35 and sex in ['Woman', 'Man']",
        )


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:  # only white space is left
            break
        kind = match.lastgroup or "bad"
        value, at = match.group(kind), match.start(kind)
        position = match.end()
        if kind == "bad":
            raise ExpressionError(
                f"The expression cannot be read at position {at + 1}: '{value}' has no meaning here.",
                where=f"{text}\n  {' ' * at}^",
                hint="put answers in quotes and odd column names in backticks.",
            )
        if kind == "text":
            yield _Token("text", re.sub(r"\\(.)", r"\1", value[1:-1]), at)
        elif kind == "word":
            yield _Token("keyword" if value in _KEYWORDS else "name", value, at)
        elif kind == "quoted":
            yield _Token("name", value, at)
        else:
            yield _Token("op" if kind == "op" else "punct", value, at)
    yield _Token("end", "", len(text))
