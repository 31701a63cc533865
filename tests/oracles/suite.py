"""Entries of a folder of reference answers, run through the grammar and the public verbs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import oracles.r.bindings  # noqa: F401  binds R's functions
from oracles.compare import Outcome, compare
from oracles.r.base_data import bind_reading, read_csv
from oracles.r.base_tables import AbsentColumn
from oracles.r.evaluate import BUILTINS, Environment, Promise, evaluate, run
from oracles.r.lexer import RSyntaxError
from oracles.r.nodes import Call, Const, Name
from oracles.r.parser import parse
from oracles.r.survey_design import Session
from oracles.r.tojson import to_json
from oracles.r.values import Factor, NotCoveredError, RError, Vec, numbers
from oracles.rules import accuracy, left_out, tolerance
from survey_analysis.errors import SurveyAnalysisError

FAMILIES = ("taylor", "tests_models", "replicates", "calibration", "multiple_imputation")
OWN = Path(__file__).parent / "own"
EXTRACTORS = Path(__file__).parent / "r" / "extractors.R"


INSIDE_R = re.compile(
    "contrasts can be applied|number of items to replace|computationally singular|undefined columns|non-conformable|"
    "TRUE/FALSE needed|dimnames|replacement has|applicable method|requires numeric|invalid for atomic|subscript|"
    "valid set of coefficients|should be one of|cannot coerce|no such index|argument type|object '.*' not found|"
    "NA/NaN/Inf|exactly singular|All replicates contained"
)
"""Messages of R itself, not of a rule of the survey package: no statement about the answer."""


class Entry:
    """One reference answer."""

    def __init__(self, folder: Path, file: str, said: dict[str, Any]) -> None:
        self.folder, self.file, self.said = folder, file, said
        self.id: str = said["id"]
        self.family: str = said["family"]
        self.method: str = said["method"]
        self.values: Any = said["values"]

    @property
    def expects_error(self) -> bool:
        """R stops, and that is the answer."""
        return isinstance(self.values, dict) and set(self.values) == {"error"}


@cache
def entries(folder: Path) -> tuple[Entry, ...]:
    """Entries of the survey families in every file of the folder."""
    out = []
    for path in sorted((folder / "json").glob("*.json")):
        with path.open(encoding="utf-8") as handle:
            found = json.load(handle)
        if isinstance(found, list):
            out.extend(Entry(folder, path.stem, e) for e in found if e.get("family") in FAMILIES)
    return tuple(out)


def check(entry: Entry) -> Outcome:
    """Hold one entry against the public verbs."""
    Session.use(entry.said.get("options") or {})
    try:
        answer = to_json(ask(entry))
    except NotCoveredError as missing:
        return Outcome(uncovered=str(missing))
    except SurveyAnalysisError as error:
        if entry.expects_error:
            return Outcome(compared=1)
        return Outcome(wrong=[f"{type(error).__name__}: {error}"])
    except RError as error:
        return Outcome(compared=1) if entry.expects_error else Outcome(uncovered=f"R error: {error}")
    if entry.expects_error and INSIDE_R.search(str(entry.values["error"])):
        return Outcome(uncovered=f"R's own code stops: {entry.values['error'][:80]}")
    if entry.expects_error:
        return Outcome(wrong=[f"R stops ({entry.values['error']}); ours gives {str(answer)[:200]}"])
    return compare(answer, entry.values, tolerance(entry), left_out(entry), accuracy(entry))


def ask(entry: Entry) -> Any:
    """The value of the entry's call after its setup."""
    options = json.dumps(entry.said.get("options"), sort_keys=True)
    env = prepared(entry.folder, entry.file, options, tuple(entry.said["setup"]))
    return run(entry.said["call"], Environment(env))


@cache
def ground(folder: Path, options: str) -> Environment:
    """Where `rd` and the extractors are known."""
    del options  # designs keep the options they were made under
    env = bind_reading(folder / "data")
    run(EXTRACTORS.read_text(encoding="utf-8"), env)
    for script in sorted([*folder.glob("R/*.R"), *folder.glob("*.R")]):
        _bind_functions(script.read_text(encoding="utf-8"), env)
    return env


def _bind_functions(script: str, env: Environment) -> None:
    """Functions that the scripts of the folder define at the left margin and that nothing else binds."""
    for found in re.finditer(r"^([A-Za-z.][\w.]*) *<- *function", script, re.MULTILINE):
        name = found[1]
        if name in env.values or name in BUILTINS:
            continue
        lines = script[found.start() :].splitlines()
        for count in range(1, min(len(lines), 40) + 1):
            try:
                node = parse("\n".join(lines[:count]))[0]
            except (RSyntaxError, IndexError):
                continue
            assert isinstance(node, Call)
            env.values[name] = Promise(node.values[1], env)
            break


@cache
def prepared(folder: Path, file: str, options: str, setup: tuple[str, ...]) -> Environment:
    """The environment after the statements; each is evaluated when it is first used, once."""
    if not setup:
        return ground(folder, options)
    env = Environment(prepared(folder, file, options, setup[:-1]))
    statement = setup[-1]
    node = parse(statement)[0]
    assert isinstance(node, Call)
    target = node.values[0]
    if node.name != "<-" or not isinstance(target, Name | Const):
        raise NotCoveredError(f"setup is not an assignment: {statement[:60]}")
    name = target.name if isinstance(target, Name) else str(target.value)
    inner = Environment(env)
    inner.values.update(_read_from_files(folder, file, name, statement))
    inner.values.update(_stated_counts(folder, statement, inner))
    whole = inner.values.pop("", None)
    env.values[name] = whole if whole is not None else Promise(node.values[1], inner)
    return env


def _read_from_files(folder: Path, file: str, name: str, statement: str) -> dict[str, Any]:
    """Objects that the format keeps in `data/rep_NAME.csv`: w, rw, and the numbers of a meta entry."""
    path = folder / "data" / f"rep_{name}.csv"
    if not path.is_file():
        return {}
    table = read_csv(path)
    columns = dict(table.columns)
    weight = columns.pop("w")
    block = np.column_stack([numbers(v) for v in columns.values()])
    matrix = Vec(block.ravel(order="F"), "double", None, block.shape, (None, tuple(columns)))
    if "repweights" not in statement:  # the object is the matrix itself
        return {"": matrix}
    out: dict[str, Any] = {"w": weight, "rw": matrix}
    stated = re.search(r"in entry (\S+)", statement)
    if stated:
        meta = next((e for e in entries(folder) if e.file == file and e.id == stated[1].rstrip(";,")), None)
        if meta is not None and name in meta.values:
            out["meta"] = _from_json(meta.values[name])
    return out


def _from_json(value: dict[str, Any]) -> Any:
    from oracles.r.values import RList, vec

    parts = [vec(v if isinstance(v, list) else [v]) for v in value.values()]
    return RList(tuple(parts), tuple(value))


def _stated_counts(folder: Path, statement: str, env: Environment) -> dict[str, Any]:
    """A population table that is not among the data: the setup states its counts in a comment."""
    stated = re.search(r"#\s*counts:\s*(.+)$", statement, re.MULTILINE)
    if not stated:
        return {}
    counts = evaluate(parse(stated[1])[0], env).data
    wanted = dict.fromkeys(re.findall(r"([A-Za-z.][\w.]*)\$([A-Za-z.][\w.]*)", statement))
    out: dict[str, Any] = {}
    for table, column in wanted:
        held = out.setdefault(table, _Absent({}))
        held.columns[column] = AbsentColumn(_levels(folder, column), counts)
    return out


class _Absent:
    """A table of which only the counts are known."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = columns

    def field(self, name: str) -> Any:
        return self.columns[name]


def _levels(folder: Path, column: str) -> tuple[str, ...]:
    for path in sorted((folder / "data").glob("*.csv")):
        value = read_csv(path).columns.get(column) if not path.name.startswith("rep_") else None
        if isinstance(value, Factor):
            return value.levels
    raise NotCoveredError(f"the levels of '{column}' are in no table")


Check = Callable[[Entry], Outcome]
