"""Guesses about columns that are not questions: id, weight, duration, dates; each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from survey_analysis.frames.infer import natural
from survey_analysis.frames.personal_content import content_of
from survey_analysis.plurals import counted
from survey_analysis.readers.cells import Cells, plain
from survey_analysis.readers.evidence import Guess

EMPTY_TEXTS = ("NA", "N/A", "NaN", "nan", "<NA>", "#N/A", "#NULL!", "NULL")
OFTEN = 0.05
NEAR_ONE = 0.03
MOSTLY_DIFFERENT = 0.95
LONG_NUMBER = 6  # digits of a serial number
PLATFORM = (
    "Status", "Progress", "Finished", "DistributionChannel", "UserLanguage", "ExternalReference",
    "ExternalDataReference", "ResponseSet", "CollectorID", "Collector ID", "collector_id", "SurveyID", "lastpage", "startlanguage",
    "seed", "token", "redcap_survey_identifier", "redcap_event_name",
)  # fmt: skip
PLATFORM_STARTS = ("Q_Recaptcha", "Q_RelevantID", "Q_BallotBox", "Q_DuplicateRespondent", "Q_TotalDuration")
PREVIEWS = ("1", "2", "9", "17", "Survey Preview", "Survey Test", "Offline Survey Preview")  # of Qualtrics
ORDER_MARKS = (";", "|", ",")
MOST_ORDERED = 30
LARGE = 20  # mean of weights that count people
MOST_WORDS = 2  # texts among numbers that may come often
MOST_STRAYS = 5  # texts among numbers that are shown
MOST_DRAFTED = 20  # of them in a draft
LONGEST_STRAY = 20  # characters of one; what is longer may be somebody's words

_IDS = re.compile(
    r"((response|respondent|record|case|unique|panel|person|participant|interview|user|subject|r|p|hh) ?)?"
    r"(id|uuid|guid|key|number|no|serial)"
    r"|((fragebogen|interview|befragten|teilnehmer|probanden|fall|lauf|lfd|lfdn) ?)(nr|nummer|id)?|lfdn"
)
_WEIGHT = re.compile(r"(^|[^a-z])(weights?|wgts?|wts?|pw|finalwgt|nweight|gewicht|poids)([^a-z]|\d|$)")
_DURATION = re.compile(r"duration|total time|time spent|t total|interview length|seconds|loi\b")
_TIMING = re.compile(
    r"^t \w|timing|timer|page submit|(first|last) click|click count|time taken|(^| )secs?( |$)"
)
_STARTED = re.compile(r"(start|started|interview)[ _]?(date|time|at)?|date (created|started)|timestamp")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_SPAN = re.compile(r"(\d+ days? )?\d{1,3}:\d{2}(:\d{2}(\.\d+)?)?")
_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
    r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?)?( ?(GMT|UTC|[A-Z]{3,4}))?([+-]\d{1,2}(:?\d{2})?|Z)?"
)


def empty_texts(columns: Iterable[Cells], answers: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """Texts that seem to mean an empty cell, with evidence: in several columns, and often there.

    `answers` are such texts that the platform offers as an answer.
    """
    found: dict[str, list[int]] = {text: [] for text in EMPTY_TEXTS}
    rows = 0
    for cells in columns:
        rows = cells.rows
        for text, n in cells.held(EMPTY_TEXTS).items():
            found[text].append(n)
    return tuple(
        (text, f"{counted(sum(n), 'cell')} of {counted(len(n), 'column hold', 'columns hold')} it")
        for text, n in found.items()
        if text not in answers and len(n) > 1 and sum(n) >= OFTEN * rows * len(n)
    )


def role(cells: Cells, *, first: bool, wording: str = "") -> Guess | None:
    """Role of a column that is no question; None for the others."""
    return (
        id_guess(cells, first=first)
        or weight_guess(cells, wording)
        or duration_guess(cells)
        or timing_guess(cells)
        or platform_guess(cells)
        or order_guess(cells)
        or date_guess(cells)
        or simulated_guess(cells)
    )


def named_id(name: str) -> bool:
    """Whether a column is named like an id."""
    return _IDS.fullmatch(plain(name)) is not None


def id_guess(cells: Cells, *, first: bool) -> Guess | None:
    """Different in every row, and named like an id or the first column."""
    if cells.distinct != cells.rows:
        return _id_with_gaps(cells)
    if cells.rows < 2:
        return Guess("id", "named like an id", "low") if named_id(cells.name) else None
    if any(re.fullmatch(r"-?\d+\.\d+", t) for t in cells.first):
        return None
    how = f"{counted(cells.rows, 'different value')} in {counted(cells.rows, 'row')}"
    if named_id(cells.name):
        return Guess("id", f"named like an id; {how}", "high")
    if cells.plain.endswith("id"):
        return Guess("id", f"name ends in id; {how}", "high" if first else "medium")
    if first and (cells.name.startswith("unnamed_") or _serial(cells)):
        return Guess("id", f"first column; {how}", "medium")
    return None


def _id_with_gaps(cells: Cells) -> Guess | None:
    """Named like an id, and nearly all filled cells differ."""
    named = named_id(cells.name) or cells.plain.endswith(" id")
    if not named or cells.filled < 10 or cells.distinct < MOSTLY_DIFFERENT * cells.filled:
        return None
    how = f"{cells.distinct:,} different values in {cells.filled:,} filled cells of {cells.rows:,}"
    again = cells.filled - cells.distinct
    if not again:
        return Guess("id", f"named like an id; {how}", "medium")
    twice = int((cells.counts > 1).sum())
    stand = "1 value stands" if twice == 1 else f"{twice:,} values stand"
    how += f"; {stand} in more than one row: the same respondent twice, or one row a rating"
    return Guess("id", f"named like an id; {how}", "low")


def _serial(cells: Cells) -> bool:
    """Texts without spaces of one length, too long to be counts."""
    lengths = {len(t) for t in cells.first}
    return len(lengths) == 1 and lengths.pop() >= LONG_NUMBER and not any(" " in t for t in cells.first)


def platform_guess(cells: Cells) -> Guess | None:
    """Columns that a platform adds to every export."""
    if cells.name not in PLATFORM and not cells.name.startswith(PLATFORM_STARTS):
        return None
    previews = sum(int(n) for t, n in zip(cells.first, cells.counts, strict=False) if t in PREVIEWS)
    if cells.name == "Status" and previews:
        rows = "1 row is a preview or test" if previews == 1 else f"{previews:,} rows are previews or tests"
        how = f'a column that the platform adds; {rows} and no respondent: rules = ["status"] under [clean] removes such'
        return Guess("platform", how, "low")
    return Guess("platform", "a column that the platform adds", "high")


def timing_guess(cells: Cells) -> Guess | None:
    """Numbers, named like the time or clicks on a page."""
    if cells.numbers is None or bool((cells.numbers < 0).any()) or not _TIMING.search(cells.plain):
        return None
    return Guess("timing", "named like a page timing; numbers", "medium")


def order_guess(cells: Cells) -> Guess | None:
    """Several codes in one cell in changing order: the order of presentation, or a ranking."""
    if cells.numbers is not None or cells.distinct < 3:
        return None
    mark = next((m for m in ORDER_MARKS if m in cells.first[0]), "")
    if not mark:
        return None
    rows = [[p.strip() for p in t.split(mark) if p.strip()] for t in cells.first]
    parts = {p for row in rows for p in row}
    several = [row for row in rows if len(row) > 1]
    if len(parts) > MOST_ORDERED or not several or any(len(p) > 20 for p in parts):
        return None
    ascending = sum(row == sorted(row, key=natural) for row in several)
    sets = {tuple(sorted(row)) for row in several}
    if ascending > 0.6 * len(several) or len(sets) > 0.8 * len(several):
        return None
    listed = " ".join(sorted(parts, key=natural))
    how = f"the same codes ({listed}) joined by {mark!r} in changing order: an order of presentation, or a ranking"
    return Guess("order", how, "medium", (tuple(sorted(parts, key=natural)), mark))


def weight_guess(cells: Cells, wording: str = "") -> Guess | None:
    """Positive numbers, with mean near 1 or named like a weight."""
    values = cells.numbers
    if values is None or cells.filled < 2 or bool((values < 0).any()):
        return None
    named = any(_WEIGHT.search(plain(t)) is not None for t in (cells.name, wording))
    zeros = int(cells.counts[values == 0].sum())
    mean = cells.mean
    fractions = not cells.whole
    near_one = fractions and abs(mean - 1) <= NEAR_ONE and len(values) > 5
    if zeros and not (named and zeros < 0.5 * cells.filled and mean > 0):
        return None
    if not near_one and not (named and (fractions or mean > LARGE)):
        return None
    spread = f"from {values.min():.3g} to {values.max():.3g}" if len(values) > 1 else "the same in all rows"
    sign = f"{zeros} are 0, mean" if zeros else "positive, mean"
    gap = f"; {cells.rows - cells.filled} rows have none" if cells.filled < cells.rows else ""
    evidence = f"{'named like a weight; ' if named else ''}{sign} {mean:.3g}, {spread}{gap}"
    sure = named and (near_one or mean > 100 * LARGE) and not gap
    return Guess("weight", evidence, "high" if sure else "medium" if named else "low")


def duration_guess(cells: Cells) -> Guess | None:
    """Numbers, or hours and minutes, named like the length of the interview."""
    if not _DURATION.search(cells.plain) or not cells.distinct:
        return None
    values = cells.numbers
    if values is not None and bool((values >= 0).all()):
        median = float(np.median(np.repeat(values, cells.counts)))
        return Guess("duration", f"named like a duration; numbers, median {median:.0f}", "high")
    if _all(_SPAN, cells):
        return Guess("duration", "named like a duration; hours, minutes and seconds", "high")
    return None


def date_guess(cells: Cells) -> Guess | None:
    """All filled cells are dates or moments."""
    if not _all(_DATE, cells):
        return None
    start = "; named like the start" if _STARTED.fullmatch(cells.plain) else ""
    return Guess("date", f"all filled cells are dates{start}", "high")


def _all(pattern: re.Pattern[str], cells: Cells) -> bool:
    """Whether every filled cell has a form; most columns are ruled out by the first texts."""
    return (
        bool(cells.distinct)
        and all(pattern.fullmatch(t.strip()) for t in cells.first)
        and all(pattern.fullmatch(t.strip()) for t in cells.shapes())
    )


def simulated_guess(cells: Cells) -> Guess | None:
    """A column of that name that is 1 in every row."""
    all_one = cells.first == ("1",) and cells.filled == cells.rows
    if not all_one or cells.plain != "simulated":
        return None
    return Guess("simulated", "the column says that every row is simulated", "high")


def strays(cells: Cells) -> tuple[str, ...]:
    """Distinct texts that are no numbers in a column that otherwise holds numbers; none where it does not.

    Examples
    --------
    >>> import pandas as pd
    >>> from survey_analysis.frames.raw import RawTable
    >>> ages = pd.DataFrame({"age": [*map(str, range(18, 78)), "45 years"]}, dtype=object)
    >>> strays(Cells.of(RawTable(ages), "age"))
    ('45 years',)
    """
    if cells.numbers is not None or not cells.filled:
        return ()
    looked = cells.first
    counts = cells.counts[: len(looked)]
    total = int(counts.sum())
    texts = {t: int(n) for t, n in zip(looked, counts, strict=True) if not _NUMBER.fullmatch(t.strip())}
    stray = sum(texts.values())
    words = len(texts) <= MOST_WORDS and stray <= total / 2  # "k. A." again and again
    if total - stray < 10 or not (words or stray <= OFTEN * total):
        return ()
    return tuple(t for t in cells.texts if not _NUMBER.fullmatch(t.strip()))


def nameable(stray: Sequence[str]) -> bool:
    """Whether texts among numbers may be shown and listed: few, short and nobody's address."""
    few = len(stray) <= MOST_DRAFTED and all(len(t) <= LONGEST_STRAY for t in stray)
    return few and not content_of(stray)


def stray_evidence(cells: Cells, stray: Sequence[str]) -> str:
    """How many cells of a column of numbers are none, and which where they are few and nobody's words."""
    n = sum(cells.held(frozenset(stray)).values())
    what = (
        f"1 of {cells.filled:,} cells is not a number"
        if n == 1
        else f"{n:,} of {cells.filled:,} cells are not numbers"
    )
    if not nameable(stray):
        return f"numbers, but {what}"
    shown = ", ".join(repr(t) for t in stray[:MOST_STRAYS])
    more = f" and {len(stray) - MOST_STRAYS} more" if len(stray) > MOST_STRAYS else ""
    return f"numbers, but {what}: {shown}{more}"
