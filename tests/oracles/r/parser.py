"""Recursive descent over R's grammar, with its precedence: as much of it as reference scripts use."""

from __future__ import annotations

import math

from oracles.r.lexer import RSyntaxError, Token, tokens
from oracles.r.nodes import Arg, Call, Const, Function, Name, Node

_LEFT = {  # binding power of binary operators that group to the left
    "|": 30, "||": 30, "&": 40, "&&": 40, "==": 60, "!=": 60, "<": 60, ">": 60, "<=": 60, ">=": 60,
    "+": 70, "-": 70, "*": 80, "/": 80, ":": 100,
}  # fmt: skip
_RIGHT = {"=": 5, "<-": 10, "<<-": 10}
_TILDE, _NOT, _SPECIAL, _SIGN, _POWER = 20, 50, 90, 110, 120
_WORDS = {
    "TRUE": Const(True, "logical"), "FALSE": Const(False, "logical"), "T": Const(True, "logical"),
    "F": Const(False, "logical"), "NULL": Const(None, "NULL"), "NA": Const(None, "logical"),
    "NA_real_": Const(math.nan, "double"), "NA_character_": Const(None, "character"),
    "NA_integer_": Const(math.nan, "integer"), "Inf": Const(math.inf, "double"),
    "NaN": Const(math.nan, "double"),
}  # fmt: skip


def parse(text: str) -> tuple[Node, ...]:
    """Expressions of R text, in order.

    Raises
    ------
    RSyntaxError
        The text is not R, or uses what this parser does not read.
    """
    return _Parser(text).program()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0

    def program(self) -> tuple[Node, ...]:
        out = []
        self.skip()
        while self.peek().kind != "end":
            out.append(self.expression())
            if self.peek().kind not in {"newline", "end"}:
                raise self.unexpected()
            self.skip()
        return tuple(out)

    def expression(self, power: int = 0) -> Node:
        left = self.prefix()
        while True:
            token = self.peek()
            if token.kind != "op":
                return left
            op = token.value
            if op in _RIGHT and _RIGHT[op] >= power:
                left = self.binary(op, left, _RIGHT[op])
            elif op == "->" and power <= 10:
                self.take()
                target = self.operand(11)
                left = _call("<-", target, left)
            elif op == "~" and power <= _TILDE:
                left = self.binary(op, left, _TILDE + 1)
            elif op in _LEFT and _LEFT[op] >= power:
                left = self.binary(op, left, _LEFT[op] + 1)
            elif op.startswith("%") and power <= _SPECIAL:
                left = self.binary(op, left, _SPECIAL + 1)
            elif op == "|>" and power <= _SPECIAL:
                self.take()
                right = self.operand(_SPECIAL + 1)
                assert isinstance(right, Call)
                left = Call(right.function, (Arg(None, left), *right.args))
            elif op == "^" and power <= _POWER:
                left = self.binary(op, left, _SIGN)
            else:
                return left

    def binary(self, op: str, left: Node, power: int) -> Node:
        self.take()
        name = "<-" if op in {"=", "<<-"} else op
        return _call(name, left, self.operand(power))

    def operand(self, power: int) -> Node:
        self.skip()
        return self.expression(power)

    def prefix(self) -> Node:
        token = self.peek()
        if token.kind == "op":
            if token.value in {"-", "+"}:
                self.take()
                return _call(token.value, self.operand(_SIGN))
            if token.value == "!":
                self.take()
                return _call("!", self.operand(_NOT))
            if token.value == "~":
                self.take()
                return _call("~", self.operand(_TILDE + 1))
        return self.postfix(self.primary())

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            number = int(token.value, 16) if token.value[:2] in {"0x", "0X"} else float(token.value)
            return Const(float(number), "double")
        if token.kind == "integer":
            return Const(int(float(token.value)), "integer")
        if token.kind == "text":
            return Const(token.value, "character")
        if token.kind == "name":
            return self.word(token)
        if token.value == "(":
            inner = self.operand(0)
            self.expect(")")
            return _call("(", inner)
        if token.value == "{":
            return self.block()
        if token.value == "\\":
            return self.function()
        self.at -= 1
        raise self.unexpected()

    def word(self, token: Token) -> Node:
        if token.value in _WORDS:
            return _WORDS[token.value]
        if token.value == "function" and self.peek().value == "(":
            return self.function()
        if token.value == "if" and self.peek().value == "(":
            return self.condition()
        if token.value == "for" and self.peek().value == "(":
            self.expect("(")
            variable = Name(self.take().value)
            if self.take().value != "in":
                raise self.unexpected()
            over = self.operand(0)
            self.expect(")")
            return _call("for", variable, over, self.operand(0))
        return Name(token.value)

    def condition(self) -> Node:
        self.expect("(")
        test = self.operand(0)
        self.expect(")")
        yes = self.operand(1)
        before = self.at
        self.skip()
        if self.peek().kind == "name" and self.peek().value == "else":
            self.take()
            return _call("if", test, yes, self.operand(1))
        self.at = before
        return _call("if", test, yes)

    def function(self) -> Node:
        self.expect("(")
        params = self.arguments(")")
        named = tuple(
            Arg(p.value.name, None) if p.name is None and isinstance(p.value, Name) else p for p in params
        )
        return Function(named, self.operand(1))

    def block(self) -> Node:
        out = []
        self.skip()
        while self.peek().value != "}":
            out.append(self.expression())
            if self.peek().kind != "newline" and self.peek().value != "}":
                raise self.unexpected()
            self.skip()
        self.take()
        return _call("{", *out)

    def postfix(self, node: Node) -> Node:
        while self.peek().kind == "op" and self.peek().value in {"(", "[", "[[", "$", "@", "::", ":::"}:
            op = self.take().value
            if op == "(":
                node = Call(node, self.arguments(")"))
            elif op == "[":
                node = Call(Name("["), (Arg(None, node), *self.arguments("]")))
            elif op == "[[":
                node = Call(Name("[["), (Arg(None, node), *self.arguments("]")))
                self.expect("]")
            elif op in {"::", ":::"}:
                node = Name(self.take().value)
            else:
                field = self.take()
                if field.value == "(":
                    raise self.unexpected()
                node = _call("$", node, Name(field.value))
        return node

    def arguments(self, close: str) -> tuple[Arg, ...]:
        out: list[Arg] = []
        self.skip()
        if self.peek().value == close and self.peek().kind == "op":
            self.take()
            return ()
        while True:
            out.append(self.argument(close))
            token = self.take()
            if token.kind == "op" and token.value == close:
                return tuple(out)
            if token.value != ",":
                self.at -= 1
                raise self.unexpected()
            self.skip()

    def argument(self, close: str) -> Arg:
        token, after = self.peek(), self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.kind == "op" and token.value in {",", close}:
            return Arg(None, None)
        if token.kind in {"name", "text"} and after.kind == "op" and after.value == "=":
            self.at += 2
            self.skip()
            if self.peek().kind == "op" and self.peek().value in {",", close}:
                return Arg(token.value, None)
            return Arg(token.value, self.expression(6))
        return Arg(None, self.expression(6))

    def skip(self) -> None:
        while self.peek().kind == "newline":
            self.at += 1

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def peek(self) -> Token:
        return self.tokens[self.at]

    def expect(self, value: str) -> None:
        self.skip()
        if self.take().value != value:
            self.at -= 1
            raise self.unexpected()

    def unexpected(self) -> RSyntaxError:
        token = self.peek()
        return RSyntaxError(f"'{token.value or token.kind}' is not expected at {token.at + 1}")


def _call(name: str, *values: Node) -> Call:
    return Call(Name(name), tuple(Arg(None, v) for v in values))
