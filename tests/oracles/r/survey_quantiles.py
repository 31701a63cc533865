"""`svyquantile` and `oldsvyquantile`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from oracles.r.asking import Columns, joined
from oracles.r.evaluate import builtin
from oracles.r.survey_design import Design, Session
from oracles.r.survey_estimates import truth
from oracles.r.survey_read import current_weights, degrees, replicate_weights
from oracles.r.survey_results import Result
from oracles.r.survey_tests import complete_cases
from oracles.r.values import NotCoveredError, RList, Vec, matrix, numbers, scalar, text, vec, written

EXACT = 1e-9
JUMP = "either side of an order that the weights reach exactly, by R's rounding: docs/decisions/012"
FIRST_POINT = "rules math, hf3 and hf4 below the first point: docs/decisions/012"
SCORE = "limits of the score interval: docs/decisions/012"


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Quantiles of variables: for each a table of quantile, limits, standard error."""

    variables: tuple[str, ...]
    probabilities: tuple[float, ...]
    rows: np.ndarray  # variables x probabilities x (estimate, low, high, se)
    level: float = 0.95

    @property
    def names(self) -> tuple[str, ...]:
        """Variables."""
        return self.variables

    def standard_errors(self) -> Vec:
        """One for each variable and probability."""
        names = [f"{v}.{written(p)}" for v in self.variables for p in self.probabilities]
        return vec(list(self.rows[:, :, 3].ravel()), names)

    def coef(self) -> Vec:
        """The quantiles."""
        names = [f"{v}.{written(p)}" for v in self.variables for p in self.probabilities]
        return vec(list(self.rows[:, :, 0].ravel()), names)

    def confint(self, level: float, df: Any, method: Any, ddf: Any) -> Vec:
        """The limits it was made with."""
        names = [f"{v}.{written(p)}" for v in self.variables for p in self.probabilities]
        return matrix(self.rows[:, :, 1:3].reshape(-1, 2), names, ["l", "u"])

    def table(self, i: int) -> Vec:
        """Quantile, limits, standard error."""
        tail = 50 * (1 - self.level)
        columns = ["quantile", f"ci.{tail:g}", f"ci.{100 - tail:g}", "se"]
        return matrix(self.rows[i], [written(p) for p in self.probabilities], columns)

    def element(self, i: Any) -> Vec:
        """`q[[1]]`, `q[["x"]]`."""
        at = self.variables.index(i.data[0]) if i.kind == "character" else int(scalar(i)) - 1
        return self.table(at)

    def field(self, name: str) -> Vec:
        """`q$x`."""
        return self.table(self.variables.index(name))

    def as_result(self) -> Any:
        """For `svyby`."""
        flat = self.rows.reshape(-1, 4)
        one = len(self.probabilities) == 1
        names = (
            self.variables
            if one
            else tuple(f"{v}.{written(p)}" for v in self.variables for p in self.probabilities)
        )

        def limits(level: float, df: float) -> Any:
            return flat[:, 1], flat[:, 2]

        return _Own(names, flat[:, 0], np.diag(flat[:, 3] ** 2), limits, low=flat[:, 1], high=flat[:, 2])


@dataclass(frozen=True, eq=False)
class _Own(Result):
    """Quantiles with their own limits."""

    low: Any = None
    high: Any = None


@builtin("quantile_tables", "q")
def _tables(q: Quantiles) -> RList:
    return RList(tuple(q.table(i) for i in range(len(q.variables))), q.variables)


@builtin("svyquantile", "x design quantiles alpha interval.type na.rm ci se qrule df return.replicates ...")
def svyquantile(
    x: Any, design: Design, quantiles: Any, alpha: Any = None, interval_type: Any = None, na_rm: Any = None,
    ci: Any = None, se: Any = None, qrule: Any = None, df: Any = None, return_replicates: Any = None, dots: Any = (),
) -> Quantiles:  # fmt: skip
    if dots or truth(return_replicates):
        raise NotCoveredError("svyquantile() with further arguments")
    known = complete_cases(design, design.terms(x)) if truth(na_rm) else design
    nu = degrees(known) if df is None else scalar(df)
    replicated = design.about.get("replicated", False)
    level = 1 - (0.05 if alpha is None else scalar(alpha))
    kind = "mean" if interval_type is None else text(interval_type)
    method = (
        "woodruff" if kind == "mean" or (replicated and kind in {"xlogit", "beta", "asin"}) else kind
    )  # R's replicate method reads no other type but "quantile": docs/decisions/012
    named = "math" if qrule is None else text(qrule)
    rule = {"shahvaish": "shahvaish-r"}.get(named, named)  # as R 4.1-1 computes it
    out = asked(x, design, numbers(quantiles), level, method, rule, nu, complete=truth(na_rm))
    _note_differences(out, design, x, kind, rule)
    return out


def _note_differences(out: Quantiles, design: Design, x: Any, kind: str, rule: str) -> None:
    """Where docs/decisions/012 says that our quantile is not R's."""
    inside = np.ones(design.data.n, dtype=bool) if design.member is None else design.member
    survey = design.ask()
    weights = current_weights(survey)[:, None]
    if kind == "quantile":
        weights = np.column_stack([weights, replicate_weights(survey)])
    for term, name, rows in zip(design.terms(x), out.variables, out.rows, strict=True):
        values = numbers(term.value)
        used = inside & ~np.isnan(values)
        order = np.argsort(values[used], kind="stable")
        share = np.cumsum(weights[used][order], axis=0)
        share = share / share[-1]
        for p, row in zip(out.probabilities, rows, strict=True):
            label = f"{name}.{written(p)}"
            alone = (name,) if len(out.probabilities) == 1 else ()
            first = float(share[values[used][order] == values[used].min()].max())
            if (np.abs(share - p) < EXACT).any():
                Session.differs(JUMP, label)
            if rule == "math" and first > p and (values[used] == values[used].min()).sum() == 1:
                Session.differs(FIRST_POINT, label)
            if rule == "hf3" and first > p and row[0] == values[used].min():
                Session.differs(FIRST_POINT, label)
            if rule in {"hf3", "hf4"} and row[1] == values[used].min():
                Session.differs(FIRST_POINT, label, parts=("ci.", "se"))
            if kind == "score":
                Session.differs(SCORE, label, parts=("ci.", "se"))
                for only in alone:  # the standard error of one quantile has the variable's name
                    Session.differs(SCORE, "se", only)


def asked(
    x: Any, design: Design, q: np.ndarray, level: float, method: str, rule: str, df: float, *, complete: bool
) -> Quantiles:
    """The public verb, once for all variables and probabilities."""
    terms, columns = design.terms(x), Columns(design)
    if any(not t.numeric for t in terms):
        raise NotCoveredError("quantiles of a factor")
    questions = [columns.name(t) for t in terms]
    where = joined(design.where, *(columns.answered(terms) if complete and len(terms) > 1 else ()))
    made = design.ask(columns.extra).quantile(
        questions[0] if len(questions) == 1 else questions,
        q=[float(p) for p in q],
        where=where,
        level=level,
        method=method,
        rule=rule,
        df=df,
    )
    rows = made.to_frame()
    block = rows[["estimate", "conf_low", "conf_high", "std_error"]].to_numpy(float)
    return Quantiles(tuple(t.text for t in terms), tuple(q), block.reshape(len(terms), len(q), 4), level)


@builtin("oldsvyquantile", "x design quantiles alpha ci method f ties interval.type ...")
def oldsvyquantile(
    x: Any, design: Design, quantiles: Any, alpha: Any = None, ci: Any = None, method: Any = None, f: Any = None,
    ties: Any = None, interval_type: Any = None, dots: Any = (),
) -> Any:  # fmt: skip
    raise NotCoveredError(
        "oldsvyquantile(): the quantiles of survey before 4.1, which R keeps for old scripts"
    )
