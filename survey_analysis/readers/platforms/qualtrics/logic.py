"""Display, branch and skip logic of Qualtrics as expressions.

Logic is sets of conditions. Within a set AND binds before OR ("And conjunctions connect statements, while Or
conjunctions separate them"); sets are joined by AndIf or OrIf. A locator names what is looked at:
`q://QID1/SelectableChoice/2` is choice 2 of question 1, of a matrix with the statement before the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_analysis.readers.platforms.conditions import UntranslatedError, all_of, any_of, comparison
from survey_analysis.readers.platforms.description import Description
from survey_analysis.readers.platforms.markup import plain
from survey_analysis.readers.platforms.qualtrics.places import Place
from survey_analysis.study.expressions import Comparison, Expression, Missing, Operator

_LOCATOR = re.compile(r"q://(?P<id>[^/]+)/(?P<what>[A-Za-z]+)(?:/(?P<first>[^/]+))?(?:/(?P<second>[^/]+))?$")
_ORDER: dict[str, Operator] = {
    "EqualTo": "==", "NotEqualTo": "!=", "GreaterThan": ">", "GreaterThanOrEqual": ">=", "LessThan": "<",
    "LessThanOrEqual": "<=",
}  # fmt: skip
_ENTERED = ("ChoiceTextEntryValue", "ChoiceNumericEntryValue", "SelectedChoicesRecode")


@dataclass(frozen=True)
class Logic:
    """Reads logic with the places and codes of the questions.

    Attributes
    ----------
    codes
        What a cell holds for an answer, by question and id of the choice (of a matrix: of the answer).
    """

    out: Description
    places: Mapping[str, Place]
    codes: Mapping[str, Mapping[str, str]]

    def whole(self, logic: Mapping[str, Any], *, negated: bool = False) -> Expression | None:
        """All sets of some logic."""
        sets = [s for _, s in _numbered(logic)]
        kinds = [str(s.get("Type", "If")) for s in sets[1:]]
        if "AndIf" in kinds and "OrIf" in kinds:
            raise UntranslatedError("its sets are joined by both AND and OR")
        terms = [t for s in sets if (t := self.one_set(s, negated=negated)) is not None]
        if not terms:
            raise UntranslatedError("its conditions cannot be read")
        joined_by_or = "OrIf" in kinds
        return any_of(terms) if joined_by_or is not negated else all_of(terms)

    def one_set(self, one: Mapping[str, Any], *, negated: bool) -> Expression | None:
        """Conditions of one set: runs joined by AND, with OR between them."""
        runs: list[list[Expression]] = []
        for number, (_, part) in enumerate(_numbered(one)):
            conjunction = str(part.get("Conjuction") or part.get("Conjunction") or "And").casefold()
            if number == 0 or conjunction == "or":
                runs.append([])
            runs[-1].append(self.condition(part, negated=negated))
        inside, outside = (any_of, all_of) if negated else (all_of, any_of)
        return outside(t for run in runs if (t := inside(run)) is not None)

    def condition(self, part: Mapping[str, Any], *, negated: bool) -> Expression:
        """One condition, or the reason why it cannot be said."""
        operator = str(part.get("Operator") or part.get("Condition") or "")
        value = str(part.get("RightOperand") if part.get("RightOperand") is not None else "")
        if part.get("LogicType") == "EmbeddedField":
            return self.entered(str(part.get("LeftOperand", "")), operator, value, negated=negated)
        text = str(part.get("LeftOperand") or part.get("ChoiceLocator") or part.get("Locator") or "")
        found = _LOCATOR.match(text)
        if found is None:
            raise UntranslatedError(f"it looks at {part.get('LogicType') or text or 'nothing'!s}")
        place = self.places.get(found["id"])
        if place is None or not place.all:
            raise UntranslatedError(f"the data have no column of {found['id']}")
        if operator in ("Selected", "NotSelected"):
            no = negated is not (operator == "NotSelected")
            return self.chosen(place, found["what"], found["first"] or "", found["second"] or "", negated=no)
        if found["what"] not in _ENTERED:
            raise UntranslatedError(f"it looks at {found['what']}")
        column = (
            place.columns.get(found["first"] or "") or place.texts.get(found["first"] or "") or place.column
        )
        return self.entered(column, operator, value, negated=negated)

    def entered(self, column: str, operator: str, value: str, *, negated: bool) -> Expression:
        """A condition on a text or number that was typed in, or on embedded data."""
        if column not in self.out.raw.columns:
            raise UntranslatedError(f"the data have no column '{column}'")
        if operator in ("Empty", "NotEmpty"):
            return Missing(column, negated=(operator == "NotEmpty") is not negated)
        if operator not in _ORDER:
            raise UntranslatedError(f"{operator or 'no operator'} cannot be said")
        return comparison(column, _ORDER[operator], value, negated=negated)

    def chosen(self, place: Place, what: str, first: str, second: str, *, negated: bool) -> Expression:
        """That an answer was chosen."""
        codes = self.codes[place.question.id]
        if place.column and place.kind != "text" and what == "SelectableChoice" and first in codes:
            return comparison(place.column, "==", codes[first], negated=negated)
        if place.kind == "split" and first in place.columns:
            return self.ticked(place.columns[first], negated=negated)
        if place.kind == "grid" and first in place.columns and second in codes:
            return comparison(place.columns[first], "==", codes[second], negated=negated)
        if place.kind == "grid" and what == "SelectableAnswer" and not second and first in codes:
            terms = [comparison(c, "==", codes[first], negated=negated) for c in place.columns.values()]
            whole = all_of(terms) if negated else any_of(terms)
            if whole is not None:
                return whole
        if place.kind == "cells" and f"{first}_{second}" in place.columns:
            return self.ticked(place.columns[f"{first}_{second}"], negated=negated)
        raise UntranslatedError(
            f"{what} {first} {second}".strip() + f" of '{place.question.tag}' is not in the data"
        )

    def ticked(self, column: str, *, negated: bool) -> Expression:
        """That the column of an option is filled (and not with 0)."""
        if "0" in self.out.cells(column):
            return comparison(column, "==", "0") if negated else Comparison(column, "!=", "0")
        return Missing(column, negated=not negated)


def said(logic: Mapping[str, Any]) -> str:
    """Logic as Qualtrics describes it to people, as far as it does."""
    if logic.get("Type") == "Expression" or "SkipToDestination" in logic:
        return plain(
            str(logic.get("Description") or logic.get("LeftOperand") or logic.get("ChoiceLocator") or "")
        )
    return " ".join(s for _, part in _numbered(logic) if (s := said(part)))


def _numbered(whole: Mapping[str, Any]) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """Parts under the keys "0", "1" ... in order."""
    parts = [(int(k), v) for k, v in whole.items() if k.isdecimal() and isinstance(v, dict)]
    return sorted(parts, key=lambda part: part[0])
