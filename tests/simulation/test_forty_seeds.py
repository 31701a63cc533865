"""The whole public pipeline over forty simulated studies: unbiased, and intervals that cover.

Only population parameters stand in the generator, so the mean of an estimate over seeds must be its
parameter within three Monte-Carlo standard errors, and a 95% interval must cover it 34 to 40 times of 40.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.datasets.founding.generate import generate
from survey_analysis.datasets.founding.truth import truth

SEEDS = range(1, 41)
SOURCES = ("micro", "average", "celebrity", "advocate")
ITEMS = {"follow": "Q20", "credible": "Q21_1"}


def parameters() -> dict[str, float]:
    """What each headline estimates, from the population behind the generator."""
    true = truth()
    own, same = true["own"], true["same_people"]["micro-average"]
    out = {f"{item} {s}, own base": own[s][column] for item, column in ITEMS.items() for s in SOURCES}
    for item, column in ITEMS.items():
        out[f"{item} micro minus average, own"] = own["micro"][column] - own["average"][column]
        out[f"{item} micro minus average, common"] = same[column]["difference"]
    return out


def estimates(seed: int, study: str) -> dict[str, tuple[float, float, float]]:
    """Estimate and limits of each headline of one simulated study, weighted as its study file says."""
    survey = sa.read(generate(seed).clean, study=study).weight()
    out: dict[str, tuple[float, float, float]] = {}
    for item in ITEMS:
        share = survey.proportion(item, top=2, by="source")
        for source in SOURCES:
            out[f"{item} {source}, own base"] = (share[source].value, *share[source].interval)
        rows = share.compare(to="average").to_frame()
        for row in rows[rows["a"] == "Micro-influencer"].to_dict("records"):
            name = f"{item} micro minus average, {row['base']}"
            out[name] = (row["estimate"], row["conf_low"], row["conf_high"])
    return out


@pytest.fixture(scope="module")
def runs() -> Mapping[int, dict[str, tuple[float, float, float]]]:
    study = str(sa.datasets.folder() / "study.toml")
    return {seed: estimates(seed, study) for seed in SEEDS}


@pytest.fixture(scope="module")
def table(runs) -> pd.DataFrame:
    """One row a headline: parameter, mean, Monte-Carlo error, coverage."""
    rows = []
    for line, parameter in parameters().items():
        values = np.array([runs[seed][line] for seed in SEEDS])
        error = values[:, 0].std(ddof=1) / np.sqrt(len(values))
        covered = ((values[:, 1] <= parameter) & (parameter <= values[:, 2])).sum()
        mean = values[:, 0].mean()
        rows.append((line, parameter, mean, error, (mean - parameter) / error, covered))
    return pd.DataFrame(
        rows, columns=["headline", "parameter", "mean", "error", "away", "covered"]
    ).set_index("headline")


@pytest.mark.slow
def test_every_headline_is_unbiased(table):
    print("\n" + table.round(4).to_string())
    assert table["away"].abs().max() <= 3


@pytest.mark.slow
def test_every_interval_covers(table):
    assert table["covered"].between(34, 40).all(), table["covered"].to_string()


@pytest.mark.slow
def test_standard_errors_are_the_spread_over_studies(runs, table):
    """Mean half-width against the spread of the estimates; 40 seeds know a spread to about 11%."""
    logs = []
    for line in table.index:
        values = np.array([runs[seed][line] for seed in SEEDS])
        half = (values[:, 2] - values[:, 1]).mean() / 2 / 1.96
        logs.append(np.log(half / values[:, 0].std(ddof=1)))
    assert np.abs(logs).max() <= 4 * 0.113
    assert abs(np.mean(logs)) <= 0.15
