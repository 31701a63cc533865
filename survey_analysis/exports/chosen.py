"""Which questions leave the house, and what is said of those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from survey_analysis.errors import DataError
from survey_analysis.exports.design import roles
from survey_analysis.exports.notes import listed
from survey_analysis.frames.table import Table


def chosen_questions(table: Table, questions: Iterable[str] | None) -> tuple[list[str], list[str]]:
    """Questions to write, without those that read a personal column; and what was left out."""
    personal = table.private
    notes = []
    if questions is None:
        names = all_questions(table)
    else:
        names = list(dict.fromkeys([questions] if isinstance(questions, str) else questions))
        wrong = [n for n in names if _reads(table, n) & personal]
        if wrong:
            raise DataError(
                f"'{wrong[0]}' holds personal data and is never written.",
                where="[study.toml: roles.personal]",
                hint="leave it out.",
            )
    dropped = [n for n in names if _reads(table, n) & personal]
    if dropped:
        notes.append(f"Personal columns are never written: {', '.join(dropped)}.")
    kept = [n for n in names if n not in dropped]
    return kept, notes


def all_questions(table: Table) -> list[str]:
    """Every declared question; without one, every column, those of a set of the file as one question."""
    declared = [q.name for q in table.codebook if not q.inferred or q.from_file]
    if declared:
        return [*table.codebook.questions, *table.study.coded]
    in_set = {c: q.name for q in table.codebook for c in q.all_columns}
    jobs = {c for c, _ in roles(table)} - {""}
    return list(dict.fromkeys(in_set.get(c, c) for c in table.raw.columns if c not in jobs))


def _reads(table: Table, name: str) -> set[str]:
    return set(table.question(name).all_columns) - {""}


def left_out(table: Table, names: Sequence[str], design: Mapping[str, str]) -> list[str]:
    """Columns that nobody declared and that stay behind."""
    read = {c for n in names for c in _reads(table, n)}
    left = [c for c in table.raw.columns if c not in {*read, *design, *table.private}]
    if not left:
        return []
    return [f"Columns that the study file declares no question for were left out: {listed(left)}."]


def spread_slots(table: Table, names: Sequence[str]) -> list[str]:
    """A note on questions whose codes stood in slots or in one cell."""
    spread = [n for n in names if table.question(n).slots]
    if not spread:
        return []
    return [f"Written as a column an option, without the order of mention: {listed(spread)}."]


def reversed_items(table: Table, names: Sequence[str]) -> list[str]:
    """A note on items that the study file turns round."""
    turned = [n for n in names if table.question(n).reverse]
    if not turned:
        return []
    return [f"Written as answered, not turned round: {listed(turned)}; the study file reverses them."]


def personal_id(table: Table) -> list[str]:
    """A note on an id that is personal: without it, rows of one person are no longer known to be."""
    name = table.study.design.id
    if not name or name not in table.private:
        return []
    again = table.raw.column(name).duplicated().any()
    lost = "; rows that share an id are not told from others" if again else ""
    return [f"The id '{name}' is personal and is not written{lost}."]
