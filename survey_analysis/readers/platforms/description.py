"""`Description`: facts about columns as they are collected from a questionnaire, question by question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from survey_analysis.frames.facts import Facts, Labels, Measure, ResponseSet
from survey_analysis.frames.multiple import split_codes
from survey_analysis.frames.normal import normal
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.platforms.conditions import UntranslatedError, comparison, possible, text_of
from survey_analysis.study.expressions import Expression, Operator
from survey_analysis.study.scales import MissingCode

Style: TypeAlias = Literal["codes", "texts"]
MOST_NAMED = 5


@dataclass
class Description:
    """Collects; `facts` gives what was collected.

    Attributes
    ----------
    style
        What the export holds: the codes of the answers, or their texts.
    """

    raw: RawTable
    style: Style = "codes"
    wording: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Labels] = field(default_factory=dict)
    ordered: set[str] = field(default_factory=set)
    missing: dict[str, tuple[MissingCode, ...]] = field(default_factory=dict)
    measure: dict[str, Measure] = field(default_factory=dict)
    sets: list[ResponseSet] = field(default_factory=list)
    routing: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unlisted: dict[str, int] = field(default_factory=dict)
    untranslated: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _counted: dict[str, Counter[str]] = field(default_factory=dict, repr=False)

    def word(self, column: str, text: str, *, item: str = "") -> None:
        """Wording of a column: of one of several items, "stem - item"."""
        if item:
            self.items[column] = item
            if text:
                self.stems[column] = text
        whole = f"{text} - {item}" if text and item else text or item
        if whole:
            self.wording[column] = whole

    def answers(self, column: str, options: Labels, *, measure: Measure | None = None) -> None:
        """Labels of a column in the style of its cells; cells that are no listed answer are counted."""
        if not options:
            return
        shown = in_style(options, self.style)
        self.labels[column] = shown
        self.ordered.add(column)
        if measure:
            self.measure[column] = measure
        known = {code for code, _ in shown} | {label for _, label in shown}
        known |= {m.code for m in self.missing.get(column, ())}
        n = sum(count for text, count in self.cells(column).items() if text not in known)
        if n:
            self.unlisted[column] = n

    def several(self, column: str, options: Labels, text: str, separator: str) -> None:
        """A set of which several answers stand in one cell; cells with an answer that is not listed are counted."""
        self.sets.append(ResponseSet(column, "joined", (column,), options, text, separator=separator))
        known = {part: 0 for pair in options for part in pair}
        known |= {m.code: 0 for m in self.missing.get(column, ())}
        n = sum(
            count
            for cell, count in self.cells(column).items()
            if any(part not in known for part in split_codes(cell, separator, known))
        )
        if n:
            self.unlisted[column] = n

    def compare(
        self, column: str, operator: Operator, value: str, options: Labels, *, negated: bool = False
    ) -> Expression:
        """A comparison of a column with an answer given by its code, in the style of the cells.

        Raises
        ------
        UntranslatedError
            The data lack the column, the question has no such answer, or texts would be put in order.
        """
        if column not in self.raw.columns:
            raise UntranslatedError(f"the data have no column '{column}'")
        if options and value:
            if operator in ("==", "!="):
                value = self.code(column, value, options)
            elif self.style == "texts" and any(code != label for code, label in options):
                raise UntranslatedError(f"'{column}' holds texts, which have no order")
        return comparison(column, operator, value, negated=negated)

    def code(self, column: str, code: str, options: Labels) -> str:
        """What a cell of the column holds for an answer.

        Raises
        ------
        UntranslatedError
            The question has no such answer.
        """
        for listed, label in options:
            if listed == code:
                return label if self.style == "texts" else listed
        raise UntranslatedError(f"'{column}' has no answer {code!r}")

    def route(
        self, columns: Iterable[str], condition: Callable[[], Expression | None], said: str, name: str
    ) -> None:
        """Routing of columns, or a note that says why a condition is left out."""
        try:
            told = condition()
            text = text_of(self.fulfilled(told)) if told is not None else ""
        except UntranslatedError as error:
            self.untranslated.setdefault((str(error), shortened(said)), []).append(f"'{name}'")
            return
        if text:
            self.routing |= dict.fromkeys(columns, text)

    def fulfilled(self, condition: Expression) -> Expression:
        """The condition over answers that the data can hold."""
        found = possible(condition, self.has)
        if found is None:
            raise UntranslatedError("nobody in the data fulfils it")
        return found

    def has(self, name: str, answer: str) -> bool:
        """Whether a column or set can have an answer: it is listed, or a cell holds it."""
        if any(s.name == name for s in self.sets):
            return any(answer in pair for s in self.sets if s.name == name for pair in s.options)
        if answer in {m.code for m in self.missing.get(name, ())}:
            return False
        return any(answer in pair for pair in self.labels.get(name, ())) or normal(answer) in self.cells(name)

    def cells(self, column: str) -> Counter[str]:
        """Filled cells of a column, with their counts."""
        if column not in self._counted:
            out: Counter[str] = Counter()
            for text, n in self.raw.frame[column].value_counts().items():
                if plain := normal(str(text)):
                    out[plain] += int(n)
            self._counted[column] = out
        return Counter(self._counted[column])

    def facts(self) -> Facts:
        """What was collected."""
        notes = [
            *self.notes,
            *(
                f"Who was asked {named(q)} is not translated ({why}): {said}"
                for (why, said), q in self.untranslated.items()
            ),
        ]
        if self.unlisted:
            listed = named([f"'{c}' ({n})" for c, n in self.unlisted.items()])
            notes.append(f"Cells that are none of the answers listed: {listed}.")
        return Facts(
            wording=self.wording,
            stems=self.stems,
            items=self.items,
            labels=self.labels,
            ordered=frozenset(self.ordered),
            missing=self.missing,
            measure=self.measure,
            sets=tuple(self.sets),
            routing=self.routing,
            notes=tuple(notes),
        )


def in_style(options: Labels, style: Style) -> Labels:
    """Pairs of code and label, or of label and label; what stands for the same code or text is said once.

    Examples
    --------
    >>> in_style((("1", "Yes"), ("2", "No"), ("2", "Nay")), "codes")
    (('1', 'Yes'), ('2', 'No / Nay'))
    """
    out: dict[str, str] = {}
    for code, label in options:
        if style == "texts":
            out[label] = label
        else:
            out[code] = f"{out[code]} / {label}" if code in out else label
    return tuple(out.items())


def style_of(cells: Mapping[str, Counter[str]], options: Mapping[str, Labels]) -> tuple[Style, str]:
    """Whether cells hold the codes or the texts of answers, by majority over all columns, and a note.

    Parameters
    ----------
    cells
        Filled cells of each column.
    options
        Codes and labels of each of these columns; where a text is both, it tells nothing.
    """
    codes = texts = 0
    for column, pairs in options.items():
        as_code, as_text = {c for c, _ in pairs}, {label for _, label in pairs}
        for text, n in cells[column].items():
            codes += n * (text in as_code and text not in as_text)
            texts += n * (text in as_text and text not in as_code)
    if not codes and not texts:
        return "codes", ""
    style: Style = "codes" if codes >= texts else "texts"
    other = min(codes, texts)
    mixed = f" ({other} cells hold {'texts' if style == 'codes' else 'codes'})" if other else ""
    return style, f"The export holds the {style} of the answers{mixed}."


def shortened(text: str, most: int = 160) -> str:
    """A text that is quoted in a note, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    shown = ", ".join(names[:MOST_NAMED])
    return shown + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
