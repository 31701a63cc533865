"""The founding study, cleaned and weighted once for every test that reads it."""

from __future__ import annotations

import pytest
from hypothesis import settings

import survey_analysis as sa

settings.register_profile("house", deadline=None)  # no test is judged by the wall clock
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--oracles DIR`: another folder of reference answers (DIR/json, DIR/data) for tests/oracles."""
    parser.addoption("--oracles", metavar="DIR", default=None, help="folder of reference answers from R")


@pytest.fixture(scope="session")
def founding() -> sa.Survey:
    """The simulated study through read, clean and weight; frozen, so that tests can share it."""
    return sa.datasets.load("micro_influencer").clean().weight()
