"""All paths: every crossing of the options, the surveys made once and the kernel called once a design."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.results.robustness import LeftOut
from survey_analysis.robustness.bench import Bench
from survey_analysis.robustness.conclude import Texts, concluded_differences, concluded_levels
from survey_analysis.robustness.evidence import readings as readings_of
from survey_analysis.robustness.numbers import Heights, Sides, compared, heights_of, levels, sides_of
from survey_analysis.robustness.options import BaseChoice, Box, Cut, Option, Unsure, Weighing
from survey_analysis.robustness.plan import NAMES, Plan, fits
from survey_analysis.significance.pairs import Pair
from survey_analysis.typing import Adjustment, FloatArray

Progress = Callable[[str], None]
Columns: TypeAlias = dict[str, np.ndarray[Any, np.dtype[Any]]]


@dataclass(frozen=True)
class Held:
    """How a path is judged: the family of a comparison, or the value a level is held against."""

    adjust: Adjustment
    value: float | None


def all_paths(
    bench: Bench, plan: Plan, held: Held, progress: Progress | None = None
) -> tuple[pd.DataFrame, tuple[LeftOut, ...]]:
    """Rows of all paths by `place` of the target, the declared path first; and paths that could not be computed."""
    tell = progress or (lambda _text: None)
    blocks: list[Columns] = []
    failed: list[LeftOut] = []
    answers = [(u, b) for u, b in product(plan.of("dont_know"), plan.of("box")) if fits(u.value, b.value)]
    designs = len(plan.of("cleaning")) * len(plan.of("weights"))
    total = designs * len(answers) * len(plan.of("base"))
    done = 0
    for cut in plan.of("cleaning"):
        read: _Read | None = None
        for how in plan.of("weights"):
            tell(f"analysis paths {done * total // designs} of {total}")
            try:
                read = read or _read(bench, plan, cut, answers)
                blocks.append(_of_design(bench, plan, held, read, how))
            except SurveyAnalysisError as error:
                if done == 0:
                    raise
                name = f"cleaning {cut.name}, weights {how.name}"
                failed.append(LeftOut("", name, error.what.rstrip(".")))
            done += 1
    rows = pd.DataFrame({name: np.concatenate([b[name] for b in blocks]) for name in blocks[0]})
    numbered = {key: i for i, key in enumerate(_crossings(plan))}
    rows["path"] = [numbered[key] for key in zip(*(rows[n] for n in NAMES), strict=True)]
    return rows.sort_values(["place", "path"], kind="stable").reset_index(drop=True), tuple(failed)


def _crossings(plan: Plan) -> Iterator[tuple[str, ...]]:
    """Names of the options of every path, the declared ones first."""
    for path in product(*(plan.of(n) for n in NAMES)):
        if fits(path[2].value, path[3].value):
            yield tuple(o.name for o in path)


@dataclass(frozen=True, eq=False)
class _Read:
    """One way to clean, with its answers read in every way; weights do not change who answered what."""

    cut: Option
    answers: Sequence[tuple[Option, Option]]
    what: Sides | Heights
    k: int  # targets
    size: FloatArray  # what an estimate is divided by, of each column
    unit: Texts


def _read(bench: Bench, plan: Plan, cut: Option, answers: Sequence[tuple[Option, Option]]) -> _Read:
    cleaned = cut.value if isinstance(cut.value, Cut) else None
    asked = [
        (u.value if isinstance(u.value, Unsure) else None, b.value if isinstance(b.value, Box) else None)
        for u, b in answers
    ]
    readings = readings_of(bench.cleaned(cleaned), plan.measure, asked)
    keys = plan.declared.keys
    places = [{k: i for i, k in enumerate(r.keys)} for r in readings]
    bases: list[BaseChoice] = [b.value for b in plan.of("base")]  # type: ignore[misc]
    what: Sides | Heights
    if plan.pairs:
        pairs = [[Pair(at[keys[p.a]], at[keys[p.b]], p.dim) for p in plan.pairs] for at in places]
        what, k = sides_of(readings, pairs, bases), len(plan.pairs)
    else:
        what, k = heights_of(readings, [[at[key] for key in keys] for at in places]), len(keys)
    each = k * len(bases)
    size = np.repeat([_size(plan, b) for _, b in answers], each)
    unit = np.repeat([_unit(plan, b) for _, b in answers], each)
    return _Read(cut, answers, what, k, size, unit)


def _of_design(bench: Bench, plan: Plan, held: Held, read: _Read, how: Option) -> Columns:
    """The paths of one way to clean and to weight, by column."""
    cleaned = read.cut.value if isinstance(read.cut.value, Cut) else None
    weighing = how.value if isinstance(how.value, Weighing) else None
    frame = bench.frame(cleaned, weighing, plan.samples)
    level = plan.measure.level
    if isinstance(read.what, Sides):
        found = compared(read.what, frame, level)
        adjusted = _adjusted(found.p_value, plan, read.k, held.adjust)
        conclusion = concluded_differences(found, adjusted)
    else:
        found = levels(read.what, plan.declared.topic, frame, level, held.value)
        adjusted, conclusion = found.p_value, concluded_levels(found, held.value)
    names = [b.name for b in plan.of("base")]
    each, m = read.k * len(names), len(found.estimate)
    return {
        "place": np.tile(np.arange(read.k), m // read.k),
        "cleaning": np.full(m, read.cut.name, dtype=object),
        "weights": np.full(m, how.name, dtype=object),
        "dont_know": np.repeat(np.array([u.name for u, _ in read.answers], dtype=object), each),
        "box": np.repeat(np.array([b.name for _, b in read.answers], dtype=object), each),
        "base": np.tile(np.repeat(np.array(names, dtype=object), read.k), m // each),
        "unit": read.unit,
        "estimate": found.estimate / read.size,
        "std_error": found.std_error / read.size,
        "conf_low": found.conf_low / read.size,
        "conf_high": found.conf_high / read.size,
        "p_value": found.p_value,
        "p_adjusted": adjusted,
        "n": found.n,
        "conclusion": conclusion.astype(object),
    }


def _unit(plan: Plan, box: Option) -> str:
    """A mean of a scale that stands beside shares is told in parts of the scale's range."""
    is_mean = isinstance(box.value, Box) and box.value.kind == "mean"
    return "range" if is_mean else plan.declared.topic.unit


def _size(plan: Plan, box: Option) -> float:
    range_ = plan.declared.topic.scale_range
    return range_[1] - range_[0] if _unit(plan, box) == "range" and range_ is not None else 1.0


def _adjusted(p: FloatArray, plan: Plan, k: int, method: Adjustment) -> FloatArray:
    """Adjusted over the comparisons of one path, with the rest of the declared family as it is declared."""
    out = np.full(len(p), np.nan)
    names = [b.name for b in plan.of("base")]
    for start in range(0, len(p), k):
        own = names[start // k % len(names)] == "own"
        rest = plan.others.get("own" if own else "common", np.zeros(0))
        out[start : start + k] = adjust_p(np.concatenate([p[start : start + k], rest]), method)[:k]
    return out
