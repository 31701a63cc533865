"""Read a study file: TOML in, `StudyFile` out, every failure a `StudyError` with its key path."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from survey_analysis.errors import StudyError, closest
from survey_analysis.study.file import StudyFile

CODEBOOK_COLUMNS = (
    "column", "question", "subject", "option", "text", "short", "kind", "scale",
    "asked_if", "base", "predicate", "reverse", "exclusive", "low", "high",
)  # fmt: skip


def load_file(path: Path) -> tuple[StudyFile, str]:
    """Parse and check a study file with its codebook CSV; returns the file and its text.

    Raises
    ------
    StudyError
        The file is missing, is not TOML, or holds an unknown key or a wrong value; `where` carries
        the key path and `hint` the closest valid key.
    """
    raw, text = load_raw(path)
    return parse(raw, path.name), text


def load_raw(path: Path) -> tuple[dict[str, Any], str]:
    """Content of a study file with its codebook merged in, unchecked; and its text.

    Raises
    ------
    StudyError
        The file is missing or is not TOML; the codebook cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        near = [p.name for p in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        raise StudyError(
            f"There is no study file '{path.name}'.",
            hint=closest(path.name, near) if near else "check the path.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(error, f"study file '{path.name}'") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(
            f"The study file '{path.name}' is not valid TOML.",
            where=str(error),
            hint="strings need quotes; a table starts with [name].",
        ) from None
    name = raw.get("study", {}).get("codebook", "") if isinstance(raw.get("study"), dict) else ""
    if name:
        raw = _with_codebook(raw, path.parent / name)
    return raw, text


def parse(raw: Mapping[str, Any], name: str = "study.toml") -> StudyFile:
    """Check the content of a study file given as nested mappings.

    Raises
    ------
    StudyError
        The first problem, with its key path and the number of further ones; `problems` lists all.
    """
    try:
        return StudyFile.model_validate(raw)
    except ValidationError as error:
        first, *rest = _study_errors(error, name)
        if rest:
            first.where += f" ({len(rest)} more)"
        raise first from None


def problems(raw: Mapping[str, Any], name: str = "study.toml") -> tuple[StudyError, ...]:
    """Every unknown key and wrong value of a study file; none when it can be used.

    Examples
    --------
    >>> [p.what for p in problems({"study": {"nmae": "x"}, "design": {"wieght": "w"}})]
    ["'nmae' is not a key of [study].", "'wieght' is not a key of [design]."]
    """
    try:
        StudyFile.model_validate(raw)
    except ValidationError as error:
        return _study_errors(error, name)
    return ()


def _study_errors(error: ValidationError, name: str) -> tuple[StudyError, ...]:
    return tuple(_study_error(x, name) for x in _without_twins(error.errors(include_url=False)))


def _without_twins(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Where a value may be a text or a table, only what is wrong inside the table."""
    tables = [_location(x) for x in found if x["type"] in ("extra_forbidden", "missing")]
    places = [table[:-1] for table in tables]
    return [x for x in found if x["type"] != "string_type" or _location(x) not in places]


def _location(problem: ErrorDetails) -> list[str]:
    return [
        str(x) for x in problem["loc"] if not str(x).endswith("Entry") and x not in ("str", "dict[str,str]")
    ]


def _study_error(problem: ErrorDetails, name: str) -> StudyError:
    location = _location(problem)
    path = ".".join(location)
    if problem["type"] == "extra_forbidden":
        what = f"'{location[-1]}' is not a key of {_table(location[:-1])}."
        hint = closest(location[-1], _keys_at(location[:-1]))
    elif problem["type"] == "missing":
        what = f"{_table(location[:-1])} lacks the key '{location[-1]}'."
        hint = "add it."
    else:
        shown = repr(problem.get("input"))
        message = str(problem["msg"]).removeprefix("Value error, ")
        what = (
            f"'{path}' has a value that cannot be used: {shown if len(shown) < 60 else shown[:57] + '...'}."
        )
        hint = message[0].lower() + message[1:] + "."
    return StudyError(what, where=f"[{name}: {path}]", hint=hint)


def _table(location: list[str]) -> str:
    return f"[{'.'.join(location)}]" if location else "the study file"


def _keys_at(location: list[str]) -> list[str]:
    """Valid keys of the table at that place, found in the models themselves."""
    model: type[BaseModel] | None = StudyFile
    for step in location:
        if model is None or step not in {f.alias or n for n, f in model.model_fields.items()}:
            if model is not None:
                return _keys(model)
            continue
        annotation = next(f.annotation for n, f in model.model_fields.items() if (f.alias or n) == step)
        model = _model_in(annotation)
    return _keys(model) if model else []


def _keys(model: type[BaseModel]) -> list[str]:
    return [f.alias or n for n, f in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None


def _with_codebook(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    """Merge a codebook CSV (one row a column) into the tables; the study file's own entries win."""
    rows = _codebook_rows(path)
    questions: dict[str, dict[str, Any]] = {}
    batteries: dict[str, dict[str, Any]] = {}
    over = {m: s for s, members in raw.get("subjects", {}).items() for m in members}
    for line, row in rows:
        name = row["question"] or row["column"]
        facts: dict[str, Any] = {
            k: row[k] for k in ("text", "short", "kind", "scale", "asked_if", "base", "predicate") if row[k]
        }
        facts |= {"reverse": True} if row["reverse"].lower() in ("1", "true", "yes", "r") else {}
        if row["low"] or row["high"]:
            facts["valid_range"] = [_float(row["low"], line, "low"), _float(row["high"], line, "high")]
        if row["subject"]:
            if row["subject"] not in over:
                raise StudyError(
                    f"'{row['subject']}' is not a member of any set of subjects.",
                    where=f"[{path.name}: line {line}, subject]",
                    hint=closest(row["subject"], over),
                )
            entry = batteries.setdefault(name, {"over": over[row["subject"]], "columns": {}} | facts)
            entry["columns"][row["subject"]] = row["column"]
        elif row["option"]:
            entry = questions.setdefault(name, {"options": [], "kind": "multiple"} | facts)
            exclusive = row["exclusive"].lower() in ("1", "true", "yes")
            entry["options"].append({"column": row["column"], "label": row["option"], "exclusive": exclusive})
        else:
            if name in questions:
                raise StudyError(
                    f"Question '{name}' stands twice in the codebook.",
                    where=f"[{path.name}: line {line}]",
                    hint="give the rows a subject or an option, or different names.",
                )
            questions[name] = {"column": row["column"]} | facts
    merged = dict(raw)
    merged["questions"] = _overlay(questions, raw.get("questions", {}))
    merged["batteries"] = _overlay(batteries, raw.get("batteries", {}))
    return merged


def _overlay(base: dict[str, dict[str, Any]], own: Mapping[str, Any]) -> dict[str, Any]:
    return {n: base.get(n, {}) | own.get(n, {}) for n in (*base, *(k for k in own if k not in base))}


def _codebook_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(error, f"codebook '{path.name}'") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    unknown = [c for c in reader.fieldnames or () if c not in CODEBOOK_COLUMNS]
    if unknown or "column" not in (reader.fieldnames or ()):
        wrong = unknown[0] if unknown else "(no 'column')"
        raise StudyError(
            f"The codebook '{path.name}' has a column it should not have or lacks one: {wrong}.",
            where=f"[{path.name}: line 1]",
            hint=closest(wrong, CODEBOOK_COLUMNS),
        )
    return [
        (i, {c: (row.get(c) or "").strip() for c in CODEBOOK_COLUMNS})
        for i, row in enumerate(reader, start=2)
    ]


def _float(text: str, line: int, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise StudyError(
            f"'{text}' is not a number.",
            where=f"[codebook: line {line}, {column}]",
            hint="give low and high.",
        ) from None


def _unreadable(error: OSError | UnicodeDecodeError, what: str) -> StudyError:
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return StudyError(
            f"The {what} cannot be read.",
            where=f"Byte 0x{error.object[error.start]:02X} on line {line} is not UTF-8 text.",
            hint="save it as UTF-8.",
        )
    reason = (error.strerror or type(error).__name__).lower()
    hint = "check the path." if isinstance(error, FileNotFoundError) else "check its permissions."
    return StudyError(f"The {what} cannot be read: {reason}.", hint=hint)
