"""The survey as one flat table for other programs: labels, design columns, what weighting did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_analysis.core.blocks import before_calibration
from survey_analysis.estimation.constructs import construct_score, items_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.replicates import columns_of_replicates
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Numeric
from survey_analysis.readers.cells import Cells
from survey_analysis.readers.roles import id_guess
from survey_analysis.typing import FloatArray


def export_frame(survey: SurveyData) -> pd.DataFrame:
    """One row a respondent: design columns first, then every declared question as printed.

    `base_weight`, `analysis_weight`, `stratum`, `psu`, `fpc` (the sampling fraction, or the inclusion
    probability), `stratum_2`, `psu_2`, `fpc_2` and so on of later stages; `cal_<block>_<column>` hold the calibration
    variables of each weighting step; `rep_<r>` the replicate weights with the weighting repeated, where they
    are not too many to be written; `loop_<subjects>` the probability that a subject was asked. Answers
    are labels, numbers are numbers, options are 1 and 0, whatever is missing is empty. Batteries have one
    column a subject (`follow.micro`). Personal columns and identifiers are not in it.
    """
    frame = survey.frame
    out: dict[str, object] = {
        "base_weight": base_weight(survey),
        "analysis_weight": frame.weight,
        "stratum": frame.stratum,
        "psu": frame.psu,
    }
    if frame.fpc is not None:
        out["fpc"] = frame.fpc
    for number, stage in enumerate(frame.stages, start=2):
        out |= {
            f"stratum_{number}": stage.stratum,
            f"psu_{number}": stage.unit,
            f"fpc_{number}": stage.fraction,
        }
    for b, block in enumerate(frame.calibration, start=1):
        for j in range(block.x.shape[1]):
            column = np.zeros(frame.n)
            column[block.rows] = block.x[:, j]
            out[f"cal_{b}_{j + 1}"] = column
    if frame.replicates is not None and frame.replicate_weights.can_be_kept:
        columns = np.concatenate(list(frame.replicate_weights.blocks()), axis=1).T
        out |= {f"rep_{r}": column for r, column in enumerate(columns, start=1)}
    for name, loop in survey.study.design.loops.items():
        out[f"loop_{name}"] = (
            survey.table.raw.column(loop.probability).replace("", "1").to_numpy(dtype=object)
        )
    if survey.study.samples is not None:
        codes = survey.table.raw.column(survey.study.samples.column).tolist()
        names = {c: survey.study.sample_of(n).label or n for n, c in survey.study.samples.codes.items()}
        out["sample"] = [names.get(c, c) for c in codes]
    for name in _names(survey):
        out |= _question(survey, name)
    for construct in survey.study.codebook.constructs.values():
        items = items_of(survey, construct)
        for subject in items[0].columns or ("",):
            score, _, _ = construct_score(survey, construct, items, subject)
            out[column_name(construct.name, subject)] = _numbers(score)
    return pd.DataFrame(out)


def _names(survey: SurveyData) -> list[str]:
    book = survey.study.codebook
    declared = [*(q.name for q in book if q.kind != "open"), *survey.study.coded]
    if declared:
        return declared
    weights = columns_of_replicates(survey.table.raw, survey.study.design)
    raw = survey.table.raw
    columns = [c for c in raw.columns if c not in weights and c != survey.study.design.id]
    columns = [c for c in columns if id_guess(Cells.of(raw, c), first=c == raw.columns[0]) is None]
    return [c for c in columns if survey.table.question(c).kind != "open"]


def base_weight(survey: SurveyData) -> FloatArray:
    """Weights before any calibration."""
    return before_calibration(survey.frame.weight, survey.frame.calibration)


def column_name(question: str, subject: str) -> str:
    """Name of a column of the flat table."""
    return f"{question}.{subject}" if subject else question


def _question(survey: SurveyData, name: str) -> dict[str, object]:
    question = survey.table.question(name)
    out: dict[str, object] = {}
    for subject in question.columns or ("",):
        variable = survey.table.variable(name, subject)
        if isinstance(variable, Multiple):
            known = variable.known()
            for j, option in enumerate(variable.options):
                out[f"{column_name(name, subject)}.{option.code}"] = np.where(
                    known, variable.chosen[:, j].astype(int).astype(str), ""
                )
        else:
            column = column_name(name, subject)
            out[column] = _cells(variable)
            if isinstance(variable, Categorical) and question.kind in ("single", "likert"):
                out[f"{column}.score"] = _numbers(variable.values())
    return out


def _cells(variable: Encoded) -> object:
    if isinstance(variable, Categorical):
        labels = np.array([a.label for a in variable.scale.answers] + [""], dtype=object)
        return labels[variable.codes]
    if isinstance(variable, Numeric):
        return _numbers(variable.numbers)
    return ["" for _ in variable.missing]


def _numbers(values: FloatArray) -> list[str]:
    return ["" if np.isnan(v) else repr(float(v)) for v in values]
