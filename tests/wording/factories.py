"""Hand-made results for the wording tests: no data, no estimation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.results.estimate import Dim, EstimateData, Topic
from survey_analysis.results.process import Flow, FlowStep, MarginRow, WeightingData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import Family, TestData

SOURCES = (
    ("micro", "Micro-influencer"),
    ("average", "Average consumer"),
    ("advocate", "Brand advocate"),
    ("celebrity", "Celebrity"),
)
SCALE = (
    ("1", "Not at all likely"),
    ("2", "Not very likely"),
    ("3", "Somewhat likely"),
    ("4", "Very likely"),
    ("5", "Extremely likely"),
)
FOLLOW = Topic(
    question="follow",
    wording="How likely are you to follow a recommendation about what to buy from a {source}?",
    statistic="proportion",
    unit="share",
    score="top2",
    answers=("Very likely", "Extremely likely"),
    scale=SCALE,
    subject="source",
    short="Likelihood to follow a recommendation",
)
DIM = Dim("source", "Source", SOURCES)
BASE = "people who received a recommendation from a {} in the past 12 months and rated it"


def provenance(kind="simulated", **more):
    given = {
        "study": "Micro-influencer study",
        "sample_kind": kind,
        "population": "US adults",
        "weighting": "Raked to age, sex, education and region.",
        "dates": ("2016-03-01", "2016-03-12"),
        "mode": "web",
    }
    return Provenance(**{**given, **more})


def article(label):
    return f"{'an' if label[0].lower() in 'aeiou' else 'a'} {label.lower()}".split(" ", 1)[1]


def levels(
    values=((0.8214, 0.802, 0.841, 3233, 2139),),
    *,
    kind="simulated",
    topic=FOLLOW,
    sources=SOURCES,
    dim=DIM,
    base=BASE,
    **prov,
):
    """Estimates by source; `values` are (estimate, low, high, n, n_effective)."""
    rows = pd.DataFrame(
        [
            {
                "question": topic.question,
                "level": "",
                dim.name: sources[i][1],
                "score": topic.score,
                "estimate": p,
                "std_error": (high - low) / 3.92,
                "conf_low": low,
                "conf_high": high,
                "df": 6000.0,
                "deff": n / e if e else np.nan,
                "n": n,
                "n_effective": float(e),
                "n_missing": 20,
                "n_weighted": float(n),
                "method": "logit",
            }
            for i, (p, low, high, n, e) in enumerate(values)
        ]
    )
    k = len(rows)
    return EstimateData(
        rows=rows,
        vcov=np.diag(rows["std_error"].to_numpy() ** 2),
        topic=topic,
        dims=(dim,),
        keys=tuple((sources[i][0],) for i in range(k)),
        bases=tuple(base.format(article(sources[i][1])) for i in range(k)),
        provenance=provenance(kind, **prov),
    )


FOUR = (
    (0.8214, 0.802, 0.841, 3233, 2139),
    (0.7301, 0.715, 0.745, 5189, 3300),
    (0.7012, 0.672, 0.729, 1701, 1200),
    (0.4103, 0.380, 0.441, 1580, 1100),
)


def contrast(
    a="Micro-influencer",
    b="Average consumer",
    pa=0.7950,
    pb=0.7410,
    low=0.032,
    high=0.076,
    p=0.0004,
    n=2559,
    base="common",
    **more,
):
    d = pa - pb
    return {
        "question": "follow",
        "contrast": f"{a} - {b}",
        "a": a,
        "b": b,
        "base": base,
        "estimate_a": pa,
        "estimate_b": pb,
        "estimate": d,
        "std_error": (high - low) / 3.92,
        "conf_low": low,
        "conf_high": high,
        "statistic": d / ((high - low) / 3.92),
        "df": 1.0,
        "df_residual": 5000.0,
        "p_value": p,
        "p_adjusted": p,
        "n": n,
        "effect": "Cohen's h",
        "effect_size": 0.1,
        "effect_low": 0.05,
        "effect_high": 0.15,
        "method": "design-based t, same people",
        **more,
    }


OWN = {"pa": 0.8214, "pb": 0.7301, "low": 0.07, "high": 0.113, "base": "own", "n": 6080}


def differences(*rows, kind="simulated", topic=FOLLOW, family=None, what="difference", dims=(DIM,), **prov):
    rows = rows or (contrast(), contrast(**OWN))
    return TestData(
        rows=pd.DataFrame(list(rows)),
        kind=what,
        topic=topic,
        dims=dims,
        bases=tuple("people who rated both" for _ in rows),
        family=family or Family("holm", 3, "every source against average consumer"),
        provenance=provenance(kind, **prov),
    )


def swap(result, a="Micro-influencer", b="Average consumer"):
    """The same data with two source labels exchanged."""
    names = {a: b, b: a}
    rows = result.rows.copy()
    for column in ("source", "a", "b"):
        if column in rows:
            rows[column] = rows[column].replace(names)
    dims = tuple(
        replace(d, levels=tuple((k, names.get(label, label)) for k, label in d.levels)) for d in result.dims
    )
    bases = tuple(
        x.replace(a.lower(), "@").replace(b.lower(), a.lower()).replace("@", b.lower()) for x in result.bases
    )
    return replace(result, rows=rows, dims=dims, bases=bases)


FLOW = Flow(
    samples=(
        (
            "Consumers",
            (
                FlowStep("received", "Records received", 8300, 8300),
                FlowStep("platform", "Previews and tests", 18, 8282, "status preview"),
                FlowStep("eligibility", "Not eligible", 300, 7982, "under 18, outside the country"),
                FlowStep("break_off", "Broke off", 370, 7612, "no complete loop"),
                FlowStep("quality", "At least 2 of 4 families", 690, 6922, "fixed before outcomes were seen"),
                FlowStep("kept", "Kept", 6922, 6922),
                FlowStep("base", "Rated micro-influencer", 3233, 3233),
            ),
        ),
    )
)

WEIGHTING = WeightingData(
    sample="Consumers",
    method="raking",
    n=6922,
    deff=1.51,
    n_effective=4584.1,
    smallest=0.3,
    largest=4.2,
    cap=5.0,
    capped=12,
    iterations=9,
    gap=1e-9,
    margins=(
        MarginRow("Age", "18-34", 3045, 0.44, 0.30, 0.30),
        MarginRow("Age", "35-54", 2561, 0.37, 0.33, 0.33),
        MarginRow("Age", "55+", 1316, 0.19, 0.37, 0.37),
        MarginRow("Sex", "Women", 4257, 0.615, 0.51, 0.51),
        MarginRow("Sex", "Men", 2589, 0.374, 0.49, 0.49),
    ),
    statement="Raked to age, sex, education and region.",
)
