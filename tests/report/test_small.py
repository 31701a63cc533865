"""Reports of small studies: minimal ones, the same bytes, swapped labels."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import survey_analysis as sa
from report import small
from survey_analysis.errors import StudyError


def titles(built) -> list[str]:
    return [s.title for s in built.document.sections]


def test_a_study_without_a_report_table_still_has_a_report():
    made, built = small.report(report=None, banners=None)
    assert {"Who answered", "Method", "Limits", "How to read the numbers"} <= set(titles(built))
    found = small.files(made, built, "html", "pdf", "xlsx")
    assert found["report.html"].count(b"<table") >= 1
    assert found["report.pdf"].startswith(b"%PDF")
    assert "What was published against what is shown here: left out" in " ".join(built.document.omitted)


def test_a_frame_without_a_study_file_has_a_report():
    made = sa.read(pd.DataFrame({"q": ["yes", "no", "yes", "yes"]}))
    built = made.report()
    assert "Manifest" in titles(built)
    found = small.files(made, built, "html", "pdf", "xlsx", extras=True)
    assert b"Untitled study" in found["report.html"]
    assert len(built.document.questions()) >= 8


@pytest.fixture(scope="module")
def usual():
    made, built = small.report()
    return made, built, small.files(made, built, "html", "pdf", "xlsx", extras=True)


def test_built_twice_the_files_have_the_same_bytes(usual):
    _, _, first = usual
    made, built = small.report()
    again = small.files(made, built, "html", "pdf", "xlsx", extras=True)
    assert set(again) == set(first)
    assert [n for n in first if first[n] != again[n]] == []


def test_another_process_place_zone_and_hash_seed_make_the_same_bytes(usual, tmp_path):
    _, _, first = usual
    root = Path(sa.__file__).parents[1]
    code = (
        "import hashlib, sys; sys.path[:0] = sys.argv[1:]\n"
        "from report import small\n"
        "made, built = small.report()\n"
        "for name, content in sorted(small.files(made, built, 'html', 'pdf', 'xlsx', extras=True).items()):\n"
        "    print(hashlib.sha256(content).hexdigest(), name)\n"
    )
    env = os.environ | {
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "LANG": "de_DE.UTF-8",
    }
    command = [sys.executable, "-c", code, str(root), str(root / "tests")]
    done = subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    other = dict(reversed(line.split(" ", 1)) for line in done.stdout.splitlines())
    assert other == {n: hashlib.sha256(c).hexdigest() for n, c in first.items()}


def swap(data: pd.DataFrame) -> pd.DataFrame:
    return data.rename(columns={"micro_q": "average_q", "average_q": "micro_q"})


def test_two_labels_swapped_swap_title_alternative_text_and_sentence(usual):
    _, built, _ = usual
    _, other = small.report(
        swap(small.frame()),
        report=small.REPORT
        | {
            "headline": {"question": "follow", "top": 2, "source": "average"},
            "findings": [small.REPORT["findings"][0] | {"compare_to": "micro"}],
        },
    )

    def exchanged(text: str) -> str:
        pairs = (("Micro-influencer", "\0"), ("Average consumer", "Micro-influencer"), ("\0", "Average consumer"),
                 ("micro-influencer", "\0"), ("average consumer", "micro-influencer"), ("\0", "average consumer"),
                 ("an micro", "a micro"), ("a average", "a average"))  # fmt: skip
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    for name in ("headline", "finding-follow"):
        a, b = built.charts[name].caption, other.charts[name].caption
        if name == "headline":
            continue
        assert a.title != b.title
        assert exchanged(a.title) == b.title
        assert exchanged(a.alt) == b.alt
    sentences = [
        next(
            x
            for s in r.document.sections
            for x in s.blocks
            if type(x).__name__ == "KeyFinding" and "rated both" in x.sentence
        ).sentence
        for r in (built, other)
    ]
    assert exchanged(sentences[0]) == sentences[1]
    one, two = (
        next(x for x in r.document.sections[0].blocks if type(x).__name__ == "KeyFinding").sentence
        for r in (built, other)
    )
    assert "micro-influencer" in one
    assert "average consumer" in two
    assert one.split("%")[0] == two.split("%")[0]


def test_labels_swapped_on_the_same_data_turn_the_claim():
    """Only the labels change places; the sign of every claim follows the data."""
    _, built = small.report()
    turned = {
        "micro": {"label": "Average consumer", "phrase": "an average consumer"},
        "average": {"label": "Micro-influencer", "phrase": "a micro-influencer"},
    }
    _, other = small.report(subjects={"source": turned})
    before, after = built.charts["finding-follow"].caption, other.charts["finding-follow"].caption
    assert before.title.startswith("Micro-influencer leads average consumer")
    assert after.title.startswith("Average consumer leads micro-influencer")
    assert "Micro-influencer minus average consumer" in before.alt
    assert "Average consumer minus micro-influencer" in after.alt


@pytest.mark.parametrize(
    ("report", "message", "hint"),
    [
        ({"sections": [{"likelyhood": {"question": "follow"}}]}, "no section 'likelyhood'", "likelihood"),
        ({"sections": [{"likelihood": {"question": "follow", "tpo": 2}}]}, "'tpo' is not an option", "top"),
        ({"sections": [{"likelihood": {}}]}, "lacks 'question'", "question"),
        ({"headline": {"top": 2}}, "headline names no question", "follow"),
        ({"headline": {"question": "follow", "topp": 2}}, "'topp' is not known here", "top"),
        ({"findings": [{"top": 2}]}, "names neither a question", "question"),
        (
            {"findings": [{"question": "follow", "compare": "micro"}]},
            "'compare' is not known here",
            "compare_to",
        ),
    ],
)
def test_a_report_table_that_leads_nowhere_names_the_key(report, message, hint):
    with pytest.raises(StudyError, match=message) as caught:
        small.report(report=report)
    assert hint in str(caught.value)
