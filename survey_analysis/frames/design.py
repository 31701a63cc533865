"""The design as a user names it in a call: columns, rules, joint inclusion probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from survey_analysis.errors import DesignError
from survey_analysis.study.load import parse
from survey_analysis.study.sample import DesignSpec
from survey_analysis.typing import FloatArray


def with_columns(design: DesignSpec, given: Mapping[str, Any]) -> DesignSpec:
    """The design with what a call names; None, "", False and empty lists leave the study file's word.

    Raises
    ------
    StudyError
        A value that a study file could not hold either.
    DesignError
        A rule that is neither True nor False.
    """
    for option in ("nest", "lonely_domain"):
        if not isinstance(given.get(option, False), bool):
            raise DesignError(f"{option} = {given[option]!r} is not True or False.")
    told = {k: _plain(v) for k, v in given.items() if v is not None and v is not False and len_of(v)}
    if not told:
        return design
    checked = parse({"design": told}).design
    return design.model_copy(update={k: getattr(checked, k) for k in told})


def len_of(value: object) -> int:
    """Length of a text or a list; 1 for anything else."""
    return len(value) if hasattr(value, "__len__") else 1


def _plain(value: Any) -> Any:
    several = isinstance(value, Iterable) and not isinstance(value, str | Mapping)
    return list(value) if several else value


def split_pps(pps: object) -> tuple[object, FloatArray | None]:
    """What a call says of unequal probabilities: the options, and the matrix apart.

    Examples
    --------
    >>> split_pps("brewer")
    ('brewer', None)
    >>> split_pps([[0.5, 0.2], [0.2, 0.5]])[0]
    {'method': 'joint'}
    """
    if pps is None or isinstance(pps, str):
        return pps, None
    if not isinstance(pps, Mapping):
        return {"method": "joint"}, np.array(pps, dtype=np.float64)
    options = dict(pps)
    joint = options.get("joint")
    if joint is None or isinstance(joint, str):
        return options, None
    del options["joint"]
    return {"method": "joint"} | options, np.array(joint, dtype=np.float64)


def read_joint(path: Path) -> FloatArray:
    """Joint inclusion probabilities from a CSV without a header.

    Raises
    ------
    DesignError
        No such file, or cells that are no numbers.
    """
    try:
        return np.atleast_2d(np.loadtxt(path, delimiter=",", dtype=np.float64))
    except FileNotFoundError:
        raise DesignError(
            f"There is no file '{path.name}' with joint inclusion probabilities.",
            where="[study.toml: design.pps.joint]",
        ) from None
    except ValueError as error:
        raise DesignError(
            f"'{path.name}' is no table of numbers.",
            where=str(error),
            hint="one row and one column a sampled unit, commas between, no header.",
        ) from None
