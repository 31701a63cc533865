"""What recoding did: counts before and after, as a table and as entries of the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import MISSING_KINDS, Categorical, Encoded, Multiple, Numeric
from survey_analysis.results.process import LogEntry
from survey_analysis.study.recodes import Bands, Count, Recode, Recoding

SHOWN = 12


def recodes(survey: SurveyData) -> pd.DataFrame:
    """Counts of every recoded variable by what it was made of; unweighted.

    Returns
    -------
    DataFrame
        `variable, how, source, before, after, n`: respondents with that answer before and after, in the order of the
        new answers; numbers in bands have the smallest and largest number as `before`. Reasons for no answer stand
        in parentheses, last.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> study = {"questions": {"n": {"kind": "numeric"}}, "derived": {"b": {"bands": {"of": "n", "cuts": [0, 10]}}}}
    >>> survey = sa.read(pd.DataFrame({"n": [1, 9, 10, 30]}), study=study)
    >>> survey.recodes()[["before", "after", "n"]].to_numpy().tolist()
    [['1 to 9', '0-9', 2], ['10 to 30', '10+', 2]]
    """
    rows = [row for name, how in survey.study.recodes.items() for row in _rows(survey, name, how)]
    return pd.DataFrame(rows, columns=["variable", "how", "source", "before", "after", "n"])


def recode_entries(survey: SurveyData) -> Iterator[LogEntry]:
    """One entry a recoded variable: rows with an answer before (`checked`) and after (`flagged`), counts of both."""
    for name, how in survey.study.recodes.items():
        source, made = survey.table.variable(how.of), survey.table.variable(name)
        after = ", ".join(_told(x) for x in _counts(_labels(made)))
        before = "" if isinstance(source, Numeric) else ", ".join(_told(x) for x in _counts(_labels(source)))
        yield LogEntry(
            rule="recode",
            family="recode",
            what=f"{name}: {kind(how)} of {how.of}",
            checked=int(source.known().sum()),
            flagged=int(made.known().sum()),
            dropped=0,
            reason=f"before: {before}; after: {after}" if before else f"after: {after}",
        )


def kind(how: Recoding) -> str:
    """The recoding in a word."""
    if isinstance(how, Bands):
        return "bands"
    if isinstance(how, Recode):
        return "answers put together"
    return "number of options" if isinstance(how, Count) else "copy with other labels"


def _rows(survey: SurveyData, name: str, how: Recoding) -> Iterator[tuple[str, str, str, str, str, int]]:
    source, made = survey.table.variable(how.of), survey.table.variable(name)
    after = _labels(made)
    before = _spans(source, after) if isinstance(how, Bands) else _labels(source)
    order = np.lexsort((_place(source), _place(made)))
    counts = Counter(zip(before[order], after[order], strict=True))
    yield from ((name, kind(how), how.of, was, now, n) for (was, now), n in counts.items())


def _labels(variable: Encoded) -> np.ndarray:
    """What each row holds, in words; the reason where it holds nothing."""
    words = np.array([""] + [f"({k.replace('_', ' ')})" for k in MISSING_KINDS[1:]], dtype=object)
    out: np.ndarray = words[variable.missing]
    known = variable.known()
    if isinstance(variable, Categorical):
        out[known] = np.array([a.label for a in variable.scale.answers], dtype=object)[variable.codes[known]]
    elif isinstance(variable, Numeric):
        out[known] = [f"{x:g}" for x in variable.numbers[known]]
    elif isinstance(variable, Multiple):
        out[known] = [
            ", ".join(o.label or o.column for o, c in zip(variable.options, row, strict=True) if c) or "none"
            for row in variable.chosen[known]
        ]
    else:
        out[known] = "text"
    return out


def _place(variable: Encoded) -> np.ndarray:
    """Place of each row in the order of the answers; those without one come last, by reason."""
    if isinstance(variable, Categorical | Numeric):
        places = variable.codes if isinstance(variable, Categorical) else variable.numbers
        last = float(np.max(places, where=variable.known(), initial=0))
    else:
        places, last = np.zeros(len(variable.missing)), 0.0
    return np.where(variable.known(), places, last + variable.missing)


def _spans(source: Encoded, after: np.ndarray) -> np.ndarray:
    """Numbers as the span of those that went to the same place."""
    out = _labels(source)
    if not isinstance(source, Numeric | Categorical):
        return out
    numbers, known = source.values(), source.known()
    for label in set(after[known]):
        rows = known & (after == label)
        low, high = numbers[rows].min(), numbers[rows].max()
        out[rows] = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return out


def _counts(labels: np.ndarray) -> list[tuple[str, int]]:
    return [(str(k), int(n)) for k, n in pd.Series(labels, dtype=object).value_counts(sort=False).items()][
        :SHOWN
    ]


def _told(entry: tuple[str, int]) -> str:
    return f"{entry[0]} {entry[1]}"
