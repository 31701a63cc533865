"""Conformance of every registered reader."""

from __future__ import annotations

import pytest

from survey_analysis.readers.registry import READERS, UNSUPPORTED

SAMPLES = {
    "SPSS": ("file-samples", "umlauts.sav"),
    "CSV": ("product-test", "product_test.csv"),
}


@pytest.mark.parametrize("reader", READERS, ids=lambda r: r.name)
def test_entry(reader) -> None:
    assert reader.name
    assert reader.summary
    assert all(s.startswith(".") and s == s.lower() for s in reader.suffixes)
    assert reader.options <= {"encoding", "header_rows", "sheet", "delimiter", "table", "decimal"}


def test_no_ending_is_claimed_twice() -> None:
    endings = [s for entry in (*READERS, *UNSUPPORTED) for s in entry.suffixes]
    assert len(set(endings)) == len(endings)


@pytest.mark.parametrize("name", SAMPLES)
def test_content_belongs_to_one_reader(shared, name) -> None:
    data = shared(*SAMPLES[name]).read_bytes()
    first = next(r.name for r in READERS if r.sniff(data))
    assert first == name
