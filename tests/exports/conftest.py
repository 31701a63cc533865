"""Surveys that are written and read back: the founding study, a real web survey, a real tracker with loops."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from readers.conftest import shared  # noqa: F401  the fixture
from real import test_sources, test_tracker_waves

import survey_analysis as sa

REAL = Path(__file__).resolve().parents[1] / "real"


@pytest.fixture(scope="session")
def small_founding() -> sa.Survey:
    """Some of the founding study, cleaned: enough rows for every kind of question, missing code and option."""
    survey = sa.datasets.load().clean()
    keep = survey.table.raw.frame.iloc[::17]
    return sa.Survey.of(
        survey.replace(
            table=type(survey.table)(
                survey.table.raw.with_frame(keep.reset_index(drop=True)),
                survey.study,
                None
                if survey.table.not_reached is None
                else survey.table.not_reached.iloc[::17].reset_index(drop=True),
            )
        )
    )


@pytest.fixture
def masculinity(shared) -> sa.Survey:  # noqa: F811
    """Texts for codes, sets, a battery over activities, weights of the file."""
    return sa.read(
        REAL / "masculinity" / "study.toml", data=shared("masculinity-survey", "raw-responses.csv.gz")
    )


@pytest.fixture
def tracker() -> sa.Survey:
    """Loops that people left early."""
    return test_sources.tracker()


@pytest.fixture
def tracker_wave() -> sa.Survey:
    """The first of its waves: sets, derived bands, weights, the labels that its publisher gives."""
    return test_tracker_waves.waves()["Wave 1"]


@pytest.fixture
def star_wars(shared) -> sa.Survey:  # noqa: F811
    """Names made by the reader, a ranking, filters, cleaned as the study file says."""
    return sa.read(REAL / "star-wars" / "study.toml", data=shared("star-wars", "StarWars.csv.gz")).clean()


@pytest.fixture
def frame() -> pd.DataFrame:
    """A little of everything, declared nowhere."""
    return pd.DataFrame(
        {
            "day": ["2024-03-01", "", "2024-03-03"],
            "at": ["2024-03-01 08:00:01", "2024-03-02 09:10:11", ""],
            "likely": [1, 5, 3],
            "spent": [1.25, None, 1e-9],
            "why": ["=SUM(A1)", 'He said "no",\nthen left', "so " * 40 + "long"],
            "w": [0.1, 1 / 3, 2.5],
        }
    )
