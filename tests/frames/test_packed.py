"""Packed texts and coded columns say what the texts themselves say."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import survey_analysis as sa
from survey_analysis.frames.coded import Coded, CodedColumns
from survey_analysis.frames.normal import normal, plain_number, plain_numbers
from survey_analysis.frames.packed import Packed, shapes

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "\u00a0", "1.0", "2.00", "100", "0", " 7", "7 ", "2024-03-01", "2023-12-31", "NA", 'say "no"', "é"]),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    ),
    unique=True,
    max_size=30,
)  # fmt: skip


@given(TEXTS, st.data())
def test_packed_texts_say_what_a_list_of_them_says(texts, data) -> None:
    packed, listed = (
        Coded("q", Packed.of(texts), np.arange(len(texts))),
        Coded.of(pd.Series(texts, dtype=object, name="q")),
    )
    assert packed.texts.tolist() == texts
    assert packed.distinct == len(texts)
    assert (
        packed.blanks().tolist()
        == [i for i, t in enumerate(texts) if not t.strip()]
        == listed.blanks().tolist()
    )
    some = data.draw(st.sets(st.sampled_from([*texts, "elsewhere"])))
    assert (
        packed.places(some).tolist()
        == [i for i, t in enumerate(texts) if t in some]
        == listed.places(some).tolist()
    )
    odd = [i for i, t in enumerate(texts) if normal(t) != t]
    assert set(odd) <= set(packed.odd().tolist())  # it may name more
    assert listed.odd().tolist() == odd
    n = data.draw(st.integers(0, 5))
    assert packed.first(n) == texts[:n] == listed.first(n)
    assert packed.shapes(n) == shapes(texts[n:]) == listed.shapes(n)


def test_a_doubled_quote_is_one() -> None:
    data = b'a ""b""|""'
    packed = Packed(np.frombuffer(data, dtype=np.uint8), np.array([0, 8]), np.array([7, 10]), doubled=True)
    assert packed.made().tolist() == ['a "b"', '"']
    assert packed.places({'"', "a"}).tolist() == [1]


def test_few_of_many_texts_are_cut_one_by_one() -> None:
    texts = [f"answer {i:05d}" for i in range(3000)]
    assert Packed.of(texts).take(np.array([2, 2990])).listed() == [texts[2], texts[2990]]


@pytest.mark.parametrize("text", ["7", " 7", "1e3", "1_000", "٧", "inf", "nan", "", "7,5", "0x1"])
def test_numbers_of_many_texts_are_those_of_each(text) -> None:
    for texts in (["1", text], [text], ["no", text]):
        np.testing.assert_array_equal(plain_numbers(texts), [plain_number(t) for t in texts])


@given(st.lists(st.sampled_from(["1", "1.0", "2", "x", "", " 3", "99"]), min_size=1, max_size=60), st.data())
def test_some_rows_have_the_texts_numbers_and_normal_forms_of_a_column_of_their_own(cells, data) -> None:
    columns = CodedColumns(pd.DataFrame({"q": cells}, dtype=object))
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells))), dtype=bool)
    again = np.array(
        data.draw(st.lists(st.booleans(), min_size=int(keep.sum()), max_size=int(keep.sum()))), dtype=bool
    )
    rows = columns.rows(keep).rows(again)
    own = pd.Series(cells, dtype=object, name="q")[keep][again].reset_index(drop=True)
    found, fresh = rows.column("q"), Coded.of(own)
    assert found.cells().tolist() == own.tolist() == rows.frame["q"].tolist()
    assert len(rows) == len(own)
    assert sorted(found.texts) == sorted(fresh.texts)
    assert dict(zip(found.texts, found.counts, strict=True)) == dict(
        zip(fresh.texts, fresh.counts, strict=True)
    )
    assert found.normal == [normal(t) for t in found.texts]
    np.testing.assert_array_equal(found.numbers, [plain_number(normal(t)) for t in found.texts])
    assert rows.whole("q") is columns.column("q")


def test_a_text_that_only_late_rows_hold_is_kept() -> None:
    cells = ["a", "b"] * 20_000 + ["c"]
    column = Coded.of(pd.Series(cells, dtype=object, name="q"))
    assert column.rows(np.arange(1, 40_001)).texts.tolist() == ["a", "b", "c"]
    assert column.rows(np.arange(0, 40_000, 2)).texts.tolist() == ["a"]


def test_a_file_of_the_rows_kept_has_nothing_of_those_removed(tmp_path) -> None:
    ids = [f"person number {i:03d}" for i in range(40)]
    (tmp_path / "a.csv").write_text("id,q\n" + "".join(f"{i},{n % 3}\n" for n, i in enumerate(ids)))
    survey = sa.read(
        tmp_path / "a.csv", study={"questions": {"q": {"kind": "numeric"}}, "design": {"id": "id"}}
    )
    keep = np.arange(40) % 2 == 0
    kept = survey.with_rows(survey.table.raw.rows(keep))
    written = pickle.dumps(kept)
    again = pickle.loads(written)
    assert b"person number 002" in written
    assert b"person number 001" not in written
    assert again.table.raw.frame.equals(kept.table.raw.frame)
    assert again.mean("q").value == kept.mean("q").value
