"""The kind of sample decides what intervals are called, who is spoken of, and what the method says."""

from __future__ import annotations

import pytest
from lxml import html

import survey_analysis as sa
from report import small
from survey_analysis.errors import StudyError

KINDS = {
    "opt-in": (
        "95% interval, model-based",
        "of respondents who rated",
        "who had volunteered to take surveys",
    ),
    "probability": ("95% CI", "of people who rated", "margin of sampling error is ±"),
    "list": ("95% CI, for the list", "of members who rated", "Results describe members of the list"),
    "simulated": (
        "95% interval, model-based",
        "of simulated respondents who rated",
        "No people were surveyed",
    ),
}
ONLY_HEADLINE = {"headline": small.REPORT["headline"]}


def first_sentence(built) -> str:
    return next(b.sentence for b in built.document.sections[0].blocks if type(b).__name__ == "KeyFinding")


def section(built, id_: str) -> str:
    from survey_analysis.reporting.document import plain

    found = next(s for s in built.document.sections if s.id == id_)
    return " ".join(plain(b.text) for b in found.blocks if hasattr(b, "text"))


@pytest.fixture(scope="module")
def reports():
    return {
        kind: small.report(sample=small.STATED | {"kind": kind, "list_size": 900}, report=ONLY_HEADLINE)[1]
        for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_interval_subject_and_method_follow_the_kind(reports, kind):
    label, subject, method = KINDS[kind]
    sentence = first_sentence(reports[kind])
    assert f"({label}" in sentence
    assert subject in sentence
    assert method in section(reports[kind], "method")
    assert ("Simulated data." in sentence) == (kind == "simulated")
    assert (reports[kind].document.banner is not None) == (kind == "simulated")


def test_each_kind_has_its_own_method_statement(reports):
    texts = {section(r, "method") for r in reports.values()}
    assert len(texts) == len(KINDS)


def test_only_a_probability_sample_or_a_list_has_confidence_intervals(reports):
    for kind, built in reports.items():
        text = small.texts(built) + " ".join(c.label for t in built.document.tables() for c in t.columns)
        assert ("CI" in text.split() or "CI," in text.split()) == (kind in ("probability", "list")), kind


def test_an_opt_in_sample_without_weights_prints_no_interval():
    _, built = small.report(weighting=None, report=ONLY_HEADLINE)
    sentence = first_sentence(built)
    assert "interval" not in sentence
    assert "n = " in sentence
    heads = [c.label for t in built.document.tables() for c in t.columns]
    assert not [h for h in heads if "interval" in h]
    row = built.results["headline"].rows.iloc[0]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_what_nobody_stated_is_asked_in_red_and_listed():
    made, built = small.report(sample={}, report=ONLY_HEADLINE)
    questions = built.document.questions()
    assert len(questions) >= 8
    for fact in ("What kind of sample is it?", "Who paid for the survey?", "Who conducted the survey?"):
        assert fact in questions
    checklist = next(s for s in built.document.sections if s.id == "disclosure")
    assert checklist.number.isalpha()
    listed = [r.text for b in checklist.blocks for line in b.lines for r in line]
    assert listed == list(questions)
    page = html.fromstring(small.files(made, built)["report.html"].decode())
    red = {" ".join(x.text_content().split()) for x in page.xpath("//span[@class='question']")}
    assert {f"Not stated: {q}" for q in questions} == red
    assert len(page.xpath("//span[@class='question']")) >= 2 * len(questions) - 1


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("opt-in", {"process": "invited by e-mail", "check": "none"}),
        (
            "probability",
            {
                "coverage": "97% of households",
                "selection": "address-based sampling",
                "rate_name": "AAPOR RR3, 10th edition",
                "rate": 0.12,
                "partial_rule": "half of the questions",
            },
        ),
        ("list", {"list_size": 900, "wider_group": "all who use the service"}),
        ("census", {"list_size": 900}),
        ("simulated", {"program": "a program", "seed": "1", "published_matched": "the headline"}),
    ],
)
def test_every_fact_can_be_stated_in_the_study_file(kind, facts):
    """A full [sample] leaves nothing red but the cleaning that this study did not do."""
    _, built = small.report(
        sample=small.STATED | facts | {"kind": kind},
        study={"name": "Small study", "version": "1"},
        report=ONLY_HEADLINE,
    )
    assert set(built.document.questions()) <= {"How many answers were removed, and by which rules?"}
    text = section(built, "method")
    for fact in facts.values():
        assert str(fact) in text or fact in ("none", 0.12, 900), fact


def test_the_founding_study_on_a_copy_that_claims_to_be_opt_in(founding, tmp_path):
    """The kind changed on a copy: label and subject follow, no number does; the rows themselves object."""
    folder = sa.datasets.folder()
    for name in ("codebook.csv", "targets.csv", "targets_list.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    text = (folder / "study.toml").read_text(encoding="utf-8")
    path = tmp_path / "study.toml"
    claimed = text.replace('kind = "simulated"', 'kind = "opt-in"', 1)
    path.write_text(claimed, encoding="utf-8")
    with pytest.raises(StudyError, match="rows say that they are simulated"):
        sa.read(path, data=folder / "responses.csv")
    path.write_text(claimed.replace('simulated = "simulated"\n', ""), encoding="utf-8")
    study = sa.read(path, data=folder / "responses.csv").clean().weight()
    one, two = (s.proportion("follow", top=2, where={"source": "micro"}) for s in (founding, study))
    assert one.to_frame().equals(two.to_frame())
    assert "of simulated respondents who received" in one.sentence()
    assert "of respondents who received" in two.sentence()
    assert "Simulated data." not in two.sentence()
    assert two.provenance.sample_kind == "opt-in"
