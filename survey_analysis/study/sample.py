"""Who was sampled and how, and the sampling design: the facts every honesty rule reads."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from survey_analysis.study.base import Code, Part
from survey_analysis.typing import SampleKind


class Sample(Part):
    """Description of one sample; a missing fact prints as a question in the report, never a guess.

    `coverage` says whom the frame covers, `selection` how people were selected, `process` completes "members
    were ..." ("invited by e-mail"); `rate_name` and `rate` give a response rate with its definition,
    `partial_rule` which answers were partial; `completion` is the share of those who started and qualified
    that finished; `check` is evidence against an outside benchmark, or "none"; `wider_group` whom a list does
    not stand for.
    """

    kind: SampleKind | None = None
    label: str = ""
    population: str = ""
    frame: str = ""
    mode: str = ""
    languages: str = ""
    dates: tuple[str, ...] = ()
    sponsor: str = ""
    conductor: str = ""
    invited: int | None = None
    list_size: int | None = None
    quotas: str = ""
    benchmark: str = ""
    program: str = ""
    seed: str = ""
    published_matched: str = ""
    ai: str = ""
    coverage: str = ""
    selection: str = ""
    process: str = ""
    rate_name: str = ""
    rate: float | None = Field(default=None, ge=0, le=1)
    partial_rule: str = ""
    completion: float | None = Field(default=None, ge=0, le=1)
    check: str = ""
    wider_group: str = ""
    generalize: str | None = None

    @field_validator("dates", mode="before")
    @classmethod
    def _dates(cls, value: object) -> object:
        if isinstance(value, list | tuple):
            return tuple(d.isoformat() if isinstance(d, date) else str(d) for d in value)
        return value


class Loop(Part):
    """A random part of the eligible subjects was asked: the probability column and how many could be."""

    probability: str
    asked: int = Field(ge=1)


class Order(Part):
    """`[design.order.SUBJECT]`: the column that lists the subjects in the order they were rated ("2;1;4")."""

    column: str
    separator: str = Field(default=";", min_length=1)


class ReplicateSpec(Part):
    """`[design.replicates]`: replicate weight columns, how they were made and how they are scaled."""

    columns: str | tuple[str, ...]
    method: Literal["JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "SDR", "ACS", "other"]
    scale: float | None = Field(default=None, ge=0)
    rscales: float | tuple[float, ...] | None = None
    mse: bool = False
    combined: bool = True
    rho: float | None = Field(default=None, ge=0, lt=1)
    average: int | None = Field(default=None, ge=1)
    degf: int | None = Field(default=None, ge=1)


class PpsSpec(Part):
    """`[design.pps]`: how units were drawn with unequal probability and without replacement.

    `sum_p2` is Σ p² / n over the population, one number or one a stratum (R `HR()`); `joint` a CSV file with
    the joint inclusion probabilities, one row and column a sampled unit; `tolerance` what R `ppsmat` calls so.
    """

    method: Literal["brewer", "overton", "hartley-rao", "joint"]
    variance: Literal["horvitz-thompson", "yates-grundy"] = "horvitz-thompson"
    sum_p2: float | dict[str, float] | None = None
    joint: str = ""
    tolerance: float = Field(default=0.0, ge=0)


class DesignSpec(Part):
    """Columns of the sampling design, one for each stage; `id` that repeats is the sampling unit."""

    id: str = ""
    weight: str = ""
    weights: dict[str, str] = Field(default_factory=dict)
    strata: tuple[str, ...] = ()
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    nest: bool = False
    pps: PpsSpec | None = None
    lonely_psu: Literal["error", "remove", "adjust", "average", "certainty"] = "error"
    lonely_domain: bool = False
    replicates: ReplicateSpec | None = None
    randomised: str = ""
    loops: dict[str, Loop] = Field(default_factory=dict)
    order: dict[str, Order] = Field(default_factory=dict)

    @field_validator("strata", "psu", "fpc", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return ((value,) if value else ()) if isinstance(value, str) else value

    @field_validator("pps", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return ({"method": value} if value else None) if isinstance(value, str) else value

    @property
    def weight_is_made(self) -> bool:
        """True when weights come from sampling fractions or inclusion probabilities."""
        return not self.weight and bool(self.fpc or self.pps)


class Samples(Part):
    """Several samples in one export: the column that tells them apart and each one's description."""

    column: str
    members: dict[str, Sample] = Field(default_factory=dict)  # code -> description
    codes: dict[str, Code] = Field(default_factory=dict)  # name -> code in the data

    def name_of(self, code: str) -> str:
        """Name under which the study file describes the sample of that code."""
        for name, value in self.codes.items():
            if value == code:
                return name
        return code
