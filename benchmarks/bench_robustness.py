"""Seconds for the analysis paths of the founding study, and the ratio to the public verbs path by path.

The verbs are timed on a sample of paths: clean, weight, estimate, compare, from a survey that is read already. Prints
seconds of processor time; never a gate.

    python benchmarks/bench_robustness.py [paths of the sample]
"""

from __future__ import annotations

import sys
import time

import survey_analysis as sa

OVER = {
    "cleaning": [
        "none",
        "at least 1 of 4 families",
        "duplicates or at least 3 of 4 families",
        "without authenticity",
    ],
    "weights": ["none", "cap 3", "without age", "without education"],
    "box": [1, 2, 3, "mean"],
    "base": "default",
    "dont_know": "default",
}
EXCLUDE = {"none": "", "without authenticity": "at least 2 of 3 families"}


def one_by_one(raw: sa.Survey, cleaning: str, box: str, base: str) -> None:
    """One path as a user computes it."""
    if cleaning == "declared":
        survey = raw.clean()
    elif cleaning == "without authenticity":
        gone = ("duplicates", "platform_flags", "open_ends")
        rules = [r for r in raw.study.clean.rules if (r if isinstance(r, str) else r["rule"]) not in gone]
        survey = raw.clean(rules=rules, exclude=EXCLUDE[cleaning])
    else:
        survey = raw.clean(exclude=EXCLUDE.get(cleaning, cleaning))
    survey = survey.weight()
    if box == "mean":
        estimate = survey.mean("follow", by="source")
    else:
        estimate = survey.proportion("follow", top=int(box[-1]), by="source")
    estimate.compare(to="average", base=base)


def main() -> None:
    sample = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    raw = sa.datasets.load("micro_influencer")
    survey = raw.clean().weight()
    start = time.process_time()
    found = survey.robustness("follow", over=OVER)
    shared = time.process_time() - start
    comparisons = len(found.targets)
    print(f"{found.paths} paths, {comparisons} comparisons each: {shared:.1f} s")
    print(f"500 paths, {comparisons} comparisons each: {500 * shared / found.paths:.1f} s")
    rows = found.rows[
        (found.rows["target"] == found.targets[0].name) & (found.rows["dont_know"] == "excluded")
    ]
    rows = rows[rows["weights"] == "declared"]
    rows = rows.iloc[:: max(1, len(rows) // sample)].head(sample)
    start = time.process_time()
    for row in rows.to_dict("records"):
        one_by_one(raw, row["cleaning"], row["box"], row["base"])
    each = (time.process_time() - start) / len(rows)
    print(f"by the public verbs, on {len(rows)} paths: {each:.2f} s a path, {500 * each:.0f} s for 500")
    print(f"ratio: {each * found.paths / shared:.0f}")


if __name__ == "__main__":
    main()
