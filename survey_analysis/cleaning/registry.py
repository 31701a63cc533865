"""Every cleaning rule by name: what it is for, when it runs, which family of evidence it gives."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TypeVar

import pandas as pd
from pydantic import ValidationError

from survey_analysis.cleaning.flags import CleaningRule, Family, Stage
from survey_analysis.errors import StudyError, closest

ENTRY_POINTS = "survey_analysis.cleaning_rules"
_RULES: dict[str, RuleEntry] = {}
R = TypeVar("R", bound=type[CleaningRule])


@dataclass(frozen=True)
class RuleEntry:
    """A registered rule: its class makes a rule from options."""

    name: str
    make: type[CleaningRule]
    stage: Stage
    family: Family
    summary: str

    @property
    def options(self) -> tuple[str, ...]:
        """Names of the options."""
        return tuple(sorted(self.make.model_fields))


@dataclass(frozen=True)
class Declared:
    """A rule as declared: its entry, the options it was given, and the text of both."""

    entry: RuleEntry
    rule: CleaningRule
    text: str | Mapping[str, object] = ""


def rule(name: str, *, stage: Stage, family: Family = "") -> Callable[[R], R]:
    """Register a rule class under a name; the first line of its docstring is its summary."""

    def register(make: R) -> R:
        summary = (make.__doc__ or "").strip().split("\n")[0]
        _RULES[name] = RuleEntry(name, make, stage, family, summary)
        return make

    return register


def rule_named(name: str) -> RuleEntry:
    """The rule of that name.

    Raises
    ------
    StudyError
        There is none; the closest names are suggested.
    """
    known = registered()
    if name not in known:
        raise StudyError(
            f"There is no cleaning rule '{name}'.",
            where="[study.toml: clean.rules]",
            hint=closest(name, known),
        )
    return known[name]


def registered() -> Mapping[str, RuleEntry]:
    """All rules by name: those of `cleaning/rules/` and of installed packages that offer some."""
    _load()
    return dict(sorted(_RULES.items()))


def rules_frame() -> pd.DataFrame:
    """One row a rule: `rule, stage, family, summary, options`.

    Examples
    --------
    >>> frame = rules_frame().set_index("rule")
    >>> frame.loc["attention", ["stage", "family", "options"]].tolist()
    ['quality', 'contradiction', 'column, expected, label']
    """
    rows = [[e.name, e.stage, e.family, e.summary, ", ".join(e.options)] for e in registered().values()]
    return pd.DataFrame(rows, columns=["rule", "stage", "family", "summary", "options"])


def declare(rules: Sequence[str | Mapping[str, object]]) -> tuple[Declared, ...]:
    """Rules of a study file, each a name or a table `{rule = name, option = value}`, checked.

    Raises
    ------
    StudyError
        Unknown rule, unknown option (the closest is named) or a value an option cannot have.

    Examples
    --------
    >>> [d.rule.below_median for d in declare(["speeders", {"rule": "speeders", "below_median": 0.3}])]
    [0.4, 0.3]
    """
    return tuple(_declare(item, i) for i, item in enumerate(rules))


def _declare(item: str | Mapping[str, object], place: int) -> Declared:
    options: dict[str, object] = {"rule": item} if isinstance(item, str) else dict(item)
    name = options.pop("rule", None)
    if not isinstance(name, str):
        raise StudyError(
            f"Cleaning rule number {place + 1} has no name.",
            where=f"[study.toml: clean.rules[{place}]]",
            hint='write { rule = "speeders", below_median = 0.4 } or just "speeders".',
        )
    entry = rule_named(name)
    try:
        return Declared(entry, entry.make.model_validate(options), item)
    except ValidationError as error:
        raise _option_error(error, entry, place) from None


def _option_error(error: ValidationError, entry: RuleEntry, place: int) -> StudyError:
    first = error.errors(include_url=False)[0]
    option = str(first["loc"][0]) if first["loc"] else ""
    where = f"[study.toml: clean.rules[{place}]{'.' + option if option else ''}]"
    if first["type"] == "extra_forbidden":
        return StudyError(
            f"'{option}' is not an option of the cleaning rule '{entry.name}'.",
            where=where,
            hint=closest(option, entry.options),
        )
    if first["type"] == "missing":
        return StudyError(
            f"The cleaning rule '{entry.name}' needs the option '{option}'.", where=where, hint="add it."
        )
    message = str(first["msg"]).removeprefix("Value error, ")
    of = f"option '{option}' of the" if option else ""
    return StudyError(
        f"The {of} cleaning rule '{entry.name}' has a value that cannot be used.".replace("  ", " "),
        where=where,
        hint=message[0].lower() + message[1:] + ".",
    )


@cache
def _load() -> None:
    package = importlib.import_module("survey_analysis.cleaning.rules")
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        point.load()
