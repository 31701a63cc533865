"""Simulated tables for the reference answers of R. No people were surveyed.

python generate.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20261122
HERE = Path(__file__).parent


def households(rng: np.random.Generator) -> pd.DataFrame:
    """Stratified two-stage sample: 4 strata, 5 to 8 areas each, 8 to 18 people an area, unequal weights."""
    rows = []
    for stratum, (areas, in_population) in enumerate([(5, 40), (6, 90), (7, 120), (8, 60)]):
        for area in range(areas):
            effect = rng.normal(0, 0.5)
            size = int(rng.integers(60, 240))
            n = int(rng.integers(8, 19))
            for _ in range(n):
                trust = effect + rng.normal()
                spend = float(np.exp(3 + 0.4 * trust + 0.3 * stratum + rng.normal(0, 0.6)))
                rows.append(
                    {
                        "region": "ABCD"[stratum],
                        "area": area + 1,  # labels start again in each region
                        "areas": in_population,
                        "people": size,
                        "w": in_population / areas * size / n * float(rng.uniform(0.7, 1.4)),
                        "trust": round(trust, 6),
                        "spend": round(spend, 4),
                        "visits": int(rng.poisson(np.exp(0.8 + 0.3 * trust))),
                        "age": int(rng.integers(18, 90)),
                        "sex": "woman" if rng.random() < 0.53 else "man",
                        "follow": "yes" if rng.random() < 1 / (1 + np.exp(-0.6 - trust)) else "no",
                        "rating": int(np.clip(np.round(3.4 + 0.7 * trust + rng.normal(0, 0.8)), 1, 5)),
                    }
                )
    out = pd.DataFrame(rows)
    out.insert(0, "person", np.arange(1, len(out) + 1))
    out["band"] = pd.cut(out["age"], [0, 34, 54, 99], labels=["18-34", "35-54", "55+"]).astype(str)
    out["wealth"] = (out["spend"] * rng.uniform(0.5, 1.5, len(out))).round(4)
    for column, share in {"trust": 0.05, "wealth": 0.08, "follow": 0.04}.items():
        out[column] = out[column].astype(object).mask(rng.random(len(out)) < share)
    return out


def shops(rng: np.random.Generator) -> pd.DataFrame:
    """Sample of 45 shops with probability proportional to size; `p` is the inclusion probability."""
    size = np.exp(rng.normal(3, 0.7, 45))
    sales = size * np.exp(rng.normal(1, 0.3, 45))
    return pd.DataFrame(
        {
            "size": size.round(4),
            "p": (0.55 * size / size.max()).round(8),
            "sales": sales.round(4),
            "staff": np.ceil(size / 6).astype(int),
            "kind": np.where(rng.random(45) < 0.4, "chain", "single"),
        }
    )


def completed(rng: np.random.Generator, data: pd.DataFrame, copies: int = 4) -> pd.DataFrame:
    """Copies of the households with `wealth` and `trust` filled in, differently in each."""
    out = []
    for i in range(1, copies + 1):
        copy = data.copy()
        for column in ("wealth", "trust"):
            known = copy[column].dropna().to_numpy(dtype=float)
            hole = copy[column].isna().to_numpy()
            copy.loc[hole, column] = rng.choice(known, hole.sum())
        copy["follow"] = copy["follow"].fillna("no")
        copy.insert(0, "imp", i)
        out.append(copy)
    return pd.concat(out, ignore_index=True)


def main() -> None:
    """Write the tables."""
    rng = np.random.default_rng(SEED)
    data = households(rng)
    folder = HERE / "data"
    folder.mkdir(exist_ok=True)
    for name, frame in {
        "households": data,
        "shops": shops(rng),
        "completed": completed(rng, data),
    }.items():
        frame.to_csv(folder / f"{name}.csv", index=False, na_rep="NA", lineterminator="\n")


if __name__ == "__main__":
    main()
