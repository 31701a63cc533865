"""The five waves of the sporting-goods tracker: split, stacked, compared; differences and parts against R `survey`."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oracles.harness import shared

import survey_analysis as sa

R = json.loads(Path(__file__).with_name("tracker_waves.json").read_text(encoding="utf-8"))
TOLERANCE = 1e-9
PANEL = 900  # first rows of each wave that are taken for the same people, in R too


def _levels(values):
    return [[str(v["value"]), v["text"]["en-GB"]] for v in values]


@cache
def metadata():
    path = shared("data", "sporting-goods-tracker", "example_a.meta.json")
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def study():
    """The study file that the publisher's metadata amount to."""
    meta = metadata()
    questions = {}
    for name, column in meta["columns"].items():
        values = column.get("values")
        if column["type"] != "single" or name in ("Wave", "visit_1", "visit_2", "visit_3") or "q14" in name:
            continue
        if isinstance(values, str):
            values = meta["lib"]["values"][values.rpartition("@")[2]]
        questions[name] = {"levels": _levels(values), "text": column["text"]["en-GB"]}
    for name in ("q2", "q3"):
        options = meta["columns"][name]["values"]
        questions[name] = {
            "kind": "multiple", "text": meta["columns"][name]["text"]["en-GB"],
            "options": [{"column": f"{name}_{v['value']}", "label": v["text"]["en-GB"]} for v in options],
        }  # fmt: skip
    bands = {"to 29": "age < 30", "30 to 39": "age >= 30 and age < 40", "40 and over": "age >= 40"}
    return {
        "study": {"name": "Sporting goods tracker"},
        "sample": {"kind": "simulated", "mode": "online", "population": "shoppers"},
        "design": {"weight": "weight_a"},
        "questions": questions | {"age": {"kind": "numeric"}},
        "derived": {"age_band": {"levels": bands}},
    }


@cache
def table():
    path = shared("data", "sporting-goods-tracker", "example_a.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        out = pd.read_csv(file, dtype=str, keep_default_na=False)
    keep = ["unique_id", "Wave", "weight_a", "q2", "q3", *study()["questions"]]
    out = out[[c for c in dict.fromkeys(keep) if c in out]].apply(lambda c: c.str.removesuffix(".0"))
    for name in ("q2", "q3"):
        given = out[name].str.split(";")
        for v in metadata()["columns"][name]["values"]:
            code = str(v["value"])
            chosen = given.map(lambda x, code=code: "1" if code in x else "0")
            out[f"{name}_{code}"] = chosen.where(out[name] != "", "")
    out["person"] = out.groupby("Wave").cumcount().map(lambda i: i + 1)
    out["person"] = out["person"].where(
        out["person"] <= PANEL, 10000 * out["Wave"].astype(int) + out["person"]
    )
    return out.drop(columns=["q2", "q3"])


@cache
def waves():
    whole = sa.read(table(), study=study())
    return {f"Wave {k}": s for k, s in sa.split_waves(whole, "Wave").items()}


@cache
def stacked():
    return sa.stack(waves())


@cache
def panel():
    return sa.stack(waves(), id="person", panel=True)


@pytest.mark.oracle
def test_five_waves_share_one_codebook():
    found = sa.compare_codebooks(waves())
    assert len(found) == 0
    assert len(stacked()) == 8255
    assert stacked().waves.labels == tuple(f"Wave {k}" for k in range(1, 6))
    assert stacked().frame.n_strata == 5
    np.testing.assert_array_equal(
        stacked().frame.weight, table().sort_values("Wave", kind="stable")["weight_a"].astype(float)
    )


@pytest.mark.oracle
@pytest.mark.parametrize(("which", "survey"), [("independent", stacked), ("panel", panel)])
def test_shares_and_changes_as_in_r(which, survey):
    data, answer = survey(), R[which]
    share = data.proportion("q2b", answers=["1"], by="wave").to_frame()
    np.testing.assert_allclose(share["estimate"], answer["share"], rtol=TOLERANCE)
    np.testing.assert_allclose(share["std_error"], answer["se"], rtol=TOLERANCE)
    for against in ("previous", "first"):
        rows = data.moved("q2b", against=against).to_frame()
        row = rows[rows["level"] == "Regularly"].iloc[0]
        np.testing.assert_allclose([row["estimate"], row["std_error"]], answer[against], rtol=TOLERANCE)


@pytest.mark.oracle
@pytest.mark.parametrize(("which", "survey"), [("decomposed", stacked), ("decomposed_panel", panel)])
def test_rate_and_mix_as_in_r(which, survey):
    parts = survey().decompose("q2b", by="age_band", between=("Wave 1", "Wave 5"), answers=["1"])
    total = parts.totals.set_index("part")
    np.testing.assert_allclose(total.loc[["rate", "mix"], "estimate"], R[which]["estimate"], rtol=1e-8)
    np.testing.assert_allclose(total.loc[["rate", "mix"], "std_error"], R[which]["se"], rtol=TOLERANCE)
    assert total.loc["change", "estimate"] == pytest.approx(R["independent"]["first"][0], rel=TOLERANCE)


@pytest.mark.oracle
def test_what_moved_over_the_whole_questionnaire():
    found = stacked().moved(waves="all")
    rows = found.to_frame()
    assert found.tests == rows["p_value"].notna().sum() > 500
    ordered = np.sort(rows["p_value"].dropna().to_numpy())
    m = len(ordered)
    bh = np.minimum.accumulate((ordered * m / np.arange(1, m + 1))[::-1])[::-1]
    np.testing.assert_allclose(np.sort(rows["p_adjusted"].dropna()), np.minimum(bh, 1), rtol=1e-12)
    assert all(s.endswith("Simulated data.") for s in found.sentences())
    assert str(found.tests) in found.table().notes[0].replace(",", "")


@pytest.mark.oracle
def test_a_changed_label_and_a_turned_scale_are_caught():
    changed = json.loads(json.dumps(study()))
    levels = changed["questions"]["q2b"]["levels"]
    levels[0][1] = "Often"
    turned = changed["questions"]["q6_1"]["levels"]
    labels = [label for _, label in turned]
    changed["questions"]["q6_1"]["levels"] = [[c, x] for (c, _), x in zip(turned, labels[::-1], strict=True)]
    other = table()[table()["Wave"] == "2"].reset_index(drop=True)
    pair = {"Wave 1": waves()["Wave 1"], "Wave 2": sa.read(other, study=changed)}
    found = sa.compare_codebooks(pair).to_frame()
    assert set(zip(found["question"], found["aspect"], strict=True)) == {("q2b", "label"), ("q6_1", "codes")}
    with pytest.raises(sa.errors.StudyError, match="2 differences") as caught:
        sa.stack(pair)
    assert '"q2b": "same"' in caught.value.hint
    assert '"q6_1": {"recode"' in caught.value.hint
    with pytest.raises(sa.errors.StudyError, match="needs a decision"):
        sa.stack(pair, resolve={"q2b": "same", "q6_1": "same"})
