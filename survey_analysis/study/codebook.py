"""Questions, batteries and constructs: what the columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from survey_analysis.errors import ColumnNotFoundError, StudyError, closest
from survey_analysis.plurals import counted
from survey_analysis.study.base import Code, Part
from survey_analysis.study.scales import Scale
from survey_analysis.typing import QuestionKind


class Option(Part):
    """One option of a multiple-response question; the column that holds it, where each has its own."""

    code: Code
    label: str
    column: str = ""
    exclusive: bool = False


class Question(Part):
    """One question about the respondent, or one item rated for several subjects (a battery).

    Attributes
    ----------
    columns
        Data column of each subject key; a plain question has the one key "".
    over
        Name of the subject set the columns run over ("source"); "" for a plain question.
    options, not_selected, selected
        Of a multiple-response question: its options, the cell texts that mean "asked, not chosen", and those that mean
        "chosen" where not every other text does.
    slots, separator, other
        Of a multiple-response question with codes in its cells: the columns that hold them, what stands between the
        codes of one cell, and the code of the option that text outside the list counts as.
    asked_if
        Routing: who was asked; `{source}` stands for the subject key.
    base
        Base text, a noun phrase with `{source}` for the subject label.
    predicate
        Ending of a sentence about the share, with `{answers}` and `{source}`.
    nets, last
        Of banner tables: answers counted together by label, and answers that a sorted table keeps last.
    from_file
        What the study file leaves out of a declared question, so that it is as the data file says.
    """

    name: str
    kind: QuestionKind
    text: str = ""
    short: str = ""
    columns: Mapping[str, str] = Field(default_factory=dict)
    over: str = ""
    scale: Scale | None = None
    options: tuple[Option, ...] = ()
    not_selected: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    separator: str = ""
    other: Code = ""
    asked_if: str = ""
    base: str = ""
    predicate: str = ""
    valid_range: tuple[float, float] | None = None
    missing: tuple[tuple[Code, str], ...] = ()
    reverse: bool = False
    inferred: bool = False
    nets: Mapping[str, tuple[Code, ...]] = Field(default_factory=dict)
    last: tuple[Code, ...] = ()
    from_file: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The single column of a plain question."""
        return next(iter(self.columns.values()))

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every data column the question reads."""
        return tuple(self.columns.values()) or self.slots or tuple(o.column for o in self.options)


class Subjects(Part):
    """A set of things rated ("source"): keys, labels, and the code that column patterns use."""

    name: str
    label: str = ""
    members: tuple[tuple[str, str, str], ...]  # key, label, code
    phrases: Mapping[str, str] = Field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in declared order."""
        return tuple(m[0] for m in self.members)

    @property
    def labels(self) -> dict[str, str]:
        """Label of each key."""
        return {m[0]: m[1] for m in self.members}

    def phrase(self, key: str) -> str:
        """How a member stands in a sentence: its declared phrase, else its label in lower case."""
        label = self.labels[key]
        return self.phrases.get(key) or label[:1].lower() + label[1:]

    def key_of(self, name: object) -> str:
        """Key of a member given by key, label or code."""
        text = str(name)
        for key, label, member_code in self.members:
            if text in (key, label, member_code):
                return key
        known = [x for m in self.members for x in m[:2]]
        raise ColumnNotFoundError(f"'{text}' is not a member of {self.name}.", hint=closest(text, known))


class Construct(Part):
    """Several items that make one score per respondent (and subject): a minimum-answered mean.

    `instrument` is the subscale of the scale library that the items come from, "" for none.
    """

    name: str
    text: str = ""
    short: str = ""
    items: tuple[str, ...]
    minimum_answered: int = 1
    base: str = ""
    instrument: str = ""


class Codebook(Part):
    """Everything known about the columns; questions, subjects and constructs share one namespace."""

    questions: Mapping[str, Question] = Field(default_factory=dict)
    constructs: Mapping[str, Construct] = Field(default_factory=dict)
    subjects: Mapping[str, Subjects] = Field(default_factory=dict)

    def __iter__(self) -> Iterator[Question]:  # type: ignore[override]
        return iter(self.questions.values())

    def __contains__(self, name: object) -> bool:
        return name in self.questions or name in self.constructs or name in self.subjects

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that can be asked for."""
        return (*self.questions, *self.constructs, *self.subjects)

    def question(self, name: str) -> Question:
        """The question of that name; an unknown name is an error with the nearest ones.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> study = {"schema": 1, "questions": {"follow": {"text": "Do you follow?", "column": "Q1"}}}
        >>> survey = sa.read(pd.DataFrame({"Q1": ["yes", "no"]}), study=study)
        >>> survey.codebook.question("follow").text
        'Do you follow?'
        """
        if name in self.questions:
            return self.questions[name]
        if name in self.constructs or name in self.subjects:
            kind = "construct" if name in self.constructs else "set of subjects"
            raise ColumnNotFoundError(
                f"'{name}' is a {kind}, not a question.",
                hint="use survey.perceptions() for constructs, by= or where= for subjects.",
            )
        raise ColumnNotFoundError(f"There is no question '{name}'.", hint=closest(name, self.names))

    def __repr__(self) -> str:
        sizes = (
            (len(self.questions), "question", "questions"),
            (len(self.subjects), "set of subjects", "sets of subjects"),
            (len(self.constructs), "construct", "constructs"),
        )
        told = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in sizes if n)
        return f"Codebook: {told or 'nothing declared'}"

    __str__ = __repr__

    def check(self) -> None:
        """Raise a `StudyError` for name clashes and constructs whose items do not exist."""
        clash = (set(self.questions) & set(self.constructs)) | (
            (set(self.questions) | set(self.constructs)) & set(self.subjects)
        )
        if clash:
            raise StudyError(
                f"The name '{min(clash)}' is used twice.",
                where="questions, batteries, constructs and subjects share one namespace.",
                hint="rename one of them.",
            )
        for construct in self.constructs.values():
            for item in construct.items:
                if item not in self.questions:
                    raise StudyError(
                        f"Construct '{construct.name}' uses '{item}', which is not a question.",
                        where=f"[study.toml: constructs.{construct.name}.items]",
                        hint=closest(item, self.questions),
                    )
            if not 1 <= construct.minimum_answered <= len(construct.items):
                raise StudyError(
                    f"Construct '{construct.name}' asks for {construct.minimum_answered} answers of "
                    f"{counted(len(construct.items), 'item')}.",
                    where=f"[study.toml: constructs.{construct.name}.minimum_answered]",
                    hint=f"give a number from 1 to {len(construct.items)}.",
                )
