"""Wrong kinds, options and results end in one message that says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey_analysis.errors import ReportError, SurveyAnalysisError
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.registry import FIGURES, default_kind, draw, kinds, options
from survey_analysis.results.process import Flow, FlowStep
from tests.figures import factories as f
from tests.figures.charts import PUBLISHED, SEVEN, pairs


def refused(match, result, kind, caption=f.CAPTION, **style):
    with pytest.raises(FigureError, match=match) as caught:
        draw(result, kind, caption, **style)
    assert isinstance(caught.value, SurveyAnalysisError | ValueError)
    assert caught.value.hint or caught.value.where
    return str(caught.value)


def test_every_entry_loads_and_says_what_it_is():
    for entry in FIGURES:
        assert callable(entry.load())
        assert entry.summary
        assert entry.load().__doc__


def test_kinds_of_results():
    assert kinds(f.estimate()) == ("headline", "likert", "dots")
    assert kinds(f.differences()) == ("differences", "ratios")
    assert default_kind(f.estimate(f.FOLLOW[:1])) == "headline"
    assert default_kind(f.likert()) == "likert"
    assert default_kind(f.estimate()) == "dots"
    assert default_kind(f.scores()) == "dots"
    assert default_kind(f.ratios()) == "ratios"
    assert default_kind(f.weighting()) == "margins"
    assert draw(f.flow(), None, f.CAPTION).kind == "flow"


def test_unknown_kind_and_option_name_the_nearest():
    assert "did you mean 'likert'?" in refused("no figure 'likerts'", f.likert(), "likerts")
    assert "did you mean 'sort'?" in refused("no option 'sorted'", f.likert(), "likert", sorted="top2")
    assert "known: 'headline', 'likert', 'dots'" in refused("shows tests, not", f.estimate(), "differences")
    assert "'top2'" in refused("has no value 'top4'", f.likert(), "likert", sort="top4")
    assert options("flow") == ()
    assert "it has none" in refused("no option 'colour'", f.flow(), "flow", colour="red")


def test_published_beside_simulated_needs_the_note():
    silent = replace(f.CAPTION, note="")
    for kind, more in (("headline", {"focus": "micro"}), ("dots", {})):
        refused(
            "beside simulated data without a note", f.estimate(), kind, silent, published=PUBLISHED, **more
        )
        draw(f.estimate(), kind, f.CAPTION, published=PUBLISHED, **more)
    real = replace(silent, simulated=False)
    draw(f.estimate(), "dots", real, published=PUBLISHED)
    refused("'mikro', which is no row", f.estimate(), "dots", published=(("mikro", 0.8, "x"),))


def test_headline_needs_a_share_and_a_focus():
    refused("shows a share", f.scores(), "headline", focus="micro")
    assert "focus='micro'" in refused("4 rows, and one stands", f.estimate(), "headline")
    assert "'micro'" in refused("'mikro' is no row", f.estimate(), "headline", focus="mikro")


def test_likert_needs_every_answer():
    estimate = f.likert()
    rows = estimate.rows.drop(index=[2]).reset_index(drop=True)
    keys = tuple(k for i, k in enumerate(estimate.keys) if i != 2)
    text = refused("every answer", replace(estimate, rows=rows, keys=keys), "likert")
    assert "'Somewhat likely'" in text
    wide = f.likert({"micro": (1 / 8,) * 8}, (*SEVEN, "Beyond"))
    refused("2 to 7", wide, "likert")
    refused("every answer", f.estimate(scale=(("1", "No"), ("2", "Yes"))), "likert")


def test_tests_must_fit():
    refused("shows differences", f.ratios(), "differences")
    refused("shows ratios", f.differences(), "ratios")
    refused("no comparison on the own base", f.estimate(), "dots", test=pairs(), base="own")
    other = f.comparison([("micro", "nobody", "common", 0.8, 0.7, 0.01, 0.01, 100)])
    refused("not both rows", f.estimate(), "dots", test=other)
    refused("need a row for each", f.scores(), "dots", test=pairs(), layout="overlaid")


def test_flow_must_sum():
    wrong = Flow((("", (FlowStep("received", "Received", 10, 10), FlowStep("quality", "Speeders", 2, 9))),))
    text = refused("do not sum", wrong, "flow")
    assert "10 in, 2 removed, 9 kept" in text
    refused("empty", Flow(()), "flow")


def test_saving(tmp_path):
    chart = draw(f.estimate(), "dots", f.CAPTION)
    for suffix, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        path = chart.save(tmp_path / f"figure{suffix}")
        assert path.read_bytes().startswith(start)
    assert f.CAPTION.alt in (tmp_path / "figure.svg").read_text()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FigureError, match=r"cannot be written as '\.bmp'"):
        chart.save(tmp_path / "figure.bmp")
    with pytest.raises(ReportError, match="could not be written") as caught:
        chart.save(tmp_path / "nowhere" / "figure.svg")
    assert "choose a folder" in str(caught.value)
    with pytest.raises(FigureError, match="rendering"):
        chart.svg("poster")
    assert sorted(tmp_path.iterdir()) == before


def test_a_target_that_cannot_be_replaced_leaves_nothing(tmp_path):
    (tmp_path / "figure.svg").mkdir()
    with pytest.raises(ReportError):
        draw(f.flow(), "flow", f.CAPTION).save(tmp_path / "figure.svg")
    assert [p.name for p in tmp_path.iterdir()] == ["figure.svg"]
