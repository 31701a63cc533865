"""Developer's tool: what a researcher with perfectly cleaned data would find, seed after seed.

`python -m survey_analysis.datasets.founding.expectations` writes `expectations.json`, from which
PROVENANCE.md prints its table: the mean and the standard deviation over seeds 1 to 100, and the
shipped seed beside them. All of it is computed from the generator; none of it enters a constant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import kish, margin_dummies
from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import CalibrationBlock, DesignFrame
from survey_analysis.core.influence import ratio
from survey_analysis.core.raking import rake
from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Floats, Ints
from survey_analysis.datasets.founding.generate import generate

CAP: Final = 5.0
TARGETS: Final = (p.SEX_TARGET, p.AGE_TARGET, p.EDUCATION_TARGET, p.REGION_TARGET)
FILE: Final = Path(__file__).with_name("expectations.json")


@dataclass(frozen=True, eq=False)
class Rated:
    """Sample 1 with raked weights: answers by column, bases and the design."""

    answers: pd.DataFrame
    full: Bools
    frame: DesignFrame

    def valid(self, name: str) -> Bools:
        """Rows with an answer on the scale."""
        return np.asarray(self.answers[name].between(1, 5))

    def top2(self, name: str) -> Floats:
        """1 for the two favourable answers."""
        return np.asarray(self.answers[name].isin([4, 5]), dtype=np.float64)


def rated(frame: pd.DataFrame) -> Rated:
    """Rake the screened consumers of an export-shaped frame to the targets."""
    rows = frame[(frame["sample"] == "1") & ((frame["order_src"] != "") | (frame["S6_none"] != ""))]
    columns = ["S1_age", "S2_sex", "S3_edu", "S4_region"]
    columns += [f"{s}_{q}" for s in range(1, 5) for q in ("Q20", "Q21_1", "Q21_2", "Q21_3")]
    numbers = rows[columns].apply(pd.to_numeric, errors="coerce")
    codes = _margins(numbers)
    # The few without a target for sex are a third category that keeps its share.
    others = float((codes[0] == 2).mean())
    targets = ((*(t * (1 - others) for t in p.SEX_TARGET), others), *TARGETS[1:])
    start = np.ones(len(rows))
    weight = rake(codes, targets, start, cap=CAP).weight
    block = CalibrationBlock(np.arange(len(rows)), start, margin_dummies(codes, [len(t) for t in targets]))
    design = DesignFrame.of(weight, calibration=(block,))
    return Rated(numbers, np.asarray(rows["pi_loop"] == "0.75"), design)


def _margins(numbers: pd.DataFrame) -> list[Ints]:
    age, sex = numbers["S1_age"].to_numpy(), numbers["S2_sex"].to_numpy()
    band = np.where(age <= 34, 0, np.where(age <= 54, 1, 2))
    return [
        np.where(sex <= 2, sex - 1, 2).astype(np.int64),
        np.where(np.isfinite(age), band, -1).astype(np.int64),
        ((numbers["S3_edu"].to_numpy() - 1) // 2).astype(np.int64),
        (numbers["S4_region"].to_numpy() - 1).astype(np.int64),
    ]


def share(data: Rated, name: str) -> tuple[float, float]:
    """Own-base weighted top-2 share and its standard error."""
    base = data.valid(name) * np.where(data.full, 4 / 3, 1.0)
    theta, z = ratio(data.top2(name) * base, base, data.frame.weight)
    return float(theta[0]), float(np.sqrt(covariance(z, data.frame)[0, 0]))


def difference(data: Rated, first: str, second: str, *, common: bool) -> dict[str, float]:
    """Difference of two sources: estimate, SE, and the SE if they were taken for independent."""
    one, two = data.valid(first), data.valid(second)
    if common:
        base = np.column_stack([one & two] * 2) * np.where(data.full, 2.0, 1.0)[:, None]
    else:
        base = np.column_stack([one, two]) * np.where(data.full, 4 / 3, 1.0)[:, None]
    favourable = np.column_stack([data.top2(first), data.top2(second)])
    theta, z = ratio(favourable * base, base, data.frame.weight)
    v = covariance(z, data.frame)
    paired = np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1])
    return {
        "estimate": float(theta[0] - theta[1]),
        "se": float(paired),
        "se_independent": float(np.sqrt(v[0, 0] + v[1, 1])),
        "n": float((one & two).sum()),
    }


def alpha(data: Rated, source: int) -> float:
    """Cronbach's alpha of the three credibility items, unweighted, complete answers."""
    names = [f"{source}_Q21_{j}" for j in (1, 2, 3)]
    answers = data.answers[names][np.logical_and.reduce([data.valid(name) for name in names])]
    spread = answers.cov().to_numpy()
    return float(1.5 * (1 - np.trace(spread) / spread.sum()))


def findings(seed: int) -> dict[str, float]:
    """Every line of the table for one seed."""
    study = generate(seed)
    found = headlines(study.clean)
    for s, source in enumerate(p.SOURCES, start=1):
        found[f"follow {source}, unweighted"] = _raw_share(study.clean[f"{s}_Q20"])
        found[f"follow {source}, raw and unweighted"] = _raw_share(study.export[f"{s}_Q20"])
    return found | _talk(study.clean)


def headlines(clean: pd.DataFrame) -> dict[str, float]:
    """Bases, weighted shares and differences of the sources, from clean rows in the shape of the export."""
    data = rated(clean)
    found = {"screened": float(len(data.full)), "recipients": float((clean["order_src"] != "").sum())}
    for s, source in enumerate(p.SOURCES, start=1):
        found[f"follow {source}"], found[f"follow {source}, SE"] = share(data, f"{s}_Q20")
        found[f"credible {source}"], _ = share(data, f"{s}_Q21_1")
        found[f"raters {source}"] = float((clean[f"{s}_Q20"] != "").sum())
        found[f"alpha credibility {source}"] = alpha(data, s)
    for label, question in (("follow", "Q20"), ("credible", "Q21_1")):
        for base, common in (("own bases", False), ("same people", True)):
            line = difference(data, f"1_{question}", f"2_{question}", common=common)
            found[f"{label} micro minus average, {base}"] = line["estimate"]
            found[f"{label} micro minus average, {base}, SE"] = line["se"]
            found[f"{label} micro minus average, {base}, SE if independent"] = line["se_independent"]
        found[f"{label} micro and average, n same people"] = line["n"]
    weight = data.frame.weight
    found["design effect of the weights"] = kish(weight).deff
    found["smallest weight"], found["largest weight"] = float(weight.min()), float(weight.max())
    return found


def _raw_share(answers: pd.Series) -> float:
    valid = answers[answers.isin(list("12345"))]
    return float(valid.isin(["4", "5"]).mean())


def _talk(clean: pd.DataFrame) -> dict[str, float]:
    members, control = (clean[clean["sample"] == s] for s in ("2", "3"))
    ratios = [_mean_count(members, c) / _mean_count(control, c) for c in range(1, len(p.CATEGORIES) + 1)]
    found = {
        "kept members": float(len(members)),
        "kept control": float(len(control)),
        "largest ratio of weekly counts": max(ratios),
        "median ratio of weekly counts": float(np.median(ratios)),
    }
    for event in p.EVENTS:
        for name, rows in (("members", members), ("control", control)):
            part, whole = (pd.to_numeric(rows[f"Q31_{e}"]) for e in (event, "rec"))
            both = (part >= 0) & (whole >= 0)
            found[f"{event} {name}, unweighted"] = float(part[both].sum() / whole[both].sum())
    return found


def _mean_count(rows: pd.DataFrame, category: int) -> float:
    counts = pd.to_numeric(rows[f"Q30_{category:02d}"])
    return float(counts[counts >= 0].mean())


def summary(seeds: int = 100) -> dict[str, dict[str, float]]:
    """Mean and standard deviation over seeds 1 to `seeds`, and the shipped seed's own value."""
    table = pd.DataFrame([findings(seed) for seed in range(1, seeds + 1)])
    shipped = findings(p.SEED)
    return {
        line: {
            "mean": round(float(table[line].mean()), 5),
            "sd": round(float(table[line].std()), 5),
            "shipped": round(shipped[line], 5),
        }
        for line in table.columns
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(summary(), indent=1) + "\n", encoding="utf-8")
