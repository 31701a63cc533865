"""Where a number comes from: the facts every result carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_analysis.typing import SampleKind


@dataclass(frozen=True)
class Provenance:
    """Facts about the data, the design and the weights behind a result.

    Texts that a reader sees (interval label, subject of a sentence, source line) are chosen from
    `sample_kind`; nothing here is a number of the result itself.
    """

    study: str
    sample_kind: SampleKind | None = None
    population: str = ""
    sample: str = ""  # label of the sample when the study has several
    design: str = ""  # "6,905 respondents in 3 strata"
    weighting: str = ""  # how the weights came about, one sentence
    variance: str = ""  # "Taylor linearisation with calibration residuals"
    where: str = ""  # the filter, as typed
    cleaning: str = ""
    generalize: str | None = None
    dates: tuple[str, ...] = ()
    mode: str = ""
    data_hash: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.sample_kind == "simulated"
