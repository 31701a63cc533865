"""The report: a section on the paths, what a finding is sensitive to, the line of the limits."""

from __future__ import annotations

import numpy as np
import pytest

import survey_analysis as sa
from survey_analysis.reporting.build import build_report
from survey_analysis.reporting.document import BulletList, FigureBlock, KeyFinding, TableBlock
from survey_analysis.reporting.findings import find_all
from survey_analysis.reporting.section_robustness import follow_all
from tests.robustness import small
from tests.robustness.test_paths import close, of

REPORT = {
    "headline": {"question": "follow", "top": 2, "source": "a"},
    "findings": [
        {"question": "follow", "top": 2, "by": "source", "compare_to": "b", "focus": "c"},
        {"constructs": ["trust"], "by": "source", "compare_to": "b"},
    ],
    "robustness": {
        "cleaning": ["none"],
        "weights": ["none"],
        "dont_know": ["in the base"],
        "box": [1, "mean"],
        "base": ["own", "all"],
    },
}
CONSTRUCTS = {"trust": {"items": ["follow"], "text": "Trust"}}


@pytest.fixture(scope="module")
def survey():
    return small.survey(report=REPORT, constructs=CONSTRUCTS)


@pytest.fixture(scope="module")
def followed(survey):
    return follow_all(survey, find_all(survey))


@pytest.fixture(scope="module")
def document(survey):
    return build_report(survey).document


def test_headline_and_findings_are_followed_with_what_each_of_them_has(followed):
    assert [f.name for f in followed] == ["headline", "follow", "trust"]
    varied = [[d.name for d in f.paths.varied] for f in followed]
    assert varied == [
        ["cleaning", "weights", "dont_know", "box"],
        ["cleaning", "weights", "dont_know", "box", "base"],
        ["cleaning", "weights", "base"],
    ]
    assert [f.spoken.a for f in followed] == ["Friend", "Star", "Friend"]
    dropped = {(x.dimension, x.choice) for x in followed[0].paths.left_out}
    assert ("box", "mean") in dropped  # a level is a share


def test_the_declared_path_is_the_finding_in_its_declared_family(survey, followed):
    found = find_all(survey)
    for mine, finding in zip(followed[1:], found.findings, strict=True):
        first = mine.paths.rows[mine.paths.rows["path"] == 0]
        close(first, finding.test.rows[finding.test.rows["base"] == "common"])
        assert mine.paths.family == len(found.findings) * 2


def test_other_findings_stay_as_declared_on_every_path(survey, followed):
    found = find_all(survey)
    trust = found.findings[1].test.rows
    rest = trust.loc[trust["base"] == "own", "p_value"].to_numpy()
    path = of(
        followed[1].paths.rows, cleaning="none", weights="none", box="top-1", base="own", dont_know="excluded"
    )
    p = np.concatenate([path["p_value"].to_numpy(), rest])
    order = np.argsort(p)
    holm = np.empty(len(p))
    holm[order] = np.minimum(1, np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order]))
    assert np.allclose(path["p_adjusted"], holm[: len(path)])


def test_paths_of_a_construct_equal_the_public_verbs(followed):
    raw = sa.read(small.export(), study=small.study(report=REPORT, constructs=CONSTRUCTS))
    want = (
        raw.clean(exclude="")
        .weight()
        .perceptions("trust", by="source")
        .compare(to="b", base="own", adjust="none")
    )
    mine = of(followed[2].paths.rows, cleaning="none", weights="declared", base="own")
    for name in ("estimate", "std_error", "conf_low", "conf_high", "p_value", "n"):
        assert np.allclose(
            mine[name].to_numpy(float), want.to_frame()[name].to_numpy(float), rtol=0, atol=1e-12
        )


def test_the_section_says_what_was_varied_and_what_was_not(document):
    (section,) = [s for s in document.sections if s.id == "robustness"]
    place = [s.id for s in document.sections]
    assert place.index("robustness") == place.index("method") - 1
    assert sum(isinstance(b, TableBlock) for b in section.blocks) == 3
    assert sum(isinstance(b, FigureBlock) for b in section.blocks) == 1
    sentences, choices = [b for b in section.blocks if isinstance(b, BulletList)]
    assert len(sentences.items) == 3
    assert any(str(x).startswith("Weights: declared") for x in choices.items)
    last = str(section.blocks[-1].text)
    assert "don’t know (constructs are means of answered items)" in last
    assert "no probability" in last


def test_a_sensitive_finding_says_so_and_the_limits_count_the_headline(document, followed):
    keys = [b for s in document.sections for b in s.blocks if isinstance(b, KeyFinding)]
    for key, mine in zip(keys, followed, strict=True):
        rows = mine.paths.rows[mine.paths.rows["target"] == mine.spoken.name]
        assert ("sensitive to" in str(key.note)) == (rows["same"].mean() < 0.9)
    assert any(key.note for key in keys)
    (limits,) = [s for s in document.sections if s.id == "limits"]
    head = followed[0].paths.rows["same"]
    assert f"holds in {head.sum()} of {len(head)} analysis paths" in str(limits.blocks)


def test_without_declared_paths_the_section_is_left_out_with_its_reason():
    plain = {k: v for k, v in REPORT.items() if k != "robustness"}
    document = build_report(small.survey(report=plain, constructs=CONSTRUCTS)).document
    assert "Robustness: left out, the study file declares no analysis paths." in document.omitted
    assert "analysis paths" not in str([s for s in document.sections if s.id == "limits"])


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"cleening": ["none"]}, "cleening"),
        ({"weights": ["without region"]}, "'region' is not a margin"),
        ({"cleaning": ["without sped"]}, "neither a quality rule"),
    ],
)
def test_a_wrong_table_is_an_error_with_its_place(table, what):
    with pytest.raises(sa.SurveyAnalysisError, match=what) as error:
        build_report(small.survey(report={**REPORT, "robustness": table}, constructs=CONSTRUCTS))
    assert "report.robustness" in str(error.value)
