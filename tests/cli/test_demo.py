"""The main job as a stranger runs it: twice, far apart, without a network; the same bytes come out."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from cli.process import ROOT, run

HEADLINE = re.compile(
    r"(\d+)% \(95% interval, model-based, (\d+)–(\d+); n = ([\d,]+)\) of simulated respondents who .+\. "
    r"Source: .+ Simulated data\."
)
PLACES = {
    "here": {"TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1"},
    "später ort/tiefer": {
        "TZ": "America/St_Johns",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "4242",
    },
}

GUARD = """
import socket

def _cut(*arguments, **options):
    raise OSError("the network is cut in this test")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = _cut
"""

pytestmark = pytest.mark.slow


def _cut(folder: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    """Words before the command that cut the network, or a module that Python loads first and that does."""
    unshare = shutil.which("unshare")
    if unshare and not subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        return (unshare, "-rn"), {}
    (folder / "sitecustomize.py").write_text(GUARD)
    return (), {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folder and finished process of each run; time, language, hash seed, home and caches differ."""
    made = {}
    before, guard = _cut(tmp_path_factory.mktemp("guard"))
    for place, env in PLACES.items():
        folder = tmp_path_factory.mktemp("demo") / place
        home = tmp_path_factory.mktemp("home")
        folder.mkdir(parents=True)
        own = {"HOME": str(home), "MPLCONFIGDIR": str(home / "mpl"), "XDG_CACHE_HOME": str(home / "cache")}
        start = time.perf_counter()
        made[place] = (folder, run("demo", cwd=folder, env=env | own | guard, before=before))
        how = "unshare -rn" if before else "socket guard"
        print(f"\nsurvey-analysis demo, cold, network cut by {how}: {time.perf_counter() - start:.1f} s")
    return made


def _files(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_it_works_without_an_error(runs) -> None:
    for _, done in runs.values():
        assert done.returncode == 0
        assert [line for line in done.stderr.splitlines() if not line.startswith("warning: ")] == []


def test_the_files_are_where_it_says(runs) -> None:
    folder, done = runs["here"]
    files = set(_files(folder))
    report = "reports/micro_influencer"
    assert {f"{report}.{form}" for form in ("html", "pdf", "xlsx")} <= files
    assert {f"{report}/results.csv", f"{report}/study.json", f"{report}/figures/headline.svg"} <= files
    assert {f"{report}/figures/headline.png", f"{report}/results/headline.json"} <= files
    said = [line.split("  ")[0] for line in done.stdout.splitlines() if line.startswith("reports")]
    assert all((folder / place).exists() for place in said)
    assert all(any(name == place or name.startswith(place) for place in said) for name in files)
    assert len(said) <= 8
    assert str(folder) not in done.stdout


def test_it_ends_with_the_headline(runs) -> None:
    folder, done = runs["here"]
    last = HEADLINE.fullmatch(done.stdout.splitlines()[-1])
    assert last is not None, done.stdout
    row = json.loads((folder / "reports/micro_influencer/results/headline.json").read_text("utf-8"))["rows"][
        0
    ]
    value, low, high, n = (int(x.replace(",", "")) for x in last.groups())
    assert value == pytest.approx(100 * row["estimate"], abs=0.5)
    assert (low, high) == (
        pytest.approx(100 * row["conf_low"], abs=0.5),
        pytest.approx(100 * row["conf_high"], abs=0.5),
    )
    assert n == row["n"]


def test_it_says_simulated(runs) -> None:
    assert "SIMULATED DATA" in runs["here"][1].stdout.splitlines()[0]


def test_the_same_bytes_anywhere(runs) -> None:
    (first, one), (second, two) = runs.values()
    found, again = _files(first), _files(second)
    assert found.keys() == again.keys()
    assert [name for name in found if found[name] != again[name]] == []
    assert one.stdout == two.stdout
