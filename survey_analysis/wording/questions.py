"""How many questions there are, and which of them are counted: the same words wherever it is said."""

from __future__ import annotations

from survey_analysis.study.study import Study
from survey_analysis.wording.numbers import count


def questions_counted(study: Study, columns: int = 0, *, noun: str = "question") -> str:
    """Declared questions, with how many of them are derived, those coded from open answers, and further columns.

    Parameters
    ----------
    columns
        Columns that no question declares, where they are counted too.
    noun
        What they are called; "" where it stands beside.

    Examples
    --------
    >>> from survey_analysis.study.build import build
    >>> from survey_analysis.study.load import parse
    >>> questions_counted(build(parse({"questions": {"q": {"levels": ["no", "yes"]}}})), 3)
    '1 question and 3 columns that nobody declared'
    """
    book = study.codebook
    derived = sum(name in book.questions for name in study.derived)
    n = len(book.questions)
    told = f"{count(n)} {noun}{'' if n == 1 else 's'}" if noun else f"{count(n)} declared"
    if derived:
        told += f" ({count(derived)} derived)"
    more = []
    if study.coded:
        more.append(f"{count(len(study.coded))} coded from open answers")
    if columns:
        more.append(f"{count(columns)} column{'' if columns == 1 else 's'} that nobody declared")
    if not more:
        return told
    *first, last = [told, *more]
    return f"{', '.join(first)} and {last}"
