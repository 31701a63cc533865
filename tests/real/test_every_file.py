"""Every file of the shared data reads with the shape, labels, missing codes and sets that its folder's README states."""

from __future__ import annotations

import pytest
from oracles.harness import shared

from survey_analysis.readers.read import read_table

pytestmark = pytest.mark.oracle

SHAPES = {
    "anes-2020/anes_2020_analysis.csv.gz": (7453, 65),
    "anes-2020/anes_2020_stata_example.dta": (7453, 44),
    "california-api/apiclus1.csv": (183, 39),
    "california-api/apiclus2.csv": (126, 40),
    "california-api/apisrs.csv": (200, 39),
    "california-api/apistrat.csv": (200, 39),
    "file-samples/labelled-num-na.sav": (2, 1),
    "file-samples/missing_test.dta": (1, 9),
    "file-samples/qualtrics_3row.csv": (1, 20),
    "file-samples/qualtrics_legacy_2row.csv": (1, 15),
    "file-samples/redcap_checkboxes_data.csv": (4, 13),
    "file-samples/redcap_checkboxes_dictionary.csv": (4, 18),
    "file-samples/sample.zsav": (5, 7),
    "file-samples/sample_missing.sav": (7, 7),
    "file-samples/simple_alltypes.sav": (6, 12),
    "file-samples/umlauts.sav": (4, 1),
    "flying-etiquette/flying-etiquette.csv.gz": (1040, 27),
    "masculinity-survey/published-crosstabs.csv.gz": (232, 12),
    "masculinity-survey/raw-responses.csv.gz": (1615, 98),
    "nhanes2/nhanes2.csv.gz": (10337, 9),
    "nhanes2/nhanes2brr_subset.csv.gz": (1347, 35),
    "nhanes2/nhanes2jk_subset.csv.gz": (887, 65),
    "product-test/product_test.csv": (150, 18),
    "recs-2015/recs_2015.csv.gz": (5686, 141),
    "sporting-goods-tracker/example_a.csv.gz": (8255, 78),
    "star-wars/StarWars.csv.gz": (1186, 38),
}
"""Rows and columns; those of the larger files stand in the README of the data."""
NO_DATA = {".md", ".pdf", ".json"}


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_has_the_stated_rows_and_columns(name: str) -> None:
    assert read_table(shared("data", *name.split("/"))).frame.shape == SHAPES[name]


def test_no_file_is_left_out() -> None:
    root = shared("data")
    files = {f.relative_to(root).as_posix() for f in root.rglob("*") if f.is_file()}
    assert {f for f in files if not f.endswith(tuple(NO_DATA))} == set(SHAPES)


def test_what_the_samples_declare() -> None:
    """The README: a dichotomous and a category set, missing codes and ranges; extended missing values .a to .z."""
    types = read_table(shared("data", "file-samples", "simple_alltypes.sav"))
    assert {s.name: (s.kind, len(s.columns)) for s in types.sets} == {
        "mymrset": ("dichotomy", 3),
        "categorical_array": ("categories", 3),
    }
    gaps = read_table(shared("data", "file-samples", "sample_missing.sav"))
    assert {m.code for m in gaps.missing["mynum"]} == {
        "2500",
        "-1",
    }  # what the data hold of the range, and the code
    assert "mynum 2000 to 3000, -1" in gaps.notes[1]
    tagged = read_table(shared("data", "file-samples", "missing_test.dta"))
    assert sorted(m.code for codes in tagged.missing.values() for m in codes) == [
        ".a",
        ".b",
        ".c",
        ".x",
        ".y",
        ".z",
    ]
    anes = read_table(shared("data", "anes-2020", "anes_2020_stata_example.dta"))
    assert sum("-9" in dict(pairs) for pairs in anes.labels.values()) > 20
    assert any("-9" in note for note in anes.notes)  # how to declare them
