"""What goes wrong with answers: dispositions, careless respondents, missing answers, break-offs.

Counts are exact shares of the rows received, so that each fault can be checked; who is hit is
drawn. Nobody is hit because of an answer.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding import texts
from survey_analysis.datasets.founding.draws import Bools, Draws, Ints, Texts
from survey_analysis.datasets.founding.recruit import CONSUMERS, CONTROL, COUNTS, EVENTS, MEMBERS, RATINGS
from survey_analysis.datasets.founding.sheet import (
    BLANK,
    DONT_KNOW,
    EMPTY,
    REFUSED,
    Sheet,
    Values,
    full,
    is_text,
)
from survey_analysis.datasets.founding.wording import COLUMNS

QUESTIONS: Final = tuple(c.name for c in COLUMNS if c.block in {"screener", "loop", "after", "conversation"})
_ROTATION: Final = ("order_src", "order_itm", "pi_loop", "def_shown")
# Last question seen, by disposition.
_LAST_SEEN: Final = {
    "no_consent": "Q0_consent",
    "outside": "S0_country",
    "under_age": "S1_age",
    "quota_full": "S5_income",
}


def dispose(rows: Sheet, seed: int) -> Sheet:
    """Decide how each visit ended; `complete` unless something else was drawn."""
    draws = Draws(seed, "dispositions")
    sample = rows.ints("sample")
    outcome = full(rows.n, "complete")
    shares = {
        "no_consent": p.NO_CONSENT,
        "under_age": p.UNDER_AGE,
        "outside": p.OUTSIDE,
        "quota_full": p.QUOTA_FULL,
    }
    for s, received in p.RECEIVED.items():
        counts = {"preview": p.PREVIEWS[s]} | {
            name: round(share * received) for name, share in shares.items()
        }
        for name, count in counts.items():
            outcome[draws.pick(count, (sample == s) & (outcome == "complete"))] = name
        started = (sample == s) & (outcome == "complete")
        leaving = round(p.BREAK_OFF * int(started.sum()))
        late = round(p.BREAK_OFF_LATE * leaving)
        reaches = started & ~rows.equals("S6_none", "None of these")
        outcome[draws.pick(late, reaches)] = "break_off_late"
        outcome[draws.pick(leaving - late, started & (outcome == "complete"))] = "break_off_screen"
    out = (outcome == "complete") & rows.equals("S6_none", "None of these")
    outcome[out] = "screened_out"
    return rows.with_columns({"_disposition": outcome} | _terminate(rows, outcome, draws))


def _terminate(rows: Sheet, outcome: Texts, draws: Draws) -> dict[str, Values]:
    consent, country, age = rows.ints("Q0_consent"), rows.ints("S0_country"), rows.ints("S1_age")
    consent[outcome == "no_consent"] = 2
    country[outcome == "outside"] = 2
    age = np.where(outcome == "under_age", draws.whole(13, 17, rows.n), age)
    quota = np.where(outcome == "quota_full", "full", "").astype(object)
    provider, member = rows.texts("provider"), rows.texts("panel_id")
    provider[outcome == "preview"] = ""
    member[outcome == "preview"] = ""
    return {
        "Q0_consent": consent,
        "S0_country": country,
        "S1_age": age,
        "quota": quota,
        "provider": provider,
        "panel_id": member,
    }


def careless_kinds(rows: Sheet, seed: int) -> Sheet:
    """Choose the careless among recipients who reached the end; three times as many in provider B."""
    draws = Draws(seed, "careless")
    finished = rows.equals("_disposition", "complete") & rows.equals("sample", CONSUMERS)
    open_to = finished & ~rows.equals("_uniform", 1)
    chance = np.where(rows.equals("provider", "B"), p.CARELESS_IN_B, 1.0)
    kind = full(rows.n)
    for name, share in p.CARELESS.items():
        kind[draws.pick(round(share * int(finished.sum())), open_to & (kind == ""), chance)] = name
    fast = draws.happens([p.IS_FAST.get(k, 0.0) for k in kind], rows.n)
    return rows.with_columns({"_careless": kind, "_fast": fast.astype(np.int64)})


def remember(rows: Sheet) -> Sheet:
    """Keep the true answers, which the following steps overwrite."""
    return rows.with_columns(
        {f"_true_{name}": rows.columns[name] for name in (*RATINGS, *COUNTS, *EVENTS, "S1_age")}
    )


def answer_carelessly(rows: Sheet, seed: int) -> Sheet:
    """Overwrite the ratings, the check and the open ends of the careless."""
    draws = Draws(seed, "careless answers")
    kind = rows.texts("_careless")
    value = draws.category(p.STRAIGHT_VALUE, rows.n) + 1
    changed: dict[str, Values] = {}
    for name in RATINGS:
        answer = rows.ints(name)
        random = draws.category(p.CARELESS_ANSWERS, rows.n) + 1
        agree = draws.whole(4, 5, rows.n)
        picks = [kind == "straight_liner", kind == "yes_sayer", kind != ""]
        new = np.select(picks, [value, agree, random], default=answer)
        changed[name] = np.where(answer == EMPTY, EMPTY, new)
    changed["Q23_check"] = _checked(rows, draws, kind, value)
    return rows.with_columns(changed | _careless_texts(rows, draws, kind))


def _checked(rows: Sheet, draws: Draws, kind: Texts, value: Ints) -> Ints:
    check = rows.ints("Q23_check")
    fails = np.zeros(rows.n, dtype=np.bool_)
    for name, share in p.FAILS_CHECK.items():
        seen = (kind == name) & (check != EMPTY)
        fails[draws.pick(round(share * int(seen.sum())), seen)] = True
    wrong = np.array([1, 3, 4, 5])[draws.whole(0, 3, rows.n)]
    wrong = np.where((kind == "straight_liner") & (value != 2), value, wrong)
    return np.where(fails, wrong, check)


def _careless_texts(rows: Sheet, draws: Draws, kind: Texts) -> dict[str, Values]:
    yes, pastes = kind == "yes_sayer", kind == "pasted"
    pastes[draws.pick(round(p.YES_SAYER_PASTES * int(yes.sum())), yes)] = True
    same = texts.pasted(draws, rows.n)  # one text a person, in every loop
    columns: dict[str, Values] = {"_pastes": pastes.astype(np.int64)}
    for s in range(1, 5):
        answer = rows.texts(f"{s}_Q22")
        asked = answer != ""
        mashes = asked & (kind == "gibberish")
        answer[asked & pastes] = same[asked & pastes]
        answer[mashes] = texts.gibberish(draws, int(mashes.sum()))
        columns[f"{s}_Q22"] = answer
        columns[f"_reason_{s}"] = np.where(pastes | (kind == "gibberish"), EMPTY, rows.ints(f"_reason_{s}"))
    return columns


def leave_items_out(rows: Sheet, seed: int) -> Sheet:
    """Don't know, refused and seen but blank; the uniform kinds of answering never skip."""
    draws = Draws(seed, "missing")
    steady = rows.equals("_uniform", 1) | np.isin(rows.texts("_careless"), ["straight_liner", "yes_sayer"])
    changed: dict[str, Values] = {}
    for name in RATINGS:
        unknown = p.DONT_KNOW[int(name[0]) - 1]
        edges = np.cumsum([unknown, p.REFUSED, p.SEEN_BLANK])
        place = np.searchsorted(edges, draws.uniform(rows.n), side="right")
        answer = rows.ints(name)
        new = np.select([place == 0, place == 1, place == 2], [DONT_KNOW, REFUSED, BLANK], default=answer)
        changed[name] = np.where((answer == EMPTY) | steady, answer, new)
    for name in (*COUNTS, *EVENTS):
        answer = rows.ints(name)
        left = draws.happens(p.SEEN_BLANK, rows.n) & (answer != EMPTY)
        changed[name] = np.where(left, BLANK, answer)
    for name in EVENTS[1:]:  # asked only of those who told a number
        changed[name] = np.where(changed["Q31_rec"] == BLANK, EMPTY, changed[name])
    return rows.with_columns(changed)


def end_visits(rows: Sheet, seed: int) -> Sheet:
    """Empty whatever was not reached: routing of those who left or were turned away."""
    draws = Draws(seed, "break-offs")
    outcome = rows.texts("_disposition")
    position = {name: k for k, name in enumerate(QUESTIONS)}
    last = np.full(rows.n, len(QUESTIONS), dtype=np.int64)
    for name, question in _LAST_SEEN.items():
        last[outcome == name] = position[question]
    early = draws.whole(position["S1_age"], position["S5_income"], rows.n)
    last = np.where(outcome == "break_off_screen", early, last)
    talks = np.isin(rows.ints("sample"), [MEMBERS, CONTROL])
    late = draws.whole(position["Q31_rec"], position["Q31_buy"], rows.n)
    last = np.where((outcome == "break_off_late") & talks, late, last)
    reached = {name: last >= k for name, k in position.items()}
    changed = {name: _emptied(rows, name, ~seen) for name, seen in reached.items()}
    for name in _ROTATION:
        changed[name] = _emptied(rows, name, last < position["S6_none"])
    return _leave_loops(rows.with_columns(changed), draws)


def _emptied(rows: Sheet, name: str, where: Bools) -> Values:
    values = rows.columns[name]
    out: Values = values.copy()
    out[where] = "" if is_text(name) else EMPTY
    return out


def _leave_loops(rows: Sheet, draws: Draws) -> Sheet:
    """Break off in a loop: after some items, in the order they were shown, of a source drawn at random."""
    leaves = rows.equals("_disposition", "break_off_late") & rows.equals("sample", CONSUMERS)
    count = rows.texts("order_src")
    loops = np.array([len(order.split(";")) if order else 0 for order in count], dtype=np.int64)
    done = np.where(leaves, np.floor(draws.uniform(rows.n) * loops).astype(np.int64), loops)
    answered = draws.whole(0, p.N_ITEMS, rows.n)  # Q20 counts as the first
    changed = {name: rows.columns[name].copy() for name in QUESTIONS if name[1:3] == "_Q"}
    for i in np.flatnonzero(leaves):
        order, shown = rows.columns["order_src"][i].split(";"), rows.columns["order_itm"][i].split(";")
        reached = ["Q20", *(f"Q21_{j}" for j in shown), "Q22"]
        for place, source in enumerate(order[done[i] :]):
            for question in reached[answered[i] if place == 0 else 0 :]:
                name = f"{source}_{question}"
                changed[name][i] = "" if is_text(name) else EMPTY
    check = np.where(leaves, EMPTY, rows.ints("Q23_check"))
    screened = rows.equals("_disposition", "complete") | leaves
    finished = np.where(screened & rows.equals("sample", CONSUMERS), done, 0)
    return rows.with_columns(changed | {"Q23_check": check, "_loops": finished})
