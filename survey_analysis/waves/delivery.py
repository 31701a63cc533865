"""A new delivery of data against the study: every difference found first, then reported together."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property

import pandas as pd

from survey_analysis.cleaning.repairs import repair
from survey_analysis.errors import Drift, DriftError, SurveyAnalysisError
from survey_analysis.frames.described import FileFacts
from survey_analysis.frames.normal import normal
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.frames.wanted import wanted_columns
from survey_analysis.plurals import counted
from survey_analysis.study.build import build
from survey_analysis.study.codebook import Question
from survey_analysis.study.file import StudyFile
from survey_analysis.study.study import Study
from survey_analysis.waves.delivery_answers import cells, labels, missing_codes, options, written_kind

MOST_LISTED = 6


@dataclass(frozen=True, eq=False)
class Delivery:
    """A delivery, the study it must fit, and the delivery before it where that is at hand."""

    study: Study
    raw: RawTable
    earlier: RawTable | None

    @cached_property
    def mended(self) -> RawTable:
        """The delivery with the declared repairs: what they put right is no difference."""
        return _mended(self.study, self.raw)

    @cached_property
    def mended_earlier(self) -> RawTable | None:
        """The delivery before it, repaired alike."""
        return None if self.earlier is None else _mended(self.study, self.earlier)


def compare_delivery(file: StudyFile, raw: RawTable, earlier: RawTable | None = None) -> tuple[str, ...]:
    """Compare a new delivery with the study file and with the delivery before it.

    Compared are columns, codes and their labels, the order of the labels, missing codes that the file declares,
    kinds, and ids. Labels are held against those of the earlier delivery where it has them, else against the study
    file; codes that a declared repair mends, and codes that the earlier delivery held too, are no difference.

    Parameters
    ----------
    file
        The study file.
    raw
        The new delivery as it lay, personal columns included.
    earlier
        The delivery that the study file names, if it is there.

    Returns
    -------
    tuple of str
        Notes: new columns, and how the ids of the deliveries belong together.

    Raises
    ------
    DriftError
        All differences, each with question, columns, counts and fix.

    Examples
    --------
    >>> from survey_analysis.study.load import parse
    >>> file = parse({"questions": {"q": {"levels": [[1, "yes"], [2, "no"]]}}})
    >>> compare_delivery(file, RawTable(pd.DataFrame({"q": ["1", "2", "7", "7"]}), name="day2.csv"))
    Traceback (most recent call last):
    survey_analysis.errors.DriftError: 'day2.csv' differs from the study in 1 way, in 1 question or column.
      q (column q): new code '7' (2 rows). Fix: declare it in [questions.q] (levels, outside or missing), or mend it in [[clean.repairs]].
      Hint: correct the delivery or declare what changed; nothing was read in.
    """
    described = FileFacts(
        raw if earlier is None else earlier, file
    )  # answers are those of the delivery before
    study = build(file, columns=_all_columns(file, raw, earlier), described=described)
    delivery = Delivery(study, raw, earlier)
    found = [*_columns(delivery), *_answers(delivery), *_samples(delivery), *_ids(delivery)]
    if found:
        raise DriftError(raw.name or "the data", _together(found))
    return tuple(_notes(delivery))


def _all_columns(file: StudyFile, raw: RawTable, earlier: RawTable | None) -> list[str]:
    """Columns of both deliveries, and patterns that match none, so that the study can be built on a poor file."""
    known = list(dict.fromkeys([*(earlier.columns if earlier is not None else ()), *raw.columns]))
    patterns = [
        p
        for q in file.questions.values()
        for p in ((q.columns,) if isinstance(q.columns, str) else q.columns)
    ]
    return known + [p for p in patterns if "*" in p and not any(fnmatchcase(c, p) for c in known)]


def _mended(study: Study, raw: RawTable) -> RawTable:
    table = Table(raw, study)
    for item in study.clean.repairs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a repair that finds nothing to mend is no news here
            try:
                table, _ = repair(table, [item])
            except SurveyAnalysisError:
                continue  # it names a column that is missing, which is reported as such
    return table.raw


def _columns(delivery: Delivery) -> Iterator[Drift]:
    """Columns that the study speaks of and the delivery lacks."""
    for column, path in wanted_columns(delivery.study).items():
        if column not in delivery.raw.columns:
            before = delivery.earlier
            filled = len(_filled(before.column(column))) if before is not None and _has(before, column) else 0
            held = f"; the earlier delivery has {filled} filled rows of it" if filled else ""
            yield Drift(
                path.removeprefix("questions."),
                (column,),
                "missing column",
                f"the column is missing{held}",
                filled,
                f"ask for it, or take it out of [{path}]",
            )


def _has(raw: RawTable | None, column: str) -> bool:
    return raw is not None and column in raw.columns


def _answers(delivery: Delivery) -> Iterator[Drift]:
    study, raw = delivery.study, delivery.raw
    for question in study.codebook:
        if question.name in study.derived:
            continue
        for column in dict.fromkeys(question.all_columns):
            if column in raw.columns:
                yield from _column(delivery, question, column)


def _column(delivery: Delivery, question: Question, column: str) -> Iterator[Drift]:
    raw, now, empty = delivery.raw, delivery.mended.column(column), Table(delivery.raw, delivery.study).empty
    before = (
        delivery.mended_earlier.column(column)
        if delivery.mended_earlier is not None and column in delivery.mended_earlier.columns
        else None
    )
    if question.kind == "multiple":
        yield from options(question, column, now, before, empty)
        return
    if question.kind == "open":
        yield from written_kind(question, column, now, before, empty)
        return
    facts = dict(raw.labels.get(column, ()))
    missing = raw.missing.get(column, ())
    then = dict(delivery.earlier.labels.get(column, ())) if delivery.earlier is not None else {}
    told = delivery.earlier.missing.get(column, ()) if delivery.earlier is not None else ()
    lay = raw.column(column)  # labels are those of the file, and so are the rows counted
    yield from labels(question, column, then, facts, {m.code for m in missing}, lay)
    yield from missing_codes(question, column, {m.code for m in told}, missing, lay)
    yield from cells(question, column, now, before, empty, facts, {m.code: m.kind for m in missing})


def _samples(delivery: Delivery) -> Iterator[Drift]:
    samples = delivery.study.samples
    if samples is None or samples.column not in delivery.raw.columns:
        return
    counts = delivery.raw.column(samples.column).map(lambda t: normal(str(t))).value_counts()
    known = set(samples.codes.values())
    for code, n in counts.items():
        if code not in known and str(code) not in delivery.study.about.missing_text:
            yield Drift(
                "samples",
                (samples.column,),
                "new code",
                f"new code '{code}' ({counted(int(n), 'row')}), which is no declared sample",
                int(n),
                "describe it in [samples.NAME]",
            )


def _ids(delivery: Delivery) -> Iterator[Drift]:
    """A delivery holds the whole study so far, or only what is new: never a part of both."""
    name, earlier = delivery.study.design.id, delivery.earlier
    if not name or earlier is None or not (_has(earlier, name) and _has(delivery.raw, name)):
        return
    now, then = (_filled(r.column(name)) for r in (delivery.raw, earlier))
    twice = now[now.duplicated(keep=False)]
    if len(twice) and not then.duplicated().any():
        yield Drift(
            name,
            (name,),
            "ids",
            f"{counted(twice.nunique(), 'id stands', 'ids stand')} more than once ({counted(len(twice), 'row')}), which none did before",
            len(twice),
            "ask which row of each holds",
        )
    shared, gone = set(now) & set(then), set(then) - set(now)
    if shared and gone:
        yield Drift(
            name,
            (name,),
            "ids",
            f"{counted(len(shared), 'id is', 'ids are')} in the earlier delivery '{earlier.name}' too, and {len(gone)} of its ids are not "
            "here: neither the whole nor a new part",
            len(shared),
            "ask for all interviews or for the new ones only; if some were withdrawn, name this file in [study] data",
        )


def _filled(column: pd.Series) -> pd.Series:
    texts = column.astype(str).str.strip()
    return texts[texts != ""]


def _notes(delivery: Delivery) -> Iterator[str]:
    raw, earlier = delivery.raw, delivery.earlier
    known = set(wanted_columns(delivery.study))
    if earlier is not None:
        new = [c for c in raw.columns if c not in earlier.columns]
        taken = [c for c in new if c in known]
        if new:
            yield f"New columns since '{earlier.name}': {_listed(new)}." + (
                f" The study file's patterns take {_listed(taken)}." if taken else ""
            )
        gone = [c for c in earlier.columns if c not in raw.columns]
        if gone:
            yield f"Columns gone since '{earlier.name}', which the study file does not speak of: {_listed(gone)}."
        yield from _belonging(delivery, earlier)
    else:
        other = [c for c in raw.columns if c not in known and c not in delivery.study.roles.columns]
        if other:
            yield f"Columns of '{raw.name}' that the study file does not speak of: {_listed(other)}."


def _belonging(delivery: Delivery, earlier: RawTable) -> Iterator[str]:
    name = delivery.study.design.id
    if not name:
        return
    now, then = (set(_filled(r.column(name))) for r in (delivery.raw, earlier))
    if then <= now:
        yield f"'{delivery.raw.name}' holds the {counted(len(then), 'id')} of '{earlier.name}' and {len(now - then)} new ones."
    else:
        yield f"'{delivery.raw.name}' holds none of the {counted(len(then), 'id')} of '{earlier.name}': only new interviews are read."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(f"'{n}'" for n in names[:MOST_LISTED]) + more


def _together(found: Iterable[Drift]) -> list[Drift]:
    """The same difference in several columns of a battery is one, with the sum of its rows."""
    out: dict[tuple[str, str, str], Drift] = {}
    for drift in found:
        key = (drift.question, drift.aspect, drift.what)
        if key in out and drift.columns != out[key].columns:
            known = out[key]
            out[key] = replace(known, columns=(*known.columns, *drift.columns), n=known.n + drift.n)
        else:
            out[key] = drift
    return list(out.values())
