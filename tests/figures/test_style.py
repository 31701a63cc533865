"""The palette's contrasts, and that figures repeat to the byte."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from survey_analysis.figures import style
from tests.figures.charts import ALL

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("colour", [style.INK, style.MUTED, style.ACCENT, style.SECOND])
def test_text_colours_reach_four_and_a_half(colour):
    assert style.contrast(colour, style.PAPER) >= 4.5
    assert style.contrast(colour, style.TINT) >= 4.5 or colour == style.SECOND


@pytest.mark.parametrize("colour", style.CATEGORIES)
def test_categories_reach_three(colour):
    assert style.contrast(colour, style.PAPER) >= 3


def test_whiskers_are_seen():
    assert style.contrast(style.WHISKER, style.PAPER) >= 3


@pytest.mark.parametrize("n", range(2, 8))
def test_numbers_in_segments_are_read(n):
    colours = style.diverging(n)
    assert len(set(colours)) == len(colours) == n
    for fill in colours:
        assert style.contrast(style.text_on(fill), fill) >= 4.5


def test_published_contrasts():
    """WCAG's own example values: black on white is 21, and the guide's ratios are met."""
    assert style.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


HASHES = """
import hashlib
from tests.figures.charts import ALL
for name in ("headline published", "likert", "dots", "flow"):
    chart = ALL[name]()
    for part in (chart.svg("slide").encode(), chart.svg("narrow").encode(), chart.png("document", 60)):
        print(hashlib.sha256(part).hexdigest())
print(hashlib.sha256(chart.pdf("document")).hexdigest())
"""


def run(code: str, **env: str) -> str:
    full = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=full,
        cwd=ROOT,
    ).stdout


def test_bytes_do_not_depend_on_hash_seed_zone_or_language():
    one = run(HASHES, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    two = run(HASHES, PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH="5")
    assert len(one.split()) == 13
    assert one == two


def test_bytes_repeat_within_a_process():
    chart = ALL["dots"]()
    assert hashlib.sha256(chart.pdf()).digest() == hashlib.sha256(chart.pdf()).digest()
    assert chart.svg() == chart.svg()


def test_importing_the_registry_does_not_import_matplotlib():
    code = (
        "import sys; import survey_analysis.figures.registry; "
        "print([m for m in ('matplotlib', 'seaborn') if m in sys.modules])"
    )
    assert run(code).strip() == "[]"
