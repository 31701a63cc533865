"""One family over several results: every comparison declared before looking, adjusted together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.results.test import Family, TestData
from survey_analysis.typing import Adjustment

T = TypeVar("T", bound=TestData)


def as_family(tests: Sequence[T], method: Adjustment, declared: str) -> list[T]:
    """The same tests with p-values adjusted over all of them together, own and common base apart.

    Never re-derive a family from the findings that were chosen (statistics 2.16): give every declared
    test, printed or not.
    """
    out = list(tests)
    for base in ("own", "common"):
        places = [(i, np.flatnonzero((t.rows["base"] == base).to_numpy())) for i, t in enumerate(out)]
        found = [out[i].rows["p_value"].to_numpy(dtype=float)[rows] for i, rows in places]
        p = np.concatenate(found) if found else np.zeros(0)
        if not len(p):
            continue
        adjusted = adjust_p(p, method)
        start = 0
        for i, rows in places:
            frame = out[i].rows.copy()
            column = frame["p_adjusted"].to_numpy(dtype=float).copy()
            column[rows] = adjusted[start : start + len(rows)]
            frame["p_adjusted"] = column
            out[i] = replace(out[i], rows=frame)
            start += len(rows)
    m = max((sum(int((t.rows["base"] == b).sum()) for t in out) for b in ("own", "common")), default=0)
    return [replace(t, family=Family(method, m, declared)) for t in out]
