"""Field days, page times, addresses and platform flags of every visit."""

from __future__ import annotations

from typing import Final

import numpy as np

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Floats, Ints, Texts
from survey_analysis.datasets.founding.recruit import CONSUMERS, MEMBERS
from survey_analysis.datasets.founding.sheet import EMPTY, Sheet, Values
from survey_analysis.datasets.founding.texts import as_texts

DAY_SHARES: Final = (0.14, 0.13, 0.11, 0.10, 0.09, 0.08, 0.08, 0.07, 0.06, 0.06, 0.04, 0.04)
ADDRESSES: Final = tuple(
    f"{net}.{host}" for net in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255)
)
_DAY: Final = 86_400
_UNFINISHED: Final = ("break_off_screen", "break_off_late")
_EARLY: Final = ("no_consent", "outside", "under_age", "quota_full")


def field(rows: Sheet, seed: int) -> Sheet:
    """Give every visit its day, its times and its platform columns."""
    timed = rows.with_columns(_pages(rows, Draws(seed, "timing")))
    dated = timed.with_columns(_days(timed, Draws(seed, "days")))
    return dated.with_columns(_platform(dated, Draws(seed, "platform")))


def rated_q20(rows: Sheet) -> Bools:
    """Rows of provider B with at least one answer 1 to 5 to the follow question."""
    valid = np.zeros(rows.n, dtype=np.bool_)
    for s in range(1, 5):
        answer = rows.ints(f"{s}_Q20")
        valid |= (answer >= 1) & (answer <= 5)
    return valid & rows.equals("provider", "B")


def _days(rows: Sheet, draws: Draws) -> dict[str, Values]:
    """Provider B starts slowly: the first two days hold exactly the rows whose Q20 came out reversed."""
    day = draws.category(DAY_SHARES, rows.n)
    concerned = rated_q20(rows)
    share = p.REVERSED_ROWS / int(concerned.sum())
    early = draws.happens(share, rows.n)
    early[concerned] = False
    early[draws.pick(p.REVERSED_ROWS, concerned)] = True
    in_b = rows.equals("provider", "B")
    first, later = draws.category(DAY_SHARES[:2], rows.n), 2 + draws.category(DAY_SHARES[2:], rows.n)
    day = np.where(in_b, np.where(early, first, later), day)
    second = day * _DAY + draws.whole(6 * 3600, 23 * 3600 - 1, rows.n)
    return {"_day": day + 1, "_start": second, "_reversed": (early & concerned).astype(np.int64)}


def _pages(rows: Sheet, draws: Draws) -> dict[str, Values]:
    """Lognormal page times with a common factor for the person; the fast take a small part of it."""
    person = p.PERSON_SIGMA * draws.normal(rows.n, 1)
    page = np.exp(person + p.PAGE_SIGMA * draws.normal(rows.n, 5))
    talk = np.array([p.CONVERSATION_SECONDS[s] for s in rows.ints("sample").tolist()])
    outcome, loops = rows.texts("_disposition"), rows.ints("_loops")
    seen = np.arange(3) < loops[:, None]
    medians = np.column_stack([np.full(rows.n, p.SCREEN_SECONDS), seen * p.LOOP_SECONDS, talk])
    seconds = page * medians
    hurried = medians.sum(axis=1) * (0.12 + 0.24 * draws.uniform(rows.n)) / seconds.sum(axis=1)
    seconds = np.where((rows.ints("_fast") == 1)[:, None], seconds * hurried[:, None], seconds)
    left = np.isin(outcome, [*_EARLY, "break_off_screen"])
    part = np.where(left, 0.15 + 0.6 * draws.uniform(rows.n), 1.0)
    lost = np.where(outcome == "break_off_late", (10 + 50 * draws.uniform(rows.n)), 0.0)
    talks = (outcome == "complete") | (outcome == "preview")
    total = seconds[:, :4].sum(axis=1) * part + seconds[:, 4] * talks + lost
    pause = np.where(
        draws.happens(0.015, rows.n) & (rows.ints("_fast") == 0), draws.whole(600, 5400, rows.n), 0
    )
    columns: dict[str, Values] = {f"t_loop{k}": _tenths(seconds[:, k], seen[:, k - 1]) for k in (1, 2, 3)}
    columns["t_screen"] = _tenths(seconds[:, 0], ~left)
    columns["t_total"] = _tenths(total, np.ones(rows.n, dtype=np.bool_))
    columns["Duration (in seconds)"] = np.maximum(1, np.round(total)).astype(np.int64) + pause
    return columns


def _tenths(seconds: Floats, shown: Bools) -> Texts:
    return as_texts(
        [f"{t:.1f}" if ask else "" for t, ask in zip(seconds.tolist(), shown.tolist(), strict=True)]
    )


def _platform(rows: Sheet, draws: Draws) -> dict[str, Values]:
    outcome, kind, n = rows.texts("_disposition"), rows.texts("_careless"), rows.n
    unfinished = np.isin(outcome, _UNFINISHED)
    low = draws.happens([p.LOW_CAPTCHA[k] for k in kind], n)
    captcha = np.where(low, 1 + draws.whole(0, 3, n), 7 + draws.whole(0, 3, n)) / 10
    suspect = draws.happens(0.005, n)
    channel = np.where(rows.ints("sample") == MEMBERS, "email", "anonymous").astype(object)
    channel[outcome == "preview"] = "preview"
    latitude, longitude = 30 + 17 * draws.uniform(n), -(75 + 45 * draws.uniform(n))
    return {
        "Status": (outcome == "preview").astype(np.int64),
        "Finished": (~unfinished).astype(np.int64),
        "Progress": np.where(unfinished, _progress(rows, draws), 100),
        "IPAddress": _new_addresses(draws, n),
        "RecipientEmail": as_texts([f"p{k:05d}@example.org" for k in rows.ints("_person").tolist()]),
        "LocationLatitude": as_texts([f"{x:.2f}" for x in latitude.tolist()]),
        "LocationLongitude": as_texts([f"{x:.2f}" for x in longitude.tolist()]),
        "DistributionChannel": channel,
        "UserLanguage": as_texts(["EN"] * n),
        "Q_RecaptchaScore": as_texts([f"{x:.1f}" for x in captcha.tolist()]),
        "Q_RelevantIDDuplicateScore": np.where(suspect, draws.whole(75, 95, n), 5 * draws.whole(0, 6, n)),
    }


def _progress(rows: Sheet, draws: Draws) -> Ints:
    late = rows.equals("_disposition", "break_off_late")
    return np.where(late, 40 + 15 * rows.ints("_loops"), 10) + draws.whole(0, 12, rows.n)


def _new_addresses(draws: Draws, n: int) -> Texts:
    """Unique addresses of the documentation range 2001:db8::/32; the three IPv4 ranges are too small."""
    parts = draws.whole(0, 0xFFFF, n, 2).tolist()
    return as_texts([f"2001:db8:{a:x}:{b:x}::{i + 1:x}" for i, (a, b) in enumerate(parts)])


def share_addresses(rows: Sheet, households: Ints, originals: Ints, seed: int) -> Sheet:
    """IPv4 addresses for the households (one a pair), for rows that will be repeated, and for others.

    Parameters
    ----------
    households
        Rows of household members, pair by pair.
    originals
        Rows that a duplicate with the same address will repeat.
    """
    draws = Draws(seed, "addresses")
    free = [ADDRESSES[i] for i in np.argsort(draws.uniform(len(ADDRESSES)), kind="stable").tolist()]
    address = rows.texts("IPAddress")
    taken = np.zeros(rows.n, dtype=np.bool_)
    taken[households], taken[originals] = True, True
    for pair in households.reshape(-1, 2):
        address[pair] = free.pop()
    for row in originals:
        address[row] = free.pop()
    for row in draws.pick(len(free), ~taken):
        address[row] = free.pop()
    together = np.full(rows.n, EMPTY, dtype=np.int64)
    together[households] = np.repeat(np.arange(len(households) // 2), 2)
    return rows.with_columns({"IPAddress": address, "_household": together})


def clock(start: Ints) -> Texts:
    """Seconds after the first midnight of the field as `YYYY-MM-DD HH:MM:SS`."""
    moment = np.datetime64(p.FIRST_DAY, "s") + start.astype("timedelta64[s]")
    return as_texts([str(t).replace("T", " ") for t in np.datetime_as_string(moment, unit="s").tolist()])


def stamp(rows: Sheet) -> Sheet:
    """Sort by arrival, write the dates and the response ids."""
    ordered = rows.take(np.argsort(rows.ints("_start"), kind="stable"))
    start, length = ordered.ints("_start"), ordered.ints("Duration (in seconds)")
    wait = np.where(ordered.ints("Finished") == 1, 1, 7 * _DAY)
    dates = {"StartDate": start, "EndDate": start + length, "RecordedDate": start + length + wait}
    return ordered.with_columns({name: clock(seconds) for name, seconds in dates.items()})


def eligible_consumers(rows: Sheet) -> Bools:
    """Good complete recipients of sample 1: where households are looked for."""
    good = rows.equals("_disposition", "complete") & rows.equals("_careless", "")
    return good & rows.equals("sample", CONSUMERS)
