"""The language of claims: what a sentence says of the estimates, in one line of the study file.

    follow[micro].top2 > 0.5                               a share, with its interval
    follow[micro].top2 == 82%                              a number, as it rounds
    follow[micro].top2 > follow[average].top2 + 5 points   a comparison, by more than a margin
    recommended[panel].mean > 2 * recommended[control].mean            a ratio
    max(talk[panel].mean / talk[control].mean by category) == 18.6     "up to"
    best(trustworthiness.mean by source) == micro          alone in the simultaneous best set
    same(honest[micro].top2, honest[average].top2, 5 points)           equivalence, margin declared
    unclear(honest[micro].top2, honest[average].top2)      "no clear difference"
    rises(follow[micro].top2 by age)                       a trend over ordered groups

Any of them may end in `where` and an expression of `study.expressions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from survey_analysis.errors import StudyError, closest

Operator = Literal[">", ">=", "<", "<=", "=="]
Form = Literal["level", "difference", "ratio", "largest", "best", "same", "unclear", "trend"]
StatKind = Literal["top", "bottom", "share", "mean", "per", ""]

EXAMPLE: Final = "for example: follow[micro].top2 > follow[average].top2"
FUNCTIONS: Final = ("max", "best", "same", "unclear", "rises", "falls")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d+)?|\.\d+)\s?%?)|(?P<op>>=|<=|==|>|<)|(?P<mark>[][(),./*+-])"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|`(?P<quoted>[^`]+)`|(?P<name>[^\W\d]\w*)|(?P<bad>\S))"
)


@dataclass(frozen=True)
class Stat:
    """What is estimated of a question: boxes, answers, the mean, or a share of events; "" is the default."""

    kind: StatKind = ""
    boxes: int = 0
    answers: tuple[str, ...] = ()
    per: str = ""


@dataclass(frozen=True)
class Term:
    """One estimate: a question or construct, who or what it is of, and the statistic.

    `of` holds members or samples ("micro") and conditions ("age", "18-34") as pairs; the name of a bare
    member is "".
    """

    question: str
    of: tuple[tuple[str, str], ...] = ()
    stat: Stat = Stat()


@dataclass(frozen=True)
class Number:
    """A number as written: its value and the decimals it states (82% and 0.82 both state two)."""

    value: float
    decimals: int


@dataclass(frozen=True)
class Says:
    """What a claim says: its form, one or two terms, the relation and the numbers in it."""

    form: Form
    a: Term
    b: Term | None = None
    op: Operator = "=="
    number: Number | None = None  # a limit, a margin of a comparison, or how many times
    margin: float | None = None  # declared margin of equivalence
    by: str = ""
    member: str = ""
    rising: bool = True
    where: str = ""


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str
    at: int


def parse(text: str) -> Says:
    """Read one line of the language of claims.

    Raises
    ------
    StudyError
        Names the position and what was expected there.

    Examples
    --------
    >>> says = parse("follow[micro].top2 > 50%")
    >>> says.form, says.a.question, says.a.of, says.op, says.number.value
    ('level', 'follow', (('', 'micro'),), '>', 0.5)
    >>> parse("same(honest[micro].top2, honest[average].top2, 5 points)").margin
    0.05
    """
    return _Parser(text).parse()


class _Parser:
    """Recursive descent over the tokens of one claim."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[_Token] = []
        self.where = ""
        self.at = 0
        self._tokenise()

    def _tokenise(self) -> None:
        position = 0
        while found := _TOKEN.match(self.text, position):
            kind = found.lastgroup or "bad"
            value, at = found[kind], found.start(kind)
            if kind == "name" and value == "where":
                self.where = self.text[found.end() :].strip()
                break
            if kind == "bad":
                raise self.error(f"'{value}' has no meaning here", at)
            kind = "name" if kind == "quoted" else kind
            self.tokens.append(_Token(kind, value[1:-1] if kind == "text" else value, at))
            position = found.end()
        self.tokens.append(_Token("end", "", len(self.text)))

    def parse(self) -> Says:
        if self.tokens[0].kind == "end":
            raise StudyError("The claim is empty.", hint=EXAMPLE)
        first = self.peek()
        function = first.kind == "name" and self.tokens[1].value == "("
        said = self.function() if function else self.relation()
        if self.peek().kind != "end":
            raise self.expected("the end or 'where'")
        return replace(said, where=self.where)

    def function(self) -> Says:
        name = self.peek().value
        if name not in FUNCTIONS:
            raise StudyError(
                f"'{name}' is not a form of a claim.", where=self.text, hint=closest(name, FUNCTIONS)
            )
        self.at += 2
        made = {
            "max": self.largest, "best": self.best, "same": self.same, "unclear": self.unclear,
            "rises": self.trend, "falls": self.trend,
        }[name]()  # fmt: skip
        return replace(made, rising=name != "falls")

    def relation(self) -> Says:
        a = self.term()
        op = self.operator()
        if self.peek().kind == "number":
            number = self.number()
            if not self.take("*"):
                return Says("level", a, op=op, number=number)
            return Says("ratio", a, self.term(), op, number)
        b = self.term()
        sign = 1.0 if self.take("+") else -1.0 if self.take("-") else 0.0
        margin = Number(0.0, 2)
        if sign:
            given = self.number()
            margin = Number(sign * given.value, given.decimals)
        elif op == "==":
            raise StudyError(
                "Two estimates are never simply equal.",
                where=self.text,
                hint="declare a margin, same(A, B, 5 points), or state the difference, A == B + 7 points.",
            )
        return Says("difference", a, b, op, margin)

    def largest(self) -> Says:
        a = self.term()
        self.need("/")
        b = self.term()
        by = self.by()
        self.need(")")
        op = self.operator()
        return Says("largest", a, b, op, self.number(), by=by)

    def best(self) -> Says:
        a = self.term()
        by = self.by(needed=False)
        self.need(")")
        if self.operator() != "==":
            raise self.expected("'==' and the member that is alone in the best set")
        return Says("best", a, by=by, member=self.word("a member"))

    def same(self) -> Says:
        a = self.term()
        self.need(",")
        b = self.term()
        if not self.take(","):
            raise StudyError(
                "same() has no margin: without a declared one nothing is called the same.",
                where=self.text,
                hint="add the largest difference that would not matter to you, such as same(A, B, 5 points).",
            )
        margin = self.number().value
        self.need(")")
        return Says("same", a, b, margin=margin)

    def unclear(self) -> Says:
        a = self.term()
        self.need(",")
        b = self.term()
        self.need(")")
        return Says("unclear", a, b)

    def trend(self) -> Says:
        a = self.term()
        by = self.by()
        self.need(")")
        return Says("trend", a, by=by)

    def by(self, *, needed: bool = True) -> str:
        if self.peek().value == "by":
            self.at += 1
            return self.word("what it is broken down by")
        if needed:
            raise self.expected("'by' and what it is broken down by")
        return ""

    def term(self) -> Term:
        name = self.word("the name of a question or construct")
        of: list[tuple[str, str]] = []
        if self.take("["):
            of.append(self.item())
            while self.take(","):
                of.append(self.item())
            self.need("]")
        return Term(name, tuple(of), self.stat() if self.take(".") else Stat())

    def item(self) -> tuple[str, str]:
        first = self.word("a member, a sample, or a condition such as age == '18-34'")
        if self.peek().value != "==":
            return "", first
        self.at += 1
        return first, self.word("an answer", numbers=True)

    def stat(self) -> Stat:
        name = self.word("top2, bottom2, mean, share(...) or per(...)")
        boxes = re.fullmatch(r"(top|bottom)(\d+)", name)
        if boxes:
            return Stat(cast(StatKind, boxes[1]), int(boxes[2]))
        if name == "mean":
            return Stat("mean")
        if name not in ("share", "per"):
            raise StudyError(
                f"'{name}' is not a statistic of a claim.",
                where=self.text,
                hint=closest(name, ("top2", "bottom2", "mean", "share", "per")),
            )
        self.need("(")
        given = [self.word("an answer in quotes" if name == "share" else "a question")]
        while self.take(","):
            given.append(self.word("an answer in quotes"))
        self.need(")")
        return Stat("share", answers=tuple(given)) if name == "share" else Stat("per", per=given[0])

    def number(self) -> Number:
        token = self.peek()
        if token.kind != "number":
            raise self.expected("a number")
        self.at += 1
        digits = token.value.rstrip("% ")
        decimals = len(digits.partition(".")[2])
        percent = "%" in token.value
        if self.peek().value in ("point", "points"):
            self.at += 1
            percent = True
        value = float(digits)
        return Number(value / 100, decimals + 2) if percent else Number(value, decimals)

    def operator(self) -> Operator:
        token = self.peek()
        if token.kind != "op":
            raise self.expected("one of > >= < <= ==")
        self.at += 1
        return cast(Operator, token.value)

    def word(self, expected: str, *, numbers: bool = False) -> str:
        token = self.peek()
        if token.kind not in ("name", "text", *(("number",) if numbers else ())):
            raise self.expected(expected)
        self.at += 1
        return token.value.strip()

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise self.expected(f"'{mark}'")

    def take(self, mark: str) -> bool:
        token = self.peek()
        if token.kind == "mark" and token.value == mark:
            self.at += 1
            return True
        return False

    def peek(self) -> _Token:
        return self.tokens[self.at]

    def expected(self, what: str) -> StudyError:
        token = self.peek()
        found = "the end" if token.kind == "end" else f"'{token.value}'"
        return self.error(f"found {found}, expected {what}", token.at)

    def error(self, what: str, at: int) -> StudyError:
        return StudyError(
            f"The claim cannot be read at position {at + 1}: {what}.",
            where=f"{self.text}\n  {' ' * at}^",
            hint=EXAMPLE,
        )
