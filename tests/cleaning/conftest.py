"""A small survey with one fault of every kind, each in a row that is known by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest

from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.study.build import build
from survey_analysis.study.load import parse

N = 60
ITEMS = 6
MISSING = [[98, "dont_know"], [99, "refused"], [-99, "no_answer"]]
AGREE = ["Strongly disagree", "Somewhat disagree", "Neither", "Somewhat agree", "Strongly agree"]

STUDY: dict[str, object] = {
    "samples": {
        "column": "sample",
        "consumers": {"code": 1},
        "control": {"code": 2},
    },
    "design": {"id": "rid", "strata": "sample"},
    "roles": {"duration": "seconds", "started": "StartDate"},
    "scales": {
        "agree5": {"levels": [[i + 1, x] for i, x in enumerate(AGREE)], "missing": MISSING},
        "likely5": {"levels": [[i + 1, f"Likely {i + 1}"] for i in range(5)], "missing": MISSING},
    },
    "subjects": {"source": {"micro": {"label": "Micro-influencer", "code": 1}, "average": {"label": "Average", "code": 2}}},
    "questions": {
        "age": {"column": "age", "kind": "numeric", "valid_range": [18, 94]},
        "talks": {"column": "talks", "kind": "numeric", "valid_range": [0, 50], "missing": [[-99, "no_answer"]]},
        "sex": {"levels": [[1, "Woman"], [2, "Man"]], "missing": [[99, "refused"]]},
        "why": {"kind": "open", "column": "why"},
        "received": {"kind": "multiple", "columns": ["recv_1", "recv_2", "recv_none"]},
    },
    "batteries": {
        "follow": {
            "over": "source",
            "columns": "{source}_Q20",
            "scale": "likely5",
            "text": "How likely are you to follow {source}?",
            "base": "Rated a {source}",
            "asked_if": "received == 'recv_{source}'",
        },
        **{
            f"item{j}": {
                "over": "source",
                "columns": f"{{source}}_Q21_{j}",
                "scale": "agree5",
                "reverse": j == ITEMS,
                "asked_if": "received == 'recv_{source}'",
                "text": "How much do you agree? - is credible and believable" if j == 1 else f"Item {j}",
            }
            for j in range(1, ITEMS + 1)
        },
    },
}  # fmt: skip


def good_frame(n: int = N, seed: int = 5) -> pd.DataFrame:
    """Rows of people who answer with some sense; row i has the id R0i."""
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=n)

    def answer(sign: float = 1.0) -> np.ndarray:
        return np.clip(np.round(3 + sign * (trust + 0.5 * rng.normal(size=n))), 1, 5).astype(int)

    minutes = np.arange(n)
    columns: dict[str, object] = {
        "rid": [f"R{i:03d}" for i in range(n)],
        "StartDate": [f"2024-03-{1 + m // 30:02d} 09:{m % 30:02d}:00" for m in minutes],
        "Status": 0,
        "consent": 1,
        "Finished": 1,
        "seconds": np.round(300 * np.exp(0.2 * rng.normal(size=n))).astype(int),
        "IPAddress": [f"g{i}" for i in range(n)],
        "panel_id": [f"P{i}" for i in range(n)],
        "recaptcha": 0.9,
        "duplicate_score": 5,
        "provider": np.where(minutes % 2, "A", "B"),
        "sample": 1,
        "quota": "",
        "country": 1,
        "age": rng.integers(18, 80, size=n),
        "sex": rng.integers(1, 3, size=n),
        "recv_1": "Micro",
        "recv_2": "Average",
        "recv_none": "",
    }
    for s in (1, 2):
        columns[f"{s}_Q20"] = answer()
        for j in range(1, ITEMS + 1):
            columns[f"{s}_Q21_{j}"] = answer(-1.0 if j == ITEMS else 1.0)
    columns |= {
        "check": 2,
        "talks": rng.integers(0, 9, size=n),
        "why": [f"I have known them for {i} years and they explain it well" for i in range(n)],
    }
    return pd.DataFrame(columns).astype(str)


def with_faults(frame: pd.DataFrame) -> pd.DataFrame:
    """The faults that the rules look for."""
    frame = frame.copy()
    frame.index = pd.Index(frame["rid"])
    loops = [c for c in frame.columns if c[:3] in ("1_Q", "2_Q")]
    items = [c for c in loops if "Q21" in c]
    frame.loc["R001", "Status"] = "1"
    frame.loc["R002", "consent"] = "2"
    frame.loc["R003", "age"] = "16"
    frame.loc["R004", "quota"] = "full"
    frame.loc["R005", [*loops, "why", "recv_1", "recv_2"]] = ""
    frame.loc["R005", "recv_none"] = "None"
    frame.loc["R006", ["Finished", *loops, "check", "talks", "why"]] = ["0", *[""] * (len(loops) + 3)]
    second = [c for c in loops if c[0] == "2"]
    frame.loc["R007", ["Finished", *second[4:], "check", "talks", "why"]] = ["0", *[""] * (len(second) - 1)]
    frame.loc["R010", "seconds"] = "40"
    frame.loc["R011", items] = "4"
    frame.loc["R012", [c for c in items if not c.endswith("_6")]] = "4"
    frame.loc["R012", [c for c in items if c.endswith("_6")]] = "2"
    frame.loc["R013", "check"] = "5"
    frame.loc["R014", items] = ["4", "5"] * (len(items) // 2)
    frame.loc["R015", "recaptcha"] = "0.2"
    frame.loc["R016", "why"] = "sdfgh klwrtz qwrtp"
    for rid in ("R017", "R018", "R019"):
        frame.loc[rid, "why"] = "It is a very good product and I like it"
    frame.loc["R020", [*items, "1_Q20"]] = "98"
    frame.loc["R021", "talks"] = "45"
    copied = [c for c in frame.columns if c not in ("rid", "StartDate", "panel_id")]
    frame.loc["R041", copied] = frame.loc["R040", copied].to_numpy()
    frame.loc["R043", "panel_id"] = frame.loc["R042", "panel_id"]
    frame.loc["R045", "IPAddress"] = frame.loc["R044", "IPAddress"]
    return frame.reset_index(drop=True)


@pytest.fixture(scope="session")
def make() -> Callable[..., SurveyData]:
    """Make a survey of a frame; further tables of the study file by keyword."""

    def make_survey(frame: pd.DataFrame, **tables: object) -> SurveyData:
        file = parse({**STUDY, **tables})
        return SurveyData(Table(RawTable(frame), build(file, columns=list(frame.columns))))

    return make_survey


@pytest.fixture
def good() -> pd.DataFrame:
    """Sixty people without a fault."""
    return good_frame()


@pytest.fixture
def faulty() -> pd.DataFrame:
    """The same with one fault of every kind."""
    return with_faults(good_frame())


@pytest.fixture
def ids() -> Callable[[SurveyData, np.ndarray], set[str]]:
    """Ids of the rows of a mask."""
    return lambda survey, mask: set(survey.table.raw.frame.loc[mask, "rid"])


def rule_options() -> Mapping[str, dict[str, object]]:
    """Options with which each registered rule finds its fault in the faulty frame."""
    return {
        "status": {},
        "consent": {},
        "eligible": {"remove": "age < 18", "label": "under 18"},
        "quota_full": {},
        "screened_out": {"where": "recv_none is not missing"},
        "break_off": {},
        "speeders": {},
        "straight_liners": {},
        "attention": {"column": "check", "expected": [2]},
        "contradiction": {"yes_saying": "agree"},
        "duplicates": {"id": ["panel_id"], "address": "IPAddress"},
        "platform_flags": {"recaptcha": "recaptcha", "duplicate": "duplicate_score"},
        "open_ends": {},
        "missing_share": {"questions": ["item*", "follow"]},
        "range": {"columns": ["talks"], "high": 30, "apart": [-99]},
    }


FOUND = {
    "status": {"R001"},
    "consent": {"R002"},
    "eligible": {"R003"},
    "quota_full": {"R004"},
    "screened_out": {"R005"},
    "break_off": {"R006"},
    "speeders": {"R010"},
    "straight_liners": {"R011"},
    "attention": {"R013"},
    "contradiction": {"R011", "R014"},
    "duplicates": {"R041", "R043"},
    "platform_flags": {"R015"},
    "open_ends": {"R016", "R017", "R018", "R019"},
    "missing_share": {"R006", "R020"},
    "range": {"R021"},
}


@pytest.fixture
def found() -> Mapping[str, set[str]]:
    """Ids that each rule must flag in the faulty frame, and no others."""
    return FOUND


@pytest.fixture(params=sorted(rule_options()))
def declared(request: pytest.FixtureRequest) -> tuple[str, dict[str, object]]:
    """Each rule with its options."""
    return request.param, rule_options()[request.param]


@pytest.fixture
def options() -> Mapping[str, dict[str, object]]:
    """Options of all rules."""
    return rule_options()
