"""Results made by hand: small, exact, without data behind them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from survey_analysis.results.estimate import Dim, EstimateData, Topic
from survey_analysis.results.process import Flow, FlowStep, MarginRow, WeightingData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.robustness import Choice, Dimension, RobustnessData, Target
from survey_analysis.results.test import Family, TestData
from survey_analysis.wording.captions import Caption

SOURCES = (
    ("micro", "Micro-influencer"),
    ("average", "Average consumer"),
    ("advocate", "Brand advocate"),
    ("celebrity", "Celebrity"),
)
FOLLOW = ((0.8195, 3233), (0.7303, 5189), (0.7004, 1690), (0.4117, 1580))
LIKELY = ("Not at all likely", "Not very likely", "Somewhat likely", "Very likely", "Extremely likely")
AGREE = ("Strongly disagree", "Somewhat disagree", "Neither", "Somewhat agree", "Strongly agree")

SIMULATED = Provenance("Creator trust", "simulated", weighting="Raked to sex, age, education and region.")
REAL = Provenance("Creator trust", "probability", weighting="Raked to sex, age, education and region.")

CAPTION = Caption(
    title="Eight in ten simulated respondents say they are very or extremely likely to follow a micro-influencer",
    subtitle="“How likely are you to follow a recommendation about what to buy from a {source}?” "
    "Share answering very or extremely likely.",
    base="Base: received a recommendation from that source in the past 12 months and rated it; n = 1,580 to 5,189.",
    source="Source: Creator trust, web, 1 to 12 March 2024. Weighted to sex, age, education and region. "
    "95% intervals are model-based. Figures are rounded. Simulated data.",
    alt="Dot plot of share very or extremely likely to follow, by source. Micro-influencer 82%. Simulated data.",
    note="Simulated data calibrated to this published figure; agreement is by construction and is no evidence.",
    simulated=True,
)

SOURCE = Dim("source", "Source", SOURCES)


def topic(unit: str = "share", **more: object) -> Topic:
    statistic = {"share": "proportion", "score": "mean", "ratio": "ratio"}[unit]
    fields: dict = {
        "question": "follow",
        "wording": "How likely are you to follow a {source}?",
        "statistic": statistic,
        "unit": unit,
        "subject": "source",
    }
    return Topic(**(fields | more))


def _interval(p: float, n: int, unit: str) -> tuple[float, float, float]:
    se = (p * (1 - p) / (n / 1.5)) ** 0.5 if unit == "share" else 1.1 / (n / 1.5) ** 0.5
    return se, p - 1.96 * se, p + 1.96 * se


def estimate(
    values: Sequence[tuple[float, int]] = FOLLOW,
    dims: Sequence[Dim] = (SOURCE,),
    keys: Sequence[tuple[str, ...]] | None = None,
    *,
    unit: str = "share",
    questions: Sequence[str] = (),
    answers: Sequence[str] = (),
    provenance: Provenance = SIMULATED,
    **more: object,
) -> EstimateData:
    """One row a value (estimate, n); keys default to the levels of the only dimension."""
    if keys is None:
        keys = [(key,) for key, _ in dims[0].levels][: len(values)] if dims else [()] * len(values)
    rows = []
    for i, ((p, n), at) in enumerate(zip(values, keys, strict=True)):
        se, low, high = _interval(p, n, unit)
        rows.append(
            {
                "question": questions[i] if questions else "follow",
                "level": answers[i] if answers else "very or extremely likely",
                **{d.name: d.label_of(k) for d, k in zip(dims, at, strict=True)},
                "score": "top2",
                "estimate": p,
                "std_error": se,
                "conf_low": low,
                "conf_high": high,
                "df": n - 1.0,
                "deff": 1.5,
                "n": n,
                "n_effective": n / 1.5,
                "n_missing": 0,
                "n_weighted": float(n),
                "method": "logit",
            }
        )
    frame = pd.DataFrame(rows)
    return EstimateData(
        rows=frame,
        vcov=np.diag(frame["std_error"] ** 2),
        topic=topic(unit, **more),
        dims=tuple(dims),
        keys=tuple(keys),
        bases=("received a recommendation",) * len(rows),
        provenance=provenance,
    )


LIKERT = {
    "micro": (0.02, 0.05, 0.1105, 0.4195, 0.40),
    "average": (0.04, 0.08, 0.1497, 0.4303, 0.30),
    "advocate": (0.05, 0.09, 0.1596, 0.4104, 0.29),
    "celebrity": (0.19, 0.17, 0.2283, 0.2717, 0.14),
}


def likert(
    shares: dict[str, Sequence[float]] | None = None,
    scale: Sequence[str] = LIKELY,
    *,
    outside: Sequence[str] = (),
    dim: Dim = SOURCE,
    provenance: Provenance = SIMULATED,
) -> EstimateData:
    """All levels of a scale by source; `outside` levels come last in each row."""
    shares = shares or LIKERT
    labels = (*scale, *outside)
    flat = [(p, n) for (key, row), (_, n) in zip(shares.items(), FOLLOW * 4, strict=False) for p in row]
    keys = [(key,) for key, row in shares.items() for _ in row]
    return estimate(
        flat,
        (dim,),
        keys,
        answers=[label for row in shares.values() for label in labels[: len(row)]],
        scale=tuple((str(i + 1), label) for i, label in enumerate(scale)),
        outside=tuple(outside),
        provenance=provenance,
    )


CONSTRUCTS = ("Credibility", "Knowledge", "Explanation", "Trustworthiness")
SCORES = (
    (4.31, 3.98, 3.87, 2.98),
    (4.28, 4.01, 3.95, 2.91),
    (4.22, 4.04, 3.90, 3.02),
    (4.02, 3.91, 3.61, 2.74),
)


def scores() -> EstimateData:
    construct = Dim("construct", "Construct", tuple((c.lower(), c) for c in CONSTRUCTS))
    values = [(m, n) for row in SCORES for m, (_, n) in zip(row, FOLLOW, strict=True)]
    keys = [(c.lower(), s) for c in CONSTRUCTS for s, _ in SOURCES]
    return estimate(values, (construct, SOURCE), keys, unit="score", scale_range=(1.0, 5.0))


def comparison(
    rows: Sequence[tuple],
    *,
    kind: str = "difference",
    unit: str = "share",
    dims: Sequence[Dim] = (SOURCE,),
    extra: Sequence[dict[str, str]] = (),
    provenance: Provenance = SIMULATED,
) -> TestData:
    """Rows of (a, b, base, estimate_a, estimate_b, std_error, p_adjusted, n)."""
    out = []
    for i, (a, b, base, va, vb, se, p, n) in enumerate(rows):
        value = va - vb if kind == "difference" else va / vb
        low, high = (
            (value - 1.96 * se, value + 1.96 * se)
            if kind == "difference"
            else (value * np.exp(-1.96 * se), value * np.exp(1.96 * se))
        )
        out.append(
            {
                "question": "follow",
                "contrast": f"{a} - {b}",
                "a": a,
                "b": b,
                **(extra[i] if extra else {}),
                "base": base,
                "estimate_a": va,
                "estimate_b": vb,
                "estimate": value,
                "std_error": se,
                "conf_low": low,
                "conf_high": high,
                "statistic": value / se,
                "df": 6000.0,
                "df_residual": 6000.0,
                "p_value": p,
                "p_adjusted": p,
                "n": n,
                "effect": "",
                "effect_size": np.nan,
                "effect_low": np.nan,
                "effect_high": np.nan,
                "method": "paired",
            }
        )
    return TestData(
        rows=pd.DataFrame(out),
        kind=kind,
        topic=topic(unit),
        dims=tuple(dims),
        bases=("rated both",) * len(out),
        family=Family("holm", 3, "every source against average consumer"),
        provenance=provenance,
    )


def differences() -> TestData:
    return comparison(
        [
            ("micro", "average", "common", 0.8212, 0.7670, 0.0118, 0.0001, 2559),
            ("advocate", "average", "common", 0.7105, 0.7331, 0.0141, 0.11, 1302),
            ("celebrity", "average", "common", 0.4201, 0.7442, 0.0152, 0.0001, 1190),
            ("micro", "average", "own", 0.8195, 0.7303, 0.0105, 0.0001, 5863),
            ("advocate", "average", "own", 0.7004, 0.7303, 0.0130, 0.02, 5577),
            ("celebrity", "average", "own", 0.4117, 0.7303, 0.0135, 0.0001, 5579),
        ]
    )


RATIOS = (
    ("Outdoor gear", 20.4, 0.26),
    ("Running", 18.1, 0.25),
    ("Skincare", 21.9, 0.24),
    ("Electronics", 16.2, 0.23),
    ("Footwear", 15.4, 0.22),
    ("Pet food", 12.8, 0.21),
    ("Baby", 9.1, 0.20),
    ("Travel gear", 8.3, 0.19),
    ("Beverages", 6.6, 0.18),
    ("Cleaning", 5.9, 0.17),
    ("Snacks", 4.7, 0.17),
    ("Books", 4.2, 0.16),
)


def ratios() -> TestData:
    samples = Dim("sample", "Sample", (("panel", "Influencers"), ("control", "Control")))
    category = Dim("category", "Category", tuple((c.lower(), c) for c, _, _ in RATIOS))
    return comparison(
        [("panel", "control", "own", r, 1.0, se, 0.0001, 1350) for _, r, se in RATIOS],
        kind="ratio",
        unit="ratio",
        dims=(samples, category),
        extra=[{"category": c} for c, _, _ in RATIOS],
    )


def flow() -> Flow:
    def steps(*rows: tuple) -> tuple[FlowStep, ...]:
        return tuple(FlowStep(*r) for r in rows)

    return Flow(
        (
            (
                "Consumers",
                steps(
                    ("received", "Received", 8300, 8300),
                    ("platform", "Previews and tests", 18, 8282, "Status 1"),
                    ("eligibility", "No consent", 98, 8184, "declined or left blank"),
                    ("eligibility", "Not eligible", 112, 8072, "under 18, or outside the country"),
                    ("eligibility", "Quota full", 205, 7867),
                    ("break_off", "Broke off", 372, 7495, "before one complete loop"),
                    (
                        "quality",
                        "Quality",
                        590,
                        6905,
                        "at least 2 of 4 families; fixed before outcomes were seen",
                    ),
                    ("kept", "Kept", 6905, 6905),
                    ("screened", "No recommendation", 829, 6076, "in the past 12 months; demographics kept"),
                    ("base", "Rated micro-influencer", 3233, 6076),
                    ("base", "Rated average consumer", 5189, 6076),
                    ("base", "Rated both", 2559, 6076),
                ),
            ),
            (
                "Influencer network",
                steps(
                    ("received", "Received", 2100, 2100),
                    ("platform", "Previews and tests", 4, 2096, "Status 1"),
                    ("eligibility", "No consent", 22, 2074, "declined or left blank"),
                    ("break_off", "Broke off", 94, 1980),
                    (
                        "quality",
                        "Quality",
                        180,
                        1800,
                        "at least 2 of 4 families; fixed before outcomes were seen",
                    ),
                    ("kept", "Kept", 1800, 1800),
                    ("base", "Answered the counts", 1789, 1800),
                ),
            ),
            (
                "Control",
                steps(
                    ("received", "Received", 1450, 1450),
                    ("platform", "Previews and tests", 3, 1447, "Status 1"),
                    ("eligibility", "No consent", 17, 1430, "declined or left blank"),
                    ("eligibility", "Quota full", 36, 1394),
                    ("break_off", "Broke off", 64, 1330),
                    (
                        "quality",
                        "Quality",
                        130,
                        1200,
                        "at least 2 of 4 families; fixed before outcomes were seen",
                    ),
                    ("kept", "Kept", 1200, 1200),
                    ("base", "Answered the counts", 1188, 1200),
                ),
            ),
        )
    )


def weighting() -> WeightingData:
    rows = [
        ("Sex", "Women", 4240, 0.622, 0.51, 0.51),
        ("Sex", "Men", 2587, 0.378, 0.49, 0.49),
        ("Age", "18-34", 3038, 0.44, 0.301, 0.30),
        ("Age", "35-54", 2555, 0.37, 0.33, 0.33),
        ("Age", "55+", 1312, 0.19, 0.369, 0.37),
        ("Education", "High school or less", 1519, 0.22, 0.38, 0.38),
        ("Education", "Some college", 2141, 0.31, 0.30, 0.30),
        ("Education", "Degree", 3245, 0.47, 0.32, 0.32),
        ("Region", "Northeast", 1312, 0.19, 0.18, 0.18),
        ("Region", "Midwest", 1657, 0.24, 0.21, 0.21),
        ("Region", "South", 2348, 0.34, 0.37, 0.37),
        ("Region", "West", 1588, 0.23, 0.24, 0.24),
    ]
    return WeightingData(
        sample="Consumers",
        method="raking",
        n=6905,
        deff=1.51,
        n_effective=4573.0,
        smallest=0.33,
        largest=4.8,
        cap=5.0,
        capped=12,
        iterations=9,
        gap=1e-12,
        margins=tuple(MarginRow(*r) for r in rows),
        statement="Raked to sex, age, education and region.",
    )


def paths(kind: str = "difference") -> RobustnessData:
    """Analysis paths of one number: cleaning x weights x box x base, some with another conclusion."""
    decisions = {
        "cleaning": (
            "declared",
            "none",
            "duplicates or at least 1 of 4 families, whoever they are and wherever",
        ),
        "weights": ("declared", "cap 3", "without education"),
        "box": ("top-2", "top-1", "mean"),
        "base": ("common", "own"),
    }
    rows = []
    for i, choices in enumerate(itertools.product(*decisions.values())):
        value = 0.07 - 0.02 * decisions["base"].index(choices[3]) - 0.012 * decisions["box"].index(choices[2])
        value = value + 0.002 * decisions["weights"].index(choices[1]) + (0.5 if kind == "level" else 0.0)
        same = value - 0.035 > (0.5 if kind == "level" else 0.0)
        rows.append(
            {"target": "Micro - Average", "path": i, **dict(zip(decisions, choices, strict=True))}
            | {
                "dont_know": "excluded",
                "unit": "range" if choices[2] == "mean" else "share",
                "estimate": value,
            }
            | {"std_error": 0.018, "conf_low": value - 0.035, "conf_high": value + 0.035, "p_value": 0.01}
            | {
                "p_adjusted": 0.01,
                "n": 900,
                "conclusion": "higher" if same else "no clear difference",
                "same": same,
            }
        )
    labels = {"cleaning": "Cleaning", "weights": "Weights", "box": "Box", "base": "Base"}
    return RobustnessData(
        rows=pd.DataFrame(rows),
        kind=kind,
        targets=(
            Target("Micro - Average", "Micro-influencer", "Average consumer" if kind == "difference" else ""),
        ),
        varied=tuple(
            Dimension(d, labels[d], tuple(Choice(o, "") for o in os)) for d, os in decisions.items()
        ),
        left_out=(),
        failed=(),
        topic=estimate().topic,
        provenance=SIMULATED,
    )
