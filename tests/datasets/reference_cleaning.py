"""Cleaning of the simulated export written out by hand, to measure how much of the planted mess can be found.

Independent of `survey_analysis.cleaning`: the study file's own rules are tested elsewhere against the same truth.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

ITEMS = range(1, 13)
SOURCES = range(1, 5)


def repaired(export: pd.DataFrame) -> pd.DataFrame:
    """Numbers of all closed questions, after the declared repairs."""
    out = export.copy()
    out["S1_age"] = (
        out["S1_age"]
        .str.replace(" years", "")
        .str.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    )
    age = pd.to_numeric(out["S1_age"])
    out["S1_age"] = age.where(~(age > 1000), 2016 - age)
    flipped = (out["provider"] == "B") & (out["StartDate"] < "2016-11-09")
    for s in SOURCES:
        q20 = pd.to_numeric(out[f"{s}_Q20"])
        out[f"{s}_Q20"] = q20.where(~(flipped & q20.between(1, 5)), 6 - q20)
        for j in ITEMS:
            answer = pd.to_numeric(out[f"{s}_Q21_{j}"].str.strip())
            out[f"{s}_Q21_{j}"] = answer.where(answer != 6)
    return out


def families(export: pd.DataFrame) -> pd.DataFrame:
    """The four flag families of the design, one column each."""
    rows = repaired(export)
    loops = rows["order_src"].map(lambda x: len(x.split(";")) if x else 0)
    duration = pd.to_numeric(rows["Duration (in seconds)"])
    done = rows["Finished"] == "1"
    median = duration[done & (loops > 0)].groupby(loops).median()
    pattern, contradiction = np.zeros(len(rows), bool), np.zeros(len(rows), int)
    rated = np.zeros(len(rows), int)
    for s in SOURCES:
        grid = rows[[f"{s}_Q21_{j}" for j in ITEMS]].astype(float)
        valid = grid.where((grid >= 1) & (grid <= 5))
        pattern |= np.asarray((valid.max(axis=1) == valid.min(axis=1)) & valid.notna().all(axis=1))
        trust, sells = valid.iloc[:, 8:11].mean(axis=1), valid.iloc[:, 11]
        rated += np.asarray(sells.notna())
        contradiction += np.asarray(((trust >= 4) & (sells >= 4)) | ((trust <= 2) & (sells <= 2)))
    check = pd.to_numeric(rows["Q23_check"])
    open_ends = rows[[f"{s}_Q22" for s in SOURCES]]
    long = open_ends.where(open_ends.map(len) >= 20)
    people = (
        long.melt(ignore_index=False)["value"]
        .dropna()
        .reset_index()
        .drop_duplicates()["value"]
        .value_counts()
    )
    shared = open_ends.isin(people[people >= 3].index).any(axis=1)
    mash = open_ends.map(_is_mash).any(axis=1)
    platform = (rows["Q_RecaptchaScore"].astype(float) < 0.5) | (
        rows["Q_RelevantIDDuplicateScore"].astype(float) >= 75
    )
    return pd.DataFrame(
        {
            "speed": done & (duration < 0.4 * loops.map(median)),
            "pattern": pattern,
            "contradiction": ((rated > 0) & (contradiction == rated)) | (check.between(1, 5) & (check != 2)),
            "open_or_platform": shared | mash | platform,
        }
    ).fillna(False)


def _is_mash(text: str) -> bool:
    words = re.findall(r"[a-z]{4,}", text.lower())
    return bool(words) and all(re.search("[aeiouy]", word) is None for word in words)


def removed(export: pd.DataFrame) -> pd.Series:
    """At least two of the four families."""
    return families(export).sum(axis=1) >= 2
