"""The notebooks run, and what is stored is what they say today."""

from __future__ import annotations

import re

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed (it is in the extra 'test')")
pytest.importorskip("nbclient", reason="nbclient is not installed (it is in the extra 'test')")
pytest.importorskip("ipykernel", reason="ipykernel is not installed (it is in the extra 'test')")

from docs import notebook  # noqa: E402  after the skips

every = pytest.mark.parametrize("path", notebook.NOTEBOOKS, ids=lambda p: p.stem)


@pytest.fixture(scope="module")
def headline(founding):
    return founding.proportion("follow", top=2, where={"source": "micro"}).sentence()


@every
@pytest.mark.slow
def test_it_runs_and_its_outputs_hold_the_headline_computed_here(path, headline):
    done = notebook.execute(notebook.stored(path))
    said = notebook.text(done)
    assert headline in said
    assert not [
        o
        for c in done.cells
        for o in c.get("outputs", [])
        if o.output_type == "error" or o.get("name") == "stderr"
    ]


@every
def test_the_stored_outputs_are_complete_and_hold_the_headline(path, headline):
    cells = [c for c in notebook.stored(path).cells if c.cell_type == "code"]
    assert headline in notebook.text(notebook.stored(path)), "store it anew: python -m tests.docs.notebook"
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    silent = [c.source.splitlines()[0] for c in cells if not c.outputs]
    assert silent == [cells[0].source.splitlines()[0]], "only the imports say nothing"


@every
def test_it_is_small_and_tells_nothing_about_a_machine_or_a_respondent(path):
    raw = path.read_text(encoding="utf-8")
    assert len(raw.encode()) < 1_500_000
    assert not re.search(
        r"/(home|tmp|root|work|Users)/|@example\.org|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d", raw
    )
    assert set(notebook.stored(path).metadata) == {"kernelspec", "language_info"}
    assert not [c for c in notebook.stored(path).cells if c.metadata]


@every
def test_it_says_that_the_data_are_simulated(path):
    first = notebook.stored(path).cells[0].source
    assert "Simulated data" in first
    assert "no people were surveyed" in first


@every
def test_every_figure_has_a_text(path):
    shown = [
        o.data["text/html"]
        for c in notebook.stored(path).cells
        for o in c.get("outputs", [])
        if "text/html" in o.get("data", {})
    ]
    images = [tag for page in shown for tag in re.findall(r"<img [^>]*>", page)]
    assert images
    assert all(re.search(r'alt="[^"]{40,}"', tag) for tag in images)
