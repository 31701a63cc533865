"""The verb `robustness`: every defensible path recomputed, and whether the conclusion holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.robustness import LABEL_OF, Dimension, RobustnessData, Target
from survey_analysis.robustness.bench import Bench
from survey_analysis.robustness.conclude import holds
from survey_analysis.robustness.measure import Measure, measure_of
from survey_analysis.robustness.paths import Held, Progress, all_paths
from survey_analysis.robustness.plan import Over, Plan, plan
from survey_analysis.typing import Adjustment, By, FloatArray, Where

COLUMNS = (
    "target", "path", "cleaning", "weights", "dont_know", "box", "base", "unit", "estimate", "std_error",
    "conf_low", "conf_high", "p_value", "p_adjusted", "n", "conclusion", "same",
)  # fmt: skip


def robustness(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    over: Over = None,
    top: int | None = None,
    bottom: int | None = None,
    answers: Sequence[str] | None = None,
    by: By = None,
    where: Where = None,
    to: str | None = None,
    dim: str | None = None,
    value: float | None = None,
    adjust: Adjustment = "holm",
    level: float = 0.95,
    progress: Progress | None = None,
) -> RobustnessData:
    """Recompute a result on every defensible analysis path and count the paths with the same conclusion.

    A path is one crossing of decisions that another careful analyst could have taken: who is excluded for
    quality, how the survey is weighted, what becomes of "don't know", which answers are boxed, and which people
    a comparison rests on. Every number equals what the public verbs give with those choices.

    Parameters
    ----------
    question : str or sequence of str
        A question, or one or several constructs.
    over : sequence of str, or mapping, optional
        The decisions to vary: "cleaning", "weights", "dont_know", "box", "base". A mapping names the options of
        each, or "default". Named decisions that this study cannot vary are an error; without `over` they
        are left out and listed.

        - cleaning: "declared", "none", "without speed" (a family or a rule), "at least 1 of 4 families" (any
          exclusion rule), "speeders below_median=0.3" (a rule with another option);
        - weights: "declared", "none", "no cap", "cap 3", "trim 3" (times the mean), "without age" (a margin);
        - dont_know: "excluded", "in the base", "lowest" (for the mean), "off the scale excluded";
        - box: 1, "top-2", "bottom-1", "mean", or a list of answers;
        - base: "common" (who answered both), "own", "all" (who answered everything compared).
    top, bottom, answers, by, where
        As in `proportion`. When none of them and no `to` is given, box and comparison are those that
        `[[report.findings]]` or `[report] headline` of the study file declare for the question.
    to, dim
        As in `compare`: a comparison with this level. Without `to`, levels are followed.
    value : float, optional
        What a level is held against (a share as 0-1). Without it, a share is held to the word that the interval
        of the declared path licenses ("a majority").
    adjust : str
        Adjustment over the comparisons of a path, as in `compare`.
    level : float
        Level of the intervals.
    progress : callable, optional
        Takes a text while the paths are computed.

    Returns
    -------
    RobustnessData
        One row a target and path; the first path is the declared one.

    Raises
    ------
    EstimationError
        A decision or an option that this study cannot give; nothing that says which answers are counted.

    Notes
    -----
    A comparison concludes a direction when its adjusted p is under .05, else no clear difference; a share
    concludes the strongest word its interval licenses, which also holds where a stronger one of the same kind
    does. "Sensitive to" names the option that most often changes the conclusion between paths alike in all else,
    when the conclusion holds in fewer than 90% of the paths. Options that exclude the same people, or give the
    same weights, as an earlier one are not counted twice. After Steegen, Tuerlinckx, Gelman and Vanpaemel
    (2016) and Simonsohn, Simmons and Nelson (2020); the shares of paths are no probabilities.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"buy": ["yes", "no", "yes"] * 30, "w": [1, 2, 1] * 30}), weight="w")
    >>> found = survey.robustness("buy", answers=["yes"], value=0.5, over={"weights": ["none"]})
    >>> found.to_frame()[["weights", "conclusion"]].to_numpy().tolist()
    [['declared', 'not told apart'], ['none', 'above']]
    """
    chosen = {"top": top, "bottom": bottom, "answers": answers}
    measure = measure_of(survey, question, chosen, by=by, where=where, to=to, dim=dim, level=level)
    return follow(Bench(survey), measure, over, adjust=adjust, value=value, progress=progress)


def follow(
    bench: Bench,
    measure: Measure,
    over: Over,
    *,
    adjust: Adjustment = "holm",
    value: float | None = None,
    others: Mapping[str, FloatArray] | None = None,
    lenient: bool = False,
    progress: Progress | None = None,
) -> RobustnessData:
    """The paths of one measure on a bench that may be shared.

    `others` are the p-values of the rest of its declared family, by base; they stay as they are declared. `lenient`:
    see `plan`.
    """
    made = plan(bench, measure, over, lenient=lenient)
    if others:
        made = replace(made, others=dict(others))
    _check_value(made, value)
    rows, failed = all_paths(bench, made, Held(adjust, value), progress)
    targets = targets_of(made)
    rows["target"] = np.array([t.name for t in targets], dtype=object)[rows["place"].to_numpy()]
    rows["same"] = np.concatenate(
        [
            holds(str(g["conclusion"].iloc[0]), g["conclusion"].to_numpy(dtype=str))
            for _, g in rows.groupby("place", sort=True)
        ]
    )
    varied = tuple(
        Dimension(name, LABEL_OF[name], tuple(o.choice for o in options))
        for name, options in made.options.items()
        if len(options) > 1
    )
    return RobustnessData(
        rows=rows[list(COLUMNS)],
        kind="difference" if made.pairs else "level",
        targets=targets,
        varied=varied,
        left_out=made.left_out,
        failed=failed,
        topic=made.declared.topic,
        provenance=made.declared.provenance,
        level=measure.level,
        adjust=adjust,
        family=len(targets) + max((len(p) for p in made.others.values()), default=0),
        value=value,
        taken_from=measure.taken_from,
    )


def targets_of(made: Plan) -> tuple[Target, ...]:
    """The comparisons, or the rows, that are followed."""
    e = made.declared
    labels = [{d.name: d.label_of(k) for d, k in zip(e.dims, keys, strict=True)} for keys in e.keys]
    out = []
    for pair in made.pairs:
        name = e.dims[pair.dim].name
        a, b = labels[pair.a][name], labels[pair.b][name]
        within = ", ".join(v for k, v in labels[pair.a].items() if k != name)
        base = (
            e.bases[pair.a] if e.bases[pair.a] == e.bases[pair.b] else f"{e.bases[pair.a]}; {e.bases[pair.b]}"
        )
        out.append(Target(f"{within}: {a} - {b}" if within else f"{a} - {b}", a, b, within, base))
    if not made.pairs:
        for i, found in enumerate(labels):
            name = ", ".join(found.values()) or e.topic.short or e.topic.question
            out.append(Target(name, a=name, base=e.bases[i]))
    return tuple(out)


def _check_value(made: Plan, value: Any) -> None:
    unit = made.declared.topic.unit
    if value is None:
        if not made.pairs and unit != "share":
            raise EstimationError(
                "A mean licenses no word; say what it is held against.",
                hint="value=3, or compare: by=..., to=....",
            )
        return
    if made.pairs:
        raise EstimationError(
            "value= is for levels; a comparison is held to its direction.", hint="leave it out."
        )
    wrong = isinstance(value, str | bool) or (unit == "share" and not 0 < value < 1)
    if wrong:
        raise EstimationError(f"value = {value!r} is no share between 0 and 1.", hint="such as value=0.5.")
