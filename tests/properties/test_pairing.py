"""Two sources rated by the same people, on the simulated study: found from the data, and worth finding.

The paired standard error by hand, what independence would have printed, the same with ratings shuffled between
people, and two sources that exchange their columns: number, title, alternative text and sentence follow.
"""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.results.estimate import Evidence
from survey_analysis.survey import Survey

TOP = {"top": 2}
PAIR = ("micro", "average")
KNOWN = ["1", "2", "3", "4", "5"]
QUESTIONS = ("follow", "credible", "knowledgeable")


@pytest.fixture(scope="module")
def cleaned() -> sa.Survey:
    return sa.datasets.load("micro_influencer").clean()


@pytest.fixture(scope="module")
def weighted(cleaned) -> sa.Survey:
    return cleaned.weight()


def influence(evidence: Evidence, j: int, rows: np.ndarray) -> np.ndarray:
    """w f (y - p x) / sum(w f x): by hand, f the inverse probability that the rating was asked for."""
    assert evidence.x is not None
    w = evidence.frame.weight * rows
    p = (w @ evidence.y[:, j]) / (w @ evidence.x[:, j])
    return w * (evidence.y[:, j] - p * evidence.x[:, j]) / (w @ evidence.x[:, j])


def design_covariance(z: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Stratum by stratum, n/(n-1) times the cross products about the mean: the textbook."""
    out = np.zeros((z.shape[1], z.shape[1]))
    for h in np.unique(stratum):
        part = z[stratum == h]
        centred = part - part.mean(axis=0)
        out += len(part) / (len(part) - 1) * centred.T @ centred
    return out


def residuals(z: np.ndarray, evidence: Evidence) -> np.ndarray:
    """Influence values after raking: what the margins leave of each person's g-weighted value."""
    out = z.copy()
    for block in evidence.frame.calibration:
        weight = evidence.frame.weight[block.rows]
        value = z[block.rows] / weight[:, None]
        root = np.sqrt(block.start)[:, None]
        beta = np.linalg.lstsq(block.x * root, value * root, rcond=None)[0]
        out[block.rows] = weight[:, None] * (value - block.x @ beta)
    return out


def own_row(survey: sa.Survey, name: str) -> pd.Series:
    rows = survey.proportion(name, where={"source": list(PAIR)}, **TOP).compare("average").to_frame()
    return rows[rows["base"] == "own"].iloc[0]


@pytest.mark.parametrize("weights", ["design", "raked"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_paired_standard_error_is_the_contrast_by_hand(cleaned, weighted, name, weights):
    survey = cleaned if weights == "design" else weighted
    estimate = survey.proportion(name, where={"source": list(PAIR)}, **TOP)
    evidence = estimate.evidence
    factors = [evidence.factor(frozenset({s})) for s in evidence.subject]
    z = np.column_stack([influence(evidence, j, factors[j]) for j in (0, 1)])
    v = design_covariance(residuals(z, evidence), evidence.frame.stratum)
    by_hand = np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1])
    row = own_row(survey, name)
    assert row["relation"] == "overlapping"
    assert row["std_error"] == pytest.approx(by_hand, rel=1e-12 if weights == "design" else 1e-10)
    w = estimate.vcov
    assert row["std_error"] == pytest.approx(np.sqrt(w[0, 0] + w[1, 1] - 2 * w[0, 1]), rel=1e-12)


def ratio_to_independent(survey: sa.Survey, name: str, base: str) -> float:
    """SE of the difference over what two independent samples with these variances would give."""
    estimate = survey.proportion(name, where={"source": list(PAIR)}, **TOP)
    test = estimate.compare("average").to_frame()
    row = test[test["base"] == base].iloc[0]
    evidence = estimate.evidence
    if base == "own":
        factors = [evidence.factor(frozenset({s})) for s in evidence.subject]
    else:
        both = evidence.in_both(0, 1) * evidence.factor(frozenset(PAIR))
        factors = [both, both]
    z = np.column_stack([influence(evidence, j, factors[j]) for j in (0, 1)])
    v = design_covariance(residuals(z, evidence), evidence.frame.stratum)
    return float(row["std_error"] / np.sqrt(v[0, 0] + v[1, 1]))


def test_treating_the_sources_as_independent_is_wrong(weighted, capsys):
    own = {q: ratio_to_independent(weighted, q, "own") for q in QUESTIONS}
    same = {q: ratio_to_independent(weighted, q, "common") for q in QUESTIONS}
    with capsys.disabled():
        for name in QUESTIONS:
            print(
                f"\n{name}: independence overstates the standard error by {1 / own[name] - 1:.1%} (own bases) "
                f"and {1 / same[name] - 1:.1%} (same people)",
                end="",
            )
    assert 1 / own["follow"] - 1 >= 0.05
    assert 1 / same["follow"] - 1 >= 0.12
    assert all(1 / r > 1 for r in (*own.values(), *same.values()))


def shuffled(survey: sa.Survey, name: str, seed: int) -> sa.Survey:
    """The same ratings of each source by other people of the same sample, not weighted."""
    raw = survey.table.raw
    frame = raw.frame.copy()
    rng = np.random.default_rng(seed)
    question = survey.codebook.question(name)
    for subject in PAIR:
        column = question.columns[subject]
        for sample in frame["sample"].unique():
            rows = np.flatnonzero((frame["sample"] == sample) & frame[column].isin(KNOWN))
            values = frame[column].to_numpy(dtype=object, copy=True)
            values[rows] = values[rng.permutation(rows)]
            frame[column] = values
    return Survey.of(survey.with_rows(replace(raw, frame=frame)))


def test_with_ratings_shuffled_between_people_pairing_does_not_matter(cleaned):
    for base in ("own", "common"):
        ratios = [
            ratio_to_independent(shuffled(cleaned, "follow", seed).weight(), "follow", base)
            for seed in range(3)
        ]
        assert np.mean(ratios) == pytest.approx(1.0, abs=0.05), base


@pytest.fixture(scope="module")
def swapped(tmp_path_factory) -> sa.Survey:
    """The study whose raw export carries the columns of the two sources under each other's names."""
    folder = tmp_path_factory.mktemp("swapped")
    shutil.copytree(sa.datasets.folder("micro_influencer"), folder, dirs_exist_ok=True)
    path = folder / "responses.csv"
    text = path.read_text(encoding="utf-8-sig")
    head, _, rest = text.partition("\n")
    names = next(csv.reader([head]))
    other = {"1": "2", "2": "1"}

    def moved(name: str) -> str:
        found = re.fullmatch(r"([12])_(.+)|(S6_recv_)([12])", name)
        if not found:
            return name
        return f"{other[found[1]]}_{found[2]}" if found[1] else f"{found[3]}{other[found[4]]}"

    line = ",".join(f'"{moved(n)}"' if "," in n else moved(n) for n in names)
    path.write_text("﻿" + line + "\n" + rest, encoding="utf-8", newline="")
    return sa.read(folder / "study.toml").clean().weight()


WORDS = {
    "Micro-influencer": "Average consumer",
    "micro-influencer": "average consumer",
    "a micro-influencer": "an average consumer",
}
BOTH_WAYS = WORDS | {right: left for left, right in WORDS.items()}


def other_way(text: str) -> str:
    """The text with the two sources exchanged."""
    longest_first = sorted(BOTH_WAYS, key=len, reverse=True)
    return re.sub(r"\b(" + "|".join(longest_first) + r")\b", lambda m: BOTH_WAYS[m[0]], text)


def level(survey: sa.Survey, source: str) -> sa.Estimate:
    return survey.proportion("follow", where={"source": source}, **TOP)


def test_numbers_swap(weighted, swapped):
    for source, other in (PAIR, PAIR[::-1]):
        a, b = level(weighted, source).to_frame().iloc[0], level(swapped, other).to_frame().iloc[0]
        for column in ("estimate", "std_error", "conf_low", "conf_high", "n", "n_missing"):
            assert a[column] == pytest.approx(b[column], rel=1e-9), column
    assert level(weighted, "micro").value - level(weighted, "average").value > 0.05
    assert level(swapped, "micro").value - level(swapped, "average").value < -0.05


def test_sentences_titles_and_alternative_texts_of_levels_swap(weighted, swapped):
    for source, other in (PAIR, PAIR[::-1]):
        a, b = level(weighted, source), level(swapped, other)
        assert other_way(a.sentence()) == b.sentence()
        one, two = a.plot("headline"), b.plot("headline")
        assert other_way(one.title) == two.title
        assert other_way(one.alt) == two.alt


def test_comparisons_swap(weighted, swapped):
    a = weighted.proportion("follow", where={"source": list(PAIR)}, **TOP).compare("average")
    b = swapped.proportion("follow", where={"source": list(PAIR)}, **TOP).compare("micro")
    for column in ("estimate", "std_error", "p_adjusted", "n"):
        np.testing.assert_allclose(a.to_frame()[column], b.to_frame()[column], rtol=1e-9)
    assert other_way(a.sentence()) == b.sentence()
    one, two = a.plot(), b.plot()
    assert other_way(one.title) == two.title
    assert other_way(one.alt) == two.alt


def test_who_leads_follows_the_data(weighted, swapped):
    """The same question of both files: the title and the sentence name whoever the data name."""
    titles, sentences = [], []
    for survey in (weighted, swapped):
        test = survey.proportion("follow", where={"source": list(PAIR)}, **TOP).compare("average")
        titles.append(test.plot().title)
        sentences.append(test.sentence())
    assert titles[0].startswith("Micro-influencer leads average consumer")
    assert titles[1].startswith("Micro-influencer trails average consumer")
    assert "points more" in sentences[0]
    assert "points less" in sentences[1] or "points fewer" in sentences[1]
