"""Developer's tool: print the constants that tie the model to the published and assumed shares.

Run once (`python -m survey_analysis.datasets.founding.calibrate`), paste into `parameters.py` and
`truth.py`. Everything refers to the population; no sample is looked at.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Floats, Ints
from survey_analysis.datasets.founding.population import blocks, population, simulated_talk

PEOPLE = 12_000_000
LOW, HIGH, BINS = -8.0, 8.0, 160_000


def calibrated_mu(n: int = PEOPLE, seed: int = p.SEED) -> dict[str, tuple[float, ...]]:
    """Intercepts at which the own-base top-2 share in the population equals its target.

    The share is that of latent values above minus mu, so mu is minus the (1 - target) quantile,
    read from one histogram per source and item. Uniform raters repeat their answer to the first
    item, whose target they meet already; the others must make up the difference.
    """
    counts = np.zeros((len(p.TOP2), len(p.SOURCES), BINS))
    for exposure, latent in blocks(n, seed, "calibration"):
        weight = exposure.rated / exposure.probability[:, None]
        for q, question in enumerate(p.TOP2):
            for s in range(len(p.SOURCES)):
                values = (
                    latent.follow[:, s] if question == "Q20" else latent.items[:, s, int(question[4:]) - 1]
                )
                keep = exposure.rated[:, s] & (~latent.uniform | (question in {"Q20", "Q21_1"}))
                counts[q, s] += _histogram(values[keep], weight[keep, s])
    found = {}
    for q, (question, targets) in enumerate(p.TOP2.items()):
        mixed = question not in {"Q20", "Q21_1"}
        first = p.TOP2["Q21_1"]
        found[question] = tuple(
            _intercept(counts[q, s], (t - p.UNIFORM_RATER * first[s]) / (1 - p.UNIFORM_RATER) if mixed else t)
            for s, t in enumerate(targets)
        )
    return found


def event_centres(n: int = PEOPLE // 4, seed: int = p.SEED) -> dict[int, float]:
    """E r^2 / E r of the number of recommendations told, by sample."""
    found = {}
    for sample in (2, 3):
        talk, _ = simulated_talk(n, seed, sample)
        told = talk.recent.astype(np.float64)
        found[sample] = round(float((told**2).sum() / told.sum()), 4)
    return found


def _histogram(values: Floats, weight: Floats) -> Floats:
    place: Ints = np.clip((values - LOW) / (HIGH - LOW) * BINS, 0, BINS - 1).astype(np.int64)
    return np.asarray(np.bincount(place, weights=weight, minlength=BINS), dtype=np.float64)


def _intercept(counts: Floats, target: float) -> float:
    below = np.cumsum(counts) / counts.sum()
    edges = LOW + (HIGH - LOW) * np.arange(1, BINS + 1) / BINS
    return round(-float(np.interp(1 - target, below, edges)), 4)


def main(what: str) -> None:
    """Print the intercepts and centres (`mu`), or the population parameters (`truth`)."""
    if what == "mu":
        found: object = {"MU": calibrated_mu(), "EVENT_CENTRE": event_centres()}
    else:
        # Another stream than the calibration's: the constants are checked, not echoed.
        found = population(PEOPLE, p.SEED)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mu")
