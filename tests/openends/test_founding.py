"""The founding study's frame against the truth behind its open answers."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from survey_analysis.datasets.founding import texts
from survey_analysis.datasets.founding.draws import Draws
from survey_analysis.datasets.founding.generate import generate
from survey_analysis.frames.coding import Coder

SOURCES = ("micro", "average", "celebrity", "advocate")
SHORT = 0.06  # answers of a word or two
SILENT = 2 / 7  # of them, those that say nothing


@pytest.fixture(scope="module")
def coded(founding):
    return founding.code("why")


@pytest.mark.parametrize("source", range(4))
def test_the_frame_reads_every_written_reason(founding, source):
    """Answers as the generator writes them: each gets the code of its reason and no other, short ones none."""
    answers, reason = texts.open_answers(
        Draws(11, f"s{source}"), source, Draws(12, f"f{source}").happens(0.5, 800)
    )
    coder = Coder.of(founding.study.frames["reasons"])
    assert coder.keys == texts.REASONS
    found = [coder.codes(str(a)) for a in answers]
    assert found == [[r] if r >= 0 else [] for r in reason]


def test_shares_recover_the_population(founding, coded):
    """Share of each reason by source, from the generator's constants and the true share who would follow.

    Pasted and gibberish answers that cleaning leaves count as something else and thin the shares out.
    """
    folder = files("survey_analysis.datasets") / "micro_influencer"
    own = json.loads((folder / "TRUTH.json").read_text(encoding="utf-8"))["own"]
    rows = coded.shares.rows
    labels = [c.label for c in founding.study.frames["reasons"].codes.values()]
    gaps = []
    for s, source in enumerate(SOURCES):
        p = own[source]["Q20"]
        true = np.append(p * np.array(texts.FOR_SHARES[s]), (1 - p) * np.array(texts.AGAINST_SHARES[s]))
        true = true * (1 - SHORT) / (1 - SHORT * SILENT)
        label = dict(founding.codebook.subjects["source"].labels)[source]
        mine = rows[rows["source"] == label].set_index("level")
        for name, share in zip(labels, true, strict=True):
            gaps.append((mine["estimate"][name] - share) / mine["std_error"][name])
    gaps = np.array(gaps)
    assert len(gaps) == 36
    assert np.abs(gaps).max() < 3.6  # of 36 standardised errors
    assert (np.abs(gaps) < 2).sum() >= 31
    assert abs(gaps.mean()) < 0.75


def test_answer_by_answer_against_the_truth(founding):
    """Where the row's true reason is known, the code is that one, in good rows and bad."""
    truth = generate().truth
    ids = founding.table.raw.column("ResponseId")
    right = wrong = 0
    for s, source in enumerate(SOURCES):
        reason = truth[f"reason_{s + 1}"].reindex(ids).to_numpy()
        planted = truth["planted"].reindex(ids).astype(str).str.endswith("hostile").to_numpy()
        variable = founding.table.variable("reasons", source)
        rows = variable.known() & (reason >= 0) & ~planted
        hit = variable.chosen[np.flatnonzero(rows), reason[rows].astype(int)]
        right, wrong = right + int(hit.sum()), wrong + int((~hit).sum())
    assert right > 4000
    assert wrong <= 0.005 * right


def test_quotes_name_nobody_and_hold_nothing_hostile(coded):
    quotes = coded.quotes(each=3)
    assert len(quotes) == 4 * 9 * 3
    written = " ".join(quotes["quote"])
    assert "[" not in written
    assert not [t for t in texts.HOSTILE if t in written]
    assert not [t for t in texts.PASTED if t in written]
    assert quotes["quote"].is_unique


def test_what_the_frame_lacks_is_named(coded):
    words = coded.uncoded_words().set_index("word")["people"]
    assert {"trust", "price", "info", "nice"} <= set(words.index)
    assert coded.counts["nothing"].sum() > 50
    assert (coded.coverage.rows["estimate"] > 0.85).all()
