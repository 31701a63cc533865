"""People who took part twice, and households that share an address without doing wrong."""

from __future__ import annotations

import numpy as np

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Floats, Ints
from survey_analysis.datasets.founding.fieldwork import eligible_consumers, share_addresses
from survey_analysis.datasets.founding.recruit import RATINGS
from survey_analysis.datasets.founding.sheet import BLANK, Sheet, Values, full, stack
from survey_analysis.datasets.founding.texts import as_texts

LAST_ORIGINAL_DAY = 9
CHANGED_ANSWERS = 0.30


def add_duplicates(rows: Sheet, seed: int) -> Sheet:
    """Append the second visits: half under the same panel id, half from the same address.

    Originals are good and complete and lie outside the days with the reversed export, so that the
    two visits differ only by what the second one changes.
    """
    draws = Draws(seed, "duplicates")
    fit = rows.equals("_disposition", "complete") & rows.equals("_careless", "") & rows.equals("_reversed", 0)
    fit &= rows.ints("_day") <= LAST_ORIGINAL_DAY
    chance = np.where(rows.equals("provider", "B"), p.CARELESS_IN_B, 1.0)
    panel, address = _originals(rows, draws, fit, chance)
    fit[np.concatenate([panel, address])] = False
    homes = draws.pick(2 * p.HOUSEHOLDS, eligible_consumers(rows) & fit)
    homes = homes[np.argsort(draws.uniform(len(homes)), kind="stable")]
    rows = share_addresses(rows, homes, address, seed)
    twice = np.zeros(rows.n, dtype=np.int64)
    twice[np.concatenate([panel, address])] = 1
    rows = rows.with_columns({"_duplicate": full(rows.n), "_twice": twice})
    return stack([rows, _second_panel(rows.take(panel), draws), _second_address(rows.take(address), draws)])


def _originals(rows: Sheet, draws: Draws, fit: Bools, chance: Floats) -> tuple[Ints, Ints]:
    panel: list[Ints] = []
    address: list[Ints] = []
    for s, (same_id, same_address) in p.DUPLICATES.items():
        chosen = draws.pick(same_id + same_address, fit & rows.equals("sample", s), chance)
        mixed = chosen[np.argsort(draws.uniform(len(chosen)), kind="stable")]
        panel.append(mixed[:same_id])
        address.append(mixed[same_id:])
    return np.concatenate(panel), np.concatenate(address)


def _second_panel(rows: Sheet, draws: Draws) -> Sheet:
    """The same panel member again, from another address, remembering most answers."""
    changed: dict[str, Values] = {"_duplicate": full(rows.n, "panel_id")}
    for name in RATINGS:
        answer = rows.ints(name)
        moves = draws.happens(CHANGED_ANSWERS, rows.n)
        changed[name] = _nudged(answer, moves)
    for s in range(1, 5):
        text = rows.texts(f"{s}_Q22")
        changed[f"{s}_Q22"] = np.where(text == "", "", str(BLANK)).astype(object)
    hosts = draws.whole(0, 0xFFFF, rows.n, 2).tolist()
    changed["IPAddress"] = as_texts([f"2001:db8:{a:x}:{b:x}::f{i:03x}" for i, (a, b) in enumerate(hosts)])
    return _later(rows.with_columns(changed), draws)


def _second_address(rows: Sheet, draws: Draws) -> Sheet:
    """The same person under another name: one rating of about fifty answers differs."""
    changed: dict[str, Values] = {"_duplicate": full(rows.n, "address")}
    answers = np.column_stack([rows.ints(name) for name in RATINGS])
    valid = (answers >= 1) & (answers <= 5)
    where = np.argmax(np.where(valid, draws.uniform(*answers.shape), -1.0), axis=1)
    for j, name in enumerate(RATINGS):
        moves = (where == j) & valid[:, j]
        changed[name] = _nudged(answers[:, j], moves)
    old, other = rows.texts("panel_id"), draws.whole(0, 9_999, rows.n).tolist()
    new_ids = [
        f"{a[:1]}-9{i:03d}{k:04d}" if a else "" for i, (a, k) in enumerate(zip(old, other, strict=True))
    ]
    changed["panel_id"] = as_texts(new_ids)
    changed["RecipientEmail"] = as_texts([f"q{i:05d}@example.org" for i in range(rows.n)])
    return _later(rows.with_columns(changed), draws)


def _nudged(answer: Ints, moves: Bools) -> Ints:
    valid = (answer >= 1) & (answer <= 5)
    return np.where(moves & valid, np.where(answer == 5, 4, answer + 1), answer)


def _later(rows: Sheet, draws: Draws) -> Sheet:
    wait = draws.whole(600, 2 * 86_400, rows.n)
    start = rows.ints("_start") + rows.ints("Duration (in seconds)") + wait
    score = np.where(draws.happens(0.5, rows.n), draws.whole(75, 100, rows.n), draws.whole(0, 60, rows.n))
    nowhere = np.full(rows.n, -1, dtype=np.int64)
    return rows.with_columns(
        {
            "_start": start,
            "_day": start // 86_400 + 1,
            "_household": nowhere,
            "Q_RelevantIDDuplicateScore": score,
        }
    )
