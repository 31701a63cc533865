"""A full report of a real survey, in every format, within a minute."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from real.published import survey
from survey_analysis.reporting.build import BuiltReport, build_report
from survey_analysis.reporting.write import write_report

pytestmark = pytest.mark.oracle
SECONDS = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The report, its folder, and the seconds it took from the survey to the last file."""
    start = time.perf_counter()
    built = build_report(survey("masculinity"))
    folder = tmp_path_factory.mktemp("masculinity")
    files = write_report(built, survey("masculinity"), folder, "masculinity")
    return built, folder, files, time.perf_counter() - start


def text_of(page: str) -> str:
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_format_is_written_in_time(made, capsys):
    built, folder, files, seconds = made
    assert isinstance(built, BuiltReport)
    assert {f"masculinity.{x}" for x in ("html", "pdf", "xlsx")} <= {p.name for p in files}
    assert all((folder / f"masculinity.{x}").stat().st_size > 20_000 for x in ("html", "pdf", "xlsx"))
    assert (folder / "masculinity.pdf").read_bytes().startswith(b"%PDF-")
    with capsys.disabled():
        print(f"\nfull report of the masculinity survey: {len(files)} files in {seconds:.1f} s")
    assert seconds < SECONDS


def test_the_page_says_what_the_verbs_say(made):
    built, folder, _, _ = made
    page = text_of((folder / "masculinity.html").read_text(encoding="utf-8"))
    share = survey("masculinity").proportion("pressure", answers=["Yes"])
    assert share.sentence() in page
    assert "60%" in share.sentence()
    assert "n = 1,615" in page
    for question in survey("masculinity").codebook:
        if question.name in ("manly", "worries", "how_often", "metoo"):
            assert (question.short or question.text) in page
    assert len(built.findings.findings) == 3


def test_all_banner_tables_are_in_the_appendix(made):
    built, _, _, _ = made
    appendix = next(s for s in built.document.sections if s.id == "topline")
    assert len(appendix.blocks) == len(survey("masculinity").codebook.questions)


def test_unknown_facts_are_questions_and_nothing_is_called_simulated(made):
    built, folder, _, _ = made
    page = text_of((folder / "masculinity.html").read_text(encoding="utf-8"))
    assert "Who paid for the survey?" in page
    assert "simulated" not in page.lower()
    assert built.document.banner is None
