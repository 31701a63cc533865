"""`correlation(kind="polychoric")`: R's number, weights, replicates, comparisons, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import ratings
from oracles.harness import entries, table

import survey_analysis as sa
from survey_analysis.errors import EstimationError


@pytest.mark.oracle
def test_two_step_is_that_of_polycor() -> None:
    theirs = entries("06_psychometrics")["poly.two"]["values"]["twostep"]
    x = np.column_stack([7 - table("bfi")["A1"], *(table("bfi")[f"A{i}"] for i in range(2, 6))])
    x = x[~np.isnan(x).any(axis=1)]
    data = sa.read(pd.DataFrame(x.astype(int), columns=list("abcde")))
    found = data.correlation(["a", "b"], kind="polychoric")
    assert found.value == pytest.approx(theirs, rel=1e-4)
    again = data.correlation(["b", "a"], kind="polychoric")
    assert again.value == pytest.approx(found.value, rel=1e-9)


def answers(n: int = 200, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=n)
    out = {c: np.digitize(trait + rng.normal(size=n), [-1.2, 0, 1.2]) + 1 for c in "abc"}
    return pd.DataFrame(out | {"w": rng.uniform(0.5, 2, n).round(3), "u": np.arange(n) // 4})


def test_taylor_and_jackknife_agree_and_the_truth_is_near() -> None:
    survey = sa.read(answers(400), weight="w", psu="u")
    taylor = survey.correlation(["a", "b", "c"], kind="polychoric")
    jackknife = survey.replicates(method="jackknife").correlation(["a", "b", "c"], kind="polychoric")
    a, b = taylor.rows["std_error"].to_numpy(), jackknife.rows["std_error"].to_numpy()
    assert a == pytest.approx(b, rel=0.1)
    assert (np.abs(taylor.rows["estimate"].to_numpy() - 0.5) < 4 * a).all()  # 1 / (1 + 1) behind the answers
    pearson = survey.correlation(["a", "b", "c"])
    assert (taylor.rows["estimate"] > pearson.rows["estimate"]).all()


def test_doubling_a_person_is_weight_two() -> None:
    data = answers(80)
    twice = pd.concat([data, data.iloc[:20]], ignore_index=True).assign(w=1.0)
    data["w"] = np.where(np.arange(80) < 20, 2.0, 1.0)
    a, b = (sa.read(d, weight="w").correlation(["a", "b", "c"], kind="polychoric") for d in (data, twice))
    assert a.rows["estimate"].to_numpy() == pytest.approx(b.rows["estimate"].to_numpy(), rel=1e-9)


def test_sources_are_compared_as_paired() -> None:
    data = ratings()
    frame = data.table.raw.frame
    assert {"micro_q", "average_q"} <= set(frame.columns)
    rng = np.random.default_rng(3)
    copy = frame.copy()
    for s in ("micro", "average", "celebrity"):
        values = pd.to_numeric(frame[f"{s}_q"], errors="coerce").to_numpy()
        moved = np.clip(np.round(values + 0.8 * rng.normal(size=len(values))), 1, 5)
        copy[f"{s}_r"] = ["" if np.isnan(v) else str(int(v)) for v in moved]
    from builders import LIKELY, SOURCES

    both = sa.read(
        copy,
        study={
            "design": {"weight": "w"},
            "scales": {"five": {"levels": LIKELY}},
            "subjects": {"source": SOURCES},
            "batteries": {q: {"over": "source", "columns": f"{{source}}_{q}", "scale": "five"} for q in "qr"},
        },
    )
    found = both.correlation(["q", "r"], kind="polychoric", by="source")
    assert len(found) == 3
    test = found.compare("average", base="common").to_frame()
    assert (test["std_error"] > 0).all()
    assert "Olsson 1979" in found.explain()


def test_what_has_no_polychoric_correlation() -> None:
    data = sa.read(pd.DataFrame({"a": range(20), "b": [1, 2] * 10, "c": [1, 2] * 10, "d": [2] * 20}))
    with pytest.raises(EstimationError, match="20 different answers"):
        data.correlation(["a", "b"], kind="polychoric")
    with pytest.raises(EstimationError, match="kind = 'kendall' is not known"):
        data.correlation(["b", "c"], kind="kendall")
    same = data.correlation(["b", "c"], kind="polychoric")
    assert same.value == pytest.approx(0.9999)
    assert "no maximum inside" in same.rows["method"].iloc[0]
    assert np.isnan(same.interval[0])
    still = data.correlation(["b", "d"], kind="polychoric")
    assert np.isnan(still.value)
