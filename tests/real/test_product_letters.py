"""The eight letters that a published table prints for the chocolate test, under the convention it was made by.

Published: `product-quality-VSX123` and `product-likes-VSX123` of ../shared/data/published.json: pooled two-proportion z
tests and pooled t tests, no adjustment, no least base. The same answers with our letters stand beside.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not (DATA / "published.json").is_file(), reason="../shared/data is not here"),
]
QUALITY = {1: "Extremely poor", 2: "Very poor", 3: "Quite poor", 4: "Neither good, nor poor", 5: "Quite good", 6: "Very good", 7: "Excellent"}  # fmt: skip
LIKES = {2: "Disliked everything", 3: "Chocolate", 4: "Appearance", 5: "Taste", 6: "Stuffing", 7: "Nuts", 8: "Consistency", 98: "Other"}  # fmt: skip
BANNER = ["total", "age:18-25", "age:26-35", "prefers:VSX123", "prefers:SDF456", "prefers:Hard to say"]

STUDY = """
schema = 1
[study]
name = "Chocolate test"
data = "product.csv"
[scales.quality]
levels = [LEVELS]
[questions.quality]
kind = "likert"
scale = "quality"
[questions.likes]
kind = "multiple"
options = [OPTIONS]
[questions.number]
kind = "numeric"
[questions.age]
kind = "single"
levels = [["18-25", "18-25"], ["26-35", "26-35"]]
[questions.prefers]
kind = "single"
levels = [["VSX123", "VSX123"], ["SDF456", "SDF456"], ["Hard to say", "Hard to say"]]
"""


def turned(raw: pd.DataFrame, product: str) -> pd.DataFrame:
    """Answers about one product, whichever was tasted first (the rotation of `cell`)."""
    first = (raw["cell"] == 1) == (product == "VSX123")
    quality = np.where(first, raw["a22"], raw["b22"])
    slots = [np.where(first, raw[f"a1_{i}"], raw[f"b1_{i}"]) for i in range(1, 7)]
    chosen = {code: np.logical_or.reduce([s == code for s in slots]) for code in LIKES}
    prefers = np.select(
        [raw["c1"] == 3, (raw["c1"] == 1) == (raw["cell"] == 1)], ["Hard to say", "VSX123"], "SDF456"
    )
    out = pd.DataFrame(
        {
            "quality": quality.astype(int),
            "number": sum(chosen[c].astype(int) for c in LIKES if c not in (2, 99)),
            "age": np.where(raw["s2a"] <= 25, "18-25", "26-35"),
            "prefers": prefers,
        }
    )
    for code, hits in chosen.items():
        out[f"like_{code}"] = np.where(hits, "yes", "no")
    return out


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("product")
    raw = pd.read_csv(DATA / "product-test" / "product_test.csv")
    turned(raw, "VSX123").to_csv(folder / "product.csv", index=False)
    levels = ", ".join(f'[{code}, "{label}"]' for code, label in QUALITY.items())
    options = ", ".join(f'{{ column = "like_{code}", label = "{label}" }}' for code, label in LIKES.items())
    text = STUDY.replace("LEVELS", levels).replace("OPTIONS", options)
    text = text.replace("options = [{", 'not_selected = ["no"]\noptions = [{')
    (folder / "study.toml").write_text(text)
    return sa.read(folder / "study.toml")


def printed(check: str) -> dict[str, list[str]]:
    checks = {c["id"]: c for c in json.loads((DATA / "published.json").read_text())["checks"]}
    return {k: v for k, v in checks[check]["printed"].items() if k != "columns"}


def assert_printed(table: sa.Crosstab, level: str, kind: str, cells: list[str]) -> None:
    """Numbers to the printed digit (the source rounds 36.25 to 36.2), letters exactly; nothing printed is none."""
    rows = table.to_frame()
    mine = rows[(rows["level"] == level) & (rows["kind"] == kind)].set_index("key")["estimate"]
    at = (table.letters.lines["level"] == level) & (table.letters.lines["kind"] == kind)
    marks = dict(zip(table.letters.columns, table.letters.letters[int(np.flatnonzero(at)[0])], strict=True))
    scale = 1 if kind == "mean" else 100
    for key, cell in zip(BANNER, cells, strict=True):
        number, *letters = cell.split() or ["0"]
        assert scale * mine[key] == pytest.approx(float(number), abs=0.0501), (level, key)
        assert list(marks[key]) == letters, (level, key)


def test_the_quality_table_comes_out_with_its_letters(survey) -> None:
    book = survey.tabulate("quality", by=["age", "prefers"], convention="spss", boxes=())
    for level, cells in printed("product-quality-VSX123").items():
        if level == "n":
            assert book["quality"].bases["n"].astype(int).tolist() == [int(x) for x in cells]
        elif level == "Mean":
            assert_printed(book["quality"], level, "mean", cells)
        else:
            assert_printed(book["quality"], level, "answer", cells)


def test_the_likes_table_comes_out_with_its_letters(survey) -> None:
    book = survey.tabulate(["likes", "number"], by=["age", "prefers"], convention="spss")
    for level, cells in printed("product-likes-VSX123").items():
        if level == "Mean number of likes":
            assert_printed(book["number"], "Mean", "mean", cells)
        elif level != "n":
            assert_printed(book["likes"], level, "answer", cells)


def test_every_letter_that_we_do_not_give_has_a_reason(survey) -> None:
    book = survey.tabulate(["quality", "likes"], by=["age", "prefers"], convention="spss", boxes=())
    found = book.explain_differences()
    small = found[found["level"] == "Consistency"]
    assert (small["why"].str.contains("small base") == (small["column"] == "Hard to say")).all()
    assert found["why"].str.len().min() > 0
