"""The founding study, cleaned and weighted once for every test that reads it."""

from __future__ import annotations

import pytest

import survey_analysis as sa


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--oracles DIR`: another folder of reference answers (DIR/json, DIR/data) for tests/oracles."""
    parser.addoption("--oracles", metavar="DIR", default=None, help="folder of reference answers from R")


@pytest.fixture(scope="session")
def founding() -> sa.Survey:
    """The simulated study through read, clean and weight; frozen, so that tests can share it."""
    return sa.datasets.load("micro_influencer").clean().weight()
