"""The cast: three samples with the true answers of everyone, before anything went wrong."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np

from survey_analysis.datasets.founding import conversations, texts
from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Floats, Ints, Texts
from survey_analysis.datasets.founding.people import (
    SAMPLE,
    Demographics,
    Exposure,
    draw_demographics,
    rate,
    simulate,
)
from survey_analysis.datasets.founding.sheet import BLANK, EMPTY, Sheet, Values, blank_sheet, full, stack
from survey_analysis.datasets.founding.wording import CHANNEL_LABELS, NONE_LABEL, SOURCE_LABELS

CONSUMERS, MEMBERS, CONTROL = 1, 2, 3
AGE_BANDS: Final = ((18, 34), (35, 54), (55, 94))
OTHER_TEXT: Final = ("Podcasts", "Store staff", "Television", "My sports club", "Catalogues", "Fairs")
RATINGS: Final = tuple(f"{s}_{q}" for s in range(1, 5) for q in ("Q20", *(f"Q21_{j}" for j in range(1, 13))))
COUNTS: Final = tuple(f"Q30_{c:02d}" for c in range(1, 13))
EVENTS: Final = ("Q31_rec", "Q31_f2f", "Q31_work", "Q31_buy")


def recruit(seed: int) -> Sheet:
    """Everyone who came to one of the three samples, as if all had answered everything asked of them."""
    sizes = {s: n - sum(p.DUPLICATES[s]) for s, n in p.RECEIVED.items()}
    rows = stack(
        [consumers(seed, sizes[CONSUMERS]), members(seed, sizes[MEMBERS]), control(seed, sizes[CONTROL])]
    )
    number = np.arange(rows.n, dtype=np.int64)
    return rows.with_columns({"_person": number})


def consumers(seed: int, n: int) -> Sheet:
    """Sample 1: opt-in panels; rates up to three sources."""
    draws = Draws(seed, "consumers")
    people, exposure, latent = simulate(draws, n, SAMPLE)
    ratings = rate(latent)
    columns = _profile(Draws(seed, "consumers profile"), people, CONSUMERS)
    for s, label in enumerate(SOURCE_LABELS, start=1):
        columns[f"S6_recv_{s}"] = _label(exposure.received[:, s - 1], label)
        asked = exposure.rated[:, s - 1]
        columns[f"{s}_Q20"] = np.where(asked, ratings.follow[:, s - 1], EMPTY)
        for j in range(1, p.N_ITEMS + 1):
            answer = ratings.items[:, s - 1, j - 1]
            answer = 6 - answer if j == p.N_ITEMS else answer
            columns[f"{s}_Q21_{j}"] = np.where(asked, answer, EMPTY)
    columns["S6_none"] = _label(np.asarray(~exposure.received.any(axis=1)), NONE_LABEL)
    columns |= _open_ends(Draws(seed, "open ends"), exposure, ratings.follow)
    columns |= _rotations(Draws(seed, "rotations"), exposure)
    columns["Q23_check"] = np.where(exposure.rated.any(axis=1), 2, EMPTY)
    columns["_uniform"] = (latent.uniform & exposure.rated.any(axis=1)).astype(np.int64)
    return _sheet(columns)


def members(seed: int, n: int) -> Sheet:
    """Sample 2: members of a list, equal numbers drawn in each category."""
    draws = Draws(seed, "members")
    own = np.argsort(draws.uniform(n), kind="stable") % len(p.CATEGORIES)
    columns = _profile(draws, draw_demographics(draws, n, SAMPLE), MEMBERS)
    columns["category"] = own + 1
    columns["tenure"] = draws.category(p.TENURE_SAMPLE, n) + 1
    columns |= _talk(draws, MEMBERS, own)
    return _sheet(columns)


def control(seed: int, n: int) -> Sheet:
    """Sample 3: the same panels as sample 1, asked about all categories."""
    draws = Draws(seed, "control")
    columns = _profile(draws, draw_demographics(draws, n, SAMPLE), CONTROL)
    columns |= _talk(draws, CONTROL, np.zeros(n, dtype=np.int64))
    return _sheet(columns)


def _sheet(columns: dict[str, Values]) -> Sheet:
    columns.setdefault("_uniform", np.zeros(len(columns["sample"]), dtype=np.int64))
    for s in range(1, 5):
        columns.setdefault(f"_reason_{s}", np.full(len(columns["sample"]), EMPTY, dtype=np.int64))
    return Sheet(MappingProxyType(columns))


def _label(ticked: Bools, label: str) -> Texts:
    return np.where(ticked, label, "").astype(object)


def _profile(draws: Draws, people: Demographics, sample: int) -> dict[str, Values]:
    n = people.n
    columns = blank_sheet(n)
    columns["Q0_consent"] = np.ones(n, dtype=np.int64)
    columns["S0_country"] = np.ones(n, dtype=np.int64)
    columns["S1_age"] = typed_age(draws.uniform(n), people.age)
    columns["S2_sex"] = np.array([1, 2, 3, 99])[people.sex]
    lower = draws.uniform(n) < np.array(p.EDUCATION_WITHIN)[people.education, 0]
    columns["S3_edu"] = 2 * people.education + np.where(lower, 1, 2)
    columns["S4_region"] = people.region + 1
    columns["S5_income"] = np.array([1, 2, 3, 4, 5, 6, 7, 8, 98, 99])[draws.category(p.INCOME_SAMPLE, n)]
    columns["sample"] = np.full(n, sample, dtype=np.int64)
    columns["simulated"] = np.ones(n, dtype=np.int64)
    if sample != MEMBERS:
        provider = np.array(["A", "B"], dtype=object)[draws.category(p.PROVIDER_SHARE, n)]
        columns["provider"] = provider
        first = 100_000 * (1 if sample == CONSUMERS else 3)
        number = first + np.argsort(draws.uniform(90_000), kind="stable")[:n]
        columns["panel_id"] = texts.as_texts([f"{a}-{k}" for a, k in zip(provider, number, strict=True)])
    return columns


def typed_age(u: Floats, band: Ints) -> Ints:
    """Age in years inside the band: even up to 54, then thinning out to 94."""
    low, high = np.array(AGE_BANDS)[band].T
    spread = np.where(band == 2, u**2, u)
    return np.asarray(low + np.floor(spread * (high - low + 1)), dtype=np.int64)


def _open_ends(draws: Draws, exposure: Exposure, follow: Ints) -> dict[str, Values]:
    columns: dict[str, Values] = {}
    n = len(follow)
    for s in range(4):
        answer, reason = texts.open_answers(draws, s, follow[:, s] >= 4)
        says = draws.happens(p.OPEN_END, n)
        asked = exposure.rated[:, s]
        columns[f"{s + 1}_Q22"] = np.where(asked, np.where(says, answer, str(BLANK)), "").astype(object)
        columns[f"_reason_{s + 1}"] = np.where(asked & says, reason, EMPTY)
    return columns


def _rotations(draws: Draws, exposure: Exposure) -> dict[str, Values]:
    asked = np.asarray(exposure.rated.any(axis=1))
    ranks = np.where(exposure.rank < 0, 9, exposure.rank)
    by_rank, count = np.argsort(ranks, axis=1, kind="stable") + 1, exposure.rated.sum(axis=1)
    items = np.argsort(draws.uniform(len(asked), p.N_ITEMS), axis=1, kind="stable") + 1
    sources = [";".join(map(str, row[:k])) for row, k in zip(by_rank.tolist(), count.tolist(), strict=True)]
    shown = [";".join(map(str, row)) if ask else "" for row, ask in zip(items.tolist(), asked, strict=True)]
    chance = np.where(exposure.probability < 1, "0.75", "1")
    return {
        "order_src": texts.as_texts(sources),
        "order_itm": texts.as_texts(shown),
        "pi_loop": np.where(asked, chance, "").astype(object),
        "def_shown": np.where(asked, 1, EMPTY),
    }


def _talk(draws: Draws, sample: int, own: Ints) -> dict[str, Values]:
    talk = conversations.simulate(draws, sample, own)
    columns: dict[str, Values] = {name: talk.weekly[:, c] for c, name in enumerate(COUNTS)}
    columns |= {"Q31_rec": talk.recent} | {
        f"Q31_{event}": talk.events[:, j] for j, event in enumerate(p.EVENTS)
    }
    for c, label in enumerate(CHANNEL_LABELS):
        columns[f"Q32_{c + 1}"] = _label(talk.channels[:, c], label)
    other = np.array(OTHER_TEXT, dtype=object)[draws.whole(0, len(OTHER_TEXT) - 1, len(own))]
    columns["Q32_7_TEXT"] = np.where(talk.channels[:, -1], other, full(len(own))).astype(object)
    return columns
