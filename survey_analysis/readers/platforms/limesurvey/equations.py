"""Relevance equations of LimeSurvey as expressions.

A name is a variable, `Q1.NAOK` or `Q1_SQ001.NAOK` (NAOK: an answer is not needed). An equation that reads a
question without NAOK is false for those who were not asked that question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_analysis.readers.platforms.conditions import UntranslatedError, all_of, comparison
from survey_analysis.readers.platforms.description import Description
from survey_analysis.readers.platforms.infix import Call, Dialect, Operand, translate
from survey_analysis.readers.platforms.limesurvey.variables import Variable
from survey_analysis.study.expressions import Both, Either, Expression, Missing, Operator

_NAMES = r"(?P<inner>(?:\d+X\d+X\d+[A-Za-z]\w*|\d+X\d+X\d+|[A-Za-z]\w*)(?:\.\w+)?)"


@dataclass
class Equations:
    """Translates equations; `known` has column and variable of each name.

    Attributes
    ----------
    ticks
        Text of a cell that is ticked, by column.
    """

    out: Description
    known: Mapping[str, tuple[str, Variable]]
    ticks: Mapping[str, str]
    _open: list[str] = field(default_factory=list)
    _asked: dict[str, Expression | None] = field(default_factory=dict)
    _asking: list[str] = field(default_factory=list)

    def asked(self, variable: Variable) -> Expression | None:
        """Who was asked a variable: group, question and part are all relevant."""
        return all_of(
            t for text in (*variable.question.relevance, variable.relevance) if text and (t := self.one(text))
        )

    def one(self, text: str) -> Expression | None:
        """One equation, with what the names without NAOK imply."""
        before, self._open = self._open, []
        try:
            plain = text.strip()
            plain = plain[1:-1] if plain.startswith("{") and plain.endswith("}") else plain
            told = translate(plain, Dialect(_NAMES, self.compare, self.truth, words=True))
            return all_of([told, *(t for name in self._open if (t := self.relevant(name)) is not None)])
        finally:
            self._open = before

    def relevant(self, name: str) -> Expression | None:
        """Who was asked the question behind a name."""
        variable = self.known[name][1]
        key = variable.codes[0]
        if key in self._asking:
            raise UntranslatedError(f"the conditions of '{key}' lead back to it")
        if key not in self._asked:
            self._asking.append(key)
            try:
                self._asked[key] = self.asked(variable)
            finally:
                self._asking.pop()
        return self._asked[key]

    def compare(self, left: Operand | Call, operator: Operator, value: str, negated: bool) -> Expression:
        """A comparison of a variable with a value."""
        if isinstance(left, Call):
            raise UntranslatedError(f"the function '{left.function}' is not known")
        column, variable = self.look_up(left.text)
        if variable.sort == "tick":
            return self._noted(left.text, self._ticked(column, operator, value, negated))
        told = self.out.compare(column, operator, value, variable.options, negated=negated)
        return self._noted(left.text, told)

    def _ticked(self, column: str, operator: Operator, value: str, negated: bool) -> Expression:
        if operator not in ("==", "!=") or value not in ("Y", "N", ""):
            raise UntranslatedError(f"'{column}' is ticked or not, never {value!r}")
        off = (value != "Y") is not (operator == "!=")
        return comparison(column, "==", self.ticks[column], negated=off is not negated)

    def truth(self, left: Operand | Call, negated: bool) -> Expression:
        """The functions that say whether there is an answer."""
        if not isinstance(left, Call) or left.function != "is_empty" or len(left.arguments) != 1:
            what = f"the function '{left.function}'" if isinstance(left, Call) else f"'{left.text}' alone"
            raise UntranslatedError(f"{what} cannot be said in an expression")
        inner = left.arguments[0]
        if isinstance(inner, Call) or inner.kind != "name":
            raise UntranslatedError("is_empty is asked of no question")
        return self.compare(inner, "==", "", negated)

    def look_up(self, name: str) -> tuple[str, Variable]:
        """Column and variable of a name."""
        base, _, ending = name.partition(".")
        if ending.casefold() not in ("", "naok", "code"):
            raise UntranslatedError(f"'{name}' is no answer")
        if base not in self.known:
            raise UntranslatedError(f"the data have no column of '{base}'")
        return self.known[base]

    def _noted(self, name: str, told: Expression) -> Expression:
        """Remember a name without NAOK where its condition may hold without an answer."""
        if "." not in name and _may_hold_of_nothing(told):
            self._open.append(name)
        return told


def _may_hold_of_nothing(told: Expression) -> bool:
    match told:
        case Missing(_, negated):
            return not negated
        case Both(left, right) | Either(left, right):
            return _may_hold_of_nothing(left) or _may_hold_of_nothing(right)
        case _:
            return False
