"""What a name or a call of a formula holds for every row: numbers, or levels of a factor.

The codebook decides. A numeric question is numbers; a question whose answers are words is a factor in scale
order, the first answer the reference. An answer scale that could be either is an error until the formula
says `C(q)` or `score(q)`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import ExpressionError, ScoreError, closest
from survey_analysis.estimation.scoring import numbers as scores
from survey_analysis.frames.variables import Categorical, Encoded, Numeric
from survey_analysis.models.formula import Token, closing, tokens
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.study.expressions import evaluate, names, parse
from survey_analysis.typing import FloatArray, IntArray

FUNCTIONS: dict[str, Callable[..., FloatArray]] = {
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "round": np.round,
}
_OPERATORS: dict[type, Callable[..., FloatArray]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.BitXor: operator.pow,  # R writes powers with ^
}
_CONDITION = {"==", "!=", "<", ">", "<=", ">=", "in", "and", "or", "not", "is"}


@dataclass(frozen=True, eq=False)
class Factor:
    """Levels of a factor; codes are -1 where missing. `keep_empty` False drops levels nobody gave."""

    codes: IntArray
    labels: tuple[str, ...]
    keep_empty: bool = True

    def known(self) -> np.ndarray:
        """Rows with a level."""
        return self.codes >= 0


Values = FloatArray | Factor


@dataclass(frozen=True, eq=False)
class Source:
    """Where names are looked up: the survey's questions, or new rows that answer the same questions."""

    question: Callable[[str], Question]
    variable: Callable[[str], Encoded]


def known(values: Values) -> np.ndarray:
    """Rows that hold a value."""
    return values.known() if isinstance(values, Factor) else np.isfinite(values)


def column(text: str, source: Source) -> Values:
    """Values of one column of a formula: a question, or a call.

    Raises
    ------
    ScoreError
        A scale that could be numbers or a factor; words where numbers are needed.
    ExpressionError
        A call that cannot be read or is not known.
    """
    pieces = tokens(text)
    if len(pieces) == 1 and pieces[0].kind in ("name", "quoted"):
        return _question(pieces[0].text, source)
    if pieces and pieces[0].kind == "name" and closing(pieces, 1) == len(pieces) - 1:
        head, inner = pieces[0].text, pieces[2:-1]
        if head in ("C", "factor", "drop_empty"):
            return _factor(_only(text, inner), source, keep_empty=head != "drop_empty")
        if head == "I" and any(t.text in _CONDITION for t in inner):
            return _condition(inner, source)
        if head == "I":
            return _arithmetic(text, inner, source)
    if any(t.text in _CONDITION for t in pieces):
        raise ExpressionError(f"A comparison stands in I(...): {text}", hint=f"write I({text}).")
    whole = source_name(text, source)
    return _question(whole, source) if whole else _arithmetic(text, pieces, source)


def source_name(text: str, source: Source) -> str:
    """The question of exactly that name (it may hold spaces), else ""."""
    try:
        source.question(text)
    except KeyError:
        return ""
    return text


def levels(text: str, source: Source) -> Factor:
    """The outcome of an ordinal or multinomial model: its answers in scale order."""
    pieces = tokens(text)
    calls = ("C", "factor", "drop_empty")
    if len(pieces) > 1 and pieces[0].text in calls:
        return _factor(
            _only(text, pieces[2:-1]), source, keep_empty=pieces[0].text != "drop_empty", outer=False
        )
    return _factor(_only(text, pieces), source, keep_empty=True, outer=False)


def _only(text: str, inner: list[Token]) -> str:
    if len(inner) != 1 or inner[0].kind not in ("name", "quoted"):
        raise ExpressionError(f"'{text}' takes the name of one question.")
    return inner[0].text


def _question(name: str, source: Source) -> Values:
    question, variable = source.question(name), _variable(name, source)
    if isinstance(variable, Numeric):
        return variable.values()
    if isinstance(variable, Categorical):
        return variable.values() if _is_number(question, variable) else _factor(name, source)
    kind = "a multiple-response question" if question.kind == "multiple" else "open text"
    raise ScoreError(
        f"'{name}' is {kind} and cannot stand in a model as it is.",
        hint=f'name one answer: I({name} == "...").',
    )


def _is_number(question: Question, variable: Categorical) -> bool:
    """True for a column of undeclared whole numbers, False for words; an error where either could be meant."""
    every = variable.scale.levels
    plain = [x.label == x.code and _float(x.code) is not None for x in every]
    if question.inferred and not any(plain):
        return False
    if question.inferred and all(plain) and question.kind == "single":
        return True
    scored = any(x.score is not None for x in every) or question.kind == "likert" or any(plain)
    if not scored:
        return False
    raise ScoreError(
        f"'{question.name}' has a scale with scores: in a model it can be a factor or a number.",
        where="answers: " + ", ".join(x.label for x in every[:8]),
        hint=f"say C({question.name}) for one coefficient an answer, score({question.name}) for one slope.",
    )


def _factor(name: str, source: Source, *, keep_empty: bool = True, outer: bool = True) -> Factor:
    """Answers in scale order; `outer` keeps answers that lie off the scale as levels."""
    variable = _variable(name, source)
    if isinstance(variable, Categorical):
        answers = variable.scale.answers if outer else variable.scale.levels
        codes = np.where(variable.codes < len(answers), variable.codes, -1)
        return Factor(codes.astype(np.int64), tuple(x.label for x in answers), keep_empty)
    if isinstance(variable, Numeric):
        values = variable.values()
        found = np.unique(values[np.isfinite(values)])
        codes = np.where(np.isfinite(values), np.searchsorted(found, values), -1)
        return Factor(codes.astype(np.int64), tuple(f"{v:g}" for v in found), keep_empty)
    raise ScoreError(f"'{name}' has no answers that could be levels of a factor.")


def _variable(name: str, source: Source) -> Encoded:
    question = source.question(name)
    if question.over:
        raise ExpressionError(
            f"'{name}' is asked about every {question.over}; a model needs one of its columns.",
            hint="name the data column: " + ", ".join(question.all_columns[:4]),
        )
    return source.variable(name)


def _condition(inner: list[Token], source: Source) -> FloatArray:
    """1 where the condition holds, 0 where it does not, NaN where an answer it needs is missing."""
    said = " ".join(f"`{t.text}`" if _is_name(t) else t.text for t in inner)
    expression = parse(said)
    variables = {n: _variable(n, source) for n in names(expression)}
    hit = evaluate(expression, lambda n: variables[n])
    every = np.logical_and.reduce([v.known() for v in variables.values()])
    return np.where(every, hit.astype(np.float64), np.nan)


def _is_name(token: Token) -> bool:
    return token.kind == "quoted" or (token.kind == "name" and token.text not in (*_CONDITION, "missing"))


def _arithmetic(text: str, inner: list[Token], source: Source) -> FloatArray:
    """Numbers of an expression of questions: + - * / ^, and the functions of `FUNCTIONS`."""
    found: dict[str, FloatArray] = {}
    said: list[str] = []
    i = 0
    while i < len(inner):
        token = inner[i]
        call = i + 1 < len(inner) and inner[i + 1].text == "("
        if token.text == "score" and call:
            end = closing(inner, i + 1)
            name = _only(text, inner[i + 2 : end])
            found[f"v{len(found)}"] = scores(source.question(name), _variable(name, source), "score")
            said.append(f"v{len(found) - 1}")
            i = end
        elif token.kind in ("name", "quoted") and not (call and token.kind == "name"):
            values = _question(token.text, source)
            if isinstance(values, Factor):
                raise ScoreError(
                    f"The answers of '{token.text}' are words and have no numbers.", where=f"in {text}"
                )
            found[f"v{len(found)}"] = values
            said.append(f"v{len(found) - 1}")
        else:
            said.append(token.text)
        i += 1
    try:
        tree = ast.parse(" ".join(said), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"This part of the formula cannot be read: {text}") from error
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.asarray(_value(tree.body, found, text), dtype=np.float64)
    if out.ndim == 0:
        raise ExpressionError(f"This part of the formula names no question: {text}")
    every = np.logical_and.reduce([np.isfinite(v) for v in found.values()])
    if not np.isfinite(out[every]).all():
        raise ScoreError(
            f"'{text}' is not finite in {counted(int((~np.isfinite(out[every])).sum()), 'row')}.",
            hint="logarithms and divisions need values other than zero; filter with where= or add a constant.",
        )
    return np.where(every, out, np.nan)


def _value(node: ast.expr, found: dict[str, FloatArray], text: str) -> FloatArray | float:
    match node:
        case ast.Name(id=name) if name in found:
            return found[name]
        case ast.Constant(value=value) if isinstance(value, int | float):
            return float(value)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, found, text), _value(right, found, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, found, text)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(a, found, text) for a in args[:1]))
        case ast.Call(func=ast.Name(id=name)):
            raise ExpressionError(
                f"A formula has no function '{name}'.",
                where=text,
                hint=closest(name, (*FUNCTIONS, "C", "score", "I", "drop_empty", "offset", "bs", "poly")),
            )
    raise ExpressionError(f"This part of the formula cannot be read: {text}")


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
