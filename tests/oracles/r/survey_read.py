"""`svydesign`, `svrepdesign`, `as.svrepdesign`, `update`, `weights`, `degf`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

import survey_analysis as sa
from oracles.r.evaluate import Environment, builtin, evaluate, special
from oracles.r.survey_design import ONE, Design, ImputedDesign, Session, is_one, matching
from oracles.r.values import (
    Factor,
    Formula,
    Frame,
    NotCoveredError,
    RList,
    Unshown,
    Vec,
    flag,
    matrix,
    numbers,
    one,
    recycled,
    scalar,
    text,
    texts,
    vec,
)
from survey_analysis.core.replicate_weights import column_rank

METHODS = {
    "JK1": "JK1",
    "JKn": "JKn",
    "JK2": "JK2",
    "BRR": "BRR",
    "Fay": "Fay",
    "bootstrap": "bootstrap",
    "successive-difference": "SDR",
    "ACS": "ACS",
    "other": "other",
}
MADE = {"JK1": "JK1", "JKn": "JKn", "BRR": "brr", "Fay": "fay"}
HERE = Environment()
RANK = "degrees of freedom that repeating an adjustment adds: docs/decisions/013"


class Maker:
    """Collects the columns that a design needs beside those of its table."""

    def __init__(self, data: Frame) -> None:
        self.design = Design(data, {}, HERE, lonely=(Session.lonely_psu, Session.lonely_domain))

    def column(self, value: Any, name: str) -> str:
        """The name of a column with the value; a new column when it is not one of the table's."""
        found = next((k for k, v in self.design.data.columns.items() if v is value), None)
        if found is None:
            found = name
            data = self.design.data
            data = data.with_column(name, recycled(value, data.n))
            self.design = replace(self.design, data=data)
        return found

    def of(self, formula: Any, role: str) -> list[str]:
        """Columns of a formula, one a stage, or of a vector."""
        if formula is None or is_one(formula):
            return []
        if isinstance(formula, Formula):
            terms = self.design.terms(Formula(formula.lhs, formula.rhs, formula.env))
            return [self.column(t.value, f"{role}_{i + 1}") for i, t in enumerate(terms)]
        if isinstance(formula, Frame):
            return [self.column(v, f"{role}_{i + 1}") for i, v in enumerate(formula.columns.values())]
        return [self.column(formula, f"{role}_1")]


@builtin("svydesign", "ids probs strata variables fpc data nest check.strata weights pps variance dbname")
def svydesign(
    ids: Any, probs: Any = None, strata: Any = None, variables: Any = None, fpc: Any = None, data: Any = None,
    nest: Any = None, check_strata: Any = None, weights: Any = None, pps: Any = None, variance: Any = None,
    dbname: Any = None,
) -> Any:  # fmt: skip
    if variables is not None or dbname is not None:
        raise NotCoveredError("svydesign(variables=, dbname=)")
    if isinstance(data, RList):
        parts = [
            svydesign(ids, probs, strata, None, fpc, d, nest, check_strata, weights, pps, variance)
            for d in data.values
        ]
        return ImputedDesign(tuple(parts))
    if variance is not None and text(variance) != "HT":
        raise NotCoveredError(f"svydesign(variance = '{text(variance)}')")
    made = Maker(data)
    roles: dict[str, Any] = {}
    units, layers, sizes = made.of(ids, "unit"), made.of(strata, "stratum"), made.of(fpc, "fpc")
    layers = layers[: max(len(units), 1)]  # R reads one a stage and passes over the others
    roles |= _one_or_list("psu", units) | _one_or_list("strata", layers) | _one_or_list("fpc", sizes)
    if nest is not None and flag(nest):
        roles["nest"] = True
    if pps is not None and not _is_false(pps):
        roles["pps"] = _pps(pps)
    made_weight = _weight(made, weights, probs, units, layers, sizes)
    if made_weight:
        roles["weight"] = made_weight
    return replace(made.design, roles=roles)


def _one_or_list(role: str, names: list[str]) -> dict[str, Any]:
    return {} if not names else {role: names[0] if len(names) == 1 else names}


def _is_false(value: Any) -> bool:
    return isinstance(value, Vec) and value.kind == "logical" and not flag(value)


def _pps(value: Any) -> Any:
    if isinstance(value, RList) and value.kind == "HR":
        given = value.get("sum_p2")
        return "hartley-rao" if given is None else {"method": "hartley-rao", "sum_p2": scalar(given)}
    if isinstance(value, RList) and value.kind == "ppsmat":
        return value.values[0].matrix
    if isinstance(value, Vec) and value.kind == "character":
        return text(value)
    raise NotCoveredError("svydesign(pps=) of another kind")


@builtin("HR", "psum")
def _hartley_rao(psum: Any = None) -> RList:
    return RList((psum,), ("sum_p2",), "HR")


@builtin("ppsmat", "jointprob tolerance")
def _ppsmat(jointprob: Any, tolerance: Any = None) -> RList:
    return RList((jointprob,), ("joint",), "ppsmat")


def _weight(
    made: Maker, weights: Any, probs: Any, units: list[str], layers: list[str], sizes: list[str]
) -> str:
    """The weight column; with only an fpc the weights are what it implies, as `svydesign` makes them."""
    if weights is not None:
        return (made.of(weights, "weight") or [""])[0]
    if probs is not None:
        columns = [made.design.data.columns[c] for c in made.of(probs, "probability")]
        return made.column(Vec(1 / np.prod([numbers(c) for c in columns], axis=0), "double"), "weight_1")
    if not sizes:
        return ""
    data = made.design.data
    share = np.ones(data.n)
    strata = [numbers(data.columns[c]) for c in layers]
    parent = np.zeros(data.n)
    for stage, column in enumerate(sizes):
        size = numbers(data.columns[column])
        layer = strata[stage] if stage < len(strata) else np.zeros(data.n)
        group = _crossed(parent, layer)
        unit = (
            _crossed(group, numbers_of(data.columns[units[stage]]))
            if stage < len(units)
            else np.arange(data.n)
        )
        if (size <= 1).all():
            share *= size
        else:
            sampled = np.array([len(np.unique(unit[group == g])) for g in group])
            share *= sampled / size
        parent = unit
    return made.column(Vec(1 / share, "double"), "weight_1")


def numbers_of(value: Any) -> np.ndarray:
    """Numbers, or codes of categories."""
    if isinstance(value, Vec) and value.kind == "character":
        return np.unique(value.data.astype(str), return_inverse=True)[1].astype(float)
    return numbers(value)


def _crossed(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.unique(np.column_stack([a, b]), axis=0, return_inverse=True)[1].ravel()


@builtin(
    "svrepdesign",
    "variables repweights weights data degf type combined.weights rho bootstrap.average scale rscales fpc fpctype mse",
)
def svrepdesign(
    variables: Any = None, repweights: Any = None, weights: Any = None, data: Any = None, degf: Any = None,
    type: Any = None, combined_weights: Any = None, rho: Any = None, bootstrap_average: Any = None,  # noqa: A002
    scale: Any = None, rscales: Any = None, fpc: Any = None, fpctype: Any = None, mse: Any = None,
) -> Design:  # fmt: skip
    if fpc is not None or degf is not None or variables is not None:
        raise NotCoveredError("svrepdesign(fpc=, degf=, variables=)")
    made = Maker(data)
    names = _replicate_columns(made, repweights)
    method = METHODS.get("JK1" if type is None else text(type))
    if method is None:
        raise NotCoveredError(f"svrepdesign(type = '{text(type)}')")
    given = {
        "scale": None if scale is None else scalar(scale),
        "rscales": None if rscales is None else list(numbers(rscales)),
        "rho": None if rho is None else scalar(rho),
        "mse": None if mse is None else flag(mse),
        "average": None if bootstrap_average is None else scalar(bootstrap_average),
        "combined": True if combined_weights is None else flag(combined_weights),
    }
    replicates = {"columns": names, "method": method} | {k: v for k, v in given.items() if v is not None}
    roles: dict[str, Any] = {"replicates": replicates}
    if weights is not None:
        roles["weight"] = made.of(weights, "weight")[0]
    return replace(made.design, roles=roles, about={"replicated": True})


def _replicate_columns(made: Maker, repweights: Any) -> list[str]:
    data = made.design.data
    if isinstance(repweights, Formula):
        return made.of(repweights, "replicate")
    if isinstance(repweights, Vec) and repweights.kind == "character":
        return matching(text(repweights), tuple(data.columns))
    if isinstance(repweights, Frame):
        table = np.column_stack([numbers(c) for c in repweights.columns.values()])
    else:
        table = repweights.matrix
    names = [f"replicate_{j + 1:03d}" for j in range(table.shape[1])]
    for name, column in zip(names, table.T, strict=True):
        data = data.with_column(name, Vec(column.copy(), "double"))
    made.design = replace(made.design, data=data)
    return names


@builtin("as.svrepdesign", "design type fay.rho fpc fpctype ... replicates compress mse")
def as_svrepdesign(
    design: Any, type: Any = None, fay_rho: Any = None, fpc: Any = None, fpctype: Any = None,  # noqa: A002
    dots: Any = (), replicates: Any = None, compress: Any = None, mse: Any = None,
) -> Any:  # fmt: skip
    if isinstance(design, ImputedDesign):
        made = [
            as_svrepdesign(d, type, fay_rho, fpc, fpctype, dots, replicates, compress, mse)
            for d in design.designs
        ]
        return ImputedDesign(tuple(made))
    kind = "auto" if type is None else text(type)
    if kind == "auto":
        kind = "JKn" if "strata" in design.roles else "JK1"
    if design.steps:  # R makes replicates of the weights as they are and does not adjust each again
        design = design.weighing(design.own_weights)
    options: dict[str, Any] = {"method": MADE.get(kind)}
    if options["method"] is None:
        raise NotCoveredError(f"as.svrepdesign(type = '{kind}') draws at random or has no name here")
    if kind == "Fay":
        options["rho"] = scalar(fay_rho)
    if mse is not None:
        options["mse"] = flag(mse)
    return design.with_step(
        lambda s: s.replicates(**options), replicated=True, balanced=kind in {"BRR", "Fay"}
    )


@special("update")
def _update(args: Any, env: Environment) -> Any:
    target = evaluate(args[0].value, env)
    if isinstance(target, ImputedDesign):
        new = [d.updated([(a.name, a.value) for a in args[1:]], env) for d in target.designs]
        return ImputedDesign(tuple(new))
    if isinstance(target, Design):
        return target.updated([(a.name, a.value) for a in args[1:]], env)
    return target.updated(args[1:], env)


@builtin("degf", "design ...")
def _degf(design: Any, dots: Any = ()) -> Vec:
    return one(round(degrees(design)))


def degrees(design: Design) -> float:
    """Degrees of freedom of a design or of a domain, as an estimate reports them."""
    df = "design" if design.where is None else "domain"
    ours = float(design.ask().mean(ONE, where=design.where, df=df).to_frame()["df"].iloc[0])
    after = _rank_after(design)
    if after <= ours:
        return ours
    for name in ("df", "degf"):
        Session.differs(RANK, name)
    return after  # the number that `df=` takes where a comparison asks for R's


def _rank_after(design: Design) -> float:
    """Rank of replicate weights after an adjustment of which R takes the rank again, less one; else 0."""
    frame = design.ask().frame
    made = frame.replicate_weights if design.steps and design.about.get("replicated") else None
    if made is None or not made.steps or all(getattr(s.reweigh, "keeps_df", False) for s in made.steps):
        return 0.0
    inside = frame.weight != 0 if design.member is None else design.member & (frame.weight != 0)
    return float(column_rank(np.concatenate(list(made.blocks()), axis=1)[inside]) - 1)


@builtin("weights", "object type ...")
def _weights(object: Any, type: Any = None, dots: Any = ()) -> Any:  # noqa: A002
    kind = None if type is None else text(type)
    replicated = object.about.get("replicated", False)
    if kind is None:
        kind = "replication" if replicated else "sampling"
    survey = object.ask()
    if kind == "sampling":
        out = current_weights(survey)
        keep = object.member is not None and not replicated
        keep &= not object.steps or "domain_first" in object.about
        return Vec(
            out[object.member] if keep else out,
            "double",
            tuple(str(i + 1) for i in range(len(out))) if not keep else None,
        )
    if kind in {"analysis", "replication"} and object.about.get("balanced"):
        return Unshown(
            "which half a replicate keeps is the choice of the balanced matrix: docs/decisions/013"
        )
    if kind == "analysis":
        return matrix(replicate_weights(survey, given="replicates" in object.roles))
    if kind == "replication":
        return matrix(
            replicate_weights(survey, given="replicates" in object.roles) / current_weights(survey)[:, None]
        )
    raise NotCoveredError(f"weights(type = '{kind}')")


def current_weights(survey: sa.Survey) -> np.ndarray:
    """The weights in use."""
    weights = survey.weights
    return np.asarray(survey.design_weight() if weights is None else weights, dtype=float)


def replicate_weights(survey: sa.Survey, *, given: bool = False) -> np.ndarray:
    """Replicate weights (n, R)."""
    analysis = survey.frame.replicate_weights
    if analysis is None:
        raise NotCoveredError("replicate weights of a design that has none")
    out = np.concatenate(list(analysis.blocks()), axis=1)
    if not given and survey.frame.replicates.method.startswith(
        "JK"
    ):  # R leaves out units in the order of the rows
        out = out[:, np.argsort((out == 0).argmax(axis=0), kind="stable")]
        strata = survey.frame.stratum
        place = {v: i for i, v in enumerate(dict.fromkeys(strata.tolist()))}
        layer = np.array([place[s] for s in strata[(out == 0).argmax(axis=0)].tolist()])
        out = out[:, np.argsort(layer, kind="stable")]
    return out


@builtin("hadamard", "n")
def _hadamard(n: Any) -> Vec:
    raise NotCoveredError("hadamard(): R's own table of matrices")


__all__ = ["Factor", "Maker", "texts", "vec"]
