"""Every shipped file but the export itself, and the story of where the numbers come from."""

from __future__ import annotations

import json

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding import provenance
from survey_analysis.datasets.founding.questionnaire import questionnaire
from survey_analysis.datasets.founding.targets import list_counts, targets, targets_with_empty_cell
from survey_analysis.datasets.founding.truth import truth


def documents(seed: int = p.SEED) -> dict[str, bytes]:
    """Files by name; only PROVENANCE.md depends on the seed."""
    return {
        "questionnaire.md": questionnaire(),
        "targets.csv": targets(),
        "targets_empty_cell.csv": targets_with_empty_cell(),
        "targets_list.csv": list_counts(),
        "TRUTH.json": (json.dumps(truth(), indent=1, ensure_ascii=False) + "\n").encode(),
        "PROVENANCE.md": provenance.provenance(seed).encode(),
    }
