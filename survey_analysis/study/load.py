"""Read a study file: TOML in, `StudyFile` out, every failure a `StudyError` with its key path."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from survey_analysis.errors import StudyError, closest
from survey_analysis.study.codebook_files import read_tables
from survey_analysis.study.codebook_merge import with_codebook
from survey_analysis.study.file import StudyFile
from survey_analysis.study.unreadable import unreadable


def load_file(path: Path) -> tuple[StudyFile, str]:
    """Parse and check a study file with its codebook; returns the file and its text.

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
        if isinstance(error, UnicodeDecodeError):
            _refuse_other(path)
        raise unreadable(error, f"study file '{path.name}'") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse_other(path)
        raise StudyError(
            f"The study file '{path.name}' is not valid TOML.",
            where=str(error),
            hint="strings need quotes; a table starts with [name].",
        ) from None
    return with_named_codebook(raw, path.parent), text


def _refuse_other(path: Path) -> None:
    """What is no TOML and is not called so is probably the export itself."""
    if path.suffix.lower() != ".toml":
        raise StudyError(
            f"'{path.name}' is not a study file.",
            hint=f"a study file ends in .toml; survey-analysis inspect {path.name} drafts one from an export.",
        ) from None


def with_named_codebook(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The content of a study file with the codebook that it names, by a path from a folder."""
    about = raw.get("study", {})
    name = about.get("codebook", "") if isinstance(about, dict) else ""
    return with_codebook(raw, read_tables(folder / name)) if name and isinstance(name, str) else raw


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
            continue  # the name of an entry, or its place in a list
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
