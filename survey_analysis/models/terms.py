"""Tests of terms: Wald, likelihood ratio, working Wald, score; nested models; how well a model fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from survey_analysis.core.covariance import covariance
from survey_analysis.core.quadforms import TailMethod, mixture_tail
from survey_analysis.core.quadratic import f_tail
from survey_analysis.errors import EstimationError, closest
from survey_analysis.models.engine import inverse, spread
from survey_analysis.models.fit import fit_of
from survey_analysis.models.formula import same_term
from survey_analysis.models.glm import Glm
from survey_analysis.results.model import ModelData, ModelQuality, TermTest
from survey_analysis.typing import FloatArray

TermMethod = Literal["wald", "lrt", "working-wald", "score"]


def test_term(
    model: ModelData,
    terms: str | Sequence[str],
    *,
    method: TermMethod = "wald",
    df: float | None = None,
    tail: TailMethod = "exact",
) -> TermTest:
    """Test that all coefficients of one or more terms are zero.

    Parameters
    ----------
    terms : str or list of str
        Terms as the formula names them ("stype", "stype:meals").
    method : {"wald", "lrt", "working-wald", "score"}
        "wald": F = b'V⁻¹b / q. "lrt": the deviance lost without the terms, "working-wald": b'V0⁻¹b, both against
        Σ λ_i χ²_1 over the denominator χ²_df / df, λ the eigenvalues of V0⁻¹V, V0 the inverse information
        (Rao & Scott 1984; Lumley & Scott 2014). "score": effective scores at the fit without the terms.
    df : float, optional
        Denominator; that of the model unless given, `inf` for χ².
    tail : {"exact", "saddlepoint", "satterthwaite"}
        How the tail of Σ λ_i χ²_1 is computed; R's default is the saddlepoint.

    Returns
    -------
    TermTest

    Raises
    ------
    EstimationError
        A term that the model does not have; a singular covariance (more coefficients than units).

    Notes
    -----
    R `survey::regTermTest`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> data["g"] = list("abcabcab")
    >>> fit = sa.read(data).glm("y ~ x + g")
    >>> test = fit.test_term("g")
    >>> test.terms, round(test.p_value, 3)
    (('g',), 0.028)
    """
    fit = fit_of(model)
    names = (terms,) if isinstance(terms, str) else tuple(terms)
    index = positions(model, names)
    nu = model.df_residual if df is None else float(df)
    if method == "score":
        return _score(model, names, index, nu)
    b, V, V0 = fit.theta[index], model.vcov[np.ix_(index, index)], model.naive[np.ix_(index, index)]
    if method == "wald":
        statistic = float(b @ _solve(V, b, names)) / (len(b) if np.isfinite(nu) else 1)
        f = statistic if np.isfinite(nu) else statistic / len(b)
        return TermTest(names, "Wald", statistic, float(len(b)), nu, f_tail(f, len(b), nu))
    if method == "lrt":
        smaller, theta = fit.engine.drop(index, fit.weight)
        statistic = smaller.deviance(fit.scaled, theta) - model.deviance
        said = "likelihood ratio, Rao-Scott"
    elif method == "working-wald":
        statistic, said = float(b @ _solve(V0, b, names)), "working Wald, Rao-Scott"
    else:
        raise EstimationError(f"There is no term test '{method}'.", hint="wald, lrt, working-wald or score.")
    weights = design_effects(V0, V)
    p = mixture_tail(statistic, weights, df=nu, method=tail)
    return TermTest(names, said, statistic, float(len(b)), nu, p, tuple(weights.tolist()))


def compare(model: ModelData, other: ModelData, *, method: TermMethod = "lrt") -> TermTest:
    """Test a model against one nested in it (R `anova(svyglm, svyglm)`).

    Parameters
    ----------
    other : Model
        The smaller or the larger one, of the same people and outcome.
    method : {"lrt", "wald", "working-wald", "score"}
        As in `test_term`.

    Raises
    ------
    EstimationError
        Models of different outcomes, people or kinds, or not nested in their terms.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> data["g"] = list("abcabcab")
    >>> survey = sa.read(data)
    >>> round(survey.glm("y ~ x + g").compare(survey.glm("y ~ x")).p_value, 3)
    0.207
    """
    large, small = (model, other) if len(model.names) >= len(other.names) else (other, model)
    same = large.kind == small.kind and large.outcome == small.outcome and large.n == small.n
    if not same or not np.array_equal(fit_of(large).base.rows, fit_of(small).base.rows):
        raise EstimationError(
            "The models are not about the same people and outcome.",
            where=f"{large.formula} (n = {large.n}); {small.formula} (n = {small.n})",
            hint="fit both with where= that keeps complete answers to all predictors.",
        )
    mine = {same_term(t) for t in small.terms}
    extra = [t for t in large.terms if same_term(t) not in mine]
    if len(mine) + len(extra) != len(large.terms) or not extra:
        raise EstimationError(f"The models are not nested: {large.formula}; {small.formula}.")
    return test_term(large, extra, method=method)


def quality(model: ModelData) -> ModelQuality:
    """Design-based AIC, or classical AIC and BIC of an unweighted fit; pseudo-R².

    Notes
    -----
    AIC = deviance + 2 Σλ over all terms (Lumley & Scott 2015; R `AIC(svyglm)`). Cox-Snell 1 - exp((D - D0) / n),
    Nagelkerke its share of the largest value 1 - exp(-D0 / n) (R `psrsq`), McFadden 1 - D / D0; binary
    and count models.
    """
    fit = fit_of(model)
    n = float(fit.scaled[fit.base.rows].sum())
    D, D0 = model.deviance, model.null_deviance
    discrete = model.kind == "glm" and model.family != "gaussian"
    cs = 1 - float(np.exp((D - D0) / n)) if discrete else None
    nk = cs / (1 - float(np.exp(-D0 / n))) if cs is not None else None
    mf = 1 - D / D0 if discrete and model.family.endswith("binomial") else None
    if model.loglik is not None:
        k = len(model.names) + (model.family == "gaussian")
        bic = -2 * model.loglik + k * float(np.log(model.n))
        return ModelQuality(float(k), -2 * model.loglik + 2 * k, None, bic, cs, nk, mf)
    if model.kind != "glm" or model.family == "gaussian":
        return ModelQuality(None, None, None, None, cs, nk, mf)
    index = [i for places in model.terms.values() for i in places]
    lam = design_effects(model.naive[np.ix_(index, index)], model.vcov[np.ix_(index, index)])
    bar = float(lam.mean()) if len(lam) else None
    return ModelQuality(float(lam.sum()), D + 2 * float(lam.sum()), bar, None, cs, nk, mf)


def positions(model: ModelData, terms: Sequence[str]) -> list[int]:
    """Positions of the coefficients of terms; an unknown one is an error with the nearest."""
    known = {same_term(t): places for t, places in model.terms.items()}
    for term in terms:
        if same_term(term) not in known:
            raise EstimationError(f"The model has no term '{term}'.", hint=closest(term, model.terms))
    return sorted({i for term in terms for i in known[same_term(term)]})


def design_effects(V0: FloatArray, V: FloatArray) -> FloatArray:
    """Eigenvalues of V0⁻¹ V, largest first."""
    root = np.linalg.cholesky(V0)
    half = np.linalg.solve(root, np.linalg.solve(root, V).T)
    return np.asarray(np.linalg.eigvalsh((half + half.T) / 2)[::-1])


def _score(model: ModelData, names: tuple[str, ...], index: list[int], df: float) -> TermTest:
    """U = scores of the terms at the fit without them, less their projection on the other scores."""
    fit = fit_of(model)
    engine, w = fit.engine, fit.weight
    if not isinstance(engine, Glm) or fit.frame.replicates is not None:
        raise EstimationError(
            "The score test is for generalised linear models of designs without replicate weights.",
            hint='use method="wald" or "lrt".',
        )
    _, theta = engine.drop(index, w)
    rest = [j for j in range(len(engine.names)) if j not in set(index)]
    full = np.zeros(len(engine.names))
    full[rest] = theta
    A = engine.information(w, full)
    B = A[np.ix_(index, rest)] @ inverse(A[np.ix_(rest, rest)]) if rest else np.zeros((len(index), 0))
    s = w[engine.rows][:, None] * engine.scores(full)
    z = spread(s[:, index] - s[:, rest] @ B.T, engine.rows, len(w))
    U, V = z.sum(axis=0), covariance(z, fit.frame, member=fit.base.member)
    chi2 = float(U @ _solve(V, U, names))
    statistic = chi2 / len(index) if np.isfinite(df) else chi2
    return TermTest(
        names, "score", statistic, float(len(index)), df, f_tail(chi2 / len(index), len(index), df)
    )


def _solve(V: FloatArray, b: FloatArray, names: Sequence[str]) -> FloatArray:
    size = np.sqrt(np.abs(np.diag(V)))
    scaled = V / np.outer(size, size) if (size > 0).all() else V
    if not (size > 0).all() or np.linalg.matrix_rank(scaled, tol=1e-10, hermitian=True) < len(b):
        raise EstimationError(
            f"The covariance of {' + '.join(names)} is singular: {len(b)} coefficients are more than the "
            "sampling units can tell apart.",
            hint="test fewer terms, or merge answers.",
        )
    return np.asarray(np.linalg.solve(scaled, b / size) / size)


test_term.__test__ = False  # type: ignore[attr-defined]  # not a pytest function
__all__ = ["TermMethod", "compare", "quality", "test_term"]
