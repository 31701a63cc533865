"""R's answers through the public verbs: the R text of each entry is read and said with `sa.read` and the verbs.

`pytest tests/oracles --oracles DIR` checks any folder of the format (DIR/json, DIR/data).
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from oracles import ledger, suite
from oracles.harness import SHARED
from oracles.r.survey_design import Session

pytestmark = pytest.mark.oracle


def folders(config) -> list:
    """The folder asked for, or the shared one; and the project's own."""
    from pathlib import Path

    asked = config.getoption("oracles", default=None)
    first = Path(asked).resolve() if asked else SHARED / "oracles"
    return [f for f in (first, suite.OWN) if (f / "json").is_dir()]


def pytest_generate_tests(metafunc) -> None:
    if "entry" in metafunc.fixturenames:
        found = [e for folder in folders(metafunc.config) for e in suite.entries(folder)]
        metafunc.parametrize("entry", found, ids=[f"{e.file}-{e.id}" for e in found])


def test_the_answer_is_that_of_r(entry) -> None:
    outcome = suite.check(entry)
    ledger.note(entry, outcome)
    if outcome.uncovered:
        pytest.skip(outcome.uncovered)
    assert not outcome.wrong, "\n" + "\n".join(outcome.wrong[:12])
    assert outcome.compared, "nothing was compared"


def test_there_is_something_to_compare(request) -> None:
    asked = request.config.getoption("oracles", default=None)
    if asked or os.environ.get("CI"):
        assert any(suite.entries(f) for f in folders(request.config)), "no entries of the survey families"
    elif not folders(request.config):
        pytest.skip("the folder 'shared' with the reference answers is not beside the project.")


def test_few_entries_are_not_compared(request) -> None:
    total = sum(len(suite.entries(f)) for f in folders(request.config))
    if len(ledger.RUN) < total or not total:
        pytest.skip("only part of the entries was run.")
    missing = [f"{e.id}: {o.uncovered}" for e, o in ledger.RUN.values() if o.uncovered]
    assert ledger.covered() >= ledger.LEAST_COVERED, "\n".join(missing)


def test_a_changed_weight_is_noticed(request, monkeypatch) -> None:
    """Weights off by some hundredths break every entry that depends on them, in any domain."""
    found = [e for f in folders(request.config)[:1] for e in suite.entries(f) if "svymean(" in e.said["call"]]
    found = [e for e in found if "weights = ~" in " ".join(e.said["setup"]) and not e.expects_error]
    found = [e for e in found[:60] if (o := suite.check(e)).compared and not o.wrong][:25]
    if not found:
        pytest.skip("no entry with a weight column.")

    def changed(frame, roles):
        out = frame.copy()
        out[roles["weight"]] = out[roles["weight"]].astype(float) * (1 + 0.01 * (np.arange(len(out)) % 7))
        return out

    monkeypatch.setattr(Session, "change", staticmethod(changed))
    suite.prepared.cache_clear()
    try:
        noticed = [e.id for e in found if suite.check(e).wrong]
    finally:
        suite.prepared.cache_clear()
    assert len(noticed) == len(found), sorted({e.id for e in found} - set(noticed))
