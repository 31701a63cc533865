"""The quadrant and row figures: marks are the numbers of the rows, labels touch nothing."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

import survey_analysis as sa
from drivers import made
from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.figures.placing import overlap, place

ROOM = (0.0, 0.0, 6.0, 4.0)


@pytest.mark.parametrize("seed", range(6))
def test_labels_touch_neither_each_other_nor_the_points(seed):
    rng = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in rng.uniform([0.5, 0.5], [5.5, 3.5], (12, 2))]
    placed, free = place(points, [(0.9, 0.17)] * 12, ROOM)
    assert free
    boxes = [p.box for p in placed]
    assert all(overlap(a, b) == 0 for a, b in combinations(boxes, 2))
    for i, (x, y) in enumerate(points):
        mark = (x - 0.07, y - 0.07, x + 0.07, y + 0.07)
        assert all(overlap(mark, b) == 0 for j, b in enumerate(boxes) if j != i)
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= 6 and b[3] <= 4 for b in boxes)


def test_no_room_is_said_and_the_same_points_give_the_same_places():
    points = [(1.0 + 0.01 * i, 1.0) for i in range(14)]
    sizes = [(2.0, 0.2)] * 14
    placed, free = place(points, sizes, (0.0, 0.0, 2.5, 1.5))
    assert not free
    assert place(points, sizes, (0.0, 0.0, 2.5, 1.5)) == (placed, free)


def _quadrant(result: sa.Drivers, rendering: str = "slide"):
    return result.plot("quadrant").figure(rendering)


def test_marks_are_share_and_mean(founding):
    found = founding.drivers(
        "follow", ["credibility", "knowledge", "explanation", "trustworthiness"], bootstrap=0
    )
    figure = _quadrant(found)
    marks = [c for axes in figure.axes for c in axes.collections if c.get_gid() == "quadrant-point"]
    assert len(marks) == 4
    for collection, label in zip(marks, found.fits["source"], strict=True):
        rows = found.rows[(found.rows["source"] == label) & (found.rows["measure"] == "lmg")]
        levels = found.levels[found.levels["source"] == label]
        x, y = np.asarray(collection.get_offsets(), dtype=float).T
        assert x == pytest.approx(rows["share"].to_numpy())
        falling = np.argsort(np.argsort(-levels["estimate"].to_numpy()))  # y is inches from the top
        assert np.array_equal(np.argsort(np.argsort(y)), falling)


@pytest.mark.parametrize("rendering", ["slide", "narrow"])
def test_many_items_are_numbered_where_names_do_not_fit(founding, rendering):
    items = [
        "credible",
        "accurate",
        "relied_on",
        "knowledgeable",
        "expert",
        "experienced",
        "explains",
        "clear",
    ]
    found = founding.drivers("follow", items, method="lmg", bootstrap=0)
    figure = _quadrant(found, rendering)
    words = {t.get_text() for t in figure.texts if t.get_gid() == "quadrant-label"}
    key = " ".join(t.get_text() for t in figure.texts if t.get_gid() == "quadrant-key")
    labels = [label for _, label in found.predictors]
    if key:
        assert words == {str(i + 1) for i in range(8)}
        assert all(a in key for a in labels)
    else:
        assert " ".join(sorted(words)).count(" ") >= 8
    boxes = [t.get_window_extent() for t in figure.texts if t.get_gid() == "quadrant-label"]
    assert len(boxes) >= 32


def test_rows_hold_both_measures(founding):
    found = founding.drivers("follow", ["credibility", "knowledge"], bootstrap=0)
    figure = found.plot("drivers", sort="estimate").figure()
    by = {
        c.get_gid(): np.asarray(c.get_offsets(), dtype=float)[:, 0]
        for c in figure.axes[-1].collections
        if c.get_gid() in ("drivers-lmg", "drivers-johnson")
    }
    rows = found.rows.pivot_table(index=["source", "predictor"], columns="measure", values="share")
    for measure in ("lmg", "johnson"):
        assert np.sort(by[f"drivers-{measure}"]) == pytest.approx(np.sort(rows[measure].to_numpy()))
    assert all(a >= b for a, b in pairwise(by["drivers-lmg"][:2]))


def test_what_cannot_be_drawn_is_said(founding):
    frame = made.data()
    survey = made.survey(frame)
    with pytest.raises(SurveyAnalysisError, match="sums to R²"):
        survey.drivers("y", ["x0", "x1"], method="beta", bootstrap=0).plot("drivers")
    with pytest.raises(SurveyAnalysisError, match="sums to R²"):
        survey.drivers("y", ["x0", "x1"], method="last", bootstrap=0).plot("quadrant")
    with pytest.raises(SurveyAnalysisError, match="not on one scale"):
        founding.drivers("follow", ["credibility", "S1_age"], bootstrap=0).plot("quadrant")
    many = frame.assign(g=[f"g{i % 9}" for i in range(240)])
    with pytest.raises(SurveyAnalysisError, match="9 groups are too many"):
        made.survey(many).drivers("y", ["x0"], by="g", bootstrap=0).plot("quadrant")
    with pytest.raises(SurveyAnalysisError, match="sort="):
        survey.drivers("y", ["x0"], bootstrap=0).plot("drivers", sort="size")
