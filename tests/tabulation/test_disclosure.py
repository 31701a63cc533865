"""An attacker with everything printed cannot work out a withheld count; withheld numbers are in no file."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa


def data(seed: int = 3, n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "q": rng.choice(list("abcde"), n, p=[0.5, 0.3, 0.15, 0.03, 0.02]),
            "g": rng.choice(["x", "y", "z"], n, p=[0.6, 0.3, 0.1]),
            "h": rng.choice(["m", "w"], n),
        }
    )


def recovered(book: sa.Book, raw: pd.DataFrame) -> list[tuple[str, str]]:
    """Withheld counts of the answers that linear algebra finds from what is shown."""
    rows = book["q"].to_frame()
    rows = rows[rows["kind"] == "answer"]
    levels, keys = list(dict.fromkeys(rows["level"])), list(dict.fromkeys(rows["key"]))
    place = {(lv, k): i for i, (lv, k) in enumerate((lv, k) for lv in levels for k in keys)}
    equations, values = [], []

    def add(cells: dict[tuple[str, str], float], value: float) -> None:
        row = np.zeros(len(place))
        for cell, sign in cells.items():
            row[place[cell]] = sign
        equations.append(row)
        values.append(value)

    bases = dict(zip(book["q"].bases["key"], book["q"].bases["n"], strict=True))
    for lv, k, count in zip(rows["level"], rows["key"], rows["count"], strict=True):
        if not np.isnan(count):
            add({(lv, k): 1.0}, count)
    for k in keys:
        if not np.isnan(bases[k]):
            add({(lv, k): 1.0 for lv in levels}, bases[k])
    for span in ("g", "h"):
        inside = [k for k in keys if k.startswith(f"{span}:")]
        for lv in levels:
            add({**{(lv, k): 1.0 for k in inside}, (lv, "total"): -1.0}, 0.0)
    matrix = np.array(equations)
    _, s, vt = np.linalg.svd(matrix, full_matrices=True)
    null = vt[int((s > 1e-9).sum()) :]
    hidden = rows[rows["hidden"] != ""]
    return [
        (lv, k)
        for lv, k in zip(hidden["level"], hidden["key"], strict=True)
        if not len(null) or np.abs(null[:, place[lv, k]]).max() < 1e-9
    ]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_is_withheld_can_be_worked_out(seed: int) -> None:
    raw = data(seed)
    open_book = sa.read(raw).tabulate("q", by=["g", "h"])
    book = open_book.protect(minimum=6)
    counts = open_book["q"].to_frame()
    small = counts[(counts["kind"] == "answer") & counts["count"].between(1, 5)]
    shown = book["q"].to_frame().loc[small.index]
    assert len(small)
    assert (shown["hidden"] == "primary").all()
    assert shown["estimate"].isna().all()
    assert recovered(book, raw) == []
    assert recovered(open_book.protect(minimum=2), raw) == []
    assert (book["q"].to_frame()["hidden"] == "").mean() > 0.2  # not the whole table


def test_withheld_numbers_are_in_no_file(tmp_path) -> None:
    raw = data(1)
    open_book = sa.read(raw).tabulate("q", by="g")
    book = open_book.protect(minimum=8)
    gone = open_book["q"].to_frame()[(book["q"].to_frame()["hidden"] != "").to_numpy()]
    estimates = {repr(float(x)) for x in gone["estimate"] if 0 < x < 1}
    assert estimates
    book.save(tmp_path / "t.xlsx", decimals=3, show=["column", "count"])
    with zipfile.ZipFile(io.BytesIO((tmp_path / "t.xlsx").read_bytes())) as archive:
        text = "".join(
            archive.read(n).decode("utf-8", "ignore") for n in archive.namelist() if n.endswith(".xml")
        )
    assert not [x for x in estimates if x[:10] in text]
    assert set(book.protection["why"]) <= {"primary", "complementary"}
    assert book["q"].letters.to_frame()["p_value"].isna().any()


def test_a_small_base_is_withheld_with_its_column() -> None:
    raw = pd.DataFrame({"q": ["a", "b"] * 30, "g": ["x"] * 56 + ["y"] * 4})
    book = sa.read(raw).tabulate("q", by="g").protect(minimum=5)
    table = book["q"].to_frame().set_index("key").loc["g:y"]
    assert (table["hidden"] == "primary").all()
    assert book["q"].bases.set_index("key").loc["g:y", "n"] != 4  # NaN, not the base


def test_rounding_prints_multiples_and_shares_of_them() -> None:
    book = sa.read(data()).tabulate("q", by="g").protect(minimum=2, rounding=5)
    rows = book["q"].to_frame()
    held = rows["count"].dropna()
    assert (held % 5 == 0).all()
    assert (rows["n"].dropna() % 5 == 0).all()
    shares = rows[rows["kind"] == "answer"].dropna(subset=["estimate"])
    np.testing.assert_allclose(shares["estimate"], shares["weighted_count"] / shares["n_weighted"])


@pytest.mark.parametrize(
    ("options", "said"), [({"minimum": 1}, "protects nobody"), ({"rounding": -5}, "not possible")]
)
def test_what_protects_nobody_is_refused(options: dict[str, int], said: str) -> None:
    with pytest.raises(sa.errors.EstimationError, match=said):
        sa.read(data()).tabulate("q", by="g").protect(**options)
