"""Which decisions are varied and how: what was asked for, or everything the study can give."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, get_args

import numpy as np

from survey_analysis.errors import EstimationError, NotReducibleError, SurveyAnalysisError, closest
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.robustness import LABEL_OF, DimensionName, LeftOut
from survey_analysis.robustness.answer_options import (
    base_option,
    box_of,
    default_boxes,
    default_dont_know,
    dont_know_of,
)
from survey_analysis.robustness.bench import Bench
from survey_analysis.robustness.cleaning_options import cleaning_of, declared_cleaning, default_cleaning
from survey_analysis.robustness.measure import Measure
from survey_analysis.robustness.numbers import group_of, in_all
from survey_analysis.robustness.options import BaseChoice, Box, Cut, NotVaried, Option, Unsure, Weighing
from survey_analysis.robustness.weight_options import default_weights, weights_of
from survey_analysis.significance.pairs import Pair, pairs
from survey_analysis.typing import FloatArray

Over: TypeAlias = str | Sequence[str] | Mapping[str, Any] | None
Options: TypeAlias = dict[DimensionName, tuple[Option, ...]]

NAMES: tuple[DimensionName, ...] = get_args(DimensionName)
_ORDER: tuple[DimensionName, ...] = (
    "cleaning",
    "weights",
    "box",
    "dont_know",
    "base",
)  # what one needs of another


@dataclass(frozen=True, eq=False)
class Plan:
    """The paths to compute: the declared estimate, what is compared, the options of each decision."""

    measure: Measure
    declared: EstimateData
    pairs: tuple[Pair, ...]  # empty for levels
    options: Options
    left_out: tuple[LeftOut, ...]
    samples: frozenset[str]
    others: Mapping[str, FloatArray] = field(default_factory=dict)  # p-values of the rest of the family

    def of(self, name: DimensionName) -> tuple[Option, ...]:
        """The options of a decision; one that stands for "as it is" where it is not varied."""
        return self.options.get(name, (Option(_STAYS[name], "", None),))


_STAYS: dict[DimensionName, str] = {
    "cleaning": "declared", "weights": "declared", "dont_know": "excluded", "box": "", "base": "",
}  # fmt: skip


def plan(bench: Bench, measure: Measure, over: Over, *, lenient: bool = False) -> Plan:
    """Everything that is decided before the first path is computed.

    `lenient` leaves out, and lists, what this number does not have, although it was named (a report names the
    decisions once for all its numbers).

    Raises
    ------
    EstimationError
        A decision or an option that this study cannot give, when it was named.
    """
    declared = measure.estimate(bench.survey, measure.box)
    if declared.evidence is None:
        raise NotReducibleError(
            "The estimate is too large to be followed over paths.", hint="estimate fewer cells at a time."
        )
    made = tuple(pairs(declared, measure.dim, measure.to)) if measure.to is not None else ()
    wanted, everything = _wanted(over)
    lenient = lenient or everything
    samples = _samples(bench, declared)
    planner = _Planner(bench, measure, declared, made, samples, lenient)
    options: Options = {}
    left_out: list[LeftOut] = []
    for name in _ORDER:
        if name not in wanted:
            if not everything:
                left_out.append(LeftOut(name, "", "not asked for"))
            options |= planner.fixed(name)
            continue
        try:
            found, dropped = planner.options(name, wanted[name])
        except NotVaried as error:
            if not lenient:
                raise
            left_out.append(LeftOut(name, "", error.what.rstrip(".")))
            options |= planner.fixed(name)
            continue
        left_out += [replace(d, dimension=name) for d in dropped]
        options[name] = found
    ordered: Options = {n: options[n] for n in NAMES if n in options}
    left_out.sort(key=lambda x: NAMES.index(x.dimension))
    made_plan = Plan(measure, declared, made, ordered, tuple(left_out), samples)
    _check_answers(made_plan)
    return made_plan


def fits(unsure: object, box: object) -> bool:
    """Whether don't know can be treated so for this box: in the base of a share, as the lowest of a mean.

    The other crossings repeat a number: a mean takes nobody off the scale, and the lowest answer is in no box.
    """
    if not isinstance(unsure, Unsure) or unsure.kind == "excluded":
        return True
    is_mean = isinstance(box, Box) and box.kind == "mean"
    return is_mean if unsure.kind == "lowest" else not is_mean


def _check_answers(made: Plan) -> None:
    """Every way to treat don't know has a box it can be used with."""
    for option in made.of("dont_know"):
        if not any(fits(option.value, box.value) for box in made.of("box")):
            raise EstimationError(
                f"'{option.name}' has no meaning for the boxes that are tried.",
                where="robustness: box " + ", ".join(b.name for b in made.of("box")),
                hint='"in the base" and "off the scale excluded" are for shares, "lowest" is for the mean.',
            )


def _wanted(over: Over) -> tuple[dict[str, Any], bool]:
    """Decision to its given options (None: the defensible ones); and whether everything was asked for."""
    if over is None:
        return dict.fromkeys(NAMES), True
    if isinstance(over, Mapping):
        given = {str(k): None if v in (None, "default") else v for k, v in over.items()}
    else:
        given = dict.fromkeys([over] if isinstance(over, str) else [str(x) for x in over])
    for name in given:
        if name not in NAMES:
            raise EstimationError(
                f"'{name}' is not a decision that can be varied.", where="over=", hint=closest(name, NAMES)
            )
    if not given:
        raise EstimationError(
            "over= names no decision.", hint="give " + ", ".join(NAMES) + ", or leave it out."
        )
    return given, False


def _samples(bench: Bench, declared: EstimateData) -> frozenset[str]:
    """Samples that the number is about: only their weights matter."""
    samples = bench.survey.study.samples
    if samples is None or declared.evidence is None:
        return frozenset()
    column = bench.survey.table.raw.column(samples.column).to_numpy(dtype=object)
    inside = declared.evidence.member.any(axis=1)
    return frozenset(n for n, c in samples.codes.items() if bool((inside & (column == c)).any()))


@dataclass(frozen=True, eq=False)
class _Planner:
    """The options of one decision after the other."""

    bench: Bench
    measure: Measure
    declared: EstimateData
    pairs: tuple[Pair, ...]
    samples: Collection[str]
    lenient: bool
    _boxes: list[Option] = field(default_factory=list)

    def options(self, name: DimensionName, given: Any) -> tuple[tuple[Option, ...], list[LeftOut]]:
        """Options of a decision, the declared one first, without those that change nothing."""
        make: dict[str, Callable[[Any], tuple[list[Option], list[LeftOut]]]] = {
            "cleaning": self.cleaning, "weights": self.weights, "dont_know": self.dont_know,
            "box": self.boxes, "base": self.bases,
        }  # fmt: skip
        found, dropped = make[name](given)
        if len(found) < 2:
            why = "; ".join(f"{d.choice}: {d.why}" for d in dropped)
            raise NotVaried(
                f"{LABEL_OF[name]} has one option only" + (f" ({why})" if why else ""),
                hint="name at least one that differs from what is declared, or leave it out of over=.",
            )
        return tuple(found), dropped

    def fixed(self, name: DimensionName) -> Options:
        """The declared option alone, where a number has this decision at all."""
        if name == "box" and self.measure.box is not None:
            return {"box": (_declared_box(self.measure.box),)}
        if name == "base" and self.pairs:
            return {"base": (base_option(self._base()),)}
        return {}

    def cleaning(self, given: Any) -> tuple[list[Option], list[LeftOut]]:
        quality = self.bench.quality
        study = self.bench.survey.study.clean
        if quality is None:
            if study.rules and self.bench.survey.quality is None:
                raise NotVaried(
                    "The study file declares cleaning rules, but the survey has not been cleaned.",
                    hint="call .clean() first.",
                )
            raise NotVaried(
                "No quality rules are declared.", hint="declare [clean] rules, or leave cleaning out."
            )
        self.bench.check_repeatable()
        asked = _with_declared([cleaning_of(str(x), quality) for x in _listed(given)], declared_cleaning(quality)) \
            if given is not None else default_cleaning(quality)  # fmt: skip
        return _distinct(asked, self._kept, strict=given is not None, same="excludes the same people as")

    def _kept(self, option: Option) -> bytes:
        assert isinstance(option.value, Cut)  # noqa: S101  made so
        return np.packbits(self.bench.kept(option.value)).tobytes()

    def weights(self, given: Any) -> tuple[list[Option], list[LeftOut]]:
        survey = self.bench.survey
        design = survey.study.design
        if design.replicates is not None or survey.replication is not None:
            raise NotVaried(
                "The replicate weights belong to the weights.", hint="leave weights out of over=."
            )
        if survey.weights is None:
            if survey.study.weighting:
                raise NotVaried(
                    "The study file declares weights, but the survey has not been weighted.",
                    hint="call .weight() first.",
                )
            if not design.weight:
                raise NotVaried("The survey is not weighted.", hint="leave weights out of over=.")
        self.bench.check_repeatable()
        defaults = default_weights(survey, self.samples)
        asked = _with_declared([weights_of(str(x), survey, self.samples) for x in _listed(given)], defaults[0]) \
            if given is not None else defaults  # fmt: skip
        return _distinct(asked, self._weights, strict=given is not None, same="gives the same weights as")

    def _weights(self, option: Option) -> bytes:
        assert isinstance(option.value, Weighing)  # noqa: S101  made so
        weight = self.bench.frame(None, option.value, self.samples).weight
        used = self._inside()
        shape: FloatArray = np.round(weight[used] / weight[used].mean(), 9)
        return shape.tobytes()

    def _inside(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        assert self.declared.evidence is not None  # noqa: S101  checked when planned
        return np.asarray(self.declared.evidence.member.any(axis=1))

    def dont_know(self, given: Any) -> tuple[list[Option], list[LeftOut]]:
        asked = self.measure.asked(self.bench.survey)
        if asked is None:
            raise NotVaried("Constructs are means of answered items.", hint="leave dont_know out of over=.")
        boxes = [b.value for b in self._box_options() if isinstance(b.value, Box)]
        defaults = default_dont_know(asked, boxes)
        if len(defaults) < 2:
            raise NotVaried(
                f"The scale of '{asked.name}' declares neither don’t know, refused nor answers off the scale.",
                hint="leave dont_know out of over=.",
            )
        if given is None:
            return defaults, []
        return _with_declared([dont_know_of(str(x), asked) for x in _listed(given)], defaults[0]), []

    def boxes(self, given: Any) -> tuple[list[Option], list[LeftOut]]:
        asked, declared = self.measure.asked(self.bench.survey), self.measure.box
        if asked is None or declared is None:
            what = "Constructs have" if asked is None else f"'{asked.name}' is a number and has"
            raise NotVaried(f"{what} no boxes.", hint="leave box out of over=.")
        level = not self.pairs
        left_out: list[LeftOut] = []
        if given is None:
            found = default_boxes(asked, declared, level=level)
        else:
            wanted = _listed(given)
            dropped = [x for x in wanted if self.lenient and level and x == "mean"]
            left_out = [LeftOut("", str(x), "The mean of a scale is no share") for x in dropped]
            made = [box_of(x, asked, declared, level=level) for x in wanted if x not in dropped]
            found = _with_declared(made, default_boxes(asked, declared, level=level)[0])
        self._boxes[:] = found
        return found, left_out

    def _box_options(self) -> list[Option]:
        declared = self.measure.box
        return self._boxes or ([] if declared is None else [_declared_box(declared)])

    def bases(self, given: Any) -> tuple[list[Option], list[LeftOut]]:
        if not self.pairs:
            raise NotVaried("Levels have one base.", hint="leave base out of over=, or compare: to=....")
        known = self._bases()
        if len(known) < 2:
            same = (
                "Nobody is in two of the groups compared."
                if known == ["own"]
                else "All answered everything compared."
            )
            raise NotVaried(same, hint="leave base out of over=.")
        if given is None:
            return [base_option(b) for b in known], []
        out = []
        for name in _listed(given):
            if name == "all" and name not in known and self.lenient:
                continue
            if name not in known:
                why = (
                    "nobody answered all that is compared"
                    if name == "all" and len(known) > 1
                    else "it is not known"
                )
                raise EstimationError(
                    f"'{name}' is not a base of this comparison: {why}.",
                    where="robustness: base",
                    hint="give one of " + ", ".join(f'"{k}"' for k in known) + ".",
                )
            out.append(base_option(name))
        return _with_declared(out, base_option(known[0])), []

    def _base(self) -> BaseChoice:
        return self._bases()[0]

    def _bases(self) -> list[BaseChoice]:
        """The bases there are: the same people first, as findings are worded from them."""
        evidence = self.declared.evidence
        assert evidence is not None  # noqa: S101  checked when planned
        both = [evidence.in_both(p.a, p.b) for p in self.pairs]
        if not all(b.any() for b in both):
            return ["own"]
        out: list[BaseChoice] = ["common"]
        if any(
            (b != evidence.member[:, [p.a, p.b]].any(axis=1)).any()
            for b, p in zip(both, self.pairs, strict=True)
        ):
            out.append("own")
        every = [in_all(evidence, group_of(p, self.pairs)) for p in self.pairs]
        if all(e.any() for e in every) and any((e != b).any() for e, b in zip(every, both, strict=True)):
            out.append("all")
        return out


def _declared_box(box: Box) -> Option:
    return Option(box.name, "", box)


def _listed(given: Any) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        return [given]
    if not given:
        raise EstimationError("over= names a decision without options.", hint='give a list, or "default".')
    return list(given)


def _with_declared(options: Sequence[Option], declared: Option) -> list[Option]:
    """The declared option first, each option once."""
    return list({o.name: o for o in [declared, *options]}.values())


def _distinct(
    options: Sequence[Option], identity: Callable[[Option], bytes], *, strict: bool, same: str
) -> tuple[list[Option], list[LeftOut]]:
    """Options that differ; those that change nothing, or cannot be taken, are named (an error when `strict`)."""
    seen: dict[bytes, str] = {}
    out: list[Option] = []
    dropped: list[LeftOut] = []
    for option in options:
        try:
            key = identity(option)
        except SurveyAnalysisError as error:
            if strict or not out:
                raise
            dropped.append(LeftOut("", option.name, error.what.rstrip(".")))
            continue
        if key in seen:
            dropped.append(LeftOut("", option.name, f"{same} '{seen[key]}'"))
            continue
        seen[key] = option.name
        out.append(option)
    return out, dropped
