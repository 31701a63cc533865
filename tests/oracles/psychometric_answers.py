"""Our answer to each entry of the psychometric family, in the shape of its `values`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from scipy import stats
from scipy.optimize import linear_sum_assignment

from oracles.harness import entries, table
from survey_analysis.core import factorability, icc, omega, polychoric, polyserial, reliability
from survey_analysis.core.efa import Extraction, Solution, factor_model, fit_of
from survey_analysis.core.factors import ml_factors, principal_components, varimax
from survey_analysis.core.item_moments import ItemMoments
from survey_analysis.core.item_tables import ItemTables
from survey_analysis.core.rotation import Rotation
from survey_analysis.significance.simple import agreement

ANSWERS: dict[str, Callable[[], Any]] = {}
R_STOPS = 1e-5
"""Where R's rotations stop: compared at the same place (`tolerance=`), so that the rest can be compared closely."""


def answers(*ids: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function for these ids; with several it is given the id."""

    def register(f: Callable[..., Any]) -> Callable[..., Any]:
        for id_ in ids:
            ANSWERS[id_] = f if len(ids) == 1 else partial(f, id_)
        return f

    return register


def columns(file: str, *names: str) -> np.ndarray:
    return np.column_stack([table(file)[n] for n in names])


def complete(x: np.ndarray) -> np.ndarray:
    return x[~np.isnan(x).any(axis=1)]


@cache
def items(name: str) -> np.ndarray:
    """Data sets of the reference scripts."""
    if name == "agree":
        x = columns("bfi", *[f"A{i}" for i in range(1, 6)])
        x[:, 0] = 7 - x[:, 0]
        return x
    if name == "consc":
        x = columns("bfi", *[f"C{i}" for i in range(1, 6)])
        x[:, 3:] = 7 - x[:, 3:]
        return x
    if name == "neuro":
        return columns("bfi", *[f"N{i}" for i in range(1, 6)])
    if name == "attitude":
        return columns("attitude", *table("attitude").columns)
    if name == "hs9":
        return columns("holzinger39", *[f"x{i}" for i in range(1, 10)])
    if name == "b10":
        return complete(np.column_stack([items("agree"), items("consc")]))
    return complete(columns("bfi", *list(table("bfi").columns)[1:26]))


@cache
def correlation(name: str) -> np.ndarray:
    return np.corrcoef(items(name).T)


def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and pairwise covariances of a simple sample, by the house's weighted moments."""
    found = ItemMoments.of(x, np.ones(len(x), bool), np.ones(len(x)), missing="pairwise")
    return found.split(found.theta(np.ones(len(x))))


def alpha(x: np.ndarray) -> dict[str, Any]:
    n, k = x.shape
    means, c = moments(x)
    r = reliability.correlation_of(c)
    lower = r[np.tril_indices(k, -1)]
    total = np.nanmean(x, axis=1)
    average, raw = lower.mean(), reliability.alpha_of(c)
    ase = reliability.alpha_se(c, n)
    found = reliability.item_statistics(c)
    low, high = reliability.feldt_interval(raw, n, k)
    return {
        "n": n,
        "total": {
            "raw_alpha": raw,
            "std.alpha": reliability.alpha_of(r),
            "G6(smc)": reliability.lambda6(r),
            "average_r": average,
            "S/N": k * average / (1 - average),
            "ase": ase,
            "mean": total.mean(),
            "sd": total.std(ddof=1),
            "median_r": np.median(lower),
        },
        "alpha.drop": dropped(c, r, n, found),
        "item.stats": {
            "n": (~np.isnan(x)).sum(axis=0),
            "raw.r": [pairwise_r(total, x[:, j]) for j in range(k)],
            "std.r": found.r_standardised,
            "r.cor": found.r_corrected,
            "r.drop": found.r_dropped,
            "mean": means,
            "sd": np.sqrt(np.diag(c)),
        },
        "feldt": [low, raw, high],
        "duhachek": [raw - 1.96 * ase, raw + 1.96 * ase],
    }


def pairwise_r(a: np.ndarray, b: np.ndarray) -> float:
    _, c = moments(complete(np.column_stack([a, b])))
    return float(reliability.correlation_of(c)[0, 1])


def dropped(c: np.ndarray, r: np.ndarray, n: int, found: reliability.ItemStatistics) -> dict[str, Any]:
    k = len(c)
    keep = [np.ix_(*[np.delete(np.arange(k), j)] * 2) for j in range(k)]
    lower = [r[b][np.tril_indices(k - 1, -1)] for b in keep]
    average = np.array([x.mean() for x in lower])
    return {
        "raw_alpha": found.alpha_dropped,
        "std.alpha": found.standardised_dropped,
        "G6(smc)": found.lambda6_dropped,
        "average_r": average,
        "S/N": (k - 1) * average / (1 - average),
        "alpha se": [reliability.alpha_se(c[b], n) for b in keep],
        "var.r": [x.var(ddof=1) for x in lower],
        "med.r": [np.median(x) for x in lower],
    }


@answers(*[f"alpha.{k}" for k in ("agree", "consc", "neuro", "attitude", "hs9")])
def _alpha(id_: str) -> Any:
    return alpha(items(id_.split(".")[1]))


@answers("alpha.agree.listwise")
def _listwise() -> Any:
    return alpha(complete(items("agree")))


@answers("alpha.auto_reverse")
def _auto_reverse() -> Any:
    """R turns the items with a negative loading on the first component; we name them and turn nothing."""
    x = items("agree").copy()
    x[:, 0] = 7 - x[:, 0]
    _, c = moments(x)
    key = reliability.against(c)
    c = c * np.outer(key, key)
    return {
        "raw_alpha": reliability.alpha_of(c),
        "std.alpha": reliability.alpha_of(reliability.correlation_of(c)),
    }


@answers("split.agree")
def _split() -> Any:
    r = np.corrcoef(complete(items("agree")).T)
    found = reliability.split_halves(r)
    return {
        "maxrb": found.largest,
        "minrb": found.smallest,
        "meanr": found.average,
        "av.r": reliability.average_correlation(r),
        "alpha": reliability.alpha_of(r),
        "lambda2": reliability.lambda2(r),
        "lambda6": reliability.lambda6(r),
    }


@answers("omega.b10", "omega.hs9", "omega.attitude", "omega.hs9.ml")
def _omega(id_: str) -> Any:
    name = id_.split(".")[1]
    r, q = correlation(name), 2 if name == "b10" else 3
    found = omega.omega(r, q, extraction="ml" if id_.endswith("ml") else "minres", tolerance=R_STOPS)
    theirs = np.array(entries("06_psychometrics")[id_]["values"]["schmid"]["data"], dtype=float)
    s = found.schmid
    order, sign = matched(s.group, theirs[:, 1 : 1 + q])
    flip = np.where(s.general.sum() < 0, -1.0, 1.0)
    group = np.where(np.abs(theirs[:, 1 : 1 + q]) > 0, s.group[:, order] * sign, s.group[:, order])
    h2 = s.communality
    sheet = np.column_stack([s.general * flip, group, h2, 1 - h2, s.general**2 / h2])
    return {
        "omega_h": found.hierarchical,
        "omega.tot": found.total,
        "omega.lim": found.limit,
        "alpha": reliability.alpha_of(r),
        "G6": reliability.lambda6(r),
        "schmid": sheet,
        "omega.group": found.group[[0, *(1 + order)]],
    }


@answers("omega.one")
def _omega_one() -> Any:
    r = np.corrcoef(complete(items("agree")).T)
    return {"omega.tot": omega.omega_one_factor(r)[0], "alpha": reliability.alpha_of(r)}


@answers(*[f"{what}.{k}" for what in ("kmo", "bartlett", "parallel") for k in ("b25", "hs9", "b10")])
def _factorability(id_: str) -> Any:
    what, name = id_.split(".")
    r, n = correlation(name), len(items(name))
    if what == "kmo":
        found = factorability.kmo(r)
        return {"MSA": found.overall, "MSAi": found.items}
    if what == "bartlett":
        test = factorability.bartlett(r, n)
        return {"chisq": test.statistic, "df": test.df, "p": test.p_value}
    drawn = factorability.parallel(r, n, seed=1)
    return {
        "eigenvalues": drawn.eigenvalues,
        "simulated_mean": drawn.simulated_mean,
        "simulated_q95": drawn.simulated_quantile,
        "n_components_mean": drawn.above_mean,
        "n_components_q95": drawn.above_quantile,
    }


def matched(ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order and sign of our columns that fit R's: both are arbitrary."""
    alike = ours.T @ theirs
    rows, cols = linear_sum_assignment(-np.abs(alike))
    order = rows[np.argsort(cols)]
    return order, np.sign(alike[order, np.arange(len(order))])


MODELS = [f"fa.{k}.{fm}.{ro}" for k in ("hs9", "b25") for fm in ("minres", "ml") for ro in ("none", "varimax", "oblimin", "promax")]  # fmt: skip


@cache
def model(name: str, extraction: Extraction, rotation: Rotation) -> Solution:
    factors = 3 if name == "hs9" else 5
    return factor_model(
        correlation(name), factors, extraction=extraction, rotation=rotation, tolerance=R_STOPS
    )


@answers(*MODELS)
def _fa(id_: str) -> Any:
    _, name, extraction, rotation = id_.split(".")
    found = model(name, extraction, rotation)  # type: ignore[arg-type]
    r = correlation(name)
    fit = fit_of(r, found, len(items(name)))
    theirs = entries("06_psychometrics")[id_]["values"]
    order, sign = matched(found.loadings, np.array(theirs["loadings"]["data"], dtype=float))
    loadings, phi = found.loadings[:, order] * sign, found.phi[np.ix_(order, order)] * np.outer(sign, sign)
    reduced = r.copy()
    np.fill_diagonal(reduced, 1 - found.uniqueness)
    return {
        "loadings": loadings,
        "communality": 1 - found.uniqueness,
        "uniquenesses": found.uniqueness,
        "Phi": phi,
        "values": np.linalg.eigvalsh(reduced)[::-1],
        "e.values": np.linalg.eigvalsh(r)[::-1],
        "Vaccounted": accounted(np.diag(phi @ loadings.T @ loadings), len(r)),
        "chi_likelihood": fit.statistic,
        "dof": fit.df,
        "p": fit.p_value,
        "chi_empirical": fit.empirical,
        "RMSEA": [fit.rmsea, fit.rmsea_low, fit.rmsea_high, 0.9],
        "TLI": fit.tli,
        "BIC": fit.bic,
        "rms": fit.rms,
        "objective": fit.objective,
    }


def accounted(size: np.ndarray, p: int) -> np.ndarray:
    """Sums of squares of factors as sizes, shares of all variance, cumulated, and shares of the common part."""
    share = size / size.sum()
    return np.vstack([size, size / p, np.cumsum(size) / p, share, np.cumsum(share)])


@answers("fa.factanal")
def _factanal() -> Any:
    r, n = correlation("hs9"), len(items("hs9"))
    found = ml_factors(r, 3, tolerance=R_STOPS)
    solution = Solution(found.loadings, np.eye(3), 1 - (found.loadings**2).sum(axis=1))
    fit = fit_of(r, solution, n)
    theirs = np.array(entries("06_psychometrics")["fa.factanal"]["values"]["loadings"]["data"], dtype=float)
    order, sign = matched(found.loadings, theirs)
    return {
        "uniquenesses": found.uniqueness,
        "loadings": found.loadings[:, order] * sign,
        "STATISTIC": fit.statistic,
        "dof": fit.df,
        "p": fit.p_value,
    }


@answers("pca.hs9")
def _pca() -> Any:
    std_dev, rotation = principal_components(correlation("hs9"))
    raw = rotation[:, :3] * std_dev[:3]
    loadings = varimax(raw * np.where(raw.sum(axis=0) < 0, -1, 1), tolerance=R_STOPS)
    theirs = np.array(entries("06_psychometrics")["pca.hs9"]["values"]["loadings"]["data"], dtype=float)
    order, sign = matched(loadings, theirs)
    return {
        "loadings": loadings[:, order] * sign,
        "communality": (raw**2).sum(axis=1),
        "values": std_dev**2,
    }


@answers("poly.psych")
def _poly() -> Any:
    x = items("agree")
    tables = ItemTables.of(x, np.ones(len(x), bool), missing="pairwise")
    return {"rho": tables.matrix(np.ones(len(x))), "tau": tables.thresholds(np.ones(len(x)))}


@answers("poly.two")
def _poly_two() -> Any:
    x = complete(items("agree"))
    t = cross(x[:, 0], x[:, 1])
    found = polychoric.polychoric_ml(t)
    n = t.sum()
    return {
        "ml_rho": found.rho,
        "ml_var": found.variance,
        "ml_chisq": 2 * (-found.loglik + float((t * np.log((t + 1e-6) / n)).sum())),
        "ml_df": t.size - sum(t.shape),
        "twostep": polychoric.polychoric(t)[0],
    }


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    x, i = np.unique(a, return_inverse=True)
    y, j = np.unique(b, return_inverse=True)
    out = np.zeros((len(x), len(y)))
    np.add.at(out, (i, j), 1.0)
    return out


@answers("poly.serial")
def _serial() -> Any:
    x = complete(columns("bfi", "age", "A2"))
    w = np.ones(len(x))
    return {
        "twostep": polyserial.polyserial(x[:, 0], x[:, 1], w),
        "ml": polyserial.polyserial_ml(x[:, 0], x[:, 1], w),
    }


@answers("poly.tetra")
def _tetra() -> Any:
    x = (complete(items("agree")) > 4).astype(float)
    tables = ItemTables.of(x, np.ones(len(x), bool), missing="pairwise")
    w = np.ones(len(x))
    return {"rho": tables.matrix(w), "tau": tables.thresholds(w)[:, 0]}


@answers("cors")
def _cors() -> Any:
    x = complete(columns("bfi", "A2", "C1", "N1", "age"))
    ranked = np.apply_along_axis(stats.rankdata, 0, x)
    kendall = [[stats.kendalltau(a, b).statistic for a in x[:500].T] for b in x[:500].T]
    rho = float(pairwise_r(ranked[:, 0], ranked[:, 1]))
    t = rho * np.sqrt((len(x) - 2) / (1 - rho**2))
    return {
        "spearman": reliability.correlation_of(moments(ranked)[1]),
        "kendall": np.array(kendall),
        "pearson": reliability.correlation_of(moments(x)[1]),
        "spearman_p": float(2 * stats.t.sf(abs(t), len(x) - 2)),
    }


@answers("icc.sources", "icc.attitude")
def _icc(id_: str) -> Any:
    x = (
        columns("beps", "Blair", "Hague", "Kennedy")[:200]
        if id_ == "icc.sources"
        else items("attitude")[:, :4]
    )
    means, c = moments(x)
    rows = icc.icc_classical(means, c, len(x))
    names = ("ICC", "F", "df1", "df2", "p", "lower bound", "upper bound")
    return {name: [row[i + 1] for row in rows] for i, name in enumerate(names)}


@answers("kappa")
def _kappa() -> Any:
    x = columns("beps", "economic.cond.national", "economic.cond.household")
    plain = agreement.cohen_kappa(cross(x[:, 0], x[:, 1]))
    near = agreement.cohen_kappa(cross(x[:, 0], x[:, 1]), weights="quadratic")
    return {
        "kappa": plain.estimate,
        "weighted": near.estimate,
        "ci": [[t.low, t.estimate, t.high] for t in (plain, near)],
        "var": plain.details["std_error"] ** 2,
        "var_w": near.details["std_error"] ** 2,
    }


@answers("fleiss")
def _fleiss() -> Any:
    x = columns("beps", "economic.cond.national", "economic.cond.household", "Blair")
    found = agreement.fleiss_kappa(complete(x))
    return {
        "kappa": found.estimate,
        "z": found.statistic,
        "se0": found.details["std_error"],
        "n": found.n,
        "raters": x.shape[1],
    }


@answers("score.items")
def _scores() -> Any:
    x = np.column_stack([items("agree"), items("consc")])
    _, c = moments(x)
    found = reliability.scales_of(c, [range(5), range(5, 10)])
    return {
        "alpha": found.alpha,
        "cor": found.correlation,
        "corrected": found.corrected,
        "scores_head": np.column_stack([np.nanmean(x[:, :5], axis=1), np.nanmean(x[:, 5:], axis=1)])[:20],
    }
