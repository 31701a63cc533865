"""What happens to personal columns at reading: declared ones as declared, others withheld with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from survey_analysis.errors import PersonalDataWarning, StudyError
from survey_analysis.frames.personal import drop_personal, hash_personal, key_of
from survey_analysis.frames.personal_find import content_evidence, personal_evidence
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.wanted import wanted_columns
from survey_analysis.study.study import Study


def without_personal(raw: RawTable, study: Study, *, key: str | None = None) -> RawTable:
    """The table with no personal value left in it.

    Columns in `[roles] hashed` hold keyed hashes, those in `personal` group labels. Columns that seem personal and
    are not declared hold group labels too, so that nothing can render them, with a warning that names them.

    Raises
    ------
    StudyError
        A column is declared in two ways.
    DataError
        Columns are to be hashed and there is no key.

    Warns
    -----
    PersonalDataWarning
        Columns that seem personal and are not declared, with the evidence.
    """
    roles, empty = study.roles, study.about.missing_text
    declared = (*roles.personal, *roles.hashed, *roles.not_personal)
    twice = next((c for c in declared if declared.count(c) > 1), "")
    if twice:
        raise StudyError(
            f"'{twice}' stands twice under personal, hashed and not_personal.",
            where="[study.toml: roles]",
            hint="keep one.",
        )
    found = dict(undeclared_personal(raw, study))
    secret = key_of(key, roles.hashed)
    raw = hash_personal(raw, roles.hashed, secret, empty=empty)
    raw = drop_personal(raw, roles.personal, empty=empty)
    if not found:
        return raw
    told = "; ".join(f"'{column}' ({why})" for column, why in found.items())
    warnings.warn(
        f"These columns seem to hold personal data and are withheld: {told}. Declare them in [roles]: "
        "personal = [...] or hashed = [...]; one that is none, not_personal = [...].",
        PersonalDataWarning,
        stacklevel=4,
    )
    return drop_personal(
        raw, found, empty=empty, note="Undeclared columns that seem personal are withheld: they"
    )


def undeclared_personal(raw: RawTable, study: Study) -> Iterator[tuple[str, str]]:
    """Columns that seem personal and are not declared so; of declared questions only open ones, by content."""
    used = set(wanted_columns(study)) | study.roles.columns | set(study.design.weights.values())
    asked = {
        column
        for question in study.codebook
        if question.kind == "open" and question.name not in study.derived
        for column in question.all_columns
    }
    empty = study.about.missing_text
    for name in raw.columns:
        if name not in used:
            evidence = "; ".join(personal_evidence(raw, name, empty))
        elif name in asked and name not in study.roles.columns:
            evidence = content_evidence(raw, name, empty)
        else:
            continue
        if evidence:
            yield name, evidence
