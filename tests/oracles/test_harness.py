"""The harness itself: R's reading rules, and what happens where the reference folder is absent."""

from __future__ import annotations

import numpy as np
import pytest

from oracles import harness


def test_absent_folder_skips_a_user_and_fails_ci(monkeypatch, tmp_path):
    monkeypatch.setattr(harness, "SHARED", tmp_path / "shared")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not beside the project"):
        harness.shared("oracles")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not beside the project"):
        harness.shared("oracles")


@pytest.mark.oracle
def test_tables_are_read_as_r_reads_them():
    t = harness.table("apistrat")
    assert t.n == 200
    assert t.factor("stype").levels == ("E", "H", "M")
    assert np.isnan(t["acs.46"]).any()
    assert harness.design("dnh").table.factor("race").levels == (1, 2, 3, 4)


@pytest.mark.oracle
def test_designs_have_the_degrees_of_freedom_of_r():
    entries = harness.entries("01_taylor")
    names = ("dsrs", "dstrat", "dstratwr", "dw", "dclus1", "dclus1wr", "dclus2wr")
    for name in names:
        values, frame = entries[f"taylor.{name}.degf"]["values"], harness.design(name).frame
        assert (frame.design_df, frame.n) == (values["degf"], values["n"])
        np.testing.assert_allclose(frame.weight.sum(), values["sum_weights"], rtol=1e-12)


def test_worst_notices_a_difference_and_a_missing_number():
    worst = harness.Worst()
    worst.check("a", "here", [1.0, 2.0], [1.0, None], tolerance=1e-9)
    with pytest.raises(AssertionError, match="relative"):
        worst.check("a", "here", [1.0, 2.0], [1.0, 2.1], tolerance=1e-9)
    with pytest.raises(AssertionError, match="relative"):
        worst.check("a", "here", [np.nan], [2.1], tolerance=1e-9)
    assert "here" in worst.lines()
