"""The Rao-Scott test under a banner table is that of `svychisq`; fractions and counts are the same fpc."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from oracles import harness, suite
from oracles.r.asking import Columns
from oracles.r.evaluate import Environment, evaluate
from oracles.r.nodes import Call
from oracles.r.parser import parse
from oracles.r.survey_design import Session

pytestmark = pytest.mark.oracle


def test_rao_scott_of_banner_tables():
    folder, held = harness.shared("oracles"), 0
    for entry in suite.entries(folder):
        node = parse(entry.said["call"])[0]
        inner = node.values[0] if isinstance(node, Call) and node.name == "ht" else None
        if (
            not isinstance(inner, Call)
            or inner.name != "svychisq"
            or 'statistic = "F"' not in entry.said["call"]
        ):
            continue
        Session.use(entry.said["options"])
        options = json.dumps(entry.said["options"], sort_keys=True)
        env = Environment(suite.prepared(folder, entry.file, options, tuple(entry.said["setup"])))
        design, formula = evaluate(inner.values[1], env), evaluate(inner.values[0], env)
        columns = Columns(design)
        row, column = (columns.category(t) for t in design.terms(formula))
        if design.roles.get("fpc") and isinstance(design.roles["fpc"], list):
            continue  # the banner takes the domain's degrees of freedom, which several stages do not change
        ours = design.ask(columns.extra).tabulate(row, by=column)[row].independence.iloc[0]
        values = entry.values
        theirs = [*values["statistic"].values(), *values["parameter"].values(), values["p.value"]]
        mine = [ours["statistic"], ours["df"], ours["df_residual"], ours["p_value"]]
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, err_msg=entry.id)
        held += 1
    assert held


def test_sampling_fractions_are_the_same_as_population_counts():
    frame = pd.read_csv(harness.shared("oracles", "data", "apistrat.csv"))
    roles = {"weight": "pw", "strata": "stype", "fpc": "fpc"}
    counts = sa.read(frame, **roles).mean("api00")
    frame["fpc"] = frame.groupby("stype")["stype"].transform("size") / frame["fpc"]
    assert sa.read(frame, **roles).mean("api00").std_error == pytest.approx(counts.std_error, rel=1e-12)
