"""The true values: population parameters, for tests and for one notebook section."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.population import conversation_parameters, event_parameters

# Printed by `calibrate truth`: shares in twelve million people of another stream than the calibration's.
FILE: Final = Path(__file__).with_name("population.json")
EXPECTATIONS: Final = Path(__file__).with_name("expectations.json")
ABOUT: Final = (
    "Simulated study: parameters of the population the records were drawn from. No people were surveyed."
)
UNIT: Final = (
    "Shares 0 to 1. own: top-2 share among all who received and rated the source, as exported (Q21_12 is "
    "agreement with the reversed item). same_people: the two shares among those who rated both."
)
SIMULATED_PARTS: Final = ("own", "same_people", "received", "none")


def truth() -> dict[str, Any]:
    """Content of TRUTH.json: the simulated parts from `population.json`, the exact ones computed."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        "about": ABOUT,
        "unit": UNIT,
        **{part: found[part] for part in SIMULATED_PARTS},
        "conversations": conversation_parameters(),
        "events": event_parameters(),
        "channels": {"influencers": list(p.CHANNELS[2]), "control": list(p.CHANNELS[3])},
        "calibrated_to": {
            question: dict(zip(p.SOURCES, shares, strict=True)) for question, shares in p.TOP2.items()
        },
        "targets": {
            "sex": p.SEX_TARGET,
            "age": p.AGE_TARGET,
            "education": p.EDUCATION_TARGET,
            "region": p.REGION_TARGET,
        },
    }


def expectations() -> dict[str, dict[str, float]]:
    """Mean and standard deviation over seeds of each line of the table, and the shipped seed's value."""
    table: dict[str, dict[str, float]] = json.loads(EXPECTATIONS.read_text(encoding="utf-8"))
    return table
