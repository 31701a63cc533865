"""The shapes of a study file, table by table, as typed in TOML."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from survey_analysis.study.base import Code, Part
from survey_analysis.study.coding import FrameEntry
from survey_analysis.study.deck import DeckTable
from survey_analysis.study.recodes import DerivedEntry
from survey_analysis.study.sample import DesignSpec, Sample
from survey_analysis.study.scales import Scale
from survey_analysis.typing import QuestionKind


class StudyTable(Part):
    """`[study]`: name, files, and how to read them where detection needs help."""

    name: str = ""
    data: str = ""
    codebook: str = ""
    metadata: str = ""
    title: str = ""
    version: str = ""
    language: str = "en"
    encoding: str = ""
    header_rows: int | None = Field(default=None, ge=1, le=3)
    sheet: str = ""
    delimiter: str = ""
    table: str = ""
    decimal: Literal["", ",", "."] = ""
    missing_text: tuple[str, ...] = ("",)
    order: tuple[str, ...] = ()


class SubjectEntry(Part):
    """A thing rated.

    `code` is what column patterns use when it is not the key; `phrase` fills `{source}` in a sentence
    ("a micro-influencer").
    """

    label: str
    code: Code = ""
    phrase: str = ""


class SampleEntry(Sample):
    """`[samples.NAME]`: a sample description with its code in the data."""

    code: Code


class Roles(Part):
    """Columns with a job: duration, start, consent, quality flags.

    `personal` columns hold group labels from reading on, `hashed` ones keyed hashes; `not_personal` names columns
    that only look personal.
    """

    duration: str = ""
    started: str = ""
    simulated: str = ""
    personal: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    not_personal: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Every column with a job."""
        single = (self.duration, self.started, self.simulated)
        return frozenset(c for c in (*single, *self.personal, *self.hashed, *self.not_personal) if c)


class OptionEntry(Part):
    """An option of a multiple-response question: column, label, exclusive ("none of these")."""

    column: str
    label: str = ""
    exclusive: bool = False


class QuestionEntry(Part):
    """`[questions.NAME]`: a question about the respondent.

    A multiple-response question has a column an option (`options`, or `columns` alone), or codes of its `levels` in any
    of its `columns`, or in one `column` with a `separator` between them; there `exclusive` names the codes that stand
    alone and `other` the one that text outside the list counts as.
    """

    kind: QuestionKind | None = None
    text: str = ""
    short: str = ""
    column: str = ""
    columns: str | tuple[str, ...] = ""
    options: tuple[OptionEntry, ...] = ()
    not_selected: tuple[str, ...] = ()
    selected: tuple[Code, ...] = ()
    separator: str = ""
    exclusive: tuple[Code, ...] = ()
    other: Code = ""
    scale: str = ""
    levels: tuple[object, ...] = ()
    outside: tuple[object, ...] = ()
    missing: tuple[object, ...] = ()
    favourable: Literal["last", "first"] = "last"
    asked_if: str = ""
    base: str = ""
    predicate: str = ""
    valid_range: tuple[float, float] | None = None
    reverse: bool = False
    nets: dict[str, tuple[Code, ...]] = Field(default_factory=dict)
    last: tuple[Code, ...] = ()


class BatteryEntry(Part):
    """`[batteries.NAME]`: one item asked about every member of a subject set."""

    over: str
    kind: QuestionKind | None = None
    text: str = ""
    short: str = ""
    columns: str | dict[str, str] = ""
    scale: str = ""
    missing: tuple[object, ...] = ()
    asked_if: str = ""
    base: str = ""
    predicate: str = ""
    valid_range: tuple[float, float] | None = None
    reverse: bool = False
    nets: dict[str, tuple[Code, ...]] = Field(default_factory=dict)
    last: tuple[Code, ...] = ()


class ConstructEntry(Part):
    """`[constructs.NAME]`: items averaged when at least `minimum_answered` were answered.

    Either `items`, questions declared elsewhere, or `scale`, a subscale of the scale library
    ("ohanian-1990.trustworthiness") with the `columns` of its items in the order of the library (a list, a
    pattern with `*`, or item to column); the items are then declared with it, as `NAME_item`. `over` names the
    subjects that they were asked about. `points` and `reversed` say where the questionnaire departs from print.
    """

    items: tuple[str, ...] = ()
    minimum_answered: int = 1
    text: str = ""
    short: str = ""
    base: str = ""
    scale: str = ""
    columns: str | tuple[str, ...] | dict[str, str] = ""
    over: str = ""
    points: int | None = None
    reversed: tuple[str, ...] | None = None
    missing: tuple[object, ...] = ()
    asked_if: str = ""


class Repair(Part):
    r"""`[[clean.repairs]]`: a declared correction of cells, logged with its count.

    Exactly one of `replace` (exact text to text, a missing code among them), `pattern` with `into`
    (whole cells; `\1`, and `{2016 - \1}` for a year of birth) or `reverse` (5 -> 1 on the scale) does
    the work, on `columns` (shell patterns), within `where` when that is given.
    """

    columns: tuple[str, ...]
    reason: str
    replace: dict[str, str] = Field(default_factory=dict)
    pattern: str = ""
    into: str = ""
    reverse: bool = False
    where: str = ""


class CleanTable(Part):
    """`[clean]`: rules in order, the exclusion rule, declared repairs."""

    rules: tuple[str | dict[str, object], ...] = ()
    exclude: str = ""
    fixed: Literal["before", "after", "not said"] = "not said"
    repairs: tuple[Repair, ...] = ()


class TrimEntry(Part):
    """`trim` of a weighting table: limits of the weights, in the unit of `unit`."""

    lower: float | None = None
    upper: float | None = None
    unit: Literal["weight", "mean", "median"] = "weight"
    redistribute: bool = True
    strict: bool = False


class WeightingEntry(Part):
    """`[weighting.SAMPLE]` (or `[weighting.all]`).

    `targets` hold shares or counts by margin and category, or the total of a number ("1" is the size of the
    population); `targets_file` holds them in a CSV (`margin, category, target`, or for post-stratification
    the crossed variables and `target`). `bounds` limit the factor of the weights, `trim` the weights made.
    `untargeted = "keep"` is needed when a category of a margin has no target: it keeps factor 1 there.
    """

    method: Literal["rake", "poststratify", "linear", "logit", "none"] = "rake"
    base: str = ""
    where: str = ""
    cap: float | None = Field(default=None, gt=1)
    bounds: tuple[float, float] | None = None
    trim: TrimEntry | None = None
    partial: bool = False
    untargeted: Literal["", "keep"] = ""
    targets: dict[str, float | dict[str, float]] = Field(default_factory=dict)
    targets_file: str = ""
    cells: tuple[str, ...] = ()
    benchmark: str = ""


class BannerPart(Part):
    """A column of a banner by an expression (`where`), or several under one heading (`levels`)."""

    label: str
    where: str = ""
    levels: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_form(self) -> BannerPart:
        if bool(self.where) == bool(self.levels):
            msg = 'give where = "..." for one column, or levels = { LABEL = "..." } for several'
            raise ValueError(msg)
        return self


class BannerEntry(Part):
    """`[banners.NAME]`: variables, crossings, filters and columns by expression, side by side."""

    columns: tuple[str | BannerPart, ...]
    total: bool = True
    label: str = ""


class TablesTable(Part):
    """`[tables]`: how `survey-analysis tables` makes the tab book where its options say nothing."""

    banner: str = ""
    filter: str = ""
    rows: tuple[str, ...] = ()
    weight: str = ""
    summary: tuple[str, ...] = ()
    different: bool = False
    protect: int = Field(default=0, ge=0)
    show: tuple[str, ...] = ("column",)
    decimals: int = Field(default=0, ge=0, le=4)
    bases: tuple[str, ...] = ("unweighted", "weighted", "effective")
    letters: str = "columns"
    levels: tuple[float, ...] = ()
    adjust: Literal["", "none", "bonferroni", "holm", "bh"] = ""
    family: Literal["", "row", "table", "book"] = ""
    min_base: tuple[float, ...] = ()
    convention: Literal["", "spss", "spss-effective", "q"] = ""
    boxes: tuple[int, ...] | None = None
    statistics: tuple[str, ...] | None = None
    order: Literal["declared", "descending", "ascending"] = "declared"


class PublishedEntry(Part):
    """`[[published]]`: a figure printed by somebody else, cited, never computed."""

    question: str
    value: float
    where: dict[str, str] = Field(default_factory=dict)
    top: int | None = None
    cite: str
    unit: str = "persons"
    text: str = ""
    comparable: str = ""


class ClaimEntry(Part):
    """`[[claims]]`: a sentence as it will be printed, and what it says of the estimates.

    Either `says`, in the language of claims, or the same in single keys: `form` with those it needs.
    """

    text: str
    says: str = ""
    form: Literal["", "level", "difference", "ratio", "largest", "best", "same", "unclear", "trend"] = ""
    question: str = ""
    of: str | tuple[str, ...] = ()
    stat: str = ""
    op: Literal["", ">", ">=", "<", "<=", "=="] = ""
    value: float | None = None
    against: str | tuple[str, ...] = ()
    times: float | None = None
    margin: float | None = None
    by: str = ""
    where: str = ""


Decision = Literal["cleaning", "weights", "dont_know", "box", "base"]


class ReportTable(Part):
    """`[report]`: title, order of the findings, sections; declared comparisons are the family.

    `robustness` names the decisions to vary and the options of each, or "default".
    """

    title: str = ""
    subtitle: str = ""
    headline: dict[str, object] = Field(default_factory=dict)
    findings: tuple[dict[str, object], ...] = ()
    sections: tuple[dict[str, object], ...] = ()
    adjust: Literal["holm", "bh", "bonferroni"] = "holm"
    definitions: dict[str, str] = Field(default_factory=dict)
    robustness: dict[Decision, str | tuple[str | int | tuple[str, ...], ...]] = Field(default_factory=dict)


class StudyFile(Part):
    """A whole study file."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    study: StudyTable = StudyTable()
    sample: Sample = Sample()
    samples: dict[str, str | SampleEntry] = Field(default_factory=dict)
    design: DesignSpec = DesignSpec()
    roles: Roles = Roles()
    scales: dict[str, Scale] = Field(default_factory=dict)
    subjects: dict[str, dict[str, str | SubjectEntry]] = Field(default_factory=dict)
    questions: dict[str, QuestionEntry] = Field(default_factory=dict)
    batteries: dict[str, BatteryEntry] = Field(default_factory=dict)
    constructs: dict[str, ConstructEntry] = Field(default_factory=dict)
    derived: dict[str, DerivedEntry] = Field(default_factory=dict)
    clean: CleanTable = CleanTable()
    weighting: dict[str, WeightingEntry] = Field(default_factory=dict)
    banners: dict[str, BannerEntry] = Field(default_factory=dict)
    filters: dict[str, str] = Field(default_factory=dict)
    frames: dict[str, FrameEntry] = Field(default_factory=dict)
    tables: TablesTable = TablesTable()
    deck: DeckTable = DeckTable()
    published: tuple[PublishedEntry, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()
    report: ReportTable = ReportTable()
