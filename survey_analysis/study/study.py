"""`Study`: the whole study file, resolved. Everything a survey needs to know that is not data."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from survey_analysis.errors import StudyError, closest
from survey_analysis.study.base import Part
from survey_analysis.study.codebook import Codebook, Question
from survey_analysis.study.coding import FrameEntry
from survey_analysis.study.deck import DeckTable
from survey_analysis.study.file import (
    BannerEntry,
    ClaimEntry,
    CleanTable,
    PublishedEntry,
    ReportTable,
    Roles,
    StudyTable,
    TablesTable,
    WeightingEntry,
)
from survey_analysis.study.recodes import Recoding
from survey_analysis.study.sample import DesignSpec, Sample, Samples


class Study(Part):
    """A resolved study.

    `source` is the text of the study file as read (kept for the report's appendix), `derived` maps the
    name of a derived question to its level expressions, `recodes` that of a recoded one to how, `coded` that of a frame to the question it makes, `folder` is where its paths start (never
    rendered).
    """

    about: StudyTable = StudyTable()
    sample: Sample = Sample()
    samples: Samples | None = None
    design: DesignSpec = DesignSpec()
    roles: Roles = Roles()
    codebook: Codebook = Codebook()
    derived: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    recodes: Mapping[str, Recoding] = Field(default_factory=dict)
    clean: CleanTable = CleanTable()
    weighting: Mapping[str, WeightingEntry] = Field(default_factory=dict)
    banners: Mapping[str, BannerEntry] = Field(default_factory=dict)
    filters: Mapping[str, str] = Field(default_factory=dict)
    frames: Mapping[str, FrameEntry] = Field(default_factory=dict)
    tables: TablesTable = TablesTable()
    deck: DeckTable = DeckTable()
    coded: Mapping[str, Question] = Field(default_factory=dict)
    published: tuple[PublishedEntry, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()
    report: ReportTable = ReportTable()
    folder: str = Field(default="", repr=False, exclude=True)
    source: str = Field(default="", repr=False)

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.about.name or "Untitled study"

    @property
    def simulated(self) -> bool:
        """True when any of the samples is simulated."""
        kinds = (
            [self.sample.kind, *(m.kind for m in self.samples.members.values())]
            if self.samples
            else [self.sample.kind]
        )
        return "simulated" in kinds

    def sample_of(self, name: str) -> Sample:
        """Description of one sample; facts it leaves out are those of `[sample]`."""
        if self.samples is None or name not in self.samples.members:
            return self.sample
        own = self.samples.members[name]
        said = {k: getattr(own, k) for k in own.model_fields_set}
        return self.sample.model_copy(update=said)

    def banner(self, name: str) -> BannerEntry:
        """A named banner; an unknown name is an error with the nearest."""
        if name not in self.banners:
            raise StudyError(f"There is no banner '{name}'.", hint=closest(name, self.banners))
        return self.banners[name]
