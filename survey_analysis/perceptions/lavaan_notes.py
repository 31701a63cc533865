"""What a reader must know about a model written for lavaan."""

from __future__ import annotations

from collections.abc import Mapping

from survey_analysis.estimation.cells import where_text
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.lavaan_data import Gathered
from survey_analysis.perceptions.lavaan_script import Fitting
from survey_analysis.typing import Where

_MISSING = {
    "listwise": "People who left out any item are not in the model (listwise): {complete} of {all} stay.",
    "pairwise": "Correlations use whoever answered both items (pairwise): right where answers are missing completely "
    "at random.",
    "fiml": "Missing answers by full information maximum likelihood: right where they are missing at random.",
}


def notes_of(
    survey: SurveyData,
    found: Gathered,
    fitting: Fitting,
    factors: Mapping[str, tuple[str, ...]],
    labels: Mapping[str, str],
    thresholds: Mapping[str, int],
    where: Where,
) -> tuple[str, ...]:
    """Sentences, one a fact: what is modelled, what cannot be tested, what lavaan leaves out."""
    named = [f"{i} = {' '.join(x.split())}" for i, x in labels.items() if i != x]
    out = ["Items: " + "; ".join(named) + "."] if named else []
    out.append(_people(survey, found, where))
    out += _design(survey, found, fitting)
    complete = int(found.items.notna().all(axis=1).sum())
    out.append(_MISSING[fitting.missing].format(complete=complete, all=len(found.items)))
    if found.looped and len(found.blocks) > 1:
        out.append(
            "Only some of the things somebody knew were rated, chosen at random: those answers are missing by design."
        )
    two = [f for f, items in factors.items() if len(items) == 2]
    if two:
        out.append(
            f"{' and '.join(two)}: two items. Only correlations with other factors identify them; their own "
            "measurement model cannot be tested, nor can invariance."
        )
    if fitting.sequence:
        out += _sequence(found, fitting, thresholds)
    if survey.study.simulated:
        out.append("Simulated data: no people were surveyed.")
    return tuple(out)


def _people(survey: SurveyData, found: Gathered, where: Where) -> str:
    noun = "simulated respondents" if survey.study.simulated else "people"
    about = f", about {found.asked}" if found.asked else ""
    said = f"{len(found.items)} {noun}{about}"
    if found.groups:
        counts = ", ".join(f"{g} {found.group.count(g)}" for g in found.groups)
        said += f" ({counts})"
    if where is not None:
        said += f", where {where_text(where)}; lavaan knows no domains, others are left out"
    if found.left_out:
        said += f"; {found.left_out} more answered no item"
    return said + "."


def _design(survey: SurveyData, found: Gathered, fitting: Fitting) -> list[str]:
    out = []
    if fitting.estimator == "WLSMV":
        out.append("Estimator WLSMV: answers are ordinal, tests are scaled.")
    else:
        out.append(f"Estimator {fitting.estimator}: answers are taken as numbers.")
    if found.weighted:
        looped = ", by 1 / probability that it was asked" if found.looped and len(found.blocks) == 1 else ""
        out.append(f"Column w is the sampling weight{looped}; lavaan takes it as fixed.")
    if found.clustered:
        out.append("Column cluster numbers the sampling units; standard errors are robust to them.")
    if found.strata > 1 or survey.frame.replicates is not None:
        out.append(
            "lavaan knows neither strata, finite populations nor replicate weights: they are not used."
        )
    return out


def _sequence(found: Gathered, fitting: Fitting, thresholds: Mapping[str, int]) -> list[str]:
    across = "groups of people" if found.groups else "what was rated"
    out = [
        f"Invariance across {across}, first: {(found.groups or found.blocks)[0]}. "
        + (
            "Ordinal sequence of Wu and Estabrook (2016), theta parameterization."
            if fitting.ordered
            else "Continuous sequence: loadings, intercepts."
        ),
        "Changes of CFI and RMSEA describe the sequence; fixed cut-offs for them do not hold in general.",
    ]
    three = [i for i, k in thresholds.items() if k == 2]
    if three:
        out.append(
            f"{', '.join(three)}: three answers. Equal thresholds then fit as well as free ones; that step tests "
            "nothing for them."
        )
    return out
