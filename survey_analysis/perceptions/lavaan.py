"""`to_lavaan`: syntax, data and call for the measurement models that R lavaan fits and this package does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.constructs import constructs_of, items_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.lavaan_data import Gathered, gather, safe_names
from survey_analysis.perceptions.lavaan_notes import notes_of
from survey_analysis.perceptions.lavaan_script import Fitting, script
from survey_analysis.perceptions.lavaan_syntax import Model, cfa_syntax, invariance_steps, placed
from survey_analysis.results.lavaan import LavaanData, ModelStep
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import By, LavaanEstimator, LavaanIdentify, LavaanMissing, Where


def to_lavaan(
    survey: SurveyData,
    constructs: str | Sequence[str] | None = None,
    *,
    model: Literal["cfa", "invariance"] = "cfa",
    partial: Literal["none", "each item"] = "none",
    estimator: LavaanEstimator | None = None,
    missing: LavaanMissing | None = None,
    identify: LavaanIdentify = "marker",
    by: By = None,
    where: Where = None,
) -> LavaanData:
    """Write a measurement model for R lavaan: syntax, data without identifiers, and the script that fits it.

    Items rated for several subjects make a repeated model: a factor a construct and subject, residuals of the same
    item correlated. With `by` a grouping of people the model has groups; rows of a long file that belong to one
    person are set side by side.

    Parameters
    ----------
    constructs : str or sequence of str, optional
        Names from the study file's `[constructs]`; all of them by default.
    model : {"cfa", "invariance"}
        One confirmatory factor model, or the sequence that holds more and more equal across groups or subjects:
        configural, thresholds, loadings, intercepts for ordinal items (Wu and Estabrook 2016), configural,
        loadings, intercepts for continuous ones.
    partial : {"none", "each item"}
        Of a sequence: one more model an item, its intercepts freed, to see how far differences of factor means move.
    estimator : {"WLSMV", "MLR", "ML"}, optional
        By default WLSMV where all items have answer scales and no sampling unit holds several people, else MLR.
    missing : {"listwise", "pairwise", "fiml"}, optional
        By default listwise for one set of items, and for a repeated model pairwise (WLSMV) or fiml (MLR, ML).
    identify : {"marker", "variance"}
        Of "cfa": what fixes the scale of a factor, its first loading or its variance.
    by, where
        One variable that groups people, or the subjects; a domain. lavaan knows no domains: rows outside are left out.

    Returns
    -------
    LavaanData
        `.syntax`, `.data`, `.call`, `.notes`.

    Raises
    ------
    EstimationError
        Too few items to test what is asked (a construct of one item; invariance of a construct with two); answers
        that nobody gave in one of the groups; options that do not go together; clusters with WLSMV, which lavaan
        0.6-14 ignores in silence.

    Notes
    -----
    Within-subject sources: repeated multiple-indicator model (statistics 2.19). lavaan takes sampling weights as
    fixed and knows neither strata nor replicates; the notes say what it leaves out.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {
    ...     "questions": {x: {"levels": [1, 2, 3]} for x in "abc"},
    ...     "constructs": {"trust": {"items": ["a", "b", "c"]}},
    ... }
    >>> data = pd.DataFrame({"a": [1, 2, 3, 3], "b": [1, 1, 2, 3], "c": [2, 1, 3, 3]})
    >>> sa.read(data, study=study).to_lavaan("trust").syntax
    'trust =~ a + b + c'
    """
    chosen = constructs_of(survey, constructs)
    items = {c.name: items_of(survey, c) for c in chosen}
    _one_subject_set(chosen, items)
    questions = {q.name: q for some in items.values() for q in some}
    names = safe_names([*questions, *items])
    found = gather(survey, {names[n]: q for n, q in questions.items()}, by, where)
    factors = {names[f]: tuple(names[q.name] for q in some) for f, some in items.items()}
    sequence = model == "invariance"
    if model not in ("cfa", "invariance") or partial not in ("none", "each item"):
        raise EstimationError(
            f"model = {model!r}, partial = {partial!r} is not known.",
            hint='model is "cfa" or "invariance", partial "none" or "each item".',
        )
    if partial != "none" and not sequence:
        raise EstimationError("partial= belongs to a sequence.", hint='give model="invariance" with it.')
    _enough(factors, found, sequence=sequence)
    ordinal = all(q.scale is not None for q in questions.values())
    how = _estimator(estimator, ordinal, found)
    thresholds = _thresholds(found, factors, sequence=sequence) if how == "WLSMV" else {}
    made = Model(factors, found.blocks, found.groups, thresholds)
    freed = tuple(i for some in factors.values() for i in some) if partial == "each item" else ()
    steps = invariance_steps(made, freed=freed) if sequence else (ModelStep("cfa", cfa_syntax(made)),)
    fitting = Fitting(
        estimator=how,
        missing=_missing(missing, how, found),
        identify=_identify(identify, sequence=sequence),
        ordered=tuple(found.items.columns) if how == "WLSMV" else (),
        groups=found.groups,
        weighted=found.weighted,
        clustered=found.clustered,
        sequence=sequence,
        factors=tuple(placed(f, b) for f in factors for b in found.blocks),
    )
    labels = {names[q.name]: survey.table.question(q.name).short or q.name for q in questions.values()}
    notes = notes_of(survey, found, fitting, factors, labels, thresholds, where)
    return LavaanData(steps, found.frame(), script(steps, fitting, notes), notes)


def _one_subject_set(chosen: Sequence[Construct], items: Mapping[str, Sequence[Question]]) -> None:
    over = {c.name: items[c.name][0].over for c in chosen}
    if len(set(over.values())) > 1:
        raise EstimationError(
            "The constructs do not run over the same subjects.",
            where=", ".join(f"{n}: {o or 'none'}" for n, o in over.items()),
            hint="write a model for each set.",
        )
    seen: dict[str, str] = {}
    for name, some in items.items():
        for q in some:
            if q.name in seen:
                raise EstimationError(
                    f"'{q.name}' is an item of '{seen[q.name]}' and of '{name}'.",
                    hint="a model takes an item once; ask for one of the two constructs.",
                )
            seen[q.name] = name


def _enough(factors: Mapping[str, tuple[str, ...]], found: Gathered, *, sequence: bool) -> None:
    places = len(found.groups) or len(found.blocks)
    if sequence and places < 2:
        raise EstimationError(
            "Invariance is asked across groups of people or across what was rated; there is one of them.",
            hint="name a variable in by=, or give items that run over subjects.",
        )
    one = [f for f, items in factors.items() if len(items) < 2]
    if one:
        raise EstimationError(
            f"'{one[0]}' has one item: there is no measurement model.", hint="leave it out of the model."
        )
    two = [f for f, items in factors.items() if len(items) == 2]
    rest = [f for f in factors if f not in two]
    if two and sequence:
        raise EstimationError(
            f"Invariance cannot be tested for {' and '.join(two)}: two items.",
            where="a construct needs three items before thresholds, loadings and intercepts can be compared.",
            hint="leave it out: constructs=[" + ", ".join(repr(f) for f in rest) + "]."
            if rest
            else "give the construct a third item; with two, report Spearman-Brown.",
        )
    if two and len(factors) == 1 and len(found.blocks) == 1:
        raise EstimationError(
            f"The measurement model of '{two[0]}' cannot be tested: two items give fewer covariances than parameters.",
            hint="report Spearman-Brown, as perceptions() does, or model it together with other constructs.",
        )


def _estimator(asked: LavaanEstimator | None, ordinal: bool, found: Gathered) -> LavaanEstimator:
    if asked is None:
        return "WLSMV" if ordinal and not found.clustered else "MLR"
    if asked not in ("WLSMV", "MLR", "ML"):
        raise EstimationError(f"estimator = {asked!r} is not known.", hint='give "WLSMV", "MLR" or "ML".')
    if asked == "WLSMV" and not ordinal:
        raise EstimationError(
            "WLSMV is for ordinal answers; some items are numbers without an answer scale.",
            hint='give "MLR".',
        )
    if asked == "WLSMV" and found.clustered:
        raise EstimationError(
            "lavaan ignores clusters with WLSMV, without saying so (seen in 0.6-14): standard errors come out too small.",
            hint='give estimator="MLR", which takes clusters and weights, answers taken as numbers.',
        )
    if asked == "ML" and (found.weighted or found.clustered):
        raise EstimationError(
            "ML standard errors are for simple samples; this one has weights or clusters.",
            hint='give "MLR": the same estimates with robust standard errors.',
        )
    return asked


def _missing(asked: LavaanMissing | None, how: LavaanEstimator, found: Gathered) -> LavaanMissing:
    default: LavaanMissing = (
        "listwise" if len(found.blocks) == 1 else "pairwise" if how == "WLSMV" else "fiml"
    )
    chosen = default if asked is None else asked
    if chosen not in ("listwise", "pairwise", "fiml"):
        raise EstimationError(
            f"missing = {asked!r} is not known.", hint='give "listwise", "pairwise" or "fiml".'
        )
    if (chosen == "fiml") == (how == "WLSMV") and chosen != "listwise":
        raise EstimationError(
            f"missing = {chosen!r} does not go with {how}.",
            hint='WLSMV takes "listwise" or "pairwise", MLR and ML take "listwise" or "fiml".',
        )
    if chosen == "listwise" and not found.items.notna().all(axis=1).any():
        raise EstimationError(
            "Nobody answered all items.",
            hint=f'give missing="{"pairwise" if how == "WLSMV" else "fiml"}".',
        )
    return chosen


def _identify(asked: LavaanIdentify, *, sequence: bool) -> LavaanIdentify:
    if asked not in ("marker", "variance"):
        raise EstimationError(f"identify = {asked!r} is not known.", hint='give "marker" or "variance".')
    if sequence and asked != "marker":
        raise EstimationError(
            'identify= is for model="cfa"; a sequence is identified as its authors describe.',
            hint="leave it out.",
        )
    return asked


def _thresholds(found: Gathered, factors: Mapping[str, tuple[str, ...]], *, sequence: bool) -> dict[str, int]:
    """Thresholds of each item: answers given less one, the same in every place of a sequence."""
    out: dict[str, int] = {}
    for item in (i for some in factors.values() for i in some):
        given = _answers_by_place(found, item)
        union = sorted(set().union(*given.values()))
        out[item] = len(union) - 1
        if len(union) < 2:
            raise EstimationError(
                f"All answers to '{item}' are the same.", hint="leave the item out of the construct."
            )
        for place, some in given.items() if sequence else ():
            lacking = [x for x in union if x not in some]
            if lacking:
                raise EstimationError(
                    f"Nobody gave the answer {lacking[0]:g} to '{item}' in '{place}'; its thresholds cannot be "
                    "compared.",
                    where=f"others gave {', '.join(f'{x:g}' for x in union)}.",
                    hint="join answers in the data, leave the group out with where=, or give "
                    'estimator="MLR" (answers taken as numbers).',
                )
        if sequence and len(union) == 2:
            raise EstimationError(
                f"'{item}' has two answers: thresholds, loadings and intercepts cannot be tested one after another "
                "(Wu and Estabrook 2016).",
                hint='give model="cfa", or items with three or more answers.',
            )
    return out


def _answers_by_place(found: Gathered, item: str) -> dict[str, set[float]]:
    if found.groups:
        group = np.asarray(found.group, dtype=object)
        values = found.items[item].to_numpy()
        return {g: _known(values[group == g]) for g in found.groups}
    return {b: _known(found.items[placed(item, b)].to_numpy()) for b in found.blocks}


def _known(values: np.ndarray) -> set[float]:
    return {float(v) for v in np.unique(values[~np.isnan(values)])}
