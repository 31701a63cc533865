"""Conditions of questionnaires as text of the `where` language.

Every platform has its own way to say "show this question if ...". Each is read into the expressions of
`study.expressions` and written here as text, so that routing parses wherever `where=` does.

Platforms know two truth values: a comparison with an empty answer is false, its negation true. `where` knows
three. What is built here keeps the platform's meaning: "not 1" is also true of those who gave no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from survey_analysis.study.expressions import (
    Both,
    Comparison,
    Either,
    Expression,
    Membership,
    Missing,
    Not,
    Operator,
)

LONGEST = 4000  # characters of a condition that a person could still check

_PLAIN = re.compile(r"[^\W\d]\w*")
_KEYWORDS = {"and", "or", "not", "in", "is", "missing"}
_OPPOSITE: dict[Operator, Operator] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
}  # fmt: skip


class UntranslatedError(Exception):
    """A condition that the `where` language cannot say; the message is the reason."""


def text_of(expression: Expression) -> str:
    """Text that `study.expressions.parse` reads back as the same expression.

    Raises
    ------
    UntranslatedError
        A name that cannot be written, or a condition too long to check.

    Examples
    --------
    >>> text_of(Either(Comparison("age", ">", "17"), Missing("sex", False)))
    "age > '17' or sex is missing"
    """
    text = _written(expression)
    if len(text) > LONGEST:
        raise UntranslatedError("it is too long")
    return text


def _written(expression: Expression) -> str:
    match expression:
        case Comparison(name, operator, value):
            return f"{_name(name)} {operator} {_quoted(value)}"
        case Membership(name, values, negated):
            listed = ", ".join(map(_quoted, values))
            return f"{_name(name)} {'not in' if negated else 'in'} [{listed}]"
        case Missing(name, negated):
            return f"{_name(name)} is {'not ' if negated else ''}missing"
        case Not(term):
            return f"not ({_written(term)})"
        case Both(left, right):
            return f"{_inside(left, Either)} and {_inside(right, (Either, Both))}"
        case Either(left, right):
            return f"{_written(left)} or {_inside(right, Either)}"


def _inside(term: Expression, loose: type | tuple[type, ...]) -> str:
    return f"({_written(term)})" if isinstance(term, loose) else _written(term)


def _name(name: str) -> str:
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    if "`" in name or not name:
        raise UntranslatedError(f"the column {name!r} cannot be named in an expression")
    return f"`{name}`"


def _quoted(value: str) -> str:
    if "\n" in value:  # an escape of the language is one character
        raise UntranslatedError("an answer runs over several lines")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def comparison(name: str, operator: Operator, value: str, *, negated: bool = False) -> Expression:
    """A comparison as platforms mean it: an empty answer differs from every value, and is in no order.

    Examples
    --------
    >>> text_of(comparison("q1", "!=", "1")), text_of(comparison("q1", ">", "", negated=True))
    ("q1 != '1' or q1 is missing", 'q1 is missing')
    """
    if value == "":
        answered = operator in ("!=", ">", "<")
        return Missing(name, negated=answered is not negated)
    if negated:
        operator = _OPPOSITE[operator]
    told = Comparison(name, operator, value)
    open_to_blank = operator == "!=" if not negated else operator != "=="
    return Either(told, Missing(name, negated=False)) if open_to_blank else told


def possible(expression: Expression, has: Callable[[str, str], bool]) -> Expression | None:
    """The same condition over answers that can occur; None when it holds of nobody.

    An expression that names an answer which a variable cannot have is an error where it is evaluated. On a platform
    it is merely never true, as of a town that nobody typed.

    Parameters
    ----------
    has
        Whether a variable (by name) can have an answer.

    Examples
    --------
    >>> either = Either(Comparison("town", "==", "Bern"), Comparison("sex", "==", "1"))
    >>> text_of(possible(either, lambda name, answer: answer == "1"))
    "sex == '1'"
    """
    match expression:
        case Comparison(name, "==", value) if not has(name, value):
            return None
        case Comparison(name, "!=", value) if not has(name, value):
            return Missing(name, negated=True)
        case Comparison(name, operator, value) if operator not in ("==", "!=") and not _is_number(value):
            raise UntranslatedError(f"'{name}' is put in order with {value!r}, which is no number")
        case Both(left, right):
            first, second = possible(left, has), possible(right, has)
            return None if first is None or second is None else Both(first, second)
        case Either(left, right):
            first, second = possible(left, has), possible(right, has)
            return second if first is None else first if second is None else Either(first, second)
        case _:
            return expression


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)  # not NaN
    except ValueError:
        return False


def all_of(terms: Iterable[Expression]) -> Expression | None:
    """All terms hold; a term that was said before is said once. None when there is none."""
    out: Expression | None = None
    for term in dict.fromkeys(terms):
        out = term if out is None else Both(out, term)
    return out


def any_of(terms: Iterable[Expression]) -> Expression | None:
    """At least one term holds; None when there is none."""
    out: Expression | None = None
    for term in dict.fromkeys(terms):
        out = term if out is None else Either(out, term)
    return out
